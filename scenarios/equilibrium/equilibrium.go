// Package equilibrium leads a scenario to a dynamic user equilibrium: ways such that nobody who departs at that time could
// have arrived earlier by another (J. G. Wardrop's first principle, 1952, by time of departure: Y.-C. Chiu et al., "Dynamic
// traffic assignment: a primer", Transportation Research Circular E-C153, 2011). The traffic is run again and again with
// given ways; after each run, some of those who would have been quicker elsewhere change.
package equilibrium

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"sync"

	"roadtwin/network"
	"roadtwin/network/route"
	"roadtwin/scenarios"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/traffic"
)

// Goal says when a search ends.
type Goal struct {
	Iterations int     // at the latest after so many runs; at least 1
	Gap        float64 // with a relative gap of at most this
}

// Check returns what is wrong with g.
func (g Goal) Check() error {
	if g.Iterations < 1 || g.Iterations > 1000 {
		return fmt.Errorf("%d iterations, want 1 to 1000", g.Iterations)
	}
	if !(g.Gap >= 0 && g.Gap < 1) {
		return fmt.Errorf("a relative gap of %g, want 0 or more and below 1", g.Gap)
	}
	return nil
}

// Search is a search for the equilibrium of one scenario with one seed. For each run until Done: make a scenarios.Run with
// Options, Watch it, drive it to its end, and Judge it.
type Search struct {
	city    *scenarios.City
	goal    Goal
	workers int
	routes  [][]network.EdgeID // by trip, of the next run; nil before the first
	damping float64            // by what the step from one run to the next is divided
	report  scenarios.Equilibrium

	run     *scenarios.Run // under way
	profile *route.Profile
	entered []float64 // by trip: s after midnight, NaN before
	passed  []traffic.Passage
}

// New returns a search that has yet to begin; workers share the search for ways, 0 means one.
func New(city *scenarios.City, goal Goal, workers int) *Search {
	return &Search{city: city, goal: goal, workers: max(workers, 1), damping: 1.95, report: scenarios.Equilibrium{
		Iterations: []scenarios.Iteration{},
	}}
}

// Options returns o for the next run. In the first, trips have the ways that o or their list gives them, and other drivers
// choose theirs as they do without an equilibrium, but keep to them.
func (s *Search) Options(o scenarios.Options) scenarios.Options {
	if s.routes != nil {
		o.Routes = s.routes
	}
	o.Settled, o.Passages, o.KeepRoutes = true, true, true
	return o
}

// Watch has the search learn from r, before its first step.
func (s *Search) Watch(r *scenarios.Run) {
	trips := len(r.Demand().Trips)
	s.run = r
	period := r.End() - r.Begin()
	step := math.Max(r.Scenario().Measure.Interval, period/mostIntervals)
	s.profile = s.city.Router.NewProfile(s.weekTime(r.Begin()), step, int(math.Ceil(period/step-1e-9)))
	s.entered = make([]float64, trips)
	for i := range s.entered {
		s.entered[i] = math.NaN()
	}
	if s.routes == nil {
		s.routes = make([][]network.EdgeID, trips)
		for i := range s.routes {
			s.routes[i] = r.Demand().Trips[i].Route
		}
	}
	r.Watch(s)
}

// mostIntervals is into how many intervals a period is divided at most: a profile takes some twelve bytes for each of them and
// each turn of the network.
const mostIntervals = 600

// weekTime returns a time of the run in s since Monday 00:00.
func (s *Search) weekTime(time float64) float64 {
	day, err := s.run.Scenario().Period.Day.Weekday()
	if err != nil {
		panic("a day that was checked is refused: " + err.Error())
	}
	return float64(day)*24*3600 + time
}

// Observe implements scenarios.Observer.
func (s *Search) Observe(r *scenarios.Run) {
	for _, e := range r.World().Events() {
		if e.Kind == traffic.Departed && int(e.Vehicle) < len(s.entered) {
			s.entered[e.Vehicle] = e.Time
			if len(s.routes[e.Vehicle]) == 0 {
				s.routes[e.Vehicle] = r.World().Route(e.Vehicle)
			}
		}
	}
	s.passed = r.World().AppendPassages(s.passed[:0])
	for _, p := range s.passed {
		s.profile.Add(p.From, p.To, s.weekTime(p.Since), p.Until-p.Since)
	}
}

