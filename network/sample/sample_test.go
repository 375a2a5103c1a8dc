package sample_test

import (
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
)

func build(t *testing.T, s *network.Spec) *network.Network {
	t.Helper()
	n, err := network.Build(s)
	if err != nil {
		t.Fatalf("%s: %v", s.Name, err)
	}
	if err := n.Validate(); err != nil {
		t.Fatalf("%s: %v", s.Name, err)
	}
	return n
}

func TestGridHasWhatWasAskedFor(t *testing.T) {
	n := build(t, sample.Grid(sample.GridSpec{Columns: 4, Rows: 2, Lanes: 3, Spacing: 200, Signals: true, SpeedLimit: 20}))
	if got, want := len(n.Edges), 2*(2*5+4*3); got != want {
		t.Errorf("%d edges, want %d", got, want)
	}
	if got, want := len(n.Controllers), 8; got != want {
		t.Errorf("%d controllers, want %d", got, want)
	}
	for c := range 4 {
		for r := range 2 {
			want := network.Point{X: float64(c) * 200, Y: float64(r) * 200}
			if got := n.Junctions[r*4+c]; got.Position != want || got.Kind != network.Signalised {
				t.Errorf("crossing (%d, %d) is a %v junction at %v, want one with signals at %v", c, r, got.Kind, got.Position, want)
			}
		}
	}
	for i := range n.Lanes {
		if n.Lanes[i].SpeedLimit != 20 || n.Edges[n.Lanes[i].Edge].NumLanes != 3 {
			t.Fatalf("lane %d: %+v, want limit 20 m/s on an edge of 3 lanes", i, n.Lanes[i])
		}
	}
}

func TestRingIsAsLongAsAsked(t *testing.T) {
	for _, length := range []float64{100, 1000, 10000} {
		n := build(t, sample.Ring(length, 1))
		var sum float64
		for i := range n.Lanes {
			sum += n.Lanes[i].Length
		}
		for i := range n.Connectors {
			sum += n.Connectors[i].Length
		}
		if math.Abs(sum/length-1) > 0.002 {
			t.Errorf("ring of %.2f m, want %g", sum, length)
		}
	}
}

func TestCorridorNumbersItsEdges(t *testing.T) {
	for _, oneWay := range []bool{false, true} {
		n := build(t, sample.Corridor(sample.CorridorSpec{Length: 300, LanesOf: []int{2, 3, 1}, OneWay: oneWay}))
		step := network.EdgeID(2)
		if oneWay {
			step = 1
		}
		for i, lanes := range []int32{2, 3, 1} {
			e := n.Edges[network.EdgeID(i)*step]
			from := n.Junctions[e.From].Position
			if e.NumLanes != lanes || from.X != float64(i)*300 {
				t.Errorf("one-way %v: edge %d has %d lanes and begins at %v, want %d lanes at %d m", oneWay, i, e.NumLanes, from, lanes, i*300)
			}
		}
		if !n.Junctions[0].Boundary || !n.Junctions[n.Edges[2*step].To].Boundary {
			t.Errorf("one-way %v: the ends are no boundaries", oneWay)
		}
	}
}

func TestCrossNumbersItsArms(t *testing.T) {
	for kind := network.Plain; kind <= network.Signalised; kind++ {
		n := build(t, sample.Cross(sample.CrossSpec{Control: kind, ArmLength: 150}))
		want := kind
		if kind == network.Plain {
			want = network.PrioritySide
		}
		if n.Junctions[0].Kind != want {
			t.Errorf("%v: junction 0 is %v", kind, n.Junctions[0].Kind)
		}
		for arm := range 4 {
			sin, cos := math.Sincos(float64(arm) * math.Pi / 2)
			rim := n.Junctions[n.Edges[2*arm].To]
			if p := rim.Position; !rim.Boundary || math.Abs(p.X*sin-p.Y*cos) > 0.01 || p.X*cos+p.Y*sin < 149 {
				t.Errorf("%v: arm %d leads to %v, want a boundary in direction %.0f°", kind, arm, p, float64(arm)*90)
			}
			if n.Edges[2*arm].Opposite != network.EdgeID(2*arm+1) {
				t.Errorf("%v: arm %d: edges are not a pair", kind, arm)
			}
		}
	}
}

