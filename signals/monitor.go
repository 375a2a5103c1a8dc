package signals

import "roadtwin/network"

// monitor is the conflict monitor of one controller: it stands between what the controller wants and what the street
// sees. When conflicting groups would be green together, or one too soon after the other, or a green would be shorter than its
// minimum or end without its amber, it trips: all groups of the controller flash amber from then on, and the signs count, until
// it is reset.
//
// It knows nothing of stages and plans, only which heads conflict (from the network) and the times that each pair needs, and it
// judges every change by itself.
type monitor struct {
	*clearances
	shown    []Aspect // of groups, then walks
	since    []int64  // ms at which it began; long ago if that was before the first change
	greenEnd []int64  // ms at which the head last ceased to be green; long ago if it never was
	tripped  bool
}

// longAgo is a time before every other, ms.
const longAgo = -int64(1) << 60

// rounding is what two times rounded to milliseconds can differ by, ms.
const rounding = 1

func newMonitor(t *clearances) monitor {
	m := monitor{clearances: t, shown: make([]Aspect, t.heads), since: make([]int64, t.heads), greenEnd: make([]int64, t.heads)}
	m.forget()
	return m
}

// require sets the times that heads need. Walks that were shown end with the control that had them.
func (m *monitor) require(t *clearances) {
	if t.heads != m.heads {
		n := min(t.groups, m.groups)
		grown := newMonitor(t)
		copy(grown.shown, m.shown[:n])
		copy(grown.since, m.since[:n])
		copy(grown.greenEnd, m.greenEnd[:n])
		grown.tripped = m.tripped
		*m = grown
	}
	m.clearances = t
}

// forget makes the next change the first: nothing has been shown yet.
func (m *monitor) forget() {
	for i := range m.shown {
		m.shown[i], m.since[i], m.greenEnd[i] = Red, longAgo, longAgo
	}
}

// pass takes what the controller wants from now (ms) on, and tells whether it may be shown. Once it may not, nothing may.
func (m *monitor) pass(now int64, want []Aspect) bool {
	if m.tripped {
		return false
	}
	for a := range want {
		if m.shown[a] == Green && want[a] != Green {
			m.greenEnd[a] = now
		}
		m.tripped = m.tripped || m.cutShort(now, a, want[a])
	}
	for a := range want {
		if want[a] == Green {
			m.tripped = m.tripped || m.meets(now, a, want)
		}
	}
	if m.tripped {
		return false
	}
	for a := range want {
		if m.shown[a] != want[a] {
			m.shown[a], m.since[a] = want[a], now
		}
	}
	return true
}

// opens takes the ambers after which a dark or flashing controller begins.
func (m *monitor) opens(now int64) {
	for i := range m.groups {
		m.shown[i], m.since[i], m.greenEnd[i] = Amber, now, now
	}
}

// begin takes the first that is shown: it is as if it had been shown always.
func (m *monitor) begin(now int64, want []Aspect) {
	m.forget()
	if m.pass(now, want) {
		for a := range m.since {
			m.since[a] = longAgo
		}
	}
}

// cutShort tells whether head a leaves green for anything but amber, or too soon, or amber too soon for anything but green.
func (m *monitor) cutShort(now int64, a int, want Aspect) bool {
	switch m.shown[a] {
	case Green:
		return want != Green && (want != Amber || now-m.since[a] < m.least[a]-rounding)
	case Amber:
		return want != Amber && want != Green && now-m.greenEnd[a] < m.amber[a]-rounding
	}
	return false
}

// meets tells whether head a, which is to be green, conflicts with another that is not red, or that was green too recently
// for a to begin.
func (m *monitor) meets(now int64, a int, want []Aspect) bool {
	for b := range want {
		if !m.conflicting(a, b) {
			continue
		}
		if want[b] == Green || want[b] == Amber || m.shown[a] != Green && now-m.greenEnd[b] < m.between(b, a)-rounding {
			return true
		}
	}
	return false
}

// publish writes what the street sees.
func (m *monitor) publish(aspects []Aspect, groups []network.SignalGroupID) (changed bool) {
	for i, g := range groups {
		show := m.shown[i]
		if m.tripped {
			show = FlashingAmber
		}
		changed = changed || aspects[g] != show
		aspects[g] = show
	}
	return changed
}
