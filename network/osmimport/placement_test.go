package osmimport

import (
	"math"
	"testing"

	"roadtwin/network"
)

// TestPlacementShiftsTheLanes checks where the lanes of an eastbound way lie whose line is not their middle.
func TestPlacementShiftsTheLanes(t *testing.T) {
	for _, c := range []struct {
		place [2]float64
		tags  string
		north float64 // m that the middle of the lanes along the way lies north of the line
	}{
		{germany, "oneway=yes lanes=3 width=9", 0},
		{germany, "oneway=yes lanes=3 width=9 placement=right_of:1", -1.5},
		{germany, "oneway=yes lanes=3 width=9 placement=left_of:1", -4.5},
		{germany, "oneway=yes lanes=3 width=9 placement=middle_of:3", 3},
		{germany, "oneway=yes lanes=3 width=9 placement=right_of:3", 4.5},
		{england, "oneway=yes lanes=3 width=9 placement=right_of:1", -1.5},
		{england, "oneway=yes lanes=3 width=9 placement=left_of:3", 1.5},
		{germany, "lanes=4 width=12 placement:forward=left_of:1", -3},
		{germany, "lanes=3 lanes:forward=1 width=9 placement:forward=left_of:1", -1.5},
		{germany, "lanes=3 lanes:forward=1 width=9 placement:backward=left_of:1", -1.5},
		{germany, "lanes=4 width=12 placement:backward=right_of:2", -9},
		{england, "lanes=4 width=12 placement:forward=right_of:2", 3},
		{germany, "oneway=yes lanes=3 width=9 placement=right_of:4", 0}, // makes no sense
		{germany, "oneway=yes lanes=3 width=9 placement=1", 0},
	} {
		_, s := specOf(t, sketch(t, c.place, "n 1 -200 0\nn 2 200 0\nw 10 1,2 highway=secondary "+c.tags))
		_, e := edgeOf(t, s, 10)
		for _, p := range e.Shape {
			if math.Abs(p.Y-c.north) > 0.01 {
				t.Errorf("%s: %.2f m north of the line, want %.2f", c.tags, p.Y, c.north)
			}
		}
	}
}

// TestPlacementSlidesOnTransition checks that lanes go straight on where the line moves from one lane to another.
func TestPlacementSlidesOnTransition(t *testing.T) {
	d, s := specOf(t, sketch(t, germany, `
		n 1 0 0
		n 2 200 0
		n 3 250 -1.5
		n 4 300 -3
		n 5 500 -3
		w 10 1,2 highway=secondary oneway=yes lanes=3 width=9 placement=right_of:1
		w 11 2,3 highway=secondary oneway=yes lanes=3 width=9 placement=transition name=A
		w 12 3,4 highway=secondary oneway=yes lanes=3 width=9 placement=transition name=B
		w 13 4,5 highway=secondary oneway=yes lanes=3 width=9 placement=right_of:2`))
	line := d.nodes[0].pos.Y
	for _, way := range []int64{10, 11, 12, 13} {
		_, e := edgeOf(t, s, way)
		for _, p := range e.Shape {
			if math.Abs(p.Y-line+1.5) > 0.05 {
				t.Errorf("way %d: the middle of its lanes lies %.2f m north of the first way's line, want -1.5 all along",
					way, p.Y-line)
			}
		}
	}
}

// TestPlacementWhereALaneIsAdded keeps the other lanes where they are while a lane opens at the kerb.
func TestPlacementWhereALaneIsAdded(t *testing.T) {
	for _, place := range [][2]float64{germany, england} {
		d := draftAfter(t, sketch(t, place, `
			n 1 0 0
			n 2 200 0
			n 3 300 0
			n 4 500 0
			w 10 1,2 highway=secondary oneway=yes lanes=2 width=6
			w 11 2,3 highway=secondary oneway=yes lanes=3 width=9 placement=transition
			w 12 3,4 highway=secondary oneway=yes lanes=3 width=9`), "placement")
		// The line is the middle of two lanes, then the middle of three: 1.5 m towards the kerb's other side of it.
		want := -1.5
		if d.side == network.LeftHand {
			want = 1.5
		}
		if got := d.streets[1].aside; math.Abs(got[0]-want) > 1e-9 || math.Abs(got[1]) > 1e-9 {
			t.Errorf("driving on the %v: the line lies %.2f, then %.2f m to the right of the middle, want %.2f, then 0",
				d.side, got[0], got[1], want)
		}
	}
}
