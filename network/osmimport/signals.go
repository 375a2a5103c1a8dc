package osmimport

import (
	"slices"

	"roadtwin/network"
)

// How far upstream of its junction a signal or sign may stand, m.
const (
	signalReach   = 60.0
	crossingReach = 35.0 // of a signal that is also mapped as a pedestrian crossing and does not say whom it stops
	signReach     = 40.0
	ownSignalFar  = 70.0 // junctions closer than this without signals between them share a controller
)

// approach is a place where a signal or sign stops traffic: so many metres before the end of a direction of a street.
type approach struct {
	node     nodeRef
	junction int32
	street   int32
	dir      int
	before   float64 // m from the node to the junction
	onStreet bool    // the node lies on the street itself, not farther upstream
	crossing bool    // the node is also a pedestrian crossing
}

// signalPlaces are the signals of the map, sorted by what they regulate.
type signalPlaces struct {
	on       []nodeRef            // those that stand on a junction
	upstream map[int32][]approach // those on the way towards a junction, by junction
	drops    []Drop               // those that are for pedestrians only
	stops    map[driven]bool      // the directions of streets that end at a signal
	at       map[int32]bool       // junctions with signals
}

// placeSignals finds the junctions that have signals. A signal on a junction makes it signalised; one on the way
// towards it as well, and tells where the stop line is. Signals that lead to no junction, and those at a single arm
// that are pedestrian crossings, are dropped: they would have to be a controller of their own.
func (d *draft) placeSignals() error {
	p := d.findSignals()
	for _, drop := range p.drops {
		d.report.drop(drop.Kind, drop.OSM, drop.Reason)
	}
	for _, n := range p.on {
		d.signalAt(d.junction[n], n)
	}
	for j := range d.junctions {
		d.signalUpstream(int32(j), p.upstream[int32(j)])
	}
	d.shareControllers()
	return nil
}

// findSignals sorts the signals by what they regulate and changes nothing.
func (d *draft) findSignals() signalPlaces {
	p := signalPlaces{upstream: map[int32][]approach{}, stops: map[driven]bool{}, at: map[int32]bool{}}
	drop := func(kind string, n nodeRef, reason string) {
		p.drops = append(p.drops, Drop{kind, d.nodes[n].osm, reason})
	}
	for _, n := range d.featureNodes(signalFeature) {
		if j := d.junction[n]; j >= 0 && d.junctions[j].streets >= 3 {
			p.on = append(p.on, n)
			p.at[j] = true
			for _, a := range d.arms[n] {
				p.stops[driven{a.street, a.towards()}] = true
			}
			continue
		}
		found := d.approachesOf(n, signalFeature, d.reachOf(n))
		if len(found) == 0 {
			drop("signal", n, "no junction follows within reach: a crossing for pedestrians")
		}
		for _, a := range found {
			p.upstream[a.junction] = append(p.upstream[a.junction], a)
		}
	}
	for _, n := range d.featureNodes(crossingSignalFeature) {
		drop("crossing_signal", n, "a signal for pedestrians only")
	}
	for j := range int32(len(d.junctions)) {
		list := p.upstream[j]
		if !p.at[j] && onlyCrossing(list) {
			for _, a := range list {
				drop("signal", a.node, "a crossing for pedestrians near a junction without signals")
			}
			delete(p.upstream, j)
			continue
		}
		p.at[j] = true
		for _, a := range list {
			p.stops[driven{a.street, a.dir}] = true
		}
	}
	return p
}

// featureNodes returns the nodes with a feature of that kind, ascending.
func (d *draft) featureNodes(kind featureKind) []nodeRef {
	var nodes []nodeRef
	for i := range d.streets {
		for _, f := range d.streets[i].features {
			if f.kind == kind {
				nodes = append(nodes, f.at)
			}
		}
	}
	slices.Sort(nodes)
	return slices.Compact(nodes)
}

func (d *draft) reachOf(n nodeRef) float64 {
	if tags := d.nodes[n].tags; tags.Find("crossing") != "" && tags.Find("traffic_signals:direction") == "" {
		return crossingReach
	}
	return signalReach
}

// signalAt makes junction j signalised by a signal that stands on its node n.
func (d *draft) signalAt(j int32, n nodeRef) {
	d.junctions[j].control = network.Signalised
	d.junctions[j].signals = append(d.junctions[j].signals, d.nodes[n].osm)
	for _, a := range d.arms[n] {
		d.streets[a.street].dirs[a.towards()].signal = true
	}
}

// signalUpstream makes junction j signalised by signals on its approaches.
func (d *draft) signalUpstream(j int32, signals []approach) {
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
	}
}

// onlyCrossing reports whether signals are none, or pedestrian crossings of a single arm: they do not regulate the
// junction.
func onlyCrossing(signals []approach) bool {
	for _, a := range signals {
		if !a.crossing || a.street != signals[0].street {
			return false
		}
	}
	return true
}

