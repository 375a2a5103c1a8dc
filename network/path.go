package network

import "math"

// drawConnectors gives every connector its path and what follows from it.
func (b *builder) drawConnectors() {
	for i := range b.net.Connectors {
		b.drawConnector(&b.net.Connectors[i])
	}
}

func (b *builder) drawConnector(c *Connector) {
	p, dp := lastOf(b.net.Lanes[c.From].Shape)
	q, dq := firstOf(b.net.Lanes[c.To].Shape)
	path := bend(p, dp, q, dq)
	c.Shape = path.sample()
	c.Length = max(minConnector, roundMM(PolylineLength(c.Shape)))
	c.Curvature = path.curvature()
	if b.goesOn(c) {
		c.Curvature = min(c.Curvature, b.eased(c).curvature())
	}
}

// goesOn reports whether c is where a road goes on, not a turn: the joint of two ways, or straight on at a junction.
func (b *builder) goesOn(c *Connector) bool {
	const straight = 10 * math.Pi / 180
	_, dp := lastOf(b.net.Lanes[c.From].Shape)
	_, dq := firstOf(b.net.Lanes[c.To].Shape)
	switch kind := b.net.Junctions[c.Junction].Kind; {
	case kind == Plain:
		return true
	case kind == Roundabout:
		return false
	}
	return c.Turn == Through && math.Abs(angleBetween(dp, dq)) < straight
}

// easing is how far before and behind a joint people begin and end to steer for what does not quite fit together there, m, if the lanes are
// twice as long: maps have their corners in one point, and lanes an offset of centimetres, where the road has a curve.
const easing = 10.0

// eased returns the path that people take over c.
func (b *builder) eased(c *Connector) path {
	before, behind := &b.net.Lanes[c.From], &b.net.Lanes[c.To]
	p, dp := locate(before.Shape, max(PolylineLength(before.Shape)-easing, PolylineLength(before.Shape)/2))
	q, dq := locate(behind.Shape, min(easing, PolylineLength(behind.Shape)/2))
	return bend(p, dp, q, dq)
}

const (
	// minConnector is the least length of a connector, m.
	minConnector = 0.1
	// maxCurvature bounds the curvature of connectors, 1/m: a car turns on a radius of 4 m at its inner wheels.
	maxCurvature = 0.25
)

// firstOf returns where a line begins, and its direction there.
func firstOf(line []Point) (p, dir Point) {
	for i := 1; i < len(line); i++ {
		if line[i] != line[i-1] {
			return line[0], line[i].minus(line[i-1]).unit()
		}
	}
	return line[0], Point{1, 0}
}

// lastOf returns where a line ends, and its direction there.
func lastOf(line []Point) (p, dir Point) {
	end := line[len(line)-1]
	for i := len(line) - 1; i > 0; i-- {
		if line[i] != line[i-1] {
			return end, line[i].minus(line[i-1]).unit()
		}
	}
	return end, Point{-1, 0}
}

// path is a cubic Bézier curve between a straight lead-in and a straight lead-out, either of which may be empty.
type path struct {
	from, to Point    // the ends
	c        [4]Point // control points
}

// bend returns the path from p, heading along dp, to q, heading along dq (unit vectors). Where the two tangents meet
// it is the widest arc that they allow, as a driver would take it; else an S-bend or a U-turn.
func bend(p, dp, q, dq Point) path {
	gap := q.minus(p)
	chord := gap.norm()
	angle := angleBetween(dp, dq)
	if sin := dp.cross(dq); math.Abs(sin) > 0.03 {
		// p + a dp = q - b dq: the legs from either end to where the tangents meet.
		a, b := gap.cross(dq)/sin, dp.cross(gap)/sin
		leg := min(a, b)
		radius := leg / math.Tan(math.Abs(angle)/2)
		if leg > 0.1*chord && radius > 3 {
			// Four thirds of tan(θ/4) makes a cubic an arc (to 0.03 % at 90°).
			k := radius * 4 / 3 * math.Tan(math.Abs(angle)/4)
			start, end := p.ahead(dp, a-leg), q.ahead(dq, -(b-leg))
			return path{p, q, [4]Point{start, start.ahead(dp, k), end.ahead(dq, -k), end}}
		}
	}
	// The handle of an arc over this chord that turns by the angle; straight S-bends are gentler with 0.45.
	half := math.Cos(angle / 4)
	k := max(chord/(3*half*half), 0.45*chord)
	return path{p, q, [4]Point{p, p.ahead(dp, k), q.ahead(dq, -k), q}}
}

// sample returns points along the path, closer together where it bends; the ends are exact.
func (w path) sample() []Point {
	const (
		turn = 8 * math.Pi / 180 // rad between points
		most = 24
	)
	n := min(max(int(math.Ceil(w.turning()/turn)), 1), most)
	out := make([]Point, 0, n+3)
	out = append(out, w.from)
	for i := 0; i <= n; i++ {
		p := w.at(float64(i) / float64(n)).rounded()
		if p.Dist(out[len(out)-1]) > 0.05 && p.Dist(w.to) > 0.05 {
			out = append(out, p)
		}
	}
	return append(out, w.to)
}

// turning returns how far the path turns in all, rad.
func (w path) turning() float64 {
	var sum float64
	for i := 2; i < 4; i++ {
		p, q := w.c[i-1].minus(w.c[i-2]), w.c[i].minus(w.c[i-1])
		if p.norm() > 1e-6 && q.norm() > 1e-6 {
			sum += math.Abs(angleBetween(p, q))
		}
	}
	return sum
}

func (w path) at(t float64) Point {
	u := 1 - t
	k := [4]float64{u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t}
	var p Point
	for i, c := range w.c {
		p = p.ahead(c, k[i])
	}
	return p
}

// curvature returns the sharpest curvature along the path, 1/m, at most maxCurvature.
func (w path) curvature() float64 {
	const steps = 16
	var sharpest float64
	for i := 0; i <= steps; i++ {
		t := float64(i) / steps
		u := 1 - t
		a, b, c := w.c[1].minus(w.c[0]), w.c[2].minus(w.c[1]), w.c[3].minus(w.c[2])
		d1 := Point{}.ahead(a, 3*u*u).ahead(b, 6*u*t).ahead(c, 3*t*t)
		d2 := Point{}.ahead(b.minus(a), 6*u).ahead(c.minus(b), 6*t)
		speed := d1.norm()
		if speed < 1e-6 {
			continue
		}
		sharpest = max(sharpest, math.Abs(d1.cross(d2))/(speed*speed*speed))
	}
	return math.Round(min(sharpest, maxCurvature)*1e6) / 1e6
}
