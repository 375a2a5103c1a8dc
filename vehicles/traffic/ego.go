package traffic

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/dynamics"
)

// A vehicle can be driven from outside, by a command that says what its pedals and wheels do from now on (ControlVehicle). To all the others it is
// a vehicle like any: they follow it, give way to it, and junctions let it in or not. Its own eyes are outside, too: nothing here keeps
// it behind a leader, at a red light or on the road. What its tyres, brakes and engine do not have it does not get.

// ControlMode says who drives a vehicle, and how.
type ControlMode uint8

// The modes.
const (
	ByDriver  ControlMode = iota // its driver: as if nobody had ever taken over
	ByPedals                     // Accel and Curvature, by way of the tyres of a body that slides (dynamics.Slide)
	ByTargets                    // Speed and Lane, as cruise control and a lane change on demand do it
	NumControlModes
)

// Control is what drives a vehicle from outside until the next one.
type Control struct {
	Mode ControlMode
	// Accel is the acceleration asked for, m/s², negative for the brake; a vehicle that stands is not driven back by it.
	Accel float64
	// Curvature is that of the path for which the front wheels are set, 1/m, positive to the left; hands turn them at a finite rate.
	Curvature float64
	// Speed is the speed to be driven, m/s.
	Speed float64
	// Lane is the lane of the edge to be driven on, from the kerb; -1 leaves the vehicle on its own. One lane is changed after another,
	// in front of whoever comes there; only while somebody is right beside it does the vehicle wait.
	Lane int8
}

// What may be asked for: more than any vehicle does.
const (
	mostControlAccel     = 20.0 // m/s²
	mostControlCurvature = 0.5  // 1/m
	mostControlSpeed     = 100.0
)

// Check returns an error if c makes no sense.
func (c *Control) Check() error {
	switch {
	case c.Mode >= NumControlModes:
		return fmt.Errorf("control mode %d, want 0 to %d", c.Mode, NumControlModes-1)
	case !(math.Abs(c.Accel) <= mostControlAccel):
		return fmt.Errorf("acceleration of %g m/s², want -%g to %g", c.Accel, mostControlAccel, mostControlAccel)
	case !(math.Abs(c.Curvature) <= mostControlCurvature):
		return fmt.Errorf("curvature of %g 1/m, want -%g to %g", c.Curvature, mostControlCurvature, mostControlCurvature)
	case !(c.Speed >= 0 && c.Speed <= mostControlSpeed):
		return fmt.Errorf("speed of %g m/s, want 0 to %g", c.Speed, mostControlSpeed)
	case c.Lane < -1 || c.Lane >= maxLanes:
		return fmt.Errorf("lane %d, want -1 (its own) to %d", c.Lane, maxLanes-1)
	}
	return nil
}

// queueControl queues a ControlVehicle, or returns an error if there is no such vehicle on the road.
func (w *World) queueControl(c Command) error {
	if c.Vehicle >= VehicleID(len(w.trips)) {
		return fmt.Errorf("control of vehicle %d, want 0 to %d", c.Vehicle, len(w.trips)-1)
	}
	if w.journeys[c.Vehicle].state != driving {
		return fmt.Errorf("vehicle %d is not on the road at %.1f s", c.Vehicle, w.Time())
	}
	if err := c.Control.Check(); err != nil {
		return fmt.Errorf("vehicle %d: %w", c.Vehicle, err)
	}
	w.queue = append(w.queue, c)
	return nil
}

// control has a vehicle driven by c from now on. One that has left the road since it was asked for, or is a wreck, is not.
func (w *World) control(id VehicleID, c Control) {
	v, s := w.find(id)
	if v == nil || v.flags&isCrashed != 0 {
		return
	}
	o := w.oddOf(v)
	o.control = c
	if c.Mode == ByPedals && w.skid(id) == nil {
		w.beginSteering(v, s)
	}
	v.flags &^= isReacting | servesStop | waitsAtLine | standsBehind
	if c.Mode == ByDriver {
		v.wish = float32(w.wish(v, &w.layout.places[s]))
	}
	w.tracks[s].rouse(w.indexOn(s, id))
}

// beginSteering makes a sliding body of v, on s, which it stays as long as somebody steers it.
func (w *World) beginSteering(v *vehicle, s slot) {
	p := &w.layout.places[s]
	k := skid{id: v.id, from: float64(v.lateral), slide: dynamics.NewSlide(w.bodyOf(v), v.v, w.layout.bendAt(p, v.s), float64(v.a))}
	at, _ := slices.BinarySearchFunc(w.skids, v.id, func(k skid, id VehicleID) int { return cmp.Compare(k.id, id) })
	w.skids = slices.Insert(w.skids, at, k)
	w.slideAside(v.id, s)
}

