package staggering

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"roadtwin/scenarios"
	"roadtwin/scenarios/batch"
	"roadtwin/scenarios/compare"
	"roadtwin/scenarios/report"
	"roadtwin/scenarios/results"
)

// Search is what to search, and for whom.
type Search struct {
	Study      *batch.Study         // without variants; its DB must be set
	Base       *scenarios.Scenario  // as it is without the policy
	Group      scenarios.Departures // whose departures; its Spread is the window, nil for the period
	Candidates []Candidate
	Seeds      []uint64
	Told       func(round, rounds int, candidates int) // before each round; may be nil
}

// Point is what a candidate came to.
type Point struct {
	Candidate
	Text    string               `json:"policy"`
	Policy  scenarios.Departures `json:"-"`
	Asked   float64              `json:"minutes_asked"`   // of shift, all trips together; mean over the seeds
	Shifted float64              `json:"trips_shifted"`   // mean over the seeds
	Longest float64              `json:"longest_minutes"` // of any trip
	Saved   float64              `json:"minutes_saved"`   // of delay, all vehicles together; mean over the seeds
	CI95    [2]float64           `json:"ci95"`            // of Saved
	Pairs   int                  `json:"pairs"`
	Front   bool                 `json:"front"` // nothing saves more for less
	Sure    bool                 `json:"sure"`  // that it saves anything, at 95 %
}

// Result is what a search came to.
type Result struct {
	BaseDelay float64 `json:"base_delay_minutes"` // of all vehicles, mean over the seeds
	Points    []Point `json:"points"`             // by Asked
	Complete  bool    `json:"complete"`           // all rounds were made
}

// measure is what is to be small: hours lost by everybody, trips that did not end included.
const measure = "network_delay_h"

// Run searches. When ctx ends it returns what there is by then, with an error that is context.Canceled.
func (s *Search) Run(ctx context.Context) (*Result, error) {
	first := s.Seeds[:max(min(2, len(s.Seeds)), (len(s.Seeds)+1)/2)]
	r := &runner{Search: s, delay: map[string]map[uint64]float64{}, staggered: map[string][]*scenarios.Summary{}}
	if err := r.round(ctx, 1, nil, s.Seeds); err != nil {
		return r.result(nil), err
	}
	profile, err := r.profile(ctx)
	if err != nil {
		return nil, err
	}
	r.delays = profile
	tried := slices.Clone(s.Candidates)
	if err := r.round(ctx, 2, tried, first); err != nil {
		return r.result(tried), err
	}
	good := r.promising(tried)
	if err := r.round(ctx, 3, good, s.Seeds); err != nil {
		return r.result(tried), err
	}
	finer := r.finer(tried)
	tried = append(tried, finer...)
	if err := r.round(ctx, 4, finer, s.Seeds); err != nil {
		return r.result(tried), err
	}
	result := r.result(tried)
	result.Complete = true
	return result, nil
}

// rounds of a search: the base, all candidates, the promising ones, what lies between.
const rounds = 4

// runner makes the runs of a search.
type runner struct {
	*Search
	delays    Profile
	delay     map[string]map[uint64]float64 // minutes, by variant and seed
	staggered map[string][]*scenarios.Summary
}

// round runs candidates, or the base if there are none, with some seeds.
func (r *runner) round(ctx context.Context, round int, candidates []Candidate, seeds []uint64) error {
	study := *r.Study
	study.Variants = []*scenarios.Scenario{r.Base}
	if round > 1 {
		study.Variants = nil
		for i := range candidates {
			study.Variants = append(study.Variants, r.Base.WithDepartures(candidates[i].String(), candidates[i].policy(r.Group, r.delays)))
		}
	}
	if r.Told != nil {
		r.Told(round, rounds, len(study.Variants))
	}
	if len(study.Variants) == 0 {
		return nil
	}
	made, err := study.Run(ctx, seeds)
	for i := range made {
		m := &made[i]
		value, ok := m.Measures[measure]
		if !ok || !m.Complete {
			continue
		}
		if r.delay[m.Variant] == nil {
			r.delay[m.Variant] = map[uint64]float64{}
		}
		if _, known := r.delay[m.Variant][m.Seed]; !known && m.Staggered != nil {
			r.staggered[m.Variant] = append(r.staggered[m.Variant], m)
		}
		r.delay[m.Variant][m.Seed] = value * 60
	}
	return err
}

// profile returns the mean delay by time of departure of the base's runs.
func (r *runner) profile(ctx context.Context) (Profile, error) {
	const step = 600.0
	begin, end := float64(r.Base.Period.Begin), float64(r.Base.Period.End)
	p := Profile{Begin: begin, Step: step, Delay: make([]float64, max(2, int(math.Ceil((end-begin)/step))))}
	trips := make([]float64, len(p.Delay))
	city, err := r.Study.Cities.Of(ctx, r.Base)
	if err != nil {
		return p, err
	}
	have, err := r.Study.DB.Have(ctx)
	if err != nil {
		return p, err
	}
	for _, seed := range r.Seeds {
		options := r.Study.Options
		options.Seed = 0
		key, err := scenarios.Identity(city, r.Base.WithSeed(seed), options, r.Study.Version)
		if err != nil {
			return p, err
		}
		run, ok := have[key]
		if !ok {
			return p, fmt.Errorf("the run of the base with seed %d is not in the results", seed)
		}
		rows, err := r.Study.DB.Trips(ctx, run.ID)
		if err != nil {
			return p, err
		}
		for i := range rows {
			if t := &rows[i]; t.State == results.TripArrived {
				p.add(trips, t.Depart, t.TravelTime-t.FreeTime+t.Waited)
			}
		}
	}
	p.smooth(trips)
	return p, nil
}

