package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
)

// TestSkippingChangesNothing drives twice through networks with everything in them, once with every driver asked at every
// action point, and wants every vehicle in the same place at the same speed.
func TestSkippingChangesNothing(t *testing.T) {
	for _, c := range []struct {
		name  string
		net   *network.Network
		trips int // in 300 s
	}{
		{"grid with signals", grid(t, 6, true), 1500},
		{"grid without", grid(t, 4, false), 700},
		{"town with roundabout and motorway", build(t, sample.Town(network.RightHand)), 900},
	} {
		lazy, tireless := newWorld(t, c.net, 1, nil), newWorld(t, c.net, 1, nil)
		tireless.SkipNothing()
		for _, w := range []*traffic.World{lazy, tireless} {
			if _, err := w.AddTrips(randomTrips(c.net, c.trips, w.Time(), 300, 5)); err != nil {
				t.Fatal(err)
			}
		}
		var a, b []traffic.VehicleState
		standing := 0
		for range 2500 {
			lazy.Step()
			tireless.Step()
			standing += lazy.Stats().Standing
			a, b = lazy.AppendVehicles(a[:0]), tireless.AppendVehicles(b[:0])
			if len(a) != len(b) {
				t.Fatalf("%s: at %.1f s %d vehicles with skipping, %d without", c.name, lazy.Time(), len(a), len(b))
			}
			for i := range a {
				if a[i].ID != b[i].ID || a[i].S != b[i].S || a[i].V != b[i].V || a[i].Lateral != b[i].Lateral {
					t.Fatalf("%s: at %.1f s\n%+v with skipping,\n%+v without\n%s\n%s", c.name, lazy.Time(), a[i], b[i], lazy.Describe(a[i].ID), tireless.Describe(b[i].ID))
				}
			}
		}
		if standing == 0 {
			t.Errorf("%s: nobody stands, so nothing is skipped", c.name)
		}
	}
}
