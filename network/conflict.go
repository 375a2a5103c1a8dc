package network

import "math"

const (
	// bodyWidth is how close two paths must come, m, for the vehicles on them to touch: two half-widths of 1 m.
	bodyWidth = 2.0
	// sideBySide is the same for paths from lanes of one edge, or to lanes of one: drivers beside each other keep apart.
	sideBySide = 1.0
	// margin is added to it for where the conflict begins and ends, m.
	margin = 0.3
)

// findConflicts finds where connectors of a junction meet, and stores each conflict from both sides.
func (b *builder) findConflicts() {
	const smallest, largest = 1 << 8, 1 << 16
	n := b.net
	var traces []trace
	var distances []float64
	var blocks [][]Conflict // a state has millions: a slice that grows would be copied again and again
	last := make([]Conflict, 0, smallest)
	for j := range n.Junctions {
		junction := &n.Junctions[j]
		cons := n.Connectors[junction.FirstConnector : int32(junction.FirstConnector)+junction.NumConnectors]
		traces, distances = traced(traces, distances, cons)
		for i := range cons {
			for k := i + 1; k < len(cons); k++ {
				if !traces[i].box.Intersects(traces[k].box) {
					continue
				}
				c, ok := b.meet(&cons[i], &cons[k], &traces[i], &traces[k])
				if !ok {
					continue
				}
				c.Of, c.With = junction.FirstConnector+ConnectorID(i), junction.FirstConnector+ConnectorID(k)
				if len(last) == cap(last) {
					blocks, last = append(blocks, last), make([]Conflict, 0, min(2*cap(last), largest))
				}
				last = append(last, c)
				cons[i].NumConflicts++
				cons[k].NumConflicts++
			}
		}
	}
	b.placeConflicts(append(blocks, last))
}

// placeConflicts stores each conflict from both sides, sorted by Of, then With, as it comes: those of a connector with
// lower ones are found before those with higher ones, and both in ascending order.
func (b *builder) placeConflicts(blocks [][]Conflict) {
	n := b.net
	var at int32
	next := make([]int32, len(n.Connectors))
	for c := range n.Connectors {
		next[c] = at
		if count := n.Connectors[c].NumConflicts; count > 0 {
			n.Connectors[c].FirstConflict = at
			at += count
		}
	}
	n.Conflicts = elements[Conflict](int(at))
	for i, block := range blocks {
		for _, c := range block {
			n.Conflicts[next[c.Of]], n.Conflicts[next[c.With]] = c, c.mirrored()
			next[c.Of]++
			next[c.With]++
		}
		blocks[i] = nil
	}
}

// mirrored returns c as seen from the other connector.
func (c Conflict) mirrored() Conflict {
	c.Of, c.With = c.With, c.Of
	c.Start, c.End, c.WithStart, c.WithEnd = c.WithStart, c.WithEnd, c.Start, c.End
	return c
}

// meet returns the conflict between two connectors; ok is false if they keep clear of each other.
func (b *builder) meet(p, q *Connector, tp, tq *trace) (c Conflict, ok bool) {
	switch {
	case p.From == q.From:
		c.Kind = Diverging
	case p.To == q.To:
		c.Kind = Merging
	default:
		c.Kind = Crossing
		limit := bodyWidth
		if b.net.Lanes[p.From].Edge == b.net.Lanes[q.From].Edge || b.net.Lanes[p.To].Edge == b.net.Lanes[q.To].Edge {
			limit = sideBySide
		}
		if !collide(p, q, tq.box.Pad(bodyWidth/2), limit) {
			return c, false
		}
	}
	var r, s span
	r.reset()
	s.reset()
	near(tp, tq, &r, &s)
	c.Start, c.End = r.within(p.Length)
	c.WithStart, c.WithEnd = s.within(q.Length)
	switch c.Kind {
	case Diverging:
		c.Start, c.WithStart = 0, 0
	case Merging:
		c.End, c.WithEnd = p.Length, q.Length
	}
	return c, true
}

