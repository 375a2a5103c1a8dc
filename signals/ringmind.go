package signals

import "slices"

// ringMind decides for NEMA.
type ringMind struct {
	nema     *NEMA
	phases   []phase
	barriers [][][]int // indices of phases
	overlaps []overlap
	rings    []ring
	barrier  int  // between which phases are timed
	crossing bool // all rings end, for barrier
	coord    coordinator
	serves   []bool // walks that are to be shown with the phase that is on, and have not been yet
	recall   []bool // by walk
}

// phase is a Phase with the numbers of its heads.
type phase struct {
	*Phase
	groups []int32
	ring   int
	place  int // in its ring, before its barrier
	home   int // its barrier
}

type overlap struct {
	parents []int
	groups  []int32
}

// ring is the state of a ring.
type ring struct {
	on        int // phase that is on, or clears; -1 if none is
	next      int // phase that follows the one that clears; -1 if none is chosen
	state     ringState
	since     int64 // ms at which the state began
	callSince int64 // ms of the first conflicting call during the green; never if there was none
	gapped    bool  // it has gapped out and waits for the barrier
	left      int64 // ms of the cycle that are left until the force-off
}

type ringState uint8

const (
	idle     ringState = iota
	starting           // its heads are not all green yet
	timing             // they are
	clearing           // yellow and red clearance
	numRingStates
)

func newRingMind(ch *checker, c *Control) *ringMind {
	n := c.NEMA
	m := &ringMind{nema: n, rings: make([]ring, len(n.Barriers[0].Rings)), serves: make([]bool, len(c.Walks))}
	for i := range n.Phases {
		m.phases = append(m.phases, phase{Phase: &n.Phases[i], groups: ch.slotsOf(n.Phases[i].Groups)})
	}
	for b := range n.Barriers {
		var rings [][]int
		for r, numbers := range n.Barriers[b].Rings {
			var list []int
			for place, number := range numbers {
				i := n.index(number)
				m.phases[i].ring, m.phases[i].place, m.phases[i].home = r, place, b
				list = append(list, i)
			}
			rings = append(rings, list)
		}
		m.barriers = append(m.barriers, rings)
	}
	for i := range n.Overlaps {
		o := overlap{groups: ch.slotsOf(n.Overlaps[i].Groups)}
		for _, p := range n.Overlaps[i].Parents {
			o.parents = append(o.parents, n.index(p))
		}
		m.overlaps = append(m.overlaps, o)
	}
	for i := range c.Walks {
		m.recall = append(m.recall, c.Walks[i].Recall)
	}
	for r := range m.rings {
		m.rings[r] = ring{on: -1, next: -1, callSince: never}
	}
	m.coord = newCoordinator(m)
	return m
}

// begin crosses to barrier exit, or to that of which most is green; the first called phase of each ring follows there.
func (m *ringMind) begin(c *controller, now int64, exit int) {
	if exit < 0 {
		best := -1
		for b := range m.barriers {
			n := 0
			for _, ring := range m.barriers[b] {
				for _, p := range ring {
					if len(m.phases[p].groups) > 0 && c.heads.showGreen(m.phases[p].groups) {
						n++
					}
				}
			}
			if n > best {
				exit, best = b, n
			}
		}
	}
	for r := range m.rings {
		m.rings[r] = ring{on: -1, next: -1, since: now, callSince: never}
	}
	clear(m.serves)
	m.barrier, m.crossing = exit, false
	m.coord.begin(c, now)
	m.enter(c, now, true)
}

func (m *ringMind) clock(now int64) (stage int, elapsed int64) {
	since := now
	for r := range m.rings {
		if m.rings[r].on >= 0 {
			since = min(since, m.rings[r].since)
		}
	}
	return m.barrier, now - since
}

func (m *ringMind) decide(c *controller, now int64) {
	m.coord.advance(m, c, now)
	m.follow(c, now)
	for r := range m.rings {
		m.time(c, r, now)
	}
	m.end(c, now)
	m.clear(c, now)
	m.show(c)
}

// follow notes which phases have got their green.
func (m *ringMind) follow(c *controller, now int64) {
	for r := range m.rings {
		x := &m.rings[r]
		if x.state == starting && c.heads.showGreen(m.phases[x.on].groups) {
			x.state, x.since, x.callSince, x.gapped = timing, now, never, false
			x.left = m.coord.allowance(m, x.on)
		}
		if x.on < 0 {
			continue
		}
		for _, w := range m.phases[x.on].Walks {
			if c.heads.aspect[c.heads.groups+w] == Green {
				m.serves[w] = false
			}
		}
	}
}

