package tllogic

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"roadtwin/network"
	"roadtwin/network/sumonet"
	"roadtwin/signals"
)

// What SUMO takes where a NEMA program does not say (https://sumo.dlr.de/docs/Simulation/NEMA.html).
const (
	usualPassage  = 2.0  // s
	usualPresence = 20.0 // m, detector-length
)

// numbers returns a parameter that lists phases: "1,2,0,4".
func numbers(l *sumonet.Logic, key string) (list []int) {
	for _, word := range strings.FieldsFunc(l.Params[key], func(r rune) bool { return r == ',' || r == ' ' }) {
		if n, err := strconv.Atoi(word); err == nil {
			list = append(list, n)
		}
	}
	return list
}

// nema returns the control of programs of type NEMA: phases and rings of the first, a pattern of each that is coordinated.
func (p *programmer) nema(run []*sumonet.Logic, days []signals.DayPlan) (signals.Control, error) {
	first := run[0]
	n := &signals.NEMA{Simultaneous: true}
	var err error
	if n.Phases, err = p.phases(first); err != nil {
		return signals.Control{}, err
	}
	if n.Barriers, err = barriers(first, n.Phases); err != nil {
		return signals.Control{}, err
	}
	last := map[int]bool{} // phases before a barrier are green beside a called one of the other ring
	for _, b := range n.Barriers {
		for _, ring := range b.Rings {
			if len(ring) > 0 {
				last[ring[len(ring)-1]] = true
			}
		}
	}
	for i := range n.Phases {
		n.Phases[i].DualEntry = last[n.Phases[i].Number]
	}
	place := make([]int, len(run))
	for i, l := range run {
		place[i] = -1
		pattern, free, err := p.pattern(l, n.Phases)
		switch {
		case err != nil:
			p.note("program %s is left out: %v", l.ID, err)
		case free:
			place[i] = -2
		default:
			place[i] = len(n.Patterns)
			n.Patterns = append(n.Patterns, pattern)
		}
	}
	n.Days = freed(days, place)
	if place[0] == -2 && len(n.Patterns) > 0 && n.Days == nil {
		n.Patterns = nil
	}
	c := signals.Control{Controller: p.controller, Kind: signals.RingBarrier, NEMA: n, Timings: p.nemaTimings(n)}
	p.presence(&c, first)
	for key := range first.Params {
		if strings.HasPrefix(key, "crossPhaseSwitching:") {
			p.note("program %s: cross-phase switching of detectors is passed over", first.ID)
			break
		}
	}
	return c, nil
}

// freed is renumbered, with -2 for programs that are not coordinated.
func freed(days []signals.DayPlan, place []int) []signals.DayPlan {
	out := renumbered(days, place)
	for i := range out {
		for k := range out[i].Entries {
			if out[i].Entries[k].Plan == -2 {
				out[i].Entries[k].Plan = signals.Free
			}
		}
	}
	return out
}

// phases returns those of a program, ascending by number.
func (p *programmer) phases(l *sumonet.Logic) (out []signals.Phase, err error) {
	least, longest := numbers(l, "minRecall"), numbers(l, "maxRecall")
	_, told := l.Params["minRecall"]
	for i := range l.Phases {
		ph := &l.Phases[i]
		x := signals.Phase{Passage: ph.Extension, Yellow: ph.Yellow, RedClear: ph.Red}
		if x.Number, err = strconv.Atoi(strings.TrimSpace(ph.Name)); err != nil || x.Number < 1 {
			return nil, fmt.Errorf("program %s: phase %d is named %q, want its number", l.ID, i, ph.Name)
		}
		if slices.ContainsFunc(out, func(o signals.Phase) bool { return o.Number == x.Number }) {
			return nil, fmt.Errorf("program %s: two phases %d", l.ID, x.Number)
		}
		if math.IsNaN(x.Passage) {
			x.Passage = usualPassage
		}
		if math.IsNaN(x.Yellow) || math.IsNaN(x.RedClear) {
			return nil, fmt.Errorf("program %s: phase %d has no yellow or no red", l.ID, x.Number)
		}
		x.MinGreen, x.MaxGreen = bounds(ph)
		x.MaxGreen = min(max(x.MaxGreen, 1), longestGreen)
		x.MinGreen = min(x.MinGreen, x.MaxGreen)
		switch {
		case slices.Contains(longest, x.Number):
			x.Recall = signals.MaxRecall
		case !told || slices.Contains(least, x.Number):
			x.Recall = signals.MinRecall
		}
		lights, mixed, err := p.links.Lights(p.id, ph.State)
		if err != nil {
			return nil, fmt.Errorf("program %s, phase %d: %w", l.ID, x.Number, err)
		}
		if mixed > 0 {
			p.note("program %s: %d groups of the network have links of which phase %d shows some green only; they are not green in it", l.ID, mixed, x.Number)
		}
		for g, light := range lights {
			if light.IsGreen() {
				x.Groups = append(x.Groups, p.net.Controllers[p.controller].Groups[g])
			}
		}
		slices.Sort(x.Groups)
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b signals.Phase) int { return a.Number - b.Number })
	return out, nil
}

