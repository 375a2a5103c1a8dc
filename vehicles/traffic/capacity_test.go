package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
)

func TestSaturationFlowExperiment(t *testing.T) {
	net := grid(t, 1, true)
	plans, _ := signals.DefaultPlans(net)
	for _, p := range plans {
		t.Logf("%+v", p)
	}
	for gi, g := range net.SignalGroups {
		t.Logf("group %d %s %v", gi, g.Name, g.Connectors)
	}
	for _, share := range []int{0, 10, 30} { // percent turning left
		w := newWorld(t, net, 1, nil)
		var trips []traffic.Trip
		for e := range net.Edges {
			if !net.Junctions[net.Edges[e].From].Boundary {
				continue
			}
			for k := range 2000 {
				turn := network.Through
				if k%100 < share {
					turn = network.Left
				} else if k%100 < 2*share {
					turn = network.Right
				}
				for _, m := range net.Movements {
					if m.From == network.EdgeID(e) && m.Turn == turn {
						trips = append(trips, traffic.Trip{Depart: w.Time(), From: m.From, To: m.To, FromPos: -1, ToPos: -1})
					}
				}
			}
		}
		if _, err := w.AddTrips(trips); err != nil {
			t.Fatal(err)
		}
		checked(t, w, 6000)
		before := w.Stats().Arrived
		checked(t, w, 12000)
		t.Logf("turning %d%%: %d veh/h through a 4-arm junction with 2 lanes each; %+v", share, (w.Stats().Arrived-before)*3, w.Stats())
	}
}
