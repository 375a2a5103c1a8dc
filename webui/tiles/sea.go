package tiles

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"

	"roadtwin/network/osmimport/extract"
)

// appendSea appends the sea, which OpenStreetMap does not draw as an area: there are only coastlines, with the land on
// their left and the water on their right (https://wiki.openstreetmap.org/wiki/Tag:natural=coastline). They are
// closed along the box of the extract.
func appendSea(features []feature, x *extract.Extract) []feature {
	var coast []chain
	for i := range x.Ways {
		if w := &x.Ways[i]; w.Tags.Find("natural") == "coastline" {
			if c := chainOf(x, w.Nodes); len(c.nodes) >= 2 {
				coast = append(coast, c)
			}
		}
	}
	if len(coast) == 0 {
		return features
	}
	a := area{water, MinZoom, -1, geojson.Properties{"class": "water"}}
	streets := streetPoints(x)
	for _, p := range seaWithin(boundOf(x), joinCoast(coast)) {
		if believable(p, streets) {
			features = append(features, a.feature(p))
		}
	}
	return features
}

// streetPoints returns a point of every street on the ground.
func streetPoints(x *extract.Extract) (points []orb.Point) {
	for i := range x.Ways {
		w := &x.Ways[i]
		if w.Tags.Find("highway") == "" || levelOf(w.Tags) != 0 || len(w.Nodes) == 0 {
			continue
		}
		if n, ok := x.Node(w.Nodes[len(w.Nodes)/2]); ok {
			points = append(points, world(n.Lon, n.Lat))
		}
	}
	return points
}

// believable reports whether a sea leaves the streets dry, but for a tenth. One that does not comes from a coastline
// of which the extract has too little to know its sides.
func believable(sea orb.Polygon, streets []orb.Point) bool {
	bound, wet := sea.Bound(), 0
	for _, p := range streets {
		if bound.Contains(p) && planar.PolygonContains(sea, p) {
			wet++
		}
	}
	return 10*wet <= len(streets)
}

// boundOf returns the box of the extract on the world, or that of its nodes if it has none.
func boundOf(x *extract.Extract) orb.Bound {
	if b := x.Box; b != (extract.BBox{}) {
		return orb.MultiPoint{world(b.West, b.North), world(b.East, b.South)}.Bound()
	}
	points := make(orb.MultiPoint, len(x.Nodes))
	for i := range x.Nodes {
		points[i] = world(x.Nodes[i].Lon, x.Nodes[i].Lat)
	}
	return points.Bound()
}

// joinCoast joins coastlines that follow one another, without turning any round.
func joinCoast(coast []chain) (lines []orb.LineString) {
	next := make(map[int64]int) // the chain that begins at a node
	follows := make([]bool, len(coast))
	for i := range coast {
		next[coast[i].nodes[0]] = i
	}
	for i := range coast {
		if j, ok := next[coast[i].nodes[len(coast[i].nodes)-1]]; ok {
			follows[j] = true
		}
	}
	used := make([]bool, len(coast))
	follow := func(i int) {
		var line orb.LineString
		for !used[i] {
			used[i] = true
			line = append(line, coast[i].points[min(len(line), 1):]...)
			j, ok := next[coast[i].nodes[len(coast[i].nodes)-1]]
			if !ok {
				break
			}
			i = j
		}
		if len(line) >= 2 {
			lines = append(lines, line)
		}
	}
	for i := range coast { // first those that begin somewhere, then what is left: rings
		if !follows[i] {
			follow(i)
		}
	}
	for i := range coast {
		follow(i)
	}
	return lines
}

// seaWithin returns the water inside of b.
func seaWithin(b orb.Bound, coast []orb.LineString) []orb.Polygon {
	var shores []shore
	var islands []orb.Ring
	var seas []orb.Polygon
	for _, line := range coast {
		if line[0] == line[len(line)-1] && b.Contains(line.Bound().Min) && b.Contains(line.Bound().Max) {
			// With y downwards a negative area is counter-clockwise: land on the left is inside.
			if ring := orb.Ring(line); twiceArea(ring) < 0 {
				islands = append(islands, ring)
			} else {
				seas = append(seas, orb.Polygon{ring})
			}
			continue
		}
		for _, piece := range clip.LineString(b, line) {
			if len(piece) >= 2 && !splinter(b, piece) {
				shores = append(shores, newShore(b, piece))
			}
		}
	}
	seas = append(seas, closeShores(b, shores)...)
	if len(seas) == 0 && len(islands) > 0 {
		seas = append(seas, orb.Polygon{b.ToRing()}) // nothing but islands
	}
	outers := make([]orb.Ring, len(seas))
	for i := range seas {
		outers[i] = seas[i][0]
	}
	for _, island := range islands {
		if at := enclosing(outers, island); at >= 0 {
			seas[at] = append(seas[at], island)
		}
	}
	return seas
}

