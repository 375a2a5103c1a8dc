package signals

import (
	"encoding/json"
	"fmt"

	"roadtwin/network"
)

// System is all controllers of a network, stepped together. It is not safe for concurrent use; between steps anyone may
// read the aspects.
type System struct {
	net         *network.Network
	check       *checker
	controllers []controller // by ControllerID; without a plan the controller is dark
	monitors    []monitor
	aspects     []Aspect
	now         int64 // ms after midnight
	day         int64 // of the week at that midnight, 0 for Monday
	started     bool
	version     uint64
	changed     bool

	detectors []Detector
	places    []detectorPlace // of detectors
	walks     []walkPlace
	layouts   uint64 // times that these lists have changed
}

// New returns the system that runs plans, one for every controller of net (controllers without one are dark), or, where
// there is one, by a control in its place. It refuses what could show conflicting greens, too short greens or intergreens, and
// says which.
func New(net *network.Network, plans []Plan, controls ...Control) (*System, error) {
	s := &System{
		net: net, check: newChecker(net),
		controllers: make([]controller, len(net.Controllers)),
		monitors:    make([]monitor, len(net.Controllers)),
		aspects:     make([]Aspect, len(net.SignalGroups)),
	}
	for i := range plans {
		if err := s.check.check(&plans[i]); err != nil {
			return nil, err
		}
		c := &s.controllers[plans[i].Controller]
		if c.plan != nil {
			return nil, fmt.Errorf("two plans for %s", describe(net, plans[i].Controller))
		}
		c.made = s.succeedByPlan(plans[i].clone())
		s.install(plans[i].Controller, c.made)
	}
	for i := range controls {
		next, err := s.succeed(&controls[i])
		if err != nil {
			return nil, err
		}
		c := &s.controllers[controls[i].Controller]
		if c.control != nil {
			return nil, fmt.Errorf("two controls for %s", describe(net, controls[i].Controller))
		}
		c.made = next
		s.install(controls[i].Controller, next)
	}
	for id := range s.controllers {
		if c := &s.controllers[id]; c.plan == nil && c.control == nil {
			c.made = s.darkness(network.ControllerID(id))
			s.install(network.ControllerID(id), c.made)
			c.fresh = false
		}
	}
	s.listDetectors()
	return s, nil
}

// SetDay sets the day of the week (0 for Monday to 6) on which the clock of Step began at midnight, for timetables.
func (s *System) SetDay(day int) {
	s.day = modulo(int64(day), 7)
	for i := range s.controllers {
		s.controllers[i].day = s.day
	}
}

// succeedByPlan returns what it takes to run plan, which has been checked and is not shared.
func (s *System) succeedByPlan(plan Plan) *controlled {
	none := Control{Controller: plan.Controller}
	return &controlled{
		plan: &plan, program: compile(&plan, s.check.law.redAmber), heads: newHeads(s.check.clearances(&none, plan.Groups)),
		requests: newRequests(s.check, &none),
	}
}

// darkness returns what it takes to run nothing.
func (s *System) darkness(id network.ControllerID) *controlled {
	none := Control{Controller: id}
	groups := s.check.timingsOf(&none)
	return &controlled{heads: newHeads(s.check.clearances(&none, groups)), requests: newRequests(s.check, &none)}
}

// succeed returns what it takes to run control, or why it cannot be run.
func (s *System) succeed(control *Control) (*controlled, error) {
	if err := s.check.checkControl(control); err != nil {
		return nil, err
	}
	encoded, err := json.Marshal(control)
	if err != nil {
		return nil, fmt.Errorf("control of %s: %w", describe(s.net, control.Controller), err)
	}
	own := new(Control)
	if err := json.Unmarshal(encoded, own); err != nil { // a copy that shares nothing
		return nil, fmt.Errorf("control of %s: %w", describe(s.net, control.Controller), err)
	}
	next := &controlled{control: own, encoded: encoded}
	timings := s.check.timingsOf(own)
	if own.Fixed != nil {
		timings = own.Fixed.Plans[0].Groups
		for i := range own.Fixed.Plans {
			next.programs = append(next.programs, compile(&own.Fixed.Plans[i], s.check.law.redAmber))
		}
		next.plan, next.program = &own.Fixed.Plans[0], next.programs[0]
	}
	next.heads = newHeads(s.check.clearances(own, timings))
	*next = s.fresh(next)
	return next, nil
}

