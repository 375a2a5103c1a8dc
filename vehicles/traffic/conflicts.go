package traffic

import (
	"cmp"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/safety"
)

// Conflict is an encounter of two vehicles that crossed a threshold and is over.
type Conflict struct {
	Vehicle, Other VehicleID // the one behind or second, and the one ahead or first
	Kind           safety.Kind
	Track          network.TrackID // where the first named was when it was worst
	S              float64         // m
	safety.Encounter
	OtherDeltaV float64 // m/s, Encounter.DeltaV of the other
}

// critical is a pair that is near a collision at this moment.
type critical struct {
	id, other   VehicleID
	kind        safety.Kind
	on          slot
	s           float64
	otherDeltaV float64
	sample      safety.Sample
}

// encounter is a pair that was, not long ago.
type encounter struct {
	id, other VehicleID
	conflict  Conflict
}

// encounterEnds is how long in s a pair must have been apart to begin a new encounter.
const encounterEnds = 1.0

const nobody VehicleID = math.MaxUint32

// noteCritical notes whether v, the driver of which has just decided to accelerate at accel, is near a collision with the one ahead: lead, or, if
// it is the first on s, somebody on the next tracks. It is called for each decision and must be cheap: most do not close in so fast.
func (w *World) noteCritical(wk *worker, v, lead *vehicle, s slot, accel float64) {
	limit := &w.measures.thresholds
	if lead != nil {
		if closing := v.v - lead.v; closing > 0 && isNear(lead.rear()-v.s, closing, limit) {
			w.noteFollowing(wk, v, lead, s, lead.rear()-v.s)
		}
		return
	}
	if accel < 0 && v.v > 0 { // nobody is near a collision and does not wish to brake
		if left := w.layout.places[s].length - v.s; isNear(left-longest, v.v, limit) {
			w.lookBeyond(wk, v, s, left)
		}
	}
}

// findCrossing looks at those who are on a connector that others cross.
func (w *World) findCrossing(wk *worker) {
	wk.callRoll(wk.near)
	for _, s := range wk.roll {
		if place := &w.layout.places[s]; place.clashN > 0 {
			vs := w.tracks[s].vs
			for i := range vs {
				w.lookAcross(wk, &vs[i], s, place)
			}
		}
	}
}

// isNear reports whether one who closes in at closing (m/s, > 0) over gap metres crosses a threshold.
func isNear(gap, closing float64, limit *safety.Thresholds) bool {
	return gap < limit.TTC*closing || float64(closing*closing) > 2*limit.DRAC*gap
}

// lookBeyond looks for the vehicle ahead of v, the first on s with left metres of it, on the next tracks.
func (w *World) lookBeyond(wk *worker, v *vehicle, s slot, left float64) {
	came, next := s, v.next
	for range 2 {
		if next < 0 {
			return
		}
		if t := &w.ends[next].tail; !math.IsInf(t.s, 1) {
			gap := left + w.rearSeenFrom(came, t)
			if closing := v.v - t.v; closing > 0 && t.id != v.id && isNear(gap, closing, &w.measures.thresholds) {
				w.noteTail(wk, v, t, s, gap)
			}
			return
		}
		place := &w.layout.places[next]
		if place.isLane {
			return
		}
		left += place.length
		came, next = next, place.to
	}
}

// changing reports whether v is on its way to another lane.
func (v *vehicle) changing() bool { return v.flags&(movesLeft|movesRight) != 0 }

func (w *World) noteFollowing(wk *worker, v, o *vehicle, s slot, gap float64) {
	if v.flags&o.flags&isCrashed != 0 {
		return
	}
	kind := safety.RearEnd
	if v.changing() || o.changing() {
		kind = safety.LaneChange
	}
	w.note(wk, v, s, kind, o.id, w.classes[o.class].Mass, safety.Follow(w.before(), gap, v.v, float64(v.a), o.v, float64(o.a), w.classes[v.class].Mass, w.classes[o.class].Mass))
}

