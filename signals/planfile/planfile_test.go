package planfile

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/cityflow"
	"roadtwin/network/osmimport"
	"roadtwin/network/osmimport/extract"
	"roadtwin/network/sample"
	"roadtwin/network/sumonet"
	"roadtwin/signals"
)

func shared(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("not beside the repository: %v", err)
	}
	return path
}

func build(t testing.TB, spec *network.Spec) *network.Network {
	t.Helper()
	net, err := network.Build(spec)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

func cross(t testing.TB) *network.Network {
	spec := sample.Cross(sample.CrossSpec{Control: network.Signalised, Lanes: 2, Arrows: []network.TurnSet{1<<network.Through | 1<<network.Right, 1 << network.Left}})
	return build(t, spec)
}

// fixed returns the default plans as controls.
func fixed(net *network.Network) []signals.Control {
	plans, _ := signals.DefaultPlans(net)
	var out []signals.Control
	for i := range plans {
		out = append(out, signals.Control{
			Controller: plans[i].Controller, Timings: plans[i].Groups, Fixed: &signals.Schedule{Plans: plans[i : i+1]},
		})
	}
	return out
}

// rounded is a copy of controls with times to the millisecond.
func rounded(controls []signals.Control) []signals.Control {
	out := slices.Clone(controls)
	for i := range out {
		out[i].Timings = slices.Clone(out[i].Timings)
		for k := range out[i].Timings {
			t := &out[i].Timings[k]
			t.MinGreen, t.Amber, t.AllRed = ms(t.MinGreen), ms(t.Amber), ms(t.AllRed)
		}
		if out[i].Fixed == nil {
			continue
		}
		s := *out[i].Fixed
		s.Plans = slices.Clone(s.Plans)
		for k := range s.Plans {
			p := &s.Plans[k]
			p.Groups, p.Offset = out[i].Timings, ms(p.Offset)
			p.Stages = slices.Clone(p.Stages)
			for n := range p.Stages {
				g := &p.Stages[n]
				g.Green, g.Intergreen, g.Change = ms(g.Green), ms(g.Intergreen), slices.Clone(g.Change)
				for m := range g.Change {
					g.Change[m].Duration = ms(g.Change[m].Duration)
				}
			}
		}
		out[i].Fixed = &s
	}
	return out
}

func roundTrip(t *testing.T, net *network.Network, controls []signals.Control) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, net, controls); err != nil {
		t.Fatal(err)
	}
	again, err := Parse(b.Bytes(), "plans.yaml", net)
	if err != nil {
		var text strings.Builder
		for i, line := range strings.Split(b.String(), "\n") {
			if i < 60 {
				text.WriteString(line + "\n")
			}
		}
		t.Fatalf("%v\n%s", err, text.String())
	}
	want := rounded(controls)
	if len(again) != len(want) {
		t.Fatalf("%d controls come back, want %d", len(again), len(want))
	}
	for i := range want {
		if !reflect.DeepEqual(again[i], want[i]) {
			t.Fatalf("controller %d comes back as\n%+v\nwant\n%+v", want[i].Controller, again[i], want[i])
		}
	}
	return b.String()
}

