package traffic_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
)

// A twin is a second network that is the first one told in another way, with what is needed to compare the traffic on both.
type twin struct {
	net  *network.Network
	edge []network.EdgeID // by edge of the first network: what it is called in the second
	side float64          // factor of lateral positions: -1 in the mirror
}

// relabelled returns s with its junctions and edges in another order.
func relabelled(t *testing.T, s *network.Spec, seed uint64) twin {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 3))
	junctions, edges := permutation(rng, len(s.Junctions)), permutation(rng, len(s.Edges))
	r := *s
	r.Junctions, r.Edges = make([]network.JunctionSpec, len(s.Junctions)), make([]network.EdgeSpec, len(s.Edges))
	for i, j := range s.Junctions {
		r.Junctions[junctions[i]] = j
	}
	names := make([]network.EdgeID, len(s.Edges))
	for i, e := range s.Edges {
		e.From, e.To = junctions[e.From], junctions[e.To]
		if e.Opposite >= 0 {
			e.Opposite = edges[e.Opposite]
		}
		r.Edges[edges[i]] = e
		names[i] = network.EdgeID(edges[i])
	}
	rules := func(list []network.TurnRule) []network.TurnRule {
		list = slices.Clone(list)
		for i := range list {
			list[i].From, list[i].To = edges[list[i].From], edges[list[i].To]
		}
		return list
	}
	r.Bans, r.Onlys = rules(s.Bans), rules(s.Onlys)
	r.Crossings, r.BusStops = slices.Clone(s.Crossings), slices.Clone(s.BusStops)
	for i := range r.Crossings {
		r.Crossings[i].Edge = edges[r.Crossings[i].Edge]
	}
	for i := range r.BusStops {
		r.BusStops[i].Edge = edges[r.BusStops[i].Edge]
	}
	return twin{build(t, &r), names, 1}
}

func permutation(rng *rand.Rand, n int) []int32 {
	p := make([]int32, n)
	for i, k := range rng.Perm(n) {
		p[i] = int32(k)
	}
	return p
}

// mirrored returns s as seen in a mirror: north is south, and one drives on the other side.
func mirrored(t *testing.T, s *network.Spec) twin {
	t.Helper()
	m := *s
	m.DrivingSide = network.RightHand + network.LeftHand - s.DrivingSide
	m.Junctions, m.Edges = slices.Clone(s.Junctions), slices.Clone(s.Edges)
	for i := range m.Junctions {
		m.Junctions[i].Position.Y = -m.Junctions[i].Position.Y
	}
	names := make([]network.EdgeID, len(m.Edges))
	for i := range m.Edges {
		names[i] = network.EdgeID(i)
		e := &m.Edges[i]
		e.Shape, e.Lanes = slices.Clone(e.Shape), slices.Clone(e.Lanes)
		for k := range e.Shape {
			e.Shape[k].Y = -e.Shape[k].Y
		}
		for k := range e.Lanes {
			e.Lanes[k].Turns = mirroredTurns(e.Lanes[k].Turns)
		}
	}
	return twin{build(t, &m), names, -1}
}

// inMirror is each turn as seen in a mirror.
var inMirror = map[network.Turn]network.Turn{
	network.Through: network.Through, network.UTurn: network.UTurn,
	network.SlightLeft: network.SlightRight, network.Left: network.Right, network.SharpLeft: network.SharpRight,
	network.SlightRight: network.SlightLeft, network.Right: network.Left, network.SharpRight: network.SharpLeft,
}

func mirroredTurns(s network.TurnSet) (m network.TurnSet) {
	for turn := range network.NumTurns {
		if s&(1<<turn) != 0 {
			m |= 1 << inMirror[turn]
		}
	}
	return m
}

// everything returns the sample town with crossings of each kind and bus stops besides. Nobody has right of way there because
// of coming from the right: that rule is the same on either side of the road, and so has no mirror image.
func everything(side network.DrivingSide) *network.Spec {
	s := sample.Town(side)
	for i := range s.Junctions {
		if s.Junctions[i].Control == network.PrioritySide {
			s.Junctions[i].Control = network.AllWayStop
		}
	}
	kind := network.Unmarked
	for i := range s.Edges {
		e := &s.Edges[i]
		length := network.PolylineLength(e.Shape)
		if e.Road == network.Motorway || e.Link || e.Roundabout || length < 60 || int(e.Opposite) < i && e.Opposite >= 0 {
			continue
		}
		s.Crossings = append(s.Crossings, network.CrossingSpec{Kind: kind, Edge: int32(i), Position: length / 2, OSMNode: int64(1000 + i)})
		if e.Opposite >= 0 {
			s.Crossings = append(s.Crossings, network.CrossingSpec{Kind: kind, Edge: e.Opposite, Position: network.PolylineLength(s.Edges[e.Opposite].Shape) / 2, OSMNode: int64(1000 + i)})
		}
		s.BusStops = append(s.BusStops, network.BusStopSpec{Edge: int32(i), Position: length / 3, Name: fmt.Sprint("stop ", i)})
		kind = (kind + 1) % (network.TramCrossing + 1)
	}
	return s
}

