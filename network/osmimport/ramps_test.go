package osmimport

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
)

// eastbound is a motorway of two lanes from node 1 over 2, 3 and 4 to 5, with an entry at 2, where one drives on the
// right: % are tags of the second way and of the entry.
const eastbound = `
	n 1 -1000 0
	n 2 0 0
	n 3 1000 0
	n 4 2000 0
	n 5 3000 0
	n 6 -300 -60
	n 7 2300 -60
	w 10 1,2 highway=motorway lanes=2 maxspeed=100
	w 11 2,3 highway=motorway lanes=2 maxspeed=100 %
	w 12 3,4 highway=motorway lanes=2 maxspeed=100 name=Further
	w 13 4,5 highway=motorway lanes=2 maxspeed=100
	w 20 6,2 highway=motorway_link maxspeed=60 %
	`

// lanesEast lists the lanes of the edges that begin west of each other, with their ends in m and those that merge: "2
// 0-270 3>" for three lanes of which one merges to the offside.
func lanesEast(s network.Spec) string {
	var text []string
	from := math.Inf(-1)
	for {
		best := -1
		for i := range s.Edges {
			x := s.Edges[i].Shape[0].X
			if s.Edges[i].Road == network.Motorway && !s.Edges[i].Link && x > from+1 && (best < 0 || x < s.Edges[best].Shape[0].X) {
				best = i
			}
		}
		if best < 0 {
			return strings.Join(text, ", ")
		}
		e := &s.Edges[best]
		from = e.Shape[0].X
		note := ""
		for _, l := range e.Lanes {
			note += [...]string{"", "<", ">"}[l.Merge]
		}
		text = append(text, fmt.Sprintf("%d%s for %s", len(e.Lanes), note, tens(lineLength(e.Shape))))
	}
}

// tens rounds metres to 20, more than what a sketch's metres differ from the ellipsoid's.
func tens(metres float64) string { return fmt.Sprint(20 * math.Round(metres/20)) }

func TestEntriesGetAccelerationLanes(t *testing.T) {
	// 100 km/h is 62.1 mph, 60 km/h is 37.3 mph: between 55 at 60 mph and the neighbours of AASHTO's table, 794 ft.
	length := accelerationLength(100*kmh, 60*kmh)
	made := fmt.Sprintf("2 for 1000, 3> for %s, 2 for %s, 2 for 1000, 2 for 1000", tens(length), tens(1000-length))
	none := "2 for 1000, 2 for 1000, 2 for 1000, 2 for 1000"
	for _, c := range []struct{ main, ramp, want, kind string }{
		{"", "", made, "acceleration_lane"},
		{"turn:lanes=none|merge_to_left", "", "2 for 1000, 2> for 1000, 2 for 1000, 2 for 1000", ""},
		{"", "lanes=2 turn:lanes=|merge_to_left", none, ""},
		{"lanes=3", "", "2 for 1000, 3 for 1000, 2 for 1000, 2 for 1000", ""},
		{"maxspeed=50", "", none, ""},
		{"lanes=2", "highway=service", none, ""},
	} {
		text := replace(replace(eastbound, c.main), c.ramp)
		for _, k := range []string{"lanes=", "maxspeed=", "highway="} { // the last of a key counts
			text = lastCounts(text, k)
		}
		d, s := specOf(t, sketch(t, germany, text))
		if got := lanesEast(s); got != c.want {
			t.Errorf("main %q, ramp %q: %s; want %s", c.main, c.ramp, got, c.want)
		}
		for _, kind := range []string{"acceleration_lane", "deceleration_lane", "auxiliary_lane"} {
			if got, want := d.report.Guessed[kind], map[bool]int{true: 1}[kind == c.kind]; got != want {
				t.Errorf("main %q, ramp %q: report counts %d of %s, want %d", c.main, c.ramp, got, kind, want)
			}
		}
	}
}

