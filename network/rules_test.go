package network_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
)

// crossing returns a four-arm crossing built for a test, and the lanes' pairs of the movements from the southern arm
// (number 3), such as "left 1>1".
func fromSouth(t *testing.T, c sample.CrossSpec, edit func(s *network.Spec)) []string {
	t.Helper()
	s := sample.Cross(c)
	if edit != nil {
		edit(s)
	}
	return movementsOf(build(t, s), 7)
}

// movementsOf describes the movements of an edge, sorted.
func movementsOf(n *network.Network, e network.EdgeID) []string {
	var all []string
	for i := range n.Movements {
		m := &n.Movements[i]
		if m.From != e {
			continue
		}
		var pairs []string
		for _, id := range m.Connectors {
			c := &n.Connectors[id]
			pairs = append(pairs, fmt.Sprintf("%d>%d", n.Lanes[c.From].Index, n.Lanes[c.To].Index))
		}
		all = append(all, m.Turn.String()+" "+strings.Join(pairs, " "))
	}
	slices.Sort(all)
	return all
}

func TestLanesWithoutArrows(t *testing.T) {
	tests := []struct {
		name        string
		arms, lanes int
		exits       int // lanes of the northern arm's exit, if not as many
		side        network.DrivingSide
		want        []string
	}{
		{"one lane", 4, 1, 1, network.RightHand, []string{"left 0>0", "right 0>0", "through 0>0"}},
		{"two lanes", 4, 2, 2, network.RightHand, []string{"left 1>1", "right 0>0", "through 0>0 1>1"}},
		{"two lanes, left-hand", 4, 2, 2, network.LeftHand, []string{"left 0>0", "right 1>1", "through 0>0 1>1"}},
		{"two lanes, narrow exit", 4, 2, 1, network.RightHand, []string{"left 1>1", "right 0>0", "through 0>0"}},
		{"three lanes", 4, 3, 3, network.RightHand, []string{"left 2>2", "right 0>0", "through 0>0 1>1 2>2"}},
		{"three lanes, two go on", 4, 3, 2, network.RightHand, []string{"left 2>2", "right 0>0", "through 0>0 1>1"}},
	}
	for _, tt := range tests {
		c := sample.CrossSpec{Arms: tt.arms, Lanes: tt.lanes, DrivingSide: tt.side, Control: network.Signalised}
		got := fromSouth(t, c, func(s *network.Spec) {
			s.Edges[2].Lanes = s.Edges[2].Lanes[:tt.exits]
		})
		// What is added to reach exit lanes that no movement leads to is another rule.
		for i := range got {
			if tt.lanes == 3 {
				got[i] = strings.Replace(strings.Replace(got[i], " 0>1", "", 1), " 2>1", "", 1)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestStemOfT(t *testing.T) {
	for lanes, want := range map[int][]string{
		1: {"left 0>0", "right 0>0"},
		2: {"left 1>1", "right 0>0"},
		3: {"left 1>1 2>2", "right 0>0"},
	} {
		n := build(t, sample.Cross(sample.CrossSpec{Arms: 3, Lanes: lanes}))
		if got := movementsOf(n, 3); !slices.Equal(got, want) { // edge 3 comes from the north
			t.Errorf("%d lanes: got %q, want %q", lanes, got, want)
		}
	}
}

// TestRingsWithoutArrows: all lanes of a ring go on round it, and as many from the kerb as an exit has lanes leave by it.
func TestRingsWithoutArrows(t *testing.T) {
	for exits, want := range map[int][]string{
		1: {"right 0>0", "through 0>0 1>1"},
		2: {"right 0>0 1>1", "through 0>0 1>1"},
	} {
		spec := sample.Cross(sample.CrossSpec{Lanes: 2, Control: network.Roundabout})
		spec.Edges[2].Lanes = spec.Edges[2].Lanes[:exits] // outward on arm 1, which the ring's edge 8 reaches
		n := build(t, spec)
		if got := movementsOf(n, 8); !slices.Equal(got, want) {
			t.Errorf("%d exit lanes: got %q, want %q", exits, got, want)
		}
		for _, c := range n.Conflicts {
			p, q := &n.Connectors[c.Of], &n.Connectors[c.With]
			if n.Lanes[p.From].Edge == 8 && n.Lanes[q.From].Edge == 8 && c.Kind == network.Crossing && !c.Yields {
				t.Errorf("%d exit lanes: who leaves and who goes on beside him do not take turns: %+v", exits, c)
			}
		}
	}
}

func TestLanesFollowArrows(t *testing.T) {
	const (
		left, through, right = network.TurnSet(1 << network.Left), network.TurnSet(1 << network.Through), network.TurnSet(1 << network.Right)
		slightRight          = network.TurnSet(1 << network.SlightRight)
	)
	tests := []struct {
		name   string
		arrows []network.TurnSet
		ban    network.Turn
		want   []string
	}{
		{"as marked", []network.TurnSet{right, through, left}, network.NumTurns, []string{"left 2>2", "right 0>0", "through 1>0"}},
		{"shared", []network.TurnSet{right | through, through, left}, network.NumTurns, []string{"left 2>2", "right 0>0", "through 0>0 1>1"}},
		{"double left", []network.TurnSet{right | through, left, left}, network.NumTurns, []string{"left 1>1 2>2", "right 0>0", "through 0>0"}},
		{"no arrow is straight on", []network.TurnSet{right, 0, left}, network.NumTurns, []string{"left 2>2", "right 0>0", "through 1>0"}},
		{"slight for right", []network.TurnSet{slightRight, through, left}, network.NumTurns, []string{"left 2>2", "right 0>0", "through 1>0"}},
		{"nobody serves the left turn", []network.TurnSet{right, through, through}, network.NumTurns, []string{"left 2>2", "right 0>0", "through 1>0 2>1"}},
		{"left is banned", []network.TurnSet{right, through, left}, network.Left, []string{"right 0>0", "through 1>0 2>1"}},
	}
	for _, tt := range tests {
		got := fromSouth(t, sample.CrossSpec{Lanes: 3, Control: network.Signalised, Arrows: nil}, func(s *network.Spec) {
			for i, a := range tt.arrows {
				s.Edges[7].Lanes[i].Turns = a
			}
			if tt.ban == network.Left {
				s.Bans = append(s.Bans, network.TurnRule{From: 7, To: 4, Classes: network.AllClasses})
			}
		})
		if !slices.Equal(withoutSpill(got), withoutSpill(tt.want)) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// withoutSpill leaves the through movement's exit lanes out: they are chosen by geometry.
func withoutSpill(movements []string) []string {
	out := slices.Clone(movements)
	for i, m := range out {
		if strings.HasPrefix(m, "through") {
			lanes := map[string]bool{}
			for _, p := range strings.Fields(m)[1:] {
				lanes[p[:1]] = true
			}
			out[i] = fmt.Sprint("through ", lanes)
		}
	}
	return out
}

func TestRulesForClasses(t *testing.T) {
	bus := network.SetOf(network.Bus)
	s := sample.Cross(sample.CrossSpec{})
	// From the south (edge 7): buses only straight on (edge 2), lorries not to the right (edge 0).
	s.Onlys = []network.TurnRule{{From: 7, To: 2, Classes: bus}}
	s.Bans = []network.TurnRule{{From: 7, To: 0, Classes: network.Lorries}}
	n := build(t, s)
	want := map[network.Turn]network.ClassSet{
		network.Through: network.AllClasses,
		network.Left:    network.AllClasses &^ bus,
		network.Right:   network.AllClasses &^ bus &^ network.Lorries,
	}
	for i := range n.Connectors {
		c := &n.Connectors[i]
		if n.Lanes[c.From].Edge == 7 && c.Permitted != want[c.Turn] {
			t.Errorf("%v: permits %v, want %v", c.Turn, c.Permitted, want[c.Turn])
		}
	}
}

func TestLaneAddedAndDropped(t *testing.T) {
	n := build(t, sample.Corridor(sample.CorridorSpec{LanesOf: []int{2, 3, 2}, OneWay: true}))
	if got, want := movementsOf(n, 0), []string{"through 0>0 1>1 1>2"}; !slices.Equal(got, want) {
		t.Errorf("lane added: %q, want %q", got, want)
	}
	if got, want := movementsOf(n, 1), []string{"through 0>0 1>1 2>1"}; !slices.Equal(got, want) {
		t.Errorf("lane dropped: %q, want %q", got, want)
	}
	for i := range n.Connectors {
		if r := n.Connectors[i].Curvature; r > 1.0/60 {
			t.Errorf("connector %d: curvature %.3f, want gentle", i, r)
		}
	}
}

func TestRamps(t *testing.T) {
	for _, side := range []network.DrivingSide{network.RightHand, network.LeftHand} {
		n := build(t, sample.Ramps(3, side))
		if got := movementsOf(n, 0); len(got) != 2 || !slices.Contains(got, "through 0>0 1>1 2>2") {
			t.Errorf("%v-hand: at the exit %q, want all lanes to go on and lane 0 to the ramp", side, got)
		}
		if got := movementsOf(n, 4); len(got) != 1 || !strings.HasSuffix(got[0], " 0>0") {
			t.Errorf("%v-hand: from the entry %q, want 0>0", side, got)
		}
		for i := range n.Conflicts {
			c := &n.Conflicts[i]
			if c.Kind != network.Merging {
				continue
			}
			if ramp := n.Lanes[n.Connectors[c.Of].From].Edge == 4; c.Yields != ramp {
				t.Errorf("%v-hand: merging, on the ramp %v: yields %v", side, ramp, c.Yields)
			}
		}
	}
}

func TestRampsWithLanesOfTheirOwn(t *testing.T) {
	for _, side := range []network.DrivingSide{network.RightHand, network.LeftHand} {
		s := sample.Ramps(3, side)
		s.Edges[1].Lanes = s.Edges[1].Lanes[:2] // the third lane leaves by the exit and comes back from the entry
		n := build(t, s)
		got := slices.Concat(movementsOf(n, 0), movementsOf(n, 1), movementsOf(n, 4))
		for i := range got {
			got[i] = strings.TrimLeft(got[i], "abcdefghijklmnopqrstuvwxyz_ ") // whatever the turn is called
		}
		slices.Sort(got)
		if want := []string{"0>0", "0>0", "0>1 1>2", "1>0 2>1"}; !slices.Equal(got, want) {
			t.Errorf("%v-hand: lanes %q, want %q", side, got, want)
		}
		for i := range n.Conflicts {
			if n.Conflicts[i].Kind != network.Diverging {
				t.Errorf("%v-hand: conflict %+v, want none", side, n.Conflicts[i])
			}
		}
	}
}

func TestDeadEndTurnsRound(t *testing.T) {
	s := sample.Corridor(sample.CorridorSpec{})
	s.Junctions[1].Boundary = false
	n := build(t, s)
	if got, want := movementsOf(n, 0), []string{"u_turn 0>0"}; !slices.Equal(got, want) {
		t.Errorf("at the dead end: %q, want %q", got, want)
	}
	if got := movementsOf(n, 1); len(got) != 0 {
		t.Errorf("at the boundary: %q, want nothing", got)
	}
}

// conflictTable counts the conflicts of a junction by kind and turns, each once.
func conflictTable(n *network.Network) map[string]int {
	table := map[string]int{}
	for i := range n.Conflicts {
		c := &n.Conflicts[i]
		if c.Of < c.With {
			a, b := n.Connectors[c.Of].Turn.String(), n.Connectors[c.With].Turn.String()
			table[fmt.Sprint(c.Kind, " ", min(a, b), " ", max(a, b))]++
		}
	}
	return table
}

// The 32 conflict points of a crossing of two two-lane roads, known from any textbook (FHWA-SA-08-006, "Roundabouts: an
// informational guide", exhibit 5-1): 8 diverging, 8 merging, 16 crossing. Pairs of paths that meet at once count for
// more than one point there: three paths leave each approach and three reach each exit, so there are 12 pairs of each.
func TestConflictsOfACrossing(t *testing.T) {
	n := build(t, sample.Cross(sample.CrossSpec{Control: network.Signalised}))
	got := conflictTable(n)
	want := map[string]int{
		"diverging left through": 4, "diverging right through": 4, "diverging left right": 4,
		"merging left through": 4, "merging right through": 4, "merging left right": 4,
		"crossing through through": 4,
		"crossing left through":    8, // each left turn: the oncoming traffic, and that from the left
		"crossing left left":       4, // from neighbouring arms; those from opposite arms pass
	}
	for k, v := range want {
		if got[k] != v {
			t.Errorf("%s: %d, want %d", k, got[k], v)
		}
	}
	for k, v := range got {
		if want[k] == 0 {
			t.Errorf("%s: %d, want none", k, v)
		}
	}
}

func TestDualTurnLanesDoNotConflict(t *testing.T) {
	left := network.TurnSet(1 << network.Left)
	n := build(t, sample.Cross(sample.CrossSpec{
		Lanes: 3, Control: network.Signalised, Arrows: []network.TurnSet{1<<network.Through | 1<<network.Right, left, left},
	}))
	for i := range n.Conflicts {
		c := &n.Conflicts[i]
		p, q := &n.Connectors[c.Of], &n.Connectors[c.With]
		if p.Movement == q.Movement && p.From != q.From {
			t.Errorf("%v from lanes %d and %d of one approach: conflict %+v", p.Turn, p.From, q.From, c)
		}
	}
}

// who tells which of two movements of a crossing gives way: "first", "second", "both".
func who(t *testing.T, n *network.Network, from1 network.EdgeID, turn1 network.Turn, from2 network.EdgeID, turn2 network.Turn) string {
	t.Helper()
	for i := range n.Conflicts {
		c := &n.Conflicts[i]
		p, q := &n.Connectors[c.Of], &n.Connectors[c.With]
		if n.Lanes[p.From].Edge != from1 || n.Lanes[q.From].Edge != from2 || p.Turn != turn1 || q.Turn != turn2 {
			continue
		}
		other := false
		for _, k := range n.ConflictsOf(c.With) {
			other = other || k.With == c.Of && k.Yields
		}
		switch {
		case c.Yields && other:
			return "both"
		case c.Yields:
			return "first"
		}
		return "second"
	}
	return "neither meets"
}

func TestRightOfWay(t *testing.T) {
	const (
		east, north, west, south = network.EdgeID(1), network.EdgeID(3), network.EdgeID(5), network.EdgeID(7) // arrivals from there
		left, through, right     = network.Left, network.Through, network.Right
	)
	tests := []struct {
		name          string
		cross         sample.CrossSpec
		first, second network.EdgeID
		turn1, turn2  network.Turn
		want          string
	}{
		{"right before left", sample.CrossSpec{}, south, east, through, through, "first"},
		{"right before left, seen from the right", sample.CrossSpec{}, east, south, through, through, "second"},
		{"give way to the right where one drives on the left", sample.CrossSpec{DrivingSide: network.LeftHand}, south, east, through, through, "first"},
		{"left turn and oncoming", sample.CrossSpec{}, south, north, left, through, "first"},
		{"right turn and oncoming, left-hand", sample.CrossSpec{DrivingSide: network.LeftHand}, south, north, right, through, "first"},
		{"left turn and oncoming right turn", sample.CrossSpec{}, south, north, left, right, "first"},
		{"side road and main road", sample.CrossSpec{Control: network.PriorityRoad}, south, west, through, through, "first"},
		{"main road and side road on the right", sample.CrossSpec{Control: network.PriorityRoad}, west, south, through, through, "second"},
		{"left from the main road and side road", sample.CrossSpec{Control: network.PriorityRoad}, west, south, left, through, "second"},
		{"left from the main road and oncoming", sample.CrossSpec{Control: network.PriorityRoad}, west, east, left, through, "first"},
		{"two side roads", sample.CrossSpec{Control: network.PriorityRoad}, south, north, left, through, "first"},
		{"everybody stops", sample.CrossSpec{Control: network.AllWayStop}, south, west, through, through, "both"},
		{"permissive left", sample.CrossSpec{Control: network.Signalised}, south, north, left, through, "first"},
	}
	for _, tt := range tests {
		n := build(t, sample.Cross(tt.cross))
		if got := who(t, n, tt.first, tt.turn1, tt.second, tt.turn2); got != tt.want {
			t.Errorf("%s: %s gives way, want %s", tt.name, got, tt.want)
		}
	}
}

func TestControls(t *testing.T) {
	tests := []struct {
		name  string
		cross sample.CrossSpec
		kind  network.JunctionKind
		main  network.Control // of arms 0 and 2
		side  network.Control
	}{
		{"yield", sample.CrossSpec{Control: network.PriorityRoad}, network.PriorityRoad, network.Free, network.Yield},
		{"stop", sample.CrossSpec{Control: network.PriorityRoad, Sign: network.Stop}, network.PriorityRoad, network.Free, network.Stop},
		{"all-way stop", sample.CrossSpec{Control: network.AllWayStop}, network.AllWayStop, network.Stop, network.Stop},
		{"signals", sample.CrossSpec{Control: network.Signalised}, network.Signalised, network.Signal, network.Signal},
		{"equal roads", sample.CrossSpec{}, network.PrioritySide, network.Yield, network.Yield},
	}
	for _, tt := range tests {
		n := build(t, sample.Cross(tt.cross))
		if got := n.Junctions[0].Kind; got != tt.kind {
			t.Errorf("%s: kind %v, want %v", tt.name, got, tt.kind)
		}
		for i := range n.Connectors {
			c := &n.Connectors[i]
			want := tt.main
			if e := n.Lanes[c.From].Edge; e == 3 || e == 7 {
				want = tt.side
			}
			if c.Turn == network.Through && c.Control != want {
				t.Errorf("%s: from edge %d %v, want %v", tt.name, n.Lanes[c.From].Edge, c.Control, want)
			}
		}
	}
}

func TestEntriesYieldToTheRing(t *testing.T) {
	for _, side := range []network.DrivingSide{network.RightHand, network.LeftHand} {
		for lanes := 1; lanes <= 2; lanes++ {
			n := build(t, sample.Cross(sample.CrossSpec{Control: network.Roundabout, Lanes: lanes, DrivingSide: side}))
			meetings := 0
			for i := range n.Conflicts {
				c := &n.Conflicts[i]
				of, with := n.Edges[n.Lanes[n.Connectors[c.Of].From].Edge], n.Edges[n.Lanes[n.Connectors[c.With].From].Edge]
				if c.Kind == network.Diverging || of.Roundabout == with.Roundabout {
					continue
				}
				meetings++
				if c.Yields == of.Roundabout {
					t.Errorf("%v-hand: ring %v yields %v", side, of.Roundabout, c.Yields)
				}
			}
			if meetings == 0 {
				t.Errorf("%v-hand, %d lanes: no entry meets the ring", side, lanes)
			}
			for i := range n.Junctions {
				if n.Junctions[i].NumConnectors > 0 && n.Junctions[i].Kind != network.Roundabout {
					t.Errorf("%v-hand: junction %d is %v, want roundabout", side, i, n.Junctions[i].Kind)
				}
			}
		}
	}
}

func TestSignalGroups(t *testing.T) {
	shared := build(t, sample.Cross(sample.CrossSpec{Lanes: 2, Control: network.Signalised}))
	if got := len(shared.SignalGroups); got != 4 {
		t.Errorf("lanes shared by turns: %d groups, want one an approach", got)
	}
	left := network.TurnSet(1 << network.Left)
	own := build(t, sample.Cross(sample.CrossSpec{
		Lanes: 2, Control: network.Signalised, Arrows: []network.TurnSet{1<<network.Through | 1<<network.Right, left},
	}))
	if got := len(own.SignalGroups); got != 8 {
		t.Errorf("left turns with lanes of their own: %d groups, want two an approach", got)
	}
	if got, want := own.SignalGroups[len(own.SignalGroups)-1].Name, "Arm 3 northbound, left"; got != want {
		t.Errorf("name %q, want %q", got, want)
	}
	mid := sample.Corridor(sample.CorridorSpec{Sections: 2})
	mid.Junctions[1].Control, mid.Junctions[1].Controller = network.Signalised, 0
	n := build(t, mid)
	if len(n.Controllers) != 0 || n.Junctions[1].Kind != network.Plain {
		t.Errorf("signal without anything to keep apart: %d controllers, junction %v, want none, plain", len(n.Controllers), n.Junctions[1].Kind)
	}
}

func TestStopOffsetIsHonoured(t *testing.T) {
	plain := build(t, sample.Cross(sample.CrossSpec{Control: network.Signalised}))
	s := sample.Cross(sample.CrossSpec{Control: network.Signalised})
	s.Edges[7].StopOffset = 30
	n := build(t, s)
	if got := n.Edges[7].Length; math.Abs(got-170) > 0.01 {
		t.Errorf("length %.2f m, want 200 - 30", got)
	}
	if n.Edges[5].Length != plain.Edges[5].Length {
		t.Errorf("another approach changed: %.2f m, want %.2f", n.Edges[5].Length, plain.Edges[5].Length)
	}
}

func TestBadSpecsAreRefused(t *testing.T) {
	tests := []struct {
		name string
		edit func(s *network.Spec)
		want string
	}{
		{"junction", func(s *network.Spec) { s.Edges[1].To = 99 }, "edge 1: junction 99"},
		{"shape", func(s *network.Spec) { s.Edges[2].Shape = s.Edges[2].Shape[:1] }, "edge 2: shape of 1 points"},
		{"infinite", func(s *network.Spec) { s.Edges[0].Shape[1].X = math.Inf(1) }, "edge 0: point 1"},
		{"not a number", func(s *network.Spec) { s.Junctions[0].Position.Y = math.NaN() }, "junction 0: position"},
		{"lanes", func(s *network.Spec) { s.Edges[3].Lanes = nil; s.Edges[3].Name = "Elm" }, "edge 3: 0 lanes"},
		{"width", func(s *network.Spec) { s.Edges[3].Lanes[0].Width = -1 }, "lane 0: width -1"},
		{"limit", func(s *network.Spec) { s.Edges[3].Lanes[0].SpeedLimit = math.NaN() }, "speed limit NaN"},
		{"classes", func(s *network.Spec) { s.Edges[3].Lanes[0].Permitted = 0 }, "permitted classes"},
		{"opposite", func(s *network.Spec) { s.Edges[3].Opposite = 3 }, "opposite edge 3"},
		{"rule", func(s *network.Spec) { s.Bans = []network.TurnRule{{From: -1}} }, "turn rule 0: edge -1"},
	}
	for _, tt := range tests {
		s := sample.Cross(sample.CrossSpec{})
		tt.edit(s)
		if _, err := network.Build(s); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.name, err, tt.want)
		}
	}
}

// TestLanesThatMerge drops lanes that are marked to end, whichever they are.
func TestLanesThatMerge(t *testing.T) {
	const offside, kerbside = network.MergeOffside, network.MergeKerbside
	for _, tt := range []struct {
		merge []network.Merge
		exits int
		want  string
	}{
		{[]network.Merge{offside, 0, 0}, 2, "through 0>0 1>0 2>1"},
		{[]network.Merge{0, 0, kerbside}, 2, "through 0>0 1>1 2>1"},
		{[]network.Merge{0, offside, 0}, 2, "through 0>0 1>1 2>1"},
		{[]network.Merge{0, kerbside, 0}, 2, "through 0>0 1>0 2>1"},
		{[]network.Merge{offside, 0, 0, kerbside}, 2, "through 0>0 1>0 2>1 3>1"},
		{[]network.Merge{offside, offside, 0}, 1, "through 0>0 1>0 2>0"},
		{[]network.Merge{offside, offside, 0}, 2, "through 0>0 1>0 2>1"},
		{[]network.Merge{offside, 0, 0}, 3, "through 0>0 1>1 2>2"},
		{[]network.Merge{offside, offside}, 1, "through 0>0 1>0"},
	} {
		for _, side := range []network.DrivingSide{network.RightHand, network.LeftHand} {
			s := sample.Corridor(sample.CorridorSpec{LanesOf: []int{len(tt.merge), tt.exits}, OneWay: true})
			s.DrivingSide = side
			for i, m := range tt.merge {
				s.Edges[0].Lanes[i].Merge = m
			}
			if got := movementsOf(build(t, s), 0); !slices.Equal(got, []string{tt.want}) {
				t.Errorf("%v into %d lanes, %v-hand: %q, want %q", tt.merge, tt.exits, side, got, tt.want)
			}
		}
	}
}

// TestUTurnArrows turns round where an arrow says so, and nowhere else.
func TestUTurnArrows(t *testing.T) {
	for _, side := range []network.DrivingSide{network.RightHand, network.LeftHand} {
		for _, arrow := range []network.TurnSet{0, 1 << network.UTurn} {
			got := fromSouth(t, sample.CrossSpec{Lanes: 2, DrivingSide: side, Control: network.Signalised}, func(s *network.Spec) {
				s.Edges[7].Lanes[0].Turns = 1 << network.Through
				s.Edges[7].Lanes[1].Turns = 1<<network.Left | 1<<network.Right | arrow
			})
			at := slices.IndexFunc(got, func(m string) bool { return strings.HasPrefix(m, "u_turn") })
			if want := arrow != 0; want != (at >= 0) || at >= 0 && got[at] != "u_turn 1>1" {
				t.Errorf("%v-hand, arrow %v: %q, want a U-turn from lane 1: %v", side, arrow, got, want)
			}
		}
	}
}

// TestBusLanesDoNotTurnAcrossTheRoad keeps a bus lane at the kerb from turning to the offside.
func TestBusLanesDoNotTurnAcrossTheRoad(t *testing.T) {
	got := fromSouth(t, sample.CrossSpec{Lanes: 2, Control: network.Signalised}, func(s *network.Spec) {
		s.Edges[7].Lanes[0].Permitted = network.SetOf(network.Bus)
	})
	for _, m := range got {
		if strings.HasPrefix(m, "left") && strings.Contains(m, " 0>") {
			t.Errorf("%q, want no left turn from the bus lane at the kerb", got)
		}
	}
}
