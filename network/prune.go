package network

import "slices"

// PruneReport says what Prune left out.
type PruneReport struct {
	Share        float64 // of the lane metres open to cars that were in the largest part before pruning
	DroppedEdges int
	DroppedLanes int     // those of dropped edges included
	DroppedKm    float64 // of edges
	DroppedLane  float64 // lane-km
	Rounds       int     // of pruning until nothing was left to drop
}

// Prune builds the network of s without what a car cannot both reach and leave: it keeps the largest part of the lane
// graph (Components), drops the other lanes (those closed to cars stay beside lanes that stay), edges without lanes and
// junctions without edges, and repeats until nothing changes. It returns the remaining spec too; s is left as it is.
func Prune(s *Spec) (*Spec, *Network, PruneReport, error) {
	var report PruneReport
	if err := s.check(); err != nil {
		return nil, nil, report, err
	}
	for {
		// The lane graph needs no shapes.
		b := newBuilder(s)
		b.layTopology()
		lengths := b.roughLengths()
		label, share := b.net.Components(Car)
		if report.Rounds == 0 {
			report.Share = share
		}
		if complete(b.net, label) {
			return s, b.finish(), report, nil
		}
		next := without(s, b.net, label)
		report.Rounds++
		report.count(b.net, lengths, label, next)
		s = next
	}
}

// roughLengths sets the lengths of edges and lanes to those of the uncut shapes.
func (b *builder) roughLengths() []float64 {
	lengths := make([]float64, len(b.lines))
	for e := range b.lines {
		lengths[e] = PolylineLength(b.lines[e])
		b.net.Edges[e].Length = lengths[e]
		for i := range b.net.Edges[e].NumLanes {
			b.net.Lanes[int32(b.net.Edges[e].FirstLane)+i].Length = lengths[e]
		}
	}
	return lengths
}

// keepLane tells whether a lane stays: in part 0, or closed to cars.
func keepLane(label int32) bool { return label <= 0 }

func (r *PruneReport) count(n *Network, lengths []float64, label []int32, next *Spec) {
	r.DroppedEdges += len(n.Edges) - len(next.Edges)
	for e := range n.Edges {
		kept := keptLanes(n, EdgeID(e), label)
		if len(kept) == 0 {
			r.DroppedKm += lengths[e] / 1000
		}
		gone := int(n.Edges[e].NumLanes) - len(kept)
		r.DroppedLanes += gone
		r.DroppedLane += float64(gone) * lengths[e] / 1000
	}
}

// keptLanes returns the indices of the lanes of e that stay; none unless a car lane is among them.
func keptLanes(n *Network, e EdgeID, label []int32) []int {
	kept := make([]int, 0, 8) // stays on the stack
	open := false
	for i := range n.Edges[e].NumLanes {
		l := label[int32(n.Edges[e].FirstLane)+i]
		if keepLane(l) {
			kept = append(kept, int(i))
			open = open || l == 0
		}
	}
	if !open {
		return nil
	}
	return kept
}

// complete tells whether all lanes stay.
func complete(n *Network, label []int32) bool {
	for e := range n.Edges {
		if len(keptLanes(n, EdgeID(e), label)) < int(n.Edges[e].NumLanes) {
			return false
		}
	}
	return true
}

// without returns s without the lanes that do not stay.
func without(s *Spec, n *Network, label []int32) *Spec {
	c := *s
	out := &c
	out.Edges, out.Junctions = make([]EdgeSpec, 0, len(s.Edges)), nil
	edges := make([]int32, len(s.Edges)) // new index
	for e := range s.Edges {
		edges[e] = None
		kept := keptLanes(n, EdgeID(e), label)
		if len(kept) == 0 {
			continue
		}
		edges[e] = int32(len(out.Edges))
		edge := s.Edges[e]
		if len(kept) < len(edge.Lanes) {
			edge.Lanes, edge.LaneShapes = nil, nil
			for _, i := range kept {
				edge.Lanes = append(edge.Lanes, s.Edges[e].Lanes[i])
				if len(s.Edges[e].LaneShapes) > 0 {
					edge.LaneShapes = append(edge.LaneShapes, s.Edges[e].LaneShapes[i])
				}
			}
		}
		out.Edges = append(out.Edges, edge)
	}
	out.renumber(s, edges)
	out.Bans = renumberRules(append(bansForLost(s, n, edges), s.Bans...), edges)
	out.Onlys = renumberRules(s.Onlys, edges)
	out.keepDetails(s, n, label, edges)
	return out
}

