package osmimport

import (
	"math"
	"testing"

	"roadtwin/network"
)

// TestRampsBeginBesideTheCarriageway draws an exit and an entry whose lines begin in the middle of the carriageway: their
// lanes lie beside it all along, and no path of theirs crosses one that goes on.
func TestRampsBeginBesideTheCarriageway(t *testing.T) {
	const text = `
		n 1 -500 0
		n 2 0 0
		n 3 500 0
		n 4 1000 0
		n 5 200 -20
		n 6 400 -80
		n 7 800 -20
		n 8 600 -80
		w 10 1,2 highway=motorway lanes=3 turn:lanes=%
		w 11 2,3 highway=motorway lanes=2
		w 12 3,4 highway=motorway lanes=3 turn:lanes=%
		w 20 2,5,6 highway=motorway_link
		w 21 8,7,4 highway=motorway_link
		n 9 1500 0
		w 13 4,9 highway=motorway lanes=4`
	for _, c := range []struct {
		place [2]float64
		turns string
	}{
		{germany, "||slight_right"},
		{england, "||slight_right"}, // the ramps lie at the offside there
	} {
		x := sketch(t, c.place, replace(replace(text, c.turns), "||"))
		slicesSortNodes(x.Nodes)
		n, _, err := Import(x, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range n.Conflicts {
			k := &n.Conflicts[i]
			p, q := &n.Connectors[k.Of], &n.Connectors[k.With]
			if k.Kind == network.Crossing {
				t.Errorf("%v: from way %d lane %d %v crosses way %d lane %d %v", n.DrivingSide,
					n.Edges[n.Lanes[p.From].Edge].OSMWay, n.Lanes[p.From].Index, p.Turn,
					n.Edges[n.Lanes[q.From].Edge].OSMWay, n.Lanes[q.From].Index, q.Turn)
			}
		}
		var main, ramp []network.Lane
		for i := range n.Lanes {
			switch n.Edges[n.Lanes[i].Edge].OSMWay {
			case 11:
				main = append(main, n.Lanes[i])
			case 20, 21:
				ramp = append(ramp, n.Lanes[i])
			}
		}
		if len(main) != 2 || len(ramp) != 2 {
			t.Fatalf("%d lanes of way 11 and %d of the ramps, want 2 and 2", len(main), len(ramp))
		}
		for _, r := range ramp {
			for _, p := range r.Shape {
				for _, m := range main {
					for k := 1; k < len(m.Shape); k++ {
						if d := distanceToSegment(p, m.Shape[k-1], m.Shape[k]); d < (r.Width+m.Width)/2-0.1 {
							t.Errorf("%v: the ramp is %.2f m from a lane of the carriageway, want %.2f", n.DrivingSide, d, (r.Width+m.Width)/2)
						}
					}
				}
			}
		}
	}
}

// TestCarriagewaysGoStraightOnPastRamps keeps the lanes that go on in line where a lane comes from one ramp and leaves by
// the next.
func TestCarriagewaysGoStraightOnPastRamps(t *testing.T) {
	_, s := specOf(t, sketch(t, germany, `
		n 1 -400 0
		n 2 0 0
		n 3 400 0
		n 4 800 0
		n 5 -200 -40
		n 6 600 -40
		w 10 1,2 highway=motorway lanes=2
		w 11 2,3 highway=motorway lanes=3
		w 12 3,4 highway=motorway lanes=2
		w 20 5,2 highway=motorway_link
		w 21 3,6 highway=motorway_link`))
	_, before := edgeOf(t, s, 10)
	_, between := edgeOf(t, s, 11)
	offside := func(e network.EdgeSpec) float64 { return e.Shape[0].Y + widthOf(e.Lanes)/2 }
	if got, want := offside(between), offside(before); math.Abs(got-want) > 0.2 {
		t.Errorf("the offside edge of the carriageway lies %.2f m north between the ramps and %.2f m before", got, want)
	}
}

func TestClearOfKeepsItsDistance(t *testing.T) {
	main := []network.Point{{X: 0, Y: 0}, {X: 300, Y: 0}, {X: 600, Y: 50}}
	for name, branch := range map[string][]network.Point{
		"to the right":     {{X: 0, Y: 0}, {X: 200, Y: -20}, {X: 300, Y: -80}},
		"to the left":      {{X: 0, Y: 0}, {X: 200, Y: 20}, {X: 300, Y: 90}},
		"a loop":           {{X: 0, Y: 0}, {X: 100, Y: -12}, {X: 150, Y: -60}, {X: 100, Y: -120}, {X: 40, Y: -60}, {X: 90, Y: 40}},
		"longer than main": {{X: 0, Y: 0}, {X: 900, Y: -60}},
	} {
		out := clearOf(branch, main, 8)
		side := math.Copysign(1, lateral(branch[1], main))
		for _, p := range out[:len(out)/2] {
			if h := side * lateral(p, main); h < 7.99 {
				t.Errorf("%s: point %v is %.2f m beside, want 8", name, p, h)
			}
		}
		if out[len(out)-1] != branch[len(branch)-1] {
			t.Errorf("%s: ends at %v, want %v", name, out[len(out)-1], branch[len(branch)-1])
		}
	}
	short := []network.Point{{X: 0, Y: 0}, {X: 50, Y: 3}}
	if out := clearOf(short, main, 8); out[len(out)-1] != short[1] {
		t.Errorf("a branch that is never clear ends at %v, want %v", out[len(out)-1], short[1])
	}
}
