package overlay

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"roadtwin/network/osmimport/extract"
)

const everything = `
ways:
  10:
    class: secondary
    name: High Street
    oneway: reverse
    lanes: 3
    speed_limit: 30 mph
    width: 9.5 m
    surface: cobblestone
    turn_lanes: left|through|through;right
    access: {all: destination, bus: yes, rigid_lorry: no}
  11:
    lanes_forward: 2
    lanes_backward: 1
    lanes_both_ways: 1
    turn_lanes_forward: left|through
    speed_limit_forward: 50 km/h
    speed_limit_backward: 50 km/h
  12: {drop: true}
nodes:
  1: {control: signals}
  2: {control: none}
junctions:
  - merge: [1, 2]
  - separate: [3, 4]
controllers:
  - nodes: [1, 2, 3]
restrictions:
  add:
    - {from: 10, via: 1, to: 11, kind: no_left_turn, except: [bus, hgv]}
    - {from: 10, via: [11, 12], to: 13, kind: only_straight_on}
  remove: [20]
crossings:
  add:
    - {node: 3, kind: zebra}
  remove: [4]
missing: warn
`

func town() *extract.Extract {
	x := &extract.Extract{Source: "town.osm"}
	for id := range int64(9) {
		x.Nodes = append(x.Nodes, extract.Node{ID: id + 1})
	}
	for id := range int64(4) {
		x.Ways = append(x.Ways, extract.Way{ID: id + 10, Nodes: []int64{id + 1, id + 2}, Tags: extract.Tags{
			{Key: "highway", Value: "primary"},
			{Key: "lanes", Value: "2"},
			{Key: "lanes:forward", Value: "1"},
			{Key: "maxspeed:type", Value: "sign"},
			{Key: "motorcar:conditional", Value: "no @ (22:00-06:00)"},
			{Key: "turn:lanes:backward", Value: "through"},
		}})
	}
	x.Nodes[3].Tags = extract.Tags{{Key: "crossing", Value: "zebra"}, {Key: "highway", Value: "crossing"}}
	x.Nodes[1].Tags = extract.Tags{{Key: "highway", Value: "traffic_signals"}, {Key: "traffic_signals:direction", Value: "forward"}}
	x.Relations = []extract.Relation{{ID: 20}, {ID: 21}}
	return x
}

