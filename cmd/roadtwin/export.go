package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"roadtwin/network"
	"roadtwin/network/sumonet"
	"roadtwin/scenarios"
	"roadtwin/scenarios/demand"
	"roadtwin/signals"
)

// exportVerb is "roadtwin export".
type exportVerb struct {
	Source string `arg:"" help:"A scenario (.yaml); or a map: OpenStreetMap data (path or URL), a network (.rtn), SUMO's .net.xml, CityFlow's roadnet.json; or the results (--db) of runs; or a file of rare episodes."`
	Format string `enum:"sumo,geojson,csv,parquet,openscenario,commonroad,fcd,ssm,png,gif" required:"" help:"Of a map, sumo: a road network (.net.xml) with its signals; geojson: lanes, connectors, junctions and signals. Of results, csv and parquet: a table; geojson: edges with their measures. Of rare episodes, into a folder, openscenario: OpenSCENARIO with OpenDRIVE; commonroad; fcd and ssm: as SUMO writes them; png and gif: pictures from above, still and moving; and parquet: one table of all trajectories."`
	Output string `short:"o" required:"" placeholder:"FILE" help:"Write to FILE."`
	Routes string `placeholder:"FILE" help:"With sumo: write the trips of the demand to FILE (.rou.xml), too."`

	BBox    string   `name:"bbox" placeholder:"W,S,E,N" help:"Take only this part of the map, in degrees."`
	Overlay string   `placeholder:"FILE" help:"Apply the fixes in FILE (.yaml) to the map."`
	Begin   string   `placeholder:"HH:MM" help:"Begin of the trips."`
	End     string   `placeholder:"HH:MM" help:"End of the trips."`
	Demand  float64  `placeholder:"FACTOR" help:"Multiply the demand."`
	Trips   string   `placeholder:"FILE" help:"Take the trips in FILE (CSV, SUMO's .rou.xml or .sumocfg, CityFlow's flow.json), in place of the demand."`
	Seeds   []uint64 `name:"seed" aliases:"seeds" placeholder:"N" help:"Seed of the trips, in place of the scenario's first."`
	JSON    bool     `name:"json" help:"Print what was written as JSON."`

	resultsFlags
	episodeFlags
}

// Help is shown by "roadtwin export --help".
func (exportVerb) Help() string {
	return `Example:

  roadtwin export city.osm.pbf --format sumo -o city.net.xml --routes city.rou.xml --begin 07:00 --end 08:00
  sumo -n city.net.xml -r city.rou.xml --begin 25200

  roadtwin export roadnet.json --format sumo -o city.net.xml --trips flow.json --routes city.rou.xml --begin 00:00 --end 01:00
  roadtwin export city.rtn --format geojson -o city.geojson

  roadtwin export results.db --format parquet --table trips -o trips.parquet
  roadtwin export found.db --format openscenario --most 100 -o scenes/

  roadtwin export results.db --format geojson --measure delay_h,speed_kmh --with retimed -o difference.geojson`
}

// exported is what "roadtwin export --json" prints.
type exported struct {
	Format      string `json:"format"`
	File        string `json:"file"`
	Edges       int    `json:"edges"`
	Lanes       int    `json:"lanes"`
	Connectors  int    `json:"connectors"`
	Controllers int    `json:"controllers"`
	Routes      string `json:"routes,omitempty"`
	Trips       int    `json:"trips"`
}

// Run opens the map and writes it.
func (v *exportVerb) Run(ctx context.Context, c *console) error {
	if isEpisodes(ctx, v.Source) {
		return v.exportEpisodes(ctx, c)
	}
	if len(v.Episode) > 0 || v.Most != 0 || slices.Contains(episodeFormats[:len(episodeFormats)-1], v.Format) {
		return mistake(fmt.Errorf("%s is not a file of rare episodes, which --format %s, --episode and --most are for", v.Source,
			strings.Join(episodeFormats[:len(episodeFormats)-1], ", ")))
	}
	if isResults(v.Source) {
		return v.exportResults(ctx, c)
	}
	if v.given() || v.Format == "csv" || v.Format == "parquet" {
		return mistake(fmt.Errorf("%s is not the results of runs (--db), which --format csv and parquet, --table, --variant, --with, --measure and --scenario are for", v.Source))
	}
	if v.Format != "sumo" && v.Routes != "" {
		return mistake(errors.New("--routes goes with --format sumo only"))
	}
	if len(v.Seeds) > 1 {
		return mistake(fmt.Errorf("%d seeds, want one", len(v.Seeds)))
	}
	flags := scenarioFlags{Source: v.Source, BBox: v.BBox, Overlay: v.Overlay, Trips: v.Trips, Begin: v.Begin, End: v.End, Demand: v.Demand, Threads: 1}
	city, s, opts, err := flags.open(ctx, c)
	if err != nil {
		return err
	}
	done := exported{
		Format: v.Format, File: v.Output, Edges: len(city.Net.Edges), Lanes: len(city.Net.Lanes),
		Connectors: len(city.Net.Connectors), Controllers: len(city.Net.Controllers), Routes: v.Routes,
	}
	if v.Format == "geojson" {
		err = writeWhole(v.Output, city.Net.WriteGeoJSON)
	} else {
		err = writeWhole(v.Output, func(w io.Writer) error {
			return sumonet.Write(w, city.Net, sumoPrograms(city.Net, city.Plans))
		})
	}
	if err == nil && v.Routes != "" {
		if len(v.Seeds) == 1 {
			s = s.WithSeed(v.Seeds[0])
		}
		done.Trips, err = v.writeRoutes(city, s, opts)
	}
	switch {
	case err != nil:
		return err
	case v.JSON:
		return writeJSON(c.out, done)
	}
	fmt.Fprintf(c.out, "%s: %s edges, %s lanes, %s connectors, %s signal controllers\n", v.Output, grouped(done.Edges),
		grouped(done.Lanes), grouped(done.Connectors), grouped(done.Controllers))
	if v.Routes != "" {
		fmt.Fprintf(c.out, "%s: %s trips\n", v.Routes, grouped(done.Trips))
	}
	return nil
}

// writeRoutes writes the trips of the scenario's demand and returns how many there are.
func (v *exportVerb) writeRoutes(city *scenarios.City, s *scenarios.Scenario, opts scenarios.Options) (int, error) {
	r, err := scenarios.NewRun(city, s, opts)
	if errors.Is(err, scenarios.ErrInvalid) {
		return 0, mistake(err)
	} else if err != nil {
		return 0, err
	}
	defer r.Close()
	trips := r.Demand().Trips
	return len(trips), writeWhole(v.Routes, func(w io.Writer) error { return demand.WriteSUMO(w, city.Net, trips) })
}

// sumoPrograms returns the plans phase by phase.
func sumoPrograms(net *network.Network, plans []signals.Plan) []sumonet.Program {
	lights := [...]network.Light{
		signals.Off: network.LightOff, signals.Red: network.LightRed, signals.RedAmber: network.LightRedAmber,
		signals.Green: network.LightGreen, signals.Amber: network.LightAmber, signals.FlashingAmber: network.LightFlashing,
	}
	programs := make([]sumonet.Program, len(plans))
	for i := range plans {
		p := sumonet.Program{Controller: plans[i].Controller, Offset: plans[i].Offset}
		for _, interval := range signals.Intervals(net, &plans[i]) {
			phase := sumonet.Phase{Duration: interval.Duration}
			for _, aspect := range interval.Aspects {
				phase.Lights = append(phase.Lights, lights[aspect])
			}
			p.Phases = append(p.Phases, phase)
		}
		programs[i] = p
	}
	return programs
}
