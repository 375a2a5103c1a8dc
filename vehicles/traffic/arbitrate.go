package traffic

import (
	"cmp"

	"roadtwin/network"
	"roadtwin/signals"
	"roadtwin/vehicles/driver"
)

// A vehicle enters a junction when the junction has let it in (vehicle.grant). Each step every junction looks at the
// vehicles at its stop lines, the ones with the best claim first, and lets in whom the signal shows green, who has room
// behind the junction, and whose way does not meet that of anyone let in before or of anyone it must yield to. Grants
// are numbered: where two vehicles' ways meet inside, the one with the later number keeps clear of the other
// (clashes.go), so there is always one that goes first. Who may not go through may go in to wait (storage.go).
//
// Why nobody waits for ever inside. Who is let in waits for lower numbers only; the numbers of one lane rise against the
// driving direction (numberFrom), so a leader never waits for one who waits for its follower; and room behind the junction
// is kept for all who are let in (room.go), so the lowest number can leave unless the exit itself stands. The order of numbers
// is total, hence there is no circle of waiting within a junction. Two things are outside of that argument: where two ways
// merge, the one whose body is in the way goes first whatever its number (mergesFirst), and who cannot stop enters unasked
// with the last number (slidIn). What remains between junctions are circles of full exits: those the watch reports.

// front is a vehicle that asks to be let in: the i-th of its lane.
type front struct {
	lane  slot
	i     int32
	order [4]int64 // claim, best first: lower goes first, by the first difference
}

const (
	atTheLine  = 5.0 // m from the stop line within which a standing vehicle may start any moment
	lineMargin = 1.0 // m between a standing front bumper and the stop line
	// Drivers roll at stop signs. To move up a car's length from stand to stand at 2 m/s² takes 3.6 s, and longer with any
	// delay, but the next one follows 3.3 s after the first (HCM, hcm_twsc.json): they go on from some 6 mph.
	rollingStop = 2.8 // m/s, slow enough at a stop sign, but where there are others at an all-way stop
	stopWithin  = 4.0 // m before its line
	maxPlatoon  = 24  // vehicles of a lane looked at in a step
)

// restFor is the time in s after which a junction that has refused nobody looks again at the latest: who comes near in between is
// far from the line yet, and at a light that changes people take longer than that.
const restFor = 0.4

// arbitrate is phase 4a: each junction decides whom to let in. If all who asked are in, it rests for a while (restFor).
func (w *World) arbitrate(wk *worker) {
	for s := wk.awakeFrom(wk.first, wk.end); s < wk.end; {
		g := w.layout.places[s].junction
		x := &w.layout.crossings[g]
		if x.regulated && (!w.gates[g].rests || w.steps%w.resting == 0) {
			w.admit(wk, g, x)
		}
		s = wk.awakeFrom(x.end, wk.end) // the slots of a junction are consecutive
	}
}

func (w *World) admit(wk *worker, g int32, x *crossing) {
	wk.fronts, wk.refused = wk.fronts[:0], false
	anybody := false
	for lane := wk.awakeFrom(x.lanes, x.connectors); lane < x.connectors; lane = wk.awakeFrom(lane+1, x.connectors) {
		t := &w.tracks[lane]
		if len(t.vs) == 0 {
			continue
		}
		anybody = true
		if !t.waitsAtRed() || !w.isRed(t.red) {
			w.nominate(wk, lane, 0)
		}
	}
	w.gates[g].loaded, w.gates[g].held = w.loadedConnectors(wk, x)
	w.nominateInside(wk, g, x)
	wk.promised, wk.insisting, wk.queuing = wk.promised[:0], wk.insisting[:0], wk.queuing[:0]
	w.noteLongWaits(wk)
	for len(wk.fronts) > 0 {
		f := wk.takeBest()
		v := &w.tracks[f.lane].vehicles()[f.i]
		if !w.layout.places[f.lane].isLane {
			w.letOn(wk, f.lane, int(f.i))
			wk.refused = true
			continue
		}
		if len(wk.longWaits) > 0 && w.standsInTheirWay(wk, v, f.lane) {
			wk.refused = true
			w.refuse(f.lane, int(f.i), LimitYield)
			continue
		}
		wk.passed = wk.passed[:0]
		limit, ok := w.mayEnter(wk, v, f.lane)
		if !ok {
			wk.refused = true
			if v.grant != 0 || v.limit != limit {
				w.tracks[f.lane].stir()
			}
			if v.grant != 0 {
				v.due = 0
			}
			v.grant, v.hold, v.limit = 0, 0, limit
			if c := &w.layout.places[v.next]; limit == LimitYield && (x.allWay || v.flags&isHeldBySlow != 0 && w.asksAsEqual(v, c) || w.hasWaitedLong(v, c)) {
				wk.insisting = append(wk.insisting, v.next)
			} else if limit == LimitExit && w.insists(v, c) {
				wk.queuing = append(wk.queuing, c.to)
			}
			w.revoke(f.lane, int(f.i)+1)
			continue
		}
		if v.grant == 0 {
			w.number(wk, f.lane, int(f.i), g)
		}
		w.gates[g].loaded |= 1 << w.layout.places[v.next].bit
		if v.hold > 0 {
			w.gates[g].held |= 1 << w.layout.places[v.next].bit
		}
		w.promiseRoom(wk, v)
		w.nominate(wk, f.lane, int(f.i)+1)
	}
	if anybody || w.gates[g].held != 0 {
		w.gates[g].rests = !wk.refused
	}
}