func parse(t *testing.T, text string) *Overlay {
	t.Helper()
	o, err := Parse([]byte(text), "fixes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestEverythingIsApplied(t *testing.T) {
	x := town()
	fixed, out, err := parse(t, everything).Apply(x)
	if err != nil {
		t.Fatal(err)
	}
	for way, want := range map[int64]map[string]string{
		10: {
			"highway": "secondary", "name": "High Street", "oneway": "-1", "lanes": "3", "lanes:forward": "", "maxspeed": "30 mph",
			"maxspeed:type": "", "width": "9.5 m", "surface": "cobblestone", "turn:lanes": "left|through|through;right",
			"turn:lanes:backward": "", "motor_vehicle": "destination", "bus": "yes", "hgv": "no", "motorcar:conditional": "",
		},
		11: {
			"lanes": "", "lanes:forward": "2", "lanes:backward": "1", "lanes:both_ways": "1", "turn:lanes:forward": "left|through",
			"turn:lanes:backward": "through", "maxspeed:forward": "50", "highway": "primary", "motorcar:conditional": "no @ (22:00-06:00)",
		},
	} {
		w, ok := fixed.Way(way)
		if !ok {
			t.Fatalf("way %d is gone", way)
		}
		for key, value := range want {
			if got := w.Tags.Find(key); got != value {
				t.Errorf("way %d: %s=%q, want %q", way, key, got, value)
			}
		}
		if !slices.IsSortedFunc(w.Tags, func(a, b extract.Tag) int { return strings.Compare(a.Key, b.Key) }) {
			t.Errorf("way %d: tags %v are not sorted", way, w.Tags)
		}
	}
	if _, ok := fixed.Way(12); ok {
		t.Error("way 12 is still there")
	}
	for node, want := range map[int64]string{1: "traffic_signals", 2: "", 3: "crossing", 4: ""} {
		n, _ := fixed.Node(node)
		if got := n.Tags.Find("highway"); got != want {
			t.Errorf("node %d: highway=%q, want %q", node, got, want)
		}
	}
	var ids []int64
	for _, r := range fixed.Relations {
		ids = append(ids, r.ID)
	}
	if !slices.Equal(ids, []int64{-2, -1, 21}) {
		t.Errorf("relations %v, want two more and 20 gone", ids)
	}
	if r, _ := fixed.Relation(-1); r.Tags.Find("except") != "bus;hgv" || len(r.Members) != 3 {
		t.Errorf("the added restriction is %+v", r)
	}
	if out.Applied["way"] != 3 || out.Applied["node"] != 2 || out.Applied["restriction"] != 2 || out.Values != 17 {
		t.Errorf("applied %v and %d values, want 3 ways, 2 nodes, 2 restrictions, 17 values", out.Applied, out.Values)
	}
	if w, _ := x.Way(10); w.Tags.Find("lanes") != "2" || len(x.Ways) != 4 || len(x.Relations) != 2 {
		t.Error("the extract itself was changed")
	}
}

// TestMistakesNameTheirLine checks messages: file, line, field, what was found and what was expected.
func TestMistakesNameTheirLine(t *testing.T) {
	for text, want := range map[string]string{
		"weys: {}":                                                             "fixes.yaml:1: weys: unknown field; did you mean ways?",
		"ways:\n  10: {lnaes: 3}":                                              "fixes.yaml:2: ways.10.lnaes: unknown field; did you mean lanes?",
		"ways:\n  10:\n    lanes: 0":                                           `fixes.yaml:3: ways.10.lanes: got "0", want a whole number of lanes from 1 to 12`,
		"ways:\n  10: {speed_limit: 50}":                                       `ways.10.speed_limit: got "50", want a speed with its unit`,
		"ways:\n  10: {speed_limit: 900 km/h}":                                 "want a speed with its unit",
		"ways:\n  10: {turn_lanes: left|ahead}":                                "want arrows from left to right",
		"ways:\n  10: {width: wide}":                                           "metres between kerbs",
		"ways:\n  10: {access: {lorry: no}}":                                   "ways.10.access.lorry: unknown field",
		"ways:\n  10: {access: {car: maybe}}":                                  "want one of yes, no, destination",
		"ways:\n  10: {surface: mud}":                                          "want one of asphalt, concrete, ",
		"ways:\n  10: {drop: true, lanes: 2}":                                  "want one of both",
		"ways:\n  10: {}":                                                      "sets nothing",
		"ways:\n  ten: {lanes: 2}":                                             "want the OSM id of a way",
		"ways:\n  10: {lanes: 2}\n  10: {lanes: 3}":                            "given twice, first in line 2",
		"ways: [10]":                                                           "got a list of 1, want a map",
		"nodes:\n  1: {control: signal}":                                       "did you mean signals?",
		"nodes:\n  1: {colour: red}":                                           "nodes.1.colour: unknown field",
		"junctions:\n  - merge: [1]":                                           "got a single id",
		"junctions:\n  - merge: [1, 1]":                                        "1 is given twice",
		"junctions:\n  - join: [1, 2]":                                         "unknown field",
		"controllers:\n  - [1, 2]":                                             "got a list of 2",
		"restrictions:\n  add:\n    - {from: 1, to: 2, kind: no_left_turn}":    "fixes.yaml:3: restrictions.add: via is missing",
		"restrictions:\n  add:\n    - {from: 1, via: 3, to: 2, kind: no_turn}": "want one of no_left_turn",
		"restrictions:\n  add:\n    - {from: 1, via: 3, to: 2, kind: no_entry, at: now}": "unknown field",
		"crossings:\n  add:\n    - {node: 1, kind: puffin}":                              "want one of unmarked, zebra, signals",
		"missing: ignore":                      "want one of error, warn",
		"ways:\n  10: {lanes: 2":               "not YAML",
		"ways:\n  10: &a {lanes: 2}\n  11: *a": "got an alias",
	} {
		_, err := Parse([]byte(text), "fixes.yaml")
		var wrong *Invalid
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "fixes.yaml") {
			t.Errorf("%q: error %v, want %q in it", text, err, want)
		}
	}
	for _, text := range []string{"", "\n# nothing yet\n", "ways: {}\n"} {
		if _, err := Parse([]byte(text), "fixes.yaml"); err != nil {
			t.Errorf("%q: %v, want no error", text, err)
		}
	}
}

func TestWhatIsNotInTheExtract(t *testing.T) {
	const some = "ways:\n  10: {lanes: 1}\n  77: {lanes: 1}\n"
	_, out, err := parse(t, some).Apply(town())
	if err != nil || len(out.Missing) != 1 || !strings.Contains(out.Missing[0], "fixes.yaml:3: ways: way 77 is not in town.osm") {
		t.Errorf("error %v, missing %q, want a warning about way 77", err, out.Missing)
	}
	for text, want := range map[string]string{
		some + "missing: error\n":                                "fixes.yaml:3: ways: way 77 is not in town.osm, want the id of a way that is",
		"ways:\n  77: {lanes: 1}\nnodes:\n  78: {control: stop}": "fixes.yaml:2: ways: way 77 is not in town.osm, want the id of a way that is (and 1 more)",
	} {
		var wrong *Invalid
		if _, _, err := parse(t, text).Apply(town()); !errors.As(err, &wrong) || err.Error() != want {
			t.Errorf("%q: error %v, want %s", text, err, want)
		}
	}
	if _, out, err := parse(t, "ways:\n  77: {lanes: 1}\nmissing: warn\n").Apply(town()); err != nil || len(out.Missing) != 1 {
		t.Errorf("error %v, missing %q, want one warning", err, out.Missing)
	}
	if _, out, err := parse(t, "restrictions:\n  add:\n    - {from: 10, via: 99, to: 11, kind: no_entry}").Apply(town()); err != nil || out.Applied["restriction"] != 0 {
		t.Errorf("error %v, applied %v, want a restriction without its via left out", err, out.Applied)
	}
}

