package network

import "slices"

// allDrawn tells whether the source has drawn every edge at j up to its stop line.
func (b *builder) allDrawn(j *Junction) bool {
	for _, edges := range [2][]EdgeID{j.In, j.Out} {
		for _, e := range edges {
			if !b.spec.Edges[e].AsDrawn {
				return false
			}
		}
	}
	return true
}

// drawnLane returns the shape that the source has for a lane, nil for none.
func (b *builder) drawnLane(e EdgeID, lane int) []Point {
	s := &b.spec.Edges[e]
	if !s.AsDrawn || len(s.LaneShapes) == 0 {
		return nil
	}
	return clean(s.LaneShapes[lane])
}

// drawnLength returns the length in metres of an edge that is AsDrawn: the mean of the lanes that have a shape of their
// own, or that of its middle.
func (b *builder) drawnLength(e int) float64 {
	var sum float64
	drawn := 0
	for i := range b.spec.Edges[e].LaneShapes {
		if line := b.drawnLane(EdgeID(e), i); line != nil {
			sum += PolylineLength(line)
			drawn++
		}
	}
	if drawn == 0 {
		return PolylineLength(b.lines[e])
	}
	return sum / float64(drawn)
}

// connectionKey names a connection by its ends: edge, lane, edge, lane.
type connectionKey [4]int32

// key returns the ends of connector c.
func (b *builder) key(c ConnectorID) connectionKey {
	con := &b.net.Connectors[c]
	from, to := &b.net.Lanes[con.From], &b.net.Lanes[con.To]
	return connectionKey{int32(from.Edge), from.Index, int32(to.Edge), to.Index}
}

// regulateAsGiven lets those yield at a junction that do so by the spec.
func (b *builder) regulateAsGiven(id JunctionID) {
	j := &b.net.Junctions[id]
	if b.connections == nil {
		b.connections = make(map[connectionKey]int32, len(b.spec.Connections))
		for i := range b.spec.Connections {
			c := &b.spec.Connections[i]
			k := connectionKey{c.From, c.FromLane, c.To, c.ToLane}
			if _, twice := b.connections[k]; !twice {
				b.connections[k] = int32(i)
			}
		}
	}
	first := j.FirstConnector
	given := make([]int32, j.NumConnectors) // the connection of each connector
	for i := range given {
		given[i] = b.connections[b.key(first+ConnectorID(i))]
	}
	if j.Kind == PrioritySide && b.spec.Junctions[id].Control == PriorityRoad {
		j.Kind = PriorityRoad
	}
	gives := func(p, q ConnectorID) bool {
		return slices.Contains(b.spec.Connections[given[p-first]].Yields, given[q-first])
	}
	for i := range given {
		con := &b.net.Connectors[first+ConnectorID(i)]
		yields := false
		for k := range b.net.ConflictsOf(first + ConnectorID(i)) {
			conflict := &b.net.Conflicts[int(con.FirstConflict)+k]
			if conflict.Kind == Diverging {
				continue
			}
			if mine, theirs := gives(conflict.Of, conflict.With), gives(conflict.With, conflict.Of); mine || theirs {
				conflict.Yields = mine
			}
			yields = yields || conflict.Yields && b.approach(conflict.Of) != b.approach(conflict.With)
		}
		switch {
		case con.Control == Signal && !b.spec.Connections[given[i]].Unsignalled:
		case b.spec.Connections[given[i]].Stops:
			con.Control = Stop
		case yields:
			con.Control = Yield
		default:
			con.Control = Free
		}
	}
}
