package traffic_test

import (
	"fmt"
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
)

// TestAForkGoesItsOwnWay takes the state in the middle of everything, with ice and wrecks on the road, into two worlds, and gives one of
// them another command. At all step times the one without goes on to the bit as the world it came from, whose twin with other labels
// and whose mirror image do as well; nobody is lost in any of them, and nothing impossible happens.
func TestAForkGoesItsOwnWay(t *testing.T) {
	const forked, ends = 510.0, 700.0 // s from the start: it is icy from 500 to 530
	for _, dt := range []float64{0.05, 0.1, 0.2, 0.5} {
		t.Run(fmt.Sprint(dt), func(t *testing.T) {
			s := newScene(t, network.RightHand)
			for i := range s.trips { // in bunches that depart at the same time
				s.trips[i].Depart = 10 * math.Floor(s.trips[i].Depart/10)
			}
			s.change = func(c *traffic.Config) { c.StepTime = dt }
			one := s.world(t, 1)
			clean(t, &s, one, forked)
			snapshot := one.Snapshot()
			same, other := s.emptyWorld(t, 3), s.emptyWorld(t, 2)
			for _, w := range []*traffic.World{same, other} {
				if err := w.Restore(snapshot); err != nil {
					t.Fatal(err)
				}
			}
			if err := other.Queue(traffic.Command{Kind: traffic.SetCondition, Condition: tyre.Snow}); err != nil {
				t.Fatal(err)
			}
			for _, w := range []*traffic.World{one, same, other} {
				clean(t, &s, w, ends)
			}
			if one.Hash() != same.Hash() || one.Hash() == other.Hash() {
				t.Errorf("hash %x, of the fork %x, with another command %x: want the first two equal", one.Hash(), same.Hash(), other.Hash())
			}
			for name, twin := range map[string]twin{"relabelled": relabelled(t, s.spec, 3), "mirrored": mirrored(t, s.spec)} {
				told := s.told(twin)
				told.change = s.change
				w := told.world(t, 1)
				clean(t, &told, w, ends)
				if a, b := one.Stats(), w.Stats(); a != b {
					t.Errorf("%s: %+v, want %+v", name, b, a)
				}
			}
		})
	}
}

// clean drives a scene until so many seconds from its start, and fails the test if anybody gets lost or is inside anybody.
func clean(t *testing.T, s *scene, w *traffic.World, until float64) {
	t.Helper()
	for w.Time() < 7*3600+until-1e-9 {
		s.step(t, w)
		st := w.Stats()
		if a := w.Audit(); a != (traffic.Audit{}) || st.Departed != st.Arrived+st.Cleared+st.OnRoad || st.Released != st.Departed+st.Waiting+st.NoRoute {
			t.Fatalf("at %.2f s: %+v, %+v", w.Time(), a, st)
		}
		for _, o := range w.OverlapsInLine(0.3) {
			t.Fatalf("at %.2f s one is inside another: %+v\n%s\n%s", w.Time(), o, w.Describe(o.A), w.Describe(o.B))
		}
	}
}
