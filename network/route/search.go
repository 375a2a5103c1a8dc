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
	labels []label // two for each state of the automaton
	states state   // of the automaton
	queue  queue
	// Of the current search:
	query Query
	when  moment // whose time is Query.Depart
	goal  row
	stamp uint32
}

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
	states := r.bans.states(len(r.net.Edges))
	return &Searcher{r: r, states: state(states), labels: make([]label, 2*states), queue: newQueue(2 * states)}
}

// Path appends the quickest route for q to dst, From and To included, and returns it with its cost in s (see Query);
// ok is false, and dst as it was, if there is none. Equally quick routes are told apart by the numbers of their edges,
// so that the answer depends on nothing but the network and the query.
func (s *Searcher) Path(dst []network.EdgeID, q Query) (route []network.EdgeID, cost float64, ok bool) {
	last, found := s.search(q, false)
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

// search runs A* and returns the state in which To is reached; noParent if the route is From alone. With ever set, bans
// that hold at certain times only do not count.
func (s *Searcher) search(q Query, ever bool) (last state, found bool) {
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
	s.when = moment{time: q.Depart, ever: ever}
	s.begin()
	s.leave(r.bans.after(q.Behind, q.From), noParent)
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
	at, last := i, i >= s.states
	if last {
		at -= s.states
	}
	for _, arc := range r.arcs[r.first[e]:r.first[e+1]] {
		if !arc.Permitted.Has(s.query.Class) {
			continue
		}
		final, open := s.enter(e, last, arc.To)
		if !open {
			continue
		}
		edge := r.free[e] + float64(arc.Wait)
		if spent > edge {
			edge = spent
		}
		cost := start + edge + float64(arc.Turn)
		next, forbidden := r.bans.follow(at, arc.To, s.query.Class, moment{time: s.when.time + cost, ever: s.when.ever})
		if forbidden {
			continue
		}
		if final {
			next += s.states
		}
		s.reach(next, parent, cost)
	}
}

// enter reports whether a route may lead from edge e on to edge to, and whether it is then on its final stretch, of
// AccessOnly edges, from where only AccessOnly edges may follow; last says that it is there already. So a route is
// AccessOnly edges, then others, then AccessOnly edges, each part possibly empty. open is false also if to leads nowhere.
func (s *Searcher) enter(e network.EdgeID, last bool, to network.EdgeID) (final, open bool) {
	r := s.r
	switch zone := r.zone[to]; {
	case zone == network.None: // no way back from the last stretch of access roads
		return false, !last
	case !last && r.zone[e] != network.None: // still on the access roads of the start
		return false, true
	default: // only the access roads at the destination
		return true, zone == r.zone[s.query.To]
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
	if i >= s.states {
		i -= s.states
	}
	return s.r.bans.edge(i)
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
