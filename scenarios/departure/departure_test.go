package departure

import (
	"math"
	"slices"
	"testing"
)

// pointQueue serves travellers in the order of their departures, one every headway (s).
func pointQueue(trips []Trip, headway float64) {
	order := make([]int, len(trips))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		if trips[a].Depart < trips[b].Depart {
			return -1
		}
		return 1
	})
	free := math.Inf(-1)
	for _, i := range order {
		out := math.Max(trips[i].Depart, free)
		trips[i].Travel = out - trips[i].Depart
		free = out + headway
	}
}

// TestDepartureChoiceRelaxesToVickrey has 600 travellers learn at a point queue of 900 an hour.
func TestDepartureChoiceRelaxesToVickrey(t *testing.T) {
	const n, perHour = 600, 900.0
	want := Small.Bottleneck(n, perHour)
	for seed := range uint64(3) {
		trips, wished := make([]Trip, n), make([]float64, n)
		for i := range trips {
			trips[i].Depart = 600 * (float64(i)/n - 0.5)
		}
		d, err := NewDays(Params{Begin: -1.3 * 3600 * n / perHour, End: 0.8 * 3600 * n / perHour, Seed: seed}, wished)
		if err != nil {
			t.Fatal(err)
		}
		mean, longest, last := 0.0, 0.0, 20
		for day := range 120 {
			pointQueue(trips, 3600/perHour)
			worst := 0.0
			for _, trip := range trips {
				worst = math.Max(worst, trip.Travel/3600)
			}
			if d.Day(trips); day == 0 && d.Mean() < 1.5*want.Each {
				t.Errorf("seed %d: the first day costs %.2f already, the equilibrium %.2f: nothing to learn", seed, d.Mean(), want.Each)
			}
			if day >= 100 {
				mean, longest = mean+d.Mean()/float64(last), longest+worst/float64(last)
			}
		}
		if math.Abs(mean/want.Each-1) > 0.1 {
			t.Errorf("seed %d: mean cost %.3f, want %.3f ± 10 %%", seed, mean, want.Each)
		}
		if math.Abs(longest/want.Longest-1) > 0.25 {
			t.Errorf("seed %d: longest queue %.3f h, want %.3f ± 25 %%", seed, longest, want.Longest)
		}
	}
}

// TestClosedFormsAreThePublishedCase holds Bottleneck to the cases of 6_departure/vickrey_bottleneck.json.
func TestClosedFormsAreThePublishedCase(t *testing.T) {
	for _, c := range []struct {
		n                                  int
		perHour                            float64
		cost                               Cost
		each, longest, begin, end, optimum float64
	}{
		{5000, 4000, Small, 3.8801, 0.6063, 0.9949, 0.2551, 9700.26 / 5000},
		{2000, 1800, Small, 3.449, 0.5389, 0.8844, 0.2268, 3448.98 / 2000},
		{3600, 1800, Cost{10, 5, 20}, 8, 0.8, 1.6, 0.4, 4},
	} {
		v := c.cost.Bottleneck(c.n, c.perHour)
		for what, pair := range map[string][2]float64{
			"cost": {v.Each, c.each}, "longest": {v.Longest, c.longest}, "begin": {v.Begin, c.begin}, "end": {v.End, c.end}, "optimum": {v.Optimum, c.optimum},
		} {
			if math.Abs(pair[0]-pair[1]) > 0.001 {
				t.Errorf("%d at %.0f an hour: %s %.4f, want %.4f", c.n, c.perHour, what, pair[0], pair[1])
			}
		}
	}
}

func TestCostsThatMakeNoSenseAreRefused(t *testing.T) {
	for _, c := range []Cost{{-1, 1, 1}, {1, 2, 3}, {math.NaN(), 1, 1}} {
		if _, err := NewDays(Params{Cost: c, End: 3600}, nil); err == nil {
			t.Errorf("%+v was accepted", c)
		}
	}
	if _, err := NewDays(Params{Begin: 10, End: 5}, nil); err == nil {
		t.Error("an empty time was accepted")
	}
}

func TestNobodyGainsWhereThereIsNoQueue(t *testing.T) {
	trips, wished := make([]Trip, 50), make([]float64, 50)
	d, err := NewDays(Params{Begin: -3600, End: 3600, Noise: 0.001}, wished)
	if err != nil {
		t.Fatal(err)
	}
	for i := range trips {
		trips[i] = Trip{Depart: -300, Travel: 300}
	}
	for range 30 {
		d.Day(trips)
		for i := range trips {
			trips[i].Travel = 300
		}
	}
	for i := range trips {
		if math.Abs(trips[i].Depart+300) > 120 {
			t.Fatalf("traveller %d departs at %.0f s, want about 300 s before the wished arrival", i, trips[i].Depart)
		}
	}
}
