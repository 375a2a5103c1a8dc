package validation

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"roadtwin/scenarios/report"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/traffic"
)

// identical makes all drivers those of a published set.
func identical(name string) (driver.Set, func(*traffic.Config), error) {
	set, ok := driver.PublishedSet(name)
	if !ok {
		return set, nil, fmt.Errorf("%w: no parameter set %s", errNotYet, name)
	}
	pop, err := driver.NewPopulation(driver.Options{All: &set.Params})
	return set, func(c *traffic.Config) { c.Drivers = pop }, err
}

// idmGap returns the gap in m at which identical drivers of a set follow one another at v (m/s): Treiber, Hennecke, Helbing
// (2000), eq. 4, with exponent 4. It is written down here anew, so that the engine is not compared with itself.
func idmGap(s driver.Set, v float64) float64 {
	return (s.Params.MinGap + v*s.Params.TimeGap) / math.Sqrt(1-math.Pow(v/s.Wish, 4))
}

// relaxed is where a ring of identical drivers settles: the mean speed in m/s of the last minute, and the standard
// deviation over cars at its end.
func (l *lab) relaxed(name string, cars int, density, duration float64) (v, sd float64, err error) {
	set, change, err := identical(name)
	if err != nil {
		return 0, 0, err
	}
	ring, err := l.newRing(ringSpec{
		length: float64(cars) / density, limit: set.Wish, cars: cars, duration: duration, carLength: set.Length,
		setup: setup{seed: 1, change: change},
	})
	if err != nil {
		return 0, 0, err
	}
	defer ring.Close()
	if err := ring.until(ring.begun+duration-60, nil); err != nil {
		return 0, 0, err
	}
	steps := 0.0
	err = ring.until(ring.begun+duration, func() {
		mean, s, _, _ := spread(ring.look())
		v, sd, steps = v+mean, s, steps+1
	})
	return v / steps, sd, err
}

var equilibriumSets = []string{"treiber2000", "book_city", "book_highway"}

// platoon is where identical drivers settle behind a leader who keeps to v (m/s): for each the gap in m, and the speed.
func (l *lab) platoon(name string, v float64) (gaps, speeds []float64, err error) {
	const cars, relaxing = 8, 1500.0
	set, change, err := identical(name)
	if err != nil {
		return nil, nil, err
	}
	ring, err := l.newRing(ringSpec{
		length: 1000 + cars*(idmGap(set, v)+set.Length), limit: set.Wish, cars: cars, duration: relaxing, carLength: set.Length,
		leader: v, setup: setup{seed: 1, change: change},
	})
	if err != nil {
		return nil, nil, err
	}
	defer ring.Close()
	if err := ring.until(ring.begun+relaxing, nil); err != nil {
		return nil, nil, err
	}
	order := ring.look()
	first := order[0].x
	behind := func(c ringCar) float64 { return math.Mod(first-c.x+ring.course.length, ring.course.length) }
	slices.SortFunc(order, func(a, b ringCar) int { return cmp.Compare(behind(a), behind(b)) })
	for i := 1; i < len(order); i++ {
		gaps = append(gaps, behind(order[i])-behind(order[i-1])-set.Length)
		speeds = append(speeds, order[i].v)
	}
	return gaps, speeds, nil
}

