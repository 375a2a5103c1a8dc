package traffic_test

import (
	"math"
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
)

// block is a one-way street round a block of 60 m, edges 0 to 3 of one lane each, with a street into each of its corners
// from outside, edges 4 to 7.
func block() *network.Spec {
	at := func(x, y float64) network.Point { return network.Point{X: x, Y: y} }
	corners := []network.Point{at(0, 0), at(60, 0), at(60, 60), at(0, 60)}
	outside := []network.Point{at(-100, 0), at(60, -100), at(160, 60), at(0, 160)}
	s := &network.Spec{Name: "block"}
	for _, p := range corners {
		s.Junctions = append(s.Junctions, network.JunctionSpec{Position: p, Control: network.PrioritySide, Controller: network.None})
	}
	for _, p := range outside {
		s.Junctions = append(s.Junctions, network.JunctionSpec{Position: p, Boundary: true, Controller: network.None})
	}
	edge := func(from, to int32) {
		s.Edges = append(s.Edges, network.EdgeSpec{
			From: from, To: to, Shape: []network.Point{s.Junctions[from].Position, s.Junctions[to].Position},
			Opposite: network.None, Road: network.Residential,
			Lanes: []network.LaneSpec{{Width: 3.25, SpeedLimit: 30 / 3.6, Permitted: network.AllClasses}},
		})
	}
	for i := range int32(4) {
		edge(i, (i+1)%4)
	}
	for i := range int32(4) {
		edge(4+i, i)
	}
	return s
}

// parkQueue parks cars on lane 0 of the first edge of a route, from the stop line back to metre back, and returns how many.
func parkQueue(t *testing.T, w *traffic.World, net *network.Network, way []network.EdgeID, back float64) (n int) {
	t.Helper()
	const car, gap = 4.6, 2.5 // m, at least
	for s := net.Edges[way[0]].Length - 1.5; s-car > back; s -= car + gap {
		id, err := w.AddTrips([]traffic.Trip{{
			Depart: traffic.Never, From: way[0], To: way[len(way)-1], FromPos: 1, ToPos: traffic.AtBoundary, Route: way,
		}})
		if err != nil {
			t.Fatal(err)
		}
		w.Park(id, 0, s)
		n++
	}
	return n
}

// round is the way from edge first n times further round the block.
func round(first, n int) (way []network.EdgeID) {
	if first >= 4 {
		way = append(way, network.EdgeID(first))
	}
	for i := range n {
		way = append(way, network.EdgeID((first+i)%4))
	}
	return way
}

func TestARingOfFourIsStuck(t *testing.T) {
	net := build(t, block())
	w := newWorld(t, net, 1, nil)
	ring := 0
	for e := range 4 {
		ring += parkQueue(t, w, net, round(e, 20), 0)
	}
	queue := parkQueue(t, w, net, round(4, 5), 50)
	if ring < 12 || queue < 3 {
		t.Fatalf("%d cars in the ring, %d before it: want more", ring, queue)
	}
	checked(t, w, int(290/w.StepTime()))
	if n := w.Stats().Stuck; n != 0 {
		t.Errorf("%d stuck after less than five minutes, want 0", n)
	}
	checked(t, w, int(360/w.StepTime())) // the last of them have moved up for a minute or two
	if n := w.Stats().Stuck; n != ring+queue {
		t.Errorf("%d stuck, want all %d of the ring and %d behind", n, ring, queue)
	}
	all := w.AppendStuck(nil)
	if len(all) != w.Stats().Stuck {
		t.Errorf("%d listed, want the %d counted", len(all), w.Stats().Stuck)
	}
	for _, s := range all {
		if s.Reason != traffic.Gridlock || s.Chain[0] != s.Wait {
			t.Errorf("vehicle %d: %v, chain %+v, want a gridlock and a chain that begins with it", s.Vehicle, s.Reason, s.Chain)
			continue
		}
		var edges []network.EdgeID // the circle goes round the block
		for _, link := range s.Chain[s.Back:] {
			if lane, ok := net.LaneOf(link.Track); ok {
				edges = append(edges, net.Lanes[lane].Edge)
			}
			if since := w.Time() - link.Since; since < 300 {
				t.Errorf("vehicle %d waits for %d, which has been standing for %.0f s only", s.Vehicle, link.Vehicle, since)
			}
		}
		slices.Sort(edges)
		if edges = slices.Compact(edges); !slices.Equal(edges, []network.EdgeID{0, 1, 2, 3}) {
			t.Errorf("vehicle %d: circle over edges %v, want 0 to 3", s.Vehicle, edges)
		}
	}
}

func TestWhoStandsBehindACrashIsNotStuck(t *testing.T) {
	net := build(t, block())
	w := newWorld(t, net, 1, nil)
	n := 0
	for e := range 4 {
		n += parkQueue(t, w, net, round(e, 20), 0)
	}
	w.Wreck(0)
	for range int(400 / w.StepTime()) {
		w.Step()
	}
	if st := w.Stats(); st.Stuck != 0 || st.Standing != n {
		t.Errorf("%d stuck, %d standing behind a crash, want 0 and %d", st.Stuck, st.Standing, n)
	}
}

