package traffic_test

import (
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// run steps a scene until step n. It returns the hash every 50 steps and all events.
func (s *scene) run(t testing.TB, w *traffic.World, n uint64) (hashes []uint64, events []traffic.Event) {
	t.Helper()
	for w.Steps() < n {
		s.step(t, w)
		events = append(events, w.Events()...)
		if w.Steps()%50 == 0 {
			hashes = append(hashes, w.Hash())
		}
	}
	return hashes, events
}

func TestAnyNumberOfWorkersGivesTheSameBytes(t *testing.T) {
	for _, side := range []network.DrivingSide{network.RightHand, network.LeftHand} {
		s := newScene(t, side)
		const steps = 4500
		first := s.world(t, 1)
		wantHashes, wantEvents := s.run(t, first, steps)
		for _, workers := range []int{2, 7, 16} {
			w := s.world(t, workers)
			hashes, events := s.run(t, w, steps)
			for i := range hashes {
				if hashes[i] != wantHashes[i] {
					t.Fatalf("%v-hand, %d workers: hash after step %d is %x, with one worker %x", side, workers, (i+1)*50, hashes[i], wantHashes[i])
				}
			}
			if !slices.Equal(events, wantEvents) {
				t.Errorf("%v-hand, %d workers: the events differ", side, workers)
			}
			if w.Stats() != first.Stats() || w.Walks() != first.Walks() || w.Audit() != first.Audit() {
				t.Errorf("%v-hand, %d workers: %+v, %+v, want %+v, %+v", side, workers, w.Stats(), w.Walks(), first.Stats(), first.Walks())
			}
		}
	}
}

func TestSnapshotAndRestoreChangeNothing(t *testing.T) {
	s := newScene(t, network.RightHand)
	const steps = 3500
	want, _ := s.run(t, s.world(t, 2), steps)

	broken := s.world(t, 1)
	other := s.emptyWorld(t, 3)
	for _, at := range []uint64{850, 1300, 2150, 2620, 2970} { // with a street closed, on ice, with wrecks on the road
		s.run(t, broken, at)
		snapshot := broken.Snapshot()
		s.run(t, broken, at+50)
		for range 2 { // going on did not touch the snapshot, and it can be used again
			if err := other.Restore(snapshot); err != nil {
				t.Fatal(err)
			}
			got, _ := s.run(t, other, at+500)
			if part := want[at/50:][:len(got)]; !slices.Equal(got, part) {
				t.Errorf("restored after step %d: hashes %x, want %x", at, got, part)
			}
		}
	}
}

// TestAClosedWorldCanBeLookedAt: whoever reports on a run does so after its workers have gone home.
func TestAClosedWorldCanBeLookedAt(t *testing.T) {
	s := newScene(t, network.RightHand)
	w, open := s.world(t, 3), s.world(t, 3)
	s.run(t, w, 1000)
	s.run(t, open, 1000)
	w.Close()
	w.Close()
	w.AppendStuck(nil)
	w.Snapshot()
	s.run(t, w, 1100)
	s.run(t, open, 1100)
	if got, want := w.Hash(), open.Hash(); got != want {
		t.Errorf("hash after some steps of a closed world %x, want %x", got, want)
	}
}

func TestStepAllocatesNothing(t *testing.T) {
	net := grid(t, 8, true)
	w := newWorld(t, net, 1, nil)
	if _, err := w.AddTrips(randomTrips(net, 4000, w.Time(), 3600, 3)); err != nil {
		t.Fatal(err)
	}
	for range 6201 { // the steps that are counted have one in them at which the buffers are laid out anew
		w.Step()
	}
	if got := testing.AllocsPerRun(200, w.Step); got != 0 {
		t.Errorf("%g allocations a step, want 0", got)
	}
	if w.Stats().OnRoad < 100 {
		t.Errorf("only %d vehicles on the road", w.Stats().OnRoad)
	}
}
