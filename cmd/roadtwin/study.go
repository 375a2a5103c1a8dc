package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"roadtwin/scenarios"
	"roadtwin/scenarios/batch"
	"roadtwin/scenarios/compare"
	"roadtwin/scenarios/results"
)

// seedList is a flag for seeds: "1,2,3", "1-20" or both.
type seedList []uint64

// mostSeeds is how many seeds a list may have.
const mostSeeds = 10_000

// Decode implements kong.MapperValue.
func (l *seedList) Decode(ctx *kong.DecodeContext) error {
	var text string
	if err := ctx.Scan.PopValueInto("seeds", &text); err != nil {
		return err
	}
	for part := range strings.SplitSeq(text, ",") {
		first, last, isRange := strings.Cut(strings.TrimSpace(part), "-")
		if !isRange {
			last = first
		}
		from, err := strconv.ParseUint(first, 10, 64)
		to, err2 := strconv.ParseUint(last, 10, 64)
		if err != nil || err2 != nil || to < from {
			return fmt.Errorf("%q, want seeds as 1,2,3 or 1-20", part)
		}
		if to-from >= mostSeeds || len(*l)+int(to-from) >= mostSeeds {
			return fmt.Errorf("more than %d seeds", mostSeeds)
		}
		for seed := from; ; seed++ {
			*l = append(*l, seed)
			if seed == to { // which may be the largest there is
				break
			}
		}
	}
	return nil
}

// study makes the runs of all variants and seeds, several at a time.
func (v *runVerb) study(ctx context.Context, c *console, cities *batch.Cities, variants []*scenarios.Scenario, seeds []uint64,
	opts scenarios.Options, db *results.DB,
) ([]scenarios.Summary, error) {
	opts.Workers = max(opts.Workers, 1)
	s := &batch.Study{
		Variants: variants, Cities: cities, Options: opts, DB: db, Version: version(), Again: v.Again,
		Jobs: cmp.Or(v.Jobs, max(1, runtime.GOMAXPROCS(0)/opts.Workers)),
	}
	made, err := v.rounds(ctx, c, s, seeds)
	if errors.Is(err, context.Canceled) {
		text := fmt.Sprintf("interrupted; %d runs are done", len(made))
		if db != nil {
			text += "; the same command goes on with the others"
		}
		return made, interrupted(text)
	}
	return made, mistakeIfInvalid(err)
}

// rounds makes the runs asked for: one round of all seeds, or with --until as many as it takes.
func (v *runVerb) rounds(ctx context.Context, c *console, s *batch.Study, seeds []uint64) ([]scenarios.Summary, error) {
	if v.Until == "" {
		return v.round(ctx, c, s, seeds, true)
	}
	goal, err := compare.ParseGoal(v.Until)
	if err != nil {
		return nil, mistake(fmt.Errorf("--until: %w", err))
	}
	if !slices.ContainsFunc(scenarios.RunMeasures(), func(m scenarios.RunMeasure) bool { return m.Name == goal.Measure }) {
		return nil, mistake(fmt.Errorf("--until: unknown measure %q; roadtwin compare --help lists them", goal.Measure))
	}
	begun := time.Now()
	over := func() bool { return v.Budget > 0 && time.Since(begun) >= v.Budget }
	s.Enough = over
	for n, first := min(max(len(seeds), firstRound), v.Most), true; ; first = false {
		made, err := v.round(ctx, c, s, batch.NextSeeds(seeds, n), first)
		if err != nil {
			return made, err
		}
		samples := samplesOf(made, s.Variants, goal.Measure)
		needed, done := goal.Reached(samples)
		switch pairs := len(samples[0]); {
		case done:
			c.tell("%s is known within %g %% with %d seeds", goal.Measure, 100*goal.Share, pairs)
			return made, nil
		case n >= v.Most:
			c.tell("%s is not known within %g %% with %d seeds, the most that --most allows; it takes about %d", goal.Measure, 100*goal.Share, n, needed)
			return made, nil
		case over():
			c.tell("%s is not known within %g %% with %d seeds when the budget of %v ends; it takes about %d", goal.Measure, 100*goal.Share, pairs, v.Budget, needed)
			return made, nil
		}
		c.tell("%s: %d seeds are not enough for %g %%, it takes about %d", goal.Measure, n, 100*goal.Share, needed)
		// No more than as many again: the first estimate of the spread is a rough one.
		n = min(max(needed, n+1), 2*n, v.Most)
	}
}

// firstRound is how many seeds a spread is first judged by.
const firstRound = 5

// samplesOf returns a measure by variant and seed, of the seeds where it has a value with all variants.
func samplesOf(made []scenarios.Summary, variants []*scenarios.Scenario, measure string) [][]float64 {
	type key struct {
		variant string
		seed    uint64
	}
	values := map[key]float64{}
	for i := range made {
		if v, ok := made[i].Measures[measure]; ok {
			values[key{made[i].Variant, made[i].Seed}] = v
		}
	}
	samples := make([][]float64, len(variants))
	for i := range made {
		if made[i].Variant != variants[0].VariantName() {
			continue
		}
		row := make([]float64, 0, len(variants))
		for _, v := range variants {
			if x, ok := values[key{v.VariantName(), made[i].Seed}]; ok {
				row = append(row, x)
			}
		}
		for k := range samples {
			if len(row) == len(samples) {
				samples[k] = append(samples[k], row[k])
			}
		}
	}
	return samples
}