// splinter reports whether a piece of coast is a short end that neither came from the border nor goes there: it would be
// led to the border in any direction.
func splinter(b orb.Bound, piece orb.LineString) bool {
	onBorder := func(p orb.Point) bool {
		return p[0] == b.Min[0] || p[0] == b.Max[0] || p[1] == b.Min[1] || p[1] == b.Max[1]
	}
	if onBorder(piece[0]) && onBorder(piece[len(piece)-1]) {
		return false
	}
	return planar.Length(piece) < (b.Max[0]-b.Min[0])/20
}

// shore is a piece of coast from border to border of the box.
type shore struct {
	points   []orb.Point
	from, to float64 // where it enters and leaves, see borderAt
	used     bool
}

func newShore(b orb.Bound, piece orb.LineString) shore {
	first, last := borderAt(b, piece[0]), borderAt(b, piece[len(piece)-1])
	points := append([]orb.Point{borderPoint(b, first)}, piece...)
	return shore{points: append(points, borderPoint(b, last)), from: first, to: last}
}

// borderAt returns the place on the border of b that is nearest to p: clockwise from the north-western corner, 1 for
// each side.
func borderAt(b orb.Bound, p orb.Point) float64 {
	width, height := b.Max[0]-b.Min[0], b.Max[1]-b.Min[1]
	x := math.Min(math.Max((p[0]-b.Min[0])/width, 0), 1)
	y := math.Min(math.Max((p[1]-b.Min[1])/height, 0), 1)
	sides := [...]struct{ distance, at float64 }{
		{y * height, x}, {(1 - x) * width, 1 + y}, {(1 - y) * height, 3 - x}, {x * width, 4 - y},
	}
	nearest := sides[0]
	for _, s := range sides[1:] {
		if s.distance < nearest.distance {
			nearest = s
		}
	}
	return math.Mod(nearest.at, 4)
}

// borderPoint is the inverse of borderAt.
func borderPoint(b orb.Bound, at float64) orb.Point {
	side, f := math.Modf(at)
	width, height := b.Max[0]-b.Min[0], b.Max[1]-b.Min[1]
	switch int(side) % 4 {
	case 0:
		return orb.Point{b.Min[0] + f*width, b.Min[1]}
	case 1:
		return orb.Point{b.Max[0], b.Min[1] + f*height}
	case 2:
		return orb.Point{b.Max[0] - f*width, b.Max[1]}
	}
	return orb.Point{b.Min[0], b.Max[1] - f*height}
}

// closeShores closes the shores along the border: with the water on the right of a shore, it is on the right, too, of
// one who goes on clockwise from where the shore ends to where the next begins.
func closeShores(b orb.Bound, shores []shore) (seas []orb.Polygon) {
	slices.SortStableFunc(shores, func(a, b shore) int { return cmp.Compare(a.from, b.from) })
	for first := range shores {
		var ring orb.Ring
		for i := first; !shores[i].used; {
			s := &shores[i]
			s.used = true
			ring = append(ring, s.points...)
			i = nextFrom(shores, s.to)
			ring = appendCorners(ring, b, s.to, shores[i].from)
		}
		if len(ring) >= 3 {
			seas = append(seas, orb.Polygon{append(ring, ring[0])})
		}
	}
	return seas
}

// nextFrom returns the first shore that begins at or clockwise after a place on the border.
func nextFrom(shores []shore, at float64) int {
	i, _ := slices.BinarySearchFunc(shores, at, func(s shore, at float64) int { return cmp.Compare(s.from, at) })
	return i % len(shores)
}

// appendCorners appends the corners of b on the way clockwise from one place on its border to another.
func appendCorners(ring orb.Ring, b orb.Bound, from, to float64) orb.Ring {
	if to < from {
		to += 4
	}
	for corner := math.Floor(from) + 1; corner < to; corner++ {
		ring = append(ring, borderPoint(b, math.Mod(corner, 4)))
	}
	return ring
}
