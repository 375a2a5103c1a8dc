package osmimport

import (
	"math"

	"roadtwin/network"
)

func distance(a, b network.Point) float64 { return math.Hypot(b.X-a.X, b.Y-a.Y) }

// along returns the point at the fraction f of the way from a to b.
func along(a, b network.Point, f float64) network.Point {
	return network.Point{X: a.X + f*(b.X-a.X), Y: a.Y + f*(b.Y-a.Y)}
}

// angleBetween returns the angle between two bearings in rad, 0 to π.
func angleBetween(a, b float64) float64 {
	return math.Abs(math.Remainder(a-b, 2*math.Pi))
}

func lineLength(line []network.Point) float64 {
	var sum float64
	for i := 1; i < len(line); i++ {
		sum += distance(line[i-1], line[i])
	}
	return sum
}

// simplify returns line without the points that lie within tolerance (m) of the line through those kept (Douglas and
// Peucker 1973); its ends stay.
func simplify(line []network.Point, tolerance float64) []network.Point {
	if len(line) < 3 {
		return line
	}
	keep := make([]bool, len(line))
	keep[0], keep[len(line)-1] = true, true
	type span struct{ from, to int }
	stack := []span{{0, len(line) - 1}}
	for len(stack) > 0 {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		worst, at := tolerance, -1
		for i := s.from + 1; i < s.to; i++ {
			if off := distanceToSegment(line[i], line[s.from], line[s.to]); off > worst {
				worst, at = off, i
			}
		}
		if at >= 0 {
			keep[at] = true
			stack = append(stack, span{s.from, at}, span{at, s.to})
		}
	}
	out := make([]network.Point, 0, len(line))
	for i, p := range line {
		if keep[i] {
			out = append(out, p)
		}
	}
	return out
}

func distanceToSegment(p, a, b network.Point) float64 {
	dx, dy := b.X-a.X, b.Y-a.Y
	length2 := dx*dx + dy*dy
	if length2 == 0 {
		return distance(p, a)
	}
	f := ((p.X-a.X)*dx + (p.Y-a.Y)*dy) / length2
	return distance(p, along(a, b, min(max(f, 0), 1)))
}

// offset returns the line that runs to the right of line (negative: to the left), from metres at its beginning and to
// metres at its end, changing evenly. Corners are mitred, no further than twice the offset; on the inside of bends
// tighter than the offset, points that would run backwards are left out.
func offset(line []network.Point, from, to float64) []network.Point {
	if from == 0 && to == 0 || len(line) < 2 {
		return line
	}
	for {
		out, backwards := offsetOnce(line, from, to)
		if backwards < 0 || len(line) == 2 {
			return out
		}
		line = withoutSegment(line, backwards)
	}
}

// offsetOnce offsets every point of line. If a piece of the result runs against its piece of line, backwards is the
// index of the first such piece, else -1.
func offsetOnce(line []network.Point, from, to float64) (out []network.Point, backwards int) {
	out = make([]network.Point, len(line))
	last := len(line) - 1
	total, done := lineLength(line), 0.0
	for i, p := range line {
		var in, exit network.Point // unit vectors to the right of the pieces before and after
		switch i {
		case 0:
			exit = rightOf(line[0], line[1])
			in = exit
		case last:
			in = rightOf(line[last-1], line[last])
			exit = in
		default:
			in, exit = rightOf(line[i-1], p), rightOf(p, line[i+1])
		}
		// The mitre vector is (in+exit) / (1+in·exit); near a U-turn it grows without bound.
		scale := 1 + in.X*exit.X + in.Y*exit.Y
		mx, my := in.X+exit.X, in.Y+exit.Y
		if scale < 0.5 {
			mx, my, scale = in.X, in.Y, 1
		}
		if i > 0 {
			done += distance(line[i-1], p)
		}
		right := from
		if from != to && total > 0 {
			right += (to - from) * done / total
		}
		out[i] = network.Point{X: p.X + right*mx/scale, Y: p.Y + right*my/scale}
	}
	for i := 1; i < len(line); i++ {
		a, b, c, d := line[i-1], line[i], out[i-1], out[i]
		if (b.X-a.X)*(d.X-c.X)+(b.Y-a.Y)*(d.Y-c.Y) <= 0 {
			return out, i - 1
		}
	}
	return out, -1
}

// withoutSegment replaces the piece i of line by its middle, or by the end of line that it touches.
func withoutSegment(line []network.Point, i int) []network.Point {
	middle := along(line[i], line[i+1], 0.5)
	if i == 0 {
		middle = line[0]
	} else if i+1 == len(line)-1 {
		middle = line[i+1]
	}
	out := make([]network.Point, 0, len(line)-1)
	out = append(out, line[:i]...)
	out = append(out, middle)
	return append(out, line[i+2:]...)
}

// rightOf returns the unit vector to the right of the direction from a to b.
func rightOf(a, b network.Point) network.Point {
	length := distance(a, b)
	if length == 0 {
		return network.Point{}
	}
	return network.Point{X: (b.Y - a.Y) / length, Y: -(b.X - a.X) / length}
}

// millimetres rounds a line to whole millimetres and leaves out points that coincide with the one before. It returns
// at least two points if line has two.
func millimetres(line []network.Point) []network.Point {
	out := line[:0:0]
	for _, p := range line {
		q := network.Point{X: math.Round(p.X*1000) / 1000, Y: math.Round(p.Y*1000) / 1000}
		if n := len(out); n > 0 && distance(out[n-1], q) < 0.01 {
			continue
		}
		out = append(out, q)
	}
	if len(out) == 1 {
		out = append(out, network.Point{X: out[0].X + 0.01, Y: out[0].Y})
	}
	return out
}

// reversed returns line from its end to its beginning.
func reversed(line []network.Point) []network.Point {
	out := make([]network.Point, len(line))
	for i, p := range line {
		out[len(line)-1-i] = p
	}
	return out
}

// signedArea returns the area in m² that the closed line encloses, positive if it runs counter-clockwise.
func signedArea(line []network.Point) float64 {
	var sum float64
	for i, p := range line {
		q := line[(i+1)%len(line)]
		sum += p.X*q.Y - q.X*p.Y
	}
	return sum / 2
}
