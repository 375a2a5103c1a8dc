package tllogic_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/osmimport"
	"roadtwin/network/osmimport/extract"
	"roadtwin/signals"
)

// city returns an extract beside the repository as a network, or skips the test.
func city(t *testing.T, name string) *network.Network {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "osm", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not there", path)
	}
	x, err := extract.Open(t.Context(), path, extract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	net, _, err := osmimport.Import(x, osmimport.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// TestRealCitiesGoToSUMOAndBack: plans show the same at every half second, actuated stages and phases in rings have the same groups.
func TestRealCitiesGoToSUMOAndBack(t *testing.T) {
	for _, name := range []string{
		"tiny/quad_intersection_us.osm", "tiny/dual_carriageway_us.osm", "tiny/stretched_signals_lht.osm", "tiny/berlin_mitte_cut.osm.pbf",
		"tiny/london_short_duals_lht.osm", "small/herrenberg_de.osm.pbf",
	} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			if testing.Short() && !strings.HasPrefix(name, "tiny/") {
				t.Skip("-short")
			}
			net := city(t, name)
			controls := kind(t, net, signals.FixedTime, signals.ControlOptions{})
			back, _ := again(t, net, controls)
			for i := range back {
				was, is := &controls[i].Fixed.Plans[0], &back[i].Fixed.Plans[0]
				for at := 0.25; at < 150; at += 0.5 {
					if want, got := shown(net, was, at), shown(net, is, at); !slices.Equal(want, got) {
						t.Fatalf("controller %d at %g s shows %v, want %v", i, at, got, want)
					}
				}
			}
			controls = kind(t, net, signals.StageActuated, signals.ControlOptions{NoWalks: true})
			back, notes := again(t, net, controls)
			for i := range back {
				was, is := controls[i].Actuated.Stages, back[i].Actuated.Stages
				if len(was) != len(is) {
					t.Errorf("controller %d: %d stages, want %d (%q)", i, len(is), len(was), notes)
					continue
				}
				for k := range was {
					if !slices.Equal(was[k].Groups, is[k].Groups) || was[k].Max != is[k].Max {
						t.Errorf("controller %d, stage %d: %+v, want %+v", i, k+1, is[k], was[k])
					}
				}
			}
		})
	}
}
