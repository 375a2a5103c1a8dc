package validation

import (
	"fmt"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios/report"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
)

// The edges of a crossing of four arms: arm i leads away on edge 2i and arrives on 2i+1. The arms lie east, north, west, south.
const (
	fromWest, toEast   network.EdgeID = 5, 0
	fromEast, toWest   network.EdgeID = 1, 4
	fromSouth, toNorth network.EdgeID = 7, 2
	fromNorth, toSouth network.EdgeID = 3, 6
)

// twoStage returns plans for one crossing: the road from west to east, and what is green with it, for main seconds, then the
// others for side seconds, with the default plan's intergreens.
func twoStage(main, side float64) func(*network.Network) []signals.Plan {
	return func(net *network.Network) []signals.Plan {
		plans, _ := signals.DefaultPlans(net)
		for i := range plans {
			for k := range plans[i].Stages {
				s := &plans[i].Stages[k]
				s.Green = side
				for _, g := range s.Groups {
					if groupOf(net, fromWest, toEast) == g {
						s.Green = main
					}
				}
			}
		}
		return plans
	}
}

// groupOf returns the signal group of the connectors from one edge to another; None without.
func groupOf(net *network.Network, from, to network.EdgeID) network.SignalGroupID {
	for i := range net.Connectors {
		c := &net.Connectors[i]
		if net.Lanes[c.From].Edge == from && net.Lanes[c.To].Edge == to {
			return c.Group
		}
	}
	return network.None
}

// greens notes when a group turns green and when it ends.
type greens struct {
	group network.SignalGroupID
	was   signals.Aspect
	began []float64
	ended []float64
}

func (g *greens) see(s *signals.System, t float64) {
	now := s.Aspects()[g.group]
	if now == signals.Green && g.was != signals.Green {
		g.began = append(g.began, t)
	}
	if now != signals.Green && g.was == signals.Green {
		g.ended = append(g.ended, t)
	}
	g.was = now
}

// endless is a queue that never ends at a signalised approach from the west; who does not say otherwise drives a car straight on, on the one lane.
type endless struct {
	seed       uint64
	green, red float64 // s
	cycles     int
	late       float64 // s after each green in which who passes counts as well
	lanes      int
	to         network.EdgeID
	class      func(i int) network.VehicleClass // of the i-th in the queue; nil: cars
}

// discharge returns the passings at the stop line of each green after the first two, relative to its beginning, s.
func (l *lab) discharge(e endless) (headways [][]float64, err error) {
	var system *signals.System
	w, err := l.world(sample.Cross(sample.CrossSpec{Control: network.Signalised, Lanes: e.lanes, ArmLength: 600, SpeedLimit: 50 * kmh}), setup{
		seed: e.seed, plans: twoStage(e.green, e.red), change: func(c *traffic.Config) { system = c.Signals },
	})
	if err != nil {
		return nil, err
	}
	defer w.Close()
	vehicles := queue(fromWest, e.to, e.cycles*40)
	for i := range vehicles {
		if e.class != nil {
			vehicles[i].Class = e.class(i)
		}
	}
	if _, err := w.AddTrips(vehicles); err != nil {
		return nil, err
	}
	course := newCourse(w.net, fromWest, e.to)
	line := w.net.Lanes[w.net.Edges[fromWest].FirstLane].Length
	g := newGantry(course, line)
	phases := greens{group: groupOf(w.net, fromWest, e.to)}
	if phases.group == network.None {
		return nil, fmt.Errorf("no signal on the approach")
	}
	plan, _ := system.Plan(0)
	if err := w.until(float64(e.cycles+3)*plan.Cycle(), func() {
		g.step(w)
		phases.see(system, w.Time())
	}); err != nil {
		return nil, err
	}
	for k := 2; k < len(phases.ended); k++ {
		var times []float64
		began := phases.began[k]
		for _, p := range g.detectors[0].between(began, phases.ended[k]+e.late) {
			times = append(times, p.t-began+w.StepTime()/2) // the light changes somewhere in the step before it is seen
		}
		headways = append(headways, times)
	}
	return headways, nil
}

// positions returns the headways by position in the queue over all greens: the first from the beginning of green.
func positions(greens [][]float64, n int) [][]float64 {
	at := make([][]float64, n)
	for _, times := range greens {
		last := 0.0
		for i, t := range times[:min(n, len(times))] {
			at[i] = append(at[i], t-last)
			last = t
		}
	}
	return at
}

