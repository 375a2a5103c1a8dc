package validation

import (
	"fmt"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios/report"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/traffic"
)

// bottleneckRun is cars that come to a bottleneck: a stop sign where nobody else comes, so that each must stop, with a queue or
// without.
type bottleneckRun struct {
	seed    uint64
	cars    int
	perHour float64 // arriving at even intervals
	change  func(*traffic.Config)
}

// throughBottleneck returns the mean delay of the cars in s, and the moments at which they come out.
func (l *lab) throughBottleneck(b bottleneckRun) (delay float64, out []float64, err error) {
	w, err := l.world(sample.Cross(sample.CrossSpec{
		Arms: 3, Control: network.PriorityRoad, Sign: network.Stop, ArmLength: 900, SpeedLimit: 50 * kmh,
	}), setup{seed: b.seed, change: b.change})
	if err != nil {
		return 0, nil, err
	}
	defer w.Close()
	trips := queue(teeFromNorth, teeToWest, b.cars)
	for i := range trips {
		trips[i].Depart = 3600 / b.perHour * float64(i)
	}
	if _, err := w.AddTrips(trips); err != nil {
		return 0, nil, err
	}
	sum := 0.0
	for w.Stats().Arrived < b.cars {
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
			return 0, nil, fmt.Errorf("%d of %d cars came through", w.Stats().Arrived, b.cars)
		}
	}
	return sum / float64(b.cars), out, nil
}

// served returns the service rate in vehicles/h of a bottleneck with a queue that gave out cars at the moments given, without the
// first and the last tenth.
func served(out []float64) float64 {
	from, to := len(out)/10, len(out)-1-len(out)/10
	return 3600 * float64(to-from) / (out[to] - out[from])
}

// meanDelay returns the mean delay in s of n vehicles that arrive at a rate of share times the rate m (vehicles/h) at which a
// deterministic queue serves.
func meanDelay(n int, m, share float64) float64 {
	return math.Max(0, float64(n)/2*3600/m*(1-1/share))
}

// queueCases are the rows of 6_departure/deterministic_queue_cases.csv: the number of vehicles, and their rate over that of service.
var queueCases = []struct {
	cars  int
	share float64
}{{600, 1200.0 / 900}, {1000, 2000.0 / 1800}, {1000, 3600.0 / 1800}, {2000, 2400.0 / 1800}, {500, 1}}

// deterministicQueue is the D/D/1 bottleneck.
var deterministicQueue = Case{
	ID: "D1", Area: "departure", Slow: true,
	What:      "vehicles that arrive evenly at a bottleneck faster than it serves: mean delay; and none if they are spread to its capacity",
	Expected:  "D/D/1: N/2·(1/m − 1/λ); for N = 1,000 at λ/m = 2,000/1,800 that is 100 s at 1,800 served an hour; none at λ = m",
	Tolerance: "±3 %; spread: below a twentieth of the delay of 1,000",
	Kind:      Exact,
	Source:    "textbook identity of the deterministic queue (6_departure/deterministic_queue_cases.csv)",
	How: "A stop sign where nobody else comes is the bottleneck: each car must stop, with a queue or without. A deterministic queue serves in even intervals, so all drivers are alike: the " +
		"mean driver of the default population, without errors. The service rate m is measured: 1,000 cars at once, without the first and the last tenth. Then each row of the table with its " +
		"number of cars and its λ/m. Delay is arrival minus departure due minus the time alone; what stopping costs without a queue, measured at 0.3·m, is taken off. Told beside it: the " +
		"default population, whose starts differ, with m measured in the same run; an error of 1 % in m is one of 10 % in the delay there.",
	measure: func(l *lab, r *Result) error {
		people, err := driver.NewPopulation(driver.Options{All: alike()})
		if err != nil {
			return err
		}
		change := func(c *traffic.Config) { c.Drivers = people }
		var m float64
		if err := l.each(1, func(int) error {
			_, out, err := l.throughBottleneck(bottleneckRun{seed: 1, cars: 1000, perHour: 1e5, change: change})
			if err == nil {
				m = served(out)
			}
			return err
		}); err != nil {
			return err
		}
		rows := append(slices.Clone(queueCases), struct {
			cars  int
			share float64
		}{200, 0.3})
		delays, outs := make([]float64, len(rows)), make([][]float64, len(rows))
		if err := l.each(len(rows), func(i int) (err error) {
			delays[i], outs[i], err = l.throughBottleneck(bottleneckRun{seed: 1, cars: rows[i].cars, perHour: rows[i].share * m, change: change})
			return err
		}); err != nil {
			return err
		}
		stopping := delays[len(queueCases)]
		for i, q := range queueCases {
			want := meanDelay(q.cars, m, q.share)
			what := fmt.Sprintf("mean delay of %d at λ/m = %.3f", q.cars, q.share)
			if want > 0 {
				r.near(what, "s", want, 0.03*want, delays[i]-stopping)
				continue
			}
			r.within(what, "s", 0, math.Inf(-1), 0.05*meanDelay(1000, m, queueCases[1].share), delays[i]-stopping)
		}
		r.tell("service rate", "vehicles/h", m)
		r.Figures = append(r.Figures, cumulative(outs[1], queueCases[1].share*m))
		return l.queueOfPeople(r)
	},
}

// alike returns the driver that all are where chance is to be out of it: the mean one, without errors.
func alike() *driver.Params {
	p := driver.Default()
	return &p
}

// queueOfPeople tells what the default population makes of the second row: each its own service times.
func (l *lab) queueOfPeople(r *Result) error {
	const seeds = 4
	q := queueCases[1]
	ratios := make([]float64, seeds)
	err := l.each(seeds, func(i int) error {
		run := bottleneckRun{seed: uint64(i + 1), cars: q.cars, perHour: 1e5}
		_, out, err := l.throughBottleneck(run)
		if err != nil {
			return err
		}
		m := 3600 * float64(len(out)-1) / (out[len(out)-1] - out[0])
		run.perHour = q.share * m
		delay, out, err := l.throughBottleneck(run)
		if err != nil {
			return err
		}
		m = 3600 * float64(len(out)-1) / (out[len(out)-1] - out[0])
		ratios[i] = delay / (float64(q.cars) / 2 * 3600 * (1/m - 1/run.perHour))
		return nil
	})
	ratio, ci := meanCI(ratios)
	r.tell("people of the default population: mean delay, stopping and all, over that of D/D/1", "", ratio).ci(ci)
	return err
}

// cumulative draws the cars by a bottleneck: when each came out, and when they were due at a rate (vehicles/h).
func cumulative(out []float64, perHour float64) report.Plot {
	var x, arrived, served, k []float64
	for i := 0; i < len(out); i += 20 {
		x, served, k = append(x, out[i]/60), append(served, float64(i)), append(k, float64(i))
		arrived = append(arrived, 60/perHour*float64(i)+out[0]/60)
	}
	return report.Plot{
		Title: "Cars by the bottleneck", X: report.Axis{Label: "time (min)"}, Y: report.Axis{Label: "cars"},
		Marks: []report.Mark{{Kind: report.Dashed, Name: "due, had there been no queue", X: arrived, Y: k}, {Kind: report.Line, Name: "came through", Series: 1, X: x, Y: served}},
	}
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
