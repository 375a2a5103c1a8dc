package traffic

import (
	"cmp"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/tyre"
)

// place is what never changes of a track, but for what lies on it: two cache lines, of which most of what a step reads is in the first.
type place struct {
	length    float64 // m
	gradient  float64
	curvature float64 // 1/m
	junction  int32   // lane: the junction at its end; connector: its own
	group     network.SignalGroupID
	from, to  slot // connector: its lanes
	out       slot // lane: its connectors are [out, out+outN)
	outN      uint16
	barN      uint16
	clashN    uint16
	holdN     uint16
	surface   network.Surface
	condition tyre.Condition // what lies on it; changes with the weather
	looks     driver.Belief  // what it looks like to drivers
	isLane    bool
	isPlain   bool  // level and straight, and the same all over
	crosses   bool  // some clash of the connector is a crossing, or a merge it yields at: keep the junction clear
	regulated bool  // something crosses or merges, or a signal group shows it aspects
	lanes     uint8 // lane: how many its edge has
	index     uint8 // lane: from the kerb
	merge     network.Merge
	keepKerb  bool // lane: the law has one keep to the kerb side
	leadsOn   bool // lane: nothing at its end can hold one up but those ahead

	limit     float64        // m/s; changed by SetSpeedLimit, as leadsOn is
	bendRoot  float64        // driver.BendRoot, sqrt(m); large when straight
	clearFrom float64        // connector, m: from here on it meets no path but those into the same lane
	clashMask uint64         // connector: bits of the connectors it clashes with
	edge      network.EdgeID // of a lane; of a connector the edge it leads to
	track     network.TrackID
	clash     int32   // connector: its clashes are layout.clashes[clash:clash+clashN]
	hold      int32   // connector: the places to wait inside are layout.holds[hold:hold+holdN]; lane: its bends are layout.turns[hold:hold+holdN]
	bar       int32   // lane: its crossings are layout.bars[bar:bar+barN]
	width     float32 // m; lane
	permitted network.ClassSet
	sheltered bool // in a tunnel: stays dry
	sharp     bool // lane: one of its bends matters on a dry road
	patched   bool // something lies on a part of it alone
	yieldsAny bool
	mustStop  bool // stop sign
	change    network.ChangeSet
	bit       uint8 // connector: its bit in its junction's masks
}

// outEnd returns the slot after the last connector of lane p.
func (p *place) outEnd() slot { return p.out + slot(p.outN) }

// barEnd returns the index in layout.bars after the last crossing of lane p.
func (p *place) barEnd() int32 { return p.bar + int32(p.barN) }

// clash is network.Conflict as the engine reads it.
type clash struct {
	with               slot
	kind               network.ConflictKind
	yields             bool  // to with, which does not yield in turn
	firstCome          bool  // both yield
	bit                uint8 // place.bit of with
	start, end         float64
	withStart, withEnd float64
	critical           float64 // s, critical headway of a movement that yields; 0 if it does not
	passing            float64 // s of it that go by while the one before passes
	withTop            float64 // m/s at which most drive on with
}

// crossing is what never changes of a junction: its slots. Its lanes are [lanes, connectors), its connectors
// [connectors, end).
type crossing struct {
	lanes, connectors, end slot
	regulated              bool
	roundabout, allWay     bool
}

// layout is the network in the order in which the engine visits it.
type layout struct {
	net       *network.Network
	places    []place    // by slot
	crossings []crossing // by junction, in the engine's order
	clashes   []clash
	holds     []hold
	bars      []bar
	ways      []walkway
	rails     []railway
	descents  []slot    // steep ones
	turns     []bend    // of lanes
	slots     []slot    // by network.TrackID
	bends     []float64 // by slot: mean curvature, 1/m, positive to the left; 0 on lanes
	into      [][]slot  // by slot: connectors that lead to a lane
	firstLane []slot    // by EdgeID: its lane 0; its lanes are consecutive
}

