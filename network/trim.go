package network

import "math"

// minLength is the least length of an edge, m. Shapes that leave less are taken to be that long.
const minLength = 1.0

// arm is the end of an edge at a junction, seen from the junction: a strip that begins at p and leads away along d.
type arm struct {
	edge     EdgeID
	incoming bool
	p, d     Point
	half     float64 // m, half its width
	behind   float64 // m that its strip reaches back from p, across a junction that is wider than a point
}

// trimEdges cuts every edge back to where its lanes leave the roads that it meets, at both ends.
func (b *builder) trimEdges() {
	head := make([]float64, len(b.lines)) // m to cut off at the beginning
	tail := make([]float64, len(b.lines)) // and at the end
	b.heads = make([]float64, len(b.lines))
	for j := range b.net.Junctions {
		if len(b.moves[j]) == 0 || b.allDrawn(&b.net.Junctions[j]) {
			continue // a boundary, or stop lines that are known: nothing to keep clear of
		}
		b.trimJunction(&b.net.Junctions[j], head, tail)
		b.smoothShifts(b.moves[j], head, tail)
	}
	for e := range b.lines {
		if b.spec.Edges[e].AsDrawn {
			b.net.Edges[e].Length = max(minLength, roundMM(b.drawnLength(e)))
			continue
		}
		length := PolylineLength(b.lines[e])
		tail[e] = max(tail[e], min(b.spec.Edges[e].StopOffset, length))
		h, t := fit(head[e], tail[e], length)
		b.heads[e] = h
		b.lines[e] = cut(b.lines[e], h, t)
		b.net.Edges[e].Length = max(minLength, roundMM(PolylineLength(b.lines[e])))
	}
}

// wantedLength is what every edge is left with where its shape has as much, m: room for a car, and more than any vehicle
// drives in a step.
const wantedLength = 5.05

// fit shrinks two cuts in proportion so that wantedLength is left, or all but a hundredth of a shape that is shorter.
func fit(head, tail, length float64) (h, t float64) {
	const least = 0.01
	room := max(length-wantedLength, least*length)
	if sum := head + tail; sum > room {
		return head * room / sum, tail * room / sum
	}
	return head, tail
}

// trimJunction raises head and tail of the edges at j to what their neighbours need.
func (b *builder) trimJunction(j *Junction, head, tail []float64) {
	arms := b.armsOf(j)
	plain := b.continues(j)
	needs := make([]float64, len(arms))
	for i := range arms {
		needs[i] = 0.5 // m
		for k := range arms {
			if k == i || b.net.Edges[arms[i].edge].Opposite == arms[k].edge {
				continue
			}
			needs[i] = max(needs[i], b.clearance(&arms[i], &arms[k], plain))
			if plain {
				needs[i] = max(needs[i], b.bendRoom(&arms[i], &arms[k]))
			}
		}
	}
	for i := range arms {
		a := &arms[i]
		need := needs[i]
		for k := range arms {
			// The two directions of a road end together.
			o := &arms[k]
			if b.net.Edges[a.edge].Opposite == o.edge && a.p.Dist(o.p) < a.half+o.half+2 {
				need = max(need, needs[k])
			}
		}
		if j.Kind == Signalised && a.incoming && !plain {
			need += crosswalk
		}
		if a.incoming {
			tail[a.edge] = need
		} else {
			head[a.edge] = need
		}
	}
}

// bendRoom returns how far a road that bends at the junction is to be cut back on either side for the bend to be driven
// at the speed limit and 2.5 m/s² across it, or on a radius of 60 m, or within 10 m.
func (b *builder) bendRoom(a, o *arm) float64 {
	const across, widest, most = 2.5, 60.0, 10.0 // m/s², m, m
	if a.incoming == o.incoming {
		return 0
	}
	v := b.spec.Edges[a.edge].Lanes[0].SpeedLimit
	half := math.Abs(angleBetween(a.d.neg(), o.d)) / 2
	if half > math.Pi/3 {
		return most
	}
	return min((min(v*v/across, widest)+a.half)*math.Tan(half), most)
}

// crosswalk is how much farther back the stop line of a signal stands than the beginning of the kerb's rounding: with it
// there is room for a crosswalk of 3 m and 4 ft before it (MUTCD 2009, 3B.16).
const crosswalk = 2.0

func (b *builder) armsOf(j *Junction) []arm {
	arms := make([]arm, 0, len(j.In)+len(j.Out))
	for _, e := range j.In {
		arms = append(arms, arm{e, true, b.ends[e].end, b.ends[e].in.neg(), b.ends[e].half, 0})
	}
	for _, e := range j.Out {
		arms = append(arms, arm{e, false, b.ends[e].start, b.ends[e].out, b.ends[e].half, 0})
	}
	const least, most = 1.0, 40.0 // m
	for i := range arms {
		a := &arms[i]
		a.behind = least
		for _, o := range arms {
			a.behind = max(a.behind, min(a.p.minus(o.p).dot(a.d), most))
		}
	}
	return arms
}

