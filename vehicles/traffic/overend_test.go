package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
)

// TestWhoChangesLanesOverTheEndOfOneMindsWhoIsBehindIt has a van roll over the end of its lane while it is still half on the other lane,
// behind the end of which a car stands that it does not fit past.
func TestWhoChangesLanesOverTheEndOfOneMindsWhoIsBehindIt(t *testing.T) {
	net := build(t, sample.Corridor(sample.CorridorSpec{LanesOf: []int{2, 2}, OneWay: true, Length: 300, SpeedLimit: 50 / 3.6}))
	length := net.Edges[0].Length
	for _, side := range []float64{-1, 1} { // of the lane that the van is leaving: to the right, to the left
		for rear := 1.0; rear < 4; rear += 2 {
			for _, lateral := range []float64{2.6, 3.4} {
				w := newWorld(t, net, 1, nil)
				trip := traffic.Trip{Depart: traffic.Never, Route: []network.EdgeID{0, 1}, From: 0, To: 1, ToPos: traffic.AtBoundary, Class: network.Van}
				beyond := trip
				beyond.From, beyond.Route, beyond.Class = 1, []network.EdgeID{1}, network.Car
				add(t, w, []traffic.Trip{trip, beyond})
				from, to := 0, 1
				if side < 0 {
					from, to = 1, 0
				}
				w.Park(1, to, rear+4.6)
				w.Wreck(1)
				w.Park(0, from, length-0.05)
				w.Oblique(0, side*lateral, 0.4)
				for range 60 {
					w.Step()
				}
				if st := w.Stats(); st.Crashes > 0 {
					t.Errorf("side %g, rear at %g m, %g m to the side: %s", side, rear, lateral, w.Describe(0))
				}
			}
		}
	}
}
