package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
)

// TestShortLanesInARowDoNotLock has two junctions so near to each other that a car or two just fit on the lanes between them, and
// lorries do not, streets on all sides, and all turns. Nobody waits there with his rear in the way of one for whom he waits.
func TestShortLanesInARowDoNotLock(t *testing.T) {
	for _, c := range []struct {
		perHour float64 // on each of 30 ways
		mixed   bool
	}{{30, false}, {20, true}} {
		for apart := 16.0; apart <= 30; apart += 2 {
			net := build(t, twoJunctions(apart))
			w := newWorld(t, net, 1, nil)
			var streams [][]traffic.Trip
			for i := range network.EdgeID(6) {
				for k := range network.EdgeID(6) {
					if i == k {
						continue
					}
					trips := poisson(2+2*i, 3+2*k, network.Car, w.Time(), w.Time()+1800, c.perHour, uint64(100+7*i+k))
					for n := range trips {
						if c.mixed {
							trips[n].Class = mixedClass(1, n)
						}
					}
					streams = append(streams, trips)
				}
			}
			n := add(t, w, streams...)
			checked(t, w, 3*3600)
			if st := w.Stats(); st.Arrived != n || st.StuckMost > 0 {
				t.Errorf("%+v, %g m apart, %.1f m between the lines: %+v, want all %d arrived and nobody ever stuck", c, apart, net.Edges[0].Length, st, n)
			}
		}
	}
}

// twoJunctions is two crossings of streets with one lane each way, so many metres apart. The street between them are edges 0 and 1;
// the directions of each street are edges 2k and 2k+1.
func twoJunctions(apart float64) *network.Spec {
	spec := sample.Corridor(sample.CorridorSpec{Lanes: 1, OneWay: true, Length: apart, SpeedLimit: 50 / 3.6})
	street := spec.Edges[0]
	spec.Junctions, spec.Edges = nil, nil
	for _, at := range []network.Point{{}, {X: apart}, {X: -200}, {Y: 200}, {Y: -200}, {X: apart + 200}, {X: apart, Y: 200}, {X: apart, Y: -200}} {
		spec.Junctions = append(spec.Junctions, network.JunctionSpec{Position: at, Boundary: len(spec.Junctions) > 1, Controller: network.None})
	}
	for _, ends := range [][2]int32{{0, 1}, {2, 0}, {3, 0}, {4, 0}, {5, 1}, {6, 1}, {7, 1}} {
		for k := range int32(2) {
			e := street
			e.From, e.To, e.Opposite = ends[k], ends[1-k], int32(len(spec.Edges))^1
			a, b := spec.Junctions[e.From].Position, spec.Junctions[e.To].Position
			dx, dy := b.X-a.X, b.Y-a.Y
			length := dx + dy
			if length < 0 {
				length = -length
			}
			dx, dy = 1.6*dx/length, 1.6*dy/length
			e.Shape = []network.Point{{X: a.X + dy, Y: a.Y - dx}, {X: b.X + dy, Y: b.Y - dx}}
			spec.Edges = append(spec.Edges, e)
		}
	}
	return spec
}
