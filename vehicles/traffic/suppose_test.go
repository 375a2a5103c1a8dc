package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// TestASuppositionChangesOneVehicle takes forks of the scene and supposes something of one vehicle: at first nobody else is another,
// and the fork in which it is gone has one vehicle less and loses nobody.
func TestASuppositionChangesOneVehicle(t *testing.T) {
	s := newScene(t, network.RightHand)
	w := s.world(t, 1)
	for w.Time() < 7*3600+300 {
		s.step(t, w)
	}
	before := w.AppendVehicles(nil)
	fastest := before[0]
	for _, v := range before {
		if v.V > fastest.V && v.Limit != traffic.LimitCrash {
			fastest = v
		}
	}
	snapshot := w.Snapshot()
	for name, x := range map[string]traffic.Supposition{
		"brakes": {Brakes: true}, "slower": {SpeedShare: 0.9}, "gone": {Gone: true}, "sooner": {Sooner: 0.5, NoLapses: true, Knows: true},
	} {
		t.Run(name, func(t *testing.T) {
			fork := s.emptyWorld(t, 1)
			if err := fork.Restore(snapshot); err != nil {
				t.Fatal(err)
			}
			hash := fork.Hash()
			x.Vehicle = fastest.ID
			if err := fork.Suppose(x); err != nil {
				t.Fatal(err)
			}
			if fork.Hash() == hash {
				t.Error("the state is as before")
			}
			for range 5 {
				s.step(t, fork)
			}
			got, there := fork.Vehicle(fastest.ID)
			switch name {
			case "gone":
				if st := fork.Stats(); there || st.Departed != st.Arrived+st.Cleared+st.OnRoad {
					t.Errorf("there: %v, %+v", there, st)
				}
			case "brakes":
				if got.A > -5 {
					t.Errorf("after a second at %.1f m/s²", got.A)
				}
			case "slower":
				if got.V > 0.95*fastest.V {
					t.Errorf("at %.2f m/s, was at %.2f", got.V, fastest.V)
				}
			}
			if a := fork.Audit(); a != (traffic.Audit{}) {
				t.Errorf("%+v", a)
			}
		})
	}
	if err := w.Suppose(traffic.Supposition{Vehicle: 1 << 30}); err == nil {
		t.Error("supposed something of nobody")
	}
}
