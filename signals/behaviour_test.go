package signals_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/signals"
)

// bench is one controller on a test bench: what its detectors sense is set by hand, and what it shows is read off.
type bench struct {
	t       testing.TB
	net     *network.Network
	system  *signals.System
	control signals.Control
	now     int64 // tenths
	on      map[string]bool
}

// newBench puts the control of the only controller of a town on the bench.
func newBench(t testing.TB, net *network.Network, control *signals.Control) *bench {
	t.Helper()
	plans, _ := signals.DefaultPlans(net)
	s, err := signals.New(net, plans, *control)
	if err != nil {
		t.Fatal(err)
	}
	return &bench{t: t, net: net, system: s, control: *control, on: map[string]bool{}}
}

// run runs for so many seconds.
func (b *bench) run(seconds float64) {
	for range int(math.Round(10 * seconds)) {
		for i, d := range b.system.Detectors() {
			n := uint16(0)
			if b.on[d.Name] {
				n = 4
			}
			r := signals.Reading{Occupied: n > 0, Vehicles: n, Standing: n}
			if n > 0 && b.now%600 == 0 {
				r.Passed = 1 // or it is taken for broken after a quarter of an hour
			}
			b.system.Report(i, r)
		}
		b.system.Step(float64(b.now) / 10)
		b.now++
	}
}

// put sets whether somebody is on the detectors of a kind that call a group.
func (b *bench) put(g network.SignalGroupID, kind signals.DetectorKind, on bool) {
	for _, d := range b.system.Detectors() {
		if d.Kind == kind && slices.Contains(d.Groups, g) {
			b.on[d.Name] = on
		}
	}
}

func (b *bench) aspect(g network.SignalGroupID) signals.Aspect { return b.system.Aspects()[g] }

// until runs until a group shows an aspect, for most seconds at most, and returns how long that took.
func (b *bench) until(g network.SignalGroupID, want signals.Aspect, most float64) float64 {
	b.t.Helper()
	for waited := 0.0; waited < most; waited += 0.1 {
		if b.aspect(g) == want {
			return waited
		}
		b.run(0.1)
	}
	b.t.Fatalf("at %.1f s: %s is %v after %.0f s, want %v", float64(b.now)/10, b.net.SignalGroups[g].Name, b.aspect(g), most, want)
	return 0
}

// group returns the group of a name that ends so.
func group(t testing.TB, net *network.Network, suffix string) network.SignalGroupID {
	t.Helper()
	for g := range net.SignalGroups {
		if strings.HasSuffix(net.SignalGroups[g].Name, suffix) {
			return network.SignalGroupID(g)
		}
	}
	t.Fatalf("no group %q", suffix)
	return 0
}

