package network

import (
	"cmp"
	"math"
	"slices"
)

// move is a movement in the making.
type move struct {
	from, to EdgeID
	turn     Turn
	// angle is that between arriving and leaving, rad, positive towards the offside; order is the same for a point
	// farther along, by which the exits of a junction are sorted from the kerb.
	angle, order float64
	classes      ClassSet   // who may make it
	back         bool       // turns round
	invited      bool       // by an arrow to turn round
	pairs        []lanePair // sorted by from, then to
}

// lanePair is a connector in the making: lane indices from the kerb, and the classes that may use both.
type lanePair struct {
	from, to int
	classes  ClassSet
}

// backAngle is the turn, rad, beyond which an exit leads back where one came from.
const backAngle = 170 * math.Pi / 180

// sharpest is the sharpest turn, rad, from or to the carriageway of a motorway. A map has sharper ones where reversible
// lanes are drawn against each other, or where it has been cut: nobody drives there.
const sharpest = 110 * math.Pi / 180

// carriageway tells whether one of two edges is a motorway, not a ramp, and the other a motorway or a ramp.
func (b *builder) carriageway(in, out EdgeID) bool {
	from, to := &b.spec.Edges[in], &b.spec.Edges[out]
	return from.Road == Motorway && to.Road == Motorway && !(from.Link && to.Link)
}

// findMoves decides which edge leads to which, at every junction.
func (b *builder) findMoves() {
	b.moves = make([][]*move, len(b.net.Junctions))
	for j := range b.net.Junctions {
		if b.spec.Junctions[j].Connected {
			continue
		}
		for _, in := range b.net.Junctions[j].In {
			moves := b.movesFrom(&b.net.Junctions[j], in)
			b.nameTurns(moves)
			b.moves[j] = append(b.moves[j], moves...)
		}
	}
	b.takeConnections()
}

// movesFrom returns the legal movements from edge in, sorted by exit edge. One turns round only where there is no
// other way on.
func (b *builder) movesFrom(j *Junction, in EdgeID) []*move {
	var ahead, back []*move
	var onward ClassSet // those that can go ahead
	for _, out := range j.Out {
		m := b.moveBetween(in, out)
		switch {
		case m.classes == 0:
		case m.back:
			back = append(back, m)
		default:
			ahead = append(ahead, m)
			onward |= m.classes
		}
	}
	if m := b.invitedBack(in, back); m != nil {
		ahead = append(ahead, m)
		slices.SortFunc(ahead, func(p, q *move) int { return cmp.Compare(p.to, q.to) })
	}
	if j.Boundary {
		return ahead
	}
	if onward.Has(Car) {
		return b.turnStuck(in, ahead, back, b.edgeClasses(in)&^onward)
	}
	// Another road that leads back comes before a U-turn.
	for _, uTurn := range [2]bool{false, true} {
		var added []*move
		for _, m := range back {
			if m.invited || uTurn != (b.net.Edges[m.from].Opposite == m.to) || uTurn && b.spec.Edges[in].NoUTurn {
				continue
			}
			m.classes &^= onward
			if m.classes.Has(Car) || m.classes != 0 && len(ahead) == 0 {
				added = append(added, m)
			}
		}
		for _, m := range added {
			ahead = append(ahead, m)
			onward |= m.classes
		}
	}
	slices.SortFunc(ahead, func(p, q *move) int { return cmp.Compare(p.to, q.to) })
	return ahead
}

// turnStuck adds to the movements of edge in a U-turn for the classes that are stuck where cars go on: a lorry before streets
// that are closed to lorries. Signals and roundabouts show none, so nobody turns there.
func (b *builder) turnStuck(in EdgeID, ahead, back []*move, stuck ClassSet) []*move {
	e := &b.spec.Edges[in]
	at := &b.spec.Junctions[e.To]
	if stuck == 0 || e.NoUTurn || at.Controller != None || at.Control == Roundabout {
		return ahead
	}
	for _, m := range back {
		if m.classes &= stuck; !m.invited && m.classes != 0 && b.net.Edges[in].Opposite == m.to {
			ahead = append(ahead, m)
		}
	}
	slices.SortFunc(ahead, func(p, q *move) int { return cmp.Compare(p.to, q.to) })
	return ahead
}

// invitedBack returns the movement, of those that lead back, that an arrow of edge in invites to: round to the other
// direction of the same road, be it drawn as one road or two. It is nil without such an arrow.
func (b *builder) invitedBack(in EdgeID, back []*move) *move {
	arrow := slices.ContainsFunc(b.spec.Edges[in].Lanes, func(l LaneSpec) bool { return l.Turns.Has(UTurn) })
	if !arrow || b.spec.Edges[in].NoUTurn {
		return nil
	}
	var best *move
	least := math.Inf(1)
	for _, m := range back {
		d := b.ends[in].end.Dist(b.ends[m.to].start)
		if b.net.Edges[in].Opposite == m.to {
			d = -1
		}
		if d < least {
			best, least = m, d
		}
	}
	if best != nil {
		best.invited = true
	}
	return best
}

