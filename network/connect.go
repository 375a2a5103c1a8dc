package network

import (
	"cmp"
	"math"
	"slices"
)

// connect decides for every movement which lane leads to which.
func (b *builder) connect() {
	for j := range b.net.Junctions {
		moves := b.moves[j]
		if b.spec.Junctions[j].Connected {
			continue
		}
		for first := 0; first < len(moves); {
			end := first
			for end < len(moves) && moves[end].from == moves[first].from {
				end++
			}
			b.connectEdge(moves[first:end], moves)
			first = end
		}
		for _, out := range b.net.Junctions[j].Out {
			b.reachAll(out, moves)
			b.reachShort(out, moves)
		}
		for _, m := range moves {
			slices.SortFunc(m.pairs, comparePairs)
		}
	}
}

func comparePairs(p, q lanePair) int {
	return cmp.Or(cmp.Compare(p.from, q.from), cmp.Compare(p.to, q.to))
}

// connectEdge pairs the lanes of the movements of one edge; all are those of the whole junction.
func (b *builder) connectEdge(moves, all []*move) {
	in := moves[0].from
	general := b.generalLanes(in)
	var main, rest []*move // rest: what no car may do
	for _, m := range fromKerb(moves) {
		if m.classes.Has(Car) {
			main = append(main, m)
		} else {
			rest = append(rest, m)
		}
	}
	if len(main) == 0 {
		main, rest = rest, nil
	}
	served := b.assignLanes(general, main)
	for i, m := range main {
		var lanes []int
		for l, on := range served[i] {
			if on {
				lanes = append(lanes, general[l])
			}
		}
		b.mapLanes(m, lanes, all)
	}
	for _, m := range rest {
		lane := general[0]
		if m.angle > 0 {
			lane = general[len(general)-1]
		}
		b.mapLanes(m, []int{lane}, all)
	}
	b.followNeighbours(moves, general)
	b.leaveNone(moves)
}

// mapLanes pairs the given lanes of movement m with general lanes of its exit, in order. Lanes that end there lead where
// the lane beside them leads into which they merge.
func (b *builder) mapLanes(m *move, lanes []int, all []*move) {
	exits := b.generalLanes(m.to)
	staying := b.stayingLanes(m.from, lanes, len(exits))
	shift := b.align(m, staying, exits, all)
	leads := make(map[int]int, len(lanes)) // exit by lane
	for i, l := range staying {
		k := i + shift
		if len(staying) > len(exits) {
			k = min(max(i-shift, 0), len(exits)-1)
		}
		leads[l] = exits[k]
	}
	for _, l := range lanes {
		if x, ok := leads[l]; ok {
			b.pair(m, l, x)
			continue
		}
		b.pair(m, l, leads[b.mergesInto(m.from, l, staying)])
	}
}

// stayingLanes returns the lanes that go on: all of them, unless there are more than exits and some are marked to merge.
// Of those that merge, the outermost end first.
func (b *builder) stayingLanes(e EdgeID, lanes []int, exits int) []int {
	staying := slices.Clone(lanes)
	for range lanes {
		if len(staying) <= max(exits, 1) {
			break
		}
		at := slices.IndexFunc(staying, func(l int) bool { return b.spec.Edges[e].Lanes[l].Merge == MergeOffside })
		if at < 0 {
			for i, l := range staying {
				if b.spec.Edges[e].Lanes[l].Merge == MergeKerbside {
					at = i
				}
			}
		}
		if at < 0 {
			break
		}
		staying = slices.Delete(staying, at, at+1)
	}
	return staying
}

// mergesInto returns the lane of those that stay into which lane l merges: the next on the side that is marked, or else on
// the other.
func (b *builder) mergesInto(e EdgeID, l int, staying []int) int {
	offside := b.spec.Edges[e].Lanes[l].Merge == MergeOffside
	best := None
	for _, s := range staying {
		switch {
		case best == None, offside && s > l && best < l, !offside && s < l:
			best = s
		case offside && s < l:
			best = s
		}
	}
	return best
}

// pair adds a connector to m unless nobody may use it; ok tells whether it did.
func (b *builder) pair(m *move, from, to int) (ok bool) {
	classes := m.classes & b.net.EdgeLanes(m.from)[from].Permitted & b.net.EdgeLanes(m.to)[to].Permitted
	p := lanePair{from, to, classes}
	if classes == 0 || slices.Contains(m.pairs, p) {
		return false
	}
	m.pairs = append(m.pairs, p)
	return true
}

// turning is the angle, rad, from which a movement is a turn: such a one keeps to its side.
const turning = 35 * math.Pi / 180

