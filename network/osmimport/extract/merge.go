package extract

import (
	"cmp"
	"slices"
)

// elements are what one block of a file holds, in the order of the file, not yet free of duplicates.
type elements struct {
	nodes     batch[Node]
	ways      batch[Way]
	relations batch[Relation]
	box       BBox // declared in the file's header; zero if it is not
}

// batch is a run of elements of one type, with what decides between duplicates.
type batch[T any] struct {
	items  []T
	stamps []stamp // as long as items
}

func (b *batch[T]) add(item T, s stamp) {
	b.items = append(b.items, item)
	b.stamps = append(b.stamps, s)
}

// stamp is the version of an element, doubled, plus one if that version deletes it.
type stamp int32

// maxVersion is far above any version in OpenStreetMap (the most edited element has some 10,000) and fits a stamp.
const maxVersion = 1 << 29

func newStamp(version int64, deleted bool) stamp {
	s := stamp(min(max(version, 0), maxVersion)) << 1
	if deleted {
		s |= 1
	}
	return s
}

func (s stamp) version() int32 { return int32(s >> 1) }
func (s stamp) deleted() bool  { return s&1 != 0 }

// merge returns the elements of all blocks sorted by id, each id once: the highest version, the last in the file among
// equal ones, nothing if that one is deleted. It empties the blocks as it goes, so that not everything is held twice.
func merge(blocks []*elements) *Extract {
	x := &Extract{}
	for _, b := range blocks {
		if b.box != (BBox{}) {
			x.Box = b.box
		}
	}
	x.Nodes = resolve(blocks, func(e *elements) *batch[Node] { return &e.nodes }, (*Node).key)
	x.Ways = resolve(blocks, func(e *elements) *batch[Way] { return &e.ways }, (*Way).key)
	x.Relations = resolve(blocks, func(e *elements) *batch[Relation] { return &e.relations }, (*Relation).key)
	return x
}

func resolve[T any](blocks []*elements, of func(*elements) *batch[T], key func(*T) int64) []T {
	var n int
	for _, b := range blocks {
		n += len(of(b).items)
	}
	items, stamps := join(blocks, of, n)
	if clean(items, stamps, key) {
		return items
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(
			cmp.Compare(key(&items[a]), key(&items[b])),
			cmp.Compare(stamps[a].version(), stamps[b].version()),
			cmp.Compare(a, b),
		)
	})
	kept := make([]T, 0, n)
	for i, at := range order {
		last := i+1 == n || key(&items[order[i+1]]) != key(&items[at])
		if last && !stamps[at].deleted() {
			kept = append(kept, items[at])
		}
	}
	return kept
}

// join returns what all blocks hold, n elements, in the order of the file, and empties the blocks.
func join[T any](blocks []*elements, of func(*elements) *batch[T], n int) (items []T, stamps []stamp) {
	if len(blocks) == 1 {
		only := of(blocks[0])
		return only.items, only.stamps
	}
	items, stamps = make([]T, 0, n), make([]stamp, 0, n)
	for _, b := range blocks {
		part := of(b)
		items, stamps = append(items, part.items...), append(stamps, part.stamps...)
		*part = batch[T]{}
	}
	return items, stamps
}

// clean reports whether items need no work, as in almost every file: ids strictly ascending, nothing deleted.
func clean[T any](items []T, stamps []stamp, key func(*T) int64) bool {
	for i := range items {
		if stamps[i].deleted() || i > 0 && key(&items[i-1]) >= key(&items[i]) {
			return false
		}
	}
	return true
}