// newLayout returns the layout of net; straight leaves out the bends of lanes.
func newLayout(net *network.Network, straight bool) *layout {
	l := &layout{
		net:       net,
		places:    make([]place, 0, net.NumTracks()),
		crossings: make([]crossing, 0, len(net.Junctions)),
		slots:     make([]slot, net.NumTracks()),
		into:      make([][]slot, net.NumTracks()),
		firstLane: make([]slot, len(net.Edges)),
	}
	for _, j := range spatialOrder(net) {
		l.addJunction(j)
	}
	if !straight {
		l.measureLanes()
	}
	l.surface()
	for i := range l.places {
		l.places[i].smooth()
	}
	l.measureBends()
	l.measureDescents()
	for i := range net.Connectors {
		l.linkConnector(network.ConnectorID(i))
	}
	for i := range net.Connectors {
		l.addClashes(network.ConnectorID(i))
	}
	for i := range net.Connectors {
		l.addHolds(network.ConnectorID(i))
	}
	for i := range l.crossings {
		x := &l.crossings[i]
		for s := x.connectors; s < x.end; s++ {
			x.regulated = x.regulated || l.places[s].regulated
		}
		for s := x.lanes; s < x.connectors; s++ {
			l.places[s].leadsOn = l.goesOn(s)
		}
	}
	return l
}

// tightest is the curvature in 1/m of the tightest turn that a car can make: its turning circle is some 11 m from kerb to kerb
// [assumed]. Where the map has a corner, wheels cut it or run wide.
const tightest = 0.2

// measureBends sets the mean curvature of each connector: the angle that it turns by, over its length.
func (l *layout) measureBends() {
	l.bends = make([]float64, len(l.places))
	for s := range l.places {
		p := &l.places[s]
		if p.curvature == 0 {
			continue
		}
		a, b := l.net.PoseAt(p.track, 0, 0), l.net.PoseAt(p.track, p.length, 0)
		turn := math.Remainder(b.Heading-a.Heading, 2*math.Pi)
		if math.Abs(turn) > 3 { // turns round: the middle tells to which side
			m := l.net.PoseAt(p.track, p.length/2, 0)
			turn = math.Copysign(turn, float64((m.X-a.X)*(b.Y-m.Y))-float64((m.Y-a.Y)*(b.X-m.X)))
		}
		mean := math.Copysign(min(math.Abs(turn)/p.length, p.curvature, tightest), turn)
		l.bends[s] = math.Round(mean*1e6) / 1e6
	}
}

// goesOn reports whether the ways on from lane s are open and straight enough to be driven at its limit.
func (l *layout) goesOn(s slot) bool {
	p := &l.places[s]
	for c := p.out; c < p.outEnd(); c++ {
		if o := &l.places[c]; o.regulated || o.limit < p.limit || o.curvature*p.limit*p.limit > usualLateral {
			return false
		}
	}
	return true
}

// spatialOrder returns the junctions along a Morton curve, so that neighbours in the city are neighbours in memory.
func spatialOrder(net *network.Network) []network.JunctionID {
	width := max(net.Bounds.MaxX-net.Bounds.MinX, net.Bounds.MaxY-net.Bounds.MinY)
	scale := 65535 / max(width, 1)
	type keyed struct {
		key uint64
		pos network.Point
		id  network.JunctionID
	}
	order := make([]keyed, len(net.Junctions))
	for i := range net.Junctions {
		p := net.Junctions[i].Position
		x := uint32(max(0, min(65535, (p.X-net.Bounds.MinX)*scale)))
		y := uint32(max(0, min(65535, (p.Y-net.Bounds.MinY)*scale)))
		order[i] = keyed{spread16(x) | spread16(y)<<1, p, network.JunctionID(i)}
	}
	slices.SortFunc(order, func(a, b keyed) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.pos.X, b.pos.X), cmp.Compare(a.pos.Y, b.pos.Y),
			cmp.Compare(a.id, b.id))
	})
	ids := make([]network.JunctionID, len(order))
	for i := range order {
		ids[i] = order[i].id
	}
	return ids
}

// spread16 puts a zero bit between the lower 16 bits of x.
func spread16(x uint32) uint64 {
	v := uint64(x & 0xffff)
	v = (v | v<<8) & 0x00ff00ff
	v = (v | v<<4) & 0x0f0f0f0f
	v = (v | v<<2) & 0x33333333
	return (v | v<<1) & 0x55555555
}

func (l *layout) addJunction(id network.JunctionID) {
	j := &l.net.Junctions[id]
	index := int32(len(l.crossings))
	x := crossing{lanes: slot(len(l.places)), roundabout: j.Kind == network.Roundabout, allWay: j.Kind == network.AllWayStop}
	for _, e := range j.In {
		l.firstLane[e] = slot(len(l.places))
		edge := &l.net.Edges[e]
		for i := range edge.NumLanes {
			l.addLane(network.LaneID(int32(edge.FirstLane)+i), index)
		}
	}
	x.connectors = slot(len(l.places))
	for i := range j.NumConnectors {
		l.addConnector(network.ConnectorID(int32(j.FirstConnector)+i), index, uint8(min(i, 63)))
	}
	x.end = slot(len(l.places))
	l.crossings = append(l.crossings, x)
}

