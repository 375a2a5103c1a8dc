package osmimport

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/osmimport/overlay"
)

// fixed imports a sketch with an overlay.
func fixed(t *testing.T, text, fixes string) (*network.Network, *Report) {
	t.Helper()
	o, err := overlay.Parse([]byte(fixes), "fixes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	n, r, err := Import(sketch(t, germany, text), Options{Overlay: o, afterPass: checker(t)})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Validate(); err != nil {
		t.Error(err)
	}
	return n, r
}

// crossing is a main road from west to east, two lanes each way, and a side street.
const crossing = `
	n 1 0 0
	n 2 -200 0
	n 3 200 0
	n 4 0 200
	n 5 0 -200
	w 10 2,1 highway=secondary lanes=4 turn:lanes:forward=left|through name=Main
	w 11 1,3 highway=secondary lanes=4 name=Main
	w 12 4,1 highway=residential name=Side
	w 13 1,5 highway=residential name=Side
	`

// laneOf returns the first lane of the edge of a way (negative: driven against it).
func laneOf(t *testing.T, n *network.Network, way int64) (*network.Lane, *network.Edge) {
	t.Helper()
	for e := range n.Edges {
		if n.Edges[e].OSMWay == way {
			return &n.Lanes[n.Edges[e].FirstLane], &n.Edges[e]
		}
	}
	t.Fatalf("way %d has no edge", way)
	return nil, nil
}

func TestOverlayOfWays(t *testing.T) {
	n, r := fixed(t, crossing, `
ways:
  10: {turn_lanes_forward: left|through|through, lanes_backward: 1, speed_limit: 30 mph, surface: paving, access: {rigid_lorry: no}}
  12: {oneway: yes, name: Short, class: tertiary, width: 3.0 m}
  13: {drop: true}
`)
	lane, edge := laneOf(t, n, 10)
	if edge.NumLanes != 3 || lane.Source.Lanes == network.Defaulted || lane.Source.Turns != network.Tagged {
		t.Errorf("way 10: %d lanes (%v), want 3 from its arrows", edge.NumLanes, lane.Source)
	}
	if lane.SpeedLimit < 13.40 || lane.SpeedLimit > 13.42 || lane.Source.SpeedLimit != network.Tagged {
		t.Errorf("way 10: limit %.2f m/s (%v), want 13.41 tagged: 30 mph", lane.SpeedLimit, lane.Source.SpeedLimit)
	}
	if lane.Surface != network.Paving || lane.Source.Surface != network.Tagged || lane.Permitted.Has(network.RigidLorry) {
		t.Errorf("way 10: %v (%v), open to %v, want tagged paving without lorries", lane.Surface, lane.Source.Surface, lane.Permitted)
	}
	if _, back := laneOf(t, n, -10); back.NumLanes != 1 {
		t.Errorf("way 10 backward: %d lanes, want 1", back.NumLanes)
	}
	for e := range n.Edges {
		if w := n.Edges[e].OSMWay; w == 13 || w == -13 || w == -12 {
			t.Errorf("way %d has an edge", w)
		}
	}
	if _, e := laneOf(t, n, 12); e.Name != "Short" || e.Road != network.Tertiary {
		t.Errorf("way 12 is %q, %v, want Short, tertiary", e.Name, e.Road)
	}
	if r.Overlay["way"] != 3 || r.Overlay["way_value"] != 9 {
		t.Errorf("report %v, want 3 ways and 9 values", r.Overlay)
	}
}

func TestOverlayOfEverySurface(t *testing.T) {
	for s := range network.NumSurfaces {
		n, _ := fixed(t, crossing, "ways:\n  10: {surface: "+s.String()+"}")
		if lane, _ := laneOf(t, n, 10); lane.Surface != s || lane.Source.Surface != network.Tagged {
			t.Errorf("surface %v is imported as %v (%v)", s, lane.Surface, lane.Source.Surface)
		}
	}
}

