package signals

import (
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
	started     bool
	version     uint64
	changed     bool
}

// New returns the system that runs plans, one for every controller of net (controllers without a plan are dark). It
// refuses plans that could show conflicting greens, too short greens or intergreens, and says which.
func New(net *network.Network, plans []Plan) (*System, error) {
	s := &System{
		net: net, check: newChecker(net),
		controllers: make([]controller, len(net.Controllers)),
		monitors:    make([]monitor, len(net.Controllers)),
		aspects:     make([]Aspect, len(net.SignalGroups)),
	}
	for c := range s.monitors {
		s.monitors[c] = newMonitor(s.check.relations[c])
	}
	for i := range plans {
		if err := s.check.check(&plans[i]); err != nil {
			return nil, err
		}
		c := &s.controllers[plans[i].Controller]
		if c.plan != nil {
			return nil, fmt.Errorf("two plans for %s", describe(net, plans[i].Controller))
		}
		s.install(c, plans[i].clone())
		c.initial, c.first = c.plan, c.program
	}
	return s, nil
}

// install gives a controller the plan that it starts with at the next step.
func (s *System) install(c *controller, plan Plan) {
	c.plan, c.fresh = &plan, true
	c.program = compile(c.plan, s.check.law.redAmber)
	s.monitors[plan.Controller].require(plan.Groups)
}

// Step advances all controllers to time t, s after midnight. It allocates nothing. The first step starts the controllers as if
// they had always run, and so does one to an earlier time.
func (s *System) Step(t float64) {
	now := milliseconds(t)
	restart := !s.started || now < s.now
	s.now, s.started, s.changed = now, true, false
	for i := range s.controllers {
		c := &s.controllers[i]
		if c.plan == nil {
			continue
		}
		if restart || c.fresh {
			s.restart(network.ControllerID(i))
		} else if now >= c.next {
			s.catchUp(network.ControllerID(i))
		}
	}
	if s.changed {
		s.version++
	}
}

func (s *System) restart(id network.ControllerID) {
	c, m := &s.controllers[id], &s.monitors[id]
	if c.pending != nil { // the edit stays
		c.plan, c.program = c.pending, c.pendingProgram
	}
	c.start(s.now)
	c.fresh = false
	m.require(c.plan.Groups)
	m.forget()
	s.pass(id, s.now)
}

// catchUp makes every change of a controller that is due, each at its own time.
func (s *System) catchUp(id network.ControllerID) {
	c, m := &s.controllers[id], &s.monitors[id]
	c.skip(s.now)
	for s.now >= c.next {
		at, running, wasBridging := c.next, c.plan, c.bridging
		c.advance()
		if !c.bridging && (wasBridging || c.plan != running) {
			m.require(c.plan.Groups) // until here, groups cleared by the times of the plan that they were green in
		}
		s.pass(id, at)
	}
}

// pass shows the monitor what a controller wants from time at (ms) on, and publishes what it lets through.
func (s *System) pass(id network.ControllerID, at int64) {
	m := &s.monitors[id]
	m.pass(at, s.controllers[id].wants())
	if m.publish(s.aspects, s.net.Controllers[id].Groups) {
		s.changed = true
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
// controller is dark or flashing, or before the first step.
func (s *System) Clock(c network.ControllerID) (stage int, elapsed, remaining float64) {
	if !s.started || s.controllers[c].plan == nil || s.controllers[c].fresh || s.monitors[c].tripped {
		return -1, 0, 0
	}
	stage, e, r := s.controllers[c].clock(s.now)
	return stage, float64(e) / 1000, float64(r) / 1000
}

// Plan returns the plan that controller c runs or is changing to; ok is false if it is dark. Do not change it.
func (s *System) Plan(c network.ControllerID) (plan *Plan, ok bool) {
	return s.controllers[c].plan, s.controllers[c].plan != nil
}

// SetPlan makes plan the one its controller runs from the end of the current cycle on. The change of plans shows the
// last green of the old plan, an intergreen, and the first green of the new, which lasts until the new plan's clock and
// offset say that it ends: up to a cycle longer, once. A later SetPlan replaces one that still waits. Before the first
// step, and for a dark controller, it takes effect at the next step.
func (s *System) SetPlan(plan Plan) error {
	if err := s.check.check(&plan); err != nil {
		return err
	}
	c := &s.controllers[plan.Controller]
	plan = plan.clone()
	if !s.started || c.plan == nil {
		s.install(c, plan)
	} else {
		c.queue(&plan, s.check.law.redAmber)
	}
	return nil
}