// TestWhoStandsBehindACrashAtACrossingIsNotStuck has people cross all the time before a car that stands behind a wreck.
func TestWhoStandsBehindACrashAtACrossingIsNotStuck(t *testing.T) {
	net := streetWith(t, network.Zebra, nil)
	w := newWorld(t, net, 1, func(c *traffic.Config) { c.Crossings = traffic.Crossings{People: 1000} })
	trip := traffic.Trip{Depart: traffic.Never, Route: []network.EdgeID{0}, ToPos: traffic.AtBoundary}
	add(t, w, []traffic.Trip{trip, trip})
	w.Park(0, 0, 304.5)
	w.Wreck(0)
	w.Park(1, 0, 280)
	crossed := 0
	for range int(1500 / w.StepTime()) {
		w.Step()
		if v, _ := w.Vehicle(1); v.Limit == traffic.LimitCrossing {
			crossed++
		}
	}
	if st := w.Stats(); st.StuckMost > 0 || crossed == 0 {
		t.Errorf("%d stuck at most, held by people in %d steps, want 0 and some", st.StuckMost, crossed)
	}
}

// crossing returns a world with one signalised crossing whose cycle lasts for so many seconds, nearly all of it the first
// stage's green, and a long queue on each of its approaches.
func crossing(t *testing.T, cycle float64) *traffic.World {
	net := build(t, sample.Cross(sample.CrossSpec{Control: network.Signalised, Lanes: 1}))
	plans, _ := signals.DefaultPlans(net)
	plans[0].Stages[0].Green += cycle - plans[0].Cycle()
	system, err := signals.New(net, plans)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, net, 1, func(c *traffic.Config) { c.Signals = system })
	var streams [][]traffic.Trip
	for i := range 4 {
		streams = append(streams, stream(in(i), network.EdgeID(2*((i+2)%4)), network.Car, w.Time(), w.Time()+7200, 3))
	}
	add(t, w, streams...)
	return w
}

func TestALongQueueAtARedLightIsNotStuck(t *testing.T) {
	for _, cycle := range []float64{120, 600} {
		w := crossing(t, cycle)
		long := 0.0
		for range 3600 {
			checked(t, w, 5) // a second
			if st := w.Stats(); st.Stuck > 0 {
				t.Fatalf("cycle of %.0f s: %d stuck at %.0f s: %+v", cycle, st.Stuck, w.Time(), w.AppendStuck(nil)[0])
			}
			long = max(long, float64(w.Stats().Standing))
		}
		if long < 20 {
			t.Errorf("cycle of %.0f s: at most %.0f standing, want long queues", cycle, long)
		}
	}
}

func TestALightThatStaysRedIsTold(t *testing.T) {
	w := crossing(t, 1900)
	checked(t, w, int(1300/w.StepTime()))
	st := w.Stats()
	if st.Stuck < 10 || st.StuckMost != st.Stuck {
		t.Fatalf("%d stuck after 20 minutes of red, at most %d: want the queues, growing", st.Stuck, st.StuckMost)
	}
	for _, s := range w.AppendStuck(nil) {
		if s.Reason != traffic.DeadSignal || s.Chain[len(s.Chain)-1].For != traffic.LimitSignal {
			t.Errorf("vehicle %d: %v, %+v, want the signal", s.Vehicle, s.Reason, s.Chain)
		}
	}
}

// TestASnapshotKnowsHowLongALightHasBeenRed goes on from the middle of a red phase.
func TestASnapshotKnowsHowLongALightHasBeenRed(t *testing.T) {
	w, other := crossing(t, 1900), crossing(t, 1900)
	checked(t, w, int(1000/w.StepTime()))
	if err := other.Restore(w.Snapshot()); err != nil {
		t.Fatal(err)
	}
	checked(t, w, int(300/w.StepTime()))
	checked(t, other, int(300/w.StepTime()))
	if got, want := other.Stats(), w.Stats(); got != want || want.Stuck == 0 {
		t.Errorf("after restoring %+v, want %+v with some stuck", got, want)
	}
}

