package network

// Build makes the network that the spec describes. The error names the edge, junction or rule that makes no sense and
// what was expected of it. Equal specs give equal networks.
func Build(s *Spec) (*Network, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	b := newBuilder(s)
	b.layTopology()
	return b.finish(), nil
}

// finish draws and regulates what layTopology made.
func (b *builder) finish() *Network {
	b.trimEdges()
	b.moves = nil
	b.layLanes()
	b.drawConnectors()
	b.clearStopLines()
	b.lines = nil
	b.findConflicts()
	b.findStorage()
	b.regulate()
	b.groupSignals()
	b.nameJunctions()
	b.placeRoadside()
	b.measure()
	return b.net
}

// builder holds what the passes of Build hand on to each other.
type builder struct {
	spec *Spec
	net  *Network
	// toOffside makes angles and distances that are positive to the left positive towards the offside: +1 where one
	// drives on the right, -1 on the left. Nothing else in the builder knows the driving side, but for the names of
	// turns and the right-before-left rule.
	toOffside float64
	lines     [][]Point          // of each edge: the middle of its lanes, later cut back to the stop lines
	heads     []float64          // of each edge: m cut off at the beginning
	ends      []ends             // of each edge
	moves     [][]*move          // of each junction, sorted by from edge, then to edge
	ids       []ConnectorID      // see makeRoom
	given     map[[4]int32]int32 // the group of a connection: edge, lane, edge, lane
	// connections are those of the spec by their ends; made when the first junction needs them.
	connections map[connectionKey]int32
	bans        [][]TurnRule // by from edge
	onlys       [][]TurnRule
}

// ends are the directions of an edge at both ends, from its whole shape, before it is cut back.
type ends struct {
	start, end Point   // where the shape begins and ends
	out, in    Point   // unit vectors in driving direction: leaving its first junction, arriving at its last
	half       float64 // m, half the width of its lanes
}

func newBuilder(s *Spec) *builder {
	b := &builder{spec: s, toOffside: 1, net: &Network{
		Name: s.Name, Country: s.Country, DrivingSide: s.DrivingSide, Projection: s.Projection,
	}}
	if s.DrivingSide == LeftHand {
		b.toOffside = -1
	}
	return b
}

// layTopology makes junctions, edges and lanes without shapes, and decides which lane leads to which.
func (b *builder) layTopology() {
	b.layJunctions()
	b.layEdges()
	b.measureEnds()
	b.findMoves()
	b.connect()
	b.layConnectors()
}

func (b *builder) layJunctions() {
	b.net.Junctions = elements[Junction](len(b.spec.Junctions))
	for i := range b.spec.Junctions {
		j := &b.spec.Junctions[i]
		b.net.Junctions[i] = Junction{
			Position: j.Position.rounded(), Elevation: roundMM(j.Elevation), Kind: j.Control, Boundary: j.Boundary, Controller: None,
			OSMNodes: append([]int64(nil), j.OSMNodes...), Name: j.Name,
		}
	}
}

func (b *builder) layEdges() {
	n := b.net
	n.Edges = elements[Edge](len(b.spec.Edges))
	n.Lanes = make([]Lane, 0, b.spec.countLanes())
	for i := range b.spec.Edges {
		e := &b.spec.Edges[i]
		n.Edges[i] = Edge{
			From: JunctionID(e.From), To: JunctionID(e.To),
			FirstLane: LaneID(len(n.Lanes)), NumLanes: int32(len(e.Lanes)),
			Opposite: EdgeID(e.Opposite), Road: e.Road, Name: e.Name, Ref: e.Ref, OSMWay: e.OSMWay,
			AccessOnly: e.AccessOnly, Roundabout: e.Roundabout, Layer: e.Layer, Bridge: e.Bridge, Tunnel: e.Tunnel,
		}
		for k := range e.Lanes {
			l := &e.Lanes[k]
			n.Lanes = append(n.Lanes, Lane{
				Edge: EdgeID(i), Index: int32(k), SpeedLimit: l.SpeedLimit, Width: l.Width, Gradient: e.Gradient,
				Surface: l.Surface, Permitted: l.Permitted, Source: l.Source, Turns: l.Turns,
				Change: l.Change, Merge: l.Merge,
			})
		}
		from, to := &n.Junctions[e.From], &n.Junctions[e.To]
		from.Out = append(from.Out, EdgeID(i))
		to.In = append(to.In, EdgeID(i))
	}
	b.bans, b.onlys = b.rulesByEdge(b.spec.Bans), b.rulesByEdge(b.spec.Onlys)
}

func (b *builder) rulesByEdge(rules []TurnRule) [][]TurnRule {
	byEdge := make([][]TurnRule, len(b.spec.Edges))
	for _, r := range rules {
		byEdge[r.From] = append(byEdge[r.From], r)
	}
	return byEdge
}

