package traffic

import (
	"cmp"
	"math"
	"slices"

	"roadtwin/network"
)

// walkway is where people cross a street, all of its lanes in both directions. What never changes of it.
type walkway struct {
	key    uint64
	kind   network.CrossingKind
	arm    bool    // of a signalised junction: people walk while its own traffic has red
	daily  float64 // people a day
	strips []strip // from the kerb of its first edge to that of the last
	stages []stage // pieces between kerbs and islands
	length float64 // m from kerb to kerb
	amber  float64 // s of amber and all-red before people walk, of signals for people on foot
	red    []network.SignalGroupID
	signal int32 // of an arm: 1 + index in signals.System.Walks; 0 where people have none of their own
}

// strip is one lane of a walkway.
type strip struct {
	place     bar
	bar       int32   // index in layout.bars
	near, far float64 // m from the first kerb
	incoming  bool    // of an arm: its vehicles leave the crossing behind them as they enter the junction
}

// stage is what people cross in one go: strips [first, end), from one kerb or island to the next.
type stage struct {
	first, end int
	from, to   float64 // m from the first kerb
}

// People a day at a crossing by kind [assumed]: a busy zebra of a town sees some hundred an hour in the peak, most places
// where a kerb is lowered a dozen. Halved on streets of the lowest rank, half as many again within 100 m of a bus stop.
var dailyPeople = [...]float64{network.Unmarked: 120, network.Zebra: 600, network.FootSignals: 900}

const (
	dailyAtArm  = 500.0 // people a day on an arm of a signalised junction [assumed]
	quietStreet = 0.5
	nearStop    = 1.5
	stopReach   = 100.0 // m
	islandWidth = 1.8   // m: who stands on it is out of the way (MUTCD 11th ed., 3I.06: 6 ft)
	widest      = 12.0  // m between carriageways that one crossing may span
	leastArm    = 12.0  // m: shorter edges are the inside of a junction
	armReach    = 15.0  // m from the junction within which a crossing on the map is the arm's own
)

// newWalkways returns the crossings of people on foot.
func newWalkways(l *layout, c *Crossings) []walkway {
	if c.People == 0 {
		return nil
	}
	var ways []walkway
	for i := range l.net.Crossings {
		if x := &l.net.Crossings[i]; x.Kind <= network.FootSignals {
			if other, first := l.otherHalf(i); first {
				ways = append(ways, l.walkwayAcross(x, other))
			}
		}
	}
	if c.AtSignals {
		for j := range l.net.Junctions {
			ways = l.appendArms(ways, network.JunctionID(j))
		}
	}
	slices.SortFunc(ways, func(a, b walkway) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.strips[0].place.lane, b.strips[0].place.lane))
	})
	near := l.stopsNearby()
	for i := range ways {
		l.estimate(&ways[i], near)
	}
	return ways
}

// otherHalf returns the crossing of the other direction of the street that is the same crossing as the i-th, nil if there
// is none; and whether the i-th is the half that stands for both.
func (l *layout) otherHalf(i int) (other *network.RoadCrossing, first bool) {
	x := &l.net.Crossings[i]
	back := l.net.Edges[x.Edge].Opposite
	if back == network.None {
		return nil, true
	}
	others := l.crossingsOf(back)
	for k := range others {
		o := &others[k]
		mirrored := math.Abs(o.Position-(l.net.Edges[back].Length-x.Position)) < 3
		if o.Kind == x.Kind && (o.OSMNode == x.OSMNode && x.OSMNode != 0 || mirrored) {
			return o, l.leadsFirst(x.Edge, back)
		}
	}
	return nil, true
}

// leadsFirst says which of the two directions of a street is counted from: the one along its way on the map.
func (l *layout) leadsFirst(e, back network.EdgeID) bool {
	a, b := l.net.Edges[e].OSMWay, l.net.Edges[back].OSMWay
	if (a > 0) != (b > 0) {
		return a > 0
	}
	p, q := l.pointOn(e, 0), l.pointOn(back, 0)
	return cmp.Or(cmp.Compare(p.X, q.X), cmp.Compare(p.Y, q.Y)) < 0
}

