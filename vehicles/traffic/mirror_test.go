package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
)

// TestNobodyCutsInOnARoadOfShortLanes drives slow vehicles and fast ones on a motorway that is cut into lanes of 40 m, as bridges and
// signs cut those of maps, and on the same in one piece: whoever changes lanes sees who comes from behind on either.
func TestNobodyCutsInOnARoadOfShortLanes(t *testing.T) {
	const hard = 4.0 // m/s²
	brakings := func(pieces int) (n int) {
		lanes := make([]int, pieces)
		for i := range lanes {
			lanes[i] = 2
		}
		net := build(t, motorway(sample.Corridor(sample.CorridorSpec{LanesOf: lanes, OneWay: true, Length: 3000 / float64(pieces), SpeedLimit: 120 / 3.6}), "DE"))
		for seed := range uint64(3) {
			w := newWorld(t, net, 1, func(c *traffic.Config) { c.Seed = seed })
			add(t, w, slowAndFast(network.EdgeID(pieces-1), w.Time(), seed))
			held := map[traffic.VehicleID]bool{} // who brakes already: a braking counts once
			var states []traffic.VehicleState
			for range int(900 / w.StepTime()) {
				checked(t, w, 1)
				states = w.AppendVehicles(states[:0])
				for i := range states {
					v := &states[i]
					brakes := v.A < -hard
					if brakes && !held[v.ID] {
						n++
					}
					held[v.ID] = brakes
				}
			}
		}
		return n
	}
	whole := brakings(1)
	cut := brakings(75)
	if cut > 2*whole+5 {
		t.Errorf("more than %.0f m/s² %d times on lanes of 40 m, %d times on one of 3 km", hard, cut, whole)
	}
}

// slowAndFast is a vehicle every two seconds of ten minutes; every third goes at 30 to 45 km/h.
func slowAndFast(to network.EdgeID, begin float64, seed uint64) (trips []traffic.Trip) {
	for i := range 300 {
		trip := traffic.Trip{From: 0, To: to, FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary, Depart: begin + 2*float64(i)}
		if i%3 == int(seed%3) {
			trip.TopSpeed = 8 + float64(i%5)
		}
		trips = append(trips, trip)
	}
	return trips
}
