package signals

import (
	"math"

	"roadtwin/network"
)

const (
	defaultInterval    = 10.0  // s
	defaultLongestWait = 180.0 // s
)

// link is a connector of a group as max pressure and SOTL see it.
type link struct {
	in, out int32   // Area detectors on its lane and on that it leads to; -1 where there is none
	share   float64 // of its lane that it has: 1 over the connectors from there
}

// approaches are the links of each group, and the detectors on its lanes.
type approaches struct {
	links [][]link
	lanes [][]int32 // Area detectors before the stop line, each once
}

func (ch *checker) approachesOf(c *Control, short float64) approaches {
	groups := ch.net.Controllers[c.Controller].Groups
	a := approaches{make([][]link, len(groups)), make([][]int32, len(groups))}
	for i, g := range groups {
		for _, id := range ch.net.SignalGroups[g].Connectors {
			con := &ch.net.Connectors[id]
			in := c.area(con.From, true, ch.net.Lanes[con.From].Length, short)
			share := 1 / float64(max(1, ch.net.Lanes[con.From].NumOut))
			a.links[i] = append(a.links[i], link{in, c.area(con.To, false, 0, short), share})
			if in >= 0 && !contains(a.lanes[i], in) {
				a.lanes[i] = append(a.lanes[i], in)
			}
		}
	}
	return a
}

// area returns the Area detector on a lane, with groups before the stop line or without behind the junction; those no longer
// than short, before the stop line, are left out. It is -1 if there is none.
func (c *Control) area(lane network.LaneID, before bool, length, short float64) int32 {
	for i := range c.Detectors {
		d := &c.Detectors[i]
		if d.Kind == Area && d.Lane == lane && (len(d.Groups) > 0) == before && !(before && length-d.From <= short) {
			return int32(i)
		}
	}
	return -1
}

// load returns how many vehicles a detector says there are; 0 where there is none.
func (s *sensors) load(i int32, standing bool) float64 {
	switch {
	case i < 0:
		return 0
	case standing:
		return float64(s.all[i].standing)
	}
	return float64(s.all[i].vehicles)
}

// full tells whether no vehicle finds room on a detector's piece of lane any more.
func (s *sensors) full(i int32) bool { return i >= 0 && s.all[i].standing >= s.capacity[i] }

// pressureMind decides for MaxPressure.
type pressureMind struct {
	staging
	approaches
	MaxPressure
	waits []int64 // ms since when each stage has been called; never if it is not
	due   int64   // ms of the next decision
}

func newPressureMind(ch *checker, c *Control) *pressureMind {
	m := &pressureMind{
		staging: ch.stagingOf(c, c.MaxPressure.Stages), approaches: ch.approachesOf(c, 0), MaxPressure: *c.MaxPressure,
		waits: make([]int64, len(c.MaxPressure.Stages)),
	}
	if m.Interval == 0 {
		m.Interval = defaultInterval
	}
	if m.LongestWait == 0 {
		m.LongestWait = defaultLongestWait
	}
	return m
}

func (m *pressureMind) begin(c *controller, now int64, exit int) {
	m.staging.begin(c, now, exit)
	m.due = now
	for i := range m.waits {
		m.waits[i] = never
	}
}

func (m *pressureMind) decide(c *controller, now int64) {
	m.show(c, now)
	m.countWaits(c, m.waits, now)
	if !m.green {
		m.due = now + milliseconds(m.Interval)
		return
	}
	next, hurry := m.overdue(m.waits, now, milliseconds(m.LongestWait))
	if !hurry {
		next, hurry = m.prior(c)
	}
	if now < m.due && !hurry || !m.walked(c) {
		return
	}
	m.due = now + milliseconds(m.Interval)
	if !hurry {
		next = m.strongest(c)
	}
	if next != m.at {
		m.turn(c, next, now)
	} else {
		m.walkAgain(c)
	}
}

// callLasts is how long a call is taken to last when its detector does not see anybody any more, ms: one that chatters must not
// make its stage wait for ever.
const callLasts = 10_000

// lately tells whether a stage is called, or was a little while ago.
func (s *staging) lately(c *controller, i int, now int64) bool {
	if s.called(c, i) {
		return true
	}
	for _, g := range s.sets[i].groups {
		if c.heads.aspect[g] != Green && c.sensors.extended(g, now, callLasts) {
			return true
		}
	}
	return false
}

// countWaits notes since when the stages have been called.
func (s *staging) countWaits(c *controller, waits []int64, now int64) {
	for i := range waits {
		switch {
		case i == s.at && s.green || !s.lately(c, i, now):
			waits[i] = never
		default:
			waits[i] = min(waits[i], now)
		}
	}
}

// overdue returns the stage that has waited longest, if that is longer than it should.
func (s *staging) overdue(waits []int64, now, longest int64) (stage int, is bool) {
	first := never
	for i, since := range waits {
		if i != s.at && since < first {
			stage, first = i, since
		}
	}
	return stage, first != never && now-first >= longest
}

// prior returns the stage that a priority asks for, if there is one.
func (s *staging) prior(c *controller) (stage int, is bool) {
	i := c.requests.priority()
	if i < 0 {
		return 0, false
	}
	p, a := &c.requests.priorities[i], &c.requests.asking[i]
	for k := range s.sets {
		at := (s.at + k) % len(s.sets)
		if !holds(s.sets[at].groups, c.requests.favoured[i]) {
			continue
		}
		if k == 0 {
			a.extended += tickTime
			return at, a.extended <= milliseconds(p.Extend)
		}
		if a.early == 0 && p.Early > 0 {
			a.early = milliseconds(p.Early)
			return at, true
		}
		return 0, false
	}
	return 0, false
}

func holds(groups, some []int32) bool {
	for _, g := range some {
		if !contains(groups, g) {
			return false
		}
	}
	return true
}

// strongest returns the stage of the largest pressure; of equal ones the one that is green, then the first after it.
func (m *pressureMind) strongest(c *controller) int {
	best, most := m.at, math.Inf(-1)
	for k := range m.sets {
		i := (m.at + k) % len(m.sets)
		if p := m.pressure(c, i); p > most+1e-9 {
			best, most = i, p
		}
	}
	return best
}

// pressure returns that of a stage: the sum over its connectors of what waits for them less what is where they lead, in
// vehicles, or as a share of what finds room. The saturation flow of a lane is shared equally between its connectors. Whoever
// leads into a full lane has no pressure.
func (m *pressureMind) pressure(c *controller, stage int) float64 {
	sum := 0.0
	for _, g := range m.sets[stage].groups {
		for _, l := range m.links[g] {
			in, out := c.sensors.load(l.in, m.Standing), c.sensors.load(l.out, m.Standing)
			if m.Normalised {
				in, out = c.sensors.relative(l.in, in), c.sensors.relative(l.out, out)
			}
			pressure := float64(l.share * (in - out))
			if c.sensors.full(l.out) {
				pressure = math.Min(pressure, 0)
			}
			sum += pressure
		}
	}
	return sum
}

// relative returns a load as a share of what finds room on the detector.
func (s *sensors) relative(i int32, load float64) float64 {
	if i < 0 {
		return 0
	}
	return load / float64(s.capacity[i])
}

func (m *pressureMind) append(dst []byte) []byte {
	dst = appendInt(m.staging.append(dst), m.due)
	for _, w := range m.waits {
		dst = appendInt(dst, w)
	}
	return dst
}

func (m *pressureMind) restore(r *reader) {
	m.staging.restore(r)
	m.due = r.int64()
	for i := range m.waits {
		m.waits[i] = r.int64()
	}
}
