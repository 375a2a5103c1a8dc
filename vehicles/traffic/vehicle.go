package traffic

import "roadtwin/network"

// vehicle is what every step touches of a vehicle: one cache line of 64 bytes. All else is in journey.
type vehicle struct {
	s       float64 // m, front bumper along its track
	v       float64 // m/s
	a       float32 // m/s², of the last step
	length  float32 // m
	wish    float32 // m/s, wished speed on this track
	pedal   float32 // m/s², what its driver decided at the last action point; physics makes v.a of it
	hold    float32 // m along the connector (ahead or under it) where it must wait inside; 0 = let in to its end
	lateral float32 // m off the centre line, towards the left; fades after a change
	id      VehicleID
	next    slot   // the track after this one; nowhere, or leave
	grant   uint32 // order in which the junction ahead (or under it) let it in; 0 = not let in
	driver  uint16 // driver type
	stood   uint16 // step, modulo 2^16, since which it has been standing; see World.waited
	good    uint16 // lanes of this edge from which its route goes on, one bit each
	flags   uint16
	cool    uint8 // steps until it may wish to change lanes again
	class   uint8
	limit   Limit
	due     uint8 // steps until its driver decides again: at 0, or atOnce, in the next drive if the track looks (track.rouse)
}

// slot is the engine's own index of a track. Tracks are stored junction by junction along a space-filling curve: the
// lanes that lead to a junction, then its connectors, so that a worker's part of the city is one piece of memory.
type slot int32

// Values of vehicle.next that are not tracks.
const (
	leave   slot = -1 // off the map, at the end of this lane
	nowhere slot = -2 // its route does not go on from this lane: change lanes, or find another route
)

// Bits of vehicle.flags.
const (
	isCrashed      uint16 = 1 << iota
	letsInKerbside        // makes room for one that must come over from the kerb side (set by changeLanes for the next decision),
	letsInOffside         // or from the offside
	isStopped             // has come to a stand at the stop sign ahead
	needsGrant            // something crosses, merges or signals at the end of this lane
	movesLeft             // is changing lanes, and not yet in the middle of its own
	movesRight
	isHeldByExit // the last refusal was for want of room behind the junction
	endsHere     // its trip ends on this lane, at journey.stop
	isHeldBySlow // the last refusal was because of slow traffic that had been let in
	hasLetIn     // has let somebody in on this lane, in a slow queue
	servesStop   // a bus that makes for the stop journey.busStop on this edge, or stands there
	waitsAtLine  // stands at the stop line ahead, has not been let in, and its driver has decided to wait
	standsBehind // has decided to stand because of the one ahead on its track, who stands
	isOdd        // is not as its class and driver are: see odd
	isReacting   // its driver has decided, but not moved the foot yet: due counts the steps until then
)

// rear returns the position of the rear bumper, m along the track; negative while it is still on the track before.
func (v *vehicle) rear() float64 { return v.s - float64(v.length) }

// track is a lane or connector with the vehicles whose front bumper is on it, the most downstream first.
type track struct {
	vs                        []vehicle // of a buffer of the arena's: cap is all of it
	seconds, metres, standing float64   // LaneCount.VehicleSeconds, VehicleMetres, StandingSecs
	// The vehicles [calm, calmEnd) stand, are held and would decide the same (see isHeld): nobody looks at them until the one
	// ahead of them moves or somebody stirs the track. red is the group of the signal for which the first of all stands
	// there, None if for another reason.
	calm, calmEnd uint16
	red           network.SignalGroupID
	hangs         bool  // the last vehicle reaches back beyond the start, as published
	stale         bool  // its ends are to be published anew, whoever stands
	looks         bool  // somebody may have to decide in the next drive
	shaded        int32 // 1 + index among its worker's shadows of the first on it; 0 if there is none
}

// stir makes the next step look at all vehicles of t again.
func (t *track) stir() { t.calm, t.calmEnd, t.stale, t.looks = 0, 0, true, true }

// isCalm reports whether all vehicles of t are.
func (t *track) isCalm() bool { return t.calm == 0 && int(t.calmEnd) == len(t.vs) }

