package traffic_test

import (
	"math"
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
)

// control has a vehicle driven by c from the next step on.
func control(t testing.TB, w *traffic.World, id traffic.VehicleID, c traffic.Control) {
	t.Helper()
	if err := w.Queue(traffic.Command{Kind: traffic.ControlVehicle, Vehicle: id, Control: c}); err != nil {
		t.Fatal(err)
	}
}

// alone returns a world with one car on net, on the road and driven by nobody yet.
func alone(t *testing.T, net *network.Network, from, to network.EdgeID) *traffic.World {
	t.Helper()
	w := newWorld(t, net, 1, nil)
	if _, err := w.AddTrips(stream(from, to, network.Car, 7*3600, 7*3600+1, 9)); err != nil {
		t.Fatal(err)
	}
	for w.Stats().OnRoad == 0 {
		w.Step()
	}
	return w
}

// steer returns the curvature that brings a car back to the middle of its lane within some five metres, round the bend that it is in.
func steer(t *testing.T, w *traffic.World, net *network.Network, d *traffic.VehicleDetail) float64 {
	t.Helper()
	e, ok := w.Ego(d.ID)
	if !ok {
		return 0
	}
	const ahead = 5.0
	here, there := net.PoseAt(d.Track, d.S, 0), net.PoseAt(d.Track, min(d.S+2, net.TrackLength(d.Track)), 0)
	bend := 0.0
	if ds := math.Hypot(there.X-here.X, there.Y-here.Y); ds > 0.5 {
		bend = math.Remainder(there.Heading-here.Heading, 2*math.Pi) / ds
	}
	return math.Max(-0.4, math.Min(0.4, bend-2*(d.Lateral+ahead*e.Heading)/(ahead*ahead)))
}

// A car that is steered from outside goes round a right-angled bend at 4 m/s on its lane; at 14 m/s on wet ice no steering keeps it
// there, and it leaves the road.
func TestSteeredVehicleGoesAsFarAsItsTyresHold(t *testing.T) {
	net := bendInTown(t)
	for _, c := range []struct {
		name  string
		speed float64
		ice   bool
	}{{"slow", 4, false}, {"ice", 14, true}} {
		t.Run(c.name, func(t *testing.T) {
			w := alone(t, net, 0, 1)
			if c.ice {
				if err := w.Queue(traffic.Command{Kind: traffic.SetCondition, Condition: tyre.WetIce}); err != nil {
					t.Fatal(err)
				}
			}
			off, left, arrived := 0.0, 0, 0
			for range 1500 {
				if d, ok := w.Vehicle(0); ok && d.Flags&traffic.Crashed == 0 {
					off = math.Max(off, math.Abs(d.Lateral))
					control(t, w, 0, traffic.Control{Mode: traffic.ByPedals, Accel: 2 * (c.speed - d.V), Curvature: steer(t, w, net, &d)})
				}
				w.Step()
				for _, e := range w.Events() {
					switch e.Kind {
					case traffic.LeftRoad:
						left++
					case traffic.Arrived:
						arrived++
					}
				}
			}
			if a := w.Audit(); a != (traffic.Audit{}) {
				t.Errorf("audit %+v", a)
			}
			if c.ice && (left != 1) || !c.ice && (arrived != 1 || left > 0 || off > 1.2) {
				t.Errorf("at most %.2f m off its lane, %d left the road, %d arrived", off, left, arrived)
			}
			t.Logf("at most %.2f m off its lane", off)
		})
	}
}

// A car stands still until it is told to go, reaches the speed that it is told within 2 %, brakes no harder than its tyres let it, and changes to the
// lane that it is told and no other.
func TestTargetsAreReachedWithinTheTyres(t *testing.T) {
	net := build(t, sample.Corridor(sample.CorridorSpec{Lanes: 2, Length: 4000, SpeedLimit: 20}))
	from, to := network.EdgeID(0), network.EdgeID(0)
	w := alone(t, net, from, to)
	last := func(c traffic.Control, steps int) traffic.VehicleDetail {
		control(t, w, 0, c)
		for range steps {
			w.Step()
		}
		d, ok := w.Vehicle(0)
		if !ok {
			t.Fatalf("the car is gone at %.1f s", w.Time())
		}
		return d
	}
	if d := last(traffic.Control{Mode: traffic.ByTargets, Speed: 0, Lane: -1}, 50); d.V != 0 {
		t.Errorf("drives at %.2f m/s, want 0", d.V)
	}
	if d := last(traffic.Control{Mode: traffic.ByTargets, Speed: 20, Lane: -1}, 100); math.Abs(d.V-20) > 0.4 {
		t.Errorf("drives at %.2f m/s, want 20", d.V)
	}
	d, _ := w.Vehicle(0)
	lane, _ := net.LaneOf(d.Track)
	want := 1 - net.Lanes[lane].Index
	d = last(traffic.Control{Mode: traffic.ByTargets, Speed: 20, Lane: int8(want)}, 50)
	if lane, _ = net.LaneOf(d.Track); net.Lanes[lane].Index != want || d.Lateral != 0 {
		t.Errorf("on lane %d, %.2f m off it, want lane %d", net.Lanes[lane].Index, d.Lateral, want)
	}
	if err := w.Queue(traffic.Command{Kind: traffic.SetCondition, Condition: tyre.Ice}); err != nil {
		t.Fatal(err)
	}
	d = last(traffic.Control{Mode: traffic.ByTargets, Speed: 0, Lane: -1}, 5)
	if d.A > -0.2 || -d.A > d.Brake+0.02 {
		t.Errorf("brakes with %.2f m/s² on ice, want what the tyres have: %.2f", -d.A, d.Brake)
	}
	if a := w.Audit(); a != (traffic.Audit{}) {
		t.Errorf("audit %+v", a)
	}
}