// barriers returns the phases of a program by barriers and rings. A phase that stands in both rings, as where a side has one phase
// only, is in the first.
func barriers(l *sumonet.Logic, phases []signals.Phase) ([]signals.Barrier, error) {
	var rings [][][]int
	seen := map[int]bool{}
	for _, key := range []string{"ring1", "ring2"} {
		sides := make([][]int, 2)
		own := map[int]bool{} // phases of this ring
		for place, n := range numbers(l, key) {
			if n == 0 || own[n] {
				continue
			}
			own[n] = true
			if !slices.ContainsFunc(phases, func(p signals.Phase) bool { return p.Number == n }) {
				return nil, fmt.Errorf("program %s: %s names phase %d, which there is not", l.ID, key, n)
			}
			if side := min(place/places, 1); !seen[n] {
				sides[side] = append(sides[side], n)
				seen[n] = true
			}
		}
		rings = append(rings, sides)
	}
	var out []signals.Barrier
	for b := range 2 {
		barrier := signals.Barrier{Rings: [][]int{append([]int{}, rings[0][b]...), append([]int{}, rings[1][b]...)}}
		if len(barrier.Rings[0])+len(barrier.Rings[1]) > 0 {
			out = append(out, barrier)
		}
	}
	if !slices.ContainsFunc(out, func(b signals.Barrier) bool { return len(b.Rings[1]) > 0 }) {
		for b := range out {
			out[b].Rings = out[b].Rings[:1]
		}
	}
	for i := range phases {
		if !seen[phases[i].Number] {
			return nil, fmt.Errorf("program %s: phase %d is in no ring", l.ID, phases[i].Number)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("no rings")
	}
	return out, nil
}

// pattern returns the coordination of a program; free tells that there is none.
func (p *programmer) pattern(l *sumonet.Logic, phases []signals.Phase) (x signals.Pattern, free bool, err error) {
	if kindOf(l) != "NEMA" {
		return x, false, fmt.Errorf("it is %s, and does not take turns with NEMA phases here", kindOf(l))
	}
	if l.Params["coordinate-mode"] != "true" {
		return x, true, nil
	}
	x = signals.Pattern{Name: l.ID, Cycle: number(l, "total-cycle-length", 0), ForceOff: signals.FloatingForceOff, Reference: signals.GreenReference}
	if l.Params["fixForceOff"] == "true" {
		x.ForceOff = signals.FixedForceOff
	}
	if strings.Contains(l.Params["controllerType"], "170") {
		x.Reference = signals.YieldReference
	}
	if x.Cycle > 0 {
		x.Offset = l.Offset - math.Floor(l.Offset/x.Cycle)*x.Cycle
	}
	coordinated := numbers(l, "coordinatePhases")
	if len(coordinated) == 0 {
		coordinated = numbers(l, "barrier2Phases")
	}
	for _, n := range coordinated {
		if !slices.Contains(x.Coordinated, n) {
			x.Coordinated = append(x.Coordinated, n)
		}
	}
	for i := range phases {
		at := slices.IndexFunc(l.Phases, func(ph sumonet.LogicPhase) bool { return strings.TrimSpace(ph.Name) == strconv.Itoa(phases[i].Number) })
		if at < 0 {
			return x, false, fmt.Errorf("it has no phase %d", phases[i].Number)
		}
		_, longest := bounds(&l.Phases[at])
		x.Splits = append(x.Splits, math.Round((longest+phases[i].Yellow+phases[i].RedClear)*1000)/1000)
	}
	return x, false, nil
}

// nemaTimings returns what holds for groups: what geometry says, or less where all phases of a group have less.
func (p *programmer) nemaTimings(n *signals.NEMA) []signals.GroupTiming {
	timings := signals.Timings(p.net, p.controller)
	for i := range timings {
		t := &timings[i]
		yellow, red, green := 0.0, 0.0, math.Inf(1)
		for k := range n.Phases {
			if ph := &n.Phases[k]; slices.Contains(ph.Groups, t.Group) {
				yellow, red, green = max(yellow, ph.Yellow), max(red, ph.RedClear), min(green, ph.MinGreen)
			}
		}
		if yellow > 0 {
			t.Amber, t.AllRed, t.MinGreen = min(t.Amber, yellow), min(t.AllRed, red), max(min(t.MinGreen, leastGreen), min(t.MinGreen, green))
		}
	}
	return timings
}

// presence gives a control SUMO's detectors: one before the stop line of each lane, shorter where all turn across.
func (p *programmer) presence(c *signals.Control, l *sumonet.Logic) {
	latching := numbers(l, "latchingDetectors")
	lanes, groups := p.approach()
	for i, lane := range lanes {
		reach := number(l, "detector-length", usualPresence)
		if turnsLeft(p.net, lane) {
			reach = number(l, "detector-length-leftTurnLane", reach)
		}
		length := p.net.Lanes[lane].Length
		d := signals.Detector{
			Name: fmt.Sprintf("lane %d stop line", lane), Kind: signals.StopLine, Lane: lane, From: max(0, length-max(1, reach)), To: length, Groups: groups[i],
		}
		for k := range c.NEMA.Phases {
			ph := &c.NEMA.Phases[k]
			d.Lock = d.Lock || slices.Contains(latching, ph.Number) && slices.ContainsFunc(groups[i], func(g network.SignalGroupID) bool { return slices.Contains(ph.Groups, g) })
		}
		if p.custom(&d, l) {
			c.Detectors = append(c.Detectors, d)
		}
	}
}

// turnsLeft tells whether all who leave a lane turn left.
func turnsLeft(net *network.Network, lane network.LaneID) bool {
	l := &net.Lanes[lane]
	for k := range l.NumOut {
		switch net.Connectors[l.FirstOut+network.ConnectorID(k)].Turn {
		case network.Left, network.SharpLeft, network.UTurn:
		default:
			return false
		}
	}
	return l.NumOut > 0
}
