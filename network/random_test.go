package network_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"roadtwin/network"
)

// randomSpec returns a network of random streets: ugly, but legal. Unless there may be ties, no two of them lie in one
// place, which only their order could tell apart.
func randomSpec(seed uint64, ties bool) *network.Spec {
	rng := rand.New(rand.NewPCG(seed, 7))
	s := &network.Spec{Name: fmt.Sprintf("random %d", seed), DrivingSide: network.DrivingSide(rng.IntN(2))}
	for range 3 + rng.IntN(12) {
		controller := int32(network.None)
		if rng.IntN(3) == 0 {
			controller = int32(rng.IntN(2))
		}
		s.Junctions = append(s.Junctions, network.JunctionSpec{
			Position: randomPoint(rng, 300), Control: network.JunctionKind(rng.IntN(6)),
			Controller: controller, Boundary: rng.IntN(4) == 0,
		})
	}
	for range rng.IntN(16) {
		addRandomRoad(s, rng, ties)
	}
	for range rng.IntN(6) {
		if len(s.Edges) == 0 {
			break
		}
		r := network.TurnRule{
			From: int32(rng.IntN(len(s.Edges))), To: int32(rng.IntN(len(s.Edges))), Classes: network.ClassSet(rng.IntN(64)),
		}
		if rng.IntN(2) == 0 {
			s.Bans = append(s.Bans, r)
		} else {
			s.Onlys = append(s.Onlys, r)
		}
	}
	return s
}

func randomPoint(rng *rand.Rand, size float64) network.Point {
	return network.Point{X: math.Round(size*1000*rng.Float64()) / 1000, Y: math.Round(size*1000*rng.Float64()) / 1000}
}

func addRandomRoad(s *network.Spec, rng *rand.Rand, ties bool) {
	from, to := int32(rng.IntN(len(s.Junctions))), int32(rng.IntN(len(s.Junctions)))
	shape := []network.Point{s.Junctions[from].Position}
	for range rng.IntN(4) {
		shape = append(shape, randomPoint(rng, 300))
		if rng.IntN(3) == 0 { // a splinter
			p := shape[len(shape)-1]
			shape = append(shape, network.Point{X: p.X + rng.Float64(), Y: p.Y})
		}
	}
	shape = append(shape, s.Junctions[to].Position)
	if !ties {
		if from == to {
			return
		}
		for _, i := range []int{0, len(shape) - 1} {
			d := randomPoint(rng, 6)
			shape[i].X, shape[i].Y = shape[i].X+d.X, shape[i].Y+d.Y
		}
	}
	e := network.EdgeSpec{
		From: from, To: to, Shape: shape, Opposite: network.None, Rank: int32(rng.IntN(3)), Sign: network.Control(rng.IntN(3)),
		Road: network.RoadClass(rng.IntN(int(network.NumRoadClasses))), Link: rng.IntN(5) == 0, Roundabout: rng.IntN(8) == 0,
		NoUTurn: rng.IntN(5) == 0, StopOffset: float64(rng.IntN(2)) * 30 * rng.Float64(),
	}
	for range 1 + rng.IntN(3) {
		l := network.LaneSpec{Width: 1 + 4*rng.Float64(), SpeedLimit: 3 + 30*rng.Float64(), Permitted: network.AllClasses}
		if rng.IntN(4) == 0 {
			l.Permitted = network.ClassSet(1 + rng.IntN(63))
		}
		if rng.IntN(3) == 0 {
			l.Turns = network.TurnSet(rng.IntN(256))
		}
		e.Lanes = append(e.Lanes, l)
	}
	s.Edges = append(s.Edges, e)
	if rng.IntN(2) == 0 {
		back := e
		back.From, back.To = to, from
		back.Shape = slices.Clone(shape)
		slices.Reverse(back.Shape)
		if !ties {
			back.Shape = network.Offset(back.Shape, 4-8*float64(s.DrivingSide))
		}
		back.Opposite = int32(len(s.Edges) - 1)
		s.Edges[back.Opposite].Opposite = int32(len(s.Edges))
		s.Edges = append(s.Edges, back)
	}
}