// fresh returns a copy of what a controller can run by that has not run yet. It shares what never changes.
func (s *System) fresh(from *controlled) controlled {
	c := *from
	c.heads = newHeads(from.heads.clearances)
	if c.control != nil {
		c.sensors = newSensors(s.check, c.control, c.heads.groups)
		c.requests = newRequests(s.check, c.control)
		c.mind = newMind(s.check, c.control)
	}
	return c
}

// install gives a controller what it starts with at the next step.
func (s *System) install(id network.ControllerID, next *controlled) {
	c := &s.controllers[id]
	*c = controller{
		made: c.made, day: s.day, fresh: true, next: never, tick: never, controlled: s.fresh(next),
	}
	if c.control != nil && c.control.Fixed != nil {
		c.transition = c.control.Fixed.Transition
	}
	s.monitors[id] = newMonitor(c.heads.clearances)
}

// Step advances all controllers to time t, s after midnight. It allocates nothing. The first step starts the controllers as if
// they had always run, and so does one to an earlier time.
func (s *System) Step(t float64) {
	now := milliseconds(t)
	restart := !s.started || now < s.now
	s.now, s.started, s.changed = now, true, false
	for i := range s.controllers {
		c := &s.controllers[i]
		if restart && (c.plan != nil || c.control != nil) || c.fresh {
			s.restart(network.ControllerID(i))
		}
		if now >= c.due() && !s.monitors[i].tripped {
			s.catchUp(network.ControllerID(i))
		}
	}
	if s.changed {
		s.version++
	}
}

func (s *System) restart(id network.ControllerID) {
	c, m := &s.controllers[id], &s.monitors[id]
	if c.successor != nil { // the edit stays
		s.install(id, c.successor)
		s.listDetectors()
	}
	if c.pending != nil {
		c.takePending()
	}
	c.start(s.now)
	c.fresh = false
	m.require(c.heads.clearances)
	m.forget()
	if c.mode == runsPlan {
		m.begin(s.now, c.wants())
	}
	s.publish(id)
}

// longestCatchUp is how much a controller that decides makes up for at most, ms; of what was before it remembers nothing.
const longestCatchUp = 3_600_000

// catchUp makes every change of a controller that is due, each at its own time.
func (s *System) catchUp(id network.ControllerID) {
	c := &s.controllers[id]
	c.skip(s.now)
	if c.mode != runsPlan && s.now-c.next > longestCatchUp {
		c.next = tickAfter(s.now - longestCatchUp)
	}
	for s.now >= c.due() {
		at, changed := c.due(), true
		switch {
		case c.successor != nil && c.clearOfPeople(at):
			c.become(&s.monitors[id], at)
			s.listDetectors()
		case c.tick == at:
			s.attend(id, at)
		case c.mode == runsPlan:
			c.advance()
			if m := &s.monitors[id]; c.mode == leads {
				m.require(c.heads.clearances)
				c.heads.adopt(m)
			}
		default:
			changed = c.think(at)
		}
		if changed {
			s.pass(id, at)
		}
	}
}

// attend has a controller that runs a plan look at its detectors, and leave the plan for an emergency.
func (s *System) attend(id network.ControllerID, at int64) {
	c := &s.controllers[id]
	c.attend(at)
	if c.mode == runsPlan && c.requests.emergency() >= 0 {
		c.heads.adopt(&s.monitors[id])
		c.mode, c.began, c.next = yields, at, at+tickTime
	}
}

// pass shows the monitor what a controller wants from time at (ms) on, and publishes what it lets through.
func (s *System) pass(id network.ControllerID, at int64) {
	c := &s.controllers[id]
	if c.mode != isDark && c.mode != flashes {
		s.monitors[id].pass(at, c.wants())
	}
	s.publish(id)
}

// publish writes what the street sees of a controller.
func (s *System) publish(id network.ControllerID) {
	c, m := &s.controllers[id], &s.monitors[id]
	groups := s.net.Controllers[id].Groups
	all := Off
	switch {
	case c.mode == flashes || m.tripped:
		all = FlashingAmber
	case c.mode != isDark:
		s.changed = m.publish(s.aspects, groups) || s.changed
		return
	}
	for _, g := range groups {
		s.changed = s.changed || s.aspects[g] != all
		s.aspects[g] = all
	}
}

