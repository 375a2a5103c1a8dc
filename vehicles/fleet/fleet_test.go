package fleet

import (
	"math"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/dynamics"
)

const many = 20000

var key = draw.NewKey(7, draw.TechnicalState)

// share returns how many of the vehicles of a class are as is says.
func share(f *Fleet, class network.VehicleClass, is func(dynamics.Fitness) bool) float64 {
	n := 0
	for id := range uint64(many) {
		if is(f.Draw(key, id, class)) {
			n++
		}
	}
	return float64(n) / many
}

func TestSharesAreThoseAsked(t *testing.T) {
	var f Fleet
	for class := range f {
		f[class] = Shares{Winter: 0.8, NoABS: 0.1, Lost: 0.02, TrailersUnbraked: 0.05, Faded: 0.3, Fade: DefaultFade}
	}
	for class := range network.NumVehicleClasses {
		trailers := 0.0
		if class == network.ArticulatedLorry {
			trailers = 0.05
		}
		for name, c := range map[string]struct {
			want float64
			is   func(dynamics.Fitness) bool
		}{
			"winter tyres":      {0.8, func(f dynamics.Fitness) bool { return f.Winter }},
			"no ABS":            {0.1, func(f dynamics.Fitness) bool { return f.NoABS }},
			"a circuit lost":    {0.02, func(f dynamics.Fitness) bool { return f.Lost != dynamics.NoCircuit }},
			"trailers unbraked": {trailers, func(f dynamics.Fitness) bool { return f.TrailerUnbraked }},
			"faded":             {0.3, func(f dynamics.Fitness) bool { return f.Fade >= 0.1 && f.Fade <= 0.4 }},
			"fine":              {0.2 * 0.9 * 0.98 * (1 - trailers) * 0.7, func(f dynamics.Fitness) bool { return f == dynamics.Fitness{} }},
		} {
			if got, sigma := share(&f, class, c.is), math.Sqrt(c.want*(1-c.want)/many); math.Abs(got-c.want) > 4*sigma {
				t.Errorf("%v, %s: share %.4f, want %.4f ± %.4f", class, name, got, c.want, 4*sigma)
			}
		}
	}
}

// Three depths are the least, the median and the most.
func TestTreadHasItsMedian(t *testing.T) {
	var f Fleet
	f[network.Car].Tread = []float64{1e-3, 6e-3, 8e-3}
	below := share(&f, network.Car, func(f dynamics.Fitness) bool { return f.Tread < 5.5e-3 })
	if want := 0.45; math.Abs(below-want) > 0.02 { // rounded to whole mm: 5.5 of [1, 6] is at 0.9 of the lower half
		t.Errorf("share below 5.5 mm %.3f, want %.3f", below, want)
	}
	for id := range uint64(1000) {
		if d := f.Draw(key, id, network.Car).Tread; d < 1e-3 || d > 8e-3 {
			t.Fatalf("tread of %g m, want 0.001 to 0.008", d)
		}
	}
	f[network.Car].Tread = []float64{3e-3}
	if all := share(&f, network.Car, func(f dynamics.Fitness) bool { return f.Tread == 3e-3 }); all != 1 {
		t.Errorf("share of 3 mm %.3f, want all", all)
	}
}

// Who has a fault in a fleet with few has it in one with more, whatever else is wrong there.
func TestAFleetWithMoreFaultsHasThoseOfOneWithLess(t *testing.T) {
	var few, more Fleet
	few[network.Car] = Shares{NoABS: 0.05}
	more[network.Car] = Shares{NoABS: 0.2, Winter: 0.5, Lost: 0.1, Tread: []float64{2e-3, 8e-3}}
	some := false
	for id := range uint64(many) {
		if few.Draw(key, id, network.Car).NoABS {
			some = true
			if !more.Draw(key, id, network.Car).NoABS {
				t.Fatalf("vehicle %d lacks ABS only in the fleet where fewer do", id)
			}
		}
	}
	if !some {
		t.Error("nobody without ABS")
	}
}

func TestAFleetWithoutFaultsIsFit(t *testing.T) {
	var f Fleet
	for class := range f {
		f[class].Fade = DefaultFade
	}
	if !f.IsFit() {
		t.Error("a fleet without faults is not fit")
	}
	f[network.Bus].Winter = 0.1
	if f.IsFit() {
		t.Error("a fleet with winter tyres is taken for one without")
	}
}

func TestCheckNamesWhatMakesNoSense(t *testing.T) {
	for want, s := range map[string]Shares{
		"tread of 0 m":     {Tread: []float64{0}},
		"tread of 0.04 m":  {Tread: []float64{0.04}},
		"the least first":  {Tread: []float64{5e-3, 2e-3}},
		"a share of 1.5":   {Winter: 1.5},
		"a share of NaN":   {NoABS: math.NaN()},
		"fade of 0.5 to 0": {Fade: [2]float64{0.5, 0.2}},
	} {
		f := Fleet{network.Van: s}
		if err := f.Check(); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "van") {
			t.Errorf("%+v: %v, want one about the van with %q", s, err, want)
		}
	}
}
