package osmimport

import (
	"math"
	"testing"

	"roadtwin/network"
)

// TestCentreLanesBecomeTurnLanes checks the lanes of a road with a turn lane in its middle, between two side roads.
func TestCentreLanesBecomeTurnLanes(t *testing.T) {
	const text = `
		n 1 -300 0
		n 2 0 0
		n 3 300 0
		n 4 600 0
		n 5 0 200
		n 6 300 200
		w 10 1,2,3,4 highway=secondary lanes=3 lanes:both_ways=1 width=9
		w 11 2,5 highway=residential
		w 12 3,6 highway=residential`
	for _, place := range [][2]float64{kansas, england} {
		d, s := specOf(t, sketch(t, place, text))
		turn, north := network.TurnSet(1<<network.Left), true
		if d.side == network.LeftHand {
			turn, north = 1<<network.Right, false
		}
		// The side roads lie to the north: eastbound traffic turns to the offside where one drives on the right.
		pockets := 0
		for i := range s.Edges {
			e := &s.Edges[i]
			if len(e.Lanes) != 2 {
				continue
			}
			pockets++
			if e.Lanes[1].Turns != turn || e.Lanes[0].Turns != 0 || math.Abs(e.Lanes[1].Width-3) > 1e-9 {
				t.Errorf("driving on the %v: pocket with turns %v and %v, %.2f m wide; want none, %v, 3", d.side, e.Lanes[0].Turns, e.Lanes[1].Turns, e.Lanes[1].Width, turn)
			}
			if east := e.Shape[len(e.Shape)-1].X > e.Shape[0].X; east != north {
				t.Errorf("driving on the %v: a pocket leads east: %v", d.side, east)
			}
			if l := lineLength(e.Shape); l > 1.1*turnPocket {
				t.Errorf("driving on the %v: a pocket is %.0f m long, want %.0f", d.side, l, turnPocket)
			}
		}
		if pockets != 2 || d.report.Guessed["turn_pocket"] != 2 {
			t.Errorf("driving on the %v: %d pockets, %d reported, want 2", d.side, pockets, d.report.Guessed["turn_pocket"])
		}
		n, _, err := Import(sketch(t, place, text), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range n.Connectors { // lanes go straight on beside a pocket
			c := &n.Connectors[i]
			from, to := &n.Lanes[c.From], &n.Lanes[c.To]
			if c.Turn == network.Through && from.Index == to.Index {
				a, b := from.Shape[len(from.Shape)-1], to.Shape[0]
				if n.Edges[from.Edge].OSMWay/10 == n.Edges[to.Edge].OSMWay/10 && math.Abs(a.Y-b.Y) > 0.2 {
					t.Errorf("driving on the %v: lane %d jumps %.2f m sideways", n.DrivingSide, from.Index, a.Y-b.Y)
				}
			}
		}
	}
}

// TestShortStreetsShareTheMiddle halves the middle between two near junctions, and leaves it where there is no room.
func TestShortStreetsShareTheMiddle(t *testing.T) {
	for length, want := range map[string]int{"300": 2, "90": 2, "60": 0} {
		d, _ := specOf(t, sketch(t, kansas, `
			n 1 -300 0
			n 2 0 0
			n 3 `+length+` 0
			n 4 900 0
			n 5 0 -200
			n 6 `+length+` 200
			w 10 1,2 highway=secondary lanes=2
			w 13 2,3 highway=secondary lanes=3 lanes:both_ways=1
			w 14 3,4 highway=secondary lanes=2
			w 11 2,5 highway=residential
			w 12 3,6 highway=residential`))
		if got := d.report.Guessed["turn_pocket"]; got != want {
			t.Errorf("%s m between side roads: %d pockets, want %d", length, got, want)
		}
	}
}
