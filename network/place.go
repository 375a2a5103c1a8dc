package network

import (
	"cmp"
	"slices"
)

// placeRoadside takes over bans, crossings and bus stops, with positions along the lanes as they are cut back.
func (b *builder) placeRoadside() {
	n := b.net
	leads := map[[2]EdgeID]bool{}
	if len(b.spec.PathBans) > 0 {
		for i := range n.Movements {
			leads[[2]EdgeID{n.Movements[i].From, n.Movements[i].To}] = true
		}
	}
	for i := range b.spec.PathBans {
		s := &b.spec.PathBans[i]
		if !drivable(s.Edges, leads) {
			continue // it forbids nothing
		}
		ban := Ban{Edges: make([]EdgeID, len(s.Edges)), Classes: s.Classes, When: s.When}
		for k, e := range s.Edges {
			ban.Edges[k] = EdgeID(e)
		}
		n.Bans = append(n.Bans, ban)
	}
	for _, c := range b.spec.Crossings {
		n.Crossings = append(n.Crossings, RoadCrossing{c.Kind, EdgeID(c.Edge), b.along(c.Edge, c.Position), c.OSMNode})
	}
	slices.SortStableFunc(n.Crossings, func(p, q RoadCrossing) int {
		return cmp.Or(cmp.Compare(p.Edge, q.Edge), cmp.Compare(p.Position, q.Position), cmp.Compare(p.OSMNode, q.OSMNode))
	})
	for _, s := range b.spec.BusStops {
		n.BusStops = append(n.BusStops, BusStop{EdgeID(s.Edge), b.along(s.Edge, s.Position), s.Name, s.OSMNode})
	}
	slices.SortStableFunc(n.BusStops, func(p, q BusStop) int {
		return cmp.Or(cmp.Compare(p.Edge, q.Edge), cmp.Compare(p.Position, q.Position), cmp.Compare(p.OSMNode, q.OSMNode))
	})
}

// drivable reports whether each edge leads to the next.
func drivable(edges []int32, leads map[[2]EdgeID]bool) bool {
	for k := 1; k < len(edges); k++ {
		if !leads[[2]EdgeID{EdgeID(edges[k-1]), EdgeID(edges[k])}] {
			return false
		}
	}
	return true
}

// along returns the position on the lanes of edge e of what is s m along its shape in the spec.
func (b *builder) along(e int32, s float64) float64 {
	return roundMM(min(max(s-b.heads[e], 0), b.net.Edges[e].Length))
}
