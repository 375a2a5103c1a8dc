package main

import (
	"context"
	"errors"
	"fmt"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/scenarios/compare"
	"roadtwin/scenarios/report/study"
	"roadtwin/scenarios/results"
)

// reportPictures are the flags of the pictures of signals in a report. They are drawn of the first run of each variant, made once more.
type reportPictures struct {
	Street    string   `placeholder:"STREET" help:"Draw time and space along this street for each variant: trajectories, signals and green bands; \"main\" for that with most signals."`
	Junctions []string `placeholder:"NAME" sep:";" help:"Draw stages or rings, and the queue cycle by cycle, of these signals for each variant; several are separated by ';'."`
	window
}

// draw returns the pictures that were asked for, of the first run of each variant.
func (v *reportPictures) draw(ctx context.Context, c *console, db *results.DB, groups []*compare.Group) (pictures []study.Picture, err error) {
	if v.Street == "" && len(v.Junctions) == 0 {
		return nil, nil
	}
	for _, g := range groups {
		more, err := v.drawVariant(ctx, c, db, g)
		if err != nil {
			return nil, fmt.Errorf("pictures of %s: %w", g.Variant, err)
		}
		pictures = append(pictures, more...)
	}
	return arranged(pictures), nil
}

// arranged returns pictures section by section, in the order in which the sections begin.
func arranged(pictures []study.Picture) (out []study.Picture) {
	seen := map[string]bool{}
	for i := range pictures {
		section := pictures[i].Section
		for k := i; !seen[section] && k < len(pictures); k++ {
			if pictures[k].Section == section {
				out = append(out, pictures[k])
			}
		}
		seen[section] = true
	}
	return out
}

// drawVariant makes the first run of a variant again as far as its pictures need it: once for the street and once a junction.
func (v *reportPictures) drawVariant(ctx context.Context, c *console, db *results.DB, g *compare.Group) (pictures []study.Picture, err error) {
	add := func(section, title string, draw func(r *scenarios.Run) ([]byte, error)) error {
		r, err := scenarios.Reopen(ctx, db, g.Any().ID, 1, c.tell)
		if err != nil {
			return err
		}
		defer r.Close()
		svg, err := draw(r)
		if err != nil {
			return errors.Join(ctx.Err(), mistake(err))
		}
		pictures = append(pictures, study.Picture{Section: section, Title: g.Variant + ": " + title, SVG: svg})
		return nil
	}
	if v.Street != "" {
		street := v.Street
		if street == "main" {
			street = ""
		}
		if err := add("Time and space", "trajectories, signals and green bands", func(r *scenarios.Run) ([]byte, error) {
			return drawStreet(ctx, r, &areaFlags{}, street, v.window)
		}); err != nil {
			return nil, err
		}
	}
	for _, name := range v.Junctions {
		area := areaFlags{Junctions: []string{name}}
		of := func(draw func(r *scenarios.Run, id network.ControllerID) ([]byte, error)) func(r *scenarios.Run) ([]byte, error) {
			return func(r *scenarios.Run) ([]byte, error) {
				id, err := area.one(r.Net())
				if err != nil {
					return nil, err
				}
				return draw(r, id)
			}
		}
		if err := add(name, "how it is timed", of(drawTiming)); err != nil {
			return nil, err
		}
		if err := add(name, "queue and occupancy", of(func(r *scenarios.Run, id network.ControllerID) ([]byte, error) {
			return drawQueue(ctx, r, id, "", v.window)
		})); err != nil {
			return nil, err
		}
	}
	return pictures, nil
}

// drawTiming draws the rings of a controller that has some, else its stages.
func drawTiming(r *scenarios.Run, id network.ControllerID) ([]byte, error) {
	for _, control := range r.Controls() {
		if control.Controller == id && control.NEMA != nil {
			return drawRings(r, id, -1)
		}
	}
	return drawStages(r, id)
}
