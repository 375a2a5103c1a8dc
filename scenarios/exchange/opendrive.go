package exchange

import (
	"fmt"
	"io"
	"strconv"

	"roadtwin/network"
	"roadtwin/scenarios/rare"
)

// WriteOpenDRIVE writes the piece of road of an episode as OpenDRIVE 1.7: a road for each edge, whose reference line is the middle of its lane at the
// offside, and one for each connector; junctions, signals, limits, and what lies on the lanes as materials with their friction. Reference lines are made of straight
// pieces, as the network's are.
func WriteOpenDRIVE(w io.Writer, e *rare.Episode, net *network.Network) error {
	p, err := newPiece(e, net)
	if err != nil {
		return err
	}
	m := newMarkup(w)
	m.begin("OpenDRIVE")
	m.begin("header", "revMajor", "1", "revMinor", "7", "name", fmt.Sprintf("%s, episode %d", e.Scene, e.ID), "version", "1.00",
		"north", num(p.high.Y), "south", num(p.low.Y), "east", num(p.high.X), "west", num(p.low.X), "vendor", "Roadtwin")
	if net.Projection != (network.Projection{}) {
		m.text("geoReference", fmt.Sprintf("+proj=tmerc +lat_0=%s +lon_0=%s +k=1 +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs", num(net.Projection.Lat0), num(net.Projection.Lon0)))
	}
	m.end()
	for _, edge := range p.edges {
		p.writeEdge(m, edge)
	}
	for _, c := range p.connectors {
		p.writeConnector(m, c)
	}
	p.writeControllers(m)
	for _, j := range p.junctions() {
		p.writeJunction(m, j)
	}
	return m.finish()
}

// rule returns the side that one drives on, as OpenDRIVE has it.
func (p *piece) rule() string {
	if p.net.DrivingSide == network.RightHand {
		return "RHT"
	}
	return "LHT"
}

func (p *piece) writeEdge(m *markup, e network.EdgeID) {
	edge := &p.net.Edges[e]
	offside := p.offsideLane(e)
	shape := p.net.Lanes[offside].Shape
	m.begin("road", "name", edge.Name, "length", num(length(shape)), "id", strconv.Itoa(p.edgeRoad(e)), "junction", "-1", "rule", p.rule())
	if from, to := p.has(edge.From), p.has(edge.To); from || to {
		m.begin("link")
		if from {
			m.leaf("predecessor", "elementType", "junction", "elementId", strconv.Itoa(int(edge.From)))
		}
		if to {
			m.leaf("successor", "elementType", "junction", "elementId", strconv.Itoa(int(edge.To)))
		}
		m.end()
	}
	p.writeType(m, edge.Road)
	writePlan(m, shape)
	var lanes []network.LaneID
	for l := offside; l >= edge.FirstLane; l-- {
		lanes = append(lanes, l)
	}
	m.begin("lanes")
	p.writeOffset(m, p.net.Lanes[offside].Width)
	m.begin("laneSection", "s", "0")
	p.writeSides(m, func() {
		for _, l := range p.ascending(lanes) {
			p.writeLane(m, l)
		}
	})
	m.end()
	m.end()
	p.writeSignals(m, e, length(shape))
	m.end()
}

// ascending returns lanes as OpenDRIVE wants them, from left to right: by number, descending.
func (p *piece) ascending(lanes []network.LaneID) []network.LaneID {
	if p.net.DrivingSide == network.RightHand {
		return lanes // -1, -2, ...
	}
	turned := make([]network.LaneID, 0, len(lanes))
	for i := len(lanes) - 1; i >= 0; i-- {
		turned = append(turned, lanes[i])
	}
	return turned
}

// writeType writes the kind of road.
func (p *piece) writeType(m *markup, c network.RoadClass) {
	kind := "town"
	switch c {
	case network.Motorway, network.Trunk:
		kind = "motorway"
	case network.Primary:
		kind = "townArterial"
	case network.Residential:
		kind = "townLocal"
	}
	m.leaf("type", "s", "0", "type", kind)
}

