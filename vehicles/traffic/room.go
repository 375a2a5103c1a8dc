package traffic

import (
	"math"

	"roadtwin/network"
	"roadtwin/vehicles/driver"
)

// Nobody enters a junction that they cannot leave. The room to leave it is all road from where the own connector has
// crossed the last of the others' ways: the rest of the connector, the exit lane, and whatever comes after it on the
// vehicle's own route, up to the first vehicle that stands or the first line at which one might have to stop. All who are
// on their way there already need their place in it, moving or not: so if everybody came to a stand in this moment, nobody
// would stand across another's way.

// promise is road behind the junction that somebody let in will take.
type promise struct {
	lane   slot
	metres float64
}

const (
	standingGap  = 2.0 // m, the room a queued vehicle takes beyond its length
	leastLeeway  = 1.0 // m behind the vehicle that leaves the junction last
	flowing      = 2.0 // m/s: slower, and a vehicle ahead may be about to stop
	roomHops     = 6   // tracks ahead that are looked at
	firmStopping = 4.0 // m/s², with which a vehicle ahead stops at the worst
)

func (w *World) promiseRoom(wk *worker, v *vehicle) {
	to := w.layout.places[v.next].to
	wk.promised = append(wk.promised, promise{to, float64(v.length) + standingGap})
}

// roomBehind reports whether v has room to leave the junction by connector c. kept metres of it are taken by v itself
// already.
func (w *World) roomBehind(wk *worker, v *vehicle, c *place, kept float64) bool {
	exit := &w.layout.places[c.to]
	need := float64(v.length) + leastLeeway + w.bound(wk, c.to) - kept
	room := c.length - c.clearFrom
	t := &w.tails[c.to]
	if math.IsInf(t.s, 1) {
		if room+exit.length >= need || need <= float64(v.length)+leastLeeway && float64(v.length) > room+exit.length-2*leastLeeway {
			return true // longer than the lane: an empty one must do
		}
	} else if room+t.rear()+driver.StoppingDistance(t.v, firmStopping) >= need {
		return true
	}
	return w.roomAhead(v, c.to, room, need)
}

// bound returns the metres that those take who are on their way to lane to: inside the junction, or let in before.
func (w *World) bound(wk *worker, to slot) (metres float64) {
	for _, s := range w.layout.into[to] {
		vs := w.tracks[s].vehicles()
		for i := range vs {
			metres += float64(vs[i].length) + standingGap
		}
	}
	for i := range wk.promised {
		if wk.promised[i].lane == to {
			metres += wk.promised[i].metres
		}
	}
	return metres
}

// roomAhead reports whether there are need metres of room from the start of lane s on, along v's route, where room metres
// are before it.
func (w *World) roomAhead(v *vehicle, s slot, room, need float64) bool {
	j := &w.journeys[v.id]
	at := int(j.at) + 1
	for range roomHops {
		p := &w.layout.places[s]
		vs := w.tracks[s].vehicles()
		for i := len(vs) - 1; i >= 0; i-- {
			if o := &vs[i]; o.v < flowing {
				return room+o.rear() >= need
			}
			need += float64(vs[i].length) + standingGap
		}
		if t := &w.tails[s]; len(vs) == 0 && !math.IsInf(t.s, 1) && t.v < flowing {
			return room+t.rear() >= need // one whose front has left reaches back
		}
		if room += p.length; room >= need {
			return true
		}
		if !p.isLane {
			s = p.to
			at++
			continue
		}
		if p.outN == 0 {
			return true // out of the map
		}
		if s = w.freelyOnward(v, j, p, at); s < 0 {
			return false
		}
	}
	return false
}

// freelyOnward returns the connector by which v's route leaves lane p, the at-th edge of its route, if nothing there
// makes one stop now; nowhere otherwise.
func (w *World) freelyOnward(v *vehicle, j *journey, p *place, at int) slot {
	if at+1 >= len(j.route) || j.route[at] != p.edge {
		return nowhere
	}
	c := w.connectorTo(p, j.route[at+1], classOf(v))
	if c == nowhere {
		return nowhere
	}
	n := &w.layout.places[c]
	if n.group != network.None && !w.green(n.group) || n.yieldsAny {
		return nowhere
	}
	return c
}
