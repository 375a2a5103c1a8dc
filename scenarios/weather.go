package scenarios

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"slices"
	"strings"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
	"roadtwin/vehicles/weather"
)

// Weather is one thing that is said of the weather. Each says one of: the condition of all roads; the sky (temperature, rain,
// snow, humidity, wind, radiation) or a frost; a file with the sky; the ground; whether roads are cleared; a road cleared; a
// spill.
type Weather struct {
	At    *Clock `yaml:"at,omitempty"`
	Until *Clock `yaml:"until,omitempty"` // of the sky, a frost or a spill; nil for ever

	Condition string `yaml:"condition,omitempty"` // see tyre.Condition

	// See weather.Sky.
	Temperature *float64 `yaml:"temperature,omitempty"` // °C
	Rain        *float64 `yaml:"rain,omitempty"`        // mm/h
	Snow        *float64 `yaml:"snow,omitempty"`        // mm/h of water
	Humidity    *float64 `yaml:"humidity,omitempty"`    // %
	Wind        *float64 `yaml:"wind,omitempty"`        // m/s
	Radiation   *float64 `yaml:"radiation,omitempty"`   // W/m²
	Frost       bool     `yaml:"frost,omitempty"`       // a clear and calm night, see weather.Frost

	CSV     string   `yaml:"csv,omitempty"`     // path (relative to the scenario's file) of what weather.ReadCSV reads
	Ground  *float64 `yaml:"ground,omitempty"`  // °C, below the roads at the beginning
	Service *bool    `yaml:"service,omitempty"` // whether roads are ploughed and salted by their class; true if not given

	Clear     bool   `yaml:"clear,omitempty"`     // a plough passes
	Way       int64  `yaml:"way,omitempty"`       // OSM id of the road that is cleared; 0 for all roads
	Direction string `yaml:"direction,omitempty"` // as in Event

	Spill  string    `yaml:"spill,omitempty"`     // "oil", or a condition
	Near   []float64 `yaml:"near,omitempty,flow"` // longitude and latitude: the spill is on the nearest lane
	Length float64   `yaml:"length,omitempty"`    // m of that lane; defaultSpill if not given
}

const (
	defaultSpill = 20.0 // m
	// spillReach is how far from the middle of a lane the place of a spill may be given, m: half a wide road.
	spillReach = 30.0
)

// sky returns what w says of the sky.
func (w *Weather) sky() (set weather.Fields, s weather.Sky) {
	for _, f := range []struct {
		bit weather.Fields
		of  *float64
		to  *float64
	}{
		{weather.Temperature, w.Temperature, &s.Temperature},
		{weather.Rain, w.Rain, &s.Rain},
		{weather.Snow, w.Snow, &s.Snow},
		{weather.Humidity, w.Humidity, &s.Humidity},
		{weather.Wind, w.Wind, &s.Wind},
		{weather.Radiation, w.Radiation, &s.Radiation},
	} {
		if f.of != nil {
			set, *f.to = set|f.bit, *f.of
		}
	}
	return set, s
}

// kinds are what an item may be about, with the field that says so, or several, and whether it has a time and an end.
var kinds = []struct {
	name        string
	is          func(*Weather) bool
	timed, ends bool
}{
	{"condition", func(w *Weather) bool { return w.Condition != "" }, true, false},
	{"temperature, rain, snow, humidity, wind or radiation", func(w *Weather) bool { set, _ := w.sky(); return set != 0 }, true, true},
	{"frost", func(w *Weather) bool { return w.Frost }, true, true},
	{"csv", func(w *Weather) bool { return w.CSV != "" }, false, false},
	{"ground", func(w *Weather) bool { return w.Ground != nil }, false, false},
	{"service", func(w *Weather) bool { return w.Service != nil }, false, false},
	{"clear", func(w *Weather) bool { return w.Clear }, true, false},
	{"spill", func(w *Weather) bool { return w.Spill != "" }, true, true},
}

