package network_test

import (
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
)

// reach returns which lanes a car can get to from lane start, by brute force.
func reach(n *network.Network, start network.LaneID) []bool {
	seen := make([]bool, len(n.Lanes))
	left := false // the map
	var visit func(l network.LaneID)
	visit = func(l network.LaneID) {
		if seen[l] || !n.Lanes[l].Permitted.Has(network.Car) {
			return
		}
		seen[l] = true
		lane := &n.Lanes[l]
		edge := &n.Edges[lane.Edge]
		for _, c := range n.OutConnectors(l) {
			if c.Permitted.Has(network.Car) {
				visit(c.To)
			}
		}
		if lane.Index > 0 {
			visit(l - 1)
		}
		if lane.Index < edge.NumLanes-1 {
			visit(l + 1)
		}
		if n.Junctions[edge.To].Boundary && !left {
			left = true
			for k := range n.Lanes {
				if n.Junctions[n.Edges[n.Lanes[k].Edge].From].Boundary {
					visit(network.LaneID(k))
				}
			}
		}
	}
	visit(start)
	return seen
}

func TestComponentsAgainstBruteForce(t *testing.T) {
	for seed := range uint64(60) {
		n := build(t, randomSpec(seed, true))
		label, _ := n.Components(network.Car)
		from := make([][]bool, len(n.Lanes))
		for l := range n.Lanes {
			from[l] = reach(n, network.LaneID(l))
		}
		for a := range n.Lanes {
			if (label[a] == network.None) == n.Lanes[a].Permitted.Has(network.Car) {
				t.Fatalf("seed %d: lane %d has label %d", seed, a, label[a])
			}
			for b := range n.Lanes {
				if label[a] < 0 || label[b] < 0 {
					continue
				}
				if together := from[a][b] && from[b][a]; together != (label[a] == label[b]) {
					t.Fatalf("seed %d: lanes %d and %d: labels %d and %d, together %v", seed, a, b, label[a], label[b], together)
				}
			}
		}
	}
}

func TestComponentsOfSamples(t *testing.T) {
	for _, s := range []*network.Spec{
		sample.Grid(sample.GridSpec{}), sample.Ring(500, 2), sample.Town(network.RightHand), sample.Town(network.LeftHand),
		sample.Corridor(sample.CorridorSpec{}), sample.Ramps(2, network.RightHand),
	} {
		if _, share := build(t, s).Components(network.Car); share != 1 {
			t.Errorf("%s: %.3f of the lanes are connected, want all", s.Name, share)
		}
	}
}

func TestPruneDropsTraps(t *testing.T) {
	s := sample.Grid(sample.GridSpec{Columns: 2, Rows: 2})
	before := len(s.Edges)
	// A one-way street to nowhere off crossing 0, and beyond it another.
	for _, to := range []network.Point{{X: 30, Y: 60}, {X: 60, Y: 90}} {
		from := int32(0)
		if to.X > 30 {
			from = int32(len(s.Junctions) - 1)
		}
		s.Junctions = append(s.Junctions, network.JunctionSpec{Position: to, Controller: network.None})
		e := s.Edges[0]
		e.From, e.To, e.Opposite = from, int32(len(s.Junctions)-1), network.None
		e.Shape = []network.Point{s.Junctions[from].Position, to}
		s.Edges = append(s.Edges, e)
	}
	pruned, n, report, err := network.Prune(s)
	if err != nil {
		t.Fatal(err)
	}
	length := math.Hypot(30, 60) + math.Hypot(30, 30)
	if len(n.Edges) != before || len(pruned.Edges) != before || report.DroppedEdges != 2 ||
		math.Abs(report.DroppedKm-length/1000) > 1e-9 || report.DroppedLanes != 4 {
		t.Errorf("%d edges are left of %d, report %+v", len(n.Edges), before+2, report)
	}
	if len(s.Edges) != before+2 {
		t.Error("the spec that was given has changed")
	}
}

func TestPruneKeepsBusLanesBesideOthers(t *testing.T) {
	s := sample.Town(network.RightHand)
	_, n, report, err := network.Prune(s)
	if err != nil {
		t.Fatal(err)
	}
	if report.DroppedLanes != 0 || report.Share != 1 || len(n.Edges) != len(s.Edges) {
		t.Errorf("report %+v, want nothing dropped", report)
	}
	reserved := 0
	for i := range n.Lanes {
		if !n.Lanes[i].Permitted.Has(network.Car) {
			reserved++
		}
	}
	if reserved == 0 {
		t.Error("the bus lane is gone")
	}
}

func TestPruneKeepsMandatoryExitsMandatory(t *testing.T) {
	// From the south everybody must go straight on, into a street that leads nowhere: nobody may then turn instead.
	s := sample.Cross(sample.CrossSpec{})
	s.Onlys = []network.TurnRule{{From: 7, To: 2, Classes: network.AllClasses}}
	s.Junctions[s.Edges[2].To].Boundary = false
	s.Edges[2].NoUTurn = true
	_, n, _, err := network.Prune(s)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n.Edges {
		if n.Edges[i].Name == "Arm 3" && n.Edges[i].To == 0 {
			t.Errorf("edge %d from the south is still there, though it leads nowhere", i)
		}
	}
}
