package main

import (
	"fmt"
	"io"
	"math"

	"roadtwin/scenarios/optimise"
)

// writeVerdict writes what the controls came to on fresh seeds, and what the last is worth against each other.
func writeVerdict(w io.Writer, rows []optimise.Row, objective optimise.Objective) error {
	if len(rows) == 0 {
		fmt.Fprintln(w, "\nNo verdict: there was no time for whole runs on fresh seeds; what the trials say is too good to be true.")
		return nil
	}
	fmt.Fprintf(w, "\nWhole runs with %d fresh seeds; means with 95 %% confidence intervals (t), differences paired by seed\n\n", rows[0].Delay.N)
	last := rows[len(rows)-1].Name
	t := newTable(w)
	t.row("control", "delay s", "stops", "95 % queue", "mean queue", last+" gains", "")
	for i := range rows {
		r := &rows[i]
		gain, verdict := "", ""
		if i < len(rows)-1 {
			gain, verdict = interval(r.Against, 2), judgement(r, objective)
		}
		t.row(r.Name, interval(r.Delay, 1), interval(r.Stops, 2), interval(r.Long, 1), interval(r.Queue, 1), gain, "  "+verdict)
	}
	return t.w.Flush()
}

// interval writes a mean and half of its interval.
func interval(m optimise.Mean, digits int) string {
	half := (m.CI[1] - m.CI[0]) / 2
	if math.IsInf(half, 0) {
		return fmt.Sprintf("%.*f ± ?", digits, m.Value)
	}
	return fmt.Sprintf("%.*f ± %.*f", digits, m.Value, digits, half)
}

// judgement says whether the difference of the last control to that of r can be shown.
func judgement(r *optimise.Row, objective optimise.Objective) string {
	if !r.Against.Shown() {
		return "no difference can be shown"
	}
	base := 0.0
	for i := range r.Runs {
		base += objective.Of(&r.Runs[i]) / float64(len(r.Runs))
	}
	if r.Against.Value < 0 {
		return fmt.Sprintf("better by %.1f %%", -100*r.Against.Value/base)
	}
	return fmt.Sprintf("worse by %.1f %%", 100*r.Against.Value/base)
}
