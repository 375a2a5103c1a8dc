package osmimport

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/osmimport/elevation"
	"roadtwin/network/osmimport/extract"
)

// terrain writes the tile of a place with the heights that height gives, by metres east and north of the place, and
// opens it.
func terrain(t *testing.T, place [2]float64, height func(east, north float64) float64) *elevation.Tiles {
	t.Helper()
	const side = 1201
	dir := t.TempDir()
	west, south := math.Floor(place[0]), math.Floor(place[1])
	perDegree := 6378137 * math.Pi / 180
	b := make([]byte, 0, 2*side*side)
	for row := range side {
		north := (south + 1 - float64(row)/(side-1) - place[1]) * perDegree
		for col := range side {
			east := (west + float64(col)/(side-1) - place[0]) * perDegree * math.Cos(place[1]*math.Pi/180)
			v := int16(-32768)
			if h := height(east, north); !math.IsNaN(h) {
				v = int16(math.Round(h))
			}
			b = binary.BigEndian.AppendUint16(b, uint16(v))
		}
	}
	name := fmt.Sprintf("N%02.0fE%03.0f.hgt", south, west)
	if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
		t.Fatal(err)
	}
	tiles, err := elevation.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return tiles
}

// hills is a place in the middle of its tile.
var hills = [2]float64{10.5, 51.5}

// raisedSpec runs the passes with tiles.
func raisedSpec(t *testing.T, x *extract.Extract, tiles *elevation.Tiles) (*draft, network.Spec) {
	t.Helper()
	d := newDraft(x, Options{Elevation: tiles})
	for _, p := range passes {
		if err := p.run(d); err != nil {
			t.Fatalf("%s: %v", p.name, err)
		}
	}
	return d, d.spec
}

const hillRoads = `
n 1 -1500 0
n 2 0 0
n 3 1500 0
n 4 0 -1500
n 5 0 1500
w 10 1,2 highway=secondary name=East
w 11 2,3 highway=secondary name=East
w 12 4,2 highway=residential name=North
w 13 2,5 highway=residential name=North`

func TestGradientsOnATiltedPlane(t *testing.T) {
	tiles := terrain(t, hills, func(east, north float64) float64 { return 500 + 0.06*east - 0.02*north })
	_, s := raisedSpec(t, sketch(t, hills, hillRoads), tiles)
	for way, want := range map[int64]float64{10: 0.06, -10: -0.06, 11: 0.06, 12: -0.02, 13: -0.02, -13: 0.02} {
		_, e := edgeOf(t, s, way)
		if math.Abs(e.Gradient-want) > 0.002 || e.Lanes[0].Source.Gradient != network.Derived {
			t.Errorf("way %d: gradient %.4f, provenance %d, want %.2f, derived", way, e.Gradient, e.Lanes[0].Source.Gradient, want)
		}
	}
	if _, j := junctionOf(t, s, 2); math.Abs(j.Elevation-500) > 1.5 {
		t.Errorf("the crossing lies at %.1f m, want 500 ± 1.5", j.Elevation)
	}
	if _, j := junctionOf(t, s, 3); math.Abs(j.Elevation-590) > 1.5 {
		t.Errorf("the eastern end lies at %.1f m, want 590 ± 1.5", j.Elevation)
	}
}

func TestTunnelGoesThroughARidge(t *testing.T) {
	tiles := terrain(t, hills, func(east, _ float64) float64 { return 300 + 200*math.Exp(-east*east/(200*200)) })
	d, s := raisedSpec(t, sketch(t, hills, `
n 1 -2000 0
n 2 -600 0
n 3 600 0
n 4 2000 0
w 10 1,2 highway=primary
w 11 2,3 highway=primary tunnel=yes layer=-1
w 12 3,4 highway=primary`), tiles)
	for _, way := range []int64{10, 11, 12} {
		if _, e := edgeOf(t, s, way); math.Abs(e.Gradient) > 0.01 {
			t.Errorf("way %d: gradient %.3f, want level", way, e.Gradient)
		}
	}
	if d.report.Guessed["gradient_limited"] != 0 {
		t.Errorf("%d gradients limited, want none", d.report.Guessed["gradient_limited"])
	}
}

