package osmimport

import (
	"math"

	"roadtwin/network"
)

// noRoom reports whether less than foldBelow of street i is left between the roads that cross at its ends.
func (c *clusterer) noRoom(i int, length float64) bool {
	s := &c.streets[i]
	a, b := s.first(), s.last()
	if a == b || c.nodes[a].cut || c.nodes[b].cut || s.roundabout || c.onRing(a) || c.onRing(b) {
		return false
	}
	return length-c.mouth(a, arm{int32(i), 0})-c.mouth(b, arm{int32(i), 1}) < foldBelow
}

// mouth returns the metres of street a that lie within the roads that cross it at the group of its node n.
func (c *clusterer) mouth(n nodeRef, a arm) float64 {
	reach := 0.0
	bearing := c.bearing(a)
	ahead := network.Point{X: math.Cos(bearing), Y: math.Sin(bearing)}
	at := c.nodes[n].pos
	for _, m := range c.nodesOf(c.find(n)) {
		p := c.nodes[m].pos
		along := (p.X-at.X)*ahead.X + (p.Y-at.Y)*ahead.Y
		for _, b := range c.arms[m] {
			if b.street == a.street || !c.across(b, a) {
				continue
			}
			s := &c.streets[b.street]
			reach = max(reach, along+(s.median+widthOf(s.dirs[0].lanes)+widthOf(s.dirs[1].lanes))/2)
		}
	}
	return reach
}

// mergeRemnants merges the nodes at which a street only changes its lanes, or divides round an island, with the
// junction before which it has no room.
func (c *clusterer) mergeRemnants() {
	for i := range c.streets {
		s := &c.streets[i]
		length := c.length(s.nodes)
		if c.find(s.first()) == c.find(s.last()) || length > clusterMax || !c.noRoom(i, length) {
			continue
		}
		if len(c.arms[s.first()]) == 2 || len(c.arms[s.last()]) == 2 {
			c.merge(s.first(), s.last(), clusterMax)
		}
	}
}

// mergeSilent merges junctions with signals that are so close that drivers on the short street between them meet none.
func (c *clusterer) mergeSilent() {
	p := c.findSignals()
	for i := range c.streets {
		s := &c.streets[i]
		if s.inside || s.roundabout || !p.at[c.junction[s.first()]] || !p.at[c.junction[s.last()]] ||
			c.length(s.nodes) > innerBelow {
			continue
		}
		silent := true
		for dir := range s.dirs {
			silent = silent && !(s.dirs[dir].open() && p.stops[driven{int32(i), dir}])
		}
		if silent {
			c.merge(s.first(), s.last(), clusterMax)
		}
	}
}

// mergeRingArms merges the two nodes at which an arm with a splitter island leaves and enters a roundabout: the piece of
// the ring between them is shorter than a vehicle. The ring stays a ring, with one junction an arm.
func (c *clusterer) mergeRingArms() {
	for i := range c.streets {
		s := &c.streets[i]
		if dir, ok := s.oneway(); s.roundabout && ok && c.length(s.nodes) < ringArmBelow {
			first, last := s.first(), s.last()
			if dir == 1 {
				first, last = last, first
			}
			if c.sameRingArm(first, last) {
				c.merge(first, last, foldMax)
			}
		}
	}
}

// sameRingArm reports whether the road that leaves a ring at node exit is the one that enters it at node entry.
func (c *clusterer) sameRingArm(exit, entry nodeRef) bool {
	for _, u := range c.arms[exit] {
		for _, v := range c.arms[entry] {
			s, t := &c.streets[u.street], &c.streets[v.street]
			out, one := s.oneway()
			in, two := t.oneway()
			if !one || !two || s.roundabout || t.roundabout || out != u.away() || in != v.towards() {
				continue
			}
			if s.end(1-u.end) == t.end(1-v.end) || c.parts(u, v) {
				return true
			}
		}
	}
	return false
}

// mergeForks merges the node where a street divides on the last metres before a junction (round a traffic island, or
// into its left and right turn) with the junction that both branches lead to. Forks of forks take another round.
func (c *clusterer) mergeForks() {
	for range 3 {
		for n := range c.arms {
			if len(c.arms[n]) == 3 && !c.onRing(nodeRef(n)) {
				c.mergeFork(nodeRef(n))
			}
		}
	}
}

func (c *clusterer) mergeFork(n nodeRef) {
	for k, u := range c.arms[n] {
		for _, v := range c.arms[n][k+1:] {
			s, t := &c.streets[u.street], &c.streets[v.street]
			a, b := s.end(1-u.end), t.end(1-v.end)
			_, one := s.oneway()
			_, two := t.oneway()
			below := forkBelow
			if c.onRing(a) || c.onRing(b) {
				below = ringArmBelow
			}
			if one && two && c.find(a) == c.find(b) && c.find(a) != c.find(n) &&
				c.length(s.nodes) < below && c.length(t.nodes) < below &&
				angleBetween(c.bearing(u), c.bearing(v)) < math.Pi/2 {
				c.merge(n, a, clusterMax)
				return
			}
		}
	}
}
