package validation

import (
	"fmt"
	"math"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios/report"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
)

// yielding is a movement that yields to others, and the published capacity of it.
type yielding struct {
	spec     func() *network.Spec
	plans    func(*network.Network) []signals.Plan
	from, to network.EdgeID      // it
	others   [][2]network.EdgeID // whom it yields to: they share the conflicting flow evenly
	vehicle  func(u float64, t *traffic.Trip)
	capacity func(conflicting float64) float64 // vehicles/h, as published
	queued   int                               // vehicles in its queue; 0 means 1500, enough for one lane
}

// capacityPoint is one measured capacity.
type capacityPoint struct{ conflicting, capacity float64 } // vehicles/h, both as counted

// measure runs the movement with an endless queue and others at random: vehicles over the stop line from the 5th to the 35th
// minute.
func (y *yielding) measure(l *lab, conflicting float64, seed uint64) (capacityPoint, error) {
	const warm, end = 300.0, 2100.0
	w, err := l.world(y.spec(), setup{seed: seed, plans: y.plans})
	if err != nil {
		return capacityPoint{}, err
	}
	defer w.Close()
	var streams []stream
	for _, o := range y.others {
		s := steady(o[0], o[1], conflicting/float64(len(y.others)), end)
		s.vehicle = y.vehicle
		streams = append(streams, s)
	}
	waiting := queue(y.from, y.to, max(y.queued, 1500))
	for i := range waiting {
		if y.vehicle != nil {
			y.vehicle(float64((i*7)%30)/30, &waiting[i]) // any lorries evenly among them
		}
	}
	if _, err := w.AddTrips(trips(seed, streams, waiting)); err != nil {
		return capacityPoint{}, err
	}
	watched := []*gantry{w.lineOf(y.from)}
	for _, o := range y.others {
		watched = append(watched, w.lineOf(o[0]))
	}
	if err := w.until(end, func() {
		for _, g := range watched {
			g.step(w)
		}
	}); err != nil {
		return capacityPoint{}, err
	}
	p := capacityPoint{capacity: watched[0].detectors[0].flow(warm, end)}
	for _, g := range watched[1:] {
		p.conflicting += g.detectors[0].flow(warm, end)
	}
	return p, nil
}

// lineOf puts a detector on the stop line of an edge.
func (o *observed) lineOf(from network.EdgeID) *gantry {
	return newGantry(newCourse(o.net, from), o.net.Lanes[o.net.Edges[from].FirstLane].Length)
}

// curve measures at several conflicting flows, seeds each, and returns the points, the seeds of a flow together.
func (y *yielding) curve(l *lab, flows []float64, seeds int) ([]capacityPoint, error) {
	points := make([]capacityPoint, len(flows)*seeds)
	err := l.each(len(points), func(i int) error {
		var err error
		points[i], err = y.measure(l, flows[i/seeds], uint64(i%seeds+1))
		return err
	})
	return points, err
}

// compare adds a measure for each flow: the capacity against the published one at the flow that was counted.
func (y *yielding) compare(r *Result, what string, flows []float64, points []capacityPoint, tolerance, upTo float64) {
	seeds := len(points) / len(flows)
	for i, flow := range flows {
		var got, conflicting []float64
		for _, p := range points[i*seeds : (i+1)*seeds] {
			got, conflicting = append(got, p.capacity), append(conflicting, p.conflicting)
		}
		c, ci := meanCI(got)
		vc, _ := meanCI(conflicting)
		want := y.capacity(vc)
		m := r.near(fmt.Sprintf("%s against %.0f/h", what, vc), "vehicles/h", want, tolerance*want, c).ci(ci)
		if flow > upTo {
			m.Extra, m.OK = true, true
		}
	}
}

