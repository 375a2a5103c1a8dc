package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
)

// TestNobodyStandsHalfWayForEver has somebody on the kerb lane of a street of three lanes, near its end, who must go on by the
// offside lane. Who comes to the end of the middle lane with his body still half on the kerb lane drives on over, or another
// way: he does not stand there, where nobody could ever let him go on.
func TestNobodyStandsHalfWayForEver(t *testing.T) {
	spec := weave(70)
	street := &spec.Edges[2]
	street.Lanes = []network.LaneSpec{street.Lanes[0], street.Lanes[0], street.Lanes[1]}
	net := build(t, spec)
	length := net.Edges[2].Length
	over, lost := 0, 0
	for toEnd := 1.0; toEnd < 24; toEnd += 3 {
		w := newWorld(t, net, 1, nil)
		add(t, w, []traffic.Trip{{
			Depart: traffic.Never, From: 2, To: 4, Route: []network.EdgeID{2, 4}, ToPos: traffic.AtBoundary, Class: network.Car,
		}})
		w.Park(0, 0, length-toEnd)
		checked(t, w, 300)
		switch st := w.Stats(); {
		case st.OnRoad > 0:
			t.Errorf("from %g m before the end, after a minute: %s", toEnd, w.Describe(0))
		case st.Rerouted > 0:
			lost++
		default:
			over++
		}
	}
	if over == 0 {
		t.Error("nobody got over")
	}
	t.Logf("%d got over, %d went another way", over, lost)
}

// TestOneWhoChangesMindsWhoIsHalfOut has a car stand half way from the middle lane of three to one side, behind a wreck, while
// another comes over to the middle lane from the other side, some way behind: where it is now it would fit past the
// car, where it is going it would not.
func TestOneWhoChangesMindsWhoIsHalfOut(t *testing.T) {
	net := build(t, sample.Corridor(sample.CorridorSpec{Lanes: 3, OneWay: true, Length: 300, SpeedLimit: 50 / 3.6}))
	for _, side := range []float64{-1, 1} { // of the middle lane from which it comes: to the right, to the left
		for behind := 15.0; behind <= 35; behind += 4 {
			w := newWorld(t, net, 1, nil)
			trip := traffic.Trip{Depart: traffic.Never, Route: []network.EdgeID{0}, ToPos: traffic.AtBoundary, Class: network.Car}
			add(t, w, []traffic.Trip{trip, trip, trip})
			there := 1 - int(side) // lane 2 is the leftmost
			w.Park(0, there, 200)
			w.Wreck(0)
			w.Park(1, there, 194)
			w.Oblique(1, side*1.7, 0)
			w.Park(2, 1, 190-behind)
			w.Oblique(2, side*3, 9)
			for range 100 {
				w.Step()
			}
			if st := w.Stats(); st.Crashes > 0 {
				t.Errorf("side %g, %g m behind: %s\n%s", side, behind, w.Describe(1), w.Describe(2))
			}
		}
	}
}