// align returns how far the lanes of movement m are shifted against those of its exit: the number of exit lanes
// (or, if there are fewer exits than lanes, of lanes) that stay free at the kerb.
//
// Turns keep to their side. What goes straight on leaves room for what joins beside it; a lane that is added stands
// where its arrows say; else the lanes go as straight as they can.
func (b *builder) align(m *move, lanes, exits []int, all []*move) int {
	spare := len(exits) - len(lanes)
	size := max(spare, -spare)
	switch {
	case size == 0:
		return 0
	case m.angle < -turning:
		return 0
	case m.angle > turning:
		return size
	}
	kerbside, offside := b.joining(m, all)
	switch {
	case kerbside && !offside:
		return size
	case offside && !kerbside:
		return 0
	case spare > 0 && b.onlyTurns(m.to, exits[len(exits)-1], true):
		return 0
	case spare > 0 && b.onlyTurns(m.to, exits[0], false):
		return size
	}
	return b.straightest(m, lanes, exits)
}

// joining tells whether other roads run into the exit of m beside it, from the kerb side and from the offside.
func (b *builder) joining(m *move, all []*move) (kerbside, offside bool) {
	const beside, behind = 45 * math.Pi / 180, 20.0 // rad, m
	own := b.before(m.from, behind)
	out := b.ends[m.to].out
	for _, o := range all {
		if o.to != m.to || o.from == m.from || o.back || math.Abs(o.angle) > beside {
			continue
		}
		if b.toOffside*out.cross(b.before(o.from, behind).minus(own)) < 0 {
			kerbside = true
		} else {
			offside = true
		}
	}
	return kerbside, offside
}

// before returns the point d metres before the end of an edge's line.
func (b *builder) before(e EdgeID, d float64) Point {
	p, _ := locate(b.lines[e], PolylineLength(b.lines[e])-d)
	return p
}

// onlyTurns tells whether the arrows of a lane lead to the offside (or else to the kerb) and nowhere else.
func (b *builder) onlyTurns(e EdgeID, lane int, offside bool) bool {
	const lefts, rights = 1<<SlightLeft | 1<<Left | 1<<SharpLeft, 1<<SlightRight | 1<<Right | 1<<SharpRight
	var side TurnSet = rights
	if offside == (b.toOffside > 0) {
		side = lefts
	}
	if offside {
		side |= 1 << UTurn
	}
	arrows := b.arrowsOf(e, lane)
	return arrows != 0 && arrows&^side == 0
}

// straightest returns the shift for which lanes go straight on, the one nearest to the kerb if several are alike.
func (b *builder) straightest(m *move, lanes, exits []int) int {
	const alike = 0.3 // m a lane
	from, to := &b.ends[m.from], &b.ends[m.to]
	across := from.in.plus(to.out).unit().left()
	shift := b.toOffside * across.dot(to.start.minus(from.end)) // of the exit's middle
	size := max(len(exits)-len(lanes), len(lanes)-len(exits))
	best, least := 0, math.Inf(1)
	for k := 0; k <= size; k++ {
		var cost float64
		pairs := min(len(lanes), len(exits))
		for i := range pairs {
			l, x := i, i+k
			if len(lanes) > len(exits) {
				l, x = i+k, i
			}
			cost += math.Abs(shift + b.laneOffset(m.to, exits[x]) - b.laneOffset(m.from, lanes[l]))
		}
		if cost < least-alike*float64(pairs) {
			best, least = k, cost
		}
	}
	return best
}

// laneOffset returns how far the middle of a lane is from the middle of its edge, m, positive towards the offside.
func (b *builder) laneOffset(e EdgeID, lane int) float64 {
	at := -b.ends[e].half
	for i, l := range b.spec.Edges[e].Lanes {
		if i == lane {
			return at + l.Width/2
		}
		at += l.Width
	}
	return at
}

// followNeighbours pairs the lanes that cars may not use: each goes where the nearest general lane goes, and straight
// on; into a lane of its own kind if there is one. It does not turn across the general lanes.
func (b *builder) followNeighbours(moves []*move, general []int) {
	in := moves[0].from
	for l := range b.net.EdgeLanes(in) {
		if slices.Contains(general, l) {
			continue
		}
		beside := nearest(general, l)
		for _, m := range moves {
			if m.back && len(moves) > 1 {
				continue
			}
			if l < general[0] && m.angle > turning || l > general[len(general)-1] && m.angle < -turning {
				continue // not across all the other lanes: who turns there is to use those
			}
			at := slices.IndexFunc(m.pairs, func(p lanePair) bool { return p.from == beside })
			if at < 0 && m.turn != Through {
				continue
			}
			b.pairReserved(m, l, at, l < general[0])
		}
	}
}

