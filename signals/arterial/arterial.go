// Package arterial finds the way along a street past its signals, in both directions: for progression, and for pictures
// of it.
package arterial

import (
	"cmp"
	"fmt"
	"slices"

	"roadtwin/network"
)

// Arterial is a street with signals in a row.
type Arterial struct {
	Street string
	Out    Way // the direction that passes more signals; of equals the one that heads more to the north, or to the east
	In     Way // the other one; without lines where the street has but one
}

// Way is one direction of a street, from some way before its first signal to some way behind its last.
type Way struct {
	Edges []network.EdgeID
	Start []float64 // m along the way at which each edge begins
	Lines []Line    // in the order in which they are passed
}

// Line is a stop line of a way.
type Line struct {
	Controller network.ControllerID
	Edge       network.EdgeID          // that ends there
	At         float64                 // m along the way
	Groups     []network.SignalGroupID // that let traffic go on along the way, ascending
}

// Length returns the length of the way, m.
func (w *Way) Length(net *network.Network) float64 {
	if len(w.Edges) == 0 {
		return 0
	}
	last := len(w.Edges) - 1
	return w.Start[last] + net.Edges[w.Edges[last]].Length
}

// Time returns how long it takes from stop line i to stop line k, behind it, at the speed limits, s.
func (w *Way) Time(net *network.Network, i, k int) float64 {
	seconds := 0.0
	for n, e := range w.Edges {
		length := net.Edges[e].Length
		if w.Start[n] < w.Lines[i].At-0.01 || w.Start[n]+length > w.Lines[k].At+0.01 {
			continue
		}
		before := w.Start[n] - (w.Start[n-1] + net.Edges[w.Edges[n-1]].Length) // the junction behind it
		seconds += (length + before) / net.EdgeLanes(e)[0].SpeedLimit
	}
	return seconds
}

// Find returns the way along a street past some controllers. street is the name of the street; "" takes the one that
// leads to most of them. It is an error if there are not at least two in a row.
func Find(net *network.Network, controllers []network.ControllerID, street string) (*Arterial, error) {
	f := finder{net: net, among: map[network.ControllerID]bool{}}
	for _, c := range controllers {
		f.among[c] = true
	}
	if street == "" {
		street = f.main()
	}
	f.street = street
	chains := f.chains()
	if len(chains) == 0 || len(chains[0]) < 2 {
		return nil, fmt.Errorf("street %q: no two of %d signal controllers lie on it one after the other", street, len(controllers))
	}
	a := &Arterial{Street: street, Out: f.way(chains[0])}
	for _, c := range chains[1:] {
		if f.opposes(c, chains[0]) {
			a.In = f.way(c)
			break
		}
	}
	if len(a.In.Lines) == len(a.Out.Lines) && !f.heads(&a.Out) {
		a.Out, a.In = a.In, a.Out
	}
	return a, nil
}

// finder looks for ways.
type finder struct {
	net    *network.Network
	among  map[network.ControllerID]bool
	street string
}

// main returns the name of the street that leads to most of the controllers; of equals the first in the alphabet.
func (f *finder) main() string {
	count := map[string]map[network.ControllerID]bool{}
	for g := range f.net.SignalGroups {
		group := &f.net.SignalGroups[g]
		if name := f.net.Edges[group.Approach].Name; name != "" && f.among[group.Controller] {
			if count[name] == nil {
				count[name] = map[network.ControllerID]bool{}
			}
			count[name][group.Controller] = true
		}
	}
	best := ""
	for name, at := range count {
		if len(at) > len(count[best]) || len(at) == len(count[best]) && name < best {
			best = name
		}
	}
	return best
}

// signal returns the controller that edge e leads to, if it is one of those looked for and the street's.
func (f *finder) signal(e network.EdgeID) (network.ControllerID, bool) {
	c := f.net.Junctions[f.net.Edges[e].To].Controller
	return c, c != network.None && f.among[c] && len(f.groups(e)) > 0
}

// groups returns the signal groups that let traffic on edge e go on along the street.
func (f *finder) groups(e network.EdgeID) (groups []network.SignalGroupID) {
	next := f.next(e)
	c := f.net.Junctions[f.net.Edges[e].To].Controller
	if next == network.None || c == network.None {
		return nil
	}
	for _, g := range f.net.Controllers[c].Groups {
		group := &f.net.SignalGroups[g]
		if group.Approach == e && slices.ContainsFunc(group.Connectors, func(k network.ConnectorID) bool {
			return f.net.Lanes[f.net.Connectors[k].To].Edge == next
		}) {
			groups = append(groups, g)
		}
	}
	return groups
}

// crossing returns the connectors of a junction.
func (f *finder) crossing(j network.JunctionID) []network.Connector {
	at := &f.net.Junctions[j]
	return f.net.Connectors[at.FirstConnector:][:at.NumConnectors]
}

