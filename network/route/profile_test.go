package route_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/network/route"
)

const (
	interval  = 60.0 // s
	intervals = 10
)

// rushHour returns a profile with jams that come and go: one vehicle for most arcs and intervals, whose time is random and
// may fall by any amount from one interval to the next.
func rushHour(rng *rand.Rand, r *route.Router, n int) *route.Profile {
	p := r.NewProfile(0, interval, intervals)
	for e := range n {
		from := network.EdgeID(e)
		for _, arc := range r.Arcs(from) {
			for k := range intervals {
				if rng.IntN(4) > 0 {
					p.Add(from, arc.To, interval*(float64(k)+rng.Float64()), r.FreeTime(from)*(1+8*rng.Float64()*rng.Float64()))
				}
			}
		}
	}
	p.Complete()
	return p
}

// TestTimeDependentWaysEqualBruteForce compares with the least of all walks of up to so many edges, on random networks.
func TestTimeDependentWaysEqualBruteForce(t *testing.T) {
	const seed, longest = 3, 7
	rng := rand.New(rand.NewPCG(seed, 0))
	compared, differs := 0, 0
	for trial := range 150 {
		n := 8 + rng.IntN(8)
		c := randomCity(rng, n)
		for e := range c.Edges {
			c.Edges[e].AccessOnly = false
		}
		r := route.New(&c.Network)
		s, p := r.NewSearcher(), rushHour(rng, r, n)
		q := route.Query{From: network.EdgeID(rng.IntN(n)), Profile: p, Depart: 600 * rng.Float64()}
		least := make([]float64, n)
		for e := range least {
			least[e] = math.Inf(1)
		}
		var walk func(way []network.EdgeID)
		walk = func(way []network.EdgeID) {
			to := way[len(way)-1]
			q.To = to
			cost := s.Cost(q, way)
			if math.IsInf(cost, 1) {
				return
			}
			least[to] = min(least[to], cost)
			if len(way) == longest {
				return
			}
			for _, arc := range r.Arcs(to) {
				walk(append(way, arc.To))
			}
		}
		if !r.Usable(q.From).Has(q.Class) {
			continue
		}
		walk([]network.EdgeID{q.From})
		for to := range n {
			q.To = network.EdgeID(to)
			if q.To == q.From {
				continue
			}
			way, cost, ok := s.Path(nil, q)
			if len(way) > longest {
				continue
			}
			if !ok && math.IsInf(least[to], 1) {
				continue
			}
			if !ok || math.Abs(cost-least[to]) > 1e-3 {
				t.Errorf("seed %d trial %d: %d to %d from %.0f s: %.4f s by %v, %v; brute force %.4f s", seed, trial, q.From, to, q.Depart, cost, way, ok, least[to])
			}
			if free, _, _ := s.Path(nil, route.Query{From: q.From, To: q.To}); !slices.Equal(free, way) {
				differs++
			}
			compared++
		}
	}
	if compared < 200 || differs < 20 {
		t.Errorf("%d ways compared, %d differ from those at free-flow: too few to tell", compared, differs)
	}
}

// TestWhoLeavesLaterArrivesLater is the FIFO property, for the same way and for the best one.
func TestWhoLeavesLaterArrivesLater(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 0))
	c := gridCity(rng, 8)
	n := len(c.Edges)
	r := route.New(&c.Network)
	s := r.NewSearcher()
	p := r.NewProfile(0, interval, intervals)
	for e := range n {
		for _, arc := range r.Arcs(network.EdgeID(e)) {
			for k := range intervals {
				p.Add(network.EdgeID(e), arc.To, interval*float64(k), 400*rng.Float64())
			}
		}
	}
	p.Complete()
	for range 50 {
		q := route.Query{From: network.EdgeID(rng.IntN(n)), To: network.EdgeID(rng.IntN(n)), Profile: p}
		way, _, ok := s.Path(nil, q)
		if !ok || q.From == q.To {
			continue
		}
		lastBest, lastSame := 0.0, 0.0
		for depart := -50.0; depart < 700; depart += 3.7 {
			q.Depart = depart
			_, best, _ := s.Path(nil, q)
			same := s.Cost(q, way)
			if depart+best < lastBest-1e-3 || depart+same < lastSame-1e-3 {
				t.Fatalf("%d to %d: who leaves at %.1f s arrives at %.3f s (%.3f s on one way), who left 3.7 s before at %.3f s (%.3f s)",
					q.From, q.To, depart, depart+best, depart+same, lastBest, lastSame)
			}
			lastBest, lastSame = depart+best, depart+same
		}
	}
}

func TestProfileTellsTheTimesOfEachTurn(t *testing.T) {
	c := newCity()
	start, left, right := c.road(100, 10, network.AllClasses), c.road(100, 10, network.AllClasses), c.road(100, 10, network.AllClasses)
	c.ahead(start, left)
	c.ahead(start, right)
	r := route.New(&c.Network)
	s, p := r.NewSearcher(), r.NewProfile(1000, 100, 4)
	for range 3 {
		p.Add(start, left, 1110, 60)
	}
	p.Add(start, left, 1190, 80)
	p.Complete()
	for _, tc := range []struct {
		to           network.EdgeID
		depart, want float64 // s; at depart the first edge's 10 s at free-flow are over; the last takes 10 s
	}{
		{left, 0, 1 + 10},
		{left, 1050, 1 + 10},
		{left, 1160, 65 - 10 + 10},
		{left, 1110, (11.+65)/2 - 10 + 10},
		{left, 1e6, 1 + 10},
		{right, 1160, 65 - 10 + 10}, // nobody turned there: as long as the others
		{right, 1360, 1 + 10},
	} {
		_, got, ok := s.Path(nil, route.Query{From: start, To: tc.to, Profile: p, Depart: tc.depart})
		if !ok || math.Abs(got-tc.want) > 1e-3 {
			t.Errorf("to %d at %.0f s: %.3f s, %v; want %.3f s", tc.to, tc.depart, got, ok, tc.want)
		}
	}
	q := route.New(&c.Network)
	p = q.NewProfile(0, 100, 1)
	p.Close(left, route.Stretch{From: 100, Until: 200})
	p.Complete()
	for depart, want := range map[float64]bool{50: true, 150: false, 250: true} {
		if _, _, ok := q.NewSearcher().Path(nil, route.Query{From: start, To: left, Profile: p, Depart: depart}); ok != want {
			t.Errorf("a way onto a street that is closed from 100 to 200 s, at %.0f s: %v, want %v", depart, ok, want)
		}
	}
}