// active tells whether phase p is on and has, or gets, green.
func (m *ringMind) active(p int) bool {
	x := &m.rings[m.phases[p].ring]
	return x.on == p && (x.state == timing || x.state == starting)
}

// called tells whether phase p is called and not on.
func (m *ringMind) called(c *controller, p int) bool {
	ph := &m.phases[p]
	if ph.Recall == MinRecall || ph.Recall == MaxRecall || m.coord.coordinates(p) {
		return !m.active(p)
	}
	return m.wanted(c, p) && !m.active(p) || m.walkers(c, p)
}

// wanted tells whether vehicles want phase p.
func (m *ringMind) wanted(c *controller, p int) bool {
	for _, g := range m.phases[p].groups {
		if c.sensors.calls(g) && c.heads.aspect[g] != Green {
			return true
		}
	}
	return false
}

// walkers tells whether people want phase p who are not served by the green that is on.
func (m *ringMind) walkers(c *controller, p int) bool {
	for _, w := range m.phases[p].Walks {
		if c.sensors.pushed[w] && !m.serves[w] {
			return true
		}
	}
	return false
}

// later returns the phase that ring r may go on to before the same barrier: the next that is called behind the one that is on or,
// while nobody is called before another barrier, the first that the ring has passed; -1 if there is none. The other rings keep
// their green meanwhile: all phases before a barrier go with those of other rings.
func (m *ringMind) later(c *controller, r int) int {
	ring, from := m.barriers[m.barrier][r], 0
	if x := &m.rings[r]; x.on >= 0 {
		from = m.phases[x.on].place + 1
	}
	for _, p := range ring[min(from, len(ring)):] {
		if m.called(c, p) {
			return p
		}
	}
	for _, p := range ring[:max(0, min(from, len(ring))-1)] {
		if m.called(c, p) && m.elsewhere(c) < 0 {
			return p
		}
	}
	return -1
}

// elsewhere returns the barrier that is called next after the one between which phases are timed, -1 if none is.
func (m *ringMind) elsewhere(c *controller) int {
	n := len(m.barriers)
	for k := 1; k < n; k++ {
		b := (m.barrier + k) % n
		for _, ring := range m.barriers[b] {
			for _, p := range ring {
				if m.called(c, p) {
					return b
				}
			}
		}
	}
	return -1
}

// beyond returns the barrier that is to be crossed to: the next that is called or, if none is, the same if people push a button of a
// phase that is on, or that of soft recall. It is -1 if there is none.
func (m *ringMind) beyond(c *controller) int {
	if b := m.elsewhere(c); b >= 0 {
		return b
	}
	for r := range m.rings {
		if x := &m.rings[r]; x.on >= 0 && m.phases[x.on].home == m.barrier && m.called(c, x.on) {
			return m.barrier
		}
	}
	return m.soft()
}

// soft returns the barrier of the first phase of soft recall, if none is on; -1 otherwise.
func (m *ringMind) soft() int {
	first := -1
	for p := range m.phases {
		if m.phases[p].Recall != SoftRecall {
			continue
		}
		if m.active(p) {
			return -1
		}
		if first < 0 {
			first = m.phases[p].home
		}
	}
	return first
}

// time runs the timers of ring r.
func (m *ringMind) time(c *controller, r int, now int64) {
	x := &m.rings[r]
	if x.state != timing {
		return
	}
	x.left = m.coord.count(x.left)
	if m.later(c, r) >= 0 || m.beyond(c) >= 0 {
		x.callSince = min(x.callSince, now)
	}
	if !m.nema.Simultaneous && x.gapped {
		return
	}
	x.gapped = m.hasGap(c, x, now)
}

// hasGap tells whether nobody has come to the green of a ring for its gap.
func (m *ringMind) hasGap(c *controller, x *ring, now int64) bool {
	p := &m.phases[x.on]
	if p.Recall == MaxRecall {
		return false
	}
	gap := milliseconds(p.Passage)
	if x.callSince != never {
		gap = gapAt(p.Passage, p.Reduction, now-x.since)
	}
	for _, g := range p.groups {
		if c.sensors.extended(g, now, gap) {
			return false
		}
	}
	return true
}

