package osmimport

import (
	"fmt"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// chain is a forbidden way to drive: streets, one directly after the other.
type chain struct {
	steps   []driven // >= 2
	classes network.ClassSet
	when    network.Schedule // nil for always
}

// tracer finds the streets that the members of a restriction mean. It goes by nodes, since by now a street may be made of
// several ways, and a way of several streets.
type tracer struct {
	*draft
	ways   map[int64]*extract.Way // that restrictions refer to; nil if the extract lacks them
	places map[int64][]onStreet   // of their nodes: where on streets they lie
}

// onStreet is a node of a street.
type onStreet struct {
	street int32
	at     int32 // index in its nodes
}

// newTracer prepares for the restrictions of the extract.
func (d *draft) newTracer() *tracer {
	t := &tracer{draft: d, ways: map[int64]*extract.Way{}, places: map[int64][]onStreet{}}
	for i := range d.x.Relations {
		if rel := &d.x.Relations[i]; isRestriction(rel.Tags) {
			for _, m := range rel.Members {
				if m.Type == extract.WayMember {
					t.ways[m.Ref] = nil
				}
			}
		}
	}
	if len(t.ways) == 0 {
		return t
	}
	for i := range d.x.Ways {
		w := &d.x.Ways[i]
		if _, asked := t.ways[w.ID]; asked {
			t.ways[w.ID] = w
			for _, n := range w.Nodes {
				t.places[n] = nil
			}
		}
	}
	for i := range d.streets {
		for k, n := range d.streets[i].nodes {
			osm := d.nodes[n].osm
			if list, asked := t.places[osm]; asked && osm != 0 {
				t.places[osm] = append(list, onStreet{int32(i), int32(k)})
			}
		}
	}
	return t
}

// missing returns why a member way cannot be found, "" if it can.
func (t *tracer) missing(role string, ways []int64) string {
	for _, id := range ways {
		w := t.ways[id]
		if w == nil {
			return fmt.Sprintf("its %s way %d is not in the file", role, id)
		}
		if _, ok, _ := classify(w.Tags.Find("highway")); !ok {
			return fmt.Sprintf("its %s way %d is no road for motor vehicles", role, id)
		}
	}
	return ""
}

// paths returns the ways to drive that the members of a restriction mean, or why there are none.
func (t *tracer) paths(m members, r ruling) (paths [][]driven, reason string) {
	switch {
	case len(m.from) == 0:
		return nil, "has no from"
	case len(m.to) == 0:
		return nil, "has no to"
	case len(m.via) == 0 && m.node == 0:
		return nil, "has no via"
	}
	for _, member := range []struct {
		role string
		ways []int64
	}{{"from", m.from}, {"via", m.via}, {"to", m.to}} {
		if reason = t.missing(member.role, member.ways); reason != "" {
			return nil, reason
		}
	}
	reason = "its ways do not lead from one to the next"
	for _, from := range m.from {
		for _, to := range m.to {
			var lines [][]int64
			if len(m.via) > 0 {
				lines = t.throughWays(from, m.via, to)
			} else {
				lines = t.throughNode(from, m.node, to, r)
			}
			for _, line := range lines {
				steps, why := t.streetsAlong(line)
				if why != "" {
					reason = why
					continue
				}
				if !slices.ContainsFunc(paths, func(p []driven) bool { return slices.Equal(p, steps) }) {
					paths = append(paths, steps)
				}
			}
		}
	}
	return paths, reason
}

// throughNode returns the nodes along which one drives from a way over a node to another: the node before, the node, the
// one after.
func (t *tracer) throughNode(from, via, to int64, r ruling) (lines [][]int64) {
	for _, before := range beside(t.ways[from], via) {
		for _, after := range beside(t.ways[to], via) {
			if back := before == after; from != to || back == (r.kind == "u_turn" || len(beside(t.ways[from], via)) == 1) {
				lines = append(lines, []int64{before, via, after})
			}
		}
	}
	if len(lines) < 2 {
		return lines
	}
	// A way that goes on beyond the via node could be driven to it from both ends: the turn tells which is meant.
	meant := slices.DeleteFunc(slices.Clone(lines), func(line []int64) bool { return !t.turns(line, r.kind) })
	if len(meant) > 0 {
		return meant
	}
	return lines
}

// beside returns the nodes of w before and after its node via, each once.
func beside(w *extract.Way, via int64) (nodes []int64) {
	for k, n := range w.Nodes {
		if n != via {
			continue
		}
		for _, i := range []int{k - 1, k + 1} {
			if i >= 0 && i < len(w.Nodes) && w.Nodes[i] != via && !slices.Contains(nodes, w.Nodes[i]) {
				nodes = append(nodes, w.Nodes[i])
			}
		}
	}
	return nodes
}

// turns reports whether the way over three nodes is the turn of that kind, as far as one can see.
func (t *tracer) turns(line []int64, kind string) bool {
	var p [3]network.Point
	for i, id := range line {
		at := t.places[id]
		if len(at) == 0 {
			return true
		}
		p[i] = t.nodes[t.streets[at[0].street].nodes[at[0].at]].pos
	}
	in, out := math.Atan2(p[1].Y-p[0].Y, p[1].X-p[0].X), math.Atan2(p[2].Y-p[1].Y, p[2].X-p[1].X)
	angle := math.Remainder(out-in, 2*math.Pi)
	switch kind {
	case "left_turn":
		return angle > 0
	case "right_turn":
		return angle < 0
	case "straight_on":
		return math.Abs(angle) < math.Pi/3
	case "u_turn":
		return math.Abs(angle) > 2*math.Pi/3
	}
	return true
}

// throughWays returns the nodes along which one drives from a way over all via ways, in whatever order they are listed, to
// another.
func (t *tracer) throughWays(from int64, via []int64, to int64) (lines [][]int64) {
	const (
		most      = 16   // lines; a ring among the via ways can be driven both ways round
		mostSteps = 2000 // tried; ways that all meet at one node could be put in any order
	)
	left, steps := slices.Clone(via), 0
	var follow func(line []int64, on *extract.Way)
	follow = func(line []int64, on *extract.Way) {
		if steps++; len(lines) >= most || steps > mostSteps {
			return
		}
		if len(left) == 0 {
			for _, piece := range between(on, line[len(line)-1], t.ways[to]) {
				whole := append(slices.Clone(line), piece...)
				for _, after := range beside(t.ways[to], whole[len(whole)-1]) {
					if after != whole[len(whole)-2] {
						lines = append(lines, append(slices.Clone(whole), after))
					}
				}
			}
			return
		}
		for i, id := range left {
			next := t.ways[id]
			for _, piece := range between(on, line[len(line)-1], next) {
				rest := left
				left = slices.Delete(slices.Clone(left), i, i+1)
				follow(append(slices.Clone(line), piece...), next)
				left = rest
			}
		}
	}
	for i, id := range left {
		next := t.ways[id]
		rest := left
		left = slices.Delete(slices.Clone(left), i, i+1)
		for _, meet := range shared(t.ways[from], next) {
			for _, before := range beside(t.ways[from], meet) {
				follow([]int64{before, meet}, next)
			}
		}
		left = rest
	}
	return lines
}

// shared returns the nodes of w that other has too, each once.
func shared(w, other *extract.Way) (nodes []int64) {
	for _, n := range w.Nodes {
		if slices.Contains(other.Nodes, n) && !slices.Contains(nodes, n) {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// between returns the nodes after node at along w up to each node where it meets next; both ways round if w is a ring.
func between(w *extract.Way, at int64, next *extract.Way) (pieces [][]int64) {
	ring := len(w.Nodes) > 2 && w.Nodes[0] == w.Nodes[len(w.Nodes)-1]
	nodes := w.Nodes
	if ring {
		nodes = nodes[1:]
	}
	from := slices.Index(nodes, at)
	if from < 0 {
		return nil
	}
	for _, step := range []int{1, -1} {
		var piece []int64
		for k := 1; k < len(nodes); k++ {
			i := from + step*k
			if ring {
				i = (i + len(nodes)) % len(nodes)
			}
			if i < 0 || i >= len(nodes) {
				break
			}
			piece = append(piece, nodes[i])
			if slices.Contains(next.Nodes, nodes[i]) {
				pieces = append(pieces, slices.Clone(piece))
				break
			}
		}
	}
	return pieces
}

// streetsAlong returns the streets that one drives along nodes, or why one cannot.
func (t *tracer) streetsAlong(line []int64) (steps []driven, reason string) {
	for k := 1; k < len(line); k++ {
		s, ok := t.streetBetween(line[k-1], line[k])
		if !ok {
			return nil, fmt.Sprintf("no road is left between its nodes %d and %d", line[k-1], line[k])
		}
		if !t.streets[s.street].dirs[s.dir].open() {
			return nil, "leads against a one-way street: nobody drives so anyway"
		}
		if n := len(steps); n == 0 || steps[n-1] != s {
			steps = append(steps, s)
		}
	}
	if len(steps) < 2 {
		return nil, "no street meets another at its via"
	}
	for k := 1; k < len(steps); k++ {
		if t.junction[t.endOf(steps[k-1])] != t.junction[t.startOf(steps[k])] {
			return nil, "its ways do not meet any more"
		}
	}
	return steps, ""
}

// streetBetween returns the street on which one drives from node a to node b, its neighbour.
func (t *tracer) streetBetween(a, b int64) (s driven, ok bool) {
	for _, p := range t.places[a] {
		for dir, step := range []int32{1, -1} {
			if next := t.beyond(p, step); next == b || next == 0 && len(t.places[b]) == 0 && t.nearCut(p, step) {
				return driven{p.street, dir}, true
			}
		}
	}
	// Round a traffic island lie the nodes of both carriageways.
	for _, p := range t.places[a] {
		for _, q := range t.places[b] {
			if p.street != q.street || p.at == q.at || t.streets[p.street].back == ([2]int64{}) {
				continue
			}
			if q.at > p.at {
				return driven{p.street, 0}, true
			}
			return driven{p.street, 1}, true
		}
	}
	// The node before may lie outside of the border, and the street begin there.
	for _, p := range t.places[b] {
		for dir, step := range []int32{1, -1} {
			if len(t.places[a]) == 0 && t.beyond(p, -step) == 0 && t.nearCut(p, -step) {
				return driven{p.street, dir}, true
			}
		}
	}
	return s, false
}

// beyond returns the OSM node that follows on a street, in that direction; 0 if there is none.
func (t *tracer) beyond(p onStreet, step int32) int64 {
	nodes := t.streets[p.street].nodes
	for k := p.at + step; k >= 0 && int(k) < len(nodes); k += step {
		if osm := t.nodes[nodes[k]].osm; osm != 0 {
			return osm
		}
	}
	return 0
}

// nearCut reports whether a street ends, in that direction, at the border of the map.
func (t *tracer) nearCut(p onStreet, step int32) bool {
	nodes := t.streets[p.street].nodes
	last := nodes[0]
	if step > 0 {
		last = nodes[len(nodes)-1]
	}
	return last != nodes[p.at] && t.nodes[last].cut
}

// startOf and endOf return the nodes where one comes onto a street and leaves it.
func (d *draft) startOf(s driven) nodeRef { return d.streets[s.street].end(uint8(s.dir)) }
func (d *draft) endOf(s driven) nodeRef   { return d.streets[s.street].end(uint8(1 - s.dir)) }
