package staggering

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios"
	"roadtwin/scenarios/batch"
	"roadtwin/scenarios/results"
)

func TestTheFrontHasWhatNothingBeats(t *testing.T) {
	points := []Point{{Asked: 30, Saved: 5}, {Asked: 10, Saved: 6}, {Asked: 20, Saved: 4}, {Asked: 40, Saved: 9}, {Asked: 5, Saved: -1}, {Asked: 40, Saved: 8}}
	markFront(points)
	var front []float64
	for i, p := range points {
		if i > 0 && p.Asked < points[i-1].Asked {
			t.Error("points are not in the order of what they ask")
		}
		if p.Front {
			front = append(front, p.Saved)
		}
	}
	if len(front) != 2 || front[0] != 6 || front[1] != 9 {
		t.Errorf("the front saves %v, want 6 and 9", front)
	}
}

func TestPricesFollowTheDelay(t *testing.T) {
	p := Profile{Begin: 25200, Step: 600, Delay: []float64{60, 360, 210}}
	price := p.price(20)
	if len(price) != 3 || price[0].Minutes != 0 || price[1].Minutes != 20 || price[2].Minutes != 10 || price[1].At != 25200+900 {
		t.Errorf("prices %+v, want 0, 20 and 10 minutes", price)
	}
	flat := Profile{Step: 600, Delay: []float64{5, 5}}
	if price := flat.price(20); price[0].Minutes != 0 || price[1].Minutes != 0 {
		t.Errorf("prices %+v where the delay is the same always", price)
	}
}

func TestBetweenIsInTheMiddle(t *testing.T) {
	a, b := Candidate{Rule: "spread", Share: 0.1, Minutes: 10}, Candidate{Rule: "spread", Share: 0.4, Minutes: 40}
	if c, ok := between(&a, &b); !ok || c.Share != 0.2 || c.Minutes != 20 {
		t.Errorf("%+v, %t, want a fifth by 20 minutes", c, ok)
	}
	if _, ok := between(&a, &a); ok {
		t.Error("there is something between a policy and itself")
	}
	if _, ok := between(&a, &Candidate{Rule: "price"}); ok {
		t.Error("there is something between two rules")
	}
}

// search returns a search on the town, all of whose trips depart within ten minutes of an hour.
func search(t *testing.T) *Search {
	t.Helper()
	net, err := network.Build(sample.Town(network.RightHand))
	if err != nil {
		t.Fatal(err)
	}
	city, err := scenarios.CityOf(net)
	if err != nil {
		t.Fatal(err)
	}
	s, err := scenarios.Parse([]byte("map: town\nperiod: {begin: \"07:00\", end: \"07:30\"}\nstep: 0.5\ndemand: {factor: 2}\n"), filepath.Join(t.TempDir(), "s.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := results.Create(filepath.Join(t.TempDir(), "r.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	cities := &batch.Cities{}
	cities.Put(s, city)
	return &Search{
		Study: &batch.Study{Cities: cities, DB: db, Version: "test", Jobs: 1, Options: scenarios.Options{Workers: 1}},
		Base:  s, Candidates: []Candidate{{Rule: "spread", Share: 0.5, Minutes: 10}, {Rule: "price", Share: 1, Minutes: 10, Level: 20}}, Seeds: []uint64{1, 2},
	}
}

func TestASearchEndsWithAFront(t *testing.T) {
	s := search(t)
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !r.Complete || len(r.Points) < 2 || !(r.BaseDelay > 0) {
		t.Fatalf("%+v", r)
	}
	for _, p := range r.Points {
		if p.Pairs != 2 || !(p.Asked > 0) || p.Longest > 10.01 || math.IsNaN(p.Saved) {
			t.Errorf("%+v, want two pairs and some shift, at most 10 minutes each", p)
		}
	}
	again, err := s.Run(t.Context())
	if err != nil || again.Points[0].Saved != r.Points[0].Saved {
		t.Errorf("a second search in the same results: %v", err)
	}
	plot := again.Plot()
	if svg := string(plot.AppendSVG(nil)); strings.Contains(svg, "NaN") {
		t.Error("the plot has numbers that are none")
	}
}

func TestASearchThatIsEndedKeepsWhatItHas(t *testing.T) {
	s := search(t)
	ctx, cancel := context.WithCancel(t.Context())
	s.Told = func(round, _, _ int) {
		if round == 3 {
			cancel()
		}
	}
	r, err := s.Run(ctx)
	if !errors.Is(err, context.Canceled) || r == nil || r.Complete || len(r.Points) == 0 {
		t.Errorf("%+v, %v, want the policies of the first rounds", r, err)
	}
}

func TestSearchesOfNothingAreRefused(t *testing.T) {
	s := search(t)
	s.Candidates = []Candidate{{Rule: "spread", Share: 2, Minutes: 10}}
	if err := s.Check(); err == nil {
		t.Error("a share of 2 was accepted")
	}
	s.Candidates = nil
	if err := s.Check(); err == nil {
		t.Error("no candidates were accepted")
	}
}
