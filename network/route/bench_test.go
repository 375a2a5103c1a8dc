package route_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"roadtwin/network"
	"roadtwin/network/route"
)

// gridCity is a grid of side×side signalised junctions with two-way streets of 80 to 200 m, every fifth one faster.
func gridCity(rng *rand.Rand, side int) *city {
	c := newCity()
	type end struct{ x, y, dx, dy int }
	leaving := map[end]network.EdgeID{}
	var ends []end
	for y := range side {
		for x := range side {
			for _, d := range [][2]int{{1, 0}, {0, 1}, {-1, 0}, {0, -1}} {
				if x+d[0] < 0 || x+d[0] >= side || y+d[1] < 0 || y+d[1] >= side {
					continue
				}
				limit := 8.3
				if d[0] != 0 && y%5 == 0 || d[1] != 0 && x%5 == 0 {
					limit = 13.9
				}
				e := end{x, y, d[0], d[1]}
				leaving[e] = c.road(80+120*rng.Float64(), limit, network.AllClasses)
				ends = append(ends, e)
			}
		}
	}
	for _, e := range ends {
		for _, t := range []struct {
			dx, dy int
			turn   network.Turn
		}{{e.dx, e.dy, network.Through}, {-e.dy, e.dx, network.Left}, {e.dy, -e.dx, network.Right}} {
			if to, ok := leaving[end{e.x + e.dx, e.y + e.dy, t.dx, t.dy}]; ok {
				c.turn(leaving[e], to, t.turn, network.Signal, network.AllClasses)
			}
		}
	}
	return c
}

// BenchmarkPath finds routes between random edges, at free-flow and in uneven traffic.
func BenchmarkPath(b *testing.B) {
	for _, side := range []int{36, 112} {
		rng := rand.New(rand.NewPCG(1, 0))
		c := gridCity(rng, side)
		n := len(c.Edges)
		r := route.New(&c.Network)
		slow := make([]float64, n)
		for e := range slow {
			slow[e] = r.FreeTime(network.EdgeID(e)) * (1 + 2*rng.Float64()*rng.Float64())
		}
		for _, times := range [][]float64{nil, slow} {
			b.Run(fmt.Sprintf("edges=%d/jammed=%v", n, times != nil), func(b *testing.B) {
				s, rng := r.NewSearcher(), rand.New(rand.NewPCG(2, 0))
				var dst []network.EdgeID
				b.ReportAllocs()
				for b.Loop() {
					q := route.Query{From: network.EdgeID(rng.IntN(n)), To: network.EdgeID(rng.IntN(n)), Times: times}
					dst, _, _ = s.Path(dst[:0], q)
				}
			})
		}
	}
}

func BenchmarkNew(b *testing.B) {
	c := gridCity(rand.New(rand.NewPCG(1, 0)), 36)
	for b.Loop() {
		route.New(&c.Network)
	}
}

func TestSearchAllocatesNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 0))
	c := gridCity(rng, 12)
	n := len(c.Edges)
	s := route.New(&c.Network).NewSearcher()
	dst := make([]network.EdgeID, 0, n)
	if got := testing.AllocsPerRun(200, func() {
		dst, _, _ = s.Path(dst[:0], route.Query{From: network.EdgeID(rng.IntN(n)), To: network.EdgeID(rng.IntN(n))})
	}); got != 0 {
		t.Errorf("%.1f allocations a search, want 0", got)
	}
}
