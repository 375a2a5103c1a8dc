package signals_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/signals"
)

// TestCarriagewaysOfOneStreetShareAStage has a street of two carriageways eastwards, 12 m apart, that cross another: those
// on the one nearer the middle may turn right across the other.
func TestCarriagewaysOfOneStreetShareAStage(t *testing.T) {
	s := &network.Spec{Name: "parallel"}
	s.Junctions = append(s.Junctions, network.JunctionSpec{Control: network.Signalised})
	edge := func(name string, in bool, x, y, atX, atY float64) {
		far := int32(len(s.Junctions))
		s.Junctions = append(s.Junctions, network.JunctionSpec{Position: network.Point{X: x, Y: y}, Controller: network.None, Boundary: true})
		e := network.EdgeSpec{
			From: far, To: 0, Shape: []network.Point{{X: x, Y: y}, {X: atX, Y: atY}}, Opposite: network.None, Name: name,
			Road: network.Primary, Lanes: []network.LaneSpec{{Width: 3.5, SpeedLimit: 14, Permitted: network.AllClasses}},
		}
		if !in {
			e.From, e.To = 0, far
			e.Shape[0], e.Shape[1] = e.Shape[1], e.Shape[0]
		}
		s.Edges = append(s.Edges, e)
	}
	edge("Main", true, -200, 6, -10, 6)
	edge("Main", true, -200, -6, -10, -6)
	edge("Main", false, 200, 6, 10, 6)
	edge("Main", false, 200, -6, 10, -6)
	edge("Cross", true, 4, 200, 4, 10)
	edge("Cross", false, 4, -200, 4, -10)
	net, err := network.Build(s)
	if err != nil {
		t.Fatal(err)
	}
	crossed := false
	for _, k := range net.Conflicts {
		a, b := net.Lanes[net.Connectors[k.Of].From].Edge, net.Lanes[net.Connectors[k.With].From].Edge
		if a == 0 && b == 1 && k.Kind == network.Crossing && net.Connectors[k.Of].Turn == network.Right {
			crossed = true
			if !k.Yields {
				t.Error("who turns off across the other carriageway does not give way to it")
			}
		}
	}
	if !crossed {
		t.Error("the right turn from the carriageway in the middle does not cross the other")
	}
	plans, _ := signals.DefaultPlans(net)
	if len(plans) != 1 || len(plans[0].Stages) != 2 {
		t.Fatalf("%d plans, want 1 of 2 stages: %+v", len(plans), plans)
	}
}
