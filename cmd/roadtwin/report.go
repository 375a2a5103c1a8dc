package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"roadtwin/scenarios/compare"
	"roadtwin/scenarios/report/study"
	"roadtwin/scenarios/results"
)

// reportVerb is "roadtwin report".
type reportVerb struct {
	Results  string   `arg:"" help:"The results (--db) of runs."`
	Output   string   `short:"o" default:"report.html" placeholder:"FILE" help:"Write the page to FILE (default: report.html)."`
	Base     string   `default:"base" placeholder:"NAME" help:"The variant that the others are compared with."`
	With     []string `placeholder:"NAMES" help:"The variants to tell of; default: all others."`
	Scenario string   `placeholder:"NAME" help:"The scenario, where the file has several; default: that of the newest run."`
	JSON     bool     `name:"json" help:"Print what was written as JSON."`

	reportPictures
}

// Help is shown by "roadtwin report --help".
func (reportVerb) Help() string {
	return `Example:

  roadtwin run scenario.yaml --variants all --seeds 1-20 --db results.db
  roadtwin report results.db -o report.html
  roadtwin report results.db --street "Concord Pike" --junctions "Concord Pike / Fairfax Boulevard" --at 07:30 -o report.html

One page that needs nothing but a browser: what was found in words, measures with their intervals, maps, times, corridors, trips, edges and
movements before and after with their level of service, how sure all that is, and what it rests on. It is made to be printed.`
}

// reported is what "roadtwin report --json" prints.
type reported struct {
	File     string   `json:"file"`
	Scenario string   `json:"scenario"`
	Base     string   `json:"base"`
	Variants []string `json:"variants"`
	Runs     int      `json:"runs"`
	Bytes    int      `json:"bytes"`
	Notes    []string `json:"notes"`
}

// Run writes the page.
func (v *reportVerb) Run(ctx context.Context, c *console) error {
	db, err := results.Open(v.Results)
	if err != nil {
		return mistake(err)
	}
	defer db.Close()
	all, err := compare.Groups(ctx, db)
	if err != nil {
		return err
	}
	groups, notes := compare.Newest(all, v.Scenario)
	s := study.Study{DB: db, Notes: notes, Version: version()}
	if s.Base, err = compare.Named(groups, v.Base); err != nil {
		return mistake(fmt.Errorf("--base: %w", err))
	}
	for _, name := range v.With {
		g, err := compare.Named(groups, name)
		if err != nil {
			return mistake(fmt.Errorf("--with: %w", err))
		}
		s.Variants = append(s.Variants, g)
	}
	if len(v.With) == 0 {
		s.Variants = slices.DeleteFunc(slices.Clone(groups), func(g *compare.Group) bool { return g == s.Base })
	}
	done := reported{File: v.Output, Scenario: s.Base.Scenario, Base: s.Base.Variant, Variants: []string{}, Runs: len(s.Base.Runs), Notes: notes}
	for _, g := range s.Variants {
		done.Variants, done.Runs = append(done.Variants, g.Variant), done.Runs+len(g.Runs)
	}
	if s.Pictures, err = v.draw(ctx, c, db, append([]*compare.Group{s.Base}, s.Variants...)); err != nil {
		return err
	}
	page, err := study.Append(ctx, nil, s)
	if err != nil {
		return mistake(err)
	}
	done.Bytes = len(page)
	err = writeWhole(v.Output, func(w io.Writer) error {
		_, err := w.Write(page)
		return err
	})
	switch {
	case err != nil:
		return err
	case v.JSON:
		return writeJSON(c.out, done)
	}
	fmt.Fprintf(c.out, "%s: %d runs of %d variants\n", v.Output, done.Runs, 1+len(done.Variants))
	return nil
}
