package traffic

import (
	"math"

	"roadtwin/network"
	"roadtwin/signals"
	"roadtwin/vehicles/driver"
)

// decide is what a driver does at an action point: it looks ahead and says which acceleration it wishes for from now on, and
// because of what. p is the driver of v, the i-th vehicle of x. It reads the state at the start of the step; of v it may
// change what only its driver minds.
func (w *World) decide(x *stretch, i int, p *driver.Params) wish {
	vs, s, place := x.vs, x.slot, x.place
	v := &vs[i]
	free := p.Free(v.v, float64(v.wish))
	d := wish{accel: free}
	if i > 0 {
		w.mindLeader(&d, v, p, w.leaderOnTrack(vs, i), free)
		if v.v == 0 && vs[i-1].v == 0 && v.flags&(letsInKerbside|letsInOffside|servesStop) == 0 && stays(p, d.accel) {
			d.stays = true
			return d // nothing else there is could make it go, and who stands cannot brake: it need not be looked at
		}
	}
	if place.barN > 0 {
		w.mindBarsAhead(vs, i, p, s, place, free, &d)
	}
	if place.isLane {
		w.mindLane(v, p, s, place, i == 0, free, &d)
	} else {
		w.mindConnector(v, p, s, place, i == 0, free, &d)
	}
	return d
}

// mindLane lowers the wish for what is at the end of the lane and beyond it.
func (w *World) mindLane(v *vehicle, p *driver.Params, s slot, place *place, first bool, free float64, d *wish) {
	if place.lanes > 1 {
		w.mindNeighbours(v, p, s, place, free, d)
	}
	if place.minds() {
		w.mindBends(v, p, place, v.s, d)
	}
	if v.flags&endsHere != 0 {
		w.turnOffAhead(v, p, w.journeys[v.id].stop-v.s, d)
	}
	if v.flags&servesStop != 0 {
		w.mindBusStop(v, p, s, place, free, d)
	}
	distance := place.length - v.s
	if first {
		if rear := w.nearestBeyond(place, distance); rear.Gap < distance { // somebody has not left the lane altogether
			w.mindLeader(d, v, p, seen{gap: rear.Gap, speed: rear.Speed}, free)
		}
	}
	if distance > farther(v.v, p) {
		if first {
			w.lookAhead(v, p, s, distance, free, d)
		}
		return
	}
	switch {
	case v.next == leave || v.flags&endsHere != 0:
		return
	case v.next == nowhere:
		w.stopAtLaneEnd(v, p, place, distance, free, LimitLaneEnd, d)
		return
	case v.flags&needsGrant != 0 && v.grant == 0:
		why := w.whyNotLetIn(v)
		if place.merge != network.NoMerge && why == LimitYield {
			w.stopAtLaneEnd(v, p, place, distance, free, why, d) // one gets over before, or merges at the end
			return
		}
		gap := lineMargin
		if place.length < longest && w.layout.places[v.next].group == network.None {
			gap = lineGap(v, place)
			// Farther off, and without haste, one may still drive up to the line.
			if b := stopBefore(v.v, distance); distance < lineMargin || b < -tooLate {
				d.cap(b, why)
			}
		}
		d.cap(p.StopAt(v.v, distance-gap, free), why)
		return
	}
	c := &w.layout.places[v.next]
	d.cap(p.SlowTo(v.v, w.wish(v, c), distance, slowStart), LimitCurve)
	if v.hold > 0 {
		d.cap(p.StopAt(v.v, distance+float64(v.hold), free), LimitYield)
	}
	w.keepClear(v, p, c, -distance, v.grant, free, d)
	if first {
		w.lookAhead(v, p, s, distance, free, d)
	} else {
		w.mindWayOn(v, p, c.to, 1, distance+c.length, d)
	}
}

// whyNotLetIn returns why the junction ahead has not let v in, as arbitrate left it.
func (w *World) whyNotLetIn(v *vehicle) Limit {
	switch v.limit {
	case LimitSignal, LimitExit, LimitCrossing, LimitRail:
		return v.limit
	}
	return LimitYield
}

