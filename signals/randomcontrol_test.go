package signals_test

import (
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/signals"
)

// control returns a random control for a controller; nil if chance made one that is refused.
func (x *trial) control(i int) *signals.Control {
	kind := signals.Kind(x.random.IntN(len(signals.KindNames())))
	options := signals.ControlOptions{
		SetBack: 1 + 4*x.random.Float64(), Range: 20 + 200*x.random.Float64(), Stretch: 0.5 + 2*x.random.Float64(),
		Interval: 1 + float64(x.random.IntN(20)), NoWalks: x.random.IntN(3) == 0,
	}
	c, err := signals.DefaultControl(x.town.net, &x.plans[i], kind, options)
	if err != nil {
		x.t.Fatalf("%s, %v: %v", x.town.name, kind, err)
	}
	switch kind {
	case signals.FixedTime:
		x.alterSchedule(i, &c)
	case signals.StageActuated:
		x.alterStages(&c)
	case signals.RingBarrier:
		x.alterPhases(&c)
	case signals.PressureBased:
		c.MaxPressure.Standing, c.MaxPressure.Normalised = x.coin(), x.coin()
		c.MaxPressure.LongestWait = 20 + float64(x.random.IntN(300))
		x.shuffle(c.MaxPressure.Stages)
	case signals.SelfOrganised:
		c.SOTL.Threshold, c.SOTL.LongestWait = 1+float64(x.random.IntN(100)), 20+float64(x.random.IntN(300))
		x.shuffle(c.SOTL.Stages)
	}
	for w := range c.Walks {
		c.Walks[w].Recall = x.random.IntN(4) == 0
	}
	x.addRequests(i, &c)
	if err := signals.CheckControl(x.town.net, &c); err != nil {
		return nil
	}
	return &c
}

func (x *trial) coin() bool { return x.random.IntN(2) == 0 }

func (x *trial) shuffle(sets []signals.StageSet) {
	x.random.Shuffle(len(sets), func(a, b int) { sets[a], sets[b] = sets[b], sets[a] })
}

func (x *trial) tenths(least, most float64) float64 {
	return math.Round(10*(least+(most-least)*x.random.Float64())) / 10
}

func (x *trial) alterSchedule(i int, c *signals.Control) {
	for range x.random.IntN(3) {
		c.Fixed.Plans = append(c.Fixed.Plans, vary(x.plans[i], x.random.Uint64()))
	}
	c.Fixed.Transition = signals.Transition{Method: signals.TransitionMethod(x.random.IntN(3)), Share: x.random.Float64() / 2}
	var entries []signals.Entry
	for at := 0.0; at < 7200; at += 60 + 600*x.random.Float64() {
		entries = append(entries, signals.Entry{At: at, Plan: x.random.IntN(len(c.Fixed.Plans))})
	}
	c.Fixed.Days = []signals.DayPlan{{Days: signals.EveryDay, Entries: entries}}
}

func (x *trial) alterStages(c *signals.Control) {
	for k := range c.Actuated.Stages {
		s := &c.Actuated.Stages[k]
		s.Min, s.Extension = x.tenths(0, 15), x.tenths(0, 6)
		s.Max = s.Min + x.tenths(1, 60)
		s.Recall = signals.Recall(x.random.IntN(4))
		if x.coin() {
			s.Reduction = &signals.GapReduction{Before: x.tenths(0, 20), Over: x.tenths(0, 20), Least: s.Extension * x.random.Float64()}
		}
	}
	x.random.Shuffle(len(c.Actuated.Stages), func(a, b int) {
		c.Actuated.Stages[a], c.Actuated.Stages[b] = c.Actuated.Stages[b], c.Actuated.Stages[a]
	})
}

func (x *trial) alterPhases(c *signals.Control) {
	n := c.NEMA
	for k := range n.Phases {
		p := &n.Phases[k]
		p.MinGreen, p.Passage = x.tenths(0, 15), x.tenths(0, 6)
		p.MaxGreen = p.MinGreen + x.tenths(1, 60)
		p.Recall, p.DualEntry = signals.Recall(x.random.IntN(4)), x.coin()
		if x.coin() {
			p.Reduction = &signals.GapReduction{Before: x.tenths(0, 20), Over: x.tenths(0, 20), Least: p.Passage * x.random.Float64()}
		}
	}
	n.Simultaneous = x.coin()
	for b := range n.Barriers { // lead and lag
		for _, ring := range n.Barriers[b].Rings {
			if x.coin() {
				slices.Reverse(ring)
			}
		}
	}
	for range x.random.IntN(3) {
		p, q := x.random.IntN(len(n.Phases)), x.random.IntN(len(n.Phases))
		o := signals.Overlap{Name: "A", Parents: []int{n.Phases[p].Number, n.Phases[q].Number}, Groups: n.Phases[q].Groups}
		n.Overlaps = append(n.Overlaps, o)
		if signals.CheckControl(x.town.net, c) != nil {
			n.Overlaps = n.Overlaps[:len(n.Overlaps)-1]
		}
	}
	for range x.random.IntN(4) {
		before := len(n.Patterns)
		if c.Coordinate(x.town.net, float64(60+x.random.IntN(120)), float64(x.random.IntN(100))) != nil {
			n.Patterns = n.Patterns[:before]
			continue
		}
		p := &n.Patterns[before]
		p.Reference, p.ForceOff = signals.Reference(x.random.IntN(2)), signals.ForceOff(x.random.IntN(2))
		if x.coin() {
			p.Permissive = 2 + 20*x.random.Float64()
		}
	}
	if len(n.Patterns) > 0 && x.coin() {
		var entries []signals.Entry
		for at := 0.0; at < 7200; at += 120 + 900*x.random.Float64() {
			entries = append(entries, signals.Entry{At: at, Plan: x.random.IntN(len(n.Patterns)+1) - 1})
		}
		n.Days = []signals.DayPlan{{Days: signals.EveryDay, Entries: entries}}
		n.Transition.Method = signals.TransitionMethod(x.random.IntN(2))
	}
}