// checkWeather complains of what a schema cannot say.
func (s *Scenario) checkWeather(complain func(field, format string, args ...any)) {
	once := map[string]int{}
	var last *Clock // of the condition before
	for i := range s.Weather {
		w, field := &s.Weather[i], fmt.Sprintf("weather[%d]", i)
		said := w.checkKind(field, complain)
		switch said {
		case "csv", "ground", "service":
			if first, twice := once[said]; twice {
				complain(field+"."+said, "given twice, first in weather[%d]", first)
			} else {
				once[said] = i
			}
		case "condition":
			if _, ok := tyre.ParseCondition(w.Condition); !ok {
				complain(field+".condition", "unknown condition %q", w.Condition)
			}
			if last != nil && w.At != nil && *w.At <= *last {
				complain(field+".at", "%s is not after the change before it, %s", *w.At, *last)
			}
			last = w.At
		}
		if w.Until != nil && w.At != nil && *w.Until <= *w.At {
			complain(field+".until", "%s is not after at, %s", *w.Until, *w.At)
		}
	}
	if i := slices.IndexFunc(s.Weather, func(w Weather) bool { return w.Condition != "" }); i >= 0 && s.isPhysical() {
		complain(fmt.Sprintf("weather[%d].condition", i), "fixes all roads and has no meaning beside weather that makes them wet or icy")
	}
}

// checkKind complains unless w is about exactly one thing and says what belongs to that. It returns the thing.
func (w *Weather) checkKind(field string, complain func(field, format string, args ...any)) (said string) {
	var names, all []string
	timed, ends := false, false
	for _, k := range kinds {
		all = append(all, k.name)
		if k.is(w) {
			names, timed, ends = append(names, k.name), k.timed, k.ends
		}
	}
	if len(names) != 1 {
		got := "nothing"
		if len(names) > 0 {
			got = strings.Join(names, " and ")
		}
		complain(field, "got %s, want one of %s", got, strings.Join(all, ", "))
		return ""
	}
	said = names[0]
	switch {
	case timed && w.At == nil:
		complain(field, "at is missing: when it begins")
	case !timed && w.At != nil:
		complain(field+".at", "has no meaning with %s", said)
	case !ends && w.Until != nil:
		complain(field+".until", "has no meaning with %s", said)
	}
	if (w.Way != 0 || w.Direction != "") && said != "clear" {
		complain(field, "way and direction belong to clear, not to %s", said)
	}
	if (w.Near != nil || w.Length != 0) && said != "spill" {
		complain(field, "near and length belong to spill, not to %s", said)
	}
	if w.Near == nil && said == "spill" {
		complain(field, "near is missing: longitude and latitude of the spill")
	}
	return said
}

// isPhysical reports whether rain, frost and the like make the roads what they are, rather than a condition.
func (s *Scenario) isPhysical() bool {
	return slices.ContainsFunc(s.Weather, func(w Weather) bool { return w.Condition == "" })
}

// conditions returns what lies on the roads at the beginning, and the later changes, where conditions say so.
func (s *Scenario) conditions() (start tyre.Condition, agenda []appointment, err error) {
	for i := range s.Weather {
		w := &s.Weather[i]
		if w.Condition == "" {
			continue
		}
		condition, ok := tyre.ParseCondition(w.Condition)
		if !ok || w.At == nil {
			return 0, nil, badOption(fmt.Sprintf("unknown road condition %q, or no time for it", w.Condition))
		}
		if *w.At <= s.Period.Begin {
			start = condition
			continue
		}
		agenda = append(agenda, appointment{float64(*w.At), traffic.Command{Kind: traffic.SetCondition, Condition: condition}})
	}
	return start, agenda, nil
}