// lastCounts leaves only the last value of a key in each line.
func lastCounts(text, key string) string {
	var out []string
	for line := range strings.Lines(text) {
		for strings.Count(line, " "+key) > 1 {
			at := strings.Index(line, " "+key)
			end := at + 1 + strings.IndexAny(line[at+1:], " \n")
			line = line[:at] + line[end:]
		}
		out = append(out, line)
	}
	return strings.Join(out, "")
}

func TestGiveWaySignsMeanNoAccelerationLane(t *testing.T) {
	text := strings.Replace(replace(replace(eastbound, ""), ""), "n 6 -300 -60", "n 6 -300 -60\n\tn 8 -20 -4 highway=give_way", 1)
	_, s := specOf(t, sketch(t, germany, strings.Replace(text, "w 20 6,2", "w 20 6,8,2", 1)))
	if got, want := lanesEast(s), "2 for 1000, 2 for 1000, 2 for 1000, 2 for 1000"; got != want {
		t.Errorf("%s; want %s", got, want)
	}
}

func TestExitsGetDecelerationLanes(t *testing.T) {
	for _, c := range []struct{ tags, want string }{
		{"", fmt.Sprintf("2 for %s, 3 for %s, 2 for 1000", tens(2003-decelerationLength(100*kmh, 60*kmh)), tens(decelerationLength(100*kmh, 60*kmh)))},
		{"turn:lanes=through|through;slight_right", "2 for 1000, 2 for 1000, 2 for 1000"},
		{"lanes=3", "2 for 1000, 3 for 1000, 2 for 1000"},
	} {
		text := "n 1 0 0\nn 2 1000 0\nn 3 2000 0\nn 4 3000 0\nn 5 2300 -60\n" +
			"w 10 1,2 highway=motorway lanes=2 maxspeed=100\nw 11 2,3 highway=motorway lanes=2 maxspeed=100 " + c.tags +
			"\nw 12 3,4 highway=motorway lanes=2 maxspeed=100\nw 20 3,5 highway=motorway_link maxspeed=60\n"
		_, s := specOf(t, sketch(t, germany, lastCounts(text, "lanes=")))
		if got := lanesEast(s); got != c.want {
			t.Errorf("%q: %s; want %s", c.tags, got, c.want)
		}
	}
}

// TestWeavingSectionsGetOneLane adds one lane from an entry to the next exit if they are near.
func TestWeavingSectionsGetOneLane(t *testing.T) {
	text := replace(replace(eastbound, ""), "") + "w 21 3,7 highway=motorway_link maxspeed=60\n"
	text = strings.Replace(text, "n 3 1000 0", "n 3 600 0", 1)
	text = strings.Replace(text, "n 7 2300 -60", "n 7 900 -60", 1)
	d, s := specOf(t, sketch(t, germany, text))
	if got, want := lanesEast(s), "2 for 1000, 3 for 600, 2 for 1400, 2 for 1000"; got != want {
		t.Errorf("%s; want %s", got, want)
	}
	if d.report.Guessed["auxiliary_lane"] != 1 || d.report.Guessed["deceleration_lane"] != 0 {
		t.Errorf("report %v, want one auxiliary lane and no deceleration lane", d.report.Guessed)
	}
}