// noteTail is noteFollowing for one ahead on another track. Who came onto it from elsewhere merges.
func (w *World) noteTail(wk *worker, v *vehicle, o *tail, s slot, gap float64) {
	kind := safety.RearEnd
	if !w.layout.places[s].isLane && o.from >= 0 && o.from != s {
		kind = safety.Merging
	} else if v.changing() {
		kind = safety.LaneChange
	}
	w.note(wk, v, s, kind, o.id, w.classes[o.class].Mass, safety.Follow(w.before(), gap, v.v, float64(v.a), o.v, float64(o.a), w.classes[v.class].Mass, w.classes[o.class].Mass))
}

func (w *World) note(wk *worker, v *vehicle, s slot, kind safety.Kind, other VehicleID, otherMass float64, sample safety.Sample) {
	wk.critical = append(wk.critical, critical{
		id: v.id, other: other, kind: kind, on: s, s: v.s, otherDeltaV: sample.DeltaV * w.classes[v.class].Mass / otherMass, sample: sample,
	})
}

// lookAcross minds those whose way crosses the one of v on connector s: who would be there at once, and who has just been.
func (w *World) lookAcross(wk *worker, v *vehicle, s slot, place *place) {
	if v.v == 0 {
		return
	}
	before := v.s - float64(0.5*float64((2*v.v-float64(float64(v.a)*w.cfg.StepTime))*w.cfg.StepTime))*float64(w.stepsIn(acrossEvery))
	gate := &w.gates[place.junction]
	clashes := w.layout.clashesOf(place)
	for i := range clashes {
		k := &clashes[i]
		if k.kind != network.Crossing || v.s-float64(v.length) > k.end {
			continue
		}
		if v.s < k.start {
			if left := k.start - v.s; gate.isLoaded(k) && isNear(left, v.v, &w.measures.thresholds) {
				w.lookAt(wk, v, s, k)
			}
			continue
		}
		if before < k.start {
			n := place.clash + int32(i)
			if o := w.measures.over[n]; o != nobody {
				w.encroach(wk, v, s, k, o)
			}
			w.measures.over[w.measures.mirror[n]] = v.id
		}
	}
}

// lookAt notes who on the connector with which k is makes a collision with v, which has not come to where their ways cross.
func (w *World) lookAt(wk *worker, v *vehicle, s slot, k *clash) {
	vs := w.tracks[k.with].vs
	mine := safety.Crossing{Entry: k.start - v.s, Exit: k.end - v.rear(), V: v.v, A: float64(v.a)}
	for i := range vs {
		o := &vs[i]
		theirs := safety.Crossing{Entry: k.withStart - o.s, Exit: k.withEnd - o.rear(), V: o.v, A: float64(o.a)}
		if theirs.Exit <= 0 || theirs.Entry > 0 && (o.v == 0 || theirs.Entry*v.v > mine.Entry*o.v) {
			continue // gone, or second: then it is the one who notes it
		}
		ttc, drac := safety.CrossingTTC(theirs, mine)
		if ttc >= w.measures.thresholds.TTC && drac <= w.measures.thresholds.DRAC || math.IsInf(ttc, 1) {
			continue
		}
		w.noteCrossing(wk, v, s, o, k, safety.Sample{TTC: ttc, MTTC: math.Inf(1), PET: math.Inf(1), DRAC: drac})
	}
}

// encroach notes the time since o left the area of k, into which the front of v has just come.
func (w *World) encroach(wk *worker, v *vehicle, s slot, k *clash, id VehicleID) {
	o, on := w.find(id)
	if o == nil || o.id == v.id {
		return
	}
	past := o.rear() - k.withEnd
	if on != k.with {
		j, with := &w.journeys[id], &w.layout.places[k.with]
		switch {
		case on == with.to && j.from == k.with:
			past += with.length
		case j.from == with.to && j.fromBefore == k.with:
			past += with.length + w.layout.places[j.from].length
		default:
			return // far away
		}
	}
	pet := safety.SinceExit(past, o.v, float64(o.a)) - (v.s-k.start)/v.v
	if pet = max(pet, 0); pet < w.measures.thresholds.PET {
		w.noteCrossing(wk, v, s, o, k, safety.Sample{TTC: math.Inf(1), MTTC: math.Inf(1), PET: pet})
	}
}

