package traffic

import "roadtwin/network"

// Passage is a vehicle's time on an edge, from coming onto it to coming onto the next, the junction between them included.
type Passage struct {
	Vehicle  VehicleID
	From, To network.EdgeID // it, and the next
	// Since is when the vehicle came onto the edge, s after midnight; if it began its trip there, when it would have come by
	// there at the speed limit. Until is when it came onto the next.
	Since, Until float64
	// Free is what the way from its departure to here takes the vehicle alone and at green, s; Stops how often it has come to a stand
	// on it. Speed and Wish are what it comes onto the next edge with, and would like to drive there, m/s.
	Free        float64
	Stops       int
	Speed, Wish float64
}

// AppendPassages appends the edges that were left for another in the last step, in no particular order, if the Config asks
// for them.
func (w *World) AppendPassages(dst []Passage) []Passage {
	for _, wk := range w.workers {
		dst = append(dst, wk.passages...)
	}
	return dst
}

// Route returns the way of a vehicle: the one it took if it has arrived, the one it is to take else; nil if it has none yet.
// Not to be changed.
func (w *World) Route(id VehicleID) []network.EdgeID { return w.journeys[id].route }

// passEdge notes that v has come onto an edge, and what it took to drive the one before.
func (w *World) passEdge(wk *worker, v *vehicle, j *journey) {
	now := w.Time()
	if w.cfg.Passages {
		wk.passages = append(wk.passages, Passage{
			Vehicle: v.id, From: j.route[j.at-1], To: j.route[j.at], Since: j.since, Until: now,
			Free: j.free, Stops: int(j.stops), Speed: v.v, Wish: w.wish(v, &w.layout.places[j.track]),
		})
	}
	j.since = now
	w.readSigns(wk, v.id)
}

// readSigns has a driver who has come onto an edge look for another way if a street is closed ahead.
func (w *World) readSigns(wk *worker, id VehicleID) {
	if w.lookout.shut > 0 && w.closedOn(&w.journeys[id], signAhead) >= 0 {
		wk.warned = append(wk.warned, id)
	}
}
