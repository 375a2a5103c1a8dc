package osmimport

import (
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// collectionOfTiny are extracts small enough to look at whole; medium ones add rings and ramps of every kind.
var collectionOfTiny = []string{
	"tiny/quad_intersection_us.osm", "tiny/dual_carriageway_us.osm", "tiny/roundabout_us.osm", "tiny/exit_ramp_us.osm",
	"tiny/arizona_highways_us.osm", "tiny/taipei_parallel_tw.osm", "tiny/london_short_duals_lht.osm",
	"tiny/siegessaeule_de.osm.pbf", "small/herrenberg_de.osm.pbf", "medium/monaco_2023.osm.pbf",
}

// TestEdgesHoldAVehicle: no edge is shorter than 5 m.
func TestEdgesHoldAVehicle(t *testing.T) {
	for _, file := range collectionOfTiny {
		n, r := importExtract(t, file)
		if r.ShortEdges != 0 {
			t.Errorf("%s: %d of %d edges are shorter than 5 m, want none", file, r.ShortEdges, len(n.Edges))
		}
	}
}

// TestNobodyWaitsOnAnOthersPath counts the lanes that end less than 0.5 m from the path of a movement of another approach,
// where even the middle of a vehicle would be run through.
func TestNobodyWaitsOnAnOthersPath(t *testing.T) {
	const least = 0.5 // m
	lanes, blocked := 0, 0
	for _, file := range collectionOfTiny {
		n, _ := importExtract(t, file)
		for i := range n.Lanes {
			lane := &n.Lanes[i]
			end := lane.Shape[len(lane.Shape)-1]
			j := &n.Junctions[n.Edges[lane.Edge].To]
			inTheWay := false
			for c := int32(j.FirstConnector); c < int32(j.FirstConnector)+j.NumConnectors; c++ {
				con := &n.Connectors[c]
				if n.Lanes[con.From].Edge == lane.Edge {
					continue
				}
				for k := 1; k < len(con.Shape); k++ {
					inTheWay = inTheWay || distanceToSegment(end, con.Shape[k-1], con.Shape[k]) < least
				}
			}
			lanes++
			if inTheWay {
				blocked++
			}
		}
	}
	if blocked*400 > lanes {
		t.Errorf("%d of %d lanes end on the path of others, want 1 in 400 at most", blocked, lanes)
	}
}

// TestSplitCrossingsHaveOneController: the four nodes of Montlake's crossing are one junction with one.
func TestSplitCrossingsHaveOneController(t *testing.T) {
	n, _ := importExtract(t, "tiny/quad_intersection_us.osm")
	found := map[network.ControllerID]int{}
	for i := range n.Junctions {
		for _, id := range []int64{29449863, 29464223, 3391701882, 3391701883} {
			if slices.Contains(n.Junctions[i].OSMNodes, id) {
				found[n.Junctions[i].Controller]++
			}
		}
	}
	if len(found) != 1 || found[network.None] != 0 {
		t.Errorf("controllers of the four nodes %v, want one", found)
	}
}

// TestParallelCarriagewaysAreOneCrossing: the carriageways of Taipei's avenue meet the cross street in one junction, which
// more than half of its edges with signals reach.
func TestParallelCarriagewaysAreOneCrossing(t *testing.T) {
	n, _ := importExtract(t, "tiny/taipei_parallel_tw.osm")
	most := 0
	for i := range n.Junctions {
		j := &n.Junctions[i]
		if j.Kind == network.Signalised {
			most = max(most, len(j.In)+len(j.Out))
		}
	}
	if most < 8 || len(n.Controllers) > 3 {
		t.Errorf("the largest junction with signals joins %d edges, and there are %d controllers; want 8 or more, and 3 at most",
			most, len(n.Controllers))
	}
}

// TestStorageInSplitCrossings: some path across a divided road has room for a car between its carriageways.
func TestStorageInSplitCrossings(t *testing.T) {
	n, _ := importExtract(t, "medium/portland_us.osm.pbf")
	if err := n.Validate(); err != nil {
		t.Fatal(err)
	}
	inside := 0
	for i := range n.Connectors {
		for _, s := range n.Connectors[i].Storage {
			if s.From > 0 && s.To < n.Connectors[i].Length {
				inside++
			}
		}
	}
	if inside == 0 {
		t.Error("nobody can wait in the middle of any junction")
	}
}

// TestRoadsOnOtherLevelsStayApart: edges that meet at a junction have an end there; roads on bridges and in tunnels meet none
// of those that they cross.
func TestRoadsOnOtherLevelsStayApart(t *testing.T) {
	for _, file := range []string{"tiny/exit_ramp_us.osm", "medium/monaco_2023.osm.pbf"} {
		x := openExtract(t, file, nil)
		ends := endsOfWays(x)
		d := draftAfter(t, x, "junctions")
		for j := range d.junctions {
			layers := map[int8]bool{}
			for _, n := range d.junctions[j].nodes {
				for _, a := range d.arms[n] {
					if s := &d.streets[a.street]; !ends[d.nodes[n].osm] && len(d.arms[n]) == 2 {
						layers[s.layer] = true
					}
				}
			}
			if len(layers) > 1 {
				t.Errorf("%s: junction of nodes %v joins layers %v in the middle of ways", file, d.osmNodes(&d.junctions[j]), layers)
			}
		}
	}
}

// endsOfWays returns the nodes at which ways begin or end.
func endsOfWays(x *extract.Extract) map[int64]bool {
	ends := map[int64]bool{}
	for i := range x.Ways {
		if nodes := x.Ways[i].Nodes; len(nodes) > 0 {
			ends[nodes[0]], ends[nodes[len(nodes)-1]] = true, true
		}
	}
	return ends
}
