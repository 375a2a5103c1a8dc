package traffic_test

import (
	"testing"

	"roadtwin/network"
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
