package counts

import (
	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/vehicles/traffic"
)

// Counter counts in a run what is counted on the street: a scenarios.Observer. The run needs Options.Passages.
type Counter struct {
	all     []Count
	cat     catalogue
	Model   []float64 // vehicles, by count
	passed  []traffic.Passage
	matched []int32
}

// NewCounter returns a counter of the given places and times.
func NewCounter(all []Count) *Counter {
	return &Counter{all: all, cat: newCatalogue(all), Model: make([]float64, len(all))}
}

// Observe implements scenarios.Observer.
func (c *Counter) Observe(r *scenarios.Run) {
	w := r.World()
	c.passed = w.AppendPassages(c.passed[:0])
	for _, p := range c.passed {
		c.note(p.From, p.To, p.Until)
	}
	for _, e := range w.Events() {
		if e.Kind != traffic.Arrived || int(e.Vehicle) >= len(r.Demand().Trips) {
			continue
		}
		if t := &r.Demand().Trips[e.Vehicle]; t.ToPos == traffic.AtBoundary {
			c.note(t.To, network.None, e.Time)
		}
	}
}

func (c *Counter) note(from, to network.EdgeID, at float64) {
	c.matched = c.cat.appendPassage(c.matched[:0], c.all, from, to, at)
	for _, i := range c.matched {
		c.Model[i]++
	}
}

// Profile is the travel times of a run: Times for the next estimate.
type Profile struct {
	city    *scenarios.City
	begin   float64
	step    float64
	n       int
	took    []float64 // s, by edge and interval
	passed  []float64
	scratch []traffic.Passage
}

// NewProfile returns an empty profile of a run in a city from begin until end, s after midnight: a scenarios.Observer.
func NewProfile(city *scenarios.City, begin, end float64) *Profile {
	const step = 300.0
	n := int((end-begin)/step) + 1
	return &Profile{city: city, begin: begin, step: step, n: n, took: make([]float64, n*len(city.Net.Edges)), passed: make([]float64, n*len(city.Net.Edges))}
}

// Observe implements scenarios.Observer.
func (p *Profile) Observe(r *scenarios.Run) {
	p.scratch = r.World().AppendPassages(p.scratch[:0])
	for _, q := range p.scratch {
		k := p.at(q.From, q.Since)
		p.took[k] += q.Until - q.Since
		p.passed[k]++
	}
}

func (p *Profile) at(e network.EdgeID, t float64) int {
	return int(e)*p.n + max(0, min(p.n-1, int((t-p.begin)/p.step)))
}

// AppendTimes implements Times.
func (p *Profile) AppendTimes(dst []float64, trip *traffic.Trip, way []network.EdgeID) []float64 {
	t := 0.0
	for i, e := range way {
		k, least := p.at(e, trip.Depart+t), p.city.Router.FreeTime(e)
		took := slowdown * least
		if p.passed[k] > 0 {
			took = max(least, p.took[k]/p.passed[k])
		}
		if i == 0 && trip.FromPos > 0 {
			took *= 1 - trip.FromPos/p.city.Net.Edges[e].Length
		}
		t += took
		dst = append(dst, t)
	}
	return dst
}
