package signals

const (
	defaultThreshold = 40.0 // vehicle-seconds; of the order that Cools et al. found best (their theta, in vehicles times steps)
	defaultPlatoon   = 3    // their mu
	defaultNear      = 25.0 // m, their r
)

// sotlMind decides for SOTL.
type sotlMind struct {
	staging
	approaches           // far
	near       [][]int32 // by group, the short Area detectors before its stop line
	SOTL
	kappa []float64 // by stage: vehicle-seconds that those who come to its red, or wait there, have
	waits []int64
}

func newSOTLMind(ch *checker, c *Control) *sotlMind {
	m := &sotlMind{
		staging: ch.stagingOf(c, c.SOTL.Stages), SOTL: *c.SOTL, kappa: make([]float64, len(c.SOTL.Stages)),
		waits: make([]int64, len(c.SOTL.Stages)),
	}
	if m.Threshold == 0 {
		m.Threshold = defaultThreshold
	}
	if m.Platoon == 0 {
		m.Platoon = defaultPlatoon
	}
	if m.Near == 0 {
		m.Near = defaultNear
	}
	if m.LongestWait == 0 {
		m.LongestWait = defaultLongestWait
	}
	m.approaches = ch.approachesOf(c, m.Near+0.5)
	m.near = make([][]int32, len(m.links))
	for i := range c.Detectors {
		d := &c.Detectors[i]
		if d.Kind == Area && ch.net.Lanes[d.Lane].Length-d.From <= m.Near+0.5 {
			for _, g := range d.Groups {
				slot := ch.slot[g]
				m.near[slot] = append(m.near[slot], int32(i))
			}
		}
	}
	return m
}

func (m *sotlMind) begin(c *controller, now int64, exit int) {
	m.staging.begin(c, now, exit)
	clear(m.kappa)
	for i := range m.waits {
		m.waits[i] = never
	}
}

func (m *sotlMind) decide(c *controller, now int64) {
	m.show(c, now)
	m.countWaits(c, m.waits, now)
	for i := range m.kappa {
		if i != m.at || !m.green {
			m.kappa[i] += float64(m.coming(c, i) * (tickTime / 1000.0))
		}
	}
	if !m.green || !m.walked(c) {
		return
	}
	m.kappa[m.at] = 0
	next, hurry := m.overdue(m.waits, now, milliseconds(m.LongestWait))
	if !hurry {
		next, hurry = m.prior(c)
	}
	if !hurry {
		next = m.fullest()
		hurry = next != m.at && m.mayEnd(c, next)
	}
	switch {
	case hurry && next != m.at:
		m.turn(c, next, now)
		m.kappa[next] = 0
	case !hurry:
		m.walkAgain(c)
	}
}

// coming returns how many vehicles come to, or wait at, the red of a stage: its groups that are not in the one that is green.
func (m *sotlMind) coming(c *controller, stage int) float64 {
	sum := 0.0
	for _, g := range m.sets[stage].groups {
		if stage != m.at && contains(m.sets[m.at].groups, g) {
			continue
		}
		for _, i := range m.lanes[g] {
			sum += c.sensors.load(i, false)
		}
	}
	for _, w := range m.sets[stage].walks {
		if c.sensors.pushed[w] {
			sum++
		}
	}
	return sum
}

// fullest returns the stage that has waited for most vehicle-seconds, the one that is green if none has any.
func (m *sotlMind) fullest() int {
	best := m.at
	for k := 1; k < len(m.sets); k++ {
		i := (m.at + k) % len(m.sets)
		if m.kappa[i] > m.kappa[best] {
			best = i
		}
	}
	return best
}

// mayEnd tells whether the green may end for another stage, by the rules of Cools et al.
func (m *sotlMind) mayEnd(c *controller, next int) bool {
	green, near, blocked := 0.0, 0.0, false
	for _, g := range m.sets[m.at].groups {
		if contains(m.sets[next].groups, g) {
			continue
		}
		for _, i := range m.lanes[g] {
			green += c.sensors.load(i, false)
		}
		for _, i := range m.near[g] {
			near += c.sensors.load(i, false)
		}
		for _, l := range m.links[g] {
			blocked = blocked || c.sensors.full(l.out)
		}
	}
	switch {
	case blocked, green == 0: // rules 5 and 4
		return true
	case m.kappa[next] < m.Threshold: // rule 1
		return false
	}
	return near == 0 || near > float64(m.Platoon) // rule 3
}

func (m *sotlMind) append(dst []byte) []byte {
	dst = m.staging.append(dst)
	dst = appendFloats(dst, m.kappa...)
	for _, w := range m.waits {
		dst = appendInt(dst, w)
	}
	return dst
}

func (m *sotlMind) restore(r *reader) {
	m.staging.restore(r)
	for i := range m.kappa {
		m.kappa[i] = r.float64()
		r.failed = r.failed || !(m.kappa[i] >= 0 && m.kappa[i] < 1e12)
	}
	for i := range m.waits {
		m.waits[i] = r.int64()
	}
}