func (y *yielding) plot(title string, points []capacityPoint, tolerance float64) report.Plot {
	var x, low, mid, high, px, py []float64
	most := 0.0
	for _, p := range points {
		px, py = append(px, p.conflicting), append(py, p.capacity)
		most = math.Max(most, p.conflicting)
	}
	for v := 10.0; v <= 1.05*most; v += 10 {
		c := y.capacity(v)
		x, low, mid, high = append(x, v), append(low, (1-tolerance)*c), append(mid, c), append(high, (1+tolerance)*c)
	}
	if len(x) == 0 {
		return report.Plot{Title: title + ": nobody came"}
	}
	return report.Plot{
		Title: title, X: report.Axis{Label: "conflicting flow (vehicles/h)"}, Y: report.Axis{Label: "capacity (vehicles/h)", Min: 0, Max: 1.1 * math.Max(high[0], py[0])},
		Marks: []report.Mark{
			{Kind: report.Band, Name: fmt.Sprintf("HCM ±%.0f %%", 100*tolerance), X: x, Low: low, High: high},
			{Kind: report.Line, Name: "HCM", X: x, Y: mid},
			{Kind: report.Points, Name: "measured", Series: 1, X: px, Y: py},
		},
	}
}

// gapAcceptance returns the potential capacity in vehicles/h by critical and follow-up headway (s): HCM 7th ed., eq. 20-32,
// which is Harders' formula.
func gapAcceptance(critical, followUp float64) func(v float64) float64 {
	return func(v float64) float64 {
		v = math.Max(v, 1e-3)
		return v * math.Exp(-v*critical/3600) / (1 - math.Exp(-v*followUp/3600))
	}
}

// The edges of a T: arms east, north and west; the minor road comes from the north.
const (
	teeFromEast, teeToEast   network.EdgeID = 1, 0
	teeFromNorth, teeToNorth network.EdgeID = 3, 2
	teeFromWest, teeToWest   network.EdgeID = 5, 4
)

func tee() *network.Spec {
	return sample.Cross(sample.CrossSpec{Arms: 3, Control: network.PriorityRoad, Sign: network.Stop, ArmLength: 300, SpeedLimit: 50 * kmh})
}

var conflictingFlows = []float64{100, 260, 400, 600, 800, 1000}

// stopControlled is the capacity of movements at a stop sign.
var stopControlled = Case{
	ID: "U1", Area: "unsignalised", Slow: true,
	What:      "capacity of a right turn from a stop sign onto a two-lane road, against the conflicting flow",
	Expected:  "HCM: critical headway 6.3 s, follow-up 3.39 s; 760 vehicles/h against 260/h",
	Tolerance: "±12 %",
	Kind:      Check,
	Source:    stopControlledSource,
	How: "T with one lane a direction, 50 km/h, a tenth of rigid lorries. The conflicting stream arrives at random; an endless queue waits at the sign. Vehicles over the stop line from " +
		"the 5th to the 35th minute, four seeds; HCM's formula is taken at the conflicting flow that was counted.",
	measure: yieldingCase("right turn", conflictingFlows, 0.12, 800, yielding{
		spec: tee, from: teeFromNorth, to: teeToWest, others: [][2]network.EdgeID{{teeFromEast, teeToWest}},
		vehicle: townLorries, capacity: gapAcceptance(6.3, 3.39),
	}),
}

var minorLeft = Case{
	ID: "U1b", Area: "unsignalised", Slow: true,
	What:      "capacity of a left turn from a stop sign onto a two-lane road, against both directions",
	Expected:  "HCM: critical headway 6.5 s, follow-up 3.59 s; 308 vehicles/h against 880/h",
	Tolerance: "±12 %",
	Kind:      Check,
	Source:    stopControlledSource,
	How:       "As U1, with a queue of left turners; half of the conflicting flow comes from each side.",
	measure: yieldingCase("left turn", []float64{200, 400, 600, 880, 1100}, 0.12, 880, yielding{
		spec: tee, from: teeFromNorth, to: teeToEast,
		others:  [][2]network.EdgeID{{teeFromEast, teeToWest}, {teeFromWest, teeToEast}},
		vehicle: townLorries, capacity: gapAcceptance(6.5, 3.59),
	}),
}

const stopControlledSource = "HCM 7th ed., eq. 20-32 and ch. 32, two-way stop example 1, as in crosstraffic/transportations-library@0360cf96"

