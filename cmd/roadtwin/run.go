package main

import (
	"context"
	"errors"
	"fmt"

	"roadtwin/scenarios"
	"roadtwin/scenarios/equilibrium"
	"roadtwin/scenarios/results"
)

// runVerb is "roadtwin run".
type runVerb struct {
	scenarioFlags

	Seeds []uint64 `aliases:"seed" placeholder:"N" help:"One run for each of these seeds, in place of the scenario's."`
	JSON  bool     `name:"json" help:"Print the results as JSON."`

	Equilibrium bool     `help:"Run again and again until no driver could have been quicker by another way; keep the last of these runs."`
	Iterations  *int     `placeholder:"N" help:"At most so many runs for an equilibrium (default: 20)."`
	Gap         *float64 `placeholder:"SHARE" help:"Relative gap at which an equilibrium is near enough: what all ways take beyond the quickest there are, as a share of these (default: 0.01)."`
	Routes      string   `placeholder:"FILE" help:"Have every trip take the way that it has in FILE, the results (--db) of an equilibrium of the same map, demand and seed."`
}

// Help is shown by "roadtwin run --help".
func (runVerb) Help() string {
	return `Example:

  roadtwin run scenario.yaml --db results.db --seeds 1,2,3
  roadtwin run city.osm.pbf --begin 07:00 --end 09:00 --demand 1.2
  roadtwin run roadnet_3_4.json --trips anon_3_4_jinan_real.json --begin 00:00 --end 01:00
  roadtwin run cologne1.net.xml --trips cologne1.rou.xml --begin 07:00 --end 08:00
  roadtwin run scenario.yaml --weather winter.csv
  roadtwin run scenario.yaml --equilibrium --gap 0.02 --db settled.db
  roadtwin run scenario.yaml --routes settled.db`
}

// ran is what "roadtwin run --json" prints.
type ran struct {
	Runs []scenarios.Summary `json:"runs"`
}

// Run makes one run for each seed. When interrupted it keeps what is done.
func (v *runVerb) Run(ctx context.Context, c *console) error {
	goal, err := v.goal()
	if err != nil {
		return mistake(err)
	}
	city, s, opts, err := v.open(ctx, c)
	if err != nil {
		return err
	}
	seeds, err := seedsOf(v.Seeds, s)
	if err != nil {
		return err
	}
	var db *results.DB
	if v.DB != "" {
		if db, err = results.Create(v.DB); err != nil {
			return mistake(err)
		}
		defer db.Close()
	}
	all := ran{Runs: []scenarios.Summary{}}
	for _, seed := range seeds {
		if v.Routes != "" {
			if opts.Routes, err = routesOf(ctx, v.Routes, city, seed); err != nil {
				break
			}
		}
		once := runOnce
		if v.Equilibrium {
			once = settler{goal}.run
		}
		summary, made, failed := once(ctx, c, city, withSeed(s, seed), opts, db)
		if made {
			all.Runs = append(all.Runs, summary)
		}
		if err = failed; err != nil {
			break
		}
	}
	switch {
	case len(all.Runs) == 0:
		return err
	case v.JSON:
		return errors.Join(writeJSON(c.out, all), err)
	case err != nil && !errors.Is(err, context.Canceled):
		return errors.Join(writeSummaries(c.out, all.Runs, ""), err) // the last of them is in no file
	default:
		return errors.Join(writeSummaries(c.out, all.Runs, v.DB), err)
	}
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
