package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
)

// record is a run that can be replayed: what was commanded before each step, and the hash after it.
type record struct {
	commands map[uint64][]traffic.Command // by the number of steps made before
	hashes   []uint64
}

// recordRun drives w for so many steps, with commands from outside now and then, and notes what is needed to do so again.
func recordRun(t *testing.T, w *traffic.World, steps int) record {
	t.Helper()
	r := record{commands: map[uint64][]traffic.Command{}}
	outside := map[uint64]traffic.Command{
		700:  {Kind: traffic.SetCondition, Condition: tyre.Wet},
		1300: {Kind: traffic.CloseEdge, Edge: 6},
		1900: {Kind: traffic.SetSpeedLimit, Edge: 9, Limit: 8},
		2400: {Kind: traffic.OpenEdge, Edge: 6},
	}
	for range steps {
		if c, ok := outside[w.Steps()]; ok {
			if err := w.Queue(c); err != nil {
				t.Fatal(err)
			}
		}
		before := w.Steps()
		w.Step()
		if applied := w.Applied(); len(applied) > 0 {
			r.commands[before] = append([]traffic.Command(nil), applied...)
		}
		r.hashes = append(r.hashes, w.Hash())
	}
	return r
}

// replay drives w as recorded and returns the first step after which it is not as it was then, or 0.
func (r *record) replay(t *testing.T, w *traffic.World) uint64 {
	t.Helper()
	for _, want := range r.hashes {
		for _, c := range r.commands[w.Steps()] {
			if err := w.Queue(c); err != nil {
				t.Fatal(err)
			}
		}
		w.Step()
		if w.Hash() != want {
			return w.Steps()
		}
	}
	return 0
}

func TestARecordedRunIsReplayedStepByStep(t *testing.T) {
	net := build(t, everything(network.RightHand))
	start := func(workers int) *traffic.World {
		w := newWorld(t, net, workers, nil)
		add(t, w, randomTrips(net, 12*len(net.Edges), w.Time(), 600, 5))
		return w
	}
	r := recordRun(t, start(1), 3000)
	if len(r.commands) != 4 {
		t.Fatalf("commands recorded at %d steps, want 4", len(r.commands))
	}
	if step := r.replay(t, start(3)); step != 0 {
		t.Errorf("step %d is the first to differ from the record", step)
	}
	delete(r.commands, 1900)
	if step := r.replay(t, start(1)); step <= 1900 {
		t.Errorf("without the command before step 1901 the first step to differ is %d, want one after it", step)
	}
}
