package traffic_test

import (
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
)

// busyWorld returns a world with thousands of trips, commands and a slippery road, so that every phase has work.
func busyWorld(t testing.TB, net *network.Network, workers int) *traffic.World {
	t.Helper()
	w := newWorld(t, net, workers, func(c *traffic.Config) { c.ClearAfter = 60 })
	if _, err := w.AddTrips(randomTrips(net, 60*len(net.Edges)/4, w.Time(), 500, 7)); err != nil {
		t.Fatal(err)
	}
	return w
}

// drive steps w until step n and queues the same commands at the same steps in every run. It returns the hash every 100
// steps and all events.
func drive(t testing.TB, w *traffic.World, n uint64) (hashes []uint64, events []traffic.Event) {
	t.Helper()
	for w.Steps() < n {
		var c *traffic.Command
		switch w.Steps() {
		case 1000:
			c = &traffic.Command{Kind: traffic.SetCondition, Condition: tyre.Ice}
		case 1500:
			c = &traffic.Command{Kind: traffic.CloseEdge, Edge: 20}
		case 2500:
			c = &traffic.Command{Kind: traffic.SetSpeedLimit, Edge: 30, Limit: 8}
		}
		if c != nil {
			if err := w.Queue(*c); err != nil {
				t.Fatal(err)
			}
		}
		w.Step()
		events = append(events, w.Events()...)
		if w.Steps()%100 == 0 {
			hashes = append(hashes, w.Hash())
		}
	}
	return hashes, events
}

func TestAnyNumberOfWorkersGivesTheSameBytes(t *testing.T) {
	net := grid(t, 12, true)
	const steps = 3000
	first := busyWorld(t, net, 1)
	wantHashes, wantEvents := drive(t, first, steps)
	if st := first.Stats(); st.OnRoad < 2500 {
		t.Fatalf("only %d vehicles on the road: the workers are not used", st.OnRoad)
	}
	t.Logf("%+v %+v", first.Stats(), first.Audit())
	for _, workers := range []int{2, 7, 16} {
		w := busyWorld(t, net, workers)
		hashes, events := drive(t, w, steps)
		for i := range hashes {
			if hashes[i] != wantHashes[i] {
				t.Fatalf("%d workers: hash after step %d is %x, with one worker %x", workers, (i+1)*100, hashes[i], wantHashes[i])
			}
		}
		if !slices.Equal(events, wantEvents) {
			t.Errorf("%d workers: the events differ", workers)
		}
		if got, want := w.Stats(), first.Stats(); got != want {
			t.Errorf("%d workers: stats %+v, want %+v", workers, got, want)
		}
	}
}

func TestSnapshotAndRestoreChangeNothing(t *testing.T) {
	net := grid(t, 8, true)
	straight := busyWorld(t, net, 2)
	want, _ := drive(t, straight, 3000)

	broken := busyWorld(t, net, 1)
	drive(t, broken, 1700)
	snapshot := broken.Snapshot()
	drive(t, broken, 2200) // going on does not touch the snapshot
	other := newWorld(t, net, 3, func(c *traffic.Config) { c.ClearAfter = 60 })
	for range 2 { // and it can be used again
		if err := other.Restore(snapshot); err != nil {
			t.Fatal(err)
		}
		got, _ := drive(t, other, 3000)
		if tail := want[len(want)-len(got):]; !slices.Equal(got, tail) {
			t.Errorf("hashes after restoring %x, want %x", got, tail)
		}
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
