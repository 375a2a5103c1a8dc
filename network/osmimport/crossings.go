package osmimport

import (
	"cmp"
	"math"
	"slices"

	"roadtwin/network"
)

const (
	signalMouth  = 30.0 // m; crossings with signals closer than this to a signalised junction belong to its signals
	signalExit   = 10.0 // m; the same for signals that the map says are for those who leave the junction
	unsignalled  = 20.0 // m; the same for crossings without signals
	sameCrossing = 8.0  // m; crossings of people on foot that are closer are one (a path for cycles beside the crosswalk)
)

// placeCrossings puts crossings of people on foot, railways and tramways on the edges. Those within signalised junctions,
// and in their mouths, belong to the signals there.
func (d *draft) placeCrossings() error {
	c := crosser{draft: d, byEdge: make([][]network.CrossingSpec, len(d.spec.Edges))}
	for _, n := range d.footSignals {
		c.placeSignal(n)
	}
	for i := range d.streets {
		for _, f := range d.streets[i].features {
			if kind, ok := footCrossings[f.kind]; ok {
				c.placeFoot(f.at, int32(i), kind)
			}
		}
	}
	for e := range c.byEdge {
		d.spec.Crossings = append(d.spec.Crossings, mergeCrossings(c.byEdge[e])...)
	}
	d.placeRails()
	slices.SortStableFunc(d.spec.Crossings, func(p, q network.CrossingSpec) int {
		return cmp.Or(cmp.Compare(p.Edge, q.Edge), cmp.Compare(p.Position, q.Position), cmp.Compare(p.OSMNode, q.OSMNode))
	})
	return nil
}

var footCrossings = map[featureKind]network.CrossingKind{
	crossingSignalFeature: network.FootSignals, zebraFeature: network.Zebra, unmarkedFeature: network.Unmarked,
}

func isFootCrossing(kind featureKind) bool {
	_, ok := footCrossings[kind]
	return ok
}

type crosser struct {
	*draft
	byEdge [][]network.CrossingSpec
}

func (c *crosser) add(kind network.CrossingKind, at place, n nodeRef) {
	c.byEdge[at.edge] = append(c.byEdge[at.edge], network.CrossingSpec{
		Kind: kind, Edge: at.edge, Position: at.position, OSMNode: c.nodes[n].osm,
	})
}

// placeFoot puts the crossing on node n of a street on the edges of both directions.
func (c *crosser) placeFoot(n nodeRef, street int32, kind network.CrossingKind) {
	osm := c.nodes[n].osm
	if c.streets[street].inside {
		c.report.guess("crossing_in_junction")
		c.tell(Node, osm, "a crossing within a junction: its signals or signs decide there")
		return
	}
	if reach := c.reachOfSignals(kind); c.inSignalMouth(n, street, reach) {
		c.tell(Node, osm, "a crossing in the mouth of a junction with signals, to which it belongs")
		c.report.guess("crossing_at_signals")
		return
	}
	for dir := range c.streets[street].dirs {
		if at, ok := c.placeOf(n, driven{street, dir}); ok {
			c.add(kind, at, n)
			c.tell(Node, osm, "a crossing (%v) %.0f m along the edge of way %d", kind, at.position, c.spec.Edges[at.edge].OSMWay)
		}
	}
}

func (c *crosser) reachOfSignals(kind network.CrossingKind) float64 {
	if kind == network.FootSignals {
		return signalMouth
	}
	return unsignalled
}

// placeSignal puts a signal for people on foot on the edges that it stops: where they cross, if that is mapped just
// downstream, else where it stands.
func (c *crosser) placeSignal(n nodeRef) {
	placed := false
	for _, a := range c.directionsAt(n, signalFeature) {
		s := &c.streets[a.street]
		if s.inside {
			continue
		}
		exit := signalMouth // who leaves a junction with signals meets no other at once, unless the map is explicit
		if a.named {
			exit = signalExit
		}
		if behind := s.end(uint8(a.dir)); c.controlled(behind) && c.toEnd(n, driven{a.street, 1 - a.dir}) < exit {
			continue
		}
		at, on, ok := c.featureAhead(n, a.driven, stopToCrossing, isFootCrossing)
		if !ok {
			at, on = n, a.driven
		}
		if where, ok := c.spot(at, on); ok {
			c.add(network.FootSignals, where, at)
			placed = true
		}
	}
	osm := c.nodes[n].osm
	if !placed {
		c.report.drop("signal", osm, "it is for people on foot at the exit of a junction with signals")
		return
	}
	c.report.guess("foot_signals")
	c.tell(Node, osm, "a signal for people on foot: no junction follows within reach, or one with no other signal")
}

// inSignalMouth reports whether node n of a street lies within reach (m) of a junction with signals at either end, or
// between a signal and its junction.
func (d *draft) inSignalMouth(n nodeRef, street int32, reach float64) bool {
	const slack = 5.0 // m
	s := &d.streets[street]
	for dir := range s.dirs {
		before := d.toEnd(n, driven{street, dir})
		guard, ok := d.guarded[driven{street, dir}]
		if ok && before < guard+slack || before < reach && d.controlled(s.end(uint8(1-dir))) {
			return true
		}
	}
	return false
}

// controlled reports whether node n is part of a junction with signals.
func (d *draft) controlled(n nodeRef) bool {
	j := d.junction[n]
	return j >= 0 && d.junctions[j].controller != network.None
}

// place is a point of an edge.
type place struct {
	edge     int32
	position float64 // m along EdgeSpec.Shape
}

// placeOf returns where node n lies on the edge of direction a; ok is false if that is closed, or if n is where it begins
// and others lead there: it lies on those.
func (d *draft) placeOf(n nodeRef, a driven) (at place, ok bool) {
	if n == d.streets[a.street].end(uint8(a.dir)) && len(d.arms[n]) > 1 {
		return at, false
	}
	return d.spot(n, a)
}

// spot returns where node n of a street lies on the edge of direction a; ok is false if that is closed.
func (d *draft) spot(n nodeRef, a driven) (at place, ok bool) {
	e := d.edges[a.street][a.dir]
	if e < 0 {
		return at, false
	}
	whole := d.length(d.streets[a.street].nodes)
	if whole <= 0 {
		return place{e, 0}, true
	}
	// The lanes lie beside the mapped line and are longer or shorter in bends.
	share := min(max(1-d.toEnd(n, a)/whole, 0), 1)
	return place{e, millimetre(share * lineLength(d.spec.Edges[e].Shape))}, true
}

// mergeCrossings makes one of crossings for people on foot that lie together: signals outweigh a zebra, that outweighs
// no marking.
func mergeCrossings(list []network.CrossingSpec) []network.CrossingSpec {
	slices.SortStableFunc(list, func(p, q network.CrossingSpec) int {
		return cmp.Or(cmp.Compare(p.Position, q.Position), cmp.Compare(p.OSMNode, q.OSMNode))
	})
	var out []network.CrossingSpec
	for _, c := range list {
		last := len(out) - 1
		switch {
		case last < 0 || c.Position-out[last].Position > sameCrossing:
			out = append(out, c)
		case c.Kind > out[last].Kind:
			out[last] = c
		}
	}
	return out
}

func millimetre(x float64) float64 { return math.Round(x*1000) / 1000 }
