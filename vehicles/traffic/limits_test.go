package traffic_test

import (
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
)

// TestALimitThatIsSetIsAsGoodAsOneOnTheMap sets limits on the map, on the road, and in a world that the state of another is
// restored to, and wants the same traffic of all.
func TestALimitThatIsSetIsAsGoodAsOneOnTheMap(t *testing.T) {
	const slow, fast = 9.0, 60 / 3.6
	specs := map[network.JunctionKind]*network.Spec{}
	for _, kind := range []network.JunctionKind{network.PriorityRoad, network.AllWayStop, network.Roundabout} { // signals are planned by the limits
		specs[kind] = sample.Cross(sample.CrossSpec{Control: kind, Lanes: 2, SpeedLimit: fast})
	}
	for kind, spec := range specs {
		given := *spec
		net := build(t, spec)
		given.Edges = slices.Clone(spec.Edges)
		limited := []network.EdgeID{0, 1, 4, 5} // both directions of two arms opposite each other
		for _, e := range limited {
			lanes := slices.Clone(given.Edges[e].Lanes)
			for i := range lanes {
				lanes[i].SpeedLimit = slow
			}
			given.Edges[e].Lanes = lanes
		}
		trips := slices.DeleteFunc(randomTrips(net, 3000, 7*3600, 900, 3), func(trip traffic.Trip) bool {
			return trip.From >= 8 || trip.To >= 8 // on the ring of a roundabout
		})
		world := func(net *network.Network) *traffic.World {
			w := newWorld(t, net, 1, nil)
			add(t, w, trips)
			return w
		}
		onMap, onRoad := world(build(t, &given)), world(net)
		for _, e := range limited {
			if err := onRoad.Queue(traffic.Command{Kind: traffic.SetSpeedLimit, Edge: e, Limit: slow}); err != nil {
				t.Fatal(err)
			}
		}
		restored := world(net)
		var a, b []traffic.VehicleState
		for step := range 6000 {
			if step == 1500 {
				if err := restored.Restore(onRoad.Snapshot()); err != nil {
					t.Fatal(err)
				}
				onRoad = restored
			}
			onMap.Step()
			onRoad.Step()
			a, b = byID(onMap, a), byID(onRoad, b)
			if len(a) != len(b) {
				t.Fatalf("%v: at %.1f s %d vehicles with limits of the map, %d with limits that are set", kind, onMap.Time(), len(a), len(b))
			}
			for i := range a {
				if a[i].ID != b[i].ID || a[i].S != b[i].S || a[i].V != b[i].V {
					t.Fatalf("%v: at %.1f s\n%+v with limits of the map,\n%+v with limits that are set", kind, onMap.Time(), a[i], b[i])
				}
			}
		}
		if st := onMap.Stats(); st.Arrived < 400 {
			t.Errorf("%v: %+v, want hundreds who arrive", kind, st)
		}
	}
}
