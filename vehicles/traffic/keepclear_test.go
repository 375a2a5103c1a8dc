package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// TestNobodyCountsOnTheInsideOfTheNextJunction has cars come one close behind the other over two junctions so near to each other that
// one car just fits between them, to a queue that stands behind the second. There is room for some more behind it, and some
// between. The inside of the second junction is no room for anybody: who finds none behind it stops before it, and who follows
// him must not be in the first one by then, in the way of those who cross it.
func TestNobodyCountsOnTheInsideOfTheNextJunction(t *testing.T) {
	for apart := 16.0; apart <= 25; apart += 3 {
		for rear := 2.0; rear < 20; rear += 3 {
			spec := twoJunctions(apart)
			for _, road := range []int{2, 3, 5, 6} { // those that cross
				for i := 2 * road; i < 2*road+2; i++ {
					spec.Edges[i].Sign, spec.Edges[i].Rank = network.Yield, spec.Edges[i].Rank-1
				}
			}
			net := build(t, spec)
			w := newWorld(t, net, 1, nil)
			start := w.Time()
			crossing := stream(4, 7, network.Car, start+60, start+120, 10)
			n := add(t, w, stream(2, 9, network.Car, start, start+30, 2), crossing, []traffic.Trip{{
				Depart: traffic.Never, From: 9, To: 9, Route: []network.EdgeID{9}, ToPos: traffic.AtBoundary, Class: network.Car,
			}})
			w.Park(traffic.VehicleID(n-1), 0, rear+4.6)
			w.Wreck(traffic.VehicleID(n - 1))
			for range int(180 / w.StepTime()) {
				w.Step()
			}
			if passed := w.Counts()[net.Edges[7].FirstLane.Track()].Entered; passed != int64(len(crossing)) {
				t.Errorf("%g m apart, %.1f m between, queue from %g m: %d crossed, want %d", apart, net.Edges[0].Length, rear, passed, len(crossing))
			}
		}
	}
}
