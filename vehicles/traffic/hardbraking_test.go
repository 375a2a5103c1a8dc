package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
)

// TestNobodyBrakesForALineAsForACrash drives the sample town and a grid and asks that hardly anybody brakes with more than 8 m/s²
// for what does not move and can be seen from afar: a line, the end of a lane, a bend, the end of the trip. What is left is
// at the limit of the tyres and for those who come over from the next lane.
func TestNobodyBrakesForALineAsForACrash(t *testing.T) {
	const hard, few = 8.0, 12 // m/s²; times in both together
	n := 0
	for name, spec := range map[string]*network.Spec{
		"town": sample.Town(network.RightHand),
		"grid": sample.Grid(sample.GridSpec{Columns: 4, Rows: 4, Lanes: 2, Signals: true}),
	} {
		net := build(t, spec)
		w := newWorld(t, net, 1, nil)
		if _, err := w.AddTrips(randomTrips(net, 900, w.Time(), 900, 1)); err != nil {
			t.Fatal(err)
		}
		var states []traffic.VehicleState
		for range int(900 / w.StepTime()) {
			checked(t, w, 1)
			states = w.AppendVehicles(states[:0])
			for i := range states {
				v := &states[i]
				switch v.Limit {
				case traffic.LimitLaneEnd, traffic.LimitSignal, traffic.LimitExit, traffic.LimitCurve, traffic.LimitArrival, traffic.LimitTyres:
					if v.A < -hard {
						n++
						t.Logf("%s: at %.1f s %.1f m/s² for %s: vehicle %d at %.1f m/s", name, w.Time(), v.A, v.Limit, v.ID, v.V)
					}
				}
			}
		}
	}
	if n > few {
		t.Errorf("%d times more than %.0f m/s², want at most %d", n, hard, few)
	}
}
