package signals

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"roadtwin/network"
)

// stateVersion is the first byte of a state.
const stateVersion = 2

// errState is what a state that was cut short or damaged comes to.
var errState = errors.New("signal state is damaged")

// The flags of a controller in a state.
const (
	flagPlan     = 1 << iota // it is not dark
	flagEdited               // the plan is not the one that it was made with, and follows
	flagFresh                // starts at the next step
	flagBridging             // the plan that the bridge leads away from follows
	flagPending              // the plan that waits follows
	flagTripped              // flashes
)

// AppendState appends the complete state of the system to dst and returns it: clocks, plans that were changed since New,
// and what the conflict monitors remember. Equal histories give equal bytes.
func (s *System) AppendState(dst []byte) []byte {
	dst = append(dst, stateVersion, flagOf(s.started, 1))
	dst = binary.LittleEndian.AppendUint64(dst, uint64(s.now))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(s.controllers)))
	for i := range s.controllers {
		dst = s.controllers[i].appendState(dst, s.monitors[i].tripped)
		m := &s.monitors[i]
		for g := range m.shown {
			dst = append(dst, byte(m.shown[g]))
			dst = binary.LittleEndian.AppendUint64(dst, uint64(m.greenEnd[g]))
		}
	}
	return dst
}

func (c *controller) appendState(dst []byte, tripped bool) []byte {
	edited := c.plan != c.initial
	dst = append(dst, flagOf(c.plan != nil, flagPlan)|flagOf(edited, flagEdited)|flagOf(c.fresh, flagFresh)|
		flagOf(c.bridging, flagBridging)|flagOf(c.pending != nil, flagPending)|flagOf(tripped, flagTripped))
	dst = binary.LittleEndian.AppendUint64(dst, uint64(c.base))
	dst = binary.LittleEndian.AppendUint64(dst, uint64(c.bridgeBegan))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(c.at))
	if edited {
		dst = appendPlan(dst, c.plan)
	}
	if c.bridging {
		dst = appendPlan(dst, c.from)
	}
	if c.pending != nil {
		dst = appendPlan(dst, c.pending)
	}
	return dst
}

func flagOf(set bool, flag byte) byte {
	if set {
		return flag
	}
	return 0
}

func appendPlan(dst []byte, p *Plan) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(p.Controller))
	dst = appendFloats(dst, p.Offset)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(p.Stages)))
	for i := range p.Stages {
		dst = appendFloats(dst, p.Stages[i].Green, p.Stages[i].Intergreen)
		dst = binary.LittleEndian.AppendUint32(dst, uint32(len(p.Stages[i].Groups)))
		for _, g := range p.Stages[i].Groups {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(g))
		}
		dst = appendSteps(dst, p.Stages[i].Change)
	}
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(p.Groups)))
	for _, t := range p.Groups {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(t.Group))
		dst = appendFloats(dst, t.MinGreen, t.Amber, t.AllRed)
	}
	return dst
}

func appendSteps(dst []byte, steps []Step) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(steps)))
	for i := range steps {
		dst = appendFloats(dst, steps[i].Duration)
		dst = binary.LittleEndian.AppendUint32(dst, uint32(len(steps[i].Aspects)))
		for _, a := range steps[i].Aspects {
			dst = append(dst, byte(a))
		}
	}
	return dst
}

func appendFloats(dst []byte, values ...float64) []byte {
	for _, v := range values {
		dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
	}
	return dst
}

// RestoreState sets the system to a state that AppendState wrote in a system made of the same network and plans. On an error
// nothing has changed.
func (s *System) RestoreState(state []byte) error {
	r := reader{state: state}
	if v := r.byte(); !r.failed && v != stateVersion {
		return fmt.Errorf("signal state of version %d, want %d", v, stateVersion)
	}
	started := r.byte() == 1
	now := r.int64()
	if n := r.count(1); r.failed || n != len(s.controllers) {
		return fmt.Errorf("%w: %d controllers, want %d", errState, n, len(s.controllers))
	}
	if now < -maxClock || now > maxClock {
		return errState
	}
	controllers := make([]controller, len(s.controllers))
	monitors := make([]monitor, len(s.monitors))
	for i := range controllers {
		c, tripped, err := s.restoreController(&r, network.ControllerID(i), now)
		if err != nil {
			return fmt.Errorf("restoring %s: %w", describe(s.net, network.ControllerID(i)), err)
		}
		controllers[i] = c
		monitors[i] = newMonitor(s.check.relations[i])
		monitors[i].restore(&r, tripped)
		switch {
		case c.bridging:
			monitors[i].require(c.from.Groups)
		case c.plan != nil:
			monitors[i].require(c.plan.Groups)
		}
	}
	if r.failed || len(r.state) > 0 {
		return errState
	}
	s.controllers, s.monitors, s.now, s.started = controllers, monitors, now, started
	s.republish()
	return nil
}

// maxClock bounds the clock of a state, ms: some thirty years.
const maxClock = int64(1e12)

