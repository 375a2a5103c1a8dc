package validation

import (
	"math"
	"slices"

	"roadtwin/scenarios/report"
)

const kmh = 1 / 3.6 // m/s

// sugiyama is the experiment with 22 cars on a ring.
var sugiyama = Case{
	ID: "C4", Area: "car following",
	What:      "22 cars on a ring of 230 m, asked to drive at 30 km/h: a stop-and-go wave forms and travels upstream",
	Expected:  "−20 km/h",
	Tolerance: "−15 to −25 km/h; some car below 2 km/h, some above 25 km/h",
	Kind:      Emergent,
	Source:    "Sugiyama et al., New J. Phys. 10, 033001 (2008); the wave's speed as quoted by New Scientist, 4 March 2008 (dn13402)",
	How: "Six rings, each with other drivers of the default population, all but standing at first, evenly spaced; limit 30 km/h. " +
		"From the 4th to the 10th minute the speeds round the ring are written as a Fourier series each second; the wave's speed is that " +
		"at which its strongest term moves. The slowest and fastest are the means over rings of the lowest and highest speed seen.",
	measure: func(l *lab, r *Result) error {
		const rings, warm, end = 6, 180.0, 600.0
		type found struct{ wave, steady, slow, fast, sd float64 }
		all := make([]found, rings)
		var shown trajectories
		err := l.each(rings, func(i int) error {
			ring, err := l.newRing(ringSpec{length: 230, limit: 30 * kmh, cars: 22, duration: end, setup: setup{seed: uint64(i + 1)}})
			if err != nil {
				return err
			}
			defer ring.Close()
			f := found{slow: math.Inf(1)}
			meter := waveMeter{length: ring.course.length}
			next, seen := ring.begun, 0.0
			err = ring.until(ring.begun+end, func() {
				if ring.Time() < next {
					return
				}
				next++
				t := ring.Time() - ring.begun
				cars := ring.look()
				if i == 0 && int(t+0.5)%2 == 0 {
					shown.add(t, cars)
				}
				if t < warm {
					return
				}
				meter.add(t, cars)
				_, sd, lo, hi := spread(cars)
				f.slow, f.fast = math.Min(f.slow, lo), math.Max(f.fast, hi)
				f.sd, seen = f.sd+sd, seen+1
			})
			f.sd /= seen
			if f.wave, f.steady = meter.speed(); f.sd < 0.5 { // m/s: there is no wave
				f.wave = math.NaN()
			}
			all[i] = f
			return err
		})
		if err != nil {
			return err
		}
		pick := func(of func(found) float64) (mean, ci float64) {
			var values []float64
			for _, f := range all {
				values = append(values, of(f))
			}
			return meanCI(values)
		}
		wave, waveCI := pick(func(f found) float64 { return 3.6 * f.wave })
		slow, slowCI := pick(func(f found) float64 { return 3.6 * f.slow })
		fast, fastCI := pick(func(f found) float64 { return 3.6 * f.fast })
		sd, sdCI := pick(func(f found) float64 { return 3.6 * f.sd })
		r.within("speed of the wave", "km/h", -20, -25, -15, wave).ci(waveCI)
		r.within("slowest car", "km/h", math.NaN(), 0, 2, slow).ci(slowCI)
		r.within("fastest car", "km/h", math.NaN(), 25, 50, fast).ci(fastCI)
		r.tell("standard deviation of speeds", "km/h", sd).ci(sdCI)
		r.Figures = append(r.Figures, report.Plot{
			Title: "22 cars on 230 m, first ten minutes of ring 1", Wide: true,
			X:     report.Axis{Label: "time (s)", Min: 0, Max: end},
			Y:     report.Axis{Label: "place on the ring (m)", Min: 0, Max: 230},
			Marks: []report.Mark{{Kind: report.Tracks, Name: "speed", Paths: shown.paths, Least: 0, Most: 35, Unit: "km/h"}},
		})
		return nil
	},
}

// tadaki is the ring in the Nagoya Dome.
var tadaki = Case{
	ID: "C4b", Area: "car following",
	What:      "cars on a ring of 314 m: the density above which the even flow breaks up into stop-and-go waves",
	Expected:  "0.08 cars/m (25 of 314 m)",
	Tolerance: "±0.02 cars/m",
	Kind:      Check,
	Source:    "Tadaki et al., New J. Phys. 15, 103034 (2013): Nagoya Dome, 10 to 40 cars; the numbers are recalled, not read",
	How: "Rings of 314 m with 10 to 32 cars, default population, limit 30 km/h, two seeds each. A ring counts as broken up if in minutes " +
		"5 to 10 the standard deviation of speeds over cars is above 1 m/s on average; the critical density is where the mean over seeds crosses that.",
	measure: func(l *lab, r *Result) error {
		counts := []int{10, 14, 18, 20, 22, 24, 26, 28, 30, 32}
		const seeds, warm, end = 2, 300.0, 600.0
		sds := make([]float64, len(counts)*seeds)
		flows := make([]float64, len(sds))
		err := l.each(len(sds), func(i int) error {
			n := counts[i/seeds]
			ring, err := l.newRing(ringSpec{length: 314, limit: 30 * kmh, cars: n, duration: end, setup: setup{seed: uint64(i%seeds + 1)}})
			if err != nil {
				return err
			}
			defer ring.Close()
			var sum, flow, seen float64
			err = ring.until(ring.begun+end, func() {
				if ring.Time() > ring.begun+warm {
					mean, sd, _, _ := spread(ring.look())
					sum, flow, seen = sum+sd, flow+mean, seen+1
				}
			})
			sds[i], flows[i] = sum/seen, flow/seen*float64(n)/ring.course.length*3600
			return err
		})
		if err != nil {
			return err
		}
		var density, sd, flow []float64
		critical := math.NaN()
		for k, n := range counts {
			density = append(density, float64(n)/0.314)
			s, _ := meanCI(sds[k*seeds : (k+1)*seeds])
			q, _ := meanCI(flows[k*seeds : (k+1)*seeds])
			sd, flow = append(sd, s), append(flow, q)
			if k > 0 && math.IsNaN(critical) && sd[k] > 1 {
				critical = density[k-1] + (density[k]-density[k-1])*math.Max(0, 1-sd[k-1])/(sd[k]-math.Min(1, sd[k-1]))
			}
		}
		r.near("critical density", "cars/m", 0.08, 0.02, critical/1000)
		r.Figures = append(r.Figures, report.Plot{
			Title: "Ring of 314 m: unevenness of speeds",
			X:     report.Axis{Label: "density (cars/km)"}, Y: report.Axis{Label: "standard deviation of speeds (m/s)"},
			Marks: []report.Mark{
				{Kind: report.Band, Name: "published onset ±0.02 cars/m", X: []float64{60, 100}, Low: []float64{0, 0}, High: []float64{slices.Max(sd), slices.Max(sd)}},
				{Kind: report.Points, Name: "measured", Series: 1, X: density, Y: sd},
			},
		}, report.Plot{
			Title: "Ring of 314 m: flow",
			X:     report.Axis{Label: "density (cars/km)"}, Y: report.Axis{Label: "flow (cars/h)", Min: 0, Max: 1.1 * slices.Max(flow)},
			Marks: []report.Mark{{Kind: report.Points, Name: "measured", Series: 1, X: density, Y: flow}},
		})
		return nil
	},
}