// round makes the runs of some seeds and tells how far it is.
func (v *runVerb) round(ctx context.Context, c *console, s *batch.Study, seeds []uint64, first bool) ([]scenarios.Summary, error) {
	what := fmt.Sprintf("%s, %d runs", s.Variants[0].Name, len(seeds)*len(s.Variants))
	bar := newProgress(c.err, what)
	defer bar.end()
	begun := time.Now()
	s.Told = func(p batch.Progress) {
		if first && p.Had > 0 {
			bar.tell(fmt.Sprintf("%d of %d runs are in %s already and not made again (--again makes them)", p.Had, p.Total, v.DB))
		}
		first = false
		bar.at(p.Share, fmt.Sprintf("%d of %d runs done%s", p.Had+p.Made, p.Total, remaining(p.Share, time.Since(begun))))
	}
	return s.Run(ctx, seeds)
}

// remaining tells how long work will take that is done up to share after spent.
func remaining(share float64, spent time.Duration) string {
	if share < 0.01 || share == 1 {
		return ""
	}
	left := time.Duration(float64(spent) * (1 - share) / share)
	return fmt.Sprintf(", about %v to go", left.Round(max(time.Second, left.Truncate(10*time.Minute)/60)))
}

// keptSummary returns what a run that is in the results came to, nil if it is not there.
func keptSummary(ctx context.Context, db *results.DB, city *scenarios.City, s *scenarios.Scenario, opts scenarios.Options) ([]scenarios.Summary, error) {
	key, err := scenarios.Identity(city, s, opts, version())
	if err != nil {
		return nil, err
	}
	have, err := db.Have(ctx)
	if err != nil {
		return nil, err
	}
	run, ok := have[key]
	if !ok {
		return nil, nil
	}
	var summary scenarios.Summary
	if err := json.Unmarshal(run.Summary, &summary); err != nil {
		return nil, fmt.Errorf("summary of run %d: %w", run.ID, err)
	}
	summary.Notes = nil // as of one that is made
	return []scenarios.Summary{summary}, nil
}

// mostRows is how many runs are shown one by one.
const mostRows = 10

// shown are the measures of the table of variants, with their heads and a divisor.
var shown = []struct {
	measure, head string
	per           float64
	digits        int
}{
	{"arrived", "arrived", 1, 0},
	{"unfinished", "unfinished", 1, 0},
	{"mean_travel_time_s", "travel time s", 1, 1},
	{"mean_delay_s", "delay s", 1, 1},
	{"network_delay_h", "lost veh h", 1, 1},
	{"planning_time_index", "planning time index", 1, 2},
	{"mean_stops", "stops", 1, 2},
	{"co2_kg", "CO2 t", 1000, 2},
	{"conflicts", "conflicts", 1, 0},
	{"crashes", "crashes", 1, 2},
}

// writeVariants writes the means of the variants' measures over the seeds, with their 95 % intervals.
func writeVariants(w io.Writer, runs []scenarios.Summary, db string) error {
	fmt.Fprintf(w, "\n%s: means over seeds, ± half the 95 %% interval\n\n", runs[0].Scenario)
	t := newTable(w)
	heads := []string{"variant", "runs"}
	for _, m := range shown {
		heads = append(heads, m.head)
	}
	t.row(heads...)
	var names []string
	by := map[string][]scenarios.Summary{}
	for i := range runs {
		name := runs[i].Variant
		if by[name] == nil {
			names = append(names, name)
		}
		by[name] = append(by[name], runs[i])
	}
	unclean := 0
	for _, name := range names {
		cells := []string{name, strconv.Itoa(len(by[name]))}
		for _, m := range shown {
			cells = append(cells, meanText(by[name], m.measure, m.per, m.digits))
		}
		t.row(cells...)
		for i := range by[name] {
			if auditText(by[name][i].Audit) != "clean" {
				unclean++
			}
		}
	}
	if err := t.w.Flush(); err != nil {
		return err
	}
	if unclean > 0 {
		fmt.Fprintf(w, "\n%d runs have findings of the audit; see roadtwin run --json\n", unclean)
	}
	if db != "" {
		fmt.Fprintf(w, "\nresults: %s\n", db)
	}
	return nil
}

func meanText(runs []scenarios.Summary, measure string, per float64, digits int) string {
	var x []float64
	for i := range runs {
		if v, ok := runs[i].Measures[measure]; ok {
			x = append(x, v/per)
		}
	}
	switch len(x) {
	case 0:
		return "-"
	case 1:
		return strconv.FormatFloat(x[0], 'f', digits, 64)
	}
	m, ci := compare.MeanInterval(x)
	return fmt.Sprintf("%.*f ± %.*f", digits, m, digits, ci[1]-m)
}
