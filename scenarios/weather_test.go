package scenarios

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/scenarios/results"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
	"roadtwin/vehicles/weather"
)

const wetScenario = `
name: wet
map: town
period: {begin: "07:00", end: "07:20"}
weather:
  - {csv: weather.csv}
  - {ground: 2.5}
  - {service: false}
  - {at: "07:05", rain: 20, wind: 5, until: "07:15"}
  - {at: "07:10", frost: true}
  - {at: "07:12", clear: true}
  - {at: "07:12", clear: true, way: 5, direction: forward}
  - {at: "07:10", until: "07:30", spill: oil, near: [LON, LAT], length: 12}
`

// wetFile writes text beside a scenario and returns where the scenario would be.
func wetFile(t *testing.T, name, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "wet.yaml")
}

func TestWeatherOfAScenarioBecomesWhatItSays(t *testing.T) {
	city := townCity(t)
	for e := range city.Net.Edges {
		city.Net.Edges[e].OSMWay = 5
	}
	lane := &city.Net.Lanes[7]
	middle := city.Net.PoseAt(network.LaneID(7).Track(), lane.Length/2, 0).Point
	lon, lat := city.Net.Projection.ToLonLat(middle)
	text := strings.NewReplacer("LON", fmt.Sprint(lon), "LAT", fmt.Sprint(lat)).Replace(wetScenario)
	file := wetFile(t, "weather.csv", "time,temperature,rain,snow\n06:00,4,2,0\n07:00,2,0,0\n08:00,0,0,0\n")
	s, err := Parse([]byte(text), file)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse([]byte(s.Text()), file)
	if err != nil || !reflect.DeepEqual(s.Weather, again.Weather) {
		t.Fatalf("read back as %+v, %v, want %+v", again.Weather, err, s.Weather)
	}
	w, err := s.skies(city.Net)
	if err != nil {
		t.Fatal(err)
	}
	if c := w.Conditions()[7]; c != tyre.Wet {
		t.Errorf("at 07:00 after an hour of rain the road is %v", c)
	}
	w.Step(7*3600+8*60, nil)
	if now := w.Now(); now.Rain != 20 || now.Wind != 5 || math.Abs(now.Temperature-(2-7.5/30)) > 1e-9 {
		t.Errorf("at 07:08: %+v", now)
	}
	w.Step(7*3600+11*60, nil)
	if now := w.Now(); now.Radiation >= 0 {
		t.Errorf("in the frost: %+v", now)
	}
	p := w.PatchesOn(7)
	if len(p) != 1 || p[0].Condition != weather.Oil || math.Abs((p[0].From+p[0].To)/2-lane.Length/2) > 0.1 || math.Abs(p[0].To-p[0].From-12) > 1e-9 {
		t.Errorf("spills on the lane of %.1f m: %+v, want 12 m of oil in its middle", lane.Length, p)
	}
}

func TestConditionsNeedNoWeather(t *testing.T) {
	city := townCity(t)
	s := mustParse(t, "map: town\nweather:\n  - {at: \"06:00\", condition: wet}\n  - {at: \"07:30\", condition: packed_snow}\n")
	if w, err := s.skies(city.Net); w != nil || err != nil {
		t.Errorf("%v, %v: want no weather", w, err)
	}
	start, agenda, err := s.conditions()
	if err != nil || start != tyre.Wet || len(agenda) != 1 || agenda[0].command.Condition != tyre.PackedSnow {
		t.Errorf("%v, then %+v, %v", start, agenda, err)
	}
}

func TestWeatherThatCannotBeSaysWhere(t *testing.T) {
	city := townCity(t)
	file := wetFile(t, "bad.csv", "time,temperature,rain,snow\n06:00,4,2,0\n07:00,cold,0,0\n")
	for text, want := range map[string]string{
		"weather: [{csv: bad.csv}]":                                            "bad.csv:3: temperature: got \"cold\", want degrees Celsius from -60 to 60",
		"weather: [{csv: none.csv}]":                                           "wet.yaml:2: weather[0].csv: ",
		"weather: [{at: \"07:00\", clear: true, way: 77}]":                     "wet.yaml:2: weather[0].way: no road of the map",
		"weather: [{at: \"07:00\", spill: oil, near: [0.5, 0.5], length: 30}]": "wet.yaml:2: weather[0].near: no lane of the map within 30 m",
	} {
		s, err := Parse([]byte("map: town\n"+text+"\n"), file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = NewRun(city, s, Options{}); !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestRainReachesTheTrafficAndCommandsTheResults(t *testing.T) {
	city := townCity(t)
	s := mustParse(t, `
map: town
period: {begin: "07:00", end: "07:20"}
weather:
  - {at: "06:00", rain: 6, until: "07:05"}
`)
	hashes := map[uint64]bool{}
	for _, workers := range []int{1, 3} {
		r := newRun(t, city, s, Options{Workers: workers})
		db, err := results.Create(filepath.Join(t.TempDir(), "wet.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		recorder, err := Record(db, r, "test")
		if err != nil {
			t.Fatal(err)
		}
		if c := r.World().ConditionOn(0); c != tyre.Wet {
			t.Errorf("at the beginning the road is %v, want wet", c)
		}
		for r.Time() < 7*3600+600 {
			r.Step()
		}
		want := weather.Command{Kind: weather.SetSky, Set: weather.Rain, Sky: weather.Sky{Rain: 150}}
		if err := r.Queue(traffic.Command{Kind: traffic.ChangeWeather, Weather: want}, "a client"); err != nil {
			t.Fatal(err)
		}
		finish(r)
		if c := r.World().ConditionOn(0); c < tyre.Soaked {
			t.Errorf("ten minutes into a cloudburst the road is %v", c)
		}
		if err := recorder.Finish(r.Summary()); err != nil {
			t.Fatal(err)
		}
		runs, err := db.Runs(t.Context())
		if err != nil || len(runs) != 1 {
			t.Fatalf("%d runs, %v", len(runs), err)
		}
		rows, err := db.Commands(t.Context(), runs[0].ID)
		if err != nil || len(rows) != 1 || rows[0].Kind != "weather" {
			t.Fatalf("commands %+v, %v", rows, err)
		}
		if got, err := weather.ParseCommand(rows[0].Condition); err != nil || got != want {
			t.Errorf("recorded as %q, that is %+v, %v; want %+v", rows[0].Condition, got, err, want)
		}
		hashes[r.World().Hash()] = true
	}
	if len(hashes) != 1 {
		t.Errorf("one worker and three come to %d states", len(hashes))
	}
}
