package traffic

import (
	"cmp"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/driver"
)

// A vehicle that may not go all the way through a junction without signals may yet go part of it: to a place where it waits
// for the rest, between the carriageways of a divided road, or before the oncoming stream. Such a vehicle has
// a number like all that are let in, and a hold: the metre of its connector where it stops. Up to there it goes as anyone
// does; as to what lies beyond, nobody has let it in, and nobody minds it. When the rest is clear it is released, with a
// new number, the last one given.
//
// What keeps this from locking up:
//   - Where it is to stand, no path of anyone else leads.
//   - Nobody is let in behind it who could not pass it (blockedInside), but to wait behind it where there is room.
//   - It goes in only if there is room behind the junction, which is kept for it.
//   - It is released when it has begun all that its first number was for, so that the order of numbers holds everywhere.

// hold is a place on a connector where a vehicle can stop before somebody else's way.
type hold struct {
	at   float64 // m along the connector: where the front bumper stands
	from float64 // m: the paths of others before it end here, all of them
}

const (
	leastHold   = 3.0 // m from the stop line: nearer is not worth going
	overTheLine = 1.0 // m that the rear may reach back behind the stop line
	storageRoom = 1.0 // m behind the rear of one who waits, so that it need not creep to be clear
	holdBraking = 1.5 // m/s², with which one stops inside
	holdSpeed   = 5.0 // m/s, no faster does one drive to a place inside
)

// addHolds notes the places to wait on a connector without signals: the network's own (Connector.Storage), before a path
// that the connector yields to, less those right behind the line of a yield or stop sign: that line is the place to wait.
func (l *layout) addHolds(id network.ConnectorID) {
	con := &l.net.Connectors[id]
	p := &l.places[l.slots[l.net.ConnectorTrack(id)]]
	p.hold = int32(len(l.holds))
	if p.clashN == 0 || p.group != network.None || l.net.Junctions[con.Junction].Kind == network.Roundabout {
		return
	}
	clashes := l.clashesOf(p)
	for i := range clashes {
		k := &clashes[i]
		at := k.start - zoneMargin
		if k.kind == network.Diverging || !k.yields && !k.firstCome || at < leastHold {
			continue
		}
		if h := (hold{at, sweptUpTo(clashes, at)}); worthwhile(con, h) {
			l.holds = append(l.holds, h)
		}
	}
	own := l.holds[p.hold:]
	slices.SortFunc(own, func(a, b hold) int { return cmp.Compare(a.at, b.at) }) // equal ones are the same place
	own = slices.CompactFunc(own, func(a, b hold) bool { return b.at-a.at < zoneMargin })
	l.holds = l.holds[:int(p.hold)+len(own)]
	p.holdN = uint16(len(own))
}

// worthwhile reports whether h is a place where somebody may be let to wait.
func worthwhile(con *network.Connector, h hold) bool {
	if h.from == 0 && (con.Control == network.Yield || con.Control == network.Stop) {
		return false
	}
	for _, s := range con.Storage {
		if h.from <= s.From+1e-3 && h.at >= s.From && h.at <= s.To {
			return true
		}
	}
	return false
}

// sweptUpTo returns where the last of the paths ends that begin before at, m; 0 if there is none.
func sweptUpTo(clashes []clash, at float64) float64 {
	end := 0.0
	for i := range clashes {
		if k := &clashes[i]; k.kind != network.Diverging && k.start < at {
			end = max(end, k.end)
		}
	}
	return end
}

// partWay returns how far along connector c, beyond metre beyond of it, v may go to wait there, or 0. me is its approach
// to c from lane.
func (w *World) partWay(v *vehicle, me *approach, c *place, lane slot, beyond float64) float64 {
	if c.holdN == 0 {
		return 0
	}
	holds := w.layout.holds[c.hold : c.hold+int32(c.holdN)]
	ahead := w.storedAhead(v, c, lane)
	for i := len(holds) - 1; i >= 0; i-- {
		h := &holds[i]
		front := h.at - ahead
		if front <= beyond+zoneMargin || driver.StoppingDistance(v.v, holdBraking) > me.toLine+front {
			return 0
		}
		if fitsInside(v, h, front) && w.clearUpTo(v, me, c, lane, front, beyond) {
			return front
		}
	}
	return 0
}

