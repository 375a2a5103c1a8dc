package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/traffic"
)

// descent is a straight road of so many km with a gradient (rise over run), at a limit of 80 km/h, and a level one after it.
func descent(t *testing.T, km, gradient float64) *network.Network {
	t.Helper()
	ends := []network.Point{{}, {X: 1000 * km}, {X: 1000*km + 2000}}
	spec := &network.Spec{DrivingSide: network.RightHand}
	for i, at := range ends {
		spec.Junctions = append(spec.Junctions, network.JunctionSpec{Position: at, Controller: network.None, Boundary: i != 1})
		if i > 0 {
			spec.Edges = append(spec.Edges, network.EdgeSpec{
				From: int32(i - 1), To: int32(i), Shape: []network.Point{ends[i-1], at}, Opposite: network.None, Road: network.Trunk,
				Gradient: gradient * float64(2-i),
				Lanes:    []network.LaneSpec{{Width: 3.5, SpeedLimit: 22, Permitted: network.AllClasses}},
			})
		}
	}
	return build(t, spec)
}

// Laden lorries down 12 km of 8 % fade, whose endurance brakes hold 30 km/h on 7 %; vans do not, and on 3 % nobody does. A faded lorry
// brakes with less, tells so, and its brakes cool on the level.
func TestBrakesFadeOnALongDescent(t *testing.T) {
	for _, c := range []struct {
		class    network.VehicleClass
		gradient float64
		fades    bool
	}{{network.ArticulatedLorry, -0.08, true}, {network.ArticulatedLorry, -0.03, false}, {network.Van, -0.05, false}} {
		net := descent(t, 12, c.gradient)
		w := newWorld(t, net, 1, nil)
		if _, err := w.AddTrips(stream(0, 1, c.class, 7*3600, 7*3600+200, 20)); err != nil {
			t.Fatal(err)
		}
		events, most, least := 0, 0.0, 100.0
		for w.Time() < 7*3600+1000 {
			w.Step()
			for _, e := range w.Events() {
				if e.Kind == traffic.BrakesFaded {
					events++
				}
			}
			if v, ok := w.Vehicle(0); ok {
				most, least = max(most, v.BrakeHeat), min(least, v.Brake)
				if want := (dynamics.Fitness{Fade: dynamics.Heat{Rise: v.BrakeHeat}.Fade()}).Rounded(); v.Fitness != want && w.Steps()%5 == 0 {
					t.Fatalf("at %.1f s its brakes are %.0f K hot and it is %+v, want %+v", w.Time(), v.BrakeHeat, v.Fitness, want)
				}
			}
		}
		if events != w.Stats().Faded || c.fades != (events > 0) || c.fades && most < 300 || !c.fades && most > 230 {
			t.Errorf("%v on %.0f %%: %d events, %d faded, brakes of the first up to %.0f K hot, braking with %.2f m/s² or more", c.class,
				100*c.gradient, events, w.Stats().Faded, most, least)
		}
		if a := w.Audit(); a != (traffic.Audit{}) {
			t.Errorf("%+v", a)
		}
		t.Logf("%v on %.0f %%: %.0f K, braking with %.2f m/s² or more", c.class, 100*c.gradient, most, least)
	}
}

// Who has faded brakes and gets them repaired, or is supposed to have had cold ones, brakes as new.
func TestHotBrakesAreAState(t *testing.T) {
	net := descent(t, 12, -0.08)
	run := func(to float64) *traffic.World {
		w := newWorld(t, net, 1, nil)
		if _, err := w.AddTrips(stream(0, 1, network.ArticulatedLorry, 7*3600, 7*3600+100, 20)); err != nil {
			t.Fatal(err)
		}
		for w.Time() < to {
			w.Step()
		}
		return w
	}
	const half, end = 7*3600 + 480.0, 7*3600 + 520.0
	w, straight := run(half), run(end)
	snapshot, other := w.Snapshot(), run(7*3600+1)
	if err := other.Restore(snapshot); err != nil {
		t.Fatal(err)
	}
	for other.Time() < end {
		other.Step()
	}
	if other.Hash() != straight.Hash() {
		t.Error("after a snapshot with hot brakes the run is another")
	}
	v, _ := other.Vehicle(0)
	if v.Fitness.Fade == 0 {
		t.Fatalf("the first is not faded: %.0f K", v.BrakeHeat)
	}
	if err := other.Suppose(traffic.Supposition{Vehicle: 0, ColdBrakes: true}); err != nil {
		t.Fatal(err)
	}
	if cold, _ := other.Vehicle(0); cold.Fitness != (dynamics.Fitness{}) || cold.BrakeHeat != 0 || cold.Brake <= v.Brake {
		t.Errorf("with cold brakes it is %+v, %.0f K, and brakes with %.2f m/s² where hot ones gave %.2f", cold.Fitness, cold.BrakeHeat, cold.Brake, v.Brake)
	}
}
