// Package assess judges the signals of a network by the Highway Capacity Manual: it makes the manual's junction of a controller, its plan
// and the flows of its movements, and tells delay, level of service and queue of each movement.
package assess

import (
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/signals"
	"roadtwin/signals/timing"
)

// Flows are the flows of movements in veh/h, by MovementID.
type Flows []float64

// Row is how a movement fares by the manual.
type Row struct {
	Movement network.MovementID
	Approach network.EdgeID
	Flow     float64 // veh/h
	X        float64 // degree of saturation of its lanes, the highest of them
	Delay    float64 // s, mean over the lane groups that serve it
	LOS      timing.LOS
	Queue    float64 // mean back of queue, vehicles a lane
	Queue95  float64
}

// Judgement is how a controller fares by the manual.
type Judgement struct {
	Controller network.ControllerID
	Cycle      float64
	Rows       []Row // by movement
	Delay      float64
	LOS        timing.LOS
	Critical   float64
}

// Controller judges a plan of a controller under flows. The approaches are those of all its junctions; heavy, the share of heavy vehicles,
// is the same for all. An error says what the manual's method cannot take.
func Controller(net *network.Network, plan *signals.Plan, flows Flows, heavy float64) (*Judgement, error) {
	m := model{net: net, plan: plan, flows: flows, heavy: heavy, shown: greensOf(net, plan)}
	m.find()
	j := timing.Junction{Cycle: plan.Cycle(), Approaches: m.approaches}
	if len(j.Approaches) == 0 {
		return &Judgement{Controller: plan.Controller, Cycle: j.Cycle, LOS: 'A'}, nil
	}
	p, err := j.Analyse()
	if err != nil {
		return nil, err
	}
	out := &Judgement{Controller: plan.Controller, Cycle: j.Cycle, Delay: p.Junction.Delay, LOS: p.Junction.LOS, Critical: p.Critical}
	for i := range m.moves {
		out.Rows = append(out.Rows, m.row(i, p.Groups))
	}
	return out, nil
}

// greenTime is when a group is green in a cycle.
type greenTime struct {
	spans []timing.Green // s from the beginning of the cycle; in order
	amber float64
}

func (g *greenTime) total() (sum float64) {
	for _, s := range g.spans {
		sum += s.Length
	}
	return sum
}

// greensOf returns the greens of the groups of a plan, by their number in the controller.
func greensOf(net *network.Network, plan *signals.Plan) []greenTime {
	out := make([]greenTime, len(plan.Groups))
	at := 0.0
	var was []signals.Aspect
	for _, i := range signals.Intervals(net, plan) {
		for k, a := range i.Aspects {
			g := &out[k]
			switch {
			case a == signals.Green && was != nil && was[k] == signals.Green:
				g.spans[len(g.spans)-1].Length += i.Duration
			case a == signals.Green:
				g.spans = append(g.spans, timing.Green{Begin: at, Length: i.Duration})
			case a == signals.Amber:
				g.amber = max(g.amber, plan.Groups[k].Amber)
			}
		}
		was = i.Aspects
		at += i.Duration
	}
	return out
}

// model is the manual's junction in the making.
type model struct {
	net        *network.Network
	plan       *signals.Plan
	flows      Flows
	heavy      float64
	shown      []greenTime
	approaches []timing.Approach
	edges      []network.EdgeID // of the approaches
	moves      []network.MovementID
	of         []int // approach of each move
	turn       []int // 0 left (across the oncoming), 1 through, 2 right
}

// find makes the approaches.
func (m *model) find() {
	for _, j := range m.net.Controllers[m.plan.Controller].Junctions {
		for _, e := range m.net.Junctions[j].In {
			m.approach(e)
		}
	}
	for i := range m.approaches {
		a := &m.approaches[i]
		for k := range m.approaches {
			if k != i && m.net.Edges[m.edges[k]].To == m.net.Edges[m.edges[i]].To && alignment(m.net, m.edges[i], m.edges[k]) < -math.Sqrt2/2 {
				a.Opposite = k
			}
		}
		m.leftMode(i)
	}
}

// side returns 0 for turns across the oncoming traffic, 1 for through, 2 for the others.
func (m *model) side(t network.Turn) int {
	left := slices.Contains([]network.Turn{network.SlightLeft, network.Left, network.SharpLeft}, t)
	switch {
	case t == network.Through:
		return 1
	case t == network.UTurn || left == (m.net.DrivingSide == network.RightHand):
		return 0
	}
	return 2
}

// approach adds an edge with signals.
func (m *model) approach(e network.EdgeID) {
	edge := &m.net.Edges[e]
	lane := &m.net.Lanes[edge.FirstLane]
	a := timing.Approach{
		Name: edge.Name, Opposite: -1, Receiving: 2, SpeedLimit: lane.SpeedLimit, HeavyLeft: m.heavy,
		Lane: timing.Lane{Width: lane.Width, Heavy: m.heavy, Gradient: lane.Gradient},
	}
	signal := false
	for i := range edge.NumLanes {
		has := [3]bool{}
		for _, c := range m.net.OutConnectors(edge.FirstLane + network.LaneID(i)) {
			if c.Group != network.None {
				has[m.side(c.Turn)], signal = true, true
			}
		}
		addLane(&a, has, edge.NumLanes == 1)
	}
	if !signal {
		return
	}
	at := len(m.approaches)
	for id := range m.net.Movements {
		move := &m.net.Movements[id]
		if move.From != e {
			continue
		}
		side := m.side(move.Turn)
		*[]*float64{&a.Left, &a.Through, &a.Right}[side] += m.flows[id]
		m.moves, m.of, m.turn = append(m.moves, network.MovementID(id)), append(m.of, at), append(m.turn, side)
	}
	if a.SharedLeft && !a.SharedRight && a.RightLanes == 0 && !a.SingleLane {
		a.SharedRight = a.Right > 0 && a.ThroughLanes == 0
	}
	if a.Right > 0 && a.RightLanes == 0 && !a.SharedRight && !a.SingleLane { // from a lane for all three beside others
		a.Through, a.Right = a.Through+a.Right, 0
	}
	m.approaches, m.edges = append(m.approaches, a), append(m.edges, e)
}

