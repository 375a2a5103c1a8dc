package traffic

import (
	"math"

	"roadtwin/network"
	"roadtwin/vehicles/driver"
)

// approach is a vehicle on its way through a junction: when it will be where.
type approach struct {
	v, accel, top float64 // m/s, m/s², m/s
	toLine        float64 // m to the start of the connector; negative on it
	length        float64
	hold          float64 // m along the connector where it is to wait, or 0
	grant         uint32  // its number, 0 if it is to get a new one
	ease          float64 // of the braking on a dry road, the share that its driver takes for as easy here
	share         float64 // of the mean critical headway that its driver wants
	before        bool    // it goes in front of somebody let in earlier
	wk            *worker
	slowed        bool // only slow traffic is in its way
	inTurn        bool // at an all-way stop
	gate          *gate
}

// approaching returns v's way through the junction of connector c, whose start is toLine metres ahead of it.
func (w *World) approaching(wk *worker, v *vehicle, c *place, toLine float64) approach {
	d := w.driver(v, w.believedAt(v, c))
	return approach{
		v: v.v, accel: w.pull(v, c, d), top: max(w.wish(v, c), v.v), toLine: toLine, length: float64(v.length),
		ease: 1 / d.Farther, share: w.gapShare(v), gate: &w.gates[c.junction], wk: wk,
	}
}

// pull returns the acceleration in m/s² that the driver d of v counts on when it goes over connector c: no more than a good part of what
// its driven wheels would get on the road that it believes in.
func (w *World) pull(v *vehicle, c *place, d *driver.Params) float64 {
	if !w.wary || w.senses[v.id].grip == 0 {
		return d.Accel
	}
	_, drive := w.bounds(v, c)
	return min(d.Accel, max(pullShare*drive*float64(w.senses[v.id].grip)/w.gripOn(c, v), leastPull))
}

const (
	leastPull = 0.05 // m/s², what everybody thinks to have at least: at the speed that one drives at already one need not have more
	pullShare = 0.7  // who spins the wheels stands [assumed]
)

// at returns the time in s until the front bumper is x metres along the connector.
func (a *approach) at(x float64) float64 {
	return driver.ArrivalTime(a.toLine+x, a.v, a.accel, a.top)
}

// Margins between two vehicles at a place where their ways meet.
const (
	marginAfter  = 0.2 // s behind one that has gone first
	marginBefore = 0.2 // s between the own rear's leaving a place and another's coming there, who will have lifted off by then
	mergeBraking = 2.5 // m/s², to fall in behind one that is slower
	othersAccel  = 1.5 // m/s², assumed of somebody else who has right of way
	othersSlow   = 0.7 // m/s², assumed of somebody else whom one waits for
)

