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

// What SUMO takes where a program does not say (https://sumo.dlr.de/docs/Simulation/Traffic_Lights.html#parameters).
const (
	usualMaxGap      = 3.0 // s
	usualDetectorGap = 2.0 // s
	usualPassingTime = 2.0 // s
	queueSpacing     = 7.5 // m
	longestGreen     = 600.0
	loopLength       = 2.0 // m that a loop has here at least
	leastGreen       = 3.0 // s, below which no minimum green is lowered
)

// number returns a parameter of a program as a number, otherwise if it is not given or is none.
func number(l *sumonet.Logic, key string, otherwise float64) float64 {
	v, err := strconv.ParseFloat(l.Params[key], 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return otherwise
	}
	return v
}

// actuated returns the control of a program of type actuated or delay_based: its phases with steady greens are the stages, what is
// between two of them gives ambers and intergreens.
func (p *programmer) actuated(l *sumonet.Logic) (signals.Control, error) {
	order := cycle(l)
	plan, err := p.plan(l, order, 0)
	if err != nil {
		return signals.Control{}, err
	}
	c := signals.Control{Controller: p.controller, Kind: signals.StageActuated, Timings: plan.Groups, Actuated: &signals.Actuated{}}
	plan.Stages = slices.Clone(plan.Stages)
	phases := withoutClearances(l, &plan, phasesOf(l, order, &plan))
	skipped := skippable(l, phases)
	extension := max(0, number(l, "max-gap", usualMaxGap))
	if l.Kind == "delay_based" {
		extension = 1
		p.note("program %s: greens last while vehicles stand or come within the range, not by what they lose", l.ID)
	}
	for k := range plan.Stages {
		ph, stage := &l.Phases[phases[k]], &plan.Stages[k]
		least, most := bounds(ph)
		late := max(0, ph.Duration-stage.Green) // of the phase, in which others are being cleared
		s := signals.ActuatedStage{
			Groups: stage.Groups, Min: max(0, least-late), Max: min(max(1, most-late), longestGreen), Extension: min(extension, longestGreen), Recall: signals.MinRecall,
		}
		s.Min = min(s.Min, s.Max)
		if skipped[k] {
			s.Recall = signals.NoRecall
		}
		if math.IsNaN(ph.Min) && math.IsNaN(ph.Max) {
			s.Recall = signals.MaxRecall // its length does not depend on traffic
		}
		c.Actuated.Stages = append(c.Actuated.Stages, s)
		p.shorten(&c, &s)
	}
	c.Intergreens = p.intergreens(&plan)
	p.loops(&c, l)
	p.tell(l)
	return c, nil
}

// tell notes what a program asks for that the controller does otherwise.
func (p *programmer) tell(l *sumonet.Logic) {
	p.report.note("actuated programs: maxDur bounds a green from the first call of another stage on, in SUMO from its begin")
	if l.Params["coordinated"] == "true" || slices.ContainsFunc(l.Phases, func(ph sumonet.LogicPhase) bool {
		return !math.IsNaN(ph.EarliestEnd) || !math.IsNaN(ph.LatestEnd)
	}) {
		p.note("program %s: coordination by earliestEnd and latestEnd is passed over", l.ID)
	}
	for key := range l.Params {
		if len(key) > 11 && (key[:11] == "linkMinDur:" || key[:11] == "linkMaxDur:") {
			p.note("program %s: bounds of single links (linkMinDur, linkMaxDur) are passed over", l.ID)
			return
		}
	}
}

// shorten lowers the minimum greens of the groups of a stage to its own.
func (p *programmer) shorten(c *signals.Control, s *signals.ActuatedStage) {
	for i := range c.Timings {
		if slices.Contains(s.Groups, c.Timings[i].Group) {
			c.Timings[i].MinGreen = max(min(c.Timings[i].MinGreen, leastGreen), min(c.Timings[i].MinGreen, s.Min))
		}
	}
}

