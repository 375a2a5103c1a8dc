package extract

import (
	"cmp"
	"slices"
)

// Node returns the node of that id; ok is false if the extract has none. It takes O(log n).
func (x *Extract) Node(id int64) (node *Node, ok bool) { return lookup(x.Nodes, id, (*Node).key) }

// Way returns the way of that id; ok is false if the extract has none. It takes O(log n).
func (x *Extract) Way(id int64) (way *Way, ok bool) { return lookup(x.Ways, id, (*Way).key) }

// Relation returns the relation of that id; ok is false if the extract has none. It takes O(log n).
func (x *Extract) Relation(id int64) (relation *Relation, ok bool) {
	return lookup(x.Relations, id, (*Relation).key)
}

func (n *Node) key() int64     { return n.ID }
func (w *Way) key() int64      { return w.ID }
func (r *Relation) key() int64 { return r.ID }

func lookup[T any](items []T, id int64, key func(*T) int64) (*T, bool) {
	lo, hi := 0, len(items)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if key(&items[mid]) < id {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(items) && key(&items[lo]) == id {
		return &items[lo], true
	}
	return nil, false
}

// sortTags sorts by key and keeps the last of equal keys, which OpenStreetMap's own database does not allow.
func sortTags(tags Tags) Tags {
	if len(tags) == 0 {
		return nil
	}
	byKey := func(a, b Tag) int { return cmp.Compare(a.Key, b.Key) }
	if !slices.IsSortedFunc(tags, byKey) {
		slices.SortStableFunc(tags, byKey)
	}
	n := 1
	for _, t := range tags[1:] {
		if t.Key == tags[n-1].Key {
			tags[n-1] = t
			continue
		}
		tags[n] = t
		n++
	}
	return tags[:n:n]
}
