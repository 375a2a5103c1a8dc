package route_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/graph/path"
	"gonum.org/v1/gonum/graph/simple"

	"roadtwin/network"
	"roadtwin/network/route"
)

const (
	hour = 3600.0
	day  = 24 * hour
)

// daily returns the same hours on every day of the week.
func daily(from, to uint16) network.Schedule {
	var s network.Schedule
	for d := range uint16(7) {
		s = append(s, network.Span{From: d*1440 + from*60, To: d*1440 + to*60})
	}
	return s
}

func (c *city) ban(when network.Schedule, classes network.ClassSet, edges ...network.EdgeID) {
	c.Bans = append(c.Bans, network.Ban{Edges: edges, Classes: classes, When: when})
}

// TestWayRoundABannedPath: from a over b one may not go on to d, but whoever came onto b otherwise may.
func TestWayRoundABannedPath(t *testing.T) {
	c := newCity()
	road := func(length float64) network.EdgeID { return c.road(length, 10, network.AllClasses) }
	a, other, b, loop, d := road(100), road(100), road(100), road(300), road(100)
	c.ahead(a, b)
	c.ahead(other, b)
	c.ahead(b, d)
	c.ahead(b, loop)
	c.ahead(loop, b)
	c.ban(nil, network.AllClasses&^network.SetOf(network.Bus), a, b, d)
	r := route.New(&c.Network)
	s := r.NewSearcher()
	for _, tc := range []struct {
		what string
		q    route.Query
		want []network.EdgeID
	}{
		{"round the loop", route.Query{From: a, To: d}, []network.EdgeID{a, b, loop, b, d}},
		{"a bus is excepted", route.Query{From: a, To: d, Class: network.Bus}, []network.EdgeID{a, b, d}},
		{"from elsewhere", route.Query{From: other, To: d}, []network.EdgeID{other, b, d}},
		{"begun on b", route.Query{From: b, To: d}, []network.EdgeID{b, d}},
		{"on b, having come from a", route.Query{From: b, To: d, Behind: []network.EdgeID{d, a}}, []network.EdgeID{b, loop, b, d}},
		{"on b, having come from elsewhere", route.Query{From: b, To: d, Behind: []network.EdgeID{a, other}}, []network.EdgeID{b, d}},
	} {
		if got, _, ok := s.Path(nil, tc.q); !ok || !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, %v; want %v", tc.what, got, ok, tc.want)
		}
	}
	if r.Allows([]network.EdgeID{a, b}, d, network.Car, 0) || !r.Allows([]network.EdgeID{a, b}, d, network.Bus, 0) ||
		!r.Allows([]network.EdgeID{other, b}, d, network.Car, 0) {
		t.Error("Allows does not say what Path does")
	}
}

// TestBansHoldAtTheirHours: a turn that is forbidden and a street that is closed from 7 to 9, at the time of arrival.
func TestBansHoldAtTheirHours(t *testing.T) {
	c := newCity()
	road := func(length float64) network.EdgeID { return c.road(length, 10, network.AllClasses) }
	a, b, d, detour, street := road(100), road(6000), road(100), road(60000), road(100)
	c.ahead(a, b)
	c.ahead(b, d)
	c.ahead(b, detour)
	c.ahead(detour, d)
	c.ahead(d, street)
	c.ban(daily(7, 9), network.AllClasses, b, d)
	c.ban(daily(12, 13), network.AllClasses, street)
	s := route.New(&c.Network).NewSearcher()
	direct, round := []network.EdgeID{a, b, d}, []network.EdgeID{a, b, detour, d}
	for _, tc := range []struct {
		depart float64
		to     network.EdgeID
		want   []network.EdgeID
	}{
		{6 * hour, d, direct},
		{7*hour - 590, d, round}, // b takes 10 minutes
		{7*hour - 610, d, direct},
		{2*day + 8*hour, d, round},
		{9*hour - 590, d, direct}, // it is 9 when b is driven
		{-7*day + 8*hour, d, round},
		{8 * hour, street, append(slices.Clone(round), street)},
		{11 * hour, street, append(slices.Clone(direct), street)},
		{12 * hour, street, nil},
	} {
		got, _, ok := s.Path(nil, route.Query{From: a, To: tc.to, Depart: tc.depart})
		if ok != (tc.want != nil) || !slices.Equal(got, tc.want) {
			t.Errorf("at %.0f s to %d: %v, %v; want %v", tc.depart, tc.to, got, ok, tc.want)
		}
	}
	if r := route.New(&c.Network); !r.Reachable(a, street, network.Car) {
		t.Error("a street that is closed for an hour is not reachable")
	}
	if got, _, ok := s.Path(nil, route.Query{From: street, To: street, Depart: 12 * hour}); !ok || len(got) != 1 {
		t.Errorf("parked in a closed street: %v, %v", got, ok)
	}
}

