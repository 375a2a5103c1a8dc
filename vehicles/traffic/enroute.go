package traffic

import (
	"cmp"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/draw"
)

// RerouteCause is why a vehicle under way got another route.
type RerouteCause uint8

// The causes.
const (
	MissedTurn   RerouteCause = iota // could not get into its lane in time, and went where its own led
	WaitedInVain                     // waited in vain at the end of a lane that leads elsewhere
	ClosedAhead                      // a street on its way is closed
	BetterWay                        // its driver is informed, and another way had become quicker
	NumRerouteCauses
)

var rerouteNames = [NumRerouteCauses]string{"missed_turn", "waited_in_vain", "closed", "better_way"}

// String returns the name used in results.
func (c RerouteCause) String() string { return rerouteNames[c] }

// A driver leaves a way for another only if that saves a good part of what is left, and so much at least: the indifference
// band of H. S. Mahmassani, R. Jayakrishnan, "System performance and user response under real-time information in a
// congested traffic corridor", Transportation Research A 25, 1991, with the mean of 0.2 and the minute of their simulations
// [recalled].
const (
	bandShare   = 0.2
	bandSeconds = 60.0
)

const (
	lookEvery  = 1.0   // s between two batches of drivers who look for another way
	turnAhead  = 100.0 // m before the end of an edge after which one leaves it as planned [assumed]: room to change lanes
	lastMoment = 2.0   // m/s² of braking with which one can still leave an edge otherwise than planned for a closed street [assumed]
	signAhead  = 400.0 // m before a closed street at which it is signed, and seen by everybody [assumed]
)

// lookout keeps who is to look for another way, and when. All of it but blocked can be made anew from the rest of the state.
type lookout struct {
	shut    int           // edges that are closed
	news    bool          // some were closed since drivers last heard of it
	rounds  [][]VehicleID // informed drivers on the road, by the batch in which they look
	blocked []VehicleID   // have a closed street ahead, and could not leave their way when they saw it

	looks []look // of this step
}

// look is a driver who looks for another way, and what comes of it: a new route, or nil.
type look struct {
	id    VehicleID
	cause RerouteCause
	route []network.EdgeID
	later bool // cannot leave its way just now
}

func (w *World) newLookout() lookout {
	return lookout{rounds: make([][]VehicleID, max(1, int(math.Round(w.cfg.Routes.Every/lookEvery))))}
}

// enlist has an informed driver who has come onto the road look around regularly from now on.
func (w *World) enlist(id VehicleID) {
	if w.isInformed(id) {
		round := &w.lookout.rounds[w.roundOf(id)]
		*round = append(*round, id)
	}
}

// roundOf returns the batch in which an informed driver looks: drivers are spread over all of them.
func (w *World) roundOf(id VehicleID) int {
	return draw.IntN(len(w.lookout.rounds), w.cfg.Seed, draw.RouteChoice, w.drawKey(id), drawMoment)
}

// lookAround lets drivers who have seen a closed street, and those informed drivers whose turn it is, look for another way.
func (w *World) lookAround() {
	o := &w.lookout
	o.looks = o.looks[:0]
	for _, wk := range w.workers {
		for _, id := range wk.warned {
			o.looks = append(o.looks, look{id: id, cause: ClosedAhead})
		}
		wk.warned = wk.warned[:0]
	}
	if o.news {
		o.news = false
		w.spreadNews()
	}
	if w.steps%w.stepsIn(lookEvery) == 0 {
		for _, id := range o.blocked {
			o.looks = append(o.looks, look{id: id, cause: ClosedAhead})
		}
		o.blocked = o.blocked[:0]
		w.callRound(int(w.steps / w.stepsIn(lookEvery) % uint64(len(o.rounds))))
	}
	if len(o.looks) > 0 {
		w.takeLooks()
	}
}

// callRound has the informed drivers of one round look, and forgets those who have left the road.
func (w *World) callRound(i int) {
	o := &w.lookout
	kept := o.rounds[i][:0]
	for _, id := range o.rounds[i] {
		if w.journeys[id].state == driving {
			kept = append(kept, id)
			o.looks = append(o.looks, look{id: id, cause: BetterWay})
		}
	}
	o.rounds[i] = kept
}

// spreadNews has everybody look who has a closed street on their way and knows of it: the informed wherever it is, others
// where it is signed.
func (w *World) spreadNews() {
	for s := range w.tracks {
		vs := w.tracks[s].vehicles()
		for i := range vs {
			sight := signAhead
			if w.isInformed(vs[i].id) {
				sight = math.Inf(1)
			}
			if w.closedOn(&w.journeys[vs[i].id], sight) >= 0 {
				w.lookout.looks = append(w.lookout.looks, look{id: vs[i].id, cause: ClosedAhead})
			}
		}
	}
}

