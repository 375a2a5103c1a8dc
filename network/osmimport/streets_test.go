package osmimport

import (
	"math"
	"slices"
	"testing"

	"roadtwin/network"
)

func TestStreetsMeetOnlyAtSharedNodes(t *testing.T) {
	d := draftAfter(t, sketch(t, germany, `
		n 1 -100 0
		n 2 0 0
		n 3 100 0
		n 4 0 -100
		n 5 0 100
		n 6 50 -100
		n 7 50 100
		w 10 1,2,3 highway=secondary
		w 11 4,2,5 highway=residential
		w 12 6,7 highway=residential bridge=yes layer=1`), "split")
	if len(d.streets) != 5 {
		t.Fatalf("%d streets, want 5: four arms and the bridge", len(d.streets))
	}
	if s := &d.streets[4]; s.layer != 1 || !s.bridge {
		t.Errorf("bridge: layer %d, bridge %v, want 1, true", s.layer, s.bridge)
	}
}

func TestBollardsCutTheRoad(t *testing.T) {
	const text = `
		n 1 0 0
		n 2 100 0 barrier=bollard %
		n 3 200 0
		w 10 1,2,3 highway=residential`
	for tags, want := range map[string]int{"": 2, "motor_vehicle=yes": 1, "access=private": 1} {
		d := draftAfter(t, sketch(t, germany, replace(text, tags)), "join")
		if len(d.streets) != want {
			t.Errorf("bollard %s: %d streets, want %d", tags, len(d.streets), want)
		}
	}
}

func TestEqualStreetsJoin(t *testing.T) {
	const text = `
		n 1 0 0
		n 2 100 0
		n 3 200 0
		w 10 1,2 highway=residential lanes=2
		w 11 3,2 highway=residential lanes=2 %`
	for tags, want := range map[string]int{"": 1, "surface=sett": 2, "name=Elsewhere": 2, "lanes:forward=2": 2, "maxspeed=20": 2, "tunnel=yes": 2} {
		d := draftAfter(t, sketch(t, germany, replace(text, tags)), "join")
		if len(d.streets) != want {
			t.Errorf("%q: %d streets, want %d", tags, len(d.streets), want)
		}
		if want == 1 && d.length(d.streets[0].nodes) < 199 {
			t.Errorf("joined street is %.0f m long, want 200", d.length(d.streets[0].nodes))
		}
	}
}

func TestShortPiecesJoinTheLongerStreet(t *testing.T) {
	d := draftAfter(t, sketch(t, germany, `
		n 1 0 0
		n 2 100 0
		n 3 107 0
		n 4 300 0
		w 10 1,2 highway=residential lanes=2
		w 11 2,3 highway=residential lanes=4
		w 12 3,4 highway=residential lanes=2`), "join")
	if len(d.streets) != 1 || len(d.streets[0].dirs[0].lanes) != 1 {
		t.Fatalf("%d streets, want 1 with one lane a direction", len(d.streets))
	}
}

func TestOnewayAgainstTheWay(t *testing.T) {
	_, s := specOf(t, sketch(t, germany, `
		n 1 0 0
		n 2 300 0
		w 10 1,2 highway=secondary oneway=-1`))
	if len(s.Edges) != 1 {
		t.Fatalf("%d edges, want 1", len(s.Edges))
	}
	e := s.Edges[0]
	if e.OSMWay != -10 {
		t.Errorf("OSM way %d, want -10", e.OSMWay)
	}
	if first, last := e.Shape[0], e.Shape[len(e.Shape)-1]; last.X >= first.X {
		t.Errorf("drives from x=%.0f to x=%.0f, want westwards", first.X, last.X)
	}
}

// TestDirectionsLieBesideEachOther checks the sides on which the two directions of an eastbound way lie.
func TestDirectionsLieBesideEachOther(t *testing.T) {
	for _, c := range []struct {
		place [2]float64
		tags  string
		along float64 // m north of the way's line; negative is to the right of it
		back  float64
	}{
		{germany, "lanes=2 width=6", -1.5, 1.5},
		{england, "lanes=2 width=6", 1.5, -1.5},
		{germany, "lanes=3 lanes:forward=2 width=9", -1.5, 3},
		{kansas, "lanes=3 width=9", -3, 3},
	} {
		_, s := specOf(t, sketch(t, c.place, "n 1 -200 0\nn 2 200 0\nw 10 1,2 highway=secondary "+c.tags))
		for way, want := range map[int64]float64{10: c.along, -10: c.back} {
			_, e := edgeOf(t, s, way)
			for _, p := range e.Shape {
				if math.Abs(p.Y-want) > 0.01 {
					t.Errorf("%s at %v: way %d lies %.2f m north, want %.2f", c.tags, c.place, way, p.Y, want)
				}
			}
		}
	}
}

func TestOffsetKeepsItsDistance(t *testing.T) {
	line := []network.Point{{X: 0, Y: 0}, {X: 100, Y: 0}, {X: 140, Y: 30}, {X: 140, Y: 120}}
	for _, right := range []float64{-5, 5} {
		for _, p := range offset(line, right, right) {
			nearest := math.Inf(1)
			for i := 1; i < len(line); i++ {
				nearest = min(nearest, distanceToSegment(p, line[i-1], line[i]))
			}
			if nearest < 4.99 || nearest > 2*5 {
				t.Errorf("offset %g: point %v is %.2f m from the line, want 5 to 10", right, p, nearest)
			}
		}
	}
}

