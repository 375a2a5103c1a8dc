package osmimport

import (
	"math"
	"testing"

	"roadtwin/network"
)

func TestSurfaceSmoothnessAndTracktype(t *testing.T) {
	const (
		tagged    = network.Tagged
		derived   = network.Derived
		defaulted = network.Defaulted
	)
	for _, c := range []struct {
		tags   string
		want   network.Surface
		source network.Provenance
	}{
		{"", network.Asphalt, defaulted},
		{"surface=asphalt", network.Asphalt, tagged},
		{"surface=concrete:plates", network.Concrete, tagged},
		{"surface=paving_stones", network.Paving, tagged},
		{"surface=sett", network.Cobblestone, tagged},
		{"surface=metal_grid bridge=yes", network.Metal, tagged},
		{"surface=wood bridge=yes", network.Wood, tagged},
		{"surface=compacted", network.Compacted, tagged},
		{"surface=gravel", network.Gravel, tagged},
		{"surface=grass", network.Earth, tagged},
		{"surface=Dirt", network.Earth, tagged},
		{"surface=Paving-Stones", network.Paving, tagged},
		{"surface=ashpalt", network.Asphalt, tagged},
		{"surface=concrete:slabs", network.Concrete, tagged},
		{"surface=asphalt;cobblestone", network.Cobblestone, derived},
		{"surface=lava", network.Asphalt, defaulted},
		{"surface=paved", network.Asphalt, derived},
		{"surface=paved smoothness=bad", network.Cobblestone, derived},
		{"surface=unpaved", network.Gravel, derived},
		{"surface=unpaved smoothness=good", network.Compacted, derived},
		{"surface=unpaved tracktype=grade2", network.Compacted, derived},
		{"surface=unpaved tracktype=grade1", network.Compacted, derived},
		{"surface=unpaved tracktype=grade5", network.Earth, derived},
		{"tracktype=grade1", network.Asphalt, derived},
		{"tracktype=grade2", network.Compacted, derived},
		{"tracktype=grade3", network.Gravel, derived},
		{"tracktype=grade4", network.Earth, derived},
		{"tracktype=Grade4", network.Earth, derived},
		{"smoothness=excellent", network.Asphalt, derived},
		{"smoothness=bad", network.Compacted, derived},
		{"smoothness=very_bad", network.Gravel, derived},
		{"smoothness=horrible", network.Earth, derived},
		{"smoothness=E", network.Asphalt, defaulted},
		{"surface=asphalt smoothness=bad", network.Asphalt, tagged},
		{"surface=asphalt smoothness=very_bad", network.Gravel, derived},
		{"surface=compacted smoothness=horrible", network.Earth, derived},
		{"surface=cobblestone smoothness=very_bad", network.Cobblestone, tagged},
		{"surface=asphalt tracktype=grade4", network.Asphalt, tagged},
	} {
		along, _, _ := lanesOf(t, germany, "highway=unclassified "+c.tags)
		if along[0].Surface != c.want || along[0].Source.Surface != c.source {
			t.Errorf("%q: %v, provenance %d, want %v, %d", c.tags, along[0].Surface, along[0].Source.Surface, c.want, c.source)
		}
	}
}

func TestSurfaceByDirectionAndLane(t *testing.T) {
	along, against, _ := lanesOf(t, germany, "highway=primary lanes=2 surface=asphalt surface:backward=concrete")
	if along[0].Surface != network.Asphalt || against[0].Surface != network.Concrete {
		t.Errorf("%v and %v, want asphalt and concrete", along[0].Surface, against[0].Surface)
	}
	for _, c := range []struct {
		place [2]float64
		kerb  network.Surface
	}{{germany, network.Cobblestone}, {england, network.Asphalt}} { // lists begin on the left
		along, _, _ = lanesOf(t, c.place, "highway=primary oneway=yes lanes=2 surface=paved surface:lanes=asphalt|sett")
		if along[0].Surface != c.kerb || along[0].Source.Surface != network.Tagged || along[1].Surface == c.kerb {
			t.Errorf("kerb %v, next %v, want %v at the kerb", along[0].Surface, along[1].Surface, c.kerb)
		}
	}
	along, _, d := lanesOf(t, germany, "highway=primary oneway=yes lanes=2 surface=concrete surface:lanes=sett|sett|sett")
	if along[0].Surface != network.Concrete || d.report.Guessed["surface_lanes_mismatch"] != 1 {
		t.Errorf("%v, guessed %v, want concrete and one mismatch", along[0].Surface, d.report.Guessed)
	}
}

func TestDirtyGroundIsReported(t *testing.T) {
	_, _, d := lanesOf(t, germany, "highway=residential surface=lava smoothness=E incline=steep")
	for _, kind := range []string{"surface", "smoothness", "incline"} {
		if d.report.DroppedTotal[kind] != 1 {
			t.Errorf("%s: %d reported, want 1", kind, d.report.DroppedTotal[kind])
		}
	}
	_, _, d = lanesOf(t, germany, "highway=residential surface=Dirt incline=12")
	if d.report.Guessed["surface_repaired"] != 1 || d.report.Guessed["incline_repaired"] != 1 {
		t.Errorf("guessed %v, want one surface and one incline repaired", d.report.Guessed)
	}
}

