package signals

// actuatedMind decides for Actuated.
type actuatedMind struct {
	staging
	stages    []ActuatedStage
	callSince int64 // ms of the first call of another stage during this green, whether or not it went away; never if there was none
}

func newActuatedMind(ch *checker, c *Control) *actuatedMind {
	var sets []StageSet
	for _, s := range c.Actuated.Stages {
		sets = append(sets, StageSet{s.Groups, s.Walks})
	}
	return &actuatedMind{staging: ch.stagingOf(c, sets), stages: c.Actuated.Stages, callSince: never}
}

func (m *actuatedMind) begin(c *controller, now int64, exit int) {
	m.staging.begin(c, now, exit)
	m.callSince = never
}

func (m *actuatedMind) decide(c *controller, now int64) {
	m.show(c, now)
	if !m.green {
		return
	}
	next := m.next(c)
	if next < 0 {
		m.walkAgain(c)
		return
	}
	m.callSince = min(m.callSince, now)
	stage := &m.stages[m.at]
	if now-m.since < milliseconds(stage.Min) || !m.walked(c) {
		return
	}
	if m.ends(c, now, next) {
		m.leave(c, now, next)
	}
}

// next returns the stage that is called and comes first after the one that is green; -1 if none is.
func (m *actuatedMind) next(c *controller) int {
	n := len(m.stages)
	for k := 1; k < n; k++ {
		i := (m.at + k) % n
		if r := m.stages[i].Recall; r == MinRecall || r == MaxRecall || m.called(c, i) {
			return i
		}
	}
	if m.stages[m.at].Recall == SoftRecall {
		return -1
	}
	for k := 1; k < n; k++ {
		if i := (m.at + k) % n; m.stages[i].Recall == SoftRecall {
			return i
		}
	}
	return -1
}

// ends tells whether the green ends for the next stage: by a gap, at its maximum, or early for a priority.
func (m *actuatedMind) ends(c *controller, now int64, next int) bool {
	stage, set := &m.stages[m.at], &m.sets[m.at]
	what, i := c.requests.favour(set.groups)
	left := m.callSince + milliseconds(stage.Max) - now
	switch {
	case what > 0:
		if left <= 0 {
			c.requests.asking[i].extended += tickTime
		}
		return false
	case what < 0:
		c.requests.asking[i].early += max(left, 0)
		return true
	case left <= 0:
		return true
	case stage.Recall == MaxRecall:
		return false
	}
	gap := gapAt(stage.Extension, stage.Reduction, now-m.since)
	for _, g := range set.groups {
		if !contains(m.sets[next].groups, g) && c.sensors.extended(g, now, gap) {
			return false
		}
	}
	return true
}

// gapAt returns the gap in ms that ends a green that has lasted so long, ms.
func gapAt(extension float64, r *GapReduction, green int64) int64 {
	if r == nil {
		return milliseconds(extension)
	}
	before, over := milliseconds(r.Before), milliseconds(r.Over)
	switch since := green - before; {
	case since <= 0:
		return milliseconds(extension)
	case since >= over:
		return milliseconds(r.Least)
	default:
		return milliseconds(extension) - (milliseconds(extension)-milliseconds(r.Least))*since/over
	}
}

// leave goes to the next stage. Who still holds a group that ends has a call for the next time.
func (m *actuatedMind) leave(c *controller, now int64, next int) {
	gap := milliseconds(m.stages[m.at].Extension)
	for _, g := range m.sets[m.at].groups {
		if !contains(m.sets[next].groups, g) && c.sensors.extended(g, now, gap) && len(c.sensors.all) > 0 {
			c.sensors.locked[g] = true
		}
	}
	m.turn(c, next, now)
	m.callSince = never
}

func (m *actuatedMind) append(dst []byte) []byte {
	return appendInt(m.staging.append(dst), m.callSince)
}

func (m *actuatedMind) restore(r *reader) {
	m.staging.restore(r)
	m.callSince = r.int64()
}
