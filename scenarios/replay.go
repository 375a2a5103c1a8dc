package scenarios

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"

	"roadtwin/network"
	"roadtwin/scenarios/results"
	"roadtwin/vehicles/traffic"
)

// Reopen makes a run that was kept in db once more, at its start: the same to the bit if the program, the map and the files that the
// scenario names are what they were. A map that is another is an ErrInvalid.
func Reopen(ctx context.Context, db *results.DB, id int64, workers int, log Progress) (*Run, error) {
	kept, err := db.Run(ctx, id)
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("scenario of run %d.yaml", id)
	s, err := Parse([]byte(kept.Text), filepath.Join(kept.Base, name))
	if err != nil {
		return nil, err
	}
	city, err := Open(ctx, s, log)
	if err != nil {
		return nil, err
	}
	if city.Hash() != kept.MapHash {
		return nil, badOption(fmt.Sprintf("run %d was made on another map than %s is now", id, city.Source))
	}
	o := Options{Seed: kept.Seed, Workers: workers}
	if o.Routes, err = keptRoutes(ctx, db, id); err != nil {
		return nil, err
	}
	o.Settled = o.Routes != nil
	r, err := NewRun(city, s, o)
	if err != nil {
		return nil, err
	}
	if err := r.repeat(ctx, db, id); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// repeat has what clients asked for in a run that was kept done again at the same steps.
func (r *Run) repeat(ctx context.Context, db *results.DB, id int64) error {
	rows, err := db.Commands(ctx, id)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.By == byScenario {
			continue
		}
		var c traffic.Command
		if err := json.Unmarshal([]byte(row.Command), &c); err != nil {
			return badOption(fmt.Sprintf("run %d cannot be made again: its command %d (%s) is not in the file: %v", id, row.Seq, row.Kind, err))
		}
		if c.Weather.Spill.Until >= forEver {
			c.Weather.Spill.Until = math.Inf(1)
		}
		r.asked = append(r.asked, CommandRecord{Step: row.Step, Time: row.Time, By: row.By, Command: c})
	}
	return nil
}

// keptRoutes returns the ways of the trips of a run that kept them, by trip; nil if it did not.
func keptRoutes(ctx context.Context, db *results.DB, id int64) ([][]network.EdgeID, error) {
	rows, err := db.Routes(ctx, id)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	const mostTrips = 1 << 26
	var ways [][]network.EdgeID
	for _, row := range rows {
		if row.Trip < 0 || row.Trip >= mostTrips {
			return nil, badOption(fmt.Sprintf("run %d has a route of trip %d, want 0 to %d", id, row.Trip, mostTrips-1))
		}
		for int64(len(ways)) <= row.Trip {
			ways = append(ways, nil)
		}
		for _, e := range row.Edges {
			ways[row.Trip] = append(ways[row.Trip], network.EdgeID(e))
		}
	}
	return ways, nil
}
