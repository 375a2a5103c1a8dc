package main

import (
	"fmt"

	"roadtwin/scenarios"
)

// converted is what "roadtwin import --json" prints of a map in the format of another simulator.
type converted struct {
	Format      string  `json:"format"`
	Junctions   int     `json:"junctions"`
	Controllers int     `json:"controllers"`
	Edges       int     `json:"edges"`
	Lanes       int     `json:"lanes"`
	Connectors  int     `json:"connectors"`
	LaneKm      float64 `json:"lane_km"`
	DrivingSide string  `json:"driving_side"`
	Report      any     `json:"report"` // what the reader of the format tells
	// Signals tells which of its programs do not run as they are, and why.
	Signals    []string `json:"signals"`
	CPUSeconds float64  `json:"cpu_s"`
	MaxRSS     float64  `json:"max_rss_mb"`
}

// convert imports a map in the format of another simulator; begun is the CPU time at which that began, s.
func (v *importVerb) convert(c *console, format scenarios.MapFormat, begun float64) error {
	for _, flag := range [...]struct {
		name  string
		given bool
	}{
		{"--bbox", v.BBox != ""},
		{"--country", v.Country != ""},
		{"--overlay", v.Overlay != ""},
		{"--elevation", v.Elevation != ""},
		{"--explain", len(v.Explain) > 0},
		{"--check", v.Check},
	} {
		if flag.given {
			return mistake(fmt.Errorf("%s goes with OpenStreetMap data only, and %s is %v", flag.name, v.Extract, format))
		}
	}
	m, err := scenarios.ReadForeign(v.Extract, format)
	if err != nil {
		return mistake(err)
	}
	if v.Output != "" {
		if err := writeNetwork(m.Net, v.Output); err != nil {
			return err
		}
	}
	if !v.JSON {
		return m.WriteText(c.out)
	}
	metres := 0.0
	for i := range m.Net.Lanes {
		metres += m.Net.Lanes[i].Length
	}
	return writeJSON(c.out, converted{
		Format: format.String(), Junctions: len(m.Net.Junctions), Controllers: len(m.Net.Controllers), Edges: len(m.Net.Edges),
		Lanes: len(m.Net.Lanes), Connectors: len(m.Net.Connectors), LaneKm: metres / 1000,
		DrivingSide: m.Net.DrivingSide.String(), Report: m.Report, Signals: m.Signals,
		CPUSeconds: scenarios.CPUTime() - begun, MaxRSS: scenarios.MaxRSS(),
	})
}