// continues tells whether j only joins two edges of one road, in one or both directions.
func (b *builder) continues(j *Junction) bool {
	switch {
	case len(j.In) == 1 && len(j.Out) <= 1, len(j.In) <= 1 && len(j.Out) == 1:
		return true
	case len(j.In) == 2 && len(j.Out) == 2:
		e := b.net.Edges
		return e[j.In[0]].Opposite == j.Out[0] && e[j.In[1]].Opposite == j.Out[1] ||
			e[j.In[0]].Opposite == j.Out[1] && e[j.In[1]].Opposite == j.Out[0]
	}
	return false
}

// clearance returns how far from the junction arm a has left the strip of arm o, m.
func (b *builder) clearance(a, o *arm, plain bool) float64 {
	const (
		parallel   = 0.06 // sine of the angle below which strips never part
		corner     = 4.0  // m that a kerb's rounding adds: a car turns there on a radius of about 6 m
		mostCross  = 30.0 // m
		mostFork   = 20.0 // m, where roads part at a small angle
		mostRamp   = 40.0 // m, for the ramp of the two
		mostPlain  = 4.0  // m, for a road that continues
		mostRing   = 10.0 // m, for the ring of a roundabout: no sharper a turn than at other corners
		smallAngle = 35 * math.Pi / 180
	)
	sin, cos := a.d.cross(o.d), a.d.dot(o.d)
	if math.Abs(sin) < parallel {
		return 0
	}
	var need float64
	for _, side := range [2]float64{-a.half, a.half} {
		pa := a.p.ahead(a.d.left(), side)
		for _, edge := range [2]float64{-o.half, o.half} {
			gap := o.p.ahead(o.d.left(), edge).minus(pa)
			if gap.cross(a.d)/sin >= -o.behind {
				need = max(need, gap.cross(o.d)/sin)
			}
		}
	}
	if need > 0 && !plain && math.Abs(sin) > math.Sin(smallAngle) {
		need += corner
	}
	ea, eo := &b.spec.Edges[a.edge], &b.spec.Edges[o.edge]
	switch {
	case plain:
		return min(need, mostPlain)
	case ea.Roundabout:
		return min(need, mostRing)
	case cos > math.Cos(smallAngle) && ea.Link && !eo.Link:
		return min(need, mostRamp)
	case cos > math.Cos(smallAngle):
		return min(need, mostFork)
	}
	return min(need, mostCross)
}

// smoothShifts makes room where lanes are shifted sideways on a road that goes on (a lane is added or dropped, a ramp
// leaves the middle of the carriageway): so much that the S-bend across it takes 1.5 m/s² at the speed limit.
func (b *builder) smoothShifts(moves []*move, head, tail []float64) {
	const (
		flowing  = 35 * math.Pi / 180
		slight   = 0.5  // m of shift that need no room
		comfort  = 1.78 // s²/m: a cubic S-bend over length c has a curvature of 2.67 d/c² at most; 2.67/1.5
		mostFlow = 40.0 // m on either side
		mostStop = 12.0 // m, where others turn or cross
		mostPart = 0.35 // of an edge
	)
	most := mostFlow
	for _, m := range moves {
		if math.Abs(m.angle) > flowing {
			most = mostStop
		}
	}
	for _, m := range moves {
		shift := b.sidestep(m)
		if shift < slight || math.Abs(m.angle) > flowing {
			continue
		}
		speed := min(b.spec.Edges[m.from].Lanes[0].SpeedLimit, b.spec.Edges[m.to].Lanes[0].SpeedLimit)
		room := speed * math.Sqrt(comfort*shift) / 2
		tail[m.from] = max(tail[m.from], min(room, most, mostPart*PolylineLength(b.lines[m.from])))
		head[m.to] = max(head[m.to], min(room, most, mostPart*PolylineLength(b.lines[m.to])))
	}
}

// sidestep returns the longest way sideways that a connector of m takes, m.
func (b *builder) sidestep(m *move) float64 {
	from, to := &b.ends[m.from], &b.ends[m.to]
	across := from.in.plus(to.out).unit().left()
	shift := b.toOffside * across.dot(to.start.minus(from.end))
	var most float64
	for _, p := range m.pairs {
		most = max(most, math.Abs(shift+b.laneOffset(m.to, p.to)-b.laneOffset(m.from, p.from)))
	}
	return most
}

// layLanes gives every lane its centre line and length.
func (b *builder) layLanes() {
	for e := range b.net.Edges {
		b.layLanesOf(EdgeID(e))
	}
}

func (b *builder) layLanesOf(e EdgeID) {
	edge := &b.net.Edges[e]
	for i := range edge.NumLanes {
		lane := &b.net.Lanes[int32(edge.FirstLane)+i]
		if drawn := b.drawnLane(e, int(i)); drawn != nil {
			lane.Shape = drawn
		} else {
			lane.Shape = Offset(b.lines[e], b.toOffside*b.laneOffset(e, int(i)))
		}
		for k, p := range lane.Shape {
			lane.Shape[k] = p.rounded()
		}
		lane.Length = edge.Length
	}
}
