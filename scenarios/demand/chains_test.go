package demand

import (
	"math"
	"strings"
	"testing"

	"roadtwin/vehicles/traffic"
)

// TestChainsHangTogether follows each person of the town through a day.
func TestChainsHangTogether(t *testing.T) {
	p := town(t)
	d := p.FromChains(DefaultChains(), Params{Factor: 4, Through: math.NaN()}, seed, 0, 2*86400)
	last := map[uint64]int{} // trip by person
	chained, same := 0, 0
	for i := range d.Trips {
		if d.About[i].Number&(1<<63) != 0 {
			continue // not of a chain
		}
		person := d.About[i].Number / maxActivities
		if at, known := last[person]; known {
			chained++
			before, now := &d.Trips[at], &d.Trips[i]
			if now.Depart < before.Depart+chainParking {
				t.Fatalf("person %d departs at %g and again at %g s", person, before.Depart, now.Depart)
			}
			if before.ToPos == traffic.AtBoundary != (now.FromPos == traffic.AtBoundary) {
				t.Errorf("person %d left by a gate and did not come back by one, or the other way about", person)
			}
			if before.ToPos != traffic.AtBoundary {
				if before.To != now.From || before.ToPos != now.FromPos {
					t.Errorf("person %d arrives on edge %d and departs from edge %d", person, before.To, now.From)
				}
				same++
			}
			if before.Class != now.Class {
				t.Errorf("person %d changes vehicles", person)
			}
		}
		last[person] = i
	}
	if chained < 200 || same < 100 {
		t.Errorf("%d trips follow another and %d of them begin where that ended, want hundreds", chained, same)
	}
}

// TestChainsMakeAsMuchTrafficAsTrips compares a day of chains with one of the default demand.
func TestChainsMakeAsMuchTrafficAsTrips(t *testing.T) {
	p := town(t)
	params := Params{Factor: 4, Through: math.NaN()}
	trips, chains := p.Demand(params, seed, 0, 86400), p.FromChains(DefaultChains(), params, seed, 0, 86400)
	if ratio := float64(len(chains.Trips)) / float64(len(trips.Trips)); ratio < 0.7 || ratio > 1.3 {
		t.Errorf("%d trips of chains and %d of the default demand", len(chains.Trips), len(trips.Trips))
	}
	evening := 0
	for i := range chains.Trips {
		if h := chains.Trips[i].Depart / 3600; h >= 15 && h < 19 {
			evening++
		}
	}
	if share := float64(evening) / float64(len(chains.Trips)); share < 0.2 || share > 0.45 {
		t.Errorf("%.2f of the trips depart from 15 to 19, want a peak in the afternoon", share)
	}
	var b strings.Builder
	if err := chains.Describe(&b); err != nil || !strings.Contains(b.String(), "home-work-shop-home") || !strings.Contains(b.String(), "stays: home 1.5") {
		t.Errorf("%v, no assumptions in\n%s", err, b.String())
	}
}

func TestChainsAreChecked(t *testing.T) {
	for want, c := range map[string]Chain{
		"want 3 to 12":         {[]Activity{AtHome, AtHome}, 1},
		"home first and last":  {[]Activity{AtHome, AtWork, AtShop}, 1},
		"home twice in a row":  {[]Activity{AtHome, AtWork, AtHome, AtHome}, 1},
		"share 0, want above":  {[]Activity{AtHome, AtWork, AtHome}, 0},
		"share NaN, want abov": {[]Activity{AtHome, AtWork, AtHome}, math.NaN()},
	} {
		if err := c.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", c.Activities, err, want)
		}
	}
	for _, c := range DefaultChains() {
		if err := c.Check(); err != nil {
			t.Errorf("%v: %v", &c, err)
		}
	}
}
