package scenarios

import (
	"slices"
	"strings"
	"testing"

	"roadtwin/signals"
)

func TestANewScenarioRunsAsItIs(t *testing.T) {
	city := townCity(t)
	var text strings.Builder
	if err := WriteStarter(&text, city, Starter{Map: "maps/my: town.osm.pbf", Schema: "scenario.schema.json"}); err != nil {
		t.Fatal(err)
	}
	s := mustParse(t, text.String())
	if s.Map != "maps/my: town.osm.pbf" || s.Measure.Interval != 300 || len(s.Seeds) != 5 {
		t.Errorf("map %q, interval %g, seeds %v", s.Map, s.Measure.Interval, s.Seeds)
	}
	var names []string
	for _, v := range s.Variants() {
		names = append(names, v.VariantName())
		end := 7*3600 + 20.0
		r := newRun(t, city, v.WithSeed(1), Options{Workers: 1, End: &end})
		finish(r)
		if v.Hash() == s.Hash() {
			t.Errorf("variant %s is no other than the base", v.VariantName())
		}
		if v.About() == "" && v.VariantName() != "retimed and roadworks" {
			t.Errorf("variant %s does not say what it is about", v.VariantName())
		}
	}
	if want := []string{"busier", "wet", "retimed", "roadworks", "retimed and roadworks"}; !slices.Equal(names, want) {
		t.Errorf("variants %v, want %v", names, want)
	}
	if !strings.HasPrefix(text.String(), "# yaml-language-server: $schema=scenario.schema.json\n") || !strings.Contains(text.String(), "residents") {
		t.Errorf("no line for editors or no assumptions of the demand in\n%s", text.String())
	}
	// What stands there as a comment is the default: uncommented it changes nothing.
	plans := strings.NewReplacer("# signals:", "signals:", "#   plans:", "  plans:", "#     - {", "    - {").Replace(text.String())
	same, _, err := mustParse(t, plans).retime(city)
	if err != nil {
		t.Fatal(err)
	}
	before, _, err := s.retime(city)
	if err != nil || len(same) != len(before) {
		t.Fatal(err)
	}
	for i := range same {
		if same[i].Offset != before[i].Offset || !slices.EqualFunc(same[i].Stages, before[i].Stages, func(a, b signals.Stage) bool { return a.Green == b.Green }) {
			t.Errorf("the plan of controller %d in the comments is not the default", i)
		}
	}
}

func TestQuoteYAML(t *testing.T) {
	for text, want := range map[string]string{
		"../maps/a_b-1.osm.pbf": "../maps/a_b-1.osm.pbf", "a: b": `"a: b"`, `say "no"`: `"say \"no\""`, "": `""`, "1": `"1"`, "ü": `"ü"`,
	} {
		if got := quoteYAML(text); got != want {
			t.Errorf("quoteYAML(%q) = %s, want %s", text, got, want)
		}
	}
}
