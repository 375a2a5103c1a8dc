package signals

import (
	"math"
	"slices"
)

// program is a plan as a list of intervals in which nothing changes. Times are
// milliseconds, so that a clock that runs for weeks does not drift.
type program struct {
	intervals []interval
	length    int64 // ms
	// lastGreenEnd is the number of the interval that follows the green of the last stage: there another plan may take
	// over. It is len(intervals) if nothing follows.
	lastGreenEnd int
	stages       []span  // of each stage, from the start of its green to that of the next
	greens       []int   // the interval that is the green of each stage
	least        []int64 // ms: how short the green of each stage may be made
	green        int64   // ms, of all stages together
}

// interval is what all groups of a controller show from a time on.
type interval struct {
	at      int64 // ms since the start of the program
	stage   int32
	green   bool     // of the stage; else part of the change to the next
	aspects []Aspect // by the controller's numbering of its groups
}

// span is a part of a program, ms.
type span struct{ from, to int64 }

func milliseconds(s float64) int64 { return int64(math.Round(s * 1000)) }

// compile turns a plan that has been checked into its program.
func compile(plan *Plan, redAmber float64) program {
	var p program
	start := int64(0)
	for i := range plan.Stages {
		stage, next := &plan.Stages[i], &plan.Stages[(i+1)%len(plan.Stages)]
		greenEnd := start + milliseconds(stage.Green)
		p.greens, p.least = append(p.greens, len(p.intervals)), append(p.least, leastGreen(plan, i))
		p.green += greenEnd - start
		p.add(interval{at: start, stage: int32(i), green: true, aspects: steady(plan, stage)})
		if i == len(plan.Stages)-1 {
			p.lastGreenEnd = len(p.intervals)
		}
		end := greenEnd + milliseconds(stage.Intergreen)
		if stage.Change != nil {
			end = p.addSteps(stage.Change, int32(i), greenEnd)
		} else {
			p.addChange(change{plan, stage, next, greenEnd, end, redAmber}, int32(i))
		}
		p.stages = append(p.stages, span{start, end})
		start = end
	}
	p.length = start
	return p
}

// leastGreen returns how short the green of a stage may be made, ms: the longest minimum of its groups, its own length if that
// is less.
func leastGreen(plan *Plan, stage int) int64 {
	least := int64(0)
	for _, t := range plan.Groups {
		if plan.Stages[stage].has(t.Group) {
			least = max(least, milliseconds(t.MinGreen))
		}
	}
	return min(least, milliseconds(plan.Stages[stage].Green))
}

func (p *program) add(i interval) { p.intervals = append(p.intervals, i) }

// addSteps appends the steps of a change that begins at a time, ms, and returns when it ends.
func (p *program) addSteps(steps []Step, stage int32, at int64) int64 {
	for i := range steps {
		p.add(interval{at: at, stage: stage, aspects: steps[i].Aspects})
		at += milliseconds(steps[i].Duration)
	}
	return at
}

// change is the time between two greens.
type change struct {
	plan     *Plan
	from, to *Stage
	at, end  int64   // ms, end of the one green and start of the other
	redAmber float64 // s
}

// addChange appends the intervals of a change.
func (p *program) addChange(c change, stage int32) {
	if c.end == c.at {
		return
	}
	prepare := c.end - milliseconds(c.redAmber)
	times := []int64{c.at}
	for _, t := range c.plan.Groups {
		if c.from.has(t.Group) && !c.to.has(t.Group) {
			times = append(times, c.at+milliseconds(t.Amber))
		}
	}
	if c.redAmber > 0 && starts(c.from, c.to) {
		times = append(times, prepare)
	}
	slices.Sort(times)
	for _, at := range slices.Compact(times) {
		if at < c.at || at >= c.end {
			continue
		}
		aspects := make([]Aspect, len(c.plan.Groups))
		for i := range c.plan.Groups {
			aspects[i] = c.aspect(&c.plan.Groups[i], at, prepare)
		}
		p.add(interval{at: at, stage: stage, aspects: aspects})
	}
}

// aspect returns what a group shows at a time within the change.
func (c *change) aspect(t *GroupTiming, at, prepare int64) Aspect {
	before, after := c.from.has(t.Group), c.to.has(t.Group)
	switch {
	case before && after:
		return Green
	case before && at < c.at+milliseconds(t.Amber):
		return Amber
	case after && c.redAmber > 0 && at >= prepare:
		return RedAmber
	}
	return Red
}

// steady returns what all groups show while stage is green.
func steady(plan *Plan, stage *Stage) []Aspect {
	aspects := make([]Aspect, len(plan.Groups))
	for i, t := range plan.Groups {
		aspects[i] = Red
		if stage.has(t.Group) {
			aspects[i] = Green
		}
	}
	return aspects
}

// find returns the number of the interval that holds at ms since the start of the program.
func (p *program) find(ms int64) int {
	i, found := slices.BinarySearchFunc(p.intervals, ms, func(i interval, ms int64) int {
		switch {
		case i.at < ms:
			return -1
		case i.at > ms:
			return 1
		}
		return 0
	})
	if !found {
		i--
	}
	return i
}