// controlled returns what drives v from outside, nil if nobody does.
func (w *World) controlled(v *vehicle) *odd {
	if v.flags&isOdd == 0 {
		return nil
	}
	if o := w.odd(v.id); o != nil && o.control.Mode != ByDriver {
		return o
	}
	return nil
}

// obey is an action point of a vehicle that is driven from outside, the i-th of x: it does what it is told, in every step.
func (w *World) obey(wk *worker, x *stretch, i int, o *odd) {
	v := &x.vs[i]
	accel := o.control.Accel
	if o.control.Mode == ByTargets {
		accel = (o.control.Speed - v.v) / targetTime
		if o.control.Speed < creeping {
			accel = min(accel, -settling) // else it would take for ever
		}
	}
	if v.flags&isCrashed == 0 {
		v.limit = LimitNone
	}
	v.pedal = float32(max(accel, -mostBraking))
	v.wish = float32(w.classes[v.class].TopSpeed)
	v.due = 1 // again in the next step
	v.flags &^= isReacting | servesStop | waitsAtLine | standsBehind | letsInKerbside | letsInOffside
	var lead *vehicle
	if i > 0 {
		lead = &x.vs[i-1]
	}
	if !w.measures.off {
		w.noteCritical(wk, v, lead, x.slot, float64(v.pedal))
	}
	if v.pedal < -hardStop && v.v > hardSpeed {
		wk.stopping = append(wk.stopping, v.id)
	}
	if x.place.isLane && x.place.lanes > 1 {
		wk.lookers = append(wk.lookers, looker{x.slot, int32(i), v.id})
	}
}

// targetTime is the time in s in which a vehicle gets to the speed that is asked for, or would if its tyres and its engine could: as a
// cruise control that is quick (a judgement).
const targetTime = 1.0

// keepsBack reports whether v, distance metres before a line, does not ask to be let in: one that is driven from outside and stands, or
// is being stopped before the line. Nobody waits for those.
func (w *World) keepsBack(v *vehicle, distance float64) bool {
	o := w.controlled(v)
	switch {
	case o == nil:
		return false
	case o.control.Mode == ByTargets:
		return o.control.Speed < halting
	case v.pedal > 0:
		return false
	}
	return v.v < halting || float64(v.v*v.v) < -2*float64(v.pedal)*distance
}

// changeAsTold puts v, the i-th vehicle of lane s, which is driven from outside, on the lane beside it: the one that is asked for is on that
// side, or v's middle is beyond the line already.
func (w *World) changeAsTold(wk *worker, s slot, i int, o *odd) {
	v := &w.tracks[s].vehicles()[i]
	p := &w.layout.places[s]
	k := w.skid(v.id)
	side := 0
	switch {
	case v.rear() < 0: // it has not come onto the lane altogether
	case o.control.Mode == ByPedals:
		if k != nil {
			side = w.sideBeyond(v, s)
		}
	case k == nil && v.flags&(movesLeft|movesRight) == 0 && o.control.Lane >= 0:
		side = cmp.Compare(int(o.control.Lane), int(p.index))
	}
	to := int(p.index) + side
	if side == 0 || to < 0 || to >= int(p.lanes) {
		return
	}
	m := change{v: v, d: w.driver(v, w.believedAt(v, p)), lane: s, at: i, place: p, side: side, other: s + slot(side)}
	there := &w.layout.places[m.other]
	if v.s >= there.length || o.control.Mode == ByTargets && !there.permitted.Has(classOf(v)) {
		return
	}
	if w.isAlongside(&m) {
		return
	}
	before := float64(v.lateral)
	wk.sideways = slices.DeleteFunc(wk.sideways, func(id VehicleID) bool { return id == o.id }) // makeChange lists it
	w.dropShadow(m.other, o.id)
	w.makeChange(wk, &m)
	if moved, _ := w.find(o.id); k != nil && moved != nil {
		k.from += float64(moved.lateral) - before
	}
}

// isAlongside reports whether somebody on the lane that m leads to is beside m.v, and sets m.index. As long as that is so v stays on the list of its
// own lane: bodies that are side by side meet sideways, and not one behind the other.
func (w *World) isAlongside(m *change) bool {
	m.index = w.insertionPoint(m.other, m.v.s)
	m.lead = w.ahead(m.other, m.index, m.v.s)
	m.follow, m.followParams = w.behind(m.other, m.index, m.v)
	if w.tracks[m.other].shaded != 0 {
		w.shadowGaps(m.other, m.v, m.place.looks, &m.lead, &m.follow, &m.followParams)
	}
	return min(m.lead.Gap, m.follow.Gap) < clearAlong
}

