package signals

import "roadtwin/network"

const leastWalk = 4.0 // s, MUTCD 11th ed., 4I.06

// crosses says how the traffic of a group meets the people on the crossing of an arm, given as Walk.Edge: those of the arm's own
// approach, and those who come straight through onto it, must have red; who turns onto it gives way.
func (ch *checker) crosses(arm network.EdgeID, g network.SignalGroupID) relation {
	in, out := arm, ch.net.Edges[arm].Opposite
	if ch.net.Junctions[ch.net.Edges[arm].To].Controller != ch.net.SignalGroups[g].Controller {
		in, out = out, in
	}
	worst := compatible
	for _, c := range ch.net.SignalGroups[g].Connectors {
		con := &ch.net.Connectors[c]
		from, to := ch.net.Lanes[con.From].Edge, ch.net.Lanes[con.To].Edge
		straight := con.Turn == network.Through || con.Turn == network.SlightLeft || con.Turn == network.SlightRight
		switch {
		case from == in, to == out && straight:
			return conflicting
		case to == out:
			worst = permissive
		}
	}
	return worst
}
