package validation

import (
	"fmt"
	"math"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios/report"
	"roadtwin/signals/timing"
	"roadtwin/vehicles/traffic"
)

// saturations are the degrees of saturation at which the delay at a signal is measured.
var saturations = []float64{0.2, 0.4, 0.6, 0.8, 0.9, 0.95}

// The signal of isolatedDelay: its green and cycle are those of twoStage with the crossing's default intergreens.
const isolatedGreen = 30.0 // s, shown

// isolated returns the mean time in s that cars take from west to east past the signal, or, with open, past a priority junction in its place;
// flow is veh/h and lane, at random.
func (l *lab) isolated(seed uint64, flow float64, open bool) (float64, error) {
	const warmup, until = 900.0, 900 + 3600.0
	control, plans := network.Signalised, twoStage(isolatedGreen, isolatedGreen)
	if open {
		control, plans = network.PriorityRoad, nil
	}
	w, err := l.world(sample.Cross(sample.CrossSpec{Control: control, ArmLength: 1200, SpeedLimit: 50 * kmh}), setup{seed: seed, plans: plans})
	if err != nil {
		return 0, err
	}
	defer w.Close()
	if _, err := w.AddTrips(trips(seed, []stream{steady(fromWest, toEast, flow, until)})); err != nil {
		return 0, err
	}
	sum, n := 0.0, 0
	err = w.until(until+600, func() {
		for _, e := range w.Events() {
			if e.Kind == traffic.Arrived && e.Time-e.TravelTime-e.Waited >= warmup && e.Time-e.TravelTime-e.Waited < until {
				sum += e.TravelTime + e.Waited
				n++
			}
		}
	})
	return sum / float64(n), err
}

var isolatedDelay = Case{
	ID: "S7", Area: "signals", Slow: true,
	What:      "delay at an isolated signal over degrees of saturation",
	Expected:  "HCM's control delay: uniform and incremental",
	Tolerance: "10 %",
	Kind:      Check,
	Source:    "HCM 7th ed., eqs. 19-19 and 19-26, with k = 0.5, I = 1 and T of 1 h",
	How: "One lane straight on, 50 km/h, cars only, arrivals at random, green of 30 s, one hour after a quarter, six seeds. Delay is the time from wish to arrival less that of the same cars " +
		"on a priority road in its place. Saturation flow and effective green are the program's own, as the discharge of an endless queue has them (case S1): the flow ratio is what is compared.",
	measure: func(l *lab, r *Result) error {
		const seeds, cycles = 6, 30
		headway, used, err := l.capacityOf(seeds, cycles)
		if err != nil {
			return err
		}
		cycle := l.isolatedCycle()
		capacity := used * 3600 / cycle // veh/h
		effective := used * headway
		r.tell("saturation flow", "veh/h", 3600/headway)
		r.tell("vehicles a green", "", used)
		r.tell("effective green", "s", effective)
		var x, got, want, low, high []float64
		for _, ratio := range saturations {
			delays := make([]float64, seeds)
			if err := l.each(seeds, func(i int) error {
				with, err := l.isolated(uint64(i+1), ratio*capacity, false)
				if err != nil {
					return err
				}
				without, err := l.isolated(uint64(i+1), ratio*capacity, true)
				delays[i] = with - without
				return err
			}); err != nil {
				return err
			}
			mean, ci := meanCI(delays)
			hcm := timing.UniformDelay(cycle, effective, ratio, 1) + timing.IncrementalDelay(1, ratio, capacity, timing.PretimedK, 1)
			r.near(fmt.Sprintf("X = %.2f", ratio), "s", hcm, 0.1*hcm, mean).ci(ci)
			x, got, want = append(x, ratio), append(got, mean), append(want, hcm)
			low, high = append(low, mean-ci), append(high, mean+ci)
		}
		r.Figures = append(r.Figures, report.Plot{
			Title: "Delay at an isolated signal",
			X:     report.Axis{Label: "degree of saturation", Min: 0, Max: 1}, Y: report.Axis{Label: "delay (s)", Min: 0, Max: 1.2 * math.Max(got[len(got)-1], want[len(want)-1])},
			Marks: []report.Mark{
				{Kind: report.Line, Name: "HCM", X: x, Y: want},
				{Kind: report.Points, Name: "simulated, 95 % interval", Series: 1, X: x, Y: got, Low: low, High: high},
			},
		})
		return nil
	},
}

// isolatedCycle returns the cycle of the signal, s.
func (l *lab) isolatedCycle() float64 {
	net, err := network.Build(sample.Cross(sample.CrossSpec{Control: network.Signalised, ArmLength: 1200, SpeedLimit: 50 * kmh}))
	if err != nil {
		return math.NaN()
	}
	plans := twoStage(isolatedGreen, isolatedGreen)(net)
	return plans[0].Cycle()
}

// capacityOf returns the saturation headway in s, and how many vehicles of an endless queue pass in a green and the amber after it.
func (l *lab) capacityOf(seeds, cycles int) (headway, used float64, err error) {
	all := make([][][]float64, seeds)
	if err = l.each(seeds, func(i int) error {
		var err error
		all[i], err = l.discharge(endless{seed: uint64(i + 1), green: isolatedGreen, red: isolatedGreen, cycles: cycles, late: 6})
		return err
	}); err != nil {
		return 0, 0, err
	}
	var steady []float64
	n, greens := 0, 0
	for _, run := range all {
		at := positions(run, 12)
		for i := 4; i < len(at); i++ {
			steady = append(steady, at[i]...)
		}
		for _, times := range run {
			n += len(times)
			greens++
		}
	}
	headway, _ = meanCI(steady)
	return headway, float64(n) / float64(greens), nil
}
