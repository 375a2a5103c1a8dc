package traffic

import (
	"cmp"
	"math"
	"slices"
)

// handover is a vehicle on its way to another track.
type handover struct {
	v  vehicle
	to slot
}

// arrival is a vehicle that has left the road.
type arrival struct {
	id    VehicleID
	track slot
	s     float64
}

// move is phases 6 and 7: physics makes an acceleration of each vehicle's pedal, it drives that for one step, and those beyond
// the end of their track leave it. While the vehicles are at hand it counts, finds out who has to decide in the next step, and
// makes the ends of each track known to the others, as they are then.
func (w *World) move(wk *worker) {
	wk.arrivals, wk.contacts, wk.hanging, wk.crowded = wk.arrivals[:0], wk.contacts[:0], wk.hanging[:0], wk.crowded[:0]
	for i := range wk.out {
		wk.out[i] = wk.out[i][:0]
	}
	for k, s := range wk.roll {
		w.fetch(wk, k)
		w.moveTrack(wk, s)
	}
}

func (w *World) moveTrack(wk *worker, s slot) {
	t := &w.tracks[s]
	if len(t.vs) == 0 { // somebody hung over it
		w.ends[s] = emptyEnds
		wk.rest(s)
		return
	}
	if t.isCalm() && !t.stale && w.tracks[s].shaded == 0 {
		w.tell(wk, t, len(t.vs), 0)
		wk.tally.onRoad += len(t.vs)
		if t.hangs {
			wk.hanging = append(wk.hanging, s)
		}
		return // nothing to make known
	}
	place := &w.layout.places[s]
	r := ride{track: t, vs: t.vs, place: place, reach: &w.reach[place.surface][place.condition], dt: w.cfg.StepTime, rear: math.Inf(1), looks: t.looks}
	for i := w.roll(&r, 0); i < len(r.vs); i = w.roll(&r, i+1) {
		i = w.advance(wk, &r, i)
	}
	first := &r.vs[0]
	t.looks = r.looks || first.next >= 0 && place.length-first.s <= nearby(first.v)
	w.tell(wk, t, r.standing, r.metres)
	if r.arrived {
		w.turnOff(wk, s)
	}
	for len(t.vs) > 0 && t.vs[0].s >= place.length {
		w.passOn(wk, s, wk.out)
	}
	wk.tally.onRoad += len(t.vs)
	w.publish(wk, s)
}

// tell counts a step of the vehicles of t: standing of them have been standing, all together have driven metres.
func (w *World) tell(wk *worker, t *track, standing int, metres float64) {
	dt := w.cfg.StepTime
	t.seconds += float64(float64(len(t.vs)) * dt)
	t.metres += metres
	t.standing += float64(float64(standing) * dt)
	wk.tally.updates += uint64(len(t.vs))
	wk.tally.standing += standing
	wk.tally.millimetres += int64(metres * 1000)
}

// standingSpeed is the speed below which a vehicle counts as standing: 5 km/h, the usual threshold of a queue.
const standingSpeed = 5 / 3.6

// halt notes since when a slow vehicle, which drove at before (m/s), has been standing, and counts its stops. Who has come to a
// stand looks again.
func (w *World) halt(wk *worker, v *vehicle, before float64) {
	if v.v < 0 {
		wk.tally.audit.NegativeSpeeds++
	}
	if v.v >= creeping {
		return
	}
	if before >= creeping {
		w.journeys[v.id].stops++
		v.stood = uint16(w.steps)
	}
	if v.v == 0 {
		v.due = 0
	}
}

// creeping is the speed in m/s below which a vehicle waits and does not drive.
const creeping = 0.3

// waited returns for how many steps v has been standing, at most longestWait.
func (w *World) waited(v *vehicle) uint16 {
	if v.v >= creeping {
		return 0
	}
	return min(uint16(w.steps)-v.stood, longestWait)
}

// longestWait is as many steps as a wait is counted for. Once a minute, long before 2^16 steps more, all who have waited for
// longer are made to have waited for just that (remember).
const longestWait = 1 << 15

// remember keeps the waits of wk's vehicles from being forgotten when the number of the step comes round.
func (w *World) remember(wk *worker) {
	for s := range wk.awake {
		vs := w.tracks[s].vehicles()
		for i := range vs {
			vs[i].stood = uint16(w.steps) - w.waited(&vs[i])
		}
	}
}

// turnOff takes the vehicles off lane s that have reached the place where their trip ends.
func (w *World) turnOff(wk *worker, s slot) {
	t := &w.tracks[s]
	for i := len(t.vs) - 1; i >= 0; i-- {
		if v := &t.vehicles()[i]; v.flags&endsHere != 0 && v.s >= w.journeys[v.id].stop && v.flags&isCrashed == 0 {
			w.arrive(wk, v, s)
			t.remove(i)
		}
	}
}

func (w *World) arrive(wk *worker, v *vehicle, s slot) {
	wk.arrivals = append(wk.arrivals, arrival{v.id, s, v.s})
	w.counts[s].Left++
}

// passOn hands the first vehicle of s, which has passed its end, on to where it is going, through the boxes out.
func (w *World) passOn(wk *worker, s slot, out [][]handover) {
	t := &w.tracks[s]
	v := &t.vehicles()[0]
	place := &w.layout.places[s]
	if v.next == leave || v.next == nowhere && place.outN == 0 {
		w.arrive(wk, v, s)
		t.popFront()
		return
	}
	if v.next == nowhere {
		v.next = place.out // slid past the end of a lane that does not lead where it is going: on by the way there is
	}
	if place.isLane {
		w.noteRed(wk, v, place)
	}
	j := &w.journeys[v.id]
	j.free += place.length / float64(v.wish)
	if place.minds() {
		j.free += w.bendTime(v, place)
	}
	j.distance += place.length
	j.from, j.fromBefore = s, j.from
	w.counts[s].Left++
	v.s -= place.length
	owner := w.owner(v.next)
	out[owner] = append(out[owner], handover{*v, v.next})
	t.popFront()
}

