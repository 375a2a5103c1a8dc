package jams

import (
	"cmp"
	"context"
	"math"
	"slices"

	"roadtwin/scenarios/results"
)

// The thresholds.
const (
	jamSpeed    = 0.30 // of the speed limit
	jamDensity  = 0.25 // of the room
	spillsFrom  = 0.90 // of the room
	room        = 7.62 // m of lane a standing vehicle takes, 25 ft (HCM)
	freeShare   = 0.5  // of the vehicles that leave the head go on to edges that are not congested
	incidentLag = 1800 // s for which a crash may be the cause of a queue
)

// Cause is why a queue is there.
type Cause string

// The causes.
const (
	Incident Cause = "incident" // a crash, a closure or a lower speed limit there
	Weather  Cause = "weather"  // roads were not dry
	Signal   Cause = "signal"
	Merge    Cause = "merge"    // several streets into one, where no signal is
	Priority Cause = "priority" // yields or stops
	Capacity Cause = "capacity" // none of these: more vehicles than the street carries
)

// Bottleneck is the head of a queue in one run.
type Bottleneck struct {
	Edge      int     `json:"edge"`
	OSMWay    int64   `json:"osm_way"`
	Street    string  `json:"street"`
	Cause     Cause   `json:"cause"`
	Begin     float64 `json:"begin_s"` // s after midnight: the first interval in which it is active
	End       float64 `json:"end_s"`   // of the last
	Active    float64 `json:"active_s"`
	Longest   float64 `json:"longest_m"`     // of its queue: all edges of it, at the worst time
	Upstream  []int   `json:"upstream"`      // the edges of its queue, nearest first
	Spilled   int     `json:"spilled"`       // of them those whose queue filled them
	Delay     float64 `json:"delay_h"`       // vehicle hours lost in the queue, against the speed limit
	Vehicles  int     `json:"vehicles"`      // that came through the head meanwhile
	Discharge float64 `json:"discharge_vph"` // vehicles an hour through the head, while it was active
}

// Traffic is what is known of one run.
type Traffic struct {
	Edges     []results.Edge
	Intervals []results.EdgeInterval
	Movements []results.MovementInterval
	Crashes   []results.Crash
	Commands  []results.Command
}

// Load reads the traffic of a run.
func Load(ctx context.Context, db *results.DB, run int64) (*Traffic, error) {
	var t Traffic
	var err error
	for _, read := range []func() error{
		func() error { t.Edges, err = db.Edges(ctx, run); return err },
		func() error { t.Intervals, err = db.EdgeIntervals(ctx, run); return err },
		func() error { t.Movements, err = db.MovementIntervals(ctx, run); return err },
		func() error { t.Crashes, err = db.Crashes(ctx, run); return err },
		func() error { t.Commands, err = db.Commands(ctx, run); return err },
	} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return &t, nil
}

// state is an edge in an interval.
type state struct {
	ratio, density float64 // speed over the limit, vehicles over the room
	delay          float64 // vehicle s
	congested      bool
	spills         bool
}

// moment is an interval of a run.
type moment struct {
	begin, end float64
	states     map[int]*state
	down, up   map[int][]link // by edge
}

// link is a movement: the other edge, and the vehicles that took it.
type link struct {
	edge     int
	vehicles int64
}

// finder finds the bottlenecks of one run.
type finder struct {
	*Traffic
	edges   map[int]*results.Edge
	limits  map[int]float64
	moments []moment
}

// Find returns the bottlenecks of a run, the one that costs most first.
func Find(t *Traffic) []Bottleneck {
	f := finder{Traffic: t, edges: map[int]*results.Edge{}, limits: map[int]float64{}}
	for i := range t.Edges {
		f.edges[t.Edges[i].Edge] = &t.Edges[i]
	}
	f.measureLimits()
	f.split()
	byHead := map[int][]episode{}
	for k := range f.moments {
		for _, q := range f.queues(&f.moments[k]) {
			byHead[q.head] = append(byHead[q.head], q)
		}
	}
	var all []Bottleneck
	for _, episodes := range byHead { // in any order: is sorted
		if b, ok := f.bottleneck(episodes); ok {
			all = append(all, b)
		}
	}
	slices.SortFunc(all, func(a, b Bottleneck) int { return cmp.Or(cmp.Compare(b.Delay, a.Delay), cmp.Compare(a.Edge, b.Edge)) })
	return all
}

