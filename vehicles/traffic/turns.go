package traffic

import (
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/driver"
)

// Right of way is for traffic that flows. Where those who have it crawl or stand, drivers let others in, turn by turn: who
// has been waiting for some seconds for them asks as their equal, the one who has been standing longest first; and if only
// those are in the way who were let in before, no more of them are let in until he has gone (wk.insisting). He loses that
// as soon as anything else is in his way, so nobody waits for one who cannot go; but the room behind the junction is kept for
// who has been waiting for it for long (wk.queuing).

// asksAsEqual reports whether v, which has to yield, has its turn like those who need not. A ring keeps its right of way
// whatever happens: it would fill up and never empty.
func (w *World) asksAsEqual(v *vehicle, c *place) bool {
	if w.hasWaitedLong(v, c) {
		return true
	}
	if v.flags&(isHeldByExit|isHeldBySlow) == 0 || w.waited(v) <= w.patience(zipPatience) || w.layout.crossings[c.junction].roundabout {
		return false
	}
	return !w.crawls(c.to) || w.lastInto(c.to) != v.next
}

// hasWaitedLong reports whether those with the right of way make a gap for v by now, which has not found any for connector c, and
// has room behind the junction.
func (w *World) hasWaitedLong(v *vehicle, c *place) bool {
	return v.flags&isHeldByExit == 0 && w.insists(v, c)
}

// insists reports whether v has been waiting for so long to go by connector c that others mind it. They do so for a while, and then
// again after some time, lest all wait for one who cannot go for another reason.
func (w *World) insists(v *vehicle, c *place) bool {
	first, again := w.patience(othersPatience), w.patience(insistsEvery)
	waited := w.waited(v)
	if waited == longestWait { // it is not counted any further
		waited = first + uint16(w.steps%uint64(again))
	}
	return waited >= first && (waited-first)%again < again/2 && !w.layout.crossings[c.junction].roundabout
}

// crawls reports whether traffic at the start of lane s is slow, and not about to be faster.
func (w *World) crawls(s slot) bool {
	vs := w.tracks[s].vehicles()
	if len(vs) == 0 {
		t := &w.ends[s].tail
		return t.v < zipSpeed && !math.IsInf(t.s, 1)
	}
	last := &vs[len(vs)-1]
	return last.v < zipSpeed && last.a < pullingAway && last.rear() < crawlWithin
}

// lastInto returns the connector by which the last vehicle comes, or came, to lane s; nowhere if it is empty.
func (w *World) lastInto(s slot) slot {
	last, furthest := nowhere, math.Inf(-1)
	for _, c := range w.layout.into[s] {
		if t := &w.tracks[c]; len(t.vs) > 0 {
			if left := w.layout.places[c].length - t.vs[len(t.vs)-1].s; left > furthest {
				last, furthest = c, left
			}
		}
	}
	if vs := w.tracks[s].vehicles(); last == nowhere && len(vs) > 0 {
		return w.journeys[vs[len(vs)-1].id].from
	}
	return last
}

// mustLetIn reports whether v, not let in yet, leaves the junction to one who insists, or the room behind it to one who has been
// waiting for that for long: else who takes less room, or reaches it sooner, took it each time.
func (w *World) mustLetIn(wk *worker, v *vehicle, c *place, distance float64) bool {
	if slices.Contains(wk.queuing, c.to) {
		return w.gentlyStops(v, c, distance)
	}
	for _, s := range wk.insisting {
		if o := &w.layout.places[s]; o.junction == c.junction && o.from != c.from && c.clashMask&(1<<o.bit) != 0 {
			return w.gentlyStops(v, c, distance)
		}
	}
	return false
}

// longWait is one at a line who has been waiting for room behind the junction, or for a gap, for so long that others mind it.
type longWait struct {
	next, from slot
	waited     uint16
	room       bool // that is what it waits for
	insists    bool // else it is only its turn
}

