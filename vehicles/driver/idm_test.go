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

// TestNobodyBrakesHarderForALineThanItTakes asks for stops that take 3 to 5 m/s² from then on: IDM alone asks for 5 to 20.
func TestNobodyBrakesHarderForALineThanItTakes(t *testing.T) {
	d := driver.Default()
	for _, takes := range []float64{3, 4, 5} {
		for _, v := range []float64{5, 10, 20, 30} {
			got := -d.StopAt(v, v*v/(2*takes), d.Free(v, 30))
			if got < takes || got > 2*takes {
				t.Errorf("at %.0f m/s, a stop that takes %.0f m/s²: brakes with %.1f, want no less and at most twice that", v, takes, got)
			}
		}
	}
	if got := d.StopAt(0, -0.5, d.Free(0, 10)); !(got <= 0) {
		t.Errorf("beyond the line, standing: %.1f m/s², want none forward", got)
	}
}

// TestBendsAreReachedAtTheirSpeed lets drivers who look every Interval come to a bend from town and motorway speed: without hard
// braking, and no faster than it is driven.
func TestBendsAreReachedAtTheirSpeed(t *testing.T) {
	const step = 0.1
	pop, err := driver.NewPopulation(driver.Options{Errors: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range driver.Types {
		d := &pop.Drivers[0][0][i]
		for _, c := range []struct{ v, target float64 }{{14, 4}, {14, 8}, {30, 12}} {
			v, left, hardest, accel := c.v, 250.0, 0.0, 0.0
			look := float64(i) / driver.Types * d.Interval
			for ; left > 0; left -= v * step {
				if look -= step; look <= 0 {
					accel, look = math.Min(0, d.SlowTo(v, c.target, left, 0.6)), d.Interval
				}
				v += accel * step
				hardest = math.Max(hardest, -accel)
			}
			if hardest > 1.5*d.Brake || v > c.target+0.5 {
				t.Fatalf("driver %d, from %.0f to %.0f m/s: braked with up to %.1f m/s², came with %.1f m/s", i, c.v, c.target, hardest, v)
			}
		}
	}
}

// TestNobodyPanicsBehindOneWhoCutsInAndBrakes puts a car behind one that has just come in before it, no slower, and brakes: it
// brakes harder than that one by no more than comfort, does not where it is closing in fast, and in neither case runs into it while
// the one ahead brakes to a stand.
func TestNobodyPanicsBehindOneWhoCutsInAndBrakes(t *testing.T) {
	p := driver.Default()
	for _, c := range []struct{ v, lead, gap, accel float64 }{
		{27.4, 29, 5, -5.15}, {27.4, 27.4, 6, -3}, {20, 18, 12, -2}, {14, 14, 8, -4},
	} {
		follow := p.Follow(c.v, c.lead, c.gap, 0)
		wish := p.FollowBraking(c.v, c.lead, c.gap, 0, c.accel)
		if wish < follow {
			t.Errorf("%+v: %.2f m/s², want no harder than the %.2f of Follow", c, wish, follow)
		}
		if c.lead >= c.v && wish < 1.35*c.accel-p.Brake {
			t.Errorf("%+v: %.2f m/s², want about %.2f", c, wish, c.accel-p.Brake)
		}
		v, lead, gap := c.v, c.lead, c.gap
		for v > 0 && gap > 0 {
			const dt = 0.02
			a := max(p.FollowBraking(v, lead, gap, 0, c.accel), -9)
			gap += (lead - v) * dt
			v, lead = max(0, v+a*dt), max(0, lead+c.accel*dt)
		}
		if gap < 0.3*p.MinGap {
			t.Errorf("%+v: comes to a stand %.2f m behind it, want some room", c, gap)
		}
	}
}
