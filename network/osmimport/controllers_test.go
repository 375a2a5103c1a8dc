package osmimport

import (
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
)

// fates are what became of the signal nodes of a map.
type fates struct {
	regulate map[int64]int // of junctions with a controller
	onFoot   map[int64]bool
	dropped  map[int64]string
	total    int
}

func fatesOf(t *testing.T, file string) fates {
	t.Helper()
	d := draftAfter(t, openExtract(t, file, nil), "bus stops")
	f := fates{map[int64]int{}, map[int64]bool{}, map[int64]string{}, 0}
	for i := range d.junctions {
		for _, id := range d.junctions[i].signals {
			f.regulate[id]++
		}
	}
	for _, n := range d.footSignals {
		f.onFoot[d.nodes[n].osm] = true
	}
	for _, drop := range d.report.Dropped {
		if drop.Kind == "signal" {
			f.dropped[drop.OSM] = drop.Reason
		}
	}
	seen := map[int64]bool{}
	for n := range d.nodes {
		if id := d.nodes[n].osm; len(d.nodes[n].tags) > 0 && signalOn(d.nodes[n].tags) && !seen[id] && d.onStreet(nodeRef(n)) {
			seen[id] = true
			f.total++
			if f.regulate[id] == 0 && !f.onFoot[id] && f.dropped[id] == "" {
				t.Errorf("%s: signal %d regulates nothing and is not reported", file, id)
			}
		}
	}
	return f
}

// onStreet reports whether node n is part of a street that was not dropped.
func (d *draft) onStreet(n nodeRef) bool {
	for i := range d.streets {
		if !d.streets[i].gone && slices.Contains(d.streets[i].nodes, n) {
			return true
		}
	}
	return false
}

// TestEverySignalHasAFate checks on real maps that no signal is lost in silence, and how many regulate junctions, stop
// traffic for people on foot, or are left out because of the edge of the map.
func TestEverySignalHasAFate(t *testing.T) {
	for _, c := range []struct {
		file        string
		junctions   int // signals that regulate junctions, at least
		controllers [2]int
	}{
		{"tiny/quad_intersection_us.osm", 5, [2]int{1, 2}},
		{"tiny/dual_carriageway_us.osm", 8, [2]int{3, 3}},
		{"tiny/stretched_signals_lht.osm", 4, [2]int{1, 1}},
		{"tiny/taipei_parallel_tw.osm", 9, [2]int{1, 2}},
		{"tiny/london_short_duals_lht.osm", 11, [2]int{1, 2}}, // of the 17, four are for people on foot
		{"tiny/siegessaeule_de.osm.pbf", 10, [2]int{5, 5}},
		{"tiny/arizona_highways_us.osm", 8, [2]int{1, 1}}, // a single-point interchange
		{"tiny/fremantle_placement_lht.osm", 3, [2]int{1, 1}},
		{"small/herrenberg_de.osm.pbf", 18, [2]int{8, 13}},
		{"small/badhersfeld_de.osm.pbf", 45, [2]int{15, 22}},
		{"small/dortmund_de.osm.pbf", 100, [2]int{24, 38}},
	} {
		f := fatesOf(t, c.file)
		if len(f.regulate) < c.junctions {
			t.Errorf("%s: %d of %d signals regulate junctions, want at least %d", c.file, len(f.regulate), f.total, c.junctions)
		}
		n, _ := importExtract(t, c.file)
		if got := len(n.Controllers); got < c.controllers[0] || got > c.controllers[1] {
			t.Errorf("%s: %d controllers, want %d to %d", c.file, got, c.controllers[0], c.controllers[1])
		}
		t.Logf("%s: %d signals: %d regulate junctions, %d for people on foot, %d left out; %d controllers", c.file, f.total,
			len(f.regulate), len(f.onFoot), len(f.dropped), len(n.Controllers))
	}
}

// TestSignalsInsideTheRing looks at the five arms of the Großer Stern: each entry and the ring before it stop by one
// controller; the signals at the exits are for people on foot.
func TestSignalsInsideTheRing(t *testing.T) {
	n, _ := importExtract(t, "tiny/siegessaeule_de.osm.pbf")
	pairs := [][2]int64{ // the ring's signal, the entry's
		{27011225, 26702672}, {3087286182, 3803522068}, {3366747779, 1327749308}, {281788931, 1960108571}, {982330846, 27011283},
	}
	used := map[network.ControllerID]bool{}
	for _, pair := range pairs {
		found := false
		for i := range n.Controllers {
			nodes := n.Controllers[i].OSMNodes
			if slices.Contains(nodes, pair[0]) && slices.Contains(nodes, pair[1]) {
				found, used[network.ControllerID(i)] = true, true
			}
		}
		if !found {
			t.Errorf("no controller stands for signals %v", pair)
		}
	}
	if len(used) != len(pairs) {
		t.Errorf("%d controllers for %d pairs", len(used), len(pairs))
	}
	exits := 0
	for i := range n.Crossings {
		if n.Crossings[i].Kind == network.FootSignals && !n.Edges[n.Crossings[i].Edge].Roundabout {
			exits++
		}
	}
	if exits != 5 {
		t.Errorf("%d crossings with signals, want those of the five exits", exits)
	}
}

