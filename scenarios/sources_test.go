package scenarios

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios/demand"
)

// folder returns the town, and a folder with two zones of it (one west, one east) and a matrix of 300 trips from west to east.
func folder(t *testing.T) (*City, string) {
	t.Helper()
	net, err := network.Build(sample.Town(network.RightHand))
	if err != nil {
		t.Fatal(err)
	}
	city, err := CityOf(net)
	if err != nil {
		t.Fatal(err)
	}
	b := net.Bounds.Pad(50)
	middle := (b.MinX + b.MaxX) / 2
	var features []string
	for i, x := range [][2]float64{{b.MinX, middle}, {middle, b.MaxX}} {
		var ring []string
		for _, c := range [][2]float64{{x[0], b.MinY}, {x[1], b.MinY}, {x[1], b.MaxY}, {x[0], b.MaxY}, {x[0], b.MinY}} {
			lon, lat := net.Projection.ToLonLat(network.Point{X: c[0], Y: c[1]})
			ring = append(ring, fmt.Sprintf("[%.8f,%.8f]", lon, lat))
		}
		features = append(features, fmt.Sprintf(`{"type":"Feature","properties":{"id":%d},"geometry":{"type":"Polygon","coordinates":[[%s]]}}`, i+1, strings.Join(ring, ",")))
	}
	dir := t.TempDir()
	write(t, dir, "zones.geojson", `{"type":"FeatureCollection","features":[`+strings.Join(features, ",")+`]}`)
	write(t, dir, "commute.csv", "from,to,trips\n1,2,300\n")
	return city, dir
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func scenarioIn(t *testing.T, dir, text string) *Scenario {
	t.Helper()
	s, err := Parse([]byte(text), filepath.Join(dir, "scenario.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAScenarioHasMatricesAndStaggeredDepartures(t *testing.T) {
	city, dir := folder(t)
	const matrices = `map: town
period: {begin: "06:00", end: "10:00"}
demand:
  zones: zones.geojson
  matrices:
    - {file: commute.csv, purpose: commute, mode_share: 0.8, occupancy: 1.2, begin: "06:00", end: "10:00"}
`
	base, err := scenarioIn(t, dir, matrices).trips(city, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := float64(len(base.Trips)); math.Abs(got-200) > 10 {
		t.Errorf("%g trips, want 300·0.8/1.2 = 200", got)
	}
	staggered, err := scenarioIn(t, dir, matrices+`departures:
  - {name: flextime, purpose: [commute], to: ["2"], between: ["07:00", "09:00"], share: 0.5, at_most: 20, spread: {begin: "06:30", end: "09:30"}}
`).trips(city, 1)
	if err != nil {
		t.Fatal(err)
	}
	shifted := 0
	for i := range base.Trips {
		if base.Trips[i].From != staggered.Trips[i].From || base.About[i].Number != staggered.About[i].Number {
			t.Fatalf("trip %d is another one", i)
		}
		if base.Trips[i].Depart != staggered.Trips[i].Depart {
			shifted++
		}
	}
	if s := staggered.Staggered; s == nil || s.Shifted != shifted || shifted < s.Asked/4 || shifted > 3*s.Asked/4 {
		t.Errorf("%d trips are shifted, told is %+v, want half of those asked", shifted, s)
	}
}

func TestMistakesInFilesOfADemandNameTheirField(t *testing.T) {
	city, dir := folder(t)
	write(t, dir, "bad.csv", "from,to,trips\n1,3,5\n")
	for text, want := range map[string]string{
		"map: town\ndemand:\n  zones: none.geojson\n  matrices: [{file: commute.csv}]\n":                                                                                                                            "scenario.yaml:3: demand.zones: ",
		"map: town\ndemand:\n  zones: commute.csv\n  matrices: [{file: commute.csv}]\n":                                                                                                                             "commute.csv: line 1",
		"map: town\ndemand:\n  zones: zones.geojson\n  matrices:\n    - {file: bad.csv}\n":                                                                                                                          `bad.csv: line 2: to: no zone is called "3"`,
		"map: town\ndemand:\n  zones: zones.geojson\ndepartures:\n  - {at_most: 5, spread: {}, to: [\"9\"]}\n":                                                                                                      `departures[0].to[0]: no zone of zones.geojson is called "9"`,
		"map: town\ndemand:\n  zones: zones.geojson\n  matrices:\n    - {file: commute.csv, begin: \"02:00\", end: \"02:30\", profile: [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}\n": "no departures between 02:00 and 02:30",
	} {
		_, err := scenarioIn(t, dir, text).trips(city, 1)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q for\n%s", err, want, text)
		}
	}
}

func TestAScenarioHasChains(t *testing.T) {
	city, dir := folder(t)
	d, err := scenarioIn(t, dir, "map: town\nperiod: {begin: \"00:00\", end: \"24:00\"}\ndemand:\n  factor: 3\n  chains:\n    patterns: [{activities: [home, school, home], share: 1}]\n").trips(city, 1)
	if err != nil {
		t.Fatal(err)
	}
	var counts [demand.NumPurposes]int
	for i := range d.About {
		counts[d.About[i].Purpose]++
	}
	if counts[demand.School] < 100 || counts[demand.Commute] > 0 {
		t.Errorf("%d trips to school and back and %d to work, want hundreds and none", counts[demand.School], counts[demand.Commute])
	}
}