// equilibrium is IDM at rest in itself.
var equilibrium = Case{
	ID: "C1", Area: "car following",
	What:      "identical drivers of three published IDM sets settle behind one another: the gap at each speed",
	Expected:  "(s₀ + vT)/√(1 − (v/v₀)⁴)",
	Tolerance: "0.5 %",
	Kind:      Exact,
	Source:    "Treiber, Hennecke, Helbing, Phys. Rev. E 62, 1805 (2000), eq. 4; the sets are in driver.PublishedSets with their sources",
	How: "Seven cars follow a leader who keeps to a speed, from 0.07 to 0.95 of the wished one in twelve steps, on a closed road with a kilometre free before the " +
		"leader; their gaps after 25 minutes, against the closed form at the speed that each then has. A leader is needed because a ring full of these " +
		"drivers is unstable at many of the speeds (C3), and the mean of a wave is no equilibrium.",
	measure: func(l *lab, r *Result) error {
		shares := []float64{0.07, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95}
		n := len(shares)
		worst := make([]float64, len(equilibriumSets)*n)
		density, flow := make([]float64, len(worst)), make([]float64, len(worst))
		err := l.each(len(worst), func(i int) error {
			name := equilibriumSets[i/n]
			set, _, err := identical(name)
			if err != nil {
				return err
			}
			gaps, speeds, err := l.platoon(name, shares[i%n]*set.Wish)
			for k := range gaps {
				if e := gaps[k]/idmGap(set, speeds[k]) - 1; math.Abs(e) > math.Abs(worst[i]) {
					worst[i] = e
				}
				d := 1000 / (gaps[k] + set.Length)
				density[i], flow[i] = density[i]+d/float64(len(gaps)), flow[i]+3.6*speeds[k]*d/float64(len(gaps))
			}
			return err
		})
		if err != nil {
			return err
		}
		plot := report.Plot{
			Title: "IDM: flow against density in equilibrium", X: report.Axis{Label: "density (vehicles/km)"}, Y: report.Axis{Label: "flow (vehicles/h)"},
		}
		for k, name := range equilibriumSets {
			set, _, _ := identical(name)
			most := 0.0
			for _, e := range worst[k*n : (k+1)*n] {
				if math.Abs(e) > math.Abs(most) {
					most = e
				}
			}
			r.near("largest error of a gap, "+name, "%", 0, 0.5, 100*most)
			var cd, cf []float64
			for v := 0.01; v < 0.99; v += 0.01 {
				d := 1000 / (idmGap(set, v*set.Wish) + set.Length)
				cd, cf = append(cd, d), append(cf, 3.6*v*set.Wish*d)
			}
			curve := report.Mark{Kind: report.Line, X: cd, Y: cf}
			if k == 0 {
				curve.Name = "closed form"
			}
			plot.Marks = append(plot.Marks, curve, report.Mark{
				Kind: report.Points, Name: name, Series: k + 1, X: density[k*n : (k+1)*n], Y: flow[k*n : (k+1)*n],
			})
		}
		r.Figures = append(r.Figures, plot)
		return nil
	},
}

// idmCapacity is the top of the fundamental diagram.
var idmCapacity = Case{
	ID: "C2", Area: "car following",
	What:      "greatest flow of one lane of identical drivers, IDM set of 2000",
	Expected:  "1,798 vehicles/h at 61.9 km/h",
	Tolerance: "1 %",
	Kind:      Exact,
	Source:    "closed form of the equilibrium (C1), maximised over the speed, vehicles of 5 m",
	How: "12 cars on rings of 22 to 38 cars/km; flow = density times mean speed in the 20th minute; the top is that of a parabola through " +
		"the best ring and the two beside it.",
	measure: func(l *lab, r *Result) error {
		var densities []float64
		for d := 22.0; d <= 38; d++ {
			densities = append(densities, d)
		}
		flows := make([]float64, len(densities))
		speeds := make([]float64, len(densities))
		err := l.each(len(densities), func(i int) error {
			v, _, err := l.relaxed("treiber2000", 12, densities[i]/1000, 1200)
			speeds[i], flows[i] = 3.6*v, 3.6*v*densities[i]
			return err
		})
		if err != nil {
			return err
		}
		best := 1
		for i := 1; i < len(flows)-1; i++ {
			if flows[i] > flows[best] {
				best = i
			}
		}
		a, b, c := flows[best-1], flows[best], flows[best+1]
		shift := 0.5 * (a - c) / (a - 2*b + c)
		top := b - 0.25*(a-c)*shift
		r.near("greatest flow", "vehicles/h", 1798.1, 17.98, top)
		r.near("speed there", "km/h", 61.88, 0.62, top/(densities[best]+shift))
		set, _, _ := identical("treiber2000")
		var cv, cf []float64
		for v := 12.0; v < 24; v += 0.25 {
			cv, cf = append(cv, 3.6*v), append(cf, 3600*v/(idmGap(set, v)+set.Length))
		}
		r.Figures = append(r.Figures, report.Plot{
			Title: "IDM of 2000: flow at its greatest",
			X:     report.Axis{Label: "speed (km/h)"}, Y: report.Axis{Label: "flow (vehicles/h)"},
			Marks: []report.Mark{
				{Kind: report.Line, Name: "closed form", X: cv, Y: cf},
				{Kind: report.Points, Name: "rings", Series: 1, X: speeds, Y: flows},
			},
		})
		return nil
	},
}

