package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
)

// hill is a road that climbs by 6 %, 400 m of it.
func hill(t *testing.T) *network.Network {
	t.Helper()
	ends := []network.Point{{}, {X: 400}}
	return build(t, &network.Spec{
		DrivingSide: network.RightHand,
		Junctions:   []network.JunctionSpec{{Position: ends[0], Controller: network.None, Boundary: true}, {Position: ends[1], Controller: network.None, Boundary: true}},
		Edges: []network.EdgeSpec{{
			From: 0, To: 1, Shape: ends, Opposite: network.None, Road: network.Residential,
			Gradient: 0.06,
			Lanes:    []network.LaneSpec{{Width: 3.5, SpeedLimit: 14, Permitted: network.AllClasses}},
		}},
	})
}

// onHill returns a world on a hill of wet ice where a lorry is to set out from the kerb, and a car comes after it.
func onHill(t *testing.T, change func(*traffic.Config)) *traffic.World {
	t.Helper()
	w := newWorld(t, hill(t), 1, func(c *traffic.Config) {
		c.Condition = tyre.WetIce
		if change != nil {
			change(c)
		}
	})
	add(t, w, []traffic.Trip{
		{Depart: 7*3600 + 1, FromPos: 200, ToPos: traffic.AtBoundary, Class: network.ArticulatedLorry},
		{Depart: 7*3600 + 30, FromPos: 150, ToPos: traffic.AtBoundary, Class: network.Car},
	})
	return w
}

// TestWhoCannotPullAwayIsTowedOff stands a lorry on an icy hill. It shows what holds it, nobody is stuck without a cause, and after the time
// that is configured, and not before, it is towed off, told and counted; so is the car behind it in its turn.
func TestWhoCannotPullAwayIsTowedOff(t *testing.T) {
	w := onHill(t, func(c *traffic.Config) { c.RecoverAfter = 600 })
	var towed []traffic.Event
	for w.Time() < 7*3600+1500 {
		w.Step()
		for _, e := range w.Events() {
			if e.Kind == traffic.Recovered {
				towed = append(towed, e)
			}
		}
		if d, ok := w.Vehicle(0); ok && w.Time() > 7*3600+20 && (d.Limit != traffic.LimitTyres || d.V > 0) {
			t.Fatalf("at %.1f s: the lorry drives at %.2f m/s, held by %v; want it to stand, held by %v", w.Time(), d.V, d.Limit, traffic.LimitTyres)
		}
		if a, st := w.Audit(), w.Stats(); a != (traffic.Audit{}) || st.Stuck > 0 {
			t.Fatalf("at %.1f s: audit %+v, %d stuck, want none", w.Time(), a, st.Stuck)
		}
	}
	if len(towed) != 2 || w.Stats().Recovered != 2 || w.Stats().OnRoad != 0 {
		t.Fatalf("towed off: %+v; %+v; want both", towed, w.Stats())
	}
	if after := towed[0].Time - 7*3600; towed[0].Vehicle != 0 || after < 600 || after > 620 {
		t.Errorf("vehicle %d is towed off after %.1f s, want the lorry, after 600 to 620 s", towed[0].Vehicle, after)
	}
}

// TestWhoCannotPullAwayGoesOnWhenTheRoadDries dries the hill before anybody comes: the lorry drives on by itself.
func TestWhoCannotPullAwayGoesOnWhenTheRoadDries(t *testing.T) {
	w := onHill(t, nil)
	for w.Time() < 7*3600+1200 {
		if w.Steps() == 4500 {
			queue(t, w, tyre.Dry)
		}
		w.Step()
	}
	if st := w.Stats(); st.Arrived != 2 || st.Recovered != 0 {
		t.Errorf("%+v, want both arrived by themselves", st)
	}
}

// TestASnapshotRemembersWhoCannotPullAway restores one taken while the lorry waits to be towed off: it is, at the same moment.
func TestASnapshotRemembersWhoCannotPullAway(t *testing.T) {
	w := onHill(t, func(c *traffic.Config) { c.RecoverAfter = 400 })
	for w.Time() < 7*3600+350 {
		w.Step()
	}
	other := onHill(t, func(c *traffic.Config) { c.RecoverAfter = 400 })
	if err := other.Restore(w.Snapshot()); err != nil {
		t.Fatal(err)
	}
	for w.Time() < 7*3600+500 {
		w.Step()
		other.Step()
		if w.Hash() != other.Hash() {
			t.Fatalf("at %.1f s: hash %x after Restore, want %x", w.Time(), other.Hash(), w.Hash())
		}
	}
	if w.Stats().Recovered == 0 {
		t.Error("nobody was towed off: that is no test")
	}
}
