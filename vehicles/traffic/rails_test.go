package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
)

// railAtArm returns a crossing of four arms with tracks over its second one, which gives way, so many metres from the junction.
func railAtArm(t testing.TB, control network.JunctionKind, sign network.Control, metres float64) *network.Network {
	t.Helper()
	spec := sample.Cross(sample.CrossSpec{Control: control, Sign: sign})
	out, in := int32(2), int32(in(1))
	length := network.PolylineLength(spec.Edges[in].Shape)
	spec.Crossings = []network.CrossingSpec{
		{Kind: network.LevelCrossing, Edge: in, Position: length - metres, OSMNode: 9},
		{Kind: network.LevelCrossing, Edge: out, Position: metres, OSMNode: 9},
	}
	return build(t, spec)
}

// TestWhoMustGiveWayBehindTheTracksWaitsBeforeThem has tracks so near to a junction that there is no room between the two, on
// either side of the street: who comes to the junction waits before them until the junction lets it in, and who leaves it does so
// when there is room behind them. Traffic on the main road leaves gaps, so all arrive.
func TestWhoMustGiveWayBehindTheTracksWaitsBeforeThem(t *testing.T) {
	for _, c := range []struct {
		name    string
		control network.JunctionKind
		sign    network.Control
	}{
		{"yield", network.PriorityRoad, network.Yield},
		{"stop", network.PriorityRoad, network.Stop},
		{"all-way stop", network.AllWayStop, network.Yield},
		{"priority to the side", network.PrioritySide, network.Yield},
		{"signals", network.Signalised, network.Yield},
	} {
		for _, metres := range []float64{5, 12, 25} {
			net := railAtArm(t, c.control, c.sign, metres)
			w := newWorld(t, net, 1, func(c *traffic.Config) { c.Crossings = traffic.Crossings{Trains: 30} })
			start, end := w.Time(), w.Time()+1200
			n := add(t, w,
				poisson(in(1), 4, network.Car, start, end, 90, 1), poisson(in(1), 6, network.Car, start, end, 60, 2), poisson(in(1), 0, network.Car, start, end, 60, 3),
				poisson(in(1), 6, network.ArticulatedLorry, start, end, 20, 4),
				poisson(in(0), 4, network.Car, start, end, 200, 5), poisson(in(2), 0, network.Car, start, end, 200, 6),
				poisson(in(0), 2, network.Car, start, end, 60, 7), poisson(in(3), 2, network.ArticulatedLorry, start, end, 20, 8),
				poisson(in(2), 2, network.Car, start, end, 60, 9))
			checked(t, w, 5*2000)
			got, st := w.Walks(), w.Stats()
			if got.Trains < 10 || got.OnTracks > 0 || st.StuckMost > 0 || st.Arrived != n {
				t.Errorf("%s, tracks %g m away: %d trains, %d vehicles on the tracks before one, stuck at most %d, %d of %d arrived", c.name, metres,
					got.Trains, got.OnTracks, st.StuckMost, st.Arrived, n)
			}
		}
	}
}

// railInMedian returns a street that crosses both carriageways of a divided road, so many metres apart, with tracks in the middle
// between them. Edges 4, 5, 6 are the street from the south, 7, 8, 9 from the north.
func railInMedian(t testing.TB, gap float64, kind network.CrossingKind) *network.Network {
	t.Helper()
	at := func(x, y float64) network.Point { return network.Point{X: x, Y: y} }
	spec := &network.Spec{Name: "tracks in the median"}
	for i, p := range []network.Point{
		at(0, 0), at(0, gap), at(-250, 0), at(250, 0), at(-250, gap), at(250, gap), at(0, -200), at(0, gap+200),
	} {
		j := network.JunctionSpec{Position: p, Controller: network.None, Boundary: i > 1}
		if i < 2 {
			j.Control = network.PriorityRoad
		}
		spec.Junctions = append(spec.Junctions, j)
	}
	for _, e := range []struct{ from, to, rank, opposite int32 }{
		{2, 0, 2, network.None},
		{0, 3, 2, network.None},
		{5, 1, 2, network.None},
		{1, 4, 2, network.None},
		{6, 0, 1, 9},
		{0, 1, 1, 8},
		{1, 7, 1, 7},
		{7, 1, 1, 6},
		{1, 0, 1, 5},
		{0, 6, 1, 4},
	} {
		spec.Edges = append(spec.Edges, network.EdgeSpec{
			From: e.from, To: e.to, Shape: []network.Point{spec.Junctions[e.from].Position, spec.Junctions[e.to].Position}, Opposite: e.opposite,
			Rank: e.rank, Road: network.Secondary, Lanes: []network.LaneSpec{{Width: 3.25, SpeedLimit: 50 / 3.6, Permitted: network.AllClasses}},
		})
	}
	for _, e := range []int32{4, 5, 7, 8} {
		spec.Edges[e].Sign = network.Yield
	}
	for _, e := range []int32{5, 8} {
		spec.Crossings = append(spec.Crossings, network.CrossingSpec{Kind: kind, Edge: e, Position: gap / 2, OSMNode: 9})
	}
	return build(t, spec)
}

// TestTracksBetweenTwoJunctionsDoNotLock crosses a divided road with tracks in its median, too narrow or just wide enough to wait
// behind them or before them.
func TestTracksBetweenTwoJunctionsDoNotLock(t *testing.T) {
	for _, gap := range []float64{20, 26, 34, 44, 60} {
		net := railInMedian(t, gap, network.TramCrossing)
		w := newWorld(t, net, 1, func(c *traffic.Config) { c.Crossings = traffic.Crossings{Trams: 30} })
		start, end := w.Time(), w.Time()+1800
		n := add(t, w,
			poisson(0, 1, network.Car, start, end, 350, 1), poisson(2, 3, network.Car, start, end, 350, 2),
			poisson(4, 6, network.Car, start, end, 130, 3), poisson(4, 6, network.ArticulatedLorry, start, end, 30, 4), poisson(4, 3, network.Car, start, end, 60, 5),
			poisson(7, 9, network.Car, start, end, 130, 6), poisson(7, 9, network.ArticulatedLorry, start, end, 30, 7), poisson(7, 1, network.Car, start, end, 60, 8),
			poisson(0, 6, network.Car, start, end, 80, 9), poisson(2, 9, network.Car, start, end, 80, 10))
		checked(t, w, 5*3600)
		got, st := w.Walks(), w.Stats()
		t.Logf("%g m: %+v, stuck at most %d, %d of %d arrived", gap, got, st.StuckMost, st.Arrived, n)
		if got.Trains < 10 || got.OnTracks > 0 || st.StuckMost > 0 || st.Arrived != n {
			t.Errorf("median of %g m: %d trams, %d vehicles on the tracks before one, stuck at most %d, %d of %d arrived", gap,
				got.Trains, got.OnTracks, st.StuckMost, st.Arrived, n)
		}
	}
}
