package traffic_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
)

// stream returns a trip every headway seconds from start to end, from edge to edge across a junction.
func stream(from, to network.EdgeID, class network.VehicleClass, start, end, headway float64) (trips []traffic.Trip) {
	for at := start; at < end; at += headway {
		trips = append(trips, traffic.Trip{
			Depart: at, From: from, To: to, FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary, Class: class,
		})
	}
	return trips
}

// add adds the trips, in order of departure, to w.
func add(t *testing.T, w *traffic.World, streams ...[]traffic.Trip) int {
	t.Helper()
	trips := slices.Concat(streams...)
	slices.SortStableFunc(trips, func(a, b traffic.Trip) int { return cmp.Compare(a.Depart, b.Depart) })
	if _, err := w.AddTrips(trips); err != nil {
		t.Fatal(err)
	}
	return len(trips)
}

// divided is a divided road from west (edge 2 in, 1 out) to east (0 in, 3 out), its carriageways gap metres apart, that a
// one-way street crosses from south (edge 4) to north (edge 5): one junction.
func divided(gap float64) *network.Spec {
	at := func(x, y float64) network.Point { return network.Point{X: x, Y: y} }
	edge := func(from, to, rank int32, a, b network.Point) network.EdgeSpec {
		return network.EdgeSpec{
			From: from, To: to, Shape: []network.Point{a, b}, Opposite: network.None, Rank: rank, Road: network.Secondary,
			Lanes: []network.LaneSpec{{Width: 3.25, SpeedLimit: 50 / 3.6, Permitted: network.AllClasses}},
		}
	}
	s := &network.Spec{Name: "divided", Junctions: []network.JunctionSpec{
		{Control: network.PriorityRoad, Controller: network.None},
		{Position: at(-250, gap/2), Boundary: true},
		{Position: at(-250, -gap/2), Boundary: true},
		{Position: at(250, gap/2), Boundary: true},
		{Position: at(250, -gap/2), Boundary: true},
		{Position: at(0, -250), Boundary: true},
		{Position: at(0, 250), Boundary: true},
	}}
	s.Edges = []network.EdgeSpec{
		edge(3, 0, 2, at(250, gap/2), at(0, gap/2)), edge(0, 1, 2, at(0, gap/2), at(-250, gap/2)),
		edge(2, 0, 2, at(-250, -gap/2), at(0, -gap/2)), edge(0, 4, 2, at(0, -gap/2), at(250, -gap/2)),
		edge(5, 0, 1, at(0, -250), at(0, -gap/2)), edge(0, 6, 1, at(0, gap/2), at(0, 250)),
	}
	s.Edges[4].Sign = network.Yield
	for _, turn := range [][2]int32{{4, 1}, {2, 5}} { // they would sweep the opening of the median
		s.Bans = append(s.Bans, network.TurnRule{From: turn[0], To: turn[1], Classes: network.AllClasses})
	}
	return s
}

// crossDivided runs half an hour of cars, one of whom comes every 4.5 s on each carriageway, with class crossing them. It
// returns how many have crossed, and in how many seconds somebody was standing between the carriageways.
func crossDivided(t *testing.T, gap float64, class network.VehicleClass, storage bool) (crossed int, inside int) {
	t.Helper()
	net := build(t, divided(gap))
	w := newWorld(t, net, 1, nil)
	if !storage {
		w.ForbidStorage()
	}
	start, end := w.Time(), w.Time()+1800
	add(t, w, stream(0, 1, network.Car, start, end, 7.3), stream(2, 3, network.Car, start+1.7, end, 6.9),
		stream(4, 5, class, start, end, 4))
	for range 1800 {
		checked(t, w, 5) // a second
		for _, id := range w.Held() {
			if v, _ := w.Vehicle(id); v.V < 0.3 {
				inside++
			}
		}
	}
	return int(w.Counts()[net.Edges[5].FirstLane.Track()].Entered), inside
}