// storedAhead returns the metres that those take who are on v's connector already, or were let onto it, ahead of v.
func (w *World) storedAhead(v *vehicle, c *place, lane slot) float64 {
	sum := 0.0
	own := w.layout.slots[c.track]
	vs := w.tracks[own].vehicles()
	for i := range vs {
		if vs[i].id == v.id {
			return sum
		}
		sum += float64(vs[i].length) + standingGap
	}
	vs = w.tracks[lane].vehicles()
	for i := 0; i < len(vs) && vs[i].id != v.id; i++ {
		if vs[i].next == own {
			sum += float64(vs[i].length) + standingGap
		}
	}
	return sum
}

// fitsInside reports whether v can stand at h, with its front bumper at metre front behind those who are there already.
func fitsInside(v *vehicle, h *hold, front float64) bool {
	rear := front - float64(v.length)
	if h.from > 0 {
		return rear >= h.from+storageRoom
	}
	return front >= leastHold && rear >= -overTheLine
}

// clearUpTo reports whether v's way along c from metre beyond up to at keeps clear of everybody.
func (w *World) clearUpTo(v *vehicle, me *approach, c *place, lane slot, at, beyond float64) bool {
	part := *me
	part.hold, part.before = at, false
	clashes := w.layout.clashesOf(c)
	for i := range clashes {
		k := &clashes[i]
		if k.kind != network.Diverging && k.start < at && k.start >= beyond && !w.clear(v, &part, k, lane) {
			return false
		}
	}
	return !part.before // nobody stops in front of one who has been let in
}

// holdsAny reports whether somebody on connector s waits inside, or is to.
func (w *World) holdsAny(s slot) bool { return w.firstHeld(s) >= 0 }

// firstHeld returns the index of the first vehicle on connector s that waits inside, or is to; -1 if there is none.
func (w *World) firstHeld(s slot) int {
	vs := w.tracks[s].vehicles()
	for i := range vs {
		if vs[i].hold > 0 {
			return i
		}
	}
	return -1
}

// blockedInside reports whether nobody can go from lane by connector c because of somebody who waits inside, or was let
// in to wait there, and came from the same lane. Of those on the lane itself only the ones before the vehicle with id
// v count.
func (w *World) blockedInside(lane, c slot, v VehicleID) bool {
	p := &w.layout.places[lane]
	held := w.gates[p.junction].held
	if held == 0 {
		return false
	}
	for s := p.out; s < p.outEnd(); s++ {
		if held&(1<<w.layout.places[s].bit) == 0 {
			continue
		}
		vs := w.tracks[s].vehicles()
		for i := range vs {
			if w.inTheWay(&vs[i], s, c) {
				return true
			}
		}
	}
	vs := w.tracks[lane].vehicles()
	for i := 0; i < len(vs) && vs[i].grant != 0 && vs[i].id != v; i++ {
		if w.inTheWay(&vs[i], vs[i].next, c) {
			return true
		}
	}
	return false
}

// inTheWay reports whether o, which waits on connector s or is to wait there, stands in the way of one who goes from the
// same lane by c.
func (w *World) inTheWay(o *vehicle, s, c slot) bool {
	if o.hold == 0 || s < 0 {
		return false
	}
	if s == c {
		return true
	}
	clashes := w.layout.clashesOf(&w.layout.places[c])
	for i := range clashes {
		if k := &clashes[i]; k.with == s && k.kind == network.Diverging {
			return float64(o.hold)-float64(o.length)-standingGap < k.withEnd
		}
	}
	return false
}