// measureLimits takes the speed limits of the edges; of runs of earlier versions the highest mean speed of any interval.
func (f *finder) measureLimits() {
	for e, edge := range f.edges {
		if edge.SpeedLimit > 0 {
			f.limits[e] = edge.SpeedLimit
		}
	}
	for i := range f.Intervals {
		r := &f.Intervals[i]
		edge := f.edges[r.Edge]
		if edge == nil || edge.SpeedLimit > 0 || r.VehicleSeconds <= 0 {
			continue
		}
		f.limits[r.Edge] = math.Max(f.limits[r.Edge], r.VehicleMetres/r.VehicleSeconds)
	}
}

// split sorts the traffic by interval.
func (f *finder) split() {
	index := map[float64]int{}
	for i := range f.Intervals {
		r := &f.Intervals[i]
		k, ok := index[r.Begin]
		if !ok {
			k = len(f.moments)
			index[r.Begin] = k
			f.moments = append(f.moments, moment{begin: r.Begin, end: r.End, states: map[int]*state{}, down: map[int][]link{}, up: map[int][]link{}})
		}
		if s := f.state(r); s != nil {
			f.moments[k].states[r.Edge] = s
		}
	}
	for i := range f.Movements {
		r := &f.Movements[i]
		k, ok := index[r.Begin]
		if !ok || r.Entered == 0 {
			continue
		}
		m := &f.moments[k]
		m.down[r.FromEdge] = append(m.down[r.FromEdge], link{r.ToEdge, r.Entered})
		m.up[r.ToEdge] = append(m.up[r.ToEdge], link{r.FromEdge, r.Entered})
	}
	slices.SortFunc(f.moments, func(a, b moment) int { return cmp.Compare(a.begin, b.begin) })
}

func (f *finder) state(r *results.EdgeInterval) *state {
	edge, limit := f.edges[r.Edge], f.limits[r.Edge]
	if edge == nil || !(limit > 0) || !(r.VehicleSeconds > 0) || !(r.End > r.Begin) {
		return nil
	}
	places := math.Max(1, edge.Length*float64(edge.Lanes)/room)
	s := &state{
		ratio: r.VehicleMetres / r.VehicleSeconds / limit, density: r.VehicleSeconds / (r.End - r.Begin) / places,
		delay: math.Max(0, r.VehicleSeconds-r.VehicleMetres/limit),
	}
	s.congested = s.ratio <= jamSpeed && s.density >= jamDensity
	s.spills = s.congested && (float64(r.QueueMax) >= spillsFrom*places || s.density >= spillsFrom)
	return s
}

func (m *moment) congested(e int) bool { s := m.states[e]; return s != nil && s.congested }

// episode is a queue in one interval.
type episode struct {
	head     int
	moment   *moment
	upstream []int // nearest first
	flow     int64
}

// queues finds the heads and their queues in an interval. An edge belongs to the head that is fewest edges away.
func (f *finder) queues(m *moment) []episode {
	var heads []int
	for e := range m.states { // in any order: is sorted
		if m.congested(e) && f.isHead(m, e) {
			heads = append(heads, e)
		}
	}
	slices.Sort(heads)
	owner := map[int]int{}
	found := make([]episode, len(heads))
	type step struct{ edge, head int }
	var todo []step
	for i, e := range heads {
		owner[e] = i
		found[i] = episode{head: e, moment: m}
		for _, l := range m.down[e] {
			found[i].flow += l.vehicles
		}
		todo = append(todo, step{e, i})
	}
	for len(todo) > 0 {
		at := todo[0]
		todo = todo[1:]
		up := slices.Clone(m.up[at.edge])
		slices.SortFunc(up, func(a, b link) int { return cmp.Compare(a.edge, b.edge) })
		for _, l := range up {
			if _, taken := owner[l.edge]; taken || !m.congested(l.edge) {
				continue
			}
			owner[l.edge] = at.head
			found[at.head].upstream = append(found[at.head].upstream, l.edge)
			todo = append(todo, step{l.edge, at.head})
		}
	}
	return found
}

