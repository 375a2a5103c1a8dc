package scenarios

import (
	"fmt"
	"slices"

	"roadtwin/network"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
)

// SignalControl says how signals decide. What is left open is made from the plan and the geometry, as signals.DefaultControl says.
type SignalControl struct {
	Control     string       `yaml:"control,omitempty"` // a name of signals.KindNames; "" leaves them as they are
	Cycle       float64      `yaml:"cycle,omitempty"`   // s, of nema control that is coordinated; 0: free
	Offset      float64      `yaml:"offset,omitempty"`  // s, likewise
	SetBack     float64      `yaml:"set_back,omitempty"`
	Range       float64      `yaml:"range,omitempty"` // m
	Stretch     float64      `yaml:"stretch,omitempty"`
	Interval    float64      `yaml:"interval,omitempty"`     // s, of max_pressure
	LongestWait float64      `yaml:"longest_wait,omitempty"` // s, of max_pressure and sotl
	Threshold   float64      `yaml:"threshold,omitempty"`    // vehicle-seconds, of sotl
	Walks       *bool        `yaml:"walks,omitempty"`
	Bus         *BusPriority `yaml:"bus_priority,omitempty"`
	Preemption  *Preemption  `yaml:"preemption,omitempty"`
}

// BusPriority is what buses may ask for at every approach, s; see signals.Priority.
type BusPriority struct {
	Extend   float64 `yaml:"extend"`
	Early    float64 `yaml:"early"`
	Recovery float64 `yaml:"recovery"`
}

// Preemption is what emergency vehicles get; see signals.Preemption.
type Preemption struct {
	Least float64 `yaml:"least"` // s of green
	Most  float64 `yaml:"most"`
}

// JunctionControl is the control of one junction in place of that of all.
type JunctionControl struct {
	Node          int64  `yaml:"node,omitempty"`
	Name          string `yaml:"name,omitempty"`
	SignalControl `yaml:",inline"`
}

// SignalEvent is something that happens to signals.
type SignalEvent struct {
	At       Clock  `yaml:"at"`
	Until    *Clock `yaml:"until,omitempty"` // when all is as before; nil for never
	Node     int64  `yaml:"node,omitempty"`
	Name     string `yaml:"name,omitempty"`
	Fault    string `yaml:"fault,omitempty"`    // of signals.ParseFault
	Detector string `yaml:"detector,omitempty"` // its name; "" for all
	Preempt  string `yaml:"preempt,omitempty"`  // the name of a signal group of the approach that is cleared
	Control  string `yaml:"control,omitempty"`  // goes over to it
	// Offset and Greens are a plan that it changes to, at the end of a cycle, s; what is not given is as in the plan that it has at the
	// beginning of the run.
	Offset *float64  `yaml:"offset,omitempty"`
	Greens []float64 `yaml:"greens,omitempty,flow"`
}

// retimes tells whether the event is another plan.
func (e *SignalEvent) retimes() bool { return e.Offset != nil || e.Greens != nil }

// controls returns the controls of the controllers that do not run their plan alone.
func (s *Scenario) controls(city *City, plans []signals.Plan) ([]signals.Control, error) {
	wanted := make([]*SignalControl, len(city.Net.Controllers))
	fields := make([]string, len(wanted))
	if s.Signals.Control != "" {
		for i := range wanted {
			wanted[i], fields[i] = &s.Signals.SignalControl, "signals.control"
		}
	}
	for i := range s.Signals.Junctions {
		j := &s.Signals.Junctions[i]
		field := fmt.Sprintf("signals.junctions[%d]", i)
		id, err := s.controller(city.Net, field, j.Node, j.Name)
		if err != nil {
			return nil, err
		}
		wanted[id], fields[id] = &j.SignalControl, field
	}
	var controls []signals.Control
	for i := range plans {
		id := plans[i].Controller
		want := wanted[id]
		if want == nil || want.plain() {
			continue
		}
		c, err := want.control(city.Net, &plans[i])
		if err != nil {
			return nil, s.invalid(fields[id], "%v", err)
		}
		controls = append(controls, c)
	}
	return controls, nil
}

