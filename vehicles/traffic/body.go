package traffic

import "math"

// Bodies are rectangles: what crashes mind of the shape of vehicles.

// bodiesTouch reports whether the rectangles of two vehicles overlap, by the separating-axis test.
func (w *World) bodiesTouch(v *vehicle, s slot, o *vehicle, t slot) bool {
	a, b := w.body(v, s), w.body(o, t)
	return !separated(&a, &b) && !separated(&b, &a)
}

// body is a rectangle: middle, unit vector along it, half length and half width in metres.
type body struct {
	x, y, ux, uy, halfLength, halfWidth float64
}

// body returns the rectangle of v: along the chord from its rear bumper to its front.
func (w *World) body(v *vehicle, s slot) body {
	frontTrack, frontAt := w.wayBack(v, s, v.s)
	rearTrack, rearAt := w.wayBack(v, s, v.rear())
	front := w.cfg.Net.PoseAt(w.layout.places[frontTrack].track, frontAt, float64(v.lateral))
	rear := w.cfg.Net.PoseAt(w.layout.places[rearTrack].track, rearAt, float64(v.lateral))
	dx, dy := front.X-rear.X, front.Y-rear.Y
	chord := math.Sqrt(float64(dx*dx) + float64(dy*dy))
	if chord < 0.1 {
		dx, dy, chord = 1, 0, 1
	}
	c := &w.classes[v.class]
	half := float64(v.length) / 2
	dx, dy = dx/chord, dy/chord
	return body{front.X - float64(dx*half), front.Y - float64(dy*half), dx, dy, half, c.Width / 2}
}

// wayBack returns the track and the metre of it that is at metre at of s on v's way: on one of the two tracks before, if at is
// negative and it came from there.
func (w *World) wayBack(v *vehicle, s slot, at float64) (slot, float64) {
	if at >= 0 {
		return s, at
	}
	j := &w.journeys[v.id]
	for _, from := range [...]slot{j.from, j.fromBefore} {
		if at >= 0 || from < 0 {
			break
		}
		s, at = from, at+w.layout.places[from].length
	}
	return s, max(0, at)
}

// separated reports whether an axis of a separates it from b.
func separated(a, b *body) bool {
	dx, dy := b.x-a.x, b.y-a.y
	dot := math.Abs(float64(a.ux*b.ux) + float64(a.uy*b.uy))
	cross := math.Abs(float64(a.ux*b.uy) - float64(a.uy*b.ux))
	along := math.Abs(float64(dx*a.ux) + float64(dy*a.uy))
	across := math.Abs(float64(dy*a.ux) - float64(dx*a.uy))
	return along > a.halfLength+float64(b.halfLength*dot)+float64(b.halfWidth*cross) ||
		across > a.halfWidth+float64(b.halfLength*cross)+float64(b.halfWidth*dot)
}

// depth returns how deep in metres two rectangles are inside each other, and the direction, a unit vector from a to b, in which they
// are least; not more than 0 if they are apart.
func (a *body) depth(b *body) (depth, nx, ny float64) {
	depth = math.Inf(1)
	dx, dy := b.x-a.x, b.y-a.y
	dot := math.Abs(float64(a.ux*b.ux) + float64(a.uy*b.uy))
	cross := math.Abs(float64(a.ux*b.uy) - float64(a.uy*b.ux))
	for _, axis := range [...]struct{ x, y, reach float64 }{
		{a.ux, a.uy, a.halfLength + float64(b.halfLength*dot) + float64(b.halfWidth*cross)},
		{b.ux, b.uy, b.halfLength + float64(a.halfLength*dot) + float64(a.halfWidth*cross)},
		{-a.uy, a.ux, a.halfWidth + float64(b.halfLength*cross) + float64(b.halfWidth*dot)},
		{-b.uy, b.ux, b.halfWidth + float64(a.halfLength*cross) + float64(a.halfWidth*dot)},
	} {
		along := float64(dx*axis.x) + float64(dy*axis.y)
		if in := axis.reach - math.Abs(along); in < depth {
			depth, nx, ny = in, math.Copysign(axis.x, axis.x*along), math.Copysign(axis.y, axis.y*along)
		}
	}
	return depth, nx, ny
}

// Apart returns the distance in metres between the bodies of two vehicles, 0 if they touch; ok is false if one is not on the road.
func (w *World) Apart(a, b VehicleID) (metres float64, ok bool) {
	if n := VehicleID(len(w.journeys)); a >= n || b >= n {
		return 0, false
	}
	v, vs := w.find(a)
	o, os := w.find(b)
	if v == nil || o == nil {
		return 0, false
	}
	x, y := w.body(v, vs), w.body(o, os)
	if !separated(&x, &y) && !separated(&y, &x) {
		return 0, true
	}
	return min(x.nearest(&y), y.nearest(&x)), true
}

// nearest returns the distance in metres from a to the nearest corner of b, which is apart from it.
func (a *body) nearest(b *body) float64 {
	least := math.Inf(1)
	for _, c := range [...]struct{ along, across float64 }{{1, 1}, {1, -1}, {-1, 1}, {-1, -1}} {
		l, s := float64(c.along*b.halfLength), float64(c.across*b.halfWidth)
		dx := b.x + float64(b.ux*l) - float64(b.uy*s) - a.x
		dy := b.y + float64(b.uy*l) + float64(b.ux*s) - a.y
		along := max(0, math.Abs(float64(dx*a.ux)+float64(dy*a.uy))-a.halfLength)
		across := max(0, math.Abs(float64(dy*a.ux)-float64(dx*a.uy))-a.halfWidth)
		least = min(least, math.Sqrt(float64(along*along)+float64(across*across)))
	}
	return least
}
