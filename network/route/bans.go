package route

import (
	"slices"

	"roadtwin/network"
)

// A state is how far a search is: at the start of an edge, with what it has driven of the bans that begin before. Numbers
// below the number of edges are edges with nothing more behind them than that they may begin a ban themselves; those
// above are deeper. The second half of the numbers are the same after a route has left the roads that may be driven
// through: see Searcher.enter.
type state = int32

// automaton follows the bans of a network along a route (A. V. Aho, M. J. Corasick, "Efficient string matching", Comm.
// ACM 18, 1975, with edges for letters). What it must remember are beginnings: a ban without its last edges.
type automaton struct {
	bans []network.Ban
	// beginnings of one edge share the state of the edge; the others have one of their own.
	beginnings []beginning
	at         []int32 // by edge: the beginning of that one edge, None without
	deep       []int32 // by state from len(at) on: its beginning
	closed     [][]int32
	// timeless is set if no ban is always in force.
	timeless bool
	longest  int // edges of a ban
}

// beginning is the first edges of one or more bans, at least one edge short of all of them.
type beginning struct {
	state state
	edge  network.EdgeID // the last of it
	fail  int32          // the longest end of it that is a beginning too, None if there is none
	next  []onward       // longer beginnings
	ends  []onward       // bans that are complete with one edge more
}

// onward is what a beginning becomes with one edge more: a beginning or a ban.
type onward struct {
	edge network.EdgeID
	to   int32
}

// newAutomaton returns the automaton of bans on net.
func newAutomaton(net *network.Network, bans []network.Ban) automaton {
	a := automaton{bans: bans, timeless: true}
	if len(bans) == 0 {
		return a
	}
	n := len(net.Edges)
	a.at, a.closed = make([]int32, n), make([][]int32, n)
	for e := range a.at {
		a.at[e] = network.None
	}
	var order []int32 // beginnings by length: a beginning fails to a shorter one
	depth := []int{}
	for i := range bans {
		ban := &bans[i]
		a.timeless = a.timeless && !ban.When.Always()
		last := len(ban.Edges) - 1
		a.longest = max(a.longest, last+1)
		if last == 0 {
			a.closed[ban.Edges[0]] = append(a.closed[ban.Edges[0]], int32(i))
			continue
		}
		at := a.begin(ban.Edges[0])
		for len(depth) < len(a.beginnings) {
			depth = append(depth, 1)
		}
		for k, e := range ban.Edges[1:last] {
			at = a.lengthen(at, e)
			for len(depth) < len(a.beginnings) {
				depth = append(depth, k+2)
			}
		}
		b := &a.beginnings[at]
		b.ends = append(b.ends, onward{ban.Edges[last], int32(i)})
	}
	for i := range a.beginnings {
		order = append(order, int32(i))
	}
	slices.SortStableFunc(order, func(p, q int32) int { return depth[p] - depth[q] })
	for _, i := range order {
		for _, longer := range a.beginnings[i].next {
			a.beginnings[longer.to].fail = a.beginningAfter(a.beginnings[i].fail, longer.edge)
		}
	}
	return a
}

// begin returns the beginning of edge e alone, made at first sight.
func (a *automaton) begin(e network.EdgeID) int32 {
	if a.at[e] == network.None {
		a.at[e] = int32(len(a.beginnings))
		a.beginnings = append(a.beginnings, beginning{state: state(e), edge: e, fail: network.None})
	}
	return a.at[e]
}

// lengthen returns the beginning that is beginning i and edge e, made at first sight.
func (a *automaton) lengthen(i int32, e network.EdgeID) int32 {
	for _, o := range a.beginnings[i].next {
		if o.edge == e {
			return o.to
		}
	}
	longer := int32(len(a.beginnings))
	a.beginnings[i].next = append(a.beginnings[i].next, onward{e, longer})
	a.beginnings = append(a.beginnings, beginning{state: state(len(a.at) + len(a.deep)), edge: e, fail: network.None})
	a.deep = append(a.deep, longer)
	return longer
}

// beginningAfter returns the longest beginning that ends with e after beginning i; None if there is none.
func (a *automaton) beginningAfter(i int32, e network.EdgeID) int32 {
	for ; i != network.None; i = a.beginnings[i].fail {
		for _, o := range a.beginnings[i].next {
			if o.edge == e {
				return o.to
			}
		}
	}
	return a.at[e]
}

// states returns the number of states of a network with that many edges.
func (a *automaton) states(edges int) int { return edges + len(a.deep) }

// edge returns the edge of a state.
func (a *automaton) edge(i state) network.EdgeID {
	if len(a.deep) == 0 || int(i) < len(a.at) {
		return network.EdgeID(i)
	}
	return a.beginnings[a.deep[int(i)-len(a.at)]].edge
}

// moment is the time for which bans are looked at.
type moment struct {
	time float64 // s since Monday 00:00
	ever bool    // only bans that are always in force count
}

// holds reports whether a ban binds a class at a time.
func (m moment) holds(b *network.Ban, class network.VehicleClass) bool {
	return b.Classes.Has(class) && (b.When.Always() || !m.ever && b.When.Active(m.time))
}

// follow returns the state at the start of edge to after state i, and whether a ban forbids to drive there at that time.
func (a *automaton) follow(i state, to network.EdgeID, class network.VehicleClass, m moment) (next state, forbidden bool) {
	if len(a.at) == 0 {
		return state(to), false
	}
	for _, ban := range a.closed[to] {
		if m.holds(&a.bans[ban], class) {
			return state(to), true
		}
	}
	var from int32
	if int(i) < len(a.at) {
		from = a.at[i]
	} else {
		from = a.deep[int(i)-len(a.at)]
	}
	if from == network.None {
		return state(to), false
	}
	for k := from; k != network.None; k = a.beginnings[k].fail {
		for _, end := range a.beginnings[k].ends {
			if end.edge == to && m.holds(&a.bans[end.to], class) {
				return state(to), true
			}
		}
	}
	if b := a.beginningAfter(from, to); b != network.None {
		return a.beginnings[b].state, false
	}
	return state(to), false
}

// after returns the state on edge e of a vehicle that has driven the edges behind before, the last of them last.
func (a *automaton) after(behind []network.EdgeID, e network.EdgeID) state {
	if len(a.at) == 0 || len(behind) == 0 {
		return state(e)
	}
	at := int32(network.None)
	for _, b := range behind[max(0, len(behind)-a.longest):] {
		at = a.beginningAfter(at, b)
	}
	if at = a.beginningAfter(at, e); at != network.None {
		return a.beginnings[at].state
	}
	return state(e)
}

// Allows reports whether a vehicle of that class may drive from the edges that it has driven last, the last of them last,
// on to edge next, at a time in s since Monday 00:00, as far as Network.Bans are concerned.
func (r *Router) Allows(behind []network.EdgeID, next network.EdgeID, class network.VehicleClass, time float64) bool {
	if len(behind) == 0 {
		_, forbidden := r.bans.enter(next, class, moment{time: time})
		return !forbidden
	}
	last := len(behind) - 1
	_, forbidden := r.bans.follow(r.bans.after(behind[:last], behind[last]), next, class, moment{time: time})
	return !forbidden
}

// enter is follow for a route that begins with edge e.
func (a *automaton) enter(e network.EdgeID, class network.VehicleClass, m moment) (at state, forbidden bool) {
	if len(a.at) > 0 {
		for _, ban := range a.closed[e] {
			if m.holds(&a.bans[ban], class) {
				return state(e), true
			}
		}
	}
	return state(e), false
}
