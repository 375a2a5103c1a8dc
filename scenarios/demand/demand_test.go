package demand

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/route"
	"roadtwin/network/sample"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/traffic"
)

var asGiven = Params{Factor: 1, Through: math.NaN()}

const seed = 7

func build(t testing.TB, s *network.Spec) *Places {
	t.Helper()
	net, err := network.Build(s)
	if err != nil {
		t.Fatal(err)
	}
	return Survey(net, nil, route.New(net))
}

func town(t testing.TB) *Places { return build(t, sample.Town(network.RightHand)) }

// trips are the town's from 07:00 to 09:00.
func trips(p *Places, params Params, seed uint64) []traffic.Trip {
	return p.Demand(params, seed, 7*3600, 9*3600).Trips
}

func TestEveryTripCanBeDriven(t *testing.T) {
	p := town(t)
	all := trips(p, asGiven, seed)
	if len(all) < 500 {
		t.Fatalf("%d trips in the town's peak, want at least 500 to judge by", len(all))
	}
	atGate, inside := 0, 0
	for i, trip := range all {
		if trip.Depart < 7*3600 || trip.Depart >= 9*3600 || i > 0 && trip.Depart < all[i-1].Depart {
			t.Fatalf("trip %d departs at %g, out of the period or of order", i, trip.Depart)
		}
		if !p.router.Reachable(trip.From, trip.To, trip.Class) {
			t.Errorf("trip %d: a %s cannot drive from edge %d to %d", i, trip.Class, trip.From, trip.To)
		}
		for _, end := range []tripEnd{{trip.From, trip.FromPos}, {trip.To, trip.ToPos}} {
			if end.pos == traffic.AtBoundary {
				atGate++
				continue
			}
			inside++
			if length := p.net.Edges[end.edge].Length; end.pos < endMargin || end.pos > length-endMargin {
				t.Errorf("trip %d: %g m along an edge of %g m", i, end.pos, length)
			}
			if !p.canStop(end.edge) {
				t.Errorf("trip %d stops on edge %d, where one may not", i, end.edge)
			}
		}
	}
	if atGate == 0 || inside == 0 {
		t.Errorf("%d ends at gates and %d inside, want some of each", atGate, inside)
	}
}

func TestTheSameSeedGivesTheSameTrips(t *testing.T) {
	p := town(t)
	first, second, third := trips(p, asGiven, seed), trips(town(t), asGiven, seed), trips(p, asGiven, seed+1)
	if !sameTrips(first, second) {
		t.Error("the same seed gives other trips")
	}
	if sameTrips(first, third) {
		t.Error("another seed gives the same trips")
	}
}

func TestDoublingDemandKeepsEveryTrip(t *testing.T) {
	p := town(t)
	twice := asGiven
	twice.Factor = 2
	few, many := trips(p, asGiven, seed), trips(p, twice, seed)
	// The number in the period is binomial; its difference from twice has a standard deviation below 2 sqrt(n).
	if d := math.Abs(float64(len(many) - 2*len(few))); d > 6*math.Sqrt(float64(len(few))) {
		t.Errorf("%d trips, and %d with twice the demand", len(few), len(many))
	}
	if missing := without(few, many); len(missing) > 0 {
		t.Errorf("seed %d: %d of %d trips are gone with twice the demand, as %+v", seed, len(missing), len(few), missing[0])
	}
}

func TestAShorterPeriodHasTheSameTrips(t *testing.T) {
	p := town(t)
	whole := trips(p, asGiven, seed)
	early := p.Demand(asGiven, seed, 7*3600, 8*3600).Trips
	late := p.Demand(asGiven, seed, 8*3600, 9*3600).Trips
	if !sameTrips(slices.Concat(early, late), whole) {
		t.Errorf("seed %d: %d + %d trips by halves, %d at once", seed, len(early), len(late), len(whole))
	}
	if night := p.Demand(asGiven, seed, 23*3600, 25*3600).Trips; len(night) == 0 || night[len(night)-1].Depart < 86400 {
		t.Errorf("%d trips across midnight, want some after it", len(night))
	}
}

func sameTrips(a, b []traffic.Trip) bool {
	return slices.EqualFunc(a, b, func(x, y traffic.Trip) bool { return reflect.DeepEqual(x, y) })
}

// without returns the trips of a that are not in b.
func without(a, b []traffic.Trip) (missing []traffic.Trip) {
	key := func(t traffic.Trip) string { return fmt.Sprintf("%+v", t) }
	in := map[string]bool{}
	for _, trip := range b {
		in[key(trip)] = true
	}
	for _, trip := range a {
		if !in[key(trip)] {
			missing = append(missing, trip)
		}
	}
	return missing
}

func TestTripsDoNotDependOnHowEdgesAreNumbered(t *testing.T) {
	spec := sample.Town(network.RightHand)
	p, q := build(t, spec), build(t, relabelled(spec))
	a, b := described(p, trips(p, asGiven, seed)), described(q, trips(q, asGiven, seed))
	if len(a) != len(b) {
		t.Fatalf("%d trips, %d after relabelling", len(a), len(b))
	}
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("seed %d: trip %d is %s, after relabelling %s", seed, i, a[i], b[i])
		}
	}
}

