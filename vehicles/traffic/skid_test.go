package traffic_test

import (
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
)

// bendInTown is a road that turns through a right angle, at a limit of 50 km/h.
func bendInTown(t *testing.T) *network.Network {
	t.Helper()
	corners := []network.Point{{}, {X: 300}, {X: 300, Y: 300}}
	spec := &network.Spec{DrivingSide: network.RightHand}
	for i, at := range corners {
		spec.Junctions = append(spec.Junctions, network.JunctionSpec{Position: at, Controller: network.None, Boundary: i != 1})
		if i == 0 {
			continue
		}
		spec.Edges = append(spec.Edges, network.EdgeSpec{
			From: int32(i - 1), To: int32(i), Shape: []network.Point{corners[i-1], at}, Opposite: network.None, Road: network.Residential,
			Lanes: []network.LaneSpec{{Width: 3.5, SpeedLimit: 14, Permitted: network.AllClasses}},
		})
	}
	return build(t, spec)
}

// TestWhoMeetsIceInABendSlidesOffTheRoad sends cars round a right-angled bend. On a dry road all go round it; when it turns to ice as
// they come to it, those who are in it or just before slide straight on, to the outside of the bend; those who come later know, and go
// round it slowly.
func TestWhoMeetsIceInABendSlidesOffTheRoad(t *testing.T) {
	net := bendInTown(t)
	for _, c := range []struct {
		name string
		ice  bool
	}{{"dry", false}, {"ice", true}} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, net, 1, nil)
			if _, err := w.AddTrips(stream(0, 1, network.Car, 7*3600, 7*3600+300, 6)); err != nil {
				t.Fatal(err)
			}
			left, last, most := 0, 0.0, 0.0
			for w.Time() < 7*3600+600 {
				if c.ice && math.Abs(w.Time()-(7*3600+120)) < 1e-6 {
					if err := w.Queue(traffic.Command{Kind: traffic.SetCondition, Condition: tyre.WetIce}); err != nil {
						t.Fatal(err)
					}
				}
				w.Step()
				for _, e := range w.Events() {
					if e.Kind == traffic.LeftRoad {
						left++
						last = w.Time() - 7*3600
					}
				}
				for _, v := range w.AppendVehicles(nil) {
					most = math.Max(most, -v.Lateral) // to the right of the left-hand bend: outside
				}
			}
			if a := w.Audit(); a != (traffic.Audit{}) {
				t.Errorf("%+v", a)
			}
			if !c.ice && (left > 0 || most > 0) {
				t.Errorf("%d left a dry road, at most %.1f m off", left, most)
			}
			if c.ice && (left == 0 || most < 2) {
				t.Errorf("%d left the road on ice, at most %.1f m off; want some, off their lane", left, most)
			}
			if last > 200 {
				t.Errorf("somebody left the road %.0f s after it had turned to ice", last-120)
			}
			if st := w.Stats(); st.LeftRoad != left || st.Departed != st.Arrived+st.OnRoad+st.Cleared {
				t.Errorf("%+v", st)
			}
			t.Logf("%+v", w.Stats())
		})
	}
}
