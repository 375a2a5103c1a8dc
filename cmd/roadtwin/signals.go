package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/scenarios/results"
	"roadtwin/signals"
	"roadtwin/signals/planfile"
	"roadtwin/signals/utdf"
)

// signalsVerb is "roadtwin signals".
type signalsVerb struct {
	Export signalsExportVerb `cmd:"" help:"Write the signal plans of a city: readable YAML, UTDF (Synchro), or SUMO's tlLogic."`
	Import signalsImportVerb `cmd:"" help:"Make a plan file of Synchro's UTDF or of SUMO's programs, and tell what was matched."`
	Check  signalsCheckVerb  `cmd:"" help:"Check a plan file against a city."`
	Time   signalsTimeVerb   `cmd:"" help:"Time signals for counted flows: Webster's cycles and splits, a green wave along a street."`
	LOS    signalsLOSVerb    `cmd:"" name:"los" help:"Delay and level of service of every movement at signals: simulated, and by the HCM."`
}

// planSource is a city with its plans.
type planSource struct {
	Source  string `arg:"" help:"A scenario (.yaml), or a map: OpenStreetMap data (path or URL), a network (.rtn), SUMO's .net.xml, CityFlow's roadnet.json."`
	BBox    string `name:"bbox" placeholder:"W,S,E,N" help:"Take only this part of the map, in degrees."`
	Overlay string `placeholder:"FILE" help:"Apply the fixes in FILE (.yaml) to the map."`
	Plans   string `placeholder:"FILE" help:"Plans (.yaml) in place of those that the program makes."`
}

func (p *planSource) open(ctx context.Context, c *console) (*scenarios.City, *scenarios.Scenario, scenarios.Options, error) {
	flags := scenarioFlags{Source: p.Source, BBox: p.BBox, Overlay: p.Overlay, Plans: p.Plans, Threads: 1}
	return flags.open(ctx, c)
}

// controls returns how the controllers of a scenario decide.
func controlsOf(city *scenarios.City, s *scenarios.Scenario, opts scenarios.Options) ([]signals.Control, error) {
	r, err := scenarios.NewRun(city, s, opts)
	if errors.Is(err, scenarios.ErrInvalid) {
		return nil, mistake(err)
	} else if err != nil {
		return nil, err
	}
	defer r.Close()
	others := r.Controls()
	decided := map[network.ControllerID]bool{}
	for i := range others {
		decided[others[i].Controller] = true
	}
	all := append([]signals.Control{}, others...)
	for _, p := range r.Plans() {
		if !decided[p.Controller] {
			all = append(all, signals.Control{Controller: p.Controller, Timings: p.Groups, Fixed: &signals.Schedule{Plans: []signals.Plan{p}}})
		}
	}
	return all, nil
}

// signalsExportVerb is "roadtwin signals export".
type signalsExportVerb struct {
	planSource

	Format string `enum:"yaml,utdf,sumo" default:"yaml" help:"yaml: a plan file, which run --plans takes; utdf: Synchro's combined CSV; sumo: programs of every kind (.add.xml) for the city's own .net.xml, or else for that which roadtwin export writes."`
	Output string `short:"o" required:"" placeholder:"FILE" help:"Write to FILE."`
	Flows  string `placeholder:"FILE" help:"With utdf: volumes from the last run in the results FILE."`
	JSON   bool   `name:"json" help:"Print what was written as JSON."`
}

// Help is shown by "roadtwin signals export --help".
func (signalsExportVerb) Help() string {
	return `Example:

  roadtwin signals export city.osm.pbf -o plans.yaml
  roadtwin run city.osm.pbf --plans plans.yaml
  roadtwin signals export scenario.yaml --format utdf -o synchro.csv --flows results.db
  roadtwin signals export city.rtn --plans plans.yaml --format sumo -o plans.add.xml

With --format sumo, fixed-time plans become static programs, stages actuated ones, rings and barriers NEMA, day plans a WAUT; the rest is told.`
}

// signalsWritten is what "roadtwin signals export --json" prints.
type signalsWritten struct {
	File     string         `json:"file"`
	Format   string         `json:"format"`
	Controls map[string]int `json:"controls"` // by kind
	Notes    []string       `json:"notes"`
}

