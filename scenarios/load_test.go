package scenarios

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestLoadSaysFileLineFieldAndWhatWasExpected(t *testing.T) {
	tests := []struct {
		name, text string
		line       int
		field      string
		want       []string // parts of the message
	}{
		{"empty", "", 0, "", []string{"want"}},
		{"not a map", "- a\n- b\n", 1, "", []string{"a list of 2", "a map of fields"}},
		{"no map", "name: base\n", 1, "", []string{"map is missing"}},
		{"unknown field", "map: a.osm\nsedes: [1]\n", 2, "sedes", []string{"did you mean seeds?"}},
		{"unknown nested field", "map: a.osm\ndemand:\n  factr: 2\n", 3, "demand.factr", []string{"did you mean factor?"}},
		{"unlike any field", "map: a.osm\nxyzzy: 2\n", 2, "xyzzy", []string{"known are", "weather"}},
		{"wrong type", "map: a.osm\nstep: fast\n", 2, "step", []string{`"fast"`, "seconds a simulation step"}},
		{"out of range", "map: a.osm\n\ndemand:\n  factor: -1\n", 4, "demand.factor", []string{"got -1", "0 to 100"}},
		{"not finite", "map: a.osm\ndemand: {factor: .inf}\n", 2, "demand.factor", []string{"finite"}},
		{"bad clock", "map: a.osm\nperiod: {begin: \"7 am\", end: \"09:00\"}\n", 2, "period.begin", []string{`"7 am"`, "07:30"}},
		{"clock as a number", "map: a.osm\nperiod:\n  begin: 7\n  end: \"09:00\"\n", 3, "period.begin", []string{"got 7", "07:30"}},
		{"end before begin", "map: a.osm\nperiod:\n  begin: \"09:00\"\n  end: \"07:00\"\n", 4, "period.end", []string{"not after begin"}},
		{"misspelt condition", "map: a.osm\nweather:\n  - {at: \"07:30\", condition: snwo}\n", 3, "weather[0].condition", []string{"did you mean snow?"}},
		{"weather out of order", "map: a.osm\nweather:\n  - {at: \"08:00\", condition: wet}\n  - {at: \"07:30\", condition: dry}\n", 4, "weather[1].at", []string{"not after"}},
		{"weather of nothing", "map: a.osm\nweather:\n  - {at: \"08:00\"}\n", 3, "weather[0]", []string{"got nothing", "rain", "spill"}},
		{"weather of two kinds", "map: a.osm\nweather:\n  - {at: \"08:00\", rain: 3, frost: true}\n", 3, "weather[0]", []string{"temperature, rain", "and frost"}},
		{"rain without a time", "map: a.osm\nweather:\n  - {rain: 3}\n", 3, "weather[0]", []string{"at is missing"}},
		{"rain ends before it begins", "map: a.osm\nweather:\n  - {at: \"08:00\", rain: 3, until: \"07:00\"}\n", 3, "weather[0].until", []string{"not after at"}},
		{"rain like a river", "map: a.osm\nweather:\n  - {at: \"08:00\", rain: 3000}\n", 3, "weather[0].rain", []string{"got 3000", "mm/h"}},
		{"condition beside rain", "map: a.osm\nweather:\n  - {at: \"08:00\", rain: 3}\n  - {at: \"08:00\", condition: wet}\n", 4, "weather[1].condition", []string{"no meaning"}},
		{"condition that ends", "map: a.osm\nweather:\n  - {at: \"08:00\", condition: wet, until: \"09:00\"}\n", 3, "weather[0].until", []string{"no meaning"}},
		{"file with a time", "map: a.osm\nweather:\n  - {at: \"08:00\", csv: a.csv}\n", 3, "weather[0].at", []string{"no meaning"}},
		{"two files", "map: a.osm\nweather:\n  - {csv: a.csv}\n  - {csv: b.csv}\n", 4, "weather[1].csv", []string{"twice"}},
		{"spill nowhere", "map: a.osm\nweather:\n  - {at: \"08:00\", spill: oil}\n", 3, "weather[0]", []string{"near is missing"}},
		{"spill of what", "map: a.osm\nweather:\n  - {at: \"08:00\", spill: milk, near: [1, 2]}\n", 3, "weather[0].spill", []string{"oil"}},
		{"rain on a way", "map: a.osm\nweather:\n  - {at: \"08:00\", rain: 1, way: 5}\n", 3, "weather[0]", []string{"belong to clear"}},
		{"event of nothing", "map: a.osm\nevents:\n  - {at: \"07:30\", way: 5}\n", 3, "events[0]", []string{"close", "speed_limit_kmh"}},
		{"event of both", "map: a.osm\nevents:\n  - {at: \"07:30\", way: 5, close: true, speed_limit_kmh: 30}\n", 3, "events[0]", []string{"one of"}},
		{"event ends before it begins", "map: a.osm\nevents:\n  - at: \"07:30\"\n    way: 5\n    close: true\n    until: \"07:00\"\n", 6, "events[0].until", []string{"not after"}},
		{"event without a way", "map: a.osm\nevents:\n  - at: \"07:30\"\n    close: true\n", 3, "events[0]", []string{"way is missing"}},
		{"fleet of an unknown class", "map: a.osm\nfleet:\n  cars: {without_abs: 1}\n", 3, "fleet.cars", []string{"did you mean car?"}},
		{"fleet of more than all", "map: a.osm\nfleet:\n  car: {winter_tyres: 90}\n", 3, "fleet.car.winter_tyres", []string{"got 90", "0 to 1"}},
		{"tread in metres", "map: a.osm\nfleet:\n  car: {tread: [0.002]}\n", 3, "fleet.car.tread[0]", []string{"mm"}},
		{"tread the wrong way round", "map: a.osm\nfleet:\n  car: {tread: [8, 2]}\n", 3, "fleet.car.tread", []string{"least first"}},
		{"fade the wrong way round", "map: a.osm\nfleet:\n  all: {fade: [0.4, 0.1]}\n", 3, "fleet.all.fade", []string{"least first"}},
		{"trailer of a bus", "map: a.osm\nfleet:\n  bus: {unbraked_trailers: 0.1}\n", 3, "fleet.bus.unbraked_trailers", []string{"articulated_lorry"}},
		{"conflict of minutes", "map: a.osm\nmeasure:\n  conflicts: {ttc: 90}\n", 3, "measure.conflicts.ttc", []string{"got 90", "seconds"}},
		{"seed twice", "map: a.osm\nseeds: [1, 2, 1]\n", 2, "seeds", []string{"1 and 3 are equal"}},
		{"seed below zero", "map: a.osm\nseeds: [1, -2]\n", 2, "seeds[1]", []string{"whole number"}},
		{"box the wrong way round", "map: a.osm\nbbox: [2, 1, 1, 2]\n", 2, "bbox", []string{"west"}},
		{"box of three", "map: a.osm\nbbox: [2, 1, 1]\n", 2, "bbox", []string{"list of 3"}},
		{"profile of zeros", "map: a.osm\ndemand:\n  profile: [" + strings.Repeat("0, ", 23) + "0]\n", 3, "demand.profile", []string{"0"}},
		{"unknown class", "map: a.osm\ndemand:\n  classes: {cars: 1}\n", 3, "demand.classes.cars", []string{"did you mean car?"}},
		{"list and rates", "map: a.osm\ndemand:\n  trips: a.csv\n  through: 0.2\n", 4, "demand.through", []string{"demand.trips"}},
		{"list and matrices", "map: a.osm\ndemand:\n  trips: a.csv\n  zones: z.geojson\n  matrices: [{file: b.csv}]\n", 5, "demand.matrices", []string{"demand.trips"}},
		{"matrices and rates", "map: a.osm\ndemand:\n  zones: z.geojson\n  matrices: [{file: b.csv}]\n  profile: [" + strings.Repeat("1, ", 23) + "1]\n", 5, "demand.profile", []string{"demand.matrices"}},
		{"matrices without zones", "map: a.osm\ndemand:\n  matrices: [{file: b.csv}]\n", 3, "demand.matrices", []string{"demand.zones"}},
		{"half of a matrix's hours", "map: a.osm\ndemand:\n  zones: z.geojson\n  matrices:\n    - {file: b.csv, begin: \"07:00\"}\n", 5, "demand.matrices[0]", []string{"both begin and end"}},
		{"purpose of what", "map: a.osm\ndemand:\n  zones: z.geojson\n  matrices:\n    - {file: b.csv, purpose: comute}\n", 5, "demand.matrices[0].purpose", []string{"did you mean commute?"}},
		{"chain that does not end", "map: a.osm\ndemand:\n  chains:\n    patterns:\n      - {activities: [home, work, shop], share: 1}\n", 5, "demand.chains.patterns[0]", []string{"home first and last"}},
		{"departures without a rule", "map: a.osm\ndepartures:\n  - {at_most: 30}\n", 3, "departures[0]", []string{"spread, starts and price"}},
		{"departures with two rules", "map: a.osm\ndepartures:\n  - {at_most: 30, spread: {}, starts: {shifts: [10]}}\n", 3, "departures[0]", []string{"one of"}},
		{"departures of a zone", "map: a.osm\ndepartures:\n  - {at_most: 30, spread: {}, to: [\"7\"]}\n", 3, "departures[0]", []string{"demand.zones"}},
		{"price out of order", "map: a.osm\ndepartures:\n  - at_most: 30\n    price: [{at: \"08:00\", minutes: 5}, {at: \"07:00\", minutes: 0}]\n", 4, "departures[0].price[1].at", []string{"not after"}},
		{"departures without a limit", "map: a.osm\ndepartures:\n  - {spread: {}}\n", 3, "departures[0]", []string{"at_most is missing"}},
		{"given twice", "map: a.osm\nstep: 0.1\nstep: 0.2\n", 3, "step", []string{"first in line 2"}},
		{"tabs", "map: a.osm\n\tstep: 0.1\n", 2, "", []string{"not YAML"}},
		{"alias", "map: &m a.osm\nname: *m\n", 2, "name", []string{"aliases"}},
		{"html", "<!DOCTYPE html>\n<html></html>\n", 1, "", []string{"want"}},
		{"two documents", "map: a.osm\n---\nmap: b.osm\n", 0, "", []string{"not YAML"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse([]byte(test.text), "peak.yaml")
			var invalid *Invalid
			if !errors.As(err, &invalid) || !errors.Is(err, ErrInvalid) {
				t.Fatalf("Parse = %v, want an *Invalid", err)
			}
			p := invalid.Problems[0]
			if test.line != 0 && p.Line != test.line {
				t.Errorf("line %d, want %d (%v)", p.Line, test.line, err)
			}
			if test.field != "" && p.Field != test.field {
				t.Errorf("field %q, want %q (%v)", p.Field, test.field, err)
			}
			if !strings.HasPrefix(err.Error(), "peak.yaml") || strings.Contains(err.Error(), "\n") {
				t.Errorf("%q: want one line that begins with the file", err)
			}
			for _, part := range test.want {
				if !strings.Contains(p.Text, part) {
					t.Errorf("%q does not say %q", p.Text, part)
				}
			}
		})
	}
}

