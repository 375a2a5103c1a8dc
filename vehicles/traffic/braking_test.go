package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/traffic"
)

// TestNobodyRunsIntoThoseWhoBrakeHard has, in many columns of cars on a straight road, one in 40 slide to a stand with locked wheels
// from where it drives (0.65 of what the tyres give, some 7 m/s²), at random gaps. Each of the cars behind is a braking
// situation with a driver of its own, with all the failings that drivers have; every one can be mastered.
func TestNobodyRunsIntoThoseWhoBrakeHard(t *testing.T) {
	const cars, column = 2000, 40
	worlds := 50
	if testing.Short() {
		worlds = 5
	}
	drivers, err := driver.NewPopulation(driver.DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	for _, limit := range []float64{50, 90, 130} {
		net := build(t, sample.Corridor(sample.CorridorSpec{Length: 150e3, OneWay: true, SpeedLimit: limit / 3.6}))
		for seed := range uint64(max(1, worlds/3)) {
			w := newWorld(t, net, 1, func(c *traffic.Config) { c.Seed, c.Drivers = seed, drivers })
			s := 120e3
			for i := range uint64(cars) {
				id, err := w.AddTrips([]traffic.Trip{{
					Depart: traffic.Never, To: 0, FromPos: 1, ToPos: traffic.AtBoundary, Route: []network.EdgeID{0},
				}})
				if err != nil {
					t.Fatal(err)
				}
				w.Park(id, 0, s)
				s -= 7 + 50*draw.Float64(seed, draw.Test, i, 0)
			}
			for range int((40 + 20*draw.Float64(seed, draw.Test, 0, 1)) / w.StepTime()) {
				w.Step()
			}
			for id := traffic.VehicleID(0); id < cars; id += column {
				w.Wreck(id)
			}
			for range int(40 / w.StepTime()) {
				w.Step()
				for _, e := range w.Events() {
					if e.Kind == traffic.CrashedInto {
						t.Fatalf("%g km/h, seed %d: %+v\n%s\n%s", limit, seed, e, w.Describe(e.Vehicle), w.Describe(e.Other))
					}
				}
			}
		}
	}
}
