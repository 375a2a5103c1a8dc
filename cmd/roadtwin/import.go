package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"roadtwin/network"
	"roadtwin/network/osmimport"
	"roadtwin/network/osmimport/extract"
	"roadtwin/scenarios"
)

// importVerb is "roadtwin import".
type importVerb struct {
	Extract string `arg:"" help:"OpenStreetMap data: .osm or .osm.pbf, plain, .gz or .bz2; a path or a URL."`
	Output  string `short:"o" placeholder:"FILE" help:"Write the network to FILE (.rtn), which run and serve load instead of the extract."`
	BBox    string `name:"bbox" placeholder:"W,S,E,N" help:"Take only this part of it, in degrees."`
	Country string `placeholder:"XX" help:"Country (ISO 3166-1) whose rules hold, if the map does not tell."`
	JSON    bool   `name:"json" help:"Print the report as JSON."`
}

// Help is shown by "roadtwin import --help".
func (importVerb) Help() string {
	return `Example:

  roadtwin import delaware.osm.pbf --bbox -75.58,39.72,-75.52,39.77 -o wilmington.rtn`
}

// imported is what "roadtwin import --json" prints.
type imported struct {
	*osmimport.Report
	CPUSeconds float64 `json:"cpu_s"`
	MaxRSS     float64 `json:"max_rss_mb"`
}

// Run reads the extract, makes the network and writes it.
func (v *importVerb) Run(ctx context.Context, c *console) error {
	begun := scenarios.CPUTime()
	opts := extract.Options{}
	if v.BBox != "" {
		box, err := extract.ParseBBox(v.BBox)
		if err != nil {
			return mistake(err)
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
	if err != nil {
		return mistake(err)
	}
	net, report, err := osmimport.Import(data, osmimport.Options{Country: v.Country})
	if err != nil {
		return mistake(err)
	}
	if v.Output != "" {
		if err := writeNetwork(net, v.Output); err != nil {
			return err
		}
	}
	if v.JSON {
		return writeJSON(c.out, imported{report, scenarios.CPUTime() - begun, scenarios.MaxRSS()})
	}
	return report.WriteText(c.out)
}

// writeNetwork writes net to path, whole or not at all.
func writeNetwork(net *network.Network, path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".roadtwin-*")
	if err != nil {
		return mistake(fmt.Errorf("write network %s: %w", path, err))
	}
	defer os.Remove(f.Name())
	_, err = net.WriteTo(f)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write network %s: %w", path, err)
	}
	return nil
}

// writeJSON writes v as indented JSON.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
