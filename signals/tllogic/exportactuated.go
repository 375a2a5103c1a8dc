package tllogic

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"roadtwin/network"
	"roadtwin/network/sumonet"
	"roadtwin/signals"
)

// actuated writes stages that last as long as their detectors say. Where every stage is always called they follow one another; where some
// can be left out, each has transitions of its own to those that may be next, and SUMO chooses among them.
func (x *exporter) actuated() {
	stages := x.c.Actuated.Stages
	l := x.logic("actuated", 0)
	a := changer{exporter: x, intergreens: signals.Intergreens(x.net, x.c), timings: x.timings()}
	choice := len(stages) > 2 && slices.ContainsFunc(stages, skips)
	main := make([]int, len(stages)) // phases
	if choice {
		x.note("SUMO serves the stage with most calls next, not the next that is called")
		for i := range stages {
			main[i] = i
			l.Phases = append(l.Phases, x.stage(i))
		}
	}
	for i := range stages {
		if !choice {
			main[i] = len(l.Phases)
			l.Phases = append(l.Phases, x.stage(i))
			l.Phases = append(l.Phases, a.change(stages[i].Groups, stages[(i+1)%len(stages)].Groups)...)
			continue
		}
		for k := 1; k < len(stages); k++ {
			j := (i + k) % len(stages)
			way := a.change(stages[i].Groups, stages[j].Groups)
			first := j
			if len(way) > 0 {
				first = len(l.Phases)
				for w := range way {
					way[w].Next = []int{first + w + 1}
				}
				way[len(way)-1].Next = []int{j}
			}
			l.Phases = append(l.Phases, way...)
			l.Phases[i].Next = append(l.Phases[i].Next, first)
			if !skips(stages[j]) {
				break
			}
		}
	}
	gap := stages[0].Extension
	for i := range stages {
		if stages[i].Extension != gap {
			x.note("stages with other extensions than the first (%g s) have that, too", gap)
		}
		if stages[i].Reduction != nil {
			x.note("gaps do not shrink while others wait")
		}
	}
	l.Params["max-gap"] = strconv.FormatFloat(gap, 'f', -1, 64)
	x.loops(&l)
	x.out.Logics = append(x.out.Logics, l)
}

// skips tells whether a stage is left out where nobody calls it.
func skips(s signals.ActuatedStage) bool {
	return s.Recall == signals.NoRecall || s.Recall == signals.SoftRecall
}

// stage returns the phase of a stage.
func (x *exporter) stage(i int) sumonet.LogicPhase {
	s := &x.c.Actuated.Stages[i]
	least := s.Min
	for _, t := range x.timings() {
		if slices.Contains(s.Groups, t.Group) {
			least = max(least, t.MinGreen)
		}
	}
	p := x.phase(s.Max, func(g network.SignalGroupID) network.Light {
		if slices.Contains(s.Groups, g) {
			return network.LightGreen
		}
		return network.LightRed
	})
	p.Duration = max(p.Duration, least)
	if s.Recall != signals.MaxRecall {
		p.Min, p.Max = math.Round(least*1000)/1000, math.Round(max(s.Max, least)*1000)/1000
	}
	p.Name = fmt.Sprintf("stage %d", i+1)
	return p
}

// timings returns those of the groups of the control.
func (x *exporter) timings() []signals.GroupTiming {
	if x.c.Timings != nil {
		return x.c.Timings
	}
	return signals.Timings(x.net, x.c.Controller)
}

// changer makes the phases between two stages.
type changer struct {
	*exporter
	intergreens [][]float64
	timings     []signals.GroupTiming
}

// change returns what is shown from the end of the green of some groups to the begin of that of others: amber for as long as each
// group's is, then red until all intergreens have passed.
func (a *changer) change(from, to []network.SignalGroupID) (phases []sumonet.LogicPhase) {
	amber := map[network.SignalGroupID]float64{}
	total := 0.0
	cuts := []float64{0}
	for _, g := range from {
		if slices.Contains(to, g) {
			continue
		}
		i := slices.Index(a.groups, g)
		amber[g] = a.timings[i].Amber
		total = max(total, amber[g])
		for _, h := range to {
			if !slices.Contains(from, h) {
				total = max(total, a.intergreens[i][slices.Index(a.groups, h)])
			}
		}
		cuts = append(cuts, amber[g])
	}
	cuts = append(cuts, total)
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	for k := 0; k+1 < len(cuts); k++ {
		if cuts[k+1]-cuts[k] < 0.0005 {
			continue
		}
		phases = append(phases, a.phase(cuts[k+1]-cuts[k], func(g network.SignalGroupID) network.Light {
			length, ends := amber[g]
			switch {
			case slices.Contains(from, g) && slices.Contains(to, g):
				return network.LightGreen
			case ends && cuts[k] < length-0.0005:
				return network.LightAmber
			}
			return network.LightRed
		}))
	}
	return phases
}

// loops writes the detectors of the control: of each lane before the stop line the one that is furthest from it, SUMO knows one each.
func (x *exporter) loops(l *sumonet.Logic) {
	furthest := map[network.LaneID]*signals.Detector{}
	more := false
	for i := range x.c.Detectors {
		d := &x.c.Detectors[i]
		if len(d.Groups) == 0 || d.Kind != signals.StopLine && d.Kind != signals.Advance {
			continue
		}
		lane := d.Lane
		if !x.before(lane) {
			x.note("detector %s is not on a lane before the stop line; left out", d.Name)
			continue
		}
		old := furthest[lane]
		more = more || old != nil
		if old == nil || d.From < old.From {
			furthest[lane] = d
		}
	}
	if more {
		x.note("of several detectors on a lane the furthest from the stop line is written")
	}
	for i := range x.c.Detectors { // in their order
		d := &x.c.Detectors[i]
		if furthest[d.Lane] != d {
			continue
		}
		lane := x.laneIDs[d.Lane]
		id := "loop_" + lane + "_" + x.id
		x.out.Detectors[id] = sumonet.Detector{ID: id, Lane: lane, Position: math.Round(d.From*1000) / 1000, Length: math.Round((d.To-d.From)*1000) / 1000, ToPosition: math.NaN()}
		l.Params[lane] = id
	}
}

// before tells whether a lane leads to a stop line of the controller.
func (x *exporter) before(lane network.LaneID) bool {
	l := &x.net.Lanes[lane]
	for k := range l.NumOut {
		g := x.net.Connectors[l.FirstOut+network.ConnectorID(k)].Group
		if g != network.None && x.net.SignalGroups[g].Controller == x.c.Controller {
			return true
		}
	}
	return false
}
