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

// ITE, t = 1.0 s, a = 3.05 m/s²: the metric cases derived from Y = t + v/(2a + 2Gg).
func TestAmberByITE(t *testing.T) {
	for _, row := range []struct{ kmh, level, down3, up3 float64 }{
		{30, 2.37, 2.51, 2.25}, {40, 2.82, 3.02, 2.66}, {50, 3.28, 3.52, 3.08}, {60, 3.73, 4.02, 3.49}, {70, 4.19, 4.53, 3.91}, {80, 4.64, 5.03, 4.32},
	} {
		for gradient, want := range map[float64]float64{0: row.level, -0.03: row.down3, 0.03: row.up3} {
			if got := signals.AmberTime(row.kmh/3.6, gradient); math.Abs(got-want) > 0.01 {
				t.Errorf("amber at %.0f km/h, gradient %.2f = %.3f s, want %.2f ± 0.01", row.kmh, gradient, got, want)
			}
		}
	}
	if got, want := signals.AllRedTime(18, 12), 24.1/12; math.Abs(got-want) > 1e-9 {
		t.Errorf("all-red = %.3f s, want %.3f", got, want)
	}
}

func TestEveryControllerGetsAPlan(t *testing.T) {
	for _, town := range towns(t) {
		s, plans := start(t, town)
		if len(plans) != len(town.net.Controllers) || len(plans) == 0 {
			t.Errorf("%s: %d plans for %d controllers", town.name, len(plans), len(town.net.Controllers))
		}
		for i := range plans {
			p := &plans[i]
			if c := p.Cycle(); c < 50-1e-9 || c > 120+1e-9 {
				t.Errorf("%s: cycle %.1f s, want 50 to 120", town.name, c)
			}
			green := map[network.SignalGroupID]bool{}
			for j, stage := range p.Stages {
				var names []string
				for _, g := range stage.Groups {
					green[g] = true
					names = append(names, town.net.SignalGroups[g].Name)
				}
				t.Logf("%s: stage %d %.1f + %.1f s: %s", town.name, j+1, stage.Green, stage.Intergreen, strings.Join(names, "; "))
			}
			for _, g := range town.net.Controllers[p.Controller].Groups {
				if !green[g] {
					t.Errorf("%s: %s is never green", town.name, town.net.SignalGroups[g].Name)
				}
			}
		}
		if stage, _, _ := s.Clock(0); stage != -1 {
			t.Errorf("%s: stage %d before the first step, want -1", town.name, stage)
		}
	}
}

func TestStreetSeesNoConflictOverTwoCycles(t *testing.T) {
	for _, town := range towns(t) {
		s, plans := start(t, town)
		w := newWatcher(t, town, plans)
		for i := range int(2*longest(plans)/step) + 1 {
			s.Step(25200 + float64(i)*step)
			w.see(s.Aspects())
		}
		for g, n := range w.greens {
			always := true // green
			for _, stage := range plans[town.net.SignalGroups[g].Controller].Stages {
				always = always && slices.Contains(stage.Groups, network.SignalGroupID(g))
			}
			if n == 0 && !always {
				t.Errorf("%s: %s was not green in two cycles", town.name, town.net.SignalGroups[g].Name)
			}
		}
		if s.Faults() != 0 {
			t.Errorf("%s: %d conflict monitors tripped", town.name, s.Faults())
		}
	}
}

// What a traffic engineer would draw. Stages are compared as sets of "direction" or "direction, left".
func TestStagesOfCommonCrossings(t *testing.T) {
	want := map[string][]string{
		"cross of 1 lanes":         {"eastbound+westbound", "northbound+southbound"},
		"three arms of 2 lanes":    {"northbound+southbound", "eastbound+eastbound, left"},
		"arrows on 3 lanes":        {"eastbound, left+westbound, left", "eastbound+westbound", "northbound, left+southbound, left", "northbound+southbound"},
		"main road and side road":  {"eastbound+westbound", "northbound+southbound"},
		"British cross of 2 lanes": {"eastbound+westbound", "northbound+southbound"},
		"four crossings, one cabinet": {
			"eastbound+eastbound+eastbound+eastbound+westbound+westbound+westbound+westbound",
			"northbound+northbound+northbound+northbound+southbound+southbound+southbound+southbound",
		},
	}
	for _, town := range towns(t) {
		stages, ok := want[town.name]
		if !ok {
			continue
		}
		delete(want, town.name)
		_, plans := start(t, town)
		var got []string
		for _, stage := range plans[0].Stages {
			var names []string
			for _, g := range stage.Groups {
				name := town.net.SignalGroups[g].Name
				names = append(names, strings.Join(strings.Fields(name)[2:], " "))
			}
			slices.Sort(names)
			got = append(got, strings.Join(names, "+"))
		}
		if !slices.Equal(got, stages) {
			t.Errorf("%s: stages %q, want %q", town.name, got, stages)
		}
	}
	if len(want) > 0 {
		t.Errorf("not seen: %v", want)
	}
}

func build(t testing.TB, g sample.GridSpec) *network.Network {
	t.Helper()
	net, err := network.Build(sample.Grid(g))
	if err != nil {
		t.Fatal(err)
	}
	return net
}

