package signals_test

import (
	"math"
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/signals"
)

// ringed returns the crossing with turning lanes on every approach under NEMA control: eight phases, without walks.
func ringed(t testing.TB, change func(c *signals.Control)) *bench {
	t.Helper()
	net := crossingWithArrows(t)
	plans, _ := signals.DefaultPlans(net)
	control, err := signals.DefaultControl(net, &plans[0], signals.RingBarrier, signals.ControlOptions{NoWalks: true})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(control.NEMA.Phases); n != 8 {
		t.Fatalf("%d phases, want 8", n)
	}
	for i := range control.NEMA.Phases {
		p := &control.NEMA.Phases[i]
		p.MinGreen, p.MaxGreen, p.Passage, p.Recall = 8, 25, 3, signals.NoRecall
	}
	if change != nil {
		change(&control)
	}
	return newBench(t, net, &control)
}

// green returns the numbers of the phases whose groups are all green.
func (b *bench) green() (numbers []int) {
	for _, p := range b.control.NEMA.Phases {
		on := true
		for _, g := range p.Groups {
			on = on && b.aspect(g) == signals.Green
		}
		if on {
			numbers = append(numbers, p.Number)
		}
	}
	return numbers
}

func (b *bench) phase(number int) *signals.Phase {
	i := slices.IndexFunc(b.control.NEMA.Phases, func(p signals.Phase) bool { return p.Number == number })
	return &b.control.NEMA.Phases[i]
}

// demand puts somebody before the stop lines of phases, and nobody elsewhere.
func (b *bench) demand(numbers ...int) {
	clear(b.on)
	for _, n := range numbers {
		for _, g := range b.phase(n).Groups {
			b.put(g, signals.StopLine, true)
		}
	}
}

// sequence runs for so many seconds and returns the sets of phases that were green, one after the other.
func (b *bench) sequence(seconds float64) (sets [][]int) {
	for range int(10 * seconds) {
		b.run(0.1)
		if g := b.green(); len(g) > 0 && (len(sets) == 0 || !slices.Equal(g, sets[len(sets)-1])) {
			sets = append(sets, g)
		}
	}
	return sets
}

// Every movement is called: leading lefts together, then the throughs, barrier by barrier.
func TestRingsGoThroughAllPhases(t *testing.T) {
	b := ringed(t, nil)
	b.demand(1, 2, 3, 4, 5, 6, 7, 8)
	b.run(200)
	sets := b.sequence(400)
	want := [][]int{{1, 5}, {2, 6}, {3, 7}, {4, 8}}
	at := slices.IndexFunc(sets, func(s []int) bool { return slices.Equal(s, want[0]) })
	if at < 0 || len(sets) < at+8 {
		t.Fatalf("phases %v", sets)
	}
	for k := range 8 {
		if !slices.Equal(sets[at+k], want[k%4]) {
			t.Fatalf("phases %v, want %v again and again", sets[at:at+8], want)
		}
	}
}

// A left that gaps out early gives its time to the through of its own ring, beside the other left.
func TestOneRingGoesOnBeforeTheOther(t *testing.T) {
	b := ringed(t, nil)
	b.demand(1, 2, 4, 5, 6, 8)
	b.run(300)
	for !slices.Equal(b.green(), []int{1, 5}) {
		b.run(0.1)
	}
	for _, g := range b.phase(1).Groups {
		b.put(g, signals.StopLine, false)
	}
	sets := b.sequence(30)
	if !slices.ContainsFunc(sets, func(s []int) bool { return slices.Equal(s, []int{2, 5}) }) {
		t.Errorf("phase 1 had nobody left, and 5 had: phases %v, want 2 beside 5", sets)
	}
}

// A left turn that its ring has passed is served when it alone is called, coordinated or not, and the through of the other ring stays green.
func TestAPassedPhaseIsServedBesideTheOtherRing(t *testing.T) {
	for _, coordinated := range []bool{false, true} {
		b := ringed(t, func(c *signals.Control) {
			if coordinated {
				c.NEMA.Patterns = []signals.Pattern{{
					Name: "day", Cycle: 80, Splits: []float64{15, 25, 15, 25, 15, 25, 15, 25}, Coordinated: []int{2, 6}, Reference: signals.YieldReference,
				}}
			}
		})
		b.demand(2, 6)
		b.run(200)
		b.demand(2, 5)
		sets := b.sequence(200)
		if !slices.ContainsFunc(sets, func(s []int) bool { return slices.Equal(s, []int{2, 5}) }) {
			t.Errorf("coordinated %v: 5 alone is called: phases %v, want 5 among them", coordinated, sets)
		}
		for _, set := range sets {
			if !slices.Contains(set, 2) {
				t.Errorf("coordinated %v: phases %v, want 2 to stay green", coordinated, sets)
				break
			}
		}
	}
}

