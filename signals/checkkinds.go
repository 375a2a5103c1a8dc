package signals

import (
	"errors"
	"fmt"
	"slices"

	"roadtwin/network"
)

// most is how many stages, phases, rings or overlaps a controller may have.
const most = 64

func (ch *checker) checkActuated(c *Control) error {
	stages := c.Actuated.Stages
	if len(stages) == 0 || len(stages) > most {
		return fmt.Errorf("%d stages, want 1 to %d", len(stages), most)
	}
	var sets [][]network.SignalGroupID
	for i := range stages {
		s := &stages[i]
		if err := ch.checkTogether(c, s.Groups, s.Walks); err != nil {
			return fmt.Errorf("stage %d: %w", i+1, err)
		}
		if err := checkGreen(s.Min, s.Max, s.Extension, s.Recall, s.Reduction); err != nil {
			return fmt.Errorf("stage %d: %w", i+1, err)
		}
		sets = append(sets, s.Groups)
	}
	return ch.checkAllGreen(c, sets...)
}

// checkGreen checks the timers of an actuated green.
func checkGreen(least, longest, extension float64, recall Recall, reduction *GapReduction) error {
	switch {
	case !(least >= 0 && longest >= least && longest > 0 && longest <= longestGreen):
		return fmt.Errorf("green of %v to %v s, want up to %v", least, longest, longestGreen)
	case !(extension >= 0 && extension <= longestGreen):
		return fmt.Errorf("extension of %v s", extension)
	case recall >= numRecalls:
		return fmt.Errorf("unknown recall %d", recall)
	}
	if r := reduction; r != nil && !(r.Before >= 0 && r.Over >= 0 && r.Least >= 0 && r.Least <= extension && r.Before+r.Over <= longestGreen) {
		return fmt.Errorf("gap reduction to %v s over %v s after %v s", r.Least, r.Over, r.Before)
	}
	return nil
}

func (ch *checker) checkPressure(c *Control) error {
	p := c.MaxPressure
	if !(p.Interval >= 0 && p.Interval <= longestGreen && p.LongestWait >= 0 && p.LongestWait <= daySeconds) {
		return fmt.Errorf("interval %v s, longest wait %v s", p.Interval, p.LongestWait)
	}
	return ch.checkSets(c, p.Stages)
}

func (ch *checker) checkSOTL(c *Control) error {
	s := c.SOTL
	if !(s.Threshold >= 0 && s.Threshold <= 1e6 && s.Near >= 0 && s.Near <= 1e4 && s.LongestWait >= 0 && s.LongestWait <= daySeconds) || s.Platoon < 0 {
		return fmt.Errorf("threshold %v vehicle-seconds, platoons of %d within %v m, longest wait %v s", s.Threshold, s.Platoon, s.Near, s.LongestWait)
	}
	return ch.checkSets(c, s.Stages)
}

func (ch *checker) checkSets(c *Control, stages []StageSet) error {
	if len(stages) == 0 || len(stages) > most {
		return fmt.Errorf("%d stages, want 1 to %d", len(stages), most)
	}
	var sets [][]network.SignalGroupID
	for i := range stages {
		if err := ch.checkTogether(c, stages[i].Groups, stages[i].Walks); err != nil {
			return fmt.Errorf("stage %d: %w", i+1, err)
		}
		sets = append(sets, stages[i].Groups)
	}
	return ch.checkAllGreen(c, sets...)
}

func (ch *checker) checkNEMA(c *Control) error {
	n := c.NEMA
	if len(n.Phases) == 0 || len(n.Phases) > most || len(n.Overlaps) > most || len(n.Barriers) == 0 {
		return fmt.Errorf("%d phases, %d barriers and %d overlaps, want 1 to %d phases", len(n.Phases), len(n.Barriers), len(n.Overlaps), most)
	}
	var sets [][]network.SignalGroupID
	for i := range n.Phases {
		if err := ch.checkPhase(c, &n.Phases[i]); err != nil {
			return fmt.Errorf("phase %d: %w", n.Phases[i].Number, err)
		}
		sets = append(sets, n.Phases[i].Groups)
	}
	if err := n.checkBarriers(); err != nil {
		return err
	}
	for i := range n.Overlaps {
		o := &n.Overlaps[i]
		for _, p := range o.Parents {
			if n.index(p) < 0 {
				return fmt.Errorf("overlap %s: no phase %d", o.Name, p)
			}
		}
		sets = append(sets, o.Groups)
	}
	for b := range n.Barriers {
		if err := ch.checkConcurrent(c, b); err != nil {
			return err
		}
	}
	for i := range n.Patterns {
		if err := n.checkPattern(&n.Patterns[i]); err != nil {
			return fmt.Errorf("pattern %d (%s): %w", i+1, n.Patterns[i].Name, err)
		}
	}
	if err := n.Transition.check(); err != nil {
		return err
	}
	if err := checkDays(n.Days, Free, len(n.Patterns)); err != nil {
		return err
	}
	return ch.checkAllGreen(c, sets...)
}

