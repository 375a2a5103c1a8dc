package traffic

import (
	"math"

	"roadtwin/network"
	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/tyre"
)

// drive is phases 4 to 6, perceive, decide and physics, in one pass over the vehicles: each reads the state at the start
// of the step, and of those ahead on its own track the acceleration they have just got, and writes only itself. Drivers decide
// at their action points (vehicle.due); between them the pedal stays where it is, and only physics acts.
func (w *World) drive(wk *worker) {
	wk.tally = tally{}
	for s := range wk.awake {
		w.driveTrack(wk, s)
	}
}

// stretch is a track on which vehicles are driven.
type stretch struct {
	slot  slot
	track *track
	vs    []vehicle // of track
	place *place
	cond  tyre.Condition
	reach *[network.NumVehicleClasses]reach
	dt    float64 // s, step time
}

func (w *World) driveTrack(wk *worker, s slot) {
	t := &w.tracks[s]
	if t.isCalm() {
		return
	}
	place := &w.layout.places[s]
	cond := w.conditionAt(place)
	x := stretch{s, t, t.vs, place, cond, &w.reach[place.surface][cond], w.cfg.StepTime}
	for i, now := w.coast(&x, 0); i < len(x.vs); i, now = w.coast(&x, i+1) {
		v := &x.vs[i]
		switch {
		case v.due == 1 && v.flags&isReacting != 0:
			w.moveFoot(v)
			v.due--
		case now || v.due <= 1 || i == 0 && w.nearsNext(v, place):
			w.act(wk, &x, i)
		default:
			v.due--
		}
		w.physics(v, &x)
		if !place.isPlain || !x.reach[v.class].covers(v.v, v.a) {
			w.checkForces(wk, v, place)
		}
	}
}

// coast drives the vehicles of x from the i-th on: those who stand and are held, and those between two action points who
// ask for no more than they surely can. It returns the index of the first who needs a closer look, or how many there are, and whether the
// vehicle ahead of that one makes its driver decide now.
func (w *World) coast(x *stretch, i int) (next int, now bool) {
	t, vs, place := x.track, x.vs, x.place
	for ; i < len(vs); i++ {
		var lead *vehicle
		if i > 0 {
			lead = &vs[i-1]
		}
		if i == int(t.calm) && t.calm < t.calmEnd {
			if lead == nil || lead.v == 0 {
				i = int(t.calmEnd) - 1
				continue
			}
			t.calm++ // the others are held by this one
		}
		v := &vs[i]
		if v.v == 0 && v.a == 0 && v.due != 0 && v.isHeld(lead) && !w.tireless {
			w.calmDown(t, v, i)
			continue
		}
		switch {
		case v.due <= 1:
			return i, false
		case lead == nil:
			if v.next >= 0 && place.length-v.s <= nearby(v.v) {
				return i, false
			}
		case v.v == 0 && lead.v > 0 && v.flags&isReacting == 0, lead.a < -urgentBraking, comesClose(v, lead.v, lead.rear()-v.s):
			return i, true
		}
		if !place.isPlain || v.flags&isCrashed != 0 {
			return i, false
		}
		a := v.pressed(x.dt)
		if v.v == 0 && a <= 0 {
			a = 0
		} else if a = v.eased(a, w.jerk[v.class]); !x.reach[v.class].covers(v.v, float32(a)) {
			return i, false
		}
		v.due--
		v.a = float32(a)
	}
	return i, false
}

// calmDown notes that v, the i-th vehicle of t, stands and is held.
func (w *World) calmDown(t *track, v *vehicle, i int) {
	switch {
	case i >= math.MaxUint16:
		return
	case t.calm == t.calmEnd:
		t.calm = uint16(i)
	case int(t.calmEnd) != i:
		return // only one run of them is noted
	}
	t.calmEnd = uint16(i + 1)
	if i == 0 {
		t.red = network.None
		if v.limit == LimitSignal {
			t.red = w.layout.places[v.next].group
		}
	}
}