func TestDualEntryHasTheOtherRingGreenToo(t *testing.T) {
	for _, dual := range []bool{true, false} {
		b := ringed(t, func(c *signals.Control) {
			for i := range c.NEMA.Phases {
				c.NEMA.Phases[i].DualEntry = dual && c.NEMA.Phases[i].Number%2 == 0
			}
		})
		b.demand(2, 6)
		b.run(60)
		b.demand(4)
		b.run(30)
		want := []int{4}
		if dual {
			want = []int{4, 8}
		}
		if got := b.green(); !slices.Equal(got, want) {
			t.Errorf("dual entry %v, a call for 4 alone: phases %v, want %v", dual, got, want)
		}
	}
}

func TestOverlapIsGreenWithItsParentsAndBetweenThem(t *testing.T) {
	b := ringed(t, func(c *signals.Control) { // the traffic of phase 4 is an overlap of 3 and 4, and 4 has no signals of its own
		at := func(number int) *signals.Phase {
			return &c.NEMA.Phases[slices.IndexFunc(c.NEMA.Phases, func(p signals.Phase) bool { return p.Number == number })]
		}
		c.NEMA.Overlaps = []signals.Overlap{{Name: "A", Parents: []int{1, 2}, Groups: at(4).Groups}}
		if err := signals.CheckControl(crossingWithArrows(t), c); err == nil {
			t.Error("an overlap of a phase and of the traffic across was taken")
		}
		c.NEMA.Overlaps = []signals.Overlap{{Name: "A", Parents: []int{3, 4}, Groups: at(4).Groups}}
		at(4).Groups, at(4).Recall = nil, signals.MinRecall
	})
	b.demand(1, 2, 3, 5, 6, 7, 8)
	b.run(300)
	three, overlap := b.phase(3).Groups[0], b.control.NEMA.Overlaps[0].Groups[0]
	ends, greens := 0, 0
	for range 6000 {
		was, before := b.aspect(three), b.aspect(overlap)
		b.run(0.1)
		if b.aspect(three) == signals.Green && was == signals.Green && b.aspect(overlap) == signals.Green {
			greens++
		}
		if was == signals.Green && b.aspect(three) != signals.Green {
			ends++
			if before != signals.Green || b.aspect(overlap) != signals.Green {
				t.Fatalf("phase 3 ends for 4, and their overlap goes from %v to %v", before, b.aspect(overlap))
			}
		}
	}
	if ends < 4 || greens < 100 {
		t.Errorf("in 10 minutes phase 3 ended %d times, and its overlap was green beside it for %.0f s", ends, float64(greens)/10)
	}
}

