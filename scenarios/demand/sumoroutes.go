package demand

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"roadtwin/network"
	"roadtwin/network/route"
	"roadtwin/network/sumonet"
	"roadtwin/network/sumonet/sumoxml"
	"roadtwin/vehicles"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/traffic"
)

// ReadRoutes reads SUMO's demand (.rou.xml, and vTypes of additional files) for a network that sumonet.Read has made, or
// that sumonet.Write writes: edges have the names of sumonet.EdgeNames. It reads trip, vehicle, flow, route,
// routeDistribution, vType and vTypeDistribution; times are seconds after midnight. Several files are read as one, in
// their order.
//
// Routes are kept; a trip without one, or with via, gets the quickest at free flow if it has via, and is left to the
// engine if not. The class follows from vClass, or else guiShape. maxSpeed is kept if it is lower than that of the class;
// how vehicles are driven otherwise, and their bodies, are those of the class. departPos and arrivalPos are kept if they
// are numbers or random. Who is no road vehicle of ours (cycles, trains, people) is counted and left out.
//
// Vehicles outside of begin to end are left out; each is made factor times, as Read has it. Errors tell file and line.
func ReadRoutes(files []Routes, p *Places, factor float64, seed uint64, begin, end float64) (*Demand, error) {
	s := newRouteReader(p, factor, seed, begin, end)
	for _, f := range files {
		if err := s.read(f.In); err != nil {
			if f.Name != "" {
				err = fmt.Errorf("%s: %w", f.Name, err)
			}
			return nil, err
		}
	}
	d := s.demand
	d.Trips = sortTrips(d.Trips, s.numbers)
	for _, what := range s.leftOut {
		d.notes = append(d.notes, fmt.Sprintf("%d %s left out", s.skipped[what], what))
	}
	return d, nil
}

// Routes is a file of SUMO's demand.
type Routes struct {
	Name string // for messages; "" if the caller tells it
	In   io.Reader
}

// routeFiles returns the files that name stands for if it is a list of SUMO's files, separated by commas, or a
// configuration (.sumocfg); nil if it is anything else.
func routeFiles(name string) ([]string, error) {
	switch {
	case strings.HasSuffix(name, ".sumocfg"):
		return configured(name)
	case strings.Contains(name, ",") && strings.Contains(name, ".xml"):
		return strings.Split(name, ","), nil
	}
	return nil, nil
}

// configured returns the files with demand of a SUMO configuration, additional files first.
func configured(name string) ([]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, plainError(err)
	}
	defer f.Close()
	x, err := sumoxml.NewReader(f)
	if err != nil {
		return nil, err
	}
	var lists [2]string
	for {
		e, err := x.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if e.End {
			continue
		}
		value := e.Text("value")
		if value == "" {
			value = e.Text("v")
		}
		switch e.Name {
		case "additional-files", "additional", "a":
			lists[0] = value
		case "route-files", "route", "r":
			lists[1] = value
		}
	}
	var files []string
	for _, list := range lists {
		for _, file := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
			if !filepath.IsAbs(file) {
				file = filepath.Join(filepath.Dir(name), file)
			}
			files = append(files, file)
		}
	}
	if len(files) == 0 {
		return nil, errors.New("names no route-files")
	}
	return files, nil
}

// readRouteFiles reads files of SUMO's demand as one.
func readRouteFiles(names []string, p *Places, factor float64, seed uint64, begin, end float64) (*Demand, error) {
	var files []Routes
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, plainError(err))
		}
		defer f.Close()
		files = append(files, Routes{name, f})
	}
	return ReadRoutes(files, p, factor, seed, begin, end)
}

