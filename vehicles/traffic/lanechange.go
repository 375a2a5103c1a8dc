package traffic

import (
	"roadtwin/network"
	"roadtwin/vehicles/driver"
)

const (
	judgeEvery = 1.0 // s between two looks at the neighbouring lanes for something better
	coolDown   = 7.0 // s after a change before another is wished for: it takes half of that
	lostAfter  = 8.0 // s standing at the end of a lane that leads elsewhere before a driver goes another way
)

// looker is a driver who thinks about the other lanes: the i-th of lane s when it decided.
type looker struct {
	lane slot
	i    int32
	id   VehicleID
}

// looksAside reports whether the driver of vs[i], who has just decided, thinks about the other lanes too: because it is not
// on a lane of its route, is held up, or might go back to the kerb. Who stands in a queue does not.
func (w *World) looksAside(vs []vehicle, i int, place *place) bool {
	v := &vs[i]
	if i > 0 && v.v == 0 && v.a == 0 && vs[i-1].v == 0 && v.isHeld(false) {
		return false
	}
	if v.next == nowhere {
		return true
	}
	if place.lanes < 2 {
		return false
	}
	if v.good&(1<<place.index) == 0 {
		return v.good != 0
	}
	if place.merge != network.NoMerge {
		return true
	}
	if v.cool > 0 || v.v < leastWishSpeed {
		return false
	}
	if place.keepKerb && place.index > 0 || v.limit == LimitLettingIn {
		return true
	}
	return v.isHeldUp() || place.index > 0 && holdsUp(vs, i)
}

// isHeldUp reports whether v does not drive as fast as it would like because of the vehicle ahead.
func (v *vehicle) isHeldUp() bool {
	return v.limit == LimitLeader && v.pedal < contentAccel && v.v < contentShare*float64(v.wish)
}

// holdsUp reports whether vs[i] is why the one behind it does not drive as fast as it would like. Who is, makes way to the
// kerb side if there is room: everywhere slower traffic keeps there (in the United States: Uniform Vehicle Code 11-301(b)).
func holdsUp(vs []vehicle, i int) bool {
	if i+1 >= len(vs) {
		return false
	}
	v, f := &vs[i], &vs[i+1]
	return f.limit == LimitLeader && f.v < contentShare*float64(f.wish) && v.wish < f.wish && v.rear()-f.s < heldUpTime*f.v
}

// heldUpTime is the time gap in s within which one sees that somebody behind would like to go faster.
const heldUpTime = 3.0

// Who drives slower than leastWishSpeed stays where he is: in a queue the lanes are all the same. And so does who
// accelerates well, or is about as fast as he would like.
const (
	leastWishSpeed = 1.0 // m/s
	contentAccel   = 0.3 // m/s²
	contentShare   = 0.95
)

// changeLanes is phase 8. An edge is one worker's alone, so each change is made at once, lane by lane from the kerb and
// most downstream first.
func (w *World) changeLanes(wk *worker) {
	wk.lost, wk.changed, wk.cutIns = wk.lost[:0], wk.changed[:0], wk.cutIns[:0]
	for k := range wk.lookers {
		if i := w.findLooker(&wk.lookers[k]); i >= 0 {
			w.judge(wk, wk.lookers[k].lane, i)
		}
	}
	wk.lookers = wk.lookers[:0]
}

// findLooker returns the index on its lane of one who thinks about the other lanes, or -1 if it has left the lane since.
// Since it was noted those ahead of it may have left, and others changed to the lane.
func (w *World) findLooker(l *looker) int {
	vs := w.tracks[l.lane].vehicles()
	for i := min(int(l.i), len(vs)-1); i >= 0; i-- {
		if vs[i].id == l.id {
			return i
		}
	}
	for i := int(l.i) + 1; i < len(vs); i++ {
		if vs[i].id == l.id {
			return i
		}
	}
	return -1
}

// judge decides for the i-th vehicle of lane s whether it changes, and does it.
func (w *World) judge(wk *worker, s slot, i int) {
	v := &w.tracks[s].vehicles()[i]
	if v.flags&isCrashed != 0 {
		return
	}
	if o := w.controlled(v); o != nil {
		w.changeAsTold(wk, s, i, o)
		return
	}
	if v.flags&isOdd != 0 && w.skid(v.id) != nil {
		return
	}
	p := &w.layout.places[s]
	if v.next == nowhere && v.flags&servesStop == 0 && i == 0 && uint64(w.waited(v)) >= w.stepsIn(lostAfter) && p.outN > 0 {
		wk.lost = append(wk.lost, v.id) // also half way to the side, with no room to go on
	}
	if v.flags&(movesLeft|movesRight) != 0 || p.lanes < 2 || v.rear() < 0 || v.grant != 0 && p.merge == network.NoMerge {
		return
	}
	m := change{v: v, d: w.driver(v, w.believedAt(v, p)), lane: s, at: i, place: p}
	if side, changes, must := w.mustLeave(v, p); must {
		w.getOver(wk, &m, side, changes)
		return
	}
	if v.cool > 0 || v.v < leastWishSpeed {
		return
	}
	v.cool = w.judging
	w.seekBetter(wk, &m)
}

// change is a change of lanes that is thought about: of the at-th vehicle of lane, to the lane on one side.
type change struct {
	v     *vehicle
	d     *driver.Params
	lane  slot
	at    int
	place *place
	side  int // +1 towards the offside, -1 towards the kerb

	// Of the lane to change to.
	other        slot
	index        int // of v there
	lead, follow driver.Neighbour
	followParams *driver.Params // of the driver behind; nil if there is nobody near
	changes      int            // to be made in all, if the change must be made
	left         float64        // m left to make them in
	urgency      float64        // from 0 to 1
	braking      float64        // m/s² that it may cost on a dry road
	share        float64        // of the time gap that may be done without at first, from 0 to 1

	free, stay float64 // m/s²: what v would have on an empty lane, and what staying on its own is worth; see weigh
}

