package stream

import (
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
)

// crossroad is a street going 500 m east, then, after a connector, 500 m north, near Wilmington: two edges of one lane.
func crossroad(t testing.TB) (*network.Network, *Places) {
	t.Helper()
	net := &network.Network{
		Name:       "crossroad",
		Projection: network.Projection{Lon0: -75.55, Lat0: 39.74},
		Junctions:  make([]network.Junction, 3),
		Edges: []network.Edge{
			{From: 0, To: 1, FirstLane: 0, NumLanes: 1, Length: 500},
			{From: 1, To: 2, FirstLane: 1, NumLanes: 1, Length: 500},
		},
		Lanes: []network.Lane{
			{Edge: 0, Length: 500, SpeedLimit: 10, Width: 3, Shape: []network.Point{{X: -510, Y: 0}, {X: -200, Y: 0}, {X: -10, Y: 0}}, NumOut: 1},
			{Edge: 1, Length: 500, SpeedLimit: 20, Width: 3, Shape: []network.Point{{X: 0, Y: 10}, {X: 0, Y: 510}}, In: []network.ConnectorID{0}},
		},
		Movements:    []network.Movement{{Junction: 1, From: 0, To: 1, Turn: network.Left, Connectors: []network.ConnectorID{0}}},
		Connectors:   []network.Connector{{Junction: 1, From: 0, To: 1, Length: 10 * math.Pi / 2, Limit: 8, Shape: quarter(10)}},
		SignalGroups: make([]network.SignalGroup, 3),
	}
	return net, NewPlaces(net)
}

// quarter is a left turn of radius r from heading east at (-r, 0) to heading north at (0, r).
func quarter(r float64) []network.Point {
	var points []network.Point
	for i := range 9 {
		a := float64(i) / 8 * math.Pi / 2
		points = append(points, network.Point{X: -r + r*math.Sin(a), Y: r - r*math.Cos(a)})
	}
	return points
}

// column is n cars, 5 m apart on the first edge.
func column(n int) *Moment {
	m := &Moment{Time: 25200, Aspects: []signals.Aspect{signals.Red, signals.Green, signals.Red}}
	for i := range n {
		m.Vehicles = append(m.Vehicles, traffic.VehicleState{
			ID: traffic.VehicleID(i), Track: 0, S: 500 - float64(i%100)*5, V: 8, Length: 4.5,
		})
	}
	return m
}

// everywhere is a view of all tiles around the crossroad.
func everywhere(t testing.TB) View {
	t.Helper()
	v, err := viewOfBox(15, []float64{-75.6, 39.7, -75.5, 39.8})
	if err != nil {
		t.Fatal(err)
	}
	return v
}