// plainError returns what went wrong without the name of the file.
func plainError(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// routeReader reads SUMO's demand.
type routeReader struct {
	demand   *Demand
	seed     uint64
	edges    map[string]network.EdgeID
	types    map[string][]weighed[vType]
	routes   map[string][]weighed[[]network.EdgeID]
	numbers  []uint64 // of the trips
	next     uint64   // number of the next vehicle or flow
	skipped  map[string]int
	leftOut  []string // keys of skipped in the order in which they were met
	searcher *route.Searcher
}

// vType is what is kept of a vehicle type.
type vType struct {
	class    network.VehicleClass
	topSpeed float64 // m/s, 0 for that of the class
	other    string  // vClass of what is no road vehicle of ours, else ""
}

// weighed is one of several possibilities, with its weight.
type weighed[T any] struct {
	value  T
	weight float64
}

// choose draws one by a number in [0, 1).
func choose[T any](all []weighed[T], u float64) T {
	sum := 0.0
	for i := range all {
		sum += all[i].weight
	}
	u *= sum
	for i := range all {
		if u -= all[i].weight; u < 0 {
			return all[i].value
		}
	}
	return all[len(all)-1].value
}

func newRouteReader(p *Places, factor float64, seed uint64, begin, end float64) *routeReader {
	s := &routeReader{
		demand: &Demand{params: Params{Factor: factor}, places: p, begin: begin, end: end, source: "a list"}, seed: seed,
		types: map[string][]weighed[vType]{
			"": {{vType{}, 1}}, "DEFAULT_VEHTYPE": {{vType{}, 1}}, "DEFAULT_TAXITYPE": {{vType{}, 1}},
			"DEFAULT_BIKETYPE": {{vType{other: "bicycle"}, 1}}, "DEFAULT_PEDTYPE": {{vType{other: "pedestrian"}, 1}},
			"DEFAULT_RAILTYPE": {{vType{other: "rail"}, 1}},
		},
		routes: map[string][]weighed[[]network.EdgeID]{}, skipped: map[string]int{}, edges: map[string]network.EdgeID{},
	}
	for e, name := range sumonet.EdgeNames(p.net) {
		s.edges[name] = network.EdgeID(e)
	}
	return s
}

func (s *routeReader) skip(what string) {
	if s.skipped[what] == 0 {
		s.leftOut = append(s.leftOut, what)
	}
	s.skipped[what]++
}

// element is one of the second level, with what is in it.
type element struct {
	sumoxml.Element
	children []element
}

// maxChildren bounds what an element may hold; the largest distributions have some thousand routes.
const maxChildren = 100_000

func (s *routeReader) read(in io.Reader) error {
	x, err := sumoxml.NewReader(in)
	if err != nil {
		return err
	}
	for {
		e, err := x.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case e.Depth == 1 && !e.End && e.Name != "routes" && e.Name != "additional":
			return e.Errorf("no demand of SUMO's, want the element routes or additional")
		case e.Depth == 1 || e.End:
			continue
		}
		whole := element{Element: e}
		if err := collect(x, &whole); err != nil {
			return err
		}
		if err := s.add(&whole); err != nil {
			return err
		}
	}
}

// collect reads what is in e until it ends.
func collect(x *sumoxml.Reader, e *element) error {
	for {
		c, err := x.Next()
		switch {
		case errors.Is(err, io.EOF):
			return e.Errorf("the file ends within it")
		case err != nil:
			return err
		case c.End:
			return nil
		case len(e.children) == maxChildren:
			return e.Errorf("more than %d elements in it", maxChildren)
		}
		child := element{Element: c}
		if err := collect(x, &child); err != nil {
			return err
		}
		e.children = append(e.children, child)
	}
}

func (s *routeReader) add(e *element) error {
	switch e.Name {
	case "vType":
		t, err := s.vType(e)
		s.types[e.Text("id")] = []weighed[vType]{{t, 1}}
		return err
	case "vTypeDistribution":
		return s.typeDistribution(e)
	case "route":
		edges, err := s.route(e)
		s.routes[e.Text("id")] = []weighed[[]network.EdgeID]{{edges, 1}}
		return err
	case "routeDistribution":
		all, err := s.routeDistribution(e)
		s.routes[e.Text("id")] = all
		return err
	case "trip", "vehicle", "flow":
		s.next++
		return s.vehicles(e, s.next)
	}
	s.skip(e.Name + " elements")
	return nil
}

