package exchange

import (
	"fmt"
	"slices"

	"roadtwin/network"
	"roadtwin/scenarios/rare"
)

// piece is the piece of road of an episode: whole edges, and the connectors between them.
type piece struct {
	net        *network.Network
	edges      []network.EdgeID      // ascending
	connectors []network.ConnectorID // ascending; both their edges are there
	road       map[network.TrackID]*rare.LaneRoad
	low, high  network.Point
}

// newPiece returns the piece of road of e, or an error if its tracks are not those of net.
func newPiece(e *rare.Episode, net *network.Network) (*piece, error) {
	p := &piece{net: net, road: map[network.TrackID]*rare.LaneRoad{}}
	with := map[network.EdgeID]bool{}
	for i := range e.Lanes {
		t := e.Lanes[i].Track
		if t < 0 || int(t) >= net.NumTracks() {
			return nil, fmt.Errorf("episode %d: track %d, want one of the %d of the network", e.ID, t, net.NumTracks())
		}
		p.road[t] = &e.Lanes[i]
		if lane, ok := net.LaneOf(t); ok {
			with[net.Lanes[lane].Edge] = true
		} else if c, ok := net.ConnectorOf(t); ok { // its lanes belong to it
			with[net.Lanes[net.Connectors[c].From].Edge] = true
			with[net.Lanes[net.Connectors[c].To].Edge] = true
		}
	}
	if len(with) == 0 {
		return nil, fmt.Errorf("episode %d has no piece of road", e.ID)
	}
	for edge := range with {
		p.edges = append(p.edges, edge)
	}
	slices.Sort(p.edges)
	for c := range net.Connectors {
		if with[net.Lanes[net.Connectors[c].From].Edge] && with[net.Lanes[net.Connectors[c].To].Edge] {
			p.connectors = append(p.connectors, network.ConnectorID(c))
		}
	}
	p.bound()
	return p, nil
}

// bound finds out where the piece is.
func (p *piece) bound() {
	first := true
	for _, t := range p.tracks() {
		for _, at := range p.net.TrackShape(t) {
			if first {
				p.low, p.high, first = at, at, false
			}
			p.low.X, p.low.Y = min(p.low.X, at.X), min(p.low.Y, at.Y)
			p.high.X, p.high.Y = max(p.high.X, at.X), max(p.high.Y, at.Y)
		}
	}
}

// tracks returns all lanes and connectors of the piece.
func (p *piece) tracks() (all []network.TrackID) {
	for _, e := range p.edges {
		edge := &p.net.Edges[e]
		for i := range edge.NumLanes {
			all = append(all, (edge.FirstLane + network.LaneID(i)).Track())
		}
	}
	for _, c := range p.connectors {
		all = append(all, p.net.ConnectorTrack(c))
	}
	return all
}

// junctions returns those that connectors of the piece lead through, ascending.
func (p *piece) junctions() (all []network.JunctionID) {
	for _, c := range p.connectors {
		all = append(all, p.net.Connectors[c].Junction)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// has reports whether a connector of the piece leads through j.
func (p *piece) has(j network.JunctionID) bool {
	return slices.ContainsFunc(p.connectors, func(c network.ConnectorID) bool { return p.net.Connectors[c].Junction == j })
}

// Numbers of roads in OpenDRIVE: edges as they are numbered, connectors behind all edges.
func (p *piece) edgeRoad(e network.EdgeID) int           { return int(e) }
func (p *piece) connectorRoad(c network.ConnectorID) int { return len(p.net.Edges) + int(c) }

// laneNumber returns the number of lane l in OpenDRIVE, counted from the reference line, which is in the middle of the lane at the
// offside: negative where one drives on the right.
func (p *piece) laneNumber(l network.LaneID) int {
	lane := &p.net.Lanes[l]
	n := int(p.net.Edges[lane.Edge].NumLanes) - int(lane.Index)
	if p.net.DrivingSide == network.RightHand {
		return -n
	}
	return n
}

// offsideLane returns the lane whose middle is the reference line of an edge.
func (p *piece) offsideLane(e network.EdgeID) network.LaneID {
	edge := &p.net.Edges[e]
	return edge.FirstLane + network.LaneID(edge.NumLanes) - 1
}

// widthOf returns the width of a track, m: a connector's is that of the lane before it.
func (p *piece) widthOf(t network.TrackID) float64 {
	if l, ok := p.net.LaneOf(t); ok {
		return p.net.Lanes[l].Width
	}
	k, _ := p.net.ConnectorOf(t)
	return p.net.Lanes[p.net.Connectors[k].From].Width
}
