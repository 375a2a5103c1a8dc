package signals

import "roadtwin/network"

// Interval is a part of a cycle in which nothing changes.
type Interval struct {
	Duration float64  // s
	Aspects  []Aspect // of the controller's groups, in its order
}

// Intervals returns one cycle of a plan, from its Offset on, as its controller shows it in net: ambers, all-red and red
// and amber are intervals of their own. The plan must be one that New takes.
func Intervals(net *network.Network, plan *Plan) []Interval {
	p := compile(plan, rulesOf(net.Country).redAmber)
	out := make([]Interval, len(p.intervals))
	for i := range p.intervals {
		end := p.length
		if i+1 < len(p.intervals) {
			end = p.intervals[i+1].at
		}
		out[i] = Interval{float64(end-p.intervals[i].at) / 1000, p.intervals[i].aspects}
	}
	return out
}
