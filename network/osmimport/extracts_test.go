package osmimport

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// sharedExtracts returns the folder of real extracts that lie beside the repository, and skips the test without it.
func sharedExtracts(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the package")
		}
		dir = up
	}
	osm := filepath.Join(dir, "..", "shared", "osm")
	if _, err := os.Stat(osm); err != nil {
		t.Skip("no real extracts at ../shared/osm")
	}
	return osm
}

func openExtract(t testing.TB, name string, box *extract.BBox) *extract.Extract {
	t.Helper()
	x, err := extract.Open(context.Background(), filepath.Join(sharedExtracts(t), name), extract.Options{BBox: box})
	if err != nil {
		t.Fatal(err)
	}
	x.Source = name
	return x
}

// encode returns the network as it would be written to a file.
func encode(t testing.TB, n *network.Network) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "n.rtn")
	if err := n.WriteFile(path); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var extracts = []struct {
	file    string
	side    network.DrivingSide
	country string
	large   bool
}{
	{file: "tiny/quad_intersection_us.osm", country: "US"},
	{file: "tiny/dual_carriageway_us.osm", country: "US"},
	{file: "tiny/stretched_signals_lht.osm", country: "AU", side: network.LeftHand},
	{file: "tiny/roundabout_us.osm", country: "US"},
	{file: "tiny/exit_ramp_us.osm", country: "US"},
	{file: "tiny/motorway_interchange_de.osm.pbf", country: "DE"},
	{file: "tiny/arizona_highways_us.osm", country: "US"},
	{file: "tiny/fremantle_placement_lht.osm", country: "AU", side: network.LeftHand},
	{file: "tiny/taipei_parallel_tw.osm", country: "TW"},
	{file: "tiny/bus_lanes_median_us.osm", country: "US"},
	{file: "tiny/london_short_duals_lht.osm", country: "GB", side: network.LeftHand},
	{file: "tiny/usvi_lht.osm.pbf", country: "VI", side: network.LeftHand},
	{file: "tiny/uturns_lht.osm", country: "GB", side: network.LeftHand},
	{file: "tiny/siegessaeule_de.osm.pbf", country: "DE"},
	{file: "tiny/berlin_mitte_cut.osm.pbf", country: "DE"},
	{file: "tiny/race_circuit_de.osm", country: "DE"},
	{file: "small/herrenberg_de.osm.pbf", country: "DE"},
	{file: "small/badhersfeld_de.osm.pbf", country: "DE"},
	{file: "small/dortmund_de.osm.pbf", country: "DE"},
	{file: "small/oslo_east_no.osm.pbf", country: "NO"},
	{file: "medium/monaco_2023.osm.pbf", country: "MC"},
	{file: "medium/andorra_2026.osm.pbf", country: "AD"},
	{file: "medium/portland_us.osm.pbf", country: "US"},
	{file: "large/delaware_us.osm.pbf", country: "US", large: true},
	{file: "large/lower_saxony_main_de.osm.pbf", country: "DE", large: true},
}

