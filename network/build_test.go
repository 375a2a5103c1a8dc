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
	return []*network.Spec{
		sample.Grid(sample.GridSpec{}),
		sample.Grid(sample.GridSpec{Signals: true, Lanes: 3, DrivingSide: network.LeftHand}),
	}
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
