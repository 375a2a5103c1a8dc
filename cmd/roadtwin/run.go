package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"roadtwin/scenarios"
	"roadtwin/scenarios/batch"
	"roadtwin/scenarios/equilibrium"
	"roadtwin/scenarios/results"
)

// runVerb is "roadtwin run".
type runVerb struct {
	scenarioFlags

	Seeds    seedList `aliases:"seed" placeholder:"N,…" help:"One run for each of these seeds, in place of the scenario's: 1,2,3 or 1-20."`
	Variants []string `placeholder:"NAMES" help:"Run these variants of the scenario (base is what it says outside of variants), or all; default: base."`
	Jobs     int      `placeholder:"N" help:"Runs at a time, each on one thread; default: one a processor where there are several runs."`
	Again    bool     `help:"Make runs again that are in the results already."`
	JSON     bool     `name:"json" help:"Print the results as JSON."`

	Snapshots time.Duration `placeholder:"TIME" help:"Keep the state of the traffic in the results so often, as 10m, for roadtwin why to replay a crash from; default: the scenario's (none)."`

	Until  string        `placeholder:"MEASURE:PERCENT" help:"Add seeds until the 95 % interval of this measure, and of its differences between base and variants, is within so many percent of its mean: mean_delay_s:5%."`
	Most   int           `default:"200" placeholder:"N" help:"With --until: at most so many seeds."`
	Budget time.Duration `placeholder:"TIME" help:"With --until: begin no more runs after this time, as 2h30m."`

	Equilibrium bool     `help:"Run again and again until no driver could have been quicker by another way; keep the last of these runs."`
	Iterations  *int     `placeholder:"N" help:"At most so many runs for an equilibrium (default: 20)."`
	Gap         *float64 `placeholder:"SHARE" help:"Relative gap at which an equilibrium is near enough: what all ways take beyond the quickest there are, as a share of these (default: 0.01)."`
	Routes      string   `placeholder:"FILE" help:"Have every trip take the way that it has in FILE, the results (--db) of an equilibrium of the same map, demand and seed."`
}

// Help is shown by "roadtwin run --help".
func (runVerb) Help() string {
	return `Example:

  roadtwin run scenario.yaml --db results.db --seeds 1,2,3
  roadtwin run scenario.yaml --db results.db --variants all --seeds 1-20 --jobs 2
  roadtwin run scenario.yaml --db results.db --variants base,retimed --until mean_delay_s:5% --budget 1h
  roadtwin run city.osm.pbf --begin 07:00 --end 09:00 --demand 1.2
  roadtwin run roadnet_3_4.json --trips anon_3_4_jinan_real.json --begin 00:00 --end 01:00
  roadtwin run cologne1.sumocfg
  roadtwin run cologne1.net.xml --trips cologne1.rou.xml --begin 07:00 --end 08:00
  roadtwin run scenario.yaml --weather winter.csv
  roadtwin run winter.yaml --db results.db --snapshots 10m
  roadtwin run scenario.yaml --equilibrium --gap 0.02 --db settled.db
  roadtwin run scenario.yaml --routes settled.db

Runs that are in the results already (same scenario, variant, seed, files and version of the program) are not made again, so that the
same command goes on where a kill, Ctrl-C or a power cut stopped it.`
}

// ran is what "roadtwin run --json" prints.
type ran struct {
	Runs []scenarios.Summary `json:"runs"`
}

