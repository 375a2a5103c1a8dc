package suspect

import (
	"fmt"
	"math"

	"roadtwin/network"
)

const (
	shortEdge  = 5.0        // m
	limitJump  = 30.0 / 3.6 // m/s
	lanesJump  = 2
	streetOnly = 2 // arms: where a street only goes on
)

// lanes looks at the lanes of the network: those that lead nowhere, those whose arrows do, and what changes abruptly.
func (f *finder) lanes() {
	for e := range f.net.Edges {
		edge := &f.net.Edges[e]
		lanes := f.net.EdgeLanes(network.EdgeID(e))
		end := lanes[0].Shape[len(lanes[0].Shape)-1]
		if edge.Length < shortEdge {
			f.onEdge("short_edge", 6, network.EdgeID(e), end, fmt.Sprintf("%s has a piece of %.1f m", f.nameOf(network.EdgeID(e)), edge.Length),
				"no vehicle fits between the junctions at its ends: they may be one")
		}
		for i := range lanes {
			f.lane(network.EdgeID(e), &lanes[i])
		}
		f.goesOn(network.EdgeID(e))
	}
}

func (f *finder) lane(e network.EdgeID, l *network.Lane) {
	to := &f.net.Junctions[f.net.Edges[e].To]
	end := l.Shape[len(l.Shape)-1]
	if l.NumOut == 0 && !to.Boundary && f.hasExit(e, to) {
		f.onEdge("dead_lane", 9, e, end, fmt.Sprintf("lane %d of %d of %s (from the kerb) leads nowhere", l.Index+1, f.net.Edges[e].NumLanes, f.nameOf(e)),
			"vehicles on it must change lanes before its end: the arrows or the number of lanes may be wrong")
		return
	}
	if l.Source.Turns != network.Tagged || l.NumOut == 0 {
		return
	}
	var leads network.TurnSet
	connectors := f.net.OutConnectors(f.net.Edges[e].FirstLane + network.LaneID(l.Index))
	for i := range connectors {
		leads |= around(connectors[i].Turn)
	}
	if lost := l.Turns &^ leads &^ (1 << network.UTurn); lost != 0 {
		f.onEdge("lost_arrow", 5, e, end, fmt.Sprintf("lane %d of %s has an arrow %v that leads nowhere", l.Index+1, f.nameOf(e), lost),
			"no exit lies there, or it is forbidden: the turn lanes, a restriction or a one-way street may be wrong")
	}
}

// hasExit reports whether there is a way on from e other than back.
func (f *finder) hasExit(e network.EdgeID, to *network.Junction) bool {
	for _, out := range to.Out {
		if out != f.net.Edges[e].Opposite {
			return true
		}
	}
	return false
}

// around returns the arrows that may mean a turn: one step sharper or flatter is a matter of taste.
func around(t network.Turn) network.TurnSet {
	order := []network.Turn{
		network.SharpLeft, network.Left, network.SlightLeft, network.Through, network.SlightRight, network.Right, network.SharpRight,
	}
	set := network.TurnSet(1) << t
	for i, o := range order {
		if o != t {
			continue
		}
		if i > 0 {
			set |= 1 << order[i-1]
		}
		if i < len(order)-1 {
			set |= 1 << order[i+1]
		}
	}
	return set
}

// goesOn looks at what changes where a street goes on under the same name and no other road meets it.
func (f *finder) goesOn(e network.EdgeID) {
	edge := &f.net.Edges[e]
	to := &f.net.Junctions[edge.To]
	if len(to.In) > streetOnly || len(to.Out) > streetOnly {
		return
	}
	for _, out := range to.Out {
		next := &f.net.Edges[out]
		if out == edge.Opposite || next.Name != edge.Name || next.Road != edge.Road {
			continue
		}
		a, b := f.net.EdgeLanes(e), f.net.EdgeLanes(out)
		end := a[0].Shape[len(a[0].Shape)-1]
		if change := len(b) - len(a); change >= lanesJump || change <= -lanesJump {
			f.onEdge("lanes_jump", 3, e, end, fmt.Sprintf("%s goes from %d lanes to %d", f.nameOf(e), len(a), len(b)),
				"streets rarely change by more than one lane between junctions: a count may be wrong")
		}
		if jump := math.Abs(a[0].SpeedLimit - b[0].SpeedLimit); jump >= limitJump {
			severity, why := 2.0, "a limit may be wrong, or a piece of the road may lack one"
			if (a[0].Source.SpeedLimit == network.Tagged) != (b[0].Source.SpeedLimit == network.Tagged) {
				severity, why = 4, "one of them is a guess, the other is on the map"
			}
			f.onEdge("limit_jump", severity, e, end, fmt.Sprintf("the limit of %s goes from %.0f to %.0f km/h between junctions",
				f.nameOf(e), a[0].SpeedLimit*3.6, b[0].SpeedLimit*3.6), why)
		}
	}
}
