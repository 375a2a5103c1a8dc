package traffic

import (
	"math"
	"slices"

	"roadtwin/network"
)

// planDepth is how many edges ahead a driver chooses lanes for, and maxLanes how many lanes an edge may have for that;
// lanes beyond are used, not planned for.
const (
	planDepth = 12
	maxLanes  = 16
	planAhead = 600.0 // m beyond which lanes need no planning
)

// plan decides, for a vehicle that has come onto lane s, from which lanes of the edge its route goes on with the fewest
// lane changes (v.good), which track it takes next if it stays (v.next), and where it stops if the trip ends here.
func (w *World) plan(v *vehicle, s slot) {
	place := &w.layout.places[s]
	j := &w.journeys[v.id]
	v.flags &^= needsGrant | endsHere
	route := j.route[j.at:]
	if len(route) == 1 {
		w.planArrival(v, place)
		w.keepToStop(v, place)
		return
	}
	var costs [maxLanes]float32
	w.changesFrom(route[1:], network.VehicleClass(v.class), &costs)
	n := w.lanesOf(place.edge)
	best := float32(math.Inf(1))
	var direct [maxLanes]float32
	for i := range n {
		direct[i] = w.changesVia(w.layout.firstLane[place.edge]+slot(i), route[1], network.VehicleClass(v.class), &costs)
		best = min(best, direct[i])
	}
	v.good = 0
	for i := range n {
		if direct[i] <= best+asGood && !math.IsInf(float64(best), 1) {
			v.good |= 1 << i
		}
	}
	v.next = w.cheapestConnector(place, route[1], network.VehicleClass(v.class), &costs)
	if v.next == nowhere {
		v.next = w.missedTurn(v, place, j.route[:j.at])
	}
	if v.next == nowhere && place.outN > 0 && w.layout.places[place.out].edge == route[1] && w.isTrapped(place, classOf(v)) {
		v.next = place.out
	}
	w.needGrant(v)
	w.keepToStop(v, place)
}

// shortLane is the length in metres below which a driver in the wrong lane does not try to change: there is no room for it.
const shortLane = 35.0

// hardChange is how many ordinary lane changes one on a short lane, or across a solid line, is worth avoiding; endingLane
// is the same for a lane that ends, where one merges while there is room. Lanes that cost at most asGood more than the best
// are used as well, where the others are full: what there is to change later can wait.
const (
	hardChange = 10
	endingLane = 0.5
	asGood     = 0.4
)

// missedTurn returns the connector that a driver takes who comes onto a lane that does not lead where the route goes and
// that is too short, or has no neighbour, to change from: the straightest. On a longer lane it returns nowhere: change first.
// And so does one who has come by here before, and missed the turn: now he stops if he must, or he would go round in circles for
// ever.
func (w *World) missedTurn(v *vehicle, place *place, driven []network.EdgeID) slot {
	if w.lanesOf(place.edge) > 1 && (place.length >= shortLane || place.length-endReserve(place) > float64(v.length) && slices.Contains(driven, place.edge)) {
		return nowhere
	}
	return w.straightest(place, classOf(v))
}

// straightest returns the connector from lane place that bends least, of those open to the class, or nowhere.
func (w *World) straightest(place *place, class network.VehicleClass) slot {
	best := nowhere
	for c := place.out; c < place.outEnd(); c++ {
		p := &w.layout.places[c]
		if p.permitted.Has(class) && (best == nowhere || p.curvature < w.layout.places[best].curvature) {
			best = c
		}
	}
	return best
}

func (w *World) planArrival(v *vehicle, place *place) {
	t := &w.trips[v.id]
	v.good = math.MaxUint16
	switch {
	case place.edge != t.To && place.outN == 0: // off its route, and at the edge of the map
		v.next = leave
	case place.edge != t.To: // off its route; a new one is being looked for
		v.next = nowhere
	case t.ToPos < 0:
		v.next = leave
	default:
		v.next = leave
		v.flags |= endsHere
		w.journeys[v.id].stop = stopOn(t, place)
		if v.good = w.kerbLane(place.edge, network.VehicleClass(v.class)); place.permitted == 0 {
			v.good |= 1 << place.index // came onto a lane that is closed: this near it need not leave it
		}
	}
}

// stopOn returns where on lane place, of its last edge, trip t ends, m.
func stopOn(t *Trip, place *place) float64 { return max(1, min(t.ToPos, place.length-0.5)) }