func (l *layout) walkwayAcross(x, other *network.RoadCrossing) walkway {
	way := walkway{kind: x.Kind, key: keyOf(x.OSMNode, l.pointOn(x.Edge, x.Position), x.Kind)}
	l.lay(&way, half{x.Edge, x.Position, false}, halfOf(other))
	v := l.places[l.laneAt(x.Edge, 0)].limit
	way.amber = max(3, min(6, 1+v/(2*amberBraking))) + allRed // ITE's formula, as signals uses it
	return way
}

// allRed is the time in s between the amber of the traffic and the walk of people on foot.
const allRed = 1.0

// half is one direction of a street at a crossing.
type half struct {
	edge     network.EdgeID
	mid      float64 // m along the lanes
	incoming bool    // beyond the stop line
}

func halfOf(x *network.RoadCrossing) *half {
	if x == nil {
		return nil
	}
	return &half{x.Edge, x.Position, false}
}

// lay sets the strips and stages of a way over one direction, and the other if there is one.
func (l *layout) lay(way *walkway, a half, b *half) {
	y := l.layHalf(way, a, 0, false)
	if b != nil {
		gap := l.between(a, *b)
		if gap >= islandWidth {
			way.stages = append(way.stages, stage{end: len(way.strips), to: y})
			way.stages = append(way.stages, stage{first: len(way.strips), from: y + gap})
		}
		y = l.layHalf(way, *b, y+gap, true)
	}
	if len(way.stages) == 0 {
		way.stages = []stage{{}}
	}
	last := &way.stages[len(way.stages)-1]
	last.end, last.to = len(way.strips), y
	way.length = y
}

// layHalf adds the strips of one direction from y on, from its kerb or towards it.
func (l *layout) layHalf(way *walkway, h half, y float64, towardsKerb bool) float64 {
	n := int(l.net.Edges[h.edge].NumLanes)
	for i := range n {
		lane := i
		if towardsKerb {
			lane = n - 1 - i
		}
		width := l.net.Lanes[int(l.net.Edges[h.edge].FirstLane)+lane].Width
		b := bar{lane: l.laneAt(h.edge, lane), mid: h.mid, end: h.mid + walkDepth/2, key: way.key, kind: way.kind}
		if h.incoming {
			b.at = l.places[b.lane].length - lineMargin
		} else {
			b.set(walkDepth/2, l.places[b.lane].length, leastLine)
		}
		way.strips = append(way.strips, strip{place: b, near: y, far: y + width, incoming: h.incoming})
		y += width
	}
	return y
}

// between returns the width in metres of what lies between the two carriageways.
func (l *layout) between(a, b half) float64 {
	left, right := l.offside(a), l.offside(b)
	return max(0, min(widest, left.Dist(right)))
}

// offside returns the point on the offside edge of the carriageway.
func (l *layout) offside(h half) network.Point {
	edge := &l.net.Edges[h.edge]
	lane := edge.FirstLane + network.LaneID(edge.NumLanes-1)
	d := l.net.Lanes[lane].Width / 2 // to the left, where one drives on the right
	if l.net.DrivingSide == network.LeftHand {
		d = -d
	}
	return l.net.PoseAt(lane.Track(), min(h.mid, edge.Length), d).Point
}

func (l *layout) pointOn(e network.EdgeID, s float64) network.Point {
	return l.net.PoseAt(l.net.Edges[e].FirstLane.Track(), min(s, l.net.Edges[e].Length), 0).Point
}

// appendArms adds a crossing on every arm of a signalised junction that people may be expected to cross.
func (l *layout) appendArms(ways []walkway, id network.JunctionID) []walkway {
	j := &l.net.Junctions[id]
	if j.Kind != network.Signalised || j.Controller == network.None {
		return ways
	}
	for _, e := range j.In {
		if o := l.net.Edges[e].Opposite; o != network.None && slices.Contains(j.Out, o) {
			ways = l.appendArm(ways, j, e, o)
		} else {
			ways = l.appendArm(ways, j, e, network.None)
		}
	}
	for _, o := range j.Out {
		if e := l.net.Edges[o].Opposite; e == network.None || !slices.Contains(j.In, e) {
			ways = l.appendArm(ways, j, network.None, o)
		}
	}
	return ways
}

