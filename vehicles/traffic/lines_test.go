package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
)

// crossings drives n mixed vehicles down a one-way corridor of three sections and returns how often one changed lanes on
// the middle one, to either side, and how many came off its end from each lane.
func crossings(t *testing.T, lanes []int, n int, edit func(middle []network.LaneSpec)) (kerbside, offside int, left [3]int, arrived uint64) {
	t.Helper()
	spec := sample.Corridor(sample.CorridorSpec{LanesOf: lanes, OneWay: true, Length: 600, SpeedLimit: 100 / 3.6})
	edit(spec.Edges[1].Lanes)
	net := build(t, spec)
	w := newWorld(t, net, 1, nil)
	trips := make([]traffic.Trip, n)
	for i := range trips {
		trips[i] = traffic.Trip{
			Depart: w.Time() + 2.2*float64(i), From: 0, To: 2, FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary,
			Class: mixedClass(1, i),
		}
		if i%4 == 0 {
			trips[i].TopSpeed = 15 // somebody to overtake
		}
	}
	if _, err := w.AddTrips(trips); err != nil {
		t.Fatal(err)
	}
	last := map[traffic.VehicleID]int{}
	for range int(2.2*float64(n)/w.StepTime()) + 4000 {
		checked(t, w, 1)
		for _, v := range w.AppendVehicles(nil) {
			lane, ok := net.LaneOf(v.Track)
			if !ok || net.Lanes[lane].Edge != 1 {
				if before, was := last[v.ID]; was && ok {
					left[before]++
				}
				if ok {
					delete(last, v.ID)
				}
				continue
			}
			now := int(net.Lanes[lane].Index)
			if before, was := last[v.ID]; was && now < before {
				kerbside++
			} else if was && now > before {
				offside++
			}
			last[v.ID] = now
		}
	}
	return kerbside, offside, left, uint64(w.Stats().Arrived)
}

// TestSolidLinesAreNotCrossed paints the line between two lanes solid to either side.
func TestSolidLinesAreNotCrossed(t *testing.T) {
	const n = 200
	for _, solid := range []network.ChangeSet{0, network.NoChangeKerbside, network.NoChangeOffside, network.NoChangeKerbside | network.NoChangeOffside} {
		kerbside, offside, _, arrived := crossings(t, []int{2, 2, 2}, n, func(lanes []network.LaneSpec) {
			for i := range lanes {
				lanes[i].Change = solid
			}
		})
		if may := solid&network.NoChangeKerbside == 0; may != (kerbside > 0) {
			t.Errorf("lines %02b: %d changes towards the kerb, want any: %v", solid, kerbside, may)
		}
		if may := solid&network.NoChangeOffside == 0; may != (offside > 0) {
			t.Errorf("lines %02b: %d changes towards the offside, want any: %v", solid, offside, may)
		}
		if arrived != n {
			t.Errorf("lines %02b: %d of %d arrived", solid, arrived, n)
		}
	}
}

// TestDriversMergeBeforeALaneEnds counts who is still on a lane that ends where it does: few, if it is marked.
func TestDriversMergeBeforeALaneEnds(t *testing.T) {
	const n = 200
	for _, c := range []struct {
		lane  int
		merge network.Merge
	}{{0, network.MergeOffside}, {2, network.MergeKerbside}} {
		_, _, left, arrived := crossings(t, []int{3, 3, 2}, n, func(lanes []network.LaneSpec) { lanes[c.lane].Merge = c.merge })
		if left[c.lane] > n/20 {
			t.Errorf("lane %d merges, and %v left by each lane, want at most %d on that one", c.lane, left, n/20)
		}
		if left[0]+left[1]+left[2] != n || arrived != n {
			t.Errorf("%v left by each lane and %d arrived, want %d", left, arrived, n)
		}
	}
}