// saturation is the discharge of a queue at a signal.
var saturation = Case{
	ID: "S1", Area: "signals",
	What:      "queue discharging at a signal: saturation headway and start-up lost time",
	Expected:  "1.9 s (1,900 pc/h and lane); 2.0 s",
	Tolerance: "1.8 to 2.1 s; 1.5 to 3.0 s",
	Kind:      Calibration,
	Source:    "HCM 7th ed., ch. 19: base saturation flow 1,900 pc/h and lane, start-up lost time 2.0 s; headways by position: Greenshields et al. 1947 (recalled, another time's cars)",
	How: "One lane straight on, 50 km/h, cars only, an endless queue; green 40 s, 40 cycles, four seeds. A detector at the stop line takes each front bumper; headway 1 is from the " +
		"beginning of green. Saturation headway: mean of positions 5 to 14. Lost time: what the first four headways are above that, together.",
	measure: func(l *lab, r *Result) error {
		const seeds, cycles, last = 4, 40, 14
		all := make([][][]float64, seeds)
		err := l.each(seeds, func(i int) error {
			var err error
			all[i], err = l.discharge(endless{seed: uint64(i + 1), green: 40, red: 40, cycles: cycles})
			return err
		})
		if err != nil {
			return err
		}
		var sats, losts []float64
		byPosition := make([][]float64, last)
		for _, greens := range all {
			at := positions(greens, last)
			var steady []float64
			for i := range at {
				m, _ := meanCI(at[i])
				byPosition[i] = append(byPosition[i], m)
				if i >= 4 {
					steady = append(steady, at[i]...)
				}
			}
			h, _ := meanCI(steady)
			lost := 0.0
			for i := range 4 {
				lost += byPosition[i][len(byPosition[i])-1] - h
			}
			sats, losts = append(sats, h), append(losts, lost)
		}
		h, ci := meanCI(sats)
		r.within("saturation headway", "s", 1.895, 1.8, 2.1, h).ci(ci)
		r.tell("saturation flow", "pc/h and lane", 3600/h)
		lost, ci := meanCI(losts)
		r.within("start-up lost time", "s", 2, 1.5, 3, lost).ci(ci)
		r.Figures = append(r.Figures, headwayPlot(byPosition))
		return nil
	},
}

// greenshields are the headways in s by position in the queue: Greenshields, Schapiro, Ericksen: Traffic performance at urban
// street intersections, Yale 1947 (recalled).
var greenshields = []float64{3.8, 3.1, 2.7, 2.4, 2.2, 2.1, 2.1, 2.1, 2.1, 2.1, 2.1, 2.1, 2.1, 2.1}

func headwayPlot(byPosition [][]float64) report.Plot {
	var x, y, low, high, hcm []float64
	for i := range byPosition {
		m, ci := meanCI(byPosition[i])
		x, y = append(x, float64(i+1)), append(y, m)
		low, high, hcm = append(low, m-ci), append(high, m+ci), append(hcm, 3600.0/1900)
	}
	return report.Plot{
		Title: "Discharge headways by position in the queue",
		X:     report.Axis{Label: "position in the queue", Min: 0, Max: float64(len(x)) + 0.6}, Y: report.Axis{Label: "headway (s)", Min: 0, Max: 1.15 * slices.Max(append(slices.Clone(y), 3.8))},
		Marks: []report.Mark{
			{Kind: report.Band, Name: "saturation headway accepted", X: []float64{5, 14}, Low: []float64{1.8, 1.8}, High: []float64{2.1, 2.1}},
			{Kind: report.Dashed, Name: "HCM, 1,900 pc/h", X: x, Y: hcm},
			{Kind: report.Line, Name: "Greenshields 1947", Series: 2, X: x, Y: greenshields[:len(x)]},
			{Kind: report.Points, Name: "measured, 95 % interval", Series: 1, X: x, Y: y, Low: low, High: high},
		},
	}
}

// dissolvingQueue returns the speed in m/s at which a queue behind a signal begins to move, from car to car.
func (l *lab) dissolvingQueue(seed uint64) (float64, error) {
	var system *signals.System
	w, err := l.world(sample.Cross(sample.CrossSpec{Control: network.Signalised, ArmLength: 900, SpeedLimit: 50 * kmh}), setup{
		seed: seed, plans: twoStage(200, 600), change: func(c *traffic.Config) { system = c.Signals },
	})
	if err != nil {
		return 0, err
	}
	defer w.Close()
	if _, err := w.AddTrips(queue(fromWest, toEast, 400)); err != nil {
		return 0, err
	}
	freed := newReleases(5*kmh, 0.3)
	g := newGantry(newCourse(w.net, fromWest, toEast))
	g.look = func(v *traffic.VehicleState, x float64) { freed.see(w.Time(), v, x) }
	phases := greens{group: groupOf(w.net, fromWest, toEast)}
	err = w.until(1300, func() {
		g.step(w)
		phases.see(system, w.Time())
	})
	if err != nil || len(phases.began) == 0 {
		return math.NaN(), err
	}
	return freed.front(phases.began[len(phases.began)-1]), nil
}
