package osmimport

import (
	"math"
	"slices"
	"testing"

	"roadtwin/network"
)

// laneSpecs returns the lanes that a way of a real extract is described with, along it and against it.
func laneSpecs(t *testing.T, d *draft, way int64) [2][]network.LaneSpec {
	t.Helper()
	for i := range d.streets {
		if s := &d.streets[i]; s.way.ID == way {
			return [2][]network.LaneSpec{s.dirs[0].lanes, s.dirs[1].lanes}
		}
	}
	t.Fatalf("way %d has no street", way)
	return [2][]network.LaneSpec{}
}

// TestLanesOfRealWays reads ways of real extracts whose tags are hard: lists and counts that disagree, a centre turn lane,
// bus lanes of each scheme, toll plazas, lists of counts.
func TestLanesOfRealWays(t *testing.T) {
	for _, c := range []struct {
		file           string
		way            int64
		along, against string
		median         bool // lanes lie between the directions
	}{
		{"tiny/arizona_highways_us.osm", 437325030, "through, through, through;left", "-", false},
		{"tiny/dual_carriageway_us.osm", 10738297, "", "", true},
		{"tiny/fremantle_placement_lht.osm", 298328321, "through;left, through, right", "-", false},
		{"small/oslo_east_no.osm.pbf", 3235496, ", bus ", "-", false},
		{"small/badhersfeld_de.osm.pbf", 321032848, "right, through, through, left", "-", false},
		{"small/badhersfeld_de.osm.pbf", 240545260, "through>, through, through", "-", false},
		{"small/badhersfeld_de.osm.pbf", 321022096, "", "", true},
		{"small/dortmund_de.osm.pbf", 317404694, "right, through, left, left", "-", false},
		{"small/dortmund_de.osm.pbf", 880930209, "right, through, left, left", "-", false},
	} {
		d := draftAfter(t, openExtract(t, c.file, nil), "split")
		lanes := laneSpecs(t, d, c.way)
		for dir, want := range []string{c.along, c.against} {
			got := writeLanes(lanes[dir])
			if len(lanes[dir]) == 0 {
				got = "-"
			}
			if got != want {
				t.Errorf("%s, way %d%s: %q, want %q", c.file, c.way, directionSuffixes[dir], got, want)
			}
		}
		for i := range d.streets {
			if s := &d.streets[i]; s.way.ID == c.way && c.median != (s.median > 0) {
				t.Errorf("%s, way %d: %.2f m between the directions, want some: %v", c.file, c.way, s.median, c.median)
			}
		}
	}
}

// TestPlacementKeepsRealLanesInLine measures how far lanes jump sideways where one street with placement follows another.
func TestPlacementKeepsRealLanesInLine(t *testing.T) {
	for _, file := range []string{"tiny/motorway_interchange_de.osm.pbf", "tiny/fremantle_placement_lht.osm"} {
		x := openExtract(t, file, nil)
		placed := map[int64]bool{}
		for i := range x.Ways {
			placed[x.Ways[i].ID] = x.Ways[i].Tags.Find("placement") != ""
		}
		n, _, err := Import(x, Options{})
		if err != nil {
			t.Fatal(err)
		}
		var jumps []float64
		for i := range n.Connectors {
			c := &n.Connectors[i]
			from, to := &n.Lanes[c.From], &n.Lanes[c.To]
			if n.Junctions[c.Junction].Kind != network.Plain || len(n.Movements[c.Movement].Connectors) < 2 ||
				!placed[n.Edges[from.Edge].OSMWay] || !placed[n.Edges[to.Edge].OSMWay] || c.Turn != network.Through {
				continue
			}
			a, b := from.Shape[len(from.Shape)-2], from.Shape[len(from.Shape)-1]
			r := rightOf(a, b)
			p := to.Shape[0]
			jumps = append(jumps, math.Abs((p.X-b.X)*r.X+(p.Y-b.Y)*r.Y))
		}
		slices.Sort(jumps)
		if len(jumps) < 5 {
			t.Fatalf("%s: %d connectors between streets with placement, want at least 5", file, len(jumps))
		}
		t.Logf("%s: %d connectors, median %.2f m, 80 %% %.2f m, all %.2f m", file, len(jumps), jumps[len(jumps)/2], jumps[len(jumps)*4/5], jumps[len(jumps)-1])
		if median := jumps[len(jumps)/2]; median > 0.3 {
			t.Errorf("%s: half of the lanes jump by more than %.2f m, want 0.3", file, median)
		}
	}
}
