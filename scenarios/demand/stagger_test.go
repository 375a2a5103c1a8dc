package demand

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// morning returns the town's demand from 07:00 to 09:00, doubled.
func morning(p *Places) *Demand {
	return p.Demand(Params{Factor: 2, Through: math.NaN()}, seed, 7*3600, 9*3600)
}

func everybody(rule Rule, most float64) Policy {
	return Policy{Share: 1, Most: most, Earlier: true, Later: true, Rule: rule}
}

func TestStaggeringChangesDeparturesOnly(t *testing.T) {
	p, z, _ := halves(t)
	base := morning(p)
	for name, policy := range map[string]Policy{
		"spread": everybody(Spread, 1800),
		"starts": {Share: 1, Most: 1200, Later: true, Rule: StartTimes, Starts: []float64{0, 600, 1200}},
		"price": {Share: 1, Most: 1800, Earlier: true, Later: true, Rule: PeakPrice, Price: []PricePoint{
			{7 * 3600, 0}, {8 * 3600, 30}, {9 * 3600, 0},
		}},
		"a zone": {Share: 0.5, Most: 900, Earlier: true, Group: Group{To: []int{1}}},
	} {
		d := morning(p)
		sum := d.Stagger([]Policy{policy}, z, seed)
		shifted := 0
		for i := range base.Trips {
			was, is := base.Trips[i], d.Trips[i]
			shift := is.Depart - was.Depart
			if is.Depart = was.Depart; !sameTrip(was, is) || base.About[i].Number != d.About[i].Number {
				t.Fatalf("%s: trip %d changed in more than its departure", name, i)
			}
			if math.Abs(shift) > policy.Most+0.001 || math.Abs(shift-d.About[i].Shift) > 0.001 {
				t.Errorf("%s: trip %d is shifted by %g s and said to be by %g, want at most %g", name, i, shift, d.About[i].Shift, policy.Most)
			}
			if was.Depart+shift < 7*3600 || was.Depart+shift >= 9*3600 {
				t.Errorf("%s: trip %d leaves the period", name, i)
			}
			if shift != 0 {
				shifted++
			}
			if name == "a zone" && shift != 0 && !z.Zone(1).Contains(p.pointAt(was.To, math.Max(0, was.ToPos))) {
				t.Errorf("a trip to the other zone was shifted")
			}
		}
		if shifted != sum.Shifted || shifted < len(base.Trips)/20 {
			t.Errorf("%s: %d trips are shifted and %d said to be, want a twentieth at least", name, shifted, sum.Shifted)
		}
	}
}

func sameTrip(a, b traffic.Trip) bool { return reflect.DeepEqual(a, b) }

func TestWhoCompliesWithLessCompliesWithMore(t *testing.T) {
	p := town(t)
	few, many := morning(p), morning(p)
	policy := everybody(Spread, 1800)
	policy.Share = 0.2
	a := few.Stagger([]Policy{policy}, nil, seed)
	policy.Share = 0.6
	b := many.Stagger([]Policy{policy}, nil, seed)
	for i := range few.About {
		if s := few.About[i].Shift; s != 0 && s != many.About[i].Shift {
			t.Fatalf("trip %d is shifted by %g s if a fifth complies, by %g if three do", i, s, many.About[i].Shift)
		}
	}
	if got := float64(a.Shifted) / float64(b.Shifted); math.Abs(got-1.0/3) > 0.05 {
		t.Errorf("%.2f as many, want a third", got)
	}
}

