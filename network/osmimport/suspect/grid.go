package suspect

import (
	"math"

	"roadtwin/network"
)

// cell is the side of a grid square, m.
const cell = 50.0

// grid finds roads near a point.
type grid map[[2]int32][]piece

// piece is the segment of a road that ends at its point k.
type piece struct{ road, k int32 }

func square(p network.Point) [2]int32 {
	return [2]int32{int32(math.Floor(p.X / cell)), int32(math.Floor(p.Y / cell))}
}

func (f *finder) newGrid() grid {
	g := grid{}
	for i := range f.roads {
		points := f.roads[i].points
		for k := 1; k < len(points); k++ {
			a, b := points[k-1], points[k]
			steps := int(a.Dist(b)/cell*2) + 1
			last := [2]int32{math.MinInt32}
			for s := range steps + 1 {
				t := float64(s) / float64(steps)
				at := square(network.Point{X: a.X + (b.X-a.X)*t, Y: a.Y + (b.Y-a.Y)*t})
				if at != last {
					g[at] = append(g[at], piece{int32(i), int32(k)})
					last = at
				}
			}
		}
	}
	return g
}

// around calls visit for the pieces in the squares around p.
func (g grid) around(p network.Point, visit func(piece)) {
	at := square(p)
	for dx := int32(-1); dx <= 1; dx++ {
		for dy := int32(-1); dy <= 1; dy++ {
			for _, s := range g[[2]int32{at[0] + dx, at[1] + dy}] {
				visit(s)
			}
		}
	}
}

// nearest returns the road other than own that is nearest to p, and its distance in m; -1 if none is within reach.
func (g grid) nearest(f *finder, own int, p network.Point, reach float64) (road int, gap float64) {
	road, gap = -1, reach
	g.around(p, func(s piece) {
		if int(s.road) == own {
			return
		}
		points := f.roads[s.road].points
		if d := toSegment(p, points[s.k-1], points[s.k]); d < gap {
			road, gap = int(s.road), d
		}
	})
	return road, gap
}

// toSegment returns the distance from p to the segment from a to b, m.
func toSegment(p, a, b network.Point) float64 {
	dx, dy := b.X-a.X, b.Y-a.Y
	t := 0.0
	if square := dx*dx + dy*dy; square > 0 {
		t = min(max(((p.X-a.X)*dx+(p.Y-a.Y)*dy)/square, 0), 1)
	}
	return p.Dist(network.Point{X: a.X + dx*t, Y: a.Y + dy*t})
}

// The pairs of carriageways that are looked at: as far apart, m, and as nearly parallel (cosine of the angle).
const (
	pairApart  = 30.0
	pairCosine = -0.966 // 15° from opposite
	pairPiece  = 40.0   // m; shorter pieces say little of the direction
)

// pairs finds one-way carriageways of one road that are driven on the wrong side of each other.
func (f *finder) pairs() {
	g := f.newGrid()
	for i := range f.roads {
		r := &f.roads[i]
		name := r.Tags.Find("name")
		k := r.longest()
		a, b, ok := r.driven(k)
		if !ok || name == "" || a.Dist(b) < pairPiece || r.class >= network.Service {
			continue
		}
		mid := network.Point{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2}
		wrong, right := -1, false
		g.around(mid, func(s piece) {
			o := &f.roads[s.road]
			p, q, ok := o.driven(int(s.k))
			if !ok || int(s.road) == i || o.Tags.Find("name") != name || o.class != r.class || levelOf(o) != levelOf(r) ||
				toSegment(mid, p, q) > pairApart || p.Dist(q) == 0 {
				return
			}
			if ((b.X-a.X)*(q.X-p.X)+(b.Y-a.Y)*(q.Y-p.Y))/(a.Dist(b)*p.Dist(q)) > pairCosine {
				return
			}
			left := (b.X-a.X)*(p.Y-mid.Y)-(b.Y-a.Y)*(p.X-mid.X) > 0
			if left == (f.net.DrivingSide == network.RightHand) {
				right = true
			} else {
				wrong = max(wrong, int(s.road))
			}
		})
		if wrong > i && !right {
			f.at(place{
				kind: "wrong_side", severity: 7, class: r.class, element: r.element(),
				what: name + " and way " + itoa(f.roads[wrong].ID) + " are one-way on the wrong sides of each other",
				why:  "one drives on the " + f.net.DrivingSide.String() + " here: a direction, or the driving side, may be wrong",
			}, mid)
		}
	}
}

// longest returns the end of the longest segment.
func (r *road) longest() int {
	best, length := 1, -1.0
	for k := 1; k < len(r.points); k++ {
		if d := r.points[k-1].Dist(r.points[k]); d > length {
			best, length = k, d
		}
	}
	return best
}

// driven returns segment k in driving direction; ok is false unless the way is one-way and no ring.
func (r *road) driven(k int) (from, to network.Point, ok bool) {
	if j := r.Tags.Find("junction"); j == "roundabout" || j == "circular" {
		return from, to, false
	}
	switch r.Tags.Find("oneway") {
	case "yes", "1", "true":
		return r.points[k-1], r.points[k], true
	case "-1", "reverse":
		return r.points[k], r.points[k-1], true
	}
	return from, to, false
}
