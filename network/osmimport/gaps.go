package osmimport

import (
	"cmp"
	"slices"

	"roadtwin/network"
)

// Gap is what of the lanes open to a class lies outside of the largest part in which it can drive from every lane to every
// other, for one reason.
type Gap struct {
	Class  string  `json:"class"`
	Reason string  `json:"reason"`
	Parts  int     `json:"parts"` // that hang together in themselves
	Edges  int     `json:"edges"`
	LaneKm float64 `json:"lane_km"`
	Ways   []int64 `json:"ways"` // some of the OSM ways, ascending
}

// The reasons for which lanes are not connected.
const (
	noAccess   = "closed to cars"
	noWay      = "no street open to cars leads there"
	noWayOut   = "one may drive in, but not out"
	noWayIn    = "one may drive out, but not in"
	noTurn     = "the turns that lead there or back are forbidden"
	lawCloses  = "between streets that are closed to the class"
	lawHolds   = "the streets that lead out are closed to the class"
	lawExclude = "the streets that lead in are closed to the class"
)

// links are the ends of a piece at streets that stay.
type links struct {
	in, out bool
	cars    bool // some lane is open to them
}

// reason says why a car cannot both reach and leave the piece.
func (l links) reason() string {
	switch {
	case !l.cars:
		return noAccess
	case !l.in && !l.out:
		return noWay
	case !l.out:
		return noWayOut
	case !l.in:
		return noWayIn
	}
	return noTurn
}

// add takes in an edge of the piece; met tells the junctions of streets that stay.
func (l *links) add(e *network.EdgeSpec, met []bool) {
	for i := range e.Lanes {
		if e.Lanes[i].Permitted.Has(network.Car) {
			l.cars = true
			l.in, l.out = l.in || met[e.From], l.out || met[e.To]
		}
	}
}

// gaps returns what the classes that the report measures miss: cars what was not connected and is not in the network, the
// others what the law keeps them from. The longest of each class come first.
func gaps(net *network.Network, pieces []Piece) []Gap {
	var all []Gap
	for i := range pieces {
		p := &pieces[i]
		g := gapOf(&all, network.Car, p.Reason)
		g.Parts++
		g.Edges += p.Edges
		g.LaneKm += p.laneMetres / 1000
		for _, way := range p.Ways {
			g.addWay(way)
		}
	}
	for _, class := range measuredClasses {
		if class != network.Car {
			classGaps(net, class, &all)
		}
	}
	for i := range all {
		slices.Sort(all[i].Ways)
	}
	slices.SortStableFunc(all, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(b.LaneKm, a.LaneKm), cmp.Compare(a.Reason, b.Reason))
	})
	return all
}

func gapOf(all *[]Gap, class network.VehicleClass, reason string) *Gap {
	for i := range *all {
		if g := &(*all)[i]; g.Class == class.String() && g.Reason == reason {
			return g
		}
	}
	*all = append(*all, Gap{Class: class.String(), Reason: reason, Ways: []int64{}})
	return &(*all)[len(*all)-1]
}

func (g *Gap) addWay(way int64) {
	if way = max(way, -way); way != 0 && len(g.Ways) < 20 && !slices.Contains(g.Ways, way) {
		g.Ways = append(g.Ways, way)
	}
}

// classGaps adds the gaps of a class in a network that cars can drive all of.
func classGaps(net *network.Network, class network.VehicleClass, all *[]Gap) {
	label, _ := net.Components(class)
	parts := 0
	for _, l := range label {
		parts = max(parts, int(l)+1)
	}
	reached, leads := partsAround(net, class, label, parts)
	counted := make([]bool, parts)
	edge := network.EdgeID(network.None)
	for l, part := range label {
		if part <= 0 {
			continue
		}
		reason := lawCloses
		switch {
		case reached[part]:
			reason = lawHolds
		case leads[part]:
			reason = lawExclude
		}
		g := gapOf(all, class, reason)
		lane := &net.Lanes[l]
		if !counted[part] {
			counted[part] = true
			g.Parts++
		}
		if lane.Edge != edge {
			edge = lane.Edge
			g.Edges++
			g.addWay(net.Edges[edge].OSMWay)
		}
		g.LaneKm += lane.Length / 1000
	}
}

// partsAround returns which parts can be reached from part 0, and from which one can get there.
func partsAround(net *network.Network, class network.VehicleClass, label []int32, parts int) (reached, leads []bool) {
	reached, leads = make([]bool, parts), make([]bool, parts)
	if parts == 0 {
		return reached, leads
	}
	reached[0], leads[0] = true, true
	for changed := true; changed; {
		changed = false
		join := func(from, to int32) {
			if from < 0 || to < 0 {
				return
			}
			if reached[from] && !reached[to] {
				reached[to], changed = true, true
			}
			if leads[to] && !leads[from] {
				leads[from], changed = true, true
			}
		}
		for c := range net.Connectors {
			if con := &net.Connectors[c]; con.Permitted.Has(class) {
				join(label[con.From], label[con.To])
			}
		}
		for l := 1; l < len(net.Lanes); l++ {
			if net.Lanes[l].Edge == net.Lanes[l-1].Edge {
				join(label[l], label[l-1])
				join(label[l-1], label[l])
			}
		}
	}
	return reached, leads
}
