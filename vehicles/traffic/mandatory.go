package traffic

import (
	"math"

	"roadtwin/network"
	"roadtwin/vehicles/driver"
)

// getOver makes a change that the route asks for, if it can: what a driver accepts grows with the urgency. Who cannot get
// over asks the driver behind the gap for room.
func (w *World) getOver(wk *worker, m *change, side, changes int) {
	if !mayCross(m.v, m.place, side) || !w.to(m, side) {
		return
	}
	m.changes, m.left = changes, w.room(m.v, m.place)
	queue := m.v.v < zipChangeSpeed && m.follow.Speed < zipChangeSpeed && m.follow.Gap < zipReach
	ends := queue && m.place.merge != network.NoMerge
	if ends && m.left > staggerWithin {
		return // in a queue the lane is used up to its end
	}
	m.urgency = driver.Urgency(m.v.v, m.left, changes)
	m.braking = driver.AcceptedBraking(m.urgency)
	m.share = 0.5 + 0.5*m.urgency
	if m.urgency == 0 {
		if w.weigh(m); w.gain(m) < -farLoss {
			return // there is time: no need to queue up behind a lorry yet
		}
	}
	f := w.lastToGoFirst(m)
	if f == m.index && (!ends || m.left <= alignWithin && w.isItsTurn(m)) && w.isSafe(m) {
		if vs := w.tracks[m.other].vehicles(); f < len(vs) && m.v.v < zipChangeSpeed && m.v.rear()-vs[f].s < zipReach {
			vs[f].flags |= hasLetIn
		}
		w.makeChange(wk, m)
		return
	}
	if m.urgency > 0 {
		w.askForRoom(m, f)
	}
}

// isItsTurn reports whether nobody is before m.v in the queue on a lane that ends: who stands at its end goes first, unless
// he has got nowhere for long.
func (w *World) isItsTurn(m *change) bool {
	first := &w.tracks[m.lane].vehicles()[0]
	return m.at == 0 || uint64(w.waited(first)) >= w.stepsIn(lostAfter)
}

// farLoss is the acceleration in m/s² that a driver does not give up yet for a change that is not urgent.
const farLoss = 0.5

// mayCross reports whether a driver on a lane at place p crosses the line to one side: not if it is solid, unless he is
// near the end of a lane that does not lead where he must go. He would stand there and block it otherwise; drivers
// rather cross.
func mayCross(v *vehicle, p *place, side int) bool {
	solid := network.NoChangeOffside
	if side < 0 {
		solid = network.NoChangeKerbside
	}
	return p.change&solid == 0 || v.next == nowhere && p.length-v.s < crossWithin
}

// crossWithin is the distance in metres from the end of a lane within which drivers cross solid lines if they must.
const crossWithin = 60.0

// mustLeave reports whether v has to leave the lane at place p: it is not one of its route, or is about to end. If so, it
// returns to which side, and how many changes it takes.
func (w *World) mustLeave(v *vehicle, p *place) (side, changes int, must bool) {
	if v.good&(1<<p.index) == 0 {
		side, changes = nearestGood(v.good, p.index)
		return side, changes, side != 0
	}
	if p.merge == network.NoMerge || v.flags&endsHere != 0 || v.v < zipChangeSpeed && p.length-v.s > mergeRoom {
		return 0, 0, false
	}
	side = 1
	if p.merge == network.MergeKerbside {
		side = -1
	}
	if i := int(p.index) + side; i < 0 || v.good&(1<<i) == 0 {
		return 0, 0, false
	}
	return side, 1, true
}

// mergeRoom is the distance in metres before the end of a lane within which one leaves it in slow traffic, which uses all of
// it; at speed one leaves it as soon as one can.
const mergeRoom = 60.0

// nearestGood returns the direction of the nearest lane in the set good, and how many lanes it is away; ties go to the kerb.
func nearestGood(good uint16, index uint8) (side, changes int) {
	for d := 1; d < maxLanes; d++ {
		if int(index)-d >= 0 && good&(1<<(int(index)-d)) != 0 {
			return -1, d
		}
		if int(index)+d < maxLanes && good&(1<<(int(index)+d)) != 0 {
			return 1, d
		}
	}
	return 0, 0
}

// lastToGoFirst returns the index on the other lane of the vehicle that m.v is to go in front of. That is the first behind
// it; but in a slow queue, if that one has let somebody in already, the next: they take turns.
func (w *World) lastToGoFirst(m *change) int {
	vs := w.tracks[m.other].vehicles()
	i := m.index
	if i == len(vs) {
		return i
	}
	o := &vs[i]
	if m.v.v > zipChangeSpeed {
		if closing := o.v - m.v.v; closing > passing && m.v.rear()-o.s < passSoon*closing && o.flags&isCrashed == 0 {
			return i + 1 // about to pass
		}
		return i
	}
	free := o.flags&isCrashed == 0 && uint64(w.waited(o)) < w.stepsIn(lostAfter) // to take its turn
	if o.flags&(movesLeft|movesRight) != 0 && w.waited(m.v) >= w.patience(zipPatience) {
		free = false // it came from behind m.v, and gets no further
	}
	if o.v >= zipChangeSpeed || m.v.rear()-o.s >= zipReach || !free {
		return i
	}
	turns := 0
	if o.flags&hasLetIn != 0 {
		turns++
	}
	if m.place.merge != network.NoMerge {
		turns += w.waitBefore(m)
	}
	return min(i+turns, len(vs))
}