// collide tells whether two paths between four different lanes cross, or come closer than limit and closer than the lanes
// themselves are at their ends (narrow streets have lanes less than two vehicles apart).
func collide(p, q *Connector, box Bounds, limit float64) bool {
	pf, pt := p.Shape[0], p.Shape[len(p.Shape)-1]
	qf, qt := q.Shape[0], q.Shape[len(q.Shape)-1]
	apart := min(pf.Dist(qf), pt.Dist(qt), pf.Dist(qt), pt.Dist(qf))
	limit = min(limit, 0.9*apart)
	for i := 1; i < len(p.Shape); i++ {
		a0, a1 := p.Shape[i-1], p.Shape[i]
		if outside(a0, a1, box) {
			continue
		}
		for k := 1; k < len(q.Shape); k++ {
			b0, b1 := q.Shape[k-1], q.Shape[k]
			if far(a0, a1, b0, b1, limit) {
				continue
			}
			if segmentsCross(a0, a1, b0, b1) || segmentDist(a0, a1, b0, b1) < limit {
				return true
			}
		}
	}
	return false
}

// far tells quickly that two segments are more than d apart; false means perhaps.
func far(a0, a1, b0, b1 Point, d float64) bool {
	return max(a0.X, a1.X)+d < min(b0.X, b1.X) || max(b0.X, b1.X)+d < min(a0.X, a1.X) ||
		max(a0.Y, a1.Y)+d < min(b0.Y, b1.Y) || max(b0.Y, b1.Y)+d < min(a0.Y, a1.Y)
}

func segmentsCross(a0, a1, b0, b1 Point) bool {
	a, bb := a1.minus(a0), b1.minus(b0)
	return a.cross(b0.minus(a0))*a.cross(b1.minus(a0)) < 0 && bb.cross(a0.minus(b0))*bb.cross(a1.minus(b0)) < 0
}

// segmentDist returns the distance between two segments that do not cross.
func segmentDist(a0, a1, b0, b1 Point) float64 {
	return min(distToSegment(a0, b0, b1), distToSegment(a1, b0, b1), distToSegment(b0, a0, a1), distToSegment(b1, a0, a1))
}

// span is a range of distances along a line, m.
type span struct{ first, last float64 }

func (r *span) reset()                       { *r = span{math.Inf(1), math.Inf(-1)} }
func (r *span) covers(from, to float64) bool { return r.first <= from && to <= r.last }
func (r *span) add(from, to float64)         { r.first, r.last = min(r.first, from), max(r.last, to) }

// within returns the span cut to [0, length], on the grid of millimetres like length; all of it if it is empty.
func (r *span) within(length float64) (from, to float64) {
	if r.first > r.last {
		return 0, length
	}
	return roundMM(min(max(r.first, 0), length)), roundMM(min(max(r.last, 0), length))
}

// outside tells whether a segment is beyond one side of box.
func outside(a, b Point, box Bounds) bool {
	return a.X < box.MinX && b.X < box.MinX || a.X > box.MaxX && b.X > box.MaxX ||
		a.Y < box.MinY && b.Y < box.MinY || a.Y > box.MaxY && b.Y > box.MaxY
}

// trace is a line with the distance of each of its points along it, m, and the room it takes with half of what may be
// between two paths.
type trace struct {
	line []Point
	at   []float64
	box  Bounds
}

// traced returns the traces of connectors; they are cut from distances, which is returned for the next time.
func traced(dst []trace, distances []float64, cons []Connector) ([]trace, []float64) {
	dst, distances = dst[:0], distances[:0]
	for i := range cons {
		first, sum := len(distances), 0.0
		line := cons[i].Shape
		distances = append(distances, 0)
		for k := 1; k < len(line); k++ {
			sum += line[k].Dist(line[k-1])
			distances = append(distances, sum)
		}
		dst = append(dst, trace{line, distances[first:], BoundsOf(line).Pad((bodyWidth + margin) / 2)})
	}
	return dst, distances
}

