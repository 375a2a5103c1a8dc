package suspect

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/osmimport"
	"roadtwin/network/osmimport/extract"
)

// town imports OpenStreetMap XML of elements. Nodes are written as n(id, metres east, metres north).
func town(t *testing.T, elements ...string) (*network.Network, *extract.Extract, *osmimport.Report) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "town.osm")
	if err := os.WriteFile(path, []byte("<osm version='0.6'>\n"+strings.Join(elements, "\n")+"</osm>"), 0o644); err != nil {
		t.Fatal(err)
	}
	x, err := extract.Open(context.Background(), path, extract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	net, report, err := osmimport.Import(x, osmimport.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return net, x, report
}

func n(id int, east, north float64, tags ...string) string {
	const metres = 111319.49
	return fmt.Sprintf("<node id='%d' lat='%.7f' lon='%.7f'>%s</node>", id, 51+north/metres, 10+east/metres/0.62932, xmlTags(tags))
}

func w(id int, nodes []int, tags ...string) string {
	var refs strings.Builder
	for _, n := range nodes {
		fmt.Fprintf(&refs, "<nd ref='%d'/>", n)
	}
	return fmt.Sprintf("<way id='%d'>%s%s</way>", id, refs.String(), xmlTags(tags))
}

func xmlTags(tags []string) string {
	var b strings.Builder
	for _, tag := range tags {
		key, value, _ := strings.Cut(tag, "=")
		fmt.Fprintf(&b, "<tag k='%s' v='%s'/>", key, value)
	}
	return b.String()
}

func restriction(id, from, via, to int, kind string) string {
	return fmt.Sprintf("<relation id='%d'><member type='way' ref='%d' role='from'/><member type='node' ref='%d' role='via'/>"+
		"<member type='way' ref='%d' role='to'/><tag k='restriction' v='%s'/><tag k='type' v='restriction'/></relation>", id, from, via, to, kind)
}

// street is a residential street with a name, so that nothing is suspicious of it.
func street(id int, nodes ...int) string {
	return w(id, nodes, "highway=residential", fmt.Sprintf("name=Street %d", id))
}

// frame are nodes far out, so that nothing lies at the border of the data.
var frame = []string{n(91, -2000, -2000), n(92, 2000, 2000)}

// TestFaultsAreFound makes each kind of fault and looks for it, and for its absence without the fault.
func TestFaultsAreFound(t *testing.T) {
	cross := []string{n(1, 0, 0), n(2, -300, 0), n(3, 300, 0), n(4, 0, 300), n(5, 0, -300)}
	plain := []string{street(10, 2, 1), street(11, 1, 3), street(12, 4, 1), street(13, 1, 5)}
	for _, c := range []struct {
		kind     string
		elements []string
		osm      string
	}{
		{"near_miss", append(slices.Clone(cross), n(6, 150, 1.2), n(7, 150, 200), plain[0], plain[1], plain[2], plain[3], street(14, 6, 7), street(15, 7, 4)), "way/14"},
		{"road_twice", append(slices.Clone(cross), plain[0], plain[1], plain[2], plain[3], w(14, []int{1, 3}, "highway=service")), "way/14"},
		{"tied_bridge", append(slices.Clone(cross), w(10, []int{2, 1, 3}, "highway=secondary", "name=Main"),
			w(12, []int{4, 1, 5}, "highway=secondary", "name=Bridge", "bridge=yes", "layer=1")), "way/12"},
		{"lane_count", append(slices.Clone(cross), w(10, []int{2, 1}, "highway=secondary", "name=Main", "oneway=yes", "lanes=4", "turn:lanes=left|through"),
			plain[1], plain[2], plain[3], street(14, 3, 5, 2)), "way/10"},
		{"no_name", append(slices.Clone(cross), w(10, []int{2, 1, 3}, "highway=primary"), plain[2], plain[3]), "way/10"},
		{"wrong_side", append(slices.Clone(cross), n(6, -300, 15), n(7, 300, 15),
			// Right-hand traffic, and the eastbound carriageway lies to the north.
			w(10, []int{6, 7}, "highway=secondary", "name=Main", "oneway=yes"), w(11, []int{3, 2}, "highway=secondary", "name=Main", "oneway=yes"),
			street(12, 2, 6), street(13, 7, 3)), "way/10"},
		{"restrictions_conflict", append(slices.Clone(cross), plain[0], plain[1], plain[2], plain[3],
			restriction(20, 10, 1, 11, "only_straight_on"), restriction(21, 10, 1, 12, "only_left_turn")), "relation/21"},
		{"dropped_restriction", append(slices.Clone(cross), plain[0], plain[1], plain[2], plain[3],
			restriction(20, 10, 4, 11, "no_left_turn")), "relation/20"},
		{"unconnected", append(slices.Clone(cross), n(6, 800, 800), n(7, 900, 800), plain[0], plain[1], plain[2], plain[3], street(14, 6, 7)), "way/14"},
		{"one_way_end", append(slices.Clone(cross), plain[0], plain[1],
			w(12, []int{4, 1}, "highway=tertiary", "name=In", "oneway=yes"), w(13, []int{1, 5}, "highway=secondary", "name=Out", "oneway=yes")), "way/13"},
		{"limit_jump", append(slices.Clone(cross), w(10, []int{2, 1}, "highway=secondary", "name=Main", "maxspeed=100"),
			w(11, []int{1, 3}, "highway=secondary", "name=Main", "maxspeed=50")), ""},
	} {
		net, x, r := town(t, append(slices.Clone(frame), c.elements...)...)
		places := Find(net, x, r)
		at := slices.IndexFunc(places, func(p Place) bool { return p.Kind == c.kind })
		if at < 0 {
			t.Errorf("%s: not found among %s", c.kind, kinds(places))
			continue
		}
		p := places[at]
		if !strings.HasSuffix(p.OSM, c.osm) || !strings.HasPrefix(p.OSM, "https://www.openstreetmap.org/") {
			t.Errorf("%s: link %q, want one to %s", c.kind, p.OSM, c.osm)
		}
		if p.Score <= 0 || p.What == "" || p.Why == "" || p.Lon < 9.9 || p.Lon > 10.1 || p.Lat < 50.9 || p.Lat > 51.1 {
			t.Errorf("%s: %+v, want a score, texts and a position", c.kind, p)
		}
		if want := fmt.Sprintf("http://localhost:8080/#at=18/%.6f/%.6f", p.Lat, p.Lon); p.Map != want {
			t.Errorf("%s: link %q, want %q", c.kind, p.Map, want)
		}
	}
	net, x, r := town(t, append(append(slices.Clone(frame), cross...), plain...)...)
	if places := Find(net, x, r); len(places) != 0 {
		t.Errorf("a plain crossing is suspicious: %+v", places)
	}
}

func kinds(places []Place) string {
	var names []string
	for _, p := range places {
		names = append(names, p.Kind)
	}
	return strings.Join(names, " ")
}

func TestTheWorstComesFirst(t *testing.T) {
	net, x, r := town(t, append(slices.Clone(frame), n(1, 0, 0), n(2, -300, 0), n(3, 300, 0), n(4, 0, 300), n(5, 0, -300),
		w(10, []int{2, 1}, "highway=primary"), w(11, []int{1, 3}, "highway=primary"), street(12, 4, 1), street(13, 1, 5),
		restriction(20, 10, 4, 11, "no_left_turn"), restriction(21, 12, 5, 13, "no_left_turn"))...)
	places := Find(net, x, r)
	if len(places) < 4 || !slices.IsSortedFunc(places, func(a, b Place) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return 0
	}) {
		t.Fatalf("%d places: %+v, want at least 4, the worst first", len(places), places)
	}
	if again := Find(net, x, r); !slices.Equal(again, places) {
		t.Error("another list the second time")
	}
	var b bytes.Buffer
	if err := WriteText(&b, places[:2], len(places)); err != nil {
		t.Fatal(err)
	}
	if text := b.String(); !strings.HasPrefix(text, fmt.Sprintf("%d suspicious places, the worst 2:\n", len(places))) ||
		!strings.Contains(text, places[0].Map) || !strings.Contains(text, places[0].OSM) {
		t.Errorf("text\n%s", text)
	}
}

// TestRealExtractsHavePlaces checks links and positions over real data.
func TestRealExtractsHavePlaces(t *testing.T) {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the package")
		}
		dir = filepath.Dir(dir)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "..", "shared", "osm", "tiny", "*"))
	if len(files) == 0 {
		t.Skip("no real extracts at ../shared/osm")
	}
	for _, file := range files {
		x, err := extract.Open(context.Background(), file, extract.Options{})
		if err != nil {
			t.Fatal(err)
		}
		net, report, err := osmimport.Import(x, osmimport.Options{})
		if err != nil {
			t.Fatal(err)
		}
		hull := x.Hull()
		const lane = 0.0002 // degrees: lanes lie beside the mapped line
		hull.West, hull.South, hull.East, hull.North = hull.West-lane, hull.South-lane, hull.East+lane, hull.North+lane
		for _, p := range Find(net, x, report) {
			if !hull.Contains(p.Lon, p.Lat) || p.Score <= 0 || strings.Contains(p.What+p.Why, "%!") {
				t.Errorf("%s: %+v, want a place within %v", filepath.Base(file), p, hull)
			}
		}
	}
}
