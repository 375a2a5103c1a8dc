package osmimport

import (
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

func TestHighwayValues(t *testing.T) {
	for _, c := range []struct {
		value        string
		class        network.RoadClass
		link         bool
		ok, repaired bool
	}{
		{"motorway", network.Motorway, false, true, false},
		{"primary_link", network.Primary, true, true, false},
		{"road", network.Unclassified, false, true, false},
		{"secodnary", network.Secondary, false, true, true},
		{"Residential", network.Residential, false, true, true},
		{"unclassified;tertiary", network.Unclassified, false, true, true},
		{"residental", network.Residential, false, true, true},
		{"footway", 0, false, false, false},
		{"track", 0, false, false, false},
		{"construction", 0, false, false, false},
		{"truck", network.Trunk, false, true, true},
		{"", 0, false, false, false},
		{"no", 0, false, false, false},
		{"pedestrianised", 0, false, false, false},
	} {
		got, ok, repaired := classify(c.value)
		if ok != c.ok || repaired != c.repaired || ok && (got.class != c.class || got.link != c.link) {
			t.Errorf("classify(%q) = %v %v repaired %v, want %v %v %v repaired %v",
				c.value, got, ok, repaired, c.class, c.link, c.ok, c.repaired)
		}
	}
}

// TestRoadsAreCutAtTheBorder has a road that enters the box from the west, turns and leaves it to the north, and one
// that leaves and comes back.
func TestRoadsAreCutAtTheBorder(t *testing.T) {
	x := sketch(t, germany, `
		n 1 -500 0
		n 2 0 0
		n 3 50 300
		n 4 0 -50
		n 5 200 -50
		n 6 0 -80
		w 10 1,2,3 highway=secondary
		w 11 2,4,5,6,2 highway=residential`)
	x.Box = extract.BBox{West: 10 - 0.0015, East: 10 + 0.0015, South: 51 - 0.001, North: 51 + 0.001}
	d, s := specOf(t, x)
	boundaries := 0
	for _, j := range s.Junctions {
		if !j.Boundary {
			continue
		}
		boundaries++
		lon, lat := d.proj.ToLonLat(j.Position)
		off := math.Min(math.Min(math.Abs(lon-x.Box.West), math.Abs(lon-x.Box.East)),
			math.Min(math.Abs(lat-x.Box.South), math.Abs(lat-x.Box.North)))
		if off > 1e-7 {
			t.Errorf("boundary at %.7f, %.7f is %.1g degrees from the border, want on it", lon, lat, off)
		}
	}
	if boundaries != 4 {
		t.Errorf("%d boundaries, want 4: two of the road through, two of the loop", boundaries)
	}
	if s.Edges[0].Lanes[0].Width == 0 {
		t.Error("a lane without width")
	}
}

func TestMissingNodesBecomeBoundaries(t *testing.T) {
	d, s := specOf(t, sketch(t, germany, `
		n 1 0 0
		n 2 100 0
		n 4 300 0
		n 5 400 0
		w 10 1,2,3,4,5 highway=residential`))
	if d.report.Cut != 1 {
		t.Errorf("%d cut ways, want 1", d.report.Cut)
	}
	if len(s.Edges) != 4 {
		t.Fatalf("%d edges, want 4: two streets of two directions", len(s.Edges))
	}
	for node, want := range map[int64]bool{1: false, 2: true, 4: true, 5: false} {
		if _, j := junctionOf(t, s, node); j.Boundary != want {
			t.Errorf("node %d: boundary %v, want %v", node, j.Boundary, want)
		}
	}
}

func TestBorderWithoutRoadsIsIgnored(t *testing.T) {
	x := sketch(t, germany, "n 1 0 0\nn 2 100 0\nw 10 1,2 highway=residential")
	x.Box = extract.BBox{West: 50, East: 51, South: 0, North: 1}
	d := draftAfter(t, x, "split")
	if len(d.streets) != 1 || d.report.WarningTotal == 0 {
		t.Errorf("%d streets and %d warnings, want 1 and a warning", len(d.streets), d.report.WarningTotal)
	}
}
