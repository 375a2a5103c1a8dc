package network

import "fmt"

// The least bytes that each element takes in a file: they bound what a count may ask for.
const (
	junctionBytes  = 8
	edgeBytes      = 14
	laneBytes      = 37
	movementBytes  = 3
	connectorBytes = 34
	conflictBytes  = 9
	cabinetBytes   = 4
	groupBytes     = 4
	banBytes       = 3
	crossingBytes  = 4
	busStopBytes   = 4
)

// elements returns a slice of count zero values, nil for none as Build leaves it.
func elements[T any](count int) []T {
	if count == 0 {
		return nil
	}
	return make([]T, count)
}

func (n *Network) decodeHeader(d *decoder) {
	n.Name, n.Country = d.string(), d.string()
	n.DrivingSide = DrivingSide(d.byte())
	n.Projection = Projection{Lon0: d.float(), Lat0: d.float()}
	n.Bounds = Bounds{d.mm(), d.mm(), d.mm(), d.mm()}
}

func (n *Network) decodeJunctions(d *decoder) {
	n.Junctions = elements[Junction](d.count(junctionBytes))
	for i := range n.Junctions {
		n.Junctions[i] = Junction{
			Position: Point{d.mm(), d.mm()}, Elevation: d.mm(), Kind: JunctionKind(d.byte()), Boundary: d.bool(),
			Controller: ControllerID(d.id()), OSMNodes: d.numbers(), Name: d.string(),
		}
	}
}

func (n *Network) decodeEdges(d *decoder) {
	n.Edges = elements[Edge](d.count(edgeBytes))
	var lanes int64
	for i := range n.Edges {
		n.Edges[i] = Edge{
			From: JunctionID(d.index("junction", len(n.Junctions))), To: JunctionID(d.index("junction", len(n.Junctions))),
			NumLanes: d.index("lanes", 1<<15), Length: d.mm(), Opposite: EdgeID(d.id()), Road: RoadClass(d.byte()),
			Name: d.string(), Ref: d.string(), OSMWay: d.varint(),
			AccessOnly: d.bool(), Roundabout: d.bool(), Bridge: d.bool(), Tunnel: d.bool(), Layer: int8(d.byte()),
		}
		n.Edges[i].FirstLane = LaneID(min(lanes, 1<<31-1))
		lanes += int64(n.Edges[i].NumLanes)
	}
}

func (n *Network) decodeLanes(d *decoder) {
	n.Lanes = elements[Lane](d.count(laneBytes))
	for i := range n.Lanes {
		n.Lanes[i] = Lane{
			SpeedLimit: d.float(), Width: d.float(), Gradient: d.float(), Surface: Surface(d.byte()),
			Permitted: d.classes(), Change: ChangeSet(d.byte()), Merge: Merge(d.byte()),
			Source: Source{
				Provenance(d.byte()), Provenance(d.byte()), Provenance(d.byte()), Provenance(d.byte()), Provenance(d.byte()),
				Provenance(d.byte()), Provenance(d.byte()),
			},
			Turns: TurnSet(d.classes()), Shape: d.shape(),
		}
	}
	for i := range n.Edges {
		e := &n.Edges[i]
		if int(e.FirstLane)+int(e.NumLanes) > len(n.Lanes) {
			d.fail("%d lanes, want those of all edges", len(n.Lanes))
			return
		}
		for k := range e.NumLanes {
			l := &n.Lanes[int32(e.FirstLane)+k]
			l.Edge, l.Index, l.Length = EdgeID(i), k, e.Length
		}
	}
}

func (n *Network) decodeMovements(d *decoder) {
	n.Movements = elements[Movement](d.count(movementBytes))
	for i := range n.Movements {
		m := Movement{
			From: EdgeID(d.index("edge", len(n.Edges))), To: EdgeID(d.index("edge", len(n.Edges))), Turn: Turn(d.byte()),
		}
		if d.err != nil {
			return
		}
		m.Junction = n.Edges[m.From].To
		n.Movements[i] = m
	}
}

func (n *Network) decodeConnectors(d *decoder) {
	n.Connectors = elements[Connector](d.count(connectorBytes))
	for i := range n.Connectors {
		c := Connector{
			Movement: MovementID(d.index("movement", len(n.Movements))),
			From:     LaneID(d.index("lane", len(n.Lanes))), To: LaneID(d.index("lane", len(n.Lanes))),
			Length: d.mm(), Curvature: d.float(), Limit: d.float(), Gradient: d.float(),
			Surface: Surface(d.byte()), Control: Control(d.byte()), Permitted: d.classes(),
			Group: SignalGroupID(d.id()), Shape: d.shape(),
		}
		if d.err != nil {
			return
		}
		m := &n.Movements[c.Movement]
		c.Junction, c.Turn = m.Junction, m.Turn
		n.Connectors[i] = c
	}
}

func (n *Network) decodeConflicts(d *decoder) {
	sides := elements[Conflict](2 * d.count(conflictBytes))
	each := make([]int32, len(n.Connectors)) // conflicts of each connector
	for i := 0; i < len(sides); i += 2 {
		of := d.index("connector", len(n.Connectors))
		with := int64(of) + int64(d.index("connector", len(n.Connectors)))
		if with >= int64(len(n.Connectors)) {
			d.fail("conflict %d with connector %d, want less than %d", i/2, with, len(n.Connectors))
		}
		if d.err != nil {
			return
		}
		c := Conflict{
			Of: ConnectorID(of), With: ConnectorID(with), Kind: ConflictKind(d.byte()),
			Start: d.mm(), End: d.mm(), WithStart: d.mm(), WithEnd: d.mm(), Yields: d.bool(),
		}
		twin := c.mirrored()
		twin.Yields = d.bool()
		sides[i], sides[i+1] = c, twin
		each[c.Of]++
		each[c.With]++
	}
	n.placeConflicts(sides, each)
}

