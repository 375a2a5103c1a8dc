package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/scenarios/counts"
	"roadtwin/scenarios/demand"
	"roadtwin/vehicles/draw"
)

// demandVerb is "roadtwin demand".
type demandVerb struct {
	Show       demandShow       `cmd:"" help:"Tell who travels in a scenario, and what that assumes; or write the trips."`
	Counts     demandCounts     `cmd:"" help:"Run a scenario and count its traffic on some streets."`
	FromCounts demandFromCounts `cmd:"" help:"Make trips of traffic counts."`
}

// demandShow is "roadtwin demand show".
type demandShow struct {
	scenarioFlags
	Output string `short:"o" placeholder:"FILE" help:"Write the trips to FILE (CSV)."`
}

// Run tells the demand.
func (v *demandShow) Run(ctx context.Context, c *console) error {
	city, s, opts, err := v.open(ctx, c)
	if err != nil {
		return err
	}
	r, err := scenarios.NewRun(city, s, opts)
	if errors.Is(err, scenarios.ErrInvalid) {
		return mistake(err)
	} else if err != nil {
		return err
	}
	defer r.Close()
	d := r.Demand()
	if v.Output != "" {
		if err := writeWhole(v.Output, func(w io.Writer) error { return demand.WriteList(w, d.Trips, d.About) }); err != nil {
			return err
		}
	}
	return d.Describe(c.out)
}

// demandCounts is "roadtwin demand counts".
type demandCounts struct {
	scenarioFlags
	Output   string  `short:"o" required:"" placeholder:"FILE" help:"Write the counts to FILE (CSV)."`
	Stations int     `default:"100" help:"Count on so many streets, drawn among those of tertiary roads and above."`
	AtLeast  float64 `name:"at-least" default:"50" placeholder:"VEH/H" help:"Only where so many vehicles an hour come by."`
	HoldBack float64 `name:"hold-back" default:"0" placeholder:"SHARE" help:"Mark this share of the streets to be held back: compared with, not fitted to."`
	Interval float64 `default:"3600" placeholder:"SECONDS" help:"Of one count."`
	Turns    bool    `help:"Count the turns there, too."`
	Seed     uint64  `default:"1" placeholder:"N" help:"Draws the streets."`
}

// Help is shown by "roadtwin demand counts --help".
func (demandCounts) Help() string {
	return `Example:

  roadtwin demand counts city.osm.pbf --begin 07:00 --end 09:00 --stations 100 --hold-back 0.25 -o counts.csv`
}

// Run counts in a run.
func (v *demandCounts) Run(ctx context.Context, c *console) error {
	if v.Stations < 1 || !(v.HoldBack >= 0 && v.HoldBack < 1) || !(v.Interval >= 60) {
		return mistake(errors.New("want --stations 1 or more, --hold-back 0 or more and below 1, --interval 60 or more"))
	}
	city, s, opts, err := v.open(ctx, c)
	if err != nil {
		return err
	}
	opts.Passages = true
	r, err := scenarios.NewRun(city, s, opts)
	if errors.Is(err, scenarios.ErrInvalid) {
		return mistake(err)
	} else if err != nil {
		return err
	}
	defer r.Close()
	all := v.everywhere(city.Net, r.Begin(), r.End())
	counter := counts.NewCounter(all)
	r.Watch(counter)
	drive(ctx, c, r, nil)
	if !r.Done() {
		return interrupted("interrupted at " + scenarios.Clock(int(r.Time())).String())
	}
	for i := range all {
		all[i].Vehicles = counter.Model[i]
	}
	kept := v.draw(all)
	if len(kept) == 0 {
		return mistake(fmt.Errorf("nowhere did %g vehicles an hour come by; ask for less by --at-least", v.AtLeast))
	}
	if err := writeWhole(v.Output, func(w io.Writer) error { return counts.Write(w, kept) }); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%s: %s counts\n", v.Output, grouped(len(kept)))
	return nil
}

