package osmimport

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

var update = flag.Bool("update", false, "write what TestGolden gets as what it expects")

// TestGolden imports the folders of testdata: each shows one hard case. After a change of behaviour look at the
// difference, and write what is right with go test ./network/osmimport -run Golden -update.
func TestGolden(t *testing.T) {
	inputs, err := filepath.Glob("testdata/*/input.osm")
	if err != nil || len(inputs) < 24 {
		t.Fatalf("%d cases in testdata (%v), want at least 24", len(inputs), err)
	}
	for _, input := range inputs {
		dir := filepath.Dir(input)
		t.Run(filepath.Base(dir), func(t *testing.T) { golden(t, dir) })
	}
}

func golden(t *testing.T, dir string) {
	x, err := extract.Open(context.Background(), filepath.Join(dir, "input.osm"), extract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	x.Source = filepath.Base(dir)
	n, _, err := Import(x, Options{afterPass: checker(t)})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Validate(); err != nil {
		t.Error(err)
	}
	render(t, n, "golden-"+filepath.Base(dir))
	var got bytes.Buffer
	if err := n.WriteGeoJSON(&got); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "expected.geojson")
	if *update {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: write it with -update", err)
	}
	if bytes.Equal(got.Bytes(), want) {
		return
	}
	lines, err := difference(want, got.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	const shown = 40
	if len(lines) > shown {
		lines = append(lines[:shown], fmt.Sprintf("... and %d lines more", len(lines)-shown))
	}
	t.Errorf("%s is not what was expected (- want, + got):\n%s", file, strings.Join(lines, "\n"))
}

// collection is GeoJSON as WriteGeoJSON writes it.
type collection struct {
	Features []struct {
		Geometry struct {
			Coordinates json.RawMessage `json:"coordinates"`
		} `json:"geometry"`
		Properties map[string]any `json:"properties"`
	} `json:"features"`
}

// difference says feature by feature what differs: features are told apart by kind and what they are called or came
// from, so that a lane more at the beginning does not make all others differ.
func difference(want, got []byte) ([]string, error) {
	before, err := features(want)
	if err != nil {
		return nil, fmt.Errorf("want: %w", err)
	}
	after, err := features(got)
	if err != nil {
		return nil, fmt.Errorf("got: %w", err)
	}
	names := map[string]bool{}
	for name := range before {
		names[name] = true
	}
	for name := range after {
		names[name] = true
	}
	sorted := make([]string, 0, len(names))
	for name := range names {
		sorted = append(sorted, name)
	}
	sort.Strings(sorted)
	var lines []string
	for _, name := range sorted {
		b, a := before[name], after[name]
		switch {
		case b == nil:
			lines = append(lines, "+ "+name+": "+describeProperties(a))
		case a == nil:
			lines = append(lines, "- "+name+": "+describeProperties(b))
		default:
			for _, key := range keysOf(b, a) {
				if fmt.Sprint(b[key]) != fmt.Sprint(a[key]) {
					lines = append(lines, fmt.Sprintf("~ %s: %s: - %v + %v", name, key, b[key], a[key]))
				}
			}
		}
	}
	return lines, nil
}

// features returns the properties of each feature, with its geometry as one of them, by a name that numbers do not
// change.
func features(data []byte) (map[string]map[string]any, error) {
	var c collection
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, err
	}
	lanes := map[string]string{} // by id: the lane's name
	out := map[string]map[string]any{}
	for _, f := range c.Features {
		p := f.Properties
		id := fmt.Sprint(p["id"])
		var name string
		switch kind := fmt.Sprint(p["kind"]); kind {
		case "lane":
			name = fmt.Sprintf("lane %v of way %v", p["index"], p["osm_way"])
		case "connector":
			name = fmt.Sprintf("connector %s -> %s", lanes[fmt.Sprint(p["from"])], lanes[fmt.Sprint(p["to"])])
		case "signal":
			name = fmt.Sprintf("signal at %s", lanes[fmt.Sprint(p["lane"])])
		default:
			name = fmt.Sprintf("%s %v", kind, p["name"])
		}
		for out[name] != nil {
			name += "'"
		}
		if p["kind"] == "lane" {
			lanes[id] = strings.TrimPrefix(name, "lane ")
		}
		for _, number := range []string{"id", "from", "to", "edge", "edges", "lane", "junction", "junctions", "groups"} {
			delete(p, number)
		}
		p["geometry"] = string(f.Geometry.Coordinates)
		out[name] = p
	}
	return out, nil
}

