package utdf

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"

	"roadtwin/network"
	"roadtwin/signals"
)

// Options say how a file is imported.
type Options struct {
	// Fixed makes fixed-time plans of actuated and coordinated timings, too: every phase as long as its split.
	Fixed bool
}

// Import returns controls for those controllers of a network that a file has timings for: fixed-time plans of pretimed controllers, and
// phases in rings and barriers of the others, coordinated where the file says so. Every control has passed signals.CheckControl;
// what could not be matched or does not fit is told in the report.
func Import(f *File, net *network.Network, o Options) ([]signals.Control, *Report) {
	m := newMatcher(f, net)
	m.match()
	report := &Report{Matched: []Match{}, Unmatched: []Unmatched{}, Notes: []string{}, Counts: map[string]int{}}
	var controls []signals.Control
	for _, id := range f.signalised() {
		match, ok := m.found[id]
		if !ok {
			report.Unmatched = append(report.Unmatched, Unmatched{id, strings.Join(m.namesOf(id), " / "), "no controller of that name or place"})
			continue
		}
		c, err := m.control(id, match.Controller, o, report)
		if err != nil {
			report.Unmatched = append(report.Unmatched, Unmatched{id, match.Name, err.Error()})
			continue
		}
		controls = append(controls, c)
		report.Matched = append(report.Matched, match)
	}
	controls = fit(net, controls, report)
	report.Without = len(net.Controllers) - len(controls)
	return controls, report
}

// fit leaves out controls that would not be safe.
func fit(net *network.Network, controls []signals.Control, report *Report) []signals.Control {
	var out []signals.Control
	for i, err := range signals.CheckControls(net, controls) {
		if err == nil {
			out = append(out, controls[i])
			report.Counts[controls[i].Kind.String()]++
			continue
		}
		at := slices.IndexFunc(report.Matched, func(m Match) bool { return m.Controller == controls[i].Controller })
		m := report.Matched[at]
		report.Matched = slices.Delete(report.Matched, at, at+1)
		report.Unmatched = append(report.Unmatched, Unmatched{m.Junction, m.Name, err.Error()})
	}
	return out
}

// ringPhase is a phase with its place in rings and barriers.
type ringPhase struct {
	signals.Phase
	barrier, ring, place int
	split                float64
	walk                 signals.Walk // of people on foot beside it; Walk 0 for none
}

func (m *matcher) control(id int, c network.ControllerID, o Options, report *Report) (signals.Control, error) {
	phases, err := m.phases(id, c, report)
	if err != nil {
		return signals.Control{}, err
	}
	records := m.file.Plans[id]
	kind := number(records, "controltype", "data", 0)
	cycle := number(records, "cyclelength", "data", 0)
	if kind == 0 || o.Fixed {
		return m.fixed(id, c, phases, report)
	}
	n := &signals.NEMA{Simultaneous: true}
	n.Barriers = barriersOf(phases)
	for i := range phases {
		n.Phases = append(n.Phases, phases[i].Phase)
	}
	control := signals.Control{Controller: c, Kind: signals.RingBarrier, NEMA: n}
	if kind == 3 || kind == 2 && cycle > 0 && len(m.references(id)) > 0 && kind != 1 {
		pattern, err := m.pattern(id, phases, cycle)
		if err != nil {
			report.note("junction %d: not coordinated: %v", id, err)
		} else {
			n.Patterns = []signals.Pattern{pattern}
		}
	}
	control.Detectors = m.detectors(id, c, report)
	m.walks(id, &control, report)
	return control, nil
}