func TestOverlayOfControl(t *testing.T) {
	signals := strings.Replace(crossing, "n 1 0 0", "n 1 0 0 highway=traffic_signals", 1)
	upstream := strings.Replace(strings.Replace(crossing, "w 10 2,1", "w 10 2,6,1", 1),
		"n 5 0 -200", "n 5 0 -200\n\tn 6 -20 0 highway=traffic_signals traffic_signals:direction=forward", 1)
	for _, c := range []struct {
		name, text, control string
		want                network.JunctionKind
	}{
		{"as mapped", crossing, "", network.PriorityRoad},
		{"signals added", crossing, "signals", network.Signalised},
		{"signals taken away", signals, "none", network.PriorityRoad},
		{"signals upstream taken away", upstream, "none", network.PriorityRoad},
		{"everybody stops", crossing, "all_way_stop", network.AllWayStop},
		{"everybody stops in place of signals", signals, "all_way_stop", network.AllWayStop},
		{"a stop sign in place of signals", signals, "stop", network.PriorityRoad},
		{"a give-way sign", upstream, "yield", network.PriorityRoad},
	} {
		fixes := "ways: {}"
		if c.control != "" {
			fixes = "nodes:\n  1: {control: " + c.control + "}"
		}
		n, _ := fixed(t, c.text, fixes)
		found := false
		for i := range n.Junctions {
			if j := &n.Junctions[i]; slices.Contains(j.OSMNodes, 1) {
				found = true
				if j.Kind != c.want || (j.Controller != network.None) != (c.want == network.Signalised) {
					t.Errorf("%s: %v, controller %d, want %v", c.name, j.Kind, j.Controller, c.want)
				}
			}
		}
		if !found {
			t.Errorf("%s: no junction", c.name)
		}
	}
}

// TestOverlayOfPriority makes the road that goes through go first where equal streets meet.
func TestOverlayOfPriority(t *testing.T) {
	const tee = `
		n 1 0 0
		n 2 -200 0
		n 3 200 0
		n 4 0 200
		w 10 2,1,3 highway=residential name=Main
		w 12 4,1 highway=residential name=Side`
	controls := func(fixes string) (through, side network.Control) {
		n, _ := fixed(t, tee, fixes)
		for i := range n.Connectors {
			c := &n.Connectors[i]
			switch from := n.Edges[n.Lanes[c.From].Edge]; {
			case from.OSMWay == 12:
				side = max(side, c.Control)
			case c.Turn == network.Through:
				through = max(through, c.Control)
			}
		}
		return through, side
	}
	if through, _ := controls("ways: {}"); through != network.Yield {
		t.Fatalf("equal streets: who goes through is %v, want yield to the right", through)
	}
	if through, side := controls("nodes:\n  1: {control: priority}"); through != network.Free || side != network.Yield {
		t.Errorf("through %v, side %v, want free and yield", through, side)
	}
}

func TestOverlayMergesAndSeparates(t *testing.T) {
	count := func(n *network.Network, nodes ...int64) int {
		junctions := map[int]bool{}
		for i := range n.Junctions {
			for _, id := range nodes {
				if slices.Contains(n.Junctions[i].OSMNodes, id) {
					junctions[i] = true
				}
			}
		}
		return len(junctions)
	}
	staggered := func(apart string) string {
		return strings.NewReplacer("%", apart).Replace(`
		n 1 0 0
		n 2 % 0
		n 3 -200 0
		n 4 300 0
		n 5 0 200
		n 6 % -200
		w 10 3,1,2,4 highway=secondary name=Main
		w 11 1,5 highway=residential name=North
		w 12 2,6 highway=residential name=South`)
	}
	if n, _ := fixed(t, staggered("55"), "ways: {}"); count(n, 1, 2) != 2 {
		t.Fatalf("%d junctions 55 m apart, want 2", count(n, 1, 2))
	}
	if n, _ := fixed(t, staggered("55"), "junctions:\n  - merge: [1, 2]"); count(n, 1, 2) != 1 {
		t.Errorf("%d junctions after the merge, want 1", count(n, 1, 2))
	}
	if n, _ := fixed(t, staggered("8"), "ways: {}"); count(n, 1, 2) != 1 {
		t.Fatalf("%d junctions 8 m apart, want 1", count(n, 1, 2))
	}
	if n, _ := fixed(t, staggered("8"), "junctions:\n  - separate: [1, 2]"); count(n, 1, 2) != 2 {
		t.Errorf("%d junctions kept apart, want 2", count(n, 1, 2))
	}
	_, r := fixed(t, staggered("55"), "junctions:\n  - merge: [1, 3, 77]\nmissing: warn")
	if r.WarningTotal != 1 || !strings.Contains(strings.Join(r.Warnings, "\n"), "node 77") {
		t.Errorf("warnings %q, want one about node 77, which is missing", r.Warnings)
	}
}

