package signals

import (
	"math"
	"slices"

	"roadtwin/network"
)

// controller says what its groups should show; what they do show is for the monitor. It runs a plan by the clock, or else
// its heads go where it wants them: where a mind says, or, between two minds or plans, to what comes next.
type controller struct {
	controlled
	made  *controlled // what it was made with; never changed
	mode  mode
	day   int64 // of the week on which the clock was 0, 0 for Monday
	fresh bool  // starts at the next step
	next  int64 // ms of the next change of the plan, or, on the way, of the next tick
	tick  int64 // ms of the next look at detectors and timetable; never if there are none
	began int64 // ms at which mode did

	// By the clock:
	base       int64 // ms at which the running cycle began
	at         int   // interval that runs
	seek       int64 // ms by which the cycles are still to be later (or earlier, if negative) to be at the offset
	stretch    int64 // ms by which the green that runs is longer than in the plan
	transition Transition
	pending    *Plan // takes over at the end of the last green of the cycle; nil if none waits
	pendingRun program
	// pendingTimes are the clearances of the plan that waits; nil if they are those of the heads.
	pendingTimes *clearances
	asked        int // plan of the timetable that was last asked for
	target       int // stage that is gone to

	scratch   []int32
	successor *controlled // takes over as soon as nobody walks any more
}

// controlled is what a controller runs by.
type controlled struct {
	control  *Control // nil if by a plan alone, or if it is dark
	encoded  []byte   // control as JSON
	programs []program
	plan     *Plan // that runs, or that is gone to; nil if the controller does not run plans
	program  program
	heads    heads
	sensors  sensors
	mind     mind
	requests requests
}

// mode is what a controller does.
type mode uint8

const (
	isDark   mode = iota // off
	runsPlan             // by the clock
	leads                // its heads go to a stage of the plan
	decides              // its mind says what is wanted
	yields               // an emergency vehicle has what it wants
	closes               // to red, on the way to dark or flashing
	flashes              // amber
	numModes
)

// mind is a way to decide.
type mind interface {
	// begin takes over at now (ms), from whatever the heads show; exit is the stage to begin with, -1 for any.
	begin(c *controller, now int64, exit int)
	// decide sets what is wanted of the heads.
	decide(c *controller, now int64)
	// clock returns the stage and the time since it began, ms.
	clock(now int64) (stage int, elapsed int64)
	append(dst []byte) []byte
	restore(r *reader)
}

// tickTime is how often a controller that decides does so, ms: as often as those at the roadside.
const tickTime = 100

// never is a time after every other, ms.
const never = int64(math.MaxInt64)

// after returns the first tick after now, ms.
func tickAfter(now int64) int64 { return now - modulo(now, tickTime) + tickTime }

// start puts the controller into its cycle at time now (ms), as if it had always run.
func (c *controller) start(now int64) {
	c.pending, c.pendingTimes, c.successor, c.seek, c.stretch = nil, nil, nil, 0, 0
	c.heads.allRed()
	c.sensors.reset(now)
	c.requests.reset()
	c.tick, c.began = never, now
	switch {
	case c.control == nil || c.control.Kind == FixedTime:
		c.startPlan(now)
	case c.control.Kind == SwitchedOff:
		c.mode, c.next = isDark, never
	case c.control.Kind == SwitchedToFlash:
		c.mode, c.next = flashes, never
	default:
		c.mode, c.next = decides, tickAfter(now-1)
		c.mind.begin(c, now, -1)
	}
}

func (c *controller) startPlan(now int64) {
	if c.control != nil {
		c.choose(c.control.Fixed.planAt(c.day, now))
		if c.watches() {
			c.tick = tickAfter(now - 1)
		}
	}
	c.mode = runsPlan
	c.base = now - modulo(now-milliseconds(c.plan.Offset), c.program.length)
	c.at = c.program.find(now - c.base)
	c.setNext()
}

// watches tells whether there is anything to look at while a plan runs.
func (c *controller) watches() bool {
	return len(c.control.Fixed.Days) > 0 || len(c.control.Priorities) > 0 || len(c.control.Preemptions) > 0
}

