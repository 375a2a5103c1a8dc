package main

import (
	"fmt"
	"io"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/signals"
	"roadtwin/signals/planfile"
	"roadtwin/signals/tllogic"
)

// exportSUMO writes controls as an additional file of SUMO, and returns what it cannot express.
func exportSUMO(path string, city *scenarios.City, controls []signals.Control) ([]string, error) {
	links, err := city.SUMOLinks()
	if err != nil {
		return nil, err
	}
	programs, notes := tllogic.Export(city.Net, links, controls)
	return append([]string{}, notes...), writeWhole(path, programs.Write)
}

// importSUMO makes a plan file of programs of SUMO.
func (v *signalsImportVerb) importSUMO(c *console, city *scenarios.City) error {
	controls, report, err := city.ImportSUMOSignals(v.SUMO)
	if err != nil {
		return mistake(err)
	}
	if err := writeWhole(v.Output, func(w io.Writer) error { return planfile.Write(w, city.Net, controls) }); err != nil {
		return err
	}
	if v.JSON {
		return writeJSON(c.out, report)
	}
	return tellSUMO(c.out, v.Output, city.Net, report)
}

// tellSUMO writes what became of programs of SUMO, for people.
func tellSUMO(w io.Writer, file string, net *network.Network, report *tllogic.Report) error {
	out := newTable(w)
	fmt.Fprintf(w, "%s: %d of %d signals\n", file, len(report.Taken), len(report.Taken)+len(report.Left))
	for _, t := range report.Taken {
		out.row("  "+t.Signals, fmt.Sprintf("controller %d", t.Controller), t.Kind, fmt.Sprintf("%q", t.Programs), net.Controllers[t.Controller].Name)
	}
	if err := out.w.Flush(); err != nil {
		return err
	}
	for _, l := range report.Left {
		fmt.Fprintf(w, "  %s is left out: %s\n", l.Signals, l.Why)
	}
	for _, note := range report.Notes {
		fmt.Fprintf(w, "  %s\n", note)
	}
	return nil
}