// phases returns the phases of a junction, ascending by number.
func (m *matcher) phases(id int, c network.ControllerID, report *Report) ([]ringPhase, error) {
	records := m.file.Phases[id]
	var out []ringPhase
	for n := 1; n <= 16; n++ {
		column := "d" + strconv.Itoa(n)
		green := number(records, "maxgreen", column, 0)
		if green <= 0 {
			continue
		}
		p := ringPhase{}
		p.Number, p.MaxGreen = n, green
		p.Yellow = math.Max(1, number(records, "yellow", column, 3.5))
		p.RedClear = number(records, "allred", column, 1)
		p.MinGreen = math.Min(math.Max(3, number(records, "mingreen", column, 5)), green)
		p.Passage = number(records, "vehext", column, 3)
		if gap := number(records, "mingap", column, p.Passage); gap < p.Passage && gap >= 0 {
			p.Reduction = &signals.GapReduction{
				Before: number(records, "timebeforereduce", column, 0), Over: number(records, "timetoreduce", column, 0), Least: gap,
			}
		}
		p.DualEntry = flag(records["dualentry"][column])
		switch number(records, "recall", column, 0) {
		case 1, 2, 4:
			p.Recall = signals.MinRecall
		case 3:
			p.Recall = signals.MaxRecall
		}
		brp := int(number(records, "brp", column, 0))
		p.barrier, p.ring, p.place = brp/100, brp/10%10, brp%10
		if p.barrier == 0 || p.ring == 0 {
			p.barrier, p.ring, p.place = usualPlace(n)
		}
		p.split = green + p.Yellow + p.RedClear
		out = append(out, p)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no phases with a MaxGreen")
	}
	m.giveGroups(id, c, out, report)
	return out, nil
}

func flag(text string) bool {
	return text == "1" || strings.EqualFold(text, "yes") || strings.EqualFold(text, "true")
}

// usualPlace returns barrier, ring and place of a phase of the eight of NEMA.
func usualPlace(n int) (barrier, ring, place int) {
	k := (n - 1) % 8
	return k%4/2 + 1, k/4 + 1, k%2 + 1
}

// giveGroups puts each group into the phases that serve its movements: those of its through traffic if it has any, else of its left
// turns, else of its right turns. Approaches from outside come first; groups that conflict with those of a phase are left out of it, and
// one that is left without any, as those between two stop lines of a controller may be, gets the phases in which it conflicts with none.
func (m *matcher) giveGroups(id int, c network.ControllerID, phases []ringPhase, report *Report) {
	columns := m.approachColumns(id, c)
	groups := slices.Clone(m.net.Controllers[c].Groups)
	inside := func(g network.SignalGroupID) bool {
		return m.net.Junctions[m.net.Edges[m.net.SignalGroups[g].Approach].From].Controller == c
	}
	slices.SortStableFunc(groups, func(a, b network.SignalGroupID) int { return countOf(inside(a)) - countOf(inside(b)) })
	give := m.giver(c, phases)
	for _, g := range groups {
		e := m.net.SignalGroups[g].Approach
		served := 0
		for _, turn := range append(turnsOf(m.net, g), "t", "l", "r") {
			if served == 0 {
				served = give(g, m.phasesOf(id, columns[e]+turn))
			}
		}
		if served == 0 {
			var all []int
			for i := range phases {
				all = append(all, phases[i].Number)
			}
			if served = give(g, all); served > 0 {
				report.note("junction %d: no phase of the file is %s; it is green beside what it does not meet", id, m.net.SignalGroups[g].Name)
			}
		}
		if served == 0 {
			report.note("junction %d: no phase for %s", id, m.net.SignalGroups[g].Name)
		}
	}
	for i := range phases {
		slices.Sort(phases[i].Groups)
	}
}

func countOf(is bool) int {
	if is {
		return 1
	}
	return 0
}

// giver returns what gives a group the phases of some numbers, but for those with groups that it conflicts with, and returns how many it
// got.
func (m *matcher) giver(c network.ControllerID, phases []ringPhase) func(g network.SignalGroupID, numbers []int) int {
	conflicting := signals.Conflicting(m.net, c)
	all := m.net.Controllers[c].Groups
	return func(g network.SignalGroupID, numbers []int) (served int) {
		for i := range phases {
			p := &phases[i]
			if !slices.Contains(numbers, p.Number) || slices.Contains(p.Groups, g) {
				continue
			}
			if !slices.ContainsFunc(p.Groups, func(h network.SignalGroupID) bool { return conflicting[slices.Index(all, g)][slices.Index(all, h)] }) {
				p.Groups = append(p.Groups, g)
				served++
			}
		}
		return served
	}
}

