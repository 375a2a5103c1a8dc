package tllogic

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"roadtwin/network"
	"roadtwin/network/sumonet"
	"roadtwin/signals"
)

// places is how many phases SUMO has in a ring on each side of a barrier (NEMAController.cpp: a phase's barrier is its place / 2); their
// numbers have one digit.
const places = 2

// nema writes phases in rings and barriers: SUMO knows two of each. One ring is written in both, with a barrier in its middle.
func (x *exporter) nema() {
	n := x.c.NEMA
	sides, ok := x.sides()
	if !ok {
		return
	}
	if len(n.Overlaps) > 0 {
		x.note("overlaps are green with their parents, not between them")
	}
	if slices.ContainsFunc(n.Phases, func(p signals.Phase) bool { return p.Reduction != nil }) {
		x.note("gaps do not shrink while others wait")
	}
	if slices.ContainsFunc(n.Phases, func(p signals.Phase) bool { return p.Recall == signals.SoftRecall }) {
		x.note("soft recalls are left out")
	}
	var logics []sumonet.Logic
	free := -1
	for k := range max(1, len(n.Patterns)) {
		l := x.logic("NEMA", k)
		var pattern *signals.Pattern
		if k < len(n.Patterns) {
			pattern = &n.Patterns[k]
		}
		logics = append(logics, x.ringed(l, sides, pattern))
	}
	usesFree := slices.ContainsFunc(n.Days, func(d signals.DayPlan) bool {
		return slices.ContainsFunc(d.Entries, func(e signals.Entry) bool { return e.Plan == signals.Free })
	})
	if usesFree && len(n.Patterns) > 0 {
		free = len(logics)
		logics = append(logics, x.ringed(x.logic("NEMA", free), sides, nil))
	}
	names := make([]string, len(logics))
	for i := range logics {
		names[i] = logics[i].ID
	}
	x.add(logics, n.Days, func(plan int) string {
		if plan == signals.Free {
			return names[max(0, free)]
		}
		return names[plan]
	})
}

// sides returns the two halves of the rings, between the barriers; ok is false where SUMO cannot have them.
func (x *exporter) sides() (sides [2]signals.Barrier, ok bool) {
	n := x.c.NEMA
	b := n.Barriers
	switch rings := len(b[0].Rings); {
	case rings == 1:
		var all []int
		for i := range b {
			all = append(all, b[i].Rings[0]...)
		}
		if len(n.Patterns) > 0 { // the coordinated phase ends the second half
			if c := slices.Index(all, n.Patterns[0].Coordinated[0]); c >= 0 {
				all = append(slices.Clone(all[c+1:]), all[:c+1]...)
			}
		}
		at := len(all) / 2
		if len(all) < 2 {
			x.note("one phase alone is nothing that SUMO's NEMA type can run; left out")
			return sides, false
		}
		sides = [2]signals.Barrier{{Rings: [][]int{all[:at], all[:at]}}, {Rings: [][]int{all[at:], all[at:]}}}
	case rings != 2 || len(b) != 2:
		x.note("%d rings and %d barriers, SUMO knows two of each; left out", rings, len(b))
		return sides, false
	default:
		for i := range b {
			one, other := b[i].Rings[0], b[i].Rings[1]
			if len(one) == 0 { // "repeat the phases of the side that has some" (NEMA.md)
				one = other
			} else if len(other) == 0 {
				other = one
			}
			sides[i] = signals.Barrier{Rings: [][]int{one, other}}
		}
	}
	for i := range sides {
		for _, ring := range sides[i].Rings {
			if len(ring) > places {
				x.note("%d phases of a ring between two barriers, SUMO knows %d; left out", len(ring), places)
				return sides, false
			}
		}
	}
	for i := range n.Phases {
		if n.Phases[i].Number > 9 {
			x.note("phase %d, SUMO knows numbers of one digit; left out", n.Phases[i].Number)
			return sides, false
		}
	}
	return sides, true
}

// ringed writes the program of a pattern; nil for none.
func (x *exporter) ringed(l sumonet.Logic, sides [2]signals.Barrier, pattern *signals.Pattern) sumonet.Logic {
	n := x.c.NEMA
	coordinated := 1 // the side
	if pattern != nil {
		ends := func(side int) bool {
			for _, ring := range sides[side].Rings {
				if !slices.Contains(pattern.Coordinated, ring[len(ring)-1]) {
					return false
				}
			}
			return true
		}
		switch {
		case ends(1):
		case ends(0):
			coordinated = 0
		default:
			x.note("its coordinated phases do not end at a barrier, as SUMO wants; pattern %s is written uncoordinated", pattern.Name)
			pattern = nil
		}
	}
	for r := range 2 {
		var ring []int
		for side := range sides {
			own := sides[side].Rings[r]
			ring = append(ring, make([]int, places-len(own))...) // 0: no phase
			ring = append(ring, own...)
		}
		l.Params["ring"+strconv.Itoa(r+1)] = list(ring)
	}
	last := func(side int) string {
		var out []int
		for _, ring := range sides[side].Rings {
			out = append(out, ring[len(ring)-1])
		}
		return list(out)
	}
	l.Params["barrierPhases"], l.Params["barrier2Phases"] = last(1-coordinated), last(coordinated)
	l.Params["minRecall"], l.Params["maxRecall"] = x.recalled(signals.MinRecall), x.recalled(signals.MaxRecall)
	l.Params["coordinate-mode"], l.Params["fixForceOff"] = "false", "false"
	whole := x.longest(sides)
	if pattern != nil {
		whole = pattern.Cycle
		l.Offset = pattern.Offset
		l.Params["coordinate-mode"] = "true"
		l.Params["fixForceOff"] = strconv.FormatBool(pattern.ForceOff == signals.FixedForceOff)
		l.Params["controllerType"] = "TS2"
		if pattern.Reference == signals.YieldReference {
			l.Params["controllerType"] = "Type170"
		}
		if pattern.Permissive > 0 {
			x.note("pattern %s: its permissive period of %g s is left out", pattern.Name, pattern.Permissive)
		}
	}
	l.Params["total-cycle-length"] = decimal(whole)
	x.presence(&l)
	for i := range n.Phases {
		l.Phases = append(l.Phases, x.nemaPhase(i, sides, pattern))
	}
	return l
}