// pairReserved pairs reserved lane l of movement m; at is the pair of the lane beside it, or -1.
func (b *builder) pairReserved(m *move, l, at int, kerbside bool) {
	general := b.generalLanes(m.to)
	exits := b.net.EdgeLanes(m.to)
	for i := range exits {
		x := i
		if !kerbside {
			x = len(exits) - 1 - i
		}
		if !slices.Contains(general, x) && b.pair(m, l, x) {
			return
		}
	}
	x := general[0]
	switch {
	case at >= 0:
		x = m.pairs[at].to
	case !kerbside:
		x = general[len(general)-1]
	}
	b.pair(m, l, x)
}

// nearest returns the value nearest to v, the smaller of two.
func nearest(sorted []int, v int) int {
	best := sorted[0]
	for _, s := range sorted {
		if max(s-v, v-s) < max(best-v, v-best) {
			best = s
		}
	}
	return best
}

// leaveNone gives lanes that lead nowhere, because their lane across the junction is closed to their classes, any
// exit that is open to them.
func (b *builder) leaveNone(moves []*move) {
	for l := range b.net.EdgeLanes(moves[0].from) {
		used := slices.ContainsFunc(moves, func(m *move) bool {
			return slices.ContainsFunc(m.pairs, func(p lanePair) bool { return p.from == l })
		})
		if used {
			continue
		}
		b.pairAny(moves, l)
	}
}

func (b *builder) pairAny(moves []*move, l int) {
	for _, m := range straightestFirst(moves) {
		lanes := len(b.net.EdgeLanes(m.to))
		for d := range max(lanes, l+1) {
			if l-d >= 0 && l-d < lanes && b.pair(m, l, l-d) || l+d < lanes && b.pair(m, l, l+d) {
				return
			}
		}
	}
}

// straightestFirst returns the movements from the straightest to the sharpest, those to the kerb first if equal.
func straightestFirst(moves []*move) []*move {
	const unit = 1e-6 // rad, below which angles are equal
	sorted := slices.Clone(moves)
	slices.SortStableFunc(sorted, func(p, q *move) int {
		return cmp.Or(cmp.Compare(math.Round(math.Abs(p.angle)/unit), math.Round(math.Abs(q.angle)/unit)),
			cmp.Compare(p.angle, q.angle))
	})
	return sorted
}

// reachAll adds connectors to lanes of an exit that none leads to, beside those of the straightest movement there.
func (b *builder) reachAll(out EdgeID, all []*move) {
	var into []*move
	for _, m := range all {
		if m.to == out && len(m.pairs) > 0 && !m.back {
			into = append(into, m)
		}
	}
	into = straightestFirst(into)
	for x := range b.net.EdgeLanes(out) {
		reached := slices.ContainsFunc(into, func(m *move) bool {
			return slices.ContainsFunc(m.pairs, func(p lanePair) bool { return p.to == x })
		})
		if reached {
			continue
		}
		for _, m := range into {
			if b.pair(m, nextTo(m.pairs, x), x) {
				break
			}
		}
	}
}

// tooShort is the length in metres from junction to junction below which nobody can change lanes on an edge: there each
// movement leads to every lane, or a turn behind it would be open to some approaches only.
const tooShort = 40.0

// reachShort adds connectors to the lanes of a short exit that a movement does not lead to. Motorways and ramps keep their
// lanes to themselves.
func (b *builder) reachShort(out EdgeID, all []*move) {
	if e := &b.spec.Edges[out]; PolylineLength(b.lines[out]) >= tooShort || e.Road == Motorway || e.Link {
		return
	}
	for _, m := range all {
		if m.to != out || len(m.pairs) == 0 || m.back {
			continue
		}
		for _, x := range b.generalLanes(out) {
			if !slices.ContainsFunc(m.pairs, func(p lanePair) bool { return p.to == x }) {
				b.pair(m, nextTo(m.pairs, x), x)
			}
		}
	}
}

// nextTo returns the lane from which to reach exit lane x without crossing any of the pairs: the lane whose exit is
// nearest to x and, if several lead there, the one on the side of x.
func nextTo(pairs []lanePair, x int) int {
	best := pairs[0]
	for _, p := range pairs[1:] {
		d, least := max(p.to-x, x-p.to), max(best.to-x, x-best.to)
		beside := d == least && p.to == best.to && (x > p.to) == (p.from > best.from)
		if d < least || beside {
			best = p
		}
	}
	return best.from
}
