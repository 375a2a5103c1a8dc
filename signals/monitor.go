package signals

import "roadtwin/network"

// monitor is the conflict monitor of one controller: it stands between what the controller wants and what the street
// sees. When conflicting groups would be green together, or one too soon after the other, it trips: all groups of the
// controller flash amber from then on, and the signs count, until it is reset.
//
// It knows nothing of stages and plans, only which groups conflict (from the network) and the amber and all-red that each needs
// to clear, and it judges every change by itself.
type monitor struct {
	relations relations
	clearance []int64 // ms from the end of a group's green to the green of one that it conflicts with
	amber     []int64 // ms that a group shows amber after green
	shown     []Aspect
	greenEnd  []int64 // ms at which the group last ceased to be green; long ago if it never was
	tripped   bool
}

// longAgo is a time before every other, ms.
const longAgo = -int64(1) << 60

func newMonitor(rel relations) monitor {
	m := monitor{
		relations: rel, clearance: make([]int64, rel.n), amber: make([]int64, rel.n),
		shown: make([]Aspect, rel.n), greenEnd: make([]int64, rel.n),
	}
	m.forget()
	return m
}

// require sets the times that groups need to clear.
func (m *monitor) require(timings []GroupTiming) {
	for i, t := range timings {
		m.amber[i] = milliseconds(t.Amber)
		m.clearance[i] = m.amber[i] + milliseconds(t.AllRed)
	}
}

// forget makes the next change the first: nothing has been shown yet.
func (m *monitor) forget() {
	for i := range m.shown {
		m.shown[i], m.greenEnd[i] = Red, longAgo
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
		m.tripped = m.tripped || m.amberCutShort(now, a, want[a])
	}
	for a := range want {
		if want[a] == Green {
			m.tripped = m.tripped || m.meets(now, a, want)
		}
	}
	if m.tripped {
		return false
	}
	copy(m.shown, want)
	return true
}

// amberCutShort tells whether group a leaves green for anything but amber, or amber too soon for anything but green.
func (m *monitor) amberCutShort(now int64, a int, want Aspect) bool {
	switch m.shown[a] {
	case Green:
		return want != Green && want != Amber
	case Amber:
		return want != Amber && now-m.greenEnd[a] < m.amber[a]
	}
	return false
}

// meets tells whether group a, which is to be green, conflicts with another that is not red, or that was green too recently
// for a to begin.
func (m *monitor) meets(now int64, a int, want []Aspect) bool {
	for b := range want {
		if m.relations.between(a, b) != conflicting {
			continue
		}
		if want[b] == Green || want[b] == Amber || m.shown[a] != Green && now-m.greenEnd[b] < m.clearance[b] {
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
