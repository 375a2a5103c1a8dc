package traffic

import "roadtwin/network"

// ride is how the vehicles of a track are driven for one step, one after the other. Of the last one it has what the next minds.
type ride struct {
	track *track
	vs    []vehicle // of track
	place *place
	reach *[network.NumVehicleClasses]reach
	dt    float64 // s, step time

	v, rear float64 // m/s, m: of the vehicle ahead, as it is at the end of the step; it stands infinitely far away if there is none
	a       float32 // m/s²

	metres   float64
	standing int
	looks    bool // somebody decides in the next drive
	arrived  bool // somebody has come to the end of its trip
}

// roll drives the vehicles of r from the i-th on for one step, as far as they drive freely: on a level and straight road, at more
// than walking pace, with no more than they surely can, and without touching anybody. It returns the index of the first who needs a
// closer look (advance), or how many there are. Most are driven here, so it calls nothing.
func (w *World) roll(r *ride, i int) int {
	end := len(r.vs)
	if t := r.track; !r.place.isPlain {
		return i
	} else if t.calm < t.calmEnd && i <= int(t.calm) {
		end = int(t.calm)
	}
	dt, leadV, leadRear, leadA, metres, looks := r.dt, r.v, r.rear, r.a, r.metres, r.looks
	for ; i < end; i++ {
		v := &r.vs[i]
		can := &r.reach[v.class]
		flags, due, accel := v.flags, v.due, v.pedal
		if flags&isReacting != 0 {
			if due == 1 {
				due = w.nextLook(v)
				flags &^= isReacting
			} else {
				accel = v.a
			}
		}
		a := float32(can.eased(v.a, pressed(accel, v.v, float64(v.wish), dt)))
		after := v.v + float64(float64(a)*dt)
		ds := 0.5 * float64((v.v+after)*dt)
		s := v.s + ds
		if flags&(isCrashed|endsHere|isOdd) != 0 || !can.covers(v.v, a) || after < standingSpeed || leadRear < s-touching {
			break
		}
		if due > 0 {
			due--
		}
		if closing := after - leadV; due == 0 {
			looks = true
		} else if (leadA < -urgentBraking || closing > 0 && leadRear-s < urgentGap+urgentTime*closing) && (due > 1 || flags&isReacting == 0) {
			due, looks = atOnce, true
		}
		if v.cool > 0 {
			v.cool--
		}
		v.s, v.v, v.a, v.due, v.flags = s, after, a, due, flags
		metres += ds
		leadV, leadRear, leadA = after, s-float64(v.length), a
	}
	r.v, r.rear, r.a, r.metres, r.looks = leadV, leadRear, leadA, metres, looks
	return i
}

// advance drives the i-th vehicle of r for one step, or passes over those from it on who stand and are held. It returns the index
// of the last it has done.
func (w *World) advance(wk *worker, r *ride, i int) int {
	t := r.track
	if i == int(t.calm) && t.calm < t.calmEnd {
		if r.v == 0 {
			r.standing += int(t.calmEnd - t.calm)
			i = int(t.calmEnd) - 1
			r.follow(&r.vs[i])
			return i
		}
		t.calm++ // the others are held by this one
	}
	v := &r.vs[i]
	if v.due == 1 && v.flags&isReacting != 0 {
		pace := w.paceOf(v)
		v.due = pace.every - pace.reaction
		v.flags &^= isReacting
	}
	var slides *skid
	if v.flags&isOdd != 0 {
		slides = w.skid(v.id)
	}
	switch accel := v.pressed(r.dt); {
	case slides != nil && !slides.over:
		w.slideOn(wk, v, r, slides)
	case v.v > 0 || accel > 0 || v.flags&isCrashed != 0:
		w.physics(wk, v, r, accel)
		w.drivenBy(wk, v, r)
	default:
		v.a = 0
		r.standing++
		if v.due != 0 && r.v == 0 && v.isHeld(i == 0) && !w.tireless && r.rear >= v.s-touching {
			w.calmDown(t, v, i)
			r.follow(v)
			return i
		}
	}
	if r.rear < v.s-touching {
		w.strikeAhead(wk, r.vs, i, w.layout.slots[r.place.track])
	}
	if v.due > 0 {
		v.due--
	}
	if r.startles(v) {
		v.due = atOnce
	}
	r.looks = r.looks || v.due == 0 || v.due == atOnce
	r.follow(v)
	return i
}

// follow makes v the vehicle ahead.
func (r *ride) follow(v *vehicle) { r.v, r.rear, r.a = v.v, v.rear(), v.a }

// startles reports whether the vehicle ahead does what the driver of v cannot leave for the next action point. Who has decided and
// is about to move the foot does that first.
func (r *ride) startles(v *vehicle) bool {
	closing := v.v - r.v
	return v.due > 0 && (v.due > 1 || v.flags&isReacting == 0) &&
		(closing > 0 && r.rear-v.s < urgentGap+urgentTime*closing || r.a < -urgentBraking || v.v == 0 && r.v > 0 && v.flags&isReacting == 0)
}

// drivenBy moves v at its acceleration, and counts.
func (w *World) drivenBy(wk *worker, v *vehicle, r *ride) {
	before := v.v
	ds := v.advance(r.dt)
	r.metres += ds
	if ds < 0 || ds > (before+v.v)*r.dt {
		wk.tally.audit.Jumps++
	}
	if v.cool > 0 {
		v.cool--
	}
	if v.v < standingSpeed {
		r.standing++
		w.halt(wk, v, before)
	}
	if v.flags&endsHere != 0 && v.s >= w.journeys[v.id].stop {
		r.arrived = true
	}
}

// advance drives one step of dt seconds at the vehicle's acceleration and returns the metres driven. It stops, and does
// not reverse.
func (v *vehicle) advance(dt float64) float64 {
	after := v.v + float64(float64(v.a)*dt)
	var ds float64
	if after < 0 {
		ds = float64(v.v*v.v) / (-2 * float64(v.a))
		after = 0
	} else {
		ds = 0.5 * float64((v.v+after)*dt)
	}
	v.s += ds
	v.v = after
	return ds
}
