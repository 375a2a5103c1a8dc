package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/signals"
	"roadtwin/signals/planfile"
	"roadtwin/signals/retime"
	"roadtwin/signals/timing"
)

// signalsTimeVerb is "roadtwin signals time".
type signalsTimeVerb struct {
	planSource
	areaFlags

	Flows   string  `placeholder:"FILE" help:"Flows of the last run in the results FILE; without it the scenario is run once to count them."`
	Method  string  `enum:"webster,offsets" default:"webster" help:"webster: cycles, splits and, with --wave, offsets; offsets: these alone."`
	Wave    string  `placeholder:"STREET" help:"Coordinate the signals along this street; \"main\" for that with most of them."`
	Offsets string  `enum:"bandwidth,delay" default:"bandwidth" help:"What offsets are for: the widest bands, or the least delay by cyclic flow profiles."`
	Cycles  string  `default:"40-120" placeholder:"S-S" help:"Shortest and longest cycle, s."`
	Speed   float64 `default:"1" placeholder:"FACTOR" help:"Speed of progression over the speed limit."`
	Output  string  `short:"o" required:"" placeholder:"FILE" help:"Write the plan file to FILE (.yaml)."`
	JSON    bool    `name:"json" help:"Print the result as JSON."`
}

// Help is shown by "roadtwin signals time --help".
func (signalsTimeVerb) Help() string {
	return `Webster's cycle C = (1.5L + 5)/(1 - Y), splits as flow ratios, minimum greens kept; stages and intergreens stay. With --wave all have the
longest of their cycles, and offsets along the street. Controllers outside of the area, and what is not fixed time, stay as they are.

Example:

  roadtwin run scenario.yaml --db results.db
  roadtwin signals time scenario.yaml --flows results.db --wave "Market Street" -o plans.yaml
  roadtwin signals time scenario.yaml --flows results.db --method offsets --wave main --offsets delay -o plans.yaml
  roadtwin run scenario.yaml --plans plans.yaml --db results.db`
}

// timed is what "roadtwin signals time --json" prints.
type timed struct {
	File        string       `json:"file"`
	Controllers []timedPlan  `json:"controllers"`
	Wave        *retime.Wave `json:"wave,omitempty"`
	Notes       []string     `json:"notes"`
}

type timedPlan struct {
	Controller  network.ControllerID `json:"controller"`
	Name        string               `json:"name"`
	CycleBefore float64              `json:"cycle_before_s"`
	Cycle       float64              `json:"cycle_s"`
	Greens      []float64            `json:"greens_s"`
	Offset      float64              `json:"offset_s"`
}

// Run times the signals and writes the plans.
func (v *signalsTimeVerb) Run(ctx context.Context, c *console) error {
	cycles, err := parseCycles(v.Cycles)
	if err != nil {
		return mistake(err)
	}
	if v.Method == "offsets" && v.Wave == "" {
		return mistake(errors.New("--method offsets wants --wave, the street"))
	}
	if !(v.Speed >= 0.3 && v.Speed <= 2) {
		return mistake(fmt.Errorf("--speed %g, want 0.3 to 2", v.Speed))
	}
	city, s, opts, err := v.open(ctx, c)
	if err != nil {
		return err
	}
	controls, err := controlsOf(city, s, opts)
	if err != nil {
		return err
	}
	chosen, err := v.choose(city.Net)
	if err != nil {
		return mistake(err)
	}
	flows, err := v.flows(ctx, c, city, s, opts)
	if err != nil {
		return err
	}
	job := timing.CycleBounds{Min: cycles.Shortest, Max: cycles.Longest, Multiple: 5}
	done, err := v.retime(city, controls, chosen, flows, job)
	if err != nil {
		return mistake(err)
	}
	if err := writeWhole(v.Output, func(w io.Writer) error { return planfile.Write(w, city.Net, controls) }); err != nil {
		return err
	}
	if v.JSON {
		return writeJSON(c.out, done)
	}
	return v.print(c, done)
}