// to looks at the lane on one side, and reports whether there is one that v may drive on.
func (w *World) to(m *change, side int) bool {
	i := int(m.place.index) + side
	if i < 0 || i >= int(m.place.lanes) {
		return false
	}
	m.side, m.other = side, m.lane+slot(side)
	there := &w.layout.places[m.other]
	if !there.permitted.Has(classOf(m.v)) && !w.getsOut(m.v, m.place, there) || m.v.s >= there.length || there.barN > 0 && w.crossedAhead(m.v, there) {
		return false
	}
	m.index = w.insertionPoint(m.other, m.v.s)
	m.lead = w.ahead(m.other, m.index, m.v.s)
	m.follow, m.followParams = w.behind(m.other, m.index, m.v)
	if w.tracks[m.other].shaded != 0 {
		w.shadowGaps(m.other, m.v, m.place.looks, &m.lead, &m.follow, &m.followParams)
	}
	return there.barN == 0 || !w.strandsOnTracks(m.v, m.d, there, m.lead)
}

// room returns the metres from v to the end of its lane, or to where its trip ends, or to the bus stop that it makes for.
func (w *World) room(v *vehicle, p *place) float64 {
	if v.flags&servesStop != 0 {
		return w.stopAt(int(w.journeys[v.id].busStop), p) - v.s
	}
	if v.flags&endsHere != 0 {
		return min(p.length, w.journeys[v.id].stop) - v.s
	}
	return p.length - v.s
}

// isSafe reports whether the change m is safe for all, and can be made before the lane ends.
func (w *World) isSafe(m *change) bool {
	there := &w.layout.places[m.other]
	left := w.room(m.v, m.place)
	if !there.leadsOn && m.v.v >= creeping && !canStopWith(m.v.v, amberBraking/m.d.Farther, left-lineMargin) {
		return false // whatever is at the end of the other lane, it would be met too fast: not by one who stands, however near
	}
	if m.v.v > walking && left < m.v.v*driver.QuickestChange {
		return false
	}
	if w.ahead(m.lane, m.at, m.v.s).Gap < pullOutRoom && m.at > 0 {
		return false // no room to pull out behind the one ahead
	}
	fp := m.followParams
	d := w.driverThere(m)
	if fp == nil {
		fp = d
	}
	return d.AcceptsGap(m.v.v, m.lead, m.follow, fp, m.braking/d.Farther, m.share)
}

// driverThere returns the driver of m.v as it would drive on the lane that m leads to: more carefully if that looks the slipperier one.
func (w *World) driverThere(m *change) *driver.Params {
	if looks := w.layout.places[m.other].looks; w.wary && looks > m.place.looks {
		here := w.believedAt(m.v, m.place)
		seen := looksTo(looks, w.driver(m.v, 0)) * float64(w.senses[m.v.id].felt)
		return w.driver(m.v, max(here, driver.BeliefIn(seen)))
	}
	return m.d
}

// walking is the speed in m/s below which a change may end beyond the stop line: everybody waits there for the last metre.
const walking = 3.0

// pullOutRoom is the gap in metres to the vehicle ahead that it takes to drive past it: its width at the steepest angle.
const pullOutRoom = 5.5

// makeChange makes the change m: v is on the new lane from now on, and moves over there in the seconds that come.
func (w *World) makeChange(wk *worker, m *change) {
	v := *m.v
	s, other := m.lane, m.other
	there := &w.layout.places[other]
	w.tracks[s].remove(m.at)
	w.shift(&v, m)
	v.cool = w.cooling
	w.counts[s].Left++
	w.counts[other].Entered++
	w.journeys[v.id].track = other
	w.plan(&v, other)
	v.wish = float32(w.wish(&v, there))
	v.due, v.grant, v.hold = 0, 0, 0
	w.tracks[other].insert(&v, &wk.buffers)
	if m.index == len(w.tracks[other].vehicles())-1 {
		wk.cutIns = append(wk.cutIns, other)
	} else {
		w.alertBehind(other, &v)
	}
	wk.wake(other)
	wk.changed = append(wk.changed, s, other)
	wk.sideways = append(wk.sideways, v.id)
	w.cast(wk, &v, other)
}

// shift says how far from the middle of the new lane the body of v is.
func (w *World) shift(v *vehicle, m *change) {
	apart := 0.5 * (m.place.width + w.layout.places[m.other].width)
	if (m.side > 0) == (w.cfg.Net.DrivingSide == network.RightHand) {
		apart = -apart // the new lane is on the left
	}
	v.lateral += apart
	v.flags &^= movesLeft | movesRight | letsInKerbside | letsInOffside | hasLetIn
	if m.changes > 0 && v.v < zipChangeSpeed {
		v.flags |= hasLetIn // has been let in: need not let in others
	}
	if v.lateral < 0 {
		v.flags |= movesLeft
	} else {
		v.flags |= movesRight
	}
}

// alertBehind makes the driver behind v on lane s, who has somebody else ahead now, decide at once.
func (w *World) alertBehind(s slot, v *vehicle) {
	t := &w.tracks[s]
	vs := t.vehicles()
	for i := range vs[:len(vs)-1] {
		if vs[i].id == v.id {
			t.rouse(i + 1)
		}
	}
}

func classOf(v *vehicle) network.VehicleClass { return network.VehicleClass(v.class) }