// refuse tells the i-th vehicle of a lane why it is not let in.
func (w *World) refuse(lane slot, i int, why Limit) {
	t := &w.tracks[lane]
	if v := &t.vehicles()[i]; v.limit != why {
		v.limit = why
		t.stir()
	}
	w.revoke(lane, i)
}

// revoke takes back the grants of the vehicles of a lane from the i-th on: the one before them waits.
func (w *World) revoke(lane slot, i int) {
	t := &w.tracks[lane]
	for vs := t.vehicles(); i < len(vs) && vs[i].grant != 0; i++ {
		vs[i].grant, vs[i].hold = 0, 0
		t.rouse(i)
	}
}

// loadedConnectors returns the bits of the connectors with a vehicle, or part of one, on them, and of those with one that
// waits inside.
func (w *World) loadedConnectors(wk *worker, x *crossing) (mask, held uint64) {
	for s := wk.awakeFrom(x.connectors, x.end); s < x.end; s = wk.awakeFrom(s+1, x.end) {
		p := &w.layout.places[s]
		if len(w.tracks[s].vs) > 0 {
			mask |= 1 << p.bit
			if p.holdN > 0 && w.holdsAny(s) {
				held |= 1 << p.bit
			}
		} else if _, ok := w.rearOn(s, p); ok {
			mask |= 1 << p.bit
		}
	}
	return mask, held
}

// takeBest removes and returns the front with the best claim.
func (wk *worker) takeBest() front {
	best := 0
	for i := 1; i < len(wk.fronts); i++ {
		if wk.fronts[i].before(&wk.fronts[best]) {
			best = i
		}
	}
	f := wk.fronts[best]
	last := len(wk.fronts) - 1
	wk.fronts[best] = wk.fronts[last]
	wk.fronts = wk.fronts[:last]
	return f
}

func (f *front) before(g *front) bool {
	for k := range f.order {
		if c := cmp.Compare(f.order[k], g.order[k]); c != 0 {
			return c < 0
		}
	}
	return false
}

// horizon is the distance in metres at which a driver at v (m/s) begins to mind a stop line: comfortable braking and two seconds.
func horizon(v float64) float64 { return float64(v*v)*0.25 + 2*v + 8 }

// horizonOf is the same for v on p, whose driver brakes over a longer way where that is slippery.
func (w *World) horizonOf(v *vehicle, p *place) float64 {
	if !w.wary && p.looks == 0 {
		return horizon(v.v)
	}
	return farther(v.v, w.driver(v, w.believedAt(v, p)))
}

// farther is horizon for a driver p.
func farther(v float64, p *driver.Params) float64 {
	return float64(float64(v*v)*0.25*p.Farther) + 2*v + 8
}

// nominate puts the first vehicle of a lane, from the i-th on, that needs to be let in among the fronts, unless the
// signal forbids it or it is too far off to ask.
func (w *World) nominate(wk *worker, lane slot, i int) {
	vs := w.tracks[lane].vehicles()
	place := &w.layout.places[lane]
	for ; i < len(vs) && i < maxPlatoon; i++ {
		v := &vs[i]
		distance := w.toLine(v, place)
		if v.next < 0 || distance > w.horizonOf(v, place) || v.flags&isCrashed != 0 || w.isBoxedIn(v, lane) || v.flags&isOdd != 0 && w.keepsBack(v, distance) {
			w.revoke(lane, i)
			return
		}
		if v.flags&needsGrant == 0 {
			continue
		}
		if v.flags&servesStop != 0 {
			w.revoke(lane, i)
			return
		}
		c := &w.layout.places[v.next]
		if !w.signalLets(v, c, distance) {
			w.refuse(lane, i, LimitSignal)
			return
		}
		if place.barN > 0 && w.heldByGates(v, place) {
			w.refuse(lane, i, LimitRail)
			return
		}
		if c.mustStop && v.flags&isStopped == 0 {
			if distance > stopWithin || v.v > rollingStop || v.v > halting && w.stopsFully(c) {
				w.refuse(lane, i, LimitYield)
				wk.refused = true
				return
			}
			v.flags |= isStopped
		}
		wk.fronts = append(wk.fronts, front{lane: lane, i: int32(i), order: w.claim(v, c, distance)})
		return
	}
}

