package traffic

import (
	"math"

	"roadtwin/network"
)

// What a vehicle that stands waits for, as the watch sees it. It looks at where things are, not at what the driver thinks:
// the vehicle ahead, the light, the room behind the junction, those whose ways cross its own.

const (
	queueGap  = 6.0  // m: who stands no further behind another waits for it, whatever else it minds
	lineReach = 12.0 // m from the stop line within which one waits for what is beyond it
	roomAhead = 60.0 // m within which one beyond a short exit may take its room
	beside    = 12.0 // m ahead and behind within which one in the next lane is in the way of a lane change
)

// seeWhatFor notes whom st waits for, or that something else explains that it stands.
func (w *World) seeWhatFor(st *stander) {
	vs := w.tracks[st.track].vehicles()
	v := &vs[st.at]
	p := &w.layout.places[st.track]
	if v.flags&isCrashed != 0 {
		st.explained = true
		return
	}
	if v.limit.isCrossed() {
		if w.waitsAtCrossing(st, v, p); st.explained || len(w.watch.waits) > int(st.waits) {
			return
		}
	}
	if w.waitsBehind(v, st, p); len(w.watch.waits) > int(st.waits) {
		return
	}
	switch {
	case p.isLane && (v.next == nowhere || v.limit == LimitLaneEnd || v.limit == LimitLettingIn):
		w.waitsToChange(v, st.track, p)
	case p.isLane && v.flags&needsGrant != 0 && v.grant == 0 && w.toLine(v, p) < lineReach:
		w.waitsAtLine(st, v, p)
	case !p.isLane && v.hold > 0:
		w.waitsInside(v, st.track, p)
	default:
		w.waitsOnTheWay(v, st, p)
	}
}

// add notes that the stander looked at waits for a vehicle.
func (ws *watch) add(whom VehicleID, why Limit) {
	ws.waits = append(ws.waits, waitFor{whom: whom, why: why})
}

// waitsAtCrossing looks at what v waits for before people or a train who cross, or at its stop: these can be seen. Where the
// gates are open it is the one ahead, who leaves no room behind the tracks.
func (w *World) waitsAtCrossing(st *stander, v *vehicle, p *place) {
	for i := p.bar; v.limit == LimitRail && i < p.barEnd(); i++ {
		if v.s >= w.layout.bars[i].mid || w.crossers.bars[i].state != barOpen {
			continue
		}
		if id, _, ok := w.leader(v, st.track); ok && id != v.id {
			w.watch.add(id, LimitExit)
			return
		}
	}
	st.explained, st.reason = w.standing(v) < redPatience, NoGap
}

// waitsBehind looks at those right ahead of v on its lane or connector: listed there, reaching into it, or on the lane that v
// has not left altogether.
func (w *World) waitsBehind(v *vehicle, st *stander, p *place) {
	vs := w.tracks[st.track].vehicles()
	if st.at > 0 {
		if lead := &vs[st.at-1]; v.limit == LimitLeader || lead.rear()-v.s < queueGap {
			w.watch.add(lead.id, LimitLeader)
		}
	}
	if !p.isLane {
		return
	}
	for h := w.shadow(st.track, w.tracks[st.track].shaded); h != nil; h = w.shadow(st.track, h.next) {
		if h.s > v.s && h.id != v.id && h.rear()-v.s < queueGap && w.isInTheWayOf(h, v) {
			w.watch.add(h.id, LimitLeader)
		}
	}
	if v.flags&(movesLeft|movesRight) != 0 {
		if o := w.leaderLeft(v, st.track, p); o != nil && o.rear()-v.s < queueGap {
			w.watch.add(o.id, LimitLeader)
		}
	}
}

// waitsToChange looks at those beside v, on lane s, who must change lanes, or who lets another in.
func (w *World) waitsToChange(v *vehicle, s slot, p *place) {
	side, _ := nearestGood(v.good, p.index)
	for _, k := range [2]int{-1, 1} {
		if i := int(p.index) + k; i < 0 || i >= int(p.lanes) || v.limit != LimitLettingIn && k != side {
			continue
		}
		vs := w.tracks[s+slot(k)].vehicles()
		for i := range vs {
			if o := &vs[i]; o.rear() < v.s+beside && o.s > v.rear()-beside && (v.limit != LimitLettingIn || o.s > v.s) {
				w.watch.add(o.id, v.limit)
			}
		}
	}
}

// waitsAtLine looks at what keeps v, at the stop line of lane p, out of the junction.
func (w *World) waitsAtLine(st *stander, v *vehicle, p *place) {
	c := &w.layout.places[v.next]
	if c.group != network.None {
		if red := w.redSince(c.group); red > 0 && red >= w.standing(v)-signalEvery {
			st.explained, st.reason = red < redPatience, DeadSignal
			return // it has been red ever since
		}
		if st.explained = w.justTurned(c.group) && w.standing(v) < redPatience; st.explained {
			return
		}
	}
	if v.flags&isHeldByExit != 0 {
		w.waitsForRoom(v, st.track, c)
		return
	}
	w.waitsForOthers(v, c, st.track)
	if c.mustStop && w.layout.crossings[c.junction].allWay {
		w.waitsForTurn(v, c)
	}
	for s := p.out; s < p.outEnd(); s++ {
		vs := w.tracks[s].vehicles()
		for i := range vs {
			if w.inTheWay(&vs[i], s, v.next) {
				w.watch.add(vs[i].id, LimitLeader)
			}
		}
	}
	if len(w.watch.waits) == int(st.waits) {
		w.waitsForRoom(v, st.track, c) // it leaves to another the room that it would need as well
	}
}

