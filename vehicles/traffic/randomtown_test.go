package traffic_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"roadtwin/network"
)

// A randomTown is drawn from a seed: junctions on a grid, shaken, some of them missing; streets of random widths, limits, surfaces
// and bends between neighbours, some one-way, some with a lane more for a part of their length; any kind of control, with
// rings in place of some junctions; crossings of people and rails, and bus stops.
type randomTown struct {
	*rand.Rand
	spec  *network.Spec
	nodes []townNode
}

// townNode is a place where streets meet: a junction, or the ring of a roundabout.
type townNode struct {
	at       network.Point
	control  network.JunctionKind
	boundary bool
	ring     float64 // m, its radius; 0 without
	arms     []townArm
	junction int32 // without a ring
}

// townArm is where a street leaves a node.
type townArm struct {
	heading  float64 // rad
	junction int32
}

const townLane = 3.25 // m wide

// drawTown returns the town of a seed.
func drawTown(seed uint64) *network.Spec {
	t := randomTown{Rand: rand.New(rand.NewPCG(seed, 29)), spec: &network.Spec{
		Name: fmt.Sprint("random town ", seed), Country: "US", Projection: network.Projection{Lon0: -75, Lat0: 39},
	}}
	t.spec.DrivingSide = network.DrivingSide(t.IntN(2))
	links := t.layOut(2+t.IntN(3), 2+t.IntN(3))
	t.settle(links)
	for _, l := range links {
		t.street(l[0], l[1])
	}
	t.furnish()
	return t.spec
}

// chance reports true with probability p.
func (t *randomTown) chance(p float64) bool { return t.Float64() < p }

// between returns a number from a to b.
func (t *randomTown) between(a, b float64) float64 { return a + (b-a)*t.Float64() }

// layOut places the nodes and returns the pairs of them that streets join, those to the edge of the map last.
func (t *randomTown) layOut(columns, rows int) (links [][2]int) {
	spacing := t.between(120, 260)
	kinds := []network.JunctionKind{
		network.Plain, network.PriorityRoad, network.PrioritySide, network.AllWayStop, network.Signalised, network.Signalised, network.Roundabout,
	}
	shake := func(i int) float64 { return spacing * (float64(i) + t.between(-0.15, 0.15)) }
	for r := range rows {
		for c := range columns {
			t.nodes = append(t.nodes, townNode{at: network.Point{X: shake(c), Y: shake(r)}, control: kinds[t.IntN(len(kinds))]})
		}
	}
	at := func(c, r int) int { return r*columns + c }
	for r := range rows {
		for c := range columns {
			if c+1 < columns && t.chance(0.9) {
				links = append(links, [2]int{at(c, r), at(c+1, r)})
			}
			if r+1 < rows && t.chance(0.9) {
				links = append(links, [2]int{at(c, r), at(c, r+1)})
			}
		}
	}
	outward := func(node int, dx, dy float64) {
		if !t.chance(0.8) {
			return
		}
		from, out := t.nodes[node].at, t.between(150, 300)
		t.nodes = append(t.nodes, townNode{at: network.Point{X: from.X + out*dx, Y: from.Y + out*dy}, boundary: true})
		links = append(links, [2]int{node, len(t.nodes) - 1})
	}
	for r := range rows {
		outward(at(0, r), -1, 0)
		outward(at(columns-1, r), 1, 0)
	}
	for c := range columns {
		outward(at(c, 0), 0, -1)
		outward(at(c, rows-1), 0, 1)
	}
	return links
}

// settle makes the junctions of all nodes, now that it is known which streets meet there.
func (t *randomTown) settle(links [][2]int) {
	for i := range t.nodes {
		n := &t.nodes[i]
		for _, l := range links {
			for k := range 2 {
				if l[k] == i {
					to := t.nodes[l[1-k]].at
					n.arms = append(n.arms, townArm{heading: math.Atan2(to.Y-n.at.Y, to.X-n.at.X)})
				}
			}
		}
		slices.SortFunc(n.arms, func(a, b townArm) int { return int(math.Copysign(1, a.heading-b.heading)) })
		if n.control == network.Roundabout {
			if n.ring = t.between(14, 26); len(n.arms) < 3 || !t.apart(n) {
				n.ring, n.control = 0, network.Plain
			}
		}
		if n.ring > 0 {
			t.ringOf(n)
		} else {
			n.junction = t.junction(n.at, n.control, n.boundary)
			for k := range n.arms {
				n.arms[k].junction = n.junction
			}
		}
	}
}

