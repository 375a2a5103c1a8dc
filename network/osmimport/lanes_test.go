package osmimport

import (
	"fmt"
	"strings"
	"testing"

	"roadtwin/network"
)

// writeLane writes a lane as "through;left", with "bus" before it if cars may not use it, "<" or ">" if it merges to
// the kerb or to the offside, and "|" on the sides that are painted solid.
func writeLane(l network.LaneSpec) string {
	var s strings.Builder
	if l.Change&network.NoChangeKerbside != 0 {
		s.WriteString("|")
	}
	if !l.Permitted.Has(network.Car) {
		s.WriteString("bus ")
	}
	s.WriteString(l.Turns.String())
	s.WriteString([...]string{"", "<", ">"}[l.Merge])
	if l.Change&network.NoChangeOffside != 0 {
		s.WriteString("|")
	}
	return s.String()
}

func writeLanes(lanes []network.LaneSpec) string {
	texts := make([]string, len(lanes))
	for i := range lanes {
		texts[i] = writeLane(lanes[i])
	}
	return strings.Join(texts, ", ")
}

// TestLanesOfDirtyTags reads lanes from the kerb, along and against the way, where the lists of a way contradict each
// other.
func TestLanesOfDirtyTags(t *testing.T) {
	for _, c := range []struct {
		place          [2]float64
		tags           string
		along, against string
	}{
		// Counts.
		{germany, "lanes=3 lanes:forward=1 lanes:backward=1", "", ""},
		{germany, "lanes=3 lanes:backward=1 turn:lanes:backward=left|through", "", "through, left"},
		{germany, "oneway=yes lanes=2 lanes:forward=2 lanes:backward=1", ", ", "-"},
		{germany, "oneway=-1 lanes:backward=2", "-", ", "},
		{germany, "oneway=-1 lanes=2 turn:lanes:backward=left|through", "-", "through, left"},
		{germany, "oneway=yes lanes=13", ", , , , , , , , , , , , ", "-"},
		{germany, "lanes=2;3 oneway=yes", ", ", "-"},
		{kansas, "lanes=5 turn:lanes:both_ways=left", ", ", ", "},
		// Arrows beyond the lanes that are counted, and fewer.
		{germany, "oneway=yes lanes=2 turn:lanes=left|through|through|right", "right, through, through, left", "-"},
		{germany, "oneway=yes lanes=3 turn:lanes=through|through", "through, through, through;left", "-"},
		{germany, "oneway=yes lanes=3 turn:lanes=left|through", "through, through, left", "-"},
		{germany, "oneway=yes lanes=4 turn:lanes=left|through;right", "through;right, through, through, left", "-"},
		{germany, "oneway=yes lanes=1 turn:lanes=left|left|left|left|left|left", "", "-"},
		{germany, "lanes=2 turn:lanes:forward=left|through;right", "through;right, left", ""},
		{germany, "oneway=yes turn=right", "right", "-"},
		// Values.
		{germany, "oneway=yes turn:lanes=reverse;left|straight", "through, left;u_turn", "-"},
		{germany, "oneway=yes turn:lanes=slide_to_left|Through", "through, through;left", "-"},
		{germany, "oneway=yes turn:lanes=none|none|merge_to_left", ">, , ", "-"},
		{germany, "oneway=yes turn:lanes=merge_to_right|none", ", <", "-"},
		{england, "oneway=yes turn:lanes=merge_to_right|none", ">, ", "-"},
		{germany, "oneway=yes lanes=3 transit:lanes=continue|continue|end", ">, , ", "-"},
		{germany, "oneway=yes lanes=2 transit:lanes=end|continue", ", <", "-"},
		{germany, "oneway=yes turn:lanes=left|through|merge_to_left", "through>, through, left", "-"},
		{germany, "lanes=3 lanes:backward=2 turn:lanes:backward=through;right|left", "", "through;right, left"},
		{germany, "oneway=yes turn:lanes=right|left", "right, left", "-"},
		{england, "oneway=yes turn:lanes=right|through", "right, through", "-"},
		// Who may use which lane: bus lanes and cycle lanes that some lists count and others do not.
		{germany, "oneway=yes lanes=2 bus:lanes=||designated", "bus , , ", "-"},
		{germany, "oneway=yes lanes=3 busway=lane turn:lanes=left|through", "bus through;right, through, left", "-"},
		{germany, "oneway=yes lanes=3 bus:lanes=yes|yes|designated turn:lanes=left|through", "bus through;right, through, left", "-"},
		{germany, "oneway=yes lanes=4 vehicle:lanes=yes|yes|yes|no|yes|no bicycle:lanes=no|no|no|designated|no|designated turn:lanes=left|left|through|none|right", "right, through, left, left", "-"},
		{germany, "oneway=yes lanes=2 cycleway=lane turn:lanes=left|through|none", "through, left", "-"},
		{germany, "oneway=yes lanes=2 bicycle:lanes=||designated", ", ", "-"},
		{germany, "oneway=yes lanes=2 cycleway:lanes=no|no|lane", ", ", "-"},
		{germany, "oneway=yes lanes=2 psv:lanes=|designated bicycle:lanes=|designated", "bus , ", "-"},
		{germany, "oneway=yes lanes=3 access:lanes=yes|yes|psv", "bus , , ", "-"},
		{germany, "oneway=yes lanes=3 motor_vehicle:lanes=|no|", ", ", "-"},
		{germany, "lanes=3 lanes:forward=1 lanes:backward=1 access:lanes=yes|no|yes", "", ""},
		{germany, "lanes=4 busway:right=lane", "bus , ", ", "},
		{england, "lanes=4 busway:right=lane", ", ", "bus , "},
		{germany, "lanes=3 lanes:psv:backward=1", "", "bus , "},
		{germany, "busway=lane", "bus , ", "bus , "},
		{germany, "oneway=yes lanes=3 busway:left=lane", ", , bus ", "-"},
		{germany, "oneway=yes lanes=2 busway=opposite_lane", "", "bus "},
		{germany, "oneway=yes lanes=2 lanes:psv:backward=1", "", "bus "},
		{germany, "oneway=yes lanes=1 bus:lanes:backward=designated", "", "bus "},
		// Lines.
		{germany, "oneway=yes lanes=3 change:lanes=not_right|no|not_left", "|, ||, |", "-"},
		{germany, "oneway=yes lanes=2 change=no", "||, ||", "-"},
		{england, "oneway=yes lanes=3 change:lanes=yes|not_right|only_right", ", |, |", "-"},
		{germany, "lanes=2 overtaking=no", "|", "|"},
		{germany, "lanes=2 overtaking=backward", "|", ""},
		{germany, "oneway=yes lanes=2 change:lanes=no|no|no|no", ", ", "-"},
	} {
		along, against, _ := lanesOf(t, c.place, "highway=secondary "+c.tags)
		for dir, want := range []string{c.along, c.against} {
			lanes := [][]network.LaneSpec{along, against}[dir]
			got := writeLanes(lanes)
			if len(lanes) == 0 {
				got = "-"
			}
			if got != want {
				t.Errorf("%s%s: %q, want %q", c.tags, directionSuffixes[dir], got, want)
			}
		}
	}
}

