package osmimport

import (
	"math"

	"roadtwin/network"
)

// crossesMedian reports whether the street between the given arms leads from one carriageway of a road to another. Either
// the road is divided: at one end a one-way road comes in, at the other one leads out on the same side, they run side by
// side across the street, and they are of one name or, without names, of one class. Or both come in: the lanes for one turn
// run apart from the others.
func (d *draft) crossesMedian(i int, first, last arm) bool {
	a, b := d.streets[i].first(), d.streets[i].last()
	for _, u := range d.arms[a] {
		for _, v := range d.arms[b] {
			if int(u.street) != i && int(v.street) != i && u.street != v.street && (d.paired(u, v) || d.twins(u, v)) &&
				d.across(u, first) && d.across(v, last) {
				return true
			}
		}
	}
	return false
}

// paired reports whether two arms are the carriageways of one road, seen from a junction between them.
func (d *draft) paired(u, v arm) bool {
	s, t := &d.streets[u.street], &d.streets[v.street]
	along, ok := s.oneway()
	back, ok2 := t.oneway()
	if !ok || !ok2 || s.roundabout || t.roundabout || s.link != t.link || s.layer != t.layer {
		return false
	}
	out, in := along == u.away(), back == v.away()
	if out == in {
		return false
	}
	if s.name != "" && t.name != "" {
		if s.name != t.name {
			return false
		}
	} else if s.class != t.class {
		return false
	}
	if angleBetween(d.bearing(u), d.bearing(v)) > samePairWithin {
		return false
	}
	if !out {
		u, v = v, u
	}
	// Looking outwards, the carriageway that leads out lies on the side on which one drives.
	bearing := d.bearing(u)
	p, q := d.nodes[d.streets[u.street].end(u.end)].pos, d.nodes[d.streets[v.street].end(v.end)].pos
	toRight := (p.X-q.X)*math.Sin(bearing) - (p.Y-q.Y)*math.Cos(bearing)
	return toRight > 0 == (d.side == network.RightHand)
}

// twins reports whether two arms are approaches of one road that run beside each other towards the same crossing street.
func (d *draft) twins(u, v arm) bool {
	s, t := &d.streets[u.street], &d.streets[v.street]
	in, ok := s.oneway()
	also, ok2 := t.oneway()
	return ok && ok2 && in == u.towards() && also == v.towards() && s.name != "" && sameRoad(s, t) &&
		angleBetween(d.bearing(u), d.bearing(v)) < samePairWithin
}

// across reports whether u leaves its node at an angle to the inner street.
func (d *draft) across(u, inner arm) bool {
	angle := angleBetween(d.bearing(u), d.bearing(inner))
	return angle > acrossAtLeast && angle < math.Pi-acrossAtLeast
}

// parts reports whether a and b are one-way carriageways of one road that lead to the same side.
func (d *draft) parts(a, b arm) bool {
	s, t := &d.streets[a.street], &d.streets[b.street]
	_, one := s.oneway()
	_, two := t.oneway()
	if !one || !two || s.roundabout || t.roundabout || s.link != t.link || s.name != t.name || s.class != t.class {
		return false
	}
	return angleBetween(d.bearing(a), d.bearing(b)) < samePairWithin
}
