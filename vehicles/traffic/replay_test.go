package traffic_test

import (
	"math"
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// record is a run that can be replayed: what was commanded before each step, and the hash after each of its phases.
type record struct {
	commands map[uint64][]traffic.Command // by the number of steps made before
	hashes   [][]uint64                   // by step and phase
}

// recordRun drives a scene for so many steps and notes what is needed to do so again.
func recordRun(t *testing.T, s *scene, w *traffic.World, steps int) record {
	t.Helper()
	r := record{commands: map[uint64][]traffic.Command{}}
	for range steps {
		s.order(t, w)
		before := w.Steps()
		var hashes []uint64
		w.StepMeasured(func(string) {
			hashes = append(hashes, w.Hash())
		})
		if applied := w.Applied(); len(applied) > 0 {
			r.commands[before] = slices.Clone(applied)
		}
		r.hashes = append(r.hashes, hashes)
	}
	return r
}

// replay drives w as recorded and returns the first step, and the phase of it, after which it is not as it was then; or 0.
func (r *record) replay(t *testing.T, w *traffic.World) (step uint64, phase string) {
	t.Helper()
	for i, want := range r.hashes {
		for _, c := range r.commands[uint64(i)] {
			if err := w.Queue(c); err != nil {
				t.Fatal(err)
			}
		}
		n := 0
		w.StepMeasured(func(name string) {
			if step == 0 && w.Hash() != want[n] {
				step, phase = w.Steps(), name
			}
			n++
		})
		if step > 0 {
			return step, phase
		}
	}
	return 0, ""
}

func TestARecordedRunIsReplayedPhaseByPhase(t *testing.T) {
	s := newScene(t, network.RightHand)
	r := recordRun(t, &s, s.world(t, 1), 900)
	if len(r.commands) != 2 {
		t.Fatalf("commands recorded at %d steps, want 2", len(r.commands))
	}
	if step, phase := r.replay(t, s.world(t, 3)); step != 0 {
		t.Errorf("step %d is the first to differ from the record, after %q", step, phase)
	}
	for before := range r.commands {
		without := record{commands: map[uint64][]traffic.Command{}, hashes: r.hashes}
		for at, c := range r.commands {
			if at != before {
				without.commands[at] = c
			}
		}
		if step, phase := without.replay(t, s.world(t, 1)); step != before+1 || phase != "begin" {
			t.Errorf("without the command before step %d the first to differ is step %d after %q, want that one after \"begin\"", before+1, step, phase)
		}
	}
	// A trip of another class shows when it is on the road, not in the phases before.
	other := s
	other.trips = slices.Clone(s.trips)
	first := slices.IndexFunc(other.trips, func(trip traffic.Trip) bool { return trip.Class == network.Car && trip.Depart > 7*3600+10 })
	other.trips[first].Length = 4
	wantStep := uint64(math.Ceil((other.trips[first].Depart - 7*3600) / 0.2))
	if step, phase := r.replay(t, other.world(t, 1)); step < wantStep || step > wantStep+50 || phase != "depart" {
		t.Errorf("with a shorter car the first step to differ is %d after %q, want step %d or soon after, when it departs", step, phase, wantStep)
	}
}
