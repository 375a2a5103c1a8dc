package tiles

import (
	"cmp"
	"math"
	"slices"
)

// fanOut is the number of children of a node of the index.
const fanOut = 16

// index finds the boxes that meet a box. It is an R-tree packed by sort-tile-recursive (Leutenegger, Lopez, Edgington:
// STR: a simple and efficient algorithm for R-tree packing, ICDE 1997). It is immutable.
type index struct {
	items  []int32 // which box each leaf entry is
	levels [][]box // levels[0] are the leaf entries' boxes, each further one groups fanOut of the one before
}

func newIndex(boxes []box) *index {
	x := &index{items: make([]int32, len(boxes))}
	for i := range x.items {
		x.items[i] = int32(i)
	}
	x.pack(boxes)
	level := make([]box, len(boxes))
	for i, item := range x.items {
		level[i] = boxes[item]
	}
	x.levels = append(x.levels, level)
	for len(level) > 1 {
		var above []box
		for group := range slices.Chunk(level, fanOut) {
			b := group[0]
			for _, c := range group[1:] {
				b = b.join(c)
			}
			above = append(above, b)
		}
		x.levels = append(x.levels, above)
		level = above
	}
	return x
}

// pack sorts the items into vertical slices of about as many leaves as each slice has, and each slice from north to south.
func (x *index) pack(boxes []box) {
	by := func(middle func(b *box) float64) func(a, b int32) int {
		return func(a, b int32) int {
			return cmp.Or(cmp.Compare(middle(&boxes[a]), middle(&boxes[b])), cmp.Compare(a, b))
		}
	}
	slices.SortFunc(x.items, by(func(b *box) float64 { return b.minX + b.maxX }))
	leaves := math.Ceil(float64(len(boxes)) / fanOut)
	slice := fanOut * int(math.Ceil(math.Sqrt(leaves)))
	if slice == 0 {
		return
	}
	for s := range slices.Chunk(x.items, slice) {
		slices.SortFunc(s, by(func(b *box) float64 { return b.minY + b.maxY }))
	}
}

// search appends the items whose boxes meet b to dst, in no particular order.
func (x *index) search(b box, dst []int32) []int32 {
	if len(x.items) == 0 {
		return dst
	}
	return x.descend(len(x.levels)-1, 0, b, dst)
}

func (x *index) descend(level, node int, b box, dst []int32) []int32 {
	if !x.levels[level][node].meets(b) {
		return dst
	}
	if level == 0 {
		return append(dst, x.items[node])
	}
	for child := node * fanOut; child < min((node+1)*fanOut, len(x.levels[level-1])); child++ {
		dst = x.descend(level-1, child, b, dst)
	}
	return dst
}
