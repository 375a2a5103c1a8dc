package traffic_test

import (
	"testing"

	"roadtwin/network"
)

// rampOntoRoad returns a one-way road (edges 0 and 1) that a ramp (2, then 3, so many metres long) joins at a yield sign. The first piece
// of the road ends as near to the junction as the last one of the ramp begins, as where a map splits both there (edge 4 leads to 0).
func rampOntoRoad(t testing.TB, metres float64) *network.Network {
	t.Helper()
	at := func(x, y float64) network.Point { return network.Point{X: x, Y: y} }
	spec := &network.Spec{Name: "ramp"}
	for i, p := range []network.Point{at(0, 0), at(-metres, 0), at(-0.8*metres, -0.6*metres), at(-600, 0), at(400, 0), at(-200, -150)} {
		spec.Junctions = append(spec.Junctions, network.JunctionSpec{Position: p, Controller: network.None, Boundary: i > 2})
	}
	spec.Junctions[0].Control = network.PriorityRoad
	for _, e := range []struct{ from, to, rank int32 }{{1, 0, 2}, {0, 4, 2}, {5, 2, 1}, {2, 0, 1}, {3, 1, 2}} {
		spec.Edges = append(spec.Edges, network.EdgeSpec{
			From: e.from, To: e.to, Shape: []network.Point{spec.Junctions[e.from].Position, spec.Junctions[e.to].Position}, Opposite: network.None,
			Rank: e.rank, Road: network.Primary, Lanes: []network.LaneSpec{{Width: 3.5, SpeedLimit: 90 / 3.6, Permitted: network.AllClasses}},
		})
	}
	spec.Edges[3].Sign = network.Yield
	return build(t, spec)
}

// TestNobodyRollsOverTheLineOfAShortLane sends lorries, longer than the last lane of their ramp, to a road on which cars come at 90 km/h.
// A lorry that comes to a stand at the line stays behind it: nobody brakes hard for it.
func TestNobodyRollsOverTheLineOfAShortLane(t *testing.T) {
	for _, metres := range []float64{5, 14, 22} {
		net := rampOntoRoad(t, metres)
		w := newWorld(t, net, 1, nil)
		start, end := w.Time(), w.Time()+3600
		n := add(t, w, poisson(4, 1, network.Car, start, end, 500, 1), poisson(2, 1, network.RigidLorry, start, end, 60, 2), poisson(2, 1, network.ArticulatedLorry, start, end, 20, 3))
		hardest := 0.0
		for range 5 * 4200 {
			checked(t, w, 1)
			for _, v := range w.AppendVehicles(nil) {
				if lane, ok := net.LaneOf(v.Track); ok && net.Lanes[lane].Edge == 4 && v.A < hardest {
					hardest = v.A
				}
			}
		}
		if st := w.Stats(); hardest < -4 || st.Arrived != n {
			t.Errorf("ramp that ends with a lane of %.1f m: cars on the road brake with up to %.1f m/s², want 4 at the most; %d of %d arrived", net.Edges[3].Length, -hardest, st.Arrived, n)
		}
	}
}
