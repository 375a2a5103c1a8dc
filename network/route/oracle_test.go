package route_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/graph/path"
	"gonum.org/v1/gonum/graph/simple"

	"roadtwin/network"
	"roadtwin/network/route"
)

// TestCostsEqualDijkstras compares with gonum's Dijkstra on the turn graph written out in full: a node for each edge
// on each of the three stretches of a route (access roads, others, access roads).
func TestCostsEqualDijkstras(t *testing.T) {
	const seed = 11
	rng := rand.New(rand.NewPCG(seed, 0))
	found := 0
	for trial := range 25 {
		n := 30 + rng.IntN(170)
		c := randomCity(rng, n)
		r := route.New(&c.Network)
		s := r.NewSearcher()
		for range 6 {
			from, class := network.EdgeID(rng.IntN(n)), network.VehicleClass(rng.IntN(int(network.NumVehicleClasses)))
			var times []float64
			if rng.IntN(2) == 0 {
				times = jam(rng, r, n)
			}
			shortest := path.DijkstraFrom(simple.Node(stage(c, from)*n+int(from)), writtenOut(c, r, class, times))
			for to := range n {
				want := math.Inf(1)
				for k := range 3 {
					want = min(want, shortest.WeightTo(int64(k*n+to)))
				}
				if !r.Usable(from).Has(class) {
					want = math.Inf(1)
				}
				_, got, ok := s.Path(nil, route.Query{From: from, To: network.EdgeID(to), Class: class, Times: times})
				switch {
				case !ok && math.IsInf(want, 1):
				case !ok || math.Abs(got-want) > 1e-6:
					t.Fatalf("seed %d trial %d: %d to %d as %v: %.9f s, %v; Dijkstra %.9f s", seed, trial, from, to, class, got, ok, want)
				case from != network.EdgeID(to):
					found++
				}
			}
		}
	}
	if found < 2000 {
		t.Errorf("seed %d: only %d routes compared", seed, found)
	}
}

// jam returns travel times of up to five times free-flow, with a few closed edges.
func jam(rng *rand.Rand, r *route.Router, n int) []float64 {
	times := make([]float64, n)
	for e := range times {
		times[e] = r.FreeTime(network.EdgeID(e)) * (1 + 4*max(0, rng.Float64()-0.5))
		if rng.IntN(20) == 0 {
			times[e] = math.Inf(1)
		}
	}
	return times
}

// stage returns the stretch on which a route that begins on e begins.
func stage(c *city, e network.EdgeID) int {
	if c.Edges[e].AccessOnly {
		return 0
	}
	return 1
}

// writtenOut returns the graph whose node k·n+e is the end of edge e on stretch k.
func writtenOut(c *city, r *route.Router, class network.VehicleClass, times []float64) *simple.WeightedDirectedGraph {
	n := len(c.Edges)
	time := func(e network.EdgeID) float64 {
		if times == nil {
			return r.FreeTime(e)
		}
		return times[e]
	}
	g := simple.NewWeightedDirectedGraph(0, math.Inf(1))
	for i := range 3 * n {
		g.AddNode(simple.Node(i))
	}
	for e := range n {
		from := network.EdgeID(e)
		for _, arc := range r.Arcs(from) {
			excess := time(from) - r.FreeTime(from)
			if math.IsInf(excess, 1) {
				excess = 0 // only the first edge of a route can be a closed one
			}
			w := float64(arc.Turn) + max(0, float64(arc.Wait)-excess) + time(arc.To)
			if !arc.Permitted.Has(class) || math.IsInf(w, 1) || arc.To == from {
				continue
			}
			for k := range 3 {
				if (k == 1) == c.Edges[from].AccessOnly {
					continue
				}
				next := k
				switch access := c.Edges[arc.To].AccessOnly; {
				case k == 2 && !access:
					continue
				case k == 0 && !access:
					next = 1
				case k == 1 && access:
					next = 2
				}
				u, v := int64(k*n+e), int64(next*n+int(arc.To))
				if old, ok := g.Weight(u, v); !ok || w < old {
					g.SetWeightedEdge(simple.WeightedEdge{F: simple.Node(u), T: simple.Node(v), W: w})
				}
			}
		}
	}
	return g
}
