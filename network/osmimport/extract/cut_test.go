package extract

import (
	"slices"
	"strings"
	"testing"
)

func ids[T any](items []T, key func(*T) int64) []int64 {
	var ids []int64
	for i := range items {
		ids = append(ids, key(&items[i]))
	}
	return ids
}

// TestCompleteWays:
//
//	1 ── 2 ──┼─ 3 ── 4     way 10, has nodes 3 and 4 inside
//	5 ─ 6    │             way 11, outside
//	7 ───────┼──────────── way 12, passes through without a node inside
//	         │ 9           lone node inside; 99 is missing from the file
func TestCompleteWays(t *testing.T) {
	node := func(id int64, lon float64) Node { return Node{ID: id, Lon: lon, Tags: Tags{{"n", "1"}}} }
	members := func(m ...Member) []Member { return m }
	x := &Extract{
		Nodes: []Node{node(1, -2), node(2, -1), node(3, 0), node(4, 1), node(5, -2), node(6, -1), node(7, -3), node(8, 3), node(9, 1)},
		Ways:  []Way{{ID: 10, Nodes: []int64{1, 2, 3, 4, 99}}, {ID: 11, Nodes: []int64{5, 6}}, {ID: 12, Nodes: []int64{7, 8}}},
		Relations: []Relation{
			{ID: 20, Members: members(Member{WayMember, 11, "from"}, Member{NodeMember, 2, "via"}, Member{WayMember, 10, "to"})},
			{ID: 21, Members: members(Member{WayMember, 11, ""}, Member{NodeMember, 10, ""}, Member{WayMember, 3, ""})},
			{ID: 22, Members: members(Member{NodeMember, 9, ""})},
			{ID: 23, Members: members(Member{RelationMember, 22, ""})},
			{ID: 24},
		},
	}
	box := BBox{West: 0, South: -1, East: 1, North: 1}
	for name, data := range map[string][]byte{"xml": encodeXML(x), "pbf": pbfWriter{packZlib, false, 4}.encode(x)} {
		got, err := openBytes(t, data, Options{BBox: &box})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, c := range []struct {
			what      string
			got, want []int64
		}{
			{"nodes", ids(got.Nodes, (*Node).key), []int64{1, 2, 3, 4, 9}},
			{"ways", ids(got.Ways, (*Way).key), []int64{10}},
			{"nodes of way 10", got.Ways[0].Nodes, []int64{1, 2, 3, 4, 99}},
			{"relations", ids(got.Relations, (*Relation).key), []int64{20, 22}},
		} {
			if !slices.Equal(c.got, c.want) {
				t.Errorf("%s: %s %v, want %v", name, c.what, c.got, c.want)
			}
		}
		if got.Box != box {
			t.Errorf("%s: box %v, want %v", name, got.Box, box)
		}
		if len(got.Relations[0].Members) != 3 {
			t.Errorf("%s: relation 20 has members %v, want all three", name, got.Relations[0].Members)
		}
		if got.Nodes[0].Tags.Find("n") != "1" {
			t.Errorf("%s: node 1 has lost its tags", name)
		}
	}
}

// TestCutRealTown compares with the definition, element by element.
func TestCutRealTown(t *testing.T) {
	path := shared(t, "small/herrenberg_de.osm.pbf")
	whole, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	box := BBox{West: 8.865, South: 48.592, East: 8.875, North: 48.6}
	part, err := Open(t.Context(), path, Options{BBox: &box})
	if err != nil {
		t.Fatal(err)
	}
	checkInvariants(t, part)
	inside := func(id int64) bool {
		n, ok := whole.Node(id)
		return ok && box.Contains(n.Lon, n.Lat)
	}
	needed := map[int64]bool{}
	for _, w := range whole.Ways {
		want := slices.ContainsFunc(w.Nodes, inside)
		if _, got := part.Way(w.ID); got != want {
			t.Fatalf("way %d kept: %v, want %v", w.ID, got, want)
		}
		for _, ref := range w.Nodes {
			needed[ref] = needed[ref] || want
		}
	}
	for _, n := range whole.Nodes {
		if _, got := part.Node(n.ID); got != (inside(n.ID) || needed[n.ID]) {
			t.Fatalf("node %d kept: %v", n.ID, got)
		}
	}
	if len(part.Ways) == 0 || len(part.Ways) == len(whole.Ways) {
		t.Errorf("%d of %d ways kept: tests nothing", len(part.Ways), len(whole.Ways))
	}
}

