package network_test

import (
	"testing"

	"roadtwin/network"
)

// oneWay returns an edge of one lane, 3.25 m wide, in a straight line.
func oneWay(from, to int32, road network.RoadClass, start, end network.Point) network.EdgeSpec {
	return network.EdgeSpec{
		From: from, To: to, Shape: []network.Point{start, end}, Opposite: network.None, Road: road, Rank: 1,
		Lanes: []network.LaneSpec{{Width: 3.25, SpeedLimit: 13.9, Permitted: network.AllClasses}},
	}
}

// TestNobodyWaitsInTheWay has a junction that is made of several nodes: one road comes from the west, another beside it
// ends further south, and a third leads back between or across them, so that the turn into it bends over the second road.
func TestNobodyWaitsInTheWay(t *testing.T) {
	const clear = 2.0 // m, to the nearest 5 cm, between the middle of the lane at its stop line and the path
	tests := []struct {
		name         string
		second, exit network.Point // where the second road ends, and where the third begins
		far          network.Point // where it leads
	}{
		{"back beside the second", network.Point{X: 2, Y: -14}, network.Point{X: -4, Y: -9}, network.Point{X: -101, Y: -35}},
		{"back across the second", network.Point{X: -2, Y: -11}, network.Point{X: -9, Y: -6}, network.Point{X: -100, Y: -48}},
		{"ahead across the second", network.Point{X: 5, Y: -3}, network.Point{X: -12, Y: -8}, network.Point{X: 69, Y: -67}},
	}
	for _, tt := range tests {
		west, beside, east := network.Point{X: -100}, network.Point{X: -100, Y: tt.second.Y}, network.Point{X: 100}
		s := &network.Spec{Name: tt.name, Junctions: []network.JunctionSpec{
			{},
			{Position: west, Boundary: true},
			{Position: tt.far, Boundary: true},
			{Position: beside, Boundary: true},
			{Position: east, Boundary: true},
		}}
		s.Edges = []network.EdgeSpec{
			oneWay(1, 0, network.Tertiary, west, network.Point{}), oneWay(0, 2, network.Tertiary, tt.exit, tt.far),
			oneWay(3, 0, network.Tertiary, beside, tt.second), oneWay(0, 4, network.Tertiary, network.Point{}, east),
		}
		n := build(t, s)
		lane := n.Lanes[n.Edges[2].FirstLane].Shape
		for i := range n.Connectors {
			if n.Lanes[n.Connectors[i].From].Edge == 2 {
				continue
			}
			if got := distance(lane[len(lane)-1], n.Connectors[i].Shape); got < clear-0.05 {
				t.Errorf("%s: connector %d passes %.2f m from who waits on the second road, want >= %.1f m", tt.name, i, got, clear)
			}
		}
	}
}

// TestMotorwaysDoNotTurnBack has two motorways that are drawn against each other and a ramp: who comes from the east does
// not turn round into the ramp.
func TestMotorwaysDoNotTurnBack(t *testing.T) {
	for _, tt := range []struct {
		road network.RoadClass
		want int // movements from the east
	}{{network.Motorway, 0}, {network.Primary, 1}} {
		west, east, ramp := network.Point{X: -300}, network.Point{X: 300}, network.Point{X: 300, Y: -80}
		s := &network.Spec{Name: "reversible lanes", Junctions: []network.JunctionSpec{
			{}, {Position: west, Boundary: true}, {Position: east, Boundary: true}, {Position: ramp, Boundary: true},
		}}
		s.Edges = []network.EdgeSpec{
			oneWay(1, 0, tt.road, west, network.Point{}), oneWay(2, 0, tt.road, east, network.Point{}),
			oneWay(0, 3, tt.road, network.Point{}, ramp),
		}
		s.Edges[2].Link = true
		n := build(t, s)
		if got := movementsOf(n, 0); len(got) != 1 {
			t.Errorf("%d: from the west %q, want one movement", tt.road, got)
		}
		if got := movementsOf(n, 1); len(got) != tt.want {
			t.Errorf("%d: from the east %q, want %d movements", tt.road, got, tt.want)
		}
	}
}
