package validation

import (
	"fmt"
	"math"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios/report"
	"roadtwin/vehicles/traffic"
)

// throughBottleneck sends n cars at even intervals (veh/h) to a stop sign where nobody else comes, and returns their mean
// delay in s, and the moments at which they come out.
func (l *lab) throughBottleneck(n int, perHour float64) (delay float64, out []float64, err error) {
	w, err := l.world(sample.Cross(sample.CrossSpec{
		Arms: 3, Control: network.PriorityRoad, Sign: network.Stop, ArmLength: 900, SpeedLimit: 50 * kmh,
	}), setup{seed: 1})
	if err != nil {
		return 0, nil, err
	}
	defer w.Close()
	trips := queue(teeFromNorth, teeToWest, n)
	for i := range trips {
		trips[i].Depart = 3600 / perHour * float64(i)
	}
	if _, err := w.AddTrips(trips); err != nil {
		return 0, nil, err
	}
	sum := 0.0
	for w.Stats().Arrived < n {
		if err := w.until(w.Time()+w.StepTime(), nil); err != nil {
			return 0, nil, err
		}
		for _, e := range w.Events() {
			if e.Kind == traffic.Arrived {
				sum += e.TravelTime + e.Waited - e.FreeTime
				out = append(out, e.Time)
			}
		}
		if w.Time() > 8*3600 {
			return 0, nil, fmt.Errorf("%d of %d cars came through", w.Stats().Arrived, n)
		}
	}
	return sum / float64(n), out, nil
}

// deterministicQueue is the D/D/1 bottleneck.
var deterministicQueue = Case{
	ID: "D1", Area: "departure", Slow: true,
	What:      "1,000 vehicles that arrive evenly at a bottleneck faster than it serves: mean delay; and none if they are spread to its capacity",
	Expected:  "D/D/1: N/2·(1/m − 1/λ), 100 s at λ/m = 2,000/1,800",
	Tolerance: "±3 %; spread: below a twentieth of that",
	Kind:      Exact,
	Source:    "textbook identity of the deterministic queue (6_departure/deterministic_queue_cases.csv)",
	How: "A stop sign where nobody else comes is the bottleneck: each car must stop, with a queue or without. Cars of the default population arrive at even intervals. The service " +
		"rate m is measured: 1,000 cars at once, from the 200th to the 900th out. Then 1,000 cars at λ = m·2,000/1,800, and at 0.85·m (at 0.95·m what drivers differ in their starts makes a queue that D/D/1 has not). Delay is arrival minus departure due minus the time alone; " +
		"what stopping costs without a queue, measured at 0.3·m, is taken off. The expected delay is that of the measured m.",
	measure: func(l *lab, r *Result) error {
		const n = 1000
		var m float64
		if err := l.each(1, func(int) error {
			_, out, err := l.throughBottleneck(n, 1e5)
			if err == nil {
				m = 3600 * 700 / (out[900] - out[200])
			}
			return err
		}); err != nil {
			return err
		}
		shares := []float64{0.3, 0.85, 2000.0 / 1800, 0.95}
		delays := make([]float64, len(shares))
		var out []float64
		err := l.each(len(shares), func(i int) error {
			d, o, err := l.throughBottleneck(n, shares[i]*m)
			delays[i] = d
			if i == 2 {
				out = o
			}
			return err
		})
		if err != nil {
			return err
		}
		want := n / 2.0 * 3600 * (1/m - 1/(shares[2]*m))
		r.near("mean delay", "s", want, 0.03*want, delays[2]-delays[0])
		r.within("mean delay, spread to 0.85 of the capacity", "s", 0, math.Inf(-1), 0.05*want, delays[1]-delays[0])
		r.tell("mean delay, spread to 0.95 of the capacity", "s", delays[3]-delays[0])
		r.tell("service rate", "vehicles/h", m)
		var x, arrived, served, k []float64
		for i := range out {
			if i%20 == 0 {
				x, served, k = append(x, out[i]/60), append(served, float64(i)), append(k, float64(i))
				arrived = append(arrived, 60/(shares[2]*m)*float64(i)+(out[0]/60))
			}
		}
		r.Figures = append(r.Figures, report.Plot{
			Title: "Cars by the bottleneck", X: report.Axis{Label: "time (min)"}, Y: report.Axis{Label: "cars"},
			Marks: []report.Mark{{Kind: report.Dashed, Name: "due, had there been no queue", X: arrived, Y: k}, {Kind: report.Line, Name: "came through", Series: 1, X: x, Y: served}},
		})
		return nil
	},
}

// laneDrop is the capacity of a zip.
var laneDrop = Case{
	ID: "L2", Area: "lane change", Slow: true,
	What:      "two motorway lanes become one: what passes when there is a queue",
	Expected:  "1,785 cars/h",
	Tolerance: "±15 %",
	Kind:      Check,
	Source:    "HCM 6th ed., eq. 10-8, queue discharge of a work zone, two lanes to one, urban, hard barrier: 2,093 − 154·2 (recalled, not read)",
	How:       "1.5 km of two lanes at 80 km/h, the one at the kerb ends, then one lane; 1,500 cars/h and lane at random; the flow 500 m behind, from the 15th to the 60th minute, three seeds.",
	measure: func(l *lab, r *Result) error {
		const seeds, end = 3, 3600.0
		flows := make([]float64, seeds)
		err := l.each(seeds, func(i int) error {
			w, err := l.world(sample.Motorway(sample.MotorwaySpec{
				Lanes: 1, SpeedLimit: 80 * kmh, Sections: []sample.MotorwaySection{{Length: 1500, KerbLanes: 1}, {Length: 1000}},
			}), setup{seed: uint64(i + 1)})
			if err != nil {
				return err
			}
			defer w.Close()
			if _, err := w.AddTrips(trips(uint64(i+1), []stream{steady(0, 1, 3000, end)})); err != nil {
				return err
			}
			g := newGantry(newCourse(w.net, 0, 1), 2000)
			err = w.until(end, func() { g.step(w) })
			flows[i] = g.detectors[0].flow(900, end)
			return err
		})
		if err != nil {
			return err
		}
		q, ci := meanCI(flows)
		r.near("flow behind the lane drop", "cars/h", 1785, 0.15*1785, q).ci(ci)
		return nil
	},
}
