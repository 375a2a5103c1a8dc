package route_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/network/route"
)

// city is a network under construction: as much of one as routing looks at.
type city struct{ network.Network }

// road adds an edge of one lane for the given classes and returns its id.
func (c *city) road(length, limit float64, classes network.ClassSet) network.EdgeID {
	e := network.EdgeID(len(c.Edges))
	c.Lanes = append(c.Lanes, network.Lane{Edge: e, Length: length, SpeedLimit: limit, Permitted: classes})
	c.Edges = append(c.Edges, network.Edge{FirstLane: network.LaneID(e), NumLanes: 1, Length: length})
	return e
}

// access adds an edge that may not be driven through.
func (c *city) access(length float64) network.EdgeID {
	e := c.road(length, 10, network.AllClasses)
	c.Edges[e].AccessOnly = true
	return e
}

// turn adds a movement of one connector of 10 m at 10 m/s.
func (c *city) turn(from, to network.EdgeID, turn network.Turn, control network.Control, classes network.ClassSet) {
	m, k := network.MovementID(len(c.Movements)), network.ConnectorID(len(c.Connectors))
	c.Connectors = append(c.Connectors, network.Connector{
		Movement: m, From: network.LaneID(from), To: network.LaneID(to),
		Length: 10, Limit: 10, Permitted: classes, Control: control,
	})
	c.Movements = append(c.Movements, network.Movement{From: from, To: to, Turn: turn, Connectors: []network.ConnectorID{k}})
}

// ahead adds a free movement straight on for all classes.
func (c *city) ahead(from, to network.EdgeID) {
	c.turn(from, to, network.Through, network.Free, network.AllClasses)
}

func newCity() *city { return &city{network.Network{Junctions: make([]network.Junction, 1)}} }

// randomCity has n edges with a few random successors each, classes, signs and access roads included.
func randomCity(rng *rand.Rand, n int) *city {
	c := newCity()
	for range n {
		classes := network.AllClasses
		if rng.IntN(8) == 0 {
			classes = network.SetOf(network.Bus)
		}
		e := c.road(20+400*rng.Float64(), []float64{8, 14, 22}[rng.IntN(3)], classes)
		c.Edges[e].AccessOnly = rng.IntN(6) == 0
	}
	for from := range n {
		for range 1 + rng.IntN(3) {
			classes := network.AllClasses
			if rng.IntN(6) == 0 {
				classes &^= network.Lorries
			}
			c.turn(network.EdgeID(from), network.EdgeID(rng.IntN(n)),
				network.Turn(rng.IntN(int(network.NumTurns))), network.Control(rng.IntN(4)), classes)
		}
	}
	return c
}

func TestQuickestRouteIsTaken(t *testing.T) {
	c := newCity()
	start, slow, fast, end := c.road(100, 10, network.AllClasses), c.road(400, 10, network.AllClasses),
		c.road(600, 20, network.AllClasses), c.road(100, 10, network.AllClasses)
	c.ahead(start, slow)
	c.ahead(slow, end)
	c.ahead(start, fast)
	c.ahead(fast, end)
	s := route.New(&c.Network).NewSearcher()

	got, cost, ok := s.Path(nil, route.Query{From: start, To: end})
	// 600 m at 20 m/s, 100 m at 10 m/s and two connectors of 1 s.
	if want := []network.EdgeID{start, fast, end}; !ok || !slices.Equal(got, want) || math.Abs(cost-42) > 1e-9 {
		t.Errorf("free-flow: %v, %.3f s, %v; want %v, 42 s", got, cost, ok, want)
	}
	got, cost, ok = s.Path(got[:0], route.Query{From: start, To: end, Times: []float64{10, 40, 45, 10}})
	if want := []network.EdgeID{start, slow, end}; !ok || !slices.Equal(got, want) || math.Abs(cost-52) > 1e-9 {
		t.Errorf("with a jam on %d: %v, %.3f s, %v; want %v, 52 s", fast, got, cost, ok, want)
	}
	got, _, ok = s.Path(got[:0], route.Query{From: start, To: end, Times: []float64{10, math.Inf(1), 45, 10}})
	if want := []network.EdgeID{start, fast, end}; !ok || !slices.Equal(got, want) {
		t.Errorf("with %d closed: %v, %v; want %v", slow, got, ok, want)
	}
	if _, _, ok = s.Path(nil, route.Query{From: start, To: end, Times: []float64{10, 40, 30, math.Inf(1)}}); ok {
		t.Error("a route leads to a closed edge")
	}
	got, _, ok = s.Path(got[:0], route.Query{From: start, To: end, Times: []float64{math.Inf(1), 40, 30, 10}})
	if !ok || len(got) != 3 {
		t.Errorf("leaving a closed edge: %v, %v; want a route of 3 edges", got, ok)
	}
}

