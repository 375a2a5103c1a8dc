package validation

import (
	"math"

	"roadtwin/network/sample"
	"roadtwin/scenarios/report"
)

// breakdown is what happens at an on-ramp as the demand rises and falls again.
type breakdown struct {
	at, before, after  float64 // s of the breakdown (NaN: none); veh/h and lane: highest 5 minutes before it, mean outflow after it
	demandUp, demandDn float64 // veh/h and lane on the main road at the breakdown, and when the jam had gone
	t, flow, speed     []float64
}

const (
	rampDemand          = 500.0  // veh/h
	mainLow             = 1000.0 // veh/h and lane
	rampUp, rampDown    = 5400.0, 10800.0
	rampMinute          = 60.0
	breakdownShare      = 0.6 // of the limit, below which the speed before the ramp must fall for 5 minutes
	afterBreakdown      = 600.0
	calmMinutes         = 10 // without a jam before the ramp after which it has gone
	mergeLanes, mergeAt = 2, 3000.0
)

// onRamp runs a motorway of two lanes with an on-ramp: three hours in which the demand on the main road rises and falls.
func (l *lab) onRamp(seed uint64, most float64) (breakdown, error) {
	b := breakdown{at: math.NaN(), before: math.NaN(), after: math.NaN(), demandUp: math.NaN(), demandDn: math.NaN()}
	w, err := l.world(sample.Motorway(sample.MotorwaySpec{Lanes: mergeLanes, SpeedLimit: 110 * kmh, Sections: []sample.MotorwaySection{
		{Length: mergeAt}, {Length: 350, KerbLanes: 1, Entry: true}, {Length: 1650},
	}}), setup{seed: seed})
	if err != nil {
		return b, err
	}
	defer w.Close()
	demand := func(t float64) float64 { return mainLow + (most-mainLow)*(1-math.Abs(t-rampUp)/rampUp) } // a lane
	main := stream{from: 0, to: 2, most: mergeLanes * most, end: rampDown, rate: func(t float64) float64 { return mergeLanes * demand(t) }}
	main.vehicle = withLorries(25)
	ramp := steady(3, 2, rampDemand, rampDown)
	ramp.vehicle = withLorries(25)
	if _, err := w.AddTrips(trips(seed, []stream{main, ramp})); err != nil {
		return b, err
	}
	g := newGantry(newCourse(w.net, 0, 1, 2), mergeAt-600, mergeAt+1350)
	if err := w.until(rampDown, func() { g.step(w) }); err != nil {
		return b, err
	}
	for t := 0.0; t < rampDown; t += rampMinute {
		b.t = append(b.t, t/60)
		b.flow = append(b.flow, g.detectors[1].flow(t, t+rampMinute)/mergeLanes)
		b.speed = append(b.speed, spaceMeanSpeed(g.detectors[0].between(t, t+rampMinute)))
	}
	b.find(demand)
	return b, nil
}

// find reads the breakdown and the recovery from the minutes.
func (b *breakdown) find(demand func(t float64) float64) {
	slow := func(from, n int) bool {
		for i := from; i < from+n; i++ {
			if i >= len(b.speed) || b.speed[i] > breakdownShare*110*kmh {
				return false
			}
		}
		return true
	}
	mean := func(from, to int) float64 {
		sum := 0.0
		for _, q := range b.flow[from:to] {
			sum += q
		}
		return sum / float64(to-from)
	}
	start := -1
	for i := 10; i+5 < len(b.speed) && start < 0; i++ {
		if slow(i, 5) {
			start = i
		}
	}
	if start < 0 {
		return
	}
	b.at, b.demandUp = b.t[start]*60, demand(b.t[start]*60)
	b.before = 0
	for i := 5; i+5 <= start+3; i++ { // what has passed the upstream detector needs some minutes to the one downstream
		b.before = math.Max(b.before, mean(i, i+5))
	}
	end := start + 5
	for end < len(b.speed) && b.isSlow(end, calmMinutes) {
		end++
	}
	b.demandDn = demand(rampDown) // at most, if the jam is still there
	if end < len(b.speed) {
		b.demandDn = demand(b.t[end] * 60)
	}
	if from := start + int(afterBreakdown/60); from+10 < end {
		b.after = mean(from, end-5)
	}
}