// waitBefore returns how many on the own lane are ahead of m.v and still beside the gap that m.v is beside: each goes into one.
func (w *World) waitBefore(m *change) (n int) {
	until := math.Inf(1)
	if m.index > 0 {
		until = w.tracks[m.other].vehicles()[m.index-1].s
	}
	vs := w.tracks[m.lane].vehicles()
	for k := m.at - 1; k >= 0 && n < maxWaitBefore && vs[k].s < until && uint64(w.waited(&vs[k])) < w.stepsIn(lostAfter); k-- {
		n++
	}
	return n
}

// maxWaitBefore is how many vehicles ahead a driver counts in a queue.
const maxWaitBefore = 3

const (
	zipChangeSpeed = 8.0  // m/s below which those who merge take turns with those they merge with
	zipReach       = 30.0 // m: a gap longer than this is anybody's
	passing        = 1.0  // m/s faster: one is let pass who
	passSoon       = 2.5  // s from now is beside the rear
)

// askForRoom asks the driver of the f-th vehicle of the other lane to let m.v in, unless he has been standing for long, so
// that nobody stands and waits for ever.
func (w *World) askForRoom(m *change, f int) {
	vs, own := w.tracks[m.other].vehicles(), w.tracks[m.lane].vehicles()
	for f < len(vs) && !w.drawsAhead(own, m.at, m.place, vs[f].s) {
		f++
	}
	if f >= len(vs) {
		return
	}
	o := &vs[f]
	if o.flags&isCrashed != 0 || uint64(w.waited(o)) >= w.stepsIn(lostAfter) || o.v-m.v.v > tooFastToAsk {
		return
	}
	if o.flags&(letsInKerbside|letsInOffside) == 0 {
		w.tracks[m.other].rouse(f)
	}
	if m.side > 0 {
		o.flags |= letsInKerbside
	} else {
		o.flags |= letsInOffside
	}
}

// drawsAhead reports whether vs[i], which wants to leave the lane at place p, may yet have its rear at metre x of it. If it stands,
// as near to the lane's end or to the one ahead as it goes, one who is beside it makes no room by waiting there: only those behind
// its rear can.
func (w *World) drawsAhead(vs []vehicle, i int, p *place, x float64) bool {
	o := &vs[i]
	if o.v >= creeping || p.merge != network.NoMerge { // where a lane ends they take turns
		return true
	}
	reach := w.room(o, p) - endReserve(p)
	if i > 0 {
		reach = min(reach, vs[i-1].rear()-o.s)
	}
	return o.rear()+max(reach, 0) >= x
}

// tooFastToAsk is how much faster, m/s, somebody is who does not brake for one that wants in.
const tooFastToAsk = 6.0

// mindNeighbours lowers the wish of v for those on the lanes beside its own, s.
func (w *World) mindNeighbours(v *vehicle, p *driver.Params, s slot, place *place, free float64, d *wish) {
	if w.tracks[s].shaded != 0 {
		w.mindShadows(v, p, s, free, d)
	}
	if v.flags&(movesLeft|movesRight) != 0 {
		w.mindLaneLeft(v, p, s, place, free, d)
	}
	if v.flags&letsInKerbside != 0 {
		w.letIn(v, p, s, place, -1, free, d)
	}
	if v.flags&letsInOffside != 0 {
		w.letIn(v, p, s, place, 1, free, d)
	}
	v.flags &^= letsInKerbside | letsInOffside
	if (v.good&(1<<place.index) == 0 || place.merge != network.NoMerge) && v.grant == 0 && v.flags&(movesLeft|movesRight) == 0 {
		w.alignWithGap(v, p, s, place, free, d)
	}
	if place.keepKerb && v.v > undertakingSpeed && int(place.index)+1 < int(place.lanes) {
		w.doNotUndertake(v, p, s, free, d)
	}
}

// letIn makes room for one on the lane to one side that must come over: v falls back behind it, without braking hard.
func (w *World) letIn(v *vehicle, p *driver.Params, s slot, place *place, side int, free float64, d *wish) {
	if i := int(place.index) + side; i < 0 || i >= int(place.lanes) {
		return
	}
	o := w.toLetIn(v, s, side)
	if o == nil {
		return
	}
	most := courtesyBraking
	if v.v < zipChangeSpeed {
		most = 2 * courtesyBraking
	}
	d.cap(max(p.Follow(v.v, o.v, o.rear()-v.s, free), -most/p.Farther), LimitLettingIn)
}

