package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/scenarios/optimise"
	"roadtwin/scenarios/results"
)

// optimiseVerb is "roadtwin optimise".
type optimiseVerb struct {
	Signals    optimiseSignalsVerb    `cmd:"" help:"Search cycle, splits, offsets and stage order of the signals of an area by simulation."`
	Departures optimiseDeparturesVerb `cmd:"" help:"Find who should depart earlier or later: the most delay saved for the least shift."`
}

// areaFlags choose signal controllers.
type areaFlags struct {
	Area      string   `placeholder:"W,S,E,N|FILE" help:"The signals within: a box, corners \"lon,lat lon,lat lon,lat\", or a polygon in a GeoJSON FILE."`
	Along     []string `placeholder:"STREET" sep:";" help:"The signals on this street."`
	Junctions []string `placeholder:"NAME" sep:";" help:"These signals: by the name or the number of an OSM node of the controller or the junction; several are separated by ';'."`
}

// choose returns the controllers that the flags name; without any flag all that there are.
func (f *areaFlags) choose(net *network.Network) ([]network.ControllerID, error) {
	area := optimise.Area{Streets: f.Along, Names: f.Junctions}
	if f.Area != "" {
		corners, err := optimise.ParseArea(f.Area)
		if err != nil {
			return nil, err
		}
		area.Corners = corners
	}
	return area.Choose(net)
}

// optimiseSignalsVerb is "roadtwin optimise signals".
type optimiseSignalsVerb struct {
	scenarioFlags
	areaFlags

	Output    string        `short:"o" placeholder:"FILE" help:"Write the best plans here (YAML), whenever there are better ones."`
	Objective string        `default:"delay" help:"What to make small: delay (all of it, the wait before trips included), stops, queue, or a sum like \"delay + 10 stops\"."`
	Budget    time.Duration `default:"10m" help:"Time for all of it, the verdict included; Ctrl-C ends the search early."`
	Trials    int           `placeholder:"N" help:"At most so many trials, in place of as many as the budget allows: then the result is the same on every machine."`
	Seeds     []uint64      `aliases:"seed" placeholder:"N" help:"Seeds that every candidate is tried with (default: the scenario's if there are two or more, else 1 to 8)."`
	Verdict   int           `default:"20" placeholder:"N" help:"Whole runs of each control, on fresh seeds, for the verdict; 0 for none."`
	Beside    []string      `placeholder:"NAME" help:"Judge these beside the plans: actuated, coordinated (actuated, along the green wave), max_pressure, sotl."`
	Cycles    string        `default:"40-130" placeholder:"S-S" help:"Shortest and longest common cycle, s."`
	Warmup    time.Duration `default:"15m" help:"Time from the beginning of the scenario until trials begin."`
	Settle    time.Duration `default:"5m" help:"Time in which the plans of a trial take over, not measured."`
	Horizon   time.Duration `default:"15m" help:"Time that is measured of a trial."`
	JSON      bool          `name:"json" help:"Print the result as JSON."`
}

// Help is shown by "roadtwin optimise signals --help".
func (optimiseSignalsVerb) Help() string {
	return `Tries timings in short runs that go on from a state of warm streets, every candidate with the same seeds, and keeps the
best. At the end whole runs on seeds that the search has not seen say what it is worth, and how sure that is. A search
with --db that was ended goes on where it was when it is asked for again.

Example:

  roadtwin optimise signals scenario.yaml --area -75.556,39.784,-75.537,39.806 --db results.db -o plans.yaml
  roadtwin optimise signals scenario.yaml --along "Concord Pike" --budget 30m --objective "delay + 10 stops"
  roadtwin optimise signals cologne1.sumocfg --begin 07:00 --end 08:00 --trials 2000`
}

// optimised is what "roadtwin optimise signals --json" prints.
type optimised struct {
	Controllers []string       `json:"controllers"`
	Objective   string         `json:"objective"`
	Trials      int            `json:"trials"`
	Recalled    int            `json:"recalled"` // trials remembered from before
	Origin      string         `json:"origin"`   // what the best came of
	Start       float64        `json:"start"`    // objective of the best start in the trials
	Best        float64        `json:"best"`     // of the best
	Complete    bool           `json:"complete"` // the search had come to its end
	Verdict     []optimise.Row `json:"verdict"`
	Plans       any            `json:"plans"`
	Wall        float64        `json:"wall_s"`
	CPU         float64        `json:"cpu_s"`
}

// Run searches and judges.
func (v *optimiseSignalsVerb) Run(ctx context.Context, c *console) error {
	begun := time.Now()
	objective, err := optimise.ParseObjective(v.Objective)
	if err != nil {
		return mistake(err)
	}
	cycles, err := parseCycles(v.Cycles)
	if err != nil {
		return mistake(err)
	}
	for _, name := range v.Beside {
		if !slices.Contains(optimise.BesideNames(), name) {
			return mistake(fmt.Errorf("--beside %q, want %s", name, strings.Join(optimise.BesideNames(), ", ")))
		}
	}
	city, s, opts, err := v.open(ctx, c)
	if err != nil {
		return err
	}
	chosen, err := v.choose(city.Net)
	if err != nil {
		return mistake(err)
	}
	set := optimise.Settings{
		Controllers: chosen, Objective: objective, Cycles: cycles, Trials: v.Trials, Workers: v.workers(),
		Clock: optimise.Clock{Warmup: v.Warmup.Seconds(), Settle: v.Settle.Seconds(), Horizon: v.Horizon.Seconds()},
	}
	if set.Seeds, err = v.seeds(s); err != nil {
		return err
	}
	job := &signalsSearch{verb: v, console: c, city: city, scenario: s, options: opts, settings: set, begun: begun}
	if v.DB != "" {
		db, err := results.Create(v.DB)
		if err != nil {
			return mistake(err)
		}
		defer db.Close()
		if job.kept, err = optimise.Remember(ctx, db, city, s, opts, set, version(), begun); err != nil {
			return err
		}
		job.settings.Memory = job.kept
		if n := job.kept.Trials(); n > 0 {
			fmt.Fprintf(c.err, "%s holds %s runs of this search; it goes on from there\n", v.DB, grouped(n))
		}
	}
	return job.run(ctx)
}

func (v *optimiseSignalsVerb) workers() int {
	if v.Threads > 0 {
		return v.Threads
	}
	return runtime.GOMAXPROCS(0)
}

// seeds returns the seeds of the search.
func (v *optimiseSignalsVerb) seeds(s *scenarios.Scenario) ([]uint64, error) {
	if len(v.Seeds) == 0 && len(s.Seeds) < 2 {
		return nil, nil
	}
	return seedsOf(v.Seeds, s)
}

// parseCycles reads "40-130".
func parseCycles(text string) (r optimise.CycleRange, err error) {
	if n, err := fmt.Sscanf(strings.ReplaceAll(text, "-", " "), "%g %g", &r.Shortest, &r.Longest); n != 2 || err != nil {
		return r, fmt.Errorf("--cycles %q, want the shortest and the longest, 40-130 for instance", text)
	}
	return r, nil
}