// writePlan writes a reference line.
func writePlan(m *markup, shape []network.Point) {
	m.begin("planView")
	s := 0.0
	for i := 1; i < len(shape); i++ {
		a, d := shape[i-1], shape[i-1].Dist(shape[i])
		if d < 1e-6 {
			continue
		}
		m.begin("geometry", "s", num(s), "x", num(a.X), "y", num(a.Y), "hdg", precise(heading(a, shape[i])), "length", num(d))
		m.leaf("line")
		m.end()
		s += d
	}
	m.end()
}

// writeOffset puts the middle of the first lane, of that width, on the reference line.
func (p *piece) writeOffset(m *markup, width float64) {
	a := width / 2
	if p.net.DrivingSide != network.RightHand {
		a = -a
	}
	m.leaf("laneOffset", "s", "0", "a", num(a), "b", "0", "c", "0", "d", "0")
}

// writeSides writes the lanes of a section, which are all on one side of the reference line.
func (p *piece) writeSides(m *markup, lanes func()) {
	middle := func() {
		m.begin("center")
		m.begin("lane", "id", "0", "type", "none", "level", "false")
		m.leaf("roadMark", "sOffset", "0", "type", "solid", "color", "standard", "width", "0.12")
		m.end()
		m.end()
	}
	if p.net.DrivingSide == network.RightHand {
		middle()
		m.begin("right")
		lanes()
		m.end()
		return
	}
	m.begin("left")
	lanes()
	m.end()
	middle()
}

func (p *piece) writeLane(m *markup, l network.LaneID) {
	lane := &p.net.Lanes[l]
	m.begin("lane", "id", strconv.Itoa(p.laneNumber(l)), "type", "driving", "level", "false")
	m.leaf("width", "sOffset", "0", "a", num(lane.Width), "b", "0", "c", "0", "d", "0")
	mark := "broken"
	if lane.Index == 0 {
		mark = "solid"
	}
	m.leaf("roadMark", "sOffset", "0", "type", mark, "color", "standard", "width", "0.12")
	p.writeMaterials(m, l.Track(), lane.Surface, lane.Length)
	m.leaf("speed", "sOffset", "0", "max", num(lane.SpeedLimit), "unit", "m/s")
	m.end()
}

// writeMaterials writes what a track is made of and what lies on it. Where the episode does not say, nothing is said.
func (p *piece) writeMaterials(m *markup, t network.TrackID, surface network.Surface, along float64) {
	r := p.road[t]
	if r == nil {
		return
	}
	scale := 1.0 // from metres of the lane to metres of the reference line
	if l := length(p.referenceOf(t)); along > 0 {
		scale = l / along
	}
	for _, f := range r.Friction {
		m.leaf("material", "sOffset", num(f.From*scale), "surface", surface.String()+", "+f.Condition, "friction", num(f.Mu), "roughness", "0")
	}
}

// referenceOf returns the reference line of the road that a track is part of.
func (p *piece) referenceOf(t network.TrackID) []network.Point {
	if lane, ok := p.net.LaneOf(t); ok {
		return p.net.Lanes[p.offsideLane(p.net.Lanes[lane].Edge)].Shape
	}
	return p.net.TrackShape(t)
}

func (p *piece) writeConnector(m *markup, id network.ConnectorID) {
	c := &p.net.Connectors[id]
	from, to := &p.net.Lanes[c.From], &p.net.Lanes[c.To]
	m.begin("road", "name", "", "length", num(length(c.Shape)), "id", strconv.Itoa(p.connectorRoad(id)), "junction", strconv.Itoa(int(c.Junction)), "rule", p.rule())
	m.begin("link")
	m.leaf("predecessor", "elementType", "road", "elementId", strconv.Itoa(p.edgeRoad(from.Edge)), "contactPoint", "end")
	m.leaf("successor", "elementType", "road", "elementId", strconv.Itoa(p.edgeRoad(to.Edge)), "contactPoint", "start")
	m.end()
	p.writeType(m, p.net.Edges[from.Edge].Road)
	writePlan(m, c.Shape)
	m.begin("lanes")
	p.writeOffset(m, from.Width)
	m.begin("laneSection", "s", "0")
	p.writeSides(m, func() {
		m.begin("lane", "id", p.connectorLane(), "type", "driving", "level", "false")
		m.begin("link")
		m.leaf("predecessor", "id", strconv.Itoa(p.laneNumber(c.From)))
		m.leaf("successor", "id", strconv.Itoa(p.laneNumber(c.To)))
		m.end()
		m.leaf("width", "sOffset", "0", "a", num(from.Width), "b", "0", "c", "0", "d", "0")
		m.leaf("roadMark", "sOffset", "0", "type", "none", "color", "standard")
		p.writeMaterials(m, p.net.ConnectorTrack(id), c.Surface, c.Length)
		m.leaf("speed", "sOffset", "0", "max", num(c.Limit), "unit", "m/s")
		m.end()
	})
	m.end()
	m.end()
	m.end()
}