// waitsAtRed reports whether the first vehicle of t stands at a signal, t.red, that was red when it looked.
func (t *track) waitsAtRed() bool { return t.calm == 0 && t.calmEnd > 0 && t.red != network.None }

// rouse makes the driver of the i-th vehicle of t decide in the next drive.
func (t *track) rouse(i int) {
	t.vehicles()[i].due = 0
	t.stir()
}

// passed counts who came onto a track and left it, for LaneCount.
type passed struct{ Entered, Left int64 }

// vehicles returns the vehicles of t, most downstream first. The slice is valid until the track changes.
func (t *track) vehicles() []vehicle { return t.vs }

// popFront takes the first vehicle away.
func (t *track) popFront() {
	t.looks = true
	if t.calm > 0 {
		t.calm--
		t.calmEnd--
	} else {
		t.stir()
	}
	copy(t.vs, t.vs[1:])
	t.vs = t.vs[:len(t.vs)-1]
	if len(t.vs) > 0 && t.vs[0].v == 0 {
		t.rouse(0) // the one ahead is elsewhere now
	}
}

// remove takes the i-th vehicle away.
func (t *track) remove(i int) {
	if i == 0 {
		t.popFront()
		return
	}
	copy(t.vs[i:], t.vs[i+1:])
	t.vs = t.vs[:len(t.vs)-1]
	t.stir()
	if i < len(t.vs) {
		t.vs[i].due = 0 // it has somebody else ahead now
	}
}

// insert adds v where it belongs by position (ties by id, the lower ahead).
func (t *track) insert(v *vehicle, a *arena) {
	t.reserve(a)
	t.vs = t.vs[:len(t.vs)+1]
	vs := t.vs
	i := len(vs) - 1
	for i > 0 && (vs[i-1].s < v.s || (vs[i-1].s == v.s && vs[i-1].id > v.id)) {
		vs[i] = vs[i-1]
		i--
	}
	vs[i] = *v
	t.looks = true
	if i < int(t.calmEnd) {
		t.stir()
	}
}

// reserve makes room for one more vehicle at the end.
func (t *track) reserve(a *arena) {
	if len(t.vs) < cap(t.vs) {
		return
	}
	grown := a.take(2 * len(t.vs))
	copy(grown, t.vs)
	a.give(t.vs[:cap(t.vs)])
	t.vs = grown[:len(t.vs)]
}

// tail is what other tracks may read of a track during a step: its last vehicle.
type tail struct {
	s      float64 // m, front bumper; +Inf if the track is empty
	v      float64
	length float32
	a      float32 // m/s²
	id     VehicleID
	from   slot // the track it came from, for the part of it that is still there
	driver uint16
	class  uint8
	slips  bool // see World.slips
	cool   uint8
}

// head is what other tracks may read of the first vehicle of a track.
type head struct {
	s, v   float64 // m, m/s; v is negative if the track is empty
	next   slot
	driver uint16
	class  uint8
}

// ends is a cache line.
type ends struct {
	tail tail
	head head
}

func (t *tail) rear() float64 { return t.s - float64(t.length) }

// journey is what is kept of a vehicle apart from the step.
type journey struct {
	route      []network.EdgeID // from departure to destination
	at         int32            // index in route of the edge it is on, or has just left
	track      slot             // where its front is; nowhere when not on the road
	from       slot             // the track before
	fromBefore slot             // and the one before that
	entered    float64          // s after midnight
	since      float64          // s after midnight at which it came onto its edge, as if from its start
	free       float64          // s the path so far takes alone
	distance   float64          // m driven so far, up to the start of the track
	stop       float64          // m along the track where the trip ends, if endsHere
	stops      int32
	busStop    int32   // index in Network.BusStops of the stop it makes for, if servesStop
	leaves     float32 // s after Config.Start when it leaves the bus stop; 0 until it stands there
	served     uint16  // bus stops made
	state      journeyState
}

type journeyState uint8

const (
	planned  journeyState = iota
	waiting               // departure time has come, no room yet
	driving               // on the road
	finished              // arrived, or taken off the road, or without a route
)
