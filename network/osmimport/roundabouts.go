package osmimport

import (
	"cmp"
	"math"
	"slices"

	"roadtwin/network"
)

// The sizes of roundabouts, m.
const (
	tinyRing       = 25.0 // round a roundabout that is only a painted circle
	ringArmBelow   = 15.0 // beside the splitter island of a roundabout, along the ring and along the arm
	ringPieceBelow = 10.0 // pieces of a ring shorter than this hold nobody who waits between an entry and the next exit
	ringPieceLeast = 6.5  // pieces shorter than this leave no edge between what is cut off at either end
	ringGroupMax   = 4    // nodes of a ring in one junction
	ringsAtLeast   = 3    // junctions that a ring keeps, as long as its pieces are not shorter than ringPieceLeast
)

// orientRings compares the way round which roundabouts are drawn with the driving side. A ring without oneway tags is
// driven as the side has it, however it is drawn; one with them is driven as tagged, and the report names it.
func (d *draft) orientRings() error {
	begins := map[nodeRef]int{} // ring roads by first node
	for i := range d.roads {
		if d.roads[i].look.roundabout {
			begins[d.roads[i].nodes[0]] = i
		}
	}
	seen := make([]bool, len(d.roads))
	for i := range d.roads {
		if !d.roads[i].look.roundabout || seen[i] {
			continue
		}
		var line []nodeRef
		var pieces []int
		for at, ok := i, true; ok && !seen[at]; at, ok = begins[d.roads[at].nodes[len(d.roads[at].nodes)-1]] {
			seen[at] = true
			pieces = append(pieces, at)
			line = append(line, d.roads[at].nodes[:len(d.roads[at].nodes)-1]...)
		}
		last := d.roads[pieces[len(pieces)-1]].nodes
		if last[len(last)-1] == line[0] && len(line) > 2 {
			d.orientRing(pieces, signedArea(d.points(line)))
		}
	}
	return nil
}

// orientRing turns round a closed ring of roads that encloses the area given (m², positive counter-clockwise) if its
// direction contradicts the driving side and nothing but its drawing says so.
func (d *draft) orientRing(pieces []int, area float64) {
	tagged, against := 0, 0
	for _, i := range pieces {
		r := &d.roads[i]
		if r.look.dirs[0].open() == r.look.dirs[1].open() {
			return // driven both ways
		}
		if r.look.dirs[1].open() {
			against++
		}
		if r.way.Tags.Find("oneway") != "" {
			tagged++
		}
	}
	way := d.roads[pieces[0]].way.ID
	if against > 0 && against < len(pieces) {
		d.report.warn("roundabout (way %d): its ways are one-way against each other", way)
		return
	}
	if counterClockwise := area > 0 == (against == 0); counterClockwise == (d.side == network.RightHand) {
		return
	}
	if tagged > 0 {
		d.report.warn("roundabout (way %d) turns the wrong way round for driving on the %s: driven as its oneway tag says", way, d.side)
		return
	}
	d.report.warn("roundabout (way %d) is drawn the wrong way round for driving on the %s: turned round", way, d.side)
	for _, i := range pieces {
		dirs := &d.roads[i].look.dirs
		dirs[0], dirs[1] = dirs[1], dirs[0]
		d.tell(Way, d.roads[i].way.ID, "a roundabout drawn the wrong way round: turned round")
	}
}

// mergeTinyRings merges the nodes of roundabouts that are too small to drive round, and notes which nodes lie on others.
func (c *clusterer) mergeTinyRings() {
	c.ring = make([]bool, len(c.nodes))
	for i := range c.streets {
		s := &c.streets[i]
		if !s.roundabout {
			continue
		}
		if c.ringLength(int32(i)) < tinyRing {
			c.merge(s.first(), s.last(), tinyRing)
		} else {
			c.ring[s.first()], c.ring[s.last()] = true, true
		}
	}
}

// ringLength returns the length in m of the ring that street i is part of, +Inf if it does not close.
func (c *clusterer) ringLength(i int32) float64 {
	at, sum := i, 0.0
	for range maxRingPieces {
		sum += c.length(c.streets[at].nodes)
		next, ok := c.nextOnRing(at)
		switch {
		case !ok:
			return math.Inf(1)
		case next == i:
			return sum
		}
		at = next
	}
	return math.Inf(1)
}

// nextOnRing returns the piece of the ring that follows street i in its direction; ok is false where the ring ends.
func (c *clusterer) nextOnRing(i int32) (next int32, ok bool) {
	for _, a := range c.arms[c.streets[i].last()] {
		if a.end == 0 && c.streets[a.street].roundabout {
			next, ok = a.street, true
		}
	}
	return next, ok
}

// ringNodes returns how many nodes of the group of that root lie on roundabouts.
func (c *clusterer) ringNodes(root nodeRef) int {
	n := 0
	for _, m := range c.nodesOf(root) {
		if c.ring[m] {
			n++
		}
	}
	return n
}

// onRing reports whether node n lies on a roundabout.
func (d *draft) onRing(n nodeRef) bool {
	for _, a := range d.arms[n] {
		if d.streets[a.street].roundabout {
			return true
		}
	}
	return false
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

// foldRings makes one junction of the nodes of a ring between which there is no room for a vehicle. The ring stays a ring
// of at least three junctions if its pieces are long enough to be edges; if none is, it becomes a mini-roundabout.
func (c *clusterer) foldRings() {
	var short []candidate
	for i := range c.streets {
		s := &c.streets[i]
		if length := c.length(s.nodes); s.roundabout && length < ringPieceBelow && c.ring[s.first()] && c.ring[s.last()] {
			short = append(short, candidate{street: i, length: length})
		}
	}
	slices.SortFunc(short, func(p, q candidate) int {
		return cmp.Or(cmp.Compare(p.length, q.length), cmp.Compare(p.street, q.street))
	})
	for _, k := range short {
		s := &c.streets[k.street]
		a, b := c.find(s.first()), c.find(s.last())
		switch {
		case a == b:
		case k.length < ringPieceLeast:
			c.mergeAny(a, b, clusterMax)
		case c.ringNodes(a)+c.ringNodes(b) <= ringGroupMax && c.ringJunctions(int32(k.street)) > ringsAtLeast:
			c.mergeAny(a, b, foldMax)
		}
	}
}

// ringJunctions returns how many groups of nodes the ring of street i has, as far as it leads.
func (c *clusterer) ringJunctions(i int32) int {
	groups := map[nodeRef]bool{}
	at := i
	for range maxRingPieces {
		groups[c.find(c.streets[at].last())] = true
		next, ok := c.nextOnRing(at)
		if !ok || next == i {
			break
		}
		at = next
	}
	return len(groups)
}

// maxRingPieces bounds the walks round rings: no roundabout has so many arms.
const maxRingPieces = 64