// near adds to r and s the parts of lines p and q that are closer than a body and the margin to each other.
func near(p, q *trace, r, s *span) {
	const d = bodyWidth + margin
	box := q.box.Pad(d / 2)
	for i := 1; i < len(p.line); i++ {
		a0, a1 := p.line[i-1], p.line[i]
		if outside(a0, a1, box) {
			continue
		}
		sp, ep := p.at[i-1], p.at[i]
		for k := 1; k < len(q.line); k++ {
			b0, b1 := q.line[k-1], q.line[k]
			if far(a0, a1, b0, b1, d) {
				continue
			}
			sq, eq := q.at[k-1], q.at[k]
			if !r.covers(sp, ep) {
				if from, to, ok := closeTo(a0, a1, b0, b1, d); ok {
					r.add(sp+float64(from*(ep-sp)), sp+float64(to*(ep-sp)))
				}
			}
			if !s.covers(sq, eq) {
				if from, to, ok := closeTo(b0, b1, a0, a1, d); ok {
					s.add(sq+float64(from*(eq-sq)), sq+float64(to*(eq-sq)))
				}
			}
		}
	}
}

// closeTo returns the part of the segment from a to b, as fractions of it, that is within d of the segment from p to q.
// What is within d of a segment is a rectangle with a half disc at either end; a line's part in that convex shape is
// the hull of its parts in the rectangle and the discs.
func closeTo(a, b, p, q Point, d float64) (from, to float64, ok bool) {
	if within(a, p, q, d) && within(b, p, q, d) {
		return 0, 1, true // that shape is convex
	}
	ab := b.minus(a)
	if f, t, hit := inRectangle(a, ab, p, q, d); hit && f == 0 && t == 1 {
		return f, t, true
	} else if hit {
		from, to = f, t
	} else {
		from, to = math.Inf(1), math.Inf(-1)
	}
	for _, centre := range [2]Point{p, q} {
		if f, t, hit := inDisc(a, ab, centre, d); hit {
			from, to = min(from, f), max(to, t)
		}
	}
	return from, to, from <= to
}

// within tells whether a point is within d of the segment from p to q.
func within(a, p, q Point, d float64) bool {
	pq, pa := q.minus(p), a.minus(p)
	square, along := pq.dot(pq), pa.dot(pq)
	switch {
	case along <= 0:
		return pa.dot(pa) <= float64(d*d)
	case along >= square:
		qa := a.minus(q)
		return qa.dot(qa) <= float64(d*d)
	}
	across := pq.cross(pa)
	return float64(across*across) <= float64(d*d)*square
}

func inDisc(a, ab, centre Point, d float64) (from, to float64, ok bool) {
	f := a.minus(centre)
	qa, qb, qc := ab.dot(ab), f.dot(ab), f.dot(f)-float64(d*d)
	if qa == 0 {
		return 0, 1, qc <= 0
	}
	disc := float64(qb*qb) - float64(qa*qc)
	if disc < 0 {
		return 0, 0, false
	}
	root := math.Sqrt(disc)
	from, to = max((-qb-root)/qa, 0), min((-qb+root)/qa, 1)
	return from, to, from <= to
}

func inRectangle(a, ab, p, q Point, d float64) (from, to float64, ok bool) {
	pq := q.minus(p)
	length := pq.norm()
	if length == 0 {
		return 0, 0, false
	}
	dir := Point{pq.X / length, pq.Y / length}
	f := a.minus(p)
	from, to = 0, 1
	clip := func(start, rate, low, high float64) {
		if rate == 0 {
			if start < low || start > high {
				from, to = 1, 0
			}
			return
		}
		t0, t1 := (low-start)/rate, (high-start)/rate
		from, to = max(from, min(t0, t1)), min(to, max(t0, t1))
	}
	clip(f.dot(dir), ab.dot(dir), 0, length)
	clip(dir.cross(f), dir.cross(ab), -d, d)
	return from, to, from <= to
}
