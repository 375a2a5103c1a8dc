package jams

import (
	"cmp"
	"math"
	"slices"
)

// Forecast is a bottleneck over several runs: of one variant, with different seeds.
type Forecast struct {
	Edge     int     `json:"edge"`
	OSMWay   int64   `json:"osm_way"`
	Street   string  `json:"street"`
	Cause    Cause   `json:"cause"` // the commonest
	Runs     int     `json:"runs"`  // in which it was active
	Of       int     `json:"of_runs"`
	Onset    Spread  `json:"onset_s"`          // first minute of activity, s after midnight, over the runs in which it was
	Active   Spread  `json:"active_s"`         // how long
	Longest  Spread  `json:"longest_m"`        // the longest queue
	Delay    Spread  `json:"delay_h"`          // vehicle hours
	Vehicles Spread  `json:"vehicles"`         // trips delayed
	Spilled  Spread  `json:"spilled"`          // edges whose queue filled them
	Upstream []int   `json:"upstream"`         // edges of its queue in any run, those of most runs first
	Likely   float64 `json:"probability"`      // of activity: Runs over Of
	Expected float64 `json:"expected_delay_h"` // mean over all runs
}

// Spread is how a number differs between runs.
type Spread struct {
	Mean float64 `json:"mean"`
	SD   float64 `json:"sd"`
	Min  float64 `json:"min"`
	Max  float64 `json:"max"`
}

func spreadOf(values []float64) (s Spread) {
	n := float64(len(values))
	s.Min, s.Max = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		s.Mean += v / n
		s.Min, s.Max = math.Min(s.Min, v), math.Max(s.Max, v)
	}
	for _, v := range values {
		s.SD += (v - s.Mean) * (v - s.Mean)
	}
	if n > 1 {
		s.SD = math.Sqrt(s.SD / (n - 1))
	} else {
		s.SD = 0
	}
	return s
}

// Over joins the bottlenecks of several runs by their heads; those that cost most, in the mean over all runs, come first.
func Over(runs [][]Bottleneck) []Forecast {
	byEdge := map[int][]*Bottleneck{}
	for i := range runs {
		for k := range runs[i] {
			b := &runs[i][k]
			byEdge[b.Edge] = append(byEdge[b.Edge], b)
		}
	}
	var all []Forecast
	for _, same := range byEdge { // in any order: is sorted
		all = append(all, forecast(same, len(runs)))
	}
	slices.SortFunc(all, func(a, b Forecast) int {
		return cmp.Or(cmp.Compare(b.Expected, a.Expected), cmp.Compare(a.Edge, b.Edge))
	})
	return all
}

func forecast(same []*Bottleneck, runs int) Forecast {
	f := Forecast{Edge: same[0].Edge, OSMWay: same[0].OSMWay, Street: same[0].Street, Runs: len(same), Of: runs, Likely: float64(len(same)) / float64(runs), Upstream: []int{}}
	of := func(value func(*Bottleneck) float64) Spread {
		values := make([]float64, len(same))
		for i, b := range same {
			values[i] = value(b)
		}
		return spreadOf(values)
	}
	f.Onset = of(func(b *Bottleneck) float64 { return b.Begin })
	f.Active = of(func(b *Bottleneck) float64 { return b.Active })
	f.Longest = of(func(b *Bottleneck) float64 { return b.Longest })
	f.Delay = of(func(b *Bottleneck) float64 { return b.Delay })
	f.Vehicles = of(func(b *Bottleneck) float64 { return float64(b.Vehicles) })
	f.Spilled = of(func(b *Bottleneck) float64 { return float64(b.Spilled) })
	f.Expected = f.Delay.Mean * f.Likely
	causes, upstream := map[Cause]int{}, map[int]int{}
	for _, b := range same {
		causes[b.Cause]++
		for _, e := range b.Upstream {
			upstream[e]++
		}
	}
	for c, n := range causes {
		if n > causes[f.Cause] || n == causes[f.Cause] && c < f.Cause {
			f.Cause = c
		}
	}
	for e := range upstream {
		f.Upstream = append(f.Upstream, e)
	}
	slices.SortFunc(f.Upstream, func(a, b int) int { return cmp.Or(cmp.Compare(upstream[b], upstream[a]), cmp.Compare(a, b)) })
	return f
}
