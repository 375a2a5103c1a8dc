package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
)

// TestALongLorryIsLetIn has an articulated lorry stand at the end of a short lane that does not lead where it must go, and may not
// go anywhere else from there, beside a slow and dense stream. Who is beside it cannot make room by waiting there, who is behind
// it can.
func TestALongLorryIsLetIn(t *testing.T) {
	spec := weave(50)
	spec.Edges[3].Lanes = []network.LaneSpec{spec.Edges[3].Lanes[0]}
	spec.Edges[3].Lanes[0].Permitted = network.AllClasses &^ network.SetOf(network.ArticulatedLorry)
	net := build(t, spec)
	w := newWorld(t, net, 1, nil)
	cars := stream(1, 4, network.Car, w.Time()+1, w.Time()+900, 5)
	parked := traffic.Trip{Depart: traffic.Never, From: 2, To: 4, Route: []network.EdgeID{2, 4}, ToPos: traffic.AtBoundary}
	lorry := parked
	lorry.Class = network.ArticulatedLorry
	add(t, w, cars, []traffic.Trip{lorry, parked, parked, parked})
	id, length := traffic.VehicleID(len(cars)), net.Edges[2].Length
	w.Park(id, 0, length-8.5)
	for i := range 3 {
		w.Park(id+1+traffic.VehicleID(i), 1, length-11-6.6*float64(i))
	}
	waited := 0.0
	for w.OnEdge(id) == 2 && waited < 600 {
		checked(t, w, 1)
		waited += w.StepTime()
	}
	if waited > 60 {
		t.Errorf("after %.0f s: %s", waited, w.Describe(id))
	}
	t.Logf("waited for %.0f s", waited)
}

// TestWhoStandsAtTheEndOfALaneStillGetsOver has a car stand within decimetres of the line of a lane that does not lead where it
// must go, and nobody else anywhere.
func TestWhoStandsAtTheEndOfALaneStillGetsOver(t *testing.T) {
	net := build(t, weave(60))
	for toEnd := 0.4; toEnd < 2; toEnd += 0.2 {
		w := newWorld(t, net, 1, nil)
		add(t, w, []traffic.Trip{{
			Depart: traffic.Never, From: 2, To: 4, Route: []network.EdgeID{2, 4}, ToPos: traffic.AtBoundary, Class: network.Car,
		}})
		w.Park(0, 0, net.Edges[2].Length-toEnd)
		checked(t, w, 300)
		if st := w.Stats(); st.Arrived != 1 || st.Rerouted > 0 {
			t.Errorf("from %.1f m before the end: %+v, want it arrived by the way it wanted", toEnd, st)
		}
	}
}

// TestNobodyGoesRoundInCirclesForEver has a street of three lanes and 21 m that all come to on the offside lane, and that those who
// turn off must leave from the kerb lane. Who does not make it comes back round the block. The second time he gets over
// whatever it takes, or, where that is not possible at all, goes another way.
func TestNobodyGoesRoundInCirclesForEver(t *testing.T) {
	net := build(t, shortWeave(50))
	if l := net.Edges[1].Length; l > 24 || l < 18 {
		t.Fatalf("the street is %g m long", l)
	}
	for _, class := range []network.VehicleClass{network.Car, network.Van, network.Bus, network.RigidLorry, network.ArticulatedLorry} {
		w := newWorld(t, net, 1, nil)
		trips := stream(0, 3, class, w.Time(), w.Time()+300, 12)
		n := add(t, w, trips)
		checked(t, w, 6000)
		st := w.Stats()
		if st.Arrived != n || st.Rerouted > 2*n {
			t.Errorf("%v: %+v, want all %d arrived, each of them after a few rounds", class, st, n)
		}
		for id := range n {
			if edges := len(w.Route(traffic.VehicleID(id))); edges > 3+3*3 {
				t.Errorf("%v %d drove over %d edges", class, id, edges)
			}
		}
		t.Logf("%v: %d rerouted of %d", class, st.Rerouted, n)
	}
}