func TestMeasuredTimeContainsTheWait(t *testing.T) {
	c := newCity()
	start, middle, end := c.road(100, 10, network.AllClasses), c.road(100, 10, network.AllClasses), c.road(100, 10, network.AllClasses)
	c.ahead(start, middle)
	c.turn(middle, end, network.Through, network.Stop, network.AllClasses) // 6 s wait
	s := route.New(&c.Network).NewSearcher()
	for _, tc := range []struct{ measured, want float64 }{
		{10, 1 + 16 + 1 + 10}, // free-flow: the wait is added
		{13, 1 + 16 + 1 + 10}, // half of it was measured already
		{30, 1 + 30 + 1 + 10},
		{5, 1 + 16 + 1 + 10}, // faster than the limit counts as at the limit
	} {
		_, cost, _ := s.Path(nil, route.Query{From: start, To: end, Times: []float64{10, tc.measured, 10}})
		if math.Abs(cost-tc.want) > 1e-6 {
			t.Errorf("measured %.0f s: cost %.3f s, want %.3f s", tc.measured, cost, tc.want)
		}
	}
}

func TestTurnsAcrossTrafficCostMoreThanKerbsideOnes(t *testing.T) {
	for _, tc := range []struct {
		side  network.DrivingSide
		cheap network.Turn
		dear  network.Turn
	}{{network.RightHand, network.Right, network.Left}, {network.LeftHand, network.Left, network.Right}} {
		c := newCity()
		c.DrivingSide = tc.side
		a, b, d, e := c.road(50, 10, network.AllClasses), c.road(50, 10, network.AllClasses),
			c.road(50, 10, network.AllClasses), c.road(50, 10, network.AllClasses)
		c.turn(a, b, tc.dear, network.Free, network.AllClasses)
		c.ahead(b, e)
		c.turn(a, d, tc.cheap, network.Free, network.AllClasses)
		c.ahead(d, e)
		got, _, _ := route.New(&c.Network).NewSearcher().Path(nil, route.Query{From: a, To: e})
		if want := []network.EdgeID{a, d, e}; !slices.Equal(got, want) {
			t.Errorf("driving on the %v: %v, want %v", tc.side, got, want)
		}
	}
}

func TestAccessRoadsAreForEndsOnly(t *testing.T) {
	c := newCity()
	road := func() network.EdgeID { return c.road(1000, 10, network.AllClasses) }
	a, short, b, detour := road(), c.access(10), road(), road()
	yard, lane := c.access(10), c.access(10)
	c.ahead(a, short) // a shortcut from a to b
	c.ahead(short, b)
	c.ahead(a, detour)
	c.ahead(detour, b)
	c.ahead(b, yard) // the destination, two access roads deep, and the way back
	c.ahead(yard, lane)
	c.ahead(lane, a)
	s := route.New(&c.Network).NewSearcher()
	for _, tc := range []struct {
		from, to network.EdgeID
		want     []network.EdgeID
	}{
		{a, b, []network.EdgeID{a, detour, b}},
		{short, b, []network.EdgeID{short, b}},
		{a, short, []network.EdgeID{a, short}},
		{a, lane, []network.EdgeID{a, detour, b, yard, lane}},
		{lane, yard, []network.EdgeID{lane, a, detour, b, yard}}, // leaves the access roads and comes back to them
		{yard, lane, []network.EdgeID{yard, lane}},
		{b, a, nil}, // only through yard and lane
	} {
		got, _, ok := s.Path(nil, route.Query{From: tc.from, To: tc.to})
		if ok != (tc.want != nil) || !slices.Equal(got, tc.want) {
			t.Errorf("%d to %d: %v, %v; want %v", tc.from, tc.to, got, ok, tc.want)
		}
	}
}