// Judge measures how far the run that was watched is from an equilibrium, and decides who takes another way in the next.
// Call it once, when the run is at its end.
func (s *Search) Judge() scenarios.Iteration {
	s.addUnfinished()
	s.addClosures()
	s.profile.Complete()
	choices := s.compare()
	it := scenarios.Iteration{RelativeGap: gapOf(choices)}
	s.damp(it.RelativeGap)
	it.Switched = s.change(choices)
	summary := s.run.Summary()
	it.MeanTravelTime, it.MeanDelay, it.Arrived = summary.MeanTravelTime, summary.MeanDelay, summary.Arrived
	s.report.Iterations = append(s.report.Iterations, it)
	s.report.Converged = it.RelativeGap <= s.goal.Gap
	s.profile, s.run = nil, nil
	return it
}

// Done reports whether no further run is wanted.
func (s *Search) Done() bool {
	return s.report.Converged || len(s.report.Iterations) >= s.goal.Iterations
}

// Report returns what the runs so far came to; a copy.
func (s *Search) Report() *scenarios.Equilibrium {
	report := s.report
	report.Iterations = slices.Clone(report.Iterations)
	return &report
}

// addUnfinished counts those who are still on an edge for as long as they have been there, if that is long: a jam that
// nobody has come through by the end is one all the same.
func (s *Search) addUnfinished() {
	w := s.run.World()
	for _, v := range w.AppendVehicles(nil) {
		d, ok := w.Vehicle(v.ID)
		if !ok || d.RouteAt+1 >= len(d.Route) {
			continue
		}
		on := d.Route[d.RouteAt]
		if so := w.Time() - d.EdgeSince; so > 2*s.city.Router.FreeTime(on) {
			s.profile.Add(on, d.Route[d.RouteAt+1], s.weekTime(d.EdgeSince), so)
		}
	}
}

// addClosures tells the profile when edges were closed.
func (s *Search) addClosures() {
	since := map[network.EdgeID]float64{}
	for _, c := range s.run.Commands() {
		e := c.Command.Edge
		switch begin, closed := since[e]; {
		case c.Command.Kind == traffic.CloseEdge && !closed:
			since[e] = c.Time
		case c.Command.Kind == traffic.OpenEdge && closed:
			s.profile.Close(e, route.Stretch{From: s.weekTime(begin), Until: s.weekTime(c.Time)})
			delete(since, e)
		}
	}
	for e, begin := range since { // in any order: each concerns another edge
		s.profile.Close(e, route.Stretch{From: s.weekTime(begin), Until: math.Inf(1)})
	}
}

// choice is the way that a trip took, and the quickest there was when it entered the road.
type choice struct {
	trip        int
	took, least float64 // s; took is +Inf if the way leads over a street that was closed
	best        []network.EdgeID
}

// compare searches for the quickest way of every trip that was on the road, all at once.
func (s *Search) compare() []choice {
	var choices []choice
	for trip, at := range s.entered {
		if !math.IsNaN(at) && len(s.routes[trip]) > 1 {
			choices = append(choices, choice{trip: trip})
		}
	}
	var all sync.WaitGroup
	for k := range s.workers {
		all.Go(func() {
			searcher := s.city.Router.NewSearcher()
			for i := k; i < len(choices); i += s.workers {
				s.weigh(searcher, &choices[i])
			}
		})
	}
	all.Wait()
	return choices
}

// weigh fills in a choice.
func (s *Search) weigh(searcher *route.Searcher, c *choice) {
	trip := &s.run.Demand().Trips[c.trip]
	edge := &s.run.Net().Edges[trip.From]
	left := 1 - math.Max(0, trip.FromPos)/edge.Length // of the first edge
	q := route.Query{
		From: trip.From, To: trip.To, Class: trip.Class, Profile: s.profile,
		Depart: s.weekTime(s.entered[c.trip]) + left*s.city.Router.FreeTime(trip.From),
	}
	best, least, ok := searcher.Path(nil, q)
	if !ok {
		best, least = s.routes[c.trip], 0
	}
	way := s.routes[c.trip]
	c.took, c.least, c.best = math.Inf(1), least, best
	if way[0] == q.From && way[len(way)-1] == q.To {
		c.took = searcher.Cost(q, way)
	}
	if !ok || c.took < c.least { // a ban that ended meanwhile, or rounding
		c.best, c.least = way, c.took
	}
}

