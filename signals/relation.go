package signals

import (
	"math"

	"roadtwin/network"
)

// relation says whether two signal groups of a controller may be green together.
type relation uint8

const (
	compatible  relation = iota // their paths do not meet
	permissive                  // their paths meet, and who turns across the oncoming traffic gives way to it
	conflicting                 // never both green or amber
)

// relations is the relation of every pair of a controller's groups, which are numbered from 0 in the controller's
// order. It is symmetric.
type relations struct {
	n  int
	of []relation // n x n
}

func (r *relations) between(a, b int) relation { return r.of[a*r.n+b] }

// relate finds the relations between the groups of controller c from the conflicts of their connectors. slot maps each
// signal group to its number in its controller.
func relate(net *network.Network, c network.ControllerID, slot []int32) relations {
	groups := net.Controllers[c].Groups
	r := relations{n: len(groups), of: make([]relation, len(groups)*len(groups))}
	for a, g := range groups {
		for _, con := range net.SignalGroups[g].Connectors {
			for _, k := range net.ConflictsOf(con) {
				with := net.Connectors[k.With].Group
				if k.Kind == network.Diverging || with == network.None || with == g || net.SignalGroups[with].Controller != c {
					continue
				}
				b := int(slot[with])
				worst := max(r.of[a*r.n+b], r.of[b*r.n+a], conflictRelation(net, k))
				r.of[a*r.n+b], r.of[b*r.n+a] = worst, worst
			}
		}
	}
	r.giveWay(net, c)
	return r
}

// conflictRelation judges one conflict. Paths of the same approach run side by side and sort themselves out; paths of
// opposite approaches may be green together if the one that gives way is turning; so may those of carriageways of one
// street side by side, which also merge in turn; cross streets never.
func conflictRelation(net *network.Network, k network.Conflict) relation {
	p, q := &net.Connectors[k.Of], &net.Connectors[k.With]
	from, other := net.Lanes[p.From].Edge, net.Lanes[q.From].Edge
	if from == other {
		return permissive
	}
	yielder := q
	if k.Yields {
		yielder = p
	}
	switch turning := yielder.Turn != network.Through; {
	case turning && opposite(net, from, other):
		return permissive
	case k.Kind == network.Merging && p.Turn == q.Turn || k.Kind == network.Crossing && turning:
		if beside(net, from, other) {
			return permissive
		}
	}
	return conflicting
}

// beside tells whether two approaches are carriageways of one street: of one name, and parallel within 25°.
func beside(net *network.Network, a, b network.EdgeID) bool {
	const parallel = 0.906 // cosine of 25°
	return net.Edges[a].Name != "" && net.Edges[a].Name == net.Edges[b].Name &&
		alignment(arrival(net, a), arrival(net, b)) > parallel
}

// opposite tells whether two approaches face each other, within 45°.
func opposite(net *network.Network, a, b network.EdgeID) bool {
	return alignment(arrival(net, a), arrival(net, b)) < -math.Sqrt2/2
}

// arrival returns the direction in which edge e meets its stop line, of any length.
func arrival(net *network.Network, e network.EdgeID) network.Point {
	shape := net.Lanes[net.Edges[e].FirstLane].Shape
	p, q := shape[len(shape)-2], shape[len(shape)-1]
	return network.Point{X: q.X - p.X, Y: q.Y - p.Y}
}

// alignment returns the cosine of the angle between two directions.
func alignment(a, b network.Point) float64 {
	dot := float64(a.X*b.X) + float64(a.Y*b.Y)
	square := (float64(a.X*a.X) + float64(a.Y*a.Y)) * (float64(b.X*b.X) + float64(b.Y*b.Y))
	if square == 0 {
		return 0
	}
	return dot / math.Sqrt(square)
}

// slots numbers the groups of each controller from 0, indexed by SignalGroupID.
func slots(net *network.Network) []int32 {
	slot := make([]int32, len(net.SignalGroups))
	for c := range net.Controllers {
		for i, g := range net.Controllers[c].Groups {
			slot[g] = int32(i)
		}
	}
	return slot
}