// withoutClearances takes out of a plan the stages that only wait until others have cleared: phases of a fixed length in which nobody is
// green who is not before and after. They become part of the change from the stage before to the one behind. phases are those of
// the stages; those of the stages that are left are returned.
func withoutClearances(l *sumonet.Logic, plan *signals.Plan, phases []int) (left []int) {
	within := func(some, all []network.SignalGroupID) bool {
		return !slices.ContainsFunc(some, func(g network.SignalGroupID) bool { return !slices.Contains(all, g) })
	}
	for k := 0; k < len(plan.Stages); k++ {
		n := len(plan.Stages)
		s, ph := &plan.Stages[k], &l.Phases[phases[k]]
		before, after := &plan.Stages[(k+n-1)%n], &plan.Stages[(k+1)%n]
		if n < 3 || !math.IsNaN(ph.Min) || !math.IsNaN(ph.Max) || !within(s.Groups, before.Groups) || !within(s.Groups, after.Groups) {
			continue
		}
		before.Intergreen += s.Green + s.Intergreen
		before.Change = nil // of its steps nothing is asked any more
		plan.Stages, phases = slices.Delete(plan.Stages, k, k+1), slices.Delete(phases, k, k+1)
		k--
	}
	return phases
}

// bounds returns how long a phase is at least and at most, s.
func bounds(ph *sumonet.LogicPhase) (least, most float64) {
	least, most = ph.Min, ph.Max
	if math.IsNaN(least) {
		least = ph.Duration
		if math.IsNaN(most) {
			most = ph.Duration
		}
	}
	if math.IsNaN(most) {
		most = longestGreen
	}
	return max(0, least), max(least, most)
}

// phasesOf returns the phase of each stage of a plan that was made of phases in an order, from an offset of 0 on.
func phasesOf(l *sumonet.Logic, order []int, plan *signals.Plan) (phases []int) {
	whole := plan.Cycle()
	at := plan.Offset
	for k := range plan.Stages {
		middle := math.Mod(at+plan.Stages[k].Green/2, whole)
		begin := 0.0
		phase := order[len(order)-1]
		for _, i := range order {
			if begin += l.Phases[i].Duration; middle < begin {
				phase = i
				break
			}
		}
		phases = append(phases, phase)
		at += plan.Stages[k].Green + plan.Stages[k].Intergreen
	}
	return phases
}

// skippable tells which stages can be left out: those that a way from one to another by the phases that may follow one another passes.
func skippable(l *sumonet.Logic, stages []int) []bool {
	skipped := make([]bool, len(stages))
	for a := range stages {
		seen := make([]bool, len(l.Phases))
		var visit func(i int)
		visit = func(i int) {
			next := l.Phases[i].Next
			if len(next) == 0 {
				next = []int{(i + 1) % len(l.Phases)}
			}
			for _, n := range next {
				if n >= len(l.Phases) || seen[n] {
					continue
				}
				seen[n] = true
				b := slices.Index(stages, n)
				if b < 0 {
					visit(n)
					continue
				}
				for k := (a + 1) % len(stages); b != a && k != b; k = (k + 1) % len(stages) {
					skipped[k] = true
				}
			}
		}
		visit(stages[a])
	}
	return skipped
}

// intergreens returns the times between the greens of groups that follow one another in a plan.
func (p *programmer) intergreens(plan *signals.Plan) (out []signals.Intergreen) {
	groups := p.net.Controllers[p.controller].Groups
	conflicting := signals.Conflicting(p.net, p.controller)
	at := func(from, to network.SignalGroupID) *signals.Intergreen {
		for i := range out {
			if out[i].From == from && out[i].To == to {
				return &out[i]
			}
		}
		return nil
	}
	for k := range plan.Stages {
		s, next := &plan.Stages[k], &plan.Stages[(k+1)%len(plan.Stages)]
		for _, a := range s.Groups {
			for _, b := range next.Groups {
				if slices.Contains(next.Groups, a) || slices.Contains(s.Groups, b) || !conflicting[slices.Index(groups, a)][slices.Index(groups, b)] {
					continue
				}
				if old := at(a, b); old == nil {
					out = append(out, signals.Intergreen{From: a, To: b, Time: s.Intergreen})
				} else {
					old.Time = min(old.Time, s.Intergreen)
				}
			}
		}
	}
	return out
}