func (w *World) noteCrossing(wk *worker, v *vehicle, s slot, o *vehicle, k *clash, sample safety.Sample) {
	mass, other := w.classes[v.class].Mass, w.classes[o.class].Mass
	sample.Time, sample.V, sample.Other = w.Time(), v.v, o.v
	sample.DeltaV = safety.DeltaV(mass, other, w.velocityAt(s, k.start, v.v), w.velocityAt(k.with, k.withStart, o.v))
	w.note(wk, v, s, safety.CrossingWays, o.id, other, sample)
}

// velocityAt returns the velocity of one who drives at v along s, metre metres from its start.
func (w *World) velocityAt(s slot, metre, v float64) safety.Velocity {
	const span = 0.5 // m
	net, track := w.layout.net, w.layout.places[s].track
	a, b := net.PoseAt(track, max(metre-span, 0), 0).Point, net.PoseAt(track, metre+span, 0).Point
	d := a.Dist(b)
	if d == 0 {
		return safety.Velocity{}
	}
	return safety.Velocity{East: v * (b.X - a.X) / d, North: v * (b.Y - a.Y) / d}
}

// pair adds what the workers noted to the encounters under way, and ends those that are over.
func (w *World) pair() {
	m := &w.measures
	w.ordered = w.ordered[:0]
	for _, wk := range w.workers {
		w.ordered = append(w.ordered, wk.critical...)
		wk.critical = wk.critical[:0]
	}
	if len(w.ordered) == 0 && len(m.open) == 0 {
		return
	}
	slices.SortFunc(w.ordered, func(a, b critical) int {
		return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.other, b.other), cmp.Compare(a.kind, b.kind), cmp.Compare(a.sample.TTC, b.sample.TTC))
	})
	for i := range w.ordered {
		w.join(&w.ordered[i])
	}
	now := w.Time()
	kept := m.open[:0]
	for i := range m.open {
		if e := &m.open[i]; now-e.conflict.End < encounterEnds {
			kept = append(kept, *e)
		} else {
			m.end(w, e)
		}
	}
	m.open = kept
}

func (m *measures) end(w *World, e *encounter) {
	w.stats.Conflicts[e.conflict.Kind]++
	m.ended = append(m.ended, e.conflict)
}

// join adds a sample to the encounter of its pair. It stands for the time since the last one, if that is not long ago.
func (w *World) join(c *critical) {
	m := &w.measures
	at, found := slices.BinarySearchFunc(m.open, c, func(e encounter, c *critical) int {
		return cmp.Or(cmp.Compare(e.id, c.id), cmp.Compare(e.other, c.other))
	})
	if !found {
		m.open = slices.Insert(m.open, at, encounter{id: c.id, other: c.other, conflict: Conflict{
			Vehicle: c.id, Other: c.other, Kind: c.kind, Encounter: safety.NewEncounter(),
		}})
	}
	k := &m.open[at].conflict
	dt := w.cfg.StepTime
	if since := c.sample.Time - k.End; since < 3*dt {
		dt = since
	}
	k.Add(c.sample, dt, m.thresholds.TTC)
	if k.At == c.sample.Time { // it is the worst so far
		k.Kind, k.Track, k.S, k.OtherDeltaV = c.kind, w.layout.places[c.on].track, c.s, c.otherDeltaV
	}
}

// OpenConflicts returns the conflicts that are not over, by vehicle, as they are so far.
func (w *World) OpenConflicts() []Conflict {
	open := make([]Conflict, len(w.measures.open))
	for i := range open {
		open[i] = w.measures.open[i].conflict
	}
	return open
}

// mirrors returns by clash of a connector which clash of the other connector is the same one; itself where there is none.
func (l *layout) mirrors() []int32 {
	mirror := make([]int32, len(l.clashes))
	for s := range l.places {
		p := &l.places[s]
		for i, k := range l.clashesOf(p) {
			n := p.clash + int32(i)
			mirror[n] = n
			with := &l.places[k.with]
			for o, other := range l.clashesOf(with) {
				if other.with == slot(s) && other.kind == k.kind && math.Abs(other.start-k.withStart) < 1e-6 {
					mirror[n] = with.clash + int32(o)
				}
			}
		}
	}
	return mirror
}

// before returns the time at the start of the step, s after midnight: what drivers see is of then.
func (w *World) before() float64 { return w.Time() - w.cfg.StepTime }