// turnsOf returns the turns of a group as the columns of a file end: through first.
func turnsOf(net *network.Network, g network.SignalGroupID) []string {
	has := [3]bool{}
	for _, c := range net.SignalGroups[g].Connectors {
		has[turnIndex(net.Connectors[c].Turn)] = true
	}
	var out []string
	for i, letter := range []string{"t", "l", "r"} {
		if has[i] {
			out = append(out, letter)
		}
	}
	return out
}

// turnIndex returns 0 for through, 1 for left (U-turns too), 2 for right.
func turnIndex(t network.Turn) int {
	switch t {
	case network.SlightLeft, network.Left, network.SharpLeft, network.UTurn:
		return 1
	case network.SlightRight, network.Right, network.SharpRight:
		return 2
	}
	return 0
}

// phasesOf returns the phases that serve a movement, protected or permitted.
func (m *matcher) phasesOf(id int, movement string) []int {
	var out []int
	for _, record := range []string{"phase", "permphase"} {
		for k := 1; k <= 4; k++ {
			text := strings.TrimSpace(m.file.Lanes[id][record+strconv.Itoa(k)][movement])
			if n, err := strconv.Atoi(text); err == nil && n > 0 && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	return out
}

// barriersOf returns the phases by barrier and ring, in their order.
func barriersOf(phases []ringPhase) []signals.Barrier {
	var barriers, rings []int
	for _, p := range phases {
		if !slices.Contains(barriers, p.barrier) {
			barriers = append(barriers, p.barrier)
		}
		if !slices.Contains(rings, p.ring) {
			rings = append(rings, p.ring)
		}
	}
	sort.Ints(barriers)
	sort.Ints(rings)
	var out []signals.Barrier
	for _, b := range barriers {
		var barrier signals.Barrier
		for _, r := range rings {
			numbers := []int{}
			for _, p := range inRing(phases, b, r) {
				numbers = append(numbers, p.Number)
			}
			barrier.Rings = append(barrier.Rings, numbers)
		}
		out = append(out, barrier)
	}
	return out
}

// inRing returns the phases of a ring between two barriers, in their order.
func inRing(phases []ringPhase, barrier, ring int) []*ringPhase {
	var out []*ringPhase
	for i := range phases {
		if phases[i].barrier == barrier && phases[i].ring == ring {
			out = append(out, &phases[i])
		}
	}
	slices.SortStableFunc(out, func(a, b *ringPhase) int { return a.place - b.place })
	return out
}

// references returns the phases that the offset refers to: 206 is 2 and 6.
func (m *matcher) references(id int) []int {
	text := int(number(m.file.Plans[id], "referencephase", "data", 0))
	var out []int
	for _, n := range []int{text / 100, text % 100} {
		if n > 0 {
			out = append(out, n)
		}
	}
	return out
}

func (m *matcher) pattern(id int, phases []ringPhase, cycle float64) (signals.Pattern, error) {
	p := signals.Pattern{Name: "imported", Cycle: cycle, ForceOff: signals.FixedForceOff}
	references := m.references(id)
	var at *ringPhase
	for i := range phases {
		p.Splits = append(p.Splits, math.Round(phases[i].split*1000)/1000)
		if slices.Contains(references, phases[i].Number) {
			p.Coordinated = append(p.Coordinated, phases[i].Number)
			at = &phases[i]
		}
	}
	if at == nil {
		return p, fmt.Errorf("its reference phase %v has no timing", references)
	}
	p.Offset = number(m.file.Plans[id], "offset", "data", 0)
	p.Reference = signals.YieldReference
	switch number(m.file.Plans[id], "referencedto", "data", 0) {
	case 0, 3:
		p.Reference = signals.GreenReference
	case 2: // red: yellow before
		p.Offset -= at.Yellow
	case 4: // flashing don't walk: before the yellow
		p.Offset += number(m.file.Phases[id], "dontwalk", "d"+strconv.Itoa(at.Number), 0)
	}
	p.Offset = wrapped(p.Offset, cycle)
	return p, nil
}

func wrapped(x, cycle float64) float64 {
	if cycle <= 0 {
		return x
	}
	return x - math.Floor(x/cycle)*cycle
}
