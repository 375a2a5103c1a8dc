package route_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/network/route"
)

// place puts every edge between junctions of its own, as far as keys of edges look at them.
func (c *city) place(rng *rand.Rand) {
	for e := range c.Edges {
		at := network.JunctionID(len(c.Junctions))
		for range 2 {
			c.Junctions = append(c.Junctions, network.Junction{Position: network.Point{X: 5000 * rng.Float64(), Y: 5000 * rng.Float64()}})
		}
		c.Edges[e].From, c.Edges[e].To = at, at+1
	}
}

// fork is a start, an end, and a way of pieces edges for each length in m between them, at 10 m/s.
func fork(pieces int, lengths ...float64) (c *city, start, end network.EdgeID) {
	c = newCity()
	start, end = c.road(100, 10, network.AllClasses), c.road(100, 10, network.AllClasses)
	for _, length := range lengths {
		at := start
		for range pieces {
			e := c.road(length/float64(pieces), 10, network.AllClasses)
			c.ahead(at, e)
			at = e
		}
		c.ahead(at, end)
	}
	c.place(rand.New(rand.NewPCG(9, 9)))
	return c, start, end
}

// shares returns the share of travellers on each way of a fork.
func shares(t *testing.T, c *city, start, end network.EdgeID, pieces int, spread float64) []float64 {
	t.Helper()
	r := route.New(&c.Network)
	s, p := r.NewSearcher(), r.NewPerception(spread)
	const travellers = 10000
	n := make([]float64, (len(c.Edges)-2)/pieces)
	for i := range travellers {
		way, _, ok := s.Choose(nil, route.Query{From: start, To: end, Perception: p, Traveller: uint64(i) * 0x9e3779b97f4a7c15})
		if !ok || len(way) != pieces+2 {
			t.Fatalf("traveller %d: %v, %v", i, way, ok)
		}
		n[(int(way[1])-2)/pieces] += 1.0 / travellers
	}
	return n
}

func TestEquallyLongWaysAreTakenByEquallyMany(t *testing.T) {
	for _, pieces := range []int{1, 5, 40} {
		c, start, end := fork(pieces, 4000, 4000)
		got := shares(t, c, start, end, pieces, 0.1)
		if math.Abs(got[0]-0.5) > 0.02 { // four standard deviations of the count
			t.Errorf("%d pieces: %.3f take the first, want 0.5", pieces, got[0])
		}
	}
}

// TestProbit compares the share on the longer of two ways of 600 s and more with the closed form of the probit model: the
// difference of two perceived times is normal, with a variance of spread²·600 s·(t1+t2) (Sheffi 1985, eq. 11.8 with his β =
// spread²·600 s). Ours differ by what gamma distributed errors, bounded below, and the two standard deviations on which
// searches rely make: at most 0.03.
func TestProbit(t *testing.T) {
	const pieces = 60
	for _, tc := range []struct{ spread, longer float64 }{{0.1, 1.05}, {0.1, 1.1}, {0.2, 1.1}, {0.2, 1.2}, {0.05, 1.05}} {
		c, start, end := fork(pieces, 6000, 6000*tc.longer)
		got := shares(t, c, start, end, pieces, tc.spread)[1]
		deviation := tc.spread * math.Sqrt(600*(600+600*tc.longer))
		want := 0.5 * math.Erfc(600*(tc.longer-1)/deviation/math.Sqrt2)
		if math.Abs(got-want) > 0.03 {
			t.Errorf("spread %g, %g times as long: %.3f take it, want %.3f", tc.spread, tc.longer, got, want)
		}
	}
}

// TestDividingAStreetChangesNothing is why errors are gamma distributed: the shares do not depend on the number of edges.
func TestDividingAStreetChangesNothing(t *testing.T) {
	for _, pieces := range []int{5, 20, 100} {
		c, start, end := fork(pieces, 6000, 6600)
		if got := shares(t, c, start, end, pieces, 0.1)[1]; math.Abs(got-0.240) > 0.025 {
			t.Errorf("%d pieces: %.3f take the longer way, want 0.24", pieces, got)
		}
	}
}

func TestNobodyTakesAnUnreasonableWay(t *testing.T) {
	c, start, end := fork(10, 3000, 3000*(1+route.MaxDetour)+200)
	if got := shares(t, c, start, end, 10, route.MaxSpread)[1]; got > 0 {
		t.Errorf("%.4f take a way that is too long", got)
	}
}

