package traffic_test

import (
	"cmp"
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// TestKeysNotNumbersMakeTheDraws gives the trips of the town with everything in it to two worlds, one in the reverse order: each has the same
// driver, vehicle, way and trajectory in both, by its key. A snapshot keeps the keys.
func TestKeysNotNumbersMakeTheDraws(t *testing.T) {
	s := newScene(t, network.RightHand)
	trips := slices.Clone(s.trips)
	for i := range trips {
		trips[i].Key = uint64(3*i) + 1
		trips[i].Depart += float64(i) * 1e-7 // of equal departures the smaller number comes first
	}
	var got [2][]traffic.VehicleState
	for k := range got {
		w := newWorld(t, s.net, 1, func(c *traffic.Config) { c.Routes = traffic.RouteChoice{Spread: 0.1, Informed: 0.3, Every: 60} })
		if _, err := w.AddTrips(trips); err != nil {
			t.Fatal(err)
		}
		for w.Steps() < 600 {
			w.Step()
		}
		snapshot := w.Snapshot()
		w = newWorld(t, s.net, 1, func(c *traffic.Config) { c.Routes = traffic.RouteChoice{Spread: 0.1, Informed: 0.3, Every: 60} })
		if err := w.Restore(snapshot); err != nil {
			t.Fatal(err)
		}
		for w.Steps() < 1200 {
			w.Step()
		}
		got[k] = w.AppendVehicles(nil)
		for i := range got[k] {
			got[k][i].ID = traffic.VehicleID(trips[got[k][i].ID].Key)
		}
		slices.SortFunc(got[k], func(a, b traffic.VehicleState) int { return cmp.Compare(a.ID, b.ID) })
		slices.Reverse(trips)
	}
	if len(got[0]) < 100 || len(got[0]) != len(got[1]) {
		t.Fatalf("%d and %d vehicles are on the road, want as many, and 100 at least", len(got[0]), len(got[1]))
	}
	for i := range got[0] {
		if got[0][i] != got[1][i] {
			t.Fatalf("with other numbers the vehicle with key %d is another: %+v and %+v", got[0][i].ID, got[0][i], got[1][i])
		}
	}
}

// TestTripsWithoutKeysHaveTheirNumbers mixes trips that have keys with such that have none.
func TestTripsWithoutKeysHaveTheirNumbers(t *testing.T) {
	net, in, ways, out := fork(t, [2]float64{300, -300})
	taken := func(keys ...uint64) (first []bool) {
		w := newWorld(t, net, 1, func(c *traffic.Config) { c.Routes.Spread = 0.1 })
		trips := through(w, 60, 0.05, in, out)
		for i, key := range keys {
			trips[i].Key = key
		}
		for _, part := range [][]traffic.Trip{trips[:20], trips[20:]} { // in two lots
			if _, err := w.AddTrips(part); err != nil {
				t.Fatal(err)
			}
		}
		w.Step()
		for id := range trips {
			first = append(first, slices.Contains(w.Route(traffic.VehicleID(id)), ways[0][0]))
		}
		return first
	}
	plain := taken()
	later := make([]uint64, 41)
	later[40] = 5 // trip 40 is drawn as number 5
	if got := taken(later...); got[40] != plain[5] || !slices.Equal(got[:40], plain[:40]) || !slices.Equal(got[41:], plain[41:]) {
		t.Errorf("a key of trip 40 changes others, or not that: %v, without %v", got, plain)
	}
}
