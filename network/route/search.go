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
	best   []network.EdgeID
	// Of the current search:
	query Query
	when  moment // whose time is Query.Depart
	goal  row
	stamp uint32
	// perceives is set if costs are as the traveller perceives them. Then no way may take longer than limit, s, nor be
	// perceived as longer than ceiling.
	perceives      bool
	limit, ceiling float64
}

// label is what a search knows of a state.
type label struct {
	cost   float64 // s from the end of Query.From to the start of the edge, as it is perceived
	time   float64 // s the same takes
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
// ok is false, and dst as it was, if there is none. Equally quick routes are told apart by where their edges are,
// so that the answer depends on nothing but the network and the query, however the network is numbered.
func (s *Searcher) Path(dst []network.EdgeID, q Query) (route []network.EdgeID, cost float64, ok bool) {
	s.seeQuickest()
	last, found := s.search(q, false)
	if !found {
		return dst, 0, false
	}
	return s.trace(dst, last), s.total(last), true
}

// seeQuickest has the next search look for the quickest way.
func (s *Searcher) seeQuickest() { s.perceives, s.limit, s.ceiling = false, math.Inf(1), math.Inf(1) }

// Choose appends the way that a traveller takes to dst: the quickest as Query.Perception has it for Query.Traveller, if it
// takes at most MaxDetour longer than the quickest and comes to no junction twice that the quickest does not; else the
// quickest. It returns what the way takes, s.
func (s *Searcher) Choose(dst []network.EdgeID, q Query) (route []network.EdgeID, cost float64, ok bool) {
	if q.Perception == nil {
		return s.Path(dst, q)
	}
	s.best, cost, ok = s.Path(s.best[:0], q)
	if !ok {
		return dst, 0, false
	}
	s.perceives, s.limit = true, cost*(1+MaxDetour)
	s.ceiling = s.PerceivedCost(q, s.best)
	last, found := s.search(q, false)
	if !found {
		return append(dst, s.best...), cost, true
	}
	at := len(dst)
	route = s.trace(dst, last)
	if s.returns(route[at:]) && !s.returns(s.best) {
		return append(route[:at], s.best...), cost, true
	}
	return route, s.total(last), true
}

// returns reports whether a route comes to a junction twice.
func (s *Searcher) returns(route []network.EdgeID) bool {
	edges := s.r.net.Edges
	for i, e := range route {
		for _, f := range route[i+1:] {
			if edges[f].To == edges[e].To {
				return true
			}
		}
	}
	return false
}

// total returns what the route that was found takes, s: from the end of From to the end of To.
func (s *Searcher) total(last state) float64 {
	if last == noParent {
		return 0
	}
	return s.labels[last].time + s.time(s.query.To, s.labels[last].time)
}

// trace appends the route that was found to dst.
func (s *Searcher) trace(dst []network.EdgeID, last state) []network.EdgeID {
	at := len(dst)
	for i := last; i != noParent; i = s.labels[i].parent {
		dst = append(dst, s.edge(i))
	}
	dst = append(dst, s.query.From)
	slices.Reverse(dst[at:])
	return dst
}

// search runs A* and returns the state in which To is reached; noParent if the route is From alone. With ever set, bans
// that hold at certain times only do not count.
func (s *Searcher) search(q Query, ever bool) (last state, found bool) {
	r := s.r
	s.query = q
	if !r.usable[q.From].Has(q.Class) || !r.usable[q.To].Has(q.Class) {
		return noParent, false
	}
	if q.From == q.To && !q.Loop {
		return noParent, true
	}
	if math.IsInf(s.time(q.To, 0), 1) {
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
	// The time on the first edge is over and not counted, but the wait at its end is.
	var cost, time float64 // at the start of e
	spent := s.spent(e, parent == noParent)
	if parent == noParent {
		cost, time = -spent, -spent
	} else {
		cost, time = s.labels[i].cost+float64(r.ties[e]), s.labels[i].time
		if s.perceives {
			cost += s.query.Perception.error(s.query.Traveller, e)
		}
	}
	at, last := i, i >= s.states
	if last {
		at -= s.states
	}
	for a := r.first[e]; a < r.first[e+1]; a++ {
		arc := &r.arcs[a]
		if !arc.Permitted.Has(s.query.Class) {
			continue
		}
		final, open := s.enter(e, last, arc.To)
		if !open {
			continue
		}
		took := s.passage(a, arc, e, spent, time)
		there := moment{time: s.when.time + time + took, ever: s.when.ever}
		next, forbidden := r.bans.follow(at, arc.To, s.query.Class, there)
		if forbidden || s.query.Profile != nil && s.query.Profile.closed(arc.To, there.time) {
			continue
		}
		if final {
			next += s.states
		}
		s.reach(next, parent, cost+took, time+took)
	}
}

// spent returns the s that edge e takes in the current query, the wait at its end included as far as it was measured. The
// first edge may be closed: one is on it already.
func (s *Searcher) spent(e network.EdgeID, first bool) float64 {
	if s.query.Profile != nil {
		return s.r.free[e]
	}
	if spent := s.time(e, 0); !first || !math.IsInf(spent, 1) {
		return spent
	}
	return s.r.free[e]
}

// passage returns the s from the start of edge e, on which one spends some time, to the start of the next along the arc of
// index a; time is when one comes onto e, in s after Query.Depart.
func (s *Searcher) passage(a int32, arc *Arc, e network.EdgeID, spent, time float64) float64 {
	if p := s.query.Profile; p != nil {
		return p.arc(a, s.query.Depart+time)
	}
	edge := s.r.free[e] + float64(arc.Wait)
	if spent > edge {
		edge = spent
	}
	return edge + float64(arc.Turn)
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

// reach notes that state i can be had for cost, coming from parent, in so much time.
func (s *Searcher) reach(i, parent state, cost, time float64) {
	l := &s.labels[i]
	if l.stamp != s.stamp {
		e := s.edge(i)
		ahead := s.r.free[e] + s.r.bounds.bound(&s.r.bounds.rows[e], &s.goal)
		if s.query.Times != nil && math.IsInf(s.query.Times[e], 1) && s.query.Profile == nil {
			ahead = math.Inf(1)
		}
		*l = label{cost: math.Inf(1), ahead: ahead, stamp: s.stamp}
	}
	if cost >= l.cost || math.IsInf(l.ahead, 1) {
		return
	}
	key := cost + l.ahead
	if s.perceives {
		ahead := l.ahead
		if s.edge(i) == s.query.To {
			ahead = s.time(s.query.To, time)
			key = cost + ahead
		} else {
			key = cost + s.query.Perception.least(ahead)
		}
		if time+ahead > s.limit || key > s.ceiling {
			return
		}
	}
	l.cost, l.time, l.parent = cost, time, parent
	if l.queued {
		s.queue.lower(i, key)
		return
	}
	// Bounds that were rounded may let a state be reached more quickly after it was left; then it is left again.
	l.queued = true
	s.queue.push(i, key)
}

// edge returns the edge of state i.
func (s *Searcher) edge(i state) network.EdgeID {
	if i >= s.states {
		i -= s.states
	}
	return s.r.bans.edge(i)
}

// time returns the s that edge e takes in the current query, for who comes onto it so many s after Query.Depart.
func (s *Searcher) time(e network.EdgeID, after float64) float64 {
	free := s.r.free[e]
	if p := s.query.Profile; p != nil {
		return max(free, p.edge(e, s.query.Depart+after))
	}
	if s.query.Times == nil {
		return free
	}
	if t := s.query.Times[e]; t > free {
		return t
	}
	return free
}

// Cost returns the s that a given route takes from the end of its first edge to the end of its last, as Path counts them
// for q, whose From and To it has; +Inf if an arc is missing, or closed to the class or at the time. Bans are not looked at.
func (s *Searcher) Cost(q Query, route []network.EdgeID) float64 {
	cost, _ := s.costs(q, route, false)
	return cost
}

// PerceivedCost is Cost as q.Perception has it for q.Traveller: without the error on the last edge, which all ways share.
func (s *Searcher) PerceivedCost(q Query, route []network.EdgeID) float64 {
	_, cost := s.costs(q, route, q.Perception != nil)
	return cost
}

func (s *Searcher) costs(q Query, route []network.EdgeID, perceives bool) (time, cost float64) {
	r := s.r
	s.query = q
	for i, e := range route[:len(route)-1] {
		spent := s.spent(e, i == 0)
		if i == 0 {
			time, cost = -spent, -spent
		} else if perceives {
			cost += q.Perception.error(q.Traveller, e)
		}
		took := math.Inf(1) // of the arcs that lead there the quickest
		for a := r.first[e]; a < r.first[e+1]; a++ {
			if arc := &r.arcs[a]; arc.To == route[i+1] && arc.Permitted.Has(q.Class) {
				took = min(took, s.passage(a, arc, e, spent, time))
			}
		}
		if math.IsInf(took, 1) {
			return took, took
		}
		time, cost = time+took, cost+took
		if q.Profile != nil && q.Profile.closed(route[i+1], q.Depart+time) {
			return math.Inf(1), math.Inf(1)
		}
	}
	if len(route) < 2 {
		return 0, 0
	}
	last := s.time(route[len(route)-1], time)
	return time + last, cost + last
}