// Run makes one run for each variant and seed. When interrupted it keeps what is done.
func (v *runVerb) Run(ctx context.Context, c *console) error {
	goal, err := v.goal()
	if err == nil {
		err = v.check()
	}
	if err != nil {
		return mistake(err)
	}
	all, opts, err := v.load()
	if err != nil {
		return mistake(err)
	}
	for _, variant := range append([]*scenarios.Scenario{all}, all.Variants()...) {
		if v.Snapshots > 0 {
			variant.Measure.Snapshots = v.Snapshots.Seconds()
		}
	}
	variants, err := all.Pick(v.Variants)
	if err != nil {
		return mistake(err)
	}
	seeds, err := seedsOf(v.Seeds, all)
	if err != nil {
		return err
	}
	cities := &batch.Cities{Log: c.tell}
	city, err := cities.Of(ctx, variants[0])
	if err != nil {
		return mistake(err)
	}
	var db *results.DB
	if v.DB != "" {
		if db, err = results.Create(v.DB); err != nil {
			return mistake(err)
		}
		defer db.Close()
	}
	var made []scenarios.Summary
	switch {
	case v.Equilibrium || v.Routes != "":
		made, err = v.oneByOne(ctx, c, goal, cities, variants, seeds, opts, db)
	case v.Until == "" && len(variants)*len(seeds) == 1:
		made, err = v.single(ctx, c, city, variants[0].WithSeed(seeds[0]), opts, db)
	default:
		made, err = v.study(ctx, c, cities, variants, seeds, opts, db)
	}
	return v.print(c, made, err)
}

// print writes what the runs have come to; err is what ended them.
func (v *runVerb) print(c *console, made []scenarios.Summary, err error) error {
	switch {
	case len(made) == 0:
		return err
	case v.JSON:
		return errors.Join(writeJSON(c.out, ran{made}), err)
	}
	db := v.DB
	if err != nil && !errors.Is(err, context.Canceled) {
		db = "" // the last of them is in no file
	}
	if len(made) > mostRows || slices.ContainsFunc(made, func(s scenarios.Summary) bool { return s.Variant != made[0].Variant }) {
		return errors.Join(writeVariants(c.out, made, db), err)
	}
	return errors.Join(writeSummaries(c.out, made, db), err)
}

// check returns what is wrong with the flags.
func (v *runVerb) check() error {
	switch {
	case v.Jobs < 0:
		return fmt.Errorf("--jobs %d, want 1 or more", v.Jobs)
	case v.Snapshots != 0 && (v.Snapshots < 10*time.Second || v.Snapshots > 24*time.Hour):
		return fmt.Errorf("--snapshots %v, want 10s to 24h", v.Snapshots)
	case v.Snapshots != 0 && v.DB == "":
		return errors.New("--snapshots are kept in results: --db says where")
	case v.Until == "" && v.Budget != 0:
		return errors.New("--budget goes with --until only")
	case v.Until != "" && (v.Equilibrium || v.Routes != ""):
		return errors.New("--until does not go with --equilibrium and --routes")
	case v.Until != "" && v.Most < 2:
		return fmt.Errorf("--most %d, want 2 or more", v.Most)
	}
	return nil
}

// oneByOne makes runs whose drivers do not simply choose their ways.
func (v *runVerb) oneByOne(ctx context.Context, c *console, goal equilibrium.Goal, cities *batch.Cities, variants []*scenarios.Scenario,
	seeds []uint64, opts scenarios.Options, db *results.DB,
) (made []scenarios.Summary, err error) {
	for _, seed := range seeds {
		for _, variant := range variants {
			city, err := cities.Of(ctx, variant)
			if err != nil {
				return made, mistake(err)
			}
			if v.Routes != "" {
				if opts.Routes, err = routesOf(ctx, v.Routes, city, seed); err != nil {
					return made, err
				}
				opts.Settled, opts.KeepRoutes = true, true // so that it can be made again
			}
			once := runOnce
			if v.Equilibrium {
				once = settler{goal}.run
			}
			summary, ran, err := once(ctx, c, city, variant.WithSeed(seed), opts, db)
			if ran {
				made = append(made, summary)
			}
			if err != nil {
				return made, err
			}
		}
	}
	return made, nil
}

