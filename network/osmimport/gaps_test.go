package osmimport

import (
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
)

// TestGapsSayWhy draws a main street with one street of each kind that is not connected.
func TestGapsSayWhy(t *testing.T) {
	_, r := imported(t, `
		n 1 -1000 0
		n 2 0 0
		n 3 500 0
		n 4 1000 0
		w 10 1,2,3,4 highway=secondary
		n 20 0 5000
		n 21 300 5000
		w 20 20,21 highway=residential
		n 30 500 300
		n 31 600 300
		n 32 600 400
		w 30 3,30 highway=residential oneway=yes
		w 31 30,31,32,30 highway=residential oneway=yes
		n 40 0 -300
		n 41 100 -300
		n 42 100 -400
		w 40 40,2 highway=residential oneway=yes
		w 41 40,41,42,40 highway=residential oneway=yes
		n 50 -500 200
		w 50 1,50 highway=busway`)
	for _, want := range []struct {
		class, reason string
		way           int64
	}{
		{"car", noWay, 20}, {"car", noWayOut, 31}, {"car", noWayIn, 41}, {"car", noAccess, 50},
	} {
		i := slices.IndexFunc(r.Gaps, func(g Gap) bool { return g.Class == want.class && g.Reason == want.reason })
		if i < 0 || !slices.Contains(r.Gaps[i].Ways, want.way) || r.Gaps[i].Parts < 1 || r.Gaps[i].LaneKm <= 0 {
			t.Errorf("gaps %+v, want way %d for %s: %s", r.Gaps, want.way, want.class, want.reason)
		}
	}
}

// TestLorriesTurnRoundBeforeStreetsClosedToThem: where cars go on, a lorry must be able to come back.
func TestLorriesTurnRoundBeforeStreetsClosedToThem(t *testing.T) {
	n, r := imported(t, block+`
		n 60 100 600
		n 61 100 900
		w 60 7,60 highway=residential name=S60
		w 61 60,61 highway=residential name=S61 maxweight=3.5`)
	if got := r.LargestComponent["articulated_lorry"]; got != 1 {
		t.Errorf("share of a lorry's lanes that are connected %.3f, want 1; gaps %+v", got, r.Gaps)
	}
	for i := range n.Connectors {
		c := &n.Connectors[i]
		at := &n.Junctions[c.Junction]
		if slices.Contains(at.OSMNodes, 60) && c.Turn == network.UTurn && c.Permitted != network.Lorries|network.SetOf(network.Bus) {
			t.Errorf("at node 60 %v turn round, want only those who may not go on", c.Permitted)
		}
	}
	if got, want := drive(t, n, network.ArticulatedLorry, 0, 14, -60), []int64{14, 60, -60}; !slices.Equal(got, want) {
		t.Errorf("a lorry drives %v, want %v", got, want)
	}
}

// TestGapsOfLorriesAreTheLaw: a court behind a street that is closed to lorries.
func TestGapsOfLorriesAreTheLaw(t *testing.T) {
	_, r := imported(t, block+`
		n 60 100 600
		n 61 100 900
		w 60 7,60 highway=residential name=S60 hgv=no
		w 61 60,61 highway=residential name=S61`)
	for _, g := range r.Gaps {
		if g.Class == "articulated_lorry" && g.Reason == lawCloses && slices.Equal(g.Ways, []int64{61}) && g.LaneKm > 0.5 {
			return
		}
	}
	t.Errorf("gaps %+v, want way 61 for lorries", r.Gaps)
}

