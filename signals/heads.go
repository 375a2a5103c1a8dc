package signals

// heads are the signals of a controller that decides as it goes: its groups, then its walks. A controller says which of them
// it wants green; heads gets there by minimum greens, ambers and intergreens, whatever it says and however often it changes its
// mind. Of two that conflict only one begins.
type heads struct {
	*clearances
	aspect   []Aspect
	since    []int64 // ms at which it began
	greenEnd []int64 // ms at which green last ended; long ago if it never was
	want     []bool
}

func newHeads(t *clearances) heads {
	h := heads{
		clearances: t, aspect: make([]Aspect, t.heads), since: make([]int64, t.heads), greenEnd: make([]int64, t.heads),
		want: make([]bool, t.heads),
	}
	h.allRed()
	return h
}

// allRed makes everything red, and all that was before long ago.
func (h *heads) allRed() {
	for i := range h.aspect {
		h.aspect[i], h.since[i], h.greenEnd[i], h.want[i] = Red, longAgo, longAgo, false
	}
}

// adopt takes over what the street sees.
func (h *heads) adopt(m *monitor) {
	copy(h.aspect, m.shown)
	copy(h.since, m.since)
	copy(h.greenEnd, m.greenEnd)
	clear(h.want)
}

// step advances all heads at time now (ms), and tells whether any changed.
func (h *heads) step(now int64) bool {
	changed := false
	for i, a := range h.aspect {
		next := a
		switch a {
		case Green:
			if !h.want[i] && now-h.since[i] >= h.least[i] {
				next, h.greenEnd[i] = Amber, now
			}
		case Amber:
			if now-h.since[i] >= h.amber[i] {
				next = Red
			}
		case RedAmber:
			if now-h.since[i] >= h.redAmber && h.clearFor(i, now) { // the times may have changed since it began
				next = Green
			}
		default:
			if h.want[i] {
				next = h.start(i, now)
			}
		}
		if next != a {
			h.aspect[i], h.since[i] = next, now
			changed = true
		}
	}
	return changed
}

// start returns what head i, which is red and wanted green, shows from now on.
func (h *heads) start(i int, now int64) Aspect {
	green, shows := now, Green
	if i < h.groups && h.redAmber > 0 {
		green, shows = now+h.redAmber, RedAmber
	}
	if !h.clearFor(i, green) {
		return Red
	}
	return shows
}

// clearFor tells whether all that head i has to wait for will have cleared when it gets green, ms.
func (h *heads) clearFor(i int, green int64) bool {
	for j, a := range h.aspect {
		need := h.between(j, i)
		if need < 0 || j == i {
			continue
		}
		if a == Green || a == RedAmber {
			if h.conflicting(i, j) {
				return false
			}
			continue // may be green together
		}
		if green-h.greenEnd[j] < need {
			return false
		}
	}
	return true
}

// arrived tells whether the heads show what is wanted, and nothing is under way.
func (h *heads) arrived() bool {
	for i, a := range h.aspect {
		if h.want[i] != (a == Green) || a == Amber || a == RedAmber {
			return false
		}
	}
	return true
}

// dark tells whether all heads are red.
func (h *heads) dark() bool {
	for _, a := range h.aspect {
		if a != Red {
			return false
		}
	}
	return true
}
