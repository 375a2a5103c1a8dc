package network

import "math"

// PolylineLength returns the length in metres of a line along points.
func PolylineLength(line []Point) float64 {
	var sum float64
	for i := 1; i < len(line); i++ {
		sum += line[i].Dist(line[i-1])
	}
	return sum
}

// PoseAt returns the position s metres along line and the direction of the line there. Before the beginning and beyond
// the end it is the first and the last point. It allocates nothing.
func PoseAt(line []Point, s float64) Pose {
	p, dir := locate(line, s)
	return Pose{Point: p, Heading: math.Atan2(dir.Y, dir.X)}
}

// locate returns the point s metres along line and the unit vector along the segment that it is on.
func locate(line []Point, s float64) (p, dir Point) {
	dir = Point{1, 0}
	for i := 1; i < len(line); i++ {
		step := line[i].minus(line[i-1])
		length := step.norm()
		if length == 0 {
			continue
		}
		dir = Point{step.X / length, step.Y / length}
		if s <= length {
			return line[i-1].ahead(dir, max(s, 0)), dir
		}
		s -= length
	}
	return line[len(line)-1], dir
}

// PoseAt returns where a vehicle is that has driven s metres along track t, lateral metres to the left of its centre
// line, and where it heads. It allocates nothing.
func (n *Network) PoseAt(t TrackID, s, lateral float64) Pose {
	shape := n.TrackShape(t)
	// Lanes in a bend differ in length from their edge: s runs along the shape in proportion.
	if length := n.TrackLength(t); length > 0 {
		s *= PolylineLength(shape) / length
	}
	p, dir := locate(shape, s)
	return Pose{Point: p.ahead(dir.left(), lateral), Heading: math.Atan2(dir.Y, dir.X)}
}

// cut returns the part of line from s to its length minus tail. Corners within 0.3 m of a new end are dropped, lest the
// heading there come from a splinter.
func cut(line []Point, s, tail float64) []Point {
	const splinter = 0.3 // m
	end := PolylineLength(line) - tail
	first, _ := locate(line, s)
	last, _ := locate(line, end)
	out := []Point{first}
	var at float64
	for i := 1; i < len(line)-1; i++ {
		at += line[i].Dist(line[i-1])
		if at > s+splinter && at < end-splinter {
			out = append(out, line[i])
		}
	}
	return append(out, last)
}

// clean returns line without points closer than 5 cm to the one before, or nil if fewer than two are left.
func clean(line []Point) []Point {
	const tooClose = 0.05 // m
	out := make([]Point, 0, len(line))
	for _, p := range line {
		if len(out) == 0 || p.Dist(out[len(out)-1]) >= tooClose {
			out = append(out, p)
		}
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

// Simplify returns line without the points that are less than tolerance metres from the simplified line
// (Douglas and Peucker 1973). First and last point stay.
func Simplify(line []Point, tolerance float64) []Point {
	if len(line) < 3 {
		return append([]Point(nil), line...)
	}
	keep := make([]bool, len(line))
	keep[0], keep[len(line)-1] = true, true
	type span struct{ first, last int }
	stack := []span{{0, len(line) - 1}}
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		far, farthest := -1, tolerance
		for i := at.first + 1; i < at.last; i++ {
			if d := distToSegment(line[i], line[at.first], line[at.last]); d > farthest {
				far, farthest = i, d
			}
		}
		if far >= 0 {
			keep[far] = true
			stack = append(stack, span{at.first, far}, span{far, at.last})
		}
	}
	out := make([]Point, 0, len(line))
	for i, p := range line {
		if keep[i] {
			out = append(out, p)
		}
	}
	return out
}

// distToSegment returns the distance in metres from p to the segment from a to b.
func distToSegment(p, a, b Point) float64 {
	ab := b.minus(a)
	length2 := ab.dot(ab)
	if length2 == 0 {
		return p.Dist(a)
	}
	t := min(max(p.minus(a).dot(ab)/length2, 0), 1)
	return p.Dist(a.ahead(ab, t))
}

// Offset returns line shifted by d metres to the left of its direction. Corners are mitred, blunted where the mitre
// would reach far; parts of the inside of a bend that would run backwards are left out. The ends are exactly square to
// the ends of line.
func Offset(line []Point, d float64) []Point {
	if d == 0 || len(line) < 2 {
		return append([]Point(nil), line...)
	}
	segments := make([]shifted, 0, len(line)-1)
	for i := 1; i < len(line); i++ {
		dir := line[i].minus(line[i-1])
		if dir.norm() == 0 {
			continue
		}
		dir = dir.unit()
		n := dir.left()
		segments = append(segments, shifted{line[i-1].ahead(n, d), line[i].ahead(n, d), dir})
	}
	if len(segments) == 0 {
		return append([]Point(nil), line...)
	}
	segments = dropReversed(segments)
	out := make([]Point, 0, len(line)+2)
	out = append(out, segments[0].a)
	for i := 1; i < len(segments); i++ {
		out = appendJoint(out, segments[i-1], segments[i], d)
	}
	return append(out, segments[len(segments)-1].b)
}

// shifted is a segment of a line, moved sideways.
type shifted struct{ a, b, dir Point }

// joint returns where the lines of two consecutive segments meet. Nearly parallel ones meet half way between their ends.
func joint(p, q shifted) Point {
	sin := p.dir.cross(q.dir)
	if math.Abs(sin) < 1e-3 {
		return Point{(p.b.X + q.a.X) / 2, (p.b.Y + q.a.Y) / 2}
	}
	return p.a.ahead(p.dir, q.a.minus(p.a).cross(q.dir)/sin)
}

// dropReversed removes segments that the mitres at their two ends have turned round: the offset is larger than the
// radius of the bend there. The first and the last segment stay, to keep the ends where they are.
func dropReversed(s []shifted) []shifted {
	for again := true; again && len(s) > 2; {
		again = false
		for i := 1; i < len(s)-1; i++ {
			from, to := joint(s[i-1], s[i]), joint(s[i], s[i+1])
			if to.minus(from).dot(s[i].dir) <= 0 {
				s = append(s[:i], s[i+1:]...)
				again = true
				break
			}
		}
	}
	return s
}

// appendJoint adds the corner between two shifted segments to out.
func appendJoint(out []Point, p, q shifted, d float64) []Point {
	const mitreLimit = 2.0 // of the offset: corners sharper than 120° are blunted
	corner := joint(p, q)
	inside := p.dir.cross(q.dir)*d > 0
	if inside {
		// Never beyond the far end of either segment: it would make a loop.
		if corner.minus(out[len(out)-1]).dot(p.dir) <= 0 || q.b.minus(corner).dot(q.dir) <= 0 {
			return out
		}
		return append(out, corner)
	}
	if corner.Dist(p.b) > mitreLimit*math.Abs(d) || corner.Dist(q.a) > mitreLimit*math.Abs(d) {
		return append(out, p.b, q.a)
	}
	return append(out, corner)
}
