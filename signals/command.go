package signals

import (
	"fmt"

	"roadtwin/network"
)

// Command changes a controller from outside, between steps. It can be written as JSON and read back.
type Command struct {
	Kind       CommandKind
	Controller network.ControllerID
	Plan       *Plan    `json:",omitempty"` // ChangePlan
	Control    *Control `json:",omitempty"` // ChangeControl
	Detector   string   `json:",omitempty"` // FailDetector: its name; "" for all of the controller
	Fault      Fault    `json:",omitempty"` // FailDetector
	Preemption int      `json:",omitempty"` // CallPreemption, EndPreemption: of Control.Preemptions
}

// CommandKind is the kind of a Command.
type CommandKind uint8

// The kinds of command.
const (
	ChangePlan     CommandKind = iota // System.SetPlan
	ChangeControl                     // System.SetControl
	FailDetector                      // a detector gets Fault; Sound mends it
	CallPreemption                    // as if its detectors did, until EndPreemption
	EndPreemption
	ResetMonitor // ends the flashing of a conflict monitor that has tripped
	numCommandKinds
)

// Check returns an error if a command makes no sense for the system; Apply takes those that pass.
func (s *System) Check(c *Command) error {
	if c.Kind >= numCommandKinds || c.Controller < 0 || int(c.Controller) >= len(s.controllers) {
		return fmt.Errorf("signal command %d for controller %d: there are %d controllers", c.Kind, c.Controller, len(s.controllers))
	}
	fail := func(format string, args ...any) error {
		return fmt.Errorf("%s: %s", describe(s.net, c.Controller), fmt.Sprintf(format, args...))
	}
	switch c.Kind {
	case ChangePlan:
		if c.Plan == nil || c.Plan.Controller != c.Controller {
			return fail("a change of plan without a plan for it")
		}
		return s.check.check(c.Plan)
	case ChangeControl:
		if c.Control == nil || c.Control.Controller != c.Controller {
			return fail("a change of control without a control for it")
		}
		return s.check.checkControl(c.Control)
	case FailDetector:
		if c.Fault >= numFaults {
			return fail("unknown fault %d", c.Fault)
		}
	case CallPreemption, EndPreemption:
		if c.Preemption < 0 {
			return fail("no preemption %d", c.Preemption)
		}
	}
	return nil
}

// Apply does what a command says, which Check has passed, and tells whether there was anything to do: a controller that has
// no such detector or preemption (any more) does nothing.
func (s *System) Apply(c *Command) bool {
	at := &s.controllers[c.Controller]
	switch c.Kind {
	case ChangePlan:
		return s.SetPlan(*c.Plan) == nil
	case ChangeControl:
		return s.SetControl(*c.Control) == nil
	case FailDetector:
		done := false
		for i := range at.sensors.all {
			if c.Detector == "" || at.sensors.detectors[i].Name == c.Detector {
				at.sensors.all[i].fault, at.sensors.stale = c.Fault, true
				done = true
			}
		}
		return done
	case CallPreemption, EndPreemption:
		if c.Preemption >= len(at.requests.calls) {
			return false
		}
		at.requests.calls[c.Preemption].commanded = c.Kind == CallPreemption
		return true
	case ResetMonitor:
		tripped := s.Faulted(c.Controller)
		s.Reset(c.Controller)
		return tripped
	}
	return false
}
