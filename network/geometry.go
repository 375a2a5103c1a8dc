package network

import "math"

// Point is a position in metres east (X) and north (Y) of the network's origin.
type Point struct{ X, Y float64 }

// Pose is where a vehicle is and which way it points.
type Pose struct {
	Point
	Heading float64 // rad, counter-clockwise from east
}

// Dist returns the distance in metres between p and q.
func (p Point) Dist(q Point) float64 { return p.minus(q).norm() }

func (p Point) plus(q Point) Point  { return Point{p.X + q.X, p.Y + q.Y} }
func (p Point) minus(q Point) Point { return Point{p.X - q.X, p.Y - q.Y} }

// ahead returns the point d metres from p in direction dir.
func (p Point) ahead(dir Point, d float64) Point {
	return Point{p.X + float64(dir.X*d), p.Y + float64(dir.Y*d)}
}

func (p Point) dot(q Point) float64 { return float64(p.X*q.X) + float64(p.Y*q.Y) }

// cross is positive if q points to the left of p.
func (p Point) cross(q Point) float64 { return float64(p.X*q.Y) - float64(p.Y*q.X) }
func (p Point) norm() float64         { return math.Sqrt(p.dot(p)) }

// left returns p turned by 90° to the left.
func (p Point) left() Point { return Point{-p.Y, p.X} }

func (p Point) neg() Point { return Point{-p.X, -p.Y} }

// unit returns p at length 1, and east for the zero vector.
func (p Point) unit() Point {
	n := p.norm()
	if n == 0 {
		return Point{1, 0}
	}
	return Point{p.X / n, p.Y / n}
}

func (p Point) finite() bool { return isFinite(p.X) && isFinite(p.Y) }

// rounded returns p on the grid of millimetres on which all positions of a network lie.
func (p Point) rounded() Point { return Point{roundMM(p.X), roundMM(p.Y)} }

func roundMM(x float64) float64 { return math.Round(x*1000) / 1000 }

func isFinite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// angleBetween returns the angle in rad from direction a to direction b, positive to the left, in (-π, π].
func angleBetween(a, b Point) float64 {
	angle := math.Atan2(a.cross(b), a.dot(b))
	if angle == -math.Pi {
		return math.Pi
	}
	return angle
}

// Bounds is an axis-parallel rectangle in metres.
type Bounds struct{ MinX, MinY, MaxX, MaxY float64 }

// EmptyBounds contains nothing; Extend it.
func EmptyBounds() Bounds {
	return Bounds{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
}

// BoundsOf returns the smallest rectangle around the points.
func BoundsOf(points []Point) Bounds {
	b := EmptyBounds()
	for _, p := range points {
		b = b.Extend(p)
	}
	return b
}

// Empty tells whether b contains no point.
func (b Bounds) Empty() bool { return b.MinX > b.MaxX || b.MinY > b.MaxY }

// Extend returns b grown to contain p.
func (b Bounds) Extend(p Point) Bounds {
	return Bounds{min(b.MinX, p.X), min(b.MinY, p.Y), max(b.MaxX, p.X), max(b.MaxY, p.Y)}
}

// Union returns the smallest rectangle around both.
func (b Bounds) Union(c Bounds) Bounds {
	return Bounds{min(b.MinX, c.MinX), min(b.MinY, c.MinY), max(b.MaxX, c.MaxX), max(b.MaxY, c.MaxY)}
}

// Pad returns b grown by d metres on every side.
func (b Bounds) Pad(d float64) Bounds { return Bounds{b.MinX - d, b.MinY - d, b.MaxX + d, b.MaxY + d} }

// Contains tells whether p is in b, its border included.
func (b Bounds) Contains(p Point) bool {
	return p.X >= b.MinX && p.X <= b.MaxX && p.Y >= b.MinY && p.Y <= b.MaxY
}

// Intersects tells whether b and c have a point in common.
func (b Bounds) Intersects(c Bounds) bool {
	return b.MinX <= c.MaxX && c.MinX <= b.MaxX && b.MinY <= c.MaxY && c.MinY <= b.MaxY
}

// Centre returns the middle of b.
func (b Bounds) Centre() Point { return Point{(b.MinX + b.MaxX) / 2, (b.MinY + b.MaxY) / 2} }

// Width returns the extent of b from west to east, m.
func (b Bounds) Width() float64 { return b.MaxX - b.MinX }

// Height returns the extent of b from south to north, m.
func (b Bounds) Height() float64 { return b.MaxY - b.MinY }
