package traffic_test

import (
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// around returns a way through a grid that no search would choose: in at a boundary, once round a block, and out at
// another.
func around(t *testing.T, net *network.Network) []network.EdgeID {
	t.Helper()
	turns := []network.Turn{network.Through, network.Right, network.Right, network.Right, network.Through, network.Through}
	for e := range net.Edges {
		way := []network.EdgeID{network.EdgeID(e)}
		for _, turn := range turns {
			next := slices.IndexFunc(net.Movements, func(m network.Movement) bool {
				return m.From == way[len(way)-1] && m.Turn == turn
			})
			if next < 0 {
				break
			}
			way = append(way, net.Movements[next].To)
		}
		if net.Junctions[net.Edges[e].From].Boundary && len(way) == len(turns)+1 {
			return way
		}
	}
	t.Fatal("no such way")
	return nil
}

func TestGivenRoutesAreDriven(t *testing.T) {
	net := grid(t, 3, true)
	way := around(t, net)
	w := newWorld(t, net, 1, nil)
	const topSpeed = 6.0
	trips := make([]traffic.Trip, 40)
	for i := range trips {
		trips[i] = traffic.Trip{
			Depart: w.Time() + float64(i), From: way[0], To: way[len(way)-1], FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary,
			Route: way, TopSpeed: topSpeed,
		}
	}
	if _, err := w.AddTrips(trips); err != nil {
		t.Fatal(err)
	}
	fastest := 0.0
	for range 12000 {
		checked(t, w, 1)
		for _, v := range w.AppendVehicles(nil) {
			fastest = max(fastest, v.V)
			if d, _ := w.Vehicle(v.ID); !slices.Equal(d.Route, way) && w.Stats().Rerouted == 0 {
				t.Fatalf("vehicle %d drives %v, want %v", v.ID, d.Route, way)
			}
		}
	}
	if st := w.Stats(); st.Arrived != len(trips) || st.Rerouted > 0 {
		t.Errorf("%+v, want all %d arrived and none rerouted", st, len(trips))
	}
	if fastest > topSpeed+0.01 || fastest < topSpeed-0.5 {
		t.Errorf("the fastest drove %.2f m/s, want the %g of their top speed", fastest, topSpeed)
	}
}

func TestRoutesThatCannotBeDrivenAreRefused(t *testing.T) {
	net := grid(t, 3, true)
	way := around(t, net)
	from, to := way[0], way[len(way)-1]
	for name, c := range map[string]struct {
		trip traffic.Trip
		want string
	}{
		"a gap":       {traffic.Trip{From: from, To: to, Route: slices.Concat(way[:2], way[4:])}, "no way leads a car"},
		"begins else": {traffic.Trip{From: from, To: to, Route: way[1:]}, "want edge"},
		"no edge":     {traffic.Trip{From: from, To: to, Route: []network.EdgeID{from, 1 << 30, to}}, "no way leads"},
		"negative":    {traffic.Trip{From: from, To: to, Route: []network.EdgeID{from, -4, to}}, "no way leads"},
		"too slow":    {traffic.Trip{From: from, To: to, TopSpeed: 0.1}, "top speed 0.1 m/s"},
		"too long":    {traffic.Trip{From: from, To: to, Length: 31}, "length 31 m"},
	} {
		w := newWorld(t, net, 1, nil)
		c.trip.FromPos, c.trip.ToPos = traffic.AtBoundary, traffic.AtBoundary
		if _, err := w.AddTrips([]traffic.Trip{c.trip}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}

func TestARouteOverAClosedEdgeIsReplaced(t *testing.T) {
	net := grid(t, 3, true)
	way := around(t, net)
	w := newWorld(t, net, 1, nil)
	if err := w.Queue(traffic.Command{Kind: traffic.CloseEdge, Edge: way[2]}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.AddTrips([]traffic.Trip{{
		Depart: w.Time() + 1, From: way[0], To: way[len(way)-1], FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary, Route: way,
	}}); err != nil {
		t.Fatal(err)
	}
	checked(t, w, 20)
	if d, ok := w.Vehicle(0); !ok || slices.Contains(d.Route, way[2]) {
		t.Errorf("on the road %v, by %v: want a way without edge %d, which is closed", ok, d.Route, way[2])
	}
}