// kerbLane returns the bit of the lane nearest to the kerb that the class may use.
func (w *World) kerbLane(e network.EdgeID, class network.VehicleClass) uint16 {
	first := w.layout.firstLane[e]
	for i := range w.lanesOf(e) {
		if w.layout.places[first+slot(i)].permitted.Has(class) {
			return 1 << i
		}
	}
	return math.MaxUint16
}

func (w *World) needGrant(v *vehicle) {
	v.flags &^= needsGrant
	if v.next >= 0 && w.layout.places[v.next].regulated {
		v.flags |= needsGrant
	}
}

func (w *World) lanesOf(e network.EdgeID) int {
	return min(int(w.cfg.Net.Edges[e].NumLanes), maxLanes)
}

// changesFrom sets costs to the number of lane changes that the rest of the route takes from each lane of its first edge.
func (w *World) changesFrom(route []network.EdgeID, class network.VehicleClass, costs *[maxLanes]float32) {
	depth, length := 1, 0.0
	for depth < len(route) && depth < planDepth && length < planAhead {
		length += w.cfg.Net.Edges[route[depth-1]].Length
		depth++
	}
	*costs = [maxLanes]float32{}
	for k := depth - 2; k >= 0; k-- {
		var direct, total [maxLanes]float32
		n := w.lanesOf(route[k])
		first := w.layout.firstLane[route[k]]
		for i := range n {
			direct[i] = w.changesVia(first+slot(i), route[k+1], class, costs)
		}
		change := w.changeCost(route[k])
		for i := range n {
			total[i] = float32(math.Inf(1))
			for m := range n {
				cost := float32(change*float32(max(i-m, m-i))) + hardChange*float32(w.solidLines(first, i, m))
				total[i] = min(total[i], direct[m]+cost)
			}
		}
		*costs = total
	}
}

// changeCost returns what a change of lanes on edge e is worth avoiding: less the more time there is for it.
func (w *World) changeCost(e network.EdgeID) float32 {
	edge := &w.cfg.Net.Edges[e]
	if edge.Length < shortLane {
		return hardChange
	}
	time := edge.Length / w.layout.places[w.layout.firstLane[e]].limit
	return float32(max(leastChange, changeSeconds/time))
}

const (
	changeSeconds = 8.0  // s on an edge that it takes to find a gap and change, on the average
	leastChange   = 0.25 // of an ordinary change, however long the edge
)

// solidLines returns how many lines that may not be crossed lie between two lanes of the edge whose lanes begin at first,
// seen by one who changes from lane i to lane m.
func (w *World) solidLines(first slot, i, m int) (n int) {
	for ; i < m; i++ {
		if w.layout.places[first+slot(i)].change&network.NoChangeOffside != 0 {
			n++
		}
	}
	for ; i > m; i-- {
		if w.layout.places[first+slot(i)].change&network.NoChangeKerbside != 0 {
			n++
		}
	}
	return n
}

// changesVia returns the least of costs, by lane of edge to, over the connectors from lane s to it, more if s ends there;
// +Inf if there is none.
func (w *World) changesVia(s slot, to network.EdgeID, class network.VehicleClass, costs *[maxLanes]float32) float32 {
	place := &w.layout.places[s]
	best := float32(math.Inf(1))
	if !place.permitted.Has(class) {
		return best
	}
	for c := place.out; c < place.outEnd(); c++ {
		p := &w.layout.places[c]
		if p.edge == to && p.permitted.Has(class) {
			best = min(best, costs[min(int(w.layout.places[p.to].index), maxLanes-1)])
		}
	}
	if place.merge != network.NoMerge {
		best += endingLane
	}
	return best
}

// cheapestConnector returns the connector from lane place to edge to from where the fewest lane changes follow (the first
// of equals), or nowhere.
func (w *World) cheapestConnector(place *place, to network.EdgeID, class network.VehicleClass, costs *[maxLanes]float32) slot {
	best, next := float32(math.Inf(1)), nowhere
	for c := place.out; c < place.outEnd(); c++ {
		p := &w.layout.places[c]
		if p.edge != to || !p.permitted.Has(class) {
			continue
		}
		if cost := costs[min(int(w.layout.places[p.to].index), maxLanes-1)]; cost < best || next == nowhere {
			best, next = cost, c
		}
	}
	return next
}

// connectorTo returns the first connector from lane place to edge to, or nowhere.
func (w *World) connectorTo(place *place, to network.EdgeID, class network.VehicleClass) slot {
	for c := place.out; c < place.outEnd(); c++ {
		if p := &w.layout.places[c]; p.edge == to && p.permitted.Has(class) {
			return c
		}
	}
	return nowhere
}
