package signals_test

import (
	"math/rand/v2"
	"testing"

	"roadtwin/signals"
)

// deciding are the kinds of control that decide for themselves.
var deciding = []signals.Kind{signals.StageActuated, signals.RingBarrier, signals.PressureBased, signals.SelfOrganised}

// controlled returns a town whose first controller has the default control of a kind.
func controlled(t testing.TB, town town, kind signals.Kind, options signals.ControlOptions) (*signals.System, signals.Control) {
	t.Helper()
	plans, _ := signals.DefaultPlans(town.net)
	control, err := signals.DefaultControl(town.net, &plans[0], kind, options)
	if err != nil {
		t.Fatalf("%s, %v: %v", town.name, kind, err)
	}
	s, err := signals.New(town.net, plans, control)
	if err != nil {
		t.Fatalf("%s, %v: %v", town.name, kind, err)
	}
	return s, control
}

// crowd makes up what detectors sense: queues that grow at red and shrink at green.
type crowd struct {
	random *rand.Rand
	flow   float64 // vehicles a second on each lane
	queue  map[int]float64
}

func newCrowd(seed uint64, flow float64) *crowd {
	return &crowd{rand.New(rand.NewPCG(seed, 7)), flow, map[int]float64{}}
}

// report tells the system what its detectors sense in a tenth of a second.
func (c *crowd) report(s *signals.System) {
	aspects := s.Aspects()
	for i, d := range s.Detectors() {
		if d.Kind == signals.PushButton {
			s.Report(i, signals.Reading{Occupied: c.random.Float64() < c.flow/100})
			continue
		}
		passed := uint16(0)
		if c.random.Float64() < c.flow/10 {
			c.queue[i]++
			passed = 1
		}
		if len(d.Groups) > 0 && aspects[d.Groups[0]] == signals.Green || len(d.Groups) == 0 {
			c.queue[i] = max(0, c.queue[i]-0.05)
		}
		n := uint16(min(c.queue[i], 1000))
		s.Report(i, signals.Reading{Occupied: n > 0, Passed: passed, Vehicles: n, Standing: n})
	}
}

func TestEveryKindServesEveryGroupSafely(t *testing.T) {
	for _, town := range towns(t) {
		for _, kind := range deciding {
			s, control := controlled(t, town, kind, signals.ControlOptions{})
			j, c := newJudge(town.net, &control), newCrowd(1, 0.15)
			for tick := range int64(8000) {
				c.report(s)
				s.Step(float64(tick) / 10)
				j.see(tick, s.Aspects())
			}
			for _, p := range j.problems {
				t.Errorf("%s, %v: %s", town.name, kind, p)
			}
			for i, n := range j.greens {
				if n < 3 && j.aspect[i] != signals.Green {
					t.Errorf("%s, %v: %s was green %d times in 13 minutes, and is not now", town.name, kind, j.name(i), n)
				}
			}
			if s.Faults() > 0 {
				t.Errorf("%s, %v: the monitor tripped", town.name, kind)
			}
		}
	}
}
