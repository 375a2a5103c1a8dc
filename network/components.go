package network

import (
	"cmp"
	"slices"
)

// Components labels the strongly connected parts of the lane graph for a class: a lane leads to the lanes that its
// connectors lead to and, by changing lanes, to those beside it. Whatever leaves the map at a boundary may come back at
// any: the outer world is one node.
//
// Parts are numbered from the longest (in metres of lane), ties by their first lane; lanes closed to the class have
// label -1. share is the part of all open lane metres that is in part 0, in [0, 1].
func (n *Network) Components(class VehicleClass) (label []int32, share float64) {
	g := laneGraph{net: n, class: class}
	found := g.components()
	return n.rankParts(found, class)
}

// rankParts renumbers parts by length.
func (n *Network) rankParts(found []int32, class VehicleClass) (label []int32, share float64) {
	type part struct {
		length float64
		first  int
	}
	var parts []part
	var total float64
	for l := range n.Lanes {
		if !n.Lanes[l].Permitted.Has(class) {
			found[l] = None
			continue
		}
		for int(found[l]) >= len(parts) {
			parts = append(parts, part{first: len(n.Lanes)})
		}
		p := &parts[found[l]]
		p.length += n.Lanes[l].Length
		p.first = min(p.first, l)
		total += n.Lanes[l].Length
	}
	order := make([]int32, len(parts))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(parts[b].length, parts[a].length), cmp.Compare(parts[a].first, parts[b].first))
	})
	rank := make([]int32, len(parts))
	for i, p := range order {
		rank[p] = int32(i)
	}
	for l, f := range found {
		if f >= 0 {
			found[l] = rank[f]
		}
	}
	if total > 0 {
		share = parts[order[0]].length / total
	}
	return found, share
}

// laneGraph is the graph of the lanes open to a class; its last node is the outer world.
type laneGraph struct {
	net   *Network
	class VehicleClass
	// entries are the lanes that lead away from boundaries.
	entries []LaneID
}

// successor returns the i-th successor of node v; ok is false if there are no more, skip if this one is closed.
func (g *laneGraph) successor(v int32, i int32) (w int32, skip, ok bool) {
	n := g.net
	if int(v) == len(n.Lanes) {
		if int(i) >= len(g.entries) {
			return 0, false, false
		}
		return int32(g.entries[i]), false, true
	}
	l := &n.Lanes[v]
	e := &n.Edges[l.Edge]
	switch {
	case i < l.NumOut:
		c := &n.Connectors[int32(l.FirstOut)+i]
		return int32(c.To), !c.Permitted.Has(g.class), true
	case i == l.NumOut:
		return v - 1, l.Index == 0 || !n.Lanes[v-1].Permitted.Has(g.class), true
	case i == l.NumOut+1:
		return v + 1, l.Index == e.NumLanes-1 || !n.Lanes[v+1].Permitted.Has(g.class), true
	case i == l.NumOut+2:
		return int32(len(n.Lanes)), !n.Junctions[e.To].Boundary, true
	}
	return 0, false, false
}

// components returns a part number for each lane (Tarjan 1972, without recursion). Closed lanes are parts of their own.
func (g *laneGraph) components() []int32 {
	n := g.net
	for l := range n.Lanes {
		if n.Junctions[n.Edges[n.Lanes[l].Edge].From].Boundary && n.Lanes[l].Permitted.Has(g.class) {
			g.entries = append(g.entries, LaneID(l))
		}
	}
	nodes := len(n.Lanes) + 1
	t := tarjan{
		index: make([]int32, nodes), low: make([]int32, nodes), part: make([]int32, nodes),
	}
	for v := range t.part {
		t.part[v] = None
	}
	for v := range int32(nodes) {
		if t.index[v] == 0 {
			t.visit(g, v)
		}
	}
	// The world is no lane; its part number may be its own and is then unused.
	return t.part[:len(n.Lanes)]
}

type tarjan struct {
	index, low, part []int32 // index 0: not visited; part None: not finished
	open             []int32 // visited, not in a part yet
	path             []frame
	clock, parts     int32
}

type frame struct{ v, next int32 }

func (t *tarjan) enter(v int32) {
	t.clock++
	t.index[v], t.low[v] = t.clock, t.clock
	t.open = append(t.open, v)
	t.path = append(t.path, frame{v: v})
}

func (t *tarjan) visit(g *laneGraph, root int32) {
	t.enter(root)
	for len(t.path) > 0 {
		f := &t.path[len(t.path)-1]
		v := f.v
		w, skip, ok := g.successor(v, f.next)
		if ok {
			f.next++
			switch {
			case skip:
			case t.index[w] == 0:
				t.enter(w)
			case t.part[w] == None:
				t.low[v] = min(t.low[v], t.index[w])
			}
			continue
		}
		t.leave(v)
	}
}

// leave finishes v, and its part if v is the first of it.
func (t *tarjan) leave(v int32) {
	t.path = t.path[:len(t.path)-1]
	if len(t.path) > 0 {
		up := t.path[len(t.path)-1].v
		t.low[up] = min(t.low[up], t.low[v])
	}
	if t.low[v] != t.index[v] {
		return
	}
	for {
		w := t.open[len(t.open)-1]
		t.open = t.open[:len(t.open)-1]
		t.part[w] = t.parts
		if w == v {
			break
		}
	}
	t.parts++
}
