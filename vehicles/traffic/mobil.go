package traffic

import (
	"cmp"
	"math"

	"roadtwin/vehicles/driver"
)

// seekBetter makes a change that is only wished for, if it is worth it: MOBIL (Kesting, Treiber, Helbing, Transp. Res. Rec.
// 1999 (2007)), with its asymmetric form where the law has one keep to the kerb.
func (w *World) seekBetter(wk *worker, m *change) {
	best, side := m.d.ChangeGain, 0
	m.braking, m.share = driver.SafeBraking, wishedShare
	w.weigh(m)
	bias := 0.0
	if m.place.keepKerb {
		bias = driver.KerbBias
	}
	if m.free-m.stay+bias <= best {
		return // not even for an empty lane
	}
	wants := m.v.isHeldUp() || m.v.limit == LimitLettingIn
	for _, k := range [2]int{1, -1} {
		i := int(m.place.index) + k
		if k > 0 && !wants || i < 0 || m.v.good&(1<<i) == 0 || !mayCross(m.v, m.place, k) || !w.to(m, k) {
			continue
		}
		if gain := w.gain(m) - float64(float64(k)*bias); gain > best {
			best, side = gain, k
		}
	}
	if side == 0 || !w.to(m, side) {
		return
	}
	if m.index == 0 && w.room(m.v, m.place) < blindWithin {
		return // nobody ahead up to the stop line, and no way to see beyond
	}
	if w.isSafe(m) {
		w.makeChange(wk, m)
	}
}

// wishedShare is how content with a short gap at first those are who need not change (driver.Params.Relaxed).
const wishedShare = 0.4

// blindWithin is the distance in metres to the stop line within which nobody changes to a lane where nobody is ahead.
const blindWithin = 20.0

// weigh says what m.v has where it is, for gain: nothing of it depends on the lane to change to.
func (w *World) weigh(m *change) {
	v := m.v
	m.free = m.d.Free(v.v, float64(v.wish))
	lead := w.ahead(m.lane, m.at, v.s)
	now := m.d.Follow(v.v, lead.Speed, lead.Gap, m.free)
	if v.limit == LimitLettingIn {
		now = min(now, float64(v.pedal))
	}
	m.stay = now - float64(m.d.Courtesy*w.gainBehind(m, lead))
}

// gain returns MOBIL's incentive in m/s² for the change m, which has been weighed: the own gain, less courtesy times the new
// follower's loss, and courtesy times the gain of the follower left behind. All are reckoned with the gaps as drivers act on them
// right after a change (driver.Params.Relaxed): else nobody would change in dense traffic, where all gaps are short.
func (w *World) gain(m *change) float64 {
	v := m.v
	d, free := w.driverThere(m), m.free
	if d != m.d {
		free = d.Free(v.v, float64(v.wish)*d.SpeedRatio/m.d.SpeedRatio)
	}
	gain := d.FollowRelaxed(v.v, m.lead.Speed, m.lead.Gap, free, m.share) - m.stay
	fp, f := m.followParams, m.follow
	if fp == nil {
		return gain
	}
	fFree := fp.Free(f.Speed, max(f.Speed, float64(v.wish)))
	gap := f.Gap + float64(v.length) + m.lead.Gap
	loss := fp.Follow(f.Speed, m.lead.Speed, gap, fFree) - fp.FollowRelaxed(f.Speed, v.v, f.Gap, fFree, m.share)
	return gain - float64(m.d.Courtesy*max(0, loss))
}

// gainBehind returns what the one who follows m.v now gains, m/s², if m.v makes way and lead is before him then.
func (w *World) gainBehind(m *change, lead driver.Neighbour) float64 {
	vs := w.tracks[m.lane].vehicles()
	if m.at+1 >= len(vs) {
		return 0
	}
	o := &vs[m.at+1]
	p := w.driver(o, w.believedAt(o, m.place))
	free := p.Free(o.v, float64(o.wish))
	gap := m.v.rear() - o.s
	return p.Follow(o.v, lead.Speed, gap+float64(m.v.length)+lead.Gap, free) - p.Follow(o.v, m.v.v, gap, free)
}

// ahead returns what a driver at position x of lane s, with index i there, has ahead: on the lane, or nearest of all that
// are on the ways it leads to, one lane further, and on where there is but one way.
func (w *World) ahead(s slot, i int, x float64) driver.Neighbour {
	if i > 0 {
		o := &w.tracks[s].vehicles()[i-1]
		return driver.Neighbour{Gap: o.rear() - x, Speed: o.v}
	}
	for distance, hop := -x, 0; ; hop++ {
		p := &w.layout.places[s]
		distance += p.length
		lead := w.nearestBeyond(p, distance)
		if p.outN != 1 || hop == mostHops || distance > farAhead || !math.IsInf(lead.Gap, 1) {
			return lead
		}
		exit := &w.layout.places[p.out]
		distance += exit.length
		s = exit.to
	}
}

// farAhead is how far on a driver minds who is ahead on the next lane, m: as far as one is slowed down by somebody who is slower by 20 m/s.
const farAhead = 150.0

