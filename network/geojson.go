package network

import (
	"bufio"
	"encoding/json"
	"io"
	"strconv"
)

// WriteGeoJSON writes the network as a GeoJSON feature collection (RFC 7946), told apart by the property "kind": lanes,
// connectors and bans as lines; junctions, controllers, signals (one at the end of each lane of a group), crossings and
// bus stops as points. Lengths are metres, speeds km/h; the sources of a lane's values are "tagged", "derived" or
// "default". It is for looking at and for comparing in tests; it cannot be read back.
func (n *Network) WriteGeoJSON(w io.Writer) error {
	g := geojson{Writer: bufio.NewWriter(w), net: n}
	g.WriteString(`{"type":"FeatureCollection","features":[`)
	for i := range n.Junctions {
		g.junction(i)
	}
	for i := range n.Lanes {
		g.lane(i)
	}
	for i := range n.Connectors {
		g.connector(i)
	}
	for i := range n.Controllers {
		g.controller(i)
	}
	for i := range n.SignalGroups {
		g.signal(i)
	}
	for i := range n.Crossings {
		g.crossing(i)
	}
	for i := range n.BusStops {
		g.busStop(i)
	}
	for i := range n.Bans {
		g.ban(i)
	}
	g.WriteString("\n]}\n")
	return g.Flush()
}

// geojson writes features. Errors stay in the bufio.Writer until Flush.
type geojson struct {
	*bufio.Writer
	net   *Network
	count int
}

// begin opens a feature with its geometry; properties follow.
func (g *geojson) begin(geometry string, points []Point) {
	if g.count > 0 {
		g.WriteByte(',')
	}
	g.count++
	g.WriteString("\n" + `{"type":"Feature","geometry":{"type":"` + geometry + `","coordinates":`)
	if geometry == "Point" {
		g.coordinates(points[0])
	} else {
		for i, p := range points {
			g.WriteByte("[,"[min(i, 1)])
			g.coordinates(p)
		}
		g.WriteByte(']')
	}
	g.WriteString(`},"properties":{`)
}

func (g *geojson) end() { g.WriteString("}}") }

func (g *geojson) coordinates(p Point) {
	const digits = 8 // of a degree: a millimetre
	lon, lat := g.net.Projection.ToLonLat(p)
	b := strconv.AppendFloat([]byte{'['}, lon, 'f', digits, 64)
	b = strconv.AppendFloat(append(b, ','), lat, 'f', digits, 64)
	g.Write(append(b, ']'))
}

func (g *geojson) kind(kind string, id int) {
	g.WriteString(`"kind":"` + kind + `","id":` + strconv.Itoa(id))
}

func (g *geojson) text(key, value string) {
	if value == "" {
		return
	}
	quoted, err := json.Marshal(value)
	if err != nil {
		quoted = []byte(`""`) // strings always marshal
	}
	g.WriteString(`,"` + key + `":`)
	g.Write(quoted)
}

func (g *geojson) number(key string, value float64, digits int) {
	g.WriteString(`,"` + key + `":` + strconv.FormatFloat(value, 'f', digits, 64))
}

// stretches writes pairs of metres, if there are any.
func (g *geojson) stretches(key string, list []Stretch) {
	for i, s := range list {
		separator := `,[`
		if i == 0 {
			separator = `,"` + key + `":[[`
		}
		g.WriteString(separator + strconv.FormatFloat(s.From, 'f', 2, 64) + "," + strconv.FormatFloat(s.To, 'f', 2, 64) + "]")
	}
	if len(list) > 0 {
		g.WriteString("]")
	}
}

// flag writes a property that is true, or nothing.
func (g *geojson) flag(key string, set bool) {
	if set {
		g.WriteString(`,"` + key + `":true`)
	}
}

// osm writes the id of an element of OpenStreetMap, or nothing if there is none.
func (g *geojson) osm(key string, id int64) {
	if id != 0 {
		g.WriteString(`,"` + key + `":` + strconv.FormatInt(id, 10))
	}
}

// list writes numbers, or nothing if there are none.
func list[T ~int32 | ~int64](g *geojson, key string, values []T) {
	if len(values) == 0 {
		return
	}
	b := []byte(`,"` + key + `":`)
	for i, v := range values {
		b = strconv.AppendInt(append(b, "[,"[min(i, 1)]), int64(v), 10)
	}
	g.Write(append(b, ']'))
}

func (g *geojson) id(key string, id int32) {
	if id != None {
		g.WriteString(`,"` + key + `":` + strconv.Itoa(int(id)))
	}
}

func (g *geojson) junction(i int) {
	j := &g.net.Junctions[i]
	g.begin("Point", []Point{j.Position})
	g.kind("junction", i)
	g.text("control", j.Kind.String())
	g.text("name", j.Name)
	g.flag("boundary", j.Boundary)
	if j.Elevation != 0 {
		g.number("elevation", j.Elevation, 2)
	}
	g.id("controller", int32(j.Controller))
	list(g, "osm_nodes", j.OSMNodes)
	g.end()
}

