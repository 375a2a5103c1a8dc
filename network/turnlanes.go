package network

import (
	"cmp"
	"math"
	"slices"
)

// generalLanes returns the indices of the lanes of e that cars may use, or of all if there is none. The others (bus
// lanes) follow their neighbours.
func (b *builder) generalLanes(e EdgeID) []int {
	lanes := b.net.EdgeLanes(e)
	var general []int
	for i := range lanes {
		if lanes[i].Permitted.Has(Car) {
			general = append(general, i)
		}
	}
	if len(general) == 0 {
		for i := range lanes {
			general = append(general, i)
		}
	}
	return general
}

// assignment says which of an edge's general lanes serve which of its movements; rows are movements sorted from the
// kerb, columns are lanes.
type assignment [][]bool

func newAssignment(moves, lanes int) assignment {
	a := make(assignment, moves)
	for i := range a {
		a[i] = make([]bool, lanes)
	}
	return a
}

// assignLanes decides which general lanes of an edge serve which of the movements, given sorted from the kerb. Every
// movement gets a lane and every lane a movement.
func (b *builder) assignLanes(general []int, moves []*move) assignment {
	a := newAssignment(len(moves), len(general))
	arrows := false
	for _, i := range general {
		arrows = arrows || b.arrowsOf(moves[0].from, i) != 0
	}
	switch {
	case len(moves) == 1:
		for l := range general {
			a[0][l] = true
		}
	case arrows:
		b.followArrows(a, general, moves)
	case b.net.Edges[moves[0].from].Roundabout:
		b.shareRing(a, moves)
	default:
		b.shareLanes(a, moves)
	}
	a.serveAll(moves)
	a.useAll()
	return a
}

func (b *builder) arrowsOf(e EdgeID, lane int) TurnSet { return b.spec.Edges[e].Lanes[lane].Turns }

// followArrows assigns lanes as their arrows say. A lane without an arrow goes straight on.
func (b *builder) followArrows(a assignment, general []int, moves []*move) {
	for l, i := range general {
		arrows := b.arrowsOf(moves[0].from, i)
		if arrows == 0 {
			arrows = 1 << Through
		}
		for t := range NumTurns {
			if !arrows.Has(t) {
				continue
			}
			if m := b.meant(t, moves); m >= 0 {
				a[m][l] = true
			}
		}
	}
}

// arrowAngles are the angles that arrows stand for, rad, positive to the left.
var arrowAngles = [NumTurns]float64{
	Through: 0, SlightLeft: 40, Left: 90, SharpLeft: 140, UTurn: 180, SlightRight: -40, Right: -90, SharpRight: -140,
}

// meant returns the movement that an arrow points to, -1 if it points nowhere: the one of that name, else the nearest
// on the arrow's side, else whatever is nearest to straight on for arrows that are nearly straight.
func (b *builder) meant(t Turn, moves []*move) int {
	for i, m := range moves {
		if m.turn == t {
			return i
		}
	}
	if t == UTurn {
		return None
	}
	want := b.toOffside * arrowAngles[t] * math.Pi / 180
	best, least := None, math.Inf(1)
	for i, m := range moves {
		if !sameSide(m.turn, t) {
			continue
		}
		if d := math.Abs(m.order - want); d < least {
			best, least = i, d
		}
	}
	if best >= 0 || math.Abs(want) > nearlyStraight {
		return best
	}
	least = nearlyStraight
	for i, m := range moves {
		if d := math.Abs(m.order - want); d < least {
			best, least = i, d
		}
	}
	return best
}

// sameSide tells whether two turns lead to the same side, seen left and right.
func sameSide(a, b Turn) bool {
	const lefts, rights TurnSet = 1<<SlightLeft | 1<<Left | 1<<SharpLeft, 1<<SlightRight | 1<<Right | 1<<SharpRight
	return lefts.Has(a) && lefts.Has(b) || rights.Has(a) && rights.Has(b)
}

// nearlyStraight is how far an arrow may point away from a movement that it yet means, and from straight on, rad.
const nearlyStraight = 60 * math.Pi / 180

// serveAll gives each movement that no lane serves the nearest lane on its side.
func (a assignment) serveAll(moves []*move) {
	for m := range a {
		if slices.Contains(a[m], true) {
			continue
		}
		lane := 0
		for other := 0; other < m; other++ {
			// The offside-most lane of the movements nearer to the kerb.
			for l, on := range a[other] {
				if on {
					lane = max(lane, l)
				}
			}
		}
		if m == len(a)-1 && moves[m].turn != Through {
			lane = len(a[m]) - 1
		}
		a[m][lane] = true
	}
}