// nearestBeyond returns the nearest vehicle on the ways that lead on from lane p, which ends distance metres ahead, as far as to the end of
// the next lane.
func (w *World) nearestBeyond(p *place, distance float64) driver.Neighbour {
	lead := driver.Neighbour{Gap: math.Inf(1)}
	for c := p.out; c < p.outEnd(); c++ {
		gap, t := distance, &w.ends[c].tail
		rear := t.rear()
		if math.IsInf(t.s, 1) { // nobody on the connector: the lane behind it
			exit := &w.layout.places[c]
			gap += exit.length
			t = &w.ends[exit.to].tail
			rear = w.rearSeenFrom(c, t)
		}
		if gap+rear < lead.Gap {
			lead = driver.Neighbour{Gap: gap + rear, Speed: t.v}
		}
	}
	return lead
}

// insertionPoint returns the index that a vehicle at position x would have on lane s.
func (w *World) insertionPoint(s slot, x float64) int {
	vs := w.tracks[s].vehicles()
	if len(vs) == 0 || vs[0].s <= x {
		return 0
	}
	lo, hi := 1, len(vs)
	if first, last := vs[0].s, vs[hi-1].s; last > x {
		return hi
	} else if hi < manyOnLane { // where it would be if they were evenly spread is near
		i := int((first - x) / (first - last) * float64(hi-1))
		for vs[i].s > x {
			i++
		}
		for vs[i-1].s <= x {
			i--
		}
		return i
	}
	for lo < hi {
		mid := (lo + hi) / 2
		if vs[mid].s > x {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// manyOnLane is the number of vehicles on a lane from which on halving finds a place sooner than a guess.
const manyOnLane = 32

// behind returns the vehicle that would follow v at index at of lane s, and its driver; nil if there is nobody near enough to matter. It
// may still be on the tracks that lead to the lane: roads are cut into short lanes by bridges and changes of speed limits, and who looks
// into the mirror does not see where.
func (w *World) behind(s slot, at int, v *vehicle) (driver.Neighbour, *driver.Params) {
	place := &w.layout.places[s]
	vs := w.tracks[s].vehicles()
	if at < len(vs) {
		f := &vs[at]
		return driver.Neighbour{Gap: v.rear() - f.s, Speed: f.v}, w.driver(f, place.looks)
	}
	m := mirror{gap: math.Inf(1), sight: mirrorSight(v.v, place.limit)}
	w.lookBack(&m, s, v.rear(), mostMirrored)
	if m.head == nil {
		return driver.Neighbour{Gap: m.gap}, nil
	}
	return driver.Neighbour{Gap: m.gap, Speed: m.head.v}, &w.drivers.Drivers[place.looks][m.head.class][m.head.driver]
}

// mirror is what a driver sees behind: the nearest of those who come to a lane.
type mirror struct {
	head   *head   // nil if nobody comes
	gap    float64 // m from the rear of the one who looks
	sight  float64 // m as far as it looks
	rouses bool    // all who come decide at once, for they see it too
}

// mostMirrored is the most lanes that one looks back along.
const mostMirrored = 5

// mirrorSight returns how far in metres one at v (m/s) looks back on a road with a limit (m/s): as far as somebody comes in two seconds
// who is a fifth too fast, and as it takes him from there to slow down to v comfortably.
func mirrorSight(v, limit float64) float64 {
	const comfortable = 2.0 // m/s²
	fast := 1.2 * limit
	closing := max(0, fast-v)
	return 2*fast + float64(closing*closing)/(2*comfortable)
}

// lookBack finds the first vehicles on the tracks that lead to lane s, and so many lanes farther, where nobody is nearer. The lane starts distance
// metres before the rear of the one who looks.
func (w *World) lookBack(m *mirror, s slot, distance float64, lanes int) {
	for _, c := range w.layout.into[s] {
		p := &w.layout.places[c]
		on, gap := c, distance+p.length
		f := &w.ends[c].head
		if f.v < 0 {
			on = p.from
			gap += w.layout.places[on].length
			if f = &w.ends[on].head; f.v < 0 {
				if gap < m.sight && lanes > 1 {
					w.lookBack(m, on, gap, lanes-1)
				}
				continue
			}
			if f.next != c {
				continue
			}
		}
		gap -= f.s
		if gap < m.sight && m.rouses && len(w.tracks[on].vehicles()) > 0 {
			w.tracks[on].rouse(0)
		}
		if gap < m.gap || gap == m.gap && f.before(m.head) {
			m.head, m.gap = f, gap
		}
	}
}

// before orders those who are equally near, whatever the numbers of their tracks: the faster one matters more.
func (h *head) before(o *head) bool {
	return cmp.Or(cmp.Compare(o.v, h.v), cmp.Compare(h.class, o.class), cmp.Compare(h.driver, o.driver)) < 0
}

// alertFarBehind makes those decide at once who follow the last vehicle on lane s, which has come over to it, from tracks before. It is
// not for a worker, whose tracks these need not be.
func (w *World) alertFarBehind(s slot) {
	vs := w.tracks[s].vehicles()
	if len(vs) == 0 {
		return // it has left again, to the lane after
	}
	last := &vs[len(vs)-1]
	m := mirror{gap: math.Inf(1), sight: mirrorSight(last.v, w.layout.places[s].limit), rouses: true}
	w.lookBack(&m, s, last.rear(), mostMirrored)
}