// apart reports whether the arms of n leave room between them on a ring.
func (t *randomTown) apart(n *townNode) bool {
	for k := range n.arms {
		next := n.arms[(k+1)%len(n.arms)].heading - n.arms[k].heading
		if k == len(n.arms)-1 {
			next += 2 * math.Pi
		}
		if next*n.ring < 18 {
			return false
		}
	}
	return true
}

func (t *randomTown) junction(at network.Point, control network.JunctionKind, boundary bool) int32 {
	j := network.JunctionSpec{Position: millimetres(at), Control: control, Controller: network.None, Boundary: boundary}
	if control == network.Signalised {
		j.Controller = 0
		for i := range t.spec.Junctions {
			j.Controller = max(j.Controller, t.spec.Junctions[i].Controller+1)
		}
	}
	id := int32(len(t.spec.Junctions))
	j.OSMNodes = []int64{int64(1000 + id)}
	t.spec.Junctions = append(t.spec.Junctions, j)
	return id
}

// millimetres rounds as importers do: the same on every processor.
func millimetres(p network.Point) network.Point {
	return network.Point{X: math.Round(p.X*1000) / 1000, Y: math.Round(p.Y*1000) / 1000}
}

// ringOf draws the ring of a roundabout.
func (t *randomTown) ringOf(n *townNode) {
	for k := range n.arms {
		a := &n.arms[k]
		a.junction = t.junction(network.Point{X: n.at.X + n.ring*math.Cos(a.heading), Y: n.at.Y + n.ring*math.Sin(a.heading)}, network.Roundabout, false)
	}
	lanes := []network.LaneSpec{t.lane(30/3.6, network.Asphalt)}
	for k := range n.arms {
		a, b := n.arms[k], n.arms[(k+1)%len(n.arms)]
		if k == len(n.arms)-1 {
			b.heading += 2 * math.Pi
		}
		var shape []network.Point
		const points = 8
		for i := range points + 1 {
			angle := a.heading + (b.heading-a.heading)*float64(i)/points
			shape = append(shape, millimetres(network.Point{X: n.at.X + n.ring*math.Cos(angle), Y: n.at.Y + n.ring*math.Sin(angle)}))
		}
		e := network.EdgeSpec{
			From: a.junction, To: b.junction, Shape: shape, Opposite: network.None, Road: network.Tertiary, Rank: 5, Roundabout: true, Lanes: lanes,
		}
		if t.spec.DrivingSide == network.LeftHand { // clockwise
			e.From, e.To = e.To, e.From
			slices.Reverse(e.Shape)
		}
		t.spec.Edges = append(t.spec.Edges, e)
	}
}

func (t *randomTown) lane(limit float64, surface network.Surface) network.LaneSpec {
	return network.LaneSpec{Width: townLane, SpeedLimit: limit, Permitted: network.AllClasses, Surface: surface}
}

// arm returns the junction from which a street leaves node from towards node to.
func (t *randomTown) arm(from, to int) int32 {
	a, b := &t.nodes[from], &t.nodes[to]
	heading := math.Atan2(b.at.Y-a.at.Y, b.at.X-a.at.X)
	best := 0
	for k := range a.arms {
		if math.Abs(a.arms[k].heading-heading) < math.Abs(a.arms[best].heading-heading) {
			best = k
		}
	}
	return a.arms[best].junction
}

// street draws the street between two nodes.
func (t *randomTown) street(from, to int) {
	a, b := t.arm(from, to), t.arm(to, from)
	p, q := t.spec.Junctions[a].Position, t.spec.Junctions[b].Position
	axis := []network.Point{p}
	if t.chance(0.4) { // a bend
		share, off := t.between(0.35, 0.65), t.between(-0.12, 0.12)
		axis = append(axis, millimetres(network.Point{
			X: p.X + share*(q.X-p.X) - off*(q.Y-p.Y), Y: p.Y + share*(q.Y-p.Y) + off*(q.X-p.X),
		}))
	}
	axis = append(axis, q)
	limit := []float64{30, 50, 50, 50, 70, 90}[t.IntN(6)] / 3.6
	surface := network.Asphalt
	if t.chance(0.2) {
		surface = network.Surface(t.IntN(int(network.NumSurfaces)))
	}
	road := network.RoadClass(int(network.Primary) + t.IntN(4))
	gradient := 0.0
	if t.chance(0.3) {
		gradient = t.between(-0.08, 0.08)
	}
	switch { // else lorries stay behind: they have no grip for more, on cobblestone when it is wet
	case surface >= network.Gravel:
		gradient /= 4
	case surface == network.Cobblestone:
		gradient *= 0.75
	}
	e := network.EdgeSpec{
		From: a, To: b, Opposite: network.None, Road: road, Rank: int32(t.IntN(3)), Sign: network.Control(t.IntN(3)), Gradient: gradient,
	}
	there := t.lanes(1+t.IntN(3), limit, surface)
	if t.chance(0.15) && !t.nodes[from].boundary && !t.nodes[to].boundary { // one-way
		t.carriageway(e, axis, there)
		return
	}
	back := e
	back.From, back.To, back.Gradient, back.Sign, back.Rank = e.To, e.From, -gradient, network.Control(t.IntN(3)), e.Rank
	first := t.carriageway(e, axis, there)
	reverse := slices.Clone(axis)
	slices.Reverse(reverse)
	second := t.carriageway(back, reverse, t.lanes(1+t.IntN(3), limit, surface))
	if len(first) == 1 && len(second) == 1 {
		t.spec.Edges[first[0]].Opposite, t.spec.Edges[second[0]].Opposite = second[0], first[0]
	}
}

