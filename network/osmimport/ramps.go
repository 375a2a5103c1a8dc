package osmimport

import (
	"math"
	"slices"

	"roadtwin/network"
)

// Ramps are built where the traffic is fast (AASHTO's tables begin at 30 mph; a merge at urban speed needs no lane of its
// own), and where there is room for at least leastRampLane metres.
const (
	slowestMain   = 60 * kmh
	leastRampLane = 50.0 // m
	beforeNode    = 30.0 // m between the end of a lane that merges and the next junction
	leastPiece    = 40.0 // m of a street that is not cut off
	// Where the end of an acceleration lane and the beginning of the next deceleration lane are closer, one lane leads
	// through (AASHTO Green Book 2011, 10.9.6, "Auxiliary lanes": 1,500 ft).
	weaving  = 457.0              // m
	ramps    = 45 * math.Pi / 180 // between a ramp and the carriageway, at most
	goesOn   = 30 * math.Pi / 180 // bend of the carriageway, at most
	nearSign = 60.0               // m before the end of a ramp
	straight = math.Pi            // between the arms of a road that goes on
	lookFor  = 150.0              // m within which a lane that the map has is that of the ramp
)

// rampNode is a node where a ramp joins a carriageway or leaves it.
type rampNode struct {
	node    nodeRef
	before  arm // of the carriageway, upstream
	after   arm // and downstream
	ramp    arm
	entry   bool
	offside bool // the ramp lies on that side
}

// buildRamps gives ramps of motorways and trunk roads the acceleration or deceleration lane that the map lacks, as long as
// the speeds demand. Where lanes come or go across the node, or arrows are mapped there, the map has spoken.
func (d *draft) buildRamps() error {
	var exits []rampNode
	nodes := len(d.arms) // those that are made here are no ramps
	for n := range nodes {
		r, ok := d.rampAt(nodeRef(n))
		switch {
		case !ok:
		case !d.lacksLane(&r):
			d.straighten(&r)
		case r.entry:
			d.buildEntry(r)
		default:
			exits = append(exits, r)
		}
	}
	for _, r := range exits {
		if r, ok := d.rampAt(r.node); ok && d.lacksLane(&r) { // its streets may have been cut or widened
			d.buildExit(r)
		}
	}
	d.rebuildArms()
	return nil
}

// rampAt returns the ramp that joins or leaves a fast carriageway at node n, if three one-way streets meet there and no
// more.
func (d *draft) rampAt(n nodeRef) (r rampNode, ok bool) {
	arms := d.arms[n]
	if len(arms) != 3 || d.junction[n] < 0 || len(d.junctions[d.junction[n]].nodes) != 1 {
		return r, false
	}
	r.node = n
	var in, out, links []arm
	for _, a := range arms {
		s := &d.streets[a.street]
		dir, oneway := s.oneway()
		if !oneway || s.roundabout || s.inside {
			return r, false
		}
		switch {
		case s.link:
			links = append(links, a)
			r.entry = dir == a.towards()
		case dir == a.towards():
			in = append(in, a)
		default:
			out = append(out, a)
		}
	}
	if len(links) != 1 || len(in) != 1 || len(out) != 1 {
		return r, false
	}
	r.before, r.after, r.ramp = in[0], out[0], links[0]
	return r, d.isRamp(&r)
}

// isRamp tells whether the link joins or leaves a fast carriageway at a small angle, and on which side.
func (d *draft) isRamp(r *rampNode) bool {
	before, after := &d.streets[r.before.street], &d.streets[r.after.street]
	fast := func(s *street) bool {
		return s.class <= network.Trunk && d.speedOf(s) >= slowestMain
	}
	beside := r.before
	if !r.entry {
		beside = r.after
	}
	in, out, ramp := d.bearing(r.before), d.bearing(r.after), d.bearing(r.ramp)
	if !fast(before) || !fast(after) || straight-angleBetween(in, out) > goesOn ||
		angleBetween(d.bearing(beside), ramp) > ramps {
		return false
	}
	toLeft := math.Remainder(ramp-d.bearing(beside), 2*math.Pi) > 0 // seen from the node
	r.offside = toLeft == (d.side == network.RightHand) == !r.entry
	return true
}

// lacksLane tells whether the map shows no lane for the ramp: no lane comes or goes at the node or near it, no arrows are
// mapped beside it, and it does not give way.
func (d *draft) lacksLane(r *rampNode) bool {
	before, after, ramp := d.lanesOf(r.before), d.lanesOf(r.after), d.lanesOf(r.ramp)
	var why string
	wide, narrow, beyond := after, before, r.after
	if !r.entry {
		wide, narrow, beyond = before, after, r.before
	}
	switch {
	case len(wide) != len(narrow):
		why = "the carriageway has a lane more or less across it"
	case hasArrows(wide) || r.entry && merges(ramp):
		why = "arrows are mapped"
	case d.changesNearby(beyond, r.entry, len(wide)):
		why = "a lane opens or ends close by"
	case r.entry && d.givesWay(r.ramp), d.hasSignal(r):
		why = "a sign or signal stands there"
	default:
		return true
	}
	d.tell(Node, d.nodes[r.node].osm, "no lane is made for the ramp (way %d): %s", d.streets[r.ramp.street].way.ID, why)
	return false
}