func TestLanesSayWhereTheyComeFrom(t *testing.T) {
	const def, der, tag = network.Defaulted, network.Derived, network.Tagged
	for _, c := range []struct {
		tags                            string
		lanes, width, turns, permission network.Provenance // of the lane at the kerb
	}{
		{"", def, def, def, def},
		{"lanes=4", der, def, def, def},
		{"lanes:forward=2 lanes:backward=2", tag, def, def, def},
		{"lanes=2 oneway=yes", tag, def, def, def},
		{"lanes=2 oneway=yes turn:lanes=left|", tag, def, der, def},
		{"lanes=2 oneway=yes turn:lanes=|right", tag, def, tag, def},
		{"lanes=1 oneway=yes turn:lanes=left|through", der, def, tag, def},
		{"lanes=2 oneway=yes width=7", tag, der, def, def},
		{"lanes=2 oneway=yes width:lanes=3|3.5", tag, tag, def, def},
		{"lanes=2 oneway=yes width=70", tag, def, def, def},
		{"lanes=2 oneway=yes bus:lanes=yes|designated", tag, def, def, tag},
		{"lanes=2 oneway=yes lanes:bus=1", tag, def, def, der},
		{"lanes=2 oneway=yes hgv=no", tag, def, def, tag},
	} {
		along, _, _ := lanesOf(t, germany, "highway=secondary "+c.tags)
		s := along[0].Source
		got := [4]network.Provenance{s.Lanes, s.Width, s.Turns, s.Permitted}
		if want := [4]network.Provenance{c.lanes, c.width, c.turns, c.permission}; got != want {
			t.Errorf("%q: lanes, width, turns, permitted come from %v, want %v", c.tags, got, want)
		}
	}
}

