package traffic

import (
	"math"

	"roadtwin/network"
)

// Never is when a trip departs that is only there to be parked.
const Never = 1e9

// Park puts the vehicle of a trip, which is not to depart by itself, on lane i of the first edge of its route, standing
// with its front bumper at s.
func (w *World) Park(id VehicleID, i int, s float64) {
	v, j := w.newVehicle(id), &w.journeys[id]
	lane := w.layout.firstLane[w.trips[id].From] + slot(i)
	j.route, j.state, j.track, j.entered = w.trips[id].Route, driving, lane, w.Time()
	w.plan(&v, lane)
	v.wish, v.s = float32(w.wish(&v, &w.layout.places[lane])), s
	wk := w.workers[w.owner(lane)]
	w.tracks[lane].insert(&v, &wk.buffers)
	wk.wake(lane)
	w.publishTrack(wk, lane)
	w.counts[lane].Entered++
	w.stats.Departed++
}

// Wreck makes a vehicle one that has crashed and is not cleared.
func (w *World) Wreck(id VehicleID) {
	v, _ := w.find(id)
	v.flags |= isCrashed
	w.wrecks = append(w.wrecks, wreck{id, math.Inf(1)})
}

// ClearNow has a wreck cleared in the next step.
func (w *World) ClearNow(id VehicleID) {
	for i := range w.wrecks {
		if w.wrecks[i].id == id {
			w.wrecks[i].clear = w.Time()
		}
	}
}

// Oblique has a vehicle that stands on its lane be half way over from the next one, at speed v, as if it had just begun to: its body
// is lateral metres to the left of its lane's middle.
func (w *World) Oblique(id VehicleID, lateral, speed float64) {
	v, s := w.find(id)
	v.lateral, v.v, v.cool = float32(lateral), speed, w.cooling
	v.flags |= movesRight
	if lateral < 0 {
		v.flags ^= movesRight | movesLeft
	}
	w.findSideways()
	w.publishTrack(w.workers[w.owner(s)], s)
}

// OnEdge returns the edge that a vehicle is on, or is about to come to; network.None if it is not on the road.
func (w *World) OnEdge(id VehicleID) network.EdgeID {
	if _, s := w.find(id); s >= 0 {
		return w.layout.places[s].edge
	}
	return network.None
}