func hasArrows(lanes []network.LaneSpec) bool {
	return slices.ContainsFunc(lanes, func(l network.LaneSpec) bool { return l.Source.Turns == network.Tagged })
}

func merges(lanes []network.LaneSpec) bool {
	return slices.ContainsFunc(lanes, func(l network.LaneSpec) bool { return l.Merge != network.NoMerge })
}

// lanesOf returns the lanes of a one-way street.
func (d *draft) lanesOf(a arm) []network.LaneSpec {
	s := &d.streets[a.street]
	dir, _ := s.oneway()
	return s.dirs[dir].lanes
}

// speedOf returns the speed limit of a one-way street, m/s.
func (d *draft) speedOf(s *street) float64 {
	dir, _ := s.oneway()
	return s.dirs[dir].lanes[0].SpeedLimit
}

// changesNearby tells whether the number of lanes becomes another, or arrows are mapped, soon after the node, along the
// street at a (downstream, or else upstream).
func (d *draft) changesNearby(a arm, downstream bool, lanes int) bool {
	for way := d.length(d.streets[a.street].nodes); way < lookFor; {
		next, ok := d.sameRoad(a, downstream)
		if !ok {
			return false
		}
		if len(d.lanesOf(next)) != lanes || hasArrows(d.lanesOf(next)) {
			return true
		}
		a = next
		way += d.length(d.streets[a.street].nodes)
	}
	return false
}

// sameRoad returns the street that alone continues the one-way street of arm a beyond its other end, as the arm there.
func (d *draft) sameRoad(a arm, downstream bool) (next arm, ok bool) {
	n := d.streets[a.street].end(1 - a.end)
	arms := d.arms[n]
	if len(arms) != 2 || d.junction[n] >= 0 && len(d.junctions[d.junction[n]].nodes) > 1 {
		return next, false
	}
	next = arms[0]
	if next == (arm{a.street, 1 - a.end}) {
		next = arms[1]
	}
	s := &d.streets[next.street]
	dir, oneway := s.oneway()
	drives := next.away()
	if !downstream {
		drives = next.towards()
	}
	if next.street == a.street || !oneway || dir != drives || s.link || s.roundabout {
		return next, false
	}
	return next, true
}

// givesWay tells whether a sign stands near the end of the ramp: then it has no lane to accelerate on.
func (d *draft) givesWay(ramp arm) bool {
	s := &d.streets[ramp.street]
	at := d.nodes[s.end(ramp.end)].pos
	return slices.ContainsFunc(s.features, func(f feature) bool {
		return (f.kind == giveWayFeature || f.kind == stopFeature) && distance(d.nodes[f.at].pos, at) < nearSign
	})
}

// hasSignal tells whether a signal stands on the carriageway or the ramp near the node.
func (d *draft) hasSignal(r *rampNode) bool {
	at := d.nodes[r.node].pos
	for _, a := range [3]arm{r.before, r.after, r.ramp} {
		for _, f := range d.streets[a.street].features {
			if f.kind == signalFeature && distance(d.nodes[f.at].pos, at) < nearSign {
				return true
			}
		}
	}
	return false
}

// stretch is a row of streets of one carriageway from a ramp on, on which a lane may be added.
type stretch struct {
	arms   []arm // each at its end towards the ramp
	length float64
	end    nodeRef // the node at its far end
}

// stretchFrom returns the streets from arm a on that have as many lanes, as far as they reach or most metres.
func (d *draft) stretchFrom(a arm, downstream bool, most float64) stretch {
	var s stretch
	lanes := len(d.lanesOf(a))
	for ok := true; ok; a, ok = d.sameRoad(a, downstream) {
		if len(d.lanesOf(a)) != lanes || len(s.arms) > 0 && hasArrows(d.lanesOf(a)) {
			break
		}
		s.arms = append(s.arms, a)
		s.length += d.length(d.streets[a.street].nodes)
		s.end = d.streets[a.street].end(1 - a.end)
		if s.length >= most {
			break
		}
	}
	return s
}

// buildEntry adds the acceleration lane of a ramp, or one that leads to the next exit if that is near.
func (d *draft) buildEntry(r rampNode) {
	main, ramp := d.speedOf(&d.streets[r.after.street]), d.speedOf(&d.streets[r.ramp.street])
	length := accelerationLength(main, ramp)
	reach := d.stretchFrom(r.after, true, length+weaving+decelerationLength(main, ramp))
	if exit, ok := d.rampAt(reach.end); ok && !exit.entry && exit.offside == r.offside && d.lacksLane(&exit) {
		if reach.length < length+weaving+decelerationLength(main, d.speedOf(&d.streets[exit.ramp.street])) {
			d.addLane(reach, reach.length, r.offside, network.NoMerge)
			d.built(&r, "auxiliary_lane", reach.length)
			return
		}
	}
	merge := network.MergeOffside
	if r.offside {
		merge = network.MergeKerbside
	}
	d.buildLane(&r, reach, length, merge, "acceleration_lane")
}