// next returns the edge on which one goes on along the street from e, None at its end: of the same name rather than of
// another, straight on rather than not.
func (f *finder) next(e network.EdgeID) network.EdgeID {
	best, rank := network.EdgeID(network.None), 0
	for _, c := range f.crossing(f.net.Edges[e].To) {
		if f.net.Lanes[c.From].Edge != e {
			continue
		}
		r, to := 0, f.net.Lanes[c.To].Edge
		if f.net.Edges[to].Name == f.street {
			r += 2
		}
		switch c.Turn {
		case network.Through:
			r += 2
		case network.SlightLeft, network.SlightRight:
			r++
		case network.UTurn:
			r = 0
		}
		if r > rank {
			best, rank = to, r
		}
	}
	if rank < 2 {
		return network.None
	}
	return best
}

// farthest is how far apart the signals of a row may be, m.
const farthest = 3000.0

// chains returns the approaches in the order in which one meets them, the longest rows first.
func (f *finder) chains() [][]network.EdgeID {
	follows := map[network.EdgeID]network.EdgeID{} // approach -> the next
	led := map[network.EdgeID]bool{}
	var approaches []network.EdgeID
	for e := range f.net.Edges {
		id := network.EdgeID(e)
		if _, ok := f.signal(id); !ok || f.net.Edges[e].Name != f.street {
			continue
		}
		approaches = append(approaches, id)
		if next, ok := f.meets(id); ok {
			follows[id] = next
			led[next] = true
		}
	}
	var chains [][]network.EdgeID
	for _, a := range approaches {
		if led[a] {
			continue
		}
		chain := []network.EdgeID{a}
		for next, ok := follows[a]; ok && !slices.Contains(chain, next); next, ok = follows[next] {
			chain = append(chain, next)
		}
		chains = append(chains, chain)
	}
	slices.SortStableFunc(chains, func(a, b []network.EdgeID) int { return cmp.Compare(len(b), len(a)) })
	return chains
}

// meets returns the next approach of a signal along the street behind e.
func (f *finder) meets(e network.EdgeID) (network.EdgeID, bool) {
	metres := 0.0
	for at := f.next(e); at != network.None && metres < farthest; at = f.next(at) {
		if _, ok := f.signal(at); ok {
			return at, true
		}
		if f.net.Edges[at].Name != f.street {
			return 0, false
		}
		metres += f.net.Edges[at].Length
	}
	return 0, false
}

// opposes tells whether chain b passes at least two of the controllers of a in the opposite order.
func (f *finder) opposes(b, a []network.EdgeID) bool {
	controller := func(e network.EdgeID) network.ControllerID { return f.net.Junctions[f.net.Edges[e].To].Controller }
	last, shared := len(a), 0
	for _, e := range b {
		k := slices.IndexFunc(a, func(x network.EdgeID) bool { return controller(x) == controller(e) })
		if k < 0 {
			continue
		}
		if k > last {
			return false
		}
		last = k
		shared++
	}
	return shared > 1
}

// margin is how far a way reaches beyond its first and its last signal, m, if the street does.
const margin = 250.0

// way returns the way along a chain of approaches.
func (f *finder) way(chain []network.EdgeID) (w Way) {
	first := chain[0]
	edges := []network.EdgeID{first}
	for metres := f.net.Edges[first].Length; metres < margin; {
		before := f.before(edges[0])
		if before == network.None || slices.Contains(edges, before) {
			break
		}
		edges = append([]network.EdgeID{before}, edges...)
		metres += f.net.Edges[before].Length
	}
	beyond := -1.0 // m behind the last signal
	for beyond < margin {
		last := edges[len(edges)-1]
		if last == chain[len(chain)-1] {
			beyond = 0
		}
		next := f.next(last)
		if next == network.None || slices.Contains(edges, next) {
			break
		}
		edges = append(edges, next)
		if beyond >= 0 {
			beyond += f.net.Edges[next].Length
		}
	}
	at := 0.0
	for i, e := range edges {
		if i > 0 {
			at += f.between(edges[i-1], e)
		}
		w.Edges, w.Start = append(w.Edges, e), append(w.Start, at)
		at += f.net.Edges[e].Length
		if slices.Contains(chain, e) {
			c, _ := f.signal(e)
			w.Lines = append(w.Lines, Line{Controller: c, Edge: e, At: at, Groups: f.groups(e)})
		}
	}
	return w
}

// before returns the edge of the street from which one comes straight onto e, None if there is none.
func (f *finder) before(e network.EdgeID) network.EdgeID {
	for _, c := range f.crossing(f.net.Edges[e].From) {
		from := f.net.Lanes[c.From].Edge
		if f.net.Lanes[c.To].Edge == e && f.net.Edges[from].Name == f.street && f.next(from) == e {
			return from
		}
	}
	return network.None
}

// between returns the length of the way through the junction between two edges, m.
func (f *finder) between(a, b network.EdgeID) float64 {
	for _, c := range f.crossing(f.net.Edges[a].To) {
		if f.net.Lanes[c.From].Edge == a && f.net.Lanes[c.To].Edge == b {
			return c.Length
		}
	}
	return 0
}

// heads tells whether a way leads more to the north than to the south, or, if it runs across, to the east.
func (f *finder) heads(w *Way) bool {
	from := f.net.Junctions[f.net.Edges[w.Edges[0]].From].Position
	to := f.net.Junctions[f.net.Edges[w.Edges[len(w.Edges)-1]].To].Position
	dx, dy := to.X-from.X, to.Y-from.Y
	if dy*dy > dx*dx {
		return dy > 0
	}
	return dx > 0
}
