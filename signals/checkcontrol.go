package signals

import (
	"errors"
	"fmt"
	"slices"

	"roadtwin/network"
)

// CheckControl returns an error that names the controller, and what of it, if control does not fit net or could show
// conflicting greens, or greens, ambers or intergreens that are too short.
func CheckControl(net *network.Network, control *Control) error {
	return newChecker(net).checkControl(control)
}

func (ch *checker) checkControl(c *Control) error {
	id := c.Controller
	if id < 0 || int(id) >= len(ch.net.Controllers) {
		return fmt.Errorf("control of controller %d: there are %d controllers", id, len(ch.net.Controllers))
	}
	if err := ch.checkControlParts(c); err != nil {
		return fmt.Errorf("%s control of %s: %w", c.Kind, describe(ch.net, id), err)
	}
	return nil
}

func (ch *checker) checkControlParts(c *Control) error {
	if err := c.checkKind(); err != nil {
		return err
	}
	if c.Kind == SwitchedOff || c.Kind == SwitchedToFlash {
		return nil
	}
	if err := ch.checkWalks(c); err != nil {
		return err
	}
	if err := ch.checkDetectors(c); err != nil {
		return err
	}
	if c.Kind == FixedTime {
		if len(c.Walks) > 0 {
			return errors.New("walks are for controllers that decide; beside a plan people walk while the traffic of their arm has red")
		}
		if err := ch.checkSchedule(c); err != nil {
			return err
		}
		return ch.checkRequests(c)
	}
	timings := ch.timingsOf(c)
	if err := ch.checkTimings(c.Controller, timings, ch.net.Controllers[c.Controller].Program != nil); err != nil {
		return err
	}
	if err := ch.checkIntergreens(c, timings); err != nil {
		return err
	}
	var err error
	switch c.Kind {
	case StageActuated:
		err = ch.checkActuated(c)
	case RingBarrier:
		err = ch.checkNEMA(c)
	case PressureBased:
		err = ch.checkPressure(c)
	case SelfOrganised:
		err = ch.checkSOTL(c)
	}
	if err != nil {
		return err
	}
	return ch.checkRequests(c)
}

// checkKind checks that the member is set that Kind names, and no other.
func (c *Control) checkKind() error {
	if c.Kind >= numKinds {
		return fmt.Errorf("unknown kind of control %d", c.Kind)
	}
	for kind, set := range map[Kind]bool{ // only one can be wrong in a way that matters: no order needed
		FixedTime: c.Fixed != nil, StageActuated: c.Actuated != nil, RingBarrier: c.NEMA != nil,
		PressureBased: c.MaxPressure != nil, SelfOrganised: c.SOTL != nil,
	} {
		if want := kind == c.Kind; set != want {
			return errors.New("want exactly the parameters of its kind")
		}
	}
	return nil
}

// timingsOf returns the times of the groups that hold for a control: its own or the geometry's, and for phases their
// yellow and red clearance if that is longer.
func (ch *checker) timingsOf(c *Control) []GroupTiming {
	timings := slices.Clone(c.Timings)
	if timings == nil {
		for _, g := range ch.net.Controllers[c.Controller].Groups {
			timings = append(timings, timingOf(ch.net, g, ch.law))
		}
	}
	if c.NEMA == nil {
		return timings
	}
	raise := func(g network.SignalGroupID, p *Phase) {
		for i := range timings {
			if timings[i].Group == g {
				timings[i].Amber = max(timings[i].Amber, p.Yellow)
				timings[i].AllRed = max(timings[i].AllRed, p.RedClear)
			}
		}
	}
	for i := range c.NEMA.Phases {
		p := &c.NEMA.Phases[i]
		for _, g := range p.Groups {
			raise(g, p)
		}
		for k := range c.NEMA.Overlaps {
			if o := &c.NEMA.Overlaps[k]; slices.Contains(o.Parents, p.Number) {
				for _, g := range o.Groups {
					raise(g, p)
				}
			}
		}
	}
	return timings
}

func (ch *checker) checkWalks(c *Control) error {
	for i := range c.Walks {
		w := &c.Walks[i]
		switch {
		case w.Edge < 0 || int(w.Edge) >= len(ch.net.Edges) || !ch.isArm(c.Controller, w.Edge):
			return fmt.Errorf("walk %d (%s): edge %d is no arm of it", i, w.Name, w.Edge)
		case !(w.Walk >= leastWalk && w.Walk <= longestGreen):
			return fmt.Errorf("walk %d (%s): walk %v s, want at least %v", i, w.Name, w.Walk, leastWalk)
		case !(w.Clearance >= 1 && w.Clearance <= longestAllRed):
			return fmt.Errorf("walk %d (%s): clearance %v s, want 1 to %v", i, w.Name, w.Clearance, longestAllRed)
		}
	}
	return nil
}

// isArm tells whether edge e leads to or from a junction of controller c.
func (ch *checker) isArm(c network.ControllerID, e network.EdgeID) bool {
	edge := &ch.net.Edges[e]
	return ch.net.Junctions[edge.To].Controller == c || ch.net.Junctions[edge.From].Controller == c
}

