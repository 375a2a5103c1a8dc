package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
)

// TestNobodyPullsOutInsideAJunction has lorries start on all lanes of a town that are too short for them: between two arms of
// a roundabout. They start on the first one of their way that is long enough.
func TestNobodyPullsOutInsideAJunction(t *testing.T) {
	const lorry = 16.5 // m
	net := build(t, sample.Town(network.RightHand))
	w := newWorld(t, net, 1, nil)
	var trips []traffic.Trip
	for e := range net.Edges {
		for to := range net.Edges {
			if net.Edges[e].Length < lorry && to != e {
				trips = append(trips, traffic.Trip{
					Depart: w.Time() + float64(10*len(trips)), From: network.EdgeID(e), To: network.EdgeID(to), FromPos: 0, ToPos: net.Edges[to].Length,
					Class: network.ArticulatedLorry, Length: lorry,
				})
			}
		}
	}
	if _, err := w.AddTrips(trips); err != nil {
		t.Fatal(err)
	}
	departed := 0
	for w.Steps() < uint64(50*len(trips)+3000) {
		checked(t, w, 1)
		for _, e := range w.Events() {
			if e.Kind != traffic.Departed {
				continue
			}
			departed++
			if length := net.TrackLength(e.Track); e.S < lorry || e.S > length {
				t.Fatalf("vehicle %d starts with its front at metre %.1f of a lane of %.1f m", e.Vehicle, e.S, length)
			}
		}
	}
	if st := w.Stats(); departed < len(trips)/4 || departed+st.NoRoute != len(trips) || st.Arrived != departed {
		t.Errorf("of %d trips %d have begun and %d have ended, %d had no way: want a quarter to begin, and all of those to end", len(trips), departed, st.Arrived, st.NoRoute)
	}
}
