package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/network/route"
	"roadtwin/network/sample"
	"roadtwin/signals"
	"roadtwin/vehicles"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/traffic"
)

// build returns the network of a spec.
func build(t testing.TB, spec *network.Spec) *network.Network {
	t.Helper()
	net, err := network.Build(spec)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// newWorld returns an empty world on net with default signal plans.
func newWorld(t testing.TB, net *network.Network, workers int, change func(*traffic.Config)) *traffic.World {
	t.Helper()
	plans, _ := signals.DefaultPlans(net)
	system, err := signals.New(net, plans)
	if err != nil {
		t.Fatal(err)
	}
	cfg := traffic.Config{
		Net: net, Signals: system, Router: route.New(net), Envelopes: dynamics.NewTables(vehicles.Classes()),
		Seed: 1, Start: 7 * 3600, Workers: workers,
	}
	if change != nil {
		change(&cfg)
	}
	w, err := traffic.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return w
}

// randomTrips returns n trips between random edges of net, departing evenly over span seconds from start.
func randomTrips(net *network.Network, n int, start, span float64, seed uint64) []traffic.Trip {
	trips := make([]traffic.Trip, n)
	for i := range trips {
		pick := func(stream draw.Stream) network.EdgeID {
			return network.EdgeID(draw.IntN(len(net.Edges), seed, stream, uint64(i), 0))
		}
		from, to := pick(draw.TripOrigin), pick(draw.TripDestination)
		trips[i] = traffic.Trip{
			Depart: start + span*float64(i)/float64(n), From: from, To: to,
			FromPos: net.Edges[from].Length / 3, ToPos: net.Edges[to].Length * 2 / 3,
			Class: mixedClass(seed, i),
		}
		if net.Junctions[net.Edges[from].From].Boundary {
			trips[i].FromPos = traffic.AtBoundary
		}
		if net.Junctions[net.Edges[to].To].Boundary {
			trips[i].ToPos = traffic.AtBoundary
		}
	}
	return trips
}

func mixedClass(seed uint64, i int) network.VehicleClass {
	switch u := draw.Float64(seed, draw.VehicleClass, uint64(i), 0); {
	case u < 0.8:
		return network.Car
	case u < 0.88:
		return network.Van
	case u < 0.9:
		return network.Bus
	case u < 0.95:
		return network.RigidLorry
	case u < 0.98:
		return network.ArticulatedLorry
	default:
		return network.Motorcycle
	}
}

// grid returns a grid of n by n signalised (or not) crossings that leads out of the map on every side.
func grid(t testing.TB, n int, signals bool) *network.Network {
	t.Helper()
	return build(t, sample.Grid(sample.GridSpec{Columns: n, Rows: n, Signals: signals}))
}

// checked steps the world n times and fails the test as soon as something impossible happens.
func checked(t *testing.T, w *traffic.World, n int) {
	t.Helper()
	for range n {
		w.Step()
		st := w.Stats()
		if a := w.Audit(); a != (traffic.Audit{}) {
			t.Fatalf("at %.1f s: audit %+v, want all zero (%+v)", w.Time(), a, st)
		}
		if st.Crashes > 0 {
			for _, e := range w.Events() {
				if e.Kind == traffic.CrashedInto {
					t.Errorf("at %.1f s: %+v\n%s\n%s", w.Time(), e, w.Describe(e.Vehicle), w.Describe(e.Other))
				}
			}
			t.FailNow()
		}
	}
}

func TestGridRuns(t *testing.T) {
	for _, withSignals := range []bool{true, false} {
		net := grid(t, 4, withSignals)
		w := newWorld(t, net, 1, nil)
		if _, err := w.AddTrips(randomTrips(net, 1500, w.Time(), 1200, 1)); err != nil {
			t.Fatal(err)
		}
		for range 30 {
			checked(t, w, 600)
			t.Logf("signals %v %+v", withSignals, w.Stats())
		}
		if st := w.Stats(); st.OnRoad+st.Waiting > 0 {
			for _, v := range w.AppendVehicles(nil) {
				if v.V < 1 && v.Limit != traffic.LimitLeader && v.Limit != traffic.LimitExit {
					t.Log(w.Describe(v.ID))
				}
			}
			t.Errorf("after half an hour %d are still on the road: %+v", st.OnRoad, st)
		}
	}
}