// shortWeave is a street of three lanes (edge 1), so many metres between the middles of its junctions, to whose offside lane one
// comes by edge 0. From its kerb lane one goes out by edge 3, from the others round by edge 2 and back to edge 0, or to edge 4,
// which is longer and leads to the kerb lane.
func shortWeave(length float64) *network.Spec {
	spec := sample.Corridor(sample.CorridorSpec{Lanes: 3, OneWay: true, Length: length, SpeedLimit: 50 / 3.6})
	street := spec.Edges[0]
	j := func(x, y float64, boundary bool) network.JunctionSpec {
		return network.JunctionSpec{Position: network.Point{X: x, Y: y}, Boundary: boundary, Connected: !boundary, Controller: network.None}
	}
	spec.Junctions = []network.JunctionSpec{j(-200, 0, false), j(0, 0, false), j(length, 0, false), j(length+200, -100, true)}
	one := func(from, to int32, shape ...network.Point) network.EdgeSpec {
		e := street
		e.From, e.To, e.Shape, e.Lanes = from, to, shape, street.Lanes[:1:1]
		return e
	}
	street.From, street.To = 1, 2
	spec.Edges = []network.EdgeSpec{
		one(0, 1, network.Point{X: -200}, network.Point{}),
		street,
		one(2, 0, network.Point{X: length}, network.Point{X: length + 200, Y: 100}, network.Point{X: -400, Y: 100}, network.Point{X: -200}),
		one(2, 3, network.Point{X: length}, network.Point{X: length + 200, Y: -100}),
		one(0, 1, network.Point{X: -200}, network.Point{X: -180, Y: -40}, network.Point{X: -20, Y: -40}, network.Point{}),
	}
	connect := func(from, lane, to, toLane int32) network.ConnectionSpec {
		return network.ConnectionSpec{From: from, FromLane: lane, To: to, ToLane: toLane, Classes: network.AllClasses, Group: network.None}
	}
	spec.Connections = []network.ConnectionSpec{
		connect(0, 0, 1, 2), connect(1, 0, 3, 0), connect(1, 1, 2, 0), connect(1, 2, 2, 0), connect(2, 0, 0, 0),
		connect(2, 0, 4, 0), connect(4, 0, 1, 0),
	}
	return spec
}

// TestWhoHasStrayedIntoATrapGetsOut has a lorry that cannot get over, for a wreck beside it, onto a street whose only way on is
// closed to lorries. It does not stand there for good.
func TestWhoHasStrayedIntoATrapGetsOut(t *testing.T) {
	spec := weave(70)
	trap := spec.Edges[3]
	end := spec.Junctions[trap.To].Position
	spec.Junctions[trap.To].Boundary = false
	spec.Junctions = append(spec.Junctions, network.JunctionSpec{Position: network.Point{X: end.X + 200, Y: end.Y}, Boundary: true, Controller: network.None})
	closed := trap
	closed.From, closed.To = trap.To, int32(len(spec.Junctions)-1)
	closed.Shape = []network.Point{end, {X: end.X + 200, Y: end.Y}}
	closed.Lanes = []network.LaneSpec{trap.Lanes[0]}
	closed.Lanes[0].Permitted = network.AllClasses &^ network.SetOf(network.ArticulatedLorry)
	spec.Edges = append(spec.Edges, closed)
	net := build(t, spec)
	w := newWorld(t, net, 1, nil)
	trip := traffic.Trip{Depart: traffic.Never, From: 2, To: 4, Route: []network.EdgeID{2, 4}, ToPos: traffic.AtBoundary, Class: network.ArticulatedLorry}
	add(t, w, []traffic.Trip{trip, trip})
	length := net.Edges[2].Length
	w.Park(0, 0, length-9)
	w.Park(1, 1, length-9)
	w.Wreck(1)
	checked(t, w, 3000)
	if st := w.Stats(); st.Arrived != 1 {
		t.Errorf("%+v: %s", st, w.Describe(0))
	}
}
