package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
)

// throughShortExit returns how many cars an hour pass a wide junction and the exit edge behind it, of about metres, if all
// that want to go come.
func throughShortExit(t *testing.T, metres float64) (perHour int64, length float64) {
	t.Helper()
	spec := divided(26)
	at := spec.Edges[3].Shape[0]
	end := network.Point{X: 4 + metres, Y: at.Y}
	spec.Junctions = append(spec.Junctions, network.JunctionSpec{Position: end, Controller: network.None})
	beyond := spec.Edges[3]
	beyond.From, beyond.Shape = 7, []network.Point{end, beyond.Shape[1]}
	spec.Edges[2].StopOffset = 40
	spec.Edges[3].To, spec.Edges[3].Shape = 7, []network.Point{at, end}
	spec.Edges = append(spec.Edges, beyond)
	net := build(t, spec)
	w := newWorld(t, net, 1, nil)
	start := w.Time()
	add(t, w, stream(2, 6, network.Car, start, start+900, 1.5))
	checked(t, w, int(300/w.StepTime()))
	before := w.Counts()[net.Edges[6].FirstLane.Track()].Entered
	checked(t, w, int(600/w.StepTime()))
	return 6 * (w.Counts()[net.Edges[6].FirstLane.Track()].Entered - before), net.Edges[3].Length
}

// TestAShortExitDoesNotHoldTheStream compares an exit edge shorter than a car, with nothing in the way behind it, with a
// long one: the junction passes as much, not one car at a time.
func TestAShortExitDoesNotHoldTheStream(t *testing.T) {
	long, _ := throughShortExit(t, 100)
	short, length := throughShortExit(t, 5)
	if length > 6 || float64(short) < 0.95*float64(long) {
		t.Errorf("%d vehicles an hour over an exit of %.1f m, %d over a long one", short, length, long)
	}
	t.Logf("%d vehicles an hour over an exit of %.1f m, %d over a long one", short, length, long)
}

// TestASlowQueueLetsOthersIn has a main road whose exit is slow, so that its queue crawls and stands, and a side road with
// a car every 12 s for the same exit. Those who have the right of way let the others in, in turn.
func TestASlowQueueLetsOthersIn(t *testing.T) {
	for _, limit := range []float64{2, 3, 5} {
		net := build(t, sample.Cross(sample.CrossSpec{Control: network.PriorityRoad}))
		w := newWorld(t, net, 1, nil)
		if err := w.Queue(traffic.Command{Kind: traffic.SetSpeedLimit, Edge: 4, Limit: limit}); err != nil {
			t.Fatal(err)
		}
		start := w.Time()
		add(t, w, stream(in(0), 4, network.Car, start, start+1800, 2), stream(in(1), 4, network.Car, start, start+1800, 12))
		var longest float64
		since := map[traffic.VehicleID]float64{}
		side := net.Edges[in(1)].FirstLane.Track()
		for range 1800 {
			checked(t, w, int(1/w.StepTime()))
			for _, v := range w.AppendVehicles(nil) {
				if v.Track != side || v.S < net.Edges[in(1)].Length-8 {
					delete(since, v.ID)
				} else if since[v.ID]++; since[v.ID] > longest {
					longest = since[v.ID]
				}
			}
		}
		c := w.Counts()
		mine, theirs := c[side].Left, c[net.Edges[in(0)].FirstLane.Track()].Left
		t.Logf("exit at %g m/s: %d from the side road, at most %.0f s at its line, %d from the main road", limit, mine, longest, theirs)
		if longest > 120 || mine < 60 || theirs < mine {
			t.Errorf("exit at %g m/s: %d from the side road, at most %.0f s at its line, %d from the main road: want 60 or more, 120 s, and no fewer",
				limit, mine, longest, theirs)
		}
	}
}