func TestNonsenseIsNoControl(t *testing.T) {
	w := alone(t, bendInTown(t), 0, 1)
	for _, c := range []traffic.Command{
		{Vehicle: 7},
		{Control: traffic.Control{Mode: traffic.NumControlModes}},
		{Control: traffic.Control{Accel: math.NaN()}},
		{Control: traffic.Control{Accel: -21}},
		{Control: traffic.Control{Curvature: math.Inf(1)}},
		{Control: traffic.Control{Speed: -1}},
		{Control: traffic.Control{Speed: math.NaN()}},
		{Control: traffic.Control{Lane: -2}},
		{Control: traffic.Control{Lane: 16}},
	} {
		c.Kind = traffic.ControlVehicle
		if err := w.Queue(c); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
}

// wild returns what a driver out of its mind does to a vehicle in a step.
func wild(id traffic.VehicleID, step uint64) traffic.Control {
	of := func(i uint64) float64 { return draw.Float64(11, draw.Dawdling, uint64(id), step/8*4+i) }
	if of(0) < 0.5 {
		return traffic.Control{Mode: traffic.ByTargets, Speed: 25 * of(1), Lane: int8(4*of(2)) - 1}
	}
	return traffic.Control{Mode: traffic.ByPedals, Accel: 12*of(1) - 7, Curvature: 0.1 * (of(2) - 0.5)}
}

// wildly lets every fifth vehicle of the town be driven by wild until so many steps have been made.
func wildly(t *testing.T, s *scene, w *traffic.World, until uint64, look func()) {
	t.Helper()
	for w.Steps() < until {
		for _, v := range w.AppendVehicles(nil) {
			if v.ID%5 == 0 && w.Steps() > 200 {
				control(t, w, v.ID, wild(v.ID, w.Steps()))
			}
		}
		s.step(t, w)
		look()
	}
}

// Every fifth vehicle of a town is driven at random, over red lights and into others. There are crashes; nothing impossible happens, nobody is
// lost, and the rest of the town still gets where it is going. The same in a fork from half way, and with more workers.
func TestWildEgosBreakNothingButVehicles(t *testing.T) {
	for _, side := range []network.DrivingSide{network.RightHand, network.LeftHand} {
		s := newScene(t, side)
		one := s.world(t, 1)
		look := func() {
			st := one.Stats()
			if a := one.Audit(); a != (traffic.Audit{}) || st.Departed != st.Arrived+st.Cleared+st.OnRoad+st.Recovered {
				t.Fatalf("at %.2f s: %+v, %+v", one.Time(), a, st)
			}
			for _, o := range one.OverlapsInLine(0.3) {
				t.Fatalf("at %.2f s one is inside another: %+v\n%s\n%s", one.Time(), o, one.Describe(o.A), one.Describe(o.B))
			}
		}
		wildly(t, &s, one, 1000, look)
		snapshot := one.Snapshot()
		same := s.emptyWorld(t, 3)
		if err := same.Restore(snapshot); err != nil {
			t.Fatal(err)
		}
		var want, got []uint64
		wildly(t, &s, one, 2500, func() { look(); want = append(want, one.Hash()) })
		wildly(t, &s, same, 2500, func() { got = append(got, same.Hash()) })
		if !slices.Equal(want, got) {
			t.Errorf("a fork of a world with egos goes another way")
		}
		st := one.Stats()
		if st.Crashes == 0 || st.RedRuns == 0 || st.LeftRoad == 0 || st.Arrived < 100 {
			t.Errorf("%+v: want crashes, red runs, vehicles off the road, and a hundred arrived", st)
		}
		t.Logf("%v: %+v", side, st)
	}
}

// An ego that stands at a green light with its foot on the brake does not keep the crossing traffic waiting: it has not been let in.
func TestNobodyWaitsForAnEgoThatStands(t *testing.T) {
	s := newScene(t, network.RightHand)
	w := s.world(t, 1)
	stands := map[traffic.VehicleID]bool{}
	for w.Steps() < 3000 {
		for _, v := range w.AppendVehicles(nil) {
			// Those who have stopped at a line stay there for a minute.
			if v.ID%40 == 0 && v.V == 0 && v.Limit != traffic.LimitLeader && v.Limit != traffic.LimitCrash && !stands[v.ID] && w.Steps() < 2000 {
				control(t, w, v.ID, traffic.Control{Mode: traffic.ByTargets, Lane: -1})
				stands[v.ID] = true
			}
		}
		s.step(t, w)
	}
	if len(stands) < 3 || w.Stats().Crashes > 20 {
		t.Errorf("%d stand, %+v", len(stands), w.Stats())
	}
	if st := w.Stats(); st.Arrived < 300 {
		t.Errorf("%d arrived in a town where %d stand", st.Arrived, len(stands))
	}
	t.Logf("%d stand: %+v", len(stands), w.Stats())
}
