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
	id     VehicleID
}

const (
	standingGap  = 2.0 // m, the room a queued vehicle takes beyond its length
	leeway       = 0.2 // m to spare, beyond the gap that one keeps who leaves the junction last
	flowing      = 2.0 // m/s: slower, and a vehicle ahead may be about to stop
	roomHops     = 6   // tracks ahead that are looked at
	firmStopping = 4.0 // m/s², with which a vehicle ahead stops at the worst
)

func (w *World) promiseRoom(wk *worker, v *vehicle) {
	to := w.layout.places[v.next].to
	wk.promised = append(wk.promised, promise{to, float64(v.length) + standingGap, v.id})
}

// roomBehind reports whether v has room to leave the junction by connector c. kept metres of it are taken by v itself
// already, if it waits inside; those behind it there go nowhere before it does.
func (w *World) roomBehind(wk *worker, v *vehicle, c *place, kept float64) bool {
	exit := &w.layout.places[c.to]
	bound := w.bound(wk, c.to, v.id)
	gap := w.driver(v, w.believedAt(v, exit)).MinGap + leeway
	need := float64(v.length) + gap + bound - kept
	room := c.length - c.clearFrom
	fits := float64(v.length) <= room+exit.length-leastLineGap
	if b, open := w.tracksOver(exit); b != nil && room+b.at < need { // there is no room for all before the tracks
		if !open {
			return false
		}
		switch fits = exit.toStand()-b.end >= float64(v.length); {
		case fits:
			room = -b.end
		case !w.nobodyHangs(v, c):
			return w.allGoOn(wk, c.to, v.id) && w.roomAhead(v, c.to, -b.end, need)
		}
	}
	switch t := &w.ends[c.to].tail; {
	case !math.IsInf(t.s, 1):
		if room+w.standsFrom(exit, c.to) >= need {
			return true
		}
	case bound <= kept || room+exit.toStand() >= need-gap:
		if fits || w.mayHang(v, c) {
			return true // an empty lane must do for one longer than it is
		}
	}
	return w.allGoOn(wk, c.to, v.id) && w.roomAhead(v, c.to, room, need) || w.allWaitForIt(v, c)
}

// allWaitForIt reports whether v and the vehicle on the lane behind connector c, each alone on its lane, stand and wait for room on a lane where
// one stands who does the same, and so on round to v's own: a small roundabout whose lanes hold one vehicle each, where all would have room if they went
// at once. Who has waited for long, and has room before the next for all of itself, begins: what it leaves is the room for the one behind.
func (w *World) allWaitForIt(v *vehicle, c *place) bool {
	room := c.length + w.ends[c.to].tail.rear() - standingGap
	begun := v.grant != 0 // it is not to stop again halfway
	if !begun && w.waited(v) < w.patience(othersPatience) || !w.isAlone(c.from) || room < float64(v.length) {
		return false
	}
	s := c.to
	for range roomHops {
		h := &w.ends[s].head
		if h.next < 0 || h.v > 0 || !w.isAlone(s) {
			return false
		}
		n := &w.layout.places[h.next]
		if !begun && n.group != network.None && !w.green(n.group) {
			return false
		}
		if s = n.to; s == c.from {
			return true
		}
	}
	return false
}

// isAlone reports whether there is just one vehicle on lane s.
func (w *World) isAlone(s slot) bool {
	e := &w.ends[s]
	return e.head.v >= 0 && e.head.s == e.tail.s
}

// allGoOn reports whether nothing makes anybody stop now at the line at the end of lane s who is on it, or on the way to it, but
// for those on the connector behind the vehicle with the id last.
func (w *World) allGoOn(wk *worker, s slot, last VehicleID) bool {
	p := &w.layout.places[s]
	if p.leadsOn {
		return true
	}
	vs := w.tracks[s].vehicles()
	for i := range vs {
		if w.freelyOnward(&vs[i], p, 0) < 0 {
			return false
		}
	}
	for _, c := range w.layout.into[s] {
		vs := w.tracks[c].vehicles()
		for i := range vs {
			if w.freelyOnward(&vs[i], p, 1) < 0 {
				return false
			}
			if vs[i].id == last {
				break
			}
		}
	}
	for _, o := range wk.promised {
		if o.lane == s {
			if v, _ := w.find(o.id); w.freelyOnward(v, p, 1) < 0 {
				return false
			}
		}
	}
	return true
}

// mayHang reports whether v, which is too long for the lane behind connector c, may wait there with its rear in the junction. Not
// if another one comes to the junction that has its rear in the next in turn, and whose way might be where v's rear is: each
// would wait for the other's rear to go. Who hangs over already goes, and who has waited for long.
func (w *World) mayHang(v *vehicle, c *place) bool {
	return w.waited(v) >= w.patience(othersPatience) || w.nobodyHangs(v, c)
}

