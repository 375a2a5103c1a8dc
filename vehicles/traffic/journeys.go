package traffic

import (
	"fmt"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/network/route"
)

// AddTrips adds trips, which must not begin before the last of those added earlier. It returns the id of the first; the
// others follow in the order given, whatever their departures: what is drawn for a vehicle is keyed by Trip.Key, or else its id,
// so that a trip that is shifted in time keeps its driver. Of equal departures the smaller id comes first. A trip that makes no
// sense is an error that names it, and none is added.
func (w *World) AddTrips(trips []Trip) (first VehicleID, err error) {
	last := math.Inf(-1)
	if n := len(w.queues.order); n > 0 {
		last = w.trips[w.queues.order[n-1]].Depart
	}
	for i := range trips {
		if err := w.checkTrip(&trips[i], last); err != nil {
			return 0, fmt.Errorf("trip %d: %w", len(w.trips)+i, err)
		}
	}
	first = VehicleID(len(w.trips))
	w.queues.enter(trips, first)
	w.trips = append(w.trips, trips...)
	w.journeys = append(w.journeys, make([]journey, len(trips))...)
	w.keepKeys(int(first))
	for i := int(first); i < len(w.journeys); i++ {
		w.limited = w.limited || w.trips[i].TopSpeed > 0
		j := &w.journeys[i]
		j.track, j.from, j.fromBefore = nowhere, nowhere, nowhere
	}
	if w.wary {
		w.senses = append(w.senses, slices.Repeat([]sense{{felt: 1}}, len(trips))...)
	}
	w.keepVigils()
	w.measures.add(w, int(first))
	w.drawStates(int(first))
	return first, nil
}

// keepKeys takes in the keys of the trips from first on.
func (w *World) keepKeys(first int) {
	for id := first; id < len(w.trips); id++ {
		key := w.trips[id].Key
		if key == 0 && len(w.keys) == 0 {
			continue // until one has a key, the ids do
		}
		for len(w.keys) < id {
			w.keys = append(w.keys, uint64(len(w.keys)))
		}
		if key == 0 {
			key = uint64(id)
		}
		w.keys = append(w.keys, key)
	}
}

// drawKey returns what the draws for a vehicle are keyed by.
func (w *World) drawKey(id VehicleID) uint64 {
	if int(id) < len(w.keys) {
		return w.keys[id]
	}
	return uint64(id)
}

func (w *World) checkTrip(t *Trip, last float64) error {
	edges := network.EdgeID(len(w.cfg.Net.Edges))
	switch {
	case !(t.Depart >= last) || math.IsInf(t.Depart, 0):
		return fmt.Errorf("departs at %g s, want a time not before %g s, when the last of those added earlier does", t.Depart, last)
	case t.From < 0 || t.From >= edges || t.To < 0 || t.To >= edges:
		return fmt.Errorf("from edge %d to edge %d, want 0 to %d", t.From, t.To, edges-1)
	case t.Class >= network.NumVehicleClasses:
		return fmt.Errorf("unknown vehicle class %d", t.Class)
	case math.IsNaN(t.FromPos) || math.IsNaN(t.ToPos):
		return fmt.Errorf("position is not a number")
	case t.From == t.To && t.FromPos >= 0 && t.ToPos >= 0 && t.ToPos <= t.FromPos:
		return fmt.Errorf("ends %g m along edge %d, behind its beginning at %g m", t.ToPos, t.To, t.FromPos)
	case !(t.TopSpeed >= 0) || t.TopSpeed > 0 && t.TopSpeed < crawl:
		return fmt.Errorf("top speed %g m/s, want 0 (that of its class) or at least %g", t.TopSpeed, crawl)
	case !(t.Length >= 0 && t.Length <= longest) || t.Length > 0 && t.Length < shortest:
		return fmt.Errorf("length %g m, want 0 (that of its class) or %g to %g", t.Length, shortest, longest)
	case int(t.Driver) > len(w.drivers.Drivers[0][t.Class]):
		return fmt.Errorf("driver %d, want 0 (drawn) to %d", t.Driver, len(w.drivers.Drivers[0][t.Class]))
	case t.RunsRed != 0 && t.Driver == 0:
		return fmt.Errorf("runs red at given edges without a given driver")
	case int(t.Style) > w.drivers.Styles():
		return fmt.Errorf("driver's style %d, want 0 (that of its class) to %d", t.Style, w.drivers.Styles())
	}
	return w.checkRoute(t)
}

const shortest, longest = 1.0, 30.0 // m, of vehicles

// checkRoute reports whether the route of t, if it has one, can be driven.
func (w *World) checkRoute(t *Trip) error {
	n := len(t.Route)
	if n == 0 {
		return nil
	}
	if t.Route[0] != t.From || t.Route[n-1] != t.To {
		return fmt.Errorf("route from edge %d to edge %d, want edge %d to edge %d", t.Route[0], t.Route[n-1], t.From, t.To)
	}
	for i, e := range t.Route[:n-1] {
		if !w.leads(e, t.Route[i+1], t.Class) {
			return fmt.Errorf("route: no way leads a %s from edge %d to edge %d (the %d. and %d. of %d)", t.Class, e, t.Route[i+1], i+1, i+2, n)
		}
	}
	return nil
}

