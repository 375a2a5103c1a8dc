package dynamics

import (
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/tyre"
)

// A laden 40 t combination starts on the 12 % that Directive 97/27/EC asks of it on a dry road, and not on 8 % of packed snow, where
// it weighs 28 % on its driven axle: 0.19 of that is 5 %.
func TestWhereALadenLorryPullsAway(t *testing.T) {
	for _, row := range []struct {
		cond     tyre.Condition
		gradient float64
		starts   bool
	}{
		{tyre.Dry, 0.12, true},
		{tyre.Dry, 0.20, false},
		{tyre.Wet, 0.10, true},
		{tyre.PackedSnow, 0.03, true},
		{tyre.PackedSnow, 0.06, false},
		{tyre.Ice, 0.01, true},
		{tyre.Ice, 0.03, false},
		{tyre.WetIce, 0.015, false},
	} {
		e := &tables.Envelopes[network.ArticulatedLorry][network.Asphalt][row.cond]
		if e.CanStart(row.gradient) != row.starts {
			t.Errorf("%v, %.1f %%: starts %v; steepest %.1f %%", row.cond, 100*row.gradient, !row.starts, 100*e.SteepestStart())
		}
	}
	car, lorry := dryAsphalt(network.Car), dryAsphalt(network.ArticulatedLorry)
	if car.SteepestHeld(22) <= lorry.SteepestHeld(22) || lorry.SteepestHeld(5) <= lorry.SteepestHeld(22) {
		t.Error("steep hills hold up cars more than lorries, or slow lorries more than fast ones")
	}
	if e := &tables.Envelopes[network.Car][network.Asphalt][tyre.WetIce]; e.CanHold(0.08) || !e.CanHold(-0.03) {
		t.Error("a car stands on 8 % of wet ice, or not on 3 %")
	}
}

// UN R13-H: with one circuit lost a car still stops from 100 km/h within 168 m (0.1 v + 0.0158 v², recalled); so does a van.
func TestOneCircuitIsEnoughForTheLaw(t *testing.T) {
	for _, class := range []network.VehicleClass{network.Car, network.Van} {
		whole := stop(t, dryAsphalt(class), &classes[class], 100*kmh)
		for _, lost := range []Circuit{FrontCircuit, RearCircuit, DiagonalCircuit} {
			c := Fitness{Lost: lost}.Of(classes[class])
			e := NewEnvelope(&c, network.Asphalt, tyre.Dry)
			got := stop(t, &e, &c, 100*kmh)
			if got <= whole+1 || got > 168 {
				t.Errorf("%v without circuit %d: %.1f m, whole %.1f m, the law admits 168", class, lost, got, whole)
			}
		}
	}
}

// Every fault and every wear makes stops longer where it matters.
func TestUnfitVehiclesStopLater(t *testing.T) {
	catalogue := NewCatalogue(classes)
	for class := range network.NumVehicleClasses {
		for _, row := range []struct {
			fitness Fitness
			cond    tyre.Condition
			speed   float64 // km/h
		}{
			{Fitness{NoABS: true}, tyre.Wet, 60},
			{Fitness{Tread: tyre.WornTread}, tyre.Wet, 80},
			{Fitness{Tread: tyre.WornTread}, tyre.Soaked, 60},
			{Fitness{Fade: 0.5}, tyre.Dry, 60},
			{Fitness{Lost: RearCircuit}, tyre.Dry, 60},
			{Fitness{Lost: FrontCircuit}, tyre.Dry, 60},
		} {
			fit, unfit := catalogue.Vehicle(class, Fitness{}), catalogue.Vehicle(class, row.fitness)
			a := stop(t, fit.Envelope(network.Asphalt, row.cond), &fit.Class, row.speed*kmh)
			b := stop(t, unfit.Envelope(network.Asphalt, row.cond), &unfit.Class, row.speed*kmh)
			if b <= a {
				t.Errorf("%v with %+v on %v: %.1f m, fit %.1f m", class, row.fitness, row.cond, b, a)
			}
		}
	}
	if catalogue.Vehicle(network.Car, Fitness{Fade: 0.51}) != catalogue.Vehicle(network.Car, Fitness{Fade: 0.5}) {
		t.Error("vehicles are not kept")
	}
}

// One stop of a compact car from 100 km/h heats its brakes by v²/2 over their heat, 50 K; a laden lorry that holds 50 km/h on 7 % with
// its brakes alone fades within ten kilometres, and with two thirds of it on the retarder does not.
func TestBrakesHeatUpAndFade(t *testing.T) {
	car, lorry := classes[network.Car], classes[network.ArticulatedLorry]
	var h Heat
	for v := 100 * kmh; v > 0; v -= 10 * 1e-3 {
		h.Step(&car, 1e-3, v, 10)
	}
	if math.Abs(h.Rise-50) > 2 {
		t.Errorf("one stop heats by %.1f K, want 50", h.Rise)
	}
	down := func(share, km float64) Heat {
		var h Heat
		for s := 0.0; s < km*1000; s += 50 * kmh * 0.1 {
			h.Step(&lorry, 0.1, 50*kmh, share*0.065*gravity)
		}
		return h
	}
	if f := down(1, 10).Fade(); f < 0.1 {
		t.Errorf("fade after 10 km of 7 %% on the brakes: %.2f at %.0f K", f, down(1, 10).Rise)
	}
	if f := down(1.0/3, 10).Fade(); f != 0 {
		t.Errorf("fade with a retarder: %.2f", f)
	}
	hot := down(1, 10)
	for range 3600 {
		hot.Step(&lorry, 1, 22, 0)
	}
	if hot.Fade() != 0 || hot.Rise > 50 || hot.Rise <= 0 {
		t.Errorf("an hour later: %.0f K", hot.Rise)
	}
}

// BenchmarkFirstFault measures what the first vehicle in a technical state costs the step that first asks for it: on one surface in one
// condition.
func BenchmarkFirstFault(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		v := NewCatalogue(classes).Vehicle(network.ArticulatedLorry, Fitness{Fade: 0.1})
		v.Envelope(network.Asphalt, tyre.Dry)
		v.Grip(network.Asphalt, tyre.Dry)
	}
}