// placeConflicts sorts the sides by connector, stably: that is also by the other connector, in what WriteTo wrote.
func (n *Network) placeConflicts(sides []Conflict, each []int32) {
	var at int32
	next := make([]int32, len(n.Connectors))
	for c := range n.Connectors {
		n.Connectors[c].NumConflicts = each[c]
		if each[c] > 0 {
			n.Connectors[c].FirstConflict = at
		}
		next[c] = at
		at += each[c]
	}
	n.Conflicts = elements[Conflict](len(sides))
	for _, s := range sides {
		n.Conflicts[next[s.Of]] = s
		next[s.Of]++
	}
}

func (n *Network) decodeSignals(d *decoder) {
	n.Controllers = elements[Controller](d.count(cabinetBytes))
	for i := range n.Controllers {
		c := &n.Controllers[i]
		for _, j := range d.numbers() {
			if j < 0 || j >= int64(len(n.Junctions)) {
				d.fail("controller %d: junction %d, want less than %d", i, j, len(n.Junctions))
				return
			}
			c.Junctions = append(c.Junctions, JunctionID(j))
		}
		c.OSMNodes, c.Name = d.numbers(), d.string()
		if d.bool() {
			c.Program = &Program{Name: d.string(), Offset: d.float(), Durations: make([]float64, d.count(8))}
			for k := range c.Program.Durations {
				c.Program.Durations[k] = d.float()
			}
		}
	}
	n.SignalGroups = elements[SignalGroup](d.count(groupBytes))
	for i := range n.SignalGroups {
		n.SignalGroups[i] = SignalGroup{
			Controller: ControllerID(d.index("controller", len(n.Controllers))),
			Approach:   EdgeID(d.index("edge", len(n.Edges))), Name: d.string(), Lights: elements[Light](d.count(1)),
		}
		for k := range n.SignalGroups[i].Lights {
			n.SignalGroups[i].Lights[k] = Light(d.byte())
		}
	}
}

func (n *Network) decodeRoadside(d *decoder) {
	n.Bans = elements[Ban](d.count(banBytes))
	for i := range n.Bans {
		b := &n.Bans[i]
		for _, e := range d.numbers() {
			if e < 0 || e >= int64(len(n.Edges)) {
				d.fail("ban %d: edge %d, want less than %d", i, e, len(n.Edges))
				return
			}
			b.Edges = append(b.Edges, EdgeID(e))
		}
		b.Classes = d.classes()
		b.When = elements[Span](d.count(2))
		for k := range b.When {
			b.When[k] = Span{uint16(d.index("minute", minutesOfWeek)), uint16(d.index("minute", minutesOfWeek+1))}
		}
	}
	n.Crossings = elements[RoadCrossing](d.count(crossingBytes))
	for i := range n.Crossings {
		n.Crossings[i] = RoadCrossing{
			Kind: CrossingKind(d.byte()), Edge: EdgeID(d.index("edge", len(n.Edges))), Position: d.mm(), OSMNode: d.varint(),
		}
	}
	n.BusStops = elements[BusStop](d.count(busStopBytes))
	for i := range n.BusStops {
		n.BusStops[i] = BusStop{
			Edge: EdgeID(d.index("edge", len(n.Edges))), Position: d.mm(), Name: d.string(), OSMNode: d.varint(),
		}
	}
}

// link fills in everything that the file leaves out because it follows from the rest.
func (n *Network) link() error {
	for i := range n.Edges {
		e := &n.Edges[i]
		n.Junctions[e.From].Out = append(n.Junctions[e.From].Out, EdgeID(i))
		n.Junctions[e.To].In = append(n.Junctions[e.To].In, EdgeID(i))
	}
	for i := range n.SignalGroups {
		if d := int(n.SignalGroups[i].Controller); d < len(n.Controllers) {
			n.Controllers[d].Groups = append(n.Controllers[d].Groups, SignalGroupID(i))
		}
	}
	var last JunctionID
	for i := range n.Connectors {
		c := &n.Connectors[i]
		id := ConnectorID(i)
		if c.Junction < last {
			return fmt.Errorf("connector %d of junction %d follows one of junction %d, want them ascending", i, c.Junction, last)
		}
		last = c.Junction
		if int(c.Group) >= len(n.SignalGroups) {
			return fmt.Errorf("connector %d: signal group %d, want less than %d", i, c.Group, len(n.SignalGroups))
		}
		n.linkConnector(id, c)
	}
	var first ConnectorID
	for j := range n.Junctions {
		n.Junctions[j].FirstConnector = first
		first += ConnectorID(n.Junctions[j].NumConnectors)
	}
	return nil
}

func (n *Network) linkConnector(id ConnectorID, c *Connector) {
	n.Junctions[c.Junction].NumConnectors++
	from, to := &n.Lanes[c.From], &n.Lanes[c.To]
	if from.NumOut == 0 {
		from.FirstOut = id
	}
	from.NumOut++
	to.In = append(to.In, id)
	m := &n.Movements[c.Movement]
	m.Connectors = append(m.Connectors, id)
	if c.Group != None {
		g := &n.SignalGroups[c.Group]
		g.Connectors = append(g.Connectors, id)
	}
}