// relabelled returns the same streets with their edges in another order.
func relabelled(s *network.Spec) *network.Spec {
	n := len(s.Edges)
	order := make([]int, n) // new -> old
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Compare(draw.Uint64(1, draw.Test, uint64(a), 0), draw.Uint64(1, draw.Test, uint64(b), 0))
	})
	now := make([]int32, n) // old -> new
	for i, old := range order {
		now[old] = int32(i)
	}
	r := *s
	r.Edges = make([]network.EdgeSpec, n)
	for i, old := range order {
		r.Edges[i] = s.Edges[old]
		if r.Edges[i].Opposite >= 0 {
			r.Edges[i].Opposite = now[r.Edges[i].Opposite]
		}
	}
	rules := func(rules []network.TurnRule) []network.TurnRule {
		rules = slices.Clone(rules)
		for i := range rules {
			rules[i].From, rules[i].To = now[rules[i].From], now[rules[i].To]
		}
		return rules
	}
	r.Bans, r.Onlys = rules(s.Bans), rules(s.Onlys)
	return &r
}

// described writes trips by where their edges are.
func described(p *Places, trips []traffic.Trip) []string {
	at := func(e network.EdgeID) network.Point { return p.net.EdgeLanes(e)[0].Shape[0] }
	text := make([]string, len(trips))
	for i, trip := range trips {
		text[i] = fmt.Sprint(trip.Depart, at(trip.From), trip.FromPos, at(trip.To), trip.ToPos, trip.Class)
	}
	return text
}

func TestParamsDoWhatTheySay(t *testing.T) {
	p := town(t)
	count := func(trips []traffic.Trip, which func(traffic.Trip) bool) (n int) {
		for _, trip := range trips {
			if which(trip) {
				n++
			}
		}
		return n
	}
	passes := func(trip traffic.Trip) bool {
		return trip.FromPos == traffic.AtBoundary && trip.ToPos == traffic.AtBoundary
	}
	none := asGiven
	none.Factor = 0
	if got := trips(p, none, seed); len(got) != 0 {
		t.Errorf("%d trips with factor 0", len(got))
	}
	local := asGiven
	local.Through = 0
	if got := count(trips(p, local, seed), passes); got != 0 {
		t.Errorf("%d trips drive through with through = 0", got)
	}
	passing := asGiven
	passing.Through = 1
	d := p.Demand(passing, seed, 0, 86400)
	if d.counts.purposes[through] == 0 || d.model.sum(inbound)+d.model.volumes[fromHome][outbound] != 0 {
		t.Errorf("with through = 1: %d trips through, %g a day in", d.counts.purposes[through], d.model.sum(inbound))
	}
	fixed := asGiven
	fixed.TripsPerDay = 3000
	if got := len(p.Demand(fixed, seed, 0, 86400).Trips); got < 2990 || got > 3000 {
		t.Errorf("%d trips in 24 hours, want 3000 but for those that lead nowhere", got)
	}
	vans := asGiven
	vans.Classes[network.Van] = 3
	if got := trips(p, vans, seed); count(got, func(trip traffic.Trip) bool { return trip.Class != network.Van }) > 0 {
		t.Error("others than vans travel where classes say vans only")
	}
	night := asGiven
	night.Profile = make([]float64, 24)
	night.Profile[3] = 5
	if got := p.Demand(night, seed, 0, 86400).Trips; count(got, func(trip traffic.Trip) bool {
		return trip.Depart < 3*3600 || trip.Depart >= 4*3600
	}) > 0 || len(got) == 0 {
		t.Errorf("%d trips, want all of them from 3 to 4", len(got))
	}
}

func TestMapsWithoutPlacesHaveNoTrips(t *testing.T) {
	p := build(t, sample.Ring(1000, 2))
	p.spots, p.zones = nil, nil
	if d := p.Demand(asGiven, seed, 0, 86400); len(d.Trips) != 0 {
		t.Errorf("%d trips from nowhere", len(d.Trips))
	}
}

func TestThroughTrafficFitsTheGates(t *testing.T) {
	p := build(t, sample.Grid(sample.GridSpec{Columns: 4, Rows: 3}))
	for i := range p.entries { // as the grid's streets carry none by class
		p.entries[i].pass = float64(100 * (1 + i%3))
	}
	for i := range p.exits {
		p.exits[i].pass = float64(100 * (1 + (i+1)%3))
	}
	scale := passTotal(p.entries) / passTotal(p.exits)
	for i := range p.exits {
		p.exits[i].pass *= scale
	}
	m := &model{places: p}
	m.pairGates()
	columns := make([]float64, len(p.exits))
	for i, row := range m.passing {
		if got := total(row); math.Abs(got/p.entries[i].pass-1) > 0.02 {
			t.Errorf("entry %d carries %.0f, want %.0f", i, got, p.entries[i].pass)
		}
		for j := range row {
			v := row[j]
			if j > 0 {
				v -= row[j-1]
			}
			columns[j] += v
			sameRoad := p.net.Edges[p.entries[i].edge].Opposite == p.exits[j].edge
			if sameRoad && v != 0 {
				t.Errorf("%.0f enter at gate %d and turn back", v, i)
			}
		}
	}
	for j, got := range columns {
		if math.Abs(got/p.exits[j].pass-1) > 0.02 {
			t.Errorf("exit %d carries %.0f, want %.0f", j, got, p.exits[j].pass)
		}
	}
}

