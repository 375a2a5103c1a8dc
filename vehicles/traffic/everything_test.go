package traffic_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/network/route"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
	"roadtwin/vehicles/weather"
)

// scene is a network with everything in it, the traffic on it, and what happens to it from outside: what the same must come
// of everywhere.
type scene struct {
	twin
	spec   *network.Spec
	trips  []traffic.Trip
	orders []order
	change func(*traffic.Config) // nil for nothing
}

// order is a command from outside.
type order struct {
	at      float64 // s from the start
	command traffic.Command
}

// sceneLasts is how long a scene is looked at, s: everything has happened by then.
const sceneLasts = 900.0

// newScene returns the town with everything in it, with more traffic than it can carry. Streets are closed and opened, a limit
// changes, it rains, and for half a minute there is ice.
func newScene(t testing.TB, side network.DrivingSide) scene {
	t.Helper()
	spec := everything(side)
	s := scene{twin: twin{net: build(t, spec), side: 1}, spec: spec}
	for e := range s.net.Edges {
		s.edge = append(s.edge, network.EdgeID(e))
	}
	search := route.New(s.net).NewSearcher()
	for i, trip := range randomTrips(s.net, 18*len(s.net.Edges), 7*3600, 600, 5) {
		if _, _, ok := search.Path(nil, route.Query{From: trip.From, To: trip.To, Class: trip.Class}); ok || i%50 == 0 {
			s.trips = append(s.trips, trip)
		}
	}
	from, on, out := network.Point{X: -450, Y: 330}, network.Point{X: 420, Y: 330}, network.Point{X: 700, Y: 330}
	east := streetBetween(t, spec, network.Point{X: 560, Y: 330}, out)
	s.trips = append(s.trips, stream(streetBetween(t, spec, from, network.Point{X: 60, Y: 330}), east, network.Car, 7*3600, 7*3600+600, 4)...)
	s.trips = append(s.trips, stream(streetBetween(t, spec, network.Point{X: 260, Y: 230}, on), east, network.Car, 7*3600, 7*3600+600, 6)...)
	s.trips = append(s.trips, crossTraffic(network.EdgeID(len(spec.Edges)-len(divided(0).Edges)))...)
	slices.SortStableFunc(s.trips, func(a, b traffic.Trip) int { return cmp.Compare(a.Depart, b.Depart) })
	for i := range s.trips {
		switch {
		case i%16 == 0:
			s.trips[i].TopSpeed = 9
		case i%16 == 1 && s.trips[i].Class == network.Car:
			s.trips[i].Length = 3.6
		case i%8 == 2:
			s.trips[i].Class = network.Bus
		}
	}
	north, west := streetBetween(t, spec, network.Point{}, network.Point{Y: 146}), streetBetween(t, spec, network.Point{X: -180}, network.Point{X: -180, Y: -130})
	s.orders = []order{
		{100, traffic.Command{Kind: traffic.SetCondition, Condition: tyre.Wet}},
		{150, traffic.Command{Kind: traffic.CloseEdge, Edge: north}},
		{250, traffic.Command{Kind: traffic.SetSpeedLimit, Edge: west, Limit: 8}},
		{420, traffic.Command{Kind: traffic.OpenEdge, Edge: north}},
		{500, traffic.Command{Kind: traffic.SetCondition, Condition: tyre.Ice}},
		{530, traffic.Command{Kind: traffic.ChangeWeather, Weather: weather.Command{Kind: weather.Free}}},
	}
	return s
}

// crossTraffic is the traffic on the divided road whose edges begin with first, with cars that cross it.
func crossTraffic(first network.EdgeID) []traffic.Trip {
	const start, end = 7 * 3600, 7*3600 + 600
	return slices.Concat(stream(first, first+1, network.Car, start, end, 7.3), stream(first+2, first+3, network.Car, start+1.7, end, 6.9),
		stream(first+4, first+5, network.Car, start+2, end, 8))
}