// republish shows what the monitors have let through.
func (s *System) republish() {
	clear(s.aspects)
	for i := range s.controllers {
		c := &s.controllers[i]
		if c.plan == nil || c.fresh && !s.monitors[i].tripped {
			continue
		}
		s.monitors[i].publish(s.aspects, s.net.Controllers[i].Groups)
	}
	s.changed = true
	s.version++
}

func (s *System) restoreController(r *reader, id network.ControllerID, now int64) (c controller, tripped bool, err error) {
	flags := r.byte()
	c.initial, c.first = s.controllers[id].initial, s.controllers[id].first
	c.fresh = flags&flagFresh != 0
	c.base, c.bridgeBegan = r.int64(), r.int64()
	at := r.uint32()
	if c.plan = c.initial; flags&flagEdited != 0 {
		c.plan, err = s.restorePlan(r, id)
	}
	if err == nil && flags&flagBridging != 0 {
		c.bridging = true
		c.from, err = s.restorePlan(r, id)
	}
	var pending *Plan
	if err == nil && flags&flagPending != 0 {
		pending, err = s.restorePlan(r, id)
	}
	if err != nil || r.failed || (c.plan != nil) != (flags&flagPlan != 0) {
		return c, false, errors.Join(errState, err)
	}
	if c.plan == nil {
		if c.bridging || pending != nil {
			return c, false, errState
		}
		return c, flags&flagTripped != 0, nil
	}
	redAmber := s.check.law.redAmber
	if c.program = c.first; c.plan != c.initial {
		c.program = compile(c.plan, redAmber)
	}
	running := len(c.program.intervals)
	if c.bridging {
		c.bridge = compileBridge(c.from, c.plan, redAmber)
		running = len(c.bridge.intervals)
	}
	if pending != nil {
		c.queue(pending, redAmber)
	}
	if !c.fresh && (int64(at) >= int64(running) || far(c.base, now) || c.bridging && far(c.bridgeBegan, now)) {
		return c, false, errState
	}
	c.at = int(at)
	if !c.fresh {
		c.setNext()
	}
	return c, flags&flagTripped != 0, nil
}

// far tells whether a time of a controller is further from now than any plan lasts, ms.
func far(at, now int64) bool { return at < now-1e8 || at > now+1e8 }

func (s *System) restorePlan(r *reader, id network.ControllerID) (*Plan, error) {
	p := r.plan()
	switch {
	case r.failed:
		return nil, errState
	case p.Controller != id:
		return nil, fmt.Errorf("%w: plan of controller %d", errState, p.Controller)
	}
	return &p, s.check.check(&p)
}

func (m *monitor) restore(r *reader, tripped bool) {
	m.tripped = tripped
	for g := range m.shown {
		m.shown[g] = Aspect(r.byte())
		m.greenEnd[g] = r.int64()
		if m.shown[g] > FlashingAmber {
			r.failed = true
			return
		}
	}
}

// reader takes values off the front of a state; failed is set once there are too few bytes.
type reader struct {
	state  []byte
	failed bool
}

func (r *reader) take(n int) []byte {
	if r.failed || len(r.state) < n {
		r.failed = true
		return make([]byte, n)
	}
	b := r.state[:n]
	r.state = r.state[n:]
	return b
}

func (r *reader) byte() byte       { return r.take(1)[0] }
func (r *reader) uint32() uint32   { return binary.LittleEndian.Uint32(r.take(4)) }
func (r *reader) int64() int64     { return int64(binary.LittleEndian.Uint64(r.take(8))) }
func (r *reader) float64() float64 { return math.Float64frombits(uint64(r.int64())) }

// count reads the number of elements that follow, each of at least size bytes.
func (r *reader) count(size int) int {
	n := int64(r.uint32())
	if n*int64(size) > int64(len(r.state)) {
		r.failed = true
		return 0
	}
	return int(n)
}

func (r *reader) plan() Plan {
	p := Plan{Controller: network.ControllerID(r.uint32()), Offset: r.float64()}
	p.Stages = make([]Stage, r.count(24))
	for i := range p.Stages {
		stage := &p.Stages[i]
		stage.Green, stage.Intergreen = r.float64(), r.float64()
		stage.Groups = make([]network.SignalGroupID, r.count(4))
		for g := range stage.Groups {
			stage.Groups[g] = network.SignalGroupID(r.uint32())
		}
		stage.Change = r.steps()
	}
	p.Groups = make([]GroupTiming, r.count(28))
	for i := range p.Groups {
		p.Groups[i] = GroupTiming{network.SignalGroupID(r.uint32()), r.float64(), r.float64(), r.float64()}
	}
	return p
}

func (r *reader) steps() []Step {
	var steps []Step
	for range r.count(12) {
		step := Step{Duration: r.float64()}
		for range r.count(1) {
			step.Aspects = append(step.Aspects, Aspect(r.byte()))
		}
		steps = append(steps, step)
	}
	return steps
}