const fullScenario = `
name: peak
map: city.osm.pbf
bbox: [-75.575, 39.73, -75.53, 39.76]
elevation: srtm
period: {begin: "07:00", end: "09:30:15", day: Sa}
step: 0.25
seeds: [1, 2, 3]
demand:
  factor: 1.5
  trips_per_day: 120000
  profile: [1, 1, 1, 1, 1, 2, 4, 8, 9, 6, 5, 5, 5, 5, 5, 6, 7, 8, 6, 4, 3, 2, 1, 1]
  classes: {car: 0.9, van: 0.1}
  through: 0.4
signals:
  plans:
    - {node: 123, offset: 12, greens: [30, 20.5]}
weather:
  - {at: "07:30", condition: wet}
  - {at: "08:00:30.5", condition: ice}
events:
  - {at: "07:45", way: 5, close: true, until: "08:15"}
  - {at: "07:45", way: 6, direction: forward, speed_limit_kmh: 30}
people: {factor: 0.5, cyclists: 0}
trains: {per_hour: 0, trams_per_hour: 20}
buses: {dwell: 25}
fleet:
  all: {tread: [1, 5.5, 8], winter_tyres: 0.9}
  car: {without_abs: 0.02, faded_brakes: 0.01, fade: [0.2, 0.3]}
  articulated_lorry: {brake_failure: 0.001, unbraked_trailers: 0.01}
measure: {interval: 60, conflicts: {ttc: 1, pet: 0, drac: 4}}
`

