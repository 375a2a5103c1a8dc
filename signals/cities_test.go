package signals_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"roadtwin/network/osmimport"
	"roadtwin/network/osmimport/extract"
	"roadtwin/signals"
)

// shared returns the path of a file that lies beside the repository, or skips the test.
func shared(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(dir, "..", "shared", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the extracts are not here: %v", err)
	}
	return path
}

// Real streets: every controller has a plan that New accepts, and nobody sees a conflict for five minutes.
func TestRealCities(t *testing.T) {
	for _, name := range []string{
		"tiny/quad_intersection_us.osm", "tiny/dual_carriageway_us.osm", "tiny/stretched_signals_lht.osm", "tiny/siegessaeule_de.osm.pbf",
		"tiny/berlin_mitte_cut.osm.pbf", "tiny/london_short_duals_lht.osm", "small/herrenberg_de.osm.pbf", "medium/monaco_2023.osm.pbf", "medium/portland_us.osm.pbf",
	} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			if testing.Short() && !strings.HasPrefix(name, "tiny/") {
				t.Skip("-short")
			}
			x, err := extract.Open(t.Context(), shared(t, filepath.Join("osm", name)), extract.Options{})
			if err != nil {
				t.Fatal(err)
			}
			net, _, err := osmimport.Import(x, osmimport.Options{})
			if err != nil {
				t.Fatal(err)
			}
			observe(t, town{filepath.Base(name), net})
		})
	}
}

func observe(t *testing.T, city town) {
	s, plans := start(t, city)
	stages := map[int]int{}
	for i := range plans {
		p := &plans[i]
		stages[len(p.Stages)]++
		if len(p.Stages) > 5 || p.Cycle() > 120.5 {
			t.Logf("%s: %d stages, cycle %.0f s", city.net.Controllers[p.Controller].Name, len(p.Stages), p.Cycle())
		}
		for _, g := range city.net.Controllers[p.Controller].Groups {
			if !slices.ContainsFunc(p.Stages, func(stage signals.Stage) bool { return slices.Contains(stage.Groups, g) }) {
				t.Errorf("%s is never green", city.net.SignalGroups[g].Name)
			}
		}
	}
	t.Logf("%d controllers, %d groups; controllers by stages: %v", len(plans), len(city.net.SignalGroups), stages)
	w := newWatcher(t, city, plans)
	for i := range 3000 {
		s.Step(25200 + float64(i)*step)
		w.see(s.Aspects())
	}
	if s.Faults() > 0 {
		t.Errorf("%d conflict monitors tripped", s.Faults())
	}
}
