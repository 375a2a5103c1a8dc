package signals

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"roadtwin/network"
)

// stateVersion is the first byte of a state.
const stateVersion = 3

// errState is what a state that was cut short or damaged comes to.
var errState = errors.New("signal state is damaged")

// The flags of a controller in a state.
const (
	flagPlan      = 1 << iota // it runs a plan that is not of a control
	flagControl               // it runs a control
	flagEdited                // the plan or control is not the one that it was made with, and follows
	flagFresh                 // starts at the next step
	flagPending               // a plan waits, and follows
	flagSuccessor             // a plan or control waits, and follows
	flagTripped               // flashes
)

// AppendState appends the complete state of the system to dst and returns it: clocks, plans and controls that were changed
// since New, what detectors say, and what the conflict monitors remember. Equal histories give equal bytes.
func (s *System) AppendState(dst []byte) []byte {
	dst = append(dst, stateVersion, flagOf(s.started, 1), byte(s.day))
	dst = appendInt(dst, s.now)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(s.controllers)))
	for i := range s.controllers {
		dst = s.controllers[i].appendState(dst, s.monitors[i].tripped)
		dst = s.monitors[i].append(dst)
	}
	return dst
}

func (c *controller) appendState(dst []byte, tripped bool) []byte {
	edited := c.control != c.made.control || c.control == nil && c.plan != c.made.plan
	dst = append(dst, flagOf(c.plan != nil && c.control == nil, flagPlan)|flagOf(c.control != nil, flagControl)|flagOf(edited, flagEdited)|
		flagOf(c.fresh, flagFresh)|flagOf(c.pending != nil, flagPending)|flagOf(c.successor != nil, flagSuccessor)|flagOf(tripped, flagTripped),
		byte(c.mode))
	if edited {
		dst = c.appendParts(dst)
	}
	if c.pending != nil {
		dst = appendPlan(dst, c.pending)
	}
	if c.successor != nil {
		dst = append(dst, flagOf(c.successor.control != nil, 1))
		dst = c.successor.appendParts(dst)
	}
	for _, x := range [...]int64{c.next, c.tick, c.began, c.base, c.seek, c.stretch} {
		dst = appendInt(dst, x)
	}
	dst = append(dst, byte(c.asked), byte(c.current()), byte(c.target))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(c.at))
	dst = c.sensors.append(dst)
	dst = c.requests.append(dst)
	if c.mind != nil {
		dst = c.mind.append(dst)
	}
	return dst
}

// current returns which plan of a timetable runs.
func (c *controller) current() int {
	if c.control != nil && c.control.Fixed != nil {
		for i := range c.control.Fixed.Plans {
			if c.plan == &c.control.Fixed.Plans[i] {
				return i
			}
		}
	}
	return 0
}

func (c *controlled) appendParts(dst []byte) []byte {
	switch {
	case c.control != nil:
		dst = binary.LittleEndian.AppendUint32(dst, uint32(len(c.encoded)))
		return append(dst, c.encoded...)
	case c.plan != nil:
		return appendPlan(dst, c.plan)
	}
	return dst
}

func (m *monitor) append(dst []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(m.shown)))
	for g := range m.shown {
		dst = append(dst, byte(m.shown[g]))
		dst = appendInt(dst, m.since[g])
		dst = appendInt(dst, m.greenEnd[g])
	}
	return dst
}

func (s *sensors) append(dst []byte) []byte {
	for i := range s.all {
		x := &s.all[i]
		dst = append(dst, byte(x.fault), flagOf(x.on, 1)|flagOf(x.reading.Occupied, 2))
		for _, n := range [...]uint16{x.reading.Passed, x.reading.Vehicles, x.reading.Standing, x.vehicles, x.standing} {
			dst = binary.LittleEndian.AppendUint16(dst, n)
		}
		dst = appendInt(dst, x.changed)
	}
	for g := range s.lastOn {
		dst = append(dst, flagOf(s.present[g], 1)|flagOf(s.locked[g], 2))
		dst = appendInt(dst, s.lastOn[g])
	}
	for _, p := range s.pushed {
		dst = append(dst, flagOf(p, 1))
	}
	return dst
}

func (r *requests) append(dst []byte) []byte {
	for i := range r.asking {
		a := &r.asking[i]
		dst = append(dst, flagOf(a.active, 1))
		for _, x := range [...]int64{a.since, a.rests, a.extended, a.early} {
			dst = appendInt(dst, x)
		}
	}
	for i := range r.calls {
		e := &r.calls[i]
		dst = append(dst, flagOf(e.sensed, 1)|flagOf(e.on, 2)|flagOf(e.commanded, 4)|flagOf(e.spent, 8))
	}
	if len(r.calls) > 0 {
		dst = append(dst, byte(r.serving+1))
		dst = appendInt(dst, r.reached)
	}
	return dst
}