// Aspects returns what each group shows, indexed by SignalGroupID; read only, valid until the next Step.
func (s *System) Aspects() []Aspect { return s.aspects }

// Changed tells whether the last step changed any aspect.
func (s *System) Changed() bool { return s.changed }

// Version counts the steps that changed any aspect.
func (s *System) Version() uint64 { return s.version }

// Faults returns how many controllers their conflict monitors have put to flashing. It is 0 unless a controller is broken.
func (s *System) Faults() int {
	n := 0
	for i := range s.monitors {
		if s.monitors[i].tripped {
			n++
		}
	}
	return n
}

// Faulted tells whether the conflict monitor has put controller c to flashing.
func (s *System) Faulted(c network.ControllerID) bool { return s.monitors[c].tripped }

// Reset ends the flashing of controller c: at the next step it starts anew.
func (s *System) Reset(c network.ControllerID) {
	if s.monitors[c].tripped {
		s.monitors[c].tripped = false
		s.controllers[c].fresh = true
	}
}

// Clock returns the stage of controller c (from 0) and the seconds since it began and until the next begins. The stage is -1 if the
// controller is dark or flashing, or serves an emergency, or before the first step; one that decides does not know what
// remains, and says 0. Of rings and barriers the stage is the barrier.
func (s *System) Clock(c network.ControllerID) (stage int, elapsed, remaining float64) {
	if !s.started || s.controllers[c].fresh || s.monitors[c].tripped {
		return -1, 0, 0
	}
	stage, e, r := s.controllers[c].clock(s.now)
	return stage, float64(e) / 1000, float64(r) / 1000
}

// Plan returns the plan that controller c runs or is changing to; ok is false if it runs none. Do not change it.
func (s *System) Plan(c network.ControllerID) (plan *Plan, ok bool) {
	return s.controllers[c].plan, s.controllers[c].plan != nil
}

// Pending returns the plan that controller c changes to at the end of its cycle, or by way of an intergreen; ok is false if none waits.
// Do not change it.
func (s *System) Pending(c network.ControllerID) (plan *Plan, ok bool) {
	at := &s.controllers[c]
	if at.successor != nil {
		return at.successor.plan, at.successor.plan != nil
	}
	return at.pending, at.pending != nil
}

// Control returns the control that controller c runs by; ok is false if it runs a plan alone, or nothing. Do not change it.
func (s *System) Control(c network.ControllerID) (control *Control, ok bool) {
	return s.controllers[c].control, s.controllers[c].control != nil
}

// SetPlan makes plan the one its controller runs from the end of the current cycle on. After the last green of the old plan
// and an intergreen comes the first green of the new; from there its cycles are a little longer, or shorter, until they are at
// their offset (ShortestWay). A later SetPlan replaces one that still waits. Before the first step, and for a dark
// controller, it takes effect at the next step; one that decides by itself is taken over at once, from whatever it shows.
func (s *System) SetPlan(plan Plan) error {
	if err := s.check.check(&plan); err != nil {
		return err
	}
	c := &s.controllers[plan.Controller]
	plan = plan.clone()
	switch {
	case !s.started || c.plan == nil && c.control == nil:
		s.install(plan.Controller, s.succeedByPlan(plan))
		s.listDetectors()
	case c.control == nil && c.successor == nil:
		c.queue(&plan, compile(&plan, s.check.law.redAmber), s.check.clearances(&Control{Controller: plan.Controller}, plan.Groups))
	default:
		s.replace(plan.Controller, s.succeedByPlan(plan))
	}
	return nil
}

// SetControl makes control what its controller runs by, from the next step on: it goes on from whatever the controller shows,
// over minimum greens, ambers and intergreens, and without breaking off a walk. Before the first step it is as if the system
// had been made with it.
func (s *System) SetControl(control Control) error {
	next, err := s.succeed(&control)
	if err != nil {
		return err
	}
	if !s.started {
		s.install(control.Controller, next)
		s.listDetectors()
		return nil
	}
	s.replace(control.Controller, next)
	return nil
}

// replace has a controller go over to something else.
func (s *System) replace(id network.ControllerID, next *controlled) {
	c := &s.controllers[id]
	c.successor = next
	if c.mode == runsPlan || c.mode == isDark || c.mode == flashes {
		c.next = min(c.next, tickAfter(s.now))
	}
}
