package tllogic_test

import (
	"bytes"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/network/sumonet"
	"roadtwin/signals"
	"roadtwin/signals/tllogic"
)

func build(t testing.TB, spec *network.Spec) *network.Network {
	t.Helper()
	net, err := network.Build(spec)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

func grid(t testing.TB) *network.Network {
	t.Helper()
	return build(t, sample.Grid(sample.GridSpec{Signals: true, Lanes: 2}))
}

// kind returns a control of a kind of every controller.
func kind(t testing.TB, net *network.Network, k signals.Kind, o signals.ControlOptions) (controls []signals.Control) {
	t.Helper()
	plans, _ := signals.DefaultPlans(net)
	for i := range plans {
		c, err := signals.DefaultControl(net, &plans[i], k, o)
		if err != nil {
			t.Fatal(err)
		}
		controls = append(controls, c)
	}
	return controls
}

// file returns controls as SUMO's additional file.
func file(t testing.TB, net *network.Network, controls []signals.Control) (text string, notes []string) {
	t.Helper()
	out, notes := tllogic.Export(net, sumonet.WrittenLinks(net), controls)
	var b bytes.Buffer
	if err := out.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String(), notes
}

// read returns the controls of a file.
func read(t testing.TB, net *network.Network, text string) ([]signals.Control, *tllogic.Report) {
	t.Helper()
	var all sumonet.Signals
	if err := all.AddFrom(strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	return tllogic.Import(net, sumonet.WrittenLinks(net), &all, tllogic.Options{})
}

// again exports and imports controls; all must come back.
func again(t testing.TB, net *network.Network, controls []signals.Control) ([]signals.Control, []string) {
	t.Helper()
	text, notes := file(t, net, controls)
	back, report := read(t, net, text)
	if len(report.Left) > 0 || len(back) != len(controls) {
		t.Fatalf("%d of %d controls came back, left: %+v", len(back), len(controls), report.Left)
	}
	return back, notes
}

// shown returns what a plan shows at a time of the plan clock.
func shown(net *network.Network, p *signals.Plan, at float64) []signals.Aspect {
	whole := p.Cycle()
	at -= p.Offset
	at -= math.Floor(at/whole) * whole
	for _, x := range signals.Intervals(net, p) {
		if at -= x.Duration; at < 0 {
			return x.Aspects
		}
	}
	return nil
}

func TestPlansAndTheirDaysSurviveTheWayThroughSUMO(t *testing.T) {
	net := grid(t)
	controls := kind(t, net, signals.FixedTime, signals.ControlOptions{})
	for i := range controls {
		p := controls[i].Fixed.Plans[0]
		p.Offset = float64(7 * i)
		longer := p
		longer.Stages = slices.Clone(p.Stages)
		longer.Stages[0].Green += 11.5
		longer.Offset += 3
		longest := longer
		longest.Stages = slices.Clone(longer.Stages)
		longest.Stages[0].Green += 10
		controls[i].Timings = p.Groups
		controls[i].Fixed = &signals.Schedule{Plans: []signals.Plan{p, longer, longest}, Days: []signals.DayPlan{{
			Days: signals.EveryDay, Entries: []signals.Entry{{At: 0, Plan: 1}, {At: 6.5 * 3600, Plan: 0}, {At: 12 * 3600, Plan: 2}, {At: 20 * 3600, Plan: 1}},
		}}}
	}
	back, notes := again(t, net, controls)
	if len(notes) > 0 {
		t.Errorf("notes %q, want none", notes)
	}
	for i := range back {
		was, is := controls[i].Fixed, back[i].Fixed
		if back[i].Controller != controls[i].Controller || len(is.Plans) != 3 || len(is.Days) != 1 || len(is.Days[0].Entries) != 4 {
			t.Fatalf("controller %d: %+v", i, is)
		}
		for e, entry := range was.Days[0].Entries {
			got := is.Days[0].Entries[e]
			if got.At != entry.At {
				t.Fatalf("controller %d: entry at %g s, want %g s", i, got.At, entry.At)
			}
			for at := 0.25; at < 200; at += 0.5 {
				want, got := shown(net, &was.Plans[entry.Plan], at), shown(net, &is.Plans[got.Plan], at)
				if !slices.Equal(want, got) {
					t.Fatalf("controller %d, entry %d at %g s: shows %v, want %v", i, e, at, got, want)
				}
			}
		}
	}
}

func TestActuatedStagesSurviveTheWayThroughSUMO(t *testing.T) {
	for _, recall := range []signals.Recall{signals.MinRecall, signals.NoRecall} {
		net := build(t, sample.Town(network.RightHand))
		controls := kind(t, net, signals.StageActuated, signals.ControlOptions{NoWalks: true, SetBack: 2})
		for i := range controls {
			for k := range controls[i].Actuated.Stages {
				controls[i].Actuated.Stages[k].Recall = recall
			}
		}
		controls = slices.DeleteFunc(controls, func(c signals.Control) bool { return len(c.Actuated.Stages) < 3 })
		if len(controls) == 0 {
			t.Fatal("no stages that can be left out")
		}
		back, notes := again(t, net, controls)
		for i := range back {
			was, is := controls[i].Actuated.Stages, back[i].Actuated.Stages
			if len(was) != len(is) {
				t.Fatalf("recall %v, controller %d: %d stages, want %d", recall, i, len(is), len(was))
			}
			for k := range was {
				w, g := was[k], is[k]
				if !slices.Equal(w.Groups, g.Groups) || w.Max != g.Max || w.Extension != g.Extension || g.Min > w.Min {
					t.Errorf("recall %v, controller %d, stage %d: %+v, want %+v", recall, i, k, g, w)
				}
				if w.Recall != g.Recall {
					t.Errorf("recall %v, controller %d, stage %d: recall %v, want %v", recall, i, k, g.Recall, w.Recall)
				}
			}
			if want, got := furthest(controls[i].Detectors), furthest(back[i].Detectors); !reflect.DeepEqual(want, got) {
				t.Errorf("controller %d: detectors at %v, want %v", i, got, want)
			}
		}
		if recall == signals.NoRecall && len(notes) == 0 {
			t.Error("no note on the choice of the next stage, which SUMO makes otherwise")
		}
	}
}

// furthest returns where the detector furthest from the stop line of each lane begins, m.
func furthest(detectors []signals.Detector) map[network.LaneID]float64 {
	at := map[network.LaneID]float64{}
	for _, d := range detectors {
		if old, ok := at[d.Lane]; !ok || d.From < old {
			at[d.Lane] = math.Round(d.From*1000) / 1000
		}
	}
	return at
}

func TestRingsSurviveTheWayThroughSUMO(t *testing.T) {
	net := grid(t)
	free := kind(t, net, signals.RingBarrier, signals.ControlOptions{NoWalks: true})
	coordinated := kind(t, net, signals.RingBarrier, signals.ControlOptions{NoWalks: true})
	for i := range coordinated {
		if err := coordinated[i].Coordinate(net, 100, float64(9*i)); err != nil {
			t.Fatal(err)
		}
	}
	for name, controls := range map[string][]signals.Control{"free": free, "coordinated": coordinated} {
		back, notes := again(t, net, controls)
		t.Logf("%s: %q", name, notes)
		for i := range back {
			was, is := controls[i].NEMA, back[i].NEMA
			if len(was.Phases) != len(is.Phases) || len(was.Patterns) != len(is.Patterns) {
				t.Fatalf("%s, controller %d: %d phases and %d patterns, want %d and %d", name, i, len(is.Phases), len(is.Patterns), len(was.Phases), len(was.Patterns))
			}
			if len(was.Barriers[0].Rings) == 2 && !reflect.DeepEqual(was.Barriers, is.Barriers) {
				t.Errorf("%s, controller %d: barriers %v, want %v", name, i, is.Barriers, was.Barriers)
			}
			for k := range was.Phases {
				w, g := was.Phases[k], is.Phases[k]
				if w.Number != g.Number || !slices.Equal(w.Groups, g.Groups) || w.Yellow != g.Yellow || w.RedClear != g.RedClear ||
					w.Passage != g.Passage || w.Recall != g.Recall {
					t.Errorf("%s, controller %d: phase %+v, want %+v", name, i, g, w)
				}
				if name == "free" && (w.MinGreen != g.MinGreen || w.MaxGreen != g.MaxGreen) {
					t.Errorf("controller %d, phase %d: green of %g to %g s, want %g to %g", i, w.Number, g.MinGreen, g.MaxGreen, w.MinGreen, w.MaxGreen)
				}
			}
			for k := range was.Patterns {
				w, g := was.Patterns[k], is.Patterns[k]
				if w.Cycle != g.Cycle || w.Offset != g.Offset || w.Reference != g.Reference || w.ForceOff != g.ForceOff ||
					!slices.Equal(w.Splits, g.Splits) || !slices.Equal(w.Coordinated, g.Coordinated) {
					t.Errorf("controller %d: pattern %+v, want %+v", i, g, w)
				}
			}
		}
	}
}

func TestWhatSUMOCannotExpressIsTold(t *testing.T) {
	net := grid(t)
	for k, want := range map[signals.Kind]string{
		signals.PressureBased: "nothing like max_pressure control", signals.SelfOrganised: "nothing like sotl control",
		signals.StageActuated: "signals for people on foot are left out", signals.RingBarrier: "signals for people on foot are left out",
	} {
		if _, notes := file(t, net, kind(t, net, k, signals.ControlOptions{})[:1]); !strings.Contains(strings.Join(notes, "\n"), want) {
			t.Errorf("%v: notes %q, want one with %q", k, notes, want)
		}
	}
}

func TestDarkAndFlashingSignalsSurvive(t *testing.T) {
	net := grid(t)
	controls := []signals.Control{{Controller: 0, Kind: signals.SwitchedOff}, {Controller: 1, Kind: signals.SwitchedToFlash}}
	back, _ := again(t, net, controls)
	for i := range back {
		if back[i].Kind != controls[i].Kind {
			t.Errorf("controller %d is %v, want %v", i, back[i].Kind, controls[i].Kind)
		}
	}
}

func TestWAUTSaysWhatRunsWhen(t *testing.T) {
	net := grid(t)
	text, _ := file(t, net, kind(t, net, signals.FixedTime, signals.ControlOptions{})[:1])
	one := text[strings.Index(text, "    <tlLogic") : strings.Index(text, "</tlLogic>")+len("</tlLogic>")]
	with := func(waut string) string {
		var b strings.Builder
		b.WriteString("<additional>")
		for _, name := range []string{"night", "day", "peak"} {
			b.WriteString(strings.Replace(one, `programID="plan1"`, `programID="`+name+`"`, 1))
		}
		return b.String() + waut + `</additional>`
	}
	for name, c := range map[string]struct {
		waut    string
		entries []signals.Entry
		runs    []string
		note    string
	}{
		"none: the last runs": {"", nil, []string{"peak"}, "the last runs, peak"},
		"three times a day": {
			`<WAUT id="w" refTime="3600" startProg="night"><wautSwitch time="21600" to="peak"/><wautSwitch time="1:00:00" to="day"/></WAUT><wautJunction wautID="w" junctionID="tl0"/>`,
			[]signals.Entry{{At: 0, Plan: 0}, {At: 7200, Plan: 1}, {At: 25200, Plan: 2}},
			[]string{"night", "day", "peak"},
			"a transition",
		},
		"by turns": {
			`<WAUT id="w" startProg="night" period="43200"><wautSwitch time="21600" to="day"/><wautSwitch time="36000" to="night"/></WAUT><wautJunction wautID="w" junctionID="tl0"/>`,
			[]signals.Entry{{At: 0, Plan: 0}, {At: 21600, Plan: 1}, {At: 36000, Plan: 0}, {At: 64800, Plan: 1}, {At: 79200, Plan: 0}},
			[]string{"night", "day"},
			"",
		},
		"one that is not there": {
			`<WAUT id="w" startProg="night"><wautSwitch time="60" to="weekend"/></WAUT><wautJunction wautID="w" junctionID="tl0"/>`,
			nil,
			[]string{"night"},
			`program "weekend", which there is not`,
		},
		"another day": {
			`<WAUT id="w" startProg="day"><wautSwitch time="60" to="peak"/><wautSwitch time="90000" to="night"/></WAUT><wautJunction wautID="w" junctionID="tl0"/>`,
			[]signals.Entry{{At: 0, Plan: 0}, {At: 60, Plan: 1}},
			[]string{"day", "peak"},
			"after the first day",
		},
	} {
		controls, report := read(t, net, with(c.waut))
		if len(controls) != 1 {
			t.Fatalf("%s: %d controls, %+v", name, len(controls), report.Left)
		}
		var got []signals.Entry
		for _, d := range controls[0].Fixed.Days {
			got = append(got, d.Entries...)
		}
		if !slices.Equal(got, c.entries) || !slices.Equal(report.Taken[0].Programs, c.runs) || !strings.Contains(strings.Join(report.Notes, "\n"), c.note) {
			t.Errorf("%s: entries %v of %v, notes %q; want %v of %v and %q", name, got, report.Taken[0].Programs, report.Notes, c.entries, c.runs, c.note)
		}
	}
}

// TestWhatIsWrongWithAProgramIsTold: unknown signals, short states, phases without numbers, conflicting greens.
func TestWhatIsWrongWithAProgramIsTold(t *testing.T) {
	net := grid(t)
	links := sumonet.WrittenLinks(net)
	n := len(links.Signals["tl0"].Connectors)
	for name, c := range map[string]struct{ text, want string }{
		"nowhere":     {`<tlLogic id="T" programID="a"><phase duration="9" state="G"/></tlLogic>`, "no signals of that id"},
		"short":       {`<tlLogic id="tl0" programID="a"><phase duration="9" state="G"/></tlLogic>`, "want one for each of"},
		"letters":     {`<tlLogic id="tl0" programID="a"><phase duration="9" state="` + strings.Repeat("x", n) + `"/></tlLogic>`, "unknown letter"},
		"conflicting": {`<tlLogic id="tl0" programID="a"><phase duration="9" state="` + strings.Repeat("G", n) + `"/></tlLogic>`, "their paths cross"},
		"never green": {`<tlLogic id="tl0" programID="a"><phase duration="9" state="` + strings.Repeat("r", n) + `"/></tlLogic>`, "green in no phase"},
		"type":        {`<tlLogic id="tl0" programID="a" type="sotl_phase"><phase duration="9" state="` + strings.Repeat("r", n) + `"/></tlLogic>`, `of type "sotl_phase"`},
		"unnamed":     {`<tlLogic id="tl0" programID="a" type="NEMA"><phase duration="9" state="` + strings.Repeat("r", n) + `"/></tlLogic>`, "want its number"},
		"ringless": {
			`<tlLogic id="tl0" programID="a" type="NEMA"><phase duration="9" name="2" yellow="3" red="1" state="` + strings.Repeat("r", n) + `"/></tlLogic>`,
			"phase 2 is in no ring",
		},
	} {
		controls, report := read(t, net, "<additional>"+c.text+"</additional>")
		if len(controls) != 0 || len(report.Left) != 1 || !strings.Contains(report.Left[0].Why, c.want) {
			t.Errorf("%s: %d controls, left %+v; want none, and why: %q", name, len(controls), report.Left, c.want)
		}
	}
}

func FuzzImport(f *testing.F) {
	net := grid(f)
	links := sumonet.WrittenLinks(net)
	for _, k := range []signals.Kind{signals.FixedTime, signals.StageActuated, signals.RingBarrier} {
		text, _ := file(f, net, kind(f, net, k, signals.ControlOptions{NoWalks: true})[:2])
		f.Add([]byte(text))
	}
	for _, long := range []string{"-1e9", "-9.87654321e250", "1e308"} {
		f.Add([]byte(`<additional><tlLogic id="tl0" programID="a"/><WAUT id="w" startProg="a" refTime="` + long + `" period="77.7"><wautSwitch time="` + long +
			`" to="a"/></WAUT><wautJunction wautID="w" junctionID="tl0"/></additional>`))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var all sumonet.Signals
		if all.AddFrom(bytes.NewReader(data)) != nil {
			return
		}
		controls, _ := tllogic.Import(net, links, &all, tllogic.Options{})
		for i := range controls {
			if err := signals.CheckControl(net, &controls[i]); err != nil {
				t.Fatalf("a control that is not fit was taken: %v", err)
			}
		}
		_, _ = tllogic.Export(net, links, controls)
	})
}