// stability is where disturbances begin to grow.
var stability = Case{
	ID: "C3", Area: "car following",
	What:      "50 identical drivers on a ring: a small disturbance of the speeds dies out below the critical density and grows above it",
	Expected:  "treiber2000: 22 cars/km stable, 25.5 unstable; book_city: 47 stable, 55 unstable",
	Tolerance: "sign",
	Kind:      Exact,
	Source: "string stability criterion of Wilson and Ward (2011) for IDM: critical at 23.6 and 50.8 cars/km; rings of 4_carfollowing/idm_ring_check.json, " +
		"where the disturbance at 25.5 takes 40 minutes to grow sixfold",
	How: "One of the cars begins 4 m ahead of its even place. Growth is the slope of the logarithm of the standard deviation of " +
		"speeds over cars from the 20th to the 60th minute, or until it reaches 1 m/s: before, the shorter waves die out.",
	measure: func(l *lab, r *Result) error {
		rings := []struct {
			name    string
			density float64
			grows   bool
		}{{"treiber2000", 22, false}, {"treiber2000", 25.5, true}, {"book_city", 47, false}, {"book_city", 55, true}}
		times, sds := make([][]float64, len(rings)), make([][]float64, len(rings))
		err := l.each(len(rings), func(i int) error {
			set, change, err := identical(rings[i].name)
			if err != nil {
				return err
			}
			const duration = 3600.0
			ring, err := l.newRing(ringSpec{
				length: 50e3 / rings[i].density, limit: set.Wish, cars: 50, duration: duration, carLength: set.Length, displaced: 4,
				setup: setup{seed: 1, change: change},
			})
			if err != nil {
				return err
			}
			defer ring.Close()
			next := ring.begun
			return ring.until(ring.begun+duration, func() {
				if ring.Time() >= next {
					next += 10
					_, sd, _, _ := spread(ring.look())
					times[i], sds[i] = append(times[i], (ring.Time()-ring.begun)/60), append(sds[i], math.Max(sd, 1e-6))
				}
			})
		})
		if err != nil {
			return err
		}
		plot := report.Plot{
			Title: "Disturbance on a ring of 50", X: report.Axis{Label: "time (min)", Min: 0, Max: 60},
			Y: report.Axis{Label: "log₁₀ of std. deviation of speeds (m/s)"},
		}
		for i, c := range rings {
			var t, y, all []float64
			for k, sd := range sds[i] {
				all = append(all, math.Log10(sd))
				if times[i][k] >= 20 && sd < 1 && sd > 2e-5 {
					t, y = append(t, times[i][k]), append(y, math.Log10(sd))
				}
			}
			if len(t) < 6 { // grown up, or dead, before that
				t, y = times[i][:30], all[:30]
			}
			rate, _ := slope(t, y)
			what := fmt.Sprintf("growth a minute, %s, %g cars/km", c.name, c.density)
			if c.grows {
				r.within(what, "log₁₀", math.NaN(), 0, math.Inf(1), rate)
			} else {
				r.within(what, "log₁₀", math.NaN(), math.Inf(-1), 0, rate)
			}
			kind := report.Line
			if !c.grows {
				kind = report.Dashed
			}
			plot.Marks = append(plot.Marks, report.Mark{
				Kind: kind, Name: fmt.Sprintf("%s, %g/km", c.name, c.density), Series: 1 + i/2, X: times[i], Y: all,
			})
		}
		r.Figures = append(r.Figures, plot)
		return nil
	},
}
