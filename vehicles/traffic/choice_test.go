package traffic_test

import (
	"math"
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
)

// fork is a road that divides into two and comes together again: way 0 goes over a junction at lengths[0]/2 north of the
// axis, way 1 south of it. It returns the network with the edge before, those of either way, and the edge behind.
func fork(t testing.TB, heights [2]float64) (net *network.Network, in network.EdgeID, ways [2][]network.EdgeID, out network.EdgeID) {
	t.Helper()
	s := &network.Spec{Name: "fork", Country: "US", Projection: network.Projection{Lon0: -75, Lat0: 39}}
	junction := func(x, y float64, boundary bool) int32 {
		s.Junctions = append(s.Junctions, network.JunctionSpec{Position: network.Point{X: x, Y: y}, Controller: network.None, Boundary: boundary})
		return int32(len(s.Junctions) - 1)
	}
	road := func(a, b int32) network.EdgeID {
		from, to := s.Junctions[a].Position, s.Junctions[b].Position
		s.Edges = append(s.Edges, network.EdgeSpec{
			From: a, To: b, Shape: []network.Point{from, to}, Opposite: network.None,
			Lanes: []network.LaneSpec{{Width: 3.5, SpeedLimit: 50 / 3.6, Permitted: network.AllClasses, Surface: network.Asphalt}},
		})
		return network.EdgeID(len(s.Edges) - 1)
	}
	start, first := junction(-600, 0, true), junction(0, 0, false)
	last, end := junction(800, 0, false), junction(1200, 0, true)
	in = road(start, first)
	for i, h := range heights {
		turn := junction(400, h, false)
		ways[i] = []network.EdgeID{road(first, turn), road(turn, last)}
	}
	out = road(last, end)
	return build(t, s), in, ways, out
}

// through returns n trips from boundary to boundary, one each interval s.
func through(w *traffic.World, n int, interval float64, from, to network.EdgeID) []traffic.Trip {
	trips := make([]traffic.Trip, n)
	for i := range trips {
		trips[i] = traffic.Trip{
			Depart: w.Time() + 1 + interval*float64(i), From: from, To: to, FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary,
		}
	}
	return trips
}

// waysTaken counts the trips on each way of a fork.
func waysTaken(w *traffic.World, n int, ways [2][]network.EdgeID) (taken [2]int) {
	for id := range n {
		for i := range ways {
			if slices.Contains(w.Route(traffic.VehicleID(id)), ways[i][0]) {
				taken[i]++
			}
		}
	}
	return taken
}

func TestEqualWaysAreSharedEqually(t *testing.T) {
	net, in, ways, out := fork(t, [2]float64{300, -300})
	w := newWorld(t, net, 1, func(c *traffic.Config) { c.Routes.Spread = 0.1 })
	const n = 1000
	if _, err := w.AddTrips(through(w, n, 0.05, in, out)); err != nil {
		t.Fatal(err)
	}
	checked(t, w, 10) // all have their routes
	taken := waysTaken(w, n, ways)
	if taken[0]+taken[1] != n || taken[0] < 430 || taken[0] > 570 { // four standard deviations
		t.Errorf("%v of %d take each of two equal ways", taken, n)
	}
}

func TestWithoutSpreadEverybodyTakesTheQuickestWay(t *testing.T) {
	net, in, ways, out := fork(t, [2]float64{300, -310})
	for spread, want := range map[float64]bool{0: true, 0.1: false} {
		w := newWorld(t, net, 1, func(c *traffic.Config) { c.Routes.Spread = spread })
		if _, err := w.AddTrips(through(w, 200, 0.2, in, out)); err != nil {
			t.Fatal(err)
		}
		checked(t, w, 2)
		if taken := waysTaken(w, 200, ways); (taken[0] == 200) != want {
			t.Errorf("spread %g: %v take each way", spread, taken)
		}
	}
}