// addLane counts a lane by its turns.
func addLane(a *timing.Approach, has [3]bool, alone bool) {
	switch {
	case alone && (has[0] || has[2]) && (has[1] || has[0] && has[2]):
		a.SingleLane = true
	case has[0] && (has[1] || has[2]) && !a.SharedLeft:
		a.SharedLeft = true
	case has[2] && has[1] && !a.SharedRight:
		a.SharedRight = true
	case has[1]:
		a.ThroughLanes++
	case has[0]:
		a.LeftLanes++
	case has[2]:
		a.RightLanes++
	}
}

func alignment(net *network.Network, a, b network.EdgeID) float64 {
	direction := func(e network.EdgeID) network.Point {
		s := net.Lanes[net.Edges[e].FirstLane].Shape
		p, q := s[len(s)-2], s[len(s)-1]
		d := p.Dist(q)
		return network.Point{X: (q.X - p.X) / d, Y: (q.Y - p.Y) / d}
	}
	p, q := direction(a), direction(b)
	return p.X*q.X + p.Y*q.Y
}

// greens returns the greens of the turns of an approach to one side, and amber and all-red after them.
func (m *model) greens(e network.EdgeID, side int) (*greenTime, float64, float64) {
	for k, g := range m.net.Controllers[m.plan.Controller].Groups {
		if m.net.SignalGroups[g].Approach != e {
			continue
		}
		for _, c := range m.net.SignalGroups[g].Connectors {
			if m.side(m.net.Connectors[c].Turn) == side {
				return &m.shown[k], m.plan.Groups[k].Amber, m.plan.Groups[k].AllRed
			}
		}
	}
	return nil, 0, 0
}

// leftMode sets the phases of an approach: left turns are protected while they are green and nobody comes from opposite, and permitted while
// both are.
func (m *model) leftMode(i int) {
	a, e := &m.approaches[i], m.edges[i]
	through, amber, allRed := m.greens(e, 1)
	for _, side := range []int{2, 0} {
		if through == nil {
			through, amber, allRed = m.greens(e, side)
		}
	}
	cycle := m.plan.Cycle()
	phase := func(green float64) timing.Phase {
		return timing.Phase{Duration: min(green+amber+allRed, cycle), Amber: amber, AllRed: allRed}
	}
	a.ThroughPhase = phase(through.total())
	left, _, _ := m.greens(e, 0)
	if left == nil {
		return
	}
	together := 0.0
	if a.Opposite >= 0 {
		if other, _, _ := m.greens(m.edges[a.Opposite], 1); other != nil {
			together = overlap(left, other)
		}
	}
	protected := left.total() - together
	switch {
	case a.Opposite < 0 || together < 1:
		a.Mode = timing.ProtectedLeft
		a.LeftPhase = phase(left.total())
	case protected < 5 || a.LeftLanes == 0:
		a.Mode = timing.PermittedLeftOnly
	default:
		a.Mode, a.Order = timing.ProtectedPermittedLeft, timing.LeadLead
		a.LeftPhase = phase(protected)
	}
}

// overlap returns how long both are green in a cycle, s.
func overlap(a, b *greenTime) (sum float64) {
	for _, s := range a.spans {
		for _, t := range b.spans {
			sum += max(0, min(s.Begin+s.Length, t.Begin+t.Length)-max(s.Begin, t.Begin))
		}
	}
	return sum
}

// serves tells whether a lane group serves a side.
func serves(kind timing.GroupKind, side int) bool {
	switch kind {
	case timing.LeftGroup:
		return side == 0
	case timing.SharedLeftGroup:
		return side <= 1
	case timing.ThroughGroup:
		return side == 1
	case timing.SharedRightGroup:
		return side >= 1
	case timing.RightGroup:
		return side == 2
	}
	return true
}

// row returns how a movement fares: the means of the lane groups that serve it, weighted by flow. Turns from a lane for which the manual has
// no group of its own fare as the approach's others do.
func (m *model) row(i int, groups []timing.LaneGroup) Row {
	r := Row{Movement: m.moves[i], Approach: m.edges[m.of[i]], Flow: m.flows[m.moves[i]]}
	for _, any := range []bool{false, true} {
		weight := 0.0
		for k := range groups {
			g := &groups[k]
			if g.Approach != m.of[i] || !any && !serves(g.Kind, m.turn[i]) {
				continue
			}
			w := max(g.Flow, 1e-3)
			weight += w
			r.Delay += w * g.Delay
			r.Queue += w * g.Queue.Mean()
			r.Queue95 = max(r.Queue95, g.Queue95)
			r.X = max(r.X, g.X)
		}
		if weight > 0 {
			r.Delay, r.Queue = r.Delay/weight, r.Queue/weight
			break
		}
	}
	r.LOS = timing.LevelOfService(r.Delay, r.X)
	return r
}
