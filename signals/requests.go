package signals

// requests are the priorities and preemptions of one controller.
type requests struct {
	priorities  []Priority
	preemptions []Preemption
	favoured    [][]int32 // groups of each priority
	cleared     [][]int32 // groups of each preemption
	asking      []asking
	calls       []emergency
	serving     int   // preemption that is served; -1 if none
	reached     int64 // ms at which its groups were green; never until then
}

// asking is the state of a priority.
type asking struct {
	active   bool
	since    int64 // ms
	rests    int64 // ms until which nobody is heard
	extended int64 // ms by which greens have been longer for it
	early    int64 // ms by which greens have been shorter
}

// emergency is the state of a preemption.
type emergency struct {
	sensed    bool // by a detector, and not passed yet
	on        bool // the detectors were, when last looked at
	commanded bool
	spent     bool // it had all it may have, and is still called
}

func (e *emergency) called() bool { return e.sensed || e.commanded }

func newRequests(ch *checker, c *Control) requests {
	r := requests{
		priorities: c.Priorities, preemptions: c.Preemptions, asking: make([]asking, len(c.Priorities)),
		calls: make([]emergency, len(c.Preemptions)),
	}
	for i := range c.Priorities {
		r.favoured = append(r.favoured, ch.slotsOf(c.Priorities[i].Groups))
	}
	for i := range c.Preemptions {
		r.cleared = append(r.cleared, ch.slotsOf(c.Preemptions[i].Groups))
	}
	r.reset()
	return r
}

func (r *requests) reset() {
	for i := range r.asking {
		r.asking[i] = asking{rests: longAgo}
	}
	clear(r.calls)
	r.serving, r.reached = -1, never
}

// defaultTimeout is that of a Priority, s.
const defaultTimeout = 120

// update listens to the detectors.
func (r *requests) update(c *controller, now int64) {
	for i := range r.asking {
		p, a := &r.priorities[i], &r.asking[i]
		timeout := p.Timeout
		if timeout == 0 {
			timeout = defaultTimeout
		}
		switch {
		case !a.active && now >= a.rests && c.sensors.hit(p.In):
			*a = asking{active: true, since: now, rests: a.rests}
		case a.active && (c.sensors.hit(p.Out) && c.heads.showGreen(r.favoured[i]) || now-a.since >= milliseconds(timeout)):
			a.active, a.rests = false, now+milliseconds(p.Recovery)
		}
	}
	for i := range r.calls {
		p, e := &r.preemptions[i], &r.calls[i]
		on := c.sensors.hit(p.In)
		switch {
		case len(p.Out) == 0:
			e.sensed = on
		case on && !e.on:
			e.sensed = true
		case e.sensed && c.sensors.hit(p.Out) && c.heads.showGreen(r.cleared[i]):
			e.sensed = false
		}
		e.on = on
		e.spent = e.spent && e.called()
	}
}

// emergency returns the preemption that is to be served, -1 if there is none.
func (r *requests) emergency() int {
	for i := range r.calls {
		if r.calls[i].called() && !r.calls[i].spent {
			return i
		}
	}
	return -1
}

// priority returns the priority that is heard, -1 if there is none.
func (r *requests) priority() int {
	for i := range r.asking {
		if r.asking[i].active {
			return i
		}
	}
	return -1
}

// favour says what the priority that is heard means for a green of some groups: 1 if it may last longer, -1 if it is to
// end early, 0 if nothing. i is the priority.
func (r *requests) favour(groups []int32) (what, i int) {
	i = r.priority()
	if i < 0 {
		return 0, i
	}
	for _, g := range r.favoured[i] {
		if !contains(groups, g) {
			if r.asking[i].early < milliseconds(r.priorities[i].Early) {
				return -1, i
			}
			return 0, i
		}
	}
	if r.asking[i].extended < milliseconds(r.priorities[i].Extend) {
		return 1, i
	}
	return 0, i
}

func contains(list []int32, x int32) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}

// showGreen tells whether all of some groups are green.
func (h *heads) showGreen(groups []int32) bool {
	for _, g := range groups {
		if h.aspect[g] != Green {
			return false
		}
	}
	return true
}

// yield wants what the emergency vehicle wants, and goes on with the exit stage when it has passed.
func (c *controller) yield(now int64) {
	r := &c.requests
	if i := r.emergency(); i >= 0 && (r.serving < 0 || i < r.serving || !r.calls[r.serving].called() && r.reached != never) {
		if i != r.serving {
			r.serving, r.reached = i, never
		}
	}
	if r.serving < 0 { // the call was withdrawn at once
		c.resume(now, 0)
		return
	}
	p := &r.preemptions[r.serving]
	clear(c.heads.want)
	for _, g := range r.cleared[r.serving] {
		c.heads.want[g] = true
	}
	if r.reached == never {
		if c.heads.showGreen(r.cleared[r.serving]) {
			r.reached = now
		}
		return
	}
	held := now - r.reached
	call := &r.calls[r.serving]
	if held < milliseconds(p.MinDwell) || call.called() && held < milliseconds(p.MaxDwell) {
		return
	}
	call.spent = call.called()
	exit := p.Exit
	r.serving, r.reached = -1, never
	if r.emergency() < 0 {
		c.resume(now, exit)
	}
}

// resume goes on after a preemption.
func (c *controller) resume(now int64, exit int) {
	if c.mind == nil {
		c.lead(exit, now)
		return
	}
	c.mode, c.began = decides, now
	c.mind.begin(c, now, exit)
}

// favourInPlan lets the green of a plan that runs last longer, or end earlier, for a priority. Seeking the offset gives back
// what that takes.
func (c *controller) favourInPlan(now int64) {
	run := &c.program.intervals[c.at]
	if !run.green || len(c.requests.asking) == 0 {
		return
	}
	what, i := c.requests.favour(c.greenSlots())
	if what == 0 {
		return
	}
	p, a := &c.requests.priorities[i], &c.requests.asking[i]
	switch {
	case what > 0 && c.next-now <= tickTime:
		c.stretch += tickTime
		c.next += tickTime
		a.extended += tickTime
	case what < 0:
		least := c.base + run.at + c.program.least[run.stage]
		cut := min(c.next-max(now, least), milliseconds(p.Early)-a.early)
		if cut > 0 {
			c.stretch -= cut
			c.next -= cut
			a.early += cut
		}
	}
}

// greenSlots returns the groups that are green in the interval that runs. The slice is valid until the next call.
func (c *controller) greenSlots() []int32 {
	c.scratch = c.scratch[:0]
	for g, a := range c.program.intervals[c.at].aspects {
		if a == Green {
			c.scratch = append(c.scratch, int32(g))
		}
	}
	return c.scratch
}