// turnOffAhead lowers the wish for the place distance metres ahead where the trip ends. Who sees it late turns off faster.
func (w *World) turnOffAhead(v *vehicle, p *driver.Params, distance float64, d *wish) {
	d.cap(max(p.SlowTo(v.v, turnOffSpeed, distance, slowStart), -firmStopping), LimitArrival)
}

// lineGap returns how far in metres before the line at the end of a lane v stands: nearer where the lane is so short that its rear
// would stay in the junction behind, in others' way.
func lineGap(v *vehicle, place *place) float64 {
	return max(leastLineGap, min(lineMargin, place.length-float64(v.length)))
}

const leastLineGap = 0.3 // m

// tooLate is the braking in m/s² from which on one has come too late to drive up to a line.
const tooLate = 1.0

// stopBefore returns the acceleration in m/s² with which one at v stops before a line distance metres ahead for certain: who came up to it
// so near as that would else roll over it by centimetres, for comfort's sake, into the way of others.
func stopBefore(v, distance float64) float64 {
	const shy, quickest = 0.1, 0.125 // m; s, half of the least time in which one stops
	return -float64(v*v) / (2 * max(distance-shy, max(quickest*v, 1e-3)))
}

// turnOffSpeed is the speed in m/s at which a vehicle leaves the road at its destination.
const turnOffSpeed = 4.0

// mindConnector lowers the wish for what is on the other connectors and in the lane behind the junction.
func (w *World) mindConnector(v *vehicle, p *driver.Params, s slot, place *place, first bool, free float64, d *wish) {
	if place.group != network.None && w.waitsOver(v, place) {
		d.cap(stopBefore(v.v, bumper-v.s), LimitSignal)
	}
	if v.hold > 0 {
		d.cap(p.StopAt(v.v, float64(v.hold)-v.s, free), LimitYield)
	}
	if v.flags&(movesLeft|movesRight) != 0 {
		w.mindLaneBeside(v, p, place, free, d)
	}
	w.keepClear(v, p, place, v.s, v.grant, free, d)
	if first {
		w.lookAhead(v, p, s, place.length-v.s, free, d)
	} else {
		w.mindWayOn(v, p, place.to, 1, place.length-v.s, d)
	}
}

// mindWayOn lowers the wish for the limits and bends on v's way from track next on, which begins distance metres ahead and is so many edges on
// from the one of its journey, as far as one has to see to be slow enough: whoever else drives ahead, who may go another way.
func (w *World) mindWayOn(v *vehicle, p *driver.Params, next slot, edges int, distance float64, d *wish) {
	reach := float64(v.v*v.v)/(2*slowStart*p.Brake) + float64(p.Interval*v.v)
	if distance >= reach {
		return
	}
	j := &w.journeys[v.id]
	for hop := 0; hop < mostHops && next >= 0 && distance < reach; hop++ {
		here := &w.layout.places[next]
		d.cap(p.SlowTo(v.v, w.wish(v, here), distance, slowStart), LimitCurve)
		if here.minds() {
			w.mindBends(v, p, here, -distance, d)
		}
		distance += here.length
		if !here.isLane {
			next = here.to
			edges++
			continue
		}
		if int(j.at)+edges+1 >= len(j.route) {
			return
		}
		next = w.connectorTo(here, j.route[int(j.at)+edges+1], classOf(v))
	}
}

// slowStart is the share of the comfortable braking from which on one slows down for what is ahead.
const slowStart = 0.6