// ready tells whether the phase that is on in ring r may end.
func (m *ringMind) ready(c *controller, r int, now int64) bool {
	x := &m.rings[r]
	if x.state != timing {
		return x.state == idle
	}
	p := &m.phases[x.on]
	if now-x.since < milliseconds(p.MinGreen) || !m.walked(c, x.on) || !m.leastShown(c, x.on, now) {
		return false
	}
	if m.coord.coordinates(x.on) {
		if what, i := c.requests.favour(p.groups); what > 0 && m.coord.yields(m, c, r) {
			c.requests.asking[i].extended += tickTime
			return false
		}
		return m.coord.yields(m, c, r)
	}
	over := x.gapped || m.maxedOut(x, now)
	what, i := c.requests.favour(p.groups)
	switch {
	case what > 0 && !over, what > 0 && x.gapped && !m.maxedOut(x, now):
		return false
	case what > 0:
		c.requests.asking[i].extended += tickTime
		return false
	case what < 0 && !over:
		c.requests.asking[i].early += tickTime
		return true
	}
	return over
}

// maxedOut tells whether the green of a ring has had all that it may have.
func (m *ringMind) maxedOut(x *ring, now int64) bool {
	if m.coord.on() {
		return x.left <= 0
	}
	return x.callSince != never && now-x.callSince >= milliseconds(m.phases[x.on].MaxGreen)
}

// leastShown tells whether all groups of a phase have been green for their minimum.
func (m *ringMind) leastShown(c *controller, p int, now int64) bool {
	for _, g := range m.phases[p].groups {
		if now-c.heads.since[g] < c.heads.least[g] {
			return false
		}
	}
	return true
}

// walked tells whether the walks of phase p are over.
func (m *ringMind) walked(c *controller, p int) bool {
	for _, w := range m.phases[p].Walks {
		if m.serves[w] || c.heads.aspect[c.heads.groups+w] != Red {
			return false
		}
	}
	return true
}

// end ends the phases whose time it is: for a later phase of their ring, or, all together, for another barrier.
func (m *ringMind) end(c *controller, now int64) {
	if m.crossing {
		return
	}
	cross, goes := m.beyond(c), true
	for r := range m.rings {
		x := &m.rings[r]
		next := m.later(c, r)
		switch {
		case x.state == idle && next >= 0:
			m.turnOn(c, r, next, now)
			goes = false
		case x.state == clearing || x.state == starting:
			goes = false
		case next >= 0 && m.ready(c, r, now):
			m.turnOff(c, r, next, now)
			goes = false
		case next >= 0 || !m.ready(c, r, now):
			goes = false
		}
	}
	if cross < 0 {
		m.walkAgain(c)
		return
	}
	if !goes {
		return
	}
	m.barrier, m.crossing = cross, true
	for r := range m.rings {
		if m.rings[r].state == timing {
			m.turnOff(c, r, -1, now)
		}
	}
	m.choose(c)
}

// walkAgain serves those who pushed the button of a phase that is green while nobody else wants anything.
func (m *ringMind) walkAgain(c *controller) {
	for r := range m.rings {
		if x := &m.rings[r]; x.state == timing && m.later(c, r) < 0 {
			for _, w := range m.phases[x.on].Walks {
				m.serves[w] = m.serves[w] || c.sensors.pushed[w]
			}
		}
	}
}

// choose decides which phases follow behind a barrier: of each ring the first that is called, or one of dual entry.
func (m *ringMind) choose(c *controller) {
	for r, ring := range m.barriers[m.barrier] {
		x := &m.rings[r]
		x.next = -1
		for _, p := range ring {
			if m.called(c, p) || m.phases[p].Recall == SoftRecall {
				x.next = p
				break
			}
		}
		if x.next < 0 {
			if k := slices.IndexFunc(ring, func(p int) bool { return m.phases[p].DualEntry }); k >= 0 {
				x.next = ring[k]
			}
		}
	}
}

// clear lets phases follow those that have cleared.
func (m *ringMind) clear(c *controller, now int64) {
	cleared := true
	for r := range m.rings {
		x := &m.rings[r]
		if x.state != clearing {
			continue
		}
		p := &m.phases[x.on]
		if now-x.since < milliseconds(p.Yellow+p.RedClear) {
			cleared = false
			continue
		}
		if !m.crossing {
			m.turnOn(c, r, x.next, now)
		}
	}
	if m.crossing && cleared {
		m.enter(c, now, false)
	}
}