// everywhere returns counts, yet empty, of all streets that may be drawn.
func (v *demandCounts) everywhere(net *network.Network, begin, end float64) (all []counts.Count) {
	to := map[network.EdgeID][]network.EdgeID{}
	if v.Turns {
		for m := range net.Movements {
			to[net.Movements[m].From] = append(to[net.Movements[m].From], net.Movements[m].To)
		}
	}
	for e := range net.Edges {
		if net.Edges[e].Road > network.Tertiary || net.Edges[e].AccessOnly || net.Edges[e].Length < 20 {
			continue
		}
		for t := begin; t < end-1; t += v.Interval {
			for _, turn := range append([]network.EdgeID{network.None}, to[network.EdgeID(e)]...) {
				all = append(all, counts.Count{Begin: t, End: math.Min(end, t+v.Interval), Edge: network.EdgeID(e), To: turn})
			}
		}
	}
	return all
}

// draw keeps the counts of some streets, in the order of the network, and marks those that are held back.
func (v *demandCounts) draw(all []counts.Count) []counts.Count {
	most := map[network.EdgeID]float64{}
	for _, c := range all {
		if c.To == network.None {
			flow := c.Vehicles * 3600 / (c.End - c.Begin)
			if was, known := most[c.Edge]; !known || flow < was {
				most[c.Edge] = flow // the least of its hours
			}
		}
	}
	var edges []network.EdgeID
	for e, flow := range most { // in any order: is sorted
		if flow >= v.AtLeast {
			edges = append(edges, e)
		}
	}
	chance := func(e network.EdgeID, what uint64) float64 {
		return draw.Float64(v.Seed, draw.Rounding, uint64(e), 1<<32+what)
	}
	slices.SortFunc(edges, func(a, b network.EdgeID) int {
		return cmp.Or(cmp.Compare(chance(a, 0), chance(b, 0)), cmp.Compare(a, b))
	})
	edges = edges[:min(len(edges), v.Stations)]
	held := int(math.Round(v.HoldBack * float64(len(edges))))
	var kept []counts.Count
	for _, c := range all {
		if k := slices.Index(edges, c.Edge); k >= 0 {
			c.Held = k < held
			kept = append(kept, c)
		}
	}
	return kept
}

// demandFromCounts is "roadtwin demand from-counts".
type demandFromCounts struct {
	scenarioFlags
	Counts     string  `arg:"" help:"Counts (CSV: begin,end,edge,to,count,use)."`
	Output     string  `short:"o" required:"" placeholder:"FILE" help:"Write the trips to FILE (CSV)."`
	Runs       int     `default:"2" help:"Run the trips so many times: their travel times make the next estimate better. 0 for none."`
	Oversample float64 `default:"4" help:"Choose among so many times the trips of the default demand."`
	Seed       uint64  `default:"1" placeholder:"N" help:"Draws what counts do not tell."`
	JSON       bool    `name:"json" help:"Print the agreement as JSON."`
}

// Help is shown by "roadtwin demand from-counts --help".
func (demandFromCounts) Help() string {
	return `Trips are chosen among many of the default demand, so that they come by as counted, and no farther from the default than that
takes. Counts whose use is "check" are held back: nothing is fitted to them, and they tell how good the rest is.

Example:

  roadtwin demand from-counts city.osm.pbf counts.csv -o trips.csv
  roadtwin run city.osm.pbf --trips trips.csv --begin 07:00 --end 09:00`
}

// fromCounts is what "roadtwin demand from-counts --json" prints.
type fromCounts struct {
	Trips      int               `json:"trips"`
	Candidates int               `json:"candidates"`
	Level      float64           `json:"level"` // what all counts together are over the default demand
	Unreached  []string          `json:"unreached"`
	Fitted     counts.Agreement  `json:"fitted"` // by the estimate
	Held       counts.Agreement  `json:"held_back"`
	Runs       []agreementOfARun `json:"runs"` // the same, as it came about in the traffic
}

type agreementOfARun struct {
	Fitted  counts.Agreement  `json:"fitted"`
	Held    counts.Agreement  `json:"held_back"`
	Summary scenarios.Summary `json:"summary"`
}

