package extract

import (
	"slices"
)

// cut reduces x to box: the nodes within, the ways that have a node within together with all their nodes (complete
// ways), and the relations that have one of these as a member, with all their members listed. Relations of relations
// are not followed.
func (x *Extract) cut(box BBox) {
	var inside []int64
	for i := range x.Nodes {
		if n := &x.Nodes[i]; box.Contains(n.Lon, n.Lat) {
			inside = append(inside, n.ID)
		}
	}
	x.Ways = keep(x.Ways, func(w *Way) bool { return slices.ContainsFunc(w.Nodes, within(inside)) })
	wanted := slices.Clone(inside)
	ways := make([]int64, len(x.Ways))
	for i := range x.Ways {
		w := &x.Ways[i]
		ways[i] = w.ID
		wanted = append(wanted, w.Nodes...)
		w.Nodes, w.Tags = slices.Clone(w.Nodes), slices.Clone(w.Tags)
	}
	slices.Sort(wanted)
	wanted = slices.Compact(wanted)
	isWanted := within(wanted)
	x.Nodes = keep(x.Nodes, func(n *Node) bool { return isWanted(n.ID) })
	for i := range x.Nodes {
		x.Nodes[i].Tags = slices.Clone(x.Nodes[i].Tags)
	}
	isKeptWay := within(ways)
	x.Relations = keep(x.Relations, func(r *Relation) bool {
		return slices.ContainsFunc(r.Members, func(m Member) bool {
			return m.Type == NodeMember && isWanted(m.Ref) || m.Type == WayMember && isKeptWay(m.Ref)
		})
	})
	for i := range x.Relations {
		r := &x.Relations[i]
		r.Members, r.Tags = slices.Clone(r.Members), slices.Clone(r.Tags)
	}
	x.Box = box
}

func within(ids []int64) func(int64) bool {
	return func(id int64) bool {
		_, found := slices.BinarySearch(ids, id)
		return found
	}
}

// keep returns a new slice, so that the memory of what was dropped can be reclaimed.
func keep[T any](items []T, wanted func(*T) bool) []T {
	var kept []T
	for i := range items {
		if wanted(&items[i]) {
			kept = append(kept, items[i])
		}
	}
	return slices.Clip(kept)
}

// Hull returns the smallest box around all nodes, which complete ways may carry far beyond Box; zero without any node.
func (x *Extract) Hull() BBox {
	if len(x.Nodes) == 0 {
		return BBox{}
	}
	first := &x.Nodes[0]
	b := BBox{West: first.Lon, South: first.Lat, East: first.Lon, North: first.Lat}
	for i := range x.Nodes {
		n := &x.Nodes[i]
		b.West, b.East = min(b.West, n.Lon), max(b.East, n.Lon)
		b.South, b.North = min(b.South, n.Lat), max(b.North, n.Lat)
	}
	return b
}