// compareTwins runs the same trips on both networks and compares every vehicle after every step.
func compareTwins(t *testing.T, first *network.Network, second twin, trips []traffic.Trip, seconds float64) {
	t.Helper()
	a, b := newWorld(t, first, 1, nil), newWorld(t, second.net, 1, nil)
	others := slices.Clone(trips)
	for i := range others {
		others[i].From, others[i].To = second.edge[trips[i].From], second.edge[trips[i].To]
	}
	add(t, a, trips)
	add(t, b, others)
	most := 0
	var va, vb []traffic.VehicleState
	for a.Time() < 7*3600+seconds {
		a.Step()
		b.Step()
		va, vb = byID(a, va), byID(b, vb)
		most = max(most, len(va))
		if len(va) != len(vb) {
			t.Fatalf("at %.1f s: %d vehicles, in the twin %d: %+v, %+v", a.Time(), len(va), len(vb), a.Stats(), b.Stats())
		}
		for i := range va {
			if diff := difference(first, &va[i], &second, &vb[i]); diff != "" {
				t.Fatalf("at %.1f s (step %d): vehicle %d: %s\n%s\nin the twin:\n%s", a.Time(), a.Steps(), va[i].ID, diff, a.Describe(va[i].ID), b.Describe(vb[i].ID))
			}
		}
	}
	if most < 50 {
		t.Errorf("at most %d vehicles at a time: that is no test", most)
	}
	t.Logf("%d vehicles at a time, %+v", most, a.Stats())
}

func byID(w *traffic.World, dst []traffic.VehicleState) []traffic.VehicleState {
	dst = w.AppendVehicles(dst[:0])
	slices.SortFunc(dst, func(a, b traffic.VehicleState) int { return int(a.ID) - int(b.ID) })
	return dst
}

// difference says in what b, on the twin, is not as a, on net; "" if in nothing.
func difference(net *network.Network, a *traffic.VehicleState, second *twin, b *traffic.VehicleState) string {
	switch {
	case a.ID != b.ID:
		return fmt.Sprintf("in the twin it is %d", b.ID)
	case where(net, a.Track, second.edge) != where(second.net, b.Track, nil):
		return fmt.Sprintf("on %s, want %s", where(second.net, b.Track, nil), where(net, a.Track, second.edge))
	case math.Abs(a.S-b.S) > 1e-6 || math.Abs(a.V-b.V) > 1e-6:
		return fmt.Sprintf("at %.9g m, %.9g m/s; want %.9g m, %.9g m/s", b.S, b.V, a.S, a.V)
	case math.Abs(a.Lateral-second.side*b.Lateral) > 1e-6:
		return fmt.Sprintf("%g m beside its line, want %g m", b.Lateral, second.side*a.Lateral)
	case a.Limit != b.Limit:
		return fmt.Sprintf("held by %v, want %v", b.Limit, a.Limit)
	}
	return ""
}

// where names a track by its edges, as they are called in another network if names are given.
func where(net *network.Network, id network.TrackID, names []network.EdgeID) string {
	name := func(l network.LaneID) string {
		e := net.Lanes[l].Edge
		index := net.Lanes[l].Index
		if names != nil {
			e = names[e]
		}
		return fmt.Sprintf("%d.%d", e, index)
	}
	if c, ok := net.ConnectorOf(id); ok {
		return name(net.Connectors[c].From) + " > " + name(net.Connectors[c].To)
	}
	l, _ := net.LaneOf(id)
	return name(l)
}

func TestOrderOfEdgesChangesNoTrajectory(t *testing.T) {
	for _, side := range []network.DrivingSide{network.RightHand, network.LeftHand} {
		s := everything(side)
		net := build(t, s)
		trips := randomTrips(net, 12*len(net.Edges), 7*3600, 600, 5)
		for seed := range uint64(2) {
			t.Run(fmt.Sprintf("%v, order %d", side, seed), func(t *testing.T) {
				compareTwins(t, net, relabelled(t, s, seed), trips, 900)
			})
		}
	}
}

func TestTheMirrorShowsTheMirroredTraffic(t *testing.T) {
	s := everything(network.RightHand)
	net := build(t, s)
	compareTwins(t, net, mirrored(t, s), randomTrips(net, 12*len(net.Edges), 7*3600, 600, 5), 900)
}