func TestTownHasEverything(t *testing.T) {
	for _, side := range []network.DrivingSide{network.RightHand, network.LeftHand} {
		n := build(t, sample.Town(side))
		kinds := map[network.JunctionKind]int{}
		boundaries := 0
		for i := range n.Junctions {
			kinds[n.Junctions[i].Kind]++
			if n.Junctions[i].Boundary {
				boundaries++
			}
		}
		for kind := network.Plain; kind <= network.Signalised; kind++ {
			if kinds[kind] == 0 {
				t.Errorf("%v-hand: no junction is %v", side, kind)
			}
		}
		if len(n.Controllers) != 3 || boundaries != 9 {
			t.Errorf("%v-hand: %d controllers and %d boundaries, want 3 and 9", side, len(n.Controllers), boundaries)
		}
		controls, turns, reserved := map[network.Control]int{}, map[network.Turn]int{}, 0
		for i := range n.Connectors {
			controls[n.Connectors[i].Control]++
			turns[n.Connectors[i].Turn]++
		}
		for i := range n.Lanes {
			if n.Lanes[i].Permitted != network.AllClasses {
				reserved++
			}
		}
		for control := network.Free; control <= network.Signal; control++ {
			if controls[control] == 0 {
				t.Errorf("%v-hand: no connector with control %v", side, control)
			}
		}
		if turns[network.UTurn] == 0 || reserved == 0 {
			t.Errorf("%v-hand: %d U-turns, %d reserved lanes, want some", side, turns[network.UTurn], reserved)
		}
		if _, share := n.Components(network.Car); share != 1 {
			t.Errorf("%v-hand: %.3f of the lanes are connected, want all", side, share)
		}
	}
}

func TestLoopsAreAsLongAsAskedAndStraightWhereEdgesMeet(t *testing.T) {
	for _, c := range []sample.LoopSpec{
		{Length: 230, Sections: 4}, {Length: 2000, Sections: 4, SpeedLimit: 30}, {Length: 314, Sections: 2}, {Length: 120, Sections: 2}, {Length: 200, Sections: 4},
	} {
		n := build(t, sample.Loop(c))
		total := 0.0
		for i := range n.Lanes {
			total += n.Lanes[i].Length
		}
		for i := range n.Connectors {
			total += n.Connectors[i].Length
			if k := n.Connectors[i].Curvature; k > 1e-6 {
				t.Errorf("%+v: connector %d has curvature %g, want none", c, i, k)
			}
		}
		if math.Abs(total-c.Length) > 0.02 {
			t.Errorf("%+v: %.3f m round", c, total)
		}
		if len(n.Edges) != c.Sections || len(n.Connectors) != c.Sections {
			t.Errorf("%+v: %d edges and %d connectors", c, len(n.Edges), len(n.Connectors))
		}
	}
}

func TestMotorwaysHaveNoConflicts(t *testing.T) {
	n := build(t, sample.Motorway(sample.MotorwaySpec{Lanes: 2, Sections: []sample.MotorwaySection{
		{Length: 1000}, {Length: 300, KerbLanes: 1, Entry: true}, {Length: 800, KerbLanes: 1}, {Length: 500},
	}}))
	if len(n.Edges) != 5 || len(n.Connectors) != 2+1+3+2 {
		t.Errorf("%d edges and %d connectors, want 5 and 8", len(n.Edges), len(n.Connectors))
	}
	for i := range n.Connectors {
		c := &n.Connectors[i]
		for _, k := range n.ConflictsOf(network.ConnectorID(i)) {
			t.Errorf("connector %d: conflict with %d", i, k.With)
		}
		if v := 30.0; c.Curvature*v*v > 2 {
			t.Errorf("connector %d from lane %d to %d: curvature %g slows drivers down", i, c.From, c.To, c.Curvature)
		}
	}
}
