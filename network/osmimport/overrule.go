package osmimport

import (
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
	"roadtwin/network/osmimport/overlay"
)

// applyOverlay puts the user's fixes in the place of what the map says, before any other pass reads it.
func (d *draft) applyOverlay() error {
	o := d.opts.Overlay
	if o == nil {
		return nil
	}
	fixed, outcome, err := o.Apply(d.x)
	if err != nil {
		return err
	}
	d.x = fixed
	d.report.Overlay = outcome.Applied
	if outcome.Values > 0 {
		d.report.Overlay["way_value"] = outcome.Values
	}
	kinds := [...]ElementKind{extract.NodeMember: Node, extract.WayMember: Way, extract.RelationMember: Relation}
	for _, n := range outcome.Notes {
		d.tell(kinds[n.Type], n.ID, "%s", n.Text)
	}
	for _, text := range outcome.Missing {
		d.report.warn("%s", text)
	}
	return nil
}

// overruleControls gives the junctions the control that the user set on one of their nodes. Control set on a node
// between junctions acts as a mapped signal or sign there does, and needs nothing more.
func (d *draft) overruleControls() error {
	if d.opts.Overlay == nil {
		return nil
	}
	for _, fix := range d.opts.Overlay.Nodes {
		for _, n := range d.nodesWithID(fix.ID) {
			j := d.junction[n]
			if j < 0 || len(d.arms[n]) == 0 || d.junctions[j].streets < 3 || fix.Control == overlay.Signals {
				continue
			}
			d.overrule(n, fix.Control)
			d.tell(Node, fix.ID, "the junction there is %v: the overlay says %s", d.junctions[j].control, fix.Control)
		}
	}
	return nil
}

// overrule takes what was found of signals and signs off the junction of node n and puts control in its place.
func (d *draft) overrule(n nodeRef, control overlay.Control) {
	j := &d.junctions[d.junction[n]]
	ring := j.control == network.Roundabout
	j.control, j.controller, j.signals = network.Plain, network.None, nil
	for _, m := range j.nodes {
		for _, a := range d.arms[m] {
			to := &d.streets[a.street].dirs[a.towards()]
			if to.signal {
				to.signal, to.stopOffset = false, 0
			}
			to.sign = network.Free
		}
	}
	if ring {
		j.control = network.Roundabout // its ring goes first in any case
	}
	switch control {
	case overlay.AllWayStop:
		j.control = network.AllWayStop
	case overlay.Stop:
		d.signAt(j, n, network.Stop)
	case overlay.Yield, overlay.Priority:
		d.signAt(j, n, network.Yield)
	case overlay.MiniRoundabout:
		d.markRoundabout(j)
	}
}

// nodesWithID returns the nodes of that OSM id: more than one where a barrier has cut a road there.
func (d *draft) nodesWithID(id int64) []nodeRef {
	var found []nodeRef
	for n := range d.nodes {
		if d.nodes[n].osm == id {
			found = append(found, nodeRef(n))
		}
	}
	return found
}

// mergeAsAsked puts the nodes into one group that the user wants in one junction, and notes which he wants apart.
func (c *clusterer) mergeAsAsked() {
	o := c.opts.Overlay
	if o == nil {
		return
	}
	c.apart = make(map[nodeRef][]nodeRef)
	for _, g := range o.Separate {
		nodes := c.junctionNodes(o.File, g)
		for _, n := range nodes {
			c.apart[n] = append(c.apart[n], nodes...)
			c.tell(Node, c.nodes[n].osm, "%s:%d: kept out of the junctions of %v", o.File, g.Line, g.Nodes)
		}
	}
	for _, g := range o.Merge {
		nodes := c.junctionNodes(o.File, g)
		for _, n := range nodes {
			c.merge(nodes[0], n, math.Inf(1))
			if c.find(n) != c.find(nodes[0]) {
				c.report.warn("%s:%d: nodes %d and %d cannot be one junction", o.File, g.Line, c.nodes[nodes[0]].osm, c.nodes[n].osm)
				continue
			}
			c.tell(Node, c.nodes[n].osm, "%s:%d: in one junction with %v", o.File, g.Line, g.Nodes)
		}
	}
}

// junctionNodes returns the nodes of g at which streets meet, and warns about others.
func (c *clusterer) junctionNodes(file string, g overlay.Group) []nodeRef {
	var nodes []nodeRef
	for _, id := range g.Nodes {
		at := slices.DeleteFunc(c.nodesWithID(id), func(n nodeRef) bool { return len(c.arms[n]) == 0 })
		if _, there := c.x.Node(id); !there {
			continue // that has been said
		}
		if len(at) == 0 {
			c.report.warn("%s:%d: no streets meet at node %d, want a junction node", file, g.Line, id)
			continue
		}
		nodes = append(nodes, at[0])
	}
	return nodes
}

// keptApart reports whether the user wants some node of one list in another junction than some of the other.
func (c *clusterer) keptApart(a, b []nodeRef) bool {
	if len(c.apart) == 0 {
		return false
	}
	for _, n := range a {
		for _, m := range c.apart[n] {
			if m != n && slices.Contains(b, m) {
				return true
			}
		}
	}
	return false
}

// askedCabinets returns the groups of junctions with signals for which the user wants one controller each.
func (d *draft) askedCabinets() [][]int32 {
	if d.opts.Overlay == nil {
		return nil
	}
	var groups [][]int32
	for _, g := range d.opts.Overlay.Controllers {
		var group []int32
		for _, id := range g.Nodes {
			found := false
			for j := range d.junctions {
				if d.junctions[j].control != network.Signalised || !d.regulatedBy(int32(j), id) {
					continue
				}
				found = true
				if !slices.Contains(group, int32(j)) {
					group = append(group, int32(j))
				}
			}
			if !found {
				d.report.warn("%s:%d: no junction with signals has node %d", d.opts.Overlay.File, g.Line, id)
			}
			d.tell(Node, id, "%s:%d: one controller with %v", d.opts.Overlay.File, g.Line, g.Nodes)
		}
		groups = append(groups, group)
	}
	return groups
}

// regulatedBy reports whether a junction has the node with that OSM id among its own or its signals'.
func (d *draft) regulatedBy(j int32, id int64) bool {
	return slices.Contains(d.junctions[j].signals, id) ||
		slices.ContainsFunc(d.junctions[j].nodes, func(n nodeRef) bool { return d.nodes[n].osm == id })
}
