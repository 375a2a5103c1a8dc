package signals_test

import (
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/signals"
)

// town is a network to try signals on.
type town struct {
	name string
	net  *network.Network
}

// towns returns crossings of every kind that the generators and a little cutting make.
func towns(t testing.TB) []town {
	t.Helper()
	var all []town
	add := func(name string, spec *network.Spec, change func(*network.Spec)) {
		if change != nil {
			change(spec)
		}
		net, err := network.Build(spec)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, town{name, net})
	}
	for lanes := 1; lanes <= 4; lanes++ {
		grid := sample.GridSpec{Columns: 1, Rows: 1, Lanes: lanes, Signals: true}
		add("cross of "+string(rune('0'+lanes))+" lanes", sample.Grid(grid), nil)
		add("three arms of "+string(rune('0'+lanes))+" lanes", sample.Grid(grid), func(s *network.Spec) { cutArm(s, 1) })
		grid.DrivingSide = network.LeftHand
		add("British cross of "+string(rune('0'+lanes))+" lanes", sample.Grid(grid), func(s *network.Spec) { s.Country = "GB" })
	}
	add("German grid", sample.Grid(sample.GridSpec{Columns: 3, Rows: 2, Signals: true}), func(s *network.Spec) { s.Country = "DE" })
	add("four crossings, one cabinet", sample.Grid(sample.GridSpec{Columns: 2, Rows: 2, Spacing: 45, Signals: true}), func(s *network.Spec) {
		for j := range s.Junctions {
			if s.Junctions[j].Controller != network.None {
				s.Junctions[j].Controller = 0
			}
		}
	})
	for lanes := 2; lanes <= 3; lanes++ {
		grid := sample.GridSpec{Columns: 1, Rows: 1, Lanes: lanes, Signals: true}
		add("arrows on "+string(rune('0'+lanes))+" lanes", sample.Grid(grid), leftLanes)
		add("three arms, arrows on "+string(rune('0'+lanes))+" lanes", sample.Grid(grid), func(s *network.Spec) { leftLanes(s); cutArm(s, 1) })
	}
	add("main road and side road", sample.Grid(sample.GridSpec{Columns: 1, Rows: 1, Lanes: 3, Signals: true}), func(s *network.Spec) {
		for e := range s.Edges {
			if s.Edges[e].Name == "Row 1" {
				s.Edges[e].Road = network.Primary
			} else {
				s.Edges[e].Road = network.Residential
				s.Edges[e].Gradient = -0.05
			}
		}
	})
	return all
}

// leftLanes marks the inner lane of every approach for left turns only.
func leftLanes(s *network.Spec) {
	for e := range s.Edges {
		lanes := s.Edges[e].Lanes
		for i := range lanes {
			lanes[i].Turns = 1 << network.Through
		}
		lanes[0].Turns |= 1 << network.Right
		lanes[len(lanes)-1].Turns = 1 << network.Left
	}
}

// cutArm removes the n-th boundary junction's edges.
func cutArm(s *network.Spec, n int) {
	arm := int32(-1)
	for j := range s.Junctions {
		if s.Junctions[j].Boundary {
			if n == 0 {
				arm = int32(j)
				break
			}
			n--
		}
	}
	var kept []network.EdgeSpec
	renumbered := make([]int32, len(s.Edges))
	for e := range s.Edges {
		if s.Edges[e].From == arm || s.Edges[e].To == arm {
			renumbered[e] = network.None
			continue
		}
		renumbered[e] = int32(len(kept))
		kept = append(kept, s.Edges[e])
	}
	for e := range kept {
		if o := kept[e].Opposite; o != network.None {
			kept[e].Opposite = renumbered[o]
		}
	}
	s.Edges = kept
}

// watcher stands at the roadside and judges what it sees, by the network's conflicts alone.
type watcher struct {
	t        *testing.T
	name     string
	net      *network.Network
	timing   map[network.SignalGroupID]signals.GroupTiming
	tick     int
	last     []signals.Aspect
	since    []int                      // tick of the last change
	greenEnd []int                      // tick at which green ended; -1 if never seen
	greens   []int                      // times it became green
	pairs    [][2]network.SignalGroupID // that must never be green together, both ways round
	started  bool
}

func newWatcher(t *testing.T, town town, plans []signals.Plan) *watcher {
	n := len(town.net.SignalGroups)
	w := &watcher{
		t: t, name: town.name, net: town.net, timing: map[network.SignalGroupID]signals.GroupTiming{},
		since: make([]int, n), greenEnd: make([]int, n), greens: make([]int, n), last: make([]signals.Aspect, n),
	}
	for _, p := range plans {
		for _, g := range p.Groups {
			w.timing[g.Group] = g
		}
	}
	for i := range w.greenEnd {
		w.greenEnd[i] = -1
	}
	seen := map[[2]network.SignalGroupID]bool{}
	for _, k := range w.net.Conflicts {
		a, b := w.net.Connectors[k.Of].Group, w.net.Connectors[k.With].Group
		if pair := [2]network.SignalGroupID{a, b}; a != network.None && b != network.None && !seen[pair] && w.hard(k) {
			seen[pair] = true
			w.pairs = append(w.pairs, pair)
		}
	}
	return w
}