func (t *randomTown) lanes(n int, limit float64, surface network.Surface) []network.LaneSpec {
	return slices.Repeat([]network.LaneSpec{t.lane(limit, surface)}, n)
}

// carriageway adds one direction of a street and returns its edges: one, or two of which the first has a lane that ends.
func (t *randomTown) carriageway(e network.EdgeSpec, axis []network.Point, lanes []network.LaneSpec) []int32 {
	e.OSMWay = int64(100 + len(t.spec.Edges))
	if len(axis) == 2 && len(lanes) < 3 && t.chance(0.2) {
		middle := millimetres(network.Point{X: (axis[0].X + axis[1].X) / 2, Y: (axis[0].Y + axis[1].Y) / 2})
		second := e
		e.To = t.junction(middle, network.Plain, false)
		second.From, e.Sign = e.To, network.Free
		more := append(slices.Clone(lanes), lanes[0])
		merge := network.MergeOffside
		at := 0
		if t.chance(0.4) {
			at, merge = len(more)-1, network.MergeKerbside
		}
		more[at].Merge = merge
		return []int32{t.edge(e, []network.Point{axis[0], middle}, more), t.edge(second, []network.Point{middle, axis[1]}, lanes)}
	}
	return []int32{t.edge(e, axis, lanes)}
}

// edge adds an edge whose lanes lie beside the axis, on the side on which one drives.
func (t *randomTown) edge(e network.EdgeSpec, axis []network.Point, lanes []network.LaneSpec) int32 {
	shift := 0.3 + float64(len(lanes))*townLane/2
	if t.spec.DrivingSide == network.RightHand {
		shift = -shift
	}
	e.Shape, e.Lanes = network.Offset(axis, shift), lanes
	for i := range e.Shape {
		e.Shape[i] = millimetres(e.Shape[i])
	}
	t.spec.Edges = append(t.spec.Edges, e)
	return int32(len(t.spec.Edges) - 1)
}

// furnish puts crossings and bus stops on the streets.
func (t *randomTown) furnish() {
	kinds := []network.CrossingKind{
		network.Unmarked, network.Zebra, network.Zebra, network.FootSignals, network.LevelCrossing, network.TramCrossing,
	}
	for i := range t.spec.Edges {
		e := &t.spec.Edges[i]
		length := network.PolylineLength(e.Shape)
		if e.Roundabout || length < 80 {
			continue
		}
		if t.chance(0.3) {
			t.spec.BusStops = append(t.spec.BusStops, network.BusStopSpec{Edge: int32(i), Position: t.between(0.3, 0.8) * length, OSMNode: int64(30000 + i)})
		}
		if int(e.Opposite) < i && e.Opposite >= 0 || !t.chance(0.35) {
			continue
		}
		kind, share := kinds[t.IntN(len(kinds))], t.between(0.3, 0.7)
		t.spec.Crossings = append(t.spec.Crossings, network.CrossingSpec{Kind: kind, Edge: int32(i), Position: share * length, OSMNode: int64(20000 + i)})
		if e.Opposite >= 0 {
			back := network.PolylineLength(t.spec.Edges[e.Opposite].Shape)
			t.spec.Crossings = append(t.spec.Crossings, network.CrossingSpec{
				Kind: kind, Edge: e.Opposite, Position: (1 - share) * back, OSMNode: int64(20000 + i),
			})
		}
	}
}