// choose makes a plan of the timetable the one to run.
func (c *controller) choose(i int) {
	c.asked = i
	c.plan, c.program = &c.control.Fixed.Plans[i], c.programs[i]
}

// planAt returns the plan of the timetable at a time, ms.
func (s *Schedule) planAt(day, now int64) int { return planAt(s.Days, int(day), seconds(now), 0) }

// queue makes plan the one that takes over.
func (c *controller) queue(plan *Plan, run program, times *clearances) {
	c.pending, c.pendingRun, c.pendingTimes = plan, run, times
}

// advance goes on to the interval that begins at c.next.
func (c *controller) advance() {
	c.base += c.stretch
	c.seek, c.stretch = c.shortest(c.seek-c.stretch), 0
	c.at++
	if c.pending != nil && c.at == c.program.lastGreenEnd {
		c.takePending()
		c.lead(0, c.next)
		return
	}
	if c.at == len(c.program.intervals) {
		c.base += c.program.length
		c.at = 0
	}
	if c.program.intervals[c.at].green {
		c.stretch = c.portion()
	}
	c.setNext()
}

// takePending makes the plan that waits the one to run. Its times hold from now on.
func (c *controller) takePending() {
	c.plan, c.program = c.pending, c.pendingRun
	if c.pendingTimes != nil {
		c.heads.clearances = c.pendingTimes
	}
	c.pending, c.pendingTimes = nil, nil
}

// lead begins to go to the green of a stage of c.plan.
func (c *controller) lead(stage int, now int64) {
	c.mode, c.target, c.began = leads, stage, now
	c.next = tickAfter(now - 1)
	c.wantStage(c.plan, stage)
}

// attach goes on by the clock from the beginning of the green of stage c.target, at now (ms).
func (c *controller) attach(now int64) {
	from := c.program.stages[c.target].from
	c.mode, c.began, c.base, c.at = runsPlan, now, now-from, c.program.greens[c.target]
	c.seek = c.distance()
	c.stretch = c.portion()
	if c.transition.Method == Dwell {
		c.stretch = c.seek
	}
	c.setNext()
}

func (c *controller) setNext() {
	c.next = c.base + c.stretch + c.program.length
	if c.at+1 < len(c.program.intervals) {
		c.next = c.base + c.stretch + c.program.intervals[c.at+1].at
	}
}

// skip leaves out whole cycles that end before now (ms): aspects repeat.
func (c *controller) skip(now int64) {
	if c.mode != runsPlan || c.pending != nil || c.seek != 0 || c.stretch != 0 || c.tick != never || now <= c.next {
		return
	}
	whole := (now - c.next) / c.program.length * c.program.length
	c.base += whole
	c.next += whole
}

// wants returns what the heads should show; read only.
func (c *controller) wants() []Aspect {
	if c.mode == runsPlan {
		return c.program.intervals[c.at].aspects
	}
	return c.heads.aspect
}

// due returns when the controller has something to do, ms.
func (c *controller) due() int64 { return min(c.next, c.tick) }

// clock returns the stage, and how long ago it began and how long it is until the next begins at time now, all in ms.
func (c *controller) clock(now int64) (stage int, elapsed, remaining int64) {
	switch c.mode {
	case runsPlan:
		stage = int(c.program.intervals[c.at].stage)
		s := c.program.stages[stage]
		return stage, now - c.base - s.from, c.base + c.stretch + s.to - now
	case leads:
		return c.target, now - c.began, 0
	case decides:
		stage, elapsed = c.mind.clock(now)
		return stage, elapsed, 0
	}
	return -1, 0, 0
}

// wantStage wants the groups of a stage of the plan.
func (c *controller) wantStage(plan *Plan, stage int) {
	clear(c.heads.want)
	for i := range plan.Groups {
		c.heads.want[i] = plan.Stages[stage].has(plan.Groups[i].Group)
	}
}

