package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
)

// TestQueueDischargesAtSaturationFlow measures how many vehicles an endless queue sends straight on in an hour of green,
// on each of the eight lanes of a signalised crossing. HCM's base saturation flow is 1,900 passenger cars (reference case
// S1: headways of 1.8 to 2.1 s); the start-up lost time of 2 s in each green of some 19 s takes a tenth of it.
func TestQueueDischargesAtSaturationFlow(t *testing.T) {
	net := grid(t, 1, true)
	plans, _ := signals.DefaultPlans(net)
	cycle := plans[0].Cycle()
	var green float64 // s a cycle, of all stages; each is green for half of the lanes
	for _, s := range plans[0].Stages {
		green += s.Green
	}
	w := newWorld(t, net, 1, nil)
	var trips []traffic.Trip
	for i := range net.Movements {
		m := &net.Movements[i]
		if m.Turn != network.Through || !net.Junctions[net.Edges[m.From].From].Boundary {
			continue
		}
		for range 2000 {
			trips = append(trips, traffic.Trip{
				Depart: w.Time(), From: m.From, To: m.To, FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary,
			})
		}
	}
	if _, err := w.AddTrips(trips); err != nil {
		t.Fatal(err)
	}
	checked(t, w, 6000)
	before := w.Stats().Arrived
	const steps = 12000
	checked(t, w, steps)
	hours := steps * w.StepTime() / 3600
	flow := float64(w.Stats().Arrived-before) / hours / 8 / (green / 2 / cycle)
	if flow < 1600 || flow > 2000 {
		t.Errorf("%.0f vehicles an hour of green and lane, want 1,600 to 2,000", flow)
	}
	t.Logf("%.0f vehicles an hour of green and lane", flow)
}
