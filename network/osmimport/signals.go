package osmimport

import (
	"cmp"
	"slices"

	"roadtwin/network"
)

// How far upstream of its junction a signal or sign may stand, m.
const (
	signalReach   = 60.0
	crossingReach = 35.0 // of a signal that is also a pedestrian crossing and does not say whom it stops
	farReach      = 110.0
	signReach     = 40.0
)

// signalPlaces are the signals of the map, sorted by what they regulate.
type signalPlaces struct {
	on       []nodeRef            // those that stand on a junction
	upstream map[int32][]approach // those on the way towards a junction, by junction
	foot     []nodeRef            // those that stop traffic for people on foot only, ascending
	drops    []Drop               // those that regulate nothing on this map
	freed    []nodeRef            // those of them that stand on the arm of a roundabout
	stops    map[driven]bool      // the directions of streets that end at a signal
	at       map[int32]bool       // junctions with signals
}

// placeSignals finds the junctions that have signals. A signal on a junction makes it signalised; one on the way
// towards it as well, and tells where the stop line is. Signals that regulate no junction are for people on foot.
func (d *draft) placeSignals() error {
	p := d.findSignals()
	for _, drop := range p.drops {
		d.report.drop(drop.Kind, drop.OSM, drop.Reason)
	}
	for _, n := range p.on {
		d.signalAt(d.junction[n], n)
	}
	d.guarded = map[driven]float64{}
	for j := range d.junctions {
		d.signalUpstream(int32(j), p.upstream[int32(j)])
	}
	for _, n := range p.freed {
		d.tell(Node, d.nodes[n].osm, "a signal on the arm of a roundabout whose ring has none there: entries yield as ever")
	}
	d.footSignals = p.foot
	d.shareControllers()
	return nil
}

// findSignals sorts the signals by what they regulate and changes nothing.
func (d *draft) findSignals() signalPlaces {
	f := signalFinder{draft: d}
	f.upstream, f.stops, f.at = map[int32][]approach{}, map[driven]bool{}, map[int32]bool{}
	for _, n := range d.featureNodes(signalFeature) {
		f.sort(n)
	}
	f.freeRings()
	f.gather()
	for j := range int32(len(d.junctions)) {
		f.settle(j)
	}
	for _, a := range f.far {
		f.settleFar(a)
	}
	slices.Sort(f.lone)
	for _, n := range slices.Compact(f.lone) {
		f.settleLone(n)
	}
	slices.Sort(f.foot)
	f.foot = slices.Compact(f.foot)
	return f.signalPlaces
}

type signalFinder struct {
	*draft
	signalPlaces
	far  []approach // those that stand farther from their junction than signals usually do
	lone []nodeRef  // those without a junction

	near      unionFind            // of junctions that would be one crossing
	regulated map[int32]bool       // by root: has a signal on a junction
	arrivals  map[int32][]approach // by root: the signals upstream
}

func (f *signalFinder) drop(n nodeRef, reason string) {
	f.drops = append(f.drops, Drop{"signal", f.nodes[n].osm, reason})
}

// sort finds the junction of the signal on node n.
func (f *signalFinder) sort(n nodeRef) {
	if dirs := facingOf(signalFeature, f.nodes[n].tags); (f.nodes[n].cut || len(f.arms[n]) == 1) && dirs != 1 && dirs != 2 {
		f.drop(n, "its junction lies beyond the edge of the map")
		return
	}
	if j := f.junction[n]; j >= 0 && f.junctions[j].streets >= 3 && f.contested(j) && !f.aheadOf(n) {
		f.on = append(f.on, n)
		f.at[j] = true
		for _, a := range f.arms[n] {
			f.stops[driven{a.street, a.towards()}] = true
		}
		return
	}
	near := false
	found := f.approachesOf(n, signalFeature, farReach)
	for _, a := range found {
		if a.before <= f.reachOf(n) {
			f.upstream[a.junction] = append(f.upstream[a.junction], a)
			near = true
		}
	}
	switch {
	case near:
	case len(found) > 0:
		f.far = append(f.far, found...)
	default:
		f.lone = append(f.lone, n)
	}
}

