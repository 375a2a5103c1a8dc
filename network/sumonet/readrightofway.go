package sumonet

import (
	"strconv"
	"strings"

	"roadtwin/network"
)

// addRightOfWay sets the kind of each junction and who gives way to whom there.
func (c *converter) addRightOfWay() {
	byLane := map[[2]int32][]int32{} // connections of the document by edge and lane, in the order of the file
	for i := range c.connections {
		k := [2]int32{c.connections[i].from, int32(c.connections[i].fromLane)}
		byLane[k] = append(byLane[k], int32(i))
	}
	for i := range c.junctions {
		if c.toJunction[i] == network.None {
			continue
		}
		j, spec := &c.junctions[i], &c.spec.Junctions[c.toJunction[i]]
		spec.Control = controlOf(j.kind)
		if spec.Control == network.AllWayStop || len(j.requests) == 0 {
			continue
		}
		links := c.links(j, byLane)
		if len(links) > len(j.requests) {
			c.report.note("junction %s: %d requests for %d links; who gives way is derived", j.id, len(j.requests), len(links))
			continue
		}
		spec.Regulated = true
		for link, con := range links {
			if to := c.connectedTo[con]; to != network.None {
				c.spec.Connections[to].Yields = c.yields(j, links, link)
			}
		}
	}
}

// controlOf returns the kind of junction that SUMO's type stands for.
func controlOf(kind string) network.JunctionKind {
	switch kind {
	case "priority", "priority_stop", "zipper", "traffic_light_unregulated", "unregulated":
		return network.PriorityRoad
	case "right_before_left", "left_before_right":
		return network.PrioritySide
	case "allway_stop":
		return network.AllWayStop
	}
	return network.Plain
}

// links returns the connections of a junction by the numbers that its requests use: by incoming lane, then in the order
// of the file.
func (c *converter) links(j *junction, byLane map[[2]int32][]int32) []int32 {
	var links []int32
	for _, name := range strings.Fields(j.incoming) {
		at := strings.LastIndexByte(name, '_')
		if at < 0 {
			continue
		}
		e, known := c.byEdge[name[:at]]
		index, err := strconv.ParseInt(name[at+1:], 10, 32)
		if known && err == nil {
			links = append(links, byLane[[2]int32{e, int32(index)}]...)
		}
	}
	return links
}

// yields returns the connections of the spec to which a link gives way. At signals it gives way, while it has green, only
// if its green is the lesser one (g), and only to those that have the greater (G) or, like it, the lesser.
func (c *converter) yields(j *junction, links []int32, link int) []int32 {
	me := &c.connections[links[link]]
	if me.pass {
		return nil
	}
	var out []int32
	for other, con := range links {
		to := c.connectedTo[con]
		if other == link || to == network.None {
			continue
		}
		bits := j.requests[link].response
		responds := other < len(bits) && bits[len(bits)-1-other] == '1'
		if c.greenYields(me, &c.connections[con], responds) {
			out = append(out, to)
		}
	}
	return out
}

// greenYields corrects what the request says by who has the greater green where both have green together.
func (c *converter) greenYields(me, other *connection, responds bool) bool {
	p, ok := c.chosen[me.tl]
	if !ok || me.tl != other.tl {
		return responds
	}
	for _, ph := range p.phases {
		if max(me.link, other.link) >= len(ph.state) {
			continue
		}
		switch mine, theirs := ph.state[me.link], ph.state[other.link]; {
		case mine == 'G' && theirs == 'g':
			return false
		case mine == 'g' && theirs == 'G' && responds:
			return true
		}
	}
	return responds
}