// loops gives a control SUMO's detectors: a loop on each lane, detector-gap before the stop line, as far as the minimum green lets those
// between the two go; or those that the program names.
func (p *programmer) loops(c *signals.Control, l *sumonet.Logic) {
	lanes, groups := p.approach()
	for i, lane := range lanes {
		least := longestGreen
		for k := range c.Actuated.Stages {
			if s := &c.Actuated.Stages[k]; slices.ContainsFunc(groups[i], func(g network.SignalGroupID) bool { return slices.Contains(s.Groups, g) }) {
				least = min(least, s.Min)
			}
		}
		length := p.net.Lanes[lane].Length
		back := min(
			number(l, "detector-gap", usualDetectorGap)*p.net.Lanes[lane].SpeedLimit,
			(math.Ceil(least/max(0.1, number(l, "passing-time", usualPassingTime)))+0.5)*queueSpacing,
		)
		d := signals.Detector{Name: fmt.Sprintf("lane %d loop", lane), Kind: signals.Advance, Lane: lane, Groups: groups[i], Lock: true}
		reach := max(loopLength, number(l, "detector-length", 0))
		if l.Kind == "delay_based" {
			d.Kind, d.Lock, reach = signals.StopLine, false, number(l, "detectorRange", length)
			back = reach
		}
		d.From = min(max(0, length-back), max(0, length-1))
		d.To = min(d.From+reach, length)
		if p.custom(&d, l) {
			c.Detectors = append(c.Detectors, d)
		}
	}
}

// custom puts a detector where the program has one of its own for the lane; it returns false if the program wants none there.
func (p *programmer) custom(d *signals.Detector, l *sumonet.Logic) bool {
	var named string
	for _, id := range p.laneIDs(d.Lane) {
		if text := l.Params[id]; text != "" {
			named = text
		}
	}
	if named == "NO_DETECTOR" {
		return false
	}
	own, ok := p.all.Detectors[named]
	if !ok {
		if named != "" {
			p.note("program %s: no detector %q in the files; one at the usual place is taken", l.ID, named)
		}
		return true
	}
	lane, ok := p.links.Lanes[own.Lane]
	if !ok {
		p.note("program %s: detector %s lies on lane %s, which is not in the network; one at the usual place is taken", l.ID, own.ID, own.Lane)
		return true
	}
	length := p.net.Lanes[lane].Length
	from := own.Position
	if from < 0 {
		from += length
	}
	to := from + max(loopLength, own.Length)
	if !math.IsNaN(own.ToPosition) {
		if to = own.ToPosition; to < 0 {
			to += length
		}
	}
	d.Lane, d.From, d.To = lane, min(max(0, from), max(0, length-1)), min(to, length)
	if d.To <= d.From {
		d.To = min(d.From+1, length)
	}
	d.Name = own.ID
	return true
}

// laneIDs returns the ids of a lane in the files.
func (p *programmer) laneIDs(lane network.LaneID) (ids []string) {
	for id, l := range p.links.Lanes {
		if l == lane {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// approach returns the lanes before the stop lines, ascending, with the groups that their traffic waits for.
func (p *programmer) approach() (lanes []network.LaneID, groups [][]network.SignalGroupID) {
	waits := map[network.LaneID][]network.SignalGroupID{}
	for _, g := range p.net.Controllers[p.controller].Groups {
		for _, con := range p.net.SignalGroups[g].Connectors {
			lane := p.net.Connectors[con].From
			if waits[lane] == nil {
				lanes = append(lanes, lane)
			}
			if !slices.Contains(waits[lane], g) {
				waits[lane] = append(waits[lane], g)
			}
		}
	}
	slices.Sort(lanes)
	for _, lane := range lanes {
		slices.Sort(waits[lane])
		groups = append(groups, waits[lane])
	}
	return lanes, groups
}
