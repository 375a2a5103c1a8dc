package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"roadtwin/network/osmimport/extract"
	"roadtwin/scenarios"
)

// scenarioFlags are what run and serve have in common.
type scenarioFlags struct {
	Source string `arg:"" help:"A scenario (.yaml); or a map with default demand: OpenStreetMap data (path or URL), a network (.rtn), SUMO's .net.xml, CityFlow's roadnet.json; or both with their demand, SUMO's .sumocfg, CityFlow's config.json."`

	BBox    string  `name:"bbox" placeholder:"W,S,E,N" help:"Take only this part of the map, in degrees."`
	Overlay string  `placeholder:"FILE" help:"Apply the fixes in FILE (.yaml) to the map."`
	Begin   string  `placeholder:"HH:MM" help:"Begin at this time of day."`
	End     string  `placeholder:"HH:MM" help:"End at this time of day."`
	DT      float64 `name:"dt" placeholder:"SECONDS" help:"Step time, 0.05 to 0.5."`
	Demand  float64 `placeholder:"FACTOR" help:"Multiply the demand."`
	Trips   string  `placeholder:"FILE" help:"Take the trips in FILE (CSV, SUMO's .rou.xml or .sumocfg, CityFlow's flow.json), in place of the demand."`
	Weather string  `placeholder:"FILE" help:"Take the weather in FILE (CSV: time,temperature,rain,snow), in place of the scenario's."`
	Plans   string  `placeholder:"FILE" help:"Run the signals by the plans in FILE (.yaml), as roadtwin signals writes them."`
	Threads int     `placeholder:"N" help:"Share each step among N threads; results do not depend on it. Default: one a processor."`
	DB      string  `name:"db" placeholder:"FILE" help:"Keep the results in FILE (SQLite)."`
}

// load reads the scenario, or makes the default one for a map, and sets what the flags say.
func (f *scenarioFlags) load() (*scenarios.Scenario, scenarios.Options, error) {
	opts := scenarios.Options{Workers: f.Threads, StepTime: f.DT, Demand: f.Demand}
	if f.Threads < 0 {
		return nil, opts, fmt.Errorf("--threads %d, want 1 or more", f.Threads)
	}
	var err error
	if opts.Begin, err = clock("--begin", f.Begin); err != nil {
		return nil, opts, err
	}
	if opts.End, err = clock("--end", f.End); err != nil {
		return nil, opts, err
	}
	s := scenarios.ForMap(f.Source)
	if ext := strings.ToLower(filepath.Ext(f.Source)); ext == ".yaml" || ext == ".yml" {
		if s, err = scenarios.Load(f.Source); err != nil {
			return nil, opts, err
		}
	} else if given, ok, err := scenarios.ForConfiguration(f.Source); err != nil {
		return nil, opts, err
	} else if ok {
		s = given
	}
	for _, variant := range append([]*scenarios.Scenario{s}, s.Variants()...) {
		if err := f.set(variant); err != nil {
			return nil, opts, err
		}
	}
	return s, opts, nil
}

// set puts what the flags say over a scenario or one of its variants. The scenario's own paths are relative to its file, those of flags
// to where one is.
func (f *scenarioFlags) set(s *scenarios.Scenario) (err error) {
	if f.Trips != "" {
		list := f.Trips
		if s.File() != "" {
			if list, err = filepath.Abs(list); err != nil {
				return fmt.Errorf("--trips: %w", err)
			}
		}
		s.Demand = scenarios.Demand{Factor: s.Demand.Factor, Trips: list}
	}
	if f.Weather != "" {
		file := f.Weather
		if s.File() != "" {
			if file, err = filepath.Abs(file); err != nil {
				return fmt.Errorf("--weather: %w", err)
			}
		}
		s.Weather = []scenarios.Weather{{CSV: file}}
	}
	if f.Plans != "" {
		s.Signals.File = f.Plans
		if s.File() != "" {
			if s.Signals.File, err = filepath.Abs(f.Plans); err != nil {
				return fmt.Errorf("--plans: %w", err)
			}
		}
	}
	if f.BBox != "" {
		box, err := extract.ParseBBox(f.BBox)
		if err != nil {
			return err
		}
		s.BBox = []float64{box.West, box.South, box.East, box.North}
	}
	if f.Overlay != "" {
		if s.Overlay = f.Overlay; s.File() != "" {
			s.Overlay, err = filepath.Abs(f.Overlay)
		}
		if err != nil {
			return fmt.Errorf("--overlay: %w", err)
		}
	}
	return nil
}

// open loads the scenario and its map. Whatever is wrong with them is the user's mistake.
func (f *scenarioFlags) open(ctx context.Context, c *console) (*scenarios.City, *scenarios.Scenario, scenarios.Options, error) {
	s, opts, err := f.load()
	if err != nil {
		return nil, nil, opts, mistake(err)
	}
	city, err := scenarios.Open(ctx, s, c.tell)
	return city, s, opts, mistake(err)
}

// clock reads a time of day in s after midnight; nil for "".
func clock(flag, text string) (*float64, error) {
	if text == "" {
		return nil, nil
	}
	t, err := scenarios.ParseClock(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	seconds := float64(t)
	return &seconds, nil
}

// seedsOf returns the seeds asked for, or else the scenario's; each once.
func seedsOf(asked []uint64, s *scenarios.Scenario) ([]uint64, error) {
	seeds := s.Seeds
	if len(asked) > 0 {
		seeds = asked
	}
	for i, seed := range seeds {
		if slices.Contains(seeds[:i], seed) {
			return nil, mistake(fmt.Errorf("seed %d is given twice", seed))
		}
	}
	return seeds, nil
}