// toLetIn returns the vehicle on the lane to one side of s that v lets in: the next ahead that must come over; in a slow queue
// at the end of a lane, where one lets in one, the first that is beside the gap before v, and nobody else.
func (w *World) toLetIn(v *vehicle, s slot, side int) *vehicle {
	other := s + slot(side)
	there := &w.layout.places[other]
	queue, until := v.v < zipChangeSpeed && there.merge != network.NoMerge, math.Inf(1)
	if queue {
		if v.flags&hasLetIn != 0 {
			return nil
		}
		if k := w.insertionPoint(s, v.s); k > 0 {
			until = w.tracks[s].vehicles()[k-1].s
		}
	}
	vs := w.tracks[other].vehicles()
	at := w.insertionPoint(other, v.s)
	var first *vehicle
	for i := at - 1; i >= 0 && i >= at-maxWaitBefore && vs[i].s < until; i-- {
		o := &vs[i]
		if to, _, must := w.mustLeave(o, there); !must || to != -side || o.flags&isCrashed != 0 || !w.drawsAhead(vs, i, there, v.s) {
			continue
		}
		if !queue {
			return o
		}
		first = o
	}
	return first
}

// courtesyBraking is how hard, m/s², one brakes for another who wants in: less than comfortable braking; in slow traffic twice that.
const courtesyBraking = 1.5

// alignWithGap makes v, which must leave its lane s, fall in behind the one that it is to follow on the other lane: early and
// gently, and at the end of the lane whatever it takes.
func (w *World) alignWithGap(v *vehicle, p *driver.Params, s slot, place *place, free float64, d *wish) {
	side, changes, must := w.mustLeave(v, place)
	if i := int(place.index) + side; !must || i < 0 || i >= int(place.lanes) {
		return
	}
	left := w.room(v, place)
	urgency := driver.Urgency(v.v, left, changes)
	if urgency == 0 {
		return
	}
	m := change{v: v, d: p, lane: s, at: w.insertionPoint(s, v.s), place: place, side: side, other: s + slot(side)}
	m.index = w.insertionPoint(m.other, v.s)
	vs := w.tracks[m.other].vehicles()
	at := w.lastToGoFirst(&m)
	if at == 0 {
		return
	}
	o := &vs[at-1]
	if o.s < v.s && o.flags&(movesLeft|movesRight) != 0 {
		return // it may have to wait for v to go on
	}
	if o.v < standingQueue && (left > alignWithin || v.next != nowhere && place.merge == network.NoMerge) {
		return // on along the queue; and who can go on from this lane as well does not stand and wait
	}
	if v.v < o.v-dropBack {
		return // falls back already: slower, and it would fit into no gap at all
	}
	most := leastAligning + float64(urgency*(mostAligning-leastAligning))
	d.cap(max(p.Follow(v.v, o.v, o.rear()-v.s, free), -most/p.Farther), LimitLaneEnd)
}

const (
	standingQueue = 5.0  // m/s: a slower queue is passed up to the end of the lane,
	alignWithin   = 30.0 // m before which one looks for a place in it
	staggerWithin = 80.0 // m before which those beside each other in two queues make room for one another
	dropBack      = 1.5  // m/s slower than the lane one wants into is enough to find a gap
	leastAligning = 0.5  // m/s² of braking for a gap while there is time,
	mostAligning  = 2.5  // and when it is urgent
)

// stopAtLaneEnd lowers the wish of v for the end of its lane, distance metres ahead, which does not lead where it goes. One
// drives on while one might still get over, then stops; with some room left to drive over obliquely.
func (w *World) stopAtLaneEnd(v *vehicle, p *driver.Params, place *place, distance, free float64, why Limit, d *wish) {
	if (v.next == nowhere || place.merge != network.NoMerge) && v.lateral == 0 { // who is under way to the side needs it now
		d.cap(max(stopLate(v, p, distance-endReserve(place), free), -reserveBraking*p.Brake), why)
	}
	d.cap(stopLate(v, p, distance-lineMargin, free), why)
}

// stopLate returns the acceleration in m/s² with which v stops, distance metres ahead, beginning late.
func stopLate(v *vehicle, p *driver.Params, distance, free float64) float64 {
	if distance < stopFrom {
		return p.StopAt(v.v, distance, free)
	}
	return p.SlowTo(v.v, 0, distance, lateBraking)
}

// endReserve is how far in metres before the end of a lane one stands who has yet to leave it for the next.
func endReserve(p *place) float64 { return max(lineMargin, min(obliqueRoom, p.length/3)) }

const (
	obliqueRoom = 8.0  // m
	stopFrom    = 10.0 // m from where one is to stand
	lateBraking = 1.3  // share of the comfortable braking from which one begins to stop

	reserveBraking = 2.0 // times the comfortable braking, no harder does one brake to keep the reserve
)