func TestRouteToItself(t *testing.T) {
	c := newCity()
	a, b, end := c.road(100, 10, network.AllClasses), c.road(100, 10, network.AllClasses), c.road(100, 10, network.AllClasses)
	c.ahead(a, b)
	c.ahead(b, a)
	c.ahead(b, end)
	s := route.New(&c.Network).NewSearcher()
	if got, cost, ok := s.Path(nil, route.Query{From: a, To: a}); !ok || cost != 0 || !slices.Equal(got, []network.EdgeID{a}) {
		t.Errorf("a to a: %v, %.1f s, %v; want [a], 0 s", got, cost, ok)
	}
	got, cost, ok := s.Path(nil, route.Query{From: a, To: a, Loop: true})
	if want := []network.EdgeID{a, b, a}; !ok || !slices.Equal(got, want) || math.Abs(cost-22) > 1e-9 {
		t.Errorf("round the block: %v, %.1f s, %v; want %v, 22 s", got, cost, ok, want)
	}
	if got, _, ok := s.Path(nil, route.Query{From: end, To: end, Loop: true}); ok {
		t.Errorf("loop from a dead end: %v, want none", got)
	}
}

func TestClassesKeepToTheirLanes(t *testing.T) {
	c := newCity()
	a, busOnly, b := c.road(100, 10, network.AllClasses), c.road(100, 10, network.SetOf(network.Bus)), c.road(100, 10, network.AllClasses)
	c.ahead(a, busOnly)
	c.ahead(busOnly, b)
	r := route.New(&c.Network)
	if r.Reachable(a, b, network.Car) {
		t.Error("a car is led over a bus lane")
	}
	if !r.Reachable(a, b, network.Bus) {
		t.Error("a bus is not led over a bus lane")
	}
	if r.Reachable(busOnly, busOnly, network.Car) {
		t.Error("a car may stand on a bus lane")
	}
}

// TestRoutesAreDrivable checks on random networks that each step of a route is a movement for the class, that access
// roads are at the ends only, that its cost adds up, and that a failed search leaves the buffer alone.
func TestRoutesAreDrivable(t *testing.T) {
	const seed = 7
	rng := rand.New(rand.NewPCG(seed, 0))
	found, missing := 0, 0
	for range 30 {
		c := randomCity(rng, 80)
		r := route.New(&c.Network)
		s := r.NewSearcher()
		for range 100 {
			q := route.Query{From: network.EdgeID(rng.IntN(80)), To: network.EdgeID(rng.IntN(80)), Class: network.VehicleClass(rng.IntN(int(network.NumVehicleClasses)))}
			path, cost, ok := s.Path([]network.EdgeID{42}, q)
			if path[0] != 42 || !ok && len(path) != 1 {
				t.Fatalf("seed %d: %+v: the buffer became %v", seed, q, path)
			}
			if ok != r.Reachable(q.From, q.To, q.Class) {
				t.Fatalf("seed %d: %+v: route %v, reachable %v", seed, q, ok, !ok)
			}
			if !ok {
				missing++
				continue
			}
			found++
			if sum := driveAlong(t, c, r, q, path[1:]); math.Abs(sum-cost) > 1e-6 {
				t.Errorf("seed %d: %+v: cost %.6f s, its parts %.6f s", seed, q, cost, sum)
			}
		}
	}
	if found < 200 || missing < 200 {
		t.Errorf("seed %d: %d routes found, %d missing: the test needs both", seed, found, missing)
	}
}

// driveAlong returns the free-flow cost of path, which it checks.
func driveAlong(t *testing.T, c *city, r *route.Router, q route.Query, path []network.EdgeID) float64 {
	t.Helper()
	if path[0] != q.From || path[len(path)-1] != q.To {
		t.Fatalf("%+v: route %v", q, path)
	}
	sum, parts := 0.0, 0
	for i, e := range path {
		if i > 0 && c.Edges[e].AccessOnly != c.Edges[path[i-1]].AccessOnly {
			parts++
		}
		if i == 0 {
			continue
		}
		step := math.Inf(1)
		for _, arc := range r.Arcs(path[i-1]) {
			if arc.To == e && arc.Permitted.Has(q.Class) {
				step = min(step, float64(arc.Turn)+float64(arc.Wait))
			}
		}
		sum += step + r.FreeTime(e)
	}
	if parts > 2 || parts == 2 && !c.Edges[path[0]].AccessOnly {
		t.Errorf("%+v: route %v leads through access roads", q, path)
	}
	return sum
}
