package osmimport

import (
	"cmp"
	"math"
	"slices"

	"roadtwin/network"
)

// approach is a place where a signal or sign stops traffic: so many metres before the end of a direction of a street.
type approach struct {
	node     nodeRef
	junction int32
	street   int32
	dir      int
	before   float64  // m from the node to the junction
	onStreet bool     // the node lies on the street itself, not farther upstream
	crossing bool     // people on foot cross there, or just after
	combined bool     // the map has the signal and the crossing as one
	via      []driven // the directions of streets from the node to the junction
}

// approachesOf returns where the feature of that kind on node n acts: downstream of it, in the directions that the map
// names; if it names none, towards the nearer junction.
func (d *draft) approachesOf(n nodeRef, kind featureKind, reach float64) []approach {
	var named, unnamed []approach
	for _, a := range d.directionsAt(n, kind) {
		found, ok := d.walk(n, a.driven, reach)
		if !ok {
			continue
		}
		found.combined = isCrossing(d.nodes[n].tags)
		found.crossing = found.combined || d.crossingAhead(n, a.driven)
		if a.named {
			named = append(named, found)
		} else {
			unnamed = append(unnamed, found)
		}
	}
	if len(named) > 0 || len(unnamed) == 0 {
		return named
	}
	return []approach{slices.MinFunc(unnamed, func(a, b approach) int {
		return cmp.Or(cmp.Compare(a.before, b.before), cmp.Compare(a.street, b.street), a.dir-b.dir)
	})}
}

// facing is a direction of a street in which one passes a feature.
type facing struct {
	driven
	named bool // the map says that it is for this direction
}

// directionsAt returns the open directions of the streets that lead over or away from node n and for which its feature
// of that kind may be, by street.
func (d *draft) directionsAt(n nodeRef, kind featureKind) []facing {
	return slices.DeleteFunc(d.directionsOf(n, kind), func(a facing) bool {
		return n == d.streets[a.street].end(uint8(1-a.dir))
	})
}