// skies makes the weather of the scenario over net; nil if it is dry, or if conditions say what lies on the roads.
func (s *Scenario) skies(net *network.Network) (*weather.System, error) {
	if !s.isPhysical() {
		return nil, nil
	}
	var cfg weather.Config
	for i := range s.Weather {
		if err := s.addWeather(net, i, &cfg); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(cfg.Clearings, func(a, b weather.Clearing) int { return cmp.Compare(a.At, b.At) })
	system, err := weather.New(net, cfg, float64(s.Period.Begin))
	if err != nil {
		return nil, s.invalid("weather", "%v", err)
	}
	return system, nil
}

// addWeather adds what item i says to cfg.
func (s *Scenario) addWeather(net *network.Network, i int, cfg *weather.Config) (err error) {
	w, field := &s.Weather[i], fmt.Sprintf("weather[%d]", i)
	from, until := math.Inf(-1), math.Inf(1)
	if w.At != nil {
		from = float64(*w.At)
	}
	if w.Until != nil {
		until = float64(*w.Until)
	}
	set, sky := w.sky()
	switch {
	case set != 0:
		cfg.Changes = append(cfg.Changes, weather.Change{From: from, Until: until, Set: set, Sky: sky})
	case w.Frost:
		cfg.Changes = append(cfg.Changes, weather.Frost(from, until))
	case w.CSV != "":
		cfg.Series, err = s.readWeather(w.CSV, field+".csv")
	case w.Ground != nil:
		cfg.Ground = w.Ground
	case w.Service != nil:
		cfg.Uncleared = !*w.Service
	case w.Clear && w.Way == 0:
		cfg.Clearings = append(cfg.Clearings, weather.Clearing{At: from, Edge: network.None})
	case w.Clear:
		e := Event{Way: w.Way, Direction: w.Direction}
		edges := e.edges(net)
		if len(edges) == 0 {
			return s.invalid(field+".way", "no road of the map was made of OSM way %d in direction %s", w.Way, e.direction())
		}
		for _, edge := range edges {
			cfg.Clearings = append(cfg.Clearings, weather.Clearing{At: from, Edge: edge})
		}
	case w.Spill != "":
		var spill weather.Spill
		spill, err = s.spill(net, w, field)
		spill.Begin, spill.Until = from, until
		cfg.Spills = append(cfg.Spills, spill)
	}
	return err
}

// readWeather reads a CSV file of the weather; field is where the scenario names it.
func (s *Scenario) readWeather(path, field string) (weather.Series, error) {
	file := s.resolve(path)
	f, err := os.Open(file)
	if err != nil {
		var p *fs.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		return weather.Series{}, s.invalid(field, "%s cannot be read: %v", file, err)
	}
	defer f.Close()
	series, err := weather.ReadCSV(f)
	var wrong *weather.FormatError
	switch {
	case errors.As(err, &wrong):
		return series, invalidFile(file, Problem{Line: wrong.Line, Field: wrong.Column, Text: wrong.Text})
	case err != nil:
		return series, s.invalid(field, "%s cannot be read: %v", file, err)
	}
	return series, nil
}

// spill returns the patch of a spill without its times.
func (s *Scenario) spill(net *network.Network, w *Weather, field string) (weather.Spill, error) {
	condition, ok := tyre.ParseCondition(w.Spill)
	if w.Spill == "oil" {
		condition, ok = weather.Oil, true
	}
	if !ok || len(w.Near) != 2 {
		return weather.Spill{}, s.invalid(field, "unknown spill %q, or no place for it", w.Spill)
	}
	lane, along, off := weather.NearestLane(net, net.Projection.ToLocal(w.Near[0], w.Near[1]))
	if !(off <= spillReach) {
		return weather.Spill{}, s.invalid(field+".near", "no lane of the map within %g m", spillReach)
	}
	length := w.Length
	if length == 0 {
		length = defaultSpill
	}
	end := net.Lanes[lane].Length
	from := min(max(along-length/2, 0), max(end-length, 0))
	from = math.Floor(from*1000) / 1000 // to the millimetre, as all places of the network: the same on every processor
	return weather.Spill{Track: lane.Track(), From: from, To: min(from+length, end), Condition: condition}, nil
}