func TestOverlayOfCabinets(t *testing.T) {
	const text = `
		n 1 0 0 highway=traffic_signals
		n 2 150 0 highway=traffic_signals
		n 3 -200 0
		n 4 400 0
		n 5 0 200
		n 6 150 -200
		n 7 0 -200
		w 10 3,1,2,4 highway=secondary name=Main
		w 11 5,1,7 highway=residential name=North
		w 12 2,6 highway=residential name=South`
	if n, _ := fixed(t, text, "ways: {}"); len(n.Controllers) != 2 {
		t.Fatalf("%d controllers, want 2", len(n.Controllers))
	}
	n, _ := fixed(t, text, "controllers:\n  - nodes: [1, 2]")
	if len(n.Controllers) != 1 || !slices.Equal(n.Controllers[0].OSMNodes, []int64{1, 2}) {
		t.Errorf("%d controllers, want 1 for nodes 1 and 2", len(n.Controllers))
	}
	if _, r := fixed(t, text, "controllers:\n  - nodes: [1, 4]"); r.WarningTotal == 0 {
		t.Error("no warning about a node without signals")
	}
}

func TestOverlayOfRestrictions(t *testing.T) {
	turns := func(n *network.Network, from, to int64) (classes network.ClassSet) {
		for i := range n.Connectors {
			c := &n.Connectors[i]
			if n.Edges[n.Lanes[c.From].Edge].OSMWay == from && n.Edges[n.Lanes[c.To].Edge].OSMWay == to {
				classes |= c.Permitted
			}
		}
		return classes
	}
	plain := strings.Replace(crossing, "turn:lanes:forward=left|through", "", 1)
	n, _ := fixed(t, plain, "restrictions:\n  add:\n    - {from: 10, via: 1, to: 12, kind: no_left_turn, except: [bus]}")
	if got := turns(n, 10, -12); got != network.SetOf(network.Bus) {
		t.Errorf("left turn open to %v, want buses only", got)
	}
	mapped := plain + "r 20 type=restriction restriction=no_left_turn from=w10 via=n1 to=w12\n"
	if n, _ := fixed(t, mapped, "ways: {}"); turns(n, 10, -12) != 0 {
		t.Fatal("the mapped restriction is not in force")
	}
	if n, _ := fixed(t, mapped, "restrictions:\n  remove: [20]"); turns(n, 10, -12) != network.AllClasses {
		t.Errorf("left turn open to %v without the restriction, want all", turns(n, 10, -12))
	}
}

func TestOverlayOfAnotherCity(t *testing.T) {
	o, err := overlay.Parse([]byte("ways:\n  4711: {lanes: 2}"), "other.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = Import(sketch(t, germany, crossing), Options{Overlay: o})
	var wrong *overlay.Invalid
	if !errors.As(err, &wrong) || !strings.Contains(err.Error(), "other.yaml:2: ways: way 4711 is not in sketch") {
		t.Errorf("error %v, want one that names file, line and way", err)
	}
}