// act is an action point of the i-th vehicle of x.
func (w *World) act(wk *worker, x *stretch, i int) {
	v, place := &x.vs[i], x.place
	p := w.driver(v, w.believed[place.surface][x.cond])
	d := w.decide(x, i, p)
	var lead *vehicle
	if i > 0 {
		lead = &x.vs[i-1]
	}
	w.setPedal(v, lead, p, place, &d)
	v.flags &^= waitsAtLine | standsBehind
	if d.stays {
		v.flags |= standsBehind
	}
	aside := place.isLane && w.looksAside(x.vs, i, place)
	if aside {
		wk.lookers = append(wk.lookers, looker{x.slot, int32(i), v.id})
	}
	if v.v == 0 && v.flags&isReacting == 0 {
		switch {
		case lead != nil && lead.v > 0:
			v.due = 0 // again in the next step: where the one ahead comes to stand is not known yet
		case !aside && place.length-v.s <= horizon(0) && v.flags&needsGrant != 0 && v.grant == 0 && d.limit.isLine() && place.barN == 0:
			v.flags |= waitsAtLine
		}
	}
}

// isLine reports whether l is a reason to stop at the line.
func (l Limit) isLine() bool { return l == LimitSignal || l == LimitYield || l == LimitExit }

// isHeld reports whether v, which stands behind lead, or is the first on its track if that is nil, has decided to stand, and
// would again. Behind a vehicle that stands: Follow says the same of the same gap at the same speeds, whatever else might
// hold it back as well. At a stop line: as long as nobody lets it in, it stops there. Whoever changes any of this sets
// v.due to 0 and stirs the track (track.rouse).
func (v *vehicle) isHeld(lead *vehicle) bool {
	if v.pedal > 0 || v.flags&(letsInKerbside|letsInOffside|servesStop) != 0 {
		return false
	}
	if lead == nil {
		return v.flags&waitsAtLine != 0 && v.grant == 0
	}
	return lead.v == 0 && v.flags&standsBehind != 0
}

// What cannot wait for the next action point.
const (
	urgentTime    = 2.0 // s until one would be where the rear of the vehicle ahead is now, at the present closing speed
	urgentGap     = 2.0 // m to the vehicle ahead, on top of that
	urgentBraking = 3.0 // m/s²: nobody misses brake lights that come on like this
)

// Whoever else changes what a driver must know at once sets its due to 0: a grant given or taken back, a new track or lane,
// somebody who changes lanes in front of it.

// nearsNext reports whether v, the first of its track, comes close to the last vehicle of the next.
func (w *World) nearsNext(v *vehicle, place *place) bool {
	distance := place.length - v.s
	if v.next < 0 || distance > nearby(v.v) {
		return false
	}
	t := &w.tails[v.next]
	return comesClose(v, t.v, distance+t.rear())
}

// nearby is the distance in metres from the end of the track within which the last vehicle on the next may be close.
func nearby(v float64) float64 { return urgentGap + urgentTime*v + longest }

// comesClose reports whether a vehicle ahead that drives at lead (m/s) comes so close to v that its driver decides now.
func comesClose(v *vehicle, lead, gap float64) bool {
	closing := v.v - lead
	return closing > 0 && gap < urgentGap+urgentTime*closing
}

// pressed returns the acceleration in m/s² that v's foot asks for in a step of dt seconds: nobody drives beyond the speed
// wished for, since who holds the pedal sees that.
func (v *vehicle) pressed(dt float64) float64 {
	accel := v.pedal
	if v.flags&isReacting != 0 {
		accel = v.a
	}
	if accel > 0 {
		short := float64(v.wish) - v.v
		if short <= 0 {
			return 0
		}
		if float64(accel)*dt > short {
			return short / dt
		}
	}
	return float64(accel)
}

// eased returns accel, m/s², as the brakes follow it from v.a, m/s², on: they build up by at most jerk, m/s², in a step.
func (v *vehicle) eased(accel, jerk float64) float64 {
	least := float64(v.a) - jerk
	switch {
	case accel >= least:
		return accel
	case least > 0:
		return 0
	}
	return least
}

