package weather_test

import (
	"testing"

	"roadtwin/vehicles/tyre"
	"roadtwin/vehicles/weather"
)

// TestAFilmFreezesStepByStep freezes films of water little by little: crystals grip as slush, an open sheet as ice, a closed one under
// water worst of all, and one without water as ice again. Grip is never lost from one per cent of ice to the next but by a step of that
// ladder.
func TestAFilmFreezesStepByStep(t *testing.T) {
	for _, c := range []struct {
		name string
		film float64 // mm of water in all
		want []tyre.Condition
	}{
		{"wet", 0.6, []tyre.Condition{tyre.Wet, tyre.Slush, tyre.Ice, tyre.WetIce, tyre.Ice}},
		{"soaked", 1.5, []tyre.Condition{tyre.Soaked, tyre.Slush, tyre.Ice, tyre.WetIce, tyre.Ice}},
		{"damp", 0.08, []tyre.Condition{tyre.Damp, tyre.Ice}},
	} {
		var got []tyre.Condition
		for percent := range 101 {
			ice := c.film * float64(percent) / 100
			l := weather.Lane{Water: c.film - ice, Ice: ice}
			if x := l.Condition(); len(got) == 0 || got[len(got)-1] != x {
				got = append(got, x)
			}
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
				break
			}
		}
	}
}
