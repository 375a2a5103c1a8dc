package driver_test

import (
	"math"
	"reflect"
	"testing"

	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/driver"
)

func TestEveryPublishedSetKeepsItsEquilibriumGap(t *testing.T) {
	for _, s := range driver.PublishedSets() {
		p := s.Params
		wish := s.Wish
		if wish == 0 {
			wish = 30
		}
		for _, v := range []float64{2, 6, 0.7 * wish} {
			gap := p.EquilibriumGap(v, wish)
			if a := p.Follow(v, v, gap, p.Free(v, wish)); math.Abs(a) > 1e-9 {
				t.Errorf("%s at %g m/s and the equilibrium gap %.2f m: acceleration %g m/s², want 0", s.Name, v, gap, a)
			}
		}
	}
}

// The rational form of IIDM is near the published power: the same at both ends, and nowhere far off between.
func TestIIDMIsNearThePublishedForm(t *testing.T) {
	set, _ := driver.PublishedSet("iidm_book")
	p := set.Params
	for v := 0.5; v < set.Wish; v += 0.5 {
		free := p.Free(v, set.Wish)
		for gap := p.EquilibriumGap(v, set.Wish); gap < 200; gap *= 1.2 {
			z := p.EquilibriumGap(v, set.Wish) / gap
			want := free * (1 - math.Pow(z, 2*p.Accel/free))
			if got := p.Follow(v, v, gap, free); math.Abs(got-want) > 0.1*p.Accel {
				t.Errorf("at %g m/s, gap %.1f m: %.3f m/s², published %.3f", v, gap, got, want)
			}
		}
	}
}

// safeSpeedsNeverCollide follows a leader at random speeds, whose braking is at most that of the model, for many hours.
func TestSafeSpeedsNeverCollide(t *testing.T) {
	for _, name := range []string{"krauss_book", "krauss_sumo", "gipps_book"} {
		set, _ := driver.PublishedSet(name)
		p := set.Params
		for run := range uint64(500) {
			gap, v, lead, target := 60.0, 10.0, 10.0, 10.0
			for k := range uint64(300) {
				if k%10 == 0 {
					target = 15 * draw.Float64(run, draw.Test, k, 0)
				}
				step := math.Max(-p.Brake, math.Min(p.Accel, target-lead)) * p.Interval
				after := math.Max(0, lead+step)
				a := p.Follow(v, lead, gap, p.Free(v, 15)) - p.Dawdle*p.Accel*draw.Float64(run, draw.Test, k, 1)
				next := math.Max(0, v+a*p.Interval)
				gap += 0.5 * (lead + after - v - next) * p.Interval
				v, lead = next, after
				if gap < 0 {
					t.Fatalf("%s, run %d: collision at %d s, %.1f m/s behind %.1f m/s", name, run, k, v, lead)
				}
			}
		}
	}
}

// amplification returns how much larger the swing of speed is at the n-th car behind a leader whose speed swings a little
// about 25 m/s with the period (s) given: so little that gaps are regulated, not closed.
func amplification(p driver.Params, n int, period float64) float64 {
	const dt, mean, swing = 0.1, 25.0, 0.04
	x, v := make([]float64, n+1), make([]float64, n+1)
	for i := range x {
		x[i], v[i] = -float64(i)*p.EquilibriumGap(mean, 40), mean
	}
	least, most := math.Inf(1), 0.0
	for k := range 12000 {
		for i := n; i > 0; i-- {
			a := p.Follow(v[i], v[i-1], x[i-1]-x[i], p.Free(v[i], 40))
			next := math.Max(0, v[i]+a*dt)
			x[i] += 0.5 * (v[i] + next) * dt
			v[i] = next
		}
		next := mean + swing*math.Sin(2*math.Pi*float64(k+1)*dt/period)
		x[0] += 0.5 * (v[0] + next) * dt
		v[0] = next
		if k > 6000 {
			least, most = math.Min(least, v[n]), math.Max(most, v[n])
		}
	}
	return (most - least) / 2 / swing
}

