package route

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"roadtwin/network"
)

// Who comes onto a street on one lane and must leave it from another has to change lanes on it. On a street hardly longer than the
// vehicle that cannot be done: to the lorry that turns in on the offside lane, the turn from the kerbside one is closed, although
// every single turn is open to it. Such ways are found once, and bans like those that signs put up (Network.Bans) keep searches
// from them.
//
// That goes for lorries and buses only. A lane on which not even a car has that room, less than 7 m, is mostly a piece of one large
// junction that is mapped as several: to close the ways across it cut off 21 of 421 default trips of a small map of London. So cars
// may still be led to a lane there that they cannot reach, and then take another way (traffic's missed turns).

const (
	changeReserve = 8.0 // m before the end of a lane that are left to drive over to the next one obliquely; a third of it if it is short
	changeRoom    = 6.0 // m that each further change takes at walking speed [assumed: the engine needs 13 to 17 m for two]
	leastTight    = 9.0 // m, length of the shortest class that such bans are for
	mostTight     = 3   // short edges in a row that are looked at
)

// changesOn returns how many changes of lanes a vehicle of that length can make on a lane, at most, all lengths in m.
func changesOn(lane, vehicle float64) int {
	if lane-math.Min(changeReserve, lane/3) <= vehicle {
		return 0
	}
	return max(1, int((lane-vehicle)/changeRoom))
}

// tight finds the ways of a network that are too tight for a class.
type tight struct {
	r      *Router
	class  network.VehicleClass
	length float64 // m
	found  map[string]*network.Ban
	way    []network.EdgeID
}

// tightBans returns the ways on which some classes would have to change lanes where there is no room for it. lengths are those of
// the classes, m.
func tightBans(r *Router, lengths *[network.NumVehicleClasses]float64) []network.Ban {
	found := map[string]*network.Ban{}
	for class := range network.NumVehicleClasses {
		if lengths[class] < leastTight {
			continue
		}
		t := tight{r: r, class: class, length: lengths[class], found: found}
		for edges := 1; edges <= mostTight; edges++ { // the shorter ones first: a longer way that ends with one is no news
			for e := range r.net.Edges {
				t.way = append(t.way[:0], network.EdgeID(e))
				t.follow(network.EdgeID(e), t.permitted(network.EdgeID(e)), edges)
			}
		}
	}
	bans := make([]network.Ban, 0, len(found))
	for _, key := range slices.SortedFunc(maps.Keys(found), cmp.Compare[string]) {
		bans = append(bans, *found[key])
	}
	return bans
}

// permitted returns the lanes of e that the class may use, a bit each.
func (t *tight) permitted(e network.EdgeID) (lanes uint64) {
	for i, lane := range t.r.net.EdgeLanes(e) {
		if lane.Permitted.Has(t.class) {
			lanes |= 1 << i
		}
	}
	return lanes
}

// follow goes on from the end of e, the last edge of the way so far, which can be left from the given lanes, by so many short edges
// more, and notes where there is no going on from them.
func (t *tight) follow(e network.EdgeID, lanes uint64, edges int) {
	for _, arc := range t.r.Arcs(e) {
		if !arc.Permitted.Has(t.class) || slices.Contains(t.way, arc.To) {
			continue
		}
		onto := t.onto(arc, lanes)
		if onto == 0 {
			t.note(arc.To)
			continue
		}
		all := t.permitted(arc.To)
		if onto = t.spread(arc.To, onto); edges == 0 || onto == all {
			continue
		}
		t.way = append(t.way, arc.To)
		t.follow(arc.To, onto, edges-1)
		t.way = t.way[:len(t.way)-1]
	}
}

// onto returns the lanes to which an arc leads from the given ones.
func (t *tight) onto(arc Arc, lanes uint64) (onto uint64) {
	net := t.r.net
	for _, c := range net.Movements[arc.Movement].Connectors {
		con := &net.Connectors[c]
		from, to := &net.Lanes[con.From], &net.Lanes[con.To]
		if (con.Permitted & from.Permitted & to.Permitted).Has(t.class) && lanes&(1<<from.Index) != 0 {
			onto |= 1 << to.Index
		}
	}
	return onto
}

// spread returns the lanes of e that can be reached from the given ones on it.
func (t *tight) spread(e network.EdgeID, lanes uint64) uint64 {
	all, length := t.permitted(e), math.Inf(1)
	for _, lane := range t.r.net.EdgeLanes(e) {
		length = min(length, lane.Length)
	}
	for range min(changesOn(length, t.length), len(t.r.net.EdgeLanes(e))) {
		lanes |= (lanes<<1 | lanes>>1) & all
	}
	return lanes
}

// note notes that the way so far does not lead on to edge to.
func (t *tight) note(to network.EdgeID) {
	if len(t.way) == 1 {
		return // an arc that no lane open to the class leads to
	}
	way := append(slices.Clone(t.way), to)
	for from := 1; from < len(way)-2; from++ {
		if b := t.found[key(way[from:])]; b != nil && b.Classes.Has(t.class) {
			return
		}
	}
	k := key(way)
	if t.found[k] == nil {
		t.found[k] = &network.Ban{Edges: way}
	}
	t.found[k].Classes |= network.SetOf(t.class)
}

func key(way []network.EdgeID) string {
	b := make([]byte, 0, 4*len(way))
	for _, e := range way {
		b = append(b, byte(e>>24), byte(e>>16), byte(e>>8), byte(e))
	}
	return string(b)
}
