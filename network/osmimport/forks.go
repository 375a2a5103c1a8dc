package osmimport

import (
	"math"

	"roadtwin/network"
)

// clearForks moves roads that branch off at a small angle, or join at one, beside the road that goes on. On the map the
// line of a ramp begins in the middle of the carriageway; its lanes begin beside it.
func (d *draft) clearForks() {
	outs, ins := make([][]int32, len(d.spec.Junctions)), make([][]int32, len(d.spec.Junctions))
	for i := range d.spec.Edges {
		e := &d.spec.Edges[i]
		outs[e.From] = append(outs[e.From], int32(i))
		ins[e.To] = append(ins[e.To], int32(i))
	}
	for j := range d.spec.Junctions {
		if len(d.junctions[j].nodes) > 1 || d.junctions[j].controller != network.None {
			continue
		}
		switch {
		case len(outs[j]) == 2 && len(ins[j]) == 1:
			d.clearFork(outs[j][0], outs[j][1], ins[j][0], false)
		case len(ins[j]) == 2 && len(outs[j]) == 1:
			d.clearFork(ins[j][0], ins[j][1], outs[j][0], true)
		}
	}
}

// clearFork clears the branch of two edges that begin (or, joining, end) at one junction; stem is the edge on the other
// side of it.
func (d *draft) clearFork(a, b, stem int32, joining bool) {
	const smallAngle = 35 * math.Pi / 180
	p, q, s := d.forkLine(a, joining), d.forkLine(b, joining), d.forkLine(stem, !joining)
	if d.spec.Edges[a].Roundabout || d.spec.Edges[b].Roundabout ||
		angleBetween(heading(p), heading(q)) > smallAngle || angleBetween(heading(p), heading(s)+math.Pi) > 2*smallAngle {
		return
	}
	main, branch := p, q
	if d.branches(a, b, p, q, s) {
		main, branch, a, b = q, p, b, a
	}
	gap := (widthOf(d.spec.Edges[a].Lanes) + widthOf(d.spec.Edges[b].Lanes)) / 2
	shape := millimetres(clearOf(branch, main, gap))
	if joining {
		shape = reversed(shape)
	}
	d.spec.Edges[b].Shape = shape
}

// forkLine returns the shape of an edge from the fork on.
func (d *draft) forkLine(e int32, ends bool) []network.Point {
	if ends {
		return reversed(d.spec.Edges[e].Shape)
	}
	return d.spec.Edges[e].Shape
}

// branches tells whether edge a branches off edge b rather than the other way round: a ramp off its road, the lesser road,
// or the one that bends more.
func (d *draft) branches(a, b int32, p, q, stem []network.Point) bool {
	ea, eb := &d.spec.Edges[a], &d.spec.Edges[b]
	switch {
	case ea.Link != eb.Link:
		return ea.Link
	case ea.Road != eb.Road:
		return ea.Road > eb.Road
	}
	back := heading(stem) + math.Pi
	return angleBetween(heading(p), back) > angleBetween(heading(q), back)
}

// heading returns the direction of the first 30 m of a line, rad.
func heading(line []network.Point) float64 {
	p := pointAt(line, 30)
	return math.Atan2(p.Y-line[0].Y, p.X-line[0].X)
}

// pointAt returns the point at so many metres along the line, its end if it is shorter.
func pointAt(line []network.Point, metres float64) network.Point {
	for i := 1; i < len(line); i++ {
		step := distance(line[i-1], line[i])
		if step > metres {
			return along(line[i-1], line[i], metres/step)
		}
		metres -= step
	}
	return line[len(line)-1]
}

// clearOf returns branch, moved aside at its beginning as far as it runs closer than gap (m) beside main.
func clearOf(branch, main []network.Point, gap float64) []network.Point {
	const (
		reach = 300.0 // m along the branch, at most
		step  = 10.0  // m between its points there
	)
	length := lineLength(branch)
	side, clear := 1.0, false
	for x := 0.0; x < min(reach, length) && !clear; x += step {
		h := lateral(pointAt(branch, x), main)
		side, clear = math.Copysign(1, h), math.Abs(h) >= gap
	}
	fade := 0.0 // a branch that is never clear keeps its other end where it is
	if !clear {
		fade = 1 / length
	}
	var out []network.Point
	x := 0.0
	for ; x < min(reach, length); x += step {
		p := pointAt(branch, x)
		near := gap - side*lateral(p, main)
		if near <= 0 {
			break
		}
		out = append(out, aside(p, main, side*near*(1-fade*x)))
	}
	return append(out, beyond(branch, x)...)
}

// beyond returns the points of the line that lie more than so many metres along it, its end at least.
func beyond(line []network.Point, metres float64) []network.Point {
	for len(line) > 1 && metres >= 0 {
		metres -= distance(line[0], line[1])
		line = line[1:]
	}
	return line
}

// lateral returns how far p lies to the right of the line, or of its ends continued straight on, m.
func lateral(p network.Point, line []network.Point) float64 {
	a, b := nearestPiece(p, line)
	r := rightOf(a, b)
	return (p.X-a.X)*r.X + (p.Y-a.Y)*r.Y
}

// aside returns p moved so many metres to the right of the line beside it.
func aside(p network.Point, line []network.Point, right float64) network.Point {
	a, b := nearestPiece(p, line)
	r := rightOf(a, b)
	return network.Point{X: p.X + right*r.X, Y: p.Y + right*r.Y}
}

func nearestPiece(p network.Point, line []network.Point) (a, b network.Point) {
	least := math.Inf(1)
	for i := 1; i < len(line); i++ {
		if d := distanceToSegment(p, line[i-1], line[i]); d < least {
			least, a, b = d, line[i-1], line[i]
		}
	}
	return a, b
}