// clear reports whether v's way through clash k of connector c keeps clear of everybody it must keep clear of.
func (w *World) clear(v *vehicle, me *approach, k *clash, lane slot) bool {
	loaded := me.gate.isLoaded(k)
	if !loaded && !k.yields {
		return true // nobody is on the other connector, or let onto it
	}
	with := &w.layout.places[k.with]
	if loaded {
		vs := w.tracks[k.with].vehicles()
		for i := range vs {
			if o := &vs[i]; !passes(me, k, &inside{o.s, o.v, float64(o.length), float64(o.hold), o.grant, o.id}) {
				return false
			}
		}
		if o, ok := w.rearOn(k.with, with); ok && !passes(me, k, &o) {
			return false
		}
	}
	return with.from == lane || w.clearOfApproach(v, me, k, with)
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
			if o.next == k.with && !w.clearOfGranted(me, k, with, i) {
				return false
			}
			continue
		}
		if !yields || distance > sightOf(from) {
			return true
		}
		if o.next == k.with {
			// Before whom v was let in sees it go, and stops for it if that takes no effort.
			return me.grant != 0 && w.gentlyStops(o, with, distance) || w.goesFirst(v, o, k, distance) || gapAccepted(me, k, comer{v: o.v, distance: distance})
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
	p := &w.layout.places[s]
	for i := range vs {
		o := &vs[i]
		if distance-o.s > u.sight {
			return true
		}
		if next >= 0 && o.next != next || o.v < halting {
			continue // who stands there may well be waiting for v
		}
		if w.willUse(o.id, u, hops) && !gapAccepted(u.me, u.k, comer{o.v, distance - o.s, p.length - o.s, p.bendSpeed()}) {
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

// overtaken is the i-th vehicle of a lane, let in before somebody who goes before it all the same.
type overtaken struct {
	lane slot
	i    int
}

// clearOfGranted reports whether me keeps clear of the i-th vehicle on the lane that leads to the connector of k, which has
// been let in. It may go after it; or before it, if that one and all who follow it can stop without effort: then they get
// later numbers (worker.passed).
func (w *World) clearOfGranted(me *approach, k *clash, with *place, i int) bool {
	vs := w.tracks[with.from].vehicles()
	from := &w.layout.places[with.from]
	length := from.length
	o := &vs[i]
	if passes(me, k, &inside{o.s - length, o.v, float64(o.length), float64(o.hold), o.grant, o.id}) {
		return true
	}
	if me.grant != 0 || !gapAccepted(me, k, comer{v: o.v, distance: length - o.s}) {
		return false
	}
	for n := i; n < len(vs) && vs[n].grant != 0; n++ {
		if line := w.toLine(&vs[n], from); vs[n].hold > 0 || line < 0 || !w.gentlyStops(&vs[n], from, line) {
			return false
		}
	}
	me.before = true
	me.wk.passed = append(me.wk.passed, overtaken{with.from, i})
	return true
}

// tailOver is how far a rear may still be in the way of one who is let in, m: who stands has not left as exactly as zones are drawn, and one waits
// inside for what is left of it (keepClearOf). It is less than any room that drivers leave [assumed].
const tailOver = 0.25

// passes reports whether me, who goes after o, keeps clear of it at clash k. o has been let in: its front bumper is o.s along
// the other connector, or before it if that is negative.
func passes(me *approach, k *clash, o *inside) bool {
	if o.hold > 0 {
		if o.hold <= k.withStart {
			return true // nobody has let it in there
		}
		if o.hold-o.length < k.withEnd {
			return false // it will stand there
		}
	}
	if o.s-o.length >= k.withEnd-tailOver || me.grant != 0 && (o.grant > me.grant || o.v > flowing) {
		return true // gone; or it minds me; or I have been let in after it and mind it, and it is going
	}
	if me.inTurn && me.grant == 0 && !k.isMidway(o) {
		return false
	}
	merges := k.kind == network.Merging
	if o.s > 0 && o.v < halting {
		return merges && o.s > k.withStart // else it is where I shall follow it, and there is room for me behind it
	}
	if merges {
		past := driver.ArrivalTime(k.withStart+o.length+standingGap-o.s, o.v, othersSlow, max(o.v, 5))
		behind := me.toLine + k.start - (k.withStart - o.s) - o.length
		return me.at(k.start) > past && float64(me.v*me.v)-float64(o.v*o.v) < 2*mergeBraking*me.ease*max(behind, 0.1) // slows to its speed in time
	}
	return me.at(k.start) > goneIn(k.withEnd+o.length-o.s, o.v, o.s, o.hold)+marginAfter
}

// comer is somebody with right of way who comes, at speed v (m/s) and distance metres from its stop line: the first rest of
// them in a bend that it takes at bend m/s.
type comer struct{ v, distance, rest, bend float64 }

// at returns the time in s until o is x metres beyond its stop line, where it will drive at top m/s.
func (o *comer) at(x, top float64) float64 {
	if o.rest <= 0 || o.bend >= top || o.bend <= o.v {
		return driver.ArrivalTime(o.distance+x, o.v, othersAccel, max(o.v, top))
	}
	after := min(o.bend, math.Sqrt(float64(o.v*o.v)+float64(2*othersAccel*o.rest)))
	return driver.ArrivalTime(o.rest, o.v, othersAccel, o.bend) + driver.ArrivalTime(o.distance-o.rest+x, after, othersAccel, top)
}

// gapAccepted reports whether me goes in front of o, if the time between the two where their ways meet is what the driver wants
// of a gap; and in any case only if me has passed before o comes, who need not brake hard for it.
func gapAccepted(me *approach, k *clash, o comer) bool {
	there, comes := me.at(k.start), o.at(k.withStart, k.withTop)
	if comes-there < float64(k.critical*me.share)-k.passing {
		return false
	}
	if k.kind == network.Crossing {
		return me.past(k.end)+marginBefore < comes
	}
	// Merging: the other must be able to fall in behind without effort, while I pull away.
	speed := min(me.top, math.Sqrt(float64(me.v*me.v)+float64(2*me.accel*max(0, me.toLine+k.start))))
	closing := max(0, o.v-speed)
	need := me.length + standingGap + 0.5*max(o.v, speed) + float64(closing*closing)/(2*me.accel)
	return there < comes && (comes-there)*max(o.v, 3) > need
}

// number gives the i-th vehicle of a track the last number of junction g, and later ones to those who were let in before
// and whom it passes. All who follow one of them on its lane get later ones still: the order of numbers on a lane is that
// in which they stand, also where somebody has changed lanes in front of others.
func (w *World) number(wk *worker, s slot, i int, g int32) {
	w.numberFrom(s, i, g)
	mine := w.tracks[s].vehicles()[i].grant
	for len(wk.passed) > 0 {
		first := 0 // by number: lanes have no order of their own
		for k := range wk.passed {
			if w.numberOf(wk.passed[k]) < w.numberOf(wk.passed[first]) {
				first = k
			}
		}
		p := wk.passed[first]
		last := len(wk.passed) - 1
		wk.passed[first] = wk.passed[last]
		wk.passed = wk.passed[:last]
		if w.numberOf(p) < mine { // else it followed one of the others
			w.numberFrom(p.lane, p.i, g)
		}
	}
}

// numberFrom gives new numbers to the i-th vehicle of track s and, if that is a lane, to those let in behind it.
func (w *World) numberFrom(s slot, i int, g int32) {
	gate, t := &w.gates[g], &w.tracks[s]
	vs := t.vehicles()
	gate.grants++
	vs[i].grant = gate.grants
	t.rouse(i)
	if !w.layout.places[s].isLane {
		return
	}
	for n := i + 1; n < len(vs) && (vs[n].grant != 0 || vs[n].flags&needsGrant == 0); n++ {
		if vs[n].grant != 0 {
			gate.grants++
			vs[n].grant = gate.grants
			t.rouse(n)
		}
	}
}

func (w *World) numberOf(p overtaken) uint32 { return w.tracks[p.lane].vehicles()[p.i].grant }
