package signals

import (
	"fmt"
	"math"
	"slices"

	"roadtwin/network"
)

// ring makes rings and barriers: the eight phases as they are usually numbered if the junction is a crossing or has three
// arms, else one ring in which the stages of the plan follow one another.
func (e *equipper) ring() {
	e.addLoops()
	loops := e.control.Detectors
	if e.eightPhases() && e.ch.checkControl(&e.control) == nil {
		e.walkBesidePhases()
		return
	}
	e.control.Detectors, e.control.Walks = loops, nil
	sets := e.stages()
	n := &NEMA{Barriers: []Barrier{{Rings: [][]int{nil}}}}
	for i, set := range sets {
		p := e.phase(i+1, set.Groups)
		p.Walks = set.Walks
		n.Phases = append(n.Phases, p)
		n.Barriers[0].Rings[0] = append(n.Barriers[0].Rings[0], i+1)
	}
	e.control.NEMA = n
}

// phase returns one with the usual timers.
func (e *equipper) phase(number int, groups []network.SignalGroupID) Phase {
	p := Phase{Number: number, Groups: groups, Passage: e.options.SetBack}
	for _, g := range groups {
		t := &e.plan.Groups[e.ch.slot[g]]
		p.MinGreen, p.Yellow, p.RedClear = math.Max(p.MinGreen, t.MinGreen), math.Max(p.Yellow, t.Amber), math.Max(p.RedClear, t.AllRed)
		for i := range e.plan.Stages {
			if e.plan.Stages[i].has(g) {
				p.MaxGreen = math.Max(p.MaxGreen, math.Ceil(e.plan.Stages[i].Green*e.options.Stretch))
			}
		}
	}
	p.MaxGreen = math.Max(p.MaxGreen, p.MinGreen)
	return p
}

// arm is an approach with its two kinds of movement.
type arm struct {
	edge          network.EdgeID
	through, turn []network.SignalGroupID
}

// eightPhases makes phases 2 and 6 of the two approaches of the main road and 4 and 8 of the other, and 5, 1, 7 and 3 of their
// turns across the oncoming traffic if these have signals of their own. It tells whether that is possible.
func (e *equipper) eightPhases() bool {
	main, side, ok := e.axes()
	if !ok {
		return false
	}
	n := &NEMA{Barriers: []Barrier{{Rings: [][]int{nil, nil}}, {Rings: [][]int{nil, nil}}}}
	add := func(b, r, number int, groups []network.SignalGroupID, dual bool) {
		if len(groups) == 0 {
			return
		}
		p := e.phase(number, groups)
		p.DualEntry = dual
		n.Phases = append(n.Phases, p)
		n.Barriers[b].Rings[r] = append(n.Barriers[b].Rings[r], number)
	}
	for b, axis := range [][2]arm{main, side} {
		first := 4 * b // 2 and 6 behind it, or 4 and 8
		if b == 1 {
			first = 2
		}
		add(b, 0, first+1, axis[1].turn, false)
		add(b, 0, first+2, axis[0].through, true)
		add(b, 1, first+5, axis[0].turn, false)
		add(b, 1, first+6, axis[1].through, true)
	}
	slices.SortFunc(n.Phases, func(a, b Phase) int { return a.Number - b.Number })
	for i := range n.Phases { // the main road rests in green
		if number := n.Phases[i].Number; number == 2 || number == 6 {
			n.Phases[i].Recall = MinRecall
		}
	}
	e.control.NEMA = n
	return true
}

// axes pairs the approaches that face each other; the road whose approaches are busier is the main one.
func (e *equipper) axes() (main, side [2]arm, ok bool) {
	arms := e.arms()
	if len(arms) < 3 || len(arms) > 4 || len(e.net.Controllers[e.plan.Controller].Junctions) != 1 {
		return main, side, false
	}
	first, second, best := -1, -1, -0.5
	for i := range arms {
		for k := range i {
			if along := alignment(arrival(e.net, arms[i].edge), arrival(e.net, arms[k].edge)); along < best {
				first, second, best = k, i, along
			}
		}
	}
	if first < 0 {
		return main, side, false
	}
	a := [2]arm{arms[first], arms[second]}
	var b [2]arm
	n := 0
	for i := range arms {
		if i != first && i != second {
			b[n] = arms[i]
			n++
		}
	}
	if n == 2 && e.rank(b) < e.rank(a) {
		a, b = b, a
	}
	return a, b, true
}

// rank orders roads: the lower, the busier.
func (e *equipper) rank(axis [2]arm) int {
	sum := 0
	for _, a := range axis {
		edge := &e.net.Edges[a.edge]
		sum += 16*int(edge.Road) - int(edge.NumLanes)
	}
	return sum
}

