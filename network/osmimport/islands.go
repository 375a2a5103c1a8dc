package osmimport

import (
	"cmp"
	"slices"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// The sizes of traffic islands, m: a refuge for people on foot, with its tapers, is 10 to 50 m long (RASt 06, 6.1.8;
// Manual for Streets 2). What is longer or wider is a divided road.
const (
	islandLongest = 80.0
	islandWidest  = 15.0 // between the middles of the carriageways
)

// joinIslands makes one street of two one-way carriageways that part at one node and meet again at another, with nothing
// between but a traffic island: its two directions lie a median apart. Beside a roundabout they stay two.
func (d *draft) joinIslands() error {
	joined := false
	for n := range d.arms {
		for _, u := range d.arms[n] {
			for _, v := range d.arms[n] {
				if u.street < v.street && d.aroundIsland(u, v) {
					d.joinIsland(u.street, v.street)
					joined = true
				}
			}
		}
	}
	if joined {
		d.sweep()
		for n := range d.arms { // islands too short to bend a road
			d.tryJoin(nodeRef(n), d.absorbs)
		}
		d.sweep()
	}
	d.spreadForks()
	return nil
}

// aroundIsland reports whether two arms of a node are the carriageways of one road beside a traffic island.
func (d *draft) aroundIsland(u, v arm) bool {
	s, t := &d.streets[u.street], &d.streets[v.street]
	if s.gone || t.gone || s.end(1-u.end) != t.end(1-v.end) || s.first() == s.last() {
		return false
	}
	out, one := s.oneway()
	back, two := t.oneway()
	if !one || !two || (out == u.away()) == (back == v.away()) || d.touchesRing(s) || !sameRoad(s, t) {
		return false
	}
	if max(d.length(s.nodes), d.length(t.nodes)) > islandLongest {
		return false
	}
	if out != u.away() {
		u, v = v, u
	}
	// Driving away over u, one has the other carriageway on the offside.
	p, q := d.pointAt(u, 0.5), d.pointAt(v, 0.5)
	ahead := d.pointAt(u, 0.75)
	toLeft := (ahead.X-p.X)*(q.Y-p.Y) - (ahead.Y-p.Y)*(q.X-p.X)
	return toLeft > 0 == (d.side == network.RightHand) && distance(p, q) < islandWidest
}

// sameRoad reports whether two streets are of one road, on one level.
func sameRoad(s, t *street) bool {
	return s.name == t.name && s.class == t.class && s.link == t.link && s.layer == t.layer && s.bridge == t.bridge &&
		s.tunnel == t.tunnel && !s.roundabout && !t.roundabout
}

// touchesRing reports whether a street begins or ends on a roundabout.
func (d *draft) touchesRing(s *street) bool {
	for _, n := range [2]nodeRef{s.first(), s.last()} {
		for _, a := range d.arms[n] {
			if d.streets[a.street].roundabout {
				return true
			}
		}
	}
	return false
}

// pointAt returns the point at a fraction of the street of arm a, from the node of a.
func (d *draft) pointAt(a arm, fraction float64) network.Point {
	line := d.points(d.streets[a.street].nodes)
	if a.end == 1 {
		fraction = 1 - fraction
	}
	left := fraction * lineLength(line)
	for i := 1; i < len(line); i++ {
		step := distance(line[i-1], line[i])
		if step > 0 && left <= step {
			return along(line[i-1], line[i], left/step)
		}
		left -= step
	}
	return line[len(line)-1]
}

// joinIsland makes street i two-way, with the lanes of street j against it; both lie between the same two nodes. The
// nodes of both move to the line in the middle.
func (d *draft) joinIsland(i, j int32) {
	s, t := &d.streets[i], &d.streets[j]
	if dir, _ := s.oneway(); dir == 1 {
		s.reverse()
	}
	if dir, _ := t.oneway(); dir == 0 {
		t.reverse()
	}
	here, there := arm{i, 0}, arm{j, 0}
	gap := distance(d.pointAt(here, 0.5), d.pointAt(there, 0.5))
	line := d.midline(here, there)
	for _, m := range line {
		d.nodes[m.node].pos = m.pos
	}
	d.tell(Way, s.way.ID, "one street with way %d: only a traffic island lies between them", t.way.ID)
	d.tell(Way, t.way.ID, "one street with way %d: only a traffic island lies between them", s.way.ID)
	d.report.guess("traffic_island")
	for k := range s.features {
		s.features[k].dirs = 1
	}
	for k := range t.features {
		t.features[k].dirs = 2
	}
	s.features = append(s.features, t.features...)
	s.median = max(gap-(widthOf(s.dirs[0].lanes)+widthOf(t.dirs[1].lanes))/2, 0)
	s.aside, s.placed = [2]float64{}, placement{}
	s.dirs[1], s.back = t.dirs[1], t.ends
	s.nodes = s.nodes[:1:1]
	for _, m := range line {
		s.nodes = append(s.nodes, m.node)
	}
	s.nodes = append(s.nodes, t.last())
	t.gone = true
	d.refreshArms(i)
}

// midNode is a node of a carriageway and its place on the line in the middle of both.
type midNode struct {
	node     nodeRef
	pos      network.Point
	fraction float64 // of its carriageway
}

// midline returns the inner nodes of two carriageways that begin and end at the same nodes, in the order along them.
func (d *draft) midline(a, b arm) []midNode {
	var line []midNode
	for _, pair := range [2][2]arm{{a, b}, {b, a}} {
		nodes := d.streets[pair[0].street].nodes
		length := d.length(nodes)
		for k := 1; k < len(nodes)-1; k++ {
			f := d.length(nodes[:k+1]) / length
			line = append(line, midNode{nodes[k], along(d.nodes[nodes[k]].pos, d.pointAt(pair[1], f), 0.5), f})
		}
	}
	slices.SortFunc(line, func(p, q midNode) int {
		return cmp.Or(cmp.Compare(p.fraction, q.fraction), cmp.Compare(p.node, q.node))
	})
	return line
}

// endWay returns the id of the way at an end of the street (0, 1) in a direction: beside a traffic island each has its own.
func (s *street) endWay(end uint8, dir int) int64 {
	if dir == 1 && s.back != [2]int64{} {
		return s.back[end]
	}
	return s.ends[end]
}

// againstWay reports whether a direction of a street is driven against one of the ways that it was made of.
func (d *draft) againstWay(s *street, dir int, id int64) bool {
	i, ok := slices.BinarySearchFunc(d.x.Ways, id, func(w extract.Way, id int64) int { return cmp.Compare(w.ID, id) })
	if !ok {
		return false
	}
	along, before := 0, -1
	for _, n := range s.nodes {
		at := slices.Index(d.x.Ways[i].Nodes, d.nodes[n].osm)
		if at < 0 {
			continue
		}
		if before >= 0 {
			along += cmp.Compare(at, before)
		}
		before = at
	}
	return along != 0 && along > 0 == (dir == 1)
}