// TestSchemaAgreesWithTheReader gives both the same documents.
func TestSchemaAgreesWithTheReader(t *testing.T) {
	source, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("overlay.json", source); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("overlay.json")
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{
		everything, "ways:\n  10: {lanes: 13}", "ways:\n  10: {lane: 1}", "ways:\n  10: {speed_limit: 50}", "nodes:\n  1: {control: red}",
		"ways:\n  x: {lanes: 1}", "junctions:\n  - merge: [1]", "junctions:\n  - merge: [1, 1]", "restrictions:\n  add: [{from: 1}]",
		"ways:\n  10: {}", "ways:\n  10: {surface: mud}", "ways:\n  10: {width: 4 m}", "ways:\n  10: {oneway: maybe}", "missing: no",
		"crossings:\n  add: [{node: 1, kind: zebra}]", "ways:\n  10: {drop: false}", "controllers: []", "nodes:\n  1: {}",
	}
	for _, surface := range surfaces() {
		texts = append(texts, "ways:\n  10: {surface: "+surface+"}")
	}
	for _, f := range wayFields {
		texts = append(texts, "ways:\n  10: {"+f.name+": nonsense here}")
	}
	for _, text := range texts {
		var document any
		if err := yaml.Load([]byte(text), &document); err != nil {
			t.Fatal(err)
		}
		_, read := Parse([]byte(text), "fixes.yaml")
		valid := schema.Validate(plain(document))
		if strings.Contains(text, "name: nonsense") {
			continue // is a name
		}
		if (read == nil) != (valid == nil) {
			t.Errorf("%q: the reader says %v, the schema %v", text, read, valid)
		}
	}
}

// plain turns maps with numbers for keys into what JSON has.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, value := range v {
			out[key] = plain(value)
		}
		return out
	case map[any]any:
		out := map[string]any{}
		for key, value := range v {
			text, _ := yaml.Dump(key)
			out[strings.TrimSpace(string(text))] = plain(value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plain(v[i])
		}
		return out
	}
	return v
}

func TestLoadSaysWhichFile(t *testing.T) {
	if _, err := Load(filepath.Join(t.TempDir(), "nowhere.yaml")); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "nowhere.yaml") {
		t.Errorf("error %v, want one that names the file", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(everything))
	f.Add([]byte("ways:\n  10: {access: {all: no}}\n"))
	f.Add([]byte("junctions: [{merge: [1, 2]}]\ncontrollers: [{nodes: [3, 4]}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := Parse(data, "f")
		if err != nil {
			var wrong *Invalid
			if !errors.As(err, &wrong) || len(wrong.Problems) == 0 || strings.Contains(err.Error(), "\n") {
				t.Fatalf("error %v, want an *Invalid of one line", err)
			}
			return
		}
		x, _, err := o.Apply(town())
		if err != nil {
			return
		}
		for i := range x.Ways {
			if i > 0 && x.Ways[i-1].ID >= x.Ways[i].ID {
				t.Fatalf("ways %d and %d are not ascending", x.Ways[i-1].ID, x.Ways[i].ID)
			}
		}
		for i := range x.Relations {
			if i > 0 && x.Relations[i-1].ID >= x.Relations[i].ID {
				t.Fatalf("relations %d and %d are not ascending", x.Relations[i-1].ID, x.Relations[i].ID)
			}
		}
	})
}

// TestTheExampleOfTheManualIsRead reads the longest YAML of OVERLAY.md.
func TestTheExampleOfTheManualIsRead(t *testing.T) {
	manual, err := os.ReadFile("OVERLAY.md")
	if err != nil {
		t.Fatal(err)
	}
	example := ""
	for i, part := range strings.Split(string(manual), "```") {
		if text, ok := strings.CutPrefix(part, "yaml\n"); ok && i%2 == 1 && len(text) > len(example) {
			example = text
		}
	}
	o := parse(t, example)
	if len(o.Ways) != 3 || len(o.Nodes) != 2 || len(o.Merge) != 1 || len(o.Separate) != 1 || len(o.Restrictions) != 2 || len(o.Crossings) != 1 {
		t.Errorf("the example is read as %+v", o)
	}
	for _, f := range append(wayFieldNames(), controls...) {
		if !strings.Contains(string(manual), "`"+f+"`") && !strings.Contains(string(manual), "`"+f+": true`") && !strings.Contains(string(manual), "."+f+"`") {
			t.Errorf("the manual does not mention %s", f)
		}
	}
}