// closedOn returns the index in the route of j of the first closed edge after the one it is on, if it begins within sight m
// of the end of that, -1 if there is none. Streets that one cannot leave for another do not count: signs stand where a
// driver still has a choice.
func (w *World) closedOn(j *journey, sight float64) int {
	ahead := 0.0
	for i := int(j.at) + 1; i < len(j.route) && ahead <= sight; i++ {
		e := j.route[i]
		if w.closed[e] {
			return i
		}
		if len(w.cfg.Router.Arcs(e)) > 1 {
			ahead += w.cfg.Net.Edges[e].Length
		}
	}
	return -1
}

// takeLooks searches for all who look, on all workers, and then gives them their new routes in order of id.
func (w *World) takeLooks() {
	o := &w.lookout
	slices.SortFunc(o.looks, func(a, b look) int { return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.cause, b.cause)) })
	o.looks = slices.CompactFunc(o.looks, func(a, b look) bool { return a.id == b.id })
	w.share(len(o.looks), (*World).takeLook)
	for i := range o.looks {
		l := &o.looks[i]
		if l.later {
			o.blocked = append(o.blocked, l.id)
		}
		if l.route != nil {
			w.journeys[l.id].route = l.route
			w.rerouted(l.id, l.cause)
		}
	}
}

// takeLook decides whether a driver goes another way. It changes nothing but the look.
func (w *World) takeLook(wk *worker, i int) {
	l := &w.lookout.looks[i]
	j := &w.journeys[l.id]
	if j.state != driving {
		return
	}
	closed := w.closedOn(j, math.Inf(1))
	switch {
	case closed >= 0:
		l.cause = ClosedAhead
	case l.cause == ClosedAhead:
		return // somebody has opened it, or sent the driver another way already
	}
	v, s := w.find(l.id)
	place := &w.layout.places[s]
	if v.flags&isCrashed != 0 {
		return
	}
	if !place.isLane || v.grant != 0 {
		l.later = closed >= 0 // let into a junction: goes through it first
		return
	}
	left := place.length - v.s
	fork := w.forkOf(j, left)
	if closed < 0 {
		l.route = w.otherWay(wk, l.id, fork)
		return
	}
	first := int(j.at)
	if left < float64(v.v*v.v)/(2*lastMoment)+lineMargin {
		first++
	}
	for fork = min(fork, closed-1); fork >= first && l.route == nil; fork-- {
		l.route = w.otherWay(wk, l.id, fork)
	}
}

// otherWay returns the route of a driver with the quickest way from the end of its edge of index fork on, if that is so much
// better than the way it has that the driver changes; nil if not, or if there is no other.
func (w *World) otherWay(wk *worker, id VehicleID, fork int) []network.EdgeID {
	j := &w.journeys[id]
	if fork >= len(j.route)-1 {
		return nil
	}
	q := w.query(id, j.route[:fork], j.route[fork])
	path, _, ok := wk.searcher.Path(append(wk.path[:0], j.route[:fork]...), q)
	wk.path = path
	if !ok || slices.Equal(path[fork:], j.route[fork:]) {
		return nil
	}
	// Both ways as the driver sees them: who took a longer way because it seemed better does not change for no reason.
	old, better := wk.searcher.PerceivedCost(q, j.route[fork:]), wk.searcher.PerceivedCost(q, path[fork:])
	if math.IsInf(old, 1) || old-better > max(float64(bandShare*old), bandSeconds) {
		return wk.keep(path)
	}
	return nil
}

// forkOf returns the index in the route of j of the first edge whose end is far enough ahead to leave it otherwise than
// planned; left is what is left of the edge that it is on, m.
func (w *World) forkOf(j *journey, left float64) int {
	i := int(j.at)
	for left < turnAhead && i < len(j.route)-1 {
		i++
		left += w.cfg.Net.Edges[j.route[i]].Length
	}
	return i
}

// clone returns what a snapshot keeps of o.
func (o *lookout) clone() lookout {
	return lookout{shut: o.shut, news: o.news, blocked: slices.Clone(o.blocked)}
}

// restoreLookout sets the lookout to what a snapshot kept of it, and enlists all informed drivers on the road.
func (w *World) restoreLookout(kept *lookout) {
	w.lookout = w.newLookout()
	w.lookout.shut, w.lookout.news, w.lookout.blocked = kept.shut, kept.news, slices.Clone(kept.blocked)
	for id := range w.journeys {
		if w.journeys[id].state == driving {
			w.enlist(VehicleID(id))
		}
	}
}