// leads reports whether a movement that is open to the class goes from edge e to edge next. Both may be any number.
func (w *World) leads(e, next network.EdgeID, class network.VehicleClass) bool {
	if e < 0 || int(e) >= len(w.cfg.Net.Edges) {
		return false
	}
	for _, arc := range w.cfg.Router.Arcs(e) {
		if arc.To == next {
			return arc.Permitted.Has(class)
		}
	}
	return false
}

// routeHorizon is how far ahead of their departure trips are given a route, s. All of that time are routed together,
// on all workers, from the travel times of that moment.
const routeHorizon = 60

// release gives a route to the trips that depart within the next routeHorizon, and puts those whose time has come into
// the queue of their edge.
func (w *World) release() {
	if w.steps%w.stepsIn(routeHorizon) == 1 || w.steps == 1 {
		w.times.measure(w)
		w.routeBatch(w.Time() + routeHorizon)
	}
	now := w.Time()
	for w.queues.next < w.released && w.trips[w.queues.order[w.queues.next]].Depart <= now {
		id := w.queues.order[w.queues.next]
		w.queues.next++
		w.stats.Released++
		w.told.addTrip(&w.trips[id])
		j := &w.journeys[id]
		j.route = w.fromWhereItFits(id, j.route)
		if len(j.route) == 0 {
			j.state = finished
			w.stats.NoRoute++
			w.events = append(w.events, Event{Kind: NoRoute, Vehicle: id, Time: now, Track: network.None})
			continue
		}
		j.state = waiting
		w.queues.push(id, j.route[0])
	}
}

// stepsIn returns the number of steps in a time, at least 1.
func (w *World) stepsIn(seconds float64) uint64 {
	return max(1, uint64(math.Round(seconds/w.cfg.StepTime)))
}

func (w *World) routeBatch(until float64) {
	first := w.released
	for w.released < len(w.trips) && w.trips[w.queues.order[w.released]].Depart <= until {
		w.released++
	}
	if first == w.released {
		return
	}
	w.share(w.released-first, func(w *World, wk *worker, i int) { w.firstRoute(wk, w.queues.order[first+i]) })
}

// share has the workers do n searches, whose results must not depend on which worker does them.
func (w *World) share(n int, search func(w *World, wk *worker, i int)) {
	if len(w.workers) == 1 || n < min(w.few, fewRoutes) || w.pool.shut.Load() {
		for i := range n {
			search(w, w.workers[0], i)
		}
		return
	}
	w.pool.run(w, func(w *World, wk *worker) {
		for i := slices.Index(w.workers, wk); i < n; i += len(w.workers) {
			search(w, wk, i)
		}
	})
}

// fewRoutes is how many searches are not worth waking the other workers for.
const fewRoutes = 8

// firstRoute gives a vehicle the route that its trip has, unless an edge of it is closed now, or else the one that its
// driver takes for the quickest.
func (w *World) firstRoute(wk *worker, id VehicleID) {
	t := &w.trips[id]
	if len(t.Route) > 0 && !slices.ContainsFunc(t.Route[1:], func(e network.EdgeID) bool { return w.closed[e] }) {
		w.journeys[id].route = t.Route
		return
	}
	w.findRoute(wk, id, t.From)
}

// findRoute replaces the route of a vehicle from the edge from on, which takes the place of the one it is on; what it
// has driven before stays. It reports whether there is a way, and changes nothing if not.
func (w *World) findRoute(wk *worker, id VehicleID, from network.EdgeID) bool {
	j := &w.journeys[id]
	wk.path = append(wk.path[:0], j.route[:j.at]...)
	path, _, ok := wk.searcher.Choose(wk.path, w.query(id, j.route[:j.at], from))
	if !ok {
		return false
	}
	wk.path = path
	j.route = wk.keep(path)
	return true
}

// query asks for the way of a vehicle from an edge on, to which it comes over the edges behind.
func (w *World) query(id VehicleID, behind []network.EdgeID, from network.EdgeID) route.Query {
	t := &w.trips[id]
	return route.Query{
		From: from, To: t.To, Class: t.Class, Times: w.times.now, Behind: behind, Depart: w.weekTime(max(t.Depart, w.Time())),
		Perception: w.perception, Traveller: w.taste(id),
	}
}

// weekTime returns what time of the week it is, s since Monday 00:00, at so many s after midnight of Config.Day.
func (w *World) weekTime(time float64) float64 { return float64(w.cfg.Day)*24*3600 + time }

// keep stores a route. Routes are cut from large pieces, so that a search allocates next to nothing.
func (wk *worker) keep(path []network.EdgeID) []network.EdgeID {
	const piece = 1 << 16
	if len(wk.routes) < len(path) {
		wk.routes = make([]network.EdgeID, max(piece, len(path)))
	}
	kept := wk.routes[:len(path):len(path)]
	wk.routes = wk.routes[len(path):]
	copy(kept, path)
	return kept
}