// TestWhoWaitsForItsTurnIsExplained stops a car that has just been let in at an all-way stop. Those on the other road whose way does not
// meet its own wait until it is seen to go: they wait for it, and the watch says so.
func TestWhoWaitsForItsTurnIsExplained(t *testing.T) {
	net := build(t, sample.Cross(sample.CrossSpec{Control: network.AllWayStop}))
	for _, arm := range []int{1, 3} { // one of them is the turn to the kerb side
		w := newWorld(t, net, 1, nil)
		first := func(i int) network.TrackID { return net.Edges[in(i)].FirstLane.Track() }
		turning := func(i int) []traffic.Trip {
			return stream(in(i), network.EdgeID(2*((i+arm)%4)), network.Car, w.Time(), w.Time()+1500, 4)
		}
		add(t, w, turning(0), turning(2))
		fainted := traffic.VehicleID(math.MaxUint32)
		for range int(120 / w.StepTime()) {
			checked(t, w, 1)
			for _, v := range w.AppendVehicles(nil) {
				if c, inside := net.ConnectorOf(v.Track); inside && net.Lanes[net.Connectors[c].From].Edge == in(0) && v.S < 1.5 && w.Time() > 7*3600+60 {
					fainted = v.ID
				}
			}
			if fainted != math.MaxUint32 {
				break
			}
		}
		for range int(400 / w.StepTime()) {
			w.Faint(fainted)
			w.Step()
		}
		for _, s := range w.AppendStuck(nil) {
			if s.Track != first(2) || s.S < net.Edges[in(2)].Length-5 || w.Clashes(s.Vehicle, fainted) {
				continue
			}
			if last := s.Chain[len(s.Chain)-1]; last.Vehicle != fainted {
				t.Errorf("%+v, want it to wait for %d, which is not seen to go", s, fainted)
			}
			return
		}
	}
	t.Error("nobody waits at the line for one whose way is another: that is no test")
}

// TestWhoLeavesTheRoomBehindACrashToAnotherIsNotStuck has a wreck at the end of an edge that a main road and a side road lead to. Each
// waits for room there, and in turn for the other to have it first: it is the wreck that holds them all.
func TestWhoLeavesTheRoomBehindACrashToAnotherIsNotStuck(t *testing.T) {
	net := build(t, queued(60))
	w := newWorld(t, net, 1, nil)
	begin, end := w.Time(), w.Time()+120
	n := add(t, w, stream(0, 2, network.Car, begin, end, 4), stream(3, 2, network.Car, begin, end, 8), []traffic.Trip{{
		Depart: traffic.Never, From: 1, To: 2, Route: []network.EdgeID{1, 2}, ToPos: traffic.AtBoundary, Class: network.Car,
	}})
	w.Park(traffic.VehicleID(n-1), 0, net.Edges[1].Length-2)
	w.Wreck(traffic.VehicleID(n - 1))
	left := 0
	for range int(1500 / w.StepTime()) {
		w.Step()
		for _, v := range w.AppendVehicles(nil) {
			if lane, ok := net.LaneOf(v.Track); ok && net.Lanes[lane].Edge == 0 && v.Limit == traffic.LimitYield {
				left++
			}
		}
	}
	if st := w.Stats(); st.StuckMost > 0 || st.Arrived > 0 || left == 0 {
		t.Errorf("%+v, %d times somebody on the main road yielded, want nobody stuck or arrived, and some", st, left)
	}
}

// TestWhoGoesAtLastIsNotStuck has cars stand for long behind a wreck at the line of a side road, until it is cleared. Each of those
// behind it has stood for more than five minutes when the one ahead goes, and then comes to the line and waits there for a gap.
func TestWhoGoesAtLastIsNotStuck(t *testing.T) {
	for offset := range 10 {
		net := build(t, queued(300))
		w := newWorld(t, net, 1, nil)
		begin := w.Time()
		n := add(t, w, stream(0, 2, network.Car, begin, begin+900, 9), stream(3, 2, network.Car, begin+1, begin+30, 4), []traffic.Trip{{
			Depart: traffic.Never, From: 3, To: 2, Route: []network.EdgeID{3, 1, 2}, ToPos: traffic.AtBoundary, Class: network.Car,
		}})
		wreck := traffic.VehicleID(n - 1)
		w.Park(wreck, 0, net.Edges[3].Length-1)
		w.Wreck(wreck)
		checked(t, w, int(400/w.StepTime())+3*offset)
		w.ClearNow(wreck)
		checked(t, w, int(300/w.StepTime()))
		if st := w.Stats(); st.StuckMost > 0 || st.Cleared != 1 {
			t.Errorf("cleared %d steps later: %+v, want nobody stuck", 3*offset, st)
		}
	}
}

// TestAMomentWithoutACauseIsNotAGridlock has a wreck hold up a main road and a side road, until it is cleared: there is nothing to see then
// for which those wait who have to let others go first, but they do not wait for long.
func TestAMomentWithoutACauseIsNotAGridlock(t *testing.T) {
	for offset := range 6 {
		net := build(t, queued(60))
		w := newWorld(t, net, 1, nil)
		begin := w.Time()
		n := add(t, w, stream(0, 2, network.Car, begin, begin+900, 6), stream(3, 2, network.Car, begin+1, begin+60, 4), []traffic.Trip{{
			Depart: traffic.Never, From: 1, To: 2, Route: []network.EdgeID{1, 2}, ToPos: traffic.AtBoundary, Class: network.Car,
		}})
		wreck := traffic.VehicleID(n - 1)
		w.Park(wreck, 0, net.Edges[1].Length-2)
		w.Wreck(wreck)
		checked(t, w, int(600/w.StepTime())+4*offset)
		w.ClearNow(wreck)
		checked(t, w, int(200/w.StepTime()))
		if st := w.Stats(); st.StuckMost > 0 || st.Cleared != 1 {
			t.Errorf("cleared %d steps later: %+v, want nobody stuck", 4*offset, st)
		}
	}
}