// TestCutAsOsmium compares with osmium 1.15: osmium extract -s complete_ways -b BOX FILE; osmium fileinfo -e. (Of
// relations osmium has its own idea: it takes parents of relations, and looks only at nodes within the box.)
func TestCutAsOsmium(t *testing.T) {
	for _, c := range []struct {
		name, box   string
		nodes, ways int
	}{
		{"large/delaware_us.osm.pbf", "-75.56,39.73,-75.53,39.76", 16344, 2249},
		{"small/herrenberg_de.osm.pbf", "8.865,48.592,8.875,48.6", 1958, 565},
	} {
		box, err := ParseBBox(c.box)
		if err != nil {
			t.Fatal(err)
		}
		x, err := Open(t.Context(), shared(t, c.name), Options{BBox: &box})
		if err != nil {
			t.Fatal(err)
		}
		if len(x.Nodes) != c.nodes || len(x.Ways) != c.ways {
			t.Errorf("%s: %d nodes, %d ways, want %d, %d", c.name, len(x.Nodes), len(x.Ways), c.nodes, c.ways)
		}
	}
}

func TestHull(t *testing.T) {
	x := &Extract{Nodes: []Node{{Lon: 1, Lat: 5}, {Lon: 3, Lat: 4}, {Lon: 2, Lat: 7}}}
	if got, want := x.Hull(), (BBox{1, 4, 3, 7}); got != want {
		t.Errorf("hull %v, want %v", got, want)
	}
	if got := (&Extract{}).Hull(); got != (BBox{}) {
		t.Errorf("hull of nothing is %v", got)
	}
}

func TestNothingInBox(t *testing.T) {
	x := &Extract{Nodes: []Node{{ID: 1, Lon: 10, Lat: 50}, {ID: 2, Lon: 11, Lat: 51}}}
	_, err := openBytes(t, encodeXML(x), Options{BBox: &BBox{West: 1, South: 2, East: 3, North: 4}})
	if want := "nothing within the box 1,2,3,4; the data spans 10,50,11,51"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
	_, err = openBytes(t, encodeXML(x), Options{BBox: &BBox{West: 3, South: 2, East: 1, North: 4}})
	if want := "west 3 is not less than east 1"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestParseBBox(t *testing.T) {
	got, err := ParseBBox(" -75.56, 39.73,-75.53,39.76 ")
	if want := (BBox{-75.56, 39.73, -75.53, 39.76}); err != nil || got != want {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
	if back, err := ParseBBox(got.String()); err != nil || back != got {
		t.Errorf("%v, %v, want %v", back, err, got)
	}
	for in, want := range map[string]string{
		"":              "1 numbers, want 4",
		"1,2,3":         "3 numbers, want 4",
		"1,2,3,4,5":     "5 numbers, want 4",
		"1,2,3,x":       `"x" is not a number`,
		"1,2,,4":        `"" is not a number`,
		"3,2,1,4":       "west 3 is not less than east 1",
		"1,4,3,2":       "south 4 is not less than north 2",
		"1,2,1,4":       "west 1 is not less",
		"-181,2,1,4":    "want -180 to 180",
		"1,2,3,91":      "want -90 to 90",
		"NaN,2,3,4":     "want -180 to 180",
		"-Inf,2,+Inf,4": "want -180 to 180",
	} {
		if b, err := ParseBBox(in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v, want %s", in, b, err, want)
		}
	}
}