// noteLongWaits notes those among the fronts of a junction.
func (w *World) noteLongWaits(wk *worker) {
	wk.longWaits = wk.longWaits[:0]
	for i := range wk.fronts {
		f := &wk.fronts[i]
		v := &w.tracks[f.lane].vehicles()[f.i]
		if v.grant != 0 || w.waited(v) < w.patience(zipPatience) || !w.layout.places[f.lane].isLane {
			continue
		}
		c := &w.layout.places[v.next]
		o := longWait{next: v.next, from: f.lane, waited: w.waited(v), room: v.flags&isHeldByExit != 0, insists: w.insists(v, c)}
		if o.insists || o.room && !w.layout.crossings[c.junction].roundabout && w.lastInto(c.to) != v.next {
			wk.longWaits = append(wk.longWaits, o)
		}
	}
}

// standsInTheirWay reports whether v, who stands before the line at the end of lane, goes after another who has been waiting for
// longer: for the room behind the junction, where the last to take it was not from there, or for those on v's way, v having been
// let in before it came to stand in a queue. Without that the room would always be his who needs but to roll on.
func (w *World) standsInTheirWay(wk *worker, v *vehicle, lane slot) bool {
	if v.v > 0 || !w.layout.places[lane].isLane {
		return false
	}
	c, waited := &w.layout.places[v.next], w.waited(v)
	if waited < w.patience(knotPatience) {
		return false
	}
	for i := range wk.longWaits {
		o := &wk.longWaits[i]
		if o.from == lane || o.waited <= waited || !o.insists && waited > w.patience(zipAtMost) {
			continue
		}
		there := &w.layout.places[o.next]
		if o.room && there.to == c.to || !o.room && v.grant != 0 && c.clashMask&(1<<there.bit) != 0 {
			return true
		}
	}
	return false
}

// goesFirst reports whether v need not yield to o, distance metres from its stop line, although the rule says so: o stands
// some way off, or cannot go for want of room, or has not been standing as long as v has, and v's patience is at its end.
// It is how drivers dissolve the knot of four who each yield to the next; and where a slow queue is to be joined, how they
// take turns.
func (w *World) goesFirst(v, o *vehicle, k *clash, distance float64) bool {
	if o.v < zipSpeed && w.waited(v) > w.patience(zipPatience) && w.gentlyStops(o, &w.layout.places[k.with], distance) && w.crawls(w.layout.places[k.with].to) {
		return true
	}
	if w.hasWaitedLong(v, &w.layout.places[k.with]) && w.gentlyStops(o, &w.layout.places[k.with], distance) {
		return true
	}
	if o.v > 0.5 || w.waited(o) == 0 {
		return false
	}
	if o.flags&isHeldByExit != 0 {
		// Zip; but not for ever, since o's exit may be full because of v.
		return k.kind != network.Merging || w.lastInto(w.layout.places[k.with].to) == k.with || w.waited(v) > w.patience(turnPatience)
	}
	if distance > atTheLine {
		return true
	}
	return w.waited(v) > w.patience(knotPatience) && (w.waited(v) > w.waited(o) || w.waited(v) == w.waited(o) && v.id < o.id)
}

const (
	zipSpeed     = 6.0  // m/s below which a queue lets one from the side in
	zipPatience  = 5.0  // s after which it does
	crawlWithin  = 40.0 // m behind a junction at which one sees whether the queue moves
	pullingAway  = 0.5  // m/s²
	gentle       = 2.0  // m/s², with which one stops to let another in
	zipAtMost    = 60.0 // s that one stands for whose turn it is: he may not be able to go
	turnPatience = 15.0 // s after which one goes whose turn it is not
	knotPatience = 2.0  // s after which one of four goes

	// Where traffic with the right of way leaves no gap for so long, s, somebody makes one, who can without effort [assumed: that
	// people do is known, not after how long]. It is far more than waits at junctions that work.
	othersPatience = 120.0
	// Who cannot go in such a while tries again with this period, s, half of it each time. No signal near by should have the same, or
	// it might meet the same red each time: the cycles of default plans are whole tens of seconds.
	insistsEvery = 83.0
)

// gentlyStops reports whether v, on a road like p, can stop without effort at a line distance metres ahead.
func (w *World) gentlyStops(v *vehicle, p *place, distance float64) bool {
	return v.v == 0 || driver.StoppingDistance(v.v, gentle*w.ease(v, p)) < distance-lineMargin
}

// patience returns a time as waited does.
func (w *World) patience(seconds float64) uint16 {
	return uint16(min(w.stepsIn(seconds), math.MaxUint16))
}