func decimal(v float64) string { return strconv.FormatFloat(math.Round(v*1000)/1000, 'f', -1, 64) }

func list(numbers []int) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, ",")
}

// recalled returns the phases with a recall.
func (x *exporter) recalled(r signals.Recall) string {
	var out []int
	for i := range x.c.NEMA.Phases {
		if x.c.NEMA.Phases[i].Recall == r {
			out = append(out, x.c.NEMA.Phases[i].Number)
		}
	}
	return list(out)
}

// longest returns how long a cycle lasts if every phase lasts its maximum, s.
func (x *exporter) longest(sides [2]signals.Barrier) (sum float64) {
	for side := range sides {
		most := 0.0
		for _, ring := range sides[side].Rings {
			all := 0.0
			for i := range x.c.NEMA.Phases {
				if p := &x.c.NEMA.Phases[i]; slices.Contains(ring, p.Number) {
					all += p.MaxGreen + p.Yellow + p.RedClear
				}
			}
			most = max(most, all)
		}
		sum += most
	}
	return sum
}

// nemaPhase writes a phase. Its links give way (g) to those of the phases of the other ring that may be green beside it.
func (x *exporter) nemaPhase(i int, sides [2]signals.Barrier, pattern *signals.Pattern) sumonet.LogicPhase {
	n := x.c.NEMA
	p := &n.Phases[i]
	own, beside := x.greens(p), []network.SignalGroupID{}
	for side := range sides {
		rings := sides[side].Rings
		for r, ring := range rings {
			if !slices.Contains(ring, p.Number) || slices.Contains(rings[1-r], p.Number) {
				continue
			}
			for k := range n.Phases {
				if slices.Contains(rings[1-r], n.Phases[k].Number) {
					beside = append(beside, x.greens(&n.Phases[k])...)
				}
			}
		}
	}
	lit := func(groups ...[]network.SignalGroupID) func(network.SignalGroupID) network.Light {
		return func(g network.SignalGroupID) network.Light {
			for _, set := range groups {
				if slices.Contains(set, g) {
					return network.LightGreen
				}
			}
			return network.LightRed
		}
	}
	out := x.phase(99, lit(own))
	together, _ := x.links.State(x.id, lit(own, beside))
	state := []byte(out.State)
	for k := range state {
		if state[k] == 'G' {
			state[k] = together[k]
		}
	}
	out.State, out.Name = string(state), strconv.Itoa(p.Number)
	out.Min, out.Max, out.Extension, out.Yellow, out.Red = p.MinGreen, p.MaxGreen, p.Passage, p.Yellow, p.RedClear
	if pattern != nil {
		out.Max = math.Round((pattern.Splits[i]-p.Yellow-p.RedClear)*1000) / 1000
		out.Min = min(out.Min, out.Max)
	}
	return out
}

// greens returns the groups that are green in a phase, with those of its overlaps.
func (x *exporter) greens(p *signals.Phase) []network.SignalGroupID {
	out := slices.Clone(p.Groups)
	for i := range x.c.NEMA.Overlaps {
		if o := &x.c.NEMA.Overlaps[i]; slices.Contains(o.Parents, p.Number) {
			out = append(out, o.Groups...)
		}
	}
	return out
}

// presence writes how long the detectors before the stop lines are: SUMO has one length for all, and one for lanes that turn left.
func (x *exporter) presence(l *sumonet.Logic) {
	var through, left []float64
	for i := range x.c.Detectors {
		d := &x.c.Detectors[i]
		switch {
		case d.Kind == signals.Advance:
			x.note("SUMO's NEMA type has no detectors upstream; they are left out")
		case d.Kind != signals.StopLine || len(d.Groups) == 0:
		case turnsLeft(x.net, d.Lane):
			left = append(left, d.To-d.From)
		default:
			through = append(through, d.To-d.From)
		}
	}
	for key, lengths := range map[string][]float64{"detector-length": through, "detector-length-leftTurnLane": left} {
		if len(lengths) == 0 {
			lengths = append(through, left...)
		}
		if len(lengths) > 0 {
			slices.Sort(lengths)
			l.Params[key] = decimal(lengths[len(lengths)/2])
		}
	}
}
