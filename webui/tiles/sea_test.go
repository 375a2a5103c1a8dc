package tiles

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
)

// Coordinates have y downwards: {0, 0} is the north-western corner of the box, {10, 10} the south-eastern.
func TestSeaIsOnTheRightOfTheCoast(t *testing.T) {
	box := orb.Bound{Max: orb.Point{10, 10}}
	for _, c := range []struct {
		name    string
		coast   []orb.LineString
		area    float64 // of all water, islands taken off
		water   []orb.Point
		land    []orb.Point
		seas    int
		islands int
	}{
		{"coast from south to north", []orb.LineString{{{4, 12}, {4, -2}}}, 60, []orb.Point{{5, 5}}, []orb.Point{{3, 5}}, 1, 0},
		{"coast from north to south", []orb.LineString{{{4, -2}, {4, 12}}}, 40, []orb.Point{{3, 5}}, []orb.Point{{5, 5}}, 1, 0},
		{"a bay in the south", []orb.LineString{{{7, 12}, {7, 5}, {3, 5}, {3, 12}}}, 80, []orb.Point{{5, 2}, {1, 9}, {9, 9}}, []orb.Point{{5, 8}}, 1, 0},
		{"a spit between two seas", []orb.LineString{{{6, 12}, {6, -2}}, {{4, -2}, {4, 12}}}, 80, []orb.Point{{1, 5}, {9, 5}}, []orb.Point{{5, 5}}, 2, 0},
		{"a strait", []orb.LineString{{{4, 12}, {4, -2}}, {{6, -2}, {6, 12}}}, 20, []orb.Point{{5, 5}}, []orb.Point{{1, 5}, {9, 5}}, 1, 0},
		{"coast and island", []orb.LineString{{{4, 12}, {4, -2}}, {{6, 6}, {8, 6}, {8, 4}, {6, 4}, {6, 6}}}, 56, []orb.Point{{5, 5}}, []orb.Point{{7, 5}}, 1, 1},
		{"only an island", []orb.LineString{{{6, 6}, {8, 6}, {8, 4}, {6, 4}, {6, 6}}}, 96, []orb.Point{{1, 1}}, []orb.Point{{7, 5}}, 1, 1},
		{"coast that ends inside", []orb.LineString{{{4, 12}, {4, 0.5}}}, 60, []orb.Point{{5, 5}}, []orb.Point{{3, 5}}, 1, 0},
		{"coast with a short end that leaves at once", []orb.LineString{{{4.1, 9.9}, {4.2, 12}, {4, 12}, {4, -2}}}, 60, []orb.Point{{5, 5}}, []orb.Point{{3, 5}}, 1, 0},
		{"coast elsewhere", []orb.LineString{{{20, 12}, {20, -2}}}, 0, nil, []orb.Point{{5, 5}}, 0, 0},
	} {
		seas := seaWithin(box, c.coast)
		var area float64
		islands := 0
		for _, s := range seas {
			for k, r := range s {
				if k == 0 {
					area += math.Abs(twiceArea(r)) / 2
				} else {
					islands++
					area -= math.Abs(twiceArea(r)) / 2
				}
			}
		}
		if math.Abs(area-c.area) > 1e-9 || len(seas) != c.seas || islands != c.islands {
			t.Errorf("%s: %d seas of %v with %d islands, want %d of %v with %d", c.name, len(seas), area, islands, c.seas, c.area, c.islands)
		}
		for _, p := range c.water {
			if !wet(seas, p) {
				t.Errorf("%s: %v is dry", c.name, p)
			}
		}
		for _, p := range c.land {
			if wet(seas, p) {
				t.Errorf("%s: %v is wet", c.name, p)
			}
		}
	}
}

func wet(seas []orb.Polygon, p orb.Point) bool {
	inside := false
	for _, s := range seas {
		for _, r := range s {
			for i := 1; i < len(r); i++ {
				a, b := r[i-1], r[i]
				if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(p[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
					inside = !inside
				}
			}
		}
	}
	return inside
}

func TestSeaThatDrownsTheTownIsNotBelieved(t *testing.T) {
	sea := orb.Polygon{{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}}, {{1, 1}, {1, 9}, {9, 9}, {9, 1}, {1, 1}}}
	streets := make([]orb.Point, 20)
	for i := range streets {
		streets[i] = orb.Point{5, 5} // on the island
	}
	streets[0], streets[1] = orb.Point{0.5, 5}, orb.Point{5, 0.5} // piers
	if !believable(sea, streets) {
		t.Error("a sea with 2 of 20 streets in it is not believed")
	}
	streets[2] = orb.Point{9.5, 5}
	if believable(sea, streets) {
		t.Error("a sea with 3 of 20 streets in it is believed")
	}
}

func TestCoastlinesAreJoinedInTheirDirection(t *testing.T) {
	piece := func(from, to int64) chain {
		var c chain
		for n := from; n <= to; n++ {
			c.nodes = append(c.nodes, n)
			c.points = append(c.points, orb.Point{float64(n), 0})
		}
		return c
	}
	ring := chain{[]int64{20, 21, 22, 20}, []orb.Point{{20, 0}, {21, 0}, {21, 1}, {20, 0}}}
	lines := joinCoast([]chain{piece(5, 9), ring, piece(1, 3), piece(3, 5)})
	if len(lines) != 2 || len(lines[0]) != 9 || len(lines[1]) != 4 {
		t.Fatalf("lines %v, want one of 9 points and the ring", lines)
	}
	for i, p := range lines[0] {
		if p[0] != float64(i+1) {
			t.Errorf("point %d is %v", i, p)
		}
	}
}
