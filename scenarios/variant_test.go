package scenarios

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
)

const family0 = `map: city.osm.pbf
period: {begin: "07:00", end: "09:00"}
seeds: [1, 2]
demand:
  factor: 1.5
  classes: {car: 0.9, van: 0.1}
signals:
  plans:
    - {node: 1, offset: 10, greens: [30, 20]}
    - {node: 2, offset: 5}
weather:
  - {at: "07:00", condition: wet}
events:
  - {at: "07:30", way: 5, close: true}
variants:
  same:
  retimed:
    about: One plan changed, one added
    signals:
      plans:
        - {node: 1, offset: 20}
        - {node: 3, offset: 1}
  busier:
    demand: {factor: 2, classes: {car: 1}}
    weather: null
  works:
    events:
      - {at: "07:45", way: 6, speed_limit_kmh: 30}
  both:
    from: [retimed, works]
    demand: {factor: null}
`

func TestVariantsSayWhatDiffers(t *testing.T) {
	base := mustParse(t, family0)
	var names []string
	by := map[string]*Scenario{}
	for _, v := range base.Variants() {
		names, by[v.VariantName()] = append(names, v.VariantName()), v
	}
	if want := []string{"same", "retimed", "busier", "works", "both"}; !slices.Equal(names, want) {
		t.Fatalf("variants = %v, want %v, as in the file", names, want)
	}
	if by["same"].Hash() != base.Hash() {
		t.Error("a variant that differs in nothing has another hash")
	}
	r := by["retimed"]
	if p := r.Signals.Plans; len(p) != 3 || *p[0].Offset != 20 || len(p[0].Greens) != 2 || p[1].Node != 2 || p[2].Node != 3 {
		t.Errorf("retimed: plans = %+v, want node 1 with offset 20 and its greens, node 2, node 3", p)
	}
	if r.Demand.Factor != 1.5 || r.About() != "One plan changed, one added" || !slices.Equal(r.Seeds, base.Seeds) {
		t.Errorf("retimed: demand %+v, about %q, seeds %v", r.Demand, r.About(), r.Seeds)
	}
	if b := by["busier"]; b.Demand.Factor != 2 || len(b.Demand.Classes) != 1 || b.Weather != nil {
		t.Errorf("busier: factor %g, classes %v, weather %v; want 2, cars alone, none", b.Demand.Factor, b.Demand.Classes, b.Weather)
	}
	if w := by["works"]; len(w.Events) != 2 || w.Events[0].Way != 5 || w.Events[1].SpeedLimit != 30 {
		t.Errorf("works: events = %+v, want the closure and the limit", w.Events)
	}
	if b := by["both"]; len(b.Signals.Plans) != 3 || len(b.Events) != 2 || b.Demand.Factor != 1 {
		t.Errorf("both: %d plans, %d events, factor %g; want 3, 2, and the default factor 1", len(b.Signals.Plans), len(b.Events), b.Demand.Factor)
	}
	if p := base.Signals.Plans; len(p) != 2 || *p[0].Offset != 10 || len(base.Events) != 1 {
		t.Errorf("the base was changed: %+v", base)
	}
	again := mustParse(t, by["both"].Text())
	if again.Hash() != by["both"].Hash() {
		t.Error("the text of a variant does not read back to it")
	}
}

func TestMistakesInVariantsNameTheirPlace(t *testing.T) {
	for _, test := range []struct {
		name, text string
		line       int
		field      string
		want       string
	}{
		{"out of range", "demand: {factor: -1}", 3, "variants.v.demand.factor", "got -1"},
		{"misspelt", "demnd: {factor: 1}", 3, "variants.v.demnd", "did you mean demand?"},
		{"seeds", "seeds: [3]", 3, "variants.v.seeds", "same for all"},
		{"a measure", "measure: {interval: 60}", 3, "variants.v.measure", "same for all"},
		{"what a schema cannot say", "period: {begin: \"09:00\", end: \"07:00\"}", 3, "variants.v.period.end", "not after begin"},
		{"an event of nothing", "events: [{at: \"07:00\", way: 5}]", 3, "variants.v.events[0]", "close"},
		{"builds on nobody", "from: [w]", 3, "variants.v.from[0]", `no variant "w"`},
		{"builds on itself", "from: [v]", 3, "variants.v.from", "circle"},
		{"not a map", "[1]", 3, "variants.v", "a list of 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := "map: a.osm\nvariants:\n  v: {" + test.text + "}\n"
			if strings.HasPrefix(test.text, "[") {
				text = "map: a.osm\nvariants:\n  v: " + test.text + "\n"
			}
			_, err := Parse([]byte(text), "peak.yaml")
			var invalid *Invalid
			if !errors.As(err, &invalid) {
				t.Fatalf("Parse = %v, want an *Invalid", err)
			}
			p := invalid.Problems[0]
			if p.Line != test.line || p.Field != test.field || !strings.Contains(p.Text, test.want) {
				t.Errorf("got line %d, field %q, %q; want line %d, field %q and %q", p.Line, p.Field, p.Text, test.line, test.field, test.want)
			}
		})
	}
}

func TestAMistakeThatOnlyTogetherIsOneTellsBoth(t *testing.T) {
	_, err := Parse([]byte("map: a.osm\ndemand: {profile: [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}\nvariants:\n  listed: {demand: {trips: a.csv}}\n"), "peak.yaml")
	if err == nil || !strings.Contains(err.Error(), "peak.yaml:2: demand.profile: in variant listed: ") {
		t.Errorf("Parse = %v, want the line of the profile and the variant", err)
	}
}

func TestPickTakesWhatTheFileHas(t *testing.T) {
	base := mustParse(t, family0)
	for _, test := range []struct {
		names, want []string
	}{
		{nil, []string{"base"}},
		{[]string{"both", "base"}, []string{"base", "both"}},
		{[]string{"all"}, []string{"base", "same", "retimed", "busier", "works", "both"}},
	} {
		picked, err := base.Pick(test.names)
		var got []string
		for _, v := range picked {
			got = append(got, v.VariantName())
		}
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("Pick(%v) = %v, %v, want %v", test.names, got, err, test.want)
		}
	}
	if _, err := base.Pick([]string{"retime"}); !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), "did you mean retimed?") {
		t.Errorf("Pick of a misspelt variant: %v", err)
	}
}

// Whoever adds a field to scenarios must say whether a variant may have it.
func TestVariantsHaveEveryFieldButTheFixedOnes(t *testing.T) {
	var s struct {
		Properties map[string]any
		Defs       struct {
			Variant struct{ Properties map[string]any }
		} `json:"$defs"`
	}
	if err := json.Unmarshal(Schema, &s); err != nil {
		t.Fatal(err)
	}
	for field := range s.Properties {
		_, has := s.Defs.Variant.Properties[field]
		if has == slices.Contains(fixed, field) {
			t.Errorf("%s: in variants %t; want every field of scenarios there but %v", field, has, fixed)
		}
	}
	if n, want := len(s.Defs.Variant.Properties), len(s.Properties)-len(fixed)+len(variantOnly); n != want {
		t.Errorf("a variant has %d fields, want %d", n, want)
	}
}
