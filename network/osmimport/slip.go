package osmimport

import (
	"math"
	"slices"

	"roadtwin/network"
)

// The sizes of slip lanes, m and rad. Shorter ones are corners that are mapped as two lines; longer ones are roads of their own.
const (
	slipShortest = 20.0
	slipLongest  = 150.0
	slipDetour   = 2.5                // times its length is the way through the junction at most
	slipPieces   = 5                  // streets on the way through the junction, at most
	slipTurn     = 30 * math.Pi / 180 // rad, at least, from the one road to the other
	slipAngle    = 60 * math.Pi / 180 // rad, at most, between it and either road
)

// findSlips finds the slip lanes: one-way streets that leave a road before a junction, on its kerb side, and join the
// crossing road behind it. They stay lanes of their own, and no junction swallows both of their ends.
func (c *clusterer) findSlips() {
	c.slips = make(map[nodeRef][]nodeRef)
	for i := range c.streets {
		s := &c.streets[i]
		dir, ok := s.oneway()
		length := c.length(s.nodes)
		if !ok || s.roundabout || s.inner || length < slipShortest || length > slipLongest {
			continue
		}
		from, to := arm{int32(i), 0}, arm{int32(i), 1}
		if dir == 1 {
			from, to = to, from
		}
		a, b := s.end(from.end), s.end(to.end)
		if a == b || len(c.arms[a]) < 3 || len(c.arms[b]) < 3 || c.onRing(a) || c.onRing(b) || !c.bypasses(from, to, length) {
			continue
		}
		s.slip = true
		c.slips[a], c.slips[b] = append(c.slips[a], b), append(c.slips[b], a)
		c.report.guess("slip_lane")
		c.tell(Way, s.way.ID, "a slip lane: it passes beside the junction and its signals, and yields where it joins")
	}
}

// bypasses reports whether the street from arm from to arm to cuts the corner, on the kerb side, of a way through a
// junction: of streets that go on from where it leaves, turn, and lead to where it joins.
func (c *clusterer) bypasses(from, to arm, length float64) bool {
	a, b := c.streets[from.street].end(from.end), c.streets[to.street].end(to.end)
	for _, u := range c.arms[a] {
		s := &c.streets[u.street]
		if u.street == from.street || s.end(1-u.end) == b || !s.dirs[u.away()].open() ||
			angleBetween(c.bearing(u), c.bearing(from)) > slipAngle {
			continue
		}
		arrived, ok := c.leadsTo(u, b, to, slipDetour*length, slipPieces)
		if !ok {
			continue
		}
		turn := math.Remainder(c.bearing(arrived)+math.Pi-c.bearing(u), 2*math.Pi)
		if c.side == network.RightHand {
			turn = -turn
		}
		if turn > slipTurn {
			return true
		}
	}
	return false
}

// leadsTo returns the arm over which one gets from arm u to node b, beside arm to, within reach metres and so many
// streets; ok is false if there is none.
func (c *clusterer) leadsTo(u arm, b nodeRef, to arm, reach float64, streets int) (arrived arm, ok bool) {
	s := &c.streets[u.street]
	reach -= c.length(s.nodes)
	if reach < 0 || streets == 0 || s.roundabout {
		return arm{}, false
	}
	n := s.end(1 - u.end)
	arrived = arm{u.street, 1 - u.end}
	if n == b {
		return arrived, angleBetween(c.bearing(arrived), c.bearing(to)) < slipAngle
	}
	for _, v := range c.arms[n] {
		if v.street == u.street || v.street == to.street || !c.streets[v.street].dirs[v.away()].open() {
			continue
		}
		if arrived, ok = c.leadsTo(v, b, to, reach, streets-1); ok {
			return arrived, true
		}
	}
	return arm{}, false
}

// joinsSlip reports whether one junction of the groups of roots a and b would hold both ends of a slip lane.
func (c *clusterer) joinsSlip(a, b nodeRef) bool {
	if len(c.slips) == 0 {
		return false
	}
	other := c.nodesOf(b)
	for _, n := range c.nodesOf(a) {
		for _, end := range c.slips[n] {
			if slices.Contains(other, end) {
				return true
			}
		}
	}
	return false
}

// signalOn reports whether a signal stands on a street, not at its ends.
func (d *draft) signalOn(s *street) bool {
	return slices.ContainsFunc(s.features, func(f feature) bool {
		return f.kind == signalFeature && f.at != s.first() && f.at != s.last()
	})
}