// appendArm adds the crossing of an arm, with the edge in and the edge out of the junction; one of them may be None.
func (l *layout) appendArm(ways []walkway, j *network.Junction, in, out network.EdgeID) []walkway {
	for _, e := range [...]network.EdgeID{in, out} {
		if e != network.None && !l.walked(e, j, e == in) {
			return ways
		}
	}
	way := walkway{arm: true, kind: network.FootSignals}
	outgoing := half{edge: out, mid: walkDepth/2 + barDistance + 0.3}
	if in == network.None {
		way.key = l.keyOfArm(j, out, l.pointOn(out, 0))
		l.lay(&way, outgoing, nil)
	} else {
		length := l.net.Edges[in].Length
		way.key = l.keyOfArm(j, in, l.pointOn(in, length))
		incoming := half{edge: in, mid: length + barDistance + walkDepth/2, incoming: true}
		if out == network.None {
			l.lay(&way, incoming, nil)
		} else {
			l.lay(&way, incoming, &outgoing)
		}
	}
	way.red = l.groupsAcross(j, in, out)
	if len(way.red) == 0 {
		return ways
	}
	return append(ways, way)
}

// keyOfArm numbers the crossing at point at on edge e, an arm of junction j, by what both are on the map; by its place where they
// have no ids.
func (l *layout) keyOfArm(j *network.Junction, e network.EdgeID, at network.Point) uint64 {
	way := l.net.Edges[e].OSMWay
	if way == 0 || len(j.OSMNodes) == 0 {
		return keyOf(0, at, network.FootSignals)
	}
	h := digest(slices.Min(j.OSMNodes))
	h.add(uint64(way))
	return uint64(h)
}

// walked reports whether people may be expected to cross edge e at junction j.
func (l *layout) walked(e network.EdgeID, j *network.Junction, in bool) bool {
	edge := &l.net.Edges[e]
	from, to := &l.net.Junctions[edge.From], &l.net.Junctions[edge.To]
	if edge.Road <= network.Trunk || edge.Road == network.Service || edge.Tunnel || edge.Length < leastArm || from.Controller == to.Controller && from.Controller == j.Controller {
		return false
	}
	for _, c := range l.crossingsOf(e) {
		if d := c.Position; in && edge.Length-d < armReach || !in && d < armReach {
			return false
		}
	}
	return true
}

// crossingsOf returns the crossings of edge e.
func (l *layout) crossingsOf(e network.EdgeID) []network.RoadCrossing {
	byEdge := func(c network.RoadCrossing, e network.EdgeID) int { return cmp.Compare(c.Edge, e) }
	from, _ := slices.BinarySearchFunc(l.net.Crossings, e, byEdge)
	to := from
	for to < len(l.net.Crossings) && l.net.Crossings[to].Edge == e {
		to++
	}
	return l.net.Crossings[from:to]
}

// groupsAcross returns the signal groups during whose green nobody walks on an arm: those of its own traffic, and of who
// comes straight through the junction onto it.
func (l *layout) groupsAcross(j *network.Junction, in, out network.EdgeID) (groups []network.SignalGroupID) {
	for i := range j.NumConnectors {
		c := &l.net.Connectors[int32(j.FirstConnector)+i]
		if c.Group == network.None {
			continue
		}
		from, to := l.net.Lanes[c.From].Edge, l.net.Lanes[c.To].Edge
		straight := c.Turn == network.Through || c.Turn == network.SlightLeft || c.Turn == network.SlightRight
		if from == in || to == out && straight {
			groups = append(groups, c.Group)
		}
	}
	slices.Sort(groups)
	return slices.Compact(groups)
}

// stopsNearby returns where the bus stops are.
func (l *layout) stopsNearby() []network.Point {
	points := make([]network.Point, len(l.net.BusStops))
	for i := range points {
		points[i] = l.pointOn(l.net.BusStops[i].Edge, l.net.BusStops[i].Position)
	}
	return points
}

// estimate says how many people cross a way in a day.
func (l *layout) estimate(way *walkway, stops []network.Point) {
	b := &way.strips[0].place
	edge := l.places[b.lane].edge
	way.daily = dailyPeople[way.kind]
	if way.arm {
		way.daily = dailyAtArm
	}
	if l.net.Edges[edge].Road >= network.LivingStreet {
		way.daily *= quietStreet
	}
	at := l.pointOn(edge, b.mid)
	if slices.ContainsFunc(stops, func(p network.Point) bool { return p.Dist(at) < stopReach }) {
		way.daily *= nearStop
	}
}