// streetBetween returns the edge from the junction at one point to that at another.
func streetBetween(t testing.TB, s *network.Spec, from, to network.Point) network.EdgeID {
	t.Helper()
	for i := range s.Edges {
		e := &s.Edges[i]
		if s.Junctions[e.From].Position.Dist(from) < 1 && s.Junctions[e.To].Position.Dist(to) < 1 {
			return network.EdgeID(i)
		}
	}
	t.Fatalf("no street from %v to %v", from, to)
	return network.None
}

// told returns the same scene on another network.
func (s *scene) told(other twin) scene {
	o := scene{twin: other, spec: s.spec, trips: slices.Clone(s.trips), orders: slices.Clone(s.orders)}
	for i := range o.trips {
		o.trips[i].From, o.trips[i].To = other.edge[o.trips[i].From], other.edge[o.trips[i].To]
	}
	for i := range o.orders {
		if c := &o.orders[i].command; c.Kind != traffic.SetCondition {
			c.Edge = other.edge[c.Edge]
		}
	}
	return o
}

// world returns the scene at its start. More workers than one are all used from the first vehicle on.
func (s *scene) world(t testing.TB, workers int) *traffic.World {
	t.Helper()
	w := s.emptyWorld(t, workers)
	if _, err := w.AddTrips(s.trips); err != nil {
		t.Fatal(err)
	}
	return w
}

// emptyWorld returns the world of the scene without its trips, to restore a snapshot to.
func (s *scene) emptyWorld(t testing.TB, workers int) *traffic.World {
	t.Helper()
	w := newWorld(t, s.net, workers, func(c *traffic.Config) {
		c.Crossings = traffic.DefaultCrossings()
		c.Crossings.People, c.Crossings.Trains, c.Crossings.Trams = 6, 12, 20
		c.Routes = traffic.RouteChoice{Spread: 0.1, Informed: 0.4, Every: 60}
		c.ClearAfter = 60
		c.Weather = rain(t, s.net)
		if s.change != nil {
			s.change(c)
		}
	})
	w.UseAllWorkers()
	return w
}

// rain returns weather over net in which it rains from half a minute after seven on.
func rain(t testing.TB, net *network.Network) *weather.System {
	t.Helper()
	sky := weather.Sky{Rain: 8, Temperature: 5}
	system, err := weather.New(net, weather.Config{Changes: []weather.Change{{From: 7*3600 + 30, Until: 24 * 3600, Set: weather.Rain | weather.Temperature, Sky: sky}}}, 7*3600)
	if err != nil {
		t.Fatal(err)
	}
	return system
}

// step gives the orders whose time has come, and makes a step.
func (s *scene) step(t testing.TB, w *traffic.World) {
	t.Helper()
	s.order(t, w)
	w.Step()
}

