package tiles

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb/geojson"

	"roadtwin/network"
	"roadtwin/webui/stream"
)

// The zooms from which the surface of the streets and what is painted on it are shown.
const (
	surfaceZoom  = 15
	markingsZoom = 16
)

// surface is the lanes, junctions and road markings of a network. They are many and each is in few tiles, so they
// are drawn when a tile is made, and only found beforehand.
type surface struct {
	net   *network.Network
	index *index // of the edges, then of the junctions, in metres of the network
}

// surfaceMargin is how far what is drawn reaches beyond the middle of its lanes, m.
const surfaceMargin = 6

func newSurface(net *network.Network) *surface {
	boxes := make([]box, 0, len(net.Edges)+len(net.Junctions))
	for e := range net.Edges {
		b := nowhere
		for _, l := range net.EdgeLanes(network.EdgeID(e)) {
			b = b.around(l.Shape)
		}
		boxes = append(boxes, b.grow(surfaceMargin))
	}
	for i := range net.Junctions {
		j := &net.Junctions[i]
		b := nowhere
		for c := range j.NumConnectors {
			b = b.around(net.Connectors[int32(j.FirstConnector)+c].Shape)
		}
		boxes = append(boxes, b.grow(surfaceMargin))
	}
	return &surface{net, newIndex(boxes)}
}

// nowhere meets no box and joins with any.
var nowhere = box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}

func (b box) around(points []network.Point) box {
	for _, p := range points {
		b = b.join(box{p.X, p.Y, p.X, p.Y})
	}
	return b
}

func (b box) grow(by float64) box { return box{b.minX - by, b.minY - by, b.maxX + by, b.maxY + by} }

// draw returns the features in a part of the world at a zoom, in the order of drawing.
func (s *surface) draw(part box, zoom uint8) []feature {
	local := nowhere
	for _, corner := range [...]stream.Mercator{
		{X: part.minX, Y: part.minY}, {X: part.maxX, Y: part.minY}, {X: part.minX, Y: part.maxY}, {X: part.maxX, Y: part.maxY},
	} {
		local = local.around([]network.Point{s.net.Projection.ToLocal(corner.LonLat())})
	}
	hits := s.index.search(local.grow(surfaceMargin), nil)
	slices.Sort(hits)
	d := draughtsman{net: s.net}
	for _, h := range hits {
		if j := int(h) - len(s.net.Edges); j >= 0 {
			d.junction(network.JunctionID(j), zoom)
			continue
		}
		e := network.EdgeID(h)
		for l := range s.net.Edges[e].NumLanes {
			d.lane(s.net.Edges[e].FirstLane + network.LaneID(l))
		}
		if zoom >= markingsZoom {
			d.markings(e)
		}
	}
	slices.SortStableFunc(d.features, compare)
	return d.features
}

func (d *draughtsman) lane(id network.LaneID) {
	l := &d.net.Lanes[id]
	e := &d.net.Edges[l.Edge]
	props := geojson.Properties{"edge": int(l.Edge), "index": int(l.Index)}
	setIf(props, "layer", int(e.Layer), e.Layer != 0)
	setIf(props, "bridge", true, e.Bridge)
	setIf(props, "tunnel", true, e.Tunnel)
	d.add(newFeature(lanes, surfaceZoom, d.polygon(strip(l.Shape, l.Width, l.Width)), props).withID(int(id)).above(int(e.Layer)))
}

// junction draws the paved area inside of a junction: what lies between the ends of its lanes and, where that is not
// enough or details show, the path of every connector.
func (d *draughtsman) junction(id network.JunctionID, zoom uint8) {
	j := &d.net.Junctions[id]
	if j.NumConnectors == 0 {
		return
	}
	level := 0
	for _, e := range slices.Concat(j.In, j.Out) {
		level = max(level, int(d.net.Edges[e].Layer))
	}
	props := geojson.Properties{"kind": j.Kind.String()}
	setIf(props, "layer", level, level != 0)
	draw := func(outline []network.Point) {
		d.add(newFeature(junctions, surfaceZoom, d.polygon(outline), props).withID(int(id)).above(level))
	}
	if corners := d.corners(j); len(corners) >= 3 {
		draw(corners)
		if zoom < markingsZoom {
			return
		}
	}
	for c := range j.NumConnectors {
		con := &d.net.Connectors[int32(j.FirstConnector)+c]
		draw(strip(con.Shape, d.net.Lanes[con.From].Width, d.net.Lanes[con.To].Width))
	}
}

// corners returns the ends of all lanes at a junction, in order around their middle.
func (d *draughtsman) corners(j *network.Junction) []network.Point {
	var corners []network.Point
	for _, e := range j.In {
		for i := range d.net.EdgeLanes(e) {
			l := &d.net.EdgeLanes(e)[i]
			n := len(l.Shape)
			corners = append(corners, across(l.Shape[n-2], l.Shape[n-1], l.Shape[n-1], l.Width)...)
		}
	}
	for _, e := range j.Out {
		for i := range d.net.EdgeLanes(e) {
			l := &d.net.EdgeLanes(e)[i]
			corners = append(corners, across(l.Shape[0], l.Shape[1], l.Shape[0], l.Width)...)
		}
	}
	if len(j.In)+len(j.Out) < 3 || len(corners) == 0 {
		return nil
	}
	var middle network.Point
	for _, c := range corners {
		middle.X += c.X / float64(len(corners))
		middle.Y += c.Y / float64(len(corners))
	}
	angle := func(p network.Point) float64 { return math.Atan2(p.Y-middle.Y, p.X-middle.X) }
	slices.SortStableFunc(corners, func(a, b network.Point) int { return cmp.Compare(angle(a), angle(b)) })
	return corners
}
