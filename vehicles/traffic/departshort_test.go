package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// TestALongVehiclePullsOutBeforeTheLine has lorries begin their trips on a lane that is shorter than they are: they stand before
// the line at its end, and do not appear in the middle of the junction.
func TestALongVehiclePullsOutBeforeTheLine(t *testing.T) {
	net := build(t, twoJunctions(20))
	w := newWorld(t, net, 1, nil)
	street := net.Edges[0]
	trips := stream(0, 11, network.ArticulatedLorry, w.Time()+10, w.Time()+900, 60)
	for i := range trips {
		trips[i].FromPos = street.Length / 2
	}
	n := add(t, w, trips, stream(8, 13, network.Car, w.Time(), w.Time()+900, 10), stream(12, 9, network.Car, w.Time(), w.Time()+900, 10))
	for range 7200 {
		checked(t, w, 1)
		for _, e := range w.Events() {
			if e.Kind == traffic.Departed && e.S > net.Lanes[street.FirstLane].Length {
				if lane, ok := net.LaneOf(e.Track); ok && net.Lanes[lane].Edge == 0 {
					t.Fatalf("vehicle %d departed at %.1f m of a lane of %.1f m", e.Vehicle, e.S, street.Length)
				}
			}
		}
	}
	if st := w.Stats(); st.Arrived != n {
		t.Errorf("%+v, want all %d arrived", st, n)
	}
}

// TestATripThatBeginsOnALaterEdgeBeginsAtItsStart gives lorries a place on a street that is shorter than they are, or was longer
// when somebody chose the place. They begin on the next one, and the metre of the first says nothing about that: they begin at its
// start.
func TestATripThatBeginsOnALaterEdgeBeginsAtItsStart(t *testing.T) {
	net := build(t, twoJunctions(28))
	w := newWorld(t, net, 1, nil)
	short := &net.Edges[0]
	trips := stream(0, 11, network.ArticulatedLorry, w.Time()+10, w.Time()+300, 60)
	for i := range trips {
		trips[i].FromPos = 60
		trips[i].Length = 13
	}
	add(t, w, trips)
	departed := 0
	for range 2000 {
		checked(t, w, 1)
		for _, e := range w.Events() {
			if lane, ok := net.LaneOf(e.Track); e.Kind == traffic.Departed && ok {
				departed++
				if net.Lanes[lane].Edge == 0 || e.S > 14 {
					t.Fatalf("vehicle %d, 13 m long, departed at %.1f m of edge %d, want the start of the one behind edge 0, which has %.1f m",
						e.Vehicle, e.S, net.Lanes[lane].Edge, short.Length)
				}
			}
		}
	}
	if departed != len(trips) {
		t.Errorf("%d departed, want %d", departed, len(trips))
	}
}