// isHead reports whether most vehicles that leave an edge go on where it is not congested.
func (f *finder) isHead(m *moment, e int) bool {
	var all, clear int64
	for _, l := range m.down[e] {
		all += l.vehicles
		if !m.congested(l.edge) {
			clear += l.vehicles
		}
	}
	return float64(clear) >= freeShare*float64(all)
}

// bottleneck adds up the intervals of one head; ok is false if it is only the red of a signal that everybody gets through: active in one
// interval, without a queue beyond its own edge that fills it.
func (f *finder) bottleneck(episodes []episode) (b Bottleneck, ok bool) {
	slices.SortFunc(episodes, func(x, y episode) int { return cmp.Compare(x.moment.begin, y.moment.begin) })
	head := f.edges[episodes[0].head]
	b = Bottleneck{Edge: head.Edge, OSMWay: head.OSMWay, Street: head.Name, Begin: episodes[0].moment.begin, Upstream: []int{}}
	spilled := map[int]bool{}
	for _, q := range episodes {
		m, length := q.moment, head.Length
		b.Active += m.end - m.begin
		b.End = m.end
		b.Vehicles += int(q.flow)
		b.Delay += m.states[q.head].delay / 3600
		if m.states[q.head].spills {
			spilled[q.head] = true
		}
		for _, e := range q.upstream {
			length += f.edges[e].Length
			b.Delay += m.states[e].delay / 3600
			if m.states[e].spills {
				spilled[e] = true
			}
			if !slices.Contains(b.Upstream, e) {
				b.Upstream = append(b.Upstream, e)
			}
		}
		b.Longest = math.Max(b.Longest, length)
	}
	b.Spilled = len(spilled)
	if b.Active > 0 {
		b.Discharge = float64(b.Vehicles) * 3600 / b.Active
	}
	b.Cause = f.cause(&b)
	return b, len(episodes) > 1 || b.Spilled > 0 || len(b.Upstream) > 0
}

// cause tells why a queue begins there.
func (f *finder) cause(b *Bottleneck) Cause {
	near := map[int]bool{b.Edge: true}
	into := map[int]map[int]bool{} // streets that lead into those downstream
	for k := range f.moments {
		m := &f.moments[k]
		if m.begin < b.Begin || m.end > b.End {
			continue
		}
		for _, l := range m.down[b.Edge] {
			near[l.edge] = true
			if into[l.edge] == nil {
				into[l.edge] = map[int]bool{}
			}
			for _, u := range m.up[l.edge] {
				into[l.edge][u.edge] = true
			}
		}
	}
	if f.incident(b, near) {
		return Incident
	}
	control := f.edges[b.Edge].Control
	switch {
	case control == "signal":
		return Signal
	case f.isWet(b.Begin, b.End):
		return Weather
	case control == "yield" || control == "stop":
		return Priority
	}
	for _, streets := range into {
		if len(streets) > 1 {
			return Merge
		}
	}
	return Capacity
}

// incident reports whether there was a crash on one of these edges shortly before, or one of them was closed or slowed down.
func (f *finder) incident(b *Bottleneck, near map[int]bool) bool {
	for i := range f.Crashes {
		c := &f.Crashes[i]
		if near[c.Edge] && c.Time >= b.Begin-incidentLag && c.Time < b.End {
			return true
		}
	}
	closed := map[int]bool{}
	for i := range f.Commands {
		c := &f.Commands[i]
		if c.Time >= b.End {
			break
		}
		switch c.Kind {
		case "close":
			closed[c.Edge] = true
		case "open":
			delete(closed, c.Edge)
		case "speed_limit":
			if limit := f.limits[c.Edge]; c.Value > 0 && c.Value < 0.9*limit {
				closed[c.Edge] = true
			} else {
				delete(closed, c.Edge)
			}
		}
	}
	for e := range closed {
		if near[e] {
			return true
		}
	}
	return false
}

// isWet reports whether the roads were said not to be dry at some time between.
func (f *finder) isWet(begin, end float64) bool {
	wet := false
	for i := range f.Commands {
		c := &f.Commands[i]
		if c.Kind != "condition" && c.Kind != "weather" {
			continue
		}
		if c.Time >= end {
			break
		}
		if c.Time <= begin {
			wet = false
		}
		wet = wet || c.Kind == "weather" || c.Condition != "dry"
	}
	return wet
}