// isSlow reports whether the speed before the ramp is that of a jam in any of n minutes from one on: also between two waves of
// stop and go there is a jam.
func (b *breakdown) isSlow(from, n int) bool {
	for _, v := range b.speed[from:min(from+n, len(b.speed))] {
		if v < breakdownShare*110*kmh {
			return true
		}
	}
	return false
}

// capacityDrop is what is lost when traffic breaks down.
var capacityDrop = Case{
	ID: "C6", Area: "car following", Slow: true,
	What:      "on-ramp on a motorway of two lanes: the outflow from the jam is below what passed before the breakdown, and the jam lasts at a demand at which none would form",
	Expected:  "5 to 30 % less; hysteresis",
	Tolerance: "inside the range; ratio of the demands above 1",
	Kind:      Emergent,
	Source: "Treiber, Helbing, arXiv cond-mat/0210096 (2002); hysteresis: traffic-simulation.de, info_OnRamp.html (2,000 vehicles/h for up to 20 minutes, then breakdown; " +
		"at 1,600 none, but a jam that exists stays)",
	How: "Two lanes, limit 110 km/h, a tenth of lorries (90 km/h), a ramp with 500 vehicles/h and an acceleration lane of 350 m. Demand on the main road rises over 90 " +
		"minutes from 1,000 to 2,200 vehicles/h and lane and falls again. Breakdown: the speed 600 m before the ramp is below 66 km/h for 5 minutes. Before: the highest " +
		"5-minute flow 1 km behind the merge until then. After: the mean flow there from 10 minutes after the breakdown until the jam goes: when the speed before the ramp is not below 66 km/h " +
		"for ten minutes. If it is there to the end, the demand at recovery is at most the 1,000 of the end, which is taken. Eight seeds.",
	measure: func(l *lab, r *Result) error {
		const seeds = 8
		found := make([]breakdown, seeds)
		err := l.each(seeds, func(i int) error {
			var err error
			found[i], err = l.onRamp(uint64(i+1), 2200)
			return err
		})
		if err != nil {
			return err
		}
		var drops, before, after, up, down []float64
		for _, b := range found {
			drops = append(drops, 100*(1-b.after/b.before))
			before, after = append(before, b.before), append(after, b.after)
			up, down = append(up, b.demandUp), append(down, b.demandDn)
		}
		drop, ci := meanCI(drops)
		r.within("capacity drop", "%", math.NaN(), 5, 30, drop).ci(ci)
		tell := func(what string, values []float64) float64 {
			m, c := meanCI(values)
			r.tell(what, "vehicles/h and lane", m).ci(c)
			return m
		}
		tell("highest 5-minute flow before", before)
		tell("outflow of the jam", after)
		tell("demand on the main road at breakdown", up)
		tell("demand on the main road when the jam had gone", down)
		var ratios []float64
		for i := range up {
			ratios = append(ratios, up[i]/down[i])
		}
		ratio, ci := meanCI(ratios)
		r.within("demand at breakdown over demand at recovery", "", math.NaN(), 1, math.Inf(1), ratio).ci(ci)
		b := &found[0]
		speed := make([]float64, len(b.speed))
		for i := range speed {
			speed[i] = 3.6 * b.speed[i]
		}
		marks := []report.Mark{{Kind: report.Line, Name: "1-minute flow 1 km behind the merge", Series: 1, X: b.t, Y: b.flow}}
		if !math.IsNaN(b.at) {
			marks = append(marks, report.Mark{Kind: report.Dashed, Name: "highest 5 minutes before, mean after", X: []float64{0, b.at / 60, b.at / 60, 180}, Y: []float64{b.before, b.before, b.after, b.after}})
		}
		r.Figures = append(r.Figures, report.Plot{
			Title: "Flow at the on-ramp, seed 1", X: report.Axis{Label: "time (min)", Min: 0, Max: 180},
			Y: report.Axis{Label: "flow (vehicles/h and lane)"}, Marks: marks,
		}, report.Plot{
			Title: "Speed 600 m before the ramp, seed 1", X: report.Axis{Label: "time (min)", Min: 0, Max: 180},
			Y:     report.Axis{Label: "1-minute mean speed (km/h)", Min: 0, Max: 120},
			Marks: []report.Mark{{Kind: report.Line, Series: 1, X: b.t, Y: speed}},
		})
		return nil
	},
}