// measureEnds finds where each edge's shape begins and ends, and in which direction. Directions are those of chords:
// the last metres of a mapped street often have a kink where it was tied to the street it meets.
func (b *builder) measureEnds() {
	const chord = 15.0 // m
	b.lines = make([][]Point, len(b.spec.Edges))
	b.ends = make([]ends, len(b.spec.Edges))
	for i := range b.spec.Edges {
		e := &b.spec.Edges[i]
		line := clean(e.Shape)
		if line == nil {
			// A shape without extent: a metre in the direction in which it lies, so that it has one.
			dir := e.Shape[len(e.Shape)-1].minus(e.Shape[0]).unit()
			line = []Point{e.Shape[0], e.Shape[0].ahead(dir, minLength)}
		}
		b.lines[i] = line
		length := PolylineLength(line)
		early, _ := locate(line, chord)
		late, _ := locate(line, length-chord)
		b.ends[i] = ends{
			start: line[0], end: line[len(line)-1],
			out: direction(line[0], early, line[1].minus(line[0])),
			in:  direction(late, line[len(line)-1], line[len(line)-1].minus(line[len(line)-2])),
		}
		for k := range e.Lanes {
			b.ends[i].half += e.Lanes[k].Width / 2
		}
	}
}

// direction returns the unit vector from p to q, or that along otherwise if they are nearly the same point (a loop).
func direction(p, q, otherwise Point) Point {
	if p.Dist(q) < 0.5 {
		return otherwise.unit()
	}
	return q.minus(p).unit()
}

// layConnectors makes the connectors and movements of the lane pairs that connect decided, in their final order.
func (b *builder) layConnectors() {
	n := b.net
	b.makeRoom()
	var all []pending
	for j := range n.Junctions {
		n.Junctions[j].FirstConnector = ConnectorID(len(n.Connectors))
		first := len(n.Movements)
		all = all[:0]
		for _, m := range b.moves[j] {
			if len(m.pairs) == 0 {
				continue
			}
			id := MovementID(len(n.Movements))
			n.Movements = append(n.Movements, Movement{
				Junction: JunctionID(j), From: m.from, To: m.to, Turn: m.turn, Connectors: b.room(len(m.pairs)),
			})
			for _, p := range m.pairs {
				all = append(all, pending{
					from: n.Edges[m.from].FirstLane + LaneID(p.from), to: n.Edges[m.to].FirstLane + LaneID(p.to),
					movement: id, classes: p.classes,
				})
			}
		}
		sortPending(all)
		for _, p := range all {
			b.addConnector(JunctionID(j), p)
		}
		n.Junctions[j].NumConnectors = int32(len(all))
		b.deriveArrows(n.Movements[first:])
	}
}

// makeRoom allocates what layConnectors fills, in one piece each.
func (b *builder) makeRoom() {
	n := b.net
	into := make([]int32, len(n.Lanes))
	movements, connectors := 0, 0
	for _, moves := range b.moves {
		for _, m := range moves {
			if len(m.pairs) == 0 {
				continue
			}
			movements++
			connectors += len(m.pairs)
			for _, p := range m.pairs {
				into[int(n.Edges[m.to].FirstLane)+p.to]++
			}
		}
	}
	if connectors == 0 {
		return
	}
	n.Movements, n.Connectors = make([]Movement, 0, movements), make([]Connector, 0, connectors)
	b.ids = make([]ConnectorID, 2*connectors)
	for l, count := range into {
		n.Lanes[l].In = b.room(int(count))
	}
}

// room cuts an empty slice for count ids off those that makeRoom made.
func (b *builder) room(count int) []ConnectorID {
	if count == 0 {
		return nil
	}
	r := b.ids[:0:count]
	b.ids = b.ids[count:]
	return r
}

// pending is a connector to be.
type pending struct {
	from, to LaneID
	movement MovementID
	classes  ClassSet
}

func (b *builder) addConnector(j JunctionID, p pending) {
	n := b.net
	id := ConnectorID(len(n.Connectors))
	from, to := &n.Lanes[p.from], &n.Lanes[p.to]
	m := &n.Movements[p.movement]
	m.Connectors = append(m.Connectors, id)
	if from.NumOut == 0 {
		from.FirstOut = id
	}
	from.NumOut++
	to.In = append(to.In, id)
	n.Connectors = append(n.Connectors, Connector{
		Junction: j, Movement: p.movement, From: p.from, To: p.to,
		Limit: min(from.SpeedLimit, to.SpeedLimit), Gradient: (from.Gradient + to.Gradient) / 2,
		Surface: max(from.Surface, to.Surface), Permitted: p.classes, Turn: m.Turn, Group: None,
	})
}

// deriveArrows writes the turns that each lane leads to on lanes without arrows, where there is a choice.
func (b *builder) deriveArrows(movements []Movement) {
	n := b.net
	choices := map[EdgeID]int{}
	for i := range movements {
		choices[movements[i].From]++
	}
	for i := range movements {
		m := &movements[i]
		if choices[m.From] < 2 {
			continue
		}
		for _, c := range m.Connectors {
			lane := n.Connectors[c].From
			if b.spec.Edges[m.From].Lanes[n.Lanes[lane].Index].Turns == 0 {
				n.Lanes[lane].Turns |= 1 << m.Turn
			}
		}
	}
}

// measure fills in the bounds of everything.
func (b *builder) measure() {
	bounds := EmptyBounds()
	for i := range b.net.Lanes {
		bounds = bounds.Union(BoundsOf(b.net.Lanes[i].Shape))
	}
	for i := range b.net.Connectors {
		bounds = bounds.Union(BoundsOf(b.net.Connectors[i].Shape))
	}
	if bounds.Empty() {
		bounds = Bounds{}
	}
	b.net.Bounds = bounds
}
