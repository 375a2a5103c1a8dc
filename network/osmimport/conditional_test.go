package osmimport

import (
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

func TestHours(t *testing.T) {
	for text, want := range map[string]string{
		"Mo-Fr 07:00-09:00":                 "Mo 07:00-09:00, Tu 07:00-09:00, We 07:00-09:00, Th 07:00-09:00, Fr 07:00-09:00",
		"Mo-Tu 07:00-09:00,16:00-18:30":     "Mo 07:00-09:00, Mo 16:00-18:30, Tu 07:00-09:00, Tu 16:00-18:30",
		"Mo,We":                             "Mo 00:00-24:00, We 00:00-24:00",
		"Sa-Mo 10:00-11:00":                 "Mo 10:00-11:00, Sa 10:00-11:00, Su 10:00-11:00",
		"Mo 22:00-06:00":                    "Mo 22:00-Tu 06:00",
		"Su 22:00-06:00":                    "Mo 00:00-06:00, Su 22:00-24:00",
		"Mo-Tu 07:00-19:00; Tu 08:00-12:00": "Mo 07:00-19:00, Tu 08:00-12:00",
		"Mo-We 07:00-19:00; Tu off":         "Mo 07:00-19:00, We 07:00-19:00",
		"Su 06:00-20:00, PH 06:00-20:00":    "Su 06:00-20:00",
		"Mo 18:30-10:00,12:30-15:00":        "Mo 12:30-15:00, Mo 18:30-Tu 10:00",
		"Mo - Tu 07:00 - 09:00":             "Mo 07:00-09:00, Tu 07:00-09:00",
		"mo 7:00-9:00":                      "Mo 07:00-09:00",
		"Monday 07:00-09:00":                "Mo 07:00-09:00",
		"Mo sunrise-sunset":                 "Mo 06:00-18:00",
		"Mo 07:00-09:00; Sa 10:00-12:00":    "Mo 07:00-09:00, Sa 10:00-12:00",
		"Mo 07:00-09:00, Sa 10:00-12:00":    "Mo 07:00-09:00, Sa 10:00-12:00",
		"Mo 20:00-26:00":                    "Mo 20:00-Tu 02:00",
		"Mo-Su; Tu-Su off":                  "Mo 00:00-24:00",
		"Mo 07:00-12:00,10:00-14:00":        "Mo 07:00-14:00",
		"Mo–Tu 07:00–09:00":                 "Mo 07:00-09:00, Tu 07:00-09:00",
		"24/7":                              "Mo 00:00-Su 24:00",
		"PH off; Mo 07:00-09:00":            "Mo 07:00-09:00",
	} {
		s, _, err := parseHours(text)
		if err != nil || s.String() != want {
			t.Errorf("%q: %v, %v; want %v", text, s, err, want)
		}
	}
	for _, text := range []string{"Nov 01-Apr 8", "winter", "wet", "07-09", "Mo 25:00-26:00", "", "Mo off", "Mo[1] 07:00-09:00", "2024 Jul 08"} {
		if s, _, err := parseHours(text); err == nil {
			t.Errorf("%q: %v, want an error", text, s)
		}
	}
	if _, holidays, err := parseHours("PH 06:00-20:00"); err != nil || !holidays {
		t.Errorf("holidays only: %v, %v; want them noted", holidays, err)
	}
}

func TestConditional(t *testing.T) {
	large := network.Lorries | network.SetOf(network.Bus)
	for _, test := range []struct {
		text    string
		value   string
		when    string
		classes network.ClassSet
		visitor bool
	}{
		{"no_left_turn @ (Mo 07:00-09:00)", "no_left_turn", "Mo 07:00-09:00", network.AllClasses, false},
		{"no @ Mo 07:00-09:00; Sa 10:00-12:00", "no", "Mo 07:00-09:00, Sa 10:00-12:00", network.AllClasses, false},
		{"no @ (Mo 07:00-09:00; Sa 10:00-12:00)", "no", "Mo 07:00-09:00, Sa 10:00-12:00", network.AllClasses, false},
		{"no@(weight>3.5)", "no", "always", large, false},
		{"no @ (weight > 7.5 t AND Mo 22:00-24:00)", "no", "Mo 22:00-24:00", large, false},
		{"no @ length>12", "no", "always", network.SetOf(network.ArticulatedLorry), false},
		{"no @ (hgv)", "no", "always", network.Lorries, false},
		{"none @ delivery", "none", "always", network.AllClasses, true},
		{"yes @ (destination AND Mo)", "yes", "Mo 00:00-24:00", network.AllClasses, true},
		{"no @ 24/7", "no", "always", network.AllClasses, false},
		{"no @ (Mo 08:00-18:00 AND 07:00-09:00)", "no", "Mo 08:00-09:00", network.AllClasses, false},
	} {
		got, notes := parseConditional(test.text)
		if len(got) != 1 || len(notes) > 0 {
			t.Errorf("%q: %d clauses, notes %q; want one", test.text, len(got), notes)
			continue
		}
		c := got[0]
		if c.value != test.value || c.when.String() != test.when || c.classes != test.classes || c.visitor != test.visitor {
			t.Errorf("%q: %+v, want %+v", test.text, c, test)
		}
	}
	if got, _ := parseConditional("no @ (07:00-10:00); no @ (15:00-18:00)"); len(got) != 2 {
		t.Errorf("two clauses: %+v", got)
	}
	for _, text := range []string{"no @ snow", "no @ (fuel=diesel AND emissions <= euro_6)", "no @ (Nov-Mar)", "no"} {
		if got, notes := parseConditional(text); len(got) != 0 || len(notes) != 1 {
			t.Errorf("%q: %+v, notes %q; want nothing but a note", text, got, notes)
		}
	}
	if got, notes := parseConditional("yes @ agricultural"); len(got) != 0 || len(notes) != 0 {
		t.Errorf("what binds nobody here: %+v, %q; want nothing", got, notes)
	}
}

func FuzzConditional(f *testing.F) {
	for _, seed := range []string{
		"no @ (Mo-Fr 07:00-09:00; Sa 10:00-12:00)", "none @ (weight>7.5 AND 22:00-06:00)", "no @ ((", "@", "x@Su-Su 00:00-48:00",
		"yes @ (PH,Su 24:00-00:00); -1 @ off", "no @ Mo-Fr;;;Tu off",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		clauses, _ := parseConditional(text)
		for _, c := range clauses {
			if c.classes == 0 || c.classes&^network.AllClasses != 0 {
				t.Errorf("%q binds %#x", text, uint16(c.classes))
			}
			at := uint16(0)
			for _, span := range c.when {
				if span.From >= span.To || span.To > weekMinutes || span.From < at {
					t.Errorf("%q: spans %v", text, []network.Span(c.when))
				}
				at = span.To
			}
		}
	})
}