func (s *scene) order(t testing.TB, w *traffic.World) {
	t.Helper()
	for _, o := range s.orders {
		if uint64(math.Round(o.at/w.StepTime())) == w.Steps() {
			if err := w.Queue(o.command); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// everything returns the sample town with a lane that ends, a hill, crossings of each kind and bus stops besides. Nobody has
// right of way there because of coming from the right: that rule is the same on either side of the road, and so has no
// mirror image. It has the ids of a map, from which people and trains draw: a number for each place would be another one in
// the mirror.
func everything(side network.DrivingSide) *network.Spec {
	s := sample.Town(side)
	for i := range s.Junctions {
		if s.Junctions[i].Control == network.PrioritySide {
			s.Junctions[i].Control = network.AllWayStop
		}
	}
	dropLane(s)
	putBeside(s, divided(24), 1500)
	for i := range s.Junctions {
		s.Junctions[i].OSMNodes = []int64{int64(5000 + i)}
	}
	for i := range s.Edges {
		e := &s.Edges[i]
		e.OSMWay = int64(i + 1)
		if e.Opposite >= 0 && int(e.Opposite) < i {
			e.OSMWay = -s.Edges[e.Opposite].OSMWay
		}
		if e.Name == "Orchard Road" {
			e.Gradient = math.Copysign(0.04, float64(e.OSMWay))
		}
	}
	kind := network.Unmarked
	for i := range s.Edges {
		e := &s.Edges[i]
		length := network.PolylineLength(e.Shape)
		if e.Road == network.Motorway || e.Link || e.Roundabout || length < 60 || int(e.Opposite) < i && e.Opposite >= 0 {
			continue
		}
		node := int64(1000 + i)
		s.Crossings = append(s.Crossings, network.CrossingSpec{Kind: kind, Edge: int32(i), Position: length / 2, OSMNode: node})
		if e.Opposite >= 0 {
			back := network.PolylineLength(s.Edges[e.Opposite].Shape)
			s.Crossings = append(s.Crossings, network.CrossingSpec{Kind: kind, Edge: e.Opposite, Position: back / 2, OSMNode: node})
		}
		for k := range int64(2) {
			s.BusStops = append(s.BusStops, network.BusStopSpec{Edge: int32(i), Position: length / float64(3+5*k), Name: fmt.Sprint("stop ", i), OSMNode: 2*node + k})
		}
		kind = (kind + 1) % (network.TramCrossing + 1)
	}
	return s
}

// putBeside adds the junctions and streets of another place, where one drives on the right, east of s by so many metres; seen in
// a mirror where s drives on the left.
func putBeside(s, other *network.Spec, east float64) {
	junctions, edges := int32(len(s.Junctions)), int32(len(s.Edges))
	move := func(p network.Point) network.Point {
		if s.DrivingSide == network.LeftHand {
			p.Y = -p.Y
		}
		return network.Point{X: p.X + east, Y: p.Y}
	}
	for _, j := range other.Junctions {
		j.Position, j.Controller = move(j.Position), network.None
		s.Junctions = append(s.Junctions, j)
	}
	for _, e := range other.Edges {
		e.From, e.To, e.Shape = e.From+junctions, e.To+junctions, slices.Clone(e.Shape)
		for i := range e.Shape {
			e.Shape[i] = move(e.Shape[i])
		}
		s.Edges = append(s.Edges, e)
	}
	for _, ban := range other.Bans {
		ban.From, ban.To = ban.From+edges, ban.To+edges
		s.Bans = append(s.Bans, ban)
	}
}

// dropLane gives the last edge of the motorway a lane more for its first half, on the right, where the ramp comes from.
func dropLane(s *network.Spec) {
	for i := range s.Edges {
		e := &s.Edges[i]
		if e.Road != network.Motorway || e.Link || !s.Junctions[e.To].Boundary {
			continue
		}
		from, to := s.Junctions[e.From].Position, s.Junctions[e.To].Position
		middle := network.Point{X: (from.X + to.X) / 2, Y: (from.Y + to.Y) / 2}
		rest := *e
		rest.From, rest.Shape, rest.Lanes = int32(len(s.Junctions)), []network.Point{middle, to}, slices.Clone(e.Lanes)
		s.Junctions = append(s.Junctions, network.JunctionSpec{Position: middle, Controller: network.None})
		ending := e.Lanes[0]
		e.To, e.Shape = rest.From, network.Offset([]network.Point{from, middle}, -ending.Width/2)
		if s.DrivingSide == network.RightHand {
			ending.Merge = network.MergeOffside
			e.Lanes = append([]network.LaneSpec{ending}, e.Lanes...)
		} else {
			ending.Merge = network.MergeKerbside
			e.Lanes = append(slices.Clone(e.Lanes), ending)
		}
		s.Edges = append(s.Edges, rest)
		return
	}
}

// chronicle counts what happens in a scene.
type chronicle struct {
	net  *network.Network
	at   map[traffic.VehicleID]network.TrackID
	seen map[string]int
}

func newChronicle(net *network.Network) chronicle {
	return chronicle{net, map[traffic.VehicleID]network.TrackID{}, map[string]int{}}
}

// note counts what the last step shows.
func (c *chronicle) note(w *traffic.World) {
	for _, v := range w.AppendVehicles(nil) {
		c.noteVehicle(&v)
	}
	for _, e := range w.Events() {
		switch e.Kind {
		case traffic.CrashedInto:
			c.seen["crash"]++
		case traffic.Cleared:
			c.seen["wreck cleared"]++
		case traffic.Rerouted:
			c.seen["another way: "+e.Cause.String()]++
		case traffic.RanRed:
			c.seen["red run"]++
		}
	}
	for _, x := range w.AppendLevelCrossings(nil) {
		if x.Train {
			c.seen["train"]++
		}
	}
	c.seen["waited inside a junction"] += len(w.Held())
	c.seen["order"] += len(w.Applied())
}

func (c *chronicle) noteVehicle(v *traffic.VehicleState) {
	before, known := c.at[v.ID]
	c.at[v.ID] = v.Track
	lane, ok := c.net.LaneOf(v.Track)
	if !ok {
		return
	}
	edge := &c.net.Edges[c.net.Lanes[lane].Edge]
	if was, isLane := c.net.LaneOf(before); known && isLane && was != lane && c.net.Lanes[was].Edge == c.net.Lanes[lane].Edge {
		c.seen["change of lanes"]++
		if c.net.Lanes[was].Merge != network.NoMerge {
			c.seen["left a lane that ends"]++
		}
	}
	switch {
	case edge.Roundabout:
		c.seen["on the roundabout"]++
	case edge.Road == network.Motorway && edge.NumLanes == 1:
		c.seen["on a ramp"]++
	}
	if v.V < 0.1 {
		c.seen["held by "+v.Limit.String()]++
		if v.Limit == traffic.LimitYield {
			c.seen[fmt.Sprintf("gave way: %v", c.net.Junctions[edge.To].Kind)]++
		}
	}
}

// happens is all that has to happen in a scene.
var happens = []string{
	"change of lanes", "left a lane that ends", "on the roundabout", "on a ramp", "order", "crash", "wreck cleared", "train",
	"another way: better_way", "another way: closed", "another way: missed_turn", "waited inside a junction",
	"held by leader", "held by signal", "held by yield", "held by exit", "held by crossing", "held by rail", "held by bus_stop", "held by lane_end",
	"gave way: all_way_stop", "gave way: priority", "gave way: roundabout", "gave way: signalised",
}

// check fails the test if anything did not happen that is in the scene.
func (c *chronicle) check(t *testing.T, w *traffic.World) {
	t.Helper()
	for _, what := range happens {
		if c.seen[what] == 0 {
			t.Errorf("nowhere seen: %s", what)
		}
	}
	st, walks := w.Stats(), w.Walks()
	if walks.Crossed < 100 || walks.Trains < 5 || walks.BusStops < 10 || st.Arrived < 300 || st.OnRoad < 100 {
		t.Errorf("%+v, %+v: want hundreds of people and vehicles, and trains and buses that stop", walks, st)
	}
	if a := w.Audit(); a != (traffic.Audit{}) {
		t.Errorf("audit %+v, want all zero", a)
	}
	t.Logf("%v, %+v, %+v, %+v", c.seen, walks, st, w.Audit())
}

// TestTheSceneHasEverything drives through it once and wants everything to happen.
func TestTheSceneHasEverything(t *testing.T) {
	for _, side := range []network.DrivingSide{network.RightHand, network.LeftHand} {
		s := newScene(t, side)
		w := s.world(t, 1)
		c := newChronicle(s.net)
		for w.Time() < 7*3600+sceneLasts {
			s.step(t, w)
			c.note(w)
			for _, o := range w.OverlapsInLine(0.3) {
				t.Fatalf("at %.1f s one is inside another: %+v\n%s\n%s", w.Time(), o, w.Describe(o.A), w.Describe(o.B))
			}
			if ids := w.UnseenRears(); len(ids) > 0 {
				t.Fatalf("at %.1f s no driver sees that a rear is in the junction: %s", w.Time(), w.Describe(ids[0]))
			}
		}
		c.check(t, w)
	}
}
