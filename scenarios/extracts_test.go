package scenarios

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

// sharedExtracts returns real extracts that lie beside the repository, or skips the test.
func sharedExtracts(t *testing.T, pattern string) []string {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		if root == filepath.Dir(root) {
			t.Fatal("no go.mod above the package")
		}
		root = filepath.Dir(root)
	}
	paths, err := filepath.Glob(filepath.Join(root, "..", "shared", "osm", pattern))
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Skip("no extracts beside the repository: want ../shared/osm/" + pattern)
	}
	return paths
}

func TestDefaultDemandOfRealMapsCanBeDriven(t *testing.T) {
	for _, pattern := range []string{"tiny/*", "small/herrenberg_de.osm.pbf", "small/dortmund_de.osm.pbf"} {
		for _, path := range sharedExtracts(t, pattern) {
			t.Run(filepath.Base(path), func(t *testing.T) {
				s := ForMap(path)
				city, err := Open(context.Background(), s, nil)
				if err != nil {
					t.Fatal(err)
				}
				d, err := s.trips(city, 1)
				if err != nil {
					t.Fatal(err)
				}
				lost := 0
				for _, trip := range d.Trips[:min(len(d.Trips), 2000)] {
					if !city.Router.Reachable(trip.From, trip.To, trip.Class) {
						lost++
					}
				}
				// Bans for lorries may cut off a street that cars reach; the engine drops and counts those.
				if lost > len(d.Trips)/200 {
					t.Errorf("%d of the first %d trips have no way", lost, min(len(d.Trips), 2000))
				}
				t.Logf("%d trips, %d without a way", len(d.Trips), lost)
			})
		}
	}
}