// enter starts the phases behind the barrier that has been crossed.
func (m *ringMind) enter(c *controller, now int64, anew bool) {
	m.crossing = false
	if anew {
		m.choose(c)
	}
	started := false
	for r := range m.rings {
		x := &m.rings[r]
		if next := x.next; next >= 0 {
			m.turnOn(c, r, next, now)
			started = true
		} else {
			*x = ring{on: -1, next: -1, since: now, callSince: never}
		}
	}
	if started {
		return
	}
	for r, ring := range m.barriers[m.barrier] { // nobody is called: rest in the last phases
		if len(ring) > 0 {
			m.turnOn(c, r, ring[len(ring)-1], now)
		}
	}
}

// turnOn starts phase p in ring r.
func (m *ringMind) turnOn(c *controller, r, p int, now int64) {
	m.rings[r] = ring{on: p, next: -1, state: starting, since: now, callSince: never}
	for _, w := range m.phases[p].Walks {
		m.serves[w] = m.recall[w] || c.sensors.pushed[w]
	}
}

// turnOff ends the phase of ring r; next follows it, or the barrier if that is -1. Who still holds it has a call.
func (m *ringMind) turnOff(c *controller, r, next int, now int64) {
	x := &m.rings[r]
	p := &m.phases[x.on]
	for _, g := range p.groups {
		if c.sensors.extended(g, now, milliseconds(p.Passage)) && len(c.sensors.all) > 0 {
			c.sensors.locked[g] = true
		}
	}
	x.state, x.since, x.next = clearing, now, next
}

// show wants the heads of the phases that are on, and of overlaps that have a parent on, or between two.
func (m *ringMind) show(c *controller) {
	h := &c.heads
	clear(h.want)
	for r := range m.rings {
		x := &m.rings[r]
		if x.on < 0 {
			continue
		}
		p := &m.phases[x.on]
		for _, g := range p.groups {
			if x.state != clearing || x.next >= 0 && contains(m.phases[x.next].groups, g) {
				h.want[g] = true
			}
		}
		for _, w := range p.Walks {
			if x.state != clearing {
				h.want[h.groups+w] = m.serves[w]
			}
		}
	}
	for i := range m.overlaps {
		if o := &m.overlaps[i]; m.overlapping(o) {
			for _, g := range o.groups {
				h.want[g] = true
			}
		}
	}
}

// overlapping tells whether an overlap is green.
func (m *ringMind) overlapping(o *overlap) bool {
	for _, p := range o.parents {
		x := &m.rings[m.phases[p].ring]
		if x.on != p {
			continue
		}
		if x.state != clearing || x.next >= 0 && slices.Contains(o.parents, x.next) {
			return true
		}
	}
	return false
}

func (m *ringMind) append(dst []byte) []byte {
	dst = append(dst, byte(m.barrier), flagOf(m.crossing, 1))
	for i := range m.rings {
		x := &m.rings[i]
		dst = append(dst, byte(x.on+1), byte(x.next+1), byte(x.state), flagOf(x.gapped, 1))
		dst = appendInt(dst, x.since)
		dst = appendInt(dst, x.callSince)
		dst = appendInt(dst, x.left)
	}
	for _, s := range m.serves {
		dst = append(dst, flagOf(s, 1))
	}
	return m.coord.append(dst)
}

func (m *ringMind) restore(r *reader) {
	m.barrier, m.crossing = int(r.byte()), r.byte() == 1
	for i := range m.rings {
		x := &m.rings[i]
		x.on, x.next, x.state, x.gapped = int(r.byte())-1, int(r.byte())-1, ringState(r.byte()), r.byte() == 1
		x.since, x.callSince, x.left = r.int64(), r.int64(), r.int64()
		fits := func(p int) bool { return p < 0 || p < len(m.phases) && m.phases[p].ring == i }
		if !fits(x.on) || !fits(x.next) || x.state >= numRingStates || (x.on < 0) != (x.state == idle) {
			r.failed = true
			*x = ring{on: -1, next: -1}
		}
	}
	for i := range m.serves {
		m.serves[i] = r.byte() == 1
	}
	if m.barrier >= len(m.barriers) {
		r.failed, m.barrier = true, 0
	}
	m.coord.restore(r)
}