// connectorLane returns the number of the one lane of a connector.
func (p *piece) connectorLane() string {
	if p.net.DrivingSide == network.RightHand {
		return "-1"
	}
	return "1"
}

// signalID returns how a signal head for lane l and group g is called.
func signalID(l network.LaneID, g network.SignalGroupID) string { return fmt.Sprintf("%d.%d", l, g) }

// groupsOf returns the signal groups of the ways on from lane l, by connector of the piece.
func (p *piece) groupsOf(l network.LaneID) (groups []network.SignalGroupID) {
	seen := map[network.SignalGroupID]bool{}
	for _, c := range p.net.OutConnectors(l) {
		if c.Group != network.None && !seen[c.Group] {
			seen[c.Group] = true
			groups = append(groups, c.Group)
		}
	}
	return groups
}

// writeSignals writes the signal heads at the end of an edge.
func (p *piece) writeSignals(m *markup, e network.EdgeID, end float64) {
	edge := &p.net.Edges[e]
	begun := false
	beside := 0.0 // m from the reference line to the middle of the lane
	for l := p.offsideLane(e); l >= edge.FirstLane; l-- {
		if l < p.offsideLane(e) {
			beside += (p.net.Lanes[l].Width + p.net.Lanes[l+1].Width) / 2
		}
		for _, g := range p.groupsOf(l) {
			if !begun {
				m.begin("signals")
				begun = true
			}
			t := -beside
			if p.net.DrivingSide != network.RightHand {
				t = beside
			}
			m.begin("signal", "s", num(max(0, end-0.01)), "t", num(t), "id", signalID(l, g), "name", groupName(g), "dynamic", "yes", "orientation", "+",
				"zOffset", "5", "type", "1000001", "subtype", "-1", "country", "OpenDRIVE", "value", "-1", "height", "0.9", "width", "0.3")
			n := strconv.Itoa(p.laneNumber(l))
			m.leaf("validity", "fromLane", n, "toLane", n)
			m.end()
		}
	}
	if begun {
		m.end()
	}
}

// writeControllers writes which heads always show the same.
func (p *piece) writeControllers(m *markup) {
	heads := map[network.SignalGroupID][]string{}
	var order []network.SignalGroupID
	for _, e := range p.edges {
		edge := &p.net.Edges[e]
		for i := range edge.NumLanes {
			l := edge.FirstLane + network.LaneID(i)
			for _, g := range p.groupsOf(l) {
				if heads[g] == nil {
					order = append(order, g)
				}
				heads[g] = append(heads[g], signalID(l, g))
			}
		}
	}
	for _, g := range order {
		m.begin("controller", "id", strconv.Itoa(int(g)), "name", groupName(g))
		for _, id := range heads[g] {
			m.leaf("control", "signalId", id, "type", "0")
		}
		m.end()
	}
}

// groupName is how a signal group is called in all files.
func groupName(g network.SignalGroupID) string { return "group" + strconv.Itoa(int(g)) }

func (p *piece) writeJunction(m *markup, j network.JunctionID) {
	m.begin("junction", "id", strconv.Itoa(int(j)), "name", p.net.Junctions[j].Name)
	n := 0
	for _, id := range p.connectors {
		c := &p.net.Connectors[id]
		if c.Junction != j {
			continue
		}
		m.begin("connection", "id", strconv.Itoa(n), "incomingRoad", strconv.Itoa(p.edgeRoad(p.net.Lanes[c.From].Edge)), "connectingRoad", strconv.Itoa(p.connectorRoad(id)), "contactPoint", "start")
		m.leaf("laneLink", "from", strconv.Itoa(p.laneNumber(c.From)), "to", p.connectorLane())
		m.end()
		n++
	}
	m.end()
}
