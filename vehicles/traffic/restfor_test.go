package traffic_test

import (
	"fmt"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
)

// TestAJunctionRestsForATimeAndNotForSteps has a single car drive up to a junction of equal roads, and wants the junction to look at it as
// often with any step time: every 0.4 s while it has refused nobody, or in each step if that is longer.
func TestAJunctionRestsForATimeAndNotForSteps(t *testing.T) {
	for _, dt := range []float64{0.05, 0.1, 0.2, 0.5} {
		t.Run(fmt.Sprint(dt), func(t *testing.T) {
			net := build(t, sample.Cross(sample.CrossSpec{Control: network.PriorityRoad}))
			w := newWorld(t, net, 1, func(c *traffic.Config) { c.StepTime = dt })
			add(t, w, []traffic.Trip{{Depart: w.Time(), From: in(0), To: across(0), FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary}})
			checked(t, w, int(2/dt))
			looks, steps := 0, int(4/dt)
			w.Forget()
			for range steps {
				before := w.Forgotten()
				checked(t, w, 1)
				if w.Forgotten() < before {
					looks++
				}
				w.Forget()
			}
			want := min(10, steps) // in 4 s
			if looks < want-1 || looks > want+1 {
				t.Errorf("looked %d times in 4 s, want %d", looks, want)
			}
		})
	}
}
