package ego_test

import (
	"flag"
	"testing"

	"roadtwin/scenarios/ego"
	"roadtwin/vehicles/draw"
)

var longSteps = flag.Uint64("steps", 4000, "ticks of the random ego that is forked and set back")

// A random ego drives for many ticks. Now and then its world is forked, or set back to where it was some time ago; either goes the way that was
// gone before, hash by hash. `go test ./scenarios/ego -run Million -steps 1000000` makes a million.
func TestMillionStepsOfForksAndRestores(t *testing.T) {
	city, s := town(t)
	var ticks, rounds, scenes, forks uint64
	for ticks < *longSteps {
		w := begin(t, city, s, scenes, 0)
		scenes++
		for !w.Over() && ticks < *longSteps {
			rounds++
			snapshot := w.Snapshot()
			n := 5 + uint64(draw.IntN(60, 9, draw.Test, rounds, 0))
			want := make([]uint64, 0, n)
			for i := range n {
				want = append(want, tick(t, w, rounds*100+i))
			}
			again := w
			if draw.IntN(8, 9, draw.Test, rounds, 1) == 0 {
				fork, err := snapshot.Fork()
				if err != nil {
					t.Fatal(err)
				}
				again = fork
				forks++
			} else if err := w.Restore(snapshot); err != nil {
				t.Fatal(err)
			}
			for i := range n {
				if got := tick(t, again, rounds*100+i); got != want[i] {
					t.Fatalf("scene %d, round %d, tick %d: hash %x, before %x", scenes, rounds, i, got, want[i])
				}
			}
			if again != w {
				again.Close()
			}
			ticks += 2 * n
		}
		w.Close()
	}
	t.Logf("%d ticks, %d rounds, %d of them forks, %d scenes: the same hashes", ticks, rounds, forks, scenes)
}

// tick makes one tick of a random action and returns the hash.
func tick(t *testing.T, w *ego.World, i uint64) uint64 {
	t.Helper()
	if err := w.Step(random(17, i/5), 1); err != nil {
		t.Fatal(err)
	}
	return w.Hash()
}
