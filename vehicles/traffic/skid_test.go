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

// windingRoad is a road without a junction that turns to the left by a right angle on a radius of 25 m, at a limit of 50 km/h.
func windingRoad(t *testing.T, surface network.Surface) *network.Network {
	t.Helper()
	line := []network.Point{{}}
	for i := range 10 {
		a := math.Pi / 18 * float64(i)
		line = append(line, network.Point{X: 300 + 25*math.Sin(a), Y: 25 * (1 - math.Cos(a))})
	}
	line = append(line, network.Point{X: 325, Y: 325})
	spec := &network.Spec{DrivingSide: network.RightHand}
	for _, at := range []network.Point{line[0], line[len(line)-1]} {
		spec.Junctions = append(spec.Junctions, network.JunctionSpec{Position: at, Controller: network.None, Boundary: true})
	}
	spec.Edges = append(spec.Edges, network.EdgeSpec{
		From: 0, To: 1, Shape: line, Opposite: network.None, Road: network.Residential,
		Lanes: []network.LaneSpec{{Width: 3.5, SpeedLimit: 14, Permitted: network.AllClasses, Surface: surface}},
	})
	return build(t, spec)
}

// Drivers slow for a bend of their lane by the grip they believe in: on asphalt, on gravel and on snow all go round it, each slower than on
// the one before. If it turns to ice as they come to it, they slide off to the outside.
func TestALaneBends(t *testing.T) {
	slowest := 100.0
	for _, c := range []struct {
		name    string
		surface network.Surface
		before  tyre.Condition
		after   tyre.Condition
		slides  bool
	}{
		{"dry", network.Asphalt, tyre.Dry, tyre.Dry, false},
		{"gravel", network.Gravel, tyre.Dry, tyre.Dry, false},
		{"packed snow", network.Asphalt, tyre.PackedSnow, tyre.PackedSnow, false},
		{"ice at once", network.Asphalt, tyre.Dry, tyre.WetIce, true},
	} {
		w := newWorld(t, windingRoad(t, c.surface), 1, func(cfg *traffic.Config) { cfg.Condition = c.before })
		if _, err := w.AddTrips(stream(0, 0, network.Car, 7*3600, 7*3600+300, 6)); err != nil {
			t.Fatal(err)
		}
		left, aside, sum, n, curve := 0, 0.0, 0.0, 0, 0
		for w.Time() < 7*3600+600 {
			if c.after != c.before && math.Abs(w.Time()-(7*3600+120)) < 1e-6 {
				if err := w.Queue(traffic.Command{Kind: traffic.SetCondition, Condition: c.after}); err != nil {
					t.Fatal(err)
				}
			}
			w.Step()
			for _, e := range w.Events() {
				if e.Kind == traffic.LeftRoad {
					left++
				}
			}
			for _, v := range w.AppendVehicles(nil) {
				aside = math.Max(aside, -v.Lateral)
				if v.S > 310 && v.S < 330 {
					sum, n = sum+v.V, n+1
				}
				if v.Limit == traffic.LimitCurve {
					curve++
				}
			}
		}
		speed := sum / float64(n)
		if a := w.Audit(); a != (traffic.Audit{}) {
			t.Errorf("%s: %+v", c.name, a)
		}
		if c.slides && (left == 0 || aside < 2) {
			t.Errorf("%s: %d left the road, at most %.1f m off", c.name, left, aside)
		}
		if !c.slides {
			if st := w.Stats(); left > 0 || aside > 0 || st.Crashes > 0 || st.Arrived != st.Departed || curve == 0 {
				t.Errorf("%s: %d left the road, at most %.1f m off, %d times held by the curve, %+v", c.name, left, aside, curve, st)
			}
			if speed >= slowest {
				t.Errorf("%s: %.1f m/s in the bend, %.1f on the road before", c.name, speed, slowest)
			}
			slowest = speed
		}
		t.Logf("%s: %.1f km/h in the bend, %d left the road", c.name, 3.6*speed, left)
	}
}
