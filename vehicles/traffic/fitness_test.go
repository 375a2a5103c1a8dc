package traffic_test

import (
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/traffic"
)

// TestAVehicleWithoutFrontBrakesStopsLater has two cars of the same driver brake as hard as they can on a straight road, one of which
// has lost its front circuit before it enters: it brakes with less than half as much, and with what an envelope of its own gives.
func TestAVehicleWithoutFrontBrakesStopsLater(t *testing.T) {
	net := bendInTown(t)
	most := func(unfit bool) float64 {
		w := newWorld(t, net, 1, nil)
		if _, err := w.AddTrips(stream(0, 1, network.Car, 7*3600+1, 7*3600+2, 6)); err != nil {
			t.Fatal(err)
		}
		if unfit {
			if err := w.Queue(traffic.Command{Kind: traffic.SetFitness, Vehicle: 0, Fitness: dynamics.Fitness{Lost: dynamics.FrontCircuit}}); err != nil {
				t.Fatal(err)
			}
		}
		for w.Time() < 7*3600+8 {
			w.Step()
		}
		if err := w.Suppose(traffic.Supposition{Vehicle: 0, Brakes: true}); err != nil {
			t.Fatal(err)
		}
		hardest := 0.0
		for range 15 {
			w.Step()
			if v, ok := w.Vehicle(0); ok {
				hardest = max(hardest, -v.A)
				if v.V > 0 && -v.A > v.Brake+0.05 {
					t.Errorf("brakes with %.2f m/s², can do %.2f", -v.A, v.Brake)
				}
			}
		}
		if a := w.Audit(); a != (traffic.Audit{}) {
			t.Errorf("%+v", a)
		}
		return hardest
	}
	fit, unfit := most(false), most(true)
	if fit < 8 || unfit > 0.5*fit || unfit < 1 {
		t.Errorf("hardest braking %.2f m/s², without the front circuit %.2f", fit, unfit)
	}
}

func TestFitnessThatMakesNoSense(t *testing.T) {
	w := newWorld(t, bendInTown(t), 1, nil)
	if _, err := w.AddTrips(stream(0, 1, network.Car, 7*3600+1, 7*3600+2, 6)); err != nil {
		t.Fatal(err)
	}
	for want, c := range map[string]traffic.Command{
		"fitness of vehicle 7": {Vehicle: 7}, "tread": {Fitness: dynamics.Fitness{Tread: -1}},
		"fade": {Fitness: dynamics.Fitness{Fade: 2}}, "circuit": {Fitness: dynamics.Fitness{Lost: 9}},
	} {
		c.Kind = traffic.SetFitness
		if err := w.Queue(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", c, err, want)
		}
	}
}