// renumber gives the edges of s their opposites and junctions, and drops junctions without edges. s is a part of whole,
// and edges holds the new number of each edge of whole.
func (s *Spec) renumber(whole *Spec, edges []int32) {
	junctions := make([]int32, len(whole.Junctions))
	for j := range junctions {
		junctions[j] = None
	}
	for i := range s.Edges {
		junctions[s.Edges[i].From], junctions[s.Edges[i].To] = 0, 0
	}
	s.Junctions = make([]JunctionSpec, 0, len(whole.Junctions))
	for j := range junctions {
		if junctions[j] == None {
			continue
		}
		junctions[j] = int32(len(s.Junctions))
		s.Junctions = append(s.Junctions, whole.Junctions[j])
	}
	s.Programs = renumberPrograms(whole.Programs, compactControllers(s.Junctions))
	for i := range s.Edges {
		e := &s.Edges[i]
		e.From, e.To = junctions[e.From], junctions[e.To]
		if e.Opposite != None {
			e.Opposite = edges[e.Opposite]
		}
	}
}

// compactControllers renumbers cabinets without gaps, in the order of their first junctions.
func compactControllers(junctions []JunctionSpec) (renumbered map[int32]int32) {
	renumbered = map[int32]int32{}
	for i := range junctions {
		j := &junctions[i]
		if j.Controller == None {
			continue
		}
		id, ok := renumbered[j.Controller]
		if !ok {
			id = int32(len(renumbered))
			renumbered[j.Controller] = id
		}
		j.Controller = id
	}
	return renumbered
}

func renumberPrograms(programs []ProgramSpec, controllers map[int32]int32) []ProgramSpec {
	var out []ProgramSpec
	for _, p := range programs {
		if id, ok := controllers[p.Controller]; ok {
			out = append(out, ProgramSpec{id, p.Program})
		}
	}
	return out
}

// keepDetails takes over from whole what hangs on lanes and edges that stay.
func (s *Spec) keepDetails(whole *Spec, n *Network, label []int32, edges []int32) {
	s.PathBans, s.Connections, s.Crossings, s.BusStops = nil, nil, nil, nil
	for _, b := range whole.PathBans {
		kept := BanSpec{Classes: b.Classes, When: b.When}
		for _, e := range b.Edges {
			if edges[e] != None {
				kept.Edges = append(kept.Edges, edges[e])
			}
		}
		if len(kept.Edges) == len(b.Edges) {
			s.PathBans = append(s.PathBans, kept)
		}
	}
	lane := func(e, index int32) int32 {
		return int32(slices.Index(keptLanes(n, EdgeID(e), label), int(index)))
	}
	renumbered := make([]int32, len(whole.Connections))
	for i, c := range whole.Connections {
		renumbered[i] = None
		if edges[c.From] == None || edges[c.To] == None {
			continue
		}
		c.FromLane, c.ToLane = lane(c.From, c.FromLane), lane(c.To, c.ToLane)
		c.From, c.To = edges[c.From], edges[c.To]
		if c.FromLane >= 0 && c.ToLane >= 0 {
			renumbered[i] = int32(len(s.Connections))
			s.Connections = append(s.Connections, c)
		}
	}
	for i := range s.Connections {
		s.Connections[i].Yields = renumberYields(s.Connections[i].Yields, renumbered)
	}
	for _, c := range whole.Crossings {
		if c.Edge = edges[c.Edge]; c.Edge != None {
			s.Crossings = append(s.Crossings, c)
		}
	}
	for _, b := range whole.BusStops {
		if b.Edge = edges[b.Edge]; b.Edge != None {
			s.BusStops = append(s.BusStops, b)
		}
	}
}

// renumberYields drops connections that are gone.
func renumberYields(yields, renumbered []int32) []int32 {
	var out []int32
	for _, y := range yields {
		if renumbered[y] != None {
			out = append(out, renumbered[y])
		}
	}
	return out
}

// bansForLost returns bans in place of the mandatory exits that are gone: the other exits stay forbidden.
func bansForLost(s *Spec, n *Network, edges []int32) []TurnRule {
	var bans []TurnRule
	for _, r := range s.Onlys {
		if edges[r.From] == None || edges[r.To] != None {
			continue
		}
		for _, x := range n.Junctions[s.Edges[r.From].To].Out {
			mandatory := slices.ContainsFunc(s.Onlys, func(o TurnRule) bool {
				return o.From == r.From && o.To == int32(x) && o.Classes&r.Classes != 0
			})
			if !mandatory {
				bans = append(bans, TurnRule{r.From, int32(x), r.Classes})
			}
		}
	}
	return bans
}

// renumberRules drops rules whose edges are gone.
func renumberRules(rules []TurnRule, edges []int32) []TurnRule {
	var out []TurnRule
	for _, r := range rules {
		if edges[r.From] != None && edges[r.To] != None {
			out = append(out, TurnRule{edges[r.From], edges[r.To], r.Classes})
		}
	}
	return out
}
