package sumonet

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"roadtwin/network"
)

// Read makes a network of a .net.xml, plain or compressed by gzip. name is what the network is called. Errors tell the
// line of the file.
func Read(r io.Reader, name string) (*network.Network, *Report, error) {
	spec, report, err := ReadSpec(r, name)
	if err != nil {
		return nil, nil, err
	}
	net, err := network.Build(spec)
	if err != nil {
		return nil, nil, err
	}
	report.Junctions, report.Controllers = len(net.Junctions), len(net.Controllers)
	report.Edges, report.Lanes, report.Connectors = len(net.Edges), len(net.Lanes), len(net.Connectors)
	return net, report, nil
}

// ReadSpec reads a .net.xml as Read does, up to what network.Build makes the network of.
func ReadSpec(r io.Reader, name string) (*network.Spec, *Report, error) {
	c, err := convert(r, name)
	if err != nil {
		return nil, nil, err
	}
	return c.spec, c.report, nil
}

// convert reads a .net.xml and makes a spec of it.
func convert(r io.Reader, name string) (*converter, error) {
	report := &Report{Source: name, Skipped: map[string]int{}, Notes: []string{}}
	d, err := parse(r, report)
	if err != nil {
		return nil, err
	}
	if !d.located {
		d.location = d.measure()
	}
	c := &converter{document: d, frame: d.location.frameFor()}
	report.Coordinates = c.frame.about
	c.spec = &network.Spec{Name: name, Projection: c.frame.projection}
	if d.leftHand {
		c.spec.DrivingSide = network.LeftHand
	}
	if err := c.addEdges(); err != nil {
		return nil, err
	}
	if len(c.spec.Edges) == 0 {
		return nil, fmt.Errorf("none of %d edges is open to road vehicles", len(d.edges))
	}
	c.addConnections()
	c.chosen = c.choosePrograms()
	c.addRightOfWay()
	c.addSignals()
	return c, nil
}

// measure returns the location of a file without one.
func (d *document) measure() location {
	b := network.EmptyBounds()
	for i := range d.edges {
		for _, l := range d.edges[i].lanes {
			for _, v := range l.shape {
				b = b.Extend(network.Point{X: v.x, Y: v.y})
			}
		}
	}
	return location{bounds: b}
}

// converter makes a spec of a document.
type converter struct {
	*document
	frame       frame
	spec        *network.Spec
	toEdge      []int32   // edge of the spec by edge of the document; None if it is left out
	toLane      [][]int32 // the same of lanes
	toJunction  []int32
	turnsOnRed  int                 // links and phases of state s
	otherLength int                 // lanes whose length is not that of their shape
	firstLength string              // the first of them
	connectedTo []int32             // connection of the spec by connection of the document; None
	chosen      map[string]*program // of each tlLogic
	others      map[string][]*program
}

// addEdges adds edges with at least one lane that is open to a class, and the junctions at their ends.
func (c *converter) addEdges() error {
	c.toEdge, c.toLane = make([]int32, len(c.edges)), make([][]int32, len(c.edges))
	c.toJunction = make([]int32, len(c.junctions))
	for j := range c.toJunction {
		c.toJunction[j] = network.None
	}
	ring := map[string]bool{}
	for _, id := range c.rings {
		ring[id] = true
	}
	guessed := 0
	for i := range c.edges {
		e := &c.edges[i]
		spec := network.EdgeSpec{
			Opposite: network.None, AsDrawn: true, Name: e.name, Ref: e.id, Rank: int32(min(max(e.priority, -1000), 1000)),
			Roundabout: ring[e.id],
		}
		c.toEdge[i], c.toLane[i] = network.None, c.addLanes(&spec, e)
		if len(spec.Lanes) == 0 {
			c.report.skip("edge closed to road vehicles")
			continue
		}
		var ok bool
		if spec.Road, spec.Link, ok = roadClass(e.kind); !ok {
			spec.Road = guessRoad(e)
			guessed++
		} else {
			spec.OSMWay = wayOf(e.id)
		}
		spec.Shape = middle(spec.LaneShapes)
		c.setGradient(&spec, e)
		for _, v := range []struct {
			id  string
			end *int32
		}{{e.from, &spec.From}, {e.to, &spec.To}} {
			j, ok := c.byJunction[v.id]
			if !ok {
				return fmt.Errorf("line %d: edge %s: no junction %q in the file", e.line, e.id, v.id)
			}
			*v.end = j
		}
		c.toEdge[i] = int32(len(c.spec.Edges))
		c.spec.Edges = append(c.spec.Edges, spec)
	}
	if guessed > 0 {
		c.report.note("%d edges are of no type of OpenStreetMap: the rank of their roads is guessed from lanes and speed", guessed)
	}
	if c.otherLength > 0 {
		c.report.note("%d lanes have another length than their shapes, which count: %s", c.otherLength, c.firstLength)
	}
	c.addJunctions()
	c.pair()
	return nil
}