// The viaduct is three ways, the one in the middle with a sharp valley below where its bridges meet.
func TestChainOfBridgesIsOneBridge(t *testing.T) {
	tiles := terrain(t, hills, func(east, _ float64) float64 { return 400 + 0.02*east - 120*math.Exp(-east*east/(150*150)) })
	_, s := raisedSpec(t, sketch(t, hills, `
n 1 -2000 0
n 2 -500 0
n 3 -100 0
n 4 150 0
n 5 500 0
n 6 2000 0
w 10 1,2 highway=motorway oneway=yes lanes=2
w 11 2,3 highway=motorway oneway=yes lanes=2 bridge=viaduct layer=1
w 12 3,4 highway=motorway oneway=yes lanes=3 bridge=yes layer=2
w 13 4,5 highway=motorway oneway=yes lanes=2 bridge=yes layer=1
w 14 5,6 highway=motorway oneway=yes lanes=2`), tiles)
	for _, way := range []int64{10, 11, 12, 13, 14} {
		if _, e := edgeOf(t, s, way); math.Abs(e.Gradient-0.02) > 0.005 {
			t.Errorf("way %d: gradient %.4f, want 0.02 ± 0.005", way, e.Gradient)
		}
	}
}

func TestNoiseOfTheTilesMakesNoHills(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	tiles := terrain(t, hills, func(_, _ float64) float64 { return 100 + 4*random.NormFloat64() })
	var text strings.Builder // a town: 11 x 11 streets, 90 m apart
	for i := range 121 {
		fmt.Fprintf(&text, "n %d %d %d\n", i+1, i%11*90, i/11*90)
	}
	for k := range 11 {
		row, col := make([]string, 11), make([]string, 11)
		for i := range 11 {
			row[i], col[i] = fmt.Sprint(k*11+i+1), fmt.Sprint(i*11+k+1)
		}
		fmt.Fprintf(&text, "w %d %s highway=residential\nw %d %s highway=residential\n", 200+k, strings.Join(row, ","), 300+k, strings.Join(col, ","))
	}
	_, s := raisedSpec(t, sketch(t, hills, text.String()), tiles)
	var sum, worst float64
	for i := range s.Edges {
		g := math.Abs(s.Edges[i].Gradient)
		sum, worst = sum+g*g, max(worst, g)
	}
	if rms := math.Sqrt(sum / float64(len(s.Edges))); rms > 0.015 || worst > 0.05 {
		t.Errorf("gradients of %.2f %% (root mean square), %.2f %% at most, want 1.5 and 5 (seed 3, 4)", 100*rms, 100*worst)
	} else {
		t.Logf("%.2f %% rms, %.2f %% at most", 100*rms, 100*worst)
	}
}

func TestVoidsAndMissingTilesAreReported(t *testing.T) {
	tiles := terrain(t, hills, func(east, _ float64) float64 {
		if math.Abs(east-700) < 200 {
			return math.NaN()
		}
		return 200 + 0.03*east
	})
	d, s := raisedSpec(t, sketch(t, hills, hillRoads), tiles)
	if _, e := edgeOf(t, s, 11); math.Abs(e.Gradient-0.03) > 0.003 {
		t.Errorf("gradient %.4f over a hole in the tile, want 0.03", e.Gradient)
	}
	if d.report.Guessed["elevation_void"] == 0 {
		t.Error("no void is reported")
	}
	d, s = raisedSpec(t, sketch(t, germany, hillRoads), tiles) // four tiles away
	if len(d.report.Warnings) == 0 || !strings.Contains(strings.Join(d.report.Warnings, " "), "N51E010") && !strings.Contains(strings.Join(d.report.Warnings, " "), "N50E009") {
		t.Errorf("warnings %q, want the missing tiles named", d.report.Warnings)
	}
	for i := range s.Edges {
		if s.Edges[i].Lanes[0].Source.Gradient == network.Tagged {
			t.Error("a gradient is called tagged")
		}
	}
}

