package route_test

import (
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/network/route"
)

// shortFork is a road (edge 0) that comes onto lane onto of another (edge 1, of three lanes and so many metres), from whose kerbside
// lane one goes on to edge 2, and from the others to edge 3. Round a block, by edges 4 and 5, one comes from edge 3 to the end of
// edge 2.
func shortFork(metres float64, onto int32) *network.Spec {
	at := func(x, y float64) network.Point { return network.Point{X: x, Y: y} }
	edge := func(from, to int32, lanes int, a, b network.Point) network.EdgeSpec {
		e := network.EdgeSpec{From: from, To: to, Shape: []network.Point{a, b}, Opposite: network.None, AsDrawn: true}
		for range lanes {
			e.Lanes = append(e.Lanes, network.LaneSpec{Width: 3.25, SpeedLimit: 50 / 3.6, Permitted: network.AllClasses})
		}
		return e
	}
	x := metres + 15
	s := &network.Spec{Name: "short fork", Junctions: []network.JunctionSpec{
		{Position: at(-200, 0), Boundary: true},
		{Position: at(-5, 0), Connected: true},
		{Position: at(x-5, 0), Connected: true},
		{Position: at(x+200, -40), Connected: true},
		{Position: at(x+200, 40), Connected: true},
		{Position: at(x+400, -40), Boundary: true},
	}}
	for i := range s.Junctions {
		s.Junctions[i].Controller = network.None
	}
	s.Edges = []network.EdgeSpec{
		edge(0, 1, 1, at(-200, 0), at(-10, 0)), edge(1, 2, 3, at(0, 0), at(metres, 0)),
		edge(2, 3, 1, at(x, -5), at(x+200, -40)), edge(2, 4, 1, at(x, 5), at(x+200, 40)),
		edge(4, 3, 1, at(x+210, 30), at(x+210, -30)), edge(3, 5, 1, at(x+215, -40), at(x+400, -40)),
	}
	for _, c := range [][4]int32{{0, 1, 0, onto}, {1, 2, 0, 0}, {1, 3, 1, 0}, {1, 3, 2, 0}, {2, 5, 0, 0}, {3, 4, 0, 0}, {4, 5, 0, 0}} {
		s.Connections = append(s.Connections, network.ConnectionSpec{
			From: c[0], To: c[1], FromLane: c[2], ToLane: c[3], Classes: network.AllClasses, Group: network.None,
		})
	}
	return s
}

// TestNobodyIsLedWhereThereIsNoRoomToChangeLanes has vehicles turn into streets of several lengths and leave them from another
// lane: who is about as long as the street goes round the block in place of it, and does not get to what lies on the way itself.
func TestNobodyIsLedWhereThereIsNoRoomToChangeLanes(t *testing.T) {
	// car, van, bus, rigid lorry, articulated lorry, motorcycle: m, those of the engine
	lengths := [network.NumVehicleClasses]float64{4.6, 6, 11.95, 9.5, 16.5, 2.2}
	straight, round := []network.EdgeID{0, 1, 2, 5}, []network.EdgeID{0, 1, 3, 4, 5}
	for _, c := range []struct {
		metres float64
		onto   int32
		fits   []network.VehicleClass
	}{
		{5, 1, []network.VehicleClass{network.Car, network.Van, network.Motorcycle}}, // though they cannot: see leastTight
		{12, 1, []network.VehicleClass{network.Car, network.Van, network.Motorcycle}},
		{20, 1, []network.VehicleClass{network.Car, network.Van, network.Bus, network.RigidLorry, network.Motorcycle}},
		{21.4, 2, []network.VehicleClass{network.Car, network.Van, network.Motorcycle}},
		{21.4, 0, []network.VehicleClass{network.Car, network.Van, network.Bus, network.RigidLorry, network.ArticulatedLorry, network.Motorcycle}},
		{60, 2, []network.VehicleClass{network.Car, network.Van, network.Bus, network.RigidLorry, network.ArticulatedLorry, network.Motorcycle}},
	} {
		net, err := network.Build(shortFork(c.metres, c.onto))
		if err != nil {
			t.Fatal(err)
		}
		s := route.NewForLengths(net, &lengths, nil).NewSearcher()
		for class := range network.NumVehicleClasses {
			fits := slices.Contains(c.fits, class)
			want := round
			if fits {
				want = straight
			}
			if path, _, ok := s.Path(nil, route.Query{From: 0, To: 5, Class: class}); !ok || !slices.Equal(path, want) {
				t.Errorf("%g m, onto lane %d: %v goes by %v, want %v", c.metres, c.onto, class, path, want)
			}
			if _, _, ok := s.Path(nil, route.Query{From: 0, To: 2, Class: class}); ok != fits {
				t.Errorf("%g m, onto lane %d: %v finds a way to edge 2: %v, want %v", c.metres, c.onto, class, ok, fits)
			}
			if _, _, ok := s.Path(nil, route.Query{From: 1, To: 2, Class: class}); !ok {
				t.Errorf("%g m: %v finds no way from the street itself, any lane of it", c.metres, class)
			}
		}
	}
}
