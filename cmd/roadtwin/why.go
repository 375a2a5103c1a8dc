package main

import (
	"context"
	"errors"
	"fmt"

	"roadtwin/scenarios"
	"roadtwin/scenarios/results"
	"roadtwin/scenarios/why"
	"roadtwin/vehicles/traffic"
)

// whyVerb is "roadtwin why".
type whyVerb struct {
	DB        string  `arg:"" name:"results.db" help:"Results of a run (roadtwin run --db)."`
	Crash     int64   `placeholder:"N" help:"The crash, by its id in the table crashes; without it the crashes are listed."`
	All       bool    `help:"Ask of every crash, and tell how many of them each single change would have prevented."`
	OfRun     int64   `name:"run" placeholder:"N" help:"With --all: the crashes of this run only, by its id in the table runs."`
	Jobs      int     `placeholder:"N" help:"With --all: crashes that are asked of at a time, each on one thread; default: one a processor."`
	Before    float64 `default:"20" placeholder:"SECONDS" help:"Begin what is supposed so long before the crash (default: 20)."`
	Threads   int     `placeholder:"N" help:"Share each step among N threads; results do not depend on it."`
	FromStart bool    `help:"Make the whole run again, even if the results have a snapshot of it."`
	Page      string  `placeholder:"FILE" help:"Write a page to FILE (.html), with a picture of the trajectories as they were and with the factor that prevents it by the most."`
	JSON      bool    `name:"json" help:"Print the answer as JSON, with all trajectories."`
}

// Help is shown by "roadtwin why --help".
func (whyVerb) Help() string {
	return `Makes the run again up to the crash, then from some seconds before it with one thing changed at a time: a dry road, no lapse, half a
second sooner, 10 % slower, the grip known, other signals, without the other vehicle. Says what would have prevented it. Begins at the last
snapshot before, if the run kept some (roadtwin run --snapshots).

With --all each run is made once, and every crash on the way is asked of: a line each, then a table of how many of them each change prevents.

Example:

  roadtwin run winter.yaml --db results.db --snapshots 10m
  roadtwin why results.db
  roadtwin why results.db --crash 3 --page crash3.html
  roadtwin why results.db --all --jobs 4`
}

// Run lists the crashes, or explains one.
func (v *whyVerb) Run(ctx context.Context, c *console) error {
	if !(v.Before >= 1 && v.Before <= 600) {
		return mistake(fmt.Errorf("--before %g, want 1 to 600 s", v.Before))
	}
	if err := v.check(); err != nil {
		return mistake(err)
	}
	db, err := results.Open(v.DB)
	if err != nil {
		return mistake(err)
	}
	defer db.Close()
	all, err := crashesOf(ctx, db)
	if err != nil {
		return err
	}
	if v.All {
		return v.explainAll(ctx, c, db, all)
	}
	if v.Crash == 0 {
		return v.list(c, all)
	}
	for _, k := range all {
		if k.ID == v.Crash {
			return v.explain(ctx, c, db, k)
		}
	}
	return mistake(fmt.Errorf("%s: no crash %d; roadtwin why %s lists them", v.DB, v.Crash, v.DB))
}

// keptCrash is a crash with its run.
type keptCrash struct {
	results.Crash
	run int64
}

func crashesOf(ctx context.Context, db *results.DB) ([]keptCrash, error) {
	runs, err := db.Runs(ctx)
	if err != nil {
		return nil, err
	}
	var all []keptCrash
	for _, r := range runs {
		crashes, err := db.Crashes(ctx, r.ID)
		if err != nil {
			return nil, err
		}
		for _, k := range crashes {
			all = append(all, keptCrash{k, r.ID})
		}
	}
	return all, nil
}

// listed is a crash in what "roadtwin why --json" prints without --crash.
type listed struct {
	Crash        int64   `json:"crash"`
	Run          int64   `json:"run"`
	Time         float64 `json:"time_s"`
	Striking     int64   `json:"striking"`
	Struck       int64   `json:"struck"`
	ClosingSpeed float64 `json:"closing_speed_m_s"`
	DeltaV       float64 `json:"delta_v_m_s"`
}

func (v *whyVerb) list(c *console, all []keptCrash) error {
	if v.JSON {
		rows := make([]listed, 0, len(all))
		for _, k := range all {
			rows = append(rows, listed{k.ID, k.run, k.Time, k.Trip, k.Other, k.ClosingSpeed, k.DeltaV})
		}
		return writeJSON(c.out, struct {
			Crashes []listed `json:"crashes"`
		}{rows})
	}
	if len(all) == 0 {
		_, err := fmt.Fprintf(c.out, "no crash in %s\n", v.DB)
		return err
	}
	for _, k := range all {
		what := fmt.Sprintf("ran into %d", k.Other)
		if k.Other < 0 {
			what = "left the road"
		}
		if _, err := fmt.Fprintf(c.out, "crash %d: run %d, %s, vehicle %d %s at %.0f km/h\n", k.ID, k.run,
			scenarios.Clock(int(k.Time)), k.Trip, what, 3.6*k.ClosingSpeed); err != nil {
			return err
		}
	}
	return nil
}

// ask returns what is asked of a crash.
func (v *whyVerb) ask(k *keptCrash) why.Ask {
	ask := why.Ask{Time: k.Time, Striking: traffic.VehicleID(k.Trip), Struck: traffic.NoVehicle, Before: v.Before, After: 10}
	if k.Other >= 0 {
		ask.Struck = traffic.VehicleID(k.Other)
	}
	return ask
}

func (v *whyVerb) explain(ctx context.Context, c *console, db *results.DB, k keptCrash) error {
	r, err := scenarios.ReopenAt(ctx, db, k.run, v.from([]keptCrash{k}), v.Threads, c.tell)
	if errors.Is(err, scenarios.ErrInvalid) {
		return mistake(err)
	} else if err != nil {
		return err
	}
	defer r.Close()
	bar := newProgress(c.err, "replay")
	answer, err := why.Explain(ctx, r, v.ask(&k), func(share float64) { bar.at(share, "") })
	bar.end()
	if err != nil {
		return err
	}
	if v.Page != "" {
		if err := writeWhole(v.Page, answer.WritePage); err != nil {
			return err
		}
	}
	if v.JSON {
		return writeJSON(c.out, answer)
	}
	return answer.WriteText(c.out)
}