// TestNewLanesLieBesideTheOthers checks that the lanes of the carriageway do not move where a lane is added, at either
// side of the road and wherever one drives, and that traffic gets from the ramp onto all of them.
func TestNewLanesLieBesideTheOthers(t *testing.T) {
	for _, place := range [][2]float64{germany, england} {
		for _, south := range []bool{true, false} {
			text := replace(replace(eastbound, ""), "")
			if !south {
				text = strings.ReplaceAll(text, " -60", " 60")
			}
			d, s := specOf(t, sketch(t, place, text))
			line := d.nodes[0].pos.Y
			kerbside := south == (d.side == network.RightHand)
			found := false
			for i := range s.Edges {
				e := &s.Edges[i]
				if e.Link || len(e.Lanes) != 3 {
					continue
				}
				found = true
				at, want := 0, network.MergeOffside
				if !kerbside {
					at, want = 2, network.MergeKerbside
				}
				if e.Lanes[at].Merge != want {
					t.Errorf("driving on the %v, ramp in the south %v: merges %v %v %v, want %v of lane %d", d.side, south,
						e.Lanes[0].Merge, e.Lanes[1].Merge, e.Lanes[2].Merge, want, at)
				}
				north := -1.875
				if !south {
					north = 1.875
				}
				for _, p := range e.Shape {
					if math.Abs(p.Y-line-north) > 0.5 /* the parallel bends by 0.35 m */ {
						t.Errorf("driving on the %v, ramp in the south %v: the middle of three lanes lies %.2f m north, want %.2f",
							d.side, south, p.Y-line, north)
					}
				}
			}
			if !found {
				t.Errorf("driving on the %v, ramp in the south %v: no third lane", d.side, south)
			}
			n, _, err := Import(sketch(t, place, text), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := n.Validate(); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestAASHTORampLengths checks corners and interpolations of the tables.
func TestAASHTORampLengths(t *testing.T) {
	for _, c := range []struct {
		length     func(main, ramp float64) float64
		main, ramp float64 // mph
		want       float64 // ft
	}{
		{accelerationLength, 70, 25, 1420},
		{accelerationLength, 70, 0, 1620},
		{accelerationLength, 65, 32.5, (1120 + 1000) / 2},
		{accelerationLength, 67.5, 25, (1220 + 1420) / 2},
		{accelerationLength, 90, 60, 780},
		{accelerationLength, 20, 60, 140},
		{decelerationLength, 70, 25, 550},
		{decelerationLength, 75, 50, 390},
	} {
		if got := c.length(c.main*mph, c.ramp*mph) / 0.3048; math.Abs(got-c.want) > 0.5 {
			t.Errorf("from %g to %g mph: %.1f ft, want %.1f", c.ramp, c.main, got, c.want)
		}
	}
	for main := 20.0; main < 90; main++ { // faster carriageways and slower ramps need more
		for ramp := 0.0; ramp < 60; ramp++ {
			if accelerationLength(main*mph, ramp*mph) < accelerationLength(main*mph, (ramp+1)*mph)-1e-9 {
				t.Errorf("%g mph: a ramp of %g mph needs less than one of %g", main, ramp, ramp+1)
			}
		}
	}
}

// TestMappedMergeLanesAreKept imports a motorway interchange whose merge lanes are mapped: each stays, and none is made.
func TestMappedMergeLanesAreKept(t *testing.T) {
	x := openExtract(t, "tiny/motorway_interchange_de.osm.pbf", nil)
	n, r, err := Import(x, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"acceleration_lane", "deceleration_lane", "auxiliary_lane"} {
		if r.Guessed[kind] != 0 {
			t.Errorf("%d of %s made, want none", r.Guessed[kind], kind)
		}
	}
	ending := 0
	for i := range n.Lanes {
		if n.Lanes[i].Merge != network.NoMerge {
			ending++
		}
	}
	if ending < 12 {
		t.Errorf("%d lanes merge, want at least 12", ending)
	}
	d := draftAfter(t, x, "ramps")
	mapped := 0
	for i := range x.Ways {
		w := &x.Ways[i]
		if _, motor := motorHighways[w.Tags.Find("highway")]; !motor || !strings.Contains(w.Tags.Find("turn:lanes"), "merge_to") {
			continue
		}
		mapped++
		for k := range d.streets {
			s := &d.streets[k]
			on := func(id int64) bool {
				return slices.ContainsFunc(s.nodes, func(n nodeRef) bool { return d.nodes[n].osm == id })
			}
			if on(w.Nodes[0]) && on(w.Nodes[1]) && !merges(s.dirs[0].lanes) && !merges(s.dirs[1].lanes) {
				t.Errorf("way %d: turn:lanes=%s, and none of its lanes merges", w.ID, w.Tags.Find("turn:lanes"))
			}
		}
	}
	if mapped < 12 {
		t.Errorf("%d ways with merge arrows, want at least 12", mapped)
	}
}