// plain tells whether a plan alone does.
func (c *SignalControl) plain() bool {
	return (c.Control == "" || c.Control == signals.FixedTime.String()) && c.Bus == nil && c.Preemption == nil
}

// control makes the control of the controller of a plan.
func (c *SignalControl) control(net *network.Network, plan *signals.Plan) (signals.Control, error) {
	kind := signals.FixedTime
	if c.Control != "" {
		kind, _ = signals.ParseKind(c.Control) // the schema knows them
	}
	out, err := signals.DefaultControl(net, plan, kind, signals.ControlOptions{
		SetBack: c.SetBack, Range: c.Range, Stretch: c.Stretch, Interval: c.Interval, NoWalks: c.Walks != nil && !*c.Walks,
	})
	if err != nil {
		return out, err
	}
	switch kind {
	case signals.PressureBased:
		out.MaxPressure.LongestWait = c.LongestWait
	case signals.SelfOrganised:
		out.SOTL.LongestWait, out.SOTL.Threshold = c.LongestWait, c.Threshold
	case signals.RingBarrier:
		if c.Cycle > 0 {
			if err := out.Coordinate(net, c.Cycle, c.Offset); err != nil {
				return out, err
			}
		}
	case signals.SwitchedOff, signals.SwitchedToFlash:
		return out, nil
	}
	if c.Bus != nil {
		p := signals.Priority{Extend: c.Bus.Extend, Early: c.Bus.Early, Recovery: c.Bus.Recovery}
		if err := out.GiveBusPriority(net, p); err != nil {
			return out, err
		}
	}
	if c.Preemption != nil {
		err = out.AllowPreemption(net, signals.Preemption{MinDwell: c.Preemption.Least, MaxDwell: c.Preemption.Most})
	}
	return out, err
}

// controller returns the controller of that OSM node or name; field is where it is asked for.
func (s *Scenario) controller(net *network.Network, field string, node int64, name string) (network.ControllerID, error) {
	for i := range net.Controllers {
		if c := &net.Controllers[i]; name == "" && slices.Contains(c.OSMNodes, node) || name != "" && c.Name == name {
			return network.ControllerID(i), nil
		}
	}
	if name != "" {
		return 0, s.invalid(field+".name", "no signal controller of the map is called %q", name)
	}
	return 0, s.invalid(field+".node", "no signal controller of the map stands for OSM node %d", node)
}

// signalAgenda returns what happens to signals, in the order of the file.
func (s *Scenario) signalAgenda(city *City, plans []signals.Plan, controls []signals.Control) (agenda []appointment, err error) {
	for i := range s.Signals.Events {
		e := &s.Signals.Events[i]
		field := fmt.Sprintf("signals.events[%d]", i)
		id, err := s.controller(city.Net, field, e.Node, e.Name)
		if err != nil {
			return nil, err
		}
		k := slices.IndexFunc(controls, func(c signals.Control) bool { return c.Controller == id })
		var now *signals.Control
		if k >= 0 {
			now = &controls[k]
		}
		begin, end, err := s.signalEvent(city.Net, e, field, id, plans, now)
		if err != nil {
			return nil, err
		}
		agenda = append(agenda, appointment{float64(e.At), traffic.Command{Kind: traffic.ChangeSignals, Signal: begin}})
		if e.Until != nil {
			agenda = append(agenda, appointment{float64(*e.Until), traffic.Command{Kind: traffic.ChangeSignals, Signal: end}})
		}
	}
	return agenda, nil
}

