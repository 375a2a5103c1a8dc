package demand

import (
	"math"
	"testing"
)

func TestHoursAddUpToADay(t *testing.T) {
	peak := make([]float64, 24)
	peak[7], peak[8] = 1, 3
	for name, d := range map[string]*Demand{
		"a list": {},
		"a map":  {model: &model{schedule: newSchedule([numPurposes]float64{4000, 3000, 2000, 1000}, nil)}},
		"hours":  {model: &model{schedule: newSchedule([numPurposes]float64{4000, 3000, 2000, 1000}, peak)}},
	} {
		hours, sum := d.Hours(), 0.0
		for _, x := range hours {
			sum += x
		}
		if math.Abs(sum-24) > 1e-9 || hours[8] <= hours[3] {
			t.Errorf("%s: %v, sum %g: want them to add up to 24, with more at 8 than at 3", name, hours, sum)
		}
		if name == "hours" && math.Abs(hours[8]-18) > 1e-9 {
			t.Errorf("three quarters of the trips depart at 8: got %g of 24, want 18", hours[8])
		}
	}
}