// Run makes trips of counts.
func (v *demandFromCounts) Run(ctx context.Context, c *console) error {
	if v.Runs < 0 || v.Runs > 20 || !(v.Oversample >= 1 && v.Oversample <= 100) {
		return mistake(errors.New("want --runs 0 to 20 and --oversample 1 to 100"))
	}
	city, s, opts, err := v.open(ctx, c)
	if err != nil {
		return err
	}
	all, err := counts.ReadFile(v.Counts, city.Places)
	if err != nil {
		return mistake(err)
	}
	if opts.Begin != nil {
		s.Period.Begin = scenarios.Clock(*opts.Begin)
	}
	if opts.End != nil {
		s.Period.End = scenarios.Clock(*opts.End)
	}
	params := counts.Params{
		Oversample: v.Oversample, Spread: s.Routes.Spread, Seed: v.Seed, Begin: float64(s.Period.Begin), End: float64(s.Period.End),
	}
	done := fromCounts{Unreached: []string{}, Runs: []agreementOfARun{}}
	for run := 0; ; run++ {
		e, err := counts.Make(all, city.Places, city.Net, city.Router, params)
		if err != nil {
			return mistake(fmt.Errorf("%s: %w", v.Counts, err))
		}
		if err := writeWhole(v.Output, func(w io.Writer) error { return demand.WriteList(w, e.Trips, e.About) }); err != nil {
			return err
		}
		done.Trips, done.Candidates, done.Level, done.Fitted, done.Held = len(e.Trips), e.Candidates, e.Level, e.Fitted, e.Held
		done.Unreached = done.Unreached[:0]
		for _, i := range e.Unreached {
			done.Unreached = append(done.Unreached, all[i].Name)
		}
		if run == v.Runs {
			break
		}
		profile, agreement, err := v.drive(ctx, c, city, s, opts, all)
		if err != nil {
			return err
		}
		params.Times = profile
		done.Runs = append(done.Runs, agreement)
		if run+1 == v.Runs {
			break // what was run is what is written
		}
	}
	if v.JSON {
		return writeJSON(c.out, done)
	}
	return done.write(c.out, v.Output)
}

// drive runs the trips that were made.
func (v *demandFromCounts) drive(ctx context.Context, c *console, city *scenarios.City, s *scenarios.Scenario, opts scenarios.Options, all []counts.Count,
) (*counts.Profile, agreementOfARun, error) {
	with := *s
	list, err := filepath.Abs(v.Output)
	if err != nil {
		return nil, agreementOfARun{}, err
	}
	with.Demand = scenarios.Demand{Factor: 1, Trips: list}
	opts.Passages = true
	r, err := scenarios.NewRun(city, &with, opts)
	if err != nil {
		return nil, agreementOfARun{}, err
	}
	defer r.Close()
	counter, profile := counts.NewCounter(all), counts.NewProfile(city, r.Begin(), r.End())
	r.Watch(counter)
	r.Watch(profile)
	drive(ctx, c, r, nil)
	if !r.Done() {
		return nil, agreementOfARun{}, interrupted("interrupted; " + v.Output + " has the trips of the last estimate")
	}
	a := agreementOfARun{Summary: r.Summary()}
	a.Fitted, a.Held = counts.Compare(all, counter.Model)
	return profile, a, nil
}

func (f *fromCounts) write(w io.Writer, file string) error {
	fmt.Fprintf(w, "%s: %s trips, chosen among %s; the counts are %.2f times what the default demand has there\n", file, grouped(f.Trips), grouped(f.Candidates), f.Level)
	if n := len(f.Unreached); n > 0 {
		fmt.Fprintf(w, "no trip comes by at %d of the counts, the first of them %s\n", n, f.Unreached[0])
	}
	line := func(what string, a counts.Agreement) {
		if a.Counts > 0 {
			fmt.Fprintf(w, "  %-34s %5d counts, GEH below 5 at %5.1f %%, mean %.1f, worst %.1f, vehicles %+.1f %%\n", what, a.Counts, 100*a.Within, a.Mean, a.Worst, 100*a.Bias)
		}
	}
	line("fitted, as estimated", f.Fitted)
	line("held back, as estimated", f.Held)
	for i, r := range f.Runs {
		line(fmt.Sprintf("fitted, in the traffic of run %d", i+1), r.Fitted)
		line(fmt.Sprintf("held back, in the traffic of run %d", i+1), r.Held)
	}
	return nil
}
