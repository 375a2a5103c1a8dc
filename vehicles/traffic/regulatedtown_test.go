package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/driver/r157"
	"roadtwin/vehicles/traffic"
)

// TestModelsOfTheRegulationDriveInTowns has all four models among people in a town and on a motorway with ramps: all arrive, nobody
// crashes, and neither the number of workers nor a snapshot changes anything.
func TestModelsOfTheRegulationDriveInTowns(t *testing.T) {
	o := driver.DefaultOptions()
	o.R157 = [r157.NumModels]float64{0.15, 0.15, 0.15, 0.15}
	pop, err := driver.NewPopulation(o)
	if err != nil {
		t.Fatal(err)
	}
	for name, net := range map[string]*network.Network{
		"town": build(t, sample.Town(network.RightHand)), "grid": grid(t, 3, true), "ramps": build(t, sample.Ramps(2, network.RightHand)),
	} {
		t.Run(name, func(t *testing.T) {
			make := func(workers int) *traffic.World {
				w := newWorld(t, net, workers, func(c *traffic.Config) { c.Drivers = pop })
				if workers > 1 {
					w.UseAllWorkers()
				}
				return w
			}
			one, three, later := make(1), make(3), make(2)
			trips := randomTrips(net, 600, one.Time(), 900, 5)
			add(t, one, trips)
			add(t, three, trips)
			for i := range 3 * 3600 * 5 {
				one.Step()
				if three.Step(); i%500 == 0 && one.Hash() != three.Hash() {
					t.Fatalf("at %.1f s: another state with three workers", one.Time())
				}
				if i == 2000 {
					if err := later.Restore(one.Snapshot()); err != nil {
						t.Fatal(err)
					}
				} else if i > 2000 && i < 3000 {
					if later.Step(); i%100 == 0 && later.Hash() != one.Hash() {
						t.Fatalf("at %.1f s: another state after a snapshot", one.Time())
					}
				}
				if st := one.Stats(); st.Arrived+st.NoRoute == len(trips) {
					break
				}
			}
			if st, a := one.Stats(), one.Audit(); st.Crashes > 0 || a != (traffic.Audit{}) || st.Arrived+st.NoRoute != len(trips) {
				t.Errorf("%+v, audit %+v; want all %d arrived and no crash", st, a, len(trips))
			}
		})
	}
}