// TestConnectedSharesOfTheCatalogue: what a class misses beyond 1 % is told, to the last metre.
func TestConnectedSharesOfTheCatalogue(t *testing.T) {
	for _, file := range []string{"tiny/berlin_mitte_cut.osm.pbf", "small/dortmund_de.osm.pbf", "medium/andorra_2026.osm.pbf", "medium/monaco_2023.osm.pbf"} {
		t.Run(file, func(t *testing.T) {
			n, r := importExtract(t, file)
			for _, class := range measuredClasses {
				open, told := 0.0, 0.0
				for l := range n.Lanes {
					if n.Lanes[l].Permitted.Has(class) {
						open += n.Lanes[l].Length / 1000
					}
				}
				for _, g := range r.Gaps {
					if g.Class == class.String() && class != network.Car {
						told += g.LaneKm
						if !strings.Contains(g.Reason, "closed to the class") || len(g.Ways) == 0 {
							t.Errorf("%+v: want a law, and ways", g)
						}
					}
				}
				if missing := open * (1 - r.LargestComponent[class.String()]); missing-told > 1e-6 || told-missing > 1e-6 {
					t.Errorf("%v: %.6f lane-km are not connected, %.6f are told", class, missing, told)
				}
			}
			if got := r.LargestComponent["car"]; got < 0.99 {
				t.Errorf("cars: %.4f connected, want 0.99", got)
			}
		})
	}
}

// TestCutEndsAreBoundaries: where a street of a map cut without its neighbours ends at a missing node, traffic comes and goes.
func TestCutEndsAreBoundaries(t *testing.T) {
	x := openExtract(t, "tiny/berlin_mitte_cut.osm.pbf", nil)
	n, r, err := Import(x, Options{})
	if err != nil {
		t.Fatal(err)
	}
	there := map[int64]bool{}
	for i := range x.Nodes {
		there[x.Nodes[i].ID] = true
	}
	cut := map[int64]bool{} // nodes beside missing ones
	for i := range x.Ways {
		w := &x.Ways[i]
		if _, ok := RoadClassOf(w.Tags); !ok {
			continue
		}
		for k := 1; k < len(w.Nodes); k++ {
			a, b := w.Nodes[k-1], w.Nodes[k]
			if there[a] != there[b] {
				if there[a] {
					cut[a] = true
				} else {
					cut[b] = true
				}
			}
		}
	}
	boundaries := 0
	for i := range n.Junctions {
		j := &n.Junctions[i]
		ends := len(j.In)+len(j.Out) == 1 || len(j.In) == 1 && len(j.Out) == 1 && n.Edges[j.In[0]].Opposite == j.Out[0]
		for _, id := range j.OSMNodes {
			if cut[id] && ends {
				boundaries++
				if !j.Boundary {
					t.Errorf("junction %d at node %d is where the map is cut, and no boundary", i, id)
				}
			}
		}
	}
	if r.Cut < 100 || boundaries < 10 {
		t.Errorf("%d ways are cut, %d boundaries found: want 100 and 10", r.Cut, boundaries)
	}
}

func TestServiceRoadsHaveOneLaneEachWay(t *testing.T) {
	n, _ := imported(t, block+`
		n 60 100 600
		n 61 200 700
		w 60 7,60 highway=service service=parking_aisle lanes=4 name=P
		w 61 60,61 highway=service service=driveway name=D`)
	found := 0
	for i := range n.Edges {
		e := &n.Edges[i]
		if way := max(e.OSMWay, -e.OSMWay); way == 60 || way == 61 {
			found++
			if e.NumLanes != 1 || !e.AccessOnly {
				t.Errorf("way %d: %d lanes, for access only %v; want 1 and true", e.OSMWay, e.NumLanes, e.AccessOnly)
			}
		}
	}
	if found < 2 {
		t.Errorf("%d edges of service roads, want at least 2", found)
	}
}

func TestHighwayTyposAreReadAndReported(t *testing.T) {
	_, r := imported(t, strings.NewReplacer(
		"w 11 2,3 highway=tertiary", "w 11 2,3 highway=secodnary", "w 12 3,4 highway=tertiary", "w 12 3,4 highway=unclassified;tertiary",
		"w 13 5,2 highway=tertiary", "w 13 5,2 highway=Residential").Replace(block)+"w 70 5,6 highway=wurzelweg\n")
	if r.Guessed["highway"] != 3 || r.DroppedTotal["highway"] != 1 {
		t.Errorf("%d repaired, %d dropped, want 3 and 1", r.Guessed["highway"], r.DroppedTotal["highway"])
	}
	for _, way := range []string{"way 11:", "way 12:", "way 13:"} {
		if !slices.ContainsFunc(r.Warnings, func(w string) bool { return strings.HasPrefix(w, way) }) {
			t.Errorf("no warning about %s %v", way, r.Warnings)
		}
	}
}