// handOver puts the vehicles that left a track on their next one, round by round until none runs on over it within the
// same step.
func (w *World) handOver() {
	for w.anyHandedOver() {
		w.parallel((*World).receive)
		for _, wk := range w.workers {
			wk.out, wk.sent = wk.sent, wk.out
			for i := range wk.sent {
				wk.sent[i] = wk.sent[i][:0]
			}
		}
	}
}

func (w *World) anyHandedOver() bool {
	for _, wk := range w.workers {
		for i := range wk.out {
			if len(wk.out[i]) > 0 {
				return true
			}
		}
	}
	return false
}

// receive puts the vehicles handed over to wk's tracks in their place. The order in which they come does not matter: a
// track orders them by position.
func (w *World) receive(wk *worker) {
	me := slices.Index(w.workers, wk)
	for _, from := range w.workers {
		for i := range from.out[me] {
			h := &from.out[me][i]
			w.enter(wk, &h.v, h.to)
		}
	}
	w.orderSlid(wk)
}

// enter puts v on track s; v.s is measured along it already.
func (w *World) enter(wk *worker, v *vehicle, s slot) {
	place := &w.layout.places[s]
	j := &w.journeys[v.id]
	j.track = s
	w.counts[s].Entered++
	if place.isLane {
		j.at++
		if int(j.at) >= len(j.route) || j.route[j.at] != place.edge {
			w.strayed(wk, v, place)
		}
		w.passEdge(wk, v, j)
		v.grant, v.hold = 0, 0
		v.flags &^= isStopped | isHeldByExit | isHeldBySlow | servesStop
		w.plan(v, s)
		if v.flags&needsGrant != 0 && place.length < horizon(v.v) {
			w.gates[place.junction].rests = false // it is at the line before a rest would be over
		}
		if v.class == bus {
			j.busStop = 0
			w.seekStop(v, place)
		}
	} else {
		v.next = place.to
		v.flags &^= letsInKerbside | letsInOffside | hasLetIn | needsGrant
		if v.grant == 0 {
			w.slidIn(wk, v, place)
		}
	}
	v.wish = float32(w.wish(v, place))
	v.due = 0
	if (v.lateral != 0 || v.flags&isOdd != 0 && w.skid(v.id) != nil) && (j.from < wk.first || j.from >= wk.end) && !slices.Contains(wk.sideways, v.id) {
		wk.sideways = append(wk.sideways, v.id) // it may have been wk's before, in this very step
	}
	t := &w.tracks[s]
	wk.tally.onRoad -= len(t.vs)
	w.stayBehind(wk, v, t, s)
	t.insert(v, &wk.buffers)
	w.noteCrowd(wk, v.id, t, s)
	wk.wake(s)
	for len(t.vs) > 0 && t.vs[0].s >= place.length {
		w.passOn(wk, s, wk.sent)
	}
	wk.tally.onRoad += len(t.vs)
	w.publish(wk, s)
}

// slidIn numbers a vehicle that enters a junction unasked: where nothing regulates it, or because it could not stop.
func (w *World) slidIn(wk *worker, v *vehicle, place *place) {
	v.hold = 0
	if place.regulated {
		gate := &w.gates[place.junction]
		gate.grants++
		gate.loaded |= 1 << place.bit
		v.grant = gate.grants
		wk.slid = append(wk.slid, v.id)
	}
}

// orderSlid gives those who have entered junctions unasked in this round the same numbers whatever the tracks are called that they
// came by: who is farthest in goes first, then the lower id.
func (w *World) orderSlid(wk *worker) {
	ids := slices.DeleteFunc(wk.slid, func(id VehicleID) bool {
		v, _ := w.find(id)
		return v == nil || v.grant == 0 // has left it again
	})
	wk.slid = wk.slid[:0]
	if len(ids) < 2 {
		return
	}
	slices.SortFunc(ids, func(a, b VehicleID) int {
		v, s := w.find(a)
		o, t := w.find(b)
		return cmp.Or(cmp.Compare(w.layout.places[s].junction, w.layout.places[t].junction), cmp.Compare(o.s, v.s), cmp.Compare(a, b))
	})
	for first := 0; first < len(ids); {
		end := first + 1
		for end < len(ids) && w.sameJunction(ids[first], ids[end]) {
			end++
		}
		w.renumber(ids[first:end])
		first = end
	}
}

func (w *World) sameJunction(a, b VehicleID) bool {
	return w.layout.places[w.journeys[a].track].junction == w.layout.places[w.journeys[b].track].junction
}

// renumber shares the numbers that vehicles of a junction have among them, the lowest to the first.
func (w *World) renumber(ids []VehicleID) {
	for i := range ids {
		v, _ := w.find(ids[i])
		for _, id := range ids[i+1:] {
			if o, _ := w.find(id); o.grant < v.grant {
				v.grant, o.grant = o.grant, v.grant
			}
		}
	}
}

// strayed mends the route of a vehicle that is on another edge than its route says: it could not change lanes in time
// and has gone where its lane went.
func (w *World) strayed(wk *worker, v *vehicle, place *place) {
	j := &w.journeys[v.id]
	j.route = wk.keep(append(append(wk.path[:0], j.route[:j.at]...), place.edge))
	wk.strays = append(wk.strays, v.id)
}
