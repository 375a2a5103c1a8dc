package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/scenarios/equilibrium"
	"roadtwin/scenarios/results"
)

// settler makes runs until they are in equilibrium.
type settler struct{ goal equilibrium.Goal }

// run runs s, with one seed, again and again until it is in equilibrium or ctx is done, and keeps the last finished run in
// db, if there is one. made tells that there is a summary, that of the last finished run.
func (e settler) run(ctx context.Context, c *console, city *scenarios.City, s *scenarios.Scenario, opts scenarios.Options,
	db *results.DB,
) (summary scenarios.Summary, made bool, err error) {
	search := equilibrium.New(city, e.goal, cmp.Or(opts.Workers, runtime.GOMAXPROCS(0)))
	var kept int64 // the run in db
	for !search.Done() {
		next, id, err := settleOnce(ctx, c, search, city, s, opts, db)
		if errors.Is(err, context.Canceled) && made {
			text := fmt.Sprintf("interrupted; this is run %d", len(search.Report().Iterations))
			return summary, true, interrupted(text)
		}
		if err != nil {
			return summary, made, err
		}
		if summary, made = next, true; kept != 0 {
			if err := db.Remove(kept); err != nil {
				return summary, made, err
			}
		}
		kept = id
		runs := summary.Equilibrium.Iterations
		it := runs[len(runs)-1]
		fmt.Fprintf(c.err, "run %d: relative gap %.2f %%, mean travel time %.1f s, mean delay %.1f s, %s arrived; %s change ways\n",
			len(runs), 100*it.RelativeGap, it.MeanTravelTime, it.MeanDelay, grouped(it.Arrived), grouped(it.Switched))
	}
	return summary, made, nil
}

// settleOnce makes one run of a search and keeps it in db, if there is one, as run id. A run that was interrupted is not
// kept.
func settleOnce(ctx context.Context, c *console, search *equilibrium.Search, city *scenarios.City, s *scenarios.Scenario,
	opts scenarios.Options, db *results.DB,
) (summary scenarios.Summary, id int64, err error) {
	r, err := scenarios.NewRun(city, s, search.Options(opts))
	if errors.Is(err, scenarios.ErrInvalid) {
		return summary, 0, mistake(err)
	} else if err != nil {
		return summary, 0, err
	}
	defer r.Close()
	var recorder *scenarios.Recorder
	if db != nil {
		if recorder, err = scenarios.Record(db, r, version()); err != nil {
			return summary, 0, err
		}
	}
	search.Watch(r)
	drive(ctx, c, r, recorder)
	if !r.Done() {
		if recorder != nil {
			err = recorder.Abandon()
		}
		return summary, 0, errors.Join(interrupted("interrupted at "+scenarios.Clock(int(r.Time())).String()+" of the first run"), err)
	}
	search.Judge()
	summary = r.Summary()
	summary.Equilibrium = search.Report()
	if recorder != nil {
		id = recorder.RunID()
		if err := recorder.Finish(summary); err != nil {
			return summary, 0, fmt.Errorf("the run with seed %d is not in the results: %w", r.Seed(), err)
		}
	}
	return summary, id, nil
}

// routesOf returns the ways of the trips, by trip, of the last run with that seed that kept them in the results at path.
func routesOf(ctx context.Context, path string, city *scenarios.City, seed uint64) ([][]network.EdgeID, error) {
	db, err := results.Open(path)
	if err != nil {
		return nil, mistake(err)
	}
	defer db.Close()
	runs, err := db.Runs(ctx)
	if err != nil {
		return nil, err
	}
	for i := len(runs) - 1; i >= 0; i-- {
		if runs[i].Seed != seed || runs[i].MapHash != city.Hash() {
			continue
		}
		rows, err := db.Routes(ctx, runs[i].ID)
		if err != nil {
			return nil, err
		}
		if n := len(rows); n > 0 && (rows[0].Trip < 0 || rows[n-1].Trip > mostTrips) {
			return nil, mistake(fmt.Errorf("--routes %s: run %d has routes of trips %d to %d, want 0 to %d", path, runs[i].ID, rows[0].Trip, rows[n-1].Trip, mostTrips))
		}
		if len(rows) > 0 {
			return waysOf(rows), nil
		}
	}
	return nil, mistake(fmt.Errorf("--routes %s: no run of this map with seed %d has kept its routes; make one with --equilibrium", path, seed))
}

// mostTrips is the highest number of a trip that a file is believed.
const mostTrips = 1<<26 - 1

// waysOf returns the edges of rows, which are sorted, by trip.
func waysOf(rows []results.Route) [][]network.EdgeID {
	ways := make([][]network.EdgeID, rows[len(rows)-1].Trip+1)
	for _, row := range rows {
		for _, e := range row.Edges {
			ways[row.Trip] = append(ways[row.Trip], network.EdgeID(e))
		}
	}
	return ways
}