func TestTextReadsBackToTheSameScenario(t *testing.T) {
	for name, s := range map[string]*Scenario{"full": mustParse(t, fullScenario), "default": ForMap("city.osm.pbf")} {
		again := mustParse(t, s.Text())
		if again.Text() != s.Text() || again.Hash() != s.Hash() {
			t.Errorf("%s: read back as\n%s\nwant\n%s", name, again.Text(), s.Text())
		}
		s.at, s.file, again.at, again.file = nil, "", nil, ""
		if !reflect.DeepEqual(s, again) {
			t.Errorf("%s: read back as %+v, want %+v", name, again, s)
		}
	}
}

func TestEveryFieldChangesTheHash(t *testing.T) {
	base := mustParse(t, fullScenario).Hash()
	for _, line := range strings.Split(strings.TrimSpace(fullScenario), "\n") {
		if strings.HasPrefix(line, "map:") || strings.HasPrefix(line, "name:") || strings.HasSuffix(line, ":") {
			continue // map must be there, and the name is the file's
		}
		text := strings.Replace(fullScenario, line+"\n", "", 1)
		if strings.Contains(line, "node:") {
			text = strings.Replace(text, "signals:\n  plans:\n", "", 1)
		}
		if got, same := mustParse(t, text).Hash(), strings.HasPrefix(line, "seeds:"); (got == base) != same {
			t.Errorf("without %q the hash is %s, want one other than %s but for the seeds", line, got, base)
		}
	}
}

