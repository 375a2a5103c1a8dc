package demand

import (
	"cmp"
	"math"
	"slices"

	"roadtwin/network"
)

// indexCell is the side of a cell of the index, m: a few street segments each.
const indexCell = 80.0

// index finds the edge nearest to a point among some edges of a network.
type index struct {
	net   *network.Network
	rank  []int32 // of each edge: an order that does not depend on its number
	cells map[cell][]segment
}

type cell struct{ x, y int32 }

// segment is a straight piece of the kerb lane of an edge.
type segment struct {
	edge network.EdgeID
	from float64 // m along the edge at a
	a, b network.Point
}

func cellOf(p network.Point, side float64) cell {
	return cell{int32(math.Floor(p.X / side)), int32(math.Floor(p.Y / side))}
}

// newIndex indexes the edges for which include is true.
func newIndex(net *network.Network, rank []int32, include func(network.EdgeID) bool) *index {
	ix := &index{net: net, rank: rank, cells: map[cell][]segment{}}
	for e := range net.Edges {
		if !include(network.EdgeID(e)) {
			continue
		}
		from := 0.0
		shape := net.EdgeLanes(network.EdgeID(e))[0].Shape
		for i := 1; i < len(shape); i++ {
			from = ix.addLine(segment{network.EdgeID(e), from, shape[i-1], shape[i]})
		}
	}
	return ix
}

// addLine adds s in pieces of at most four cells, and returns how far along the edge it ends.
func (ix *index) addLine(s segment) float64 {
	whole := length(s.a, s.b)
	n := int(math.Ceil(whole / (4 * indexCell)))
	from, a, end := s.from, s.a, s.b
	for i := 1; i <= n; i++ {
		part := float64(i) / float64(n)
		b := network.Point{X: s.a.X + float64(part*(end.X-s.a.X)), Y: s.a.Y + float64(part*(end.Y-s.a.Y))}
		ix.add(segment{s.edge, from, a, b})
		from, a = s.from+float64(part*whole), b
	}
	return from
}

// add puts a segment into every cell that its bounding box touches.
func (ix *index) add(s segment) {
	low := cellOf(network.Point{X: min(s.a.X, s.b.X), Y: min(s.a.Y, s.b.Y)}, indexCell)
	high := cellOf(network.Point{X: max(s.a.X, s.b.X), Y: max(s.a.Y, s.b.Y)}, indexCell)
	for x := low.x; x <= high.x; x++ {
		for y := low.y; y <= high.y; y++ {
			c := cell{x, y}
			ix.cells[c] = append(ix.cells[c], s)
		}
	}
}

// nearest returns the edge nearest to p within a distance (m) and how far along it the nearest point is. Of equally near
// edges, to the millimetre, the one of lower rank counts.
func (ix *index) nearest(p network.Point, within float64) (edge network.EdgeID, at float64, ok bool) {
	centre := cellOf(p, indexCell)
	best := math.Inf(1)
	edge = network.None
	for ring := int32(0); float64(ring-1)*indexCell <= min(within, best); ring++ {
		for x := centre.x - ring; x <= centre.x+ring; x++ {
			step := int32(1)
			if x != centre.x-ring && x != centre.x+ring {
				step = max(1, 2*ring) // only the border of the ring is new
			}
			for y := centre.y - ring; y <= centre.y+ring; y += step {
				for _, s := range ix.cells[cell{x, y}] {
					along, d := s.project(p)
					d = math.Round(d*1000) / 1000
					if d < best || d == best && ix.rank[s.edge] < ix.rank[edge] {
						best, edge, at = d, s.edge, s.from+along
					}
				}
			}
		}
	}
	return edge, at, best <= within
}

// project returns how far along the segment the point nearest to p is, and how far away, m.
func (s segment) project(p network.Point) (along, distance float64) {
	dx, dy := s.b.X-s.a.X, s.b.Y-s.a.Y
	square := float64(dx*dx) + float64(dy*dy)
	if square == 0 {
		return 0, length(s.a, p)
	}
	t := (float64((p.X-s.a.X)*dx) + float64((p.Y-s.a.Y)*dy)) / square
	t = max(0, min(1, t))
	foot := network.Point{X: s.a.X + float64(t*dx), Y: s.a.Y + float64(t*dy)}
	return t * math.Sqrt(square), length(foot, p)
}

func length(a, b network.Point) float64 {
	dx, dy := b.X-a.X, b.Y-a.Y
	return math.Sqrt(float64(dx*dx) + float64(dy*dy))
}

// ranks returns for every edge its place in an order by geometry and origin, so that nothing depends on how edges are
// numbered.
func ranks(net *network.Network) []int32 {
	order := make([]network.EdgeID, len(net.Edges))
	for e := range order {
		order[e] = network.EdgeID(e)
	}
	slices.SortFunc(order, func(a, b network.EdgeID) int {
		p, q := net.EdgeLanes(a)[0].Shape, net.EdgeLanes(b)[0].Shape
		return cmp.Or(
			comparePoints(p[0], q[0]), comparePoints(p[len(p)-1], q[len(q)-1]),
			cmp.Compare(net.Edges[a].OSMWay, net.Edges[b].OSMWay), cmp.Compare(net.Edges[a].Length, net.Edges[b].Length),
			cmp.Compare(a, b))
	})
	rank := make([]int32, len(order))
	for i, e := range order {
		rank[e] = int32(i)
	}
	return rank
}

func comparePoints(a, b network.Point) int {
	return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y))
}
