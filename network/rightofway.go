package network

import "math"

// regulate decides, where paths cross or merge, who gives way, and what kind each junction is after all.
func (b *builder) regulate() {
	b.keepControllers()
	for j := range b.net.Junctions {
		junction := &b.net.Junctions[j]
		main := b.mainRoad(junction)
		junction.Kind = b.kindOf(junction, main)
		first := int32(junction.FirstConnector)
		for c := first; c < first+junction.NumConnectors; c++ {
			con := &b.net.Connectors[c]
			for k := range b.net.ConflictsOf(ConnectorID(c)) {
				conflict := &b.net.Conflicts[int(con.FirstConflict)+k]
				if conflict.Kind != Diverging {
					conflict.Yields = b.yields(junction.Kind, main, con, &b.net.Connectors[conflict.With], conflict.Kind)
				}
			}
			con.Control = b.control(junction, main, ConnectorID(c))
		}
		if b.spec.Junctions[j].Regulated {
			b.regulateAsGiven(JunctionID(j))
		}
	}
}

// contested tells whether paths from different edges meet at j.
func (b *builder) contested(j *Junction) bool {
	first := int32(j.FirstConnector)
	for c := first; c < first+j.NumConnectors; c++ {
		for _, k := range b.net.ConflictsOf(ConnectorID(c)) {
			if b.approach(k.Of) != b.approach(k.With) && k.Kind != Diverging {
				return true
			}
		}
	}
	return false
}

// approach returns the edge from which connector c leads.
func (b *builder) approach(c ConnectorID) EdgeID { return b.net.Lanes[b.net.Connectors[c].From].Edge }

// mainRoad is the set of edges that arrive at a junction on its main road. It is empty if all roads are equal.
type mainRoad []EdgeID

func (m mainRoad) has(e EdgeID) bool {
	for _, x := range m {
		if x == e {
			return true
		}
	}
	return false
}

// mainRoad returns the approaches of j that go first: those without a sign, of the highest rank among them. A road
// that changes its rank at the junction goes on: if a single approach ranks highest, the one opposite of the next rank
// belongs to it. Ramps are never main beside other roads, and at a mini-roundabout no road is.
func (b *builder) mainRoad(j *Junction) mainRoad {
	top, second := b.ranked(j)
	if len(top) == len(j.In) || j.Kind == Roundabout && !b.net.Edges[top[0]].Roundabout {
		return nil
	}
	if len(top) == 1 && !b.net.Edges[top[0]].Roundabout {
		if o, ok := b.opposite(top[0], second); ok {
			top = append(top, o)
		}
	}
	if len(top) == len(j.In) {
		return nil
	}
	return top
}

// ranked returns the approaches of the highest standing, and of the next, ascending.
func (b *builder) ranked(j *Junction) (top, second mainRoad) {
	best, next := int64(math.MinInt64), int64(math.MinInt64)
	for _, e := range j.In {
		switch s := b.standing(e); {
		case s > best:
			best, next = s, best
		case s < best && s > next:
			next = s
		}
	}
	for _, e := range j.In {
		switch b.standing(e) {
		case best:
			top = append(top, e)
		case next:
			second = append(second, e)
		}
	}
	return top, second
}

// standing orders approaches: a sign outweighs being a ramp, a ramp outweighs rank.
func (b *builder) standing(e EdgeID) int64 {
	const sign, ramp = 1 << 40, 1 << 36
	s := &b.spec.Edges[e]
	v := int64(s.Rank)
	if s.Sign == Yield || s.Sign == Stop {
		v -= sign
	}
	if s.Link {
		v -= ramp
	}
	if b.net.Edges[e].Roundabout {
		v += sign
	}
	return v
}

// opposite returns the approach among others that arrives most nearly from ahead of e, within 45°. Signs forbid it.
func (b *builder) opposite(e EdgeID, others mainRoad) (EdgeID, bool) {
	best, least := EdgeID(None), math.Pi/4
	for _, o := range others {
		if b.spec.Edges[o].Sign != Free || b.spec.Edges[o].Link && !b.spec.Edges[e].Link {
			continue
		}
		if d := math.Abs(b.bearing(e, o)); d < least {
			best, least = o, d
		}
	}
	return best, best != None
}

// bearing returns where a driver who arrives on e sees the arm of o: 0 ahead, positive to the left, rad.
func (b *builder) bearing(e, o EdgeID) float64 {
	return angleBetween(b.ends[e].in, b.ends[o].in.neg())
}

