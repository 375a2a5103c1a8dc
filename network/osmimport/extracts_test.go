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