// TestOthersDrawTheSame: whose choice is not concerned by a change draws the same as before.
func TestOthersDrawTheSame(t *testing.T) {
	net := grid(t, 6, false)
	routes := func(change func(*traffic.RouteChoice), more int) [][]network.EdgeID {
		w := newWorld(t, net, 1, func(c *traffic.Config) {
			c.Routes = traffic.RouteChoice{Spread: 0.1}
			change(&c.Routes)
		})
		if _, err := w.AddTrips(randomTrips(net, 300, w.Time(), 59, 4)); err != nil {
			t.Fatal(err)
		}
		if _, err := w.AddTrips(randomTrips(net, more, w.Time()+59.5, 0.1, 5)); err != nil {
			t.Fatal(err)
		}
		w.Step()
		var all [][]network.EdgeID
		for id := range 300 {
			all = append(all, w.Route(traffic.VehicleID(id)))
		}
		return all
	}
	want := routes(func(*traffic.RouteChoice) {}, 0)
	for name, got := range map[string][][]network.EdgeID{
		"informed drivers": routes(func(c *traffic.RouteChoice) { c.Informed = 0.5 }, 0),
		"more trips":       routes(func(*traffic.RouteChoice) {}, 50),
	} {
		if !slices.EqualFunc(got, want, slices.Equal[[]network.EdgeID]) {
			t.Errorf("%s change the routes of others", name)
		}
	}
	if other := routes(func(c *traffic.RouteChoice) { c.Spread = 0.3 }, 0); slices.EqualFunc(other, want, slices.Equal[[]network.EdgeID]) {
		t.Error("the spread changes nothing")
	}
}

// TestRelabelledEdgesGiveTheSameRoutes numbers the edges of a regular grid, full of equally quick ways, otherwise.
func TestRelabelledEdgesGiveTheSameRoutes(t *testing.T) {
	spec := sample.Grid(sample.GridSpec{Columns: 6, Rows: 6})
	net := build(t, spec)
	n := int32(len(spec.Edges))
	other := func(e int32) int32 { return (e*11 + 3) % n }
	if n%11 == 0 {
		t.Fatalf("%d edges: want a number that 11 does not divide", n)
	}
	turned := *spec
	turned.Edges = make([]network.EdgeSpec, n)
	for e := range n {
		edge := spec.Edges[e]
		if edge.Opposite >= 0 {
			edge.Opposite = other(edge.Opposite)
		}
		turned.Edges[other(e)] = edge
	}
	relabelled := build(t, &turned)
	for _, spread := range []float64{0, 0.1} {
		a := newWorld(t, net, 1, func(c *traffic.Config) { c.Routes.Spread = spread })
		b := newWorld(t, relabelled, 1, func(c *traffic.Config) { c.Routes.Spread = spread })
		trips := randomTrips(net, 500, a.Time(), 50, 6)
		if _, err := a.AddTrips(trips); err != nil {
			t.Fatal(err)
		}
		mapped := slices.Clone(trips)
		for i := range mapped {
			mapped[i].From, mapped[i].To = network.EdgeID(other(int32(trips[i].From))), network.EdgeID(other(int32(trips[i].To)))
		}
		if _, err := b.AddTrips(mapped); err != nil {
			t.Fatal(err)
		}
		a.Step()
		b.Step()
		for id := range trips {
			want := slices.Clone(a.Route(traffic.VehicleID(id)))
			for i := range want {
				want[i] = network.EdgeID(other(int32(want[i])))
			}
			if got := b.Route(traffic.VehicleID(id)); !slices.Equal(got, want) {
				t.Fatalf("spread %g, trip %d: %v, want %v", spread, id, got, want)
			}
		}
	}
}

// TestClosedStreetsAreLeft closes one of two ways. The informed leave it at once, the others where it is signed; who is too
// near drives on; and nobody comes to harm.
func TestClosedStreetsAreLeft(t *testing.T) {
	for _, informed := range []float64{0, 1} {
		net, in, ways, out := fork(t, [2]float64{300, -310})
		w := newWorld(t, net, 1, func(c *traffic.Config) { c.Routes.Informed = informed })
		const n = 60
		if _, err := w.AddTrips(through(w, n, 3, in, out)); err != nil {
			t.Fatal(err)
		}
		for w.Stats().Departed < 30 {
			checked(t, w, 1)
		}
		if err := w.Queue(traffic.Command{Kind: traffic.CloseEdge, Edge: ways[0][1]}); err != nil {
			t.Fatal(err)
		}
		checked(t, w, 10) // those without a way yet are not told here
		near, switched := 0, 0
		for _, v := range w.AppendVehicles(nil) {
			d, _ := w.Vehicle(v.ID)
			on := d.Route[d.RouteAt]
			_, isLane := net.LaneOf(v.Track)
			switch uses := slices.Contains(d.Route[d.RouteAt+1:], ways[0][1]); {
			case on == ways[0][0] && uses:
				near++ // past the fork: no other way leads on
			case on == in && uses && (600-d.S < 70 || !isLane): // cannot turn off any more, or does it already
				near++
			case on == in && uses:
				t.Errorf("informed %g: vehicle %d, %.0f m before the fork, still goes by the closed street", informed, v.ID, 600-d.S)
			case on == in:
				switched++
			}
		}
		if near == 0 || switched == 0 {
			t.Errorf("informed %g: %d past the fork and %d before it: too few to tell", informed, near, switched)
		}
		checked(t, w, 3000)
		st := w.Stats()
		if st.Arrived != n || st.ReroutedBy[traffic.ClosedAhead] == 0 || st.Rerouted != st.ReroutedBy[traffic.ClosedAhead] {
			t.Errorf("informed %g: %+v, want all %d arrived and rerouted for the closed street only", informed, st, n)
		}
	}
}

