package signals_test

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/signals"
)

// scheduled returns a crossing that runs one plan until 1000 s and another, of the same cycle at another offset, from then on.
func scheduled(t testing.TB, offset float64, method signals.TransitionMethod) *bench {
	net := build(t, sample.GridSpec{Columns: 1, Rows: 1, Lanes: 1, Signals: true})
	plans, _ := signals.DefaultPlans(net)
	late := plans[0]
	late.Offset += offset
	control := signals.Control{
		Kind: signals.FixedTime,
		Fixed: &signals.Schedule{
			Plans: []signals.Plan{plans[0], late}, Transition: signals.Transition{Method: method},
			Days: []signals.DayPlan{{Days: signals.EveryDay, Entries: []signals.Entry{{At: 0, Plan: 0}, {At: 1000, Plan: 1}}}},
		},
	}
	return newBench(t, net, &control)
}

// Another plan of the day is reached by cycles that are a fifth longer, or a sixth shorter, at most, whichever is sooner; by
// longer ones alone; or by one long green.
func TestDayPlansChangeAsRealControllersDo(t *testing.T) {
	for _, row := range []struct {
		offset            float64
		method            signals.TransitionMethod
		shortest, longest float64 // cycles in shares of the plan's
		most              int     // cycles until it is there
	}{
		{20, signals.ShortestWay, 1, 1.21, 3},
		{-10, signals.ShortestWay, 0.82, 1, 3},
		{-10, signals.Lengthen, 1, 1.21, 5},
		{40, signals.Dwell, 1, 1.9, 2},
	} {
		b := scheduled(t, row.offset, row.method)
		plan := &b.control.Fixed.Plans[1]
		cycle := plan.Cycle()
		g := plan.Stages[0].Groups[0]
		b.run(900)
		was, last := b.aspect(g), -1.0
		var begins []float64
		for range 12000 {
			b.run(0.1)
			now := b.aspect(g)
			if at := float64(b.now-1) / 10; now == signals.Green && was != signals.Green {
				if length := at - last; last > 0 && (length < row.shortest*cycle-0.2 || length > row.longest*cycle+0.2) {
					t.Errorf("offset %+.0f s, %v: a cycle of %.1f s at %.0f s, want %.1f to %.1f", row.offset, row.method, length, at, row.shortest*cycle, row.longest*cycle)
				}
				last = at
				begins = append(begins, at)
			}
			was = now
		}
		late := 0
		for _, at := range begins {
			if off := math.Mod(at-plan.Offset+1e-6, cycle); at > 1000 && math.Min(off, cycle-off) > 0.15 {
				late++
			}
		}
		if late > row.most {
			t.Errorf("offset %+.0f s, %v: %d cycles until it is at its offset, want %d", row.offset, row.method, late, row.most)
		}
		if b.system.Faults() > 0 {
			t.Error("the monitor tripped")
		}
	}
}

func TestTimetablesKnowTheDayOfTheWeek(t *testing.T) {
	net := build(t, sample.GridSpec{Columns: 1, Rows: 1, Lanes: 1, Signals: true})
	plans, _ := signals.DefaultPlans(net)
	weekend := plans[0]
	weekend.Stages = slices.Clone(weekend.Stages)
	weekend.Stages[0].Green += 20
	control := signals.Control{Kind: signals.FixedTime, Fixed: &signals.Schedule{
		Plans: []signals.Plan{plans[0], weekend},
		Days: []signals.DayPlan{
			{Days: signals.WorkingDays, Entries: []signals.Entry{{At: 0, Plan: 0}}},
			{Days: signals.Weekend, Entries: []signals.Entry{{At: 6 * 3600, Plan: 1}}},
		},
	}}
	for _, row := range []struct {
		day  int
		at   float64 // h
		want int
	}{{0, 12, 0}, {4, 23, 0}, {5, 5, 0}, {5, 7, 1}, {6, 1, 1}, {4, 24 + 7, 1}, {6, 24 + 1, 0}} {
		s, err := signals.New(net, plans, control)
		if err != nil {
			t.Fatal(err)
		}
		s.SetDay(row.day)
		s.Step(row.at * 3600)
		want := &control.Fixed.Plans[row.want]
		if plan, _ := s.Plan(0); plan.Cycle() != want.Cycle() {
			t.Errorf("day %d at %g h: a cycle of %.0f s, want %.0f", row.day, row.at, plan.Cycle(), want.Cycle())
		}
	}
}