func TestDefaultsAreAMorningPeak(t *testing.T) {
	s := mustParse(t, "map: maps/city.osm.pbf\n")
	if s.Period != (Period{7 * 3600, 9 * 3600, "Tu"}) || s.Step != 0.2 || s.Demand.Factor != 1 || s.Measure.Interval != 300 {
		t.Errorf("defaults = %+v", s)
	}
	if s.Name != "peak" {
		t.Errorf("name = %q, want that of the file", s.Name)
	}
	if got, want := s.resolve(s.Map), filepath.Join("runs", "maps", "city.osm.pbf"); got != want {
		t.Errorf("map = %q, want %q, relative to the scenario", got, want)
	}
	if got := s.resolve("https://example.org/a.osm"); got != "https://example.org/a.osm" {
		t.Errorf("a URL became %q", got)
	}
	if got := ForMap("https://example.org/a/city.osm.pbf?x=1").Name; got != "city" {
		t.Errorf("name = %q, want city", got)
	}
}

func TestFactorZeroIsNotADefault(t *testing.T) {
	if s := mustParse(t, "map: a.osm\ndemand: {factor: 0}\n"); s.Demand.Factor != 0 {
		t.Errorf("factor = %g, want 0", s.Demand.Factor)
	}
}

func TestLoadNamesAMissingFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.yaml")
	_, err := Load(path)
	if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), path) {
		t.Errorf("Load = %v, want an ErrInvalid that names %s", err, path)
	}
	if _, err := Load(t.TempDir()); !errors.Is(err, ErrInvalid) {
		t.Errorf("Load of a folder = %v, want an ErrInvalid", err)
	}
	huge := filepath.Join(t.TempDir(), "huge.yaml")
	if err := os.WriteFile(huge, make([]byte, maxFile+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(huge); err == nil || !strings.Contains(err.Error(), "larger") {
		t.Errorf("Load of 4 MiB = %v, want an error about its size", err)
	}
}

// TestSchemaAndStructsAgree walks both: every field of one is in the other.
func TestSchemaAndStructsAgree(t *testing.T) {
	var source map[string]any
	if err := json.Unmarshal(Schema, &source); err != nil {
		t.Fatal(err)
	}
	delete(source["properties"].(map[string]any), "variants") // see TestVariantsHaveEveryFieldButTheFixedOnes
	compareFields(t, "scenario", reflect.TypeFor[Scenario](), source)
}

func compareFields(t *testing.T, name string, typ reflect.Type, rule map[string]any) {
	t.Helper()
	switch typ.Kind() {
	case reflect.Pointer:
		compareFields(t, name, typ.Elem(), rule)
	case reflect.Slice:
		items, _ := rule["items"].(map[string]any)
		compareFields(t, name+"[]", typ.Elem(), items)
	case reflect.Map:
		if entry, ok := rule["additionalProperties"].(map[string]any); ok { // else its keys are listed
			compareFields(t, name+".*", typ.Elem(), entry)
		}
	case reflect.Struct:
		var fields []string
		known, _ := rule["properties"].(map[string]any)
		if rule["additionalProperties"] != false {
			t.Errorf("%s: the schema admits unknown fields", name)
		}
		for _, f := range reflect.VisibleFields(typ) {
			if !f.IsExported() || f.Anonymous { // the fields of one that is inlined are visible
				continue
			}
			key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
			fields = append(fields, key)
			inner, ok := known[key].(map[string]any)
			if !ok {
				t.Errorf("%s.%s is not in the schema", name, key)
				continue
			}
			compareFields(t, name+"."+key, f.Type, inner)
		}
		for key := range known {
			if !slices.Contains(fields, key) {
				t.Errorf("%s.%s is in the schema only", name, key)
			}
		}
	}
}

func TestClockReadsWhatItWrites(t *testing.T) {
	for text, want := range map[string]Clock{"07:00": 25200, "7:05": 25500, "00:00": 0, "24:30": 88200, "47:59:59": 172799, "07:30:15.5": 27015.5} {
		got, err := ParseClock(text)
		if err != nil || got != want {
			t.Errorf("ParseClock(%q) = %v, %v, want %v s", text, float64(got), err, float64(want))
		}
		if again, err := ParseClock(got.String()); err != nil || math.Abs(float64(again-got)) > 1e-9 {
			t.Errorf("ParseClock(%q) = %v, %v, want %v s", got.String(), float64(again), err, float64(got))
		}
	}
	for _, text := range []string{"", "7", "07:60", "48:00", "07:00:60", "-1:00", "07:00 ", "07:0a"} {
		if c, err := ParseClock(text); err == nil {
			t.Errorf("ParseClock(%q) = %v, want an error", text, c)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(fullScenario))
	f.Add([]byte("map: a\nweather: [{at: \"07:00\", condition: wet}]"))
	f.Add([]byte("map: a\nweather: [{at: \"07:00\", rain: 5, until: \"08:00\"}, {csv: w.csv}, {at: \"07:00\", spill: oil, near: [1, 2]}]"))
	f.Add([]byte(family0))
	f.Add([]byte("map: a\nmeasure: {areas: {a: {box: [1, 2, 3, 4]}}, corridors: {c: {ways: [-5]}}}"))
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("? {a: b}\n: c"))
	f.Add([]byte("map: !!binary aGk=\nstep: 0x1p-2"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Parse(data, "fuzz.yaml")
		if err != nil {
			if !errors.Is(err, ErrInvalid) || strings.Contains(err.Error(), "\n") {
				t.Fatalf("error %q: want an ErrInvalid in one line", err)
			}
			return
		}
		again, err := Parse([]byte(s.Text()), "fuzz.yaml")
		if err != nil || again.Hash() != s.Hash() {
			t.Fatalf("a valid scenario reads back as %v, %v\n%s", again, err, s.Text())
		}
	})
}

func mustParse(t *testing.T, text string) *Scenario {
	t.Helper()
	s, err := Parse([]byte(text), filepath.Join("runs", "peak.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
