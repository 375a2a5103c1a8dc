package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"go.yaml.in/yaml/v4"

	"roadtwin/scenarios"
	"roadtwin/scenarios/batch"
	"roadtwin/scenarios/results"
	"roadtwin/scenarios/staggering"
)

// optimiseDeparturesVerb is "roadtwin optimise departures".
type optimiseDeparturesVerb struct {
	scenarioFlags

	Purpose []string  `default:"commute" placeholder:"PURPOSE" help:"Whose departures may be shifted: of trips with these purposes (commute, school, shopping, leisure, business, freight, through)."`
	Between string    `placeholder:"HH:MM,HH:MM" help:"Only of those who would depart between these times."`
	Window  string    `placeholder:"HH:MM,HH:MM" help:"Spread departures within this window (default: the period of the run)."`
	Shares  []float64 `default:"0.1,0.2,0.4,0.8" help:"Shares of them that comply, to be tried."`
	Minutes []float64 `default:"10,20,40" help:"Minutes by which a trip departs earlier or later at most, to be tried."`
	Prices  []float64 `default:"5,15,45" help:"Prices to be tried: what the worst time to depart costs, in minutes of shift. They follow the delay by time of departure."`
	Seeds   seedList  `aliases:"seed" placeholder:"N" help:"Seeds, as 1-6 (default: the scenario's if there are two or more, else 1 to 4)."`
	Jobs    int       `placeholder:"N" help:"Runs at a time (default: one a processor)."`
	Output  string    `short:"o" placeholder:"FILE" help:"Write the policies of the front here (YAML: departures of a scenario)."`
	Plot    string    `placeholder:"FILE" help:"Draw the front here (.svg)."`
	JSON    bool      `name:"json" help:"Print the result as JSON."`
}

// Help is shown by "roadtwin optimise departures --help".
func (optimiseDeparturesVerb) Help() string {
	return `Tries policies that have some trips depart earlier or later, each with the same seeds, and tells which save most delay for the
least minutes of shift: a Pareto front. Take a period that is wider than the peak: no trip leaves it, and delay after its end is not seen.
With --db what was run is kept: a search that was ended goes on where it was when it is asked for again.

Example:

  roadtwin optimise departures scenario.yaml --seeds 1-6 --db results.db -o policies.yaml --plot front.svg
  roadtwin optimise departures city.osm.pbf --begin 06:00 --end 10:00 --purpose commute,school --shares 0.2 --minutes 15,30`
}

// Run searches.
func (v *optimiseDeparturesVerb) Run(ctx context.Context, c *console) error {
	search, err := v.search(ctx, c)
	if err != nil {
		return err
	}
	path := v.DB
	if path == "" {
		dir, err := os.MkdirTemp("", "roadtwin")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
		path = filepath.Join(dir, "departures.db")
	}
	db, err := results.Create(path)
	if err != nil {
		return mistake(err)
	}
	defer db.Close()
	search.Study.DB = db
	if err := search.Check(); err != nil {
		return mistake(err)
	}
	bar := newProgress(c.err, search.Base.Name)
	begun := time.Now()
	round := ""
	search.Told = func(n, of, candidates int) {
		round, begun = fmt.Sprintf("round %d of %d, %d policies", n, of, candidates), time.Now()
	}
	search.Study.Told = func(p batch.Progress) {
		bar.at(p.Share, fmt.Sprintf("%s, %d of %d runs done%s", round, p.Had+p.Made, p.Total, remaining(p.Share, time.Since(begun))))
	}
	result, err := search.Run(ctx)
	bar.end()
	if result == nil || err != nil && !errors.Is(err, context.Canceled) {
		return mistakeIfInvalid(err)
	}
	if failed := v.write(c.out, result); failed != nil {
		return failed
	}
	if err != nil {
		return interrupted("interrupted; these are the policies that were tried by then")
	}
	return nil
}

