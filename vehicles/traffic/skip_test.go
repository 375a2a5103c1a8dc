package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// TestSkippingChangesNothing drives twice through grids and the scene with everything in it, once with every driver asked at
// every action point, and wants every vehicle in the same place at the same speed.
func TestSkippingChangesNothing(t *testing.T) {
	scenes := map[string]scene{
		"grid with signals": plainScene(grid(t, 6, true), 1500), "grid without": plainScene(grid(t, 4, false), 700),
		"right-hand": newScene(t, network.RightHand), "left-hand": newScene(t, network.LeftHand),
	}
	for name, s := range scenes {
		lazy, tireless := s.world(t, 1), s.world(t, 1)
		tireless.SkipNothing()
		var a, b []traffic.VehicleState
		standing := 0
		for lazy.Time() < 7*3600+sceneLasts {
			s.step(t, lazy)
			s.step(t, tireless)
			standing += lazy.Stats().Standing
			a, b = lazy.AppendVehicles(a[:0]), tireless.AppendVehicles(b[:0])
			if len(a) != len(b) || lazy.Walks() != tireless.Walks() {
				t.Fatalf("%s: at %.1f s %d vehicles and %+v with skipping, %d and %+v without", name, lazy.Time(), len(a), lazy.Walks(), len(b), tireless.Walks())
			}
			for i := range a {
				if a[i].ID != b[i].ID || a[i].S != b[i].S || a[i].V != b[i].V || a[i].Lateral != b[i].Lateral {
					t.Fatalf("%s: at %.1f s\n%+v with skipping,\n%+v without\n%s\n%s", name, lazy.Time(), a[i], b[i], lazy.Describe(a[i].ID), tireless.Describe(b[i].ID))
				}
			}
		}
		if standing == 0 {
			t.Errorf("%s: nobody stands, so nothing is skipped", name)
		}
	}
}

// plainScene is a network on which nothing happens but so many trips in 300 s.
func plainScene(net *network.Network, trips int) scene {
	return scene{twin: twin{net: net, side: 1}, trips: randomTrips(net, trips, 7*3600, 300, 5)}
}
