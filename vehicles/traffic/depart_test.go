package traffic_test

import (
	"slices"
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

// TestNobodyPullsOutOnTheTracks has somebody start at every metre of a street that a line and a crosswalk cross.
func TestNobodyPullsOutOnTheTracks(t *testing.T) {
	const length, tracks, zebra, deep = 200, 100, 193, 3.0 // m
	from, to := network.Point{}, network.Point{X: length}
	net := build(t, &network.Spec{
		Name:      "street over a line",
		Junctions: []network.JunctionSpec{{Position: from, Boundary: true, Controller: network.None}, {Position: to, Boundary: true, Controller: network.None}},
		Edges: []network.EdgeSpec{{
			From: 0, To: 1, Shape: []network.Point{from, to}, Opposite: network.None,
			Lanes: []network.LaneSpec{{Width: 3.5, SpeedLimit: 14, Permitted: network.AllClasses}},
		}},
		Crossings: []network.CrossingSpec{
			{Kind: network.LevelCrossing, Edge: 0, Position: tracks, OSMNode: 1}, {Kind: network.Zebra, Edge: 0, Position: zebra, OSMNode: 2},
		},
	})
	w := newWorld(t, net, 1, func(c *traffic.Config) { c.Crossings = traffic.Crossings{Trains: 20, People: 20} })
	var trips []traffic.Trip
	for at := range length {
		trips = append(trips, traffic.Trip{Depart: w.Time() + float64(30*at), FromPos: float64(at), ToPos: traffic.AtBoundary, Class: network.Bus, Length: 12})
	}
	if _, err := w.AddTrips(trips); err != nil {
		t.Fatal(err)
	}
	started := 0
	for range 35 * 5 * length {
		checked(t, w, 1)
		for _, e := range w.Events() {
			if e.Kind != traffic.Departed {
				continue
			}
			started++
			for _, middle := range []float64{tracks, zebra} {
				if e.S > middle-deep/2 && e.S-12 < middle+deep/2 {
					t.Errorf("a trip from metre %d starts with its front at %.1f m: on the crossing at %g m", e.Vehicle, e.S, middle)
				}
			}
		}
	}
	if started != length {
		t.Errorf("%d of %d have started", started, length)
	}
}

// TestLanesAtTheEdgeOfTheMapFillByThemselves has many wait to come onto roads of one and of three lanes: nobody keeps those behind
// from another lane than the one he waits for, so three lanes let in three times as many as one.
func TestLanesAtTheEdgeOfTheMapFillByThemselves(t *testing.T) {
	enter := func(lanes int) int {
		net := build(t, sample.Corridor(sample.CorridorSpec{Lanes: lanes, OneWay: true, Length: 3000, SpeedLimit: 110 / 3.6}))
		w := newWorld(t, net, 1, nil)
		trips := make([]traffic.Trip, 500)
		for i := range trips {
			trips[i] = traffic.Trip{Depart: w.Time(), FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary}
		}
		if _, err := w.AddTrips(trips); err != nil {
			t.Fatal(err)
		}
		checked(t, w, 900)
		return w.Stats().Departed
	}
	one, three := enter(1), enter(3)
	t.Logf("%d cars come in on one lane in three minutes, %d on three", one, three)
	if float64(three) < 2.75*float64(one) {
		t.Errorf("%d cars come in on three lanes, want 2.75 times the %d of one lane or more", three, one)
	}
}

// TestAShiftedTripKeepsItsPlaceInTheList has the first of some trips depart last: it is released last, under its own id.
func TestAShiftedTripKeepsItsPlaceInTheList(t *testing.T) {
	net := build(t, sample.Cross(sample.CrossSpec{Arms: 3}))
	w := newWorld(t, net, 1, nil)
	trips := make([]traffic.Trip, 5)
	for i := range trips {
		trips[i] = traffic.Trip{Depart: w.Time() + float64(20*i), From: 3, To: 4, FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary}
	}
	trips[0].Depart = w.Time() + 90
	if _, err := w.AddTrips(trips); err != nil {
		t.Fatal(err)
	}
	if _, err := w.AddTrips([]traffic.Trip{{Depart: w.Time() + 85, From: 0, To: 3}}); err == nil {
		t.Error("a trip before the last of those added earlier was accepted")
	}
	var order []traffic.VehicleID
	for w.Steps() < 600 {
		checked(t, w, 1)
		for _, e := range w.Events() {
			if e.Kind == traffic.Departed {
				order = append(order, e.Vehicle)
			}
		}
	}
	if want := []traffic.VehicleID{1, 2, 3, 4, 0}; !slices.Equal(order, want) {
		t.Errorf("departed in the order %v, want %v", order, want)
	}
}