// flows returns those of a results file, or counts them in a run.
func (v *signalsTimeVerb) flows(ctx context.Context, c *console, city *scenarios.City, s *scenarios.Scenario, opts scenarios.Options) (retime.Flows, error) {
	if v.Flows != "" {
		flows, err := countedFlows(ctx, v.Flows, city.Net)
		if err != nil {
			return nil, mistake(err)
		}
		return retime.Spread(city.Net, flows), nil
	}
	r, err := scenarios.NewRun(city, s, opts)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	drive(ctx, c, r, nil)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	flows := make(retime.Flows, len(city.Net.Connectors))
	counts := r.World().Counts()
	for i := range flows {
		flows[i] = float64(counts[city.Net.ConnectorTrack(network.ConnectorID(i))].Entered) * 3600 / (r.End() - r.Begin())
	}
	return flows, nil
}

// retime changes the plans of the chosen controllers among controls.
func (v *signalsTimeVerb) retime(city *scenarios.City, controls []signals.Control, chosen []network.ControllerID, flows retime.Flows, b timing.CycleBounds) (*timed, error) {
	done := &timed{File: v.Output, Controllers: []timedPlan{}, Notes: []string{}}
	var plans []signals.Plan
	var at []int
	for i := range controls {
		if !slices.Contains(chosen, controls[i].Controller) {
			continue
		}
		if controls[i].Kind != signals.FixedTime || controls[i].Fixed.Plans[0].Stages[0].Change != nil {
			done.Notes = append(done.Notes, fmt.Sprintf("controller %d (%s): stays as it is, no plan of stages", controls[i].Controller, city.Net.Controllers[controls[i].Controller].Name))
			continue
		}
		plans, at = append(plans, controls[i].Fixed.Plans[0]), append(at, i)
	}
	if len(plans) == 0 {
		return nil, errors.New("no controllers with plans of stages in the area")
	}
	after := plans
	if v.Method == "webster" {
		var notes []string
		var err error
		if after, notes, err = retime.Webster(city.Net, plans, flows, retime.Options{Cycles: b, Common: v.Wave != ""}); err != nil {
			return nil, err
		}
		done.Notes = append(done.Notes, notes...)
	}
	if v.Wave != "" {
		street := v.Wave
		if street == "main" {
			street = ""
		}
		var err error
		if after, done.Wave, err = retime.GreenWave(city.Net, after, street, flows, v.Speed, v.Offsets == "delay"); err != nil {
			return nil, err
		}
	}
	for k := range after {
		p := &after[k]
		row := timedPlan{p.Controller, city.Net.Controllers[p.Controller].Name, plans[k].Cycle(), p.Cycle(), nil, p.Offset}
		for i := range p.Stages {
			row.Greens = append(row.Greens, p.Stages[i].Green)
		}
		done.Controllers = append(done.Controllers, row)
		fixed := *controls[at[k]].Fixed
		fixed.Plans = slices.Clone(fixed.Plans)
		fixed.Plans[0] = *p
		controls[at[k]].Fixed = &fixed
	}
	return done, nil
}

func (v *signalsTimeVerb) print(c *console, done *timed) error {
	t := newTable(c.out)
	t.row("controller", "cycle before", "cycle", "offset", "greens", "")
	for i := range done.Controllers {
		p := &done.Controllers[i]
		t.row(fmt.Sprint(p.Controller), fmt.Sprintf("%.1f s", p.CycleBefore), fmt.Sprintf("%.1f s", p.Cycle), fmt.Sprintf("%.1f s", p.Offset), fmt.Sprint(p.Greens), "  "+p.Name)
	}
	if err := t.w.Flush(); err != nil {
		return err
	}
	if w := done.Wave; w != nil {
		fmt.Fprintf(c.out, "\n%s: bands of %.1f and %.1f s in a cycle of %.0f s, %.0f %% of the narrowest greens; delay on the street %.1f vehicles before, %.1f after (cyclic flow profiles)\n",
			w.Street, w.BandOut, w.BandIn, w.Cycle, 100*w.Attainability, w.Before, w.After)
	}
	for _, note := range done.Notes {
		fmt.Fprintf(c.out, "%s\n", note)
	}
	fmt.Fprintf(c.out, "plans: %s\n", v.Output)
	return nil
}