func TestPlansComeBackAsTheyWereWritten(t *testing.T) {
	t.Run("town", func(t *testing.T) {
		net := build(t, sample.Town(network.RightHand))
		text := roundTrip(t, net, fixed(net))
		for _, want := range []string{"movement: ", "green: [", "offset: 0"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in\n%s", want, text)
			}
		}
	})
	t.Run("town left", func(t *testing.T) {
		net := build(t, sample.Town(network.LeftHand))
		roundTrip(t, net, fixed(net))
	})
	t.Run("extract", func(t *testing.T) {
		x, err := extract.Open(t.Context(), shared(t, "osm/small/herrenberg_de.osm.pbf"), extract.Options{})
		if err != nil {
			t.Fatal(err)
		}
		net, _, err := osmimport.Import(x, osmimport.Options{})
		if err != nil {
			t.Fatal(err)
		}
		roundTrip(t, net, fixed(net))
	})
	t.Run("SUMO", func(t *testing.T) {
		f, err := os.Open(shared(t, "benchmarks/cologne1/cologne1.net.xml"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		net, _, err := sumonet.Read(f, "cologne1")
		if err != nil {
			t.Fatal(err)
		}
		roundTrip(t, net, fixed(net))
	})
	t.Run("CityFlow", func(t *testing.T) {
		f, err := os.Open(shared(t, "benchmarks/jinan_3x4/3_4/roadnet_3_4.json"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		net, _, err := cityflow.Read(f, "jinan")
		if err != nil {
			t.Fatal(err)
		}
		roundTrip(t, net, fixed(net))
	})
}

// all is a control of every kind for the one controller of the crossing, by what a file says.
var all = map[string]string{
	"day plans": `
controllers:
- id: 0
  groups:
  - {movement: northbound left, min_green: 6, amber: 3.5, all_red: 1.5}
  plans:
  - name: morning
    offset: 12
    stages:
    - {green: [NBL, SBL], seconds: 10}
    - {green: [northbound through, southbound through], seconds: 20, intergreen: 7}
    - {green: [EBL, WBL], seconds: 10}
    - {green: [EBT, WBT], seconds: 20}
  - name: night
    offset: 0
    stages:
    - {green: [NBL, SBL], seconds: 8}
    - {green: [NBT, SBT], seconds: 8}
    - {green: [EBL, WBL], seconds: 8}
    - {green: [EBT, WBT], seconds: 8}
  days:
  - {days: mon-fri, from: [{at: "06:00", plan: morning}, {at: "20:30:15", plan: night}]}
  - {days: "sat,sun", from: [{at: "08:00", plan: night}]}
  transition: {method: lengthen, share: 0.3}
`,
	"actuated": `
controllers:
- id: 0
  control: actuated
  detectors:
  - {name: N, kind: stop_line, edge: 7, lane: 0, from: 150, to: 165, green: [NBT], lock: true}
  - {name: button, kind: push_button, walk: north side}
  walks:
  - {name: north side, edge: 3, walk: 7, clearance: 9}
  stages:
  - {green: [NBL, SBL], min: 6, max: 15, extension: 2.5}
  - {green: [NBT, SBT], min: 6, max: 40, extension: 3, recall: min, reduction: {before: 10, over: 15, least: 1.5}}
  - {green: [EBL, WBL], min: 6, max: 15, extension: 2.5}
  - {green: [EBT, WBT], walks: [north side], min: 10, max: 40, extension: 3}
  priorities:
  - {name: bus, in: [N], green: [NBT], extend: 10, early: 8, recovery: 60}
  preemptions:
  - {name: fire, in: [N], green: [NBT], min_dwell: 10, max_dwell: 60, exit: 2}
`,
	"nema": `
controllers:
- id: 0
  control: nema
  phases:
  - {phase: 1, green: [NBL], min_green: 5, max_green: 15, passage: 2, yellow: 3.5, red_clear: 1}
  - {phase: 2, green: [SBT], min_green: 8, max_green: 40, passage: 3, yellow: 4, red_clear: 1.5, recall: min}
  - {phase: 3, green: [EBL], min_green: 5, max_green: 15, passage: 2, yellow: 3.5, red_clear: 1}
  - {phase: 4, green: [WBT], min_green: 8, max_green: 30, passage: 3, yellow: 4, red_clear: 1.5, dual_entry: true}
  - {phase: 5, green: [SBL], min_green: 5, max_green: 15, passage: 2, yellow: 3.5, red_clear: 1}
  - {phase: 6, green: [NBT], min_green: 8, max_green: 40, passage: 3, yellow: 4, red_clear: 1.5, recall: min}
  - {phase: 7, green: [WBL], min_green: 5, max_green: 15, passage: 2, yellow: 3.5, red_clear: 1}
  - {phase: 8, green: [EBT], min_green: 8, max_green: 30, passage: 3, yellow: 4, red_clear: 1.5, dual_entry: true}
  barriers: [[[1, 2], [5, 6]], [[3, 4], [7, 8]]]
  simultaneous: true
  patterns:
  - name: am
    cycle: 90
    offset: 33
    splits: {1: 15, 2: 35, 3: 15, 4: 25, 5: 15, 6: 35, 7: 15, 8: 25}
    coordinated: [2, 6]
    reference: yield
    force_off: floating
  days:
  - {days: every day, from: [{at: "06:00", plan: am}, {at: "22:00", plan: free}]}
`,
	"max_pressure": `
controllers:
- id: 0
  control: max_pressure
  interval: 8
  normalised: true
  longest_wait: 120
  stages: [{green: [NBL, SBL]}, {green: [NBT, SBT]}, {green: [EBL, WBL]}, {green: [EBT, WBT]}]
`,
	"sotl": `
controllers:
- id: 0
  control: sotl
  threshold: 35
  stages: [{green: [NBL, SBL]}, {green: [NBT, SBT]}, {green: [EBL, WBL]}, {green: [EBT, WBT]}]
`,
	"off": "controllers:\n- {id: 0, control: off}\n", "flashing": "controllers:\n- {id: 0, control: flashing}\n",
}

func TestEveryKindOfControlComesBack(t *testing.T) {
	net := cross(t)
	for name, text := range all {
		t.Run(name, func(t *testing.T) {
			controls, err := Parse([]byte(text), "plans.yaml", net)
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if err := Write(&b, net, controls); err != nil {
				t.Fatal(err)
			}
			again, err := Parse(b.Bytes(), "again.yaml", net)
			if err != nil {
				t.Fatalf("%v\n%s", err, b.String())
			}
			if !reflect.DeepEqual(named(again), named(controls)) {
				t.Errorf("got\n%+v\nwant\n%+v\nof\n%s", again[0], controls[0], b.String())
			}
		})
	}
}

// named leaves out what a file need not say twice.
func named(controls []signals.Control) []signals.Control { return rounded(controls) }

func TestMistakesAreToldByLineAndField(t *testing.T) {
	net := cross(t)
	for text, want := range map[string]string{
		"controllers:\n- {id: 7, plans: [{offset: 0, stages: [{green: [NB], seconds: 5}]}]}\n":           "plans.yaml:2: controllers[0].id: there are 1 controllers",
		"controllers:\n- control: actuated\n":                                                            "want node, name or id",
		"controllers:\n- id: 0\n":                                                                        "plans is missing",
		"controllers:\n- id: 0\n  plan: []\n":                                                            "did you mean plans?",
		"controllers:\n- id: 0\n  control: actuatd\n":                                                    "did you mean actuated?",
		strings.Replace(all["day plans"], "[NBL, SBL], seconds: 10", "[NBL, SXL], seconds: 10", 1):       `controllers[0].plans[0].stages[0].green[1]: no group is "SXL"; there are "eastbound left"`,
		strings.Replace(all["day plans"], "[NBL, SBL], seconds: 10", "[northbound], seconds: 10", 1):     `"northbound" may be "northbound left", "northbound through and right"; say which`,
		strings.Replace(all["day plans"], "[NBL, SBL], seconds: 10", "[NBL, NBL], seconds: 10", 1):       "is there twice",
		strings.Replace(all["day plans"], "[NBL, SBL], seconds: 10", "[NBL, EBL], seconds: 10", 1):       "conflict and are green together",
		strings.Replace(all["day plans"], "seconds: 20, intergreen: 7", "seconds: 20, intergreen: 2", 1): "intergreen 2 s",
		strings.Replace(all["day plans"], "mon-fri", "mun-fri", 1):                                       "controllers[0].days[0].days: got \"mun-fri\"",
		strings.Replace(all["day plans"], `"06:00"`, `"6am"`, 1):                                         "want a time of day as 06:30",
		strings.Replace(all["day plans"], "plan: night", "plan: nihgt", 1):                               `none is called "nihgt"`,
		strings.Replace(all["sotl"], "threshold", "interval", 1):                                         "controllers[0].interval: has no meaning for sotl control",
		strings.Replace(all["nema"], "7: 15, 8: 25", "7: 15", 1):                                         "phase 8 is missing",
		all["off"] + "- {id: 0, control: off}\n":                                                         "is the same as controllers[0]",
		"controllers:\n- {id: 0, name: Elsewhere, control: off}\n":                                       `got "Elsewhere"`,
	} {
		_, err := Parse([]byte(text), "plans.yaml", net)
		if err == nil {
			t.Errorf("no error, want %q:\n%s", want, text)
			continue
		}
		if !strings.Contains(err.Error(), want) || !errors.Is(err, ErrInvalid) {
			t.Errorf("%v\nwant %q in it", err, want)
		}
	}
}

func TestLabelsAreClearEverywhere(t *testing.T) {
	for _, side := range []network.DrivingSide{network.RightHand, network.LeftHand} {
		net := build(t, sample.Town(side))
		for c := range net.Controllers {
			w := wordsOf(net, network.ControllerID(c))
			for i, label := range w.labels {
				if slices.Contains(w.labels[:i], label) {
					t.Errorf("controller %d: two groups are %q", c, label)
				}
				if g, err := w.find(label); err != nil || g != w.groups[i] {
					t.Errorf("controller %d: %q leads to group %d, %v, want %d", c, label, g, err, w.groups[i])
				}
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	net := cross(f)
	for _, text := range all {
		f.Add([]byte(text))
	}
	f.Add([]byte("controllers: [{id: 0, plans: [{offset: .5, stages: [{green: [], seconds: 1e9}]}]}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		controls, err := Parse(data, "f", net)
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := Write(&b, net, controls); err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(b.Bytes(), "g", net); err != nil && !strings.Contains(err.Error(), "millisecond") {
			t.Logf("%s", b.String())
			t.Fatal(err)
		}
	})
}