// TestSignalsOnTheArmsOfARing puts signals on the arms of a roundabout, upstream of it or where an arm parts round its
// island: the ring has signals only where one holds it back, too.
func TestSignalsOnTheArmsOfARing(t *testing.T) {
	upstream := "n 120 40 0 highway=traffic_signals traffic_signals:direction=forward\nw 25 100,120,1 highway=secondary oneway=yes\n"
	parting := "n 120 29 0 highway=traffic_signals crossing=traffic_signals\n" +
		"w 25 100,120 highway=secondary\nw 26 120,1 highway=secondary oneway=yes\nw 27 12,120 highway=secondary oneway=yes\n"
	arms := "n 100 200 0\nn 110 -200 0\nn 111 0 200\nw 28 110,7 highway=secondary\nw 29 111,4 highway=secondary\n"
	for _, c := range []struct {
		name, arm, ring string
		regulated       bool
	}{
		{"upstream on one arm", upstream, "", false},
		{"where the arm parts", parting, "", false},
		{"the ring held back too", upstream, "highway=traffic_signals", true},
	} {
		ring := strings.Split(ringOf(25, 0, false, ""), "\n")
		ring[11] += " " + c.ring // node 12, where nothing meets the ring before node 1
		n, _, err := Import(sketch(t, germany, strings.Join(ring, "\n")+arms+c.arm), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(n.Controllers) > 0; got != c.regulated {
			t.Errorf("%s: %d controllers, want some: %v", c.name, len(n.Controllers), c.regulated)
		}
		foot := slices.ContainsFunc(n.Crossings, func(x network.RoadCrossing) bool { return x.Kind == network.FootSignals && x.OSMNode == 120 })
		if foot == c.regulated {
			t.Errorf("%s: the signal is for people on foot: %v, want %v", c.name, foot, !c.regulated)
		}
	}
}

// TestRingOfAndorra looks at a roundabout with push-button crossings on two of its arms, mapped as traffic signals.
func TestRingOfAndorra(t *testing.T) {
	n, _ := importExtract(t, "medium/andorra_2026.osm.pbf")
	for i := range n.Controllers {
		for _, id := range []int64{10209152200, 12453409025} {
			if slices.Contains(n.Controllers[i].OSMNodes, id) {
				t.Errorf("controller %d stands for signal %d, which is for people on foot", i, id)
			}
		}
	}
}

// TestSignalsOfPeopleOnFootInPerth checks that the crossings with signals at the dog-leg belong to its one controller.
func TestSignalsOfPeopleOnFootInPerth(t *testing.T) {
	n, _ := importExtract(t, "tiny/stretched_signals_lht.osm")
	for i := range n.Crossings {
		if n.Crossings[i].Kind == network.FootSignals {
			t.Errorf("crossing %d with signals on its own, of node %d", i, n.Crossings[i].OSMNode)
		}
	}
}

// TestRailwaysOfPortland: of 660 level crossings, those of light rail and streetcars within junctions with signals are
// theirs, and tracks side by side are one crossing.
func TestRailwaysOfPortland(t *testing.T) {
	n, r := importExtract(t, "medium/portland_us.osm.pbf")
	count := 0
	for i := range n.Crossings {
		if n.Crossings[i].Kind == network.LevelCrossing {
			count++
		}
	}
	if count == 0 || count != r.Crossings["level_crossing"] || count > 500 {
		t.Errorf("%d level crossings of one direction, want some, at most 500", count)
	}
	if got := r.Guessed["rails_at_signals"]; got < 200 {
		t.Errorf("%d at junctions with signals, want at least 200", got)
	}
	for i := 1; i < len(n.Crossings); i++ {
		p, q := &n.Crossings[i-1], &n.Crossings[i]
		if p.Edge == q.Edge && p.Kind == network.LevelCrossing && q.Kind == network.LevelCrossing && q.Position-p.Position < 20 {
			t.Errorf("level crossings of nodes %d and %d lie %.0f m apart", p.OSMNode, q.OSMNode, q.Position-p.Position)
		}
	}
}

func TestBusStopsOfHerrenberg(t *testing.T) {
	n, r := importExtract(t, "small/herrenberg_de.osm.pbf")
	if len(n.BusStops) < 40 || r.BusStops != len(n.BusStops) {
		t.Errorf("%d bus stops, %d reported, want at least 40", len(n.BusStops), r.BusStops)
	}
	for i := 1; i < len(n.BusStops); i++ {
		p, q := &n.BusStops[i-1], &n.BusStops[i]
		if p.Edge == q.Edge && p.Name == q.Name && q.Position-p.Position < sameStop/2 {
			t.Errorf("%q stops twice within %.0f m", p.Name, q.Position-p.Position)
		}
	}
}
