package departure

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"roadtwin/vehicles/draw"
)

// Cost is what a traveller's time is worth, in any money an hour.
type Cost struct {
	Alpha float64 // on the way
	Beta  float64 // early
	Gamma float64 // late
}

// Small is the ratio of Small (1982), $/h of its time.
var Small = Cost{Alpha: 6.40, Beta: 3.90, Gamma: 15.21}

// Of returns what a trip costs that takes some time (s) and arrives at a time when another was wished (s).
func (c Cost) Of(travel, arrive, wished float64) float64 {
	return (c.Alpha*travel + c.Beta*math.Max(0, wished-arrive) + c.Gamma*math.Max(0, arrive-wished)) / 3600
}

// Check returns what is wrong with c. With beta above alpha nobody would ever queue to arrive on time.
func (c Cost) Check() error {
	switch {
	case !(c.Alpha > 0 && c.Beta > 0 && c.Gamma > 0) || math.IsInf(c.Alpha+c.Beta+c.Gamma, 0):
		return fmt.Errorf("alpha %g, beta %g, gamma %g, want all above 0", c.Alpha, c.Beta, c.Gamma)
	case c.Beta >= c.Alpha:
		return fmt.Errorf("beta %g, want less than alpha, %g: else waiting in front of the door costs more than the jam", c.Beta, c.Alpha)
	}
	return nil
}

// Vickrey is the equilibrium of n travellers who all wish to arrive at one time and pass a bottleneck that serves perHour (R. Arnott, A.
// de Palma, R. Lindsey, "Economics of a bottleneck", Journal of Urban Economics 27, 1990).
type Vickrey struct {
	Each       float64 // cost of each, above that of the way without a queue
	Begin, End float64 // h before and after the wished time in which the bottleneck works
	Longest    float64 // h in the longest queue
	Optimum    float64 // mean cost if departures are spread to the capacity: no queue
}

// Bottleneck returns that equilibrium.
func (c Cost) Bottleneck(n int, perHour float64) Vickrey {
	rush := float64(n) / perHour
	delta := c.Beta * c.Gamma / (c.Beta + c.Gamma)
	return Vickrey{
		Each: delta * rush, Begin: c.Gamma / (c.Beta + c.Gamma) * rush, End: c.Beta / (c.Beta + c.Gamma) * rush,
		Longest: delta * rush / c.Alpha, Optimum: delta * rush / 2,
	}
}

// Params say how travellers learn. The zero value of a field means its default.
type Params struct {
	Cost       Cost
	Begin, End float64 // s between which departures are chosen
	// Every is how far apart the departures are that travellers compare, s; 60 by default.
	Every float64
	// Noise is the scale of the logit model over the mean cost: what travellers do not know or mind; 0.1 by default.
	Noise float64
	// First of those who reconsider on the first day, 0.15 by default; on day n it is First/(1+Slower·n), Slower 0.1 by default.
	First, Slower float64
	// Memory is the weight of the last day against all before, 0.4 by default.
	Memory float64
	Seed   uint64
}

func (p *Params) complete() error {
	for _, d := range []struct {
		field *float64
		value float64
	}{{&p.Every, 60}, {&p.Noise, 0.1}, {&p.First, 0.15}, {&p.Slower, 0.1}, {&p.Memory, 0.4}} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	if p.Cost == (Cost{}) {
		p.Cost = Small
	}
	if !(p.End-p.Begin >= p.Every && p.Every > 0 && (p.End-p.Begin)/p.Every < 1e5) {
		return fmt.Errorf("departures from %g to %g s every %g s, want at least one and fewer than 100,000", p.Begin, p.End, p.Every)
	}
	if !(p.Noise > 0 && p.First > 0 && p.First <= 1 && p.Slower >= 0 && p.Memory > 0 && p.Memory <= 1) {
		return errors.New("want noise above 0, first and memory above 0 and at most 1, slower from 0")
	}
	return p.Cost.Check()
}

// Trip is a day of a traveller on one relation.
type Trip struct {
	Depart float64 // s
	Travel float64 // s until arrival, waits included
}

// Days is the learning of travellers with one relation, who wish to arrive at a time each.
type Days struct {
	p      Params
	wished []float64
	days   int
	learnt []float64 // s that the trip takes, by departure; smoothed over the days
	free   float64   // s that it takes at best
	gap    float64
	mean   float64
}

// NewDays returns the learning of travellers before their first day; wished are the times (s) at which each wants to arrive.
func NewDays(p Params, wished []float64) (*Days, error) {
	if err := p.complete(); err != nil {
		return nil, fmt.Errorf("departure choice: %w", err)
	}
	return &Days{p: p, wished: wished}, nil
}