func TestDescribeNamesItsAssumptions(t *testing.T) {
	var b strings.Builder
	if err := town(t).Demand(asGiven, seed, 7*3600, 8*3600).Describe(&b); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"07:00 to 08:00", "residents", "jobs", "gates", "through", "car"} {
		if !strings.Contains(b.String(), part) {
			t.Errorf("the description does not say %q:\n%s", part, b.String())
		}
	}
}

func TestProfilesAddUpToOneAndPeakInTheMorning(t *testing.T) {
	for p := range numPurposes {
		sum, d := 0.0, profileOf(p)
		for _, share := range d {
			sum += share
		}
		if math.Abs(sum-1) > 1e-12 {
			t.Errorf("%s: the shares add up to %g", purposeNames[p], sum)
		}
	}
	d := profileOf(fromHome)
	best := 0
	for i := range d {
		if d[i] > d[best] {
			best = i
		}
	}
	if peak := (float64(best) + 0.5) * binLength / 3600; peak < 7.5 || peak > 8.5 {
		t.Errorf("people leave home most at %.2f h, want 7.5 to 8.5", peak)
	}
}

func TestDeparturesFollowTheProfile(t *testing.T) {
	s := newSchedule([numPurposes]float64{fromHome: 1000, through: 500}, nil)
	const n = 200_000
	var counts [bins]float64
	var byPurpose [numPurposes]float64
	for i := range n {
		time, bin := s.departure((float64(i) + 0.5) / n)
		if at := int(time / binLength); at != bin && time != float64(bin+1)*binLength {
			t.Fatalf("a departure at %g s is said to be in bin %d", time, bin)
		}
		counts[bin]++
		byPurpose[s.purpose(bin, draw.Float64(seed, draw.Test, uint64(i), 0))]++
	}
	home, pass := profileOf(fromHome), profileOf(through)
	for i, got := range counts {
		want := (1000*home[i] + 500*pass[i]) / 1500 * n
		if math.Abs(got-want) > 2 {
			t.Errorf("bin %d has %g departures, want %.1f", i, got, want)
		}
	}
	if share := byPurpose[fromHome] / n; math.Abs(share-2.0/3) > 0.01 || byPurpose[toHome]+byPurpose[other] > 0 {
		t.Errorf("%.3f leave home, want 0.667; %v", share, byPurpose)
	}
}

func TestPickIsInProportionAndNeverOfNothing(t *testing.T) {
	row := cumulate([]float64{0, 2, 0, 0, 6, 0})
	for x, want := range map[float64]int{0: 1, 1.9: 1, 2: 4, 7.9: 4, 8: 4, 9: 4} {
		if got := pick(row, x); got != want {
			t.Errorf("pick at %g = %d, want %d", x, got, want)
		}
	}
	counts := make([]int, len(row))
	for i := range 8000 {
		counts[pick(row, (float64(i)+0.5)/1000)]++
	}
	if counts[1] != 2000 || counts[4] != 6000 {
		t.Errorf("picked %v, want 2000 and 6000 where the weights are 2 and 6", counts)
	}
}

func TestNearestAgreesWithLookingAtAll(t *testing.T) {
	p := town(t)
	for i := range uint64(2000) {
		at := network.Point{X: 1200 * (draw.Float64(seed, draw.Test, i, 0) - 0.5), Y: 1200 * (draw.Float64(seed, draw.Test, i, 1) - 0.5)}
		want := math.Inf(1)
		for e := range p.net.Edges {
			shape := p.net.EdgeLanes(network.EdgeID(e))[0].Shape
			for j := 1; p.canStop(network.EdgeID(e)) && j < len(shape); j++ {
				_, d := segment{a: shape[j-1], b: shape[j]}.project(at)
				want = min(want, d)
			}
		}
		edge, along, ok := p.index.nearest(at, attach)
		if ok != (want <= attach) {
			t.Fatalf("seed %d, point %d: found %t, the nearest is %g m away", seed, i, ok, want)
		}
		if !ok {
			continue
		}
		if got := length(at, p.pointAt(edge, along)); math.Abs(got-want) > 0.01 {
			t.Errorf("seed %d, point %d: found %g m away, the nearest is %g", seed, i, got, want)
		}
	}
}

func BenchmarkDemandOfTheTownsDay(b *testing.B) {
	p := town(b)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n = len(p.Demand(asGiven, seed, 0, 86400).Trips)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/trip")
}
