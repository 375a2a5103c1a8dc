package network_test

import (
	"math"
	"testing"

	"roadtwin/network"
)

// jointOf returns the connector where two ways of 100 and length m meet, of which the second heads turn radians to the left and begins aside m to
// the left of where the first ends.
func jointOf(t *testing.T, length, turn, aside float64) *network.Connector {
	t.Helper()
	end := network.Point{X: length * math.Cos(turn), Y: length*math.Sin(turn) + aside}
	lanes := []network.LaneSpec{{Width: 3.5, SpeedLimit: 130 / 3.6, Permitted: network.AllClasses}}
	net := build(t, &network.Spec{
		DrivingSide: network.RightHand,
		Junctions: []network.JunctionSpec{
			{Position: network.Point{X: -100}, Controller: network.None, Boundary: true},
			{Controller: network.None},
			{Position: end, Controller: network.None, Boundary: true},
		},
		Edges: []network.EdgeSpec{
			{From: 0, To: 1, Shape: []network.Point{{X: -100}, {}}, Opposite: network.None, Road: network.Motorway, Lanes: lanes},
			{From: 1, To: 2, Shape: []network.Point{{Y: aside}, end}, Opposite: network.None, Road: network.Motorway, Lanes: lanes},
		},
	})
	if len(net.Connectors) != 1 {
		t.Fatalf("%d connectors, want the one of the joint", len(net.Connectors))
	}
	return &net.Connectors[0]
}

// Maps have corners in one point, and lanes of neighbouring ways may miss one another by centimetres: roads have neither, and nobody brakes there.
func TestJointsOfFastRoadsBendAsTheRoadDoes(t *testing.T) {
	const comfortable = 2.0 // m/s²
	speed := func(c *network.Connector) float64 { return math.Sqrt(comfortable / math.Max(c.Curvature, 1e-9)) }
	for _, row := range []struct {
		what                string
		length, turn, aside float64
		least, most         float64 // m/s
	}{
		{"straight", 100, 0, 0, 36, math.Inf(1)},
		{"a corner of one degree", 100, math.Pi / 180, 0, 30, math.Inf(1)},
		{"5 cm aside", 100, 0, 0.05, 36, math.Inf(1)},
		{"a corner of ten degrees", 100, math.Pi / 18, 0, 10, 20},
		{"a corner of sixty degrees", 100, math.Pi / 3, 0, 3, 10},
		{"a corner of ten degrees before ways of 8 m", 8, math.Pi / 18, 0, 8, 15},
	} {
		if got := speed(jointOf(t, row.length, row.turn, row.aside)); got < row.least || got > row.most {
			t.Errorf("%s: one may drive %.1f m/s, want %.0f to %.0f", row.what, got, row.least, row.most)
		}
	}
}
