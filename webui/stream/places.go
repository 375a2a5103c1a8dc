package stream

import (
	"math"

	"roadtwin/network"
)

// Mercator is a position on the web-mercator world: 0..1 from the antimeridian eastwards (X) and from 85.05° N
// southwards (Y).
type Mercator struct{ X, Y float64 }

// ToMercator returns the web-mercator position (EPSG:3857, scaled to 0..1) of a longitude and latitude in degrees.
func ToMercator(lon, lat float64) Mercator {
	return Mercator{
		X: (lon + 180) / 360,
		Y: 0.5 - math.Asinh(math.Tan(lat*math.Pi/180))/(2*math.Pi),
	}
}

// LonLat returns the longitude and latitude of w in degrees.
func (w Mercator) LonLat() (lon, lat float64) {
	return w.X*360 - 180, math.Atan(math.Sinh(math.Pi-2*math.Pi*w.Y)) * 180 / math.Pi
}

// earthCircumference is that of the web-mercator sphere at the equator, m (radius 6,378,137 m, EPSG:3857).
const earthCircumference = 2 * math.Pi * 6378137

// Places knows where every track lies on the web-mercator world, so that a vehicle is placed without projecting it:
// the shapes are projected once and interpolated in mercator, where they stay as straight as they are on the map. It is
// immutable and safe for concurrent use.
type Places struct {
	first  []int32    // points of track t are [first[t], first[t+1])
	points []Mercator // of all shapes
	along  []float64  // m from the start of its track, scaled so that the last is the track's length
	behind []network.TrackID
	metre  []float64 // world units per metre at each track
}

// NewPlaces projects all tracks of net.
func NewPlaces(net *network.Network) *Places {
	n := net.NumTracks()
	p := &Places{
		first:  make([]int32, 1, n+1),
		behind: make([]network.TrackID, n),
		metre:  make([]float64, n),
	}
	for t := range network.TrackID(n) {
		p.addTrack(t, net)
	}
	return p
}

func (p *Places) addTrack(t network.TrackID, net *network.Network) {
	shape := net.TrackShape(t)
	start := len(p.along)
	s := 0.0
	for i, q := range shape {
		if i > 0 {
			s += math.Hypot(q.X-shape[i-1].X, q.Y-shape[i-1].Y)
		}
		p.points = append(p.points, ToMercator(net.Projection.ToLonLat(q)))
		p.along = append(p.along, s)
	}
	// A lane is as long as its edge says, its shape only nearly so.
	if s > 0 {
		for i := start; i < len(p.along); i++ {
			p.along[i] *= net.TrackLength(t) / s
		}
	}
	p.first = append(p.first, int32(len(p.points)))
	p.behind[t] = network.None
	if c, ok := net.ConnectorOf(t); ok {
		p.behind[t] = net.Connectors[c].From.Track()
	}
	_, lat := net.Projection.ToLonLat(shape[0])
	p.metre[t] = 1 / (earthCircumference * math.Cos(lat*math.Pi/180))
}

// At returns the position s metres along track t. Before its start and beyond its end it continues straight.
func (p *Places) At(t network.TrackID, s float64) Mercator {
	w, _, _ := p.at(t, s)
	return w
}

// at also returns the driving direction there, in world units per metre.
func (p *Places) at(t network.TrackID, s float64) (w Mercator, dx, dy float64) {
	lo, hi := int(p.first[t]), int(p.first[t+1])-2
	// The last segment that begins at or before s.
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if p.along[mid] <= s {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	a, b := p.points[lo], p.points[lo+1]
	length := p.along[lo+1] - p.along[lo]
	if length <= 0 {
		return a, 0, 0
	}
	dx, dy = (b.X-a.X)/length, (b.Y-a.Y)/length
	ds := s - p.along[lo]
	return Mercator{a.X + dx*ds, a.Y + dy*ds}, dx, dy
}

// Box returns where a vehicle is whose front bumper is s metres along track t and lateral metres to the left of its
// centre line: the middle of the front bumper, and the heading in radians clockwise from north of the line from the
// middle of the rear bumper, which is length metres behind along the way it came, to it.
func (p *Places) Box(t network.TrackID, s, lateral, length float64) (front Mercator, heading float64) {
	front, fx, fy := p.at(t, s)
	var rear Mercator
	if before := p.behind[t]; s < length && before != network.None {
		rear = p.At(before, p.along[p.first[before+1]-1]-(length-s))
	} else {
		rear = p.At(t, s-length)
	}
	dx, dy := front.X-rear.X, front.Y-rear.Y
	if dx == 0 && dy == 0 {
		dx, dy = fx, fy
	}
	if lateral != 0 {
		if norm := math.Sqrt(dx*dx + dy*dy); norm > 0 {
			// Y grows southwards: the left of (dx, dy) is (dy, -dx).
			side := lateral * p.metre[t] / norm
			front.X += dy * side
			front.Y -= dx * side
		}
	}
	return front, math.Atan2(dx, -dy)
}

// Shape returns the points of track t, read only.
func (p *Places) Shape(t network.TrackID) []Mercator {
	return p.points[p.first[t]:p.first[t+1]]
}

// Section returns the line along track t from s metres to end metres, both within it.
func (p *Places) Section(t network.TrackID, s, end float64) []Mercator {
	line := []Mercator{p.At(t, s)}
	for i := p.first[t]; i < p.first[t+1]; i++ {
		if p.along[i] > s && p.along[i] < end {
			line = append(line, p.points[i])
		}
	}
	return append(line, p.At(t, end))
}
