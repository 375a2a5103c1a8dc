package traffic_test

import (
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
)

// across are the edges by which arm i's traffic leaves a crossing of four arms straight on.
func across(i int) network.EdgeID { return network.EdgeID(2 * ((i + 2) % 4)) }

// allWay returns a world with an all-way stop of four arms and endless queues that go straight on from some of them.
func allWay(t *testing.T, arms []int) (*traffic.World, *network.Network) {
	net := build(t, sample.Cross(sample.CrossSpec{Control: network.AllWayStop}))
	w := newWorld(t, net, 1, nil)
	var streams [][]traffic.Trip
	for _, i := range arms {
		streams = append(streams, stream(in(i), across(i), network.Car, w.Time(), w.Time()+1500, 3))
	}
	add(t, w, streams...)
	return w, net
}

// TestAllWayStopHasTheHeadwaysOfTheManual measures the departure headway of the west approach by who else is there: HCM 7th
// edition, exhibit 21-10, geometry group 1 (reference 5_signals/hcm_awsc.json), within 15 %.
func TestAllWayStopHasTheHeadwaysOfTheManual(t *testing.T) {
	for _, c := range []struct {
		others string
		arms   []int
		want   float64 // s
	}{
		{"none", []int{2}, 3.9},
		{"the opposing one", []int{2, 0}, 4.7},
		{"one crossing", []int{2, 3}, 5.8},
		{"two crossing", []int{2, 1, 3}, 7.0},
		{"all", []int{2, 0, 1, 3}, 9.6},
	} {
		w, net := allWay(t, c.arms)
		left := func() int64 { return w.Counts()[net.Edges[in(2)].FirstLane.Track()].Left }
		checked(t, w, int(300/w.StepTime()))
		before := left()
		checked(t, w, int(1200/w.StepTime()))
		got := 1200 / float64(left()-before)
		t.Logf("%s: %.2f s, the Manual has %.1f", c.others, got, c.want)
		if math.Abs(got/c.want-1) > 0.15 {
			t.Errorf("others: %s: headway %.2f s, want %.1f ± 15 %%", c.others, got, c.want)
		}
	}
}

// TestAllStopAtAnAllWayStop asks of everybody at an all-way stop with queues on all sides that they come to a stand at the line,
// and that of two who cross each other the one goes first who has stood there first.
func TestAllStopAtAnAllWayStop(t *testing.T) {
	const (
		stand = 0.5 // m/s
		line  = 5.0 // m before it
		tie   = 1.0 // s within which nobody can tell who was first
	)
	w, net := allWay(t, []int{0, 1, 2, 3})
	stood := map[traffic.VehicleID]float64{} // s, when each has come to stand at its line
	arm := map[traffic.VehicleID]int{}
	entered := 0
	for range int(900 / w.StepTime()) {
		checked(t, w, 1)
		for _, v := range w.AppendVehicles(nil) {
			if int(v.Track) >= len(net.Lanes) {
				if _, waited := arm[v.ID]; !waited {
					continue
				}
				at, ok := stood[v.ID]
				if entered++; !ok {
					t.Fatalf("at %.1f s vehicle %d has gone in without a stop", w.Time(), v.ID)
				}
				for o, since := range stood {
					if (arm[o]+arm[v.ID])%2 == 1 && since < at-tie {
						t.Fatalf("at %.1f s vehicle %d, which stood since %.1f, goes before %d, which stood since %.1f", w.Time(), v.ID, at, o, since)
					}
				}
				delete(arm, v.ID)
				delete(stood, v.ID)
				continue
			}
			for i := range 4 {
				if first := net.Edges[in(i)]; v.Track == first.FirstLane.Track() && first.Length-v.S < line {
					arm[v.ID] = i
					if _, ok := stood[v.ID]; !ok && v.V < stand {
						stood[v.ID] = w.Time()
					}
				}
			}
		}
	}
	if entered < 100 {
		t.Errorf("%d have gone in, want 100 at least", entered)
	}
}