func (l *layout) addLane(id network.LaneID, junction int32) {
	lane := &l.net.Lanes[id]
	l.slots[id.Track()] = slot(len(l.places))
	l.places = append(l.places, place{
		length: lane.Length, limit: lane.SpeedLimit, gradient: lane.Gradient, bendRoot: straight,
		surface: lane.Surface, permitted: lane.Permitted, sheltered: l.net.Edges[lane.Edge].Tunnel, isLane: true,
		group: network.None, edge: lane.Edge, index: uint8(lane.Index), change: lane.Change,
		merge: lane.Merge, junction: junction,
		lanes: uint8(min(l.net.Edges[lane.Edge].NumLanes, maxLanes)), width: float32(lane.Width), keepKerb: keepsKerb(l.net, lane.Edge),
		from: nowhere, to: nowhere, track: id.Track(),
	})
}

const straight = 1e4 // sqrt(m): a radius at which no limit is ever reached

func (l *layout) addConnector(id network.ConnectorID, junction int32, bit uint8) {
	c := &l.net.Connectors[id]
	track := l.net.ConnectorTrack(id)
	l.slots[track] = slot(len(l.places))
	root := straight
	if c.Curvature > 1e-8 {
		root = driver.BendRoot(1 / c.Curvature)
	}
	l.places = append(l.places, place{
		length: c.Length, limit: c.Limit, gradient: c.Gradient, curvature: c.Curvature, bendRoot: root,
		surface: c.Surface, permitted: c.Permitted, group: c.Group, mustStop: c.Control == network.Stop,
		sheltered: l.net.Edges[l.net.Lanes[c.To].Edge].Tunnel && l.net.Edges[l.net.Lanes[c.From].Edge].Tunnel,
		edge:      l.net.Lanes[c.To].Edge, bit: bit, junction: junction, track: track,
	})
}

// linkConnector joins a connector with its two lanes; all lanes have slots by now.
func (l *layout) linkConnector(id network.ConnectorID) {
	c := &l.net.Connectors[id]
	s := l.slots[l.net.ConnectorTrack(id)]
	p := &l.places[s]
	p.from, p.to = l.slots[c.From], l.slots[c.To]
	lane := &l.places[p.from]
	if lane.outN == 0 {
		lane.out = s
	}
	lane.outN++
	l.into[p.to] = append(l.into[p.to], s)
}

func (l *layout) addClashes(id network.ConnectorID) {
	s := l.slots[l.net.ConnectorTrack(id)]
	p := &l.places[s]
	p.clash = int32(len(l.clashes))
	p.regulated = p.group != network.None
	for _, c := range l.net.ConflictsOf(id) {
		with := l.slots[l.net.ConnectorTrack(c.With)]
		back := c.Kind != network.Diverging && l.yields(c.With, c.Of)
		l.clashes = append(l.clashes, clash{
			with: with, kind: c.Kind, yields: c.Yields && !back, firstCome: c.Yields && back, bit: l.places[with].bit,
			start: c.Start, end: c.End, withStart: c.WithStart, withEnd: c.WithEnd,
		})
		l.setCritical(&l.clashes[len(l.clashes)-1], c.Of)
		p.clashMask |= 1 << l.places[with].bit
		if c.Kind != network.Merging {
			p.clearFrom = max(p.clearFrom, c.End)
		}
		if c.Kind != network.Diverging {
			p.regulated = true
			p.yieldsAny = p.yieldsAny || c.Yields
			p.crosses = p.crosses || c.Kind == network.Crossing || c.Yields
		}
	}
	p.clashN = uint16(int32(len(l.clashes)) - p.clash)
}

// yields reports whether of gives way to with somewhere.
func (l *layout) yields(of, with network.ConnectorID) bool {
	for _, c := range l.net.ConflictsOf(of) {
		if c.With == with && c.Yields {
			return true
		}
	}
	return false
}

func (l *layout) clashesOf(p *place) []clash { return l.clashes[p.clash : p.clash+int32(p.clashN)] }
