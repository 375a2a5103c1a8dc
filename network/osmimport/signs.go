package osmimport

import (
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// signLine is how far before its junction, m, a sign stands at the line before which one waits. One that stands farther
// upstream only announces it.
const signLine = 25.0

// placeSigns puts stop and give-way signs at the ends of the approaches they stand on, and finds the junctions where
// everybody stops and the painted roundabouts. Signs where there is nothing to give way to are dropped. A sign on its
// street, or better a painted line, says where one waits.
func (d *draft) placeSigns() error {
	for j := range d.junctions {
		d.markRoundabout(&d.junctions[j])
	}
	for _, kind := range []featureKind{giveWayFeature, stopFeature} {
		for _, n := range d.featureNodes(kind) {
			d.placeSign(n, kind)
		}
	}
	for j := range d.junctions {
		if d.everybodyStops(&d.junctions[j]) {
			d.stopAll(&d.junctions[j])
		}
	}
	d.placeStopLines()
	return nil
}

func (d *draft) placeSign(n nodeRef, kind featureKind) {
	sign := network.Yield
	if kind == stopFeature {
		sign = network.Stop
	}
	if j := d.junction[n]; j >= 0 && d.junctions[j].streets >= 3 && d.contested(j) {
		d.signAt(&d.junctions[j], n, sign)
		return
	}
	osm := d.nodes[n].osm
	found := d.approachesOf(n, kind, signReach)
	if len(found) == 0 {
		d.report.drop("sign", osm, "no junction follows within 40 m")
	}
	for _, a := range found {
		way := &d.streets[a.street].dirs[a.dir]
		way.sign = sign
		if a.onStreet && !way.signal && a.before <= signLine {
			way.stopOffset = a.before
		}
		if sign == network.Stop && signForAll(d.nodes[n].tags) {
			d.stopAll(&d.junctions[a.junction])
		}
		d.tell(Node, osm, "a sign (%v) %.0f m before its junction, for way %d", sign, a.before, d.streets[a.street].way.ID)
	}
}

// signForAll reports whether a stop sign says that all approaches have one.
func signForAll(tags extract.Tags) bool {
	return tags.Find("stop") == "all" || isSet(tags.Find("stop:all"))
}

// placeStopLines moves the places where one waits to the painted lines of the map.
func (d *draft) placeStopLines() {
	for _, n := range d.featureNodes(stopLineFeature) {
		for _, a := range d.approachesOf(n, stopLineFeature, signReach) {
			if a.onStreet {
				d.streets[a.street].dirs[a.dir].stopOffset = a.before
				d.tell(Node, d.nodes[n].osm, "a stop line %.0f m before its junction", a.before)
			}
		}
	}
}

func (d *draft) markRoundabout(j *junction) {
	if j.control == network.Signalised {
		return
	}
	painted := slices.ContainsFunc(j.nodes, func(n nodeRef) bool {
		return d.nodes[n].tags.Find("highway") == "mini_roundabout"
	})
	if j.ring || painted {
		j.control = network.Roundabout
	}
	if painted {
		for _, n := range j.nodes {
			d.tell(Node, d.nodes[n].osm, "a mini-roundabout: entries yield to those on it")
		}
	}
}

// signAt places a sign that is mapped on the junction's own node n: for everybody if it says so, else for the lesser
// roads; where all are equal, for the road that ends there, and for everybody where none does.
func (d *draft) signAt(j *junction, n nodeRef, sign network.Control) {
	if sign == network.Stop && signForAll(d.nodes[n].tags) {
		d.stopAll(j)
		return
	}
	d.report.guess("sign")
	best := network.NumRoadClasses
	for _, a := range d.arms[n] {
		best = min(best, d.streets[a.street].class)
	}
	placed := false
	for _, a := range d.arms[n] {
		if s := &d.streets[a.street]; s.class > best {
			s.dirs[a.towards()].sign = sign
			placed = true
		}
	}
	for _, a := range d.arms[n] {
		if !placed && !d.continues(a, n) {
			d.streets[a.street].dirs[a.towards()].sign = sign
			placed = true
		}
	}
	switch {
	case placed:
	case sign == network.Stop:
		d.stopAll(j)
	default:
		d.report.drop("sign", d.nodes[n].osm, "stands on a junction of equal roads and does not say for whom")
	}
}

// continues reports whether another arm leads on at n where a arrives, bending by less than 45°.
func (d *draft) continues(a arm, n nodeRef) bool {
	for _, b := range d.arms[n] {
		if b != a && angleBetween(d.bearing(a), d.bearing(b)) > math.Pi*3/4 {
			return true
		}
	}
	return false
}

func (d *draft) stopAll(j *junction) {
	if j.control == network.Plain {
		j.control = network.AllWayStop
	}
}

// everybodyStops reports whether all approaches of a junction have stop signs.
func (d *draft) everybodyStops(j *junction) bool {
	approaches := 0
	for _, n := range j.nodes {
		for _, a := range d.arms[n] {
			s := &d.streets[a.street]
			if s.inside || !s.dirs[a.towards()].open() {
				continue
			}
			if s.dirs[a.towards()].sign != network.Stop {
				return false
			}
			approaches++
		}
	}
	return approaches >= 3
}

// markBoundary finds where traffic enters and leaves the map: where the data was cut, where a road of rank ends (it
// goes on in reality), and where a one-way street begins or ends in nothing.
func (d *draft) markBoundary() error {
	for k := range d.junctions {
		j := &d.junctions[k]
		in, out, arms := 0, 0, 0
		cut := false
		best := network.NumRoadClasses
		for _, n := range j.nodes {
			cut = cut || d.nodes[n].cut
			for _, a := range d.arms[n] {
				s := &d.streets[a.street]
				if s.inside {
					continue
				}
				arms++
				best = min(best, s.class)
				if s.dirs[a.towards()].open() {
					in++
				}
				if s.dirs[a.away()].open() {
					out++
				}
			}
		}
		deadEnd := arms == 1
		oneWay := in == 0 || out == 0
		if deadEnd && (cut || best <= network.Tertiary) || oneWay && best < network.Service {
			j.boundary = true
		}
	}
	return nil
}
