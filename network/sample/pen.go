package sample

import (
	"math"

	"roadtwin/network"
)

// Default dimensions of generated streets.
const (
	laneWidth = 3.25         // m
	cityLimit = 50 / 3.6     // m/s
	ringLimit = 30 / 3.6     // m/s
	anchorLon = -75.5        // degrees; anywhere would do
	anchorLat = 39.75        // degrees
	noOne     = network.None // no opposite edge, no controller
)

// pen draws a Spec: junctions first, then roads between them.
type pen struct{ spec *network.Spec }

func newPen(name string, side network.DrivingSide) pen {
	country := "US"
	if side == network.LeftHand {
		country = "GB"
	}
	return pen{&network.Spec{
		Name: name, Country: country, DrivingSide: side,
		Projection: network.Projection{Lon0: anchorLon, Lat0: anchorLat},
	}}
}

// junction adds a junction at x, y (m) and returns its index.
func (p pen) junction(x, y float64, control network.JunctionKind) int32 {
	j := network.JunctionSpec{Position: network.Point{X: x, Y: y}, Control: control, Controller: noOne}
	p.spec.Junctions = append(p.spec.Junctions, j)
	return int32(len(p.spec.Junctions) - 1)
}

// boundary adds a junction at which traffic enters and leaves.
func (p pen) boundary(x, y float64) int32 {
	j := p.junction(x, y, network.Plain)
	p.spec.Junctions[j].Boundary = true
	return j
}

// signals gives a junction a signal cabinet of its own.
func (p pen) signals(j int32) {
	var next int32
	for i := range p.spec.Junctions {
		next = max(next, p.spec.Junctions[i].Controller+1)
	}
	p.spec.Junctions[j].Control = network.Signalised
	p.spec.Junctions[j].Controller = next
}

// road is what roads are drawn with.
type road struct {
	name   string
	lanes  int     // in each direction
	back   int     // in the second direction, if not the same
	limit  float64 // m/s
	class  network.RoadClass
	sign   network.Control // at both ends
	link   bool
	ring   bool
	median float64           // m between the axis and either direction
	inset  float64           // m nearer to the axis than that for the first direction: a turn bay in the median
	arrows []network.TurnSet // from the kerb; nil for none
	via    []network.Point   // between the junctions
}

// oneWay draws an edge from junction a to b along the middle of its lanes, and returns its index.
func (p pen) oneWay(a, b int32, r road) int32 {
	return p.edge(a, b, p.axis(a, b, r.via), r, 0)
}

// twoWay draws both directions of a road on either side of its axis and returns the edges from a to b and back.
func (p pen) twoWay(a, b int32, r road) (there, back int32) {
	axis := p.axis(a, b, r.via)
	there = p.edge(a, b, axis, r, float64(r.lanes)*laneWidth/2+r.median-r.inset)
	if r.back > 0 {
		r.lanes, r.arrows = r.back, nil
	}
	back = p.edge(b, a, reversed(axis), r, float64(r.lanes)*laneWidth/2+r.median)
	p.spec.Edges[there].Opposite, p.spec.Edges[back].Opposite = back, there
	return there, back
}

func (p pen) axis(a, b int32, via []network.Point) []network.Point {
	axis := []network.Point{p.spec.Junctions[a].Position}
	axis = append(axis, via...)
	return append(axis, p.spec.Junctions[b].Position)
}

// edge adds an edge whose lanes lie shift metres from axis on the side on which one drives.
func (p pen) edge(a, b int32, axis []network.Point, r road, shift float64) int32 {
	if p.spec.DrivingSide == network.RightHand {
		shift = -shift
	}
	e := network.EdgeSpec{
		From: a, To: b, Shape: network.Offset(axis, shift), Opposite: noOne, Name: r.name, Road: r.class,
		Rank: int32(network.NumRoadClasses - r.class), Sign: r.sign, Link: r.link, Roundabout: r.ring,
	}
	for i := range max(r.lanes, 1) {
		lane := network.LaneSpec{
			Width: laneWidth, SpeedLimit: r.limit, Permitted: network.AllClasses, Surface: network.Asphalt,
		}
		if lane.SpeedLimit == 0 {
			lane.SpeedLimit = cityLimit
		}
		if i < len(r.arrows) {
			lane.Turns = r.arrows[i]
		}
		e.Lanes = append(e.Lanes, lane)
	}
	p.spec.Edges = append(p.spec.Edges, e)
	return int32(len(p.spec.Edges) - 1)
}

// roundabout draws a ring of so many lanes about centre, with a junction at each of the given angles (rad, ascending), and
// returns those junctions.
func (p pen) roundabout(centre network.Point, radius float64, angles []float64, lanes int) []int32 {
	ids := make([]int32, len(angles))
	for i, a := range angles {
		ids[i] = p.junction(centre.X+radius*math.Cos(a), centre.Y+radius*math.Sin(a), network.Roundabout)
	}
	for i, a := range angles {
		next := (i + 1) % len(angles)
		b := angles[next]
		if next == 0 {
			b += 2 * math.Pi
		}
		points := max(int(math.Round((b-a)/(math.Pi/12)))-1, 1)
		r := road{name: "Circle", lanes: lanes, limit: ringLimit, class: network.Tertiary, ring: true}
		r.via = arc(centre, radius, a, b, points)
		if p.spec.DrivingSide == network.RightHand {
			p.oneWay(ids[i], ids[next], r) // counter-clockwise
		} else {
			r.via = reversed(r.via)
			p.oneWay(ids[next], ids[i], r)
		}
	}
	return ids
}

func reversed(line []network.Point) []network.Point {
	r := make([]network.Point, 0, len(line))
	for i := len(line) - 1; i >= 0; i-- {
		r = append(r, line[i])
	}
	return r
}

// arc returns n points on a circle about centre, from angle a0 to a1 (rad), both ends left out.
func arc(centre network.Point, radius, a0, a1 float64, n int) []network.Point {
	points := make([]network.Point, 0, n)
	for i := 1; i <= n; i++ {
		a := a0 + (a1-a0)*float64(i)/float64(n+1)
		points = append(points, network.Point{X: centre.X + radius*math.Cos(a), Y: centre.Y + radius*math.Sin(a)})
	}
	return points
}