func TestOffsetOfTightBendDoesNotRunBackwards(t *testing.T) {
	line := []network.Point{{X: -50, Y: -2}}
	for i := range 13 { // a quarter circle of 2 m radius, offset by 5 m to the inside
		a := math.Pi / 2 * float64(i) / 12
		line = append(line, network.Point{X: 2 * math.Sin(a), Y: -2 * math.Cos(a)})
	}
	line = append(line, network.Point{X: 2, Y: 50})
	out := offset(line, -5, -5)
	for i := 2; i < len(out); i++ {
		a := math.Atan2(out[i-1].Y-out[i-2].Y, out[i-1].X-out[i-2].X)
		b := math.Atan2(out[i].Y-out[i-1].Y, out[i].X-out[i-1].X)
		if angleBetween(a, b) > math.Pi*0.9 {
			t.Errorf("turns by %.0f° at point %d of %v", angleBetween(a, b)*180/math.Pi, i-1, out)
		}
	}
}

func TestSimplifyKeepsWithinTolerance(t *testing.T) {
	var line []network.Point
	for i := range 200 {
		line = append(line, network.Point{X: float64(i), Y: 20 * math.Sin(float64(i)/30)})
	}
	out := simplify(line, 0.3)
	if len(out) > 40 || out[0] != line[0] || out[len(out)-1] != line[len(line)-1] {
		t.Errorf("%d points left of 200, want at most 40 with both ends", len(out))
	}
	for _, p := range line {
		nearest := math.Inf(1)
		for i := 1; i < len(out); i++ {
			nearest = min(nearest, distanceToSegment(p, out[i-1], out[i]))
		}
		if nearest > 0.3 {
			t.Errorf("point %v is %.2f m off, want 0.3 at most", p, nearest)
		}
	}
}

func TestRoundaboutsTellTheDrivingSide(t *testing.T) {
	// Three rings driven clockwise, in Germany.
	x := sketch(t, germany, `
		n 1 0 0
		n 2 0 20
		n 3 20 20
		n 4 20 0
		n 5 100 0
		n 6 100 20
		n 7 120 20
		n 8 120 0
		n 9 200 0
		n 10 200 20
		n 11 220 20
		n 12 220 0
		w 20 1,2,3,4,1 highway=residential junction=roundabout
		w 21 5,6,7,8,5 highway=residential junction=roundabout
		w 22 9,10,11,12,9 highway=residential junction=roundabout
		w 23 4,5 highway=residential
		w 24 8,9 highway=residential`)
	d := draftAfter(t, x, "place")
	if d.side != network.LeftHand || d.report.WarningTotal == 0 {
		t.Errorf("driving on the %v with %d warnings, want the left and a warning", d.side, d.report.WarningTotal)
	}
}

func TestCountryFromTags(t *testing.T) {
	// In the Atlantic, with streets that name Ireland.
	text := "n 1 0 0\nn 2 100 0\nn 3 200 0\nn 4 300 0\nn 5 400 0\n" +
		"w 10 1,2 highway=primary source:maxspeed=IE:rural\nw 11 2,3 highway=primary maxspeed=IE:urban\n" +
		"w 12 3,4 highway=primary maxspeed:type=IE:urban\nw 13 4,5 highway=primary source:maxspeed=sign"
	d := draftAfter(t, sketch(t, [2]float64{-35, 30}, text), "place")
	if d.country != "IE" || d.side != network.LeftHand {
		t.Errorf("%q, driving on the %v, want IE, left", d.country, d.side)
	}
	d = draftAfter(t, sketch(t, [2]float64{-35, 30}, "n 1 0 0\nn 2 100 0\nw 10 1,2 highway=primary"), "place")
	if d.country != "" || d.side != network.RightHand || d.report.WarningTotal != 1 {
		t.Errorf("%q, driving on the %v, want none, right and a warning", d.country, d.side)
	}
}

func TestLollipopIsCut(t *testing.T) {
	d, s := specOf(t, sketch(t, germany, `
		n 1 0 0
		n 2 100 0
		n 3 150 50
		n 4 200 0
		n 5 150 -50
		w 10 1,2 highway=residential
		w 11 2,3,4,5,2 highway=residential`))
	for i, e := range s.Edges {
		if e.From == e.To {
			t.Errorf("edge %d begins and ends at junction %d", i, e.From)
		}
	}
	if len(d.streets) != 3 {
		t.Errorf("%d streets, want 3", len(d.streets))
	}
}

func TestRankedDeadEndsAreBoundaries(t *testing.T) {
	for tags, want := range map[string]bool{
		"highway=motorway": true, "highway=tertiary": true, "highway=residential": false, "highway=service": false,
		"highway=residential oneway=yes": true, "highway=service oneway=yes": false,
	} {
		_, s := specOf(t, sketch(t, germany, "n 1 0 0\nn 2 300 0\nw 10 1,2 "+tags))
		if _, j := junctionOf(t, s, 2); j.Boundary != want {
			t.Errorf("%s: boundary %v, want %v", tags, j.Boundary, want)
		}
	}
}

func TestPassesHaveNames(t *testing.T) {
	var names []string
	for _, p := range passes {
		if p.name == "" || slices.Contains(names, p.name) {
			t.Errorf("pass %q: want a name of its own", p.name)
		}
		names = append(names, p.name)
	}
}