// directionsOf returns the open directions of the streets at node n for which its feature of that kind may be, by street.
func (d *draft) directionsOf(n nodeRef, kind featureKind) []facing {
	var list []facing
	for _, on := range d.streetsAt(n) {
		s := &d.streets[on]
		dirs, here := uint8(0), false
		for _, f := range s.features {
			if f.at == n && f.kind == kind {
				dirs, here = dirs|f.dirs, true
			}
		}
		for dir := range s.dirs {
			if here && s.dirs[dir].open() && (dirs == 0 || dirs&(1<<dir) != 0) {
				list = append(list, facing{driven{on, dir}, dirs != 0})
			}
		}
	}
	return list
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

// stopToCrossing is how far, m, a signal stands before the crossing that it is for.
const stopToCrossing = 15.0

// crossingAhead reports whether people on foot cross by signals just downstream of n.
func (d *draft) crossingAhead(n nodeRef, way driven) bool {
	_, _, ok := d.featureAhead(n, way, stopToCrossing, func(kind featureKind) bool { return kind == crossingSignalFeature })
	return ok
}

// featureAhead returns the first node with a wanted feature within reach (m) downstream of n, n included, and the street
// that it is on: the one of way, or another that continues it where nothing else meets.
func (d *draft) featureAhead(n nodeRef, way driven, reach float64, wanted func(featureKind) bool) (at nodeRef, on driven, ok bool) {
	for range 4 {
		from := d.toEnd(n, way)
		best := reach
		for _, f := range d.streets[way.street].features {
			if ahead := from - d.toEnd(f.at, way); wanted(f.kind) && ahead >= 0 && ahead <= best {
				best, at, ok = ahead, f.at, true
			}
		}
		end := d.streets[way.street].end(uint8(1 - way.dir))
		if ok || from > reach || d.junction[end] < 0 || d.junctions[d.junction[end]].streets != 2 {
			return at, way, ok
		}
		next, more := d.onward(end, way)
		if !more {
			return at, way, false
		}
		n, way, reach = end, driven{next.street, next.away()}, reach-from
	}
	return at, way, false
}

// walk goes from node n of a street downstream to the first junction within reach (m) where traffic from several sides
// meets. Junctions with service roads only are passed if a better one follows; so is where a slip road leaves.
func (d *draft) walk(n nodeRef, way driven, reach float64) (found approach, ok bool) {
	at := approach{
		node: n, street: way.street, dir: way.dir, onStreet: true, before: d.toEnd(n, way), via: []driven{way},
	}
	for range 16 {
		if at.before > reach {
			return found, ok
		}
		end := d.streets[at.street].end(uint8(1 - at.dir))
		at.junction = d.junction[end]
		if at.junction < 0 || d.junctions[at.junction].streets < 2 {
			return found, ok
		}
		if d.junctions[at.junction].streets >= 3 && d.contested(at.junction) {
			minor := d.minorJunction(end, at.street)
			if !ok || !minor {
				found, ok = at, true
			}
			if !minor {
				return found, ok
			}
		}
		next, more := d.onward(end, driven{at.street, at.dir})
		if !more {
			return found, ok
		}
		at.street, at.dir, at.onStreet = next.street, next.away(), false
		at.before += d.length(d.streets[next.street].nodes)
		at.via = append(at.via[:len(at.via):len(at.via)], driven{at.street, at.dir})
	}
	return found, ok
}

// leavesMap reports whether the road in direction way from node n reaches the edge of the data within reach (m) before
// it meets another: a cut, or an end of a road that goes on in reality.
func (d *draft) leavesMap(n nodeRef, way driven, reach float64) bool {
	before := d.toEnd(n, way)
	for range 16 {
		end := d.streets[way.street].end(uint8(1 - way.dir))
		if before > reach {
			return false
		}
		if d.nodes[end].cut || len(d.arms[end]) == 1 && d.streets[way.street].class <= network.Tertiary {
			return true
		}
		if j := d.junction[end]; j < 0 || d.junctions[j].streets != 2 {
			return false
		}
		next, more := d.onward(end, way)
		if !more {
			return false
		}
		way = driven{next.street, next.away()}
		before += d.length(d.streets[next.street].nodes)
	}
	return false
}

// toEnd returns the metres from node n of a street to its end in direction a.dir.
func (d *draft) toEnd(n nodeRef, a driven) float64 {
	nodes := d.streets[a.street].nodes
	k := max(slices.Index(nodes, n), 0)
	if a.dir == 0 {
		return d.length(nodes[k:])
	}
	return d.length(nodes[:k+1])
}

// contested reports whether traffic from several streets meets at junction j: whether there is a way out of it that
// more than one of them leads to. Nobody turns back from one carriageway of a road into the other where they part.
func (d *draft) contested(j int32) bool {
	var ins, outs []arm
	for _, n := range d.junctions[j].nodes {
		for _, a := range d.arms[n] {
			s := &d.streets[a.street]
			if s.inside {
				continue
			}
			if s.dirs[a.towards()].open() {
				ins = append(ins, a)
			}
			if s.dirs[a.away()].open() {
				outs = append(outs, a)
			}
		}
	}
	for _, out := range outs {
		from := 0
		for _, in := range ins {
			if in.street != out.street && !d.parts(in, out) {
				from++
			}
		}
		if from > 1 {
			return true
		}
	}
	return false
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

// onward returns the arm by which the road goes on that arrives at node n in direction way: the only one, or the one
// most nearly straight on (within 60°), where service roads and ramps count only if the road itself is one.
func (d *draft) onward(n nodeRef, way driven) (next arm, ok bool) {
	const straight = math.Pi / 3
	own := &d.streets[way.street]
	from := d.bearing(arm{way.street, uint8(1 - way.dir)})
	best, count := straight, 0
	var only arm
	for _, m := range d.junctions[d.junction[n]].nodes {
		for _, a := range d.arms[m] {
			s := &d.streets[a.street]
			if a.street == way.street || s.inside || !s.dirs[a.away()].open() ||
				s.class == network.Service && own.class != network.Service && len(d.arms[n]) > 2 {
				continue
			}
			count++
			only = a
			bend := math.Pi - angleBetween(d.bearing(a), from)
			if s.link && !own.link {
				bend += straight / 2
			}
			if bend < best {
				best, next, ok = bend, a, true
			}
		}
	}
	if count == 1 {
		return only, true
	}
	return next, ok
}