func (e *equipper) arms() []arm {
	var arms []arm
	for _, g := range e.net.Controllers[e.plan.Controller].Groups {
		group := &e.net.SignalGroups[g]
		i := slices.IndexFunc(arms, func(a arm) bool { return a.edge == group.Approach })
		if i < 0 {
			i = len(arms)
			arms = append(arms, arm{edge: group.Approach})
		}
		if onlyTurns(e.net, group) {
			arms[i].turn = append(arms[i].turn, g)
		} else {
			arms[i].through = append(arms[i].through, g)
		}
	}
	for i := range arms { // of an approach that only turns, that is its phase
		if len(arms[i].through) == 0 {
			arms[i].through, arms[i].turn = arms[i].turn, nil
		}
	}
	return arms
}

// walkBesidePhases puts the walks beside the through phases during which they can be shown.
func (e *equipper) walkBesidePhases() {
	for _, w := range e.walks() {
		number := len(e.control.Walks)
		e.control.Walks = append(e.control.Walks, w)
		used := false
		for i := range e.control.NEMA.Phases {
			p := &e.control.NEMA.Phases[i]
			if p.Number%2 != 0 || used {
				continue
			}
			p.Walks = append(p.Walks, number)
			if e.ch.checkControl(&e.control) == nil {
				used = true
			} else {
				p.Walks = p.Walks[:len(p.Walks)-1]
			}
		}
		if used {
			e.addButton(number)
		} else {
			e.control.Walks = e.control.Walks[:number]
		}
	}
}

// Coordinate adds a pattern to control by rings and barriers: the cycle and offset, splits in proportion to what the phases
// have in the plan, phases 2 and 6 coordinated (or the first of each ring, where these are not there). It returns an error if the
// minimum greens do not fit into the cycle.
func (c *Control) Coordinate(net *network.Network, cycle, offset float64) error {
	if c.NEMA == nil {
		return fmt.Errorf("%s control cannot be coordinated: want %s", c.Kind, RingBarrier)
	}
	n := c.NEMA
	p := Pattern{Name: fmt.Sprintf("%.0f s", cycle), Cycle: cycle, Offset: offset, Splits: make([]float64, len(n.Phases)), Reference: YieldReference}
	share := make([]float64, len(n.Barriers))
	least := make([]float64, len(n.Barriers))
	totalShare, totalLeast := 0.0, 0.0
	for b := range n.Barriers {
		for _, ring := range n.Barriers[b].Rings {
			green, floor := 0.0, 0.0
			for _, number := range ring {
				ph := &n.Phases[n.index(number)]
				green += ph.MaxGreen
				floor += ph.leastSplit(c)
			}
			share[b], least[b] = math.Max(share[b], green), math.Max(least[b], floor)
		}
		totalShare, totalLeast = totalShare+share[b], totalLeast+least[b]
	}
	spare := cycle - totalLeast
	if spare < 0 {
		return fmt.Errorf("cycle %.0f s: minimum greens and clearances need %.0f", cycle, totalLeast)
	}
	left := cycle
	for b := range n.Barriers {
		length := math.Floor(10*(least[b]+spare*share[b]/totalShare)) / 10
		if b == len(n.Barriers)-1 {
			length = left
		}
		left -= length
		for _, ring := range n.Barriers[b].Rings {
			n.split(c, &p, ring, length)
		}
	}
	p.Coordinated = n.usualCoordinated()
	c.NEMA.Patterns = append(c.NEMA.Patterns, p)
	return CheckControl(net, c)
}

// leastSplit returns the least split of a phase in s: its minimum green, or its walks, with yellow and red clearance.
func (p *Phase) leastSplit(c *Control) float64 {
	green := p.MinGreen
	for _, w := range p.Walks {
		green = math.Max(green, c.Walks[w].Walk+c.Walks[w].Clearance)
	}
	return math.Ceil(10*(green+p.Yellow+p.RedClear)) / 10
}

// split shares so many seconds between the phases of a ring before a barrier.
func (n *NEMA) split(c *Control, p *Pattern, ring []int, length float64) {
	share, least := 0.0, 0.0
	for _, number := range ring {
		ph := &n.Phases[n.index(number)]
		share += ph.MaxGreen
		least += ph.leastSplit(c)
	}
	left := length
	for k, number := range ring {
		i := n.index(number)
		ph := &n.Phases[i]
		s := math.Floor(10*(ph.leastSplit(c)+(length-least)*ph.MaxGreen/share)) / 10
		if k == len(ring)-1 {
			s = math.Round(10*left) / 10
		}
		p.Splits[i] = s
		left -= s
	}
}

// usualCoordinated returns phases 2 and 6, or the last ones of the rings before the first barrier.
func (n *NEMA) usualCoordinated() (numbers []int) {
	for _, ring := range n.Barriers[0].Rings {
		if len(ring) > 0 {
			numbers = append(numbers, ring[len(ring)-1])
		}
	}
	return numbers
}
