package tiles

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"roadtwin/network/osmimport/extract"
)

// chain is a line along nodes, open or closed.
type chain struct {
	nodes  []int64
	points []orb.Point // of the nodes, on the world
}

func (c *chain) closed() bool { return len(c.nodes) > 3 && c.nodes[0] == c.nodes[len(c.nodes)-1] }

func (c *chain) reverse() {
	slices.Reverse(c.nodes)
	slices.Reverse(c.points)
}

// chainOf returns the part of a way whose nodes the extract has.
func chainOf(x *extract.Extract, nodes []int64) chain {
	var c chain
	for _, id := range nodes {
		if n, ok := x.Node(id); ok {
			c.nodes = append(c.nodes, id)
			c.points = append(c.points, world(n.Lon, n.Lat))
		}
	}
	return c
}

// joinWays joins chains that share end nodes into rings; what stays open is returned too.
func joinWays(chains []chain) (rings []orb.Ring, open []chain) {
	ends := make(map[int64][]int) // chains that begin or end at a node
	used := make([]bool, len(chains))
	for i := range chains {
		c := &chains[i]
		if len(c.nodes) < 2 {
			used[i] = true
			continue
		}
		ends[c.nodes[0]] = append(ends[c.nodes[0]], i)
		ends[c.nodes[len(c.nodes)-1]] = append(ends[c.nodes[len(c.nodes)-1]], i)
	}
	for i := range chains {
		if used[i] {
			continue
		}
		used[i] = true
		c := chain{slices.Clone(chains[i].nodes), slices.Clone(chains[i].points)}
		for range 2 { // grow at the end, then, turned round, at the other
			for !c.closed() && c.grow(chains, used, ends) {
			}
			c.reverse()
		}
		if c.closed() {
			rings = append(rings, orb.Ring(c.points))
		} else {
			open = append(open, c)
		}
	}
	return rings, open
}

// grow appends an unused chain that begins or ends where c ends.
func (c *chain) grow(chains []chain, used []bool, ends map[int64][]int) bool {
	last := c.nodes[len(c.nodes)-1]
	for _, i := range ends[last] {
		if used[i] {
			continue
		}
		used[i] = true
		next := chain{slices.Clone(chains[i].nodes), slices.Clone(chains[i].points)}
		if next.nodes[0] != last {
			next.reverse()
		}
		c.nodes = append(c.nodes, next.nodes[1:]...)
		c.points = append(c.points, next.points[1:]...)
		return true
	}
	return false
}

// maxOpen bounds the open chains that closeUp, which is quadratic, tries to join.
const maxOpen = 100

// closeUp makes rings of chains that the edge of the extract has cut open, by joining the ends that are nearest to one
// another, again and again. For the two banks of a river that gives the water between them; where it guesses wrong, an
// area outside of the map is too large or too small.
func closeUp(open []chain) (rings []orb.Ring) {
	if len(open) > maxOpen {
		return nil
	}
	lines := make([][]orb.Point, len(open))
	for i := range open {
		lines[i] = open[i].points
	}
	for len(lines) > 0 {
		a, b, turnA, turnB := nearestEnds(lines)
		if a == b {
			rings = append(rings, append(orb.Ring(lines[a]), lines[a][0]))
			lines = slices.Delete(lines, a, a+1)
			continue
		}
		if turnA { // the join is at the end of a and the beginning of b
			slices.Reverse(lines[a])
		}
		if turnB {
			slices.Reverse(lines[b])
		}
		lines[a] = append(lines[a], lines[b]...)
		lines = slices.Delete(lines, b, b+1)
	}
	return slices.DeleteFunc(rings, func(r orb.Ring) bool { return len(r) < 4 })
}

// nearestEnds returns the two ends that are nearest: of lines a and b, a's beginning if turnA else its end, b's end if
// turnB else its beginning. a == b closes the line on itself.
func nearestEnds(lines [][]orb.Point) (a, b int, turnA, turnB bool) {
	best := math.Inf(1)
	try := func(i, j int, p, q orb.Point, ti, tj bool) {
		if d := planar.DistanceSquared(p, q); d < best {
			best, a, b, turnA, turnB = d, i, j, ti, tj
		}
	}
	for i, l := range lines {
		first, last := l[0], l[len(l)-1]
		try(i, i, last, first, false, false)
		for j := i + 1; j < len(lines); j++ {
			m := lines[j]
			begin, end := m[0], m[len(m)-1]
			try(i, j, last, begin, false, false)
			try(i, j, last, end, false, true)
			try(i, j, first, begin, true, false)
			try(i, j, first, end, true, true)
		}
	}
	return a, b, turnA, turnB
}

// polygonsOf assembles a multipolygon relation: https://wiki.openstreetmap.org/wiki/Relation:multipolygon.
func polygonsOf(x *extract.Extract, r *extract.Relation) []orb.Polygon {
	var outer, inner []chain
	for _, m := range r.Members {
		if m.Type != extract.WayMember {
			continue
		}
		way, ok := x.Way(m.Ref)
		if !ok {
			continue
		}
		if m.Role == "inner" {
			inner = append(inner, chainOf(x, way.Nodes))
		} else {
			outer = append(outer, chainOf(x, way.Nodes))
		}
	}
	outers, open := joinWays(outer)
	outers = append(outers, closeUp(open)...)
	inners, _ := joinWays(inner) // an island that is cut open is left out
	polygons := make([]orb.Polygon, len(outers))
	for i, ring := range outers {
		polygons[i] = orb.Polygon{ring}
	}
	for _, hole := range inners {
		if at := enclosing(outers, hole); at >= 0 {
			polygons[at] = append(polygons[at], hole)
		}
	}
	return polygons
}

// enclosing returns the smallest of the rings that contain hole, -1 if none does.
func enclosing(rings []orb.Ring, hole orb.Ring) int {
	best, area := -1, math.Inf(1)
	for i, r := range rings {
		if !r.Bound().Contains(hole[0]) || !planar.RingContains(r, hole[0]) {
			continue
		}
		if a := math.Abs(twiceArea(r)); a < area {
			best, area = i, a
		}
	}
	return best
}
