package network

import (
	"math"
	"slices"
)

// takeConnections makes the movements of the junctions that are Connected, with the lane pairs that the spec has.
func (b *builder) takeConnections() {
	byEdge := map[int32][]*move{}
	for i := range b.spec.Connections {
		c := &b.spec.Connections[i]
		from := &b.spec.Edges[c.From]
		moves := byEdge[c.From]
		at := slices.IndexFunc(moves, func(m *move) bool { return m.to == EdgeID(c.To) })
		if at < 0 {
			m := b.moveBetween(EdgeID(c.From), EdgeID(c.To))
			m.classes = AllClasses
			at = len(moves)
			moves = append(moves, m)
			byEdge[c.From] = moves
			b.moves[from.To] = append(b.moves[from.To], m)
		}
		classes := c.Classes & from.Lanes[c.FromLane].Permitted & b.spec.Edges[c.To].Lanes[c.ToLane].Permitted
		p := lanePair{int(c.FromLane), int(c.ToLane), classes}
		known := slices.ContainsFunc(moves[at].pairs, func(q lanePair) bool { return q.from == p.from && q.to == p.to })
		if classes != 0 && !known {
			moves[at].pairs = append(moves[at].pairs, p)
		}
	}
	for j := range b.moves {
		if !b.spec.Junctions[j].Connected {
			continue
		}
		b.moves[j] = slices.DeleteFunc(b.moves[j], func(m *move) bool { return len(m.pairs) == 0 })
		slices.SortFunc(b.moves[j], func(p, q *move) int {
			if p.from != q.from {
				return int(p.from - q.from)
			}
			return int(p.to - q.to)
		})
		for first := 0; first < len(b.moves[j]); {
			end := first
			for end < len(b.moves[j]) && b.moves[j][end].from == b.moves[j][first].from {
				slices.SortFunc(b.moves[j][end].pairs, comparePairs)
				end++
			}
			b.nameTurns(b.moves[j][first:end])
			first = end
		}
	}
}

// groupAsGiven puts the connectors of an approach into the groups that the spec has for them, if it has for any;
// connectors without one join the group of the nearest lane that has.
func (b *builder) groupAsGiven(id ControllerID, e EdgeID) bool {
	if len(b.spec.Groups) == 0 || !b.spec.Junctions[b.spec.Edges[e].To].Connected {
		return false
	}
	if b.given == nil {
		b.given = map[[4]int32]int32{}
		for i := range b.spec.Connections {
			if c := &b.spec.Connections[i]; c.Group != None {
				b.given[[4]int32{c.From, c.FromLane, c.To, c.ToLane}] = c.Group
			}
		}
	}
	var order []int32 // groups in the order of their first connector
	members := map[int32][]ConnectorID{}
	var loose []ConnectorID
	first := b.net.Edges[e].FirstLane
	for l := range b.net.Edges[e].NumLanes {
		lane := first + LaneID(l)
		for i := range b.net.OutConnectors(lane) {
			c := b.net.Lanes[lane].FirstOut + ConnectorID(i)
			to := &b.net.Lanes[b.net.Connectors[c].To]
			g, ok := b.given[[4]int32{int32(e), l, int32(to.Edge), to.Index}]
			if b.net.Connectors[c].Control != Signal {
				continue // beside the signals
			}
			if !ok {
				loose = append(loose, c)
				continue
			}
			if _, known := members[g]; !known {
				order = append(order, g)
			}
			members[g] = append(members[g], c)
		}
	}
	if len(order) == 0 {
		return false
	}
	for _, c := range loose {
		lane := b.net.Connectors[c].From
		best := slices.MinFunc(order, func(p, q int32) int {
			return b.laneGap(members[p], lane) - b.laneGap(members[q], lane)
		})
		members[best] = append(members[best], c)
	}
	for _, g := range order {
		slices.Sort(members[g])
		b.addGroup(id, e, members[g], "")
		group := &b.net.SignalGroups[len(b.net.SignalGroups)-1]
		group.Lights = slices.Clone(b.spec.Groups[g].Lights)
		if name := b.spec.Groups[g].Name; name != "" {
			group.Name = name
		}
	}
	return true
}

// laneGap returns how many lanes lie between lane and the nearest from which one of the connectors leads.
func (b *builder) laneGap(cons []ConnectorID, lane LaneID) int {
	gap := math.MaxInt32
	for _, c := range cons {
		from := b.net.Connectors[c].From
		gap = min(gap, int(max(from-lane, lane-from)))
	}
	return gap
}
