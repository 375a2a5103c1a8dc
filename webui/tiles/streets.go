package tiles

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"roadtwin/network"
)

// edgeZooms are the zooms from which edges, and roads where there is no extract, are shown.
var edgeZooms = [network.NumRoadClasses]uint8{
	network.Motorway: 10, network.Trunk: 10, network.Primary: 10, network.Secondary: 11, network.Tertiary: 12,
	network.Unclassified: 13, network.Residential: 13, network.LivingStreet: 13, network.Service: 13,
}

// edgesOf appends the edges of net.
func edgesOf(net *network.Network, features []feature) []feature {
	d := draughtsman{net: net, features: features}
	for e := range net.Edges {
		d.edge(network.EdgeID(e))
	}
	return d.features
}

// roadsOf appends the roads of net, each once, for a map without an extract.
func roadsOf(net *network.Network, features []feature) []feature {
	d := draughtsman{net: net, features: features}
	for i := range net.Edges {
		e := &net.Edges[i]
		if e.Opposite != network.None && int(e.Opposite) < i {
			continue
		}
		props := geojson.Properties{"class": e.Road.String()}
		setIf(props, "name", e.Name, e.Name != "")
		setIf(props, "oneway", true, e.Opposite == network.None)
		setIf(props, "layer", int(e.Layer), e.Layer != 0)
		setIf(props, "bridge", true, e.Bridge)
		setIf(props, "tunnel", true, e.Tunnel)
		rank := int(network.NumRoadClasses - e.Road)
		line := d.line(net.Lanes[e.FirstLane+network.LaneID(e.NumLanes-1)].Shape)
		d.add(newFeature(roads, edgeZooms[e.Road], line, props).above(int(e.Layer)*orderPerLayer + rank))
	}
	return d.features
}

func setIf(p geojson.Properties, key string, value any, condition bool) {
	if condition {
		p[key] = value
	}
}

// draughtsman draws a network.
type draughtsman struct {
	net      *network.Network
	features []feature
}

func (d *draughtsman) add(f feature) { d.features = append(d.features, f) }

func (d *draughtsman) point(p network.Point) orb.Point { return world(d.net.Projection.ToLonLat(p)) }

func (d *draughtsman) line(points []network.Point) orb.LineString {
	line := make(orb.LineString, len(points))
	for i, p := range points {
		line[i] = d.point(p)
	}
	return line
}

func (d *draughtsman) polygon(points []network.Point) orb.Polygon {
	ring := orb.Ring(d.line(points))
	return orb.Polygon{append(ring, ring[0])}
}

func (d *draughtsman) edge(id network.EdgeID) {
	e := &d.net.Edges[id]
	middle := &d.net.Lanes[e.FirstLane+network.LaneID(e.NumLanes/2)]
	props := geojson.Properties{
		"road": e.Road.String(), "lanes": int(e.NumLanes), "limit": math.Round(middle.SpeedLimit*100) / 100,
	}
	setIf(props, "name", e.Name, e.Name != "")
	source := middle.Source
	for _, l := range d.net.EdgeLanes(id) {
		source = source.Weakest(l.Source)
	}
	props["limit_source"], props["lanes_source"] = source.SpeedLimit.String(), source.Lanes.String()
	props["surface_source"], props["width_source"] = source.Surface.String(), source.Width.String()
	d.add(newFeature(edges, edgeZooms[e.Road], d.line(d.middle(id)), props).withID(int(id)).above(int(e.Layer)))
}

// middle returns the middle of an edge's lanes.
func (d *draughtsman) middle(id network.EdgeID) []network.Point {
	e := &d.net.Edges[id]
	lane := &d.net.Lanes[e.FirstLane+network.LaneID((e.NumLanes-1)/2)]
	if e.NumLanes%2 == 1 {
		return lane.Shape
	}
	return offset(lane.Shape, d.offside()*lane.Width/2)
}

// offside is the sign of an offset to the left that leads from the kerb to the middle of the road.
func (d *draughtsman) offside() float64 {
	if d.net.DrivingSide == network.LeftHand {
		return -1
	}
	return 1
}

// strip returns the outline of a strip along line, of a width that goes from first to last.
func strip(line []network.Point, first, last float64) []network.Point {
	left := taper(line, first/2, last/2)
	right := taper(line, -first/2, -last/2)
	slices.Reverse(right)
	return append(left, right...)
}

// across returns the two points width/2 to the left and right of at, seen from a towards b.
func across(a, b, at network.Point, width float64) []network.Point {
	n := normal(a, b)
	return []network.Point{
		{X: at.X + n.X*width/2, Y: at.Y + n.Y*width/2},
		{X: at.X - n.X*width/2, Y: at.Y - n.Y*width/2},
	}
}

// normal returns the unit vector to the left of the direction from a to b; zero if they are one point.
func normal(a, b network.Point) network.Point {
	dx, dy := b.X-a.X, b.Y-a.Y
	length := math.Hypot(dx, dy)
	if length == 0 {
		return network.Point{}
	}
	return network.Point{X: -dy / length, Y: dx / length}
}

// offset returns line moved by d metres to its left.
func offset(line []network.Point, d float64) []network.Point { return taper(line, d, d) }

// maxMiter bounds how far a corner of an offset line may reach out, in offsets.
const maxMiter = 2

// taper returns line moved to its left by first metres at its beginning to last metres at its end.
func taper(line []network.Point, first, last float64) []network.Point {
	total := network.PolylineLength(line)
	out := make([]network.Point, len(line))
	s := 0.0
	for i, p := range line {
		if i > 0 {
			s += math.Hypot(p.X-line[i-1].X, p.Y-line[i-1].Y)
		}
		d := first
		if total > 0 {
			d += (last - first) * s / total
		}
		before, after := normal(line[max(i-1, 0)], line[max(i, 1)]), normal(line[min(i, len(line)-2)], line[min(i+1, len(line)-1)])
		n := network.Point{X: before.X + after.X, Y: before.Y + after.Y}
		// At a corner the offset line is farther from the corner than d: by 1 / cos of half the turn.
		if square := n.X*n.X + n.Y*n.Y; square > 0 {
			reach := math.Min(2/square, maxMiter/math.Sqrt(square))
			n.X, n.Y = n.X*reach, n.Y*reach
		}
		out[i] = network.Point{X: p.X + n.X*d, Y: p.Y + n.Y*d}
	}
	return out
}
