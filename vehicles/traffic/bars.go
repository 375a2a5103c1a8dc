package traffic

import (
	"roadtwin/network"
	"roadtwin/vehicles/driver"
)

// mindBars lowers the wish of v, with its front at metre x of lane s (negative before it), for the crossings on that lane.
// lead is what v has ahead there.
func (w *World) mindBars(v *vehicle, p *driver.Params, place *place, x float64, lead driver.Neighbour, free float64, d *wish) {
	for i := place.bar; i < place.barEnd(); i++ {
		b := &w.layout.bars[i]
		if x >= b.mid {
			continue
		}
		distance := b.at - x
		if distance > farther(v.v, p)+barSight {
			return
		}
		if limit, stops := w.stopsAt(v, p, b, &w.crossers.bars[i], x, lead); stops {
			d.cap(p.StopAt(v.v, max(distance, 0), free), limit)
		}
	}
}

// isCrossed reports whether what anybody can see crossing, or getting on, holds a vehicle.
func (l Limit) isCrossed() bool { return l == LimitCrossing || l == LimitRail || l == LimitBusStop }

// barSight is how far before a bar, on top of what it takes to stop, a driver looks at it, m.
const barSight = 25.0

// stopsAt reports whether the driver of v stops at b, seeing view there, and why. Who cannot stop without effort goes on
// before an amber or red light and before people who wait, as people know. For people on the road everybody does what can
// be done, unless they will be gone.
func (w *World) stopsAt(v *vehicle, p *driver.Params, b *bar, view *barView, x float64, lead driver.Neighbour) (Limit, bool) {
	line := b.at - x
	rail := b.kind >= network.LevelCrossing
	ease := 1 / p.Farther
	tracks := b.mid - trackDepth - x // from here on one is in the train's way
	stillStops := view.state == barWalked && driver.StoppingDistance(v.v, firmStopping*ease) < b.mid-x-nearBar
	if line < -nearBar && (rail && !canStopWith(v.v, amberBraking*ease, tracks) || v.v > crawl && !stillStops) {
		return 0, false // on it already
	}
	switch view.state {
	case barOpen:
		if !rail || !canStopWith(v.v, amberBraking*ease, tracks) {
			return 0, false
		}
		return w.heldBeforeTracks(v, p, b, x, lead)
	case barClaimed:
		near := driver.StoppingDistance(v.v, courteousBraking*ease)+courteousTime*v.v > line
		return LimitCrossing, w.yieldsTo(v.id, b) && (!near || v.v < crawl)
	case barWalked:
		arrives := driver.ArrivalTime(b.mid-x, v.v, p.Accel, max(v.v, float64(v.wish)))
		return LimitCrossing, arrives < float64(view.until)+goneMargin
	}
	limit := LimitSignal
	if rail {
		if w.isOnTracks(v, b.line) {
			return 0, false // the train waits for it
		}
		limit = LimitRail
	}
	return limit, v.v < crawl || driver.StoppingDistance(v.v, amberBraking*ease) < line+lineMargin
}

const (
	courteousBraking = 3.0 // m/s², the most that a driver brakes with to let people start
	courteousTime    = 0.5 // s, to see them
	goneMargin       = 1.0 // s after which one comes where people have just gone
)

// crossedAhead reports whether v, if it came onto the lane at place p where it is, would be before a crossing there at which
// one has to stop now and too near to do so, or on it.
func (w *World) crossedAhead(v *vehicle, p *place) bool {
	for i := p.bar; i < p.barEnd(); i++ {
		b := &w.layout.bars[i]
		if w.crossers.bars[i].state != barOpen && b.end > v.rear() && !w.canStopOn(v, p, b.at-v.s-changeMargin) {
			return true
		}
	}
	return false
}

// strandsOnTracks reports whether v, if it came onto the lane at place p where it is, behind lead, could not stop before tracks there
// without effort, nor leave them: it would stand on them.
func (w *World) strandsOnTracks(v *vehicle, d *driver.Params, p *place, lead driver.Neighbour) bool {
	for i := p.bar; i < p.barEnd(); i++ {
		b := &w.layout.bars[i]
		if b.kind >= network.LevelCrossing && b.end > v.rear() && !canStopWith(v.v, amberBraking/d.Farther, b.mid-trackDepth-v.s-changeMargin) && !w.tracksClear(v, d, b, v.s, lead) {
			return true
		}
	}
	return false
}

// changeMargin is how much farther from a crossing one keeps who changes lanes before it, m.
const changeMargin = 5.0

// heldByPeople reports whether v does not enter the junction before connector c because people walk on the arm that it
// leads to, or are to be let go there, and it could not wait for them clear of others' ways.
func (w *World) heldByPeople(v *vehicle, c *place) bool {
	exit := &w.layout.places[c.to]
	if exit.barN == 0 {
		return false
	}
	b, view := &w.layout.bars[exit.bar], &w.crossers.bars[exit.bar]
	if view.state == barOpen || b.at > float64(v.length)+1 || b.kind >= network.LevelCrossing {
		return false
	}
	if rear := c.length + b.at - float64(v.length); rear > c.clearFrom {
		return false
	}
	if view.state == barClaimed {
		return w.yieldsTo(v.id, b)
	}
	return float64(view.until) > soonGone
}

// soonGone is when people are so nearly off the road that one may enter the junction behind which they are, s.
const soonGone = 2.0
