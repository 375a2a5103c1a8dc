package signals

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
)

// The lights of a program, a letter a phase.
var lightLetters = map[rune]network.Light{
	'r': network.LightRed, 'u': network.LightRedAmber, 'G': network.LightGreen, 'g': network.LightYield,
	'y': network.LightAmber, 'o': network.LightFlashing, 'O': network.LightOff,
}

// programmed returns a crossing of two streets whose controller has a program: north and south show one string of lights,
// east and west another.
func programmed(t testing.TB, durations []float64, ns, ew string) *network.Network {
	t.Helper()
	net, err := network.Build(sample.Cross(sample.CrossSpec{Arms: 4, Control: network.Signalised}))
	if err != nil {
		t.Fatal(err)
	}
	net.Controllers[0].Program = &network.Program{Durations: durations}
	for g := range net.SignalGroups {
		group := &net.SignalGroups[g]
		text := ns
		if dir := arrival(net, group.Approach); math.Abs(dir.X) > math.Abs(dir.Y) {
			text = ew
		}
		group.Lights = nil
		for _, c := range text {
			group.Lights = append(group.Lights, lightLetters[c])
		}
	}
	return net
}

// shownOver returns what the first group of each street shows, a letter each tenth of a second of a cycle from time 0 on.
func shownOver(t testing.TB, net *network.Network, cycle float64) (ns, ew string) {
	t.Helper()
	plans, _ := DefaultPlans(net)
	system, err := New(net, plans)
	if err != nil {
		t.Fatal(err)
	}
	letters := map[Aspect]string{Red: "r", RedAmber: "u", Green: "G", Amber: "y"}
	for k := range int(math.Round(cycle * 10)) {
		system.Step(float64(k)/10 + 10*cycle)
		seen := [2]string{}
		for g, a := range system.Aspects() {
			street := 0
			if dir := arrival(net, net.SignalGroups[g].Approach); math.Abs(dir.X) > math.Abs(dir.Y) {
				street = 1
			}
			seen[street] = letters[a]
		}
		ns, ew = ns+seen[0], ew+seen[1]
	}
	if n := system.Faults(); n > 0 {
		t.Errorf("%d faults, want none", n)
	}
	return ns, ew
}

// runs writes how long each letter lasts, s: "G30 y3.3".
func runs(text string) string {
	var out []string
	for len(text) > 0 {
		n := len(text) - len(strings.TrimLeft(text, text[:1]))
		out = append(out, fmt.Sprintf("%s%g", text[:1], float64(n)/10))
		text = text[n:]
	}
	return strings.Join(out, " ")
}

func TestProgramsRunAsPublished(t *testing.T) {
	for name, c := range map[string]struct {
		durations      []float64
		ns, ew         string
		offset         float64
		wantNS, wantEW string
		notes          string // part of the only note; "" for none
	}{
		"amber and no all-red, as SUMO has it": {
			[]float64{31, 4, 31, 4}, "Gyrr", "rrGy", 0, "G31 y4 r35", "r35 G31 y4", "",
		},
		"all-red and red-amber": {
			[]float64{20, 3, 2, 1.5, 25, 3, 2, 1.5}, "Gyrrrrru", "rrruGyrr", 0, "G20 y3 r33.5 u1.5", "r25 u1.5 G25 y3 r3.5", "",
		},
		"an offset": {
			[]float64{31, 4, 31, 4}, "Gyrr", "rrGy", 10, "r10 G31 y4 r25", "G6 y4 r35 G25", "",
		},
		"all-red in place of amber, as CityFlow's papers have it": {
			[]float64{25, 5, 25, 5}, "Grrr", "rrGr", 0, "G25 y3.3 r31.7", "r30 G25 y3.3 r1.7", "4 greens end without an amber",
		},
	} {
		t.Run(name, func(t *testing.T) {
			net := programmed(t, c.durations, c.ns, c.ew)
			net.Controllers[0].Program.Offset = c.offset
			_, notes := DefaultPlans(net)
			if (c.notes == "") != (len(notes) == 0) || len(notes) > 0 && !strings.Contains(notes[0], c.notes) {
				t.Errorf("notes %q, want one with %q", notes, c.notes)
			}
			cycle := 0.0
			for _, d := range c.durations {
				cycle += d
			}
			ns, ew := shownOver(t, net, cycle)
			if runs(ns) != c.wantNS || runs(ew) != c.wantEW {
				t.Errorf("north and south show %s, east and west %s\nwant %s and %s", runs(ns), runs(ew), c.wantNS, c.wantEW)
			}
		})
	}
}

func TestAProgramWithoutClearanceGetsTheMonitors(t *testing.T) {
	net := programmed(t, []float64{30, 30}, "Gr", "rG")
	plans, notes := DefaultPlans(net)
	if len(notes) != 1 || !strings.Contains(notes[0], "begin up to") {
		t.Errorf("notes %q, want one that tells of later greens", notes)
	}
	if got := plans[0].Cycle(); math.Abs(got-60) > 1e-9 {
		t.Errorf("cycle %v s, want the program's 60", got)
	}
	ns, ew := shownOver(t, net, 60)
	timing := timingOf(net, net.Controllers[0].Groups[0], rulesOf(""))
	clearance := int(math.Round(10 * (timing.Amber + timing.AllRed)))
	if got := strings.Index(ew, "G"); got != 300+clearance {
		t.Errorf("east and west get green %.1f s into their phase, want %.1f", float64(got-300)/10, float64(clearance)/10)
	}
	if !strings.HasPrefix(ns[300:], "y") {
		t.Errorf("north and south show %q at the end of their phase, want amber", ns[300:301])
	}
}

