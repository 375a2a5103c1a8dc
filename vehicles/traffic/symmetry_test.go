package traffic_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"roadtwin/network"
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

// mirrored returns s as seen in a mirror: west is east, and one drives on the other side.
func mirrored(t *testing.T, s *network.Spec) twin {
	t.Helper()
	m := *s
	m.DrivingSide = network.RightHand + network.LeftHand - s.DrivingSide
	m.Junctions, m.Edges = slices.Clone(s.Junctions), slices.Clone(s.Edges)
	for i := range m.Junctions {
		m.Junctions[i].Position.X = -m.Junctions[i].Position.X
	}
	names := make([]network.EdgeID, len(m.Edges))
	for i := range m.Edges {
		names[i] = network.EdgeID(i)
		e := &m.Edges[i]
		e.Shape, e.Lanes = slices.Clone(e.Shape), slices.Clone(e.Lanes)
		for k := range e.Shape {
			e.Shape[k].X = -e.Shape[k].X
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

// compareTwins runs the same scene on both networks and compares every vehicle after every step.
func compareTwins(t *testing.T, first, second scene) {
	t.Helper()
	a, b := first.world(t, 1), second.world(t, 1)
	most := 0
	var va, vb []traffic.VehicleState
	for a.Time() < 7*3600+sceneLasts {
		first.step(t, a)
		second.step(t, b)
		va, vb = byID(a, va), byID(b, vb)
		most = max(most, len(va))
		if len(va) != len(vb) {
			t.Fatalf("at %.1f s: %d vehicles, in the twin %d: %+v, %+v", a.Time(), len(va), len(vb), a.Stats(), b.Stats())
		}
		for i := range va {
			if diff := difference(first.net, &va[i], &second.twin, &vb[i]); diff != "" {
				t.Fatalf("at %.1f s (step %d): vehicle %d: %s\n%s\nin the twin:\n%s", a.Time(), a.Steps(), va[i].ID, diff, a.Describe(va[i].ID), b.Describe(vb[i].ID))
			}
		}
		if pa, pb := a.Walks(), b.Walks(); pa != pb {
			t.Fatalf("at %.1f s (step %d): %+v at the crossings, in the twin %+v", a.Time(), a.Steps(), pa, pb)
		}
	}
	if most < 200 {
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
	for seed, side := range []network.DrivingSide{network.RightHand, network.LeftHand} {
		t.Run(side.String(), func(t *testing.T) {
			s := newScene(t, side)
			compareTwins(t, s, s.told(relabelled(t, s.spec, uint64(seed))))
		})
	}
}

func TestTheMirrorShowsTheMirroredTraffic(t *testing.T) {
	s := newScene(t, network.RightHand)
	compareTwins(t, s, s.told(mirrored(t, s.spec)))
}
