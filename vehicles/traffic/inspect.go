package traffic

import (
	"cmp"
	"math"
	"slices"
)

var emptyEnds = ends{tail{s: math.Inf(1), id: math.MaxUint32, from: nowhere}, head{v: -1, next: nowhere}}

// publish makes the ends of track s known to the others.
func (w *World) publish(wk *worker, s slot) {
	w.publishTrack(wk, s)
	t := &w.tracks[s]
	if len(t.vs) == 0 {
		wk.rest(s)
		return
	}
	if t.hangs = w.ends[s].tail.rear() < 0; t.hangs {
		wk.hanging = append(wk.hanging, s)
	}
}

// hang makes vehicles known on the tracks behind the one their front is on, as far as they still reach, where nobody else
// is: a long one may be on three.
func (w *World) hang() {
	for _, wk := range w.workers {
		for _, s := range wk.hanging {
			w.hangFrom(s)
		}
	}
}

func (w *World) hangFrom(s slot) {
	if len(w.tracks[s].vs) == 0 {
		return
	}
	var t tail
	w.lastOf(s, &t) // not the shadow that may be behind it
	if t.rear() >= 0 {
		return // changed lanes since
	}
	for i := 0; t.rear() < 0 && t.from >= 0; i++ {
		b := t.from
		t.s += w.layout.places[b].length
		t.from = nowhere
		if i == 0 && t.rear() < 0 {
			t.from = w.journeys[t.id].fromBefore
		}
		if o := &w.ends[b].tail; len(w.tracks[b].vs) == 0 && (t.rear() < o.rear() || t.id == o.id || t.rear() == o.rear() && t.id < o.id) {
			w.ends[b].tail = t
			w.workers[w.owner(b)].wake(b)
		}
	}
}

// publishChanged does so again for the lanes that vehicles have changed between.
func (w *World) publishChanged() {
	emptied := false
	for _, wk := range w.workers {
		for _, s := range wk.changed {
			w.publishTrack(wk, s)
			if w.tracks[s].shaded != 0 {
				w.shadeTail(s)
			}
			emptied = emptied || len(w.tracks[s].vs) == 0
		}
	}
	for _, wk := range w.workers {
		for _, s := range wk.cutIns {
			w.alertFarBehind(s)
		}
	}
	if emptied {
		w.hang() // somebody further on may reach back onto the lane
	}
}

func (w *World) publishTrack(wk *worker, s slot) {
	t := &w.tracks[s]
	t.stale = false
	if len(t.vs) == 0 {
		w.ends[s] = emptyEnds
		wk.unmark(s)
		return
	}
	first, h := &t.vs[0], &w.ends[s].head
	if p := &w.layout.places[s]; !p.isLane || t.shaded != 0 || first.v > 0 && p.length-first.s < longest {
		wk.mark(s)
	} else {
		wk.unmark(s)
	}
	h.s, h.v, h.next, h.driver, h.class = first.s, first.v, first.next, first.driver, first.class
	w.lastOf(s, &w.ends[s].tail)
}

// lastOf sets end to the last vehicle of track s, which has one.
func (w *World) lastOf(s slot, end *tail) {
	t := &w.tracks[s]
	v := &t.vs[len(t.vs)-1]
	end.s, end.v, end.length, end.a, end.id = v.s, v.v, v.length, v.a, v.id
	end.driver, end.class, end.from, end.cool = v.driver, v.class, nowhere, v.cool
	end.slips = w.slips(v, &w.layout.places[s])
	if v.rear() < 0 {
		end.from = w.cameFrom(v, s)
	}
}

// rearOn returns the vehicle that is behind connector c, at place p, and reaches back onto it, with its front in metres along
// the connector; false if there is none. What others read of the lane behind may be a shadow that reaches back farther.
func (w *World) rearOn(c slot, p *place) (inside, bool) {
	if t := &w.ends[p.to].tail; t.from == c || t.from == shade {
		return w.rearBeyond(c, p, t)
	}
	return inside{}, false
}

// rearBeyond is the part of rearOn that is seldom needed.
func (w *World) rearBeyond(c slot, p *place, t *tail) (inside, bool) {
	if t.from == shade {
		if len(w.tracks[p.to].vs) == 0 {
			return inside{}, false
		}
		var last tail
		w.lastOf(p.to, &last)
		t = &last
	}
	return inside{p.length + t.s, t.v, float64(t.length), 0, 0, t.id}, t.from == c && t.rear() < 0
}

// cameFrom returns the track from which v came to s.
func (w *World) cameFrom(v *vehicle, s slot) slot {
	if p := &w.layout.places[s]; !p.isLane {
		return p.from
	}
	return w.journeys[v.id].from
}