// point returns what a candidate has come to so far; ok is false before its first run.
func (r *runner) point(c Candidate) (p Point, ok bool) {
	name := c.String()
	var base, with []float64
	for _, seed := range r.Seeds {
		b, haveBase := r.delay[r.Base.VariantName()][seed]
		w, have := r.delay[name][seed]
		if haveBase && have {
			base, with = append(base, b), append(with, w)
		}
	}
	if len(with) == 0 {
		return p, false
	}
	e := compare.Paired(with, base) // base - with: what is saved
	p = Point{Candidate: c, Text: name, Policy: c.policy(r.Group, r.delays), Saved: e.Difference, CI95: e.CI95, Pairs: e.Pairs, Sure: e.CI95[0] > 0}
	if e.Pairs < 2 {
		p.CI95, p.Sure = [2]float64{}, false
	}
	for _, m := range r.staggered[name] {
		n := float64(len(r.staggered[name]))
		p.Asked += m.Staggered.Minutes / n
		p.Shifted += float64(m.Staggered.Shifted) / n
		p.Longest = math.Max(p.Longest, m.Staggered.Longest)
	}
	return p, true
}

// result sums up.
func (r *runner) result(tried []Candidate) *Result {
	result := &Result{Points: []Point{}}
	base := r.delay[r.Base.VariantName()]
	for _, v := range base { // a mean, in any order but for rounding: is for people
		result.BaseDelay += v / float64(len(base))
	}
	for _, c := range tried {
		if p, ok := r.point(c); ok {
			result.Points = append(result.Points, p)
		}
	}
	markFront(result.Points)
	return result
}

// markFront sorts points by what they ask, and marks those that save more than any that asks no more.
func markFront(points []Point) {
	slices.SortFunc(points, func(a, b Point) int {
		return cmp.Or(cmp.Compare(a.Asked, b.Asked), cmp.Compare(b.Saved, a.Saved), cmp.Compare(a.Text, b.Text))
	})
	most := 0.0
	for i := range points {
		points[i].Front = points[i].Saved > most
		most = math.Max(most, points[i].Saved)
	}
}

// promising returns the candidates that are on the front, or may be: whose interval reaches what the front has for as much.
func (r *runner) promising(tried []Candidate) (good []Candidate) {
	points := r.result(tried).Points
	most := 0.0
	for _, p := range points {
		if p.Front {
			most = p.Saved
		}
		if p.Front || p.Pairs < 2 || p.CI95[1] >= most {
			good = append(good, p.Candidate)
		}
	}
	return good
}

// finer returns what lies between neighbours on the front.
func (r *runner) finer(tried []Candidate) (finer []Candidate) {
	var last *Point
	points := r.result(tried).Points
	for i := range points {
		p := &points[i]
		if !p.Front {
			continue
		}
		if last != nil {
			if c, ok := between(&last.Candidate, &p.Candidate); ok && !slices.Contains(tried, c) {
				finer = append(finer, c)
			}
		}
		last = p
	}
	return finer
}

// Plot draws the front.
func (r *Result) Plot() report.Plot {
	all := report.Mark{Kind: report.Points, Name: "tried, with 95 % intervals", Series: 2}
	front := report.Mark{Kind: report.Line, Name: "least shift for the delay saved", Series: 1, X: []float64{0}, Y: []float64{0}}
	for _, p := range r.Points {
		low, high := p.CI95[0], p.CI95[1]
		if p.Pairs < 2 {
			low, high = p.Saved, p.Saved
		}
		all.X, all.Y = append(all.X, p.Asked/60), append(all.Y, p.Saved/60)
		all.Low, all.High = append(all.Low, low/60), append(all.High, high/60)
		if p.Front {
			front.X, front.Y = append(front.X, p.Asked/60), append(front.Y, p.Saved/60)
		}
	}
	return report.Plot{
		Title: "Delay saved for departures shifted", X: report.Axis{Label: "shift asked of all (h)"}, Y: report.Axis{Label: "delay saved by all (h)"},
		Marks: []report.Mark{all, front},
	}
}

// AppendSVG appends the front as a picture of its own.
func (r *Result) AppendSVG(dst []byte) []byte {
	p := r.Plot()
	return report.AppendPicture(dst, &p)
}

// Check returns what is wrong with the search.
func (s *Search) Check() error {
	switch {
	case len(s.Candidates) == 0:
		return errors.New("no policies to try")
	case len(s.Seeds) == 0:
		return errors.New("no seeds")
	case s.Study.DB == nil:
		return errors.New("no results file")
	}
	for _, c := range s.Candidates {
		if !(c.Share > 0 && c.Share <= 1 && c.Minutes > 0 && c.Minutes <= 720 && c.Level >= 0 && c.Level <= 1440) {
			return fmt.Errorf("%s: want a share above 0 and up to 1, and up to 720 minutes", c.String())
		}
	}
	return nil
}
