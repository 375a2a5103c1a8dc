package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// TestBranchesOfOneStateGoTheirOwnWays forks the middle of everything: the same number gives the same future to the bit, also by way of a snapshot,
// another number another one; nobody is lost in any of them.
func TestBranchesOfOneStateGoTheirOwnWays(t *testing.T) {
	const forked, ends = 200.0, 320.0 // s from the start
	s := newScene(t, network.RightHand)
	first := s.world(t, 1)
	clean(t, &s, first, forked)
	snapshot := first.Snapshot()
	future := func(number uint64, again bool) uint64 {
		w := s.emptyWorld(t, 1)
		if err := w.Restore(snapshot); err != nil {
			t.Fatal(err)
		}
		if number > 0 {
			w.Branch(number)
		}
		if again {
			clean(t, &s, w, (forked+ends)/2)
			half := w.Snapshot()
			if err := w.Restore(half); err != nil {
				t.Fatal(err)
			}
		}
		clean(t, &s, w, ends)
		return w.Hash()
	}
	one, two := future(1, false), future(2, false)
	if again := future(1, true); again != one {
		t.Errorf("hash %x, of the same branch with a snapshot between %x", one, again)
	}
	if one == two {
		t.Errorf("hash %x of branches 1 and 2, want two futures", one)
	}
	clean(t, &s, first, ends)
	if future(0, false) != first.Hash() {
		t.Error("a fork that does not branch goes on otherwise than the world it came from")
	}
}

// TestLapseRatios has what is told of every vehicle follow from its being chosen or not only by what happens to it.
func TestLapseRatios(t *testing.T) {
	s := newScene(t, network.RightHand)
	w := s.world(t, 1)
	if err := w.TiltLapses(3, 0.5); err == nil {
		t.Error("half as many lapses were taken")
	}
	if err := w.TiltLapses(3, 200); err != nil {
		t.Fatal(err)
	}
	clean(t, &s, w, 300)
	less, more := 0, 0
	for id := range s.trips {
		switch r := w.LapsesOf(traffic.VehicleID(id)).Ratio; {
		case !(r > 0):
			t.Fatalf("vehicle %d: ratio %g, want > 0", id, r)
		case r < 1:
			less++
		case r > 1:
			more++
		}
	}
	if less == 0 || more == 0 {
		t.Errorf("%d vehicles with ratios below 1 and %d above it, want some of both", less, more)
	}
}
