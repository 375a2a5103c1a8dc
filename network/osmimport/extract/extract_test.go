package extract

import (
	"context"
	"encoding/hex"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"unsafe"
)

// shared returns the path of a real extract of the test set beside the repository, which is not part of it.
func shared(t testing.TB, name string) string {
	t.Helper()
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
	path := filepath.Join(dir, "..", "shared", "osm", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no test extracts: %v", err)
	}
	return path
}

func openBytes(t testing.TB, data []byte, opts Options) (*Extract, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "map")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return Open(context.Background(), path, opts)
}

// TestRealExtracts compares with the counts that osmium 1.15 (the last two files) and paulmach/osm find.
func TestRealExtracts(t *testing.T) {
	for _, c := range []struct {
		name                   string
		nodes, ways, relations int
	}{
		{"tiny/quad_intersection_us.osm", 673, 99, 53},
		{"tiny/dual_carriageway_us.osm", 1987, 396, 28},
		{"tiny/stretched_signals_lht.osm", 214, 31, 3},
		{"tiny/roundabout_us.osm", 557, 63, 1},
		{"tiny/exit_ramp_us.osm", 1157, 217, 40},
		{"tiny/motorway_interchange_de.osm.pbf", 520, 118, 0},
		{"tiny/arizona_highways_us.osm", 2025, 109, 25},
		{"tiny/fremantle_placement_lht.osm", 335, 84, 14},
		{"tiny/taipei_parallel_tw.osm", 1341, 127, 74},
		{"tiny/bus_lanes_median_us.osm", 125, 59, 9},
		{"tiny/london_short_duals_lht.osm", 969, 161, 41},
		{"tiny/usvi_lht.osm.pbf", 3690, 371, 14},
		{"tiny/uturns_lht.osm", 22, 6, 30},
		{"tiny/siegessaeule_de.osm.pbf", 5117, 418, 50},
		{"tiny/berlin_mitte_cut.osm.pbf", 3252, 1030, 48},
		{"tiny/race_circuit_de.osm", 1158, 46, 7},
		{"small/herrenberg_de.osm.gz", 6503, 1781, 128},
		{"small/herrenberg_de.osm.pbf", 6503, 1781, 128},
		{"small/badhersfeld_de.osm.pbf", 103731, 16299, 256},
		{"small/dortmund_de.osm.pbf", 40318, 5996, 179},
		{"small/oslo_east_no.osm.pbf", 85249, 14893, 76},
		{"medium/monaco_2023.osm.pbf", 30477, 4825, 285},
		{"medium/andorra_2026.osm.pbf", 490035, 25706, 721},
		{"medium/portland_us.osm.pbf", 42293, 7188, 443},
		{"large/delaware_us.osm.pbf", 723870, 73144, 1644},
		{"large/lower_saxony_main_de.osm.pbf", 97185, 20077, 0},
		{"parser/missing_nodes.osm.pbf", 4, 2, 0},
		{"parser/monaco_lz4.osm.pbf", 25423, 4106, 243},
		{"parser/nondense_nodes_columbus.osm.pbf", 110560, 15503, 111},
	} {
		t.Run(c.name, func(t *testing.T) {
			x, err := Open(context.Background(), shared(t, c.name), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(x.Nodes) != c.nodes || len(x.Ways) != c.ways || len(x.Relations) != c.relations {
				t.Errorf("%d nodes, %d ways, %d relations, want %d, %d, %d",
					len(x.Nodes), len(x.Ways), len(x.Relations), c.nodes, c.ways, c.relations)
			}
			checkInvariants(t, x)
		})
	}
}

// checkInvariants checks what the types promise.
func checkInvariants(t testing.TB, x *Extract) {
	t.Helper()
	ascending(t, "nodes", x.Nodes, (*Node).key)
	ascending(t, "ways", x.Ways, (*Way).key)
	ascending(t, "relations", x.Relations, (*Relation).key)
	for i := range x.Nodes {
		n := &x.Nodes[i]
		if !validLon(n.Lon) || !validLat(n.Lat) {
			t.Fatalf("node %d at %g, %g degrees", n.ID, n.Lon, n.Lat)
		}
		checkTags(t, n.Tags)
	}
	for i := range x.Ways {
		if n := len(x.Ways[i].Nodes); n > maxWayNodes {
			t.Fatalf("way %d has %d nodes, want at most %d", x.Ways[i].ID, n, maxWayNodes)
		}
		checkTags(t, x.Ways[i].Tags)
	}
	for i := range x.Relations {
		for _, m := range x.Relations[i].Members {
			if m.Type > RelationMember {
				t.Fatalf("relation %d has a member of type %d", x.Relations[i].ID, m.Type)
			}
		}
		checkTags(t, x.Relations[i].Tags)
	}
}

func ascending[T any](t testing.TB, what string, items []T, key func(*T) int64) {
	t.Helper()
	for i := 1; i < len(items); i++ {
		if key(&items[i-1]) >= key(&items[i]) {
			t.Fatalf("%s: id %d before %d", what, key(&items[i-1]), key(&items[i]))
		}
	}
}

func checkTags(t testing.TB, tags Tags) {
	t.Helper()
	for i := 1; i < len(tags); i++ {
		if tags[i-1].Key >= tags[i].Key {
			t.Fatalf("tag %q before %q", tags[i-1].Key, tags[i].Key)
		}
	}
}

// TestFormatsAgree opens the same real town as PBF and as gzipped XML: every bit must be equal.
func TestFormatsAgree(t *testing.T) {
	var got [2]*Extract
	for i, name := range []string{"small/herrenberg_de.osm.pbf", "small/herrenberg_de.osm.gz"} {
		x, err := Open(context.Background(), shared(t, name), Options{})
		if err != nil {
			t.Fatal(err)
		}
		got[i] = x
	}
	sameElements(t, got[1], got[0])
}

func sameElements(t testing.TB, got, want *Extract) {
	t.Helper()
	same(t, "node", got.Nodes, want.Nodes)
	same(t, "way", got.Ways, want.Ways)
	same(t, "relation", got.Relations, want.Relations)
}

func same[T any](t testing.TB, what string, got, want []T) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d %ss, want %d", len(got), what, len(want))
	}
	for i := range got {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Fatalf("%s %d of %d: %+v, want %+v", what, i, len(got), got[i], want[i])
		}
	}
}