func keysOf(maps ...map[string]any) []string {
	var keys []string
	for _, m := range maps {
		for key := range m {
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	sort.Strings(keys)
	return keys
}

func describeProperties(p map[string]any) string {
	var words []string
	for _, key := range keysOf(p) {
		if key != "geometry" && key != "kind" {
			words = append(words, fmt.Sprintf("%s=%v", key, p[key]))
		}
	}
	return strings.Join(words, " ")
}

func TestGoldenDifferenceIsReadable(t *testing.T) {
	feature := func(id int, properties string) string {
		return fmt.Sprintf(`{"type":"Feature","geometry":{"type":"LineString","coordinates":[[0,0],[1,%d]]},"properties":{"kind":"lane","id":%d,%s}}`, 1, id, properties)
	}
	wrap := func(features ...string) []byte {
		return []byte(`{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`)
	}
	want := wrap(feature(0, `"index":0,"osm_way":10,"limit_kmh":50`), feature(1, `"index":0,"osm_way":11,"limit_kmh":50`))
	got := wrap(feature(0, `"index":0,"osm_way":9,"limit_kmh":30`), feature(1, `"index":0,"osm_way":10,"limit_kmh":50`), feature(2, `"index":0,"osm_way":11,"limit_kmh":70`))
	lines, err := difference(want, got)
	if err != nil {
		t.Fatal(err)
	}
	expected := []string{
		"~ lane 0 of way 11: limit_kmh: - 50 + 70",
		"+ lane 0 of way 9: index=0 limit_kmh=30 osm_way=9",
	}
	if !slices.Equal(lines, expected) {
		t.Errorf("difference:\n%s\nwant:\n%s", strings.Join(lines, "\n"), strings.Join(expected, "\n"))
	}
	if _, err := difference([]byte("{"), got); err == nil {
		t.Error("no error for what is no JSON")
	}
}

// TestGoldenFacts says of some cases what an -update must not change.
func TestGoldenFacts(t *testing.T) {
	for name, want := range map[string]struct {
		controllers int
		kinds       map[network.JunctionKind]int // those that must be; others are not looked at
	}{
		"dual-crossing":         {1, map[network.JunctionKind]int{network.Signalised: 1, network.PriorityRoad: 0}},
		"parallel-carriageways": {1, map[network.JunctionKind]int{network.Signalised: 1, network.PriorityRoad: 0}},
		"signal-upstream":       {1, map[network.JunctionKind]int{network.Signalised: 1}},
		"foot-signal":           {0, map[network.JunctionKind]int{network.Signalised: 0, network.PriorityRoad: 0}},
		"level-crossing":        {0, map[network.JunctionKind]int{network.Signalised: 0, network.PriorityRoad: 0}},
		"sausage-link":          {0, map[network.JunctionKind]int{network.PriorityRoad: 0, network.PrioritySide: 0}},
		"ring-arcs":             {0, map[network.JunctionKind]int{network.Roundabout: 4}},
		"mini-roundabout":       {0, map[network.JunctionKind]int{network.Roundabout: 1}},
		"short-street":          {0, map[network.JunctionKind]int{network.PriorityRoad: 1}},
		"slip-lane":             {1, map[network.JunctionKind]int{network.Signalised: 1}},
		"cut-ends":              {0, map[network.JunctionKind]int{network.PriorityRoad: 0}},
	} {
		x, err := extract.Open(context.Background(), filepath.Join("testdata", name, "input.osm"), extract.Options{})
		if err != nil {
			t.Fatal(err)
		}
		n, _, err := Import(x, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(n.Controllers) != want.controllers {
			t.Errorf("%s: %d controllers, want %d", name, len(n.Controllers), want.controllers)
		}
		kinds := map[network.JunctionKind]int{}
		for i := range n.Junctions {
			kinds[n.Junctions[i].Kind]++
		}
		for kind, count := range want.kinds {
			if kinds[kind] != count {
				t.Errorf("%s: %d junctions are %v, want %d", name, kinds[kind], kind, count)
			}
		}
	}
}
