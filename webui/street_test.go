package webui

import (
	"encoding/json"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
)

// TestStreetTellsWhereItsValuesComeFrom compares every lane with the network.
func TestStreetTellsWhereItsValuesComeFrom(t *testing.T) {
	net, err := network.Build(sample.Town(network.RightHand))
	if err != nil {
		t.Fatal(err)
	}
	net.Lanes[0].Source = network.Source{SpeedLimit: network.Tagged, Lanes: network.Derived}
	for e := range net.Edges {
		var got street
		if err := json.Unmarshal(mustJSON(describeStreet(net, network.EdgeID(e))), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Lanes) != int(net.Edges[e].NumLanes) || got.Name != net.Edges[e].Name {
			t.Errorf("edge %d: %d lanes of %q, want %d of %q", e, len(got.Lanes), got.Name, net.Edges[e].NumLanes, net.Edges[e].Name)
		}
		for i, l := range net.EdgeLanes(network.EdgeID(e)) {
			s := got.Lanes[i].Source
			if s.Limit != l.Source.SpeedLimit.String() || s.Lanes != l.Source.Lanes.String() || s.Surface != l.Source.Surface.String() {
				t.Errorf("edge %d lane %d: source %+v, want %+v", e, i, s, l.Source)
			}
		}
	}
	first := describeStreet(net, net.Lanes[0].Edge).Lanes[net.Lanes[0].Index].Source
	if first.Limit != "tagged" || first.Lanes != "derived" || first.Width != "default" {
		t.Errorf("source %+v, want limit tagged, lanes derived, width default", first)
	}
}
