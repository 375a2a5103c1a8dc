package driver_test

import (
	"math"
	"testing"

	"roadtwin/vehicles/driver"
)

// settle drives a follower at speed v towards an obstacle distance metres ahead and returns the gap at which it stands.
func settle(t *testing.T, p driver.Params, v, distance float64) (gap float64) {
	t.Helper()
	const dt = 0.1
	gap = distance
	for range 2000 {
		a := math.Max(p.Follow(v, 0, gap, p.Free(v, 30)), -9)
		after := math.Max(0, v+a*dt)
		gap -= (v + after) / 2 * dt
		v = after
		if gap <= 0 {
			t.Fatalf("hit the obstacle at %.1f m/s", v)
		}
	}
	return gap
}

func TestFollowerStopsBehindObstacle(t *testing.T) {
	for _, v := range []float64{5, 14, 20, 30} {
		gap := settle(t, driver.Default(), v, 4*v+20)
		if gap < 1.9 || gap > 2.6 {
			t.Errorf("from %g m/s: standing gap = %.2f m, want 2.0 to 2.6", v, gap)
		}
	}
}

// The closed form of the equilibrium is that of idm_equilibrium.csv in ../shared/reference (case C1): s0+vT over
// sqrt(1-(v/v0)^4).
func TestFollowerKeepsEquilibriumGap(t *testing.T) {
	p := driver.Default()
	for _, v := range []float64{2, 8, 15, 25} {
		gap := p.EquilibriumGap(v, 30)
		if a := p.Follow(v, v, gap, p.Free(v, 30)); math.Abs(a) > 1e-9 {
			t.Errorf("at %g m/s and the equilibrium gap %.2f m: acceleration %g m/s², want 0", v, gap, a)
		}
	}
}

func TestArrivalTimeAgreesWithIntegration(t *testing.T) {
	for _, c := range []struct{ distance, v, accel, top float64 }{
		{20, 0, 2, 14}, {100, 5, 1.5, 10}, {30, 12, 2, 10}, {0, 3, 1, 5},
	} {
		const dt = 1e-4
		s, v, want := 0.0, c.v, 0.0
		for s < c.distance {
			after := v
			if v < c.top {
				after = math.Min(c.top, v+c.accel*dt)
			}
			s += (v + after) / 2 * dt
			v = after
			want += dt
		}
		if got := driver.ArrivalTime(c.distance, c.v, c.accel, c.top); math.Abs(got-want) > 1e-3 {
			t.Errorf("%+v: %.4f s, want %.4f", c, got, want)
		}
	}
}

func TestSlipperyRoadsAreDrivenSlowerAndWithLessBraking(t *testing.T) {
	pop, err := driver.NewPopulation(driver.DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	for i := range driver.Types {
		for cond := 1; cond < len(pop.Drivers); cond++ {
			dry, slippery := pop.Drivers[0][0][i], pop.Drivers[cond][0][i]
			if slippery.SpeedRatio >= dry.SpeedRatio || slippery.Brake > dry.Brake || slippery.TimeGap < dry.TimeGap {
				t.Fatalf("driver %d, condition %d: %+v, on dry road %+v", i, cond, slippery, dry)
			}
		}
	}
}