// inspect is phase 9: it finds who touches whom on another track. Who touches the vehicle ahead on its own has been found
// when it moved.
func (w *World) inspect(wk *worker) {
	for _, s := range wk.hanging {
		w.touchesBehind(wk, s)
	}
	for _, s := range wk.crowded {
		w.touchesCrowd(wk, s)
	}
	wk.callRoll(wk.near)
	for _, s := range wk.roll {
		first := &w.ends[s].head // as published after the move: the vehicles are too many for the cache
		if first.v < 0 {
			continue
		}
		p := &w.layout.places[s]
		if first.v > 0 && first.next >= 0 && p.length-first.s < longest {
			if t := &w.ends[first.next].tail; p.length+w.rearSeenFrom(s, t) < first.s-touching {
				w.touchesAhead(wk, s, &w.tracks[s].vehicles()[0], t)
			}
		}
		if p.clashN > 0 {
			w.touchesInside(wk, s, p)
		} else if w.tracks[s].shaded != 0 {
			w.touchesShadows(wk, s)
		}
	}
}

const touching = 1e-3 // m of overlap that count as contact

// merge adds up what the workers have counted and makes it the world's.
func (w *World) merge() {
	var sum tally
	for _, wk := range w.workers {
		t := &wk.tally
		sum.onRoad += t.onRoad
		sum.standing += t.standing
		sum.millimetres += t.millimetres
		sum.updates += t.updates
		sum.audit.NegativeSpeeds += t.audit.NegativeSpeeds
		sum.audit.Jumps += t.audit.Jumps
		sum.audit.BeyondTyres += t.audit.BeyondTyres
	}
	st := &w.stats
	st.OnRoad, st.Standing = sum.onRoad, sum.standing
	st.Updates += sum.updates
	st.Waiting = w.queues.waiting
	st.MeanSpeed = 0
	if sum.onRoad > 0 {
		st.MeanSpeed = float64(sum.millimetres) / (1000 * w.cfg.StepTime) / float64(sum.onRoad)
	}
	w.audit.NegativeSpeeds += sum.audit.NegativeSpeeds
	w.audit.Jumps += sum.audit.Jumps
	w.audit.BeyondTyres += sum.audit.BeyondTyres
}

// endStep turns what the workers found into events and counts, in an order that does not depend on who found it.
func (w *World) endStep() {
	w.finishArrivals()
	w.merge()
	w.countRed()
	w.beginSkids()
	w.touchesSliding()
	w.crash()
	w.clearWrecks()
	w.alarm()
	w.reroute()
	w.audit.Lost = w.stats.Departed - w.stats.Arrived - w.stats.Cleared - w.stats.Recovered - w.stats.OnRoad
	slices.SortFunc(w.events, func(a, b Event) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Vehicle, b.Vehicle))
	})
}

func (w *World) finishArrivals() {
	for _, wk := range w.workers {
		for _, a := range wk.arrivals {
			j := &w.journeys[a.id]
			place := &w.layout.places[a.track]
			j.state, j.track = finished, nowhere
			w.crossers.walks.BusStops += int(j.served)
			w.stats.Arrived++
			w.events = append(w.events, Event{
				Kind: Arrived, Vehicle: a.id, Time: w.Time(), Track: place.track, S: a.s,
				TravelTime: w.Time() - j.entered, Waited: j.entered - w.trips[a.id].Depart,
				FreeTime: j.free + a.s/place.limit, Distance: j.distance + a.s, Stops: int(j.stops),
			})
		}
	}
}

// reroute finds new ways for those that are off their route, and for those that wait in vain at the end of a lane.
func (w *World) reroute() {
	wk := w.workers[0]
	for _, id := range w.gather(func(wk *worker) []VehicleID { return wk.strays }) {
		if w.journeys[id].state == driving && w.findWayBack(wk, id) {
			w.rerouted(id, MissedTurn)
		}
	}
	for _, id := range w.gather(func(wk *worker) []VehicleID { return wk.lost }) {
		if w.journeys[id].state == driving {
			w.goAnotherWay(wk, id)
		}
	}
	for _, wk := range w.workers {
		wk.strays = wk.strays[:0]
	}
	w.lookAround()
}

// gather returns the vehicles that the workers noted, in order of id. The slice is valid until the next call.
func (w *World) gather(list func(*worker) []VehicleID) []VehicleID {
	w.gathered = w.gathered[:0]
	for _, wk := range w.workers {
		w.gathered = append(w.gathered, list(wk)...)
	}
	slices.Sort(w.gathered)
	return w.gathered
}

// rerouted lets a vehicle whose route has changed plan its lanes anew.
func (w *World) rerouted(id VehicleID, why RerouteCause) {
	v, s := w.find(id)
	w.plan(v, s)
	v.grant, v.hold, v.due = 0, 0, 0
	w.tracks[s].stir()
	w.stats.Rerouted++
	w.stats.ReroutedBy[why]++
	w.events = append(w.events, Event{Kind: Rerouted, Vehicle: id, Time: w.Time(), Track: w.layout.places[s].track, S: v.s, Cause: why})
}

// find returns a vehicle on the road and its track.
func (w *World) find(id VehicleID) (*vehicle, slot) {
	s := w.journeys[id].track
	if s < 0 {
		return nil, s
	}
	vs := w.tracks[s].vehicles()
	for i := range vs {
		if vs[i].id == id {
			return &vs[i], s
		}
	}
	return nil, s
}
