package scenarios

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v4"

	"roadtwin/network/strictyaml"
	"roadtwin/vehicles/traffic"
)

// Scenario is what a scenario file says. The JSON Schema in scenario.schema.json describes it field by field.
type Scenario struct {
	Name string `yaml:"name,omitempty"` // the file's name without extension if not given
	// Map is a path (relative to the scenario's file) of OpenStreetMap data, a network (.rtn), SUMO's .net.xml or CityFlow's
	// roadnet.json, told apart by their content; or a URL of OpenStreetMap data.
	Map string `yaml:"map"`
	// Overlay is the path (relative to the scenario's file) of fixes to the map; see package osmimport/overlay.
	Overlay string `yaml:"overlay,omitempty"`
	// BBox cuts the map: west, south, east, north in degrees. Empty for all of it.
	BBox []float64 `yaml:"bbox,omitempty,flow"`
	// Elevation is a folder of SRTM tiles (.hgt) that give the streets of an extract their heights; "" for level streets.
	Elevation string   `yaml:"elevation,omitempty"`
	Period    Period   `yaml:"period,omitempty"`
	Step      float64  `yaml:"step,omitempty"` // s
	Seeds     []uint64 `yaml:"seeds,omitempty,flow"`
	Demand    Demand   `yaml:"demand,omitempty"`
	// Departures are policies that have some trips depart at another time.
	Departures []Departures `yaml:"departures,omitempty"`
	Routes     Routes       `yaml:"routes,omitempty"`
	People     People       `yaml:"people"`
	Trains     Trains       `yaml:"trains"`
	Buses      Buses        `yaml:"buses"`
	Drivers    Drivers      `yaml:"drivers,omitempty"`
	Fleet      Fleet        `yaml:"fleet,omitempty"`
	Signals    Signals      `yaml:"signals,omitempty"`
	Weather    []Weather    `yaml:"weather,omitempty"`
	Events     []Event      `yaml:"events,omitempty"`
	Measure    Measure      `yaml:"measure,omitempty"`

	file string            // where it was read from, "" if it was made in memory
	at   strictyaml.Places // where its fields are in the file

	variant, about string      // of the variant that it is, "" for none
	sumOf          []string    // the variants that it builds on, if it adds nothing to them
	variants       []*Scenario // of the file
}

// Period is the time that is simulated. The roads are empty at its beginning.
type Period struct {
	Begin Clock `yaml:"begin"`
	End   Clock `yaml:"end"`
	Day   Day   `yaml:"day,omitempty"` // on which it begins; defaultDay if not given
}

// Demand is who travels. Without Trips it is made from the map, as package demand tells.
type Demand struct {
	// Factor multiplies the number of trips. Those of a smaller factor are among those of a greater one.
	Factor float64 `yaml:"factor"`
	// TripsPerDay replaces the number of trips in 24 hours that the map gives; 0 keeps it.
	TripsPerDay float64 `yaml:"trips_per_day,omitempty"`
	// Profile is the share of the day's trips that depart in each hour from midnight; scaled to add up to 1.
	Profile []float64 `yaml:"profile,omitempty,flow"`
	// Classes are the shares of the vehicle classes; scaled to add up to 1.
	Classes map[string]float64 `yaml:"classes,omitempty,flow"`
	// Through is the share of the traffic at the edge of the map that drives through without a stop, 0 to 1.
	Through *float64 `yaml:"through,omitempty"`
	// Trips is a list of trips in place of all this but Factor: a CSV file with the columns depart, from, to and class, or
	// SUMO's .rou.xml or .sumocfg, or CityFlow's flow.json.
	Trips string `yaml:"trips,omitempty"`
	// Zones is a GeoJSON file of areas with names, which Matrices and departures speak of.
	Zones string `yaml:"zones,omitempty"`
	// Matrices are trips between the zones, in place of the trips that the map gives.
	Matrices []Matrix `yaml:"matrices,omitempty"`
	// Chains are people's days, in place of single trips.
	Chains *Chains `yaml:"chains,omitempty"`
}

// Routes says how drivers find their ways, as far as trips do not come with theirs; see traffic.RouteChoice.
type Routes struct {
	Spread   float64 `yaml:"spread"`   // of what drivers think a trip of ten minutes takes; 0: all take the quickest way
	Informed float64 `yaml:"informed"` // share of drivers who look for a better way as they go
	Every    float64 `yaml:"every"`    // s between two looks
}

// Signals says how signals are controlled, changes the plans that the program makes for every signalised junction, and says what
// happens to them.
type Signals struct {
	SignalControl `yaml:",inline"` // of all junctions
	// File is the path (relative to the scenario's file) of a plan file; see package planfile. What it does not name stays as it was.
	File      string            `yaml:"file,omitempty"`
	Junctions []JunctionControl `yaml:"junctions,omitempty"`
	Plans     []SignalPlan      `yaml:"plans,omitempty"`
	Events    []SignalEvent     `yaml:"events,omitempty"`
}