// approachesOf returns where the feature of that kind on node n acts: downstream of it, in the directions that the map
// names; if it names none, towards the nearer junction.
func (d *draft) approachesOf(n nodeRef, kind featureKind, reach float64) []approach {
	var named, unnamed []approach
	add := func(street int32, dir int, dirs uint8) {
		if !d.streets[street].dirs[dir].open() || dirs != 0 && dirs&(1<<dir) == 0 {
			return
		}
		a, ok := d.walk(n, street, dir, reach)
		if !ok {
			return
		}
		a.crossing = d.nodes[n].tags.Find("crossing") != "" && d.nodes[n].tags.Find("crossing") != "no"
		if dirs != 0 {
			named = append(named, a)
		} else {
			unnamed = append(unnamed, a)
		}
	}
	for _, on := range d.streetsAt(n) {
		s := &d.streets[on]
		dirs := uint8(0)
		for _, f := range s.features {
			if f.at == n && f.kind == kind {
				dirs |= f.dirs
			}
		}
		if n != s.last() {
			add(on, 0, dirs)
		}
		if n != s.first() {
			add(on, 1, dirs)
		}
	}
	if len(named) > 0 || len(unnamed) == 0 {
		return named
	}
	return []approach{slices.MinFunc(unnamed, func(a, b approach) int {
		switch {
		case a.before < b.before:
			return -1
		case a.before > b.before:
			return 1
		}
		return 0
	})}
}

// streetsAt returns the streets that have a feature on n, ascending.
func (d *draft) streetsAt(n nodeRef) []int32 {
	if d.featureStreets == nil {
		d.featureStreets = make(map[nodeRef][]int32)
		for i := range d.streets {
			for _, f := range d.streets[i].features {
				list := d.featureStreets[f.at]
				if len(list) == 0 || list[len(list)-1] != int32(i) {
					d.featureStreets[f.at] = append(list, int32(i))
				}
			}
		}
	}
	return d.featureStreets[n]
}

// walk goes from node n of a street in direction dir to the first junction within reach (m). Junctions with service
// roads only are passed if a better one follows.
func (d *draft) walk(n nodeRef, street int32, dir int, reach float64) (found approach, ok bool) {
	at := approach{node: n, street: street, dir: dir, onStreet: true}
	at.before = d.toEnd(n, street, dir)
	for range 16 {
		if at.before > reach {
			return found, ok
		}
		s := &d.streets[at.street]
		end := s.end(uint8(1 - at.dir))
		j := d.junction[end]
		at.junction = j
		if j < 0 || d.junctions[j].streets < 2 {
			return found, ok
		}
		if d.junctions[j].streets >= 3 {
			minor := d.minorJunction(end, at.street)
			if !ok || !minor {
				found, ok = at, true
			}
			if !minor {
				return found, ok
			}
		}
		next, more := d.onward(end, at.street)
		if !more {
			return found, ok
		}
		at.street, at.dir, at.onStreet = next.street, next.away(), false
		at.before += d.length(d.streets[next.street].nodes)
	}
	return found, ok
}

// toEnd returns the metres from node n of a street to its end in direction dir.
func (d *draft) toEnd(n nodeRef, street int32, dir int) float64 {
	nodes := d.streets[street].nodes
	k := slices.Index(nodes, n)
	if dir == 0 {
		return d.length(nodes[k:])
	}
	return d.length(nodes[:k+1])
}

// minorJunction reports whether only service roads meet the road of the given street at node n.
func (d *draft) minorJunction(n nodeRef, street int32) bool {
	if d.streets[street].class == network.Service || len(d.junctions[d.junction[n]].nodes) > 1 {
		return false
	}
	others := 0
	for _, a := range d.arms[n] {
		if a.street != street && d.streets[a.street].class != network.Service {
			others++
		}
	}
	return others == 1
}

// onward returns the arm by which the road of the given street goes on at node n; ok is false if that is not clear.
func (d *draft) onward(n nodeRef, street int32) (next arm, ok bool) {
	for _, a := range d.arms[n] {
		s := &d.streets[a.street]
		if a.street == street || len(d.arms[n]) > 2 && s.class == network.Service || s.inside {
			continue
		}
		if ok {
			return next, false
		}
		next, ok = a, s.dirs[a.away()].open()
	}
	return next, ok
}

// shareControllers gives every signalised junction a controller: one for all junctions between which there is no room
// for signals of their own, and none is mapped.
func (d *draft) shareControllers() {
	root := make([]int32, len(d.junctions))
	for j := range root {
		root[j] = int32(j)
	}
	find := func(j int32) int32 {
		for root[j] != j {
			j = root[j]
		}
		return j
	}
	for i := range d.streets {
		s := &d.streets[i]
		a, b := d.junction[s.first()], d.junction[s.last()]
		if s.inside || a == b || d.junctions[a].control != network.Signalised || d.junctions[b].control != network.Signalised {
			continue
		}
		length := d.length(s.nodes)
		silent := true // nobody is stopped between the two
		for dir := range s.dirs {
			silent = silent && !(s.dirs[dir].open() && s.dirs[dir].signal)
		}
		if length < innerBelow || silent && length < ownSignalFar {
			x, y := find(a), find(b)
			root[max(x, y)] = min(x, y)
		}
	}
	for _, group := range d.askedCabinets() {
		for _, j := range group {
			x, y := find(group[0]), find(j)
			root[max(x, y)] = min(x, y)
		}
	}
	number := map[int32]int32{}
	for j := range d.junctions {
		if d.junctions[j].control != network.Signalised {
			continue
		}
		r := find(int32(j))
		if _, ok := number[r]; !ok {
			number[r] = int32(len(number))
		}
		d.junctions[j].controller = number[r]
	}
}