func TestQuantities(t *testing.T) {
	for text, want := range map[string]float64{
		"3.5": 3.5, "3,5 t": 3.5, "7500 kg": 7.5, "18 tons": 16.32932532, "10000 lbs": 4.5359237, "14'9\"": 4.4958,
		"13 ft 6 in": 4.1148, "16'12\"": 5.1816, "4.0m": 4, "250 cm": 2.5, "5 st": 4.5359237, "12'": 3.6576,
	} {
		if got, ok := parseQuantity(text); !ok || got < want-1e-9 || got > want+1e-9 {
			t.Errorf("%q: %v, %v; want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "high", "3.5 elephants", "-2", "0", "1e9", "4;5"} {
		if got, ok := parseQuantity(text); ok {
			t.Errorf("%q: %v, want none", text, got)
		}
	}
}

func TestAccessHierarchy(t *testing.T) {
	bus, car, van, moto := network.SetOf(network.Bus), network.SetOf(network.Car), network.SetOf(network.Van), network.SetOf(network.Motorcycle)
	all, rigid := network.AllClasses, network.SetOf(network.RigidLorry)
	large := network.Lorries | bus
	for _, test := range []struct {
		tags, direction string
		permitted       network.ClassSet
		visitors        network.ClassSet
	}{
		{"", "", all, 0},
		{"access=no", "", 0, 0},
		{"access=no bus=yes", "", bus, 0},
		{"access=no psv=designated", "", bus, 0},
		{"vehicle=no motor_vehicle=destination", "", all, all},
		{"motor_vehicle=no hgv=yes", "", network.Lorries, 0},
		{"motorcar=no", "", all &^ (car | van), 0},
		{"motorcar=no goods=yes", "", all &^ car, 0},
		{"motorcycle=no", "", all &^ moto, 0},
		{"hgv=no", "", all &^ network.Lorries, 0},
		{"hgv=destination", "", all, network.Lorries},
		{"hgv_articulated=no", "", all &^ network.SetOf(network.ArticulatedLorry), 0},
		{"access=private", "", all, all},
		{"access=agricultural;destination", "", all, all},
		{"motor_vehicle=agricultural", "", 0, 0},
		{"access=bus", "", bus, 0},
		{"motor_vehicle=Private", "", all, all},
		{"motor_vehicle:forward=no", ":forward", 0, 0},
		{"motor_vehicle:forward=no", ":backward", all, 0},
		{"hgv:backward=no", ":backward", all &^ network.Lorries, 0},
		{"maxweight=3.5", "", all &^ large, 0},
		{"maxweight=7.5 maxweight:conditional=none@delivery", "", all, large},
		{"maxweightrating:hgv=12", "", all &^ network.Lorries, 0},
		{"maxheight=2", "", car | moto, 0},
		{"maxheight=3.2", "", all &^ network.Lorries, 0},
		{"maxheight=4", "", all, 0},
		{"maxheight=default", "", all, 0},
		{"maxheight=13'6\"", "", all, 0},
		{"maxheight:forward=2", ":backward", all, 0},
		{"maxwidth=2", "", car | moto, 0},
		{"maxlength=10", "", car | van | moto | rigid, 0},
		{"maxaxleload=8", "", car | van | moto, 0},
		{"highway=busway", "", bus, 0},
		{"highway=busway access=yes", "", all, 0},
		{"highway=service service=parking_aisle", "", all, all},
		{"highway=service service=drive_through", "", all, all},
		{"highway=service service=emergency_access", "", 0, 0},
		{"highway=service service=bus", "", bus, 0},
		{"highway=residential service=alley", "", all, 0},
	} {
		a := admitRoad(sketchTags(strings.Fields(test.tags)), test.direction)
		if a.permitted != test.permitted || a.visitors != test.visitors || len(a.closures) > 0 {
			t.Errorf("%q%s: open to %v, visitors %v, closures %v; want %v, %v", test.tags, test.direction, a.permitted, a.visitors,
				a.closures, test.permitted, test.visitors)
		}
	}
}

func TestAccessAtTimes(t *testing.T) {
	for _, test := range []struct {
		tags    extractTags
		closed  string
		classes network.ClassSet
		visit   bool
	}{
		{extractTags{"motor_vehicle:conditional", "no @ (Mo 07:00-09:00)"}, "Mo 07:00-09:00", network.AllClasses, false},
		{
			extractTags{"motor_vehicle", "no", "motor_vehicle:conditional", "yes @ (Mo-Su 20:00-06:00)"},
			"Mo 06:00-20:00, Tu 06:00-20:00, We 06:00-20:00, Th 06:00-20:00, Fr 06:00-20:00, Sa 06:00-20:00, Su 06:00-20:00", network.AllClasses, false,
		},
		{extractTags{"hgv:conditional", "no @ (weight>7.5 AND Mo 22:00-24:00)"}, "Mo 22:00-24:00", network.Lorries, false},
		{
			extractTags{"motor_vehicle", "no", "motor_vehicle:conditional", "delivery @ (Mo 06:00-11:00)"},
			"Mo 00:00-06:00, Mo 11:00-Su 24:00", network.AllClasses, true,
		},
		{extractTags{"motorcycle:conditional", "no @ (Su 06:00-20:00, PH 06:00-20:00)"}, "Su 06:00-20:00", network.SetOf(network.Motorcycle), false},
	} {
		a := admitRoad(test.tags.tags(), ":forward")
		if len(a.closures) != 1 || a.closures[0].when.String() != test.closed || a.closures[0].classes != test.classes {
			t.Errorf("%v: closures %v, want %v for %v", test.tags, a.closures, test.closed, test.classes)
		}
		if a.permitted != network.AllClasses || (a.visitors == network.AllClasses) != test.visit {
			t.Errorf("%v: open to %v, visitors %v", test.tags, a.permitted, a.visitors)
		}
	}
	always := extractTags{"hgv:conditional", "no @ (weight>7.5)", "motor_vehicle:conditional", "no @ snow"}
	if a := admitRoad(always.tags(), ""); a.permitted != network.AllClasses&^network.Lorries || len(a.closures) > 0 || len(a.notes) != 1 {
		t.Errorf("%v: %+v; want no lorries, and a note about snow", always, a)
	}
}

// extractTags are keys and values by turns: values with spaces do not fit into a sketch.
type extractTags []string

func (e extractTags) tags() (tags extract.Tags) {
	for i := 0; i+1 < len(e); i += 2 {
		tags = append(tags, extract.Tag{Key: e[i], Value: e[i+1]})
	}
	return tags
}