// crossingWithArrows returns the network of ringed.
func crossingWithArrows(t testing.TB) *network.Network {
	spec := sample.Grid(sample.GridSpec{Columns: 1, Rows: 1, Lanes: 3, Signals: true})
	leftLanes(spec)
	net, err := network.Build(spec)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// coordinated returns the crossing with a cycle of 100 s.
func coordinated(t testing.TB, change func(p *signals.Pattern)) *bench {
	return ringed(t, func(c *signals.Control) {
		if err := c.Coordinate(crossingWithArrows(t), 100, 30); err != nil {
			t.Fatal(err)
		}
		if change != nil {
			change(&c.NEMA.Patterns[0])
		}
	})
}

// greenTimes returns when, in tenths of a cycle of so many, groups of a phase got green and lost it, over some time.
func (b *bench) greenTimes(number int, cycle, seconds float64) (begin, end []float64) {
	g := b.phase(number).Groups[0]
	was := b.aspect(g)
	for range int(10 * seconds) {
		b.run(0.1)
		now := b.aspect(g)
		at := math.Mod(float64(b.now-1)/10, cycle)
		if now == signals.Green && was != signals.Green {
			begin = append(begin, at)
		} else if now != signals.Green && was == signals.Green {
			end = append(end, at)
		}
		was = now
	}
	return begin, end
}

// The coordinated green ends at the yield point, which is at the offset, whoever calls; others end at their force-offs.
func TestCoordinatedPhasesYieldAtTheOffset(t *testing.T) {
	b := coordinated(t, nil)
	b.demand(1, 2, 3, 4, 5, 6, 7, 8)
	b.run(300)
	_, ends := b.greenTimes(2, 100, 500)
	if len(ends) < 4 {
		t.Fatalf("phase 2 ended %d times in 500 s, want once in each cycle of 100", len(ends))
	}
	for _, end := range ends {
		near(t, "end of the coordinated green, of the cycle", end, 30, 0.3)
	}
	p := b.control.NEMA.Patterns[0]
	split := map[int]float64{}
	for i := range b.control.NEMA.Phases {
		split[b.control.NEMA.Phases[i].Number] = p.Splits[i]
	}
	_, ends = b.greenTimes(4, 100, 500)
	clear2, clear4 := b.phase(2).Yellow+b.phase(2).RedClear, b.phase(4).Yellow+b.phase(4).RedClear
	want := math.Mod(30+clear2+split[3]+split[4]-clear4, 100)
	for _, end := range ends {
		near(t, "force-off of phase 4", end, want, 0.3)
	}
}

// Time that a phase leaves goes to the one after it with fixed force-offs, and to the coordinated phases with floating ones.
func TestForceOffsFixedAndFloating(t *testing.T) {
	for _, force := range []signals.ForceOff{signals.FixedForceOff, signals.FloatingForceOff} {
		b := coordinated(t, func(p *signals.Pattern) { p.ForceOff = force })
		b.demand(2, 4, 6, 8) // nobody turns
		b.run(300)
		begin, end := b.greenTimes(4, 100, 700)
		i := slices.IndexFunc(b.control.NEMA.Phases, func(p signals.Phase) bool { return p.Number == 4 })
		own := b.control.NEMA.Patterns[0].Splits[i] - b.phase(4).Yellow - b.phase(4).RedClear
		n := min(len(begin), len(end))
		if n < 3 {
			t.Fatalf("phase 4 was green %d times in 700 s", n)
		}
		for k := range n - 1 {
			green := math.Mod(end[k+1]-begin[k]+100, 100)
			if end[0] > begin[0] {
				green = math.Mod(end[k]-begin[k]+100, 100)
			}
			if force == signals.FloatingForceOff && math.Abs(green-own) > 1 {
				t.Errorf("floating: phase 4 is green for %.1f s, want its split's %.1f", green, own)
			}
			if force == signals.FixedForceOff && green < own+5 {
				t.Errorf("fixed: phase 4 is green for %.1f s, want more than its split's %.1f: phase 3 left its own", green, own)
			}
		}
	}
}

// The coordinated phases rest in green until somebody else calls in time, and are not left after the permissive period.
func TestCallsAfterThePermissivePeriodWait(t *testing.T) {
	b := coordinated(t, func(p *signals.Pattern) { p.Permissive = 5 })
	b.demand(2, 6)
	b.run(430.5) // the yield point is at 430
	if !slices.Contains(b.green(), 2) {
		t.Fatal("nobody calls, and the coordinated phases ended")
	}
	b.run(9) // the period is over
	b.demand(2, 4, 6)
	waited := b.until(b.phase(4).Groups[0], signals.Green, 200)
	if waited < 85 || waited > 105 {
		t.Errorf("a call 9 s after the yield point waits %.0f s, want until the next", waited)
	}
}

// Another pattern is reached without a jump: no cycle is longer or shorter than the share allows.
func TestPatternsChangeWithoutAJump(t *testing.T) {
	b := ringed(t, func(c *signals.Control) {
		net := crossingWithArrows(t)
		for _, x := range [][2]float64{{100, 30}, {100, 75}, {90, 10}} {
			if err := c.Coordinate(net, x[0], x[1]); err != nil {
				t.Fatal(err)
			}
		}
		c.NEMA.Days = []signals.DayPlan{{Days: signals.EveryDay, Entries: []signals.Entry{{At: 0, Plan: 0}, {At: 1000, Plan: 1}, {At: 3000, Plan: 2}}}}
	})
	b.demand(1, 2, 3, 4, 5, 6, 7, 8)
	b.run(400)
	g := b.phase(2).Groups[0]
	last, was := -1.0, b.aspect(g)
	for range 46000 {
		b.run(0.1)
		if now := b.aspect(g); now != signals.Green && was == signals.Green {
			at := float64(b.now-1) / 10
			if last >= 0 && (at-last > 125 || at-last < 70) {
				t.Errorf("at %.0f s a cycle of %.1f s, want 90 or 100, at most a fifth more or a sixth less", at, at-last)
			}
			last = at
			was = now
			switch {
			case at > 1800 && at < 2990:
				near(t, "offset of the second pattern", math.Mod(at, 100), 75, 0.5)
			case at > 4000:
				near(t, "offset of the third", math.Mod(at, 90), 10, 0.5)
			}
		} else {
			was = now
		}
	}
}