// dropShadow takes the shadow of a vehicle off a lane.
func (w *World) dropShadow(lane slot, id VehicleID) {
	at := &w.tracks[lane].shaded
	for h := w.shadow(lane, *at); h != nil; h = w.shadow(lane, *at) {
		if h.id == id {
			*at = h.next
			return
		}
		at = &h.next
	}
}

// clearAlong is the least gap in metres, along the lane, with which two are not beside one another.
const clearAlong = 0.1

// sideBeyond returns on which side of its lane s the middle of v is, +1 towards the offside and -1 towards the kerb; 0 if it is on it.
func (w *World) sideBeyond(v *vehicle, s slot) int {
	if math.Abs(float64(v.lateral)) <= w.laneWidth(s)/2 {
		return 0
	}
	return w.sideOf(v.lateral > 0)
}

// steerOn moves v, which is steered from outside, on for one step of r.
func (w *World) steerOn(wk *worker, v *vehicle, r *ride, k *skid, c *Control) {
	_, drive := w.bounds(v, r.place)
	w.slideBy(wk, v, r, k, dynamics.Controls{Accel: min(float64(v.pedal), max(drive, 0)), Curvature: c.Curvature})
	k.over, v.limit = false, LimitNone
	if v.flags&endsHere != 0 && v.s >= w.journeys[v.id].stop {
		r.arrived = true
	}
	v.flags &^= movesLeft | movesRight
	if beyond := math.Abs(float64(v.lateral)) + (w.classes[v.class].Width-w.laneWidth(w.layout.slots[r.place.track]))/2; beyond > 0 {
		if v.lateral < 0 {
			v.flags |= movesLeft
		} else {
			v.flags |= movesRight
		}
	}
}

// EgoState is what a vehicle that is driven from outside knows of itself besides what anybody sees of it.
type EgoState struct {
	Control  Control
	Heading  float64 // rad against the direction of its lane, positive to the left
	Yaw      float64 // rad/s
	Sideways float64 // m/s to the left, of its centre of gravity
	Steer    float64 // tangent of the angle of the front wheels
}

// Ego returns it; ok is false if nobody drives that vehicle from outside.
func (w *World) Ego(id VehicleID) (e EgoState, ok bool) {
	if id >= VehicleID(len(w.journeys)) {
		return e, false
	}
	v, s := w.find(id)
	if v == nil {
		return e, false
	}
	o := w.controlled(v)
	if o == nil {
		return e, false
	}
	e.Control = o.control
	e.Yaw = v.v * w.layout.bendAt(&w.layout.places[s], v.s)
	if k := w.skid(id); k != nil {
		e.Heading, e.Yaw = math.Atan2(k.slide.Across, k.slide.Facing), k.slide.Yaw
		e.Sideways, e.Steer = k.slide.Sideways, k.slide.Steer
	}
	return e, true
}

// Ahead is a track on the way of a vehicle.
type Ahead struct {
	Track network.TrackID
	Start float64 // m from the front bumper to the start of Track; negative for the one that it is on
}

// AppendAhead appends the tracks on the way of a vehicle that begin within so many metres, the one it is on first, as far as its way is
// known: to where it has to change lanes, or to its end. Nothing if the vehicle is not on the road.
func (w *World) AppendAhead(dst []Ahead, id VehicleID, metres float64) []Ahead {
	if id >= VehicleID(len(w.journeys)) {
		return dst
	}
	v, s := w.find(id)
	if v == nil {
		return dst
	}
	at, start, next := w.edgeIndex(v, s), -v.s, v.next
	route := w.journeys[id].route
	for start < metres {
		p := &w.layout.places[s]
		dst = append(dst, Ahead{p.track, start})
		start += p.length
		if next < 0 {
			break
		}
		s = next
		if p = &w.layout.places[s]; !p.isLane {
			next = p.to
			at++
			continue
		}
		next = nowhere
		if at+1 < len(route) {
			next = w.connectorTo(p, route[at+1], classOf(v))
		}
	}
	return dst
}

// addControl mixes in what drives a vehicle from outside.
func (h *digest) addControl(c *Control) {
	h.add(uint64(c.Mode)<<8 | uint64(uint8(c.Lane)))
	for _, x := range [...]float64{c.Accel, c.Curvature, c.Speed} {
		h.addFloat(x)
	}
}
