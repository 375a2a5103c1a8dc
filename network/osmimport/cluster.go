package osmimport

import (
	"cmp"
	"math"
	"slices"

	"roadtwin/network"
)

// The distances, m, by which nodes are taken for one crossing. Dual carriageways in towns lie 5 to 25 m apart from
// centre line to centre line; beyond 40 m there is room to store vehicles between them and drivers see two junctions.
const (
	noStreet       = 7.0  // streets shorter than this are none, not even pieces of a roundabout
	foldBelow      = 11.0 // streets shorter than this between the roads at their ends have no room for a vehicle
	stubBelow      = 12.0 // dead ends shorter than this have no room to turn
	foldMax        = 30.0 // across what is folded for that reason
	innerBelow     = 30.0 // between the carriageways of one road
	innerSignals   = 40.0 // the same where both ends have signals
	signalsBelow   = 20.0 // between any two nodes with signals
	taggedBelow    = 60.0 // mapped as the inside of a junction
	forkBelow      = 20.0 // the carriageways beside a traffic island in the mouth of a street
	clusterMax     = 75.0 // across a whole junction
	clusterArms    = 128  // ends of streets at the nodes of one junction; the largest crossings have 60
	samePairWithin = 40 * math.Pi / 180
	acrossAtLeast  = 45 * math.Pi / 180
)

// clusterJunctions groups the nodes where streets meet into junctions. The streets within a group become the inside
// of the junction: its connectors replace them.
//
// A street is inner if less than foldBelow of it lies between the roads that it joins; if the map calls it so; if it
// crosses the median between the two carriageways of another road, however that road is mapped beyond (so two crossing
// dual carriageways, with four nodes and four inner streets, become one); if it is short and has signals at both ends;
// if it is short, has signals around it and none on it; or if it runs beside a traffic island in the mouth of a street.
// Rings of roundabouts stay, but for tiny ones and for the pieces beside splitter islands. Different layers never meet at
// a node, so nothing is merged across layers.
func (d *draft) clusterJunctions() error {
	c := clusterer{draft: d, group: make([]nodeRef, len(d.nodes)), signal: d.signalNodes()}
	for n := range c.group {
		c.group[n] = nodeRef(n)
	}
	c.members = make(map[nodeRef][]nodeRef)
	c.findSlips()
	c.why = "the ring is too small to drive round"
	c.mergeTinyRings()
	c.why = "the overlay says so"
	c.mergeAsAsked()
	c.why = "one arm of a roundabout, round its splitter island"
	c.mergeRingArms()
	c.foldRings()
	for _, k := range c.candidates() {
		c.why = k.why
		c.tell(Way, d.streets[k.street].way.ID, "a piece of %.0f m is taken for the inside of a junction: %s", k.length, k.why)
		c.merge(d.streets[k.street].first(), d.streets[k.street].last(), k.extent)
	}
	d.layJunctions(&c)
	c.why = "both have signals, and the short street between them has none of its own"
	c.mergeSilent()
	c.why = "a change of lanes, or an island, without room before the junction"
	c.mergeRemnants()
	c.why = "the street parts round an island, or into its turns, on the last metres"
	c.mergeForks()
	c.dropStubs()
	c.stretchCuts()
	d.sweep()
	d.layJunctions(&c)
	for j := range d.junctions {
		if len(d.junctions[j].nodes) > 1 {
			d.report.guess("junction_cluster")
		}
	}
	return nil
}

// clusterer is a union-find over nodes that bounds the extent of the groups.
type clusterer struct {
	*draft
	group   []nodeRef
	members map[nodeRef][]nodeRef // of groups with more than one
	signal  []bool                // by node: a signal stands on it
	ring    []bool                // by node: lies on a roundabout that is not tiny
	slips   map[nodeRef][]nodeRef // the other ends of the slip lanes that begin or end at a node
	apart   map[nodeRef][]nodeRef // nodes that the user wants in other junctions
	why     string                // nodes are being merged now
}

func (c *clusterer) find(n nodeRef) nodeRef {
	for c.group[n] != n {
		c.group[n] = c.group[c.group[n]]
		n = c.group[n]
	}
	return n
}

func (c *clusterer) nodesOf(root nodeRef) []nodeRef {
	if list, ok := c.members[root]; ok {
		return list
	}
	return []nodeRef{root}
}

// crowded reports whether more than mostArms streets would lead to the junction that the groups of roots a and b make.
func (c *clusterer) crowded(a, b nodeRef) bool {
	outer, ends := 0, 0
	for _, root := range [2]nodeRef{a, b} {
		for _, n := range c.nodesOf(root) {
			for _, arm := range c.arms[n] {
				if far := c.find(c.streets[arm.street].end(1 - arm.end)); far != a && far != b {
					outer++
				}
			}
			ends += len(c.arms[n])
		}
	}
	return outer > mostArms || ends > clusterArms
}