// useAll gives each lane that serves nothing what its nearest neighbour serves next to it.
func (a assignment) useAll() {
	lanes := len(a[0])
	for l := range lanes {
		if a.first(l) >= 0 {
			continue
		}
		for d := 1; d < lanes; d++ {
			if l-d >= 0 {
				if m := a.last(l - d); m >= 0 {
					a[m][l] = true
					break
				}
			}
			if l+d < lanes {
				if m := a.first(l + d); m >= 0 {
					a[m][l] = true
					break
				}
			}
		}
	}
}

// first and last return the movement nearest to the kerb and to the offside that lane l serves, -1 if none.
func (a assignment) first(l int) int {
	for m := range a {
		if a[m][l] {
			return m
		}
	}
	return None
}

func (a assignment) last(l int) int {
	for m := len(a) - 1; m >= 0; m-- {
		if a[m][l] {
			return m
		}
	}
	return None
}

// shareLanes assigns lanes without arrows. Each movement gets a run of adjacent lanes, in order from the kerb, and
// neighbours may share one; of all ways to do that it takes the one with the least cost:
//
//   - more lanes than the exit has: they would merge within the junction
//   - straight on with fewer lanes than both sides have
//   - a turn with more than one lane, where the road also goes straight on
//   - sharing: with the offside turn, which waits for the oncoming traffic, more than with the kerb turn
func (b *builder) shareLanes(a assignment, moves []*move) {
	lanes := len(a[0])
	through := slices.ContainsFunc(moves, func(m *move) bool { return m.turn == Through })
	type choice struct {
		cost float64
		last int
		next int // first lane of the next movement
	}
	// table[m][l] is the best for movements m and after, if m begins at lane l.
	table := make([][]choice, len(moves))
	for m := len(moves) - 1; m >= 0; m-- {
		table[m] = make([]choice, lanes)
		for l := range lanes {
			best := choice{cost: math.Inf(1)}
			for last := l; last < lanes; last++ {
				cost := b.widthCost(moves[m], last-l+1, lanes, through)
				if m == len(moves)-1 {
					if last == lanes-1 && cost < best.cost {
						best = choice{cost, last, lanes}
					}
					continue
				}
				for next := last; next <= min(last+1, lanes-1); next++ {
					c := cost + table[m+1][next].cost
					if next == last {
						c += shareCost(moves[m], moves[m+1])
					}
					if c < best.cost-1e-9 {
						best = choice{c, last, next}
					}
				}
			}
			table[m][l] = best
		}
	}
	for m, l := 0, 0; m < len(moves); m++ {
		c := table[m][l]
		for k := l; k <= c.last; k++ {
			a[m][k] = true
		}
		l = c.next
	}
}

// shareRing assigns the lanes of a ring that has no arrows: all of them go on round it, and as many from the kerb as an
// exit has lanes may leave by it. Whoever leaves from an inner lane crosses the way of those who go on beside him: they go in
// turn (builder.yields).
func (b *builder) shareRing(a assignment, moves []*move) {
	lanes := len(a[0])
	for i, m := range moves {
		width := min(len(b.generalLanes(m.to)), lanes)
		for l := range lanes {
			if b.net.Edges[m.to].Roundabout {
				a[i][l] = l >= lanes-width
			} else {
				a[i][l] = l < width
			}
		}
	}
}

// widthCost is the cost of giving a movement so many of the edge's lanes. The weights order the wishes that shareLanes
// lists; only their order matters.
func (b *builder) widthCost(m *move, width, lanes int, through bool) float64 {
	exit := len(b.generalLanes(m.to))
	cost := 10 * float64(max(0, width-exit))
	switch {
	case m.turn == Through:
		cost += 4 * float64(max(0, min(lanes, exit)-width))
	case m.turn == SlightLeft || m.turn == SlightRight:
		// Forks and ramps: as many lanes as lead away, where there are as many.
		cost += 2*float64(max(0, min(lanes, exit)-width)) + float64(max(0, width-exit))
	case through:
		cost += 2 * float64(width-1)
	default:
		cost += float64(width - 1)
	}
	if m.angle < 0 {
		cost *= 1.01 // of two equal ways the one with more room for the offside turn
	}
	return cost
}

func shareCost(kerbward, offward *move) float64 {
	switch {
	case offward.turn == Through || kerbward.turn != Through && offward.angle < 0:
		return 1
	case kerbward.turn == Through:
		return 3
	}
	return 2
}

// fromKerb returns the movements sorted from the kerb to the offside.
func fromKerb(moves []*move) []*move {
	sorted := slices.Clone(moves)
	slices.SortFunc(sorted, func(p, q *move) int {
		return cmp.Or(cmp.Compare(p.order, q.order), cmp.Compare(p.angle, q.angle), cmp.Compare(p.to, q.to))
	})
	return sorted
}