// aheadOf reports whether the signal on node n, where only service roads join, is the one of a junction farther on: the
// map names its direction.
func (f *signalFinder) aheadOf(n nodeRef) bool {
	for _, a := range f.directionsAt(n, signalFeature) {
		if !a.named || !f.minorJunction(n, a.street) {
			continue
		}
		if _, ok := f.walk(n, a.driven, signalReach); ok {
			return true
		}
	}
	return false
}

func (d *draft) reachOf(n nodeRef) float64 {
	if isCrossing(d.nodes[n].tags) && facingOf(signalFeature, d.nodes[n].tags) == 0 {
		return crossingReach
	}
	return signalReach
}

// freeRings takes the signals from the junctions of roundabouts whose ring they do not stop. A signal that lets an arm in
// needs one that holds the ring back; on the arm alone it is for people on foot who cross there, and entries yield as ever.
func (f *signalFinder) freeRings() {
	free := make([]bool, len(f.junctions))
	for j := range f.junctions {
		free[j] = f.junctions[j].ring && !f.stopsRing(int32(j))
	}
	f.on = slices.DeleteFunc(f.on, func(n nodeRef) bool {
		j := f.junction[n]
		if !free[j] {
			return false
		}
		delete(f.at, j)
		for _, a := range f.arms[n] {
			delete(f.stops, driven{a.street, a.towards()})
		}
		f.freeArm(n)
		return true
	})
	for j := range int32(len(f.junctions)) {
		if !free[j] {
			continue
		}
		for _, a := range f.upstream[j] {
			f.freeArm(a.node)
		}
		delete(f.upstream, j)
	}
}

func (f *signalFinder) freeArm(n nodeRef) {
	f.foot = append(f.foot, n)
	f.freed = append(f.freed, n)
}

// stopsRing reports whether a signal stops the ring of a roundabout at junction j: one on a node of the ring, or on the
// ring on the way towards j.
func (f *signalFinder) stopsRing(j int32) bool {
	for _, n := range f.on {
		if f.junction[n] == j && f.onRing(n) {
			return true
		}
	}
	return slices.ContainsFunc(f.upstream[j], func(a approach) bool {
		return slices.ContainsFunc(a.via, func(via driven) bool { return f.streets[via.street].roundabout })
	})
}

// gather finds for each junction with signals the streets with signals that lead to it, or to one with signals that is
// so close that they would be one crossing.
func (f *signalFinder) gather() {
	f.near = unionFind{}
	for i := range f.streets {
		s := &f.streets[i]
		a, b := f.junction[s.first()], f.junction[s.last()]
		if !s.inside && a != b && f.candidate(a) && f.candidate(b) && f.length(s.nodes) < innerBelow {
			f.near.join(a, b)
		}
	}
	f.regulated, f.arrivals = map[int32]bool{}, map[int32][]approach{}
	for j := range int32(len(f.junctions)) {
		root := f.near.find(j)
		f.regulated[root] = f.regulated[root] || f.at[j]
		if list := f.upstream[j]; len(list) > 0 {
			f.arrivals[root] = append(f.arrivals[root], list...)
		}
	}
}

// candidate reports whether a signal may be that of junction j.
func (f *signalFinder) candidate(j int32) bool { return f.at[j] || len(f.upstream[j]) > 0 }

// settle decides whether the signals upstream of junction j are its own.
func (f *signalFinder) settle(j int32) {
	list := f.upstream[j]
	if len(list) == 0 {
		return
	}
	if f.onlyForFoot(j) {
		for _, a := range list {
			f.foot = append(f.foot, a.node)
		}
		delete(f.upstream, j)
		return
	}
	f.at[j] = true
	for _, a := range list {
		f.stops[driven{a.street, a.dir}] = true
	}
}