func TestParseIncline(t *testing.T) {
	tan := func(deg float64) float64 { return math.Tan(deg * math.Pi / 180) }
	for _, c := range []struct {
		value    string
		gradient float64
		known    bool
		rise     int8
		ok       bool
	}{
		{"5%", 0.05, true, 0, true},
		{"-4.5 %", -0.045, true, 0, true},
		{"+8%", 0.08, true, 0, true},
		{"10,5%", 0.105, true, 0, true},
		{"3°", tan(3), true, 0, true},
		{"-3 deg", -tan(3), true, 0, true},
		{"60‰", 0.06, true, 0, true},
		{"1:10", 0.1, true, 0, true},
		{"-1:20", -0.05, true, 0, true},
		{"12", 0.12, true, 0, true},
		{"0", 0, true, 0, true},
		{"0%", 0, true, 0, true},
		{"<8%", 0.08, true, 0, true},
		{"6-8%", 0.07, true, 0, true},
		{"10%-15%", 0.125, true, 0, true},
		{"10% up", 0.1, true, 0, true},
		{"down 10 %", -0.1, true, 0, true},
		{"up", 0, false, 1, true},
		{"down", 0, false, -1, true},
		{"uphill", 0, false, 1, true},
		{"1", 0, false, 1, true},
		{"-1", 0, false, -1, true},
		{"80%", maxGradient, true, 0, true},
		{"500%", 0, false, 0, false},
		{"89°", 0, false, 0, false},
		{"steep", 0, false, 0, false},
		{"up/down", 0, false, 0, false},
		{"", 0, false, 0, false},
	} {
		got, ok := parseIncline(c.value)
		if ok != c.ok || math.Abs(got.gradient-c.gradient) > 1e-4 || got.known != c.known || got.rise != c.rise {
			t.Errorf("parseIncline(%q) = %+v, %v, want %g known %v rise %d, %v", c.value, got, ok, c.gradient, c.known, c.rise, c.ok)
		}
	}
}

func TestInclineByDirection(t *testing.T) {
	for tags, want := range map[string]float64{
		"incline:forward=6%": 0.06, "incline:backward=6%": -0.06, "oneway=-1 incline=6%": 0.06, "incline=up incline:forward=6%": 0,
	} {
		_, _, d := lanesOf(t, germany, "highway=residential "+tags)
		if got := d.streets[0].gradient; got != want {
			t.Errorf("%s: gradient %g along the way, want %g", tags, got, want)
		}
	}
	_, s := specOf(t, sketch(t, germany, "n 1 0 0\nn 2 900 0\nw 10 1,2 highway=residential incline=6%"))
	_, up := edgeOf(t, s, 10)
	_, down := edgeOf(t, s, -10)
	if up.Gradient != 0.06 || down.Gradient != -0.06 || up.Lanes[0].Source.Gradient != network.Tagged {
		t.Errorf("gradients %g and %g, provenance %d, want 0.06, -0.06, tagged", up.Gradient, down.Gradient, up.Lanes[0].Source.Gradient)
	}
}

func TestStructures(t *testing.T) {
	for tags, want := range map[string][2]bool{
		"bridge=yes": {true, false}, "bridge=viaduct": {true, false}, "bridge=boardwalk": {true, false},
		"bridge=movable": {true, false}, "bridge=covered": {true, true}, "bridge=no": {}, "bridge=proposed": {},
		"tunnel=yes": {false, true}, "tunnel=building_passage": {false, true}, "tunnel=avalanche_protector": {false, true},
		"tunnel=culvert": {}, "tunnel=no": {}, "covered=yes": {false, true}, "covered=no": {},
		"covered=arcade": {false, true}, "indoor=yes": {false, true}, "location=underground": {false, true},
		"bridge=yes covered=yes": {true, true}, "layer=1": {}, "layer=-1": {},
	} {
		_, _, d := lanesOf(t, germany, "highway=residential "+tags)
		if s := d.streets[0]; s.bridge != want[0] || s.tunnel != want[1] {
			t.Errorf("%s: bridge %v, tunnel %v, want %v", tags, s.bridge, s.tunnel, want)
		}
	}
}

// Phoenix: 44 motor ways are tagged concrete and 29 asphalt.
func TestPhoenixHasConcreteAndAsphalt(t *testing.T) {
	n, _ := importExtract(t, "tiny/arizona_highways_us.osm")
	var metres [network.NumSurfaces]float64
	for i := range n.Lanes {
		if l := &n.Lanes[i]; l.Source.Surface == network.Tagged {
			metres[l.Surface] += l.Length
		}
	}
	if metres[network.Concrete] < 1000 || metres[network.Asphalt] < 1000 {
		t.Errorf("tagged: %.0f m concrete, %.0f m asphalt, want 1000 of each", metres[network.Concrete], metres[network.Asphalt])
	}
}

// Berlin's sett is cobblestone.
func TestBerlinSurfaces(t *testing.T) {
	n, _ := importExtract(t, "tiny/berlin_mitte_cut.osm.pbf")
	found := map[network.Surface]bool{}
	for i := range n.Lanes {
		found[n.Lanes[i].Surface] = true
	}
	if !found[network.Cobblestone] || !found[network.Asphalt] {
		t.Errorf("surfaces %v, want asphalt and cobblestone among them", found)
	}
}
