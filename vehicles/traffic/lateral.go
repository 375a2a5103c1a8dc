package traffic

import (
	"math"

	"roadtwin/network"
	"roadtwin/vehicles/driver"
)

// A change of lanes takes time, and while it lasts the vehicle is on both lanes. It is listed on the new one from the
// start (who comes there minds it), its body moves over during some seconds (vehicle.lateral), and as long as part of the
// body reaches into the old lane it has a shadow there: a record beside the lane that those who follow on it, those who
// wish to change into it and those who come to it mind as they mind a vehicle. Only those who change cost anything: a list
// of them, and a byte a track that tells whether there is a shadow on it.

// shadow is the part of a vehicle that reaches into a lane which it is not listed on.
type shadow struct {
	lane   slot
	id     VehicleID
	s, v   float64 // m along lane, front bumper, which may be beyond the end; m/s
	length float32
	near   float32 // m from the centre line of lane to the side of the vehicle
	left   bool    // the vehicle is to the left of the centre line
	class  uint8
	cool   uint8   // of the vehicle: it has changed lanes a short while ago
	a      float32 // m/s²
	driver uint16
	next   int32 // the one further upstream on the same lane, as track.shaded has it
}

func (h *shadow) rear() float64 { return h.s - float64(h.length) }

// shade is the value of tail.from that marks a shadow.
const shade slot = -3

// sideClearance is the room in metres between the sides of two vehicles with which they drive past each other.
const sideClearance = 0.3

// glide moves those who change lanes on sideways, and says where they are in the way. It comes after the positions along
// the lanes are those of the end of the step.
func (w *World) glide(wk *worker) {
	if len(wk.sideways) == 0 && len(wk.shadows) == 0 {
		return
	}
	w.wakeFollowers(wk)
	w.sweepShadows(wk)
	kept := wk.sideways[:0]
	for _, id := range wk.sideways {
		s := w.journeys[id].track
		if s < wk.first || s >= wk.end {
			continue // arrived, or another worker's by now
		}
		v, _ := w.find(id)
		if v == nil {
			continue
		}
		slides := v.flags&isOdd != 0 && w.skid(id) != nil
		if !slides {
			w.sidestep(v, s)
		}
		if v.lateral == 0 && !slides {
			v.flags &^= movesLeft | movesRight
			continue
		}
		kept = append(kept, id)
		v.due = 0
		w.tracks[s].stir()
		w.cast(wk, v, s)
	}
	wk.sideways = kept
	for i := range wk.shadows {
		w.shadeTail(wk.shadows[i].lane)
	}
}

// wakeFollowers makes those decide in the next step who stand behind a shadow: it may be gone then.
func (w *World) wakeFollowers(wk *worker) {
	for i := range wk.shadows {
		h := &wk.shadows[i]
		vs := w.tracks[h.lane].vehicles()
		if at := w.insertionPoint(h.lane, h.s); at < len(vs) && vs[at].v == 0 {
			w.tracks[h.lane].rouse(at)
		}
	}
}

// sidestep moves v sideways for one step.
func (w *World) sidestep(v *vehicle, s slot) {
	p := &w.layout.places[s]
	left := math.Abs(float64(v.lateral))
	time := driver.ChangeTime(classOf(v))
	if over := (p.length - v.s) / max(v.v, 0.1); over < time {
		time = max(over, driver.QuickestChange) // the lane ends: be over by then
	}
	ds := driver.SidewaysSpeed(left, w.laneWidth(s), v.v, time) * w.cfg.StepTime
	if ds >= left || left < 1e-3 {
		v.lateral = 0
		return
	}
	v.lateral -= float32(math.Copysign(ds, float64(v.lateral)))
}

// laneWidth returns the width in metres of lane s, or of the lane behind connector s.
func (w *World) laneWidth(s slot) float64 {
	p := &w.layout.places[s]
	if !p.isLane {
		p = &w.layout.places[p.from]
	}
	return float64(p.width)
}

// sweepShadows takes all shadows of wk away.
func (w *World) sweepShadows(wk *worker) {
	for i := range wk.shadows {
		w.tracks[wk.shadows[i].lane].shaded = 0 // none
		w.tracks[wk.shadows[i].lane].stale = true
		wk.wake(wk.shadows[i].lane) // its end is to be published anew
	}
	wk.shadows = wk.shadows[:0]
}

// cast notes the shadow of v, on track s, if it has one.
func (w *World) cast(wk *worker, v *vehicle, s slot) {
	lane, front := s, v.s
	p := &w.layout.places[s]
	if !p.isLane {
		lane = p.from
		p = &w.layout.places[lane]
		front += p.length
	}
	if front-float64(v.length) >= p.length {
		return
	}
	left := v.lateral > 0 // it comes from there
	side := w.sideOf(left)
	if i := int(p.index) + side; i < 0 || i >= int(p.lanes) {
		return
	}
	other := lane + slot(side)
	o := &w.layout.places[other]
	off := float64(p.width+o.width)/2 - math.Abs(float64(v.lateral))
	near := off - w.classes[v.class].Width/2
	if near >= float64(o.width)/2 {
		return
	}
	h := shadow{
		lane: other, id: v.id, s: front, v: v.v, length: v.length, near: float32(near), left: !left,
		class: v.class, driver: v.driver, cool: v.cool, a: v.a,
	}
	w.addShadow(wk, &h)
	wk.wake(other)
	w.alertFollower(other, &h)
}

