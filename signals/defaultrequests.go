package signals

import (
	"fmt"
	"math"
	"slices"

	"roadtwin/network"
)

// checkInTime is how long before the stop line, at the speed limit, a bus asks for priority, s: as far ahead as the lane is long
// at most.
const checkInTime = 10.0

// GiveBusPriority lets buses ask for priority on every approach of the controller: by a detector that knows them, checkInTime
// before the stop line, until one at the line has seen them. Extend, Early, Recovery and Timeout are those of like.
func (c *Control) GiveBusPriority(net *network.Network, like Priority) error {
	buses := network.SetOf(network.Bus)
	for _, approach := range c.approachGroups(net) {
		p := like
		edge := net.SignalGroups[approach[0]].Approach
		p.Name, p.Groups, p.In, p.Out = net.SignalGroups[approach[0]].Name, nil, nil, nil
		for i := range net.Edges[edge].NumLanes {
			lane := net.Edges[edge].FirstLane + network.LaneID(i)
			l := &net.Lanes[lane]
			if !l.Permitted.Has(network.Bus) {
				continue
			}
			from := math.Max(0, l.Length-checkInTime*l.SpeedLimit)
			end := math.Max(l.Length-lineGap, l.Length/2)
			p.In = append(p.In, len(c.Detectors))
			p.Out = append(p.Out, len(c.Detectors)+1)
			c.Detectors = append(c.Detectors,
				Detector{Name: fmt.Sprintf("lane %d bus in", lane), Kind: Count, Lane: lane, From: from, To: math.Min(from+loopLength, l.Length), Classes: buses},
				Detector{Name: fmt.Sprintf("lane %d bus out", lane), Kind: Count, Lane: lane, From: math.Max(0, end-loopLength), To: end, Classes: buses})
		}
		for _, g := range approach { // what goes straight on, and whatever else is green with it
			if !onlyTurns(net, &net.SignalGroups[g]) || len(approach) == 1 {
				p.Groups = append(p.Groups, g)
			}
		}
		if len(p.In) > 0 && len(p.Groups) > 0 {
			c.Priorities = append(c.Priorities, p)
		}
	}
	return CheckControl(net, c)
}

// AllowPreemption lets emergency vehicles clear every approach of the controller, by a command that names it; like says for how
// long.
func (c *Control) AllowPreemption(net *network.Network, like Preemption) error {
	for _, approach := range c.approachGroups(net) {
		p := like
		p.Name, p.Groups = net.SignalGroups[approach[0]].Name, approach
		c.Preemptions = append(c.Preemptions, p)
	}
	return CheckControl(net, c)
}

// approachGroups returns the groups of each approach of the controller.
func (c *Control) approachGroups(net *network.Network) (approaches [][]network.SignalGroupID) {
	var edges []network.EdgeID
	for _, g := range net.Controllers[c.Controller].Groups {
		e := net.SignalGroups[g].Approach
		i := slices.Index(edges, e)
		if i < 0 {
			i = len(edges)
			edges, approaches = append(edges, e), append(approaches, nil)
		}
		approaches[i] = append(approaches[i], g)
	}
	for i := range approaches {
		slices.Sort(approaches[i])
	}
	return approaches
}