// physics sets the acceleration that becomes of the pedal within what tyres, engine, gradient and curve allow. Who stands and
// does not pull away has none.
func (w *World) physics(v *vehicle, x *stretch) {
	if v.flags&isCrashed != 0 {
		brake, _ := w.bounds(v, x.place, x.cond)
		v.a, v.limit = float32(-slidingShare*brake), LimitCrash
		return
	}
	accel := v.pressed(x.dt)
	if accel <= 0 && v.v == 0 {
		v.a = 0
		return
	}
	accel = v.eased(accel, w.jerk[v.class])
	if x.place.isPlain && x.reach[v.class].covers(v.v, float32(accel)) {
		v.a = float32(accel)
		return
	}
	brake, drive := w.bounds(v, x.place, x.cond)
	if accel > drive {
		accel = drive
		if v.limit != LimitNone {
			v.limit = LimitTyres
		}
	}
	if accel < -brake {
		accel = -brake
		if v.v > halting { // who stands very close behind another is not held back by tyres
			v.limit = LimitTyres
		}
	}
	v.a = float32(accel)
}

// reach is what a class can do for sure on a level, straight road, by speed in spans of reachSpan: what asks for no more needs
// no closer look.
type reach [reachSpans]span

// span is the least of what the envelope has in a span of speeds: nothing if the vehicle may not be able to hold them.
type span struct{ brake, drive float32 } // m/s², braking negative

const (
	reachSpan  = 4 // m/s
	reachSpans = 32
)

// covers reports whether acceleration a (m/s²) is possible at speed v (m/s) for sure.
func (r *reach) covers(v float64, a float32) bool {
	s := &r[int32(v)/reachSpan&(reachSpans-1)]
	return s.brake <= a && a <= s.drive
}

// reaches returns the reach of every class on every surface in every condition.
func (w *World) reaches() (r [network.NumSurfaces][tyre.NumConditions][network.NumVehicleClasses]reach) {
	for surface := range r {
		for cond := range r[surface] {
			for class := range r[surface][cond] {
				r[surface][cond][class] = reachOf(&w.cfg.Envelopes.Envelopes[class][surface][cond])
			}
		}
	}
	return r
}

func reachOf(e *dynamics.Envelope) (r reach) {
	for k := range r {
		s := span{brake: float32(math.Inf(-1)), drive: float32(math.Inf(1))}
		for i := range reachSpan + 1 {
			at := e.At[min(k*reachSpan+i, len(e.At)-1)]
			s.brake, s.drive = max(s.brake, -at.Brake), min(s.drive, at.Drive)
		}
		if s.drive < 0 {
			s = span{brake: 0, drive: -1}
		}
		r[k] = s
	}
	return r
}

// slidingShare of the braking possible is what a vehicle in a crash slides with: locked wheels and bodywork, against the
// peak (Burckhardt: locked over peak is 0.61 to 0.74 on asphalt, concrete and cobblestone).
const slidingShare = 0.65

// bounds returns the strongest braking and acceleration, m/s², that v can have where it is.
func (w *World) bounds(v *vehicle, place *place, cond tyre.Condition) (brake, drive float64) {
	e := &w.cfg.Envelopes.Envelopes[v.class][place.surface][cond]
	brake, drive = e.Limits(v.v)
	if place.curvature > 0 {
		left := math.Sqrt(max(leastGrip, dynamics.EllipseFactor2(float64(v.v*v.v)*place.curvature, float64(e.Lateral))))
		brake, drive = brake*left, drive*left
	}
	if place.gradient != 0 {
		brake, drive = dynamics.WithGradient(brake, drive, place.gradient)
	}
	return max(brake, 0), drive
}

// leastGrip is the square of the share of the grip that is left for braking in a curve driven at its limit or beyond: a
// tyre that slides sideways still slows the vehicle.
const leastGrip = 0.01
