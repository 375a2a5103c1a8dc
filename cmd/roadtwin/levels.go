package main

import (
	"fmt"
	"io"
	"strings"

	"roadtwin/scenarios"
)

// writeLevels writes the levels of service at the signals of a run: how many movements and junctions have each, and the junctions with most
// delay.
func writeLevels(w io.Writer, r *scenarios.Summary, several bool) error {
	if len(r.Signals.Worst) == 0 {
		return nil
	}
	of := ""
	if several {
		of = fmt.Sprintf(" of seed %d", r.Seed)
	}
	fmt.Fprintf(w, "\nLevel of service at signals%s, by control delay (HCM): movements %s; junctions %s. Most delay\n\n", of,
		levelsText(r.Signals.Movements), levelsText(r.Signals.Junctions))
	t := newTable(w)
	t.row("delay", "LOS", "vehicles", "its worst movement", "delay", "LOS", "")
	for _, j := range r.Signals.Worst {
		name := j.Name
		if name == "" {
			name = fmt.Sprintf("controller %d", j.Controller)
		}
		approach := j.Worst.Approach
		if approach == "" {
			approach = fmt.Sprintf("edge %d", j.Worst.Edge)
		}
		fmt.Fprintf(t.w, "%.0f s\t%v\t%s\t%s, %s\t%.0f s\t%v\t  %s\n", j.Delay, j.LOS, grouped(j.Vehicles), approach, j.Worst.Turn, j.Worst.Delay, j.Worst.LOS, name)
	}
	return t.w.Flush()
}

// levelsText writes how many have each level: "12 A, 3 B, 1 F".
func levelsText(levels map[string]int) string {
	var parts []string
	for _, l := range []string{"A", "B", "C", "D", "E", "F"} {
		if n := levels[l]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", grouped(n), l))
		}
	}
	return strings.Join(parts, ", ")
}
