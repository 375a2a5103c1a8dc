package main

import (
	"context"
	"errors"
	"fmt"

	"roadtwin/vehicles/traffic/bench"
)

// benchVerb is "roadtwin bench".
type benchVerb struct {
	Vehicles []int   `default:"2000,20000,100000" help:"Vehicles on the road, one generated grid for each (default: ${default})."`
	Threads  []int   `default:"1,2" help:"Threads, each grid is measured with each (default: ${default})."`
	DT       float64 `name:"dt" default:"0.2" placeholder:"SECONDS" help:"Step time (default: ${default})."`
	Seconds  float64 `default:"5" help:"Processor time to measure each row for, at least (default: ${default})."`
	Seed     uint64  `default:"1" help:"Of the trips and drivers (default: ${default})."`
	JSON     bool    `name:"json" help:"Print the rows as JSON."`
}

// Help is shown by "roadtwin bench --help".
func (benchVerb) Help() string {
	return `Fills generated grids of signalised streets with traffic of all classes, everything on, and measures.

Example:

  roadtwin bench
  roadtwin bench --vehicles 2000 --threads 1 --json`
}

// measured is what "roadtwin bench --json" prints.
type measured struct {
	Rows []bench.Row `json:"rows"`
}

// Run measures and prints what it has, also when it is interrupted.
func (v *benchVerb) Run(ctx context.Context, c *console) error {
	var bar *progress
	of := ""
	opts := bench.Options{
		Vehicles: v.Vehicles, Threads: v.Threads, StepTime: v.DT, Measure: v.Seconds, Seed: v.Seed,
		Progress: func(what string, share float64) {
			if bar == nil || what != of {
				if bar != nil {
					bar.end()
				}
				bar, of = newProgress(c.err, what), what
			}
			bar.at(share, "")
		},
	}
	if err := opts.Check(); err != nil {
		return mistake(err)
	}
	rows, err := bench.Run(ctx, opts)
	if bar != nil {
		bar.end()
	}
	if v.JSON {
		return errors.Join(writeJSON(c.out, measured{append([]bench.Row{}, rows...)}), err)
	}
	t := newTable(c.out)
	t.row("case", "threads", "dt", "vehicles", "updates per CPU s", "updates per s", "× real time", "allocs per step",
		"bytes per vehicle", "bytes per lane-km", "lane-km", "mean speed")
	for _, r := range rows {
		t.row(r.Case, fmt.Sprint(r.Threads), fmt.Sprintf("%g s", r.StepTime), grouped(r.Vehicles),
			grouped(int(r.UpdatesPerCPUSecond)), grouped(int(r.UpdatesPerSecond)), fmt.Sprintf("%.1f", r.RealTime),
			fmt.Sprintf("%.2f", r.AllocsPerStep), grouped(int(r.BytesPerVehicle)), grouped(int(r.BytesPerLaneKm)),
			fmt.Sprintf("%.0f", r.LaneKm), fmt.Sprintf("%.1f km/h", 3.6*r.MeanSpeed))
	}
	return errors.Join(t.w.Flush(), err)
}
