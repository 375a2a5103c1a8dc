package route

import (
	"cmp"
	"slices"
	"sync"

	"roadtwin/network"
)

// Router holds what searches share: the turn graph of a network and lower bounds on the way from edge to edge. It is
// immutable and safe for concurrent use; each goroutine searches with a Searcher of its own.
type Router struct {
	net   *network.Network
	first []int32 // arcs that leave edge e are arcs[first[e]:first[e+1]]
	arcs  []Arc
	free  []float64 // s to drive each edge at its speed limit
	keys  []uint64  // see edgeKey
	ties  []float32 // s, by edge: what tells ways apart that are equally quick, see tieBreak
	// usable is who may drive on each edge, core who can drive from it to all other edges of that class's core.
	usable, core []network.ClassSet
	zone         []int32 // of each AccessOnly edge: the group of such edges it hangs together with; None for others
	bounds       landmarks
	bans         automaton
	searchers    sync.Pool // for Reachable
}

// Arc is a movement as a search sees it: from the end of one edge to the beginning of the next.
type Arc struct {
	To        network.EdgeID
	Movement  network.MovementID
	Permitted network.ClassSet // classes that at least one connector admits
	// Turn is the time to drive through the junction and what slowing down and looking cost, Wait what the control
	// at the stop line costs typically; s. See chargeTurn and chargeWait.
	Turn, Wait float32
}

// Query asks for the quickest way from the end of edge From to the end of edge To that no ban of the network forbids.
//
// The cost of a route is the time on each of its edges but the first, plus Turn and Wait of the arcs between them.
// Times that were measured contain the wait at the end of the edge, so a Wait counts only as far as it exceeds what
// the edge takes longer than free-flow anyway: an edge that is left by an arc costs max(time, free time + Wait) + Turn.
//
// A ban that holds at certain times is looked at for the moment at which the route completes it. That moment is the
// earliest possible: nobody drives round the block to wait for the end of a ban.
type Query struct {
	From, To network.EdgeID
	Class    network.VehicleClass
	// Depart is when the vehicle is at the end of From, s since Monday 00:00; it may lie in any week.
	Depart float64
	// Behind are the last edges driven before From, the last of them last: a ban may have begun there. As many as the
	// longest ban has are enough, and more do no harm.
	Behind []network.EdgeID
	// Times are the s to drive each edge now, indexed by EdgeID; nil means at the speed limit. +Inf closes an edge to
	// those who are not on it yet. Times below the free-flow time count as free-flow time.
	Times []float64
	// Profile are times by the time of day, in place of Times.
	Profile *Profile
	// Perception and Traveller, a number of the traveller's own, are for Searcher.Choose.
	Perception *Perception
	Traveller  uint64
	// Loop asks, if To is From, for the quickest way round the block and back: the destination lies behind.
	Loop bool
}

// New returns a Router for net. It takes about a second for 100,000 edges, most of it for the lower bounds.
func New(net *network.Network) *Router { return NewForLengths(net, nil, nil) }

// NewForLengths returns a Router that leads no lorry or bus where one as long as its class would have to change lanes and there is no
// room for it. lengths are in m, by class; nil: nowhere. free is the time in s to drive each edge alone; nil: at the limit of its fastest lane.
func NewForLengths(net *network.Network, lengths *[network.NumVehicleClasses]float64, free []float64) *Router {
	n := len(net.Edges)
	r := &Router{net: net, free: make([]float64, n), usable: make([]network.ClassSet, n), core: make([]network.ClassSet, n)}
	r.keys, r.ties = make([]uint64, n), make([]float32, n)
	for e := range net.Edges {
		fastest := 0.0
		for _, lane := range net.EdgeLanes(network.EdgeID(e)) {
			fastest = max(fastest, lane.SpeedLimit)
			r.usable[e] |= lane.Permitted
		}
		if r.free[e] = net.Edges[e].Length / fastest; free != nil {
			r.free[e] = free[e]
		}
		r.keys[e] = edgeKey(net, network.EdgeID(e))
		r.ties[e] = tieBreak * float32(r.keys[e]>>40) / (1 << 24)
	}
	r.first, r.arcs = turnGraph(net)
	r.zone = accessZones(net, r.first, r.arcs)
	bans := net.Bans
	if lengths != nil {
		bans = slices.Concat(bans, tightBans(r, lengths))
	}
	r.bans = newAutomaton(net, bans)
	for class := range network.NumVehicleClasses {
		r.markCore(class)
	}
	r.bounds = measure(r)
	r.searchers.New = func() any { return r.NewSearcher() }
	return r
}

// tieBreak is the most in s that an edge counts for beyond its time when ways are compared: far more than sums of equal
// times differ by rounding, so that which of equally quick ways is taken depends on where they are and not on how edges
// are numbered.
const tieBreak = 1e-6

// turnGraph returns the arcs of net, grouped by the edge they leave and ascending by the edge they lead to.
func turnGraph(net *network.Network) (first []int32, arcs []Arc) {
	order := make([]network.MovementID, len(net.Movements))
	for m := range order {
		order[m] = network.MovementID(m)
	}
	slices.SortFunc(order, func(a, b network.MovementID) int {
		x, y := &net.Movements[a], &net.Movements[b]
		return cmp.Or(cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To), cmp.Compare(a, b))
	})
	first = make([]int32, len(net.Edges)+1)
	for _, m := range order {
		move := &net.Movements[m]
		arc := Arc{To: move.To, Movement: m, Turn: chargeTurn(net, move), Wait: chargeWait(net, move)}
		for _, c := range move.Connectors {
			con := &net.Connectors[c]
			arc.Permitted |= con.Permitted & net.Lanes[con.From].Permitted & net.Lanes[con.To].Permitted
		}
		first[move.From+1]++
		arcs = append(arcs, arc)
	}
	for e := range net.Edges {
		first[e+1] += first[e]
	}
	return first, arcs
}

// Arcs returns what leaves edge e, ascending by Arc.To; read only.
func (r *Router) Arcs(e network.EdgeID) []Arc { return r.arcs[r.first[e]:r.first[e+1]] }

// FreeTime returns the time in s to drive edge e alone: at the speed limit of its fastest lane, but for what NewForLengths was told.
func (r *Router) FreeTime(e network.EdgeID) float64 { return r.free[e] }

// Usable returns the classes that may drive on at least one lane of e.
func (r *Router) Usable(e network.EdgeID) network.ClassSet { return r.usable[e] }

// Core returns the classes for which e belongs to the core: the largest set of edges, none of them AccessOnly, of
// which each can be reached from each. Bans that hold at certain times only do not count: a core is one at all times.
func (r *Router) Core(e network.EdgeID) network.ClassSet { return r.core[e] }

// Reachable reports whether a vehicle of that class can drive from the end of one edge to the end of another. It is
// quick within the core and costs a search elsewhere. An edge is reachable from itself. Bans that hold at certain times
// only do not count, so at such a time there may be no way all the same.
func (r *Router) Reachable(from, to network.EdgeID, class network.VehicleClass) bool {
	if r.core[from].Has(class) && r.core[to].Has(class) {
		return true
	}
	s := r.searchers.Get().(*Searcher)
	defer r.searchers.Put(s)
	s.seeQuickest()
	_, found := s.search(Query{From: from, To: to, Class: class}, true)
	return found
}