func flagOf(set bool, flag byte) byte {
	if set {
		return flag
	}
	return 0
}

func appendInt(dst []byte, x int64) []byte { return binary.LittleEndian.AppendUint64(dst, uint64(x)) }

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

// RestoreState sets the system to a state that AppendState wrote in a system made of the same network, plans and controls. On an
// error nothing has changed.
func (s *System) RestoreState(state []byte) error {
	r := reader{state: state}
	if v := r.byte(); !r.failed && v != stateVersion {
		return fmt.Errorf("signal state of version %d, want %d", v, stateVersion)
	}
	started, day := r.byte() == 1, int64(r.byte())
	now := r.int64()
	if n := r.count(1); r.failed || n != len(s.controllers) {
		return fmt.Errorf("%w: %d controllers, want %d", errState, n, len(s.controllers))
	}
	if now < -maxClock || now > maxClock || day > 6 {
		return errState
	}
	controllers := make([]controller, len(s.controllers))
	monitors := make([]monitor, len(s.monitors))
	for i := range controllers {
		c, m := &controllers[i], &monitors[i]
		if err := s.restoreController(&r, c, m, network.ControllerID(i), clockState{now, day, started}); err != nil {
			return fmt.Errorf("restoring %s: %w", describe(s.net, network.ControllerID(i)), err)
		}
	}
	if r.failed || len(r.state) > 0 {
		return errState
	}
	relist := false
	for i := range controllers {
		relist = relist || controllers[i].control != s.controllers[i].control
	}
	s.controllers, s.monitors, s.now, s.day, s.started = controllers, monitors, now, day, started
	if relist {
		s.listDetectors()
	}
	s.changed = true
	for i := range s.controllers {
		if c := &s.controllers[i]; c.fresh && !s.monitors[i].tripped {
			continue
		}
		s.publish(network.ControllerID(i))
	}
	s.version++
	return nil
}

// clockState is the clock of a state that is restored.
type clockState struct {
	now, day int64
	started  bool
}

// maxClock bounds the clock of a state, ms: some thirty years.
const maxClock = int64(1e12)

func (s *System) restoreController(r *reader, c *controller, m *monitor, id network.ControllerID, at clockState) error {
	flags := r.byte()
	*c = controller{made: s.controllers[id].made, day: at.day, mode: mode(r.byte()), fresh: flags&flagFresh != 0}
	parts, err := s.restoreParts(r, id, c.made, flags)
	if err != nil || r.failed || c.mode >= numModes {
		return errors.Join(errState, err)
	}
	c.controlled = parts
	if c.control != nil && c.control.Fixed != nil {
		c.transition = c.control.Fixed.Transition
	}
	if flags&flagPending != 0 {
		if err := s.restorePending(r, c, id); err != nil {
			return err
		}
	}
	if flags&flagSuccessor != 0 {
		if err := s.restoreSuccessor(r, c, id); err != nil {
			return err
		}
	}
	c.restoreClock(r)
	c.sensors.restore(r)
	c.requests.restore(r)
	if c.mind != nil {
		c.mind.restore(r)
	}
	*m = newMonitor(c.heads.clearances)
	m.restore(r, flags&flagTripped != 0)
	c.heads.adopt(m)
	if r.failed || !c.sane(at, m.tripped) {
		return errState
	}
	return nil
}

// restoreParts reads what a controller runs by: what it was made with, unless that was edited.
func (s *System) restoreParts(r *reader, id network.ControllerID, made *controlled, flags byte) (controlled, error) {
	control, plan := flags&flagControl != 0, flags&flagPlan != 0
	if flags&flagEdited == 0 {
		if (made.control != nil) != control || (made.plan != nil && made.control == nil) != plan {
			return controlled{}, errState
		}
		return s.fresh(made), nil
	}
	switch {
	case control:
		next, err := s.restoreControl(r, id)
		if err != nil {
			return controlled{}, err
		}
		return *next, nil
	case plan:
		p, err := s.restorePlan(r, id)
		if err != nil {
			return controlled{}, err
		}
		return *s.succeedByPlan(*p), nil
	}
	return *s.darkness(id), nil
}

func (s *System) restoreControl(r *reader, id network.ControllerID) (*controlled, error) {
	text := r.take(r.count(1))
	if now := &s.controllers[id].controlled; now.control != nil && bytes.Equal(text, now.encoded) {
		same := s.fresh(now)
		return &same, nil
	}
	var control Control
	if err := json.Unmarshal(text, &control); err != nil || r.failed {
		return nil, errors.Join(errState, err)
	}
	if control.Controller != id {
		return nil, fmt.Errorf("%w: control of controller %d", errState, control.Controller)
	}
	return s.succeed(&control)
}

