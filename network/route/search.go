package route

import (
	"math"
	"slices"

	"roadtwin/network"
)

// Searcher finds routes, one after another. It is not safe for concurrent use. After it is made, a search allocates
// nothing but the route.
type Searcher struct {
	r      *Router
	labels []label // two for each edge, see state
	queue  queue
	// Of the current search:
	query Query
	goal  row
	stamp uint32
}

// A state is where a search can be: at the start of edge e (number e), or of the AccessOnly edge e after it has left
// the roads that may be driven through (number e + edges), from where only AccessOnly edges may follow. So a route is
// AccessOnly edges, then others, then AccessOnly edges, each part possibly empty.
type state = int32

// label is what a search knows of a state.
type label struct {
	cost   float64 // s from the end of Query.From to the start of the edge
	ahead  float64 // lower bound from there to the end of Query.To, s; +Inf if there is no way
	parent state   // noParent if it follows Query.From
	stamp  uint32  // of the search it belongs to
	queued bool
}

const noParent state = -1

// NewSearcher returns a searcher on r.
func (r *Router) NewSearcher() *Searcher {
	states := 2 * len(r.net.Edges)
	return &Searcher{r: r, labels: make([]label, states), queue: newQueue(states)}
}

// Path appends the quickest route for q to dst, From and To included, and returns it with its cost in s (see Query);
// ok is false, and dst as it was, if there is none. Equally quick routes are told apart by the numbers of their edges,
// so that the answer depends on nothing but the network and the query.
func (s *Searcher) Path(dst []network.EdgeID, q Query) (route []network.EdgeID, cost float64, ok bool) {
	last, found := s.search(q)
	if !found {
		return dst, 0, false
	}
	if last == noParent {
		return append(dst, q.From), 0, true
	}
	at := len(dst)
	for i := last; i != noParent; i = s.labels[i].parent {
		dst = append(dst, s.edge(i))
	}
	dst = append(dst, q.From)
	slices.Reverse(dst[at:])
	return dst, s.labels[last].cost + s.time(q.To), true
}

// search runs A* and returns the state in which To is reached; noParent if the route is From alone.
func (s *Searcher) search(q Query) (last state, found bool) {
	r := s.r
	if !r.usable[q.From].Has(q.Class) || !r.usable[q.To].Has(q.Class) {
		return noParent, false
	}
	if q.From == q.To && !q.Loop {
		return noParent, true
	}
	if s.query = q; math.IsInf(s.time(q.To), 1) {
		return noParent, false
	}
	s.begin()
	s.leave(state(q.From), noParent)
	for len(s.queue.heap) > 0 {
		i, _ := s.queue.pop()
		s.labels[i].queued = false
		if s.edge(i) == q.To {
			return i, true
		}
		s.leave(i, i)
	}
	return noParent, false
}

// begin forgets the search before.
func (s *Searcher) begin() {
	s.queue.clear()
	s.goal = s.r.bounds.rows[s.query.To]
	if s.stamp++; s.stamp == 0 {
		for i := range s.labels {
			s.labels[i].stamp = 0
		}
		s.stamp = 1
	}
}

// leave follows the arcs from state i; parent is i, or noParent where i is the start.
func (s *Searcher) leave(i, parent state) {
	r, e := s.r, s.edge(i)
	spent := s.time(e)
	if parent == noParent && math.IsInf(spent, 1) {
		spent = r.free[e] // already on an edge that is closed
	}
	start := -spent // the time on the first edge is over and not counted, but the wait at its end is
	if parent != noParent {
		start = s.labels[i].cost
	}
	for _, arc := range r.arcs[r.first[e]:r.first[e+1]] {
		if !arc.Permitted.Has(s.query.Class) {
			continue
		}
		next, open := s.enter(i, arc.To)
		if !open {
			continue
		}
		edge := r.free[e] + float64(arc.Wait)
		if spent > edge {
			edge = spent
		}
		s.reach(next, parent, start+edge+float64(arc.Turn))
	}
}

// enter returns the state at the start of edge to after state i; open is false if that is not allowed or leads nowhere.
func (s *Searcher) enter(i state, to network.EdgeID) (next state, open bool) {
	r := s.r
	edges := state(len(r.net.Edges))
	switch zone := r.zone[to]; {
	case zone == network.None: // no way back from the last stretch of access roads
		return state(to), i < edges
	case i < edges && r.zone[i] != network.None: // still on the access roads of the start
		return state(to), true
	default: // only the access roads at the destination
		return state(to) + edges, zone == r.zone[s.query.To]
	}
}

// reach notes that state i can be had for cost, coming from parent.
func (s *Searcher) reach(i, parent state, cost float64) {
	l := &s.labels[i]
	if l.stamp != s.stamp {
		e := s.edge(i)
		ahead := s.r.free[e] + s.r.bounds.bound(&s.r.bounds.rows[e], &s.goal)
		if math.IsInf(s.time(e), 1) {
			ahead = math.Inf(1)
		}
		*l = label{cost: math.Inf(1), ahead: ahead, stamp: s.stamp}
	}
	if cost >= l.cost || math.IsInf(l.ahead, 1) {
		return
	}
	l.cost, l.parent = cost, parent
	if l.queued {
		s.queue.lower(i, cost+l.ahead)
		return
	}
	// Bounds that were rounded may let a state be reached more quickly after it was left; then it is left again.
	l.queued = true
	s.queue.push(i, cost+l.ahead)
}

// edge returns the edge of state i.
func (s *Searcher) edge(i state) network.EdgeID {
	if n := state(len(s.r.net.Edges)); i >= n {
		return network.EdgeID(i - n)
	}
	return network.EdgeID(i)
}

// time returns the s that edge e takes in the current query.
func (s *Searcher) time(e network.EdgeID) float64 {
	free := s.r.free[e]
	if s.query.Times == nil {
		return free
	}
	if t := s.query.Times[e]; t > free {
		return t
	}
	return free
}
