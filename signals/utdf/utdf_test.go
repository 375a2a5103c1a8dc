package utdf

import (
	"bytes"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/signals"
)

func build(t testing.TB, spec *network.Spec) *network.Network {
	t.Helper()
	net, err := network.Build(spec)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

func fixed(net *network.Network) []signals.Control {
	plans, _ := signals.DefaultPlans(net)
	var out []signals.Control
	for i := range plans {
		plans[i].Offset = float64(7 * i)
		out = append(out, signals.Control{Controller: plans[i].Controller, Timings: plans[i].Groups, Fixed: &signals.Schedule{Plans: plans[i : i+1]}})
	}
	return out
}

func again(t *testing.T, net *network.Network, controls []signals.Control) ([]signals.Control, *Report, string) {
	t.Helper()
	var b bytes.Buffer
	notes, err := Export(&b, net, controls, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(notes) > 0 {
		t.Logf("%v", notes)
	}
	f, err := Parse(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	back, report := Import(f, net, Options{})
	return back, report, b.String()
}

// greens returns how long each group is green in a cycle, s, and when its first green begins on the plan clock.
func greens(net *network.Network, p *signals.Plan) (green, begins []float64) {
	n := len(net.Controllers[p.Controller].Groups)
	green, begins = make([]float64, n), make([]float64, n)
	at := p.Offset
	for _, i := range signals.Intervals(net, p) {
		for k, a := range i.Aspects {
			if a == signals.Green {
				if green[k] == 0 {
					begins[k] = wrapped(at, p.Cycle())
				}
				green[k] += i.Duration
			}
		}
		at += i.Duration
	}
	return green, begins
}

func TestFixedPlansComeBack(t *testing.T) {
	net := build(t, sample.Town(network.RightHand))
	controls := fixed(net)
	back, report, text := again(t, net, controls)
	if len(back) != len(controls) {
		t.Fatalf("%d of %d controls come back: %+v\n%s", len(back), len(controls), report, text)
	}
	for i := range back {
		p, q := &controls[i].Fixed.Plans[0], &back[i].Fixed.Plans[0]
		if math.Abs(p.Cycle()-q.Cycle()) > 0.01 {
			t.Errorf("controller %d: cycle %v s, want %v", i, q.Cycle(), p.Cycle())
		}
		g, _ := greens(net, p)
		h, _ := greens(net, q)
		for k := range g {
			if math.Abs(g[k]-h[k]) > 0.01 {
				t.Errorf("controller %d: %s is green for %.2f s, want %.2f", i, net.SignalGroups[net.Controllers[i].Groups[k]].Name, h[k], g[k])
			}
		}
		if off := math.Remainder(p.Offset-q.Offset, p.Cycle()); math.Abs(off) > 0.01 && len(p.Stages) == len(q.Stages) {
			t.Errorf("controller %d: offset %v s, want %v", i, q.Offset, p.Offset)
		}
	}
}

// eight is a crossing of two streets with protected left turns: phases 1 to 8 as NEMA has them, in feet, in a frame of its own, as
// Synchro would write it.
const eight = `[Network]
Network Settings
RECORDNAME,DATA
UTDFVERSION,8
Metric,0

[Nodes]
Node Data
INTID,TYPE,X,Y,Z,DESCRIPTION,CBD
3,0,10,-20,0,,
1,1,-1000,-20,0,,
2,1,1000,-20,0,,
4,1,10,-1000,0,,
5,1,10,1000,0,,

[Links]
Link Data
RECORDNAME,INTID,NB,SB,EB,WB
Up ID,3,4,5,1,2
Lanes,3,2,2,2,2
Name,3,Main St,,Central Ave,Central Ave
Up ID,1,,,,3

[Lanes]
Lane Group Data
RECORDNAME,INTID,NBL,NBT,NBR,SBL,SBT,SBR,EBL,EBT,EBR,WBL,WBT,WBR,PED,HOLD
Up Node,3,4,4,4,5,5,5,1,1,1,2,2,2,,
Lanes,3,1,1,0,1,1,0,1,1,0,1,1,0,,
Shared,3,0,2,,0,2,,0,2,,0,2,,,
Phase1,3,5,2,,1,6,,7,4,,3,8,,,
PermPhase1,3,2,,,6,,,4,,,8,,,,

[Timeplans]
Timing Plan Settings
RECORDNAME,INTID,DATA
Control Type,3,3
Cycle Length,3,90.0
Referenced To,3,0
Reference Phase,3,206
Offset,3,12.0

[Phases]
Phasing Data
RECORDNAME,INTID,D1,D2,D3,D4,D5,D6,D7,D8
BRP,3,111,112,211,212,121,122,221,222
MinGreen,3,5,8,5,8,5,8,5,8
MaxGreen,3,10.5,30.5,10.5,20.5,10.5,30.5,10.5,20.5
VehExt,3,3,3,3,3,3,3,3,3
MinGap,3,3,3,3,2,3,3,3,3
Yellow,3,3.5,3.5,3.5,3.5,3.5,3.5,3.5,3.5
AllRed,3,1,1,1,1,1,1,1,1
Recall,3,,3,,0,,3,,0
DualEntry,3,,1,,1,,1,,1
`

func crossing(t testing.TB) *network.Network {
	return build(t, sample.Cross(sample.CrossSpec{Control: network.Signalised, Lanes: 2, Arrows: []network.TurnSet{1<<network.Through | 1<<network.Right, 1 << network.Left}}))
}

func TestPhasesOfEight(t *testing.T) {
	net := crossing(t)
	f, err := Parse(strings.NewReader(eight))
	if err != nil {
		t.Fatal(err)
	}
	controls, report := Import(f, net, Options{})
	if len(controls) != 1 || len(report.Unmatched) > 0 {
		t.Fatalf("%d controls, report %+v", len(controls), report)
	}
	n := controls[0].NEMA
	if n == nil || len(n.Phases) != 8 || len(n.Barriers) != 2 || len(n.Patterns) != 1 {
		t.Fatalf("control %+v, want eight phases, two barriers and a pattern", controls[0])
	}
	p := n.Patterns[0]
	if p.Cycle != 90 || p.Offset != 12 || p.Splits[1] != 35 || p.Reference != signals.GreenReference || len(p.Coordinated) != 2 {
		t.Errorf("pattern %+v", p)
	}
	if n.Phases[3].Reduction == nil || n.Phases[3].Reduction.Least != 2 || n.Phases[1].Recall != signals.MaxRecall || !n.Phases[1].DualEntry {
		t.Errorf("phases %+v", n.Phases)
	}
	for i, want := range []int{1, 2, 1, 2, 1, 2, 1, 2} { // left turns are permitted in the through phases, too
		if got := len(n.Phases[i].Groups); got != want {
			t.Errorf("phase %d has %d groups, want %d", i+1, got, want)
		}
	}
	back, report, text := again(t, net, controls)
	if len(back) != 1 || back[0].NEMA == nil {
		t.Fatalf("%+v\n%s", report, text)
	}
	q := back[0].NEMA
	for i := range n.Phases {
		a, b := n.Phases[i], q.Phases[i]
		if a.Number != b.Number || a.MaxGreen != b.MaxGreen || a.Yellow != b.Yellow || a.RedClear != b.RedClear || a.MinGreen != b.MinGreen || len(a.Groups) != len(b.Groups) || a.Recall != b.Recall {
			t.Errorf("phase %d comes back as %+v, want %+v", a.Number, b, a)
		}
	}
	if r := q.Patterns[0]; r.Cycle != p.Cycle || r.Offset != p.Offset || r.Reference != p.Reference {
		t.Errorf("pattern comes back as %+v, want %+v", r, p)
	}
}

func TestCoordinatedTimingsAsAFixedPlan(t *testing.T) {
	net := crossing(t)
	f, err := Parse(strings.NewReader(eight))
	if err != nil {
		t.Fatal(err)
	}
	controls, report := Import(f, net, Options{Fixed: true})
	if len(controls) != 1 || controls[0].Fixed == nil {
		t.Fatalf("%+v", report)
	}
	p := &controls[0].Fixed.Plans[0]
	if p.Cycle() != 90 {
		t.Errorf("cycle %v s, want 90", p.Cycle())
	}
	green, begins := greens(net, p)
	for k, g := range net.Controllers[0].Groups {
		want := 30.5
		if turnsOf(net, g)[0] == "l" {
			want = 10.5 + 4.5 + 30.5 // protected, the clearance between, permitted
		}
		if dir := math.Abs(math.Sin(heading(net, net.SignalGroups[g].Approach))); dir < 0.5 {
			want -= 10 // the other street
		}
		if math.Abs(green[k]-want) > 0.01 {
			t.Errorf("%s is green for %.2f s, want %.2f", net.SignalGroups[g].Name, green[k], want)
		}
		if turnsOf(net, g)[0] == "t" && want == 30.5 && math.Abs(math.Remainder(begins[k]-12, 90)) > 0.01 {
			t.Errorf("the reference phase begins at %.2f s, want the offset, 12", begins[k])
		}
	}
}

func TestWhatIsNotThereIsTold(t *testing.T) {
	net := crossing(t)
	far := strings.Replace(eight, "3,0,10,-20,0", "3,0,50000,-20,0", 1)
	f, err := Parse(strings.NewReader(far))
	if err != nil {
		t.Fatal(err)
	}
	controls, report := Import(f, net, Options{})
	if len(controls) != 0 || len(report.Unmatched) != 1 || report.Without != 1 || report.Unmatched[0].Junction != 3 {
		t.Errorf("%d controls, %+v", len(controls), report)
	}
	for text, want := range map[string]string{
		"hello\n":                                "no section",
		"[Nodes]\nINTID,TYPE,X,Y\nx,0,1,1\n":     "line 3: INTID",
		"[Nodes]\nINTID,TYPE,X,Y\n1,0,nan,1\n":   "line 3: X",
		"[Phases]\nRECORDNAME,INTID,D1\nBRP,q,1": "line 3: INTID",
	} {
		if _, err := Parse(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q in it", text, err, want)
		}
	}
}

func FuzzImport(f *testing.F) {
	net := crossing(f)
	f.Add([]byte(eight))
	f.Add([]byte("[Timeplans]\nRECORDNAME,INTID,DATA\nControl Type,3,0\n[Phases]\nRECORDNAME,INTID,D1\nMaxGreen,3,5\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Parse(bytes.NewReader(data))
		if err != nil {
			return
		}
		for _, o := range []Options{{}, {Fixed: true}} {
			controls, _ := Import(file, net, o)
			for i, err := range signals.CheckControls(net, controls) {
				if err != nil {
					t.Fatalf("control %d: %v", i, err)
				}
			}
		}
	})
}

// TestPeopleOnFootAndDetectorsComeBack: walk, flashing, recall, and where detectors lie, how long they are and what they do.
func TestPeopleOnFootAndDetectorsComeBack(t *testing.T) {
	net := build(t, sample.Town(network.RightHand))
	plans, _ := signals.DefaultPlans(net)
	var controls []signals.Control
	for i := range plans {
		c, err := signals.DefaultControl(net, &plans[i], signals.RingBarrier, signals.ControlOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for k := range c.Walks {
			c.Walks[k].Walk, c.Walks[k].Clearance, c.Walks[k].Recall = 8, 13, i == 0
		}
		for k := range c.Detectors {
			c.Detectors[k].Lock = c.Detectors[k].Kind == signals.Advance && i != 0
		}
		controls = append(controls, c)
	}
	back, report, text := again(t, net, controls)
	if len(back) != len(controls) {
		t.Fatalf("%d of %d controls come back: %+v\n%s", len(back), len(controls), report, text)
	}
	walks := 0
	for i := range back {
		was, is := &controls[i], &back[i]
		walks += len(was.Walks)
		for k := range was.NEMA.Phases {
			w, same := walkOf(was, &was.NEMA.Phases[k])
			g, _ := walkOf(is, &is.NEMA.Phases[k])
			if !same || w.Walk != g.Walk || w.Clearance != g.Clearance || w.Recall != g.Recall {
				t.Errorf("controller %d, phase %d: walks %v, want %v", i, was.NEMA.Phases[k].Number, g, w)
			}
			if a, b := arms(was, k), arms(is, k); !slices.Equal(a, b) {
				t.Errorf("controller %d, phase %d: people cross arms %v, want %v", i, was.NEMA.Phases[k].Number, b, a)
			}
		}
		if a, b := loops(was), loops(is); !slices.Equal(a, b) {
			t.Errorf("controller %d: detectors\n%s, want\n%s", i, strings.Join(b, "\n"), strings.Join(a, "\n"))
		}
	}
	if walks == 0 {
		t.Error("nobody walks: the test tests nothing")
	}
}

// arms returns the arms that people cross in a phase, ascending.
func arms(c *signals.Control, phase int) (out []network.EdgeID) {
	for _, w := range c.NEMA.Phases[phase].Walks {
		out = append(out, c.Walks[w].Edge)
	}
	slices.Sort(out)
	return out
}

// loops describes the detectors of vehicles, sorted.
func loops(c *signals.Control) (out []string) {
	for _, d := range c.Detectors {
		if d.Kind == signals.StopLine || d.Kind == signals.Advance {
			out = append(out, fmt.Sprintf("%v on lane %d from %.2f to %.2f for %v, lock %v", d.Kind, d.Lane, d.From, d.To, d.Groups, d.Lock))
		}
	}
	slices.Sort(out)
	return out
}

// TestSynchrosDetectorsAndWalksAreRead in feet: 6 ft at 94 ft and 20 ft at the line; people cross on the kerb side of each phase.
func TestSynchrosDetectorsAndWalksAreRead(t *testing.T) {
	net := build(t, sample.Cross(sample.CrossSpec{Control: network.Signalised, Lanes: 1}))
	var b strings.Builder
	b.WriteString("[Network]\nRECORDNAME,DATA\nMetric,0\n[Nodes]\nINTID,TYPE,X,Y,Z,DESCRIPTION,LONGITUDE,LATITUDE\n")
	at := centre(net, 0)
	lon, lat := net.Projection.ToLonLat(at)
	fmt.Fprintf(&b, "1,0,%f,%f,0,,%f,%f\n", at.X, at.Y, lon, lat)
	b.WriteString("[Links]\nRECORDNAME,INTID,NB,SB,EB,WB\nUp ID,1,11,12,13,14\n")
	b.WriteString("[Lanes]\nRECORDNAME,INTID,NBT,SBT,EBT,WBT\nPhase1,1,2,6,4,8\nnumDetects,1,2,2,1,0\nDetectPos1,1,0,0,-2,\nDetectSize1,1,20,20,20,\nDetectType1,1,3,3,3,\n" +
		"DetectPos2,1,94,94,,\nDetectSize2,1,6,6,,\nDetectType2,1,2,3,,\nDetectExtend2,1,1.5,0,,\n")
	b.WriteString("[Timeplans]\nRECORDNAME,INTID,DATA\nControl Type,1,1\n[Phases]\nRECORDNAME,INTID,D2,D4,D6,D8\nBRP,1,112,212,122,222\nMinGreen,1,8,8,8,8\nMaxGreen,1,40,30,40,30\n" +
		"VehExt,1,3,3,3,3\nYellow,1,4,4,4,4\nAllRed,1,2,2,2,2\nRecall,1,1,0,2,0\nWalk,1,7,7,2,\nDontWalk,1,11,12,13,\n")
	f, err := Parse(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	controls, report := Import(f, net, Options{})
	if len(controls) != 1 {
		t.Fatalf("%d controls, %+v", len(controls), report)
	}
	c := &controls[0]
	kinds := map[signals.DetectorKind]int{}
	for _, d := range c.Detectors {
		kinds[d.Kind]++
		length := net.Lanes[max(0, d.Lane)].Length
		if d.Kind == signals.Advance && (math.Abs(length-d.To-94*0.3048) > 0.01 || math.Abs(d.To-d.From-6*0.3048) > 0.01) {
			t.Errorf("%s from %.2f to %.2f m of %.2f, want 6 ft at 94 ft before the line", d.Name, d.From, d.To, length)
		}
	}
	if kinds[signals.StopLine] != 4 || kinds[signals.Advance] != 2 || kinds[signals.PushButton] != len(c.Walks) {
		t.Errorf("detectors %v for %d walks, want 4 at the lines, 2 upstream and a button each", kinds, len(c.Walks))
	}
	times := map[int][3]any{}
	for i := range c.NEMA.Phases {
		if p := &c.NEMA.Phases[i]; len(p.Walks) > 0 {
			w := c.Walks[p.Walks[0]]
			times[p.Number] = [3]any{w.Walk, w.Clearance, w.Recall}
		}
	}
	want := map[int][3]any{2: {7.0, 11.0, false}, 4: {7.0, 12.0, false}, 6: {4.0, 13.0, true}}
	if !reflect.DeepEqual(times, want) {
		t.Errorf("walks by phase %v, want %v (%q)", times, want, report.Notes)
	}
	if text := strings.Join(report.Notes, "\n"); !strings.Contains(text, "extensions, delays") || !strings.Contains(text, "is raised to 4 s") {
		t.Errorf("notes %q, want that a detector's own extension is passed over and that 2 s of walk are too short", report.Notes)
	}
}
