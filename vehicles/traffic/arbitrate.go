package traffic

import (
	"cmp"
	"math"

	"roadtwin/network"
	"roadtwin/signals"
	"roadtwin/vehicles/driver"
)

// A vehicle enters a junction when the junction has let it in (vehicle.grant). Each step every junction looks at the
// vehicles at its stop lines, the ones with the best claim first, and lets in whom the signal shows green, who has room
// behind the junction, and whose way does not meet that of anyone let in before or of anyone it must yield to. Grants
// are numbered: where two vehicles' ways meet inside, the one with the later number keeps clear of the other
// (clashes.go), so there is always one that goes first. Who may not go through may go in to wait (storage.go).

// front is a vehicle that asks to be let in: the i-th of its lane.
type front struct {
	lane  slot
	i     int32
	order [4]int64 // claim, best first: lower goes first, by the first difference
}

const (
	atTheLine    = 5.0 // m from the stop line within which a standing vehicle may start any moment
	lineMargin   = 1.0 // m between a standing front bumper and the stop line
	amberBraking = 3.05
	maxPlatoon   = 24 // vehicles of a lane looked at in a step
)

// arbitrate is phase 4a: each junction decides whom to let in.
func (w *World) arbitrate(wk *worker) {
	last := int32(-1)
	for s := range wk.awake {
		g := w.layout.places[s].junction // the slots of a junction are consecutive
		if g == last {
			continue
		}
		last = g
		if x := &w.layout.crossings[g]; x.regulated {
			w.admit(wk, g, x)
		}
	}
}

func (w *World) admit(wk *worker, g int32, x *crossing) {
	wk.fronts = wk.fronts[:0]
	for lane := x.lanes; lane < x.connectors; lane++ {
		if w.tracks[lane].n > 0 {
			w.nominate(wk, lane, 0)
		}
	}
	w.gates[g].loaded, w.gates[g].held = w.loadedConnectors(x)
	w.nominateInside(wk, g, x)
	wk.promised, wk.insisting = wk.promised[:0], wk.insisting[:0]
	for len(wk.fronts) > 0 {
		f := wk.takeBest()
		v := &w.tracks[f.lane].vehicles()[f.i]
		if !w.layout.places[f.lane].isLane {
			w.letOn(wk, v, f.lane)
			continue
		}
		limit, ok := w.mayEnter(wk, v, f.lane)
		if !ok {
			if v.grant != 0 {
				v.due = 0
			}
			v.grant, v.hold, v.limit = 0, 0, limit
			if c := &w.layout.places[v.next]; v.flags&isHeldBySlow != 0 && w.asksAsEqual(v, c) {
				wk.insisting = append(wk.insisting, v.next)
			}
			w.revoke(f.lane, int(f.i)+1)
			continue
		}
		if v.grant == 0 {
			w.gates[g].grants++
			v.grant, v.due = w.gates[g].grants, 0
		}
		w.gates[g].loaded |= 1 << w.layout.places[v.next].bit
		if v.hold > 0 {
			w.gates[g].held |= 1 << w.layout.places[v.next].bit
		}
		w.promiseRoom(wk, v)
		w.nominate(wk, f.lane, int(f.i)+1)
	}
}

// revoke takes back the grants of the vehicles of a lane from the i-th on: the one before them waits.
func (w *World) revoke(lane slot, i int) {
	for vs := w.tracks[lane].vehicles(); i < len(vs) && vs[i].grant != 0; i++ {
		vs[i].grant, vs[i].hold, vs[i].due = 0, 0, 0
	}
}

