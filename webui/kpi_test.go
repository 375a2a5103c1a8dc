package webui

import (
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

func TestMeansFollowTheLastMinutes(t *testing.T) {
	var a arrivals
	if d, tt := a.means(); d != nil || tt != nil {
		t.Error("means before the first arrival")
	}
	arrive := func(delay float64) []traffic.Event {
		return []traffic.Event{
			{Kind: traffic.Departed, TravelTime: 999},
			{Kind: traffic.Arrived, TravelTime: 60 + delay - 5, FreeTime: 60, Waited: 5},
		}
	}
	check := func(when string, want float64) {
		t.Helper()
		d, tt := a.means()
		if d == nil || math.Abs(*d-want) > 0.01 || math.Abs(*tt-want-55) > 0.01 {
			t.Fatalf("%s: delay %v, travel time %v, want %.2f and %.2f", when, d, tt, want, want+55)
		}
	}
	a.add(arrive(10), 25200)
	a.add(arrive(30), 25260)
	check("both in the window", 20)
	a.add(nil, 25200+arrivalMinutes*60)
	check("the first has left it", 30)
	a.add(nil, 86400)
	if d, _ := a.means(); d != nil {
		t.Errorf("delay %v long after the last arrival, want none", *d)
	}
}

func TestHistoryHasAnEntryAMinute(t *testing.T) {
	var h history
	for i := range 10 * 600 { // ten minutes in steps of 0.1 s
		if time := 25200 + float64(i)/10; h.due(time) {
			h.add(kpi{Time: time})
		}
	}
	if len(h.entries) != 10 {
		t.Fatalf("%d entries, want 10", len(h.entries))
	}
	for i, k := range h.entries {
		if want := 25200 + 60*float64(i); k.Time != want {
			t.Errorf("entry %d is of %v, want %v", i, k.Time, want)
		}
	}
	for i := range 2 * historyMax {
		h.add(kpi{Time: 30000 + 60*float64(i)})
	}
	if len(h.entries) != historyMax || h.entries[0].Time != 30000+60*historyMax {
		t.Errorf("%d entries from %v on, want the last %d", len(h.entries), h.entries[0].Time, historyMax)
	}
}

func TestWorstQueuesAreTheLongest(t *testing.T) {
	s, sim := newServer(t, nil)
	net := sim.net
	var vehicles []traffic.VehicleState
	standing := make(map[network.JunctionID]int)
	for l := range net.Lanes {
		for i := range l % 7 {
			v := traffic.VehicleState{Track: network.LaneID(l).Track(), V: float64(i % 3)} // the third moves
			vehicles = append(vehicles, v)
			if v.V < standingSpeed {
				standing[net.Edges[net.Lanes[l].Edge].To]++
			}
		}
	}
	got := s.runner.publish.worstQueues(vehicles)
	if len(got) != worstJunctions {
		t.Fatalf("%d queues, want %d", len(got), worstJunctions)
	}
	for i, q := range got {
		if q.Vehicles != standing[q.Junction] {
			t.Errorf("%d vehicles before junction %d, want %d", q.Vehicles, q.Junction, standing[q.Junction])
		}
		if i > 0 && (got[i-1].Vehicles < q.Vehicles || got[i-1].Vehicles == q.Vehicles && got[i-1].Junction > q.Junction) {
			t.Errorf("queue %d of junction %d before %d of %d", got[i-1].Vehicles, got[i-1].Junction, q.Vehicles, q.Junction)
		}
		delete(standing, q.Junction)
	}
	for j, n := range standing {
		if n > got[worstJunctions-1].Vehicles {
			t.Errorf("junction %d with %d is left out", j, n)
		}
	}
}
