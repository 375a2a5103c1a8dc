package traffic_test

import (
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
)

// TestWhoChangesLanesDoesNotBrakeHarderForIt has a car behind another, both at 20 m/s and closer to each other than one likes, as it is
// after a change of lanes. It may keep that gap for some seconds: also if it changes lanes itself, and if it is the other
// who is leaving the lane. Nobody brakes for that as for a crash, and those behind need not either.
func TestWhoChangesLanesDoesNotBrakeHarderForIt(t *testing.T) {
	const speed, gap, mild = 20.0, 11.0, 3.0 // m/s, m, m/s²
	net := build(t, sample.Corridor(sample.CorridorSpec{Lanes: 3, OneWay: true, Length: 900, SpeedLimit: 90 / 3.6}))
	length := net.Edges[0].Length
	for _, c := range []struct {
		name              string
		ahead, behind     int     // lanes
		leaving, changing float64 // how far the bodies are to the left of the middles of these, m
	}{
		{"both keep their lane", 1, 1, 0, 0},
		{"the one behind comes from the lane of the one ahead", 1, 0, -1, 3.2},
		{"the same, which came from there", 1, 0, 1, 3.2},
		{"the one ahead is leaving the lane of the one behind", 2, 1, -2.6, 0},
		{"and the one behind has come to it", 2, 1, -2.6, -3.2},
	} {
		w := newWorld(t, net, 1, nil)
		trip := traffic.Trip{Depart: traffic.Never, Route: []network.EdgeID{0}, ToPos: traffic.AtBoundary, Class: network.Car}
		add(t, w, []traffic.Trip{trip, trip})
		w.Park(0, c.ahead, 300)
		w.Park(1, c.behind, 280)
		w.Roll(0, length-300, speed)
		w.Roll(1, length-300+4.6+gap, speed)
		w.Oblique(0, c.leaving, speed)
		w.Oblique(1, c.changing, speed)
		hardest := 0.0
		for range 25 {
			checked(t, w, 1)
			v, _ := w.Vehicle(1)
			hardest = math.Min(hardest, v.A)
		}
		t.Logf("%s: %.1f m/s² at most", c.name, -hardest)
		if hardest < -mild {
			t.Errorf("%s: brakes with %.1f m/s², want at most %g", c.name, -hardest, mild)
		}
	}
}