func TestOffsetShiftsTheCycle(t *testing.T) {
	for _, town := range towns(t) {
		const shift = 17.3 // s
		a, plans := start(t, town)
		for i := range plans {
			plans[i].Offset += shift
		}
		b, err := signals.New(town.net, plans)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 1500 {
			at := 30000 + float64(i)*step
			a.Step(at)
			b.Step(at + shift)
			if !slices.Equal(a.Aspects(), b.Aspects()) {
				t.Fatalf("%s at %.1f s: %v, shifted %v", town.name, at, a.Aspects(), b.Aspects())
			}
		}
	}
}

// However time is cut into steps, and wherever it begins, the street sees the same at the same time.
func TestAspectsDependOnTimeOnly(t *testing.T) {
	for _, town := range towns(t) {
		fine, _ := start(t, town)
		coarse, _ := start(t, town)
		for i := range 3000 {
			at := 40000 + float64(i)*step
			fine.Step(at)
			if i%37 == 0 {
				coarse.Step(at)
				late, _ := start(t, town)
				late.Step(at)
				if !slices.Equal(fine.Aspects(), coarse.Aspects()) || !slices.Equal(fine.Aspects(), late.Aspects()) {
					t.Fatalf("%s at %.1f s: %v in fine steps, %v in coarse, %v begun there", town.name, at, fine.Aspects(), coarse.Aspects(), late.Aspects())
				}
			}
		}
		coarse.Step(400000.1) // over a thousand cycles at once
		late, _ := start(t, town)
		late.Step(400000.1)
		if !slices.Equal(coarse.Aspects(), late.Aspects()) || coarse.Faults() > 0 {
			t.Errorf("%s after a long step: %v, want %v, %d faults", town.name, coarse.Aspects(), late.Aspects(), coarse.Faults())
		}
	}
}

func TestClockCountsDownToTheNextStage(t *testing.T) {
	town := towns(t)[1]
	s, plans := start(t, town)
	p := &plans[0]
	s.Step(0)
	last, _, remaining := s.Clock(0)
	changes := 0
	for i := 1; i < 2000; i++ {
		s.Step(float64(i) * step)
		stage, e, r := s.Clock(0)
		if whole := p.Stages[stage].Green + p.Stages[stage].Intergreen; math.Abs(e+r-whole) > 1e-9 {
			t.Fatalf("tick %d: stage %d: %.1f s elapsed and %.1f to go of %.1f", i, stage, e, r, whole)
		}
		if stage != last {
			if remaining > step+1e-9 || stage != (last+1)%len(p.Stages) {
				t.Fatalf("tick %d: from stage %d to %d with %.1f s to go", i, last, stage, remaining)
			}
			changes++
		}
		last, remaining = stage, r
	}
	if changes < 4 {
		t.Errorf("%d changes of stage in 200 s", changes)
	}
}

func TestControllerWithoutPlanIsDark(t *testing.T) {
	town := towns(t)[0]
	s, err := signals.New(town.net, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.Step(100)
	for g, a := range s.Aspects() {
		if a != signals.Off {
			t.Errorf("group %d is %v, want off", g, a)
		}
	}
	plans, _ := signals.DefaultPlans(town.net)
	if err := s.SetPlan(plans[0]); err != nil {
		t.Fatal(err)
	}
	s.Step(100.1)
	if !slices.Contains(s.Aspects(), signals.Green) && !slices.Contains(s.Aspects(), signals.Red) {
		t.Errorf("still %v after a plan was set", s.Aspects())
	}
}

func TestRedAmberWhereTheCountryHasIt(t *testing.T) {
	for country, want := range map[string]float64{"DE": 1, "GB": 2, "US": 0} {
		net := build(t, sample.GridSpec{Columns: 1, Rows: 1, Signals: true})
		net.Country = country
		s, _ := start(t, town{country, net})
		seen := 0
		for i := range 1200 {
			s.Step(float64(i) * step)
			if s.Aspects()[0] == signals.RedAmber {
				seen++
			}
		}
		cycles := 0
		var last signals.Aspect
		s, _ = start(t, town{country, net})
		for i := range 1200 {
			s.Step(float64(i) * step)
			if a := s.Aspects()[0]; a == signals.Green && last != signals.Green && i > 0 {
				cycles++
			}
			last = s.Aspects()[0]
		}
		if got := float64(seen) * step / float64(max(cycles, 1)); math.Abs(got-want) > 0.06*want {
			t.Errorf("%s: red and amber for %.2f s before green, want %.0f", country, got, want)
		}
	}
}

func TestStepAllocatesNothing(t *testing.T) {
	town := town{"grid", build(t, sample.GridSpec{Columns: 4, Rows: 4, Signals: true})}
	s, plans := start(t, town)
	now := 0.0
	s.Step(now)
	for i := range plans {
		if err := s.SetPlan(vary(plans[i], 3)); err != nil {
			t.Fatal(err)
		}
	}
	if n := testing.AllocsPerRun(3000, func() { now += step; s.Step(now) }); n != 0 {
		t.Errorf("%v allocations a step", n)
	}
	if s.Version() == 0 {
		t.Error("nothing changed in 300 s")
	}
}

func BenchmarkStep(b *testing.B) {
	town := town{"grid", build(b, sample.GridSpec{Columns: 10, Rows: 10, Signals: true})}
	s, _ := start(b, town)
	now := 0.0
	b.ReportAllocs()
	for b.Loop() {
		now += step
		s.Step(now)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100, "ns/controller")
}
