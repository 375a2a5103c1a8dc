package scenarios

import (
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/traffic"
)

// What a class says goes before what all say, field by field.
func TestAClassOfTheFleetOverridesAll(t *testing.T) {
	f, err := mustParse(t, `map: a.osm
fleet:
  all: {tread: [2, 8], winter_tyres: 0.5}
  bus: {winter_tyres: 1, faded_brakes: 0.1}
`).fleet()
	if err != nil {
		t.Fatal(err)
	}
	car, bus := f[network.Car], f[network.Bus]
	if car.Winter != 0.5 || car.Faded != 0 || len(car.Tread) != 2 || car.Tread[0] != 2e-3 {
		t.Errorf("cars are %+v", car)
	}
	if bus.Winter != 1 || bus.Faded != 0.1 || len(bus.Tread) != 2 || bus.Fade != [2]float64{0.1, 0.4} {
		t.Errorf("buses are %+v", bus)
	}
	for _, text := range []string{"map: a.osm\n", "map: a.osm\nfleet:\n  car: {without_abs: 0}\n"} {
		if f, err := mustParse(t, text).fleet(); f != nil || err != nil {
			t.Errorf("%q: fleet %v, %v, want none", text, f, err)
		}
	}
}

func TestTheFleetReachesTheTraffic(t *testing.T) {
	city, s := townCity(t), townScenario(t)
	half := 0.5
	s.Fleet = Fleet{"all": {WithoutABS: &half, Tread: []float64{1, 8}}}
	r := newRun(t, city, s, Options{})
	without := 0
	for id := range r.Demand().Trips {
		f := r.World().FitnessOf(traffic.VehicleID(id))
		if f.Tread < 1e-3 || f.Tread > 8e-3 {
			t.Fatalf("vehicle %d has a tread of %g m", id, f.Tread)
		}
		if f.NoABS {
			without++
		}
	}
	if n := len(r.Demand().Trips); without < n/3 || without > 2*n/3 {
		t.Errorf("%d of %d vehicles without ABS, want about half", without, n)
	}
	plain := newRun(t, city, townScenario(t), Options{})
	if f := plain.World().FitnessOf(0); f != (dynamics.Fitness{}) {
		t.Errorf("without a fleet the first vehicle is %+v", f)
	}
}

// A greater TTC at which an encounter is a conflict finds more of them, and leaving all out none.
func TestThresholdsOfConflictsAreTheScenarios(t *testing.T) {
	city := townCity(t)
	conflicts := func(c Conflicts) int {
		s := townScenario(t)
		s.Measure.Conflicts = c
		r := newRun(t, city, s, Options{})
		finish(r)
		n := 0
		for _, k := range r.conflicts() {
			n += k
		}
		return n
	}
	none, long := 0.0, 4.0
	usual, more := conflicts(Conflicts{}), conflicts(Conflicts{TTC: &long})
	if more <= usual {
		t.Errorf("%d conflicts with a TTC below 4 s, %d with one below 1.5 s", more, usual)
	}
	if n := conflicts(Conflicts{TTC: &none, PET: &none, DRAC: &none}); n != 0 {
		t.Errorf("%d conflicts of nothing", n)
	}
}
