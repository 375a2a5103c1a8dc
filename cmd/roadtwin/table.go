package main

import (
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"roadtwin/scenarios"
	"roadtwin/vehicles/traffic"
)

// table lines up columns; the numbers stand to the right.
type table struct{ w *tabwriter.Writer }

func newTable(w io.Writer) table {
	return table{tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)}
}

// row adds a row of cells.
func (t table) row(cells ...string) {
	for _, cell := range cells {
		fmt.Fprintf(t.w, "%s\t", cell)
	}
	fmt.Fprintln(t.w)
}

// writeSummaries writes what the runs have come to, and where; db may be "".
func writeSummaries(w io.Writer, runs []scenarios.Summary, db string) error {
	first := &runs[0]
	fmt.Fprintf(w, "\n%s\n\n", first.Scenario)
	t := newTable(w)
	t.row("seed", "trips", "departed", "arrived", "on road", "peak", "waiting", "travel time", "delay", "stops", "red runs", "crashes", "conflicts", "CO2 t", "stuck", "most stuck", "audit", "× real time")
	for i := range runs {
		r := &runs[i]
		t.row(
			strconv.FormatUint(r.Seed, 10), grouped(r.Released), grouped(r.Departed), grouped(r.Arrived), grouped(r.OnRoad),
			grouped(r.PeakOnRoad), grouped(r.Waiting), duration(r.MeanTravelTime), duration(r.MeanDelay),
			fmt.Sprintf("%.1f", r.MeanStops), grouped(r.RedRuns), grouped(r.Crashes), grouped(r.AllConflicts()), fmt.Sprintf("%.2f", r.Emissions.CO2/1000), grouped(r.Stuck), grouped(r.StuckMost), auditText(r.Audit), fmt.Sprintf("%.0f", r.RealTime),
		)
	}
	if err := t.w.Flush(); err != nil {
		return err
	}
	for i := range runs {
		if err := writeQueues(w, &runs[i], len(runs) > 1); err != nil {
			return err
		}
		if err := writeLevels(w, &runs[i], len(runs) > 1); err != nil {
			return err
		}
		if err := writeStuck(w, &runs[i], len(runs) > 1); err != nil {
			return err
		}
	}
	fmt.Fprintln(w)
	for i := range runs {
		r := &runs[i]
		fmt.Fprintf(w, "seed %d: %.1f %% of the trips due have ended%s; state hash %s\n", r.Seed, 100*r.DueShare, takenOff(r), r.StateHash)
	}
	if db != "" {
		fmt.Fprintf(w, "results: %s\n", db)
	}
	return nil
}

// takenOff says who was taken off the road, if anybody was.
func takenOff(r *scenarios.Summary) (text string) {
	if r.Cleared > 0 {
		text += fmt.Sprintf("; %s cleared after crashes", grouped(r.Cleared))
	}
	if r.Recovered > 0 {
		text += fmt.Sprintf("; %s recovered that could not pull away", grouped(r.Recovered))
	}
	return text
}

// writeQueues writes the junctions at which a run had the longest queues.
func writeQueues(w io.Writer, r *scenarios.Summary, several bool) error {
	if len(r.Queues) == 0 {
		return nil
	}
	of := ""
	if several {
		of = fmt.Sprintf(" of seed %d", r.Seed)
	}
	fmt.Fprintf(w, "\nLongest queues%s, standing vehicles on all approaches\n\n", of)
	t := newTable(w)
	t.row("mean", "longest", "at the end", "")
	for _, q := range r.Queues {
		name := q.Name
		if name == "" {
			name = fmt.Sprintf("junction %d", q.Junction)
		}
		fmt.Fprintf(t.w, "%.1f\t%d\t%d\t  %s\n", q.Mean, q.Max, q.Queue, name)
	}
	return t.w.Flush()
}

// stuckShown is how many stuck vehicles the table has.
const stuckShown = 10

// writeStuck writes the vehicles that have stood for five minutes without a visible cause: where, since when and why.
func writeStuck(w io.Writer, r *scenarios.Summary, several bool) error {
	if len(r.StuckList) == 0 {
		return nil
	}
	of := ""
	if several {
		of = fmt.Sprintf(" of seed %d", r.Seed)
	}
	fmt.Fprintf(w, "\nStuck at the end%s: %s vehicles; those that hold the others first\n\n", of, grouped(r.Stuck))
	t := newTable(w)
	t.row("vehicle", "class", "since", "edge", "lane", "at", "OSM way", "")
	for i := range r.StuckList[:min(len(r.StuckList), stuckShown)] {
		s := &r.StuckList[i]
		lane := "junction"
		if s.Lane >= 0 {
			lane = strconv.Itoa(s.Lane)
		}
		fmt.Fprintf(t.w, "%d\t%s\t%v\t%d\t%s\t%.0f m\t%d\t  %s: %s\n", s.Vehicle, s.Class, scenarios.Clock(int(s.Since)), s.Edge,
			lane, s.Position, s.OSMWay, s.Reason, s.Chain)
	}
	return t.w.Flush()
}

// auditText is "clean", or what the audit counted.
func auditText(a traffic.Audit) string {
	if a == (traffic.Audit{}) {
		return "clean"
	}
	return fmt.Sprintf("%d overlaps, %d jumps, %d negative speeds, %d beyond tyres, %d lost, %d unchosen red runs",
		a.Overlaps, a.Jumps, a.NegativeSpeeds, a.BeyondTyres, a.Lost, a.RedUnchosen)
}

// duration writes seconds as "6m12s".
func duration(seconds float64) string {
	return (time.Duration(seconds) * time.Second).String()
}

// grouped writes 12345 as "12,345".
func grouped(n int) string {
	text := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, text = "-", text[1:]
	}
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return sign + text
}