// think is a tick on the way: what is wanted, and what the heads make of it. It tells whether they changed, or the mode did.
func (c *controller) think(now int64) bool {
	c.next = now + tickTime
	c.sensors.sense(now, &c.heads)
	c.requests.update(c, now)
	if c.successor != nil {
		c.holdGreens()
	} else if c.mode == decides || c.mode == leads {
		if c.requests.emergency() >= 0 {
			c.mode, c.began = yields, now
		}
	}
	switch {
	case c.successor != nil:
	case c.mode == leads:
		c.wantStage(c.plan, c.target)
	case c.mode == decides:
		c.mind.decide(c, now)
	case c.mode == yields:
		c.yield(now)
	default:
		clear(c.heads.want)
	}
	changed, before := c.heads.step(now), c.mode
	c.sensors.stale = c.sensors.stale || changed
	switch {
	case c.successor != nil:
	case c.mode == leads && c.heads.arrived():
		c.attach(now)
	case c.mode == closes && c.heads.dark():
		c.mode, c.next, c.began = isDark, never, now
		if c.control.Kind == SwitchedToFlash {
			c.mode = flashes
		}
	}
	return changed || c.mode != before
}

// holdGreens keeps traffic as it is while the last walk of the old control ends.
func (c *controller) holdGreens() {
	for i := range c.heads.want {
		c.heads.want[i] = i < c.heads.groups && c.heads.aspect[i] == Green
	}
}

// attend looks at detectors and timetable while a plan runs.
func (c *controller) attend(now int64) {
	c.tick = now + tickTime
	if i := c.control.Fixed.planAt(c.day, now); i != c.asked {
		c.asked = i
		c.queue(&c.control.Fixed.Plans[i], c.programs[i], nil)
	}
	if c.mode != runsPlan {
		return
	}
	if !slices.Equal(c.heads.aspect, c.wants()) {
		copy(c.heads.aspect, c.wants())
		c.sensors.stale = true
	}
	c.sensors.sense(now, &c.heads)
	c.requests.update(c, now)
	c.favourInPlan(now)
}

// clearOfPeople tells whether all walks are over, and what they need until traffic may follow.
func (c *controller) clearOfPeople(now int64) bool {
	for i := c.heads.groups; i < c.heads.heads; i++ {
		if c.heads.aspect[i] != Red || now-c.heads.greenEnd[i] < c.heads.amber[i]+int64(1000*walkBuffer) {
			return false
		}
	}
	return true
}

// become makes the successor the one that decides.
func (c *controller) become(m *monitor, now int64) {
	opened := c.mode == isDark || c.mode == flashes
	c.controlled = *c.successor
	c.successor, c.pending, c.pendingTimes = nil, nil, nil
	c.seek, c.stretch, c.tick, c.began, c.asked, c.target, c.at = 0, 0, never, now, 0, 0, 0
	c.transition = Transition{}
	m.require(c.heads.clearances)
	if opened && (c.control == nil || c.control.Kind != SwitchedOff && c.control.Kind != SwitchedToFlash) {
		m.opens(now)
	}
	c.heads.adopt(m)
	c.sensors.reset(now)
	switch {
	case c.control == nil:
		c.lead(0, now)
	case c.control.Kind == FixedTime:
		c.transition = c.control.Fixed.Transition
		c.choose(c.control.Fixed.planAt(c.day, now))
		if c.watches() {
			c.tick = tickAfter(now - 1)
		}
		c.lead(0, now)
	case opened && c.control.Kind == SwitchedOff:
		c.mode, c.next = isDark, never
	case opened && c.control.Kind == SwitchedToFlash:
		c.mode, c.next = flashes, never
	case c.control.Kind == SwitchedOff, c.control.Kind == SwitchedToFlash:
		c.mode, c.next = closes, tickAfter(now-1)
	default:
		c.mode, c.next = decides, tickAfter(now-1)
		c.mind.begin(c, now, -1)
	}
}

// modulo returns a mod b in [0, b).
func modulo(a, b int64) int64 { return ((a % b) + b) % b }

// slotsOf returns the numbers of groups in their controller.
func (ch *checker) slotsOf(groups []network.SignalGroupID) []int32 {
	var slots []int32
	for _, g := range groups {
		slots = append(slots, ch.slot[g])
	}
	slices.Sort(slots)
	return slots
}