func TestProgramsThatCannotRunAreReplaced(t *testing.T) {
	for name, c := range map[string]struct {
		durations []float64
		ns, ew    string
		want      string
	}{
		"conflicting greens":  {[]float64{30, 30}, "GG", "rG", "phase 1 shows group"},
		"never green":         {[]float64{30, 30}, "GG", "rr", "is green in no phase"},
		"too short":           {[]float64{30, 4}, "Gr", "rG", "phase 1 gives"},
		"flashing":            {[]float64{30, 30}, "Gr", "oG", "is off or flashes in phase 0"},
		"less than a moment":  {[]float64{30, 1e-5, 30}, "Grr", "rrG", "phase 1 lasts"},
		"lights of too few":   {[]float64{30, 4, 30}, "Gr", "rG", "lights for 2 phases, want 3"},
		"amber that is brief": {[]float64{30, 0.5, 30, 0.5}, "Gyrr", "rrGy", "amber 0.5 s"},
	} {
		t.Run(name, func(t *testing.T) {
			net := programmed(t, c.durations, c.ns, c.ew)
			plans, notes := DefaultPlans(net)
			if len(notes) != 1 || !strings.Contains(notes[0], c.want) || !strings.HasPrefix(notes[0], "controller 0") {
				t.Errorf("notes %q, want one of controller 0 with %q", notes, c.want)
			}
			if len(plans) != 1 || plans[0].stepped() {
				t.Errorf("plans %+v, want one of ours", plans)
			}
		})
	}
}

func TestGreenThatGivesWayMayMeetGreen(t *testing.T) {
	net := programmed(t, []float64{30, 4, 30, 4}, "gggg", "GyGy")
	plans, notes := DefaultPlans(net)
	if len(notes) != 0 || !plans[0].stepped() {
		t.Fatalf("notes %q, want none and the program", notes)
	}
	if ns, _ := shownOver(t, net, 68); strings.Trim(ns, "G") != "" {
		t.Errorf("north and south show %s, want green throughout", runs(ns))
	}
}

func TestPlansWithStepsSurviveSnapshotsAndEdits(t *testing.T) {
	net := programmed(t, []float64{31, 4, 31, 4}, "Gyrr", "rrGy")
	plans, _ := DefaultPlans(net)
	system, err := New(net, plans)
	if err != nil {
		t.Fatal(err)
	}
	edited := plans[0].clone()
	edited.Stages[0].Green = 40
	system.Step(33)
	if err := system.SetPlan(edited); err != nil {
		t.Fatal(err)
	}
	state := system.AppendState(nil)
	other, err := New(net, plans)
	if err != nil {
		t.Fatal(err)
	}
	if err := other.RestoreState(state); err != nil {
		t.Fatal(err)
	}
	for k := range 4000 {
		at := 33 + float64(k)/10
		system.Step(at)
		other.Step(at)
		for g := range system.Aspects() {
			if system.Aspects()[g] != other.Aspects()[g] {
				t.Fatalf("at %.1f s group %d shows %v, restored %v", at, g, system.Aspects()[g], other.Aspects()[g])
			}
		}
	}
	if plan, _ := system.Plan(0); system.Faults() > 0 || plan.Stages[0].Green != 40 {
		t.Errorf("%d faults and a first green of %v s, want none and 40", system.Faults(), plan.Stages[0].Green)
	}
	for i, a := range edited.Stages[0].Change[0].Aspects {
		if a == Amber {
			edited.Stages[0].Change[0].Aspects[i] = Red
		}
	}
	if err := Check(net, &edited); err == nil || !strings.Contains(err.Error(), "without an amber") {
		t.Errorf("a green that ends in red: error %v, want one that says so", err)
	}
}

// FuzzProgram gives the crossing programs of any kind: whatever comes of them runs without a fault.
func FuzzProgram(f *testing.F) {
	f.Add([]byte{30, 3, 30, 3}, "Gyrr", "rrGy")
	f.Add([]byte{30, 2, 30, 9, 1}, "Grgrr", "ruGyg")
	f.Add([]byte{5, 30, 30}, "GGr", "Grg")
	f.Fuzz(func(t *testing.T, seconds []byte, ns, ew string) {
		if len(seconds) > 12 || len(ns) != len(seconds) || len(ew) != len(seconds) {
			return
		}
		durations := make([]float64, len(seconds))
		for i, s := range seconds {
			durations[i] = float64(s) / 3
		}
		net := programmed(t, durations, ns, ew)
		plans, _ := DefaultPlans(net)
		system, err := New(net, plans)
		if err != nil {
			t.Fatal(err)
		}
		at := 0.0
		for range 3000 {
			at += 0.3
			system.Step(at)
		}
		if err := system.SetPlan(defaultPlan(net, 0, system.check.relations[0], system.check.law)); err != nil {
			t.Fatal(err)
		}
		for range 3000 {
			at += 0.3
			system.Step(at)
		}
		if system.Faults() > 0 {
			t.Errorf("a plan that was accepted tripped the monitor: %+v", plans[0])
		}
	})
}