var majorLeft = Case{
	ID: "U1c", Area: "unsignalised", Slow: true,
	What:      "capacity of a left turn off the main road, against oncoming traffic",
	Expected:  "HCM: critical headway 4.2 s, follow-up 2.29 s; 1,238 vehicles/h against 280/h",
	Tolerance: "±12 %",
	Kind:      Check,
	Source:    stopControlledSource,
	How:       "As U1, with a queue of left turners on the main road.",
	measure: yieldingCase("left turn", []float64{100, 280, 500, 700, 900}, 0.12, 700, yielding{
		spec: tee, from: teeFromWest, to: teeToNorth, others: [][2]network.EdgeID{{teeFromEast, teeToWest}},
		vehicle: townLorries, capacity: gapAcceptance(4.2, 2.29),
	}),
}

var permittedLeft = Case{
	ID: "S2", Area: "signals", Slow: true,
	What:      "left turns at a green signal against oncoming traffic",
	Expected:  "HCM: critical headway 4.5 s, follow-up 2.5 s; 813 vehicles/h of green against 624/h",
	Tolerance: "±12 %",
	Kind:      Check,
	Source:    "HCM 7th ed., ch. 31, permitted left turns, as in crosstraffic/transportations-library@0360cf96 (v_o 624: s_p 813)",
	How: "Crossing with a signal that stays green for the road, one lane a direction, 50 km/h, cars only: a queue of left turners against oncoming traffic at random; as U1. " +
		"The check value has oncoming traffic of 624/h in green.",
	measure: yieldingCase("left turn", []float64{100, 300, 624, 900, 1200}, 0.12, 900, yielding{
		spec: func() *network.Spec {
			return sample.Cross(sample.CrossSpec{Control: network.Signalised, ArmLength: 300, SpeedLimit: 50 * kmh})
		},
		plans: twoStage(3000, 8), from: fromWest, to: toNorth, others: [][2]network.EdgeID{{fromEast, toWest}},
		capacity: gapAcceptance(4.5, 2.5),
	}),
}

var roundaboutEntry = Case{
	ID: "U2", Area: "unsignalised", Slow: true,
	What:      "entry capacity of a roundabout of one lane against the circulating flow",
	Expected:  "HCM: 1,380·exp(−0.00102·v_c)",
	Tolerance: "±15 %",
	Kind:      Check,
	Source:    "HCM 7th ed., eq. 22-1, one entry lane, one circulating lane, passenger cars (recalled, not read)",
	How:       "Roundabout of four arms, radius 20 m, cars only: an endless queue in the east; who circulates before it comes from the south and the west at random, as much from either, and leaves in the north. As U1.",
	measure: yieldingCase("entry", []float64{100, 300, 500, 700, 900, 1100}, 0.15, 900, yielding{
		spec: func() *network.Spec {
			return sample.Cross(sample.CrossSpec{Control: network.Roundabout, ArmLength: 300, SpeedLimit: 50 * kmh})
		},
		from: fromEast, to: toWest, others: [][2]network.EdgeID{{fromSouth, toNorth}, {fromWest, toNorth}},
		capacity: func(v float64) float64 { return 1380 * math.Exp(-1.02e-3*v) },
	}),
}

// entriesOfTwo is U2 with two lanes everywhere. An endless queue fills both lanes of the entry.
var entriesOfTwo = Case{
	ID: "U2b", Area: "unsignalised", Slow: true,
	What:      "entry capacity of a roundabout of two lanes, both entry lanes together",
	Expected:  "HCM: 1,420·exp(−0.00085·v_c) at the kerb and 1,350·exp(−0.00092·v_c) beside it",
	Tolerance: "±20 %",
	Kind:      Check,
	Source:    "HCM 7th ed., eq. 22-4 and 22-5, two entry lanes, two circulating lanes, passenger cars (recalled, not read)",
	How: "Roundabout of four arms, two lanes everywhere and no arrows, cars only: an endless queue in the east goes straight over; who circulates comes from the south at random and leaves in the " +
		"north. Vehicles over both lanes of the line from the 5th to the 35th minute. The Manual's drivers follow each other over the line at 2.5 to 2.7 s, ours at 2.2 s: without anybody on the ring the same count is a fifth above the Manual's.",
	measure: yieldingCase("entry", []float64{300, 600, 900}, 0.20, 900, yielding{
		spec: func() *network.Spec {
			return sample.Cross(sample.CrossSpec{Control: network.Roundabout, Lanes: 2, ArmLength: 300, SpeedLimit: 50 * kmh})
		},
		from: fromEast, to: toWest, others: [][2]network.EdgeID{{fromSouth, toNorth}}, queued: 3000,
		capacity: func(v float64) float64 { return 1420*math.Exp(-0.85e-3*v) + 1350*math.Exp(-0.92e-3*v) },
	}),
}