// Run writes the plans.
func (v *signalsExportVerb) Run(ctx context.Context, c *console) error {
	if v.Flows != "" && v.Format != "utdf" {
		return mistake(errors.New("--flows goes with --format utdf only"))
	}
	city, s, opts, err := v.open(ctx, c)
	if err != nil {
		return err
	}
	controls, err := controlsOf(city, s, opts)
	if err != nil {
		return err
	}
	done := signalsWritten{File: v.Output, Format: v.Format, Controls: map[string]int{}, Notes: []string{}}
	for i := range controls {
		done.Controls[controls[i].Kind.String()]++
	}
	switch v.Format {
	case "yaml":
		err = writeWhole(v.Output, func(w io.Writer) error { return planfile.Write(w, city.Net, controls) })
	case "utdf":
		var flows []float64
		if v.Flows != "" {
			if flows, err = countedFlows(ctx, v.Flows, city.Net); err != nil {
				return mistake(err)
			}
		}
		err = writeWhole(v.Output, func(w io.Writer) (err error) {
			done.Notes, err = utdf.Export(w, city.Net, controls, flows)
			return err
		})
	case "sumo":
		done.Notes, err = exportSUMO(v.Output, city, controls)
	}
	if err != nil || v.JSON {
		return errors.Join(err, ifJSON(c, v.JSON && err == nil, done))
	}
	fmt.Fprintf(c.out, "%s: %s controllers\n", v.Output, grouped(len(controls)))
	for _, note := range done.Notes {
		fmt.Fprintf(c.out, "  %s\n", note)
	}
	return nil
}

func ifJSON(c *console, yes bool, value any) error {
	if !yes {
		return nil
	}
	return writeJSON(c.out, value)
}

// signalsImportVerb is "roadtwin signals import".
type signalsImportVerb struct {
	planSource

	UTDF   string `name:"utdf" placeholder:"FILE" help:"Synchro's combined CSV, version 8 or later."`
	SUMO   string `name:"sumo" placeholder:"FILE,…" help:"SUMO's programs: additional files with tlLogic and WAUT, a .net.xml, or a .sumocfg that names some."`
	Output string `short:"o" required:"" placeholder:"FILE" help:"Write the plan file to FILE (.yaml)."`
	Fixed  bool   `help:"With --utdf: make fixed-time plans of actuated and coordinated timings, too: every phase as long as its split."`
	JSON   bool   `name:"json" help:"Print the report as JSON."`
}

// Help is shown by "roadtwin signals import --help".
func (signalsImportVerb) Help() string {
	return `Junctions of a UTDF file are matched to the signals of the map by OSM node (as roadtwin signals export writes it), by the names of
their streets, and by place. Signals of SUMO's files are those of the map if it is the .net.xml that they are for, else those of the network
that roadtwin export --format sumo writes of the map: static, actuated, delay_based and NEMA programs, and the times at which a WAUT has
them run. What is not in the file keeps the plan that the program makes.

Example:

  roadtwin signals import city.osm.pbf --utdf synchro.csv -o plans.yaml
  roadtwin signals import city.net.xml --sumo tls.add.xml,waut.add.xml -o plans.yaml
  roadtwin signals import city.sumocfg --sumo city.sumocfg -o plans.yaml
  roadtwin run city.osm.pbf --plans plans.yaml --db results.db`
}