func TestCoreKnowsWhatBansCutOff(t *testing.T) {
	c := newCity()
	road := func() network.EdgeID { return c.road(100, 10, network.AllClasses) }
	a, b, d, e := road(), road(), road(), road()
	c.ahead(a, b) // a ring a b d, and e beside it, which only a and b lead to, and which leads back to a
	c.ahead(b, d)
	c.ahead(d, a)
	c.ahead(b, e)
	c.ahead(e, a)
	before := route.New(&c.Network)
	c.ban(nil, network.SetOf(network.Car), a, b, e)
	after := route.New(&c.Network)
	for x := range network.EdgeID(4) {
		if !before.Core(x).Has(network.Car) || !after.Core(x).Has(network.Van) {
			t.Errorf("edge %d is not in the core though nothing is banned", x)
		}
		if got, want := after.Core(x).Has(network.Car), x != e; got != want {
			t.Errorf("with the ban: edge %d in the core %v, want %v", x, got, want)
		}
	}
	if after.Reachable(a, e, network.Car) || !after.Reachable(b, e, network.Car) || !after.Reachable(e, d, network.Car) {
		t.Error("reachability does not follow the ban")
	}
}

// banned is a city with bans on random walks through it; those at times are from noon to three in the afternoon.
func banned(rng *rand.Rand, n int) *city {
	c := randomCity(rng, n)
	r := route.New(&c.Network)
	for range n / 2 {
		walk := []network.EdgeID{network.EdgeID(rng.IntN(n))}
		for want := 1 + rng.IntN(4); len(walk) < want; {
			arcs := r.Arcs(walk[len(walk)-1])
			walk = append(walk, arcs[rng.IntN(len(arcs))].To)
		}
		classes := network.AllClasses
		if rng.IntN(3) == 0 {
			classes = network.ClassSet(1 + rng.IntN(int(network.AllClasses)))
		}
		when := network.Schedule(nil)
		if len(walk) < 3 || rng.IntN(2) == 0 {
			when = daily(12, 15)
		}
		c.ban(when, classes, walk...)
	}
	return c
}

// completes returns the bans that driven, an unbroken path, is the end of.
func completes(c *city, driven []network.EdgeID, class network.VehicleClass, holds func(network.Schedule) bool) bool {
	return slices.ContainsFunc(c.Bans, func(b network.Ban) bool {
		return b.Classes.Has(class) && holds(b.When) && len(driven) >= len(b.Edges) &&
			slices.Equal(driven[len(driven)-len(b.Edges):], b.Edges)
	})
}