// loadedConnectors returns the bits of the connectors with a vehicle, or part of one, on them, and of those with one that
// waits inside.
func (w *World) loadedConnectors(x *crossing) (mask, held uint64) {
	for s := x.connectors; s < x.end; s++ {
		p := &w.layout.places[s]
		if w.tracks[s].n > 0 {
			mask |= 1 << p.bit
			if p.holdN > 0 && w.holdsAny(s) {
				held |= 1 << p.bit
			}
		} else if t := &w.tails[p.to]; t.from == s && t.rear() < 0 { // its front is in the lane behind already
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

// nominate puts the first vehicle of a lane, from the i-th on, that needs to be let in among the fronts, unless the
// signal forbids it or it is too far off to ask.
func (w *World) nominate(wk *worker, lane slot, i int) {
	vs := w.tracks[lane].vehicles()
	length := w.layout.places[lane].length
	for ; i < len(vs) && i < maxPlatoon; i++ {
		v := &vs[i]
		distance := length - v.s
		if v.next < 0 || distance > horizon(v.v) || v.flags&isCrashed != 0 || w.isBoxedIn(v, lane) {
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
			v.limit = LimitSignal
			w.revoke(lane, i)
			return
		}
		if c.mustStop && v.flags&isStopped == 0 {
			if v.wait == 0 || distance > 3*lineMargin {
				v.limit = LimitYield
				w.revoke(lane, i)
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
	return [4]int64{rank, -int64(v.wait), int64(distance * 100), int64(v.id)}
}

// signalLets reports whether the signal lets v enter connector c from distance metres before the stop line. At amber
// those go on who cannot stop at the deceleration that ITE's amber is computed with.
func (w *World) signalLets(v *vehicle, c *place, distance float64) bool {
	if c.group == network.None {
		return true
	}
	switch w.cfg.Signals.Aspects()[c.group] {
	case signals.Red, signals.RedAmber:
		return v.grant != 0 && !canStop(v.v, distance)
	case signals.Amber:
		// Who has been waiting at the line for a gap in oncoming traffic may clear now.
		waiting := v.grant == 0 && v.wait > 0 && c.yieldsAny && distance < 3*lineMargin
		return waiting || driver.StoppingDistance(v.v, amberBraking) > distance-lineMargin && v.v > crawl
	default:
		return true
	}
}

// green reports whether traffic of the group may come.
func (w *World) green(group network.SignalGroupID) bool {
	if group == network.None {
		return true
	}
	a := w.cfg.Signals.Aspects()[group]
	return a != signals.Red && a != signals.RedAmber && a != signals.Amber
}

// canStop reports whether a driver at v can still stop without effort within distance metres.
func canStop(v, distance float64) bool {
	return driver.StoppingDistance(v, amberBraking) < distance-0.3
}

// approach is a vehicle on its way through a junction: when it will be where.
type approach struct {
	v, accel, top float64 // m/s, m/s², m/s
	toLine        float64 // m to the start of the connector; negative on it
	length        float64
	hold          float64 // m along the connector where it is to wait, or 0
	before, after bool    // it goes in front of somebody let in earlier; it waits for somebody let in earlier
	slowed        bool    // only slow traffic is in its way
}

// at returns the time in s until the front bumper is x metres along the connector.
func (a *approach) at(x float64) float64 {
	return driver.ArrivalTime(a.toLine+x, a.v, a.accel, a.top)
}

// mayEnter reports whether v, on lane, may enter the connector it wants, and if not, why.
func (w *World) mayEnter(wk *worker, v *vehicle, lane slot) (Limit, bool) {
	p := &w.layout.places[lane]
	distance := p.length - v.s
	if v.grant != 0 && !canStop(v.v, distance) {
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
	if c.crosses && !w.roomBehind(wk, v, c, 0) {
		v.flags |= isHeldByExit
		return LimitExit, false
	}
	d := w.driver(v, w.conditionAt(c))
	me := approach{v: v.v, accel: d.Accel, top: math.Max(w.wish(v, c), v.v), toLine: distance, length: float64(v.length)}
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
	return LimitYield, v.hold > 0
}

// clearThrough reports whether v, coming from lane, can go along all of c.
func (w *World) clearThrough(v *vehicle, me *approach, c *place, lane slot) bool {
	if w.blockedInside(lane, v.next, v.id) {
		return false
	}
	clashes := w.layout.clashesOf(c)
	for i := range clashes {
		k := &clashes[i]
		if k.kind == network.Diverging || w.clear(v, me, k, lane) {
			continue
		}
		if me.slowed = w.crawls(w.layout.places[k.with].to); !me.slowed {
			return false
		}
	}
	if me.slowed {
		return false
	}
	if me.before && me.after { // else it might wait for the one in the way of the other: a knot
		me.slowed = w.crawls(c.to)
		return false
	}
	return true
}

// Margins of time in s between two vehicles at a place where their ways meet.
const (
	marginAfter  = 0.4 // behind one that has gone first
	marginBefore = 0.8 // in front of one that has been let in
	marginYield  = 1.5 // in front of one that has right of way, on top of the own passage
	mergeBraking = 2.5 // m/s², to fall in behind one that is slower
	othersAccel  = 1.5 // m/s², assumed of somebody else who may come sooner
	othersSlow   = 0.7 // m/s², assumed of somebody else whom one waits for
)

// clear reports whether v's way through clash k of connector c keeps clear of everybody it must keep clear of.
func (w *World) clear(v *vehicle, me *approach, k *clash, lane slot) bool {
	with := &w.layout.places[k.with]
	vs := w.tracks[k.with].vehicles()
	for i := range vs {
		if o := &vs[i]; !w.passes(me, k, with, o.s, o.v, float64(o.length), float64(o.hold)) {
			return false
		}
	}
	if t := &w.tails[with.to]; t.from == k.with && t.rear() < 0 {
		if !w.passes(me, k, with, with.length+t.s, t.v, float64(t.length), 0) {
			return false
		}
	}
	if with.from == lane {
		return true
	}
	return w.clearOfApproach(v, me, k, with)
}

// clearOfApproach looks at those who come on the lane that leads to the other connector.
func (w *World) clearOfApproach(v *vehicle, me *approach, k *clash, with *place) bool {
	from := &w.layout.places[with.from]
	yields := k.yields && w.green(with.group) && !w.blockedInside(with.from, k.with, v.id)
	vs := w.tracks[with.from].vehicles()
	for i := range vs {
		o := &vs[i]
		distance := from.length - o.s
		if o.grant != 0 {
			if o.next == k.with && !w.passes(me, k, with, -distance, o.v, float64(o.length), float64(o.hold)) {
				return false
			}
			continue
		}
		if !yields || distance > sightOf(from) {
			return true
		}
		if o.next == k.with {
			// Whom v was let in before sees it go, and stops for it if that takes no effort.
			if v.grant != 0 && v.hold == 0 && gentlyStops(o.v, distance) || w.goesFirst(v, o, k, distance) || w.gapAccepted(v, me, k, with, o.v, distance) {
				return true
			}
			return false
		}
		if o.flags&needsGrant != 0 && o.v < 1 {
			return true // its followers cannot pass it
		}
	}
	if !yields || from.length > sightOf(from) {
		return true
	}
	u := upstream{v: v, me: me, k: k, with: with, edge: from.edge, sight: sightOf(from)}
	return w.clearUpstream(&u, with.from, from.length, 1)
}

// sightOf is how far up a lane one must look for traffic with right of way: eight seconds at its limit.
func sightOf(p *place) float64 { return 8 * p.limit }

// upstream is a search beyond a short lane (of a ring, say, or between two carriageways) for those who will come on it, to
// the edge given, for the connector in question.
type upstream struct {
	v     *vehicle
	me    *approach
	k     *clash
	with  *place
	edge  network.EdgeID
	sight float64 // m
}

// maxUpstream is how many lanes up such a search goes.
const maxUpstream = 4

// clearUpstream reports whether nobody on the connectors into a lane, or on the lanes that they come from, is in the way;
// the stop line is distance metres from the start of the lane, hops edges further for those looked at.
func (w *World) clearUpstream(u *upstream, lane slot, distance float64, hops int) bool {
	for _, s := range w.layout.into[lane] {
		p := &w.layout.places[s]
		if !w.clearOn(u, s, nowhere, distance+p.length, hops) {
			return false
		}
		beyond := &w.layout.places[p.from]
		if !w.clearOn(u, p.from, s, distance+p.length+beyond.length, hops) {
			return false
		}
		further := distance + p.length + beyond.length
		if further < u.sight && hops < maxUpstream && !w.clearUpstream(u, p.from, further, hops+1) {
			return false
		}
	}
	return true
}

// clearOn looks at the vehicles on track s, whose start is distance metres from the stop line; only at those that go on
// to next, if that is a track.
func (w *World) clearOn(u *upstream, s, next slot, distance float64, hops int) bool {
	vs := w.tracks[s].vehicles()
	for i := range vs {
		o := &vs[i]
		if distance-o.s > u.sight {
			return true
		}
		if next >= 0 && o.next != next || o.v < halting {
			continue // who stands there may well be waiting for v
		}
		if w.willUse(o.id, u, hops) && !w.gapAccepted(u.v, u.me, u.k, u.with, o.v, distance-o.s) {
			return false
		}
	}
	return true
}

// willUse reports whether a vehicle's route, hops edges further on, goes by the edge searched upstream of, and from there
// on to the edge that the connector in question leads to.
func (w *World) willUse(id VehicleID, u *upstream, hops int) bool {
	j := &w.journeys[id]
	at := int(j.at) + hops
	return at+1 < len(j.route) && j.route[at] == u.edge && j.route[at+1] == u.with.edge
}

// passes reports whether me and a vehicle that has been let in, with its front bumper at s on the other connector (before
// it if negative), where it is to wait at hold if that is not 0, keep clear of each other at clash k, whichever goes first.
func (w *World) passes(me *approach, k *clash, with *place, s, v, length, hold float64) bool {
	if hold > 0 {
		if hold <= k.withStart {
			return true // nobody has let it in there
		}
		if hold-length < k.withEnd {
			return false // it will stand there
		}
	}
	if k.kind == network.Merging {
		return w.mergesClear(me, k, with, s, v, length)
	}
	if s-length >= k.withEnd {
		return true
	}
	if s > 0 && v < halting {
		return false
	}
	gone := goneIn(k.withEnd+length-s, v, s, hold)
	if me.at(k.start) > gone+marginAfter {
		me.after = true
		return true
	}
	if s >= k.withStart {
		return false
	}
	me.before = true
	comes := driver.ArrivalTime(k.withStart-s, v, othersAccel, math.Max(v, with.limit))
	return me.past(k.end)+marginBefore < comes
}

// mergesClear is passes for two connectors that end in the same lane: the one behind needs to arrive when the one ahead
// has passed the point where they meet.
func (w *World) mergesClear(me *approach, k *clash, with *place, s, v, length float64) bool {
	if s-length >= k.withEnd {
		return true
	}
	if s > 0 && v < halting {
		me.after = s > k.withStart // it is where I shall follow it, and there is room for me behind it
		return me.after
	}
	past := driver.ArrivalTime(k.withStart+length+standingGap-s, v, othersSlow, math.Max(v, 5))
	if me.at(k.start) > past {
		me.after = true
		behind := me.toLine + k.start - (k.withStart - s) - length
		return float64(me.v*me.v)-float64(v*v) < 2*mergeBraking*math.Max(behind, 0.1) // slows to its speed in time
	}
	if s >= k.withStart {
		return false
	}
	me.before = true
	comes := driver.ArrivalTime(k.withStart-s, v, othersAccel, math.Max(v, with.limit))
	return me.at(k.start+me.length)+marginBefore < comes
}

// gapAccepted reports whether v dares to go in front of a vehicle with right of way that is distance metres from its
// stop line at speed ov. Patience wears the margin down: to a third after a minute.
func (w *World) gapAccepted(v *vehicle, me *approach, k *clash, with *place, ov, distance float64) bool {
	margin := marginYield * math.Max(1.0/3, 1-float64(v.wait)*w.cfg.StepTime/90)
	comes := driver.ArrivalTime(distance+k.withStart, ov, othersAccel, math.Max(ov, with.limit))
	if k.kind == network.Crossing {
		return me.past(k.end)+margin < comes
	}
	// Merging: the other must be able to fall in behind without effort, while I pull away.
	there := me.at(k.start)
	speed := math.Min(me.top, math.Sqrt(float64(me.v*me.v)+2*me.accel*math.Max(0, me.toLine+k.start)))
	closing := math.Max(0, ov-speed)
	need := me.length + standingGap + 0.5*margin*math.Max(ov, speed) + float64(closing*closing)/(2*me.accel)
	return there < comes && (comes-there)*math.Max(ov, 3) > need
}