// Run reads the file and writes the plans.
func (v *signalsImportVerb) Run(ctx context.Context, c *console) error {
	switch {
	case (v.UTDF == "") == (v.SUMO == ""):
		return mistake(errors.New("want one of --utdf and --sumo"))
	case v.SUMO != "" && v.Fixed:
		return mistake(errors.New("--fixed goes with --utdf only"))
	case v.SUMO != "":
		city, _, _, err := v.open(ctx, c)
		if err != nil {
			return err
		}
		return v.importSUMO(c, city)
	}
	in, err := os.Open(v.UTDF)
	if err != nil {
		return mistake(err)
	}
	defer in.Close()
	file, err := utdf.Parse(bufio.NewReader(in))
	if err != nil {
		return mistake(fmt.Errorf("%s: %w", v.UTDF, err))
	}
	city, _, _, err := v.open(ctx, c)
	if err != nil {
		return err
	}
	controls, report := utdf.Import(file, city.Net, utdf.Options{Fixed: v.Fixed})
	if err := writeWhole(v.Output, func(w io.Writer) error { return planfile.Write(w, city.Net, controls) }); err != nil {
		return err
	}
	if v.JSON {
		return writeJSON(c.out, report)
	}
	fmt.Fprintf(c.out, "%s: %d of %d junctions\n", v.Output, len(report.Matched), len(report.Matched)+len(report.Unmatched))
	for _, m := range report.Matched {
		fmt.Fprintf(c.out, "  %d is controller %d (%s), by %s, %.0f m apart\n", m.Junction, m.Controller, m.Name, m.By, m.Distance)
	}
	for _, u := range report.Unmatched {
		fmt.Fprintf(c.out, "  %d (%s) is left out: %s\n", u.Junction, u.Streets, u.Why)
	}
	for _, note := range report.Notes {
		fmt.Fprintf(c.out, "  %s\n", note)
	}
	if report.Without > 0 {
		fmt.Fprintf(c.out, "  %d controllers of the map are not in the file\n", report.Without)
	}
	return nil
}

// signalsCheckVerb is "roadtwin signals check".
type signalsCheckVerb struct {
	planSource

	File string `arg:"" name:"plans.yaml" help:"The plan file."`
	JSON bool   `name:"json" help:"Print the result as JSON."`
}

// Help is shown by "roadtwin signals check --help".
func (signalsCheckVerb) Help() string {
	return `Tells every mistake with line, field and what was expected: movements that are not there, conflicting greens, greens and intergreens
that are too short. Exit code 2 if there is one.

Example:

  roadtwin signals check city.osm.pbf plans.yaml`
}

// Run checks the file.
func (v *signalsCheckVerb) Run(ctx context.Context, c *console) error {
	city, _, _, err := v.open(ctx, c)
	if err != nil {
		return err
	}
	controls, err := planfile.Load(v.File, city.Net)
	var wrong *scenarios.Invalid
	if errors.As(err, &wrong) {
		lines := []string{}
		for i := range wrong.Problems {
			lines = append(lines, wrong.Line(i))
			if !v.JSON {
				fmt.Fprintln(c.out, wrong.Line(i))
			}
		}
		return errors.Join(ifJSON(c, v.JSON, map[string]any{"problems": lines}), mistake(fmt.Errorf("%s: %d mistakes", v.File, len(lines))))
	} else if err != nil {
		return err
	}
	if v.JSON {
		return writeJSON(c.out, map[string]any{"problems": []string{}, "controllers": len(controls)})
	}
	fmt.Fprintf(c.out, "%s: %d controllers, no mistakes; %d of the map keep their plans\n", v.File, len(controls), len(city.Net.Controllers)-len(controls))
	return nil
}

// countedFlows returns the flows of movements in veh/h, by MovementID, that the last finished run in a results file had.
func countedFlows(ctx context.Context, path string, net *network.Network) ([]float64, error) {
	db, err := results.Open(path)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	runs, err := db.Runs(ctx)
	if err != nil {
		return nil, err
	}
	if len(runs) == 0 {
		return nil, fmt.Errorf("%s: no run", path)
	}
	last := runs[len(runs)-1]
	rows, err := db.MovementIntervals(ctx, last.ID)
	if err != nil {
		return nil, err
	}
	flows := make([]float64, len(net.Movements))
	begin, end := last.End, last.Begin
	for _, r := range rows {
		if r.Movement >= len(flows) || int(net.Movements[r.Movement].From) != r.FromEdge {
			return nil, fmt.Errorf("%s: its last run was on another map", path)
		}
		flows[r.Movement] += float64(r.Entered)
		begin, end = min(begin, r.Begin), max(end, r.End)
	}
	if end <= begin {
		return nil, fmt.Errorf("%s: nobody drove in its last run", path)
	}
	for i := range flows {
		flows[i] *= 3600 / (end - begin)
	}
	return flows, nil
}