const yieldingSeeds = 4

// yieldingCase measures a curve and compares it.
func yieldingCase(what string, flows []float64, tolerance, upTo float64, y yielding) func(*lab, *Result) error {
	return func(l *lab, r *Result) error {
		points, err := y.curve(l, flows, yieldingSeeds)
		if err != nil {
			return err
		}
		y.compare(r, what, flows, points, tolerance, upTo)
		r.Figures = append(r.Figures, y.plot("Capacity against conflicting flow", points, tolerance))
		return nil
	}
}

// allWayStop is who goes how often where all stop.
var allWayStop = Case{
	ID: "U3", Area: "unsignalised",
	What:      "all-way stop: departure headway of an approach, by who else is there",
	Expected:  "3.9, 4.7, 5.8, 7.0, 9.6 s with none, the opposing, one crossing, two other, all other approaches loaded",
	Tolerance: "±15 %",
	Kind:      Check,
	Source:    "HCM 7th ed., exhibit 21-10, base saturation headways of geometry group 1, as in crosstraffic/transportations-library@0360cf96",
	How: "Crossing of four arms with one lane a direction, 50 km/h, cars going straight on from endless queues on the approaches named; mean headway at the stop line of the west " +
		"approach from the 5th to the 35th minute, two seeds.",
	measure: func(l *lab, r *Result) error {
		loads := []struct {
			what   string
			want   float64
			others [][2]network.EdgeID
		}{
			{"none other", 3.9, nil},
			{"the opposing one", 4.7, [][2]network.EdgeID{{fromEast, toWest}}},
			{"one crossing", 5.8, [][2]network.EdgeID{{fromSouth, toNorth}}},
			{"two others", 7.0, [][2]network.EdgeID{{fromSouth, toNorth}, {fromNorth, toSouth}}},
			{"all others", 9.6, [][2]network.EdgeID{{fromSouth, toNorth}, {fromNorth, toSouth}, {fromEast, toWest}}},
		}
		const seeds = 2
		got := make([]float64, len(loads)*seeds)
		err := l.each(len(got), func(i int) error {
			const warm, end = 300.0, 2100.0
			w, err := l.world(sample.Cross(sample.CrossSpec{Control: network.AllWayStop, ArmLength: 200, SpeedLimit: 50 * kmh}), setup{seed: uint64(i%seeds + 1)})
			if err != nil {
				return err
			}
			defer w.Close()
			lines := [][]traffic.Trip{queue(fromWest, toEast, 700)}
			for _, o := range loads[i/seeds].others {
				lines = append(lines, queue(o[0], o[1], 700))
			}
			if _, err := w.AddTrips(trips(1, nil, lines...)); err != nil {
				return err
			}
			g := w.lineOf(fromWest)
			err = w.until(end, func() { g.step(w) })
			got[i] = 3600 / g.detectors[0].flow(warm, end)
			return err
		})
		if err != nil {
			return err
		}
		plot := report.Plot{
			Title: "All-way stop: headway of an approach", X: report.Axis{Label: "other approaches loaded"}, Y: report.Axis{Label: "headway (s)"},
		}
		var x, y, want, low, high []float64
		for i, c := range loads {
			m, ci := meanCI(got[i*seeds : (i+1)*seeds])
			r.near(c.what+" loaded", "s", c.want, 0.15*c.want, m).ci(ci)
			plot.X.Names = append(plot.X.Names, c.what)
			x, y, want = append(x, float64(i)), append(y, m), append(want, c.want)
			low, high = append(low, 0.85*c.want), append(high, 1.15*c.want)
		}
		plot.Marks = []report.Mark{
			{Kind: report.Bars, Name: "HCM", X: x, Y: want},
			{Kind: report.Points, Name: "measured", Series: 1, X: x, Y: y},
			{Kind: report.Points, Name: "accepted ±15 %", X: x, Y: want, Low: low, High: high},
		}
		r.Figures = append(r.Figures, plot)
		return nil
	},
}