// TestChosenWaysAreReasonable looks at a grid with uneven traffic: no way is longer than it may be, none comes to a junction
// twice, what is said to be its cost is, and travellers differ.
func TestChosenWaysAreReasonable(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 0))
	c := gridCity(rng, 20)
	r := route.New(&c.Network)
	s, p := r.NewSearcher(), r.NewPerception(0.1)
	n := len(c.Edges)
	times := jam(rng, r, n)
	quickest, excess, found := 0, 0.0, 0
	for range 400 {
		q := route.Query{From: network.EdgeID(rng.IntN(n)), To: network.EdgeID(rng.IntN(n)), Times: times}
		best, least, ok := s.Path(nil, q)
		if !ok || q.From == q.To {
			continue
		}
		for traveller := range 5 {
			q.Perception, q.Traveller = p, rng.Uint64()
			way, cost, ok := s.Choose(nil, q)
			if !ok || cost < least-1e-6 || cost > least*(1+route.MaxDetour)+1e-6 {
				t.Fatalf("traveller %d from %d to %d: %.3f s, %v; the quickest way takes %.3f s", traveller, q.From, q.To, cost, ok, least)
			}
			if again := s.Cost(q, way); math.Abs(again-cost) > 1e-6 {
				t.Fatalf("%v: takes %.6f s, said to take %.6f s", way, again, cost)
			}
			if perceived := s.PerceivedCost(q, way); perceived > s.PerceivedCost(q, best)+1e-6 && !slices.Equal(way, best) {
				t.Fatalf("%v: perceived as %.3f s, the quickest as %.3f s", way, perceived, s.PerceivedCost(q, best))
			}
			if slices.Equal(way, best) {
				quickest++
			}
			excess += cost/least - 1
			found++
		}
	}
	t.Logf("%d ways, %.0f %% of them the quickest, %.1f %% longer in the mean", found, 100*float64(quickest)/float64(found), 100*excess/float64(found))
	if quickest == 0 || quickest > found*9/10 {
		t.Errorf("%d of %d ways are the quickest", quickest, found)
	}
}

// TestTravellersKeepTheirTaste: what somebody thinks of a street depends neither on others nor on how edges are numbered.
func TestTravellersKeepTheirTaste(t *testing.T) {
	c, start, end := fork(4, 3000, 3100, 3200)
	// The same network with its edges numbered backwards.
	n := len(c.Edges)
	turned := &city{network.Network{Junctions: c.Junctions}}
	other := func(e network.EdgeID) network.EdgeID { return network.EdgeID(n-1) - e }
	for e := range n {
		old := c.Edges[other(network.EdgeID(e))]
		turned.road(old.Length, 10, network.AllClasses)
		turned.Edges[e].From, turned.Edges[e].To = old.From, old.To
	}
	for _, m := range c.Movements {
		turned.ahead(other(m.From), other(m.To))
	}
	r, q := route.New(&c.Network), route.New(&turned.Network)
	s, u := r.NewSearcher(), q.NewSearcher()
	p, v := r.NewPerception(0.1), q.NewPerception(0.1)
	for traveller := range uint64(500) {
		way, _, _ := s.Choose(nil, route.Query{From: start, To: end, Perception: p, Traveller: traveller})
		same, _, _ := u.Choose(nil, route.Query{From: other(start), To: other(end), Perception: v, Traveller: traveller})
		for i := range same {
			same[i] = other(same[i])
		}
		if !slices.Equal(way, same) {
			t.Fatalf("traveller %d: %v, with other numbers %v", traveller, way, same)
		}
	}
}

// BenchmarkChoose is BenchmarkPath for travellers who misjudge times.
func BenchmarkChoose(b *testing.B) {
	for _, side := range []int{36, 112} {
		rng := rand.New(rand.NewPCG(1, 0))
		c := gridCity(rng, side)
		c.place(rng)
		n := len(c.Edges)
		r := route.New(&c.Network)
		b.Run(fmt.Sprintf("edges=%d", n), func(b *testing.B) {
			s, p, rng := r.NewSearcher(), r.NewPerception(0.1), rand.New(rand.NewPCG(2, 0))
			var dst []network.EdgeID
			b.ReportAllocs()
			for b.Loop() {
				q := route.Query{
					From: network.EdgeID(rng.IntN(n)), To: network.EdgeID(rng.IntN(n)), Perception: p, Traveller: rng.Uint64(),
				}
				dst, _, _ = s.Choose(dst[:0], q)
			}
		})
	}
}