// SignalPlan retimes one controller. What is not given stays as it was.
type SignalPlan struct {
	Node   int64     `yaml:"node,omitempty"`        // OSM id of one of its traffic_signals nodes
	Name   string    `yaml:"name,omitempty"`        // or its name: in networks of SUMO and CityFlow the id of the signals
	Offset *float64  `yaml:"offset,omitempty"`      // s
	Greens []float64 `yaml:"greens,omitempty,flow"` // s, one for each stage
}

// Event is something that happens to a street.
type Event struct {
	At  Clock `yaml:"at"`
	Way int64 `yaml:"way"` // OSM id
	// Direction is "forward" or "backward" along the OSM way, or "both" (the default).
	Direction string `yaml:"direction,omitempty"`
	// Near is longitude and latitude: of the roads made of the way only the one whose middle is nearest to it; nil for all of them.
	Near  []float64 `yaml:"near,omitempty,flow"`
	Close bool      `yaml:"close,omitempty"`
	// CloseLanes are closed where others stay open, counted from the kerb, which is 1.
	CloseLanes []int   `yaml:"close_lanes,omitempty,flow"`
	SpeedLimit float64 `yaml:"speed_limit_kmh,omitempty"`
	Until      *Clock  `yaml:"until,omitempty"` // when all is as before; nil for never
}

// Measure says what is kept of a run.
type Measure struct {
	Interval  float64             `yaml:"interval,omitempty"` // s over which traffic is added up
	Areas     map[string]Area     `yaml:"areas,omitempty"`
	Corridors map[string]Corridor `yaml:"corridors,omitempty"`
	Conflicts Conflicts           `yaml:"conflicts,omitempty"`
	Snapshots float64             `yaml:"snapshots,omitempty"` // s between two states of the engine that are kept, 0 for none
}

// The defaults of a scenario: a morning peak.
const (
	defaultBegin    Clock = 7 * 3600
	defaultEnd      Clock = 9 * 3600
	defaultStep           = traffic.DefaultStepTime
	defaultInterval       = 300 // s
)

// ForMap returns the default scenario for an extract or a network: the morning peak, demand from the map, dry roads.
func ForMap(source string) *Scenario {
	s := &Scenario{Map: source}
	s.complete()
	return s
}

// complete fills in what the file left open.
func (s *Scenario) complete() {
	if s.Name == "" {
		s.Name = stem(s.Map)
		if s.file != "" {
			s.Name = stem(s.file)
		}
	}
	if s.Period == (Period{}) {
		s.Period = Period{Begin: defaultBegin, End: defaultEnd}
	}
	if s.Period.Day == "" {
		s.Period.Day = defaultDay
	}
	if s.Step == 0 {
		s.Step = defaultStep
	}
	if len(s.Seeds) == 0 {
		s.Seeds = []uint64{1}
	}
	if s.Demand.Factor == 0 && !s.at.Has("demand.factor") {
		s.Demand.Factor = 1
	}
	choice := traffic.DefaultRouteChoice
	if s.Routes.Spread == 0 && !s.at.Has("routes.spread") {
		s.Routes.Spread = choice.Spread
	}
	if s.Routes.Informed == 0 && !s.at.Has("routes.informed") {
		s.Routes.Informed = choice.Informed
	}
	if s.Routes.Every == 0 {
		s.Routes.Every = choice.Every
	}
	s.completeCrossings()
	s.Drivers.complete(s.at)
	if s.Measure.Interval == 0 {
		s.Measure.Interval = defaultInterval
	}
}

// stem returns the name of a file or URL without folders and extensions.
func stem(source string) string {
	name := path.Base(filepath.ToSlash(source))
	name, _, _ = strings.Cut(name, "?")
	for _, ext := range []string{".gz", ".bz2", ".yaml", ".yml", ".pbf", ".osm", ".rtn", ".net.xml", ".json"} {
		name = strings.TrimSuffix(name, ext)
	}
	return name
}

// Text returns the scenario as YAML with every default written out; Load reads it back to the same scenario.
func (s *Scenario) Text() string {
	text, err := yaml.Dump(s)
	if err != nil {
		panic(fmt.Sprintf("scenario %s cannot be written: %v", s.Name, err)) // plain data always can
	}
	return string(text)
}

// Hash returns the SHA-256 of Text without the seeds, in hexadecimal: runs of one scenario share it.
func (s *Scenario) Hash() string {
	seedless := *s
	seedless.Seeds = nil
	sum := sha256.Sum256([]byte(seedless.Text()))
	return hex.EncodeToString(sum[:])
}

// File returns the file the scenario was read from, "" if it was made in memory.
func (s *Scenario) File() string { return s.file }

// resolve returns where a path of the scenario is: paths are relative to the scenario's file, URLs are left alone.
func (s *Scenario) resolve(p string) string {
	if s.file == "" || strings.Contains(p, "://") || filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(filepath.Dir(s.file), p)
}