// Day takes in what the trips of a day were, one a traveller, and changes departures in place to those of the next day. It returns how
// many reconsidered.
func (d *Days) Day(trips []Trip) int {
	d.learn(trips)
	d.days++
	d.judge(trips)
	share := d.p.First / (1 + d.p.Slower*float64(d.days))
	changed := 0
	var odds []float64
	for i := range trips {
		id := uint64(i)
		u := func(what uint64) float64 {
			return draw.Float64(d.p.Seed, draw.DepartureChoice, id, uint64(d.days)*4+what)
		}
		if u(0) >= share {
			continue
		}
		odds = d.odds(odds[:0], d.wished[i])
		k, _ := slices.BinarySearchFunc(odds, u(1)*odds[len(odds)-1], func(a, b float64) int {
			if a <= b {
				return -1
			}
			return 1
		})
		k = min(k, len(odds)-1)
		trips[i].Depart = math.Round((d.p.Begin+(float64(k)+u(2))*d.p.Every)*1000) / 1000
		changed++
	}
	return changed
}

// at returns the middle of departure interval k.
func (d *Days) at(k int) float64 { return d.p.Begin + (float64(k)+0.5)*d.p.Every }

// learn smooths the travel times that the day had. Who departs between two others takes what lies between their times; who departs
// after the last finds the queue shorter by a second a second, and before the first there is none.
func (d *Days) learn(trips []Trip) {
	order := make([]int, len(trips))
	least := math.Inf(1)
	for i := range order {
		order[i] = i
		least = math.Min(least, trips[i].Travel)
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(trips[a].Depart, trips[b].Depart), cmp.Compare(a, b)) })
	first := d.learnt == nil
	if first {
		d.learnt = make([]float64, int((d.p.End-d.p.Begin)/d.p.Every))
		d.free = least
	}
	d.free = math.Min(d.free, least)
	next := 0 // of order: the first that departs after t
	for k := range d.learnt {
		t := d.at(k)
		for next < len(order) && trips[order[next]].Depart <= t {
			next++
		}
		took := d.free
		if next > 0 {
			a := trips[order[next-1]]
			took = math.Max(d.free, a.Travel-(t-a.Depart))
			if next < len(order) {
				b := trips[order[next]]
				if b.Depart > a.Depart {
					part := (t - a.Depart) / (b.Depart - a.Depart)
					took = math.Max(took, math.Min(a.Travel+part*(b.Travel-a.Travel), math.Max(a.Travel, b.Travel)))
				}
			}
		}
		if first {
			d.learnt[k] = took
			continue
		}
		d.learnt[k] += d.p.Memory * (took - d.learnt[k])
	}
}

// judge measures the day: the mean cost, and by how much it is above that of the best departure each had, over it.
func (d *Days) judge(trips []Trip) {
	sum, best := 0.0, 0.0
	for i, t := range trips {
		sum += d.p.Cost.Of(t.Travel, t.Depart+t.Travel, d.wished[i])
		least := math.Inf(1)
		for k := range d.learnt {
			least = math.Min(least, d.p.Cost.Of(d.learnt[k], d.at(k)+d.learnt[k], d.wished[i]))
		}
		best += least
	}
	d.mean, d.gap = sum/float64(len(trips)), (sum-best)/math.Max(best, 1e-9)
}

// odds appends the cumulative weights of the departures for somebody who wishes to arrive at a time.
func (d *Days) odds(dst []float64, wished float64) []float64 {
	least := math.Inf(1)
	for k := range d.learnt {
		least = math.Min(least, d.p.Cost.Of(d.learnt[k], d.at(k)+d.learnt[k], wished))
	}
	free := d.p.Cost.Alpha * d.free / 3600
	scale := d.p.Noise * math.Max(d.mean-free, 1e-9)
	sum := 0.0
	for k := range d.learnt {
		c := d.p.Cost.Of(d.learnt[k], d.at(k)+d.learnt[k], wished)
		sum += math.Round(1e9*math.Exp((least-c)/scale)) / 1e9
		dst = append(dst, sum)
	}
	return dst
}

// Mean returns the mean cost of the last day, the way without a queue included.
func (d *Days) Mean() float64 { return d.mean }

// Gap returns by how much the mean cost of the last day is above that of the best departures, as a share of these.
func (d *Days) Gap() float64 { return d.gap }

// Free returns the s that the trip has taken at best.
func (d *Days) Free() float64 { return d.free }
