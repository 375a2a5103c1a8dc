package osmimport

import (
	"math"

	"roadtwin/network"
)

// spreadForks shifts the ends of short carriageways to where the lanes of the undivided road lie that they fork from. The
// map draws all three lines to one point, but the two directions lie beside each other there as well.
func (d *draft) spreadForks() {
	for n := range d.arms {
		if len(d.arms[n]) == 3 && !d.nodes[n].cut {
			d.spreadFork(nodeRef(n))
		}
	}
}

func (d *draft) spreadFork(n nodeRef) {
	for k, road := range d.arms[n] {
		s := &d.streets[road.street]
		u, v := d.arms[n][(k+1)%3], d.arms[n][(k+2)%3]
		if !s.dirs[0].open() || !s.dirs[1].open() || s.roundabout || u.street == v.street || !d.forks(u, v) {
			continue
		}
		for _, a := range [2]arm{u, v} {
			if angleBetween(d.bearing(a), d.bearing(road)) < math.Pi*2/3 {
				return // a street that ends there
			}
		}
		for _, a := range [2]arm{u, v} {
			t := &d.streets[a.street]
			dir, _ := t.oneway()
			if t.aside[a.end] != 0 || d.length(t.nodes) > islandLongest {
				continue
			}
			// Whoever drives away on the carriageway came towards the fork on the road, and the other way round.
			on := road.towards()
			if dir == a.towards() {
				on = road.away()
			}
			t.aside[a.end] = -d.sideways(s, on)
			if dir == 1 {
				t.aside[a.end] = d.sideways(s, on)
			}
		}
	}
}

// forks reports whether two arms of a node are the carriageways of one road, each on its own side.
func (d *draft) forks(u, v arm) bool {
	s, t := &d.streets[u.street], &d.streets[v.street]
	out, one := s.oneway()
	back, two := t.oneway()
	if !one || !two || (out == u.away()) == (back == v.away()) || !sameRoad(s, t) ||
		angleBetween(d.bearing(u), d.bearing(v)) > math.Pi/3 {
		return false
	}
	if out != u.away() {
		u, v = v, u
	}
	offside := math.Remainder(d.bearing(v)-d.bearing(u), 2*math.Pi) // to the left of who drives away
	return offside > 0 == (d.side == network.RightHand)
}

// pairCarriageways makes the short carriageways between the same two junctions, beside a traffic island in the mouth of a
// street, the two directions of one road.
func (d *draft) pairCarriageways() {
	type ends struct{ from, to int32 }
	edgeBetween := map[ends]int32{} // the street of the only one-way edge from one junction to another, or None
	oneway := func(i int) (ends, bool) {
		s := &d.streets[i]
		dir, ok := s.oneway()
		if !ok || s.inside || s.roundabout || s.slip || d.length(s.nodes) > islandLongest {
			return ends{}, false
		}
		e := ends{d.junction[s.first()], d.junction[s.last()]}
		if dir == 1 {
			e = ends{e.to, e.from}
		}
		return e, true
	}
	for i := range d.streets {
		if e, ok := oneway(i); ok {
			if _, twice := edgeBetween[e]; twice {
				edgeBetween[e] = network.None
			} else {
				edgeBetween[e] = int32(i)
			}
		}
	}
	for i := range d.streets {
		e, ok := oneway(i)
		if !ok || edgeBetween[e] != int32(i) {
			continue
		}
		j, ok := edgeBetween[ends{e.to, e.from}]
		if !ok || j <= int32(i) || !sameRoad(&d.streets[i], &d.streets[j]) || !d.besideIsland(int32(i), j) {
			continue
		}
		a, b := max(d.edges[i][0], d.edges[i][1]), max(d.edges[j][0], d.edges[j][1])
		d.spec.Edges[a].Opposite, d.spec.Edges[b].Opposite = b, a
	}
}

// besideIsland reports whether the carriageways i and j, driven against each other, lie as close as beside an island, each
// on its own side.
func (d *draft) besideIsland(i, j int32) bool {
	along := func(k int32, fraction float64) network.Point {
		dir, _ := d.streets[k].oneway()
		return d.pointAt(arm{k, uint8(dir)}, fraction)
	}
	p, ahead, q := along(i, 0.5), along(i, 0.75), along(j, 0.5)
	toLeft := (ahead.X-p.X)*(q.Y-p.Y) - (ahead.Y-p.Y)*(q.X-p.X)
	return toLeft > 0 == (d.side == network.RightHand) && distance(p, q) < islandWidest
}