func TestMinorRoadCrossesADividedRoadInTwoStages(t *testing.T) {
	before, none := crossDivided(t, 26, network.Car, false)
	after, inside := crossDivided(t, 26, network.Car, true)
	if none != 0 || inside < 10 {
		t.Errorf("somebody stood between the carriageways in %d s without storage, in %d s with it, want 0 and 10 or more", none, inside)
	}
	// HCM's example 3 (hcm_twsc.json) has 43 % more; here those who cross in one stage are faster than the Manual's.
	if float64(after) < 1.05*float64(before) {
		t.Errorf("%d cars crossed in two stages, %d in one: want a twentieth more", after, before)
	}
	t.Logf("%d cars crossed in two stages, %d in one; %d s with one standing between", after, before, inside)
}

func TestALorryThatDoesNotFitCrossesInOneGo(t *testing.T) {
	if _, inside := crossDivided(t, 18, network.ArticulatedLorry, true); inside != 0 {
		t.Errorf("a lorry stood between the carriageways for %d s", inside)
	}
	if _, inside := crossDivided(t, 18, network.Car, true); inside == 0 {
		t.Error("no car stood between the same carriageways")
	}
}

// TestWhoRollsInBehindOneInsideTakesNoRoomFromHim lets a lorry roll over its line behind a car that waits between the carriageways
// for room. The road behind is too short for both: the car goes on all the same, since the lorry cannot before it.
func TestWhoRollsInBehindOneInsideTakesNoRoomFromHim(t *testing.T) {
	s := divided(26)
	beyond := int32(len(s.Junctions))
	s.Junctions[6] = network.JunctionSpec{Position: network.Point{Y: 40}, Control: network.PriorityRoad, Controller: network.None}
	s.Edges[5].Shape[1].Y = 40 // 27 m, less what is the junctions'
	far := []network.Point{{X: -250, Y: 40}, {X: 250, Y: 40}}
	for i := range far {
		s.Junctions = append(s.Junctions, network.JunctionSpec{Position: far[i], Boundary: true})
	}
	main := s.Edges[5]
	main.Rank = 2
	west, east := main, main
	west.From, west.To, west.Shape = beyond, 6, []network.Point{far[0], {Y: 40}}
	east.From, east.To, east.Shape = 6, beyond+1, []network.Point{{Y: 40}, far[1]}
	s.Edges[5].Sign = network.Yield
	s.Edges = append(s.Edges, west, east)
	net := build(t, s)
	w := newWorld(t, net, 1, nil)
	start := w.Time()
	trips := add(t, w, stream(0, 1, network.Car, start, start+120, 2.4), stream(4, 7, network.Car, start+10, start+11, 1),
		stream(4, 7, network.ArticulatedLorry, start+14, start+15, 1))
	rolled, last := false, ""
	for range 1500 {
		checked(t, w, 1)
		held := w.Held()
		waits := false // between the carriageways
		if len(held) == 1 {
			last = w.Describe(held[0])
			car, _ := w.Vehicle(held[0])
			waits = car.V == 0 && car.S > 20
		}
		for id := range traffic.VehicleID(trips) {
			v, ok := w.Vehicle(id)
			if ok && !rolled && v.Class == network.ArticulatedLorry && v.Track == net.Edges[4].FirstLane.Track() && waits {
				w.Roll(id, 0.3, 2)
				rolled = true
			}
		}
	}
	if st := w.Stats(); !rolled || st.OnRoad != 0 {
		t.Errorf("the lorry rolled over the line: %v; %d on the road at the end, want nobody\n%s", rolled, st.OnRoad, last)
	}
}

// cross returns the edges of a crossing of four arms: in(i) leads from arm i to the junction.
func in(i int) network.EdgeID   { return network.EdgeID(2*i + 1) }
func left(i int) network.EdgeID { return network.EdgeID(2 * ((i + 3) % 4)) }

