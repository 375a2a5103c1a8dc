package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"roadtwin/scenarios"
	"roadtwin/scenarios/jams"
	"roadtwin/scenarios/results"
)

// jamsVerb is "roadtwin jams".
type jamsVerb struct {
	Results  string   `arg:"" help:"Results (SQLite) of roadtwin run --db."`
	Variant  string   `default:"base" placeholder:"NAME" help:"Of the scenario."`
	Scenario string   `placeholder:"NAME" help:"Of the runs (default: that of the last run)."`
	Top      int      `default:"15" placeholder:"N" help:"Tell the N bottlenecks that cost most; 0 for all."`
	Along    []string `placeholder:"STREET" sep:";" help:"Draw a space-time heat map along this street, or corridor of the scenario; several are drawn one after the other into files of their own."`
	Output   string   `short:"o" placeholder:"FILE" help:"Where to draw it (.svg)."`
	JSON     bool     ` name:"json" help:"Print bottlenecks and heat maps as JSON."`
}

// Help is shown by "roadtwin jams --help".
func (jamsVerb) Help() string {
	return `Bottlenecks are the heads of queues: streets on which the traffic stands while it flows where they lead to. For each: why, when it
begins and how much that differs between seeds, how far its queue reaches, and what it costs. Times are as fine as the intervals of the
results (measure: {interval: 60} in a scenario for minutes).

Example:

  roadtwin run scenario.yaml --seeds 1-10 --db results.db
  roadtwin jams results.db
  roadtwin jams results.db --along "Market Street" -o market.svg`
}

// jammed is what "roadtwin jams --json" prints.
type jammed struct {
	Scenario    string          `json:"scenario"`
	Variant     string          `json:"variant"`
	Runs        int             `json:"runs"`
	Bottlenecks []jams.Forecast `json:"bottlenecks"`
	Heat        []*jams.Heat    `json:"heat_maps"`
}

// Run tells the bottlenecks of stored runs.
func (v *jamsVerb) Run(ctx context.Context, c *console) error {
	if (len(v.Along) > 0) != (v.Output != "") && !v.JSON {
		return mistake(errors.New("--along and -o belong together"))
	}
	db, err := results.Open(v.Results)
	if err != nil {
		return mistake(err)
	}
	defer db.Close()
	runs, err := v.choose(ctx, db)
	if err != nil {
		return err
	}
	told := jammed{Scenario: runs[0].Scenario, Variant: v.Variant, Runs: len(runs), Bottlenecks: []jams.Forecast{}, Heat: []*jams.Heat{}}
	var found [][]jams.Bottleneck
	var all []*jams.Traffic
	for _, run := range runs {
		t, err := jams.Load(ctx, db, run.ID)
		if err != nil {
			return err
		}
		found = append(found, jams.Find(t))
		if len(v.Along) > 0 {
			all = append(all, t)
		}
	}
	told.Bottlenecks = append(told.Bottlenecks, jams.Over(found)...)
	if v.Top > 0 {
		told.Bottlenecks = told.Bottlenecks[:min(v.Top, len(told.Bottlenecks))]
	}
	for _, street := range v.Along {
		way, err := v.way(ctx, db, runs[0].ID, all[0], street)
		if err != nil {
			return err
		}
		told.Heat = append(told.Heat, jams.HeatOf(street, way, all))
	}
	if err := v.draw(told.Heat); err != nil {
		return err
	}
	if v.JSON {
		return writeJSON(c.out, told)
	}
	return told.write(c.out)
}

// choose returns the runs to look at: whole ones of one scenario and variant, on one map.
func (v *jamsVerb) choose(ctx context.Context, db *results.DB) ([]results.Run, error) {
	runs, err := db.Runs(ctx)
	if err != nil {
		return nil, err
	}
	var chosen []results.Run
	for _, run := range slices.Backward(runs) {
		if run.Variant != v.Variant || v.Scenario != "" && run.Scenario != v.Scenario || !run.Complete {
			continue
		}
		if len(chosen) > 0 && (run.Scenario != chosen[0].Scenario || run.MapHash != chosen[0].MapHash || run.Hash != chosen[0].Hash) {
			continue
		}
		chosen = append(chosen, run)
	}
	if len(chosen) == 0 {
		return nil, mistake(fmt.Errorf("%s: no finished run of variant %q", v.Results, v.Variant))
	}
	return chosen, nil
}

// way returns the edges of a corridor of the scenario, or else along a street.
func (v *jamsVerb) way(ctx context.Context, db *results.DB, run int64, t *jams.Traffic, name string) ([]int, error) {
	places, err := db.PlaceEdges(ctx, run)
	if err != nil {
		return nil, err
	}
	var way []int
	for _, p := range places {
		if p.Kind == "corridor" && p.Place == name {
			way = append(way, p.Edge)
		}
	}
	if way == nil {
		way = jams.Along(t.Edges, name, nil)
	}
	if way == nil {
		return nil, mistake(fmt.Errorf("--along %q: no corridor and no street of the map is called that", name))
	}
	return way, nil
}

// draw writes the heat maps; the second and later into files with a number.
func (v *jamsVerb) draw(maps []*jams.Heat) error {
	for i, h := range maps {
		if v.Output == "" {
			return nil
		}
		file := v.Output
		if i > 0 {
			name, ext := strings.TrimSuffix(file, ".svg"), ".svg"
			file = fmt.Sprintf("%s-%d%s", name, i+1, ext)
		}
		if err := writeWhole(file, func(w io.Writer) error {
			_, err := w.Write(h.AppendSVG(nil))
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

func (j *jammed) write(out io.Writer) error {
	fmt.Fprintf(out, "%s, %s: bottlenecks in %d runs\n", j.Scenario, j.Variant, j.Runs)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "street\tway\tcause\truns\tfirst at\t± min\tactive min\tqueue m\tfull\tvehicles\tdelay h\t")
	for i := range j.Bottlenecks {
		b := &j.Bottlenecks[i]
		name := b.Street
		if name == "" {
			name = "(no name)"
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%d/%d\t%v\t%.0f\t%.0f\t%.0f\t%.1f\t%.0f\t%.1f\t\n", name, b.OSMWay, b.Cause, b.Runs, b.Of, scenarios.Clock(int(b.Onset.Mean)),
			b.Onset.SD/60, b.Active.Mean/60, b.Longest.Mean, b.Spilled.Mean, b.Vehicles.Mean, b.Expected)
	}
	return w.Flush()
}
