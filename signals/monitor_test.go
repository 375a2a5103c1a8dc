package signals

import (
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
)

func crossing(t testing.TB) (*network.Network, *System) {
	t.Helper()
	net, err := network.Build(sample.Grid(sample.GridSpec{Columns: 1, Rows: 1, Lanes: 1, Signals: true}))
	if err != nil {
		t.Fatal(err)
	}
	plans, _ := DefaultPlans(net)
	s, err := New(net, plans)
	if err != nil {
		t.Fatal(err)
	}
	return net, s
}

// A controller whose program is broken behind the back of every check: the monitor alone keeps it from the street.
func TestMonitorStopsABrokenController(t *testing.T) {
	for _, row := range []struct {
		name   string
		broken func(p *program)
	}{
		{"all green", func(p *program) {
			for i := range p.intervals {
				for g := range p.intervals[i].aspects {
					p.intervals[i].aspects[g] = Green
				}
			}
		}},
		{"amber beside green", func(p *program) {
			green := p.intervals[0].aspects
			for g := range green {
				if green[g] == Red {
					green[g] = Amber
				}
			}
		}},
		{"no amber", func(p *program) {
			for i := range p.intervals {
				for g, a := range p.intervals[i].aspects {
					if a == Amber {
						p.intervals[i].aspects[g] = Red
					}
				}
			}
		}},
		{"no all-red", func(p *program) {
			next := p.intervals[3].aspects // green of the second stage, shown while the first clears
			if !slices.Contains(next, Green) {
				t.Fatalf("interval 3 shows %v, want the second stage's green", next)
			}
			p.intervals[2].aspects = next
		}},
	} {
		_, s := crossing(t)
		row.broken(&s.controllers[0].program)
		for i := range 1200 {
			s.Step(float64(i) / 10)
			if conflict(s) {
				t.Fatalf("%s: tick %d: the street saw %v", row.name, i, s.Aspects())
			}
		}
		if s.Faults() != 1 || !s.Faulted(0) {
			t.Errorf("%s: %d faults, want 1", row.name, s.Faults())
		}
		for g, a := range s.Aspects() {
			if a != FlashingAmber {
				t.Errorf("%s: group %d shows %v, want flashing amber", row.name, g, a)
			}
		}
		if stage, _, _ := s.Clock(0); stage != -1 {
			t.Errorf("%s: stage %d while flashing, want -1", row.name, stage)
		}
	}
}

func TestResetEndsFlashing(t *testing.T) {
	_, s := crossing(t)
	good := s.controllers[0].program
	all := slices.Repeat([]Aspect{Green}, len(good.intervals[0].aspects))
	s.controllers[0].program.intervals = []interval{{aspects: all}}
	s.Step(0)
	if s.Faults() != 1 {
		t.Fatalf("%d faults, want 1", s.Faults())
	}
	s.controllers[0].program = good
	s.Step(1)
	if s.Faults() != 1 {
		t.Fatal("the monitor let go without a reset")
	}
	s.Reset(0)
	s.Step(2)
	if s.Faults() != 0 || slices.Contains(s.Aspects(), FlashingAmber) {
		t.Errorf("after the reset: %d faults, %v", s.Faults(), s.Aspects())
	}
}

func conflict(s *System) bool {
	for a, x := range s.aspects {
		for b, y := range s.aspects {
			if s.check.relations[0].between(a, b) == conflicting && (x == Green || x == Amber) && (y == Green || y == Amber) {
				return true
			}
		}
	}
	return false
}

func TestRelations(t *testing.T) {
	net, s := crossing(t)
	rel := &s.check.relations[0]
	for a := range net.SignalGroups {
		for b := range net.SignalGroups {
			p, q := arrival(net, net.SignalGroups[a].Approach), arrival(net, net.SignalGroups[b].Approach)
			want := conflicting
			switch along := alignment(p, q); {
			case a == b:
				want = compatible
			case along < -0.9:
				want = permissive // the left turns of facing approaches
			}
			if got := rel.between(a, b); got != want {
				t.Errorf("%s and %s: relation %d, want %d", net.SignalGroups[a].Name, net.SignalGroups[b].Name, got, want)
			}
		}
	}
}