// search returns what the flags ask for.
func (v *optimiseDeparturesVerb) search(ctx context.Context, c *console) (*staggering.Search, error) {
	group := scenarios.Departures{Purpose: v.Purpose}
	between, err := clockPair("--between", v.Between)
	if err != nil {
		return nil, mistake(err)
	}
	if between != nil {
		group.Between = between
	}
	window, err := clockPair("--window", v.Window)
	if err != nil {
		return nil, mistake(err)
	}
	if window != nil {
		group.Spread = &scenarios.SpreadRule{Begin: &window[0], End: &window[1]}
	}
	city, s, opts, err := v.open(ctx, c)
	if err != nil {
		return nil, err
	}
	base := *s
	if opts.Begin != nil {
		base.Period.Begin, opts.Begin = scenarios.Clock(*opts.Begin), nil
	}
	if opts.End != nil {
		base.Period.End, opts.End = scenarios.Clock(*opts.End), nil
	}
	opts.Workers = max(opts.Workers, 1)
	seeds := []uint64(v.Seeds)
	if len(seeds) == 0 {
		if seeds = s.Seeds; len(seeds) < 2 {
			seeds = []uint64{1, 2, 3, 4}
		}
	}
	cities := &batch.Cities{}
	cities.Put(&base, city)
	return &staggering.Search{
		Study: &batch.Study{Cities: cities, Options: opts, Version: version(), Jobs: cmp.Or(v.Jobs, max(1, runtime.GOMAXPROCS(0)/opts.Workers))},
		Base:  &base, Group: group, Candidates: staggering.Grid(v.Shares, v.Minutes, v.Prices), Seeds: seeds,
	}, nil
}

// clockPair reads two times of day, separated by a comma; nil for "".
func clockPair(flag, text string) ([]scenarios.Clock, error) {
	if text == "" {
		return nil, nil
	}
	var pair []scenarios.Clock
	for _, part := range strings.Split(text, ",") {
		t, err := scenarios.ParseClock(part)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", flag, err)
		}
		pair = append(pair, t)
	}
	if len(pair) != 2 || pair[1] <= pair[0] {
		return nil, fmt.Errorf("%s %q, want two times as 07:00,09:00", flag, text)
	}
	return pair, nil
}

// write prints the result and writes the files that were asked for.
func (v *optimiseDeparturesVerb) write(out io.Writer, r *staggering.Result) error {
	if v.Output != "" {
		if err := writeWhole(v.Output, func(w io.Writer) error { return writePolicies(w, r) }); err != nil {
			return err
		}
	}
	if v.Plot != "" {
		if err := writeWhole(v.Plot, func(w io.Writer) error {
			_, err := w.Write(r.AppendSVG(nil))
			return err
		}); err != nil {
			return err
		}
	}
	if v.JSON {
		return writeJSON(out, r)
	}
	fmt.Fprintf(out, "without: %.0f vehicle hours of delay\n", r.BaseDelay/60)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tpolicy\tshifted\tasked h\tsaved h\t95 %\tsaved/asked\tseeds\t")
	for _, p := range r.Points {
		mark, interval := "", "?"
		if p.Front {
			mark = "*"
		}
		if p.Pairs > 1 {
			interval = fmt.Sprintf("%.1f to %.1f", p.CI95[0]/60, p.CI95[1]/60)
		}
		ratio := 0.0
		if p.Asked > 0 {
			ratio = p.Saved / p.Asked
		}
		fmt.Fprintf(w, "%s\t%s\t%.0f\t%.1f\t%.1f\t%s\t%.2f\t%d\t\n", mark, p.Text, p.Shifted, p.Asked/60, p.Saved/60, interval, ratio, p.Pairs)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out, "* nothing that was tried saves more for as little shift; h are those of all vehicles together")
	if !slices.ContainsFunc(r.Points, func(p staggering.Point) bool { return p.Sure }) {
		fmt.Fprintln(out, "Of none can be shown that it saves delay: it takes more seeds, or streets nearer to their capacity. The front is that of chance.")
	}
	return nil
}

// writePolicies writes the policies of the front, the least shift first, each to be put under departures of a scenario.
func writePolicies(w io.Writer, r *staggering.Result) error {
	fmt.Fprintln(w, "# Policies, each of which saves the most delay for its minutes of shift. Put one of them into a scenario or a variant.")
	for _, p := range r.Points {
		if !p.Front {
			continue
		}
		text, err := yaml.Dump(map[string]any{"departures": []scenarios.Departures{p.Policy}})
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "---\n# saves %.1f h of delay for %.1f h of shift\n%s", p.Saved/60, p.Asked/60, text); err != nil {
			return err
		}
	}
	return nil
}
