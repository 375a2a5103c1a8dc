package traffic

import (
	"math"
	"slices"

	"roadtwin/network"
)

// Events returns what happened in the last step; valid until the next.
func (w *World) Events() []Event { return w.events }

// Stats returns the counts after the last step.
func (w *World) Stats() Stats { return w.stats }

// Audit returns what must be all zero.
func (w *World) Audit() Audit { return w.audit }

// Counts returns the accumulated traffic of every track, indexed by TrackID; read only, valid until the next call.
func (w *World) Counts() []LaneCount {
	w.seen = slices.Grow(w.seen[:0], len(w.counts))[:len(w.counts)]
	for t, s := range w.layout.slots {
		w.seen[t] = w.count(s)
	}
	return w.seen
}

// count returns the traffic of s since the start.
func (w *World) count(s slot) LaneCount {
	t := &w.tracks[s]
	return LaneCount{
		Entered: w.counts[s].Entered, Left: w.counts[s].Left,
		VehicleSeconds: t.seconds, VehicleMetres: t.metres, StandingSecs: t.standing,
	}
}

// Queued returns the number of standing vehicles in the queue at the end of lane l: from the stop line upstream until
// the first that is faster than 5 km/h.
func (w *World) Queued(l network.LaneID) int {
	vs := w.tracks[w.layout.slots[l.Track()]].vehicles()
	n := 0
	for n < len(vs) && vs[n].v < standingSpeed {
		n++
	}
	return n
}

// AppendVehicles appends the state of every vehicle on the road to dst, in track order, most downstream first.
func (w *World) AppendVehicles(dst []VehicleState) []VehicleState {
	for _, s := range w.layout.slots {
		vs := w.tracks[s].vehicles()
		for i := range vs {
			dst = append(dst, w.state(&vs[i], s))
		}
	}
	return dst
}

// state returns what is seen of v, which is on track on. Whose front a crash has put back to before its start is shown there.
func (w *World) state(v *vehicle, on slot) VehicleState {
	at, metre := w.wayBack(v, on, v.s)
	s := VehicleState{
		ID: v.id, Track: w.layout.places[at].track, S: metre, Lateral: float64(v.lateral), V: v.v, A: float64(v.a), Length: float64(v.length),
		Class: network.VehicleClass(v.class), Limit: v.limit,
	}
	if v.a < -0.5 || v.v < 0.1 && v.a <= 0 {
		s.Flags |= Braking
	}
	if v.flags&movesLeft != 0 {
		s.Flags |= IndicatingLeft
	}
	if v.flags&movesRight != 0 {
		s.Flags |= IndicatingRight
	}
	if v.flags&isCrashed != 0 {
		s.Flags |= Crashed
	}
	return s
}

// Vehicle returns everything about a vehicle on the road; ok is false if it is not there (any more).
func (w *World) Vehicle(id VehicleID) (d VehicleDetail, ok bool) {
	if id >= VehicleID(len(w.journeys)) || w.journeys[id].state != driving {
		return d, false
	}
	v, s := w.find(id)
	if v == nil {
		return d, false
	}
	j, place := &w.journeys[id], &w.layout.places[s]
	d = VehicleDetail{
		VehicleState: w.state(v, s), Trip: w.trips[id], Entered: j.entered, WishSpeed: float64(v.wish),
		Route: j.route, RouteAt: int(j.at), EdgeSince: j.since,
		BrakeHeat: w.brakeHeat(id), Fitness: w.FitnessOf(id),
	}
	d.Brake, d.Drive = w.bounds(v, place)
	d.Grip, d.Believed = w.gripOn(place, v), w.believedAt(v, place).Grip()
	d.Leader, d.Gap, d.HasLeader = w.leader(v, s)
	return d, true
}

// leader returns the vehicle ahead of v on its way and the gap to it in metres.
func (w *World) leader(v *vehicle, s slot) (VehicleID, float64, bool) {
	vs := w.tracks[s].vehicles()
	for i := 1; i < len(vs); i++ {
		if vs[i].id == v.id {
			return vs[i-1].id, vs[i-1].rear() - v.s, true
		}
	}
	distance := w.layout.places[s].length - v.s
	came, next, at := s, v.next, w.edgeIndex(v, s)
	for hop := 0; next >= 0 && hop < 8 && distance < 300; hop++ {
		if t := &w.ends[next].tail; !math.IsInf(t.s, 1) {
			return t.id, distance + w.rearSeenFrom(came, t), true
		}
		here := &w.layout.places[next]
		distance += here.length
		came = next
		if !here.isLane {
			next = here.to
			at++
			continue
		}
		route := w.journeys[v.id].route
		if at+1 >= len(route) {
			break
		}
		next = w.connectorTo(here, route[at+1], classOf(v))
	}
	return 0, 0, false
}

// edgeIndex returns the index in v's route of the first edge that one looking ahead from track s is on: its own on a lane,
// the next on a connector.
func (w *World) edgeIndex(v *vehicle, s slot) int {
	at := int(w.journeys[v.id].at)
	if !w.layout.places[s].isLane {
		at++
	}
	return at
}

// EdgeClosed reports whether nobody is routed over e.
func (w *World) EdgeClosed(e network.EdgeID) bool { return w.closed[e] }

// ClosedLanes returns the lanes that are closed where others of their edge are open, ascending; read only, valid until the next step.
func (w *World) ClosedLanes() []network.LaneID { return w.works }

// LimitOn returns the speed limit of an edge now, m/s.
func (w *World) LimitOn(e network.EdgeID) float64 {
	return w.layout.places[w.layout.firstLane[e]].limit
}