// TestRealExtracts imports every extract twice. The large ones take most of a minute and run with ROADTWIN_LARGE=1.
func TestRealExtracts(t *testing.T) {
	sharedExtracts(t)
	for _, c := range extracts {
		t.Run(filepath.Base(c.file), func(t *testing.T) {
			if c.large && os.Getenv("ROADTWIN_LARGE") == "" {
				t.Skip("large: set ROADTWIN_LARGE=1")
			}
			if testing.Short() && filepath.Dir(c.file) != "tiny" {
				t.Skip("-short")
			}
			x := openExtract(t, c.file, nil)
			n, r, err := Import(x, Options{afterPass: checker(t)})
			if err != nil {
				t.Fatal(err)
			}
			if err := n.Validate(); err != nil {
				t.Errorf("Validate: %v", err)
			}
			if n.DrivingSide != c.side || n.Country != c.country {
				t.Errorf("driving on the %s in %q, want the %s in %q", n.DrivingSide, n.Country, c.side, c.country)
			}
			if share := r.LargestComponent["car"]; share < 0.99 {
				t.Errorf("largest component %.3f, want >= 0.99", share)
			}
			var text bytes.Buffer
			if err := r.WriteText(&text); err != nil {
				t.Error(err)
			}
			t.Log(text.String())
			if c.large {
				return
			}
			again, _, err := Import(x, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(encode(t, n), encode(t, again)) {
				t.Error("two imports of the same extract differ")
			}
			render(t, n, filepath.Base(c.file))
		})
	}
}

func importExtract(t *testing.T, name string) (*network.Network, *Report) {
	t.Helper()
	n, r, err := Import(openExtract(t, name, nil), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return n, r
}

func TestMontlakeIsOneJunction(t *testing.T) {
	n, _ := importExtract(t, "tiny/quad_intersection_us.osm")
	nodes := []int64{29449863, 29464223, 3391701882, 3391701883}
	found := 0
	for i := range n.Junctions {
		j := &n.Junctions[i]
		if !slices.ContainsFunc(nodes, func(id int64) bool { return slices.Contains(j.OSMNodes, id) }) {
			continue
		}
		found++
		for _, id := range nodes {
			if !slices.Contains(j.OSMNodes, id) {
				t.Errorf("junction %d of nodes %v lacks %d", i, j.OSMNodes, id)
			}
		}
		if j.Kind != network.Signalised {
			t.Errorf("junction %d is %v, want signalised", i, j.Kind)
		}
	}
	if found != 1 {
		t.Errorf("%d junctions, want 1", found)
	}
}

func TestPerthHasOneController(t *testing.T) {
	n, _ := importExtract(t, "tiny/stretched_signals_lht.osm")
	if len(n.Controllers) != 1 {
		t.Fatalf("%d controllers, want 1", len(n.Controllers))
	}
	for _, id := range []int64{6982464602, 6982464604, 6982464605, 6982464607} {
		if !slices.Contains(n.Controllers[0].OSMNodes, id) {
			t.Errorf("the controller stands for nodes %v, want %d among them", n.Controllers[0].OSMNodes, id)
		}
	}
}

// TestArizonaWayIsDrivenBackwards looks at the draft: the drive-through lies apart from the roads of that extract, so
// the network leaves it out.
func TestArizonaWayIsDrivenBackwards(t *testing.T) {
	d := draftAfter(t, openExtract(t, "tiny/arizona_highways_us.osm", nil), "split")
	pieces := 0
	for i := range d.streets {
		s := &d.streets[i]
		if s.way.ID != 230615919 {
			continue
		}
		pieces++
		if s.dirs[0].open() || !s.dirs[1].open() {
			t.Errorf("open along %v, against %v, want against only", s.dirs[0].open(), s.dirs[1].open())
		}
	}
	if pieces == 0 {
		t.Error("way 230615919 (oneway=-1) is missing")
	}
}

func TestRestrictionsOfRealExtracts(t *testing.T) {
	// In force or reported: none may be lost in silence.
	for _, c := range []struct {
		file  string
		total int // relations of type restriction
	}{
		{"tiny/quad_intersection_us.osm", 10},
		{"tiny/arizona_highways_us.osm", 22},
		{"tiny/taipei_parallel_tw.osm", 17},
		{"tiny/uturns_lht.osm", 7},
	} {
		_, r := importExtract(t, c.file)
		if got := r.Restrictions + r.DroppedTotal["restriction"]; got != c.total {
			t.Errorf("%s: %d in force and %d dropped, want %d together", c.file, r.Restrictions, r.DroppedTotal["restriction"], c.total)
		}
	}
}

func TestBoxOfARealTown(t *testing.T) {
	box := extract.BBox{West: 8.86, South: 48.59, East: 8.88, North: 48.60}
	n, r, err := Import(openExtract(t, "small/herrenberg_de.osm.pbf", &box), Options{Name: "Herrenberg", afterPass: checker(t)})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Validate(); err != nil {
		t.Error(err)
	}
	if n.Name != "Herrenberg" || r.Junctions != len(n.Junctions) {
		t.Errorf("name %q, %d junctions reported of %d", n.Name, r.Junctions, len(n.Junctions))
	}
	lo, hi := n.Projection.ToLocal(box.West, box.South), n.Projection.ToLocal(box.East, box.North)
	const slack = 10 // m: half a road's width, and the meridians' convergence
	if b := n.Bounds; b.MinX < lo.X-slack || b.MinY < lo.Y-slack || b.MaxX > hi.X+slack || b.MaxY > hi.Y+slack {
		t.Errorf("bounds %v reach out of the box %v %v", b, lo, hi)
	}
	boundaries := 0
	for i := range n.Junctions {
		if n.Junctions[i].Boundary {
			boundaries++
		}
	}
	if boundaries < 10 {
		t.Errorf("%d boundaries, want at least 10", boundaries)
	}
}

func BenchmarkImport(b *testing.B) {
	x := openExtract(b, "medium/andorra_2026.osm.pbf", nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Import(x, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
