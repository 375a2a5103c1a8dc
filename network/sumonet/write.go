package sumonet

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"roadtwin/network"
)

// Program is what the signal groups of a controller show, phase after phase.
type Program struct {
	Controller network.ControllerID
	Offset     float64 // s after midnight at which the first phase begins, modulo the sum of the durations
	Phases     []Phase
}

// Phase is a time in which nothing changes.
type Phase struct {
	Duration float64         // s, > 0
	Lights   []network.Light // of the controller's groups, in its order
}

// Write writes n as a .net.xml that SUMO loads as it is. Each controller needs one of the programs; without one its
// signals are off, and the signs count.
//
// What the format has no word for is left out: bans at certain times or of longer ways, surfaces, gradients, crossings
// and bus stops. Where two connectors give way to each other (first come, first served), the one with the higher id
// does; only at an all-way stop and where lanes merge like a zipper both do.
func Write(w io.Writer, n *network.Network, programs []Program) error {
	out := writer{
		Writer: bufio.NewWriterSize(w, 1<<16), net: n, edges: EdgeNames(n), junctions: junctionNames(n),
		programs: make([]*Program, len(n.Controllers)), link: make([]int32, len(n.Connectors)), tlLink: make([]int32, len(n.Connectors)),
	}
	for i := range programs {
		p := &programs[i]
		if err := out.check(p); err != nil {
			return fmt.Errorf("program of controller %d: %w", p.Controller, err)
		}
		out.programs[p.Controller] = p
	}
	out.numberLinks()
	out.head()
	out.internalEdges()
	for e := range n.Edges {
		out.edge(network.EdgeID(e))
	}
	for c := range n.Controllers {
		out.tlLogic(network.ControllerID(c))
	}
	for j := range n.Junctions {
		out.junction(network.JunctionID(j))
	}
	out.connections()
	out.roundabouts()
	out.WriteString("</net>\n")
	return out.Flush()
}

// check returns what is wrong with a program.
func (w *writer) check(p *Program) error {
	if p.Controller < 0 || int(p.Controller) >= len(w.net.Controllers) {
		return fmt.Errorf("want a controller below %d", len(w.net.Controllers))
	}
	for i, ph := range p.Phases {
		if !(ph.Duration > 0) || len(ph.Lights) != len(w.net.Controllers[p.Controller].Groups) {
			return fmt.Errorf("phase %d lasts %g s and has %d lights, want more than 0 and %d", i, ph.Duration, len(ph.Lights),
				len(w.net.Controllers[p.Controller].Groups))
		}
	}
	return nil
}

// writer writes elements. Errors stay in the bufio.Writer until Flush.
type writer struct {
	*bufio.Writer
	net              *network.Network
	edges, junctions []string
	programs         []*Program // by controller, nil for none
	link             []int32    // of each connector: its number among those of its junction, by incoming lane
	tlLink           []int32    // of each connector with a signal: its number among those of its controller
}

// linksOf returns the connectors of a junction in the order of their links: by incoming edge, lane and id.
func (w *writer) linksOf(j network.JunctionID) []network.ConnectorID {
	var links []network.ConnectorID
	for _, e := range w.net.Junctions[j].In {
		edge := &w.net.Edges[e]
		for l := range edge.NumLanes {
			lane := &w.net.Lanes[int32(edge.FirstLane)+l]
			for c := range lane.NumOut {
				links = append(links, lane.FirstOut+network.ConnectorID(c))
			}
		}
	}
	return links
}

// signalled returns those of linksOf that a signal controls: slip lanes pass beside it.
func (w *writer) signalled(j network.JunctionID) []network.ConnectorID {
	return slices.DeleteFunc(w.linksOf(j), func(c network.ConnectorID) bool { return w.net.Connectors[c].Group == network.None })
}

func (w *writer) numberLinks() {
	for j := range w.net.Junctions {
		for i, c := range w.linksOf(network.JunctionID(j)) {
			w.link[c] = int32(i)
		}
	}
	for i := range w.net.Controllers {
		next := int32(0)
		for _, j := range w.net.Controllers[i].Junctions {
			for _, c := range w.signalled(j) {
				w.tlLink[c] = next
				next++
			}
		}
	}
}

func (w *writer) head() {
	b, p := w.net.Bounds, w.net.Projection
	w.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n\n<net version=\"1.9\"")
	if w.net.DrivingSide == network.LeftHand {
		w.WriteString(` lefthand="true"`)
	}
	w.WriteString(">\n")
	west, south := p.ToLonLat(network.Point{X: b.MinX, Y: b.MinY})
	east, north := p.ToLonLat(network.Point{X: b.MaxX, Y: b.MaxY})
	projection := fmt.Sprintf("+proj=tmerc +lat_0=%s +lon_0=%s +k=1 +x_0=0 +y_0=0 +ellps=WGS84 +units=m +no_defs",
		exact(p.Lat0), exact(p.Lon0))
	if p == (network.Projection{}) {
		projection = "!" // nobody knows where it is
		west, south, east, north = b.MinX, b.MinY, b.MaxX, b.MaxY
	}
	fmt.Fprintf(w, `    <location netOffset="0.00,0.00" convBoundary="%.3f,%.3f,%.3f,%.3f" origBoundary="%.7f,%.7f,%.7f,%.7f" projParameter="%s"/>`+"\n\n",
		b.MinX, b.MinY, b.MaxX, b.MaxY, west, south, east, north, projection)
}

// exact writes a number so that it is read back as it was.
func exact(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// escaped writes s as the value of an attribute.
func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder never fails
	return b.String()
}

