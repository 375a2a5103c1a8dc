package scenarios

import (
	"path/filepath"
	"strings"
	"testing"

	"roadtwin/scenarios/results"
	"roadtwin/vehicles/traffic"
)

func stepTo(r *Run, time float64) {
	for r.Time() < time-r.scenario.Step/2 {
		r.Step()
	}
}

// TestARunGoesBackAndOnAsItDid: taken back to a moment it is what it was then, with what clients had asked for; what they asked for
// later is forgotten.
func TestARunGoesBackAndOnAsItDid(t *testing.T) {
	city, s := townCity(t), townScenario(t)
	r, other := newRun(t, city, s, Options{Seed: 3, Workers: 2}), newRun(t, city, s, Options{Seed: 3, Workers: 1})
	begin := r.Begin()
	slow := traffic.Command{Kind: traffic.SetSpeedLimit, Edge: 3, Limit: 5}
	open := traffic.Command{Kind: traffic.SetSpeedLimit, Edge: 3, Limit: 14}
	ask := func(r *Run) {
		if err := r.Queue(slow, "page"); err != nil {
			t.Fatal(err)
		}
		r.QueueAt(open, "page", begin+250)
	}
	stepTo(r, begin+100)
	c := r.Checkpoint()
	stepTo(r, begin+150)
	ask(r)
	stepTo(r, begin+200)
	at200 := r.World().Hash()
	stepTo(r, begin+220)
	if err := r.Queue(traffic.Command{Kind: traffic.CloseEdge, Edge: 5}, "page"); err != nil {
		t.Fatal(err)
	}
	stepTo(r, begin+300)
	for range 2 { // from the present, and from where it has been taken back to
		if err := r.Rewind(c, begin+200); err != nil {
			t.Fatal(err)
		}
		if r.Time() != c.Time() {
			t.Fatalf("back at %.1f s, want %.1f", r.Time(), c.Time())
		}
		stepTo(r, begin+200)
		if r.World().Hash() != at200 {
			t.Fatal("gone back and on to 200 s it is not what it was then")
		}
	}
	finish(r)
	stepTo(other, begin+150)
	ask(other)
	finish(other)
	a, b := r.Summary(), other.Summary()
	if a.StateHash != b.StateHash || a.Arrived != b.Arrived || a.MeanDelay != b.MeanDelay {
		t.Errorf("hash %s, %d arrived; want %s, %d, as without what was asked for after 200 s", a.StateHash, a.Arrived, b.StateHash, b.Arrived)
	}
	if got, want := len(r.Commands()), len(other.Commands()); got != want {
		t.Errorf("%d commands, want %d", got, want)
	}
	last := r.Commands()[len(r.Commands())-1]
	if last.Command.Kind == traffic.CloseEdge {
		t.Error("what was asked for after the moment it went back to is still among the commands")
	}
}

func TestARunThatIsRecordedDoesNotGoBack(t *testing.T) {
	city, s := townCity(t), townScenario(t)
	r := newRun(t, city, s, Options{Seed: 3, Workers: 1})
	db, err := results.Create(filepath.Join(t.TempDir(), "results.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	recorder, err := Record(db, r, "test")
	if err != nil {
		t.Fatal(err)
	}
	defer recorder.Abandon()
	c := r.Checkpoint()
	stepTo(r, r.Begin()+10)
	if err := r.Rewind(c, r.Begin()); err == nil || !strings.Contains(err.Error(), "recorded") {
		t.Errorf("error %v, want one that says it is being recorded", err)
	}
	if r.Time() < r.Begin()+10-1e-6 {
		t.Errorf("at %.1f s after the refusal, want %.1f", r.Time(), r.Begin()+10)
	}
}