// buildExit adds the deceleration lane of a ramp.
func (d *draft) buildExit(r rampNode) {
	length := decelerationLength(d.speedOf(&d.streets[r.before.street]), d.speedOf(&d.streets[r.ramp.street]))
	d.buildLane(&r, d.stretchFrom(r.before, false, length), length, network.NoMerge, "deceleration_lane")
}

// buildLane adds a lane of the given length to the stretch, or as long as there is room.
func (d *draft) buildLane(r *rampNode, s stretch, length float64, merge network.Merge, kind string) {
	if s.length < length {
		length = s.length
		if len(d.arms[s.end]) > 2 {
			length -= beforeNode // it ends before whatever is there
		}
	}
	if length < leastRampLane {
		d.report.guess("ramp_without_room")
		d.tell(Node, d.nodes[r.node].osm, "no lane is made for the ramp (way %d): there is room for %.0f m only",
			d.streets[r.ramp.street].way.ID, length)
		return
	}
	if len(d.arms[s.end]) == 1 && s.length <= length {
		merge = network.NoMerge // it goes on beyond the map
	}
	d.addLane(s, length, r.offside, merge)
	d.built(r, kind, length)
}

func (d *draft) built(r *rampNode, kind string, length float64) {
	d.report.guess(kind)
	d.tell(Node, d.nodes[r.node].osm, "%s of %.0f m made for the ramp (way %d)", kind, length, d.streets[r.ramp.street].way.ID)
	d.tell(Way, d.streets[r.ramp.street].way.ID, "%s of %.0f m made at node %d", kind, length, d.nodes[r.node].osm)
}

// addLane adds a lane to the first metres of the stretch, at the kerb or else at the offside, and cuts the street where
// it ends unless hardly anything would be left.
func (d *draft) addLane(s stretch, length float64, offside bool, merge network.Merge) {
	for _, a := range s.arms {
		if length <= 0 {
			return
		}
		all := d.length(d.streets[a.street].nodes)
		if all > length+leastPiece {
			a.street = d.cutStreet(a, max(length, leastPiece))
		}
		d.widen(a.street, offside, merge)
		length -= all
		if length < leastPiece/2 {
			return
		}
	}
}

// widen adds a lane to a one-way street. The others stay where they are.
func (d *draft) widen(i int32, offside bool, merge network.Merge) {
	s := &d.streets[i]
	dir, _ := s.oneway()
	lanes := slices.Clone(s.dirs[dir].lanes)
	at := 0
	if offside {
		at = len(lanes) - 1
	}
	lane := lanes[at]
	lane.Turns, lane.Change, lane.Merge = 0, 0, merge
	lane.Source.Lanes, lane.Source.Width, lane.Source.Turns = network.Derived, network.Derived, network.Defaulted
	if merge != network.NoMerge {
		lane.Source.Turns = network.Derived
	}
	if offside {
		at++
	}
	s.dirs[dir].lanes = slices.Insert(lanes, at, lane)
	d.moveMiddle(s, offside, lane.Width)
}

// moveMiddle notes that so many metres of a one-way street's width lie beyond what its line is the middle of, at the kerb
// or at the offside: the middle of all lanes lies on that side of the line.
func (d *draft) moveMiddle(s *street, offside bool, width float64) {
	dir, _ := s.oneway()
	aside := -width / 2
	if offside != (d.side == network.LeftHand) != (dir == 1) {
		aside = -aside
	}
	s.aside[0] += aside
	s.aside[1] += aside
}

// straighten keeps the carriageway straight where the map has a lane for the ramp and no placement: the line is the middle
// of the lanes that go on, not of them and the lane of the ramp, or all would swerve by half a lane. Streets that keep the
// lane for long are left as they are.
func (d *draft) straighten(r *rampNode) {
	const most = 1500.0 // m
	wide, narrow := r.before, r.after
	if r.entry {
		wide, narrow = narrow, wide
	}
	lanes := d.lanesOf(wide)
	more := len(lanes) - len(d.lanesOf(narrow))
	if more <= 0 || d.streets[narrow.street].placed != (placement{}) {
		return
	}
	reach := d.stretchFrom(wide, r.entry, most)
	for _, a := range reach.arms {
		s := &d.streets[a.street]
		if reach.length >= most || s.placed != (placement{}) || s.aside != [2]float64{} {
			return
		}
	}
	extra := widthOf(lanes[:more])
	if r.offside {
		extra = widthOf(lanes[len(lanes)-more:])
	}
	d.report.guess("placement")
	for _, a := range reach.arms {
		s := &d.streets[a.street]
		d.moveMiddle(s, r.offside, extra)
		d.tell(Way, s.way.ID, "its line is taken for the middle of the lanes that go on past the ramp at node %d", d.nodes[r.node].osm)
	}
}
