package traffic

import (
	"math"

	"roadtwin/network"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/tyre"
)

// Lanes bend. Maps have them as chains of straight pieces, whose corners nobody drives: what is driven is a bend that begins half a piece
// before a corner and ends half a piece after it, as tight as the angle asks for, but no wider than the road has room for; and what a
// corner to the left and one to the right next to it leave of each other is not a bend at all but how somebody drew a straight line.
// That is worked out once, and kept as stretches of about equal curvature, of those only that matter on some road (leastLateral). A
// straight lane has none, and costs nothing; one that bends gently costs nothing on a dry road.

// bend is a stretch of a lane that bends.
type bend struct {
	from, to  float64 // m along the lane
	curvature float64 // 1/m, the strongest, positive to the left
	root      float64 // driver.BendRoot, sqrt(m)
}

const (
	// sampling is how far apart along a lane its curvature is taken, m, and easing over how much of it the mean is taken: drivers
	// smooth out what is shorter, as does who draws a road from pictures on which it is a metre wide.
	sampling = 5.0
	easing   = 20.0
	// longestEasing is how far from a corner a bend may begin, m: a longer straight piece is straight.
	longestEasing = 30.0
	// cutting is how far its middle may pass a corner on the inside, m: what the map is off, and the room in a lane.
	cutting = 3.0
	// leastLateral is the lateral acceleration at the limit, m/s², from which on a bend matters: half of what wet ice holds.
	leastLateral = 0.25
	// alike is how much the curvature changes along a stretch.
	alike = 1.3
	// sharply times the limit is the speed from which on a bend is sharp, and matters on a dry road: most slow down for it.
	sharply = 1.1
)

// measureLanes finds the bends of all lanes.
func (l *layout) measureLanes() {
	for s := range l.places {
		p := &l.places[s]
		if !p.isLane {
			continue
		}
		lane, _ := l.net.LaneOf(p.track)
		p.hold = int32(len(l.turns))
		l.turns = appendBends(l.turns, l.net.Lanes[lane].Shape, p.length, p.limit)
		p.holdN = uint16(min(len(l.turns)-int(p.hold), math.MaxUint16))
		l.sharpen(p)
	}
}

// sharpen notes whether a bend of p matters on a dry road.
func (l *layout) sharpen(p *place) {
	p.sharp = false
	if !p.bends() { // connectors keep other things there
		return
	}
	bends := l.bendsOf(p)
	for i := range bends {
		b := &bends[i]
		p.sharp = p.sharp || math.Sqrt(usualLateral)*b.root < sharply*p.limit
	}
}

// bends reports whether lane p has bends.
func (p *place) bends() bool { return p.isLane && p.holdN > 0 }

// bendsOf returns the bends of lane p.
func (l *layout) bendsOf(p *place) []bend { return l.turns[p.hold : p.hold+int32(p.holdN)] }

// minds reports whether the bends of p matter as it is: on a dry road only sharp ones do.
func (p *place) minds() bool {
	return p.bends() && (p.sharp || p.condition != tyre.Dry || p.looks > 0)
}

// smooth works out anew whether p is plain.
func (p *place) smooth() {
	p.isPlain = p.curvature == 0 && p.gradient == 0 && !p.patched && !p.minds()
}

// bendAt returns the curvature of a track at metre at: of a lane that of the bend there, of a connector the mean. 1/m, positive to the
// left.
func (l *layout) bendAt(p *place, at float64) float64 {
	if !p.isLane {
		return l.bends[l.slots[p.track]]
	}
	if p.minds() {
		for _, b := range l.bendsOf(p) {
			if at < b.to {
				if at >= b.from {
					return b.curvature
				}
				break
			}
		}
	}
	return 0
}

// curvatureAt returns the strongest curvature under a vehicle at metre at of p, 1/m, without its sign.
func (l *layout) curvatureAt(p *place, at float64) float64 {
	if p.curvature > 0 || !p.bends() {
		return p.curvature
	}
	return math.Abs(l.bendAt(p, at))
}

// bendSpeed returns the speed in m/s at which the driver d goes round b.
func bendSpeed(d *driver.Params, b *bend) float64 {
	speed, size := d.LateralRoot*b.root, math.Abs(b.curvature)
	if float64(speed*speed)*size > d.LateralMost {
		speed = math.Sqrt(d.LateralMost / size)
	}
	return math.Max(speed, crawl)
}

// mindBends lowers the wish for the bends of the lane of place, on which v's front is at metre at, negative while it is still to come.
func (w *World) mindBends(v *vehicle, p *driver.Params, place *place, at float64, d *wish) {
	sight := farther(v.v, p)
	bends := w.layout.bendsOf(place)
	for i := range bends {
		b := &bends[i]
		gap := b.from - at
		if gap > sight {
			return
		}
		if b.to <= at {
			continue
		}
		speed := bendSpeed(p, b)
		switch {
		case speed >= float64(v.wish) && speed >= v.v:
		case gap <= 0:
			d.cap(p.Free(v.v, speed), LimitCurve)
		default:
			d.cap(p.SlowTo(v.v, speed, gap, slowStart), LimitCurve)
		}
	}
}