func TestRandomSpecsGiveValidNetworks(t *testing.T) {
	for seed := range uint64(150) {
		s := randomSpec(seed, true)
		n, err := network.Build(s)
		if err != nil {
			t.Fatalf("seed %d: Build: %v", seed, err)
		}
		if err := n.Validate(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		again, _ := network.Build(s)
		if !reflect.DeepEqual(n, again) {
			t.Fatalf("seed %d: built twice, two networks", seed)
		}
		checkReach(t, seed, n)
	}
}

// checkReach checks that no lane is cut off where the junction leads on for its classes.
func checkReach(t *testing.T, seed uint64, n *network.Network) {
	t.Helper()
	for i := range n.Edges {
		e := &n.Edges[i]
		var onward network.ClassSet // classes that some movement of the edge serves
		for m := range n.Movements {
			if n.Movements[m].From != network.EdgeID(i) {
				continue
			}
			for _, c := range n.Movements[m].Connectors {
				onward |= n.Connectors[c].Permitted
			}
		}
		for k, l := range n.EdgeLanes(network.EdgeID(i)) {
			if l.NumOut == 0 && l.Permitted&onward == l.Permitted {
				t.Errorf("seed %d: lane %d of edge %d leads nowhere, though the edge leads on", seed, k, i)
			}
		}
		if e.Length < 1 {
			t.Errorf("seed %d: edge %d: length %g m, want at least 1", seed, i, e.Length)
		}
	}
}

func TestRandomSpecsPrune(t *testing.T) {
	for seed := range uint64(60) {
		s := randomSpec(seed, true)
		_, n, report, err := network.Prune(s)
		if err != nil {
			t.Fatalf("seed %d: Prune: %v", seed, err)
		}
		if err := n.Validate(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if _, share := n.Components(network.Car); len(n.Lanes) > 0 && share != 1 {
			t.Errorf("seed %d: %.3f of what is left is connected, want all (%+v)", seed, share, report)
		}
	}
}

// mirrored returns s as seen in a mirror: west is east, and one drives on the other side.
func mirrored(s *network.Spec) *network.Spec {
	flip := func(p network.Point) network.Point { return network.Point{X: -p.X, Y: p.Y} }
	m := *s
	m.DrivingSide = 1 - s.DrivingSide
	m.Junctions = slices.Clone(s.Junctions)
	for i := range m.Junctions {
		m.Junctions[i].Position = flip(m.Junctions[i].Position)
	}
	m.Edges = slices.Clone(s.Edges)
	for i := range m.Edges {
		e := &m.Edges[i]
		e.Shape = slices.Clone(e.Shape)
		for k, p := range e.Shape {
			e.Shape[k] = flip(p)
		}
		e.Lanes = slices.Clone(e.Lanes)
		for k := range e.Lanes {
			e.Lanes[k].Turns = mirrorTurns(e.Lanes[k].Turns)
		}
	}
	return &m
}

// otherSide is each turn in the mirror.
var otherSide = [network.NumTurns]network.Turn{
	network.Through: network.Through, network.UTurn: network.UTurn,
	network.SlightLeft: network.SlightRight, network.Left: network.Right, network.SharpLeft: network.SharpRight,
	network.SlightRight: network.SlightLeft, network.Right: network.Left, network.SharpRight: network.SharpLeft,
}

func mirrorTurns(s network.TurnSet) network.TurnSet {
	var m network.TurnSet
	for t := range network.NumTurns {
		if s.Has(t) {
			m |= 1 << otherSide[t]
		}
	}
	return m
}

func TestMirroredSpecGivesMirroredNetwork(t *testing.T) {
	specs := samples()
	for seed := range uint64(60) {
		specs = append(specs, randomSpec(seed, false))
	}
	for _, s := range specs {
		n, m := build(t, s), build(t, mirrored(s))
		if err := mirrorImage(n, m); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
}

// mirrorImage compares two networks that should be mirror images, but for the rule of right before left and what
// depends on it.
func mirrorImage(n, m *network.Network) error {
	if len(n.Connectors) != len(m.Connectors) || len(n.Conflicts) != len(m.Conflicts) || len(n.Lanes) != len(m.Lanes) {
		return fmt.Errorf("%d connectors, %d conflicts; in the mirror %d, %d", len(n.Connectors), len(n.Conflicts),
			len(m.Connectors), len(m.Conflicts))
	}
	for i := range n.Lanes {
		if err := mirrorShape(n.Lanes[i].Shape, m.Lanes[i].Shape); err != nil {
			return fmt.Errorf("lane %d: %w", i, err)
		}
		if n.Lanes[i].Turns != mirrorTurns(m.Lanes[i].Turns) {
			return fmt.Errorf("lane %d: turns %v, in the mirror %v", i, n.Lanes[i].Turns, m.Lanes[i].Turns)
		}
	}
	for i := range n.Connectors {
		p, q := &n.Connectors[i], &m.Connectors[i]
		if p.From != q.From || p.To != q.To || p.Turn != otherSide[q.Turn] || p.Permitted != q.Permitted {
			return fmt.Errorf("connector %d: %d to %d %v, in the mirror %d to %d %v", i, p.From, p.To, p.Turn, q.From, q.To, q.Turn)
		}
		if err := mirrorShape(p.Shape, q.Shape); err != nil {
			return fmt.Errorf("connector %d: %w", i, err)
		}
	}
	for i := range n.Conflicts {
		p, q := n.Conflicts[i], m.Conflicts[i]
		if math.Abs(p.Start-q.Start) > 0.005 || math.Abs(p.End-q.End) > 0.005 || p.Kind != q.Kind {
			return fmt.Errorf("conflict %d: %+v, in the mirror %+v", i, p, q)
		}
	}
	return nil
}

func mirrorShape(p, q []network.Point) error {
	if len(p) != len(q) {
		return fmt.Errorf("%d points, in the mirror %d", len(p), len(q))
	}
	for k := range p {
		if (network.Point{X: -p[k].X, Y: p[k].Y}).Dist(q[k]) > 0.003 {
			return fmt.Errorf("point %d: %v, in the mirror %v", k, p[k], q[k])
		}
	}
	return nil
}

func TestOrderOfEdgesDoesNotMatter(t *testing.T) {
	specs := samples()
	for seed := range uint64(60) {
		specs = append(specs, randomSpec(seed, false))
	}
	for i, s := range specs {
		rng := rand.New(rand.NewPCG(uint64(i), 11))
		order := rng.Perm(len(s.Edges)) // order[new] = old
		n, m := build(t, s), build(t, permuted(s, order))
		got, want := shapes(m), shapes(n)
		if !slices.Equal(got, want) {
			t.Errorf("%s: other order of edges, other connectors (%d and %d)", s.Name, len(got), len(want))
		}
	}
}

func permuted(s *network.Spec, order []int) *network.Spec {
	number := make([]int32, len(order)) // number[old] = new
	for i, old := range order {
		number[old] = int32(i)
	}
	m := *s
	m.Edges = nil
	for _, old := range order {
		e := s.Edges[old]
		if e.Opposite != network.None {
			e.Opposite = number[e.Opposite]
		}
		m.Edges = append(m.Edges, e)
	}
	rules := func(rs []network.TurnRule) []network.TurnRule {
		var out []network.TurnRule
		for _, r := range rs {
			out = append(out, network.TurnRule{From: number[r.From], To: number[r.To], Classes: r.Classes})
		}
		return out
	}
	m.Bans, m.Onlys = rules(s.Bans), rules(s.Onlys)
	return &m
}

// shapes returns a sorted description of every connector that does not depend on numbers.
func shapes(n *network.Network) []string {
	var all []string
	for i := range n.Connectors {
		c := &n.Connectors[i]
		all = append(all, fmt.Sprint(c.Junction, c.Shape, c.Turn, c.Control, c.Permitted, c.NumConflicts))
	}
	slices.Sort(all)
	return all
}