// claim orders the vehicles that ask: those let in already by number, then those that need yield to nobody, then who
// has been standing longest, who is nearest, and the lower id.
func (w *World) claim(v *vehicle, c *place, distance float64) [4]int64 {
	if v.grant != 0 {
		return [4]int64{0, int64(v.grant), 0, 0}
	}
	rank := int64(1)
	if c.yieldsAny && !w.asksAsEqual(v, c) {
		rank = 2
	}
	return [4]int64{rank, -int64(w.waited(v)), int64(distance * 100), int64(v.id)}
}

// green reports whether traffic of the group may come.
func (w *World) green(group network.SignalGroupID) bool {
	if group == network.None {
		return true
	}
	a := w.cfg.Signals.Aspects()[group]
	return a != signals.Red && a != signals.RedAmber && a != signals.Amber
}

// isRed reports whether the group's signal keeps everybody who stands at its line there.
func (w *World) isRed(group network.SignalGroupID) bool {
	a := w.cfg.Signals.Aspects()[group]
	return a == signals.Red || a == signals.RedAmber
}

// mayEnter reports whether v, on lane, may enter the connector it wants, and if not, why.
func (w *World) mayEnter(wk *worker, v *vehicle, lane slot) (Limit, bool) {
	p := &w.layout.places[lane]
	distance := w.toLine(v, p)
	if v.grant != 0 && !w.canStopOn(v, p, distance) {
		return 0, true // beyond the point of no return
	}
	c := &w.layout.places[v.next]
	v.flags &^= isHeldByExit | isHeldBySlow
	if c.clashN == 0 {
		return 0, true
	}
	if v.grant == 0 && w.mustLetIn(wk, v, c, distance) {
		return LimitYield, false
	}
	if w.heldByPeople(v, c) {
		return LimitCrossing, false
	}
	if w.heldByTracks(v, c) {
		return LimitRail, false
	}
	if (c.crosses || w.hangsBeforeTracks(v, c)) && !w.roomBehind(wk, v, c, 0) {
		v.flags |= isHeldByExit
		return LimitExit, false
	}
	me := w.approaching(wk, v, c, p.length-v.s)
	if v.hold == 0 {
		me.grant = v.grant
	}
	if c.mustStop && w.layout.crossings[c.junction].allWay {
		if v.grant == 0 && w.startsAfter(c) != nil {
			return LimitYield, false
		}
		me.inTurn = true
	}
	if w.clearThrough(v, &me, c, lane) {
		if v.hold > 0 {
			v.hold, v.grant = 0, 0 // a new number, for the way beyond
		}
		return 0, true
	}
	if me.slowed {
		v.flags |= isHeldBySlow
	}
	if v.grant != 0 && v.hold == 0 {
		return LimitYield, false // those behind were let in to follow it all the way: they are asked anew as well
	}
	v.hold = float32(w.partWay(v, &me, c, lane, 0))
	wk.passed = wk.passed[:0]
	return LimitYield, v.hold > 0
}

// clearThrough reports whether v, coming from lane, can go along all of c.
func (w *World) clearThrough(v *vehicle, me *approach, c *place, lane slot) bool {
	if w.blockedInside(lane, v.next, v.id) {
		return false
	}
	me.wk.passed = me.wk.passed[:0]
	clashes := w.layout.clashesOf(c)
	for i := range clashes {
		k := &clashes[i]
		if k.kind == network.Diverging {
			if c.group == network.None && me.gate.isLoaded(k) && w.standsOn(k) {
				me.slowed = false
				return false // one would stand behind him, in others' way
			}
			continue
		}
		if w.clear(v, me, k, lane) {
			continue
		}
		if me.slowed = w.crawls(w.layout.places[k.with].to); !me.slowed {
			return false
		}
	}
	return !me.slowed
}
