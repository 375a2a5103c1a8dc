package traffic

import (
	"math"

	"roadtwin/network"
	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/tyre"
)

// pressed returns the acceleration in m/s² that v's foot asks for in a step of dt seconds.
func (v *vehicle) pressed(dt float64) float64 {
	accel := v.pedal
	if v.flags&isReacting != 0 {
		accel = v.a
	}
	return pressed(accel, v.v, float64(v.wish), dt)
}

// pressed returns what is asked for by a foot that asks for accel, m/s², at v in a step of dt seconds: nobody drives beyond wish, the
// speed wished for, since who holds the pedal sees that.
func pressed(accel float32, v, wish, dt float64) float64 {
	if accel > 0 {
		short := wish - v
		if short <= 0 {
			return 0
		}
		if float64(accel)*dt > short {
			return short / dt
		}
	}
	return float64(accel)
}

// eased returns accel, m/s², as the brakes follow it from an acceleration of now on: they build up by at most jerk in a step.
func (r *reach) eased(now float32, accel float64) float64 {
	least := float64(now) - r.jerk
	switch {
	case accel >= least:
		return accel
	case least > 0:
		return 0
	}
	return least
}

// physics sets the acceleration that becomes of the pedal, accel in m/s² by pressed, within what tyres, engine, gradient and curve
// allow where r is.
func (w *World) physics(wk *worker, v *vehicle, r *ride, accel float64) {
	can := &r.reach[v.class]
	accel = can.eased(v.a, accel)
	if r.place.isPlain && v.flags&(isCrashed|isOdd) == 0 && can.covers(v.v, float32(accel)) {
		v.a = float32(accel)
		return
	}
	if (r.place.curvature > 0 || r.place.bends()) && v.flags&isCrashed == 0 && w.asksTooMuch(v, r.place) {
		wk.skidding = append(wk.skidding, v.id)
	}
	brake, drive := w.bounds(v, r.place)
	if v.flags&isCrashed != 0 {
		v.a, v.limit = float32(-slidingShare*brake), LimitCrash
		return
	}
	if accel > drive {
		accel = drive
		if v.limit != LimitNone || drive <= 0 {
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
	if a := float64(v.a); a < -brake-forceTolerance || a > max(drive, 0)+forceTolerance {
		wk.tally.audit.BeyondTyres++
	}
}

const forceTolerance = 1e-3 // m/s², for the rounding of the stored acceleration

// reach is what a class can do for sure on a level, straight road, by speed in spans of reachSpan: what asks for no more needs
// no closer look.
type reach struct {
	spans [reachSpans]span
	jerk  float64 // m/s² by which braking grows in a step, at most
}

// span is the least of what the envelope has in a span of speeds: nothing if the vehicle may not be able to hold them.
type span struct{ brake, drive float32 } // m/s², braking negative

const (
	reachSpan  = 4 // m/s
	reachSpans = 32
)

// covers reports whether acceleration a (m/s²) is possible at speed v (m/s) for sure.
func (r *reach) covers(v float64, a float32) bool {
	s := &r.spans[uint32(int32(v))/reachSpan%reachSpans]
	return s.brake <= a && a <= s.drive
}

// reaches returns the reach of every class on every surface in every condition.
func (w *World) reaches() (r [network.NumSurfaces][tyre.NumConditions][network.NumVehicleClasses]reach) {
	for surface := range r {
		for cond := range r[surface] {
			for class := range r[surface][cond] {
				r[surface][cond][class] = reach{
					spansOf(&w.cfg.Envelopes.Envelopes[class][surface][cond]),
					float64(w.classes[class].MaxJerk * w.cfg.StepTime),
				}
			}
		}
	}
	return r
}

func spansOf(e *dynamics.Envelope) (spans [reachSpans]span) {
	for k := range spans {
		s := span{brake: float32(math.Inf(-1)), drive: float32(math.Inf(1))}
		for i := range reachSpan + 1 {
			at := e.At[min(k*reachSpan+i, len(e.At)-1)]
			s.brake, s.drive = max(s.brake, -at.Brake), min(s.drive, at.Drive)
		}
		if s.drive < 0 {
			s = span{brake: 0, drive: -1}
		}
		spans[k] = s
	}
	return spans
}

// slidingShare of the braking possible is what a vehicle in a crash slides with: locked wheels and bodywork, against the
// peak (Burckhardt: locked over peak is 0.61 to 0.74 on asphalt, concrete and cobblestone).
const slidingShare = 0.65

// bounds returns the strongest braking and acceleration, m/s², that v can have where it is.
func (w *World) bounds(v *vehicle, place *place) (brake, drive float64) {
	e := w.envelope(v, place)
	brake, drive = e.Limits(v.v)
	if bend := w.layout.curvatureAt(place, v.s); bend > 0 {
		left := math.Sqrt(max(leastGrip, dynamics.EllipseFactor2(float64(v.v*v.v)*bend, float64(e.Lateral))))
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
