package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/traffic"
)

// TestSkippingChangesNothing drives twice through grids and the scene with everything in it, once with every driver asked at
// every action point, and wants every vehicle in the same place at the same speed: with the usual drivers, with those of other
// models, and with other step times.
func TestSkippingChangesNothing(t *testing.T) {
	right, left := newScene(t, network.RightHand), newScene(t, network.LeftHand)
	for _, c := range []struct {
		name  string
		scene scene
		dt    float64 // s
		who   driver.Options
	}{
		{"grid with signals", plainScene(grid(t, 6, true), 1500), 0.2, driver.DefaultOptions()},
		{"grid without", plainScene(grid(t, 4, false), 700), 0.2, driver.DefaultOptions()},
		{"right-hand", right, 0.2, driver.DefaultOptions()},
		{"left-hand", left, 0.2, driver.DefaultOptions()},
		{"Krauss", right, 0.2, driver.Options{Model: driver.Krauss}},
		{"Gipps with errors", left, 0.2, driver.Options{Model: driver.Gipps, Errors: true}},
		{"ACC", left, 0.2, driver.Options{ACC: 1}},
		{"CACC, ACC and people", right, 0.2, driver.Options{ACC: 0.3, CACC: 0.4, Errors: true}},
		{"steps of 0.1 s", left, 0.1, driver.DefaultOptions()},
		{"steps of 0.5 s", right, 0.5, driver.DefaultOptions()},
	} {
		t.Run(c.name, func(t *testing.T) {
			drivers, err := driver.NewPopulation(c.who)
			if err != nil {
				t.Fatal(err)
			}
			c.scene.change = func(cfg *traffic.Config) { cfg.StepTime, cfg.Drivers = c.dt, drivers }
			compareSkipping(t, &c.scene)
		})
	}
}

// compareSkipping compares a world that skips with one that does not, in every step.
func compareSkipping(t *testing.T, s *scene) {
	lazy, tireless := s.world(t, 1), s.world(t, 1)
	tireless.SkipNothing()
	var a, b []traffic.VehicleState
	calm, updates := 0, 0
	for lazy.Time() < 7*3600+sceneLasts {
		s.step(t, lazy)
		s.step(t, tireless)
		calm += lazy.Calm()
		updates += lazy.Stats().OnRoad
		a, b = lazy.AppendVehicles(a[:0]), tireless.AppendVehicles(b[:0])
		if len(a) != len(b) || lazy.Walks() != tireless.Walks() {
			t.Fatalf("at %.1f s %d vehicles and %+v with skipping, %d and %+v without", lazy.Time(), len(a), lazy.Walks(), len(b), tireless.Walks())
		}
		for i := range a {
			if a[i].ID != b[i].ID || a[i].S != b[i].S || a[i].V != b[i].V || a[i].Lateral != b[i].Lateral {
				t.Fatalf("at %.1f s\n%+v with skipping,\n%+v without\n%s\n%s", lazy.Time(), a[i], b[i], lazy.Describe(a[i].ID), tireless.Describe(b[i].ID))
			}
		}
	}
	if n := tireless.Calm(); n > 0 {
		t.Errorf("%d are skipped in the world that is to skip nobody", n)
	}
	if calm < updates/100 {
		t.Errorf("%d of %d updates were skipped, want a hundredth at least: that is no test", calm, updates)
	}
	t.Logf("%.0f %% of the updates were skipped", 100*float64(calm)/float64(updates))
}

// plainScene is a network on which nothing happens but so many trips in 300 s.
func plainScene(net *network.Network, trips int) scene {
	return scene{twin: twin{net: net, side: 1}, trips: randomTrips(net, trips, 7*3600, 300, 5)}
}
