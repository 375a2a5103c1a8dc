package route

import (
	"math"

	"roadtwin/network"
)

// numLandmarks is how many landmarks bound each search. Eight make the row of an edge one cache line; four and sixteen
// were not faster, on grids of 5,000 and 50,000 edges.
const numLandmarks = 8

// landmarks hold the free-flow times between a few far-apart edges and all others, and thereby lower bounds between
// any two edges by the triangle inequality (ALT: A. V. Goldberg, C. Harrelson, "Computing the shortest path: A* search
// meets graph theory", SODA 2005). They are measured on the turn graph of all classes together and through AccessOnly
// edges too, so they hold for every query.
type landmarks struct {
	rows []row
	// slack is more than rounding to float32 can err on the difference of two entries, s.
	slack float64
}

// row holds the times of one edge in s, +Inf where there is no way.
type row struct {
	from [numLandmarks]float32 // from the end of each landmark to the end of this edge
	to   [numLandmarks]float32 // from the end of this edge to the end of each landmark
}

// bound returns a lower bound in s on the way from the end of the edge with row a to that with row b; +Inf if there
// is none. A difference of two infinities is NaN, which no comparison takes.
func (l *landmarks) bound(a, b *row) float64 {
	var best float32
	for i := range a.from {
		if d := b.from[i] - a.from[i]; d > best {
			best = d
		}
		if d := a.to[i] - b.to[i]; d > best {
			best = d
		}
	}
	return max(0, float64(best)-l.slack)
}

// measure chooses the landmarks, each the farthest from those before (equal ones by id), and sweeps the network from
// and to each.
func measure(r *Router) landmarks {
	n := len(r.net.Edges)
	l := landmarks{rows: make([]row, n)}
	for e := range l.rows {
		for i := range numLandmarks {
			l.rows[e].from[i], l.rows[e].to[i] = float32(math.Inf(1)), float32(math.Inf(1))
		}
	}
	inside := largestComponent(r.first, r.arcs, func(int) bool { return true }, func(Arc) bool { return true })
	out := newSweep(r.first, r.arcs, r.free, false)
	in := newSweep(r.first, r.arcs, r.free, true)
	nearest := make([]float64, n) // from any landmark so far
	for e := range nearest {
		nearest[e] = math.Inf(1)
	}
	// The first landmark is the edge farthest from an arbitrary one.
	at := farthest(inside, nearest)
	if at == network.None {
		return l
	}
	at = farthest(inside, out.run(at))
	longest := 0.0
	for i := range numLandmarks {
		for e, d := range out.run(at) {
			l.rows[e].from[i] = float32(d)
			nearest[e] = min(nearest[e], d)
			longest = longestFinite(longest, d)
		}
		for e, d := range in.run(at) {
			l.rows[e].to[i] = float32(d)
			longest = longestFinite(longest, d)
		}
		if at = farthest(inside, nearest); nearest[at] == 0 {
			break
		}
	}
	l.slack = longest / (1 << 21) // two roundings by 2^-25 and one by 2^-24 of it, and the sums in another order
	return l
}

// farthest returns the edge inside with the largest distance, the first of equal ones; None if there is no edge inside.
func farthest(inside []bool, distance []float64) network.EdgeID {
	best := network.EdgeID(network.None)
	for e, d := range distance {
		if inside[e] && (best == network.None || d > distance[best]) {
			best = network.EdgeID(e)
		}
	}
	return best
}

func longestFinite(a, b float64) float64 {
	if b > a && !math.IsInf(b, 1) {
		return b
	}
	return a
}

// sweep is Dijkstra's algorithm over the whole turn graph at free-flow, along the arcs or against them.
type sweep struct {
	first    []int32
	next     []int32   // the edge at the other end of each arc
	cost     []float64 // s from the end of one to the end of the other
	distance []float64
	done     []bool
	queue    queue
}

// newSweep returns a sweep along the arcs, or against them if backward is set.
func newSweep(first []int32, arcs []Arc, free []float64, backward bool) *sweep {
	n := len(free)
	s := &sweep{
		first: make([]int32, n+1), next: make([]int32, len(arcs)), cost: make([]float64, len(arcs)),
		distance: make([]float64, n), done: make([]bool, n), queue: newQueue(n),
	}
	ends := func(from, a int) (int, int) {
		if backward {
			return int(arcs[a].To), from
		}
		return from, int(arcs[a].To)
	}
	forEachArc(first, func(from, a int) {
		start, _ := ends(from, a)
		s.first[start+1]++
	})
	for e := range free {
		s.first[e+1] += s.first[e]
	}
	fill := append([]int32(nil), s.first...)
	forEachArc(first, func(from, a int) {
		start, end := ends(from, a)
		i := fill[start]
		fill[start]++
		s.next[i] = int32(end)
		s.cost[i] = float64(arcs[a].Turn) + float64(arcs[a].Wait) + free[arcs[a].To]
	})
	return s
}

// forEachArc calls visit with each arc and the edge it leaves.
func forEachArc(first []int32, visit func(from, arc int)) {
	for e := range len(first) - 1 {
		for a := first[e]; a < first[e+1]; a++ {
			visit(e, int(a))
		}
	}
}

// run returns the time in s between start and every edge, +Inf where there is no way; valid until the next run.
func (s *sweep) run(start network.EdgeID) []float64 {
	for e := range s.distance {
		s.distance[e], s.done[e] = math.Inf(1), false
	}
	s.distance[start] = 0
	s.queue.push(int32(start), 0)
	for len(s.queue.heap) > 0 {
		e, d := s.queue.pop()
		s.done[e] = true
		for i := s.first[e]; i < s.first[e+1]; i++ {
			to, through := s.next[i], d+s.cost[i]
			switch {
			case through >= s.distance[to] || s.done[to]:
			case math.IsInf(s.distance[to], 1):
				s.distance[to] = through
				s.queue.push(to, through)
			default:
				s.distance[to] = through
				s.queue.lower(to, through)
			}
		}
	}
	return s.distance
}
