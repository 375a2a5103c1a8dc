package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// street is a CityFlow roadnet: a street of two roads from one edge of the map to the other, with a signal in the middle.
const street = `{
	"intersections": [
		{"id": "a", "point": {"x": -300, "y": 0}, "width": 0, "roadLinks": [], "virtual": true},
		{"id": "m", "point": {"x": 0, "y": 0}, "width": 10, "virtual": false,
			"roadLinks": [{"type": "go_straight", "startRoad": "am", "endRoad": "mb",
				"laneLinks": [{"startLaneIndex": 0, "endLaneIndex": 0, "points": []}]}],
			"trafficLight": {"lightphases": [{"time": 20, "availableRoadLinks": [0]}, {"time": 10, "availableRoadLinks": []}]}},
		{"id": "b", "point": {"x": 300, "y": 0}, "width": 0, "roadLinks": [], "virtual": true}
	],
	"roads": [
		{"id": "am", "points": [{"x": -300, "y": 0}, {"x": 0, "y": 0}], "lanes": [{"width": 4, "maxSpeed": 11.111}],
			"startIntersection": "a", "endIntersection": "m"},
		{"id": "mb", "points": [{"x": 0, "y": 0}, {"x": 300, "y": 0}], "lanes": [{"width": 4, "maxSpeed": 11.111}],
			"startIntersection": "m", "endIntersection": "b"}
	]
}`

const streetFlow = `[{"vehicle": {"length": 5, "maxSpeed": 11.111}, "route": ["am", "mb"], "interval": 5, "startTime": 0, "endTime": 95}]`

func TestAPublishedCaseRunsUnchanged(t *testing.T) {
	roadnet, flow := write(t, "anything.txt", street), write(t, "flow.json", streetFlow)
	compiled := filepath.Join(t.TempDir(), "street.rtn")
	var out, errOut bytes.Buffer
	if code := execute(t.Context(), []string{"import", roadnet, "-o", compiled, "--json"}, &out, &errOut); code != 0 {
		t.Fatalf("import: exit code %d\n%s", code, errOut.String())
	}
	var imported struct {
		Format             string
		Edges, Controllers int
		LaneKm             float64 `json:"lane_km"`
	}
	if err := json.Unmarshal(out.Bytes(), &imported); err != nil || imported.Edges != 2 || imported.Controllers != 1 || imported.LaneKm != 0.58 {
		t.Errorf("%s: %+v, error %v; want 2 edges of 290 m and a controller", out.String(), imported, err)
	}
	var hashes []string
	for _, source := range []string{roadnet, compiled} {
		out.Reset()
		args := []string{"run", source, "--trips", flow, "--begin", "00:00", "--end", "00:05", "--json"}
		if code := execute(t.Context(), args, &out, &errOut); code != 0 {
			t.Fatalf("run: exit code %d\n%s", code, errOut.String())
		}
		var got ran
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if r := got.Runs[0]; r.Arrived != 20 || r.Crashes != 0 {
			t.Errorf("%s: %d arrived and %d crashes, want all 20 and none", source, r.Arrived, r.Crashes)
		}
		hashes = append(hashes, got.Runs[0].StateHash)
	}
	if hashes[0] != hashes[1] {
		t.Errorf("state hash %s from the roadnet, %s from the network made of it", hashes[0], hashes[1])
	}
}

func TestAPublishedCaseIsExportedWithItsTrips(t *testing.T) {
	roadnet, flow, dir := write(t, "roadnet.json", street), write(t, "flow.json", streetFlow), t.TempDir()
	net, routes := filepath.Join(dir, "s.net.xml"), filepath.Join(dir, "s.rou.xml")
	code, out, errOut := command(t.Context(), "export", roadnet, "--format", "sumo", "-o", net, "--trips", flow, "--routes", routes,
		"--begin", "00:00", "--end", "00:05", "--json")
	if code != 0 {
		t.Fatalf("export: exit code %d, %s", code, errOut)
	}
	if done := decode[exported](t, out); done.Trips != 20 {
		t.Errorf("%d trips written, want the 20 of the flow", done.Trips)
	}
	code, out, errOut = command(t.Context(), "run", net, "--trips", routes, "--begin", "00:00", "--end", "00:05", "--json")
	if code != 0 {
		t.Fatalf("run what was written: exit code %d, %s", code, errOut)
	}
	if r := decode[ran](t, out).Runs[0]; r.Arrived != 20 || r.Crashes != 0 {
		t.Errorf("%d arrived and %d crashed, want all 20 and none", r.Arrived, r.Crashes)
	}
}

func TestForeignMapsTellWhatIsWrong(t *testing.T) {
	bad := write(t, "roadnet.json", strings.Replace(street, `"endRoad": "mb"`, `"endRoad": "am"`, 1))
	for want, args := range map[string][]string{
		`intersection 1 (m): roadLink 0: endRoad "am"`: {"import", bad},
		"--bbox goes with OpenStreetMap data only":     {"import", bad, "--bbox", "1,2,3,4"},
		"--elevation goes with OpenStreetMap data":     {"import", bad, "--elevation", t.TempDir()},
		"only OpenStreetMap data can be mended":        {"run", write(t, "good.json", street), "--overlay", "fixes.yaml"},
		`country "DEU", want two capital letters`:      {"import", village(t), "--country", "deu"},
		"is a folder, want a file":                     {"import", village(t), "-o", t.TempDir()},
		`:2: rain: got "much", want mm/h`:              {"run", write(t, "good2.json", street), "--weather", write(t, "w.csv", "time,rain,snow,temperature\n06:00,much,0,1\n")},
		`the map has no road "am"`:                     {"run", village(t), "--trips", write(t, "flow.json", streetFlow)},
	} {
		var out, errOut bytes.Buffer
		if code := execute(t.Context(), args, &out, &errOut); code != 2 || !strings.Contains(errOut.String(), want) {
			t.Errorf("%v: exit code %d and %q, want 2 and %q", args, code, errOut.String(), want)
		}
	}
}