// TestFourTurnersDoNotLockUp sends nothing but offside turners at a crossing from all sides, cars and lorries: whatever
// they wait for, in the end all have gone.
func TestFourTurnersDoNotLockUp(t *testing.T) {
	for _, control := range []network.JunctionKind{network.Signalised, network.PriorityRoad, network.AllWayStop, network.Plain} {
		for lanes := 1; lanes <= 3; lanes++ {
			net := build(t, sample.Cross(sample.CrossSpec{Control: control, Lanes: lanes}))
			w := newWorld(t, net, 1, nil)
			start, end := w.Time(), w.Time()+300
			var streams [][]traffic.Trip
			for i := range 4 {
				class := [...]network.VehicleClass{network.Car, network.ArticulatedLorry, network.Bus, network.Van}[i]
				streams = append(streams, stream(in(i), left(i), network.Car, start, end, 9), stream(in(i), left(i), class, start, end, 40))
			}
			n := add(t, w, streams...)
			checked(t, w, 30000)
			if st := w.Stats(); st.Arrived != n {
				for _, v := range w.AppendVehicles(nil) {
					t.Log(w.Describe(v.ID))
				}
				t.Errorf("%v, %d lanes: %d of %d have gone by in 50 minutes", control, lanes, st.Arrived, n)
			}
		}
	}
}

// TestASnapshotKnowsWhoWaitsInside goes on from a moment at which somebody waits inside.
func TestASnapshotKnowsWhoWaitsInside(t *testing.T) {
	net := build(t, divided(26))
	w := newWorld(t, net, 1, nil)
	start, end := w.Time(), w.Time()+900
	add(t, w, stream(0, 1, network.Car, start, end, 7.3), stream(2, 3, network.Car, start+1.7, end, 6.9),
		stream(4, 5, network.Car, start, end, 4))
	for moments := 0; moments < 5; {
		w.Step()
		if w.Steps() > 9000 {
			t.Fatal("hardly anybody waits inside")
		}
		if len(w.Held()) == 0 || w.Steps()%10 != 0 {
			continue
		}
		moments++
		other := newWorld(t, net, 3, nil)
		if err := other.Restore(w.Snapshot()); err != nil {
			t.Fatal(err)
		}
		for range 150 {
			w.Step()
			other.Step()
			if got, want := other.Hash(), w.Hash(); got != want {
				t.Fatalf("step %d: hash %x after restoring, want %x", w.Steps(), got, want)
			}
		}
	}
}

// TestNobodyComesWhereOneStandsInside runs the sample networks with traffic of all classes, on either side of the road:
// no crash and no audit (checked), nobody stuck, and nobody inside a junction for longer than a few cycles.
func TestNobodyComesWhereOneStandsInside(t *testing.T) {
	nets := map[string]*network.Spec{
		"town": sample.Town(network.RightHand), "town, left": sample.Town(network.LeftHand),
		"grid":        sample.Grid(sample.GridSpec{Columns: 3, Rows: 3, Signals: true}),
		"equal roads": sample.Grid(sample.GridSpec{Columns: 2, Rows: 2}),
	}
	for _, control := range []network.JunctionKind{network.PriorityRoad, network.AllWayStop, network.Roundabout, network.Signalised} {
		for lanes := 1; lanes <= 2; lanes++ {
			nets[fmt.Sprint(control, lanes)] = sample.Cross(sample.CrossSpec{Control: control, Lanes: lanes})
		}
	}
	first, last := seeds(1, 3)
	for name, spec := range nets {
		for seed := first; seed <= last; seed++ {
			t.Run(fmt.Sprint(name, " ", seed), func(t *testing.T) { driveSample(t, build(t, spec), seed) })
		}
	}
}

func driveSample(t *testing.T, net *network.Network, seed uint64) {
	w := newWorld(t, net, 1, nil)
	if _, err := w.AddTrips(randomTrips(net, 12*len(net.Edges), w.Time(), 900, seed)); err != nil {
		t.Fatal(err)
	}
	since := map[traffic.VehicleID]int{}
	held := 0
	for range 1800 {
		checked(t, w, 5) // a second
		now := w.Held()
		for _, id := range now {
			if since[id]++; since[id] > 400 {
				t.Fatalf("inside for %d s: %s", since[id], w.Describe(id))
			}
		}
		held += len(now)
	}
	if w.Stats().Stuck > 0 {
		t.Errorf("want nobody stuck: %+v", w.Stats())
	}
	t.Logf("%d vehicle seconds inside, %+v", held, w.Stats())
}
