package traffic

import (
	"fmt"
	"slices"

	"roadtwin/network"
)

// A lane that is closed (CloseLane) is one that nobody comes onto any more, as at roadworks: drivers change to another lane before, on the
// edges that lead there, by the same rules as for any lane that does not lead where they go; nobody changes onto it or begins a trip on
// it; those who are on it leave it for another lane while they can, and drive out at its end if they cannot. Where all lanes that a
// movement leads to are closed, it stays open: those who make it come onto the closed lane and leave it as soon as they can, as from a
// taper. Routes do not change by themselves: who hears of the traffic (RouteChoice.Informed) finds the queue that forms.

// CanCloseLane returns an error that says why a lane cannot be closed, given those that are: no lane of its edge would be open to cars, or a turn would be cut off.
func (w *World) CanCloseLane(lane network.LaneID) error {
	if lane < 0 || int(lane) >= len(w.cfg.Net.Lanes) {
		return fmt.Errorf("lane %d, want 0 to %d", lane, len(w.cfg.Net.Lanes)-1)
	}
	return LaneCanBeClosed(w.cfg.Net, lane, w.works)
}

// LaneCanBeClosed is World.CanCloseLane for a network of which other lanes are closed.
func LaneCanBeClosed(net *network.Network, lane network.LaneID, others []network.LaneID) error {
	edge := net.Lanes[lane].Edge
	left := map[network.MovementID]bool{} // what the lanes that stay open lead to
	open := false
	lanes := net.EdgeLanes(edge)
	for i := range lanes {
		id := net.Edges[edge].FirstLane + network.LaneID(i)
		if id == lane || slices.Contains(others, id) || !lanes[i].Permitted.Has(network.Car) {
			continue
		}
		open = true
		for c := range lanes[i].NumOut {
			left[net.Connectors[lanes[i].FirstOut+network.ConnectorID(c)].Movement] = true
		}
	}
	if !open {
		return fmt.Errorf("lane %d is the last of edge %d that is open to cars", net.Lanes[lane].Index+1, edge)
	}
	for i := range lanes {
		for c := range lanes[i].NumOut {
			m := net.Connectors[lanes[i].FirstOut+network.ConnectorID(c)].Movement
			if !left[m] && lanes[i].Permitted.Has(network.Car) {
				return fmt.Errorf("without lane %d no lane of edge %d leads %s to edge %d", net.Lanes[lane].Index+1, edge, net.Movements[m].Turn, net.Movements[m].To)
			}
		}
	}
	return nil
}

// setLane closes a lane, or opens it again.
func (w *World) setLane(lane network.LaneID, closed bool) {
	at, is := slices.BinarySearch(w.works, lane)
	switch {
	case closed == is:
		return
	case closed:
		w.works = slices.Insert(w.works, at, lane)
	default:
		w.works = slices.Delete(w.works, at, at+1)
	}
	w.permitAround(lane)
	w.replanAround(w.cfg.Net.Lanes[lane].Edge)
}

// permitAround works out anew who may use the lanes of the edge of a lane, and the connectors before and behind them.
func (w *World) permitAround(lane network.LaneID) {
	edge := w.cfg.Net.Lanes[lane].Edge
	w.layout.permit(edge, w.works)
	for _, arc := range w.cfg.Router.Arcs(edge) {
		w.layout.permit(arc.To, w.works)
	}
}

// getsOut reports whether v, on a lane that is closed, may cross the one beside it on its way out, which is closed, too.
func (w *World) getsOut(v *vehicle, place, there *place) bool {
	if place.permitted != 0 || there.permitted != 0 {
		return false
	}
	lane, ok := w.cfg.Net.LaneOf(there.track)
	return ok && w.cfg.Net.Lanes[lane].Permitted.Has(classOf(v)) && slices.Contains(w.works, lane)
}

// restoreWorks sets which lanes are closed.
func (w *World) restoreWorks(works []network.LaneID) {
	changed := slices.Concat(w.works, works)
	w.works = slices.Clone(works)
	for _, lane := range changed {
		w.permitAround(lane)
	}
}

// permit works out who may use the lanes of an edge and the connectors that lead to them, where works are closed.
func (l *layout) permit(e network.EdgeID, works []network.LaneID) {
	first := l.firstLane[e]
	open := map[network.MovementID]bool{} // leads from an open lane to an open lane
	each := func(do func(lane, c slot, connector *network.Connector)) {
		for i := range l.net.Edges[e].NumLanes {
			for _, c := range l.into[first+slot(i)] {
				do(first+slot(i), c, &l.net.Connectors[l.connectorOf(c)])
			}
		}
	}
	for i := range l.net.Edges[e].NumLanes {
		id := l.net.Edges[e].FirstLane + network.LaneID(i)
		place := &l.places[first+slot(i)]
		if place.permitted = l.net.Lanes[id].Permitted; slices.Contains(works, id) {
			place.permitted = 0
		}
	}
	each(func(lane, c slot, con *network.Connector) {
		if l.places[lane].permitted != 0 && l.places[l.places[c].from].permitted != 0 {
			open[con.Movement] = true
		}
	})
	each(func(lane, c slot, con *network.Connector) {
		l.places[c].permitted = con.Permitted
		if l.places[lane].permitted == 0 && open[con.Movement] {
			l.places[c].permitted = 0
		}
	})
}

// replanAround has all drivers on the lanes of an edge, and on those that lead to it, choose their lanes anew. Who has been let into the
// junction, or is so near to it that there is no more choice, goes on as he was.
func (w *World) replanAround(e network.EdgeID) {
	var lanes []slot
	first := w.layout.firstLane[e]
	for i := range w.cfg.Net.Edges[e].NumLanes {
		lanes = append(lanes, first+slot(i))
		for _, c := range w.layout.into[first+slot(i)] {
			lanes = append(lanes, w.layout.places[c].from)
		}
	}
	slices.Sort(lanes)
	for _, s := range slices.Compact(lanes) {
		vs, place := w.tracks[s].vehicles(), &w.layout.places[s]
		for i := range vs {
			if v := &vs[i]; v.grant == 0 && v.flags&isCrashed == 0 && (place.edge == e || place.length-v.s > crossWithin) {
				w.plan(v, s)
				v.due = 0
			}
		}
		w.tracks[s].stir()
		w.workers[w.owner(s)].wake(s)
	}
}