func (ch *checker) checkPhase(c *Control, p *Phase) error {
	if p.Number < 1 {
		return errors.New("want numbers from 1")
	}
	if err := ch.checkTogether(c, p.Groups, p.Walks); err != nil {
		return err
	}
	if !(p.Yellow >= 1 && p.Yellow <= ch.law.amberMax+slack && p.RedClear >= 0 && p.RedClear <= longestAllRed) {
		return fmt.Errorf("yellow %v s, red clearance %v s", p.Yellow, p.RedClear)
	}
	return checkGreen(p.MinGreen, p.MaxGreen, p.Passage, p.Recall, p.Reduction)
}

// index returns where the phase of that number is in Phases, -1 if there is none.
func (n *NEMA) index(number int) int {
	return slices.IndexFunc(n.Phases, func(p Phase) bool { return p.Number == number })
}

// checkBarriers checks that every phase is timed once, in as many rings at every barrier.
func (n *NEMA) checkBarriers() error {
	timed := make([]int, len(n.Phases))
	rings := len(n.Barriers[0].Rings)
	if rings == 0 || rings > most {
		return fmt.Errorf("%d rings, want 1 to %d", rings, most)
	}
	for b := range n.Barriers {
		if len(n.Barriers[b].Rings) != rings {
			return fmt.Errorf("barrier %d has %d rings, want %d", b+1, len(n.Barriers[b].Rings), rings)
		}
		some := false
		for _, ring := range n.Barriers[b].Rings {
			for _, number := range ring {
				i := n.index(number)
				if i < 0 {
					return fmt.Errorf("barrier %d: no phase %d", b+1, number)
				}
				timed[i]++
				some = true
			}
		}
		if !some {
			return fmt.Errorf("barrier %d has no phases", b+1)
		}
	}
	for i, times := range timed {
		if times != 1 {
			return fmt.Errorf("phase %d is in the rings %d times, want once", n.Phases[i].Number, times)
		}
	}
	return nil
}

// checkConcurrent checks that whatever can be green at once before barrier b may be: any phase of each ring, with the
// overlaps of all of these.
func (ch *checker) checkConcurrent(c *Control, b int) error {
	n := c.NEMA
	rings := n.Barriers[b].Rings
	for r, ring := range rings {
		for _, number := range ring {
			p := &n.Phases[n.index(number)]
			own := slices.Clone(p.Groups)
			own = append(own, n.overlapped(number)...)
			if err := ch.checkApart(c, own, own, p.Walks); err != nil {
				return fmt.Errorf("phase %d with its overlaps: %w", number, err)
			}
			for _, other := range rings[r+1:] {
				for _, second := range other {
					q := &n.Phases[n.index(second)]
					theirs := append(slices.Clone(q.Groups), n.overlapped(second)...)
					err := ch.checkApart(c, own, theirs, p.Walks)
					if err == nil {
						err = ch.checkApart(c, theirs, own, q.Walks)
					}
					if err != nil {
						return fmt.Errorf("phases %d and %d: %w", number, second, err)
					}
				}
			}
		}
	}
	return nil
}

// overlapped returns the groups of the overlaps that a phase is a parent of.
func (n *NEMA) overlapped(number int) (groups []network.SignalGroupID) {
	for i := range n.Overlaps {
		if slices.Contains(n.Overlaps[i].Parents, number) {
			groups = append(groups, n.Overlaps[i].Groups...)
		}
	}
	return groups
}

// checkApart checks that no group of one list conflicts with any of the other, nor drives over the walks.
func (ch *checker) checkApart(c *Control, some, others []network.SignalGroupID, walks []int) error {
	for _, list := range [][]network.SignalGroupID{some, others} {
		for _, g := range list {
			if err := ch.checkGroups(c.Controller, []network.SignalGroupID{g}); err != nil {
				return err
			}
		}
	}
	for _, h := range others {
		for _, g := range some {
			if ch.relations[c.Controller].between(int(ch.slot[g]), int(ch.slot[h])) == conflicting {
				return fmt.Errorf("%s and %s conflict and could be green together", ch.groupName(g), ch.groupName(h))
			}
		}
		for _, w := range walks {
			if ch.crosses(c.Walks[w].Edge, h) == conflicting {
				return fmt.Errorf("%s drives over the crossing of walk %d (%s)", ch.groupName(h), w, c.Walks[w].Name)
			}
		}
	}
	return nil
}