// Milanés and Shladover (2014) drove platoons: ACC made the swings of the first car grow from car to car, CACC did not.
func TestACCAmplifiesAndCACCDoesNot(t *testing.T) {
	acc, _ := driver.PublishedSet("acc")
	cacc, _ := driver.PublishedSet("cacc")
	worst := func(p driver.Params) (most float64) {
		for _, period := range []float64{8, 12, 16, 24, 32, 48} {
			most = math.Max(most, amplification(p, 4, period))
		}
		return most
	}
	a, c := worst(acc.Params), worst(cacc.Params)
	t.Logf("four cars behind a swing is %.2f times as large with ACC, %.2f with CACC", a, c)
	if a < 1.1 {
		t.Errorf("ACC: four cars behind a swing is %.2f times as large, want 1.1 and more", a)
	}
	if c > 1.1 {
		t.Errorf("CACC: four cars behind a swing is %.2f times as large, want at most 1.1", c)
	}
}

func TestAutomatedCarsStopBehindObstacles(t *testing.T) {
	for _, name := range []string{"acc", "cacc"} {
		set, _ := driver.PublishedSet(name)
		for _, v := range []float64{5, 14, 20, 30} {
			if gap := settle(t, set.Params, v, 6*v+20); gap < 1 || gap > 4 {
				t.Errorf("%s from %g m/s: standing gap %.2f m, want 1 to 4", name, v, gap)
			}
		}
	}
}

func TestAGreaterShareHasTheVehiclesOfASmallerOne(t *testing.T) {
	of := func(acc, cacc float64) *driver.Population {
		o := driver.DefaultOptions()
		o.ACC, o.CACC = acc, cacc
		pop, err := driver.NewPopulation(o)
		if err != nil {
			t.Fatal(err)
		}
		return pop
	}
	model := func(p *driver.Population, id uint64) driver.Model { return p.Drivers[0][0][p.Pick(7, id, 0)].Model }
	few, more := of(0.1, 0.2), of(0.4, 0.3)
	var acc, cacc int
	for id := range uint64(10000) {
		was, is := model(few, id), model(more, id)
		if was != driver.IIDM && was != is {
			t.Fatalf("vehicle %d: %s with the smaller shares, %s with the greater", id, was, is)
		}
		if is == driver.ACC {
			acc++
		} else if is == driver.CACC {
			cacc++
		}
	}
	if math.Abs(float64(acc)-4000) > 200 || math.Abs(float64(cacc)-3000) > 200 {
		t.Errorf("%d with ACC and %d with CACC of 10,000, want some 4,000 and 3,000", acc, cacc)
	}
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	for _, o := range []driver.Options{
		{Model: driver.ACC}, {ACC: -0.1}, {ACC: 0.6, CACC: 0.6}, {RedRunning: 2}, {ACC: math.NaN()}, {All: &driver.Params{}},
	} {
		if _, err := driver.NewPopulation(o); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
}

// TestDriversThatMakeNoSense sets each number of a driver, one at a time, to what is none, and to what no driver has.
func TestDriversThatMakeNoSense(t *testing.T) {
	if _, err := driver.NewPopulation(driver.Options{All: new(driver.Default())}); err != nil {
		t.Fatal(err)
	}
	fields := reflect.TypeFor[driver.Params]()
	for i := range fields.NumField() {
		f := fields.Field(i)
		if !f.IsExported() || f.Type.Kind() != reflect.Float64 || f.Name == "LateralRoot" { // which follows from Lateral
			continue
		}
		for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1000, -1000} {
			p := driver.Default()
			reflect.ValueOf(&p).Elem().Field(i).SetFloat(x)
			if _, err := driver.NewPopulation(driver.Options{All: &p}); err == nil {
				t.Errorf("%s %g: no error", f.Name, x)
			}
		}
	}
}
