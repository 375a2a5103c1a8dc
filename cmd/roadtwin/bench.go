package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strings"

	"roadtwin/network"
	"roadtwin/vehicles/traffic/bench"
)

// benchVerb is "roadtwin bench".
type benchVerb struct {
	Network  string  `default:"grid" placeholder:"grid|ring|town|FILE" help:"Network: a grid of signalised streets, a ring of three lanes, the sample town, or an imported one (.rtn) (default: ${default})."`
	Vehicles []int   `default:"1000,10000,50000,200000" help:"Vehicles on the road; grid and ring are made as large as each needs (default: ${default})."`
	Density  float64 `default:"15" help:"Vehicles a kilometre of lane, on grid and ring (default: ${default})."`
	Threads  []int   `default:"1,2" help:"Threads, each size is measured with each (default: ${default})."`
	DT       float64 `name:"dt" default:"0.2" placeholder:"SECONDS" help:"Step time (default: ${default})."`
	Seconds  float64 `default:"5" help:"Processor time to measure each row for in each round, at least (default: ${default})."`
	Rounds   int     `default:"1" help:"Measure each row so often, in turns with those of other threads, and take the best (default: ${default})."`
	Weather  string  `default:"dry" placeholder:"dry|blizzard" help:"On dry roads, or in a blizzard: each lane with its own snow, drivers who go by what they believe of it (default: ${default})."`
	Phases   bool    `help:"Also tell what share of a step each phase takes."`
	Seed     uint64  `default:"1" help:"Of the trips and drivers (default: ${default})."`
	JSON     bool    `name:"json" help:"Print the rows as JSON."`
	Profile  string  `placeholder:"FILE" help:"Write a CPU profile of all of it here, for go tool pprof."`
}

// Help is shown by "roadtwin bench --help".
func (benchVerb) Help() string {
	return `Fills networks with traffic of all classes, everything on, and measures. The same vehicles drive in each row of a size.

Example:

  roadtwin bench
  roadtwin bench --vehicles 2000,20000 --threads 1 --phases
  roadtwin bench --network ring --vehicles 5000 --rounds 3
  roadtwin bench --network city.rtn --vehicles 3000 --json
  roadtwin bench --vehicles 2000 --threads 1 --weather blizzard`
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
		Network: v.Network, Vehicles: v.Vehicles, Density: v.Density, Threads: v.Threads, StepTime: v.DT, Measure: v.Seconds, Rounds: v.Rounds,
		Weather: v.Weather, Phases: v.Phases, Seed: v.Seed,
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
	if strings.HasSuffix(v.Network, ".rtn") {
		net, err := network.ReadFile(v.Network)
		if err != nil {
			return mistake(err)
		}
		opts.Net, opts.Network = net, strings.TrimSuffix(filepath.Base(v.Network), ".rtn")
	}
	if err := opts.Check(); err != nil {
		return mistake(err)
	}
	stop, err := profile(v.Profile)
	if err != nil {
		return mistake(fmt.Errorf("profile: %w", err))
	}
	rows, err := bench.Run(ctx, opts)
	if bar != nil {
		bar.end() // before anything else is said
	}
	err = errors.Join(err, stop())
	if v.JSON {
		return errors.Join(writeJSON(c.out, measured{append([]bench.Row{}, rows...)}), err)
	}
	return errors.Join(writeBench(c.out, rows), err)
}

// profile begins a CPU profile and returns what ends it and writes it to a file; neither does anything if there is no name.
func profile(name string) (stop func() error, err error) {
	if name == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return f.Close()
	}, nil
}

// writeBench writes the rows as a table, and the phases as another.
func writeBench(w io.Writer, rows []bench.Row) error {
	t := newTable(w)
	t.row("case", "threads", "dt", "vehicles", "updates per CPU s", "spread", "ns each", "updates per s", "× real time", "allocs per step",
		"bytes per vehicle", "bytes per lane-km", "lane-km", "per lane-km", "mean speed")
	for i := range rows {
		r := &rows[i]
		t.row(r.Case, fmt.Sprint(r.Threads), fmt.Sprintf("%g s", r.StepTime), grouped(r.Vehicles),
			grouped(int(r.UpdatesPerCPUSecond)), fmt.Sprintf("%.0f %%", 100*r.Spread), fmt.Sprintf("%.0f", 1e9/r.UpdatesPerCPUSecond),
			grouped(int(r.UpdatesPerSecond)), fmt.Sprintf("%.1f", r.RealTime),
			fmt.Sprintf("%.2f", r.AllocsPerStep), grouped(int(r.BytesPerVehicle)), grouped(int(r.BytesPerLaneKm)),
			grouped(int(r.LaneKm)), fmt.Sprintf("%.1f", r.Density), fmt.Sprintf("%.1f km/h", 3.6*r.MeanSpeed))
	}
	if err := t.w.Flush(); err != nil || len(rows) == 0 || len(rows[0].Phases) == 0 {
		return err
	}
	fmt.Fprintf(w, "\nWhere the time goes: nanoseconds of processor time a vehicle and step, and share of the step\n\n")
	t = newTable(w)
	head := []string{"phase"}
	for i := range rows {
		head = append(head, fmt.Sprintf("%s, %d", rows[i].Case, rows[i].Threads), "")
	}
	t.row(head...)
	for p := range rows[0].Phases {
		cells := []string{rows[0].Phases[p].Name}
		for i := range rows {
			cells = append(cells, fmt.Sprintf("%.1f", rows[i].Phases[p].Nanos), fmt.Sprintf("%.0f %%", 100*rows[i].Phases[p].Share))
		}
		t.row(cells...)
	}
	return t.w.Flush()
}