// checkPattern checks that the splits of each ring add up to the cycle and to the same between barriers, and hold the least
// that the phases need.
func (n *NEMA) checkPattern(p *Pattern) error {
	switch {
	case !(p.Cycle >= 10 && p.Cycle <= longestGreen && p.Offset >= -daySeconds && p.Offset <= daySeconds):
		return fmt.Errorf("cycle %v s, offset %v s", p.Cycle, p.Offset)
	case len(p.Splits) != len(n.Phases):
		return fmt.Errorf("%d splits, want %d: one for each phase", len(p.Splits), len(n.Phases))
	case p.Reference >= numReferences || p.ForceOff >= numForceOffs:
		return errors.New("unknown reference or force-off")
	case !(p.Permissive >= 0 && p.Permissive <= p.Cycle):
		return fmt.Errorf("permissive period %v s", p.Permissive)
	}
	for i, s := range p.Splits {
		if ph := &n.Phases[i]; !(s >= ph.MinGreen+ph.Yellow+ph.RedClear-slack) {
			return fmt.Errorf("split of phase %d is %v s, want at least %v: minimum green, yellow and red clearance", ph.Number, s, ph.MinGreen+ph.Yellow+ph.RedClear)
		}
	}
	total := 0.0
	for b := range n.Barriers {
		between, first := 0.0, true
		for r, ring := range n.Barriers[b].Rings {
			if len(ring) == 0 {
				continue
			}
			sum := 0.0
			for _, number := range ring {
				sum += p.Splits[n.index(number)]
			}
			if !first && (sum > between+0.05 || sum < between-0.05) {
				return fmt.Errorf("splits of ring %d before barrier %d are %.1f s, those of the ring before %.1f", r+1, b+1, sum, between)
			}
			between, first = sum, false
		}
		total += between
	}
	if total > p.Cycle+0.05 || total < p.Cycle-0.05 {
		return fmt.Errorf("splits add up to %.1f s, want the cycle, %v", total, p.Cycle)
	}
	return n.checkCoordinated(p)
}

// checkCoordinated checks that the coordinated phases are one of each ring, before the same barrier.
func (n *NEMA) checkCoordinated(p *Pattern) error {
	for b := range n.Barriers {
		found, rings := 0, 0
		for _, ring := range n.Barriers[b].Rings {
			in := 0
			for _, number := range ring {
				if slices.Contains(p.Coordinated, number) {
					in++
				}
			}
			found += in
			rings += min(in, 1)
		}
		if found > 0 {
			if found != len(p.Coordinated) || rings != found {
				return fmt.Errorf("coordinated phases %v, want one of each ring between the same barriers", p.Coordinated)
			}
			return nil
		}
	}
	return fmt.Errorf("coordinated phases %v, want one of each ring", p.Coordinated)
}

// checkRequests checks priorities and preemptions.
func (ch *checker) checkRequests(c *Control) error {
	detectors := func(lists ...[]int) error {
		for _, list := range lists {
			for _, d := range list {
				if d < 0 || d >= len(c.Detectors) {
					return fmt.Errorf("detector %d, there are %d", d, len(c.Detectors))
				}
			}
		}
		return nil
	}
	for i := range c.Priorities {
		p := &c.Priorities[i]
		err := errors.Join(detectors(p.In, p.Out), ch.checkTogether(c, p.Groups, nil))
		if !(p.Extend >= 0 && p.Extend <= longestGreen && p.Early >= 0 && p.Early <= longestGreen && p.Recovery >= 0 &&
			p.Recovery <= daySeconds && p.Timeout >= 0 && p.Timeout <= daySeconds) {
			err = errors.Join(err, errors.New("times out of bounds"))
		}
		if err != nil {
			return fmt.Errorf("priority %d (%s): %w", i+1, p.Name, err)
		}
	}
	for i := range c.Preemptions {
		p := &c.Preemptions[i]
		err := errors.Join(detectors(p.In, p.Out), ch.checkTogether(c, p.Groups, nil))
		if len(p.Groups) == 0 || !(p.MinDwell >= 0 && p.MaxDwell >= p.MinDwell && p.MaxDwell > 0 && p.MaxDwell <= longestGreen) {
			err = errors.Join(err, fmt.Errorf("green of %v to %v s for %d groups", p.MinDwell, p.MaxDwell, len(p.Groups)))
		}
		if exits := c.exits(); p.Exit < 0 || p.Exit >= exits {
			err = errors.Join(err, fmt.Errorf("exit %d, want 0 to %d", p.Exit, exits-1))
		}
		if err != nil {
			return fmt.Errorf("preemption %d (%s): %w", i+1, p.Name, err)
		}
	}
	return nil
}

// exits returns how many stages, or barriers, there are to leave a preemption by.
func (c *Control) exits() int {
	switch c.Kind {
	case FixedTime:
		n := len(c.Fixed.Plans[0].Stages)
		for i := range c.Fixed.Plans {
			n = min(n, len(c.Fixed.Plans[i].Stages))
		}
		return n
	case StageActuated:
		return len(c.Actuated.Stages)
	case RingBarrier:
		return len(c.NEMA.Barriers)
	case PressureBased:
		return len(c.MaxPressure.Stages)
	case SelfOrganised:
		return len(c.SOTL.Stages)
	}
	return 0
}