func (x *trial) addRequests(i int, c *signals.Control) {
	if c.Kind == signals.SwitchedOff || c.Kind == signals.SwitchedToFlash {
		return
	}
	groups := x.plans[i].Stages[x.random.IntN(len(x.plans[i].Stages))].Groups
	pick := func() []int {
		if len(c.Detectors) == 0 {
			return nil
		}
		return []int{x.random.IntN(len(c.Detectors))}
	}
	if x.coin() {
		c.Priorities = []signals.Priority{{
			Name: "bus", In: pick(), Out: pick(), Groups: groups[:1], Extend: x.tenths(0, 20), Early: x.tenths(0, 30),
			Recovery: x.tenths(20, 120), Timeout: x.tenths(10, 60),
		}}
	}
	for range x.random.IntN(3) {
		c.Preemptions = append(c.Preemptions, signals.Preemption{
			Name: "fire", Groups: groups, MinDwell: x.tenths(0, 10), MaxDwell: x.tenths(10, 90), Exit: 0,
		})
	}
}

// bound returns how long a group that is called may have to wait under a control, in tenths of a second: every other stage, or
// phase, for as long as it may last, with what changes take. Preemptions are not in it: while one is served nobody is counted to
// wait.
func bound(c *signals.Control) int64 {
	const change = 15.0 // s, amber, all-red and red and amber of any pair in these towns
	walk, extra := 0.0, 0.0
	for _, w := range c.Walks {
		walk = math.Max(walk, w.Walk+w.Clearance+3+change)
	}
	for _, p := range c.Priorities {
		extra += p.Extend
	}
	total := change + walk + extra
	switch c.Kind {
	case signals.FixedTime:
		longest := 0.0
		for i := range c.Fixed.Plans {
			longest = math.Max(longest, c.Fixed.Plans[i].Cycle())
		}
		total += 3*(longest+extra) + 2*change
	case signals.StageActuated:
		for _, s := range c.Actuated.Stages {
			total += math.Max(math.Max(s.Max, s.Min), math.Max(8, walk)) + change + extra
		}
	case signals.RingBarrier:
		round := 0.0
		for b := range c.NEMA.Barriers {
			longest := 0.0
			for _, ring := range c.NEMA.Barriers[b].Rings {
				sum := 0.0
				for _, number := range ring {
					for i := range c.NEMA.Phases {
						if p := &c.NEMA.Phases[i]; p.Number == number {
							sum += math.Max(math.Max(p.MaxGreen, 8), walk) + p.Yellow + p.RedClear + change + extra
						}
					}
				}
				longest = math.Max(longest, sum)
			}
			round += longest
		}
		total += 2 * round
		for i := range c.NEMA.Patterns {
			total = math.Max(total, 4*c.NEMA.Patterns[i].Cycle+2*round)
		}
	case signals.PressureBased:
		total += c.MaxPressure.LongestWait + float64(len(c.MaxPressure.Stages))*(8+walk+change+extra)
	case signals.SelfOrganised:
		total += c.SOTL.LongestWait + float64(len(c.SOTL.Stages))*(8+walk+change+extra)
	default:
		return math.MaxInt64
	}
	return int64(10 * total)
}

// seeWalks looks at the signals for people on foot: nobody may drive over a crossing on which people walk or finish.
func (j *judge) seeWalks(now int64, s *signals.System) {
	for i, w := range s.Walks() {
		edge := &j.net.Edges[w.Edge]
		if a := s.WalkAspect(i); j.net.Junctions[edge.To].Controller != j.net.SignalGroups[j.groups[0]].Controller || a != signals.Green && a != signals.Amber {
			continue
		}
		for k, g := range j.groups {
			if j.aspect[k] == signals.Green && j.drivesOver(g, w.Edge, edge.Opposite) {
				j.complain(now, "%s is green while people walk %s", j.name(k), w.Name)
			}
		}
	}
}

// drivesOver tells whether a group comes from an arm, or straight onto it.
func (j *judge) drivesOver(g network.SignalGroupID, in, out network.EdgeID) bool {
	for _, c := range j.net.SignalGroups[g].Connectors {
		con := &j.net.Connectors[c]
		if j.net.Lanes[con.From].Edge == in || j.net.Lanes[con.To].Edge == out && con.Turn == network.Through {
			return true
		}
	}
	return false
}