// single makes one run on all threads, unless it is in the results already.
func (v *runVerb) single(ctx context.Context, c *console, city *scenarios.City, s *scenarios.Scenario, opts scenarios.Options,
	db *results.DB,
) ([]scenarios.Summary, error) {
	if db != nil && !v.Again {
		have, err := keptSummary(ctx, db, city, s, opts)
		if err != nil || have != nil {
			if have != nil {
				fmt.Fprintf(c.err, "%s has this run already; --again makes it once more\n", v.DB)
			}
			return have, mistakeIfInvalid(err)
		}
	}
	summary, made, err := runOnce(ctx, c, city, s, opts, db)
	if !made {
		return nil, err
	}
	return []scenarios.Summary{summary}, err
}

// goal returns when an equilibrium is near enough; or an error if the flags say so and none is asked for.
func (v *runVerb) goal() (equilibrium.Goal, error) {
	goal := equilibrium.Goal{Iterations: 20, Gap: 0.01}
	if v.Iterations != nil {
		goal.Iterations = *v.Iterations
	}
	if v.Gap != nil {
		goal.Gap = *v.Gap
	}
	switch {
	case v.Iterations != nil && !v.Equilibrium:
		return goal, errors.New("--iterations goes with --equilibrium only")
	case v.Gap != nil && !v.Equilibrium:
		return goal, errors.New("--gap goes with --equilibrium only")
	}
	return goal, goal.Check()
}

// runOnce runs s, with one seed, to its end or until ctx is done, and keeps it in db, if there is one. made tells that
// there is a summary, even if what stands in err is that the run could not be kept.
func runOnce(ctx context.Context, c *console, city *scenarios.City, s *scenarios.Scenario, opts scenarios.Options,
	db *results.DB,
) (summary scenarios.Summary, made bool, err error) {
	r, err := scenarios.NewRun(city, s, opts)
	if errors.Is(err, scenarios.ErrInvalid) {
		return summary, false, mistake(err)
	} else if err != nil {
		return summary, false, err
	}
	defer r.Close()
	var recorder *scenarios.Recorder
	if db != nil {
		if recorder, err = scenarios.Record(db, r, version()); err != nil {
			return summary, false, err
		}
	}
	drive(ctx, c, r, recorder)
	summary = r.Summary()
	if recorder != nil {
		if err := recorder.Finish(summary); err != nil {
			return summary, true, fmt.Errorf("the run with seed %d is not in the results: %w", r.Seed(), err)
		}
	}
	if !r.Done() {
		text := "interrupted at " + scenarios.Clock(int(r.Time())).String()
		if db != nil {
			text += "; what was done until then is in " + db.Path()
		}
		return summary, true, interrupted(text)
	}
	return summary, true, nil
}

// stepsBetweenLooks is how many steps are made before progress is told and the results file is asked for errors.
const stepsBetweenLooks = 100

// drive steps r until it is done or ctx is. It tells when recorder, which may be nil, fails, and goes on: Finish will
// say so again.
func drive(ctx context.Context, c *console, r *scenarios.Run, recorder *scenarios.Recorder) {
	bar := newProgress(c.err, fmt.Sprintf("%s, seed %d", r.Scenario().Name, r.Seed()))
	defer bar.end()
	for n := 1; !r.Done() && ctx.Err() == nil; n++ {
		r.Step()
		if n%stepsBetweenLooks != 0 {
			continue
		}
		if recorder != nil && recorder.Err() != nil {
			bar.tell(fmt.Sprintf("%v; the run goes on, but will not be in the results", recorder.Err()))
			recorder = nil
		}
		bar.at((r.Time()-r.Begin())/(r.End()-r.Begin()),
			fmt.Sprintf("%v, %s on the road", scenarios.Clock(int(r.Time())), grouped(r.World().Stats().OnRoad)))
	}
}

// interrupted is the error of a run that was ended early.
type interrupted string

func (i interrupted) Error() string        { return string(i) }
func (i interrupted) Is(target error) bool { return target == context.Canceled }