func (s *System) restorePending(r *reader, c *controller, id network.ControllerID) error {
	p, err := s.restorePlan(r, id)
	if err != nil {
		return err
	}
	if c.plan == nil {
		return errState
	}
	c.queue(p, compile(p, s.check.law.redAmber), nil)
	if c.control == nil {
		c.pendingTimes = s.check.clearances(&Control{Controller: id}, p.Groups)
		return nil
	}
	for i := range c.programs { // one of its own
		if bytes.Equal(appendPlan(nil, &c.control.Fixed.Plans[i]), appendPlan(nil, p)) {
			c.queue(&c.control.Fixed.Plans[i], c.programs[i], nil)
			return nil
		}
	}
	return errState
}

func (s *System) restoreSuccessor(r *reader, c *controller, id network.ControllerID) error {
	if r.byte() == 1 {
		next, err := s.restoreControl(r, id)
		c.successor = next
		return err
	}
	p, err := s.restorePlan(r, id)
	if err == nil {
		c.successor = s.succeedByPlan(*p)
	}
	return err
}

func (c *controller) restoreClock(r *reader) {
	for _, x := range [...]*int64{&c.next, &c.tick, &c.began, &c.base, &c.seek, &c.stretch} {
		*x = r.int64()
	}
	asked, current := int(r.byte()), int(r.byte())
	c.target, c.at = int(r.byte()), int(r.uint32())
	switch {
	case c.control != nil && c.control.Fixed != nil:
		if asked >= len(c.programs) || current >= len(c.programs) {
			r.failed = true
			return
		}
		c.choose(current)
		c.asked = asked
	case asked != 0 || current != 0:
		r.failed = true
	}
}

// sane tells whether the clock of a controller that was restored makes sense.
func (c *controller) sane(at clockState, tripped bool) bool {
	if c.fresh || tripped {
		return c.plan != nil || c.control != nil
	}
	if !at.started {
		return c.mode == isDark && c.plan == nil && c.control == nil && c.next == never && c.tick == never && c.successor == nil
	}
	far := func(t int64) bool { return t < at.now-1e8 || t > at.now+1e8 }
	ticks := c.next == never || c.next > at.now && c.next <= at.now+tickTime && c.next%tickTime == 0
	looks := c.tick == never || c.tick > at.now && c.tick <= at.now+tickTime && c.tick%tickTime == 0 && c.control != nil && c.control.Fixed != nil
	if !looks || c.seek < -1e8 || c.seek > 1e8 || c.stretch < -1e8 || c.stretch > 1e8 {
		return false
	}
	switch c.mode {
	case runsPlan:
		return c.plan != nil && c.at < len(c.program.intervals) && !far(c.base) && !far(c.next) && c.next > at.now
	case leads:
		return c.plan != nil && c.target < len(c.plan.Stages) && ticks && c.next != never
	case decides:
		return c.mind != nil && ticks && c.next != never
	case yields:
		return c.requests.serving < len(c.requests.preemptions) && ticks && c.next != never && len(c.requests.preemptions) > 0
	case closes:
		return c.control != nil && ticks && c.next != never
	}
	return c.next == never || ticks && c.successor != nil
}

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
	if n := r.count(17); n != len(m.shown) {
		r.failed = true
		return
	}
	for g := range m.shown {
		m.shown[g] = Aspect(r.byte())
		m.since[g], m.greenEnd[g] = r.int64(), r.int64()
		if m.shown[g] > FlashingAmber {
			r.failed = true
			return
		}
	}
}

func (s *sensors) restore(r *reader) {
	s.stale = true
	for i := range s.all {
		x := &s.all[i]
		x.fault = Fault(r.byte())
		flags := r.byte()
		x.on, x.reading.Occupied = flags&1 != 0, flags&2 != 0
		for _, n := range [...]*uint16{&x.reading.Passed, &x.reading.Vehicles, &x.reading.Standing, &x.vehicles, &x.standing} {
			*n = binary.LittleEndian.Uint16(r.take(2))
		}
		x.changed = r.int64()
		r.failed = r.failed || x.fault >= numFaults
	}
	for g := range s.lastOn {
		flags := r.byte()
		s.present[g], s.locked[g] = flags&1 != 0, flags&2 != 0
		s.lastOn[g] = r.int64()
	}
	for i := range s.pushed {
		s.pushed[i] = r.byte() == 1
	}
}

func (r *requests) restore(from *reader) {
	for i := range r.asking {
		a := &r.asking[i]
		a.active = from.byte() == 1
		a.since, a.rests, a.extended, a.early = from.int64(), from.int64(), from.int64(), from.int64()
	}
	for i := range r.calls {
		flags := from.byte()
		r.calls[i] = emergency{flags&1 != 0, flags&2 != 0, flags&4 != 0, flags&8 != 0}
	}
	if len(r.calls) > 0 {
		r.serving, r.reached = int(from.byte())-1, from.int64()
		from.failed = from.failed || r.serving >= len(r.calls)
	}
}