// kindOf returns the kind of a junction from what the spec says of it and who meets there.
func (b *builder) kindOf(j *Junction, main mainRoad) JunctionKind {
	if j.Controller != None {
		return Signalised
	}
	if !b.contested(j) {
		return Plain
	}
	stops, ring := 0, false
	for _, e := range j.In {
		if b.spec.Edges[e].Sign == Stop {
			stops++
		}
		ring = ring || b.net.Edges[e].Roundabout
	}
	switch {
	case ring || j.Kind == Roundabout:
		return Roundabout
	case j.Kind == AllWayStop || stops == len(j.In):
		return AllWayStop
	case len(main) > 0 && j.Kind != PrioritySide:
		return PriorityRoad
	}
	return PrioritySide
}

// yields tells whether a driver on p gives way to one on q, whose paths cross or merge as how says.
func (b *builder) yields(kind JunctionKind, main mainRoad, p, q *Connector, how ConflictKind) bool {
	from, other := b.net.Lanes[p.From].Edge, b.net.Lanes[q.From].Edge
	if from == other {
		// Beside each other in one approach: the one who turns waits; lanes that merge go in turn. So do those on a ring: if who
		// leaves it from an inner lane always waited for who goes on outside of him, entries further round would stop the ring.
		if how == Crossing && b.net.Edges[from].Roundabout {
			return true
		}
		return turnRank(p.Turn, b.toOffside) <= turnRank(q.Turn, b.toOffside)
	}
	if ps, qs := b.slips(p), b.slips(q); kind == Signalised && ps != qs {
		return ps
	}
	bearing := b.bearing(from, other)
	opposing := math.Abs(bearing) < math.Pi/4
	switch kind {
	case AllWayStop:
		return true
	case Signalised:
		// Those who face each other are green together: the offside turn waits.
		if opposing {
			return b.yieldsToOncoming(p, q)
		}
		// So are carriageways of one street that run side by side: who turns off across the other waits.
		if how == Crossing && math.Abs(bearing) > 3*math.Pi/4 {
			return turnRank(p.Turn, b.toOffside) <= turnRank(q.Turn, b.toOffside)
		}
	}
	if kind != PrioritySide {
		if pm, qm := main.has(from), main.has(other); pm != qm {
			return qm
		}
	}
	switch {
	case kind == Roundabout && opposing:
		// Who turns to the offside has gone half round when he meets who comes from ahead.
		return b.yieldsToOncoming(q, p)
	case kind == Roundabout && math.Abs(bearing) <= 3*math.Pi/4:
		// Who comes from the offside is on the ring already (The Highway Code, rules 185 and 188).
		return bearing*b.toOffside > 0
	case opposing:
		return b.yieldsToOncoming(p, q)
	case math.Abs(bearing) > 3*math.Pi/4:
		return true // side by side into one lane: in turn
	}
	// From the right, wherever one drives: the countries that drive on the left have the same rule (Australian Road
	// Rules, rule 72) or none.
	return bearing < 0
}

// yieldsToOncoming tells whether p gives way to q, who comes from ahead: the one who turns more towards the offside.
func (b *builder) yieldsToOncoming(p, q *Connector) bool {
	return turnRank(p.Turn, b.toOffside) <= turnRank(q.Turn, b.toOffside)
}

// turnRank orders turns for right of way: straight on, kerb turns, offside turns, U-turns.
func turnRank(t Turn, toOffside float64) int {
	left, right := 0, 0
	switch t {
	case Through:
		return 6
	case SlightLeft:
		left = 1
	case Left:
		left = 2
	case SharpLeft:
		left = 3
	case SlightRight:
		right = 1
	case Right:
		right = 2
	case SharpRight:
		right = 3
	case UTurn:
		return -1
	}
	if toOffside < 0 {
		left, right = right, left
	}
	if left > 0 {
		return 3 - left
	}
	return 6 - right
}

// control returns what the driver of connector c meets at the stop line.
func (b *builder) control(j *Junction, main mainRoad, c ConnectorID) Control {
	e := b.approach(c)
	yields := false
	for _, k := range b.net.ConflictsOf(c) {
		yields = yields || k.Yields && b.approach(k.With) != e
	}
	switch j.Kind {
	case Plain:
		return Free
	case Signalised:
		if !b.slips(&b.net.Connectors[c]) {
			return Signal
		}
	case AllWayStop:
		return Stop
	case PriorityRoad, Roundabout:
		if main.has(e) {
			return Free
		}
	}
	switch sign := b.spec.Edges[e].Sign; {
	case sign == Stop:
		return Stop
	case sign == Yield || yields:
		return Yield
	}
	return Free
}
