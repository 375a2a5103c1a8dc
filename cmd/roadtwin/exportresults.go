package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"roadtwin/scenarios/compare"
	"roadtwin/scenarios/results"
)

// resultsFlags are what "roadtwin export" has for results.
type resultsFlags struct {
	Table    string   `placeholder:"NAME" help:"Of results: the table or view to write (csv, parquet); default: edge_measures."`
	Variant  string   `placeholder:"NAME" help:"Of results: the runs of this variant; default: of all for tables, base for geojson."`
	With     []string `placeholder:"NAMES" help:"Of results, geojson: the variants to compare with it; default: none, and means are written."`
	Measure  []string `placeholder:"NAMES" help:"Of results, geojson: the measures of each edge (see roadtwin compare --help)."`
	Scenario string   `placeholder:"NAME" help:"Of results: the scenario, where the file has several; default: that of the newest run."`
}

// given reports whether any of the flags is.
func (f *resultsFlags) given() bool {
	return f.Table != "" || f.Variant != "" || len(f.With) > 0 || len(f.Measure) > 0 || f.Scenario != ""
}

// isResults reports whether a file is of SQLite.
func isResults(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	magic := []byte("SQLite format 3\x00")
	head := make([]byte, len(magic))
	_, err = io.ReadFull(f, head)
	return err == nil && bytes.Equal(head, magic)
}

// exportedResults is what "roadtwin export --json" prints of results.
type exportedResults struct {
	Format string `json:"format"`
	File   string `json:"file"`
	Table  string `json:"table,omitempty"`
	Rows   int    `json:"rows"`
}

// exportResults writes results.
func (v *exportVerb) exportResults(ctx context.Context, c *console) error {
	db, err := results.Open(v.Source)
	if err != nil {
		return mistake(err)
	}
	defer db.Close()
	done := exportedResults{Format: v.Format, File: v.Output}
	switch v.Format {
	case "geojson":
		done.Rows, err = v.writeEdges(ctx, db)
	case "csv", "parquet":
		done.Table = v.Table
		if done.Table == "" {
			done.Table = "edge_measures"
		}
		done.Rows, err = v.writeTable(ctx, db, done.Table)
	default:
		err = mistake(fmt.Errorf("results are written as csv, parquet or geojson, not as %s", v.Format))
	}
	switch {
	case err != nil:
		return err
	case v.JSON:
		return writeJSON(c.out, done)
	}
	what := "rows of " + done.Table
	if done.Table == "" {
		what = "edges"
	}
	fmt.Fprintf(c.out, "%s: %s %s\n", v.Output, grouped(done.Rows), what)
	return nil
}

// writeEdges writes measures by edge as GeoJSON.
func (v *exportVerb) writeEdges(ctx context.Context, db *results.DB) (n int, err error) {
	if v.Table != "" {
		return 0, mistake(errors.New("--table goes with --format csv and parquet"))
	}
	all, err := compare.Groups(ctx, db)
	if err != nil {
		return 0, err
	}
	groups, _ := compare.Newest(all, v.Scenario)
	q := compare.Query{Measures: v.Measure, Correct: compare.BenjaminiHochberg}
	base := v.Variant
	if base == "" {
		base = "base"
	}
	if q.Base, err = compare.Named(groups, base); err != nil {
		return 0, mistake(err)
	}
	for _, name := range v.With {
		g, err := compare.Named(groups, name)
		if err != nil {
			return 0, mistake(fmt.Errorf("--with: %w", err))
		}
		q.With = append(q.With, g)
	}
	for _, name := range v.Measure {
		if _, err := compare.PlaceMeasureNamed(name); err != nil {
			return 0, mistake(err)
		}
	}
	err = writeWhole(v.Output, func(w io.Writer) (err error) {
		n, err = compare.WriteGeoJSON(ctx, w, db, q)
		return err
	})
	return n, err
}

// writeTable writes a table or view of the results.
func (v *exportVerb) writeTable(ctx context.Context, db *results.DB, table string) (n int, err error) {
	if len(v.With) > 0 || len(v.Measure) > 0 {
		return 0, mistake(errors.New("--with and --measure go with --format geojson"))
	}
	tables, err := db.Tables(ctx)
	if err != nil {
		return 0, err
	}
	if !slices.Contains(tables, table) {
		_, err := db.Columns(ctx, table) // says which there are
		return 0, mistake(err)
	}
	var runs []int64
	if v.Variant != "" || v.Scenario != "" {
		all, err := db.Runs(ctx)
		if err != nil {
			return 0, err
		}
		for _, r := range all {
			if (v.Variant == "" || r.Variant == v.Variant) && (v.Scenario == "" || r.Scenario == v.Scenario) {
				runs = append(runs, r.ID)
			}
		}
		if len(runs) == 0 {
			return 0, mistake(errors.New("the results have no such runs"))
		}
	}
	err = writeWhole(v.Output, func(w io.Writer) (err error) {
		var to results.TableWriter = results.NewCSVWriter(w)
		if v.Format == "parquet" {
			to = results.NewParquetWriter(w)
		}
		n, err = db.WriteTable(ctx, table, runs, to)
		return err
	})
	return n, err
}
