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

// mouth returns the metres of street a that lie within the roads that it meets at the group of its node n.
func (c *clusterer) mouth(n nodeRef, a arm) float64 {
	reach := 0.0
	bearing := c.bearing(a)
	ahead := network.Point{X: math.Cos(bearing), Y: math.Sin(bearing)}
	at := c.nodes[n].pos
	for _, m := range c.nodesOf(c.find(n)) {
		p := c.nodes[m].pos
		along := (p.X-at.X)*ahead.X + (p.Y-at.Y)*ahead.Y
		for _, b := range c.arms[m] {
			if b.street != a.street {
				reach = max(reach, along+c.overlap(a, b, bearing))
			}
		}
	}
	return reach
}

// overlap returns how far along street a, which leaves its node at the bearing given, the strip of road b reaches, m.
// Of roads that part at less than forkMouth's worth of overlap, and of those that lead on, it is 0: between them lies
// no corner at which anybody would wait.
func (c *clusterer) overlap(a, b arm, bearing float64) float64 {
	const (
		least     = 15 * math.Pi / 180 // between roads that part
		forkMouth = 12.0               // m
	)
	angle := angleBetween(bearing, c.bearing(b))
	s, t := &c.streets[a.street], &c.streets[b.street]
	_, one := s.oneway()
	_, two := t.oneway()
	switch {
	case c.across(b, a):
		return roadWidth(t) / 2
	case angle > math.Pi/2 || angle < least || (one || two) && (s.link || t.link || s.name == t.name):
		return 0
	}
	return min((roadWidth(t)+roadWidth(s)*math.Cos(angle))/2/math.Sin(angle), forkMouth)
}

// roadWidth returns the width of all lanes and the median of a street, m.
func roadWidth(s *street) float64 {
	return s.median + widthOf(s.dirs[0].lanes) + widthOf(s.dirs[1].lanes)
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

// dropStubs drops dead ends of which less than stubBelow lies beside the road that they leave, and loops too small to be
// driven round; and what these leave.
func (c *clusterer) dropStubs() {
	const rounds = 4
	for range rounds {
		dropped := false
		for i := range c.streets {
			if reason := c.stub(int32(i)); reason != "" {
				c.streets[i].gone = true
				c.report.drop("stub", c.streets[i].way.ID, reason)
				dropped = true
			}
		}
		if !dropped {
			return
		}
		c.sweep()
	}
}

// stub returns why street i is nothing that one drives along, "" if it is.
func (c *clusterer) stub(i int32) (reason string) {
	s := &c.streets[i]
	if s.first() == s.last() && len(c.arms[s.first()]) > 2 && c.length(s.nodes) < tinyRing {
		return "a loop shorter than 25 m"
	}
	if c.find(s.first()) == c.find(s.last()) {
		return ""
	}
	for end := range uint8(2) {
		dead, other := s.end(end), s.end(1-end)
		if len(c.arms[dead]) == 1 && len(c.arms[other]) > 1 && !c.nodes[dead].cut && s.class > network.Tertiary &&
			c.length(s.nodes)-c.mouth(other, arm{i, 1 - end}) < stubBelow {
			return "a dead end shorter than 12 m"
		}
	}
	return ""
}

// stretchCuts lengthens streets that the border of the data has cut so short that no vehicle has room to enter there.
func (c *clusterer) stretchCuts() {
	const enough = 8.0 // m
	for i := range c.streets {
		s := &c.streets[i]
		missing := enough - c.length(s.nodes)
		for end := range uint8(2) {
			n := s.end(end)
			if missing <= 0 || !c.nodes[n].cut || len(c.arms[n]) != 1 || c.find(s.first()) == c.find(s.last()) {
				continue
			}
			inner := c.nodes[s.nodes[1]].pos
			if end == 1 {
				inner = c.nodes[s.nodes[len(s.nodes)-2]].pos
			}
			if last := distance(inner, c.nodes[n].pos); last > 0 {
				c.nodes[n].pos = along(inner, c.nodes[n].pos, 1+missing/last)
				break
			}
		}
	}
}
