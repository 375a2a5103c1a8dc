package counts

import (
	"errors"
	"fmt"
	"math"

	"roadtwin/network"
	"roadtwin/network/route"
	"roadtwin/scenarios/demand"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/traffic"
)

// Params say how trips are made of counts.
type Params struct {
	// Oversample is how many candidates there are for a trip of the default demand; 0 is DefaultOversample.
	Oversample float64
	Spread     float64 // of route choice; see scenarios.Routes
	Seed       uint64
	Begin, End float64 // s after midnight between which trips depart; End 0 is from a quarter of an hour before the counts to their end
	Times      Times   // of the ways; nil for those without traffic, somewhat slowed down
}

// DefaultOversample is Params.Oversample if that is 0.
const DefaultOversample = 4

// lead is how long before the first count trips begin if nothing else is asked for, s.
const lead = 900.0

// Estimate is what counts came to.
type Estimate struct {
	Trips []traffic.Trip // with their ways, by departure
	About []demand.About
	// Model are the vehicles of each count that Trips make of it by Params.Times.
	Model      []float64
	Fitted     Agreement
	Held       Agreement
	Candidates int
	Sweeps     int
	Level      float64 // what all counts together are over the default demand
	Unreached  []int   // fitted counts that no trip comes by
}

// Make makes trips of counts in a network whose places and router are given.
func Make(all []Count, p *demand.Places, net *network.Network, router *route.Router, o Params) (*Estimate, error) {
	begin, end := math.Inf(1), math.Inf(-1)
	for i := range all {
		begin, end = math.Min(begin, all[i].Begin), math.Max(end, all[i].End)
	}
	if len(all) == 0 {
		return nil, errors.New("no counts")
	}
	if begin = math.Max(0, begin-lead); o.End > 0 {
		begin, end = o.Begin, o.End
	}
	over := o.Oversample
	if over == 0 {
		over = DefaultOversample
	}
	times := o.Times
	if times == nil {
		times = free{router, net, slowdown}
	}
	cands := ways(p.Demand(demand.Params{Factor: over, Through: math.NaN()}, o.Seed, begin, end), router, o.Spread, 1/over)
	if len(cands) == 0 {
		return nil, fmt.Errorf("the map gives no trips between %.0f and %.0f s after midnight to choose from", begin, end)
	}
	cat := newCatalogue(all)
	var scratch []float64
	for i := range cands {
		cands[i].find(all, &cat, times, &scratch)
	}
	cands = through(all, &cat, cands, router, times)
	e := &Estimate{Candidates: len(cands)}
	e.Level = level(all, cands)
	e.Sweeps = fit(all, cands)
	e.keep(all, cands, whole(all, cands, o.Seed), o.Seed)
	e.Fitted, e.Held = Compare(all, e.Model)
	reached := make([]bool, len(all))
	for i := range cands {
		for _, s := range cands[i].sites {
			reached[s] = true
		}
	}
	for i, ok := range reached {
		if !ok && !all[i].Held && all[i].Vehicles > 0 {
			e.Unreached = append(e.Unreached, i)
		}
	}
	return e, nil
}

// scatter is by how much the departures of trips that are made of one candidate differ, s.
const scatter = 120.0

// keep makes the trips of the candidates.
func (e *Estimate) keep(all []Count, cands []candidate, n []int, seed uint64) {
	e.Model = make([]float64, len(all))
	var trips []traffic.Trip
	var about []demand.About
	for i := range cands {
		c := &cands[i]
		for _, s := range c.sites {
			e.Model[s] += float64(n[i])
		}
		for k := range n[i] {
			t, a := c.trip, c.about
			if k > 0 {
				u := draw.Float64(seed, draw.Rounding, a.Number, uint64(k))
				t.Depart = math.Max(0, math.Round((t.Depart+(u-0.5)*scatter)*1000)/1000)
			}
			a.Number ^= uint64(k) << 48
			trips, about = append(trips, t), append(about, a)
		}
	}
	e.Trips, e.About = demand.ByDeparture(trips, about)
}
