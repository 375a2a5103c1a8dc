package network_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
)

// TestGeoJSONShowsTheRoadside checks what lies beside lanes: crossings, bus stops, bans, controllers and signals.
func TestGeoJSONShowsTheRoadside(t *testing.T) {
	s := sample.Cross(sample.CrossSpec{Arms: 4, Lanes: 2, Control: network.Signalised})
	next := func(e int32) int32 {
		for i := range s.Edges {
			if s.Edges[i].From == s.Edges[e].To && s.Edges[i].To != s.Edges[e].From {
				return int32(i)
			}
		}
		t.Fatal("no edge follows")
		return 0
	}
	in := int32(0)
	for s.Edges[in].To != 0 {
		in++
	}
	s.Crossings = []network.CrossingSpec{{Kind: network.Zebra, Edge: in, Position: 40, OSMNode: 7}}
	s.BusStops = []network.BusStopSpec{{Edge: in, Position: 60, Name: "Market \"Square\"", OSMNode: 8}}
	s.PathBans = []network.BanSpec{{
		Edges: []int32{in, next(in)}, Classes: network.AllClasses, When: network.Schedule{{From: 420, To: 540}},
	}}
	s.Edges[in].Lanes[0].Change, s.Edges[in].Lanes[1].Merge = network.NoChangeOffside, network.MergeKerbside
	n := build(t, s)
	var buf bytes.Buffer
	if err := n.WriteGeoJSON(&buf); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Features []struct {
			Geometry struct {
				Type        string
				Coordinates json.RawMessage
			}
			Properties map[string]any
		}
	}
	if err := json.Unmarshal(buf.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, f := range got.Features {
		p := f.Properties
		count[p["kind"].(string)+" "+f.Geometry.Type]++
		switch p["kind"] {
		case "crossing":
			if p["crossing"] != "zebra" || p["osm_node"] != 7.0 || p["position"] != 40.0 {
				t.Errorf("crossing %v, want a zebra at 40 m from node 7", p)
			}
		case "bus_stop":
			if p["name"] != "Market \"Square\"" {
				t.Errorf("bus stop %v", p)
			}
		case "ban":
			if p["when"] != "Mo 07:00-09:00" {
				t.Errorf("ban %v, want Mo 07:00-09:00", p)
			}
		}
	}
	heads := 0
	for l := range n.Lanes {
		if n.Lanes[l].NumOut > 0 && n.Connectors[n.Lanes[l].FirstOut].Group != network.None {
			heads++
		}
	}
	for what, want := range map[string]int{
		"crossing Point": 1, "bus_stop Point": 1, "ban LineString": 1, "controller Point": 1, "lane LineString": len(n.Lanes),
	} {
		if count[what] != want {
			t.Errorf("%d of %q, want %d", count[what], what, want)
		}
	}
	if count["signal Point"] < heads || heads == 0 {
		t.Errorf("%d signals for %d lanes that end at one", count["signal Point"], heads)
	}
	for _, text := range []string{`"no_change":"offside"`, `"merge":"kerbside"`, `"speed_limit_source":`, `"surface":"asphalt"`} {
		if !strings.Contains(buf.String(), text) {
			t.Errorf("nowhere %s", text)
		}
	}
}