// TestCostsWithBansEqualDijkstras compares with gonum's Dijkstra on a graph whose nodes are the last edges driven, on
// each of the three stretches of a route, for moments at which all bans hold and at which only those do that always hold.
func TestCostsWithBansEqualDijkstras(t *testing.T) {
	const seed = 17
	rng := rand.New(rand.NewPCG(seed, 0))
	found, dearer := 0, 0
	for trial := range 40 {
		n := 20 + rng.IntN(40)
		c := banned(rng, n)
		r := route.New(&c.Network)
		s := r.NewSearcher()
		free := *c
		free.Bans = nil
		unbound := route.New(&free.Network).NewSearcher()
		for range 8 {
			q := route.Query{
				From: network.EdgeID(rng.IntN(n)), Class: network.VehicleClass(rng.IntN(int(network.NumVehicleClasses))),
				Depart: []float64{3 * hour, 13 * hour}[rng.IntN(2)],
			}
			if rng.IntN(2) == 0 {
				q.Behind = walkBack(rng, r, q.From, n)
			}
			holds := func(when network.Schedule) bool { return when.Always() || q.Depart == 13*hour }
			costs := expanded(c, r, q, holds)
			for to := range network.EdgeID(n) {
				q.To = to
				want, ok := costs[to]
				if !ok {
					want = math.Inf(1)
				}
				if to == q.From {
					want = 0
				}
				_, got, ok := s.Path(nil, q)
				if !r.Usable(q.From).Has(q.Class) || !r.Usable(to).Has(q.Class) {
					want = math.Inf(1)
				}
				if ok == math.IsInf(want, 1) || ok && math.Abs(got-want) > 1e-6 {
					t.Fatalf("seed %d trial %d: %+v: %.9f s, %v; Dijkstra %.9f s", seed, trial, q, got, ok, want)
				}
				if _, without, _ := unbound.Path(nil, q); ok && to != q.From {
					found++
					if got > without+1e-6 {
						dearer++
					}
				}
			}
		}
	}
	if found < 500 || dearer < 50 {
		t.Errorf("seed %d: %d routes, of them %d made longer by bans: the test needs both", seed, found, dearer)
	}
}

// walkBack returns up to three edges that lead to e, the last of them last.
func walkBack(rng *rand.Rand, r *route.Router, e network.EdgeID, n int) []network.EdgeID {
	var behind []network.EdgeID
	for range rng.IntN(4) {
		var before []network.EdgeID
		for x := range network.EdgeID(n) {
			if slices.ContainsFunc(r.Arcs(x), func(a route.Arc) bool { return a.To == e }) {
				before = append(before, x)
			}
		}
		if len(before) == 0 {
			break
		}
		e = before[rng.IntN(len(before))]
		behind = slices.Insert(behind, 0, e)
	}
	return behind
}

// expanded returns the cost to every edge that q can reach, from a graph written out with the last edges for nodes.
func expanded(c *city, r *route.Router, q route.Query, holds func(network.Schedule) bool) map[network.EdgeID]float64 {
	type place struct {
		stretch int
		driven  string
	}
	const memory = 3 // the longest ban has four edges
	type node struct {
		id     int64
		place  place
		driven []network.EdgeID
	}
	ids := map[place]*node{}
	var list []*node
	g := simple.NewWeightedDirectedGraph(0, math.Inf(1))
	enter := func(stretch int, driven []network.EdgeID) *node {
		driven = driven[max(0, len(driven)-memory):]
		p := place{stretch, fmt.Sprint(driven)}
		if ids[p] == nil {
			ids[p] = &node{int64(len(list)), p, slices.Clone(driven)}
			list = append(list, ids[p])
			g.AddNode(simple.Node(ids[p].id))
		}
		return ids[p]
	}
	enter(stage(c, q.From), append(slices.Clone(q.Behind), q.From))
	for i := 0; i < len(list); i++ {
		u := list[i]
		from := u.driven[len(u.driven)-1]
		for _, arc := range r.Arcs(from) {
			next := nextStage(u.place.stretch, c.Edges[arc.To].AccessOnly)
			driven := append(slices.Clone(u.driven), arc.To)
			if !arc.Permitted.Has(q.Class) || next < 0 || completes(c, driven, q.Class, holds) {
				continue
			}
			v := enter(next, driven)
			w := float64(arc.Turn) + float64(arc.Wait) + r.FreeTime(arc.To)
			if old, ok := g.Weight(u.id, v.id); u.id != v.id && (!ok || w < old) {
				g.SetWeightedEdge(simple.WeightedEdge{F: simple.Node(u.id), T: simple.Node(v.id), W: w})
			}
		}
	}
	shortest := path.DijkstraFrom(simple.Node(0), g)
	costs := map[network.EdgeID]float64{}
	for _, v := range list {
		e := v.driven[len(v.driven)-1]
		if old, ok := costs[e]; !ok || shortest.WeightTo(v.id) < old {
			costs[e] = shortest.WeightTo(v.id)
		}
	}
	return costs
}

