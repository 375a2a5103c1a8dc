package network_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
)

func build(t *testing.T, s *network.Spec) *network.Network {
	t.Helper()
	n, err := network.Build(s)
	if err != nil {
		t.Fatalf("Build(%s): %v", s.Name, err)
	}
	if err := n.Validate(); err != nil {
		t.Fatalf("Validate(%s): %v", s.Name, err)
	}
	return n
}

// samples are specs that together have everything in them.
func samples() []*network.Spec {
	specs := []*network.Spec{
		sample.Grid(sample.GridSpec{}),
		sample.Grid(sample.GridSpec{Signals: true, Lanes: 3, DrivingSide: network.LeftHand}),
		sample.Ring(1000, 2),
		sample.Corridor(sample.CorridorSpec{LanesOf: []int{1, 2, 3, 2, 1}}),
		sample.Ramps(3, network.RightHand),
		sample.Ramps(2, network.LeftHand),
		sample.Town(network.RightHand),
		sample.Town(network.LeftHand),
	}
	for arms := 3; arms <= 5; arms++ {
		for lanes := 1; lanes <= 3; lanes++ {
			for kind := network.Plain; kind <= network.Signalised; kind++ {
				side := network.DrivingSide(arms % 2)
				specs = append(specs, sample.Cross(sample.CrossSpec{Arms: arms, Lanes: lanes, Control: kind, DrivingSide: side}))
			}
		}
	}
	return specs
}

func TestGridBuilds(t *testing.T) {
	for _, signals := range []bool{false, true} {
		for lanes := 1; lanes <= 4; lanes++ {
			n := build(t, sample.Grid(sample.GridSpec{Lanes: lanes, Signals: signals}))
			t.Logf("%d lanes: %d junctions %d edges %d lanes %d connectors %d conflicts %d groups", lanes,
				len(n.Junctions), len(n.Edges), len(n.Lanes), len(n.Connectors), len(n.Conflicts), len(n.SignalGroups))
		}
	}
}