// nobodyHangs reports whether nobody who has its rear in the next junction comes to that of connector c, unless v hangs over already.
func (w *World) nobodyHangs(v *vehicle, c *place) bool {
	x := &w.layout.crossings[c.junction]
	if float64(v.length) > w.stretch(&w.layout.places[c.from]) {
		return true
	}
	for s := x.lanes; s < x.connectors; s++ {
		if metres := w.stretch(&w.layout.places[s]); metres < longest-leastLineGap && s != c.from && w.hasLonger(s, metres) {
			return false
		}
	}
	return true
}

// hasLonger reports whether somebody longer than so many metres is on lane s, or on a connector to it.
func (w *World) hasLonger(s slot, metres float64) bool {
	vs := w.tracks[s].vehicles()
	for i := range vs {
		if float64(vs[i].length) > metres {
			return true
		}
	}
	for _, c := range w.layout.into[s] {
		vs := w.tracks[c].vehicles()
		for i := range vs {
			if float64(vs[i].length) > metres {
				return true
			}
		}
	}
	return false
}

// standsFrom returns the metre of lane exit, whose slot is s, from which it would be taken if all there came to a stand: the last
// one brakes firmly, and nobody goes over the line at the end of a short lane who has not been let in there.
func (w *World) standsFrom(exit *place, s slot) float64 {
	t := &w.ends[s].tail
	rear := t.rear() + driver.StoppingDistance(t.v, firmStopping)
	if exit.leadsOn || exit.length > shortExit {
		return rear
	}
	queue := exit.toStand() + standingGap
	vs := w.tracks[s].vehicles()
	for i := range vs {
		queue -= float64(vs[i].length) + standingGap
	}
	return min(rear, max(queue, t.rear()))
}

// shortExit is the length in metres of a lane up to which a queue at its end may reach the junction behind within a blink.
const shortExit = 60.0

// toStand returns the metres of lane p on which vehicles stand in a queue.
func (p *place) toStand() float64 {
	if p.leadsOn {
		return p.length
	}
	return p.length - lineMargin
}

// bound returns the metres that those take who are on their way to lane to: inside the junction, but for those on the connector
// behind the vehicle with the id last, or let in before.
func (w *World) bound(wk *worker, to slot, last VehicleID) (metres float64) {
	for _, s := range w.layout.into[to] {
		vs := w.tracks[s].vehicles()
		for i := range vs {
			metres += float64(vs[i].length) + standingGap
			if vs[i].id == last {
				break
			}
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
	ahead := 1
	for range roomHops {
		p := &w.layout.places[s]
		if !p.isLane && p.crosses {
			room = -p.clearFrom // nobody stands inside that junction: who finds no room beyond waits before it
		}
		vs := w.tracks[s].vehicles()
		for i := len(vs) - 1; i >= 0; i-- {
			if o := &vs[i]; o.v < flowing {
				return room+o.rear() >= need
			}
			need += float64(vs[i].length) + standingGap
		}
		if t := &w.ends[s].tail; len(vs) == 0 && !math.IsInf(t.s, 1) && t.v < flowing {
			return room+t.rear() >= need // one whose front has left reaches back
		}
		if p.isLane && room+p.toStand() >= need || !p.isLane && room+p.length >= need {
			return true
		}
		room += p.length
		if !p.isLane {
			s = p.to
			ahead++
			continue
		}
		if p.outN == 0 {
			return true // out of the map
		}
		if s = w.freelyOnward(v, p, ahead); s < 0 {
			return false
		}
	}
	return false
}

// freelyOnward returns the connector by which v's route leaves lane p, so many edges ahead of the one it is on or has left
// last, if nothing there makes one stop now; nowhere otherwise.
func (w *World) freelyOnward(v *vehicle, p *place, ahead int) slot {
	j := &w.journeys[v.id]
	at := int(j.at) + ahead
	if at+1 >= len(j.route) || j.route[at] != p.edge {
		return nowhere
	}
	c := w.connectorTo(p, j.route[at+1], classOf(v))
	if c == nowhere {
		return nowhere
	}
	n := &w.layout.places[c]
	if n.group != network.None && !w.green(n.group) || n.yieldsAny || w.isObstructed(n) {
		return nowhere
	}
	if n.crosses && n.length-n.clearFrom+w.standsFrom(&w.layout.places[n.to], n.to) < float64(v.length)+standingGap {
		return nowhere // it will not be let in there for want of room
	}
	return c
}

// isObstructed reports whether somebody stands where connector c leads, or nearly so.
func (w *World) isObstructed(c *place) bool {
	clashes := w.layout.clashesOf(c)
	for i := range clashes {
		if k := &clashes[i]; k.kind != network.Diverging && w.standsOn(k) {
			return true
		}
	}
	return false
}

// standsOn reports whether somebody on the other connector of k stands, or nearly so, where the two ways are in one another's way.
func (w *World) standsOn(k *clash) bool {
	vs := w.tracks[k.with].vehicles()
	for i := range vs {
		if o := &vs[i]; o.v < flowing && o.rear() < k.withEnd && o.s > k.withStart {
			return true
		}
	}
	with := &w.layout.places[k.with]
	t := &w.ends[with.to].tail
	return t.from == k.with && t.v < flowing && with.length+t.rear() < k.withEnd
}