const step = 0.1 // s

// see looks at the aspects after a step of 0.1 s.
func (w *watcher) see(aspects []signals.Aspect) {
	w.tick++
	for i, a := range aspects {
		if w.started && a == w.last[i] {
			continue
		}
		w.judge(network.SignalGroupID(i), a)
		w.last[i] = a
		w.since[i] = w.tick
	}
	w.started = true
	for _, pair := range w.pairs {
		a, b := pair[0], pair[1]
		if open(aspects[a]) && open(aspects[b]) {
			w.t.Fatalf("%s, tick %d: %s is %v while %s is %v", w.name, w.tick,
				w.net.SignalGroups[a].Name, aspects[a], w.net.SignalGroups[b].Name, aspects[b])
		}
	}
}

// judge looks at a change of group g to aspect a, which w.last does not hold yet.
func (w *watcher) judge(g network.SignalGroupID, a signals.Aspect) {
	lasted := float64(w.tick-w.since[g])*step + 1e-9
	name := w.net.SignalGroups[g].Name
	if !w.started || w.since[g] == 1 { // the first was under way when it was first seen
		return
	}
	switch {
	case w.last[g] == signals.Green && a != signals.Amber, w.last[g] == signals.Amber && a != signals.Red && a != signals.RedAmber,
		w.last[g] == signals.Red && a == signals.Amber, w.last[g] == signals.RedAmber && a != signals.Green:
		w.t.Fatalf("%s, tick %d: %s from %v to %v", w.name, w.tick, name, w.last[g], a)
	case w.last[g] == signals.Green && lasted < w.timing[g].MinGreen-step:
		w.t.Fatalf("%s, tick %d: %s was green for %.1f s, minimum %.1f", w.name, w.tick, name, lasted, w.timing[g].MinGreen)
	case w.last[g] == signals.Amber && math.Abs(lasted-w.timing[g].Amber) > step:
		w.t.Fatalf("%s, tick %d: %s was amber for %.1f s, want %.1f", w.name, w.tick, name, lasted, w.timing[g].Amber)
	}
	if w.last[g] == signals.Green {
		w.greenEnd[g] = w.tick
	}
	if a != signals.Green {
		return
	}
	w.greens[g]++
	for _, pair := range w.pairs {
		other := pair[1]
		if pair[0] != g || w.greenEnd[other] < 0 {
			continue
		}
		want := w.timing[other].Amber + w.timing[other].AllRed
		if got := float64(w.tick-w.greenEnd[other]) * step; got < want-step {
			w.t.Fatalf("%s, tick %d: %s is green %.1f s after %s, want %.1f", w.name, w.tick, name, got, w.net.SignalGroups[other].Name, want)
		}
	}
}

// hard tells whether the paths of a conflict must never be green together: all but those of one approach, of facing
// approaches where the one that waits is turning, and of carriageways of one street side by side, where one turns off
// across the other or both merge.
func (w *watcher) hard(k network.Conflict) bool {
	p, q := w.net.Connectors[k.Of], w.net.Connectors[k.With]
	if k.Kind == network.Diverging || p.Group == q.Group || w.net.Lanes[p.From].Edge == w.net.Lanes[q.From].Edge {
		return false
	}
	yielder := q
	if k.Yields {
		yielder = p
	}
	turn := math.Abs(math.Remainder(w.heading(p)-w.heading(q), 2*math.Pi))
	if a, b := w.edgeOf(p), w.edgeOf(q); turn < 25*math.Pi/180 && a.Name != "" && a.Name == b.Name {
		return k.Kind == network.Merging && p.Turn != q.Turn || k.Kind == network.Crossing && yielder.Turn == network.Through
	}
	return yielder.Turn == network.Through || turn <= 3*math.Pi/4
}

func (w *watcher) edgeOf(c network.Connector) network.Edge {
	return w.net.Edges[w.net.Lanes[c.From].Edge]
}

func (w *watcher) heading(c network.Connector) float64 {
	shape := w.net.Lanes[w.net.Edges[w.net.Lanes[c.From].Edge].FirstLane].Shape
	p, q := shape[len(shape)-2], shape[len(shape)-1]
	return math.Atan2(q.Y-p.Y, q.X-p.X)
}

func open(a signals.Aspect) bool { return a == signals.Green || a == signals.Amber }

func start(t testing.TB, town town) (*signals.System, []signals.Plan) {
	t.Helper()
	plans, _ := signals.DefaultPlans(town.net)
	s, err := signals.New(town.net, plans)
	if err != nil {
		t.Fatalf("%s: %v", town.name, err)
	}
	return s, plans
}

func longest(plans []signals.Plan) float64 {
	c := 0.0
	for i := range plans {
		c = max(c, plans[i].Cycle())
	}
	return c
}
