package route

import "roadtwin/network"

// markCore adds class to the core of the edges that belong to it.
func (r *Router) markCore(class network.VehicleClass) {
	through := func(e int) bool { return r.usable[e].Has(class) && !r.net.Edges[e].AccessOnly }
	first, arcs := r.first, r.arcs
	if !r.bans.timeless {
		first, arcs = r.stateGraph(class)
	}
	edge := func(i int) bool { return through(int(r.bans.edge(state(i)))) }
	inside := largestComponent(first, arcs, edge, func(a Arc) bool { return a.Permitted.Has(class) })
	for i := range inside {
		// Whoever begins on an edge is bound by no more bans than who comes from elsewhere, so any of its states will do.
		if inside[i] {
			r.core[r.bans.edge(state(i))] |= network.SetOf(class)
		}
	}
}

// stateGraph returns the turn graph with states in place of edges, without the arcs that bans forbid to class at all
// times.
func (r *Router) stateGraph(class network.VehicleClass) (first []int32, arcs []Arc) {
	n := r.bans.states(len(r.net.Edges))
	first = make([]int32, n+1)
	arcs = make([]Arc, 0, len(r.arcs))
	for i := range n {
		for _, arc := range r.Arcs(r.bans.edge(state(i))) {
			next, forbidden := r.bans.follow(state(i), arc.To, class, moment{ever: true})
			if !forbidden {
				arc.To = network.EdgeID(next)
				arcs = append(arcs, arc)
			}
		}
		first[i+1] = int32(len(arcs))
	}
	return first, arcs
}

// largestComponent returns the largest set of edges each of which can be reached from each over the edges and arcs
// that count; of equally large ones the first found. (Tarjan's algorithm, with a stack of its own in place of calls.)
func largestComponent(first []int32, arcs []Arc, edge func(int) bool, arc func(Arc) bool) []bool {
	n := len(first) - 1
	const unseen = 0
	var (
		index   = make([]int32, n) // order of discovery from 1
		low     = make([]int32, n) // the earliest edge known to be reachable and still open
		open    = make([]bool, n)  // on the stack of components being built
		at      = make([]int32, n) // the next arc to look at
		path    []int32
		stack   []int32
		largest []int32
		counter int32
	)
	enter := func(e int32) {
		counter++
		index[e], low[e], open[e], at[e] = counter, counter, true, first[e]
		path, stack = append(path, e), append(stack, e)
	}
	for root := range n {
		if index[root] != unseen || !edge(root) {
			continue
		}
		enter(int32(root))
		for len(path) > 0 {
			e := path[len(path)-1]
			if at[e] < first[e+1] {
				a := arcs[at[e]]
				at[e]++
				switch {
				case !arc(a) || !edge(int(a.To)):
				case index[a.To] == unseen:
					enter(int32(a.To))
				case open[a.To]:
					low[e] = min(low[e], index[a.To])
				}
				continue
			}
			path = path[:len(path)-1]
			if len(path) > 0 {
				up := path[len(path)-1]
				low[up] = min(low[up], low[e])
			}
			if low[e] != index[e] {
				continue
			}
			bottom := len(stack) - 1
			for stack[bottom] != e {
				bottom--
			}
			for _, member := range stack[bottom:] {
				open[member] = false
			}
			if len(stack)-bottom > len(largest) {
				largest = append(largest[:0], stack[bottom:]...)
			}
			stack = stack[:bottom]
		}
	}
	inside := make([]bool, n)
	for _, e := range largest {
		inside[e] = true
	}
	return inside
}

// accessZones numbers the groups of AccessOnly edges that hang together by arcs, whatever their direction; None for
// all other edges. A route that ends in one zone need not look into another.
func accessZones(net *network.Network, first []int32, arcs []Arc) []int32 {
	zone := make([]int32, len(net.Edges))
	for e := range zone {
		zone[e] = network.None
		if net.Edges[e].AccessOnly {
			zone[e] = int32(e)
		}
	}
	root := func(e int32) int32 {
		for zone[e] != e {
			zone[e] = zone[zone[e]]
			e = zone[e]
		}
		return e
	}
	forEachArc(first, func(from, a int) {
		if zone[from] == network.None || zone[arcs[a].To] == network.None {
			return
		}
		x, y := root(int32(from)), root(int32(arcs[a].To))
		zone[max(x, y)] = min(x, y)
	})
	for e := range zone {
		if zone[e] != network.None {
			zone[e] = root(int32(e))
		}
	}
	return zone
}
