package demand

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"roadtwin/network"
	"roadtwin/network/route"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/traffic"
)

// ways returns the routes that a vehicle has to choose from: fixed ones, or ends with what lies between (via).
func (s *routeReader) ways(e *element) (fixed []weighed[[]network.EdgeID], via []network.EdgeID, err error) {
	for i := range e.children {
		switch c := &e.children[i]; c.Name {
		case "route":
			edges, err := s.route(c)
			return []weighed[[]network.EdgeID]{{edges, 1}}, nil, err
		case "routeDistribution":
			fixed, err = s.routeDistribution(c)
			return fixed, nil, err
		}
	}
	if id := e.Text("route"); id != "" {
		known, ok := s.routes[id]
		if !ok {
			return nil, nil, e.Errorf("no route %q before it", id)
		}
		return known, nil, nil
	}
	var ends [2][]network.EdgeID
	for i, name := range [2]string{"from", "to"} {
		if ends[i], err = s.edgesOf(e, name); err != nil {
			return nil, nil, err
		}
	}
	between, err := s.edgesOf(e, "via")
	if err == nil && (len(ends[0]) != 1 || len(ends[1]) != 1) {
		return nil, nil, nil // between districts or junctions
	}
	return nil, slices.Concat(ends[0], between, ends[1]), err
}

// through returns the quickest way at free flow over edges, in their order.
func (s *routeReader) through(stops []network.EdgeID, class network.VehicleClass) ([]network.EdgeID, bool) {
	if s.searcher == nil {
		s.searcher = s.demand.places.router.NewSearcher()
	}
	way := stops[:1:1]
	for _, next := range stops[1:] {
		path, _, ok := s.searcher.Path(nil, route.Query{From: way[len(way)-1], To: next, Class: class})
		if !ok {
			return nil, false
		}
		way = append(way, path[1:]...)
	}
	return way, true
}

// draws of one vehicle: the step argument of package draw.
const (
	drawType = iota
	drawRoute
	drawFrom
	drawTo
	drawWait
)

// vehicles adds those of a trip, a vehicle or a flow, whose number is given.
func (s *routeReader) vehicles(e *element, number uint64) error {
	types, ok := s.types[e.Text("type")]
	if !ok {
		return e.Errorf("no vType %q before it", e.Text("type"))
	}
	fixed, via, err := s.ways(e)
	if err != nil {
		return err
	}
	if fixed == nil && via == nil {
		s.skip("without edges (between districts or junctions)")
		return nil
	}
	one := func(depart float64, number uint64) error {
		depart = math.Round(depart*1000) / 1000
		if depart < s.demand.begin || depart >= s.demand.end {
			return nil
		}
		for k := range copies(s.demand.params.Factor, s.seed, number) {
			if err := s.vehicle(e, types, fixed, via, depart, number, uint64(k)); err != nil {
				return err
			}
		}
		return nil
	}
	if e.Name == "flow" {
		return s.flow(e, number, one)
	}
	if e.Text("depart") == "begin" {
		return one(s.demand.begin, number<<32)
	}
	if depart := e.Text("depart"); depart == "triggered" || depart == "containerTriggered" || depart == "now" || depart == "split" {
		s.skip("that depart when something else happens")
		return nil
	}
	depart, err := e.Time("depart", -1)
	if err == nil && !e.Has("depart") {
		err = e.Errorf("no depart")
	}
	if err != nil {
		return err
	}
	return one(depart, number<<32)
}

// flow calls one for each vehicle of a flow: at even distances in time (number, period, vehsPerHour and the like), at
// exponential ones (period="exp(rate)") or by chance each second (probability).
func (s *routeReader) flow(e *element, number uint64, one func(depart float64, number uint64) error) error {
	begin, err := e.Time("begin", s.demand.begin)
	if err == nil && begin < 0 {
		err = e.Errorf("begin %g s, want 0 or more", begin)
	}
	if err != nil {
		return err
	}
	end, err := e.Time("end", s.demand.end)
	if err != nil {
		return err
	}
	most := math.Inf(1)
	if e.Has("number") {
		if most, err = e.Float("number", 0); err != nil {
			return err
		}
	}
	period, rate, err := s.frequency(e, begin, end, most)
	if err != nil {
		return err
	}
	if math.IsInf(period, 1) {
		return nil
	}
	if e.Has("number") && !e.Has("end") && !math.IsInf(most, 1) && period > 0 {
		end = begin + period*most
	}
	probability, err := e.Float("probability", 0)
	if err != nil {
		return err
	}
	last := math.Min(end, s.demand.end)
	at, k := begin, uint64(0)
	if rate == 0 && probability == 0 && s.demand.begin > begin { // whole periods before the run are not looked at
		k = uint64((s.demand.begin - begin) / period)
	}
	for ; float64(k) < most; k++ {
		id := number<<32 | k
		switch {
		case rate > 0:
			u := 1 - draw.Float64(s.seed, draw.TripDeparture, id, drawWait)
			at += math.Round(-math.Log(u)/rate*1000) / 1000
		case probability > 0:
			at = begin + float64(k)
		default:
			at = begin + float64(k)*period
		}
		if at >= last {
			return nil
		}
		if probability > 0 && draw.Float64(s.seed, draw.TripDeparture, id, drawWait) >= probability {
			continue
		}
		if err := one(at, id); err != nil {
			return err
		}
	}
	return nil
}