// A cliff of 40 m is no street: residential streets climb 20 % at most, and their junctions agree.
func TestCliffsAreLimited(t *testing.T) {
	tiles := terrain(t, hills, func(east, _ float64) float64 {
		if east > 750 {
			return 900
		}
		return 300
	})
	d, s := raisedSpec(t, sketch(t, hills, hillRoads+"\nn 6 1200 0\nn 7 1200 500\nw 14 6,7 highway=primary"), tiles)
	if d.report.Guessed["gradient_limited"] == 0 {
		t.Error("no gradient was limited")
	}
	for i := range s.Edges {
		e := &s.Edges[i]
		if math.Abs(e.Gradient) > steepest[e.Road]+1e-4 {
			t.Errorf("way %d: %.3f, want at most %.2f", e.OSMWay, e.Gradient, steepest[e.Road])
		}
		rise := s.Junctions[e.To].Elevation - s.Junctions[e.From].Elevation
		if length := lineLength(e.Shape); math.Abs(rise-e.Gradient*length) > 0.02*length {
			t.Errorf("way %d climbs %.1f m over %.0f m at %.3f", e.OSMWay, rise, length, e.Gradient)
		}
	}
}

func TestTaggedInclineStaysAndSignsAreCounted(t *testing.T) {
	const text = `
n 1 -1500 0
n 2 0 0
n 3 1500 0
w 10 1,2 highway=residential incline=9%
w 11 2,3 highway=residential incline=down name=A`
	d, s := raisedSpec(t, sketch(t, hills, text), terrain(t, hills, func(east, _ float64) float64 { return 500 + 0.03*east }))
	if _, e := edgeOf(t, s, 10); e.Gradient != 0.09 || e.Lanes[0].Source.Gradient != network.Tagged {
		t.Errorf("gradient %.3f, provenance %d, want 0.09, tagged", e.Gradient, e.Lanes[0].Source.Gradient)
	}
	if d.report.Guessed["incline_disagrees"] != 1 || d.report.Guessed["incline_contradicted"] != 1 {
		t.Errorf("guessed %v, want one disagreement and one contradiction", d.report.Guessed)
	}
	d, s = raisedSpec(t, sketch(t, hills, text), nil)
	if _, e := edgeOf(t, s, 11); e.Gradient != 0 || e.Lanes[0].Source.Gradient != network.Defaulted || d.report.Guessed["incline_unknown"] != 1 {
		t.Errorf("gradient %.3f, provenance %d, %d unknown, want 0, a default, 1", e.Gradient, e.Lanes[0].Source.Gradient, d.report.Guessed["incline_unknown"])
	}
}

func TestBrokenTileStopsTheImport(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "N51E010.hgt"), []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	tiles, err := elevation.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = Import(sketch(t, hills, hillRoads), Options{Elevation: tiles})
	if err == nil || !strings.Contains(err.Error(), "N51E010.hgt") || !strings.Contains(err.Error(), "elevation") {
		t.Errorf("error %v, want the file and the pass named", err)
	}
}

// Andorra on made-up mountains: no street steeper than its class may be, every junction has one height, and two imports
// are equal.
func TestAndorraOnMountains(t *testing.T) {
	if testing.Short() {
		t.Skip("-short")
	}
	x := openExtract(t, "medium/andorra_2026.osm.pbf", nil)
	random := rand.New(rand.NewPCG(5, 6))
	tiles := terrain(t, [2]float64{1.5, 42.5}, func(east, north float64) float64 {
		return 1500 + 600*math.Sin(east/3000)*math.Cos(north/2500) + 3*random.NormFloat64()
	})
	n, r, err := Import(x, Options{Elevation: tiles, afterPass: checker(t)})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Validate(); err != nil {
		t.Error(err)
	}
	derived := 0
	for i := range n.Lanes {
		l := &n.Lanes[i]
		if l.Source.Gradient != network.Derived {
			continue
		}
		derived++
		if math.Abs(l.Gradient) > steepest[n.Edges[l.Edge].Road]+0.0201 {
			t.Errorf("lane %d of way %d: %.3f", i, n.Edges[l.Edge].OSMWay, l.Gradient)
		}
	}
	if share := float64(derived) / float64(len(n.Lanes)); share < 0.9 {
		t.Errorf("%.2f of the lanes have a gradient from heights, want 0.9", share)
	}
	t.Log(r.Guessed)
	again, _, err := Import(x, Options{Elevation: tiles})
	if err != nil {
		t.Fatal(err)
	}
	if string(encode(t, n)) != string(encode(t, again)) {
		t.Error("two imports differ")
	}
}
