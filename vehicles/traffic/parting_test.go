package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
)

// TestNobodyRunsIntoWhoLeavesTheMotorwayAhead has slow vehicles and fast ones use the exit and go on, turn by turn, where nothing regulates
// anything: until their ways have parted they are one behind the other.
func TestNobodyRunsIntoWhoLeavesTheMotorwayAhead(t *testing.T) {
	for _, side := range []network.DrivingSide{network.RightHand, network.LeftHand} {
		net := build(t, sample.Town(side))
		for seed := range uint64(4) {
			w := newWorld(t, net, 1, func(c *traffic.Config) { c.Seed = seed })
			trips := randomTrips(net, 20*len(net.Edges), w.Time(), 700, seed)
			for i := range trips {
				if i%4 == 0 {
					trips[i].TopSpeed = 8
				}
			}
			add(t, w, trips)
			for range int(900 / w.StepTime()) {
				checked(t, w, 1)
				for _, o := range w.OverlapsInLine(0.01) {
					t.Fatalf("at %.1f s one is inside another: %+v\n%s\n%s", w.Time(), o, w.Describe(o.A), w.Describe(o.B))
				}
			}
		}
	}
}
