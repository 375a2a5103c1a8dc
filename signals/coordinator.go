package signals

import (
	"math"
	"slices"
)

// coordinator is the cycle clock of a NEMA controller, and what its pattern makes of it.
type coordinator struct {
	windows []window // of each pattern
	pattern int      // that runs; Free for none
	x       int64    // ms of the cycle, from the start of the split of the first phase behind the coordinated barrier
	shift   int64    // ms by which x is still to be later (x goes slower), or earlier, to be at the offset
	share   float64
	pace    int64 // ms of the cycle that this tick takes
	nema    *NEMA
}

// window says where in the cycle the splits of a pattern are, all in ms of the cycle.
type window struct {
	cycle, offset int64
	reference     int64   // where the reference is
	yield         []int64 // by ring, force-off of its coordinated phase
	from, forced  []int64 // by phase: start of its split, force-off
	coordinated   []bool  // by phase
	home          int     // their barrier
	lost          int64   // their longest yellow and red clearance
}

func newCoordinator(m *ringMind) coordinator {
	k := coordinator{pattern: Free, nema: m.nema, share: m.nema.Transition.Share, pace: tickTime}
	if k.share == 0 {
		k.share = defaultShare
	}
	for i := range m.nema.Patterns {
		k.windows = append(k.windows, m.windowOf(&m.nema.Patterns[i]))
	}
	return k
}

// windowOf lays out the splits of a pattern: the coordinated barrier first.
func (m *ringMind) windowOf(p *Pattern) window {
	n := len(m.phases)
	w := window{
		cycle: milliseconds(p.Cycle), offset: milliseconds(p.Offset), from: make([]int64, n), forced: make([]int64, n),
		coordinated: make([]bool, n), yield: make([]int64, len(m.rings)),
	}
	for _, number := range p.Coordinated {
		i := m.nema.index(number)
		w.coordinated[i], w.home = true, m.phases[i].home
		w.lost = max(w.lost, milliseconds(m.phases[i].Yellow+m.phases[i].RedClear))
	}
	begin := int64(0)
	for k := range m.barriers {
		longest := int64(0)
		for _, ring := range m.barriers[(w.home+k)%len(m.barriers)] {
			at := begin
			for _, i := range ring {
				w.from[i] = at
				at += milliseconds(p.Splits[i])
				w.forced[i] = at - milliseconds(m.phases[i].Yellow+m.phases[i].RedClear)
			}
			longest = max(longest, at-begin)
		}
		begin += longest
	}
	w.reference = int64(math.MaxInt64)
	for r := range w.yield {
		w.yield[r] = w.forced[m.nema.index(p.Coordinated[0])]
	}
	for i := range w.coordinated {
		if !w.coordinated[i] {
			continue
		}
		w.yield[m.phases[i].ring] = w.forced[i]
		if p.Reference == GreenReference {
			w.reference = min(w.reference, w.from[i])
		}
	}
	if p.Reference == YieldReference {
		w.reference = w.forced[m.nema.index(p.Coordinated[0])]
	}
	return w
}

func (k *coordinator) on() bool { return k.pattern != Free }

// coordinates tells whether phase p is coordinated now: its ring rests in it.
func (k *coordinator) coordinates(p int) bool { return k.on() && k.windows[k.pattern].coordinated[p] }

// asked returns the pattern that is to run at now.
func (k *coordinator) asked(c *controller, now int64) int {
	switch {
	case len(k.windows) == 0:
		return Free
	case len(k.nema.Days) == 0:
		return 0
	}
	return planAt(k.nema.Days, int(c.day), seconds(now), Free)
}

// begin starts the clock at its offset, as if it had always run.
func (k *coordinator) begin(c *controller, now int64) {
	k.pattern, k.shift, k.pace = k.asked(c, now), 0, tickTime
	if k.on() {
		k.x = k.windows[k.pattern].place(now)
	}
}

// place returns where the cycle is to be at now, ms.
func (w *window) place(now int64) int64 { return modulo(now-w.offset+w.reference, w.cycle) }

// advance runs the clock by one tick. Another pattern takes over at the yield point.
func (k *coordinator) advance(m *ringMind, c *controller, now int64) {
	if next := k.asked(c, now); next != k.pattern {
		k.change(m, next, now)
	}
	if !k.on() {
		return
	}
	k.pace = tickTime
	switch {
	case k.shift > 0:
		slower := min(k.shift, int64(tickTime*k.share/(1+k.share)))
		k.pace -= slower
		k.shift -= slower
	case k.shift < 0:
		faster := min(-k.shift, int64(tickTime*k.share))
		k.pace += faster
		k.shift += faster
	}
	k.x = modulo(k.x+k.pace, k.windows[k.pattern].cycle)
}