func (b *builder) moveBetween(in, out EdgeID) *move {
	const farther = 30.0 // m
	from, to := &b.ends[in], &b.ends[out]
	angle := b.toOffside * angleBetween(from.in, to.out)
	far, _ := locate(b.lines[out], farther)
	order := b.toOffside * angleBetween(from.in, direction(from.end, far, to.out))
	if math.Abs(order-angle) > math.Pi/2 {
		order = angle // the exit bends round
	}
	m := &move{from: in, to: out, angle: angle, order: order, classes: b.allowed(in, out)}
	switch {
	case b.net.Edges[in].Opposite == out:
		m.back, m.angle, m.order = true, math.Pi, math.Pi
	case math.Abs(angle) > sharpest && b.carriageway(in, out):
		m.classes = 0
	case math.Abs(angle) > backAngle:
		// Turning round is towards the offside.
		m.back, m.angle, m.order = true, math.Abs(angle), math.Abs(angle)
	}
	return m
}

// allowed returns the classes that may go from one edge to another: those with a lane on both that no rule forbids.
func (b *builder) allowed(in, out EdgeID) ClassSet {
	classes := b.edgeClasses(in) & b.edgeClasses(out)
	var bound, here ClassSet // classes with a mandatory exit; those for which this is it
	for _, r := range b.onlys[in] {
		if b.net.Edges[r.To].From != b.net.Edges[in].To {
			continue // not an exit of this junction: a rule that cannot be obeyed binds nobody
		}
		bound |= r.Classes
		if r.To == int32(out) {
			here |= r.Classes
		}
	}
	classes &^= bound &^ here
	for _, r := range b.bans[in] {
		if r.To == int32(out) {
			classes &^= r.Classes
		}
	}
	return classes
}

func (b *builder) edgeClasses(e EdgeID) ClassSet {
	var all ClassSet
	for _, l := range b.net.EdgeLanes(e) {
		all |= l.Permitted
	}
	return all
}

// nameTurns names the turns of all movements of one edge. The straightest of them is Through if it is at all straight;
// any other is at least slight.
func (b *builder) nameTurns(moves []*move) {
	const (
		throughAlways = 25 * math.Pi / 180 // straighter than this goes on
		throughBest   = 50 * math.Pi / 180 // or this, if nothing is straighter
		throughAlone  = 60 * math.Pi / 180 // or this, if it is the only way
		near          = 15 * math.Pi / 180 // exits this alike are told apart by the rank of their road
	)
	var best *move
	for _, m := range moves {
		if m.back {
			continue
		}
		if best == nil || b.straighter(m, best, near) {
			best = m
		}
	}
	for _, m := range moves {
		limit := throughAlways
		if m == best {
			limit = throughBest
			switch {
			case len(moves) == 1:
				limit = throughAlone
			case b.net.Edges[m.from].Roundabout && b.net.Edges[m.to].Roundabout:
				limit = math.Pi
			}
		}
		m.turn = b.turnOf(m, m == best && math.Abs(m.angle) < limit)
	}
	if best == nil || best.turn != Through {
		return
	}
	for _, m := range moves {
		if m != best && m.turn == Through {
			m.turn = b.sided(m.order > best.order, SlightLeft, SlightRight)
		}
	}
}

// straighter tells whether p rather than q is the continuation of the road that both leave. A ring continues in itself.
func (b *builder) straighter(p, q *move, near float64) bool {
	if b.net.Edges[p.from].Roundabout {
		if pr, qr := b.net.Edges[p.to].Roundabout, b.net.Edges[q.to].Roundabout; pr != qr {
			return pr
		}
	}
	if d := math.Abs(p.angle) - math.Abs(q.angle); math.Abs(d) > near {
		return d < 0
	}
	from, pe, qe := &b.spec.Edges[p.from], &b.spec.Edges[p.to], &b.spec.Edges[q.to]
	if pl, ql := pe.Link && !from.Link, qe.Link && !from.Link; pl != ql {
		return ql
	}
	if pe.Road != qe.Road {
		return pe.Road < qe.Road
	}
	if len(pe.Lanes) != len(qe.Lanes) {
		return len(pe.Lanes) > len(qe.Lanes)
	}
	if d := math.Abs(p.angle) - math.Abs(q.angle); math.Abs(d) > 1e-6 {
		return d < 0
	}
	return p.angle < q.angle // equal forks: the one at the kerb
}

func (b *builder) turnOf(m *move, through bool) Turn {
	const slight, sharp = 55 * math.Pi / 180, 135 * math.Pi / 180
	size := math.Abs(m.angle)
	offside := m.angle > 0
	switch {
	case b.net.Edges[m.from].Opposite == m.to || m.invited:
		return UTurn
	case through || size < 25*math.Pi/180:
		return Through
	case size < slight:
		return b.sided(offside, SlightLeft, SlightRight)
	case size < sharp:
		return b.sided(offside, Left, Right)
	}
	return b.sided(offside, SharpLeft, SharpRight)
}

// sided returns the turn to the offside or to the kerb, given as they are where one drives on the right.
func (b *builder) sided(offside bool, left, right Turn) Turn {
	if offside == (b.toOffside > 0) {
		return left
	}
	return right
}

func sortPending(all []pending) {
	slices.SortFunc(all, func(p, q pending) int {
		return cmp.Or(cmp.Compare(p.from, q.from), cmp.Compare(p.to, q.to))
	})
}
