package traffic

import (
	"math"

	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/tyre"
)

// drive is phases 4 to 6, perceive, decide and physics, in one pass over the vehicles: each reads the state at the start
// of the step and writes only itself. Drivers decide at their action points (vehicle.due); between them the pedal stays
// where it is, and only physics acts.
func (w *World) drive(wk *worker) {
	for s := range wk.awake {
		w.driveTrack(s)
	}
}

func (w *World) driveTrack(s slot) {
	place := &w.layout.places[s]
	cond := w.conditionAt(place)
	vs := w.tracks[s].vehicles()
	drivers := &w.drivers.Drivers[cond]
	for i := range vs {
		v := &vs[i]
		if v.due == 0 || w.isUrgent(vs, i, place) {
			d := w.decide(vs, i, &drivers[v.class][v.driver], s, place)
			v.pedal, v.limit = float32(d.accel), d.limit
			v.due = w.every[v.class][v.driver]
		}
		v.due--
		w.physics(v, place, cond)
	}
}

// What cannot wait for the next action point.
const (
	urgentTime    = 2.0 // s until one would be where the rear of the vehicle ahead is now, at the present closing speed
	urgentGap     = 2.0 // m to the vehicle ahead, on top of that
	urgentBraking = 3.0 // m/s²: nobody misses brake lights that come on like this
)

// isUrgent reports whether the driver of vs[i] decides now, although its time has not come: the vehicle ahead, on its own
// track or the next, comes close or brakes hard. Whoever else changes what a driver must know at once sets its due to 0:
// a grant given or taken back, a new track or lane, somebody who changes lanes in front of it.
func (w *World) isUrgent(vs []vehicle, i int, place *place) bool {
	v := &vs[i]
	if i > 0 {
		lead := &vs[i-1]
		return lead.a < -urgentBraking || comesClose(v, lead.v, lead.rear()-v.s)
	}
	if v.next < 0 {
		return false
	}
	t := &w.tails[v.next]
	return comesClose(v, t.v, place.length-v.s+t.rear())
}

func comesClose(v *vehicle, lead, gap float64) bool {
	closing := v.v - lead
	return closing > 0 && gap < urgentGap+float64(urgentTime*closing)
}

// physics sets the acceleration that becomes of the pedal: brakes build up at their rate, and tyres, engine, gradient and
// curve set the bounds.
func (w *World) physics(v *vehicle, place *place, cond tyre.Condition) {
	brake, drive := w.bounds(v, place, cond)
	if v.flags&isCrashed != 0 {
		v.a, v.limit = float32(-slidingShare*brake), LimitCrash
		return
	}
	accel := float64(v.pedal)
	if least := float64(v.a) - float64(w.classes[v.class].MaxJerk*w.cfg.StepTime); accel < least {
		accel = math.Min(least, 0)
	}
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

// slidingShare of the braking possible is what a vehicle in a crash slides with: locked wheels and bodywork, against the
// peak (Burckhardt: locked over peak is 0.61 to 0.74 on asphalt, concrete and cobblestone).
const slidingShare = 0.65

// bounds returns the strongest braking and acceleration, m/s², that v can have where it is.
func (w *World) bounds(v *vehicle, place *place, cond tyre.Condition) (brake, drive float64) {
	e := &w.cfg.Envelopes.Envelopes[v.class][place.surface][cond]
	brake, drive = e.Limits(v.v)
	if place.curvature > 0 {
		left := math.Sqrt(math.Max(leastGrip, dynamics.EllipseFactor2(float64(v.v*v.v)*place.curvature, float64(e.Lateral))))
		brake, drive = brake*left, drive*left
	}
	if place.gradient != 0 {
		brake, drive = dynamics.WithGradient(brake, drive, place.gradient)
	}
	return math.Max(brake, 0), drive
}

// leastGrip is the square of the share of the grip that is left for braking in a curve driven at its limit or beyond: a
// tyre that slides sideways still slows the vehicle.
const leastGrip = 0.01