// addShadow adds h to the shadows on its lane, most downstream first.
func (w *World) addShadow(wk *worker, h *shadow) {
	wk.shadows = append(wk.shadows, *h)
	added := &wk.shadows[len(wk.shadows)-1]
	at := &w.tracks[h.lane].shaded
	for o := w.shadow(h.lane, *at); o != nil && (o.s > h.s || o.s == h.s && o.id < h.id); o = w.shadow(h.lane, *at) {
		at = &o.next
	}
	added.next, *at = *at, int32(len(wk.shadows))
	wk.mark(h.lane)
}

// shadow returns the shadow on lane s that track.shaded, or another one's next, names by i; nil if there is none.
func (w *World) shadow(s slot, i int32) *shadow {
	if i == 0 {
		return nil
	}
	return &w.workers[w.owner(s)].shadows[i-1]
}

// alertFollower makes the driver behind a shadow decide at once if it comes close.
func (w *World) alertFollower(s slot, h *shadow) {
	vs := w.tracks[s].vehicles()
	if at := w.insertionPoint(s, h.s); at < len(vs) && comesClose(&vs[at], h.v, h.rear()-vs[at].s) {
		w.tracks[s].rouse(at)
	}
}

// sideOf returns +1 for the lane towards the offside, -1 for the one towards the kerb, of the two on the left and right of
// the driver.
func (w *World) sideOf(left bool) int {
	if left == (w.cfg.Net.DrivingSide == network.RightHand) {
		return 1
	}
	return -1
}

// isInTheWayOf reports whether v, on the lane of h, does not fit past it sideways: where it is now, or in the middle of the
// lane, where it will be.
func (w *World) isInTheWayOf(h *shadow, v *vehicle) bool {
	off := float64(v.lateral)
	if !h.left {
		off = -off
	}
	return float64(h.near)-max(off, 0)-w.classes[v.class].Width/2 < sideClearance
}

// mindShadows makes v keep behind those whose body reaches into its lane s.
func (w *World) mindShadows(v *vehicle, p *driver.Params, s slot, free float64, d *wish) {
	for h := w.shadow(s, w.tracks[s].shaded); h != nil; h = w.shadow(s, h.next) {
		if h.s > v.s && h.id != v.id && w.isInTheWayOf(h, v) {
			d.cap(p.FollowRelaxed(v.v, h.v, h.rear()-v.s, free, w.freshness(max(v.cool, h.cool), h.a)), LimitLeader)
		}
	}
}

// shadowAhead returns the nearest of what is in the way of v on its lane s, of which lead is in line.
func (w *World) shadowAhead(s slot, v *vehicle, lead driver.Neighbour) driver.Neighbour {
	for h := w.shadow(s, w.tracks[s].shaded); h != nil; h = w.shadow(s, h.next) {
		if gap := h.rear() - v.s; h.id != v.id && h.s > v.s && gap < lead.Gap && w.isInTheWayOf(h, v) {
			lead = driver.Neighbour{Gap: gap, Speed: h.v}
		}
	}
	return lead
}

// mindLaneLeft makes v, which is changing to lane s, keep behind the one ahead on the lane it comes from until it is past it
// sideways: no farther than it did as long as it was on that lane itself.
func (w *World) mindLaneLeft(v *vehicle, p *driver.Params, s slot, place *place, free float64, d *wish) {
	if o := w.leaderLeft(v, s, place); o != nil {
		d.cap(p.FollowRelaxed(v.v, o.v, o.rear()-v.s, free, w.freshness(max(v.cool, o.cool), o.a)), LimitLeader)
		return
	}
	other := s + slot(w.sideOf(v.lateral > 0))
	if i := int(place.index) + w.sideOf(v.lateral > 0); i < 0 || i >= int(place.lanes) || w.insertionPoint(other, v.s) > 0 {
		return
	}
	// Nobody is ahead on that lane any more: whose rear is still near its end is in the way as well, until v is in its own.
	if lead := w.nearestBeyond(&w.layout.places[other], w.layout.places[other].length-v.s); lead.Gap < place.length-v.s+nearEnd && w.overlapsLane(v, other) {
		d.cap(p.Follow(v.v, lead.Speed, lead.Gap, free), LimitLeader)
	}
}

// mindLaneBeside makes v, which has come over the end of a lane onto connector place while it was changing to that lane, keep behind the
// last on the lane beyond that it is still in line with.
func (w *World) mindLaneBeside(v *vehicle, p *driver.Params, place *place, free float64, d *wish) {
	to, side := &w.layout.places[place.to], w.sideOf(v.lateral > 0)
	if i := int(to.index) + side; i < 0 || i >= int(to.lanes) {
		return
	}
	other := place.to + slot(side)
	if t := &w.ends[other].tail; !math.IsInf(t.s, 1) && t.id != v.id && w.overlapsLane(v, other) {
		d.cap(p.FollowRelaxed(v.v, t.v, place.length-v.s+t.rear(), free, w.freshness(v.cool, t.a)), LimitLeader)
	}
}

