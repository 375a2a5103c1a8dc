package network

import (
	"math"
	"slices"
)

// clearStopLines moves back the stop lines that stand in the way of traffic from other approaches. Trimming keeps edges
// clear of each other; but a turn may bend over a lane beside it where roads meet at a sharp angle, where a carriageway
// is mapped far off its middle, or where the junction's nodes lie apart, and whoever waits there would be run through.
func (b *builder) clearStopLines() {
	const rounds = 5 // paths from a stop line that has moved may pass over another
	pending := make([]JunctionID, len(b.net.Junctions))
	for j := range pending {
		pending[j] = JunctionID(j)
	}
	for range rounds {
		moved := b.moveBack(pending)
		if len(moved) == 0 {
			return
		}
		pending = pending[:0]
		for _, e := range moved {
			b.layLanesOf(e)
			pending = append(pending, b.net.Edges[e].From, b.net.Edges[e].To)
		}
		for _, e := range moved {
			b.redraw(e)
		}
		slices.Sort(pending)
		pending = slices.Compact(pending)
	}
}

// moveBack moves back the stop lines at the given junctions that need it, and returns their edges.
func (b *builder) moveBack(junctions []JunctionID) (moved []EdgeID) {
	for _, j := range junctions {
		for _, e := range b.net.Junctions[j].In {
			if b.spec.Edges[e].AsDrawn {
				continue
			}
			if back := b.obstructs(&b.net.Junctions[j], e); back > 0 {
				b.lines[e] = cut(b.lines[e], 0, back)
				b.net.Edges[e].Length = max(minLength, roundMM(PolylineLength(b.lines[e])))
				moved = append(moved, e)
			}
		}
	}
	return moved
}

// redraw draws the connectors that leave edge e or lead to it again.
func (b *builder) redraw(e EdgeID) {
	for _, lane := range b.net.EdgeLanes(e) {
		for _, c := range lane.In {
			b.drawConnector(&b.net.Connectors[c])
		}
		for c := range lane.NumOut {
			b.drawConnector(&b.net.Connectors[int32(lane.FirstOut)+c])
		}
	}
}

// obstructs returns how far the stop line of edge e must move back, m, for those who wait there to be clear of the paths
// of other approaches and of those who wait beside them to merge; 0 if it need not, or if the edge is too short for it.
func (b *builder) obstructs(j *Junction, e EdgeID) float64 {
	const (
		most    = 40.0               // m; paths that are not clear by then run beside the lane
		merging = 35 * math.Pi / 180 // between the approaches of a merge
	)
	n := b.net
	limit := min(most, n.Edges[e].Length-wantedLength)
	if limit <= 0 {
		return 0
	}
	var back float64
	for _, lane := range n.EdgeLanes(e) {
		end := lane.Shape[len(lane.Shape)-1]
		for c := int32(j.FirstConnector); c < int32(j.FirstConnector)+j.NumConnectors; c++ {
			con := &n.Connectors[c]
			if n.Lanes[con.From].Edge != e && BoundsOf(con.Shape).Pad(bodyWidth).Contains(end) {
				near := min(end.Dist(con.Shape[0]), end.Dist(con.Shape[len(con.Shape)-1]))
				back = max(back, backFrom(lane.Shape, con.Shape, min(bodyWidth, 0.9*near), limit))
			}
		}
		for _, o := range j.In {
			if o == e || math.Abs(b.bearing(e, o)) < math.Pi-merging {
				continue
			}
			for _, other := range n.EdgeLanes(o) {
				back = max(back, backFrom(lane.Shape, other.Shape, bodyWidth, limit))
			}
		}
	}
	return back
}

// backFrom returns how far back from its end, m, a lane is reach (m) clear of a path, if that is within limit; else 0.
func backFrom(lane, path []Point, reach, limit float64) float64 {
	const step = 0.5 // m
	length := PolylineLength(lane)
	for back := 0.0; back <= limit; back += step {
		if p, _ := locate(lane, length-back); distToLine(p, path) >= reach {
			return back
		}
	}
	return 0
}

// distToLine returns the distance in metres from p to the nearest point of a line.
func distToLine(p Point, line []Point) float64 {
	least := p.Dist(line[0])
	for i := 1; i < len(line); i++ {
		least = min(least, distToSegment(p, line[i-1], line[i]))
	}
	return least
}