// merge puts two nodes into one group unless that would become larger than extent, m, or join two arms of a roundabout.
func (c *clusterer) merge(a, b nodeRef, extent float64) {
	if p, q := c.ringNodes(c.find(a)), c.ringNodes(c.find(b)); p > 0 && q > 0 && p+q > 2 {
		return
	}
	c.mergeAny(a, b, extent)
}

// mergeAny puts two nodes into one group unless that would become larger than extent, m.
func (c *clusterer) mergeAny(a, b nodeRef, extent float64) {
	p, q := &c.nodes[a], &c.nodes[b]
	a, b = c.find(a), c.find(b)
	if a == b || c.crowded(a, b) || c.keptApart(c.nodesOf(a), c.nodesOf(b)) || c.joinsSlip(a, b) {
		return
	}
	for _, p := range c.nodesOf(a) {
		for _, q := range c.nodesOf(b) {
			if distance(c.nodes[p].pos, c.nodes[q].pos) > extent {
				return
			}
		}
	}
	c.tell(Node, p.osm, "one junction with node/%d: %s", q.osm, c.why)
	c.tell(Node, q.osm, "one junction with node/%d: %s", p.osm, c.why)
	if a > b {
		a, b = b, a
	}
	c.members[a] = append(slices.Clone(c.nodesOf(a)), c.nodesOf(b)...)
	delete(c.members, b)
	c.group[b] = a
}

// candidate is an inner street.
type candidate struct {
	street int
	length float64
	extent float64 // that the junction it makes may have, m
	why    string
}

// candidates returns the inner streets, the shortest first.
func (c *clusterer) candidates() []candidate {
	var list []candidate
	for i := range c.streets {
		length := c.length(c.streets[i].nodes)
		if length >= taggedBelow {
			continue
		}
		if why := c.inner(i, length); why != "" {
			list = append(list, candidate{i, length, clusterMax, why})
		} else if c.noRoom(i, length) {
			list = append(list, candidate{i, length, foldMax, "no vehicle fits between the roads that cross"})
		}
	}
	slices.SortFunc(list, func(p, q candidate) int {
		return cmp.Or(cmp.Compare(p.extent, q.extent)*-1, cmp.Compare(p.length, q.length), cmp.Compare(p.street, q.street))
	})
	return list
}

// inner returns why a street is the inside of a junction, "" if it is none.
func (c *clusterer) inner(i int, length float64) (why string) {
	s := &c.streets[i]
	a, b := s.first(), s.last()
	if a == b || c.nodes[a].cut || c.nodes[b].cut {
		return ""
	}
	if length < noStreet {
		return "it is shorter than a vehicle"
	}
	// Where a street only ends or goes on, nothing crosses.
	if s.roundabout || len(c.arms[a]) < 3 || len(c.arms[b]) < 3 || c.onRing(a) != c.onRing(b) {
		return ""
	}
	signals := c.signal[a] && c.signal[b]
	switch {
	case s.inner:
		return "the map calls it so"
	case signals && length < signalsBelow:
		return "signals stand at both of its ends"
	case (length < innerBelow || signals && length < innerSignals) && c.crossesMedian(i, arm{int32(i), 0}, arm{int32(i), 1}):
		return "it leads from one carriageway of a road to the other"
	}
	return ""
}

// signalNodes marks the nodes that have signals.
func (d *draft) signalNodes() []bool {
	on := make([]bool, len(d.nodes))
	for n := range d.nodes {
		if tags := d.nodes[n].tags; len(tags) > 0 {
			on[n] = signalOn(tags)
		}
	}
	return on
}

// layJunctions makes a junction of every group of nodes at which streets end, and marks the streets inside.
func (d *draft) layJunctions(c *clusterer) {
	d.junctions = nil
	d.junction = make([]int32, len(d.nodes))
	for n := range d.junction {
		d.junction[n] = network.None
	}
	for i := range d.streets {
		s := &d.streets[i]
		s.inside = c.find(s.first()) == c.find(s.last()) && s.first() != s.last() && d.length(s.nodes) < taggedBelow
	}
	for n := range d.nodes {
		if len(d.arms[n]) == 0 || d.junction[n] != network.None {
			continue
		}
		root := c.find(nodeRef(n))
		j := junction{controller: network.None}
		for _, m := range c.nodesOf(root) {
			if len(d.arms[m]) == 0 {
				continue
			}
			j.nodes = append(j.nodes, m)
			d.junction[m] = int32(len(d.junctions))
			for _, a := range d.arms[m] {
				s := &d.streets[a.street]
				if !s.inside {
					j.streets++
				}
				j.ring = j.ring || s.roundabout
			}
		}
		slices.Sort(j.nodes)
		for _, m := range j.nodes {
			j.position.X += d.nodes[m].pos.X / float64(len(j.nodes))
			j.position.Y += d.nodes[m].pos.Y / float64(len(j.nodes))
		}
		d.junctions = append(d.junctions, j)
	}
}