// signalEvent returns the commands with which an event begins and ends.
func (s *Scenario) signalEvent(net *network.Network, e *SignalEvent, field string, id network.ControllerID, plans []signals.Plan,
	now *signals.Control,
) (begin, end *signals.Command, err error) {
	switch {
	case e.Fault != "":
		fault, _ := signals.ParseFault(e.Fault) // the schema knows them
		if now == nil || e.Detector != "" && !slices.ContainsFunc(now.Detectors, func(d signals.Detector) bool { return d.Name == e.Detector }) {
			return nil, nil, s.invalid(field+".detector", "%s has no detector %q", net.Controllers[id].Name, e.Detector)
		}
		return &signals.Command{Kind: signals.FailDetector, Controller: id, Detector: e.Detector, Fault: fault},
			&signals.Command{Kind: signals.FailDetector, Controller: id, Detector: e.Detector}, nil
	case e.Preempt != "":
		if now != nil {
			for i := range now.Preemptions {
				if holdsGroup(net, now.Preemptions[i].Groups, e.Preempt) {
					return &signals.Command{Kind: signals.CallPreemption, Controller: id, Preemption: i},
						&signals.Command{Kind: signals.EndPreemption, Controller: id, Preemption: i}, nil
				}
			}
		}
		return nil, nil, s.invalid(field+".preempt", "%s has no preemption for %q: give it preemption, and the name of a signal group, such as %q",
			net.Controllers[id].Name, e.Preempt, net.SignalGroups[net.Controllers[id].Groups[0]].Name)
	}
	p := slices.IndexFunc(plans, func(p signals.Plan) bool { return p.Controller == id })
	if p < 0 {
		return nil, nil, s.invalid(field, "%s has no signal groups", net.Controllers[id].Name)
	}
	if e.retimes() {
		begin, err = s.planEvent(net, e, field, &plans[p])
		if err != nil {
			return nil, nil, err
		}
		if now == nil {
			return begin, &signals.Command{Kind: signals.ChangePlan, Controller: id, Plan: &plans[p]}, nil
		}
		return begin, &signals.Command{Kind: signals.ChangeControl, Controller: id, Control: now}, nil
	}
	all := s.Signals.SignalControl
	all.Control, all.Cycle = e.Control, 0
	other, err := all.control(net, &plans[p])
	if err != nil {
		return nil, nil, s.invalid(field+".control", "%v", err)
	}
	begin = &signals.Command{Kind: signals.ChangeControl, Controller: id, Control: &other}
	if now != nil {
		return begin, &signals.Command{Kind: signals.ChangeControl, Controller: id, Control: now}, nil
	}
	return begin, &signals.Command{Kind: signals.ChangePlan, Controller: id, Plan: &plans[p]}, nil
}

// planEvent returns the command with which a controller changes to the plan of an event.
func (s *Scenario) planEvent(net *network.Network, e *SignalEvent, field string, was *signals.Plan) (*signals.Command, error) {
	plan, err := was.Retimed(e.Offset, e.Greens)
	if err == nil {
		err = signals.Check(net, &plan)
	}
	if err != nil {
		return nil, s.invalid(field, "%v", err)
	}
	return &signals.Command{Kind: signals.ChangePlan, Controller: was.Controller, Plan: &plan}, nil
}

func holdsGroup(net *network.Network, groups []network.SignalGroupID, name string) bool {
	return slices.ContainsFunc(groups, func(g network.SignalGroupID) bool { return net.SignalGroups[g].Name == name })
}

// checkSignals complains about what a schema cannot say of signals.
func (s *Scenario) checkSignals(complain func(field, format string, args ...any)) {
	one := func(field string, node int64, name string) {
		if (node == 0) == (name == "") {
			complain(field, "want either node or name, which signals it is for")
		}
	}
	for i, p := range s.Signals.Plans {
		one(fmt.Sprintf("signals.plans[%d]", i), p.Node, p.Name)
	}
	for i, j := range s.Signals.Junctions {
		one(fmt.Sprintf("signals.junctions[%d]", i), j.Node, j.Name)
	}
	for i, e := range s.Signals.Events {
		field := fmt.Sprintf("signals.events[%d]", i)
		one(field, e.Node, e.Name)
		what := 0
		for _, text := range []string{e.Fault, e.Preempt, e.Control} {
			if text != "" {
				what++
			}
		}
		if e.retimes() {
			what++
		}
		if what != 1 {
			complain(field, "want one of fault, preempt, control, or a plan (offset, greens)")
		}
		if e.Until != nil && *e.Until <= e.At {
			complain(field+".until", "%s is not after at, %s", *e.Until, e.At)
		}
	}
}