// frequency returns the time in s between the vehicles of a flow, or the rate in 1/s of exponential times between them;
// both are 0 for a flow by probability.
func (s *routeReader) frequency(e *element, begin, end, number float64) (period, rate float64, err error) {
	const least = 1e-3 // s
	if text := e.Text("period"); strings.HasPrefix(text, "exp(") {
		rate, err = strconv.ParseFloat(strings.TrimSuffix(strings.TrimPrefix(text, "exp("), ")"), 64)
		if err != nil || !(rate > 0 && rate <= 1/least) {
			return 0, 0, e.Errorf("period=%q, want exp(vehicles a second)", text)
		}
		return 0, rate, nil
	}
	for _, hourly := range []string{"vehsPerHour", "perHour"} {
		if !e.Has(hourly) {
			continue
		}
		perHour, err := e.Float(hourly, 0)
		if err != nil {
			return 0, 0, err
		}
		if perHour <= 0 {
			return math.Inf(1), 0, nil // nobody, see flow
		}
		period = 3600 / perHour
	}
	if e.Has("period") {
		if period, err = e.Time("period", 0); err != nil {
			return 0, 0, err
		}
	}
	if e.Has("probability") {
		return 0, 0, nil
	}
	if period == 0 && number > 0 && !math.IsInf(number, 1) {
		period = (end - begin) / number
	}
	if number <= 0 {
		return math.Inf(1), 0, nil
	}
	if !(period >= least) {
		return 0, 0, e.Errorf("a vehicle every %g s, want period, vehsPerHour, number or probability, and %g s at least", period, least)
	}
	return period, 0, nil
}

// vehicle adds one.
func (s *routeReader) vehicle(e *element, types []weighed[vType], fixed []weighed[[]network.EdgeID], via []network.EdgeID,
	depart float64, number, copied uint64,
) error {
	if len(s.numbers) == maxListed {
		return e.Errorf("more than %d vehicles", maxListed)
	}
	chance := func(stream draw.Stream, what uint64) float64 {
		return draw.Float64(s.seed, stream, number, copied*16+what)
	}
	kind := choose(types, chance(draw.VehicleClass, drawType))
	if kind.other != "" {
		s.skip("of class " + kind.other)
		return nil
	}
	t := traffic.Trip{Depart: depart, Class: kind.class, TopSpeed: kind.topSpeed, FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary}
	switch {
	case fixed != nil:
		t.Route = choose(fixed, chance(draw.RouteChoice, drawRoute))
		if err := s.drivable(e, t.Route, t.Class); err != nil {
			return err
		}
	case len(via) > 2:
		way, ok := s.through(via, t.Class)
		if !ok {
			s.skip("without a way over its via")
			return nil
		}
		t.Route = way
	}
	ends := via
	if t.Route != nil {
		ends = t.Route
	}
	t.From, t.To = ends[0], ends[len(ends)-1]
	if err := s.places(e, &t, chance); err != nil {
		return err
	}
	s.demand.Trips = append(s.demand.Trips, t)
	s.numbers = append(s.numbers, numberOfCopy(number, int(copied)))
	s.demand.counts.classes[t.Class]++
	return nil
}

// drivable returns an error if a class cannot drive a route.
func (s *routeReader) drivable(e *element, way []network.EdgeID, class network.VehicleClass) error {
	net, router := s.demand.places.net, s.demand.places.router
	if !router.Usable(way[0]).Has(class) {
		return e.Errorf("edge %s is closed to a %v", net.Edges[way[0]].Ref, class)
	}
	for k := 1; k < len(way); k++ {
		if !leads(router.Arcs(way[k-1]), way[k], class) {
			return e.Errorf("nothing leads a %v from edge %q to edge %q", class, net.Edges[way[k-1]].Ref, net.Edges[way[k]].Ref)
		}
	}
	return nil
}

// places sets where on its edges a trip begins and ends: departPos and arrivalPos if they are numbers (from the end if
// negative) or random; else where the edges begin and end.
func (s *routeReader) places(e *element, t *traffic.Trip, chance func(draw.Stream, uint64) float64) error {
	net := s.demand.places.net
	for _, end := range []struct {
		name   string
		edge   network.EdgeID
		stream draw.Stream
		what   uint64
		to     *float64
	}{
		{"departPos", t.From, draw.DeparturePosition, drawFrom, &t.FromPos},
		{"arrivalPos", t.To, draw.ArrivalPosition, drawTo, &t.ToPos},
	} {
		length := net.Edges[end.edge].Length
		switch text := e.Text(end.name); text {
		case "random", "random_free":
			*end.to = math.Round(chance(end.stream, end.what)*length*1000) / 1000
		case "", "base", "free", "last", "stop", "max", "center", "splitFront":
		default:
			at, err := e.Float(end.name, 0)
			if err != nil {
				return err
			}
			if at < 0 {
				at += length
			}
			if *end.to = min(max(at, 0), length); end.to == &t.FromPos && at == 0 || end.to == &t.ToPos && at >= length {
				*end.to = traffic.AtBoundary
			}
		}
	}
	if t.ToPos == traffic.AtBoundary && !net.Junctions[net.Edges[t.To].To].Boundary {
		length := net.Edges[t.To].Length
		t.ToPos = length - math.Min(turnOffBefore, length/4)
	}
	if t.From == t.To && len(t.Route) < 2 && t.FromPos >= 0 && t.ToPos >= 0 && t.ToPos <= t.FromPos {
		t.FromPos = traffic.AtBoundary
	}
	return nil
}