// addJunctions adds the junctions that edges were found at, in the order of the file, and tells the edges.
func (c *converter) addJunctions() {
	for i := range c.spec.Edges {
		c.toJunction[c.spec.Edges[i].From], c.toJunction[c.spec.Edges[i].To] = 0, 0
	}
	for i := range c.junctions {
		if c.toJunction[i] == network.None {
			continue
		}
		j := &c.junctions[i]
		c.toJunction[i] = int32(len(c.spec.Junctions))
		c.spec.Junctions = append(c.spec.Junctions, network.JunctionSpec{
			Position: c.frame.point(network.Point{X: j.at.x, Y: j.at.y}), Elevation: j.at.z, Controller: network.None,
			Connected: true, Boundary: j.kind == "dead_end",
		})
	}
	for i := range c.spec.Edges {
		e := &c.spec.Edges[i]
		e.From, e.To = c.toJunction[e.From], c.toJunction[e.To]
	}
}

// addLanes adds the lanes of e that are open to a class, and returns the index of each.
func (c *converter) addLanes(spec *network.EdgeSpec, e *edge) []int32 {
	const slowest, fastest, narrowest, widest = 0.5, 100.0, 0.5, 30.0 // m/s, m
	index := make([]int32, len(e.lanes))
	for k := range e.lanes {
		l := &e.lanes[k]
		index[k] = network.None
		if l.classes == 0 {
			c.report.skip("lane closed to road vehicles")
			continue
		}
		index[k] = int32(len(spec.Lanes))
		if l.speed < slowest || l.speed > fastest || l.width < narrowest || l.width > widest {
			c.report.note("line %d: edge %s, lane %d: %g m/s and %g m wide, bounded to %g to %g and %g to %g",
				e.line, e.id, k, l.speed, l.width, slowest, fastest, narrowest, widest)
		}
		given := network.Tagged
		spec.Lanes = append(spec.Lanes, network.LaneSpec{
			Width: min(max(l.width, narrowest), widest), SpeedLimit: min(max(l.speed, slowest), fastest), Permitted: l.classes,
			Source: network.Source{SpeedLimit: given, Lanes: given, Width: given, Turns: given, Permitted: given},
		})
		shape := make([]network.Point, len(l.shape))
		for i, v := range l.shape {
			shape[i] = c.frame.point(network.Point{X: v.x, Y: v.y})
		}
		spec.LaneShapes = append(spec.LaneShapes, shape)
		if drawn := network.PolylineLength(shape); math.Abs(drawn-l.length) > max(1, 0.1*drawn) && l.length > 0 {
			if c.otherLength == 0 {
				c.firstLength = fmt.Sprintf("lane %d of edge %s, line %d, is %.1f m long by its shape and %.1f m by its length",
					k, e.id, e.line, drawn, l.length)
			}
			c.otherLength++
		}
	}
	return index
}

// setGradient sets the gradient from the heights of the first lane, where there are any.
func (c *converter) setGradient(spec *network.EdgeSpec, e *edge) {
	const steepest = 0.4
	shape := e.lanes[0].shape
	rise := shape[len(shape)-1].z - shape[0].z
	if length := network.PolylineLength(spec.Shape); rise != 0 && length > 0 {
		spec.Gradient = min(max(rise/length, -steepest), steepest)
		for k := range spec.Lanes {
			spec.Lanes[k].Source.Gradient = network.Derived
		}
	}
}