// A bus has its green longer, or sooner; what that took is given back.
func TestBusPriority(t *testing.T) {
	net := build(t, sample.GridSpec{Columns: 1, Rows: 1, Lanes: 1, Signals: true})
	plans, _ := signals.DefaultPlans(net)
	for _, kind := range append([]signals.Kind{signals.FixedTime}, deciding...) {
		control, err := signals.DefaultControl(net, &plans[0], kind, signals.ControlOptions{NoWalks: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := control.GiveBusPriority(net, signals.Priority{Extend: 12, Early: 30, Recovery: 100, Timeout: 60}); err != nil {
			t.Fatal(err)
		}
		b := newBench(t, net, &control)
		north := group(t, net, "northbound")
		wait := func(bus bool) float64 {
			sum := 0.0
			for i := range 10 { // from ten places in the cycle
				b.run(200 + 5.7*float64(i))
				for _, d := range b.system.Detectors() {
					b.on[d.Name] = (d.Kind == signals.StopLine || d.Kind == signals.Area) && len(d.Groups) > 0
				}
				b.run(63 + 5.7*float64(i))
				at := slices.IndexFunc(control.Priorities, func(p signals.Priority) bool { return slices.Contains(p.Groups, north) })
				in, out := control.Detectors[control.Priorities[at].In[0]].Name, control.Detectors[control.Priorities[at].Out[0]].Name
				b.on[in] = bus
				b.run(0.2)
				b.on[in] = false
				b.run(8) // to the line
				sum += b.until(north, signals.Green, 300)
				b.on[out] = bus
				b.run(0.2)
				b.on[out] = false
			}
			return sum / 10
		}
		without, with := wait(false), wait(true)
		t.Logf("%v: a bus waits %.1f s without priority, %.1f s with", kind, without, with)
		if with > 0.8*without {
			t.Errorf("%v: a bus waits %.1f s with priority, %.1f s without: want a fifth less at least", kind, with, without)
		}
		if b.system.Faults() > 0 {
			t.Errorf("%v: the monitor tripped", kind)
		}
	}
}

// An emergency vehicle gets its green after minimum greens and clearances, keeps it for as long as it may, and the exit stage
// follows.
func TestPreemption(t *testing.T) {
	net := build(t, sample.GridSpec{Columns: 1, Rows: 1, Lanes: 1, Signals: true})
	plans, _ := signals.DefaultPlans(net)
	for _, kind := range append([]signals.Kind{signals.FixedTime}, deciding...) {
		control, err := signals.DefaultControl(net, &plans[0], kind, signals.ControlOptions{NoWalks: true})
		if err != nil {
			t.Fatal(err)
		}
		north, south := group(t, net, "northbound"), group(t, net, "southbound")
		control.Preemptions = []signals.Preemption{{Name: "fire", Groups: []network.SignalGroupID{north}, MinDwell: 10, MaxDwell: 40}}
		b := newBench(t, net, &control)
		b.run(95)
		call := func(k signals.CommandKind) {
			c := signals.Command{Kind: k}
			if err := b.system.Check(&c); err != nil || !b.system.Apply(&c) {
				t.Fatalf("%v: command %d: %v", kind, k, err)
			}
		}
		call(signals.CallPreemption)
		if got := b.until(north, signals.Green, 60); got > 20 {
			t.Errorf("%v: %.1f s until the emergency vehicle has green", kind, got)
		}
		b.run(20)
		if b.aspect(north) != signals.Green || b.aspect(south) == signals.Green {
			t.Errorf("%v: preempted, northbound is %v and southbound %v, want green alone", kind, b.aspect(north), b.aspect(south))
		}
		if stage, _, _ := b.system.Clock(0); stage != -1 {
			t.Errorf("%v: stage %d while preempted, want -1", kind, stage)
		}
		call(signals.EndPreemption)
		exit := plans[0].Stages[0].Groups[0]
		b.until(exit, signals.Green, 30)

		call(signals.CallPreemption)
		b.until(north, signals.Green, 60)
		b.until(exit, signals.Green, 60) // after MaxDwell, though it is still called
		if b.system.Faults() > 0 {
			t.Errorf("%v: the monitor tripped", kind)
		}
	}
}

// A system of any kind goes on from its state as it would have gone on itself, and steps without allocating.
func TestEveryKindIsAValueAndAllocatesNothing(t *testing.T) {
	net := crossingWithArrows(t)
	plans, _ := signals.DefaultPlans(net)
	for _, kind := range append([]signals.Kind{signals.FixedTime, signals.SwitchedOff, signals.SwitchedToFlash}, deciding...) {
		control, err := signals.DefaultControl(net, &plans[0], kind, signals.ControlOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if kind == signals.RingBarrier {
			if err := control.Coordinate(net, 120, 20); err != nil {
				t.Fatal(err)
			}
		}
		s, err := signals.New(net, plans, control)
		if err != nil {
			t.Fatal(err)
		}
		copied, err := signals.New(net, plans, control)
		if err != nil {
			t.Fatal(err)
		}
		one, two := newCrowd(3, 0.1), newCrowd(3, 0.1)
		var state []byte
		for tick := range 9000 {
			if tick%1777 == 0 {
				if err := copied.RestoreState(s.AppendState(nil)); err != nil {
					t.Fatalf("%v: %v", kind, err)
				}
			}
			one.report(s)
			two.report(copied)
			s.Step(float64(tick) / 10)
			copied.Step(float64(tick) / 10)
			if tick%13 != 0 {
				continue
			}
			state = s.AppendState(state[:0])
			if !bytes.Equal(state, copied.AppendState(nil)) || !slices.Equal(s.Aspects(), copied.Aspects()) {
				t.Fatalf("%v, tick %d: one that was restored goes another way", kind, tick)
			}
		}
		now := 900.0
		if n := testing.AllocsPerRun(2000, func() { now += 0.2; s.Step(now) }); n != 0 {
			t.Errorf("%v: %v allocations a step", kind, n)
		}
	}
}