// TestSpreadingFlattensAPeak spreads trips that all depart within ten minutes over an hour.
func TestSpreadingFlattensAPeak(t *testing.T) {
	p := town(t)
	d := morning(p)
	for i := range d.Trips {
		d.Trips[i].Depart = 7.75*3600 + math.Mod(float64(i)*7.7, 600)
	}
	policy := everybody(Spread, 3600)
	policy.Window = [2]float64{7.5 * 3600, 8.5 * 3600}
	d.Stagger([]Policy{policy}, nil, seed)
	var quarters [4]int
	for _, trip := range d.Trips {
		q := int((trip.Depart - 7.5*3600) / 900)
		if q < 0 || q > 3 {
			t.Fatalf("a trip departs at %g s, out of the window", trip.Depart)
		}
		quarters[q]++
	}
	want := float64(len(d.Trips)) / 4
	for q, n := range quarters {
		if math.Abs(float64(n)-want) > 5*math.Sqrt(want) {
			t.Errorf("quarter %d has %d departures, want %.0f: %v", q, n, want, quarters)
		}
	}
}

// TestAPlaceHasOneStart has all who go to one street begin at one time.
func TestAPlaceHasOneStart(t *testing.T) {
	p := town(t)
	d := p.Demand(Params{Factor: 4, Through: math.NaN()}, seed, 0, 86400)
	d.Stagger([]Policy{{Share: 1, Most: 3600, Earlier: true, Later: true, Rule: StartTimes, Starts: []float64{-1800, 1800}}}, nil, seed)
	shift := map[network.EdgeID]float64{}
	values := map[float64]int{}
	for i := range d.Trips {
		if dep := d.Trips[i].Depart; dep < 3600 || dep > 82000 {
			continue // where the period cuts shifts off
		}
		to, s := d.Trips[i].To, d.About[i].Shift
		if was, known := shift[to]; known && was != s {
			t.Fatalf("trips to edge %d are shifted by %g and by %g s", to, was, s)
		}
		shift[to] = s
		values[s]++
	}
	if len(values) != 2 {
		t.Errorf("shifts are %v, want the two starts", values)
	}
}

// TestAPriceIsPaidOrAvoided has a driver to whom it matters leave the priced quarter by its nearer end, and another stay.
func TestAPriceIsPaidOrAvoided(t *testing.T) {
	p := Policy{Most: 1800, Price: []PricePoint{{8 * 3600, 10}, {8.25*3600 - 0.001, 10}, {8.25 * 3600, 0}}}
	at := 8*3600 + 11*60.0
	if got := p.cheapest(at, 0, 86400, 1); got != at+240 {
		t.Errorf("departs at %+g s, want 4 minutes later", got-at)
	}
	if got := p.cheapest(at, 0, 86400, 0.3); got != at {
		t.Errorf("departs at %+g s, want to stay: the price is worth 3 minutes to it", got-at)
	}
	if got := p.cheapest(8*3600+120, 0, 86400, 1); got != 8*3600-60 {
		t.Errorf("departs at %g s, want a minute before 8", got)
	}
}

func TestCommutersAreFoundInTheMorning(t *testing.T) {
	p := town(t)
	d := p.Demand(Params{Factor: 3, Through: math.NaN()}, seed, 7*3600, 9*3600)
	var counts [NumPurposes]int
	for i := range d.About {
		counts[d.About[i].Purpose]++
	}
	inside := len(d.About) - counts[Passing]
	if share := float64(counts[Commute]) / float64(inside); share < 0.35 || share > 0.65 {
		t.Errorf("%.2f of the trips of the morning that begin or end here are commutes, want about half: %v", share, counts)
	}
	if !slices.ContainsFunc(counts[School:], func(n int) bool { return n > 0 }) || counts[Unknown] > inside/20 {
		t.Errorf("purposes are %v", counts)
	}
}

func TestDescribeTellsThePolicies(t *testing.T) {
	d := morning(town(t))
	policy := everybody(Spread, 1800)
	policy.Group.Purposes, policy.Share = []Purpose{Commute}, 0.2
	d.Stagger([]Policy{policy}, nil, seed)
	var b strings.Builder
	if err := d.Describe(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"20 % of commute by at most 30 minutes, spread evenly", "minutes earlier or later on average", "commute "} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, b.String())
		}
	}
}
