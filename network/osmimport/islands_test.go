package osmimport

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// island is a street that parts for 40 m round an island: 6 m between the middles of its carriageways.
const island = `
	n 1 -200 0
	n 2 -20 0
	n 3 0 -3
	n 4 0 3 highway=crossing
	n 5 20 0
	n 6 200 0
	w 10 1,2 highway=tertiary name=Mill_Lane
	w 11 2,3,5 highway=tertiary name=Mill_Lane oneway=yes
	w 12 5,4,2 highway=tertiary name=%
	w 13 5,6 highway=tertiary name=Mill_Lane
	`

func TestIslandsDoNotDivideAStreet(t *testing.T) {
	for back, want := range map[string]bool{"Mill_Lane oneway=yes": true, "Other_Street oneway=yes": false} {
		d := draftAfter(t, sketch(t, germany, replace(island, back)), "islands")
		twoWay := 0
		for i := range d.streets {
			s := &d.streets[i]
			if s.back == ([2]int64{}) {
				continue
			}
			twoWay++
			width := widthOf(s.dirs[0].lanes)/2 + widthOf(s.dirs[1].lanes)/2
			if got := s.median + width; math.Abs(got-6) > 0.1 {
				t.Errorf("%.2f m between the directions, want 6: the island's", got)
			}
			if s.endWay(0, 0) == s.endWay(0, 1) {
				t.Errorf("both directions are of way %d", s.endWay(0, 0))
			}
			for _, n := range s.nodes {
				if y := d.nodes[n].pos.Y - d.nodes[s.first()].pos.Y; math.Abs(y) > 0.1 {
					t.Errorf("node %d lies %.2f m from the middle, want 0", d.nodes[n].osm, y)
				}
			}
		}
		if got := twoWay == 1; got != want {
			t.Errorf("%s: %d streets round an island, want one: %v", back, twoWay, want)
		}
	}
}

// TestIslandsAreDrivenOnOneSide: carriageways on the wrong sides of each other are two streets.
func TestIslandsAreDrivenOnOneSide(t *testing.T) {
	d := draftAfter(t, sketch(t, england, replace(island, "Mill_Lane oneway=yes")), "islands")
	if got := d.report.Guessed["traffic_island"]; got != 0 {
		t.Errorf("%d islands, want none where one drives on the left", got)
	}
}

// TestRestrictionsAtIslands: a restriction names the way of one carriageway.
func TestRestrictionsAtIslands(t *testing.T) {
	text := replace(island, "Mill_Lane oneway=yes") + `
		n 7 20 100
		w 14 5,7 highway=residential
		r 1 type=restriction restriction=no_left_turn from=w11 via=n5 to=w14
		r 2 type=restriction restriction=no_right_turn from=w14 via=n5 to=w12
		`
	d, s := specOf(t, sketch(t, germany, text))
	if d.report.Restrictions != 2 || len(s.Bans) < 2 {
		t.Errorf("%d restrictions in force, %d bans, want 2: %v", d.report.Restrictions, len(s.Bans), d.report.Dropped)
	}
	from, _ := edgeOf(t, s, 11)
	to, _ := edgeOf(t, s, 14)
	found := false
	for _, b := range s.Bans {
		found = found || b.From == from && b.To == to
	}
	if !found {
		t.Error("the left turn from the carriageway is not banned")
	}
	if strings.Count(text, "oneway") != 2 {
		t.Fatal("the sketch has no two carriageways")
	}
}

// TestEdgesAtIslandsNameTheirWays: the number of a way is negative where it is driven against its nodes: beside an island
// that is mapped so, and where the island is so short that it is one edge with the two-way street.
func TestEdgesAtIslandsNameTheirWays(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []int64
	}{
		{"as driven", replace(island, "Mill_Lane oneway=yes"), []int64{-13, -10, 10, 11, 12, 13}},
		{"oneway=-1", strings.Replace(replace(island, "Mill_Lane oneway=-1"), "5,4,2", "2,4,5", 1), []int64{-13, -12, -10, 10, 11, 13}},
		{"short", strings.NewReplacer("n 2 -20", "n 2 -6", "n 5 20", "n 5 6").Replace(replace(island, "Mill_Lane oneway=yes")) +
			"n 7 -6 100\nw 14 2,7 highway=tertiary\n", []int64{-14, -13, -10, 10, 11, 14}},
	} {
		_, s := specOf(t, sketch(t, germany, c.text))
		var got []int64
		for i := range s.Edges {
			got = append(got, s.Edges[i].OSMWay)
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: edges of ways %v, want %v", c.name, got, c.want)
		}
	}
}
