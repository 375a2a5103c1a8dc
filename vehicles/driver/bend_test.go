package driver

import (
	"math"
	"testing"
)

// TestBendsAreDrivenAtDesignSpeeds compares the speed of the mean driver of a car with AASHTO's side friction in low-speed
// design, 0.40 at 20 km/h, 0.32 at 30, 0.25 at 40 (table 8-2 of the Geometric Design Manual of the Ethiopian Roads Authority,
// 2002): on the radius that it belongs to, without superelevation.
func TestBendsAreDrivenAtDesignSpeeds(t *testing.T) {
	d := Default()
	for _, c := range []struct{ kmh, friction float64 }{{20, 0.40}, {30, 0.32}, {40, 0.25}} {
		v := c.kmh / 3.6
		radius := v * v / (9.81 * c.friction)
		got := 3.6 * d.LateralRoot * BendRoot(radius)
		if math.Abs(got-c.kmh) > 0.06*c.kmh {
			t.Errorf("on a radius of %.1f m %.1f km/h, want %.0f ± 6 %%", radius, got, c.kmh)
		}
	}
	if got, want := BendRoot(400), 20.0; math.Abs(got-want) > 1e-6 {
		t.Errorf("in a wide bend %g, want %g: the same lateral acceleration in all of them", got, want)
	}
}

// TestNobodyBelievesInMoreGripThanThereIs asks that nobody drives round a tight bend faster than the grip allows that they
// believe in.
func TestNobodyBelievesInMoreGripThanThereIs(t *testing.T) {
	pop, err := NewPopulation(Options{})
	if err != nil {
		t.Fatal(err)
	}
	for cond := range pop.Drivers {
		for class := range pop.Drivers[cond] {
			d := &pop.Drivers[cond][class][0]
			if d.LateralMost < d.Lateral-1e-6 {
				t.Errorf("condition %d, class %d: at most %.2f m/s² across, but %.2f accepted", cond, class, d.LateralMost, d.Lateral)
			}
			if most := believed[cond] * 9.81 * 1.17; d.LateralMost > most {
				t.Errorf("condition %d, class %d: at most %.2f m/s² across, the road has %.2f", cond, class, d.LateralMost, most)
			}
		}
	}
}