// TestRoundTrip encodes made-up towns in every way and reads them back.
func TestRoundTrip(t *testing.T) {
	want := randomExtract(7, 2000)
	encodings := map[string][]byte{"xml": encodeXML(want), "xml.gz": gzipBytes(encodeXML(want))}
	for name, pack := range packings {
		encodings["pbf dense "+name] = pbfWriter{pack, false, 300}.encode(want)
		encodings["pbf plain "+name] = pbfWriter{pack, true, 300}.encode(want)
	}
	encodings["pbf.gz"] = gzipBytes(pbfWriter{packRaw, false, 300}.encode(want))
	for name, data := range encodings {
		t.Run(name, func(t *testing.T) {
			got, err := openBytes(t, data, Options{})
			if err != nil {
				t.Fatal(err)
			}
			sameElements(t, got, want)
			checkInvariants(t, got)
		})
	}
}

// TestOrderDoesNotMatter shuffles the elements over the file.
func TestOrderDoesNotMatter(t *testing.T) {
	want := randomExtract(8, 500)
	shuffled := &Extract{Nodes: slices.Clone(want.Nodes), Ways: slices.Clone(want.Ways), Relations: slices.Clone(want.Relations)}
	r := rand.New(rand.NewPCG(3, 4))
	r.Shuffle(len(shuffled.Nodes), func(i, j int) {
		shuffled.Nodes[i], shuffled.Nodes[j] = shuffled.Nodes[j], shuffled.Nodes[i]
	})
	r.Shuffle(len(shuffled.Ways), func(i, j int) {
		shuffled.Ways[i], shuffled.Ways[j] = shuffled.Ways[j], shuffled.Ways[i]
	})
	for name, data := range map[string][]byte{"xml": encodeXML(shuffled), "pbf": pbfWriter{packZlib, false, 50}.encode(shuffled)} {
		got, err := openBytes(t, data, Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		sameElements(t, got, want)
	}
}

func TestLookup(t *testing.T) {
	x, err := openBytes(t, encodeXML(randomExtract(9, 300)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range x.Nodes {
		if n, ok := x.Node(x.Nodes[i].ID); !ok || n != &x.Nodes[i] {
			t.Fatalf("node %d: %v, %v", x.Nodes[i].ID, n, ok)
		}
	}
	for i := range x.Ways {
		if w, ok := x.Way(x.Ways[i].ID); !ok || w != &x.Ways[i] {
			t.Fatalf("way %d: %v, %v", x.Ways[i].ID, w, ok)
		}
		if w, ok := x.Way(x.Ways[i].ID + 1); ok {
			t.Fatalf("way %d found: %v", x.Ways[i].ID+1, w)
		}
	}
	for i := range x.Relations {
		if r, ok := x.Relation(x.Relations[i].ID); !ok || r != &x.Relations[i] {
			t.Fatalf("relation %d: %v, %v", x.Relations[i].ID, r, ok)
		}
	}
	for _, id := range []int64{-1 << 63, 1<<63 - 1} {
		if n, ok := x.Node(id); ok {
			t.Errorf("node %d found: %v", id, n)
		}
	}
	if _, ok := (&Extract{}).Way(1); ok {
		t.Error("way found in an empty extract")
	}
}

func TestStringsAreShared(t *testing.T) {
	x := randomExtract(10, 4000)
	for name, data := range map[string][]byte{"xml": encodeXML(x), "pbf": pbfWriter{packZlib, false, 100}.encode(x)} {
		got, err := openBytes(t, data, Options{})
		if err != nil {
			t.Fatal(err)
		}
		first := map[string]*byte{}
		for i := range got.Ways {
			for _, tag := range got.Ways[i].Tags {
				if p := first[tag.Key]; p == nil {
					first[tag.Key] = unsafe.StringData(tag.Key)
				} else if p != unsafe.StringData(tag.Key) {
					t.Fatalf("%s: key %q is held twice", name, tag.Key)
				}
			}
		}
		if len(first) == 0 {
			t.Fatalf("%s: no tags", name)
		}
	}
}

func TestFind(t *testing.T) {
	tags := sortTags(Tags{{"name", "A"}, {"highway", "service"}, {"lanes", "2"}, {"highway", "primary"}})
	want := Tags{{"highway", "primary"}, {"lanes", "2"}, {"name", "A"}}
	if !slices.Equal(tags, want) {
		t.Errorf("sorted tags are %v, want %v", tags, want)
	}
	if got := tags.Find("highway"); got != "primary" {
		t.Errorf("highway = %q, want primary", got)
	}
	if got := tags.Find("surface"); got != "" {
		t.Errorf("surface = %q, want nothing", got)
	}
}

func TestBZip2(t *testing.T) {
	// printf '<osm version="0.6"><node id="1" lat="52.5" lon="13.25"/></osm>' | bzip2 -9 | xxd -p
	data, err := hex.DecodeString("425a68393141592653591fe90bc100000e99805001fb0726279d0020005450000d064c8353d49a6d21fa934f51" +
		"91a5a23b6dc540492a54c196c6728f30f1cfcf3b5ef8a67192089074d375bc925257e2ee48a70a1203fd217820")
	if err != nil {
		t.Fatal(err)
	}
	x, err := openBytes(t, data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := []Node{{ID: 1, Lon: 13.25, Lat: 52.5}}; !reflect.DeepEqual(x.Nodes, want) {
		t.Errorf("nodes %+v, want %+v", x.Nodes, want)
	}
	if x, err := openBytes(t, data[:len(data)-6], Options{}); err == nil {
		t.Errorf("truncated bzip2 gives %+v", x)
	}
}
