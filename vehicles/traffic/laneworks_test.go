package traffic_test

import (
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
)

// TestAClosedLaneIsLeftBefore closes a lane of the middle one of three sections of a motorway for a while: nobody comes onto it after those
// who could not help it, all get past by the other, and it is used again when it is open.
func TestAClosedLaneIsLeftBefore(t *testing.T) {
	for _, side := range []int{0, 1} {
		net := build(t, sample.Motorway(sample.MotorwaySpec{SpeedLimit: 80 / 3.6, Sections: []sample.MotorwaySection{{Length: 800}, {Length: 600}, {Length: 400}}}))
		w := newWorld(t, net, 1, nil)
		trips := through(w, 300, 3, 0, 2)
		if _, err := w.AddTrips(trips); err != nil {
			t.Fatal(err)
		}
		lane := net.Edges[1].FirstLane + network.LaneID(side)
		count := func() int64 { return w.Counts()[lane.Track()].Entered }
		checked(t, w, 1000)
		before := count()
		if before < 10 {
			t.Fatalf("lane %d: %d have come onto it in 200 s, want some", side, before)
		}
		if err := w.Queue(traffic.Command{Kind: traffic.CloseLane, Lane: lane}); err != nil {
			t.Fatal(err)
		}
		checked(t, w, 100) // those who are in the last metres before it
		late := count()
		if late-before > 10 {
			t.Errorf("lane %d: %d more come onto it in the 20 s after it was closed", side, late-before)
		}
		checked(t, w, 2400)
		if got := count(); got != late {
			t.Errorf("lane %d: %d come onto it later", side, got-late)
		}
		for _, v := range w.AppendVehicles(nil) {
			if v.Track == lane.Track() {
				t.Errorf("lane %d: vehicle %d is on it 8 minutes after it was closed", side, v.ID)
			}
		}
		if err := w.Queue(traffic.Command{Kind: traffic.OpenLane, Lane: lane}); err != nil {
			t.Fatal(err)
		}
		checked(t, w, 2500)
		if got := count(); got-late < 10 {
			t.Errorf("lane %d: %d come onto it after it was opened again, want many", side, got-late)
		}
		if st := w.Stats(); st.Arrived != len(trips) || st.Rerouted != 0 {
			t.Errorf("lane %d: %d of %d have arrived, %d rerouted", side, st.Arrived, len(trips), st.Rerouted)
		}
	}
}

// TestOnlyALaneThatCanBeSparedIsClosed asks for the closure of all lanes of the town, one after the other.
func TestOnlyALaneThatCanBeSparedIsClosed(t *testing.T) {
	net := build(t, sample.Town(network.RightHand))
	w := newWorld(t, net, 1, nil)
	closed := 0
	for lane := range net.Lanes {
		id := network.LaneID(lane)
		err := w.Queue(traffic.Command{Kind: traffic.CloseLane, Lane: id})
		if err == nil {
			closed++
			w.Step()
		} else if !strings.Contains(err.Error(), "last of edge") && !strings.Contains(err.Error(), "no lane of edge") {
			t.Errorf("lane %d: %v", lane, err)
		}
		if net.Edges[net.Lanes[lane].Edge].NumLanes == 1 && err == nil {
			t.Errorf("the only lane of edge %d was closed", net.Lanes[lane].Edge)
		}
	}
	if closed == 0 {
		t.Error("no lane of the town could be closed")
	}
	if _, err := w.AddTrips(randomTrips(net, 300, w.Time(), 300, 4)); err != nil {
		t.Fatal(err)
	}
	checked(t, w, 7500)
	// Who misses a turn on 35 m may come to where no way leads back.
	if st := w.Stats(); st.Arrived+st.NoRoute < 297 {
		t.Errorf("with %d lanes closed %d of 300 trips have ended, want all but a few", closed, st.Arrived+st.NoRoute)
	}
	for _, bad := range []network.LaneID{-1, network.LaneID(len(net.Lanes))} {
		for _, kind := range []traffic.CommandKind{traffic.CloseLane, traffic.OpenLane} {
			if w.Queue(traffic.Command{Kind: kind, Lane: bad}) == nil {
				t.Errorf("command %d for lane %d was taken", kind, bad)
			}
		}
	}
}

// TestClosedLanesAreInSnapshots: a world that goes on from a snapshot does as the one it was taken of, and one that had other lanes closed
// opens them.
func TestClosedLanesAreInSnapshots(t *testing.T) {
	net := build(t, sample.Motorway(sample.MotorwaySpec{Sections: []sample.MotorwaySection{{Length: 800}, {Length: 600}, {Length: 400}}}))
	a, b := newWorld(t, net, 1, nil), newWorld(t, net, 2, nil)
	if _, err := a.AddTrips(through(a, 200, 3, 0, 2)); err != nil {
		t.Fatal(err)
	}
	for w, lane := range map[*traffic.World]network.LaneID{a: net.Edges[1].FirstLane, b: net.Edges[1].FirstLane + 1} {
		if err := w.Queue(traffic.Command{Kind: traffic.CloseLane, Lane: lane}); err != nil {
			t.Fatal(err)
		}
		w.Step()
	}
	for a.Steps() < 600 {
		a.Step()
	}
	if err := b.Restore(a.Snapshot()); err != nil {
		t.Fatal(err)
	}
	for a.Steps() < 1500 {
		a.Step()
		b.Step()
		if a.Hash() != b.Hash() {
			t.Fatalf("step %d: another hash", a.Steps())
		}
	}
}