// lookAhead follows the route beyond track s, which ends distance metres ahead, to the first vehicle or as far as
// matters, and minds the limits and signals on the way.
func (w *World) lookAhead(v *vehicle, p *driver.Params, s slot, distance, free float64, d *wish) {
	sight := float64(float64(v.v*v.v)*0.25*p.Farther) + float64(3*v.v) + leastSight
	edges := 0 // on from the one of v's journey
	if !w.layout.places[s].isLane {
		edges++
	}
	came, next := s, v.next
	for hop := 0; next >= 0 && distance < sight && hop < 8; hop++ {
		t := &w.ends[next].tail
		here := &w.layout.places[next]
		if here.barN > 0 {
			w.mindBars(v, p, here, -distance, driver.Neighbour{Gap: distance + t.rear(), Speed: t.v}, free, d)
		}
		if hop > 0 {
			d.cap(p.SlowTo(v.v, w.wish(v, here), distance, slowStart), LimitCurve)
		}
		if here.minds() {
			w.mindBends(v, p, here, -distance, d)
		}
		if !math.IsInf(t.s, 1) {
			if t.id != v.id {
				w.mindLeader(d, v, p, w.leaderBeyond(v, t, distance+w.rearSeenFrom(came, t)), free)
			}
			w.mindWayOn(v, p, next, edges, distance, d)
			return
		}
		distance += here.length
		came = next
		if !here.isLane {
			next = here.to
			edges++
			continue
		}
		next = w.onward(v, here, edges, distance, p, free, d)
	}
}

// leastSight is how far one looks ahead when standing, m: more than the longest vehicle, whose rear may be near although
// its front is far.
const leastSight = 35.0

// rearSeenFrom returns the position on its lane of the rear of t, the last vehicle there, for one who comes by track s. A
// vehicle that came by another connector is in the way only from where the two connectors meet.
func (w *World) rearSeenFrom(s slot, t *tail) float64 {
	rear := t.rear()
	if rear >= 0 || t.from == s || t.from < 0 {
		return rear
	}
	p := &w.layout.places[s]
	for _, k := range w.layout.clashesOf(p) {
		if k.with == t.from && k.kind == network.Merging {
			return max(rear, k.start-p.length)
		}
	}
	return 0
}

// onward returns the connector by which the route leaves lane here, whose stop line is distance metres ahead, or nowhere
// if v has to stop there for all it can see now. The lane is so many edges on from the one of v's journey, which is not read
// before: most drivers do not see that far.
func (w *World) onward(v *vehicle, here *place, edges int, distance float64, p *driver.Params, free float64, d *wish) slot {
	j := &w.journeys[v.id]
	route, at := j.route, int(j.at)+edges
	if at+1 >= len(route) {
		if t := &w.trips[v.id]; t.To == here.edge && t.ToPos >= 0 {
			w.turnOffAhead(v, p, distance-here.length+stopOn(t, here), d)
		}
		return nowhere
	}
	class := network.VehicleClass(v.class)
	c := w.connectorTo(here, route[at+1], class)
	if c == nowhere {
		c = w.missedTurn(v, here, route[:at])
	}
	if c == nowhere { // there is all of the lane to leave it
		w.stopAtLaneEnd(v, p, here, distance, free, LimitLaneEnd, d)
		return nowhere
	}
	there := &w.layout.places[c]
	if !w.green(there.group) && (w.canStopOn(v, here, distance) || w.cfg.Signals.Aspects()[there.group] != signals.Amber) {
		d.cap(p.StopAt(v.v, distance-lineMargin, free), LimitSignal)
		return nowhere
	}
	if there.group == network.None && there.yieldsAny {
		d.cap(p.SlowTo(v.v, max(3/math.Sqrt(p.Farther), crawl), distance, slowStart), LimitYield)
		return nowhere
	}
	if t := &w.ends[there.to].tail; there.crosses && t.v < flowing && there.length-there.clearFrom+t.rear() < float64(v.length)+p.MinGap+leeway {
		d.cap(p.StopAt(v.v, distance-lineMargin, free), LimitExit) // no room behind the junction, for all one can see
		return nowhere
	}
	w.keepClear(v, p, there, -distance, math.MaxUint32, free, d) // nobody has let it in there yet: it goes last
	return c
}
