package osmimport

import (
	"math"
	"slices"

	"roadtwin/network"
)

// oneWay is a one-way road that may have a twin for the other direction.
type oneWay struct {
	line     []network.Point // in driving direction
	min, max network.Point   // its bounding box
}

// countCarriageways counts the one-way roads beside which, at most 60 m away, a road of the same name runs the other
// way, by the side on which that lies: where one drives on the right, oncoming traffic is on the left.
func (d *draft) countCarriageways(e *sideEvidence) {
	byName := map[string][]oneWay{}
	var names []string
	for i := range d.roads {
		r := &d.roads[i]
		name, oneway := nameOf(r.way.Tags), r.way.Tags.Find("oneway")
		if name == "" || r.link || isRing(r.way.Tags) || oneway != "yes" && oneway != "-1" && oneway != "1" {
			continue
		}
		w := oneWay{line: d.points(r.nodes)}
		if oneway == "-1" {
			slices.Reverse(w.line)
		}
		w.min, w.max = w.line[0], w.line[0]
		for _, p := range w.line {
			w.min = network.Point{X: min(w.min.X, p.X), Y: min(w.min.Y, p.Y)}
			w.max = network.Point{X: max(w.max.X, p.X), Y: max(w.max.Y, p.Y)}
		}
		if byName[name] == nil {
			names = append(names, name)
		}
		byName[name] = append(byName[name], w)
	}
	const asked = 200 // of each name
	for _, name := range names {
		list := byName[name]
		for i := 0; i < len(list); i += len(list)/asked + 1 {
			switch oncoming := sideOfTwin(list, i); {
			case oncoming > 0:
				e.pairs[network.RightHand]++
			case oncoming < 0:
				e.pairs[network.LeftHand]++
			}
		}
	}
}

// sideOfTwin returns by how many metres to the left of the middle of list[i] the nearest road of the list runs the
// other way; 0 if none does within 60 m.
func sideOfTwin(list []oneWay, i int) float64 {
	const (
		reach    = 60.0
		opposite = -0.94 // cosine: within 20 degrees of the other way
	)
	line := list[i].line
	k := len(line) / 2
	p, dir := along(line[k-1], line[k], 0.5), network.Point{X: line[k].X - line[k-1].X, Y: line[k].Y - line[k-1].Y}
	length := math.Hypot(dir.X, dir.Y)
	side, nearest := 0.0, reach
	for j := range list {
		w := &list[j]
		if j == i || length == 0 || p.X < w.min.X-reach || p.X > w.max.X+reach || p.Y < w.min.Y-reach || p.Y > w.max.Y+reach {
			continue
		}
		for s := 1; s < len(w.line); s++ {
			a, b := w.line[s-1], w.line[s]
			bx, by := b.X-a.X, b.Y-a.Y
			size := math.Hypot(bx, by)
			if size == 0 || (dir.X*bx+dir.Y*by)/(length*size) > opposite {
				continue
			}
			f := min(max(((p.X-a.X)*bx+(p.Y-a.Y)*by)/(size*size), 0), 1)
			q := along(a, b, f)
			left := (dir.X*(q.Y-p.Y) - dir.Y*(q.X-p.X)) / length
			if away := distance(p, q); away < nearest && math.Abs(left) > 0.7*away {
				nearest, side = away, left
			}
		}
	}
	return side
}
