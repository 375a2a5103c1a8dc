package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// queued is a main road, edges 0, 1 and 2 from west to east, that a side road (3) joins from the south where edge 1 begins, metres
// before a signal, at which a street (4 and 5) crosses it.
func queued(metres float64) *network.Spec {
	at := func(x, y float64) network.Point { return network.Point{X: x, Y: y} }
	edge := func(from, to, rank int32, a, b network.Point) network.EdgeSpec {
		return network.EdgeSpec{
			From: from, To: to, Shape: []network.Point{a, b}, Opposite: network.None, Rank: rank, Road: network.Secondary,
			Lanes: []network.LaneSpec{{Width: 3.25, SpeedLimit: 50 / 3.6, Permitted: network.AllClasses}},
		}
	}
	s := &network.Spec{Name: "queued", Junctions: []network.JunctionSpec{
		{Control: network.PriorityRoad, Controller: network.None},
		{Position: at(metres, 0), Control: network.Signalised, Controller: 0},
		{Position: at(-400, 0), Boundary: true},
		{Position: at(metres+300, 0), Boundary: true},
		{Position: at(0, -200), Boundary: true},
		{Position: at(metres, -200), Boundary: true},
		{Position: at(metres, 200), Boundary: true},
	}}
	s.Edges = []network.EdgeSpec{
		edge(2, 0, 2, at(-400, 0), at(0, 0)), edge(0, 1, 2, at(0, 0), at(metres, 0)), edge(1, 3, 2, at(metres, 0), at(metres+300, 0)),
		edge(4, 0, 1, at(0, -200), at(0, 0)), edge(5, 1, 2, at(metres, -200), at(metres, 0)), edge(1, 6, 2, at(metres, 0), at(metres, 200)),
	}
	s.Edges[3].Sign = network.Yield
	return s
}

// TestAnEndlessQueueIsJoined has cars queue on a main road before a signal, back beyond where a side road joins it. Whoever comes
// from there, however long, gets the room in the end that others reach sooner, and that shorter ones would have enough of.
func TestAnEndlessQueueIsJoined(t *testing.T) {
	for _, metres := range []float64{60, 90} {
		for _, class := range []network.VehicleClass{network.Van, network.Bus, network.ArticulatedLorry} {
			net := build(t, queued(metres))
			w := newWorld(t, net, 1, nil)
			begin, end := w.Time(), w.Time()+2400
			add(t, w, stream(0, 2, network.Car, begin, end, 2.5), stream(4, 5, network.Car, begin, end, 2.5),
				stream(3, 2, class, begin+100, end, 400))
			longest, since := 0.0, map[traffic.VehicleID]float64{}
			for range 12000 {
				checked(t, w, 1)
				for _, e := range w.Events() {
					if v, ok := w.Vehicle(e.Vehicle); e.Kind == traffic.Departed && ok && v.Class == class {
						since[e.Vehicle] = e.Time
					} else if begun, ok := since[e.Vehicle]; ok && e.Kind == traffic.Arrived {
						longest = max(longest, e.Time-begun)
					}
				}
			}
			t.Logf("%v, %.0f m: %.0f s", class, metres, longest)
			if st := w.Stats(); st.StuckMost > 0 {
				t.Errorf("%v, %.0f m: %d stuck", class, metres, st.StuckMost)
			}
		}
	}
}

// TestAQueueThatStandsLetsInTurnByTurn has a main road whose queue, before a signal and slow traffic behind that, reaches back beyond
// where a side road joins it. It moves a little with each green. Those from the main road need but to roll on, and who comes
// from the side needs room that he can see; yet he has his turn when they have stood before the junction.
func TestAQueueThatStandsLetsInTurnByTurn(t *testing.T) {
	side, main := int64(0), int64(0)
	for _, metres := range []float64{40, 50, 75} {
		for seed := range uint64(2) {
			net := build(t, queued(metres))
			w := newWorld(t, net, 1, nil)
			if err := w.Queue(traffic.Command{Kind: traffic.SetSpeedLimit, Edge: 2, Limit: 2}); err != nil {
				t.Fatal(err)
			}
			begin, end := w.Time(), w.Time()+2400
			queue := stream(0, 2, network.Car, begin, end, 2.5)
			for i := range queue {
				queue[i].Class = mixedClass(seed+1, i)
			}
			add(t, w, queue, stream(4, 5, network.Car, begin, end, 2.5), stream(3, 2, network.Car, begin+100, end, 40))
			checked(t, w, int(2400/w.StepTime()))
			c := w.Counts()
			side += c[net.Edges[3].FirstLane.Track()].Left
			main += c[net.Edges[0].FirstLane.Track()].Left
		}
	}
	t.Logf("%d from the side road, %d from the main road", side, main)
	if side < 70 || main < 3*side {
		t.Errorf("%d from the side road, %d from the main road, want 70 or more, and at least three times as many", side, main)
	}
}