// bendTime returns by how many s the bends of p make the way over it longer for v's driver, who else drives at his wish.
func (w *World) bendTime(v *vehicle, p *place) (seconds float64) {
	d, wish := w.driver(v, p.looks), float64(v.wish)
	bends := w.layout.bendsOf(p)
	for i := range bends {
		b := &bends[i]
		if speed := bendSpeed(d, b); speed < wish {
			seconds += float64((b.to - b.from) * (1/speed - 1/wish))
		}
	}
	return seconds
}

// appendBends appends those of a lane with a shape, of a length (m) and limit (m/s), to dst.
func appendBends(dst []bend, shape []network.Point, length, limit float64) []bend {
	if shape = withoutSpecks(shape); len(shape) < 3 {
		return dst
	}
	least := leastLateral / (limit * limit)
	open := false
	for i, k := range curvatures(shape, length) {
		size := math.Abs(k)
		if size < least {
			open = false
			continue
		}
		at := float64(i) * sampling
		from, to := max(0, at-sampling/2), min(length, at+sampling/2)
		if last := len(dst) - 1; open && dst[last].curvature*k > 0 && size < alike*math.Abs(dst[last].curvature) && size*alike > math.Abs(dst[last].curvature) {
			dst[last].to = to
			if size > math.Abs(dst[last].curvature) {
				dst[last].curvature = k
			}
		} else {
			dst = append(dst, bend{from: from, to: to, curvature: k})
		}
		open = true
		b := &dst[len(dst)-1]
		b.root = driver.BendRoot(1 / math.Abs(b.curvature))
	}
	return dst
}

// speck is the length of a piece of a line, m, below which its direction says nothing: moving a line to the side leaves some of a
// millimetre, which may point anywhere.
const speck = 0.5

// withoutSpecks returns the line without pieces that are specks, its ends as they are; the line itself if there are none.
func withoutSpecks(line []network.Point) []network.Point {
	apart := func(a, b network.Point) bool { return math.Hypot(b.X-a.X, b.Y-a.Y) >= speck }
	clean := true
	for i := 1; i < len(line); i++ {
		clean = clean && apart(line[i-1], line[i])
	}
	if clean {
		return line
	}
	kept := []network.Point{line[0]}
	for _, p := range line[1:] {
		if apart(kept[len(kept)-1], p) {
			kept = append(kept, p)
		}
	}
	if end := line[len(line)-1]; kept[len(kept)-1] != end { // the end takes the place of a point that is too near to it
		if len(kept) > 1 {
			kept = kept[:len(kept)-1]
		}
		kept = append(kept, end)
	}
	return kept
}

// curvatures returns the curvature, 1/m, positive to the left, of a line every sampling m along it, scaled to length.
func curvatures(shape []network.Point, length float64) []float64 {
	along := make([]float64, len(shape)) // m
	for i := 1; i < len(shape); i++ {
		along[i] = along[i-1] + math.Hypot(shape[i].X-shape[i-1].X, shape[i].Y-shape[i-1].Y)
	}
	scale := length / max(along[len(along)-1], 1e-9)
	n := int(length/sampling) + 1
	turned := make([]float64, n) // rad, by sample: what the line turns by around it
	for i := 1; i+1 < len(shape); i++ {
		spread(turned, corner(shape, along, i), along[i]*scale)
	}
	smooth := make([]float64, n)
	const reach = int(easing / sampling / 2)
	for i := range smooth {
		sum := 0.0
		for k := max(0, i-reach); k <= min(n-1, i+reach); k++ {
			sum += turned[k]
		}
		mean := max(-tightest, min(tightest, sum/(float64(2*reach+1)*sampling)))
		smooth[i] = math.Round(mean*1e6) / 1e6
	}
	return smooth
}

// rounding is how a corner is driven: the angle in rad by which the line turns there, and m along it before and after over which.
type rounding struct{ angle, before, after float64 }

// corner returns how the i-th corner of a line is driven.
func corner(shape []network.Point, along []float64, i int) rounding {
	a, b, c := shape[i-1], shape[i], shape[i+1]
	x0, y0, x1, y1 := b.X-a.X, b.Y-a.Y, c.X-b.X, c.Y-b.Y
	angle := math.Atan2(float64(x0*y1)-float64(y0*x1), float64(x0*x1)+float64(y0*y1))
	before, after := min(longestEasing, (along[i]-along[i-1])/2), min(longestEasing, (along[i+1]-along[i])/2)
	// An arc of this radius, whose tangents meet at the corner, passes it at a distance of cutting.
	if half := math.Abs(angle) / 2; half > 0 {
		arc := cutting / (1/math.Cos(min(half, 1.5)) - 1) * half //nolint:forbidigo // rounded by curvatures
		before, after = min(before, arc), min(after, arc)
	}
	return rounding{angle, before, after}
}

// spread adds what a corner at so many m turns by to the samples around it.
func spread(turned []float64, r rounding, at float64) {
	from, to := at-r.before, at+r.after
	if to-from < 1e-6 {
		from, to = at-0.5, at+0.5
	}
	last := len(turned) - 1
	for i := max(0, int(from/sampling)); i <= min(last, int(to/sampling)+1); i++ {
		lo, hi := (float64(i)-0.5)*sampling, (float64(i)+0.5)*sampling
		if share := min(hi, to) - max(lo, from); share > 0 {
			turned[i] += r.angle * share / (to - from)
		}
	}
}