func (ch *checker) checkDetectors(c *Control) error {
	names := map[string]bool{}
	for i := range c.Detectors {
		d := &c.Detectors[i]
		fail := func(format string, args ...any) error {
			return fmt.Errorf("detector %d (%s): %s", i, d.Name, fmt.Sprintf(format, args...))
		}
		switch {
		case names[d.Name] && d.Name != "":
			return fail("there is another of that name")
		case d.Kind >= numDetectorKinds:
			return fail("unknown kind %d", d.Kind)
		case d.Kind == PushButton && (d.Walk < 0 || d.Walk >= len(c.Walks)):
			return fail("walk %d, there are %d", d.Walk, len(c.Walks))
		case d.Kind != PushButton && (d.Lane < 0 || int(d.Lane) >= len(ch.net.Lanes)):
			return fail("no lane %d", d.Lane)
		case d.Kind != PushButton && !(d.From >= 0 && d.From < d.To && d.To <= ch.net.Lanes[d.Lane].Length+0.01):
			return fail("from %v to %v m on a lane of %.1f m", d.From, d.To, ch.net.Lanes[d.Lane].Length)
		}
		names[d.Name] = true
		if err := ch.checkGroups(c.Controller, d.Groups); err != nil {
			return fail("%v", err)
		}
	}
	return nil
}

// checkGroups checks that groups are ascending and of controller c.
func (ch *checker) checkGroups(c network.ControllerID, groups []network.SignalGroupID) error {
	for i, g := range groups {
		if g < 0 || int(g) >= len(ch.net.SignalGroups) || ch.net.SignalGroups[g].Controller != c {
			return fmt.Errorf("group %d is not of this controller", g)
		}
		if i > 0 && groups[i-1] >= g {
			return errors.New("groups are not in ascending order")
		}
	}
	return nil
}

// checkTogether checks that groups and walks may be green at once.
func (ch *checker) checkTogether(c *Control, groups []network.SignalGroupID, walks []int) error {
	id := c.Controller
	if err := ch.checkGroups(id, groups); err != nil {
		return err
	}
	for i, g := range groups {
		for _, h := range groups[:i] {
			if ch.relations[id].between(int(ch.slot[g]), int(ch.slot[h])) == conflicting {
				return fmt.Errorf("%s and %s conflict and are green together", ch.groupName(h), ch.groupName(g))
			}
		}
	}
	for i, w := range walks {
		if w < 0 || w >= len(c.Walks) {
			return fmt.Errorf("walk %d, there are %d", w, len(c.Walks))
		}
		if i > 0 && walks[i-1] >= w {
			return errors.New("walks are not in ascending order")
		}
		for _, g := range groups {
			if ch.crosses(c.Walks[w].Edge, g) == conflicting {
				return fmt.Errorf("%s drives over the crossing of walk %d (%s)", ch.groupName(g), w, c.Walks[w].Name)
			}
		}
	}
	return nil
}

// checkAllGreen checks that every group is in one of the sets.
func (ch *checker) checkAllGreen(c *Control, sets ...[]network.SignalGroupID) error {
	for _, g := range ch.net.Controllers[c.Controller].Groups {
		if !slices.ContainsFunc(sets, func(set []network.SignalGroupID) bool { return slices.Contains(set, g) }) {
			return fmt.Errorf("%s is green in no stage", ch.groupName(g))
		}
	}
	return nil
}

func (ch *checker) checkIntergreens(c *Control, timings []GroupTiming) error {
	for i, x := range c.Intergreens {
		if err := ch.checkGroups(c.Controller, []network.SignalGroupID{x.From}); err != nil {
			return fmt.Errorf("intergreen %d: %w", i, err)
		}
		if err := ch.checkGroups(c.Controller, []network.SignalGroupID{x.To}); err != nil {
			return fmt.Errorf("intergreen %d: %w", i, err)
		}
		if amber := timings[ch.slot[x.From]].Amber; !(x.Time >= amber-slack && x.Time <= longestAllRed) {
			return fmt.Errorf("intergreen from %s to %s: %v s, want at least its amber, %v", ch.groupName(x.From), ch.groupName(x.To), x.Time, amber)
		}
	}
	return nil
}

func (ch *checker) checkSchedule(c *Control) error {
	s := c.Fixed
	if len(s.Plans) == 0 {
		return errors.New("no plans")
	}
	for i := range s.Plans {
		if s.Plans[i].Controller != c.Controller {
			return fmt.Errorf("plan %d is of controller %d", i+1, s.Plans[i].Controller)
		}
		if err := ch.check(&s.Plans[i]); err != nil {
			return err
		}
	}
	if err := s.Transition.check(); err != nil {
		return err
	}
	return checkDays(s.Days, 0, len(s.Plans))
}

func (t *Transition) check() error {
	if t.Method >= numTransitions || !(t.Share >= 0 && t.Share <= 1) {
		return fmt.Errorf("transition %d with a share of %v, want 0 to 1", t.Method, t.Share)
	}
	return nil
}

// checkDays checks that entries are in order and name plans from least to n.
func checkDays(days []DayPlan, least, n int) error {
	for i := range days {
		if days[i].Days == 0 || days[i].Days > EveryDay || len(days[i].Entries) == 0 {
			return fmt.Errorf("day plan %d has no days or no entries", i+1)
		}
		for k, e := range days[i].Entries {
			switch {
			case !(e.At >= 0 && e.At < daySeconds) || k > 0 && e.At <= days[i].Entries[k-1].At:
				return fmt.Errorf("day plan %d: entry %d at %v s, want ascending times within a day", i+1, k+1, e.At)
			case e.Plan < least || e.Plan >= n:
				return fmt.Errorf("day plan %d: entry %d names plan %d, there are %d", i+1, k+1, e.Plan, n)
			}
		}
	}
	return nil
}
