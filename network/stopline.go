package network

// clearStopLines moves back the stop lines that stand in the way of traffic from other approaches. Trimming keeps edges
// clear of each other; but a turn may bend over a lane beside it where roads meet at a sharp angle, where a carriageway
// is mapped far off its middle, or where the junction's nodes lie apart, and whoever waits there would be run through.
func (b *builder) clearStopLines() {
	const rounds = 2 // paths from a stop line that has moved may pass over another
	for range rounds {
		var moved []EdgeID
		for j := range b.net.Junctions {
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
		for _, e := range moved {
			b.layLanesOf(e)
		}
		for _, e := range moved {
			b.redraw(e)
		}
		if len(moved) == 0 {
			return
		}
	}
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
// of other approaches; 0 if it need not, or if the edge is too short for it.
func (b *builder) obstructs(j *Junction, e EdgeID) float64 {
	const (
		most = 10.0 // m; paths that are not clear by then run into the same lane at a small angle
		keep = 5.0  // m of the edge, or two thirds, that stay, as when it was trimmed
	)
	n := b.net
	length := n.Edges[e].Length
	limit := min(most, length-min(keep, length*2/3))
	var back float64
	for _, lane := range n.EdgeLanes(e) {
		end := lane.Shape[len(lane.Shape)-1]
		for c := int32(j.FirstConnector); c < int32(j.FirstConnector)+j.NumConnectors; c++ {
			con := &n.Connectors[c]
			if n.Lanes[con.From].Edge != e && BoundsOf(con.Shape).Pad(bodyWidth).Contains(end) {
				back = max(back, backFrom(lane.Shape, con.Shape, limit))
			}
		}
	}
	return back
}

// backFrom returns how far back from its end, m, a lane is clear of a path, if that is within limit; else 0. Lanes that
// lie closer to where the path begins or ends than vehicles are wide are clear where they are as close as that.
func backFrom(lane, path []Point, limit float64) float64 {
	const step = 0.5 // m
	end := lane[len(lane)-1]
	reach := min(bodyWidth, 0.9*end.Dist(path[0]), 0.9*end.Dist(path[len(path)-1]))
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