// onlyForFoot reports whether the signals on the approaches of junction j do not regulate it: it has none itself, and
// those are pedestrian crossings of a single arm. Signals of which the map tells apart the stop line and the crossing
// are seen together with those at other junctions close by.
func (f *signalFinder) onlyForFoot(j int32) bool {
	list, root := f.upstream[j], f.near.find(j)
	if !slices.ContainsFunc(list, func(a approach) bool { return !a.combined }) {
		return !f.at[j] && onlyCrossing(list)
	}
	return !f.regulated[root] && onlyCrossing(f.arrivals[root])
}

// onlyCrossing reports whether signals are pedestrian crossings of a single arm: they do not regulate the junction.
func onlyCrossing(signals []approach) bool {
	for _, a := range signals {
		if !a.crossing || a.street != signals[0].street {
			return false
		}
	}
	return true
}

// settleFar gives a signal that stands far upstream to its junction if that has signals, but none for this approach.
func (f *signalFinder) settleFar(a approach) {
	way := driven{a.street, a.dir}
	if !f.at[a.junction] || f.stops[way] {
		f.lone = append(f.lone, a.node)
		return
	}
	f.upstream[a.junction] = append(f.upstream[a.junction], a)
	f.stops[way] = true
}

// settleLone decides what a signal is that has no junction: that of a junction beyond the edge of the map, of a railway,
// or of a crossing for people on foot.
func (f *signalFinder) settleLone(n nodeRef) {
	for _, a := range f.directionsAt(n, signalFeature) {
		if !isCrossing(f.nodes[n].tags) && !f.crossingAhead(n, a.driven) && f.leavesMap(n, a.driven, signalReach) {
			f.drop(n, "its junction lies beyond the edge of the map")
			return
		}
		if f.railAhead(n, a.driven) {
			f.drop(n, "it belongs to a railway crossing")
			return
		}
	}
	if len(f.directionsAt(n, signalFeature)) == 0 {
		f.drop(n, "it is for a direction in which nobody drives")
		return
	}
	f.foot = append(f.foot, n)
}

// railAhead reports whether rails cross within 30 m of node n on its street.
func (d *draft) railAhead(n nodeRef, a driven) bool {
	const reach = 30.0
	from := d.toEnd(n, a)
	for _, f := range d.streets[a.street].features {
		if f.kind == levelCrossingFeature || f.kind == tramCrossingFeature {
			if ahead := from - d.toEnd(f.at, a); ahead > -reach && ahead < reach {
				return true
			}
		}
	}
	return false
}

// signalAt makes junction j signalised by a signal that stands on its node n.
func (d *draft) signalAt(j int32, n nodeRef) {
	d.junctions[j].control = network.Signalised
	d.junctions[j].signals = append(d.junctions[j].signals, d.nodes[n].osm)
	for _, a := range d.arms[n] {
		d.streets[a.street].dirs[a.towards()].signal = true
	}
	d.tell(Node, d.nodes[n].osm, "a signal on its junction")
}

// signalUpstream makes junction j signalised by signals on its approaches.
func (d *draft) signalUpstream(j int32, signals []approach) {
	slices.SortStableFunc(signals, func(a, b approach) int { return cmp.Compare(a.node, b.node) })
	for _, a := range signals {
		d.junctions[j].control = network.Signalised
		d.junctions[j].signals = append(d.junctions[j].signals, d.nodes[a.node].osm)
		way := &d.streets[a.street].dirs[a.dir]
		if !way.signal || a.onStreet && a.before < way.stopOffset {
			way.stopOffset = 0
			if a.onStreet {
				way.stopOffset = a.before
			}
		}
		way.signal = true
		for i, via := range a.via {
			if i > 0 {
				d.guarded[via] = d.length(d.streets[via.street].nodes)
			} else {
				d.guarded[via] = max(d.guarded[via], d.toEnd(a.node, via))
			}
		}
		if !a.onStreet {
			d.report.guess("stop_line")
		}
		d.tell(Node, d.nodes[a.node].osm, "a signal %.0f m upstream of the junction of node %d: the stop line of way %d",
			a.before, d.nodes[d.junctions[j].nodes[0]].osm, d.streets[a.street].way.ID)
	}
}
