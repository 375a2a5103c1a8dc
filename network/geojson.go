package network

import (
	"bufio"
	"encoding/json"
	"io"
	"strconv"
)

// WriteGeoJSON writes the network as a GeoJSON feature collection (RFC 7946): lanes and connectors as lines, junctions
// and signals (one at each stop line) as points, told apart by the property "kind". It is for looking at and for
// comparing in tests; it cannot be read back.
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
	for i := range n.SignalGroups {
		g.signal(i)
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
	if j.Boundary {
		g.WriteString(`,"boundary":true`)
	}
	g.id("controller", int32(j.Controller))
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
	if e.OSMWay != 0 {
		g.WriteString(`,"osm_way":` + strconv.FormatInt(e.OSMWay, 10))
	}
	g.end()
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