// nearEnd is how far behind the end of a lane somebody's rear is in the way of one who changes from that lane, m.
const nearEnd = 5.0

// overlapsLane reports whether v, which is changing from lane other, does not fit yet past a car in the middle of it.
func (w *World) overlapsLane(v *vehicle, other slot) bool {
	off := float64(w.layout.places[other].width) - math.Abs(float64(v.lateral))
	return off-(w.classes[v.class].Width+w.classes[network.Car].Width)/2 < sideClearance
}

// leaderLeft returns the vehicle ahead of v on the lane that v, on s now, is changing from, as long as v does not fit past it
// sideways; nil if there is none.
func (w *World) leaderLeft(v *vehicle, s slot, place *place) *vehicle {
	side := w.sideOf(v.lateral > 0)
	if i := int(place.index) + side; i < 0 || i >= int(place.lanes) {
		return nil
	}
	other := s + slot(side)
	at := w.insertionPoint(other, v.s)
	if at == 0 {
		return nil
	}
	o := &w.tracks[other].vehicles()[at-1]
	off := float64(place.width+w.layout.places[other].width)/2 - math.Abs(float64(v.lateral))
	off += min(0, math.Copysign(1, float64(v.lateral))*float64(o.lateral)) // it will be in the middle of its lane
	if off-(w.classes[v.class].Width+w.classes[o.class].Width)/2 >= sideClearance {
		return nil
	}
	return o
}

// isBoxedIn reports whether v, on lane s, is changing lanes and cannot go on before the one ahead on its old lane does.
func (w *World) isBoxedIn(v *vehicle, s slot) bool {
	return v.flags&(movesLeft|movesRight) != 0 && w.leaderLeft(v, s, &w.layout.places[s]) != nil
}

// shadeTail makes the last shadow on lane s its end, if it is behind the last vehicle there.
func (w *World) shadeTail(s slot) {
	t := &w.ends[s].tail
	for h := w.shadow(s, w.tracks[s].shaded); h != nil; h = w.shadow(s, h.next) {
		if h.rear() < t.rear() {
			*t = tail{s: h.s, v: h.v, a: h.a, cool: h.cool, length: h.length, id: h.id, from: shade, driver: h.driver, class: h.class}
		}
	}
}

// shadowGaps narrows what a vehicle at v's place on lane s has ahead and behind down to the shadows there.
func (w *World) shadowGaps(s slot, v *vehicle, belief driver.Belief, lead, follow *driver.Neighbour, fp **driver.Params) {
	for h := w.shadow(s, w.tracks[s].shaded); h != nil; h = w.shadow(s, h.next) {
		if h.id == v.id {
			continue
		}
		if gap := h.rear() - v.s; h.s > v.s && gap < lead.Gap {
			*lead = driver.Neighbour{Gap: gap, Speed: h.v}
		}
		if gap := v.rear() - h.s; h.s <= v.s && gap < follow.Gap {
			*follow = driver.Neighbour{Gap: gap, Speed: h.v}
			*fp = &w.drivers.Drivers[belief][h.class][h.driver]
		}
	}
}

// recast works out all shadows anew, from where everybody is: after a crash has moved somebody, or a snapshot.
func (w *World) recast() {
	for _, wk := range w.workers {
		w.sweepShadows(wk)
		for _, id := range wk.sideways {
			if w.journeys[id].state != driving {
				continue
			}
			if v, s := w.find(id); v != nil && s >= wk.first && s < wk.end {
				w.cast(wk, v, s)
			}
		}
	}
}

// findSideways lists all who are changing lanes.
func (w *World) findSideways() {
	for _, wk := range w.workers {
		wk.sideways = wk.sideways[:0]
		for s := range wk.awake {
			vs := w.tracks[s].vehicles()
			for i := range vs {
				if v := &vs[i]; v.lateral != 0 || v.flags&isOdd != 0 && w.skid(v.id) != nil {
					wk.sideways = append(wk.sideways, vs[i].id)
				}
			}
		}
	}
	w.recast()
}

// touchesShadows notes who on lane s touches the body of one that reaches into it.
func (w *World) touchesShadows(wk *worker, s slot) {
	vs := w.tracks[s].vehicles()
	for h := w.shadow(s, w.tracks[s].shaded); h != nil; h = w.shadow(s, h.next) {
		o, at := w.find(h.id)
		for k := range vs {
			v := &vs[k]
			if v.s > h.rear() && v.rear() < h.s && o != nil && w.bodiesTouch(v, s, o, at) {
				a, b := v, o // the one behind strikes
				if o.s < v.s {
					a, b = o, v
				}
				wk.contacts = append(wk.contacts, contact{striking: a.id, struck: b.id, drove: w.lately(a), other: w.lately(b)})
			}
		}
	}
}