func (w *writer) shape(points []network.Point) {
	w.WriteString(` shape="`)
	for i, p := range points {
		if i > 0 {
			w.WriteByte(' ')
		}
		b := strconv.AppendFloat(w.AvailableBuffer(), p.X, 'f', 3, 64)
		w.Write(strconv.AppendFloat(append(b, ','), p.Y, 'f', 3, 64))
	}
	w.WriteByte('"')
}

// classes writes who may use a lane; nothing for a connection that is open to all that its lanes are open to.
func (w *writer) classes(set network.ClassSet) {
	if set == network.AllClasses {
		w.WriteString(` disallow="pedestrian tram rail_urban rail rail_electric rail_fast ship"`)
		return
	}
	w.WriteString(` allow="` + allowList(set) + `"`)
}

// internal returns the id of the edge within the junction that a connector is.
func (w *writer) internal(c network.ConnectorID) string {
	return ":" + w.junctions[w.net.Connectors[c].Junction] + "_" + strconv.Itoa(int(w.link[c]))
}

// turnAcceleration is the sideways acceleration in m/s² that bounds the speed in turns (netconvert's default for
// junctions.limit-turn-speed).
const turnAcceleration = 5.5

// internalEdges writes an edge of one lane for each connector.
func (w *writer) internalEdges() {
	for i := range w.net.Connectors {
		c := &w.net.Connectors[i]
		id := w.internal(network.ConnectorID(i))
		speed := c.Limit
		if c.Curvature > 0 {
			speed = min(speed, math.Sqrt(turnAcceleration/c.Curvature))
		}
		fmt.Fprintf(w, `    <edge id="%s" function="internal"><lane id="%s_0" index="0" speed="%.2f" length="%.3f"`, id, id, speed, c.Length)
		w.classes(c.Permitted)
		w.shape(c.Shape)
		w.WriteString("/></edge>\n")
	}
	w.WriteByte('\n')
}

func (w *writer) edge(e network.EdgeID) {
	edge := &w.net.Edges[e]
	fmt.Fprintf(w, `    <edge id="%s" from="%s" to="%s" priority="%d" type="highway.%s" spreadType="center"`,
		w.edges[e], w.junctions[edge.From], w.junctions[edge.To], int(network.NumRoadClasses-edge.Road), edge.Road)
	if edge.Name != "" {
		w.WriteString(` name="` + escaped(edge.Name) + `"`)
	}
	w.WriteString(">\n")
	for k, l := range w.net.EdgeLanes(e) {
		fmt.Fprintf(w, `        <lane id="%s_%d" index="%d" speed="%.2f" length="%.3f" width="%.2f"`, w.edges[e], k, k, l.SpeedLimit, l.Length, l.Width)
		w.classes(l.Permitted)
		w.shape(l.Shape)
		w.WriteString("/>\n")
	}
	w.WriteString("    </edge>\n")
}

// directions are SUMO's letters for turns.
var directions = [network.NumTurns]string{
	network.Through: "s", network.SlightLeft: "L", network.Left: "l", network.SharpLeft: "l", network.UTurn: "t",
	network.SlightRight: "R", network.Right: "r", network.SharpRight: "r",
}

func (w *writer) connections() {
	n := w.net
	w.WriteByte('\n')
	for j := range n.Junctions {
		for _, i := range w.linksOf(network.JunctionID(j)) {
			c := &n.Connectors[i]
			from, to := &n.Lanes[c.From], &n.Lanes[c.To]
			fmt.Fprintf(w, `    <connection from="%s" to="%s" fromLane="%d" toLane="%d" via="%s_0" dir="%s" state="%s"`,
				w.edges[from.Edge], w.edges[to.Edge], from.Index, to.Index, w.internal(i), directions[c.Turn], w.state(i))
			if c.Group != network.None {
				fmt.Fprintf(w, ` tl="%s" linkIndex="%d"`, w.cabinet(n.Junctions[j].Controller), w.tlLink[i])
			}
			if c.Permitted != from.Permitted&to.Permitted {
				w.WriteString(` allow="` + allowList(c.Permitted) + `"`)
			}
			w.WriteString("/>\n")
			fmt.Fprintf(w, `    <connection from="%s" to="%s" fromLane="0" toLane="%d" dir="%s" state="M"/>`+"\n",
				w.internal(i), w.edges[to.Edge], to.Index, directions[c.Turn])
		}
	}
}

// roundabouts writes rings: edges of roundabouts that hang together.
func (w *writer) roundabouts() {
	n := w.net
	part := map[network.JunctionID]network.JunctionID{} // towards the least junction of the ring
	find := func(j network.JunctionID) network.JunctionID {
		for part[j] != j {
			j = part[j]
		}
		return j
	}
	var ring []network.EdgeID
	for e := range n.Edges {
		edge := &n.Edges[e]
		if !edge.Roundabout {
			continue
		}
		ring = append(ring, network.EdgeID(e))
		for _, j := range [2]network.JunctionID{edge.From, edge.To} {
			if _, known := part[j]; !known {
				part[j] = j
			}
		}
		a, b := find(edge.From), find(edge.To)
		part[max(a, b)] = min(a, b)
	}
	slices.SortStableFunc(ring, func(p, q network.EdgeID) int { return int(find(n.Edges[p].From) - find(n.Edges[q].From)) })
	for first := 0; first < len(ring); {
		end := first
		var edges, nodes []string
		for end < len(ring) && find(n.Edges[ring[end]].From) == find(n.Edges[ring[first]].From) {
			edges = append(edges, w.edges[ring[end]])
			nodes = append(nodes, w.junctions[n.Edges[ring[end]].From])
			end++
		}
		slices.Sort(nodes)
		fmt.Fprintf(w, `    <roundabout nodes="%s" edges="%s"/>`+"\n", strings.Join(slices.Compact(nodes), " "), strings.Join(edges, " "))
		first = end
	}
}