func TestLaneWidths(t *testing.T) {
	for _, c := range []struct {
		tags string
		want string // of all lanes, along from the kerb and then against
	}{
		{"highway=secondary lanes=2 width=7", "3.50 3.50"},
		{"highway=secondary lanes=2 oneway=yes width:lanes=3|3.5", "3.50 3.00"},
		{"highway=secondary lanes=3 oneway=yes width=10 width:lanes=|4|", "3.00 4.00 3.00"},
		{"highway=secondary lanes=2 oneway=yes width:lanes=3|3.2|1.5 bicycle:lanes=no|no|designated", "3.20 3.00"},
		{"highway=secondary lanes=2 width=9 cycleway=lane", "3.00 3.00"},
		{"highway=secondary lanes=2 width=4", "3.25 3.25"},   // not believed
		{"highway=residential lanes=2 width=3", "2.00 2.00"}, // hardly room to pass
		{"highway=residential est_width=4.6+", "2.30 2.30"},
		{"highway=residential width=18'", "2.74 2.74"},
		{"highway=residential width=16'6\"", "2.51 2.51"},
		{"highway=residential width=wide", "2.75 2.75"},
		{"highway=residential width=14", "2.75 2.75"}, // parked cars
	} {
		along, against, _ := lanesOf(t, germany, c.tags)
		var widths []string
		for _, lanes := range [][]network.LaneSpec{along, against} {
			for i := range lanes {
				widths = append(widths, fmt.Sprintf("%.2f", lanes[i].Width))
			}
		}
		if got := strings.Join(widths, " "); got != c.want {
			t.Errorf("%s: %s m, want %s", c.tags, got, c.want)
		}
	}
}

func TestRuralArterialsOfAmericaAreNarrow(t *testing.T) {
	for tags, want := range map[string]int{
		"highway=primary": 1, "highway=primary lanes=4": 2, "highway=motorway": 2, "highway=primary oneway=yes": 2,
	} {
		d := draftAfter(t, sketch(t, kansas, "n 1 0 0\nn 2 900 0\nw 10 1,2 "+tags), "lanes")
		if got := len(d.streets[0].dirs[0].lanes); got != want {
			t.Errorf("%s in open country: %d lanes, want %d", tags, got, want)
		}
	}
}

// FuzzLaneTags lays lanes of any tags: none may panic, and every lane is for somebody and has a believable width.
func FuzzLaneTags(f *testing.F) {
	f.Add("lanes", "3", "turn:lanes", "left||right", "bus:lanes:backward", "|designated", "placement", "right_of:2")
	f.Add("lanes:forward", "2", "change:lanes", "no|", "width:lanes", "3|", "oneway", "-1")
	f.Add("lanes:both_ways", "1", "lanes", "1;2", "placement", "transition", "width", "12'3\"")
	f.Fuzz(func(t *testing.T, k1, v1, k2, v2, k3, v3, k4, v4 string) {
		x := sketch(t, kansas, "n 1 0 0\nn 2 90 0\nw 10 1,2 highway=secondary")
		tags := x.Ways[0].Tags
		for _, kv := range [][2]string{{k1, v1}, {k2, v2}, {k3, v3}, {k4, v4}} {
			tags = append(tags, sketchTags([]string{kv[0] + "=" + kv[1]})...)
		}
		x.Ways[0].Tags = tags
		d := newDraft(x, Options{})
		for _, p := range passes {
			if p.run(d) != nil {
				return
			}
			if p.name == "placement" {
				break
			}
		}
		for i := range d.streets {
			for dir := range d.streets[i].dirs {
				for _, l := range d.streets[i].dirs[dir].lanes {
					if l.Permitted == 0 || !(l.Width >= narrowestLane && l.Width <= 2*widestLane) {
						t.Fatalf("tags %v: lane for %v, %g m wide", tags, l.Permitted, l.Width)
					}
				}
			}
		}
	})
}