// nextStage returns the stretch of a route after going on to an edge; -1 if it may not.
func nextStage(stretch int, access bool) int {
	switch {
	case stretch == 2 && !access:
		return -1
	case stretch == 0 && !access:
		return 1
	case stretch == 1 && access:
		return 2
	}
	return stretch
}

// TestRoutesObeyTheClock checks, on routes under way when bans begin or end, that none is broken at the moment at which
// the route completes it, and that the cost lies between those with fewer and with more bans.
func TestRoutesObeyTheClock(t *testing.T) {
	const seed = 23
	rng := rand.New(rand.NewPCG(seed, 0))
	found, between := 0, 0
	for range 15 {
		n := 30 + rng.IntN(50)
		c := banned(rng, n)
		r := route.New(&c.Network)
		s := r.NewSearcher()
		for range 200 {
			q := route.Query{
				From: network.EdgeID(rng.IntN(n)), To: network.EdgeID(rng.IntN(n)),
				Class:  network.VehicleClass(rng.IntN(int(network.NumVehicleClasses))),
				Depart: []float64{12 * hour, 15 * hour}[rng.IntN(2)] - 200*rng.Float64(),
			}
			got, cost, ok := s.Path(nil, q)
			few, many := q, q
			few.Depart, many.Depart = 3*hour, 13*hour
			_, least, some := s.Path(nil, few)
			_, most, always := s.Path(nil, many)
			if ok && (!some || cost < least-1e-6) || always && (!ok || cost > most+1e-6) {
				t.Fatalf("seed %d: %+v: %.3f s, %v; without the timed bans %.3f s, %v, with them %.3f s, %v",
					seed, q, cost, ok, least, some, most, always)
			}
			if !ok || len(got) < 2 {
				continue
			}
			found++
			if some && cost > least+1e-6 && (!always || cost < most-1e-6) {
				between++
			}
			at := q.Depart
			for i := 1; i < len(got); i++ {
				at += step(r, got[i-1], got[i], q.Class)
				if completes(c, got[:i+1], q.Class, func(when network.Schedule) bool { return when.Active(at) }) {
					t.Fatalf("seed %d: %+v: route %v breaks a ban on edge %d at %.1f s", seed, q, got, got[i], at)
				}
				at += r.FreeTime(got[i])
			}
		}
	}
	if found < 500 || between < 5 {
		t.Errorf("seed %d: %d routes, %d of them met a ban that began or ended: the test needs both", seed, found, between)
	}
}

// step returns the cost of the quickest arc between two edges.
func step(r *route.Router, from, to network.EdgeID, class network.VehicleClass) float64 {
	least := math.Inf(1)
	for _, arc := range r.Arcs(from) {
		if arc.To == to && arc.Permitted.Has(class) {
			least = min(least, float64(arc.Turn)+float64(arc.Wait))
		}
	}
	return least
}

func TestSearchWithBansAllocatesNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(29, 0))
	const n = 200
	c := banned(rng, n)
	r := route.New(&c.Network)
	s := r.NewSearcher()
	dst, behind := make([]network.EdgeID, 0, 4*n), []network.EdgeID{1, 2, 3}
	if got := testing.AllocsPerRun(200, func() {
		q := route.Query{From: network.EdgeID(rng.IntN(n)), To: network.EdgeID(rng.IntN(n)), Depart: 13 * hour, Behind: behind}
		dst, _, _ = s.Path(dst[:0], q)
	}); got != 0 {
		t.Errorf("%.1f allocations a search, want 0", got)
	}
}