// change goes over to another pattern: from the same place relative to the yield point, and from there to the offset.
func (k *coordinator) change(m *ringMind, next int, now int64) {
	before := k.pattern
	if next != Free {
		w := &k.windows[next]
		target := w.place(now)
		switch {
		case before == Free:
			k.x = w.from[m.anyOn(w)]
		default:
			old := &k.windows[before]
			since := modulo(k.x-old.yield[0], old.cycle)
			if since > min(old.cycle, w.cycle)/2 { // before the yield point
				k.x = modulo(w.yield[0]-min(old.cycle-since, w.yield[0]), w.cycle)
			} else {
				k.x = modulo(w.yield[0]+min(since, w.cycle-1), w.cycle)
			}
		}
		later := modulo(k.x-target, w.cycle)
		k.shift = later
		slow, fast := k.share/(1+k.share), k.share
		if k.nema.Transition.Method == ShortestWay && float64(w.cycle-later)/fast < float64(later)/slow {
			k.shift = later - w.cycle
		}
	}
	k.pattern = next
	for r := range m.rings {
		if x := &m.rings[r]; x.state == timing && next != Free {
			x.left = k.allowance(m, x.on)
		}
	}
}

// anyOn returns a phase that is on, of those the last in its cycle; the first coordinated one if none is.
func (m *ringMind) anyOn(w *window) int {
	best := slices.Index(w.coordinated, true)
	for r := range m.rings {
		if x := &m.rings[r]; x.on >= 0 {
			best = x.on
			break
		}
	}
	return best
}

// allowance returns how much of the cycle the green of phase p that begins now may take until it is forced off, or, if it is
// coordinated, has until it may yield, ms. One that begins after its force-off has nothing but its minimum.
func (k *coordinator) allowance(m *ringMind, p int) int64 {
	if !k.on() {
		return never
	}
	w := &k.windows[k.pattern]
	left := modulo(w.forced[p]-k.x, w.cycle)
	if w.coordinated[p] { // has its green until the next yield point
		return left
	}
	if left > modulo(w.forced[p]-w.yield[m.phases[p].ring], w.cycle) {
		return 0
	}
	if k.nema.Patterns[k.pattern].ForceOff == FloatingForceOff {
		own := modulo(w.forced[p]-w.from[p], w.cycle)
		left = min(left, own)
	}
	return left
}

// count returns what is left of an allowance after this tick.
func (k *coordinator) count(left int64) int64 {
	if !k.on() || left == never {
		return left
	}
	return left - k.pace
}

// leastPermissive is how long after the yield point a call can always end the coordinated green, ms, however little time its
// phase has.
const leastPermissive = 2000

// yields tells whether the coordinated phase of ring r may end: after its yield point, for a phase that still has its minimum,
// or its walk, before its force-off.
func (k *coordinator) yields(m *ringMind, c *controller, r int) bool {
	w, p := &k.windows[k.pattern], &k.nema.Patterns[k.pattern]
	if m.rings[r].left > 0 {
		return false
	}
	since := modulo(k.x-w.yield[r], w.cycle)
	if p.Permissive > 0 && since > milliseconds(p.Permissive) {
		return false
	}
	for i := range m.phases {
		ph := &m.phases[i]
		if w.coordinated[i] || ph.home == w.home && ph.ring != r || !m.called(c, i) {
			continue
		}
		fits := modulo(w.forced[i]-w.yield[r], w.cycle) - w.lost - m.needs(c, i)
		if since <= max(leastPermissive, fits) {
			return true
		}
	}
	return false
}

// needs returns the least green that phase i takes if it is served now, ms.
func (m *ringMind) needs(c *controller, i int) int64 {
	need := milliseconds(m.phases[i].MinGreen)
	for _, walk := range m.phases[i].Walks {
		if h := c.heads.groups + walk; m.recall[walk] || c.sensors.pushed[walk] {
			need = max(need, c.heads.least[h]+c.heads.amber[h])
		}
	}
	return need
}

func (k *coordinator) append(dst []byte) []byte {
	dst = append(dst, byte(k.pattern+1))
	dst = appendInt(dst, k.x)
	return appendInt(dst, k.shift)
}

func (k *coordinator) restore(r *reader) {
	k.pattern = int(r.byte()) - 1
	k.x, k.shift, k.pace = r.int64(), r.int64(), tickTime
	if k.pattern >= len(k.windows) || k.on() && (k.x < 0 || k.x >= k.windows[k.pattern].cycle || k.shift > 1e8 || k.shift < -1e8) {
		r.failed, k.pattern = true, Free
	}
}
