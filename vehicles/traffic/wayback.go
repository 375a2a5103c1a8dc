package traffic

import (
	"math"

	"roadtwin/network"
)

// A driver who could not get into the lane that he needs finds another way to where he is going. Mostly that is round the block, and
// then he gets over in time: who has missed a turn stops for it the second time (missedTurn). But on some streets nobody can get over
// at all, a lorry that comes round a corner onto the offside lane of a short one, say. Who has come there in vain before takes
// another way to that street, or round it, if there is any: else he would go round in circles for ever.

// shunning is how much longer a way may take on which a driver need not try again what he could not do, s [assumed].
const shunning = 900.0

// shun makes searches avoid edge e, until the function that it returns is called.
func (w *World) shun(e network.EdgeID) (restore func()) {
	was := w.times.now[e]
	w.times.now[e] = max(was, w.cfg.Router.FreeTime(e)) + shunning
	return func() { w.times.now[e] = was }
}

// leadsBeyond reports whether way goes by the two edges of pair, one right after the other, and from there to another edge than
// not.
func leadsBeyond(way, pair []network.EdgeID, not network.EdgeID) bool {
	for i := range len(way) - 2 {
		if way[i] == pair[0] && way[i+1] == pair[1] && way[i+2] != not {
			return true
		}
	}
	return false
}

// findWayBack finds a route for a vehicle that is on another edge than its route said.
func (w *World) findWayBack(wk *worker, id VehicleID) bool {
	j := &w.journeys[id]
	driven, here := j.route[:j.at], j.route[j.at]
	if n := len(driven); n >= 2 && leadsBeyond(driven[:n-1], driven[n-2:], network.None) {
		for k := n - 2; k < n; k++ {
			restore := w.shun(driven[k])
			found := w.findRoute(wk, id, here)
			restore()
			if found && !leadsBeyond(j.route[j.at:], driven[n-2:], here) {
				return true
			}
		}
	}
	return w.findRoute(wk, id, here)
}

// goAnotherWay sends a vehicle at the end of a lane along the best of the ways that this lane leads, as a driver does who
// could not get over.
func (w *World) goAnotherWay(wk *worker, id VehicleID) {
	v, s := w.find(id)
	p := &w.layout.places[s]
	j := &w.journeys[id]
	route, best := j.route, math.Inf(1)
	driven, legal := j.route[:j.at+1], nowhere
	if n := len(driven); n >= 2 && leadsBeyond(driven[:n-1], driven[n-2:], network.None) {
		defer w.shun(driven[n-2])()
	}
	for c := p.out; c < p.outEnd(); c++ {
		exit := &w.layout.places[c]
		if !exit.permitted.Has(classOf(v)) || !w.cfg.Router.Allows(driven, exit.edge, classOf(v), w.weekTime(w.Time())) {
			continue
		}
		if legal == nowhere || exit.curvature < w.layout.places[legal].curvature {
			legal = c
		}
		wk.path = append(wk.path[:0], driven...)
		q := w.query(id, driven, exit.edge)
		if path, cost, ok := wk.searcher.Path(wk.path, q); ok {
			wk.path = path
			if cost += w.times.now[exit.edge]; cost < best {
				route, best = wk.keep(path), cost
			}
		}
	}
	if math.IsInf(best, 1) {
		out := legal
		if out == nowhere {
			out = w.straightest(p, classOf(v)) // rather break a ban than stand there for good
		}
		if out == nowhere {
			if !w.isTrapped(p, classOf(v)) {
				return
			}
			out = p.out
		}
		// No way leads back to the destination from here: out of the map, as its lane leads.
		route = wk.keep(append(append(wk.path[:0], driven...), w.layout.places[out].edge))
	}
	j.route = route
	w.rerouted(id, WaitedInVain)
}

// isTrapped reports whether no lane of the edge at place p leads on for a class. Somebody who has strayed there drives on all the
// same, by a way that is closed to him, rather than to stand there for good.
func (w *World) isTrapped(p *place, class network.VehicleClass) bool {
	first := w.layout.firstLane[p.edge]
	for i := range w.lanesOf(p.edge) {
		if q := &w.layout.places[first+slot(i)]; q.outN == 0 || w.straightest(q, class) != nowhere {
			return false
		}
	}
	return true
}
