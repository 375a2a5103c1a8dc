package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"runtime/debug"
	"strings"

	"roadtwin/network"
	"roadtwin/network/osmimport"
	"roadtwin/network/osmimport/elevation"
	"roadtwin/network/osmimport/extract"
	"roadtwin/network/osmimport/overlay"
	"roadtwin/network/osmimport/suspect"
	"roadtwin/scenarios"
)

// importVerb is "roadtwin import".
type importVerb struct {
	Extract   string   `arg:"" help:"OpenStreetMap data: .osm or .osm.pbf, plain, .gz or .bz2; a path or a URL. Or SUMO's .net.xml, or CityFlow's roadnet.json."`
	Output    string   `short:"o" placeholder:"FILE" help:"Write the network to FILE (.rtn), which run and serve load instead of the extract."`
	BBox      string   `name:"bbox" placeholder:"W,S,E,N" help:"Take only this part of it, in degrees."`
	Country   string   `placeholder:"XX" help:"Country (ISO 3166-1) whose rules hold, in place of the one that is found from the map."`
	Overlay   string   `placeholder:"FILE" help:"Apply the fixes in FILE (.yaml) to the map."`
	Elevation string   `placeholder:"DIR" help:"Take heights from the SRTM tiles in DIR: N39W076.hgt and the like, .hgt.zip or .hgt.gz."`
	Explain   []string `placeholder:"way/ID" help:"Tell what each pass did to a way, node or relation, and why. May be given again."`
	Check     bool     `help:"List suspicious places, worst first."`
	Limit     int      `default:"50" placeholder:"N" help:"List at most N suspicious places; 0 is all (default: ${default})."`
	JSON      bool     `name:"json" help:"Print the report as JSON."`
}

// Help is shown by "roadtwin import --help".
func (importVerb) Help() string {
	return `Example:

  roadtwin import delaware.osm.pbf --bbox -75.58,39.72,-75.52,39.77 -o wilmington.rtn
  roadtwin import city.osm.pbf --overlay fixes.yaml --check --limit 20
  roadtwin import andorra.osm.pbf --elevation srtm/ -o andorra.rtn
  roadtwin import city.osm.pbf --explain way/123 --explain node/456`
}

// imported is what "roadtwin import --json" prints.
type imported struct {
	*osmimport.Report
	Suspects     []suspect.Place `json:"suspects,omitempty"`
	SuspectTotal *int            `json:"suspect_total,omitempty"`
	CPUSeconds   float64         `json:"cpu_s"`
	MaxRSS       float64         `json:"max_rss_mb"`
}

// Run reads the extract, makes the network and writes it.
func (v *importVerb) Run(ctx context.Context, c *console) error {
	begun := scenarios.CPUTime()
	if format := scenarios.FormatOf(v.Extract); format == scenarios.SUMO || format == scenarios.CityFlow {
		return v.convert(c, format, begun)
	}
	opts, err := v.options()
	if err != nil {
		return mistake(err)
	}
	defer debug.SetGCPercent(debug.SetGCPercent(importGCPercent))
	data, err := v.read(ctx, c)
	if err != nil {
		return mistake(err)
	}
	opts.Stop = ctx.Err
	net, report, err := osmimport.Import(data, opts)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return mistake(err)
	}
	if v.Output != "" {
		if err := writeNetwork(net, v.Output); err != nil {
			return err
		}
	}
	result := imported{Report: report}
	if v.Check {
		result.Suspects = suspect.Find(net, data, report)
		total := len(result.Suspects)
		result.SuspectTotal = &total
		if v.Limit > 0 {
			result.Suspects = result.Suspects[:min(v.Limit, total)]
		}
	}
	result.CPUSeconds, result.MaxRSS = scenarios.CPUTime()-begun, scenarios.MaxRSS()
	return v.print(c, &result)
}

// importGCPercent is by how much the heap may grow between collections while a map is imported: with Go's 100 a whole state
// takes 960 MB at its peak, of which half is no longer in use.
const importGCPercent = 50

// options reads what the flags say of the import.
func (v *importVerb) options() (osmimport.Options, error) {
	opts := osmimport.Options{Country: strings.ToUpper(v.Country)}
	if v.Limit < 0 {
		return opts, fmt.Errorf("--limit %d, want 0 or more", v.Limit)
	}
	for _, text := range v.Explain {
		element, err := osmimport.ParseElement(text)
		if err != nil {
			return opts, fmt.Errorf("--explain: %w", err)
		}
		opts.Explain = append(opts.Explain, element)
	}
	var err error
	if v.Overlay != "" {
		if opts.Overlay, err = overlay.Load(v.Overlay); err != nil {
			return opts, err
		}
	}
	if v.Elevation != "" {
		opts.Elevation, err = elevation.Open(v.Elevation)
	}
	return opts, err
}

// read reads the extract.
func (v *importVerb) read(ctx context.Context, c *console) (*extract.Extract, error) {
	opts := extract.Options{}
	if v.BBox != "" {
		box, err := extract.ParseBBox(v.BBox)
		if err != nil {
			return nil, err
		}
		opts.BBox = &box
	}
	bar := newProgress(c.err, "reading "+filepath.Base(v.Extract))
	opts.Progress = func(done, total int64) {
		if total > 0 {
			bar.at(float64(done)/float64(total), fmt.Sprintf("%.1f MB", float64(done)/1e6))
		}
	}
	data, err := extract.Open(ctx, v.Extract, opts)
	bar.end()
	return data, err
}

// print prints what was asked for: explanations, suspicious places, or the report.
func (v *importVerb) print(c *console, result *imported) error {
	switch {
	case v.JSON:
		return writeJSON(c.out, result)
	case len(v.Explain) == 0 && !v.Check:
		return result.WriteText(c.out)
	}
	if len(v.Explain) > 0 {
		if err := result.WriteExplained(c.out); err != nil {
			return err
		}
	}
	if v.Check {
		return suspect.WriteText(c.out, result.Suspects, *result.SuspectTotal)
	}
	return nil
}

// writeNetwork writes net to path, whole or not at all.
func writeNetwork(net *network.Network, path string) error {
	return writeWhole(path, func(w io.Writer) error {
		_, err := net.WriteTo(w)
		return err
	})
}

// writeJSON writes v as indented JSON.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
