package traffic_test

import (
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// TestAFrozenSnapshotIsAsGoodAsTheSnapshot has a scene with everything in it go on from bytes, in another world with the same trips.
func TestAFrozenSnapshotIsAsGoodAsTheSnapshot(t *testing.T) {
	s := newScene(t, network.RightHand)
	want, _ := s.run(t, s.world(t, 2), 3500)
	w := s.world(t, 1)
	for _, at := range []uint64{0, 850, 2150, 2970} { // with a street closed, on ice, with wrecks on the road
		s.run(t, w, at)
		data, err := w.Snapshot().AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		other := s.world(t, 3)
		snapshot, err := other.Thaw(data)
		if err != nil {
			t.Fatal(err)
		}
		if err := other.Restore(snapshot); err != nil {
			t.Fatal(err)
		}
		if parts := traffic.Differs(w.Parts(), other.Parts()); parts != "" || w.Hash() != other.Hash() {
			t.Fatalf("restored after step %d: other %s", at, parts)
		}
		got, _ := s.run(t, other, at+500)
		if part := want[at/50:][:len(got)]; !slices.Equal(got, part) {
			t.Errorf("going on after step %d: hashes %x, want %x", at, got, part)
		}
	}
}

// TestASnapshotOfAnotherRunIsRefused gives a world what does not belong to it, or is cut off.
func TestASnapshotOfAnotherRunIsRefused(t *testing.T) {
	s := newScene(t, network.RightHand)
	w := s.world(t, 1)
	s.run(t, w, 600)
	data, err := w.Snapshot().AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.emptyWorld(t, 1).Thaw(data); err == nil || !strings.Contains(err.Error(), "trips") {
		t.Errorf("a world without trips: error %v", err)
	}
	for _, n := range []int{0, 1, len(data) / 3, len(data) - 1} {
		if _, err := s.world(t, 1).Thaw(data[:n]); err == nil {
			t.Errorf("the first %d of %d bytes are thawed", n, len(data))
		}
	}
	before := w.Parts()
	s.run(t, w, 650)
	if got := traffic.Differs(before, w.Parts()); !strings.Contains(got, "streets") {
		t.Errorf("ten seconds later other: %q", got)
	}
	if got := traffic.Differs(before, before); got != "" {
		t.Errorf("the same state differs in %q", got)
	}
}