// gapOf returns the relative gap: what all trips took beyond the quickest ways they had, as a share of these. Trips whose
// way was closed have no time of their own and do not count; they all change.
func gapOf(choices []choice) float64 {
	var excess, least float64
	for i := range choices {
		if c := &choices[i]; !math.IsInf(c.took, 1) {
			excess += c.took - c.least
			least += c.least
		}
	}
	if least == 0 {
		return 0
	}
	return excess / least
}

// damp lets fewer change from run to run, more so after one that made things worse: the self-regulated averaging of H. X. Liu,
// X. He, B. He, "Method of successive weighted averages (MSWA) and self-regulated averaging schemes for solving stochastic
// user equilibrium problem", Networks and Spatial Economics 9, 2009. The increments are ours: a queue overreacts to changes
// that a link whose time depends on its flow alone would take. With these, Jinan's benchmark came to a gap of 1 % in 7 runs.
func (s *Search) damp(gap float64) {
	const shrinking, growing = 0.05, 1.0
	n := len(s.report.Iterations)
	if n > 0 && gap >= s.report.Iterations[n-1].RelativeGap {
		s.damping += growing
	} else {
		s.damping += shrinking
	}
}

// change gives some of those who could have been quicker the way by which they would have been, and returns how many. The
// share of those who change is the share of their time that they gain (C. C. Lu, H. S. Mahmassani, X. Zhou, "Equivalent gap
// function-based reformulation and solution algorithm for the dynamic user equilibrium problem", Transportation Research
// B 43, 2009), times a step that is damped from run to run.
func (s *Search) change(choices []choice) (changed int) {
	quota := s.quotas()
	for i := range choices { // by departure, as trips are sorted
		c := &choices[i]
		gain := c.gain()
		if gain <= 0 {
			continue
		}
		likely := 1.0
		if !math.IsInf(c.took, 1) {
			likely = firstStep * gain / s.damping
		}
		if quota.due(c, likely) {
			s.routes[c.trip] = c.best
			changed++
		}
	}
	return changed
}

// gain returns by how much a trip would have been quicker, as a share of what it took.
func (c *choice) gain() float64 {
	switch {
	case math.IsInf(c.took, 1) && !math.IsInf(c.least, 1):
		return 1
	case math.IsInf(c.took, 1) || c.took < 1 || c.took-c.least < leastGain:
		return 0
	}
	return (c.took - c.least) / c.took
}

// firstStep is by what the share that a trip gains is multiplied for the chance that it changes, before damping.
const firstStep = 4.0

// leastGain is the s for which nobody changes ways.
const leastGain = 1.0

// quotas picks from a sequence of trips, so that of any stretch of those who could change for one way as many do as should
// by their shares, but for one at most: systematic sampling. With a draw for each trip a queue would add up the chance
// of all draws before. The draw of a way is that of the first trip that could change for it: edges may be numbered otherwise.
type quotas struct {
	draw func(trip int) float64
	open map[string]float64 // by way
}

// due reports whether the next trip, one of a choice, changes, whose share is likely.
func (q *quotas) due(c *choice, likely float64) bool {
	var way []byte
	for _, e := range c.best {
		way = binary.LittleEndian.AppendUint32(way, uint32(e))
	}
	sum, ok := q.open[string(way)]
	if !ok {
		sum = q.draw(c.trip)
	}
	sum += math.Min(likely, 1)
	q.open[string(way)] = sum - math.Floor(sum)
	return sum >= 1
}

// quotas returns quotas for the present run; see traffic's counters of RouteChoice for the draws.
func (s *Search) quotas() quotas {
	const first = 16
	n := uint64(first + len(s.report.Iterations))
	seed := s.run.Seed()
	return quotas{func(trip int) float64 { return draw.Float64(seed, draw.RouteChoice, uint64(trip), n) }, map[string]float64{}}
}