// waitsForTurn looks at those who go before v at an all-way stop, where it is to go on by connector c: who has been let in and is
// not seen to go, and those at their lines for longer whose ways meet its own.
func (w *World) waitsForTurn(v *vehicle, c *place) {
	if o := w.startsAfter(c); o != nil {
		w.watch.add(o.id, LimitYield)
	}
	x := &w.layout.crossings[c.junction]
	for lane := x.lanes; lane < x.connectors; lane++ {
		if len(w.tracks[lane].vs) == 0 || lane == c.from {
			continue
		}
		o := &w.tracks[lane].vehicles()[0]
		if o.next < 0 || c.clashMask&(1<<w.layout.places[o.next].bit) == 0 || w.toLine(o, &w.layout.places[lane]) > lineReach {
			continue
		}
		if w.waited(o) > w.waited(v) || w.waited(o) == w.waited(v) && o.id < v.id {
			w.watch.add(o.id, LimitYield)
		}
	}
}

// waitsInside looks at what keeps v, which waits on connector s, from going on.
func (w *World) waitsInside(v *vehicle, s slot, c *place) {
	if v.flags&isHeldByExit != 0 {
		w.waitsForRoom(v, s, c)
		return
	}
	w.waitsForOthers(v, c, s)
}

// waitsOnTheWay looks at what is ahead of v, whom no line holds.
func (w *World) waitsOnTheWay(v *vehicle, st *stander, p *place) {
	if v.limit == LimitSignal && v.next >= 0 && w.standing(v) < redPatience { // the line beyond a short lane, which is red now
		st.explained = true
		return
	}
	id, gap, ok := w.leader(v, st.track)
	ok = ok && id != v.id
	if ok && (gap < queueGap || v.limit == LimitExit) {
		w.watch.add(id, LimitLeader)
		return
	}
	c := p
	if p.isLane && v.next >= 0 {
		c = &w.layout.places[v.next]
	}
	if !c.isLane {
		w.waitsForOthers(v, c, st.track)
	}
	if ok && len(w.watch.waits) == int(st.waits) {
		w.watch.add(id, LimitLeader)
	}
}

// waitsForRoom looks at those who fill the exit of connector c, or are on the way there, and at the one ahead beyond it.
func (w *World) waitsForRoom(v *vehicle, s slot, c *place) {
	before := len(w.watch.waits)
	if t := &w.ends[c.to].tail; !math.IsInf(t.s, 1) && t.id != v.id {
		w.watch.add(t.id, LimitExit)
	}
	for _, s := range w.layout.into[c.to] {
		vs := w.tracks[s].vehicles()
		for i := range vs {
			if o := &vs[i]; o.id != v.id {
				w.watch.add(o.id, LimitExit)
			}
		}
	}
	if id, gap, ok := w.leader(v, s); ok && id != v.id && gap < roomAhead && len(w.watch.waits) == before {
		w.watch.add(id, LimitExit)
	}
}

// waitsForOthers looks at those whose ways through the junction meet connector c: on the connectors, let in to them, or at
// their lines with right of way. v is on track s.
func (w *World) waitsForOthers(v *vehicle, c *place, s slot) {
	clashes := w.layout.clashesOf(c)
	for i := range clashes {
		k := &clashes[i]
		if s == w.layout.slots[c.track] && k.end < v.rear() {
			continue
		}
		with := &w.layout.places[k.with]
		if k.kind == network.Diverging {
			w.waitsForThoseAhead(v, k, with, s)
			continue
		}
		w.waitsForThoseOn(v, k, with)
		if with.from == s || with.from == c.from {
			continue
		}
		vs := w.tracks[with.from].vehicles()
		for i := range vs {
			o := &vs[i]
			if o.next == k.with && (o.grant != 0 || k.yields && i == 0 && w.green(with.group)) {
				w.watch.add(o.id, LimitYield)
			}
		}
	}
}

// waitsForThoseAhead looks at those who came from the same lane, go elsewhere by the other connector of clash k, and have
// not swung out of the way.
func (w *World) waitsForThoseAhead(v *vehicle, k *clash, with *place, s slot) {
	vs := w.tracks[k.with].vehicles()
	for i := range vs {
		o := &vs[i]
		ahead := s == with.from || o.s > v.s || o.s == v.s && o.id < v.id
		if ahead && o.rear() < k.withEnd {
			w.watch.add(o.id, LimitLeader)
		}
	}
	if o, ok := w.rearOn(k.with, with); ok && o.id != v.id && o.s-o.length < k.withEnd {
		w.watch.add(o.id, LimitLeader)
	}
}

// waitsForThoseOn looks at those on the other connector of clash k, and at the one whose rear is still there.
func (w *World) waitsForThoseOn(v *vehicle, k *clash, with *place) {
	vs := w.tracks[k.with].vehicles()
	for i := range vs {
		if o := &vs[i]; o.id != v.id && o.rear() < k.withEnd {
			w.watch.add(o.id, LimitYield)
		}
	}
	if o, ok := w.rearOn(k.with, with); ok && o.id != v.id && o.s-o.length < k.withEnd {
		w.watch.add(o.id, LimitYield)
	}
}