// actuated returns the cross of a kind under actuated control without walks: two stages, eastbound first.
func actuated(t testing.TB, change func(a *signals.Actuated)) *bench {
	net := build(t, sample.GridSpec{Columns: 1, Rows: 1, Lanes: 1, Signals: true})
	plans, _ := signals.DefaultPlans(net)
	control, err := signals.DefaultControl(net, &plans[0], signals.StageActuated, signals.ControlOptions{NoWalks: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range control.Actuated.Stages {
		s := &control.Actuated.Stages[i]
		s.Min, s.Max, s.Extension = 8, 30, 3
	}
	if change != nil {
		change(control.Actuated)
	}
	return newBench(t, net, &control)
}

func near(t *testing.T, what string, got, want, by float64) {
	t.Helper()
	if math.Abs(got-want) > by {
		t.Errorf("%s: %.1f s, want %.1f ± %.1f", what, got, want, by)
	}
}

func TestActuatedRestsUntilItIsCalled(t *testing.T) {
	b := actuated(t, nil)
	east, north := group(t, b.net, "eastbound"), group(t, b.net, "northbound")
	b.run(300)
	if b.aspect(east) != signals.Green || b.aspect(north) != signals.Red {
		t.Fatalf("without calls: %v and %v, want green and red", b.aspect(east), b.aspect(north))
	}
	b.put(north, signals.StopLine, true)
	near(t, "a call after a long green is served after amber and clearance", b.until(north, signals.Green, 20), 5.5, 1)
}

func TestActuatedGapsOutAndMaxesOut(t *testing.T) {
	b := actuated(t, nil)
	east, north := group(t, b.net, "eastbound"), group(t, b.net, "northbound")
	b.put(north, signals.StopLine, true)
	b.until(north, signals.Green, 60)
	// It is called back at once, nobody comes any more: minimum green.
	b.put(north, signals.StopLine, false)
	b.put(east, signals.StopLine, true)
	near(t, "nobody comes: minimum green", b.until(north, signals.Amber, 60), 8, 0.3)

	b.put(north, signals.StopLine, true)
	b.until(north, signals.Green, 60)
	b.run(12)
	b.put(north, signals.StopLine, false)
	near(t, "gap-out: the extension after the last", b.until(north, signals.Amber, 60), 3, 0.3)

	b.put(north, signals.StopLine, true)
	b.until(north, signals.Green, 60)
	near(t, "max-out: the maximum after the first call of another", b.until(north, signals.Amber, 60), 30, 0.3)
}

func TestGapReductionEndsAGreenSooner(t *testing.T) {
	b := actuated(t, func(a *signals.Actuated) {
		a.Stages[1].Reduction = &signals.GapReduction{Before: 8, Over: 4, Least: 1}
	})
	east, north := group(t, b.net, "eastbound"), group(t, b.net, "northbound")
	b.put(north, signals.StopLine, true)
	b.put(east, signals.StopLine, true)
	b.until(north, signals.Green, 60)
	b.run(14)
	b.put(north, signals.StopLine, false)
	near(t, "reduced gap", b.until(north, signals.Amber, 60), 1, 0.3)
}

func TestStagesThatNobodyCallsAreSkipped(t *testing.T) {
	all := towns(t)
	i := slices.IndexFunc(all, func(x town) bool { return x.name == "arrows on 3 lanes" })
	net := all[i].net
	plans, _ := signals.DefaultPlans(net)
	control, err := signals.DefaultControl(net, &plans[0], signals.StageActuated, signals.ControlOptions{NoWalks: true})
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, net, &control)
	left, side := group(t, net, "northbound, left"), group(t, net, "eastbound")
	main := group(t, net, "northbound")
	b.put(side, signals.StopLine, true)
	b.put(main, signals.StopLine, true)
	seen := 0
	for range 6000 {
		b.run(0.1)
		if b.aspect(left) == signals.Green {
			seen++
		}
	}
	if seen > 0 {
		t.Errorf("a turn that nobody calls was green for %.1f s in 10 minutes", float64(seen)/10)
	}
	b.put(left, signals.StopLine, true)
	b.until(left, signals.Green, 120)
}

func TestPushButtonGetsAWalkAndItsClearance(t *testing.T) {
	net := build(t, sample.GridSpec{Columns: 1, Rows: 1, Lanes: 2, Signals: true})
	plans, _ := signals.DefaultPlans(net)
	for _, kind := range deciding {
		control, err := signals.DefaultControl(net, &plans[0], kind, signals.ControlOptions{})
		if err != nil {
			t.Fatal(err)
		}
		b := newBench(t, net, &control)
		if len(b.system.Walks()) != 4 {
			t.Fatalf("%v: %d walks, want one for each arm", kind, len(b.system.Walks()))
		}
		b.run(60)
		for i, w := range b.system.Walks() {
			if a := b.system.WalkAspect(i); a != signals.Red {
				t.Errorf("%v: walk %s shows %v before anybody pushed", kind, w.Name, a)
			}
			name := "button " + w.Name
			b.on[name] = true
			shown := [2]float64{}
			for range 4000 {
				b.run(0.1)
				b.on[name] = false
				switch b.system.WalkAspect(i) {
				case signals.Green:
					shown[0] += 0.1
				case signals.Amber:
					shown[1] += 0.1
				}
				if shown[1] > 0 && b.system.WalkAspect(i) == signals.Red {
					break
				}
			}
			near(t, kind.String()+": walk", shown[0], w.Walk, 0.11)
			near(t, kind.String()+": clearance", shown[1], w.Clearance, 0.11)
		}
	}
}

func TestOffAndFlashing(t *testing.T) {
	b := actuated(t, nil)
	east := group(t, b.net, "eastbound")
	b.run(20)
	for _, row := range []struct {
		kind signals.Kind
		want signals.Aspect
	}{{signals.SwitchedToFlash, signals.FlashingAmber}, {signals.SwitchedOff, signals.Off}, {signals.SwitchedToFlash, signals.FlashingAmber}} {
		if err := b.system.SetControl(signals.Control{Kind: row.kind}); err != nil {
			t.Fatal(err)
		}
		b.run(0.2)
		if b.aspect(east) == signals.Red {
			t.Errorf("%v: eastbound from green to red", row.kind)
		}
		b.run(15)
		for g, a := range b.system.Aspects() {
			if a != row.want {
				t.Errorf("%v: group %d shows %v", row.kind, g, a)
			}
		}
		if stage, _, _ := b.system.Clock(0); stage != -1 {
			t.Errorf("%v: stage %d, want -1", row.kind, stage)
		}
	}
	if err := b.system.SetControl(b.control); err != nil {
		t.Fatal(err)
	}
	b.run(0.2)
	if b.aspect(east) != signals.Amber {
		t.Errorf("dark signals begin with %v, want amber", b.aspect(east))
	}
	b.until(east, signals.Green, 20)
}

// Max pressure serves where most wait, and nobody whose exits are full.
func TestMaxPressureServesTheLongerQueue(t *testing.T) {
	net := build(t, sample.GridSpec{Columns: 1, Rows: 1, Lanes: 1, Signals: true})
	plans, _ := signals.DefaultPlans(net)
	control, err := signals.DefaultControl(net, &plans[0], signals.PressureBased, signals.ControlOptions{NoWalks: true})
	if err != nil {
		t.Fatal(err)
	}
	s, err := signals.New(net, plans, control)
	if err != nil {
		t.Fatal(err)
	}
	north, east := group(t, net, "northbound"), group(t, net, "eastbound")
	share := func(before map[network.SignalGroupID]uint16, behind map[int]uint16) float64 {
		green := 0
		for tick := range 6000 {
			for i, d := range s.Detectors() {
				n := behind[i]
				if len(d.Groups) > 0 {
					n = before[d.Groups[0]]
				}
				s.Report(i, signals.Reading{Occupied: n > 0, Vehicles: n, Standing: n})
			}
			s.Step(float64(tick) / 10)
			if s.Aspects()[north] == signals.Green {
				green++
			}
		}
		return float64(green) / 6000
	}
	if got := share(map[network.SignalGroupID]uint16{north: 9, east: 3}, nil); got < 0.7 {
		t.Errorf("nine wait northbound, three eastbound: northbound has %.0f %% of the time", 100*got)
	}
	if got := share(map[network.SignalGroupID]uint16{north: 3, east: 9}, nil); got > 0.3 || got == 0 {
		t.Errorf("three wait northbound, nine eastbound: northbound has %.0f %% of the time, want some and not much", 100*got)
	}
	full := map[int]uint16{} // where northbound leads
	for i, d := range s.Detectors() {
		for _, c := range net.SignalGroups[north].Connectors {
			if len(d.Groups) == 0 && d.Lane == net.Connectors[c].To {
				full[i] = 200
			}
		}
	}
	if got := share(map[network.SignalGroupID]uint16{north: 9, east: 3}, full); got > 0.4 {
		t.Errorf("nine wait northbound before full streets: northbound has %.0f %% of the time", 100*got)
	}
}

func TestSelfOrganisedServesAtTheThreshold(t *testing.T) {
	net := build(t, sample.GridSpec{Columns: 1, Rows: 1, Lanes: 1, Signals: true})
	plans, _ := signals.DefaultPlans(net)
	control, err := signals.DefaultControl(net, &plans[0], signals.SelfOrganised, signals.ControlOptions{NoWalks: true})
	if err != nil {
		t.Fatal(err)
	}
	control.SOTL.Threshold = 80 // vehicle-seconds: four vehicles on the one lane of northbound for 20 s
	b := newBench(t, net, &control)
	north, east := group(t, net, "northbound"), group(t, net, "eastbound")
	b.run(30)
	for _, d := range b.system.Detectors() { // far, and so many that their platoon may be cut
		if slices.Contains(d.Groups, east) {
			b.on[d.Name] = true
		}
	}
	if b.aspect(east) != signals.Green {
		b.put(north, signals.Area, false)
		b.until(east, signals.Green, 60)
	}
	b.put(north, signals.Area, true)
	near(t, "threshold", b.until(east, signals.Amber, 60), 20, 0.5)
}
