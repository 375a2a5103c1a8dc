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
	for s := range wk.awake {
		w.driveTrack(wk, s)
	}
}

func (w *World) driveTrack(wk *worker, s slot) {
	place := &w.layout.places[s]
	cond := w.conditionAt(place)
	vs := w.tracks[s].vehicles()
	var lead *vehicle
	for i := range vs {
		v := &vs[i]
		now := v.due <= 1
		switch {
		case v.v == 0 && v.a == 0 && v.due != 0 && v.isHeld(lead) && !w.tireless:
			lead = v
			continue
		case v.due == 1 && v.flags&isReacting != 0:
			now = false
			w.moveFoot(v)
		case now:
		case lead == nil:
			now = w.nearsNext(v, place)
		default:
			now = v.v == 0 && lead.v > 0 && v.flags&isReacting == 0 || lead.a < -urgentBraking || comesClose(v, lead.v, lead.rear()-v.s)
		}
		if now {
			w.act(wk, vs, i, s, place, cond)
		} else {
			v.due--
		}
		w.physics(v, place, cond)
		lead = v
	}
}

// act is an action point of vs[i], on track s.
func (w *World) act(wk *worker, vs []vehicle, i int, s slot, place *place, cond tyre.Condition) {
	v := &vs[i]
	p := &w.drivers.Drivers[cond][v.class][v.driver]
	d := w.decide(vs, i, p, s, place)
	starts := v.v == 0 && i > 0 && vs[i-1].v > 0
	w.setPedal(v, p, place, &d, i == 0, starts)
	v.flags &^= waitsAtLine
	aside := place.isLane && w.looksAside(vs, i, place)
	if aside {
		wk.lookers = append(wk.lookers, looker{s, int32(i), v.id})
	}
	if v.v == 0 && v.flags&isReacting == 0 {
		switch {
		case starts:
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
// v.due to 0.
func (v *vehicle) isHeld(lead *vehicle) bool {
	if v.pedal > 0 || v.flags&(letsInKerbside|letsInOffside|servesStop) != 0 {
		return false
	}
	if lead == nil {
		return v.flags&waitsAtLine != 0 && v.grant == 0
	}
	return lead.v == 0 && v.limit == LimitLeader
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
	if v.next < 0 || distance > urgentGap+urgentTime*v.v+longest {
		return false
	}
	t := &w.tails[v.next]
	return comesClose(v, t.v, distance+t.rear())
}

// comesClose reports whether a vehicle ahead that drives at lead (m/s) comes so close to v that its driver decides now.
func comesClose(v *vehicle, lead, gap float64) bool {
	closing := v.v - lead
	return closing > 0 && gap < urgentGap+urgentTime*closing
}

// physics sets the acceleration that becomes of the pedal: brakes build up at their rate, and tyres, engine, gradient and
// curve set the bounds. Who stands and does not pull away has none.
func (w *World) physics(v *vehicle, place *place, cond tyre.Condition) {
	accel := float64(v.pedal)
	if v.flags&isReacting != 0 {
		accel = float64(v.a)
	}
	switch {
	case v.flags&isCrashed != 0:
		brake, _ := w.bounds(v, place, cond)
		v.a, v.limit = float32(-slidingShare*brake), LimitCrash
		return
	case v.v == 0 && accel <= 0:
		v.a = 0
		return
	}
	if accel > 0 {
		accel = w.upTo(v, accel)
	}
	if least := float64(v.a) - w.jerk[v.class]; accel < least {
		accel = least
		if accel > 0 {
			accel = 0
		}
	}
	if place.isPlain && w.reach[v.class][place.surface][cond].covers(v.v, accel) {
		v.a = float32(accel)
		return
	}
	brake, drive := w.bounds(v, place, cond)
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

// upTo returns accel, m/s², as far as it does not bring v beyond its wished speed: who holds the pedal sees that.
func (w *World) upTo(v *vehicle, accel float64) float64 {
	short := float64(v.wish) - v.v
	switch {
	case short <= 0:
		return 0
	case accel*w.cfg.StepTime > short:
		return short / w.cfg.StepTime
	}
	return accel
}

// reach is what a class can do at any speed up to a limit on a level, straight road: what asks for no more needs no closer
// look.
type reach struct {
	brake, drive float64 // m/s², the least of what the envelope has up to speed, and up to town
	speed, town  float64 // m/s
}

// covers reports whether acceleration a (m/s²) is possible at speed v (m/s) for sure.
func (r *reach) covers(v, a float64) bool {
	if a > 0 {
		return a <= r.drive && v <= r.town
	}
	return a >= -r.brake && v <= r.speed
}

// townSpeed is up to where most acceleration is done, m/s.
const townSpeed = 14

// reaches returns the reach of every class on every surface in every condition.
func (w *World) reaches() (r [network.NumVehicleClasses][network.NumSurfaces][tyre.NumConditions]reach) {
	for class := range r {
		for surface := range r[class] {
			for cond := range r[class][surface] {
				r[class][surface][cond] = reachOf(&w.cfg.Envelopes.Envelopes[class][surface][cond])
			}
		}
	}
	return r
}

func reachOf(e *dynamics.Envelope) reach {
	r := reach{brake: float64(e.At[0].Brake), drive: float64(e.At[0].Drive)}
	for i, at := range e.At {
		if at.Drive < 0 {
			break // from the entry before on it may not even hold its speed
		}
		r.brake, r.speed = min(r.brake, float64(at.Brake)), float64(i)
		if i <= townSpeed {
			r.drive, r.town = min(r.drive, float64(at.Drive)), float64(i)
		}
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