func (s *routeReader) vType(e *element) (t vType, err error) {
	what := e.Text("vClass")
	if what == "" {
		what = e.Text("guiShape")
	}
	switch what {
	case "bicycle", "pedestrian", "tram", "rail", "rail_urban", "rail_electric", "rail_fast", "ship", "aircraft",
		"rail/railcar", "rail/cargo", "ant":
		t.other = what
	case "delivery", "delivery/van", "passenger/van":
		t.class = network.Van
	case "bus", "coach", "bus/coach", "bus/flexible", "bus/trolley":
		t.class = network.Bus
	case "truck", "firebrigade":
		t.class = network.RigidLorry
	case "trailer", "truck/semitrailer", "truck/1trailer":
		t.class = network.ArticulatedLorry
	case "motorcycle", "moped":
		t.class = network.Motorcycle
	}
	top, err := e.Float("maxSpeed", 0)
	if err != nil {
		return t, err
	}
	const crawl = 1.0 // m/s
	if e.Has("maxSpeed") && top < vehicles.Classes()[t.class].TopSpeed {
		t.topSpeed = max(top, crawl)
	}
	return t, nil
}

func (s *routeReader) typeDistribution(e *element) error {
	var all []weighed[vType]
	for i := range e.children {
		c := &e.children[i]
		if c.Name != "vType" {
			continue
		}
		weight, err := c.Float("probability", 1)
		if err != nil {
			return err
		}
		t, err := s.vType(c)
		if err != nil {
			return err
		}
		all = append(all, weighed[vType]{t, max(weight, 0)})
		if id := c.Text("id"); id != "" {
			s.types[id] = []weighed[vType]{{t, 1}}
		}
	}
	weights := strings.Fields(e.Text("probabilities"))
	for i, id := range strings.Fields(e.Text("vTypes")) {
		known, ok := s.types[id]
		if !ok {
			return e.Errorf("no vType %q before it", id)
		}
		weight := 1.0
		if i < len(weights) {
			w, err := strconv.ParseFloat(weights[i], 64)
			if err != nil || !(w >= 0 && w < 1e9) {
				return e.Errorf("probability %q, want a number", weights[i])
			}
			weight = w
		}
		all = append(all, weighed[vType]{known[0].value, weight})
	}
	if len(all) == 0 {
		return e.Errorf("no vTypes in it")
	}
	s.types[e.Text("id")] = all
	return nil
}

// route returns the edges of a route, as its attribute has them.
func (s *routeReader) route(e *element) ([]network.EdgeID, error) {
	edges, err := s.edgesOf(e, "edges")
	if err == nil && len(edges) == 0 {
		err = e.Errorf("no edges")
	}
	return edges, err
}

func (s *routeReader) edgesOf(e *element, name string) ([]network.EdgeID, error) {
	var edges []network.EdgeID
	for _, id := range strings.Fields(e.Text(name)) {
		edge, ok := s.edges[id]
		if !ok {
			return nil, e.Errorf("%s: no edge %q in the network", name, id)
		}
		edges = append(edges, edge)
	}
	return edges, nil
}

func (s *routeReader) routeDistribution(e *element) (all []weighed[[]network.EdgeID], err error) {
	for i := range e.children {
		c := &e.children[i]
		if c.Name != "route" {
			continue
		}
		weight, err := c.Float("probability", 1)
		if err != nil {
			return nil, err
		}
		edges, err := s.route(c)
		if ref := c.Text("refId"); ref != "" {
			known, ok := s.routes[ref]
			if !ok {
				return nil, c.Errorf("no route %q before it", ref)
			}
			edges, err = known[0].value, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, weighed[[]network.EdgeID]{edges, max(weight, 0)})
	}
	for _, id := range strings.Fields(e.Text("routes")) {
		known, ok := s.routes[id]
		if !ok {
			return nil, e.Errorf("no route %q before it", id)
		}
		all = append(all, weighed[[]network.EdgeID]{known[0].value, 1})
	}
	if len(all) == 0 {
		return nil, e.Errorf("no routes in it")
	}
	return all, nil
}

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
	s.numbers = append(s.numbers, number)
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