// middle returns the line in the middle of an edge's lanes: that of the middle lane, or half way between the two.
func middle(lanes [][]network.Point) []network.Point {
	n := len(lanes)
	a, b := lanes[(n-1)/2], lanes[n/2]
	if n%2 == 1 || len(a) != len(b) {
		return slices.Clone(a)
	}
	out := make([]network.Point, len(a))
	for i := range out {
		out[i] = network.Point{X: (a[i].X + b[i].X) / 2, Y: (a[i].Y + b[i].Y) / 2}
	}
	return out
}

// roadClass reads the type that netconvert gives to edges made of OpenStreetMap, "highway.primary_link" for instance.
func roadClass(kind string) (class network.RoadClass, link, ok bool) {
	kind, _, _ = strings.Cut(kind, "|")
	kind, ok = strings.CutPrefix(kind, "highway.")
	if !ok {
		return 0, false, false
	}
	kind, link = strings.CutSuffix(kind, "_link")
	for c := range network.NumRoadClasses {
		if c.String() == kind {
			return c, link, true
		}
	}
	return 0, false, false
}

// guessRoad guesses the class of an edge without a type.
func guessRoad(e *edge) network.RoadClass {
	const fast = 24.9 // m/s, 90 km/h: beyond what is usual in towns and on country roads of one lane
	switch {
	case e.lanes[0].speed > fast && len(e.lanes) > 1:
		return network.Trunk
	case len(e.lanes) > 1:
		return network.Secondary
	}
	return network.Tertiary
}

// wayOf returns the OSM way that netconvert made an edge of, "-23429231#1" for instance; 0 if the id is none.
func wayOf(id string) int64 {
	id, _, _ = strings.Cut(id, "#")
	way, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return 0
	}
	return way
}

// pair finds edges that are the two directions of a road: one is named like the other with a minus, or there is no other
// between the same junctions.
func (c *converter) pair() {
	type ends struct{ from, to int32 }
	between := map[ends][]int32{}
	for i := range c.spec.Edges {
		e := &c.spec.Edges[i]
		between[ends{e.From, e.To}] = append(between[ends{e.From, e.To}], int32(i))
	}
	for i := range c.spec.Edges {
		e := &c.spec.Edges[i]
		back := between[ends{e.To, e.From}]
		if e.Opposite != network.None || e.From == e.To {
			continue
		}
		for _, o := range back {
			named := c.spec.Edges[o].Ref == "-"+e.Ref || e.Ref == "-"+c.spec.Edges[o].Ref
			alone := len(back) == 1 && len(between[ends{e.From, e.To}]) == 1
			if (named || alone) && c.spec.Edges[o].Opposite == network.None {
				e.Opposite, c.spec.Edges[o].Opposite = o, int32(i)
				break
			}
		}
	}
}

// addConnections adds those between lanes that are in the spec. Junctions without any are where the map ends.
func (c *converter) addConnections() {
	used := make([]bool, len(c.spec.Junctions))
	c.connectedTo = make([]int32, len(c.connections))
	for i := range c.connections {
		raw := &c.connections[i]
		c.connectedTo[i] = network.None
		from, to := c.toEdge[raw.from], c.toEdge[raw.to]
		if from == network.None || to == network.None {
			c.report.skip("connection of edges closed to road vehicles")
			continue
		}
		fromLane, toLane := c.toLane[raw.from][raw.fromLane], c.toLane[raw.to][raw.toLane]
		if fromLane == network.None || toLane == network.None {
			c.report.skip("connection of lanes closed to road vehicles")
			continue
		}
		classes := raw.classes & c.spec.Edges[from].Lanes[fromLane].Permitted & c.spec.Edges[to].Lanes[toLane].Permitted
		if classes == 0 {
			c.report.skip("connection closed to road vehicles")
			continue
		}
		c.connectedTo[i] = int32(len(c.spec.Connections))
		c.spec.Connections = append(c.spec.Connections, network.ConnectionSpec{
			From: from, To: to, FromLane: fromLane, ToLane: toLane, Classes: classes, Group: network.None,
			Stops: raw.state == 's' || raw.state == 'w',
		})
		used[c.spec.Edges[from].To] = true
	}
	for j := range used {
		if !used[j] {
			c.spec.Junctions[j].Boundary = true
		}
	}
}