func (g *geojson) lane(i int) {
	l := &g.net.Lanes[i]
	e := &g.net.Edges[l.Edge]
	g.begin("LineString", l.Shape)
	g.kind("lane", i)
	g.id("edge", int32(l.Edge))
	g.id("index", l.Index)
	g.text("name", e.Name)
	g.text("road", e.Road.String())
	g.number("length", l.Length, 2)
	g.number("width", l.Width, 2)
	g.number("limit_kmh", l.SpeedLimit*3.6, 1)
	g.text("turns", l.Turns.String())
	if l.Permitted != AllClasses {
		g.text("permitted", l.Permitted.String())
	}
	g.text("surface", l.Surface.String())
	if l.Gradient != 0 {
		g.number("gradient", l.Gradient, 4)
	}
	g.text("no_change", l.Change.String())
	g.text("merge", l.Merge.String())
	g.source(&l.Source)
	g.flag("access_only", e.AccessOnly)
	g.flag("roundabout", e.Roundabout)
	g.flag("bridge", e.Bridge)
	g.flag("tunnel", e.Tunnel)
	if e.Layer != 0 {
		g.id("layer", int32(e.Layer))
	}
	g.osm("osm_way", e.OSMWay)
	g.end()
}

func (g *geojson) source(s *Source) {
	g.text("speed_limit_source", s.SpeedLimit.String())
	g.text("lanes_source", s.Lanes.String())
	g.text("surface_source", s.Surface.String())
	g.text("width_source", s.Width.String())
	g.text("turns_source", s.Turns.String())
	g.text("permitted_source", s.Permitted.String())
	g.text("gradient_source", s.Gradient.String())
}

func (g *geojson) connector(i int) {
	c := &g.net.Connectors[i]
	g.begin("LineString", c.Shape)
	g.kind("connector", i)
	g.id("junction", int32(c.Junction))
	g.id("from", int32(c.From))
	g.id("to", int32(c.To))
	g.text("turn", c.Turn.String())
	g.text("control", c.Control.String())
	g.id("group", int32(c.Group))
	g.number("length", c.Length, 2)
	g.number("curvature", c.Curvature, 4)
	g.stretches("storage", c.Storage)
	g.end()
}

// signal writes a point at the stop line of each lane of a group.
func (g *geojson) signal(i int) {
	group := &g.net.SignalGroups[i]
	last := LaneID(None)
	for _, c := range group.Connectors {
		lane := g.net.Connectors[c].From
		if lane == last {
			continue
		}
		last = lane
		shape := g.net.Lanes[lane].Shape
		g.begin("Point", shape[len(shape)-1:])
		g.kind("signal", i)
		g.id("controller", int32(group.Controller))
		g.id("lane", int32(lane))
		g.text("name", group.Name)
		g.end()
	}
}

// controller writes a point in the middle of the controller's junctions.
func (g *geojson) controller(i int) {
	c := &g.net.Controllers[i]
	var middle Point
	for _, j := range c.Junctions {
		middle = middle.plus(g.net.Junctions[j].Position)
	}
	g.begin("Point", []Point{{middle.X / float64(len(c.Junctions)), middle.Y / float64(len(c.Junctions))}})
	g.kind("controller", i)
	g.text("name", c.Name)
	list(g, "junctions", c.Junctions)
	list(g, "groups", c.Groups)
	list(g, "osm_nodes", c.OSMNodes)
	g.end()
}

// crossing writes a point in the middle of the edge's lanes.
func (g *geojson) crossing(i int) {
	c := &g.net.Crossings[i]
	edge := &g.net.Edges[c.Edge]
	first, last := edge.FirstLane, edge.FirstLane+LaneID(edge.NumLanes)-1
	a, b := g.net.PoseAt(first.Track(), c.Position, 0).Point, g.net.PoseAt(last.Track(), c.Position, 0).Point
	g.begin("Point", []Point{{(a.X + b.X) / 2, (a.Y + b.Y) / 2}})
	g.kind("crossing", i)
	g.text("crossing", c.Kind.String())
	g.id("edge", int32(c.Edge))
	g.number("position", c.Position, 2)
	g.osm("osm_node", c.OSMNode)
	g.end()
}

// busStop writes a point on the lane at the kerb.
func (g *geojson) busStop(i int) {
	s := &g.net.BusStops[i]
	g.begin("Point", []Point{g.net.PoseAt(g.net.Edges[s.Edge].FirstLane.Track(), s.Position, 0).Point})
	g.kind("bus_stop", i)
	g.text("name", s.Name)
	g.id("edge", int32(s.Edge))
	g.number("position", s.Position, 2)
	g.osm("osm_node", s.OSMNode)
	g.end()
}

// ban writes a line along the edges that may not be driven one after the other.
func (g *geojson) ban(i int) {
	b := &g.net.Bans[i]
	var line []Point
	for _, e := range b.Edges {
		line = append(line, g.net.Lanes[g.net.Edges[e].FirstLane].Shape...)
	}
	g.begin("LineString", line)
	g.kind("ban", i)
	list(g, "edges", b.Edges)
	g.text("classes", b.Classes.String())
	g.text("when", b.When.String())
	g.end()
}