// TestOnlyTheInformedHearOfDistantClosures closes a street three junctions on.
func TestOnlyTheInformedHearOfDistantClosures(t *testing.T) {
	net := build(t, sample.Grid(sample.GridSpec{Columns: 8, Rows: 3, Spacing: 300}))
	for _, informed := range []float64{0, 1} {
		w := newWorld(t, net, 1, func(c *traffic.Config) { c.Routes.Informed = informed })
		row := boundaryRow(t, net)
		if _, err := w.AddTrips(through(w, 1, 1, row[0], row[len(row)-1])); err != nil {
			t.Fatal(err)
		}
		checked(t, w, 20)
		if err := w.Queue(traffic.Command{Kind: traffic.CloseEdge, Edge: row[5]}); err != nil {
			t.Fatal(err)
		}
		checked(t, w, 2)
		d, ok := w.Vehicle(0)
		if !ok {
			t.Fatal("not on the road")
		}
		if left := !slices.Contains(d.Route, row[5]); left != (informed == 1) {
			t.Errorf("informed %g: leaves its way for a street closed far ahead: %v", informed, left)
		}
		seen := false
		for w.Stats().Arrived == 0 && w.Time() < 7*3600+600 {
			checked(t, w, 1)
			d, ok := w.Vehicle(0)
			seen = seen || ok && d.Route[d.RouteAt] == row[5]
		}
		if seen || w.Stats().Arrived != 1 || w.Stats().ReroutedBy[traffic.ClosedAhead] != 1 {
			t.Errorf("informed %g: drove over the closed street: %v; %+v", informed, seen, w.Stats())
		}
	}
}

// boundaryRow returns the edges of the middle row of a grid, from boundary to boundary.
func boundaryRow(t *testing.T, net *network.Network) []network.EdgeID {
	t.Helper()
	for e := range net.Edges {
		way := []network.EdgeID{network.EdgeID(e)}
		if !net.Junctions[net.Edges[e].From].Boundary || net.Edges[e].Name != "Row 2" {
			continue
		}
		for {
			next := slices.IndexFunc(net.Movements, func(m network.Movement) bool {
				return m.From == way[len(way)-1] && m.Turn == network.Through
			})
			if next < 0 {
				return way
			}
			way = append(way, net.Movements[next].To)
		}
	}
	t.Fatal("no such row")
	return nil
}

// TestInformedDriversLeaveAJam slows one way down to a crawl when everybody has a route over it.
func TestInformedDriversLeaveAJam(t *testing.T) {
	for _, informed := range []float64{0, 0.5, 1} {
		net := build(t, sample.Grid(sample.GridSpec{Columns: 8, Rows: 3, Spacing: 300}))
		w := newWorld(t, net, 1, func(c *traffic.Config) { c.Routes.Informed, c.Routes.Every = informed, 30 })
		row := boundaryRow(t, net)
		const n = 200
		if _, err := w.AddTrips(through(w, n, 0.29, row[0], row[len(row)-1])); err != nil {
			t.Fatal(err)
		}
		checked(t, w, 2)
		for _, e := range row[5:7] {
			if err := w.Queue(traffic.Command{Kind: traffic.SetSpeedLimit, Edge: e, Limit: 1.5}); err != nil {
				t.Fatal(err)
			}
		}
		checked(t, w, 5000)
		left := w.Stats().ReroutedBy[traffic.BetterWay]
		if informed == 0 && left > 0 || left < int(math.Floor(informed*n/4)) {
			t.Errorf("informed %g: %d left for a better way: %+v", informed, left, w.Stats())
		}
	}
}