// nominateInside puts those among the fronts who wait inside: on each connector the first. They ask before all who are
// outside still.
func (w *World) nominateInside(wk *worker, g int32, x *crossing) {
	held := w.gates[g].held
	if held == 0 {
		return
	}
	for s := x.connectors; s < x.end; s++ {
		if held&(1<<w.layout.places[s].bit) != 0 {
			w.nominateHeld(wk, s)
		}
	}
}

func (w *World) nominateHeld(wk *worker, s slot) {
	if i := w.firstHeld(s); i >= 0 {
		v := &w.tracks[s].vehicles()[i]
		if v.flags&isCrashed == 0 {
			wk.fronts = append(wk.fronts, front{lane: s, i: int32(i), order: [4]int64{1, math.MinInt32, -int64(w.waited(v)), int64(v.id)}})
		}
	}
}

// letOn lets the i-th vehicle of connector s, which waits there, go on if it may: to the end, or to a place further on.
func (w *World) letOn(wk *worker, s slot, i int) {
	v := &w.tracks[s].vehicles()[i]
	c := &w.layout.places[s]
	at := float64(v.hold)
	next, ok := 0.0, v.s > at+zoneMargin // slid past it: there is no stopping any more
	if !ok && w.begunAll(v, c) {
		me := w.approaching(wk, v, c, -v.s)
		wk.passed = wk.passed[:0]
		ok = w.leaves(wk, v, &me, c, at)
		if !ok {
			next = w.partWay(v, &me, c, c.from, at)
		}
	}
	if ok || next > 0 {
		if !ok {
			wk.passed = wk.passed[:0]
		}
		w.number(wk, s, i, c.junction)
		v.hold = float32(next)
	}
	if ok {
		w.nominateHeld(wk, s)
	}
}

// begunAll reports whether v has reached all the places before its hold where its way meets another: as to these its
// number matters no more.
func (w *World) begunAll(v *vehicle, c *place) bool {
	clashes := w.layout.clashesOf(c)
	for i := range clashes {
		if k := &clashes[i]; k.kind != network.Diverging && k.start < float64(v.hold) && k.start >= v.s {
			return false
		}
	}
	return true
}

// leaves reports whether v, waiting at metre at of connector c, can leave the junction.
func (w *World) leaves(wk *worker, v *vehicle, me *approach, c *place, at float64) bool {
	v.flags &^= isHeldByExit
	if c.crosses && !w.roomBehind(wk, v, c, float64(v.length)+standingGap) {
		v.flags |= isHeldByExit
		return false
	}
	clashes := w.layout.clashesOf(c)
	for i := range clashes {
		k := &clashes[i]
		if k.kind != network.Diverging && k.start >= at && !w.clear(v, me, k, c.from) {
			return false
		}
	}
	return true
}

// goneIn returns the time in s until one at speed v and metre s of its connector, who is to stop at metre hold (not, if that
// is 0), has gone distance metres, not hurrying.
func goneIn(distance, v, s, hold float64) float64 {
	if hold == 0 {
		return driver.ArrivalTime(distance, v, othersSlow, max(v, holdSpeed))
	}
	top := max(halting, math.Sqrt(2*holdBraking*max(0, hold-s-distance)))
	return driver.ArrivalTime(distance, min(v, top), othersSlow, top)
}

// past returns the time in s until the rear bumper has passed metre x of the connector, for one who may have to stop
// behind it.
func (a *approach) past(x float64) float64 {
	x += a.length
	if a.hold == 0 {
		return a.at(x)
	}
	last := math.Sqrt(2 * holdBraking * max(0, a.hold-x))
	top := max(1, 0.5*(min(last, holdSpeed)+min(a.top, holdSpeed)))
	return driver.ArrivalTime(a.toLine+x, min(a.v, top), a.accel, top) + 1
}
