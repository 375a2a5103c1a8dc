package osmimport

import (
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
)

// replace puts with in the place of the first % of text.
func replace(text, with string) string { return strings.Replace(text, "%", with, 1) }

// quad is two dual carriageways that cross, 16 m apart, right-hand traffic.
const quad = `
	n 1 0 0
	n 2 16 0
	n 3 0 16
	n 4 16 16
	n 10 -200 16
	n 11 -200 0
	n 12 216 16
	n 13 216 0
	n 14 0 216
	n 15 16 216
	n 16 0 -200
	n 17 16 -200
	w 101 12,4 highway=primary name=Ost oneway=yes
	w 102 4,3 highway=primary name=Ost oneway=yes
	w 103 3,10 highway=primary name=Ost oneway=yes
	w 104 11,1 highway=primary name=Ost oneway=yes
	w 105 1,2 highway=primary name=Ost oneway=yes
	w 106 2,13 highway=primary name=Ost oneway=yes
	w 107 14,3 highway=secondary name=Nord oneway=yes
	w 108 3,1 highway=secondary name=Nord oneway=yes
	w 109 1,16 highway=secondary name=Nord oneway=yes
	w 110 17,2 highway=secondary name=Nord oneway=yes
	w 111 2,4 highway=secondary name=Nord oneway=yes
	w 112 4,15 highway=secondary name=Nord oneway=yes
	`

func TestCrossingDualCarriagewaysAreOneJunction(t *testing.T) {
	_, s := specOf(t, sketch(t, germany, quad))
	_, j := junctionOf(t, s, 1)
	if !slices.Equal(j.OSMNodes, []int64{1, 2, 3, 4}) {
		t.Errorf("nodes %v, want 1 2 3 4", j.OSMNodes)
	}
	if len(s.Edges) != 8 {
		t.Errorf("%d edges, want 8: the inner streets are gone", len(s.Edges))
	}
	if j.Name != "Ost / Nord" {
		t.Errorf("name %q, want Ost / Nord", j.Name)
	}
}

func TestCrossingDualCarriagewaysWhereOneDrivesLeft(t *testing.T) {
	// The same streets, mirrored east-west: the mirror of right-hand traffic.
	mirrored := strings.NewReplacer("n 1 0 ", "n 1 16 ", "n 2 16 ", "n 2 0 ", "n 3 0 ", "n 3 16 ", "n 4 16 ", "n 4 0 ",
		"n 10 -200", "n 10 216", "n 11 -200", "n 11 216", "n 12 216", "n 12 -200", "n 13 216", "n 13 -200",
		"n 14 0", "n 14 16", "n 15 16", "n 15 0", "n 16 0", "n 16 16", "n 17 16", "n 17 0").Replace(quad)
	_, s := specOf(t, sketch(t, england, mirrored))
	if _, j := junctionOf(t, s, 1); len(j.OSMNodes) != 4 {
		t.Errorf("nodes %v, want 1 2 3 4", j.OSMNodes)
	}
	// Driven on the wrong side, the same pairs are not carriageways of one road.
	_, s = specOf(t, sketch(t, germany, mirrored))
	if _, j := junctionOf(t, s, 1); len(j.OSMNodes) != 1 {
		t.Errorf("nodes %v in right-hand traffic, want 1 alone", j.OSMNodes)
	}
}

// TestTurnsThroughInnerStreets checks the bans at the quad: from the south one may go right, on, left and back only as
// the inner streets lead, which is everywhere but into what leads towards the junction.
func TestTurnsThroughInnerStreets(t *testing.T) {
	_, s := specOf(t, sketch(t, germany, quad+`r 1 type=restriction restriction=no_left_turn from=w110 via=n2 to=w111
		`))
	from, _ := edgeOf(t, s, 110)
	var banned []int64
	for _, b := range s.Bans {
		if b.From == from && b.Classes == network.AllClasses {
			banned = append(banned, s.Edges[b.To].OSMWay)
		}
	}
	slices.Sort(banned)
	banned = slices.Compact(banned)
	// Forbidden to enter the inner street 111, only the right turn is left.
	if want := []int64{103, 109, 112}; !slices.Equal(banned, want) {
		t.Errorf("banned exits from way 110: %v, want %v", banned, want)
	}
	other, _ := edgeOf(t, s, 104)
	for _, b := range s.Bans {
		if b.From == other && s.Edges[b.To].OSMWay != 103 {
			t.Errorf("from way 104 to %d is banned, want only turning back (103)", s.Edges[b.To].OSMWay)
		}
	}
}

func TestRestrictionsViaInnerWays(t *testing.T) {
	_, s := specOf(t, sketch(t, germany, quad+`r 1 type=restriction restriction=no_left_turn from=w110 via=w111 to=w102
		r 2 type=restriction restriction=no_u_turn from=w110 via=w111 via=w102 to=w103
		r 3 type=restriction restriction=no_u_turn from=w101 via=w999 to=w112
		`))
	from, _ := edgeOf(t, s, 110)
	left, _ := edgeOf(t, s, 103)
	on, _ := edgeOf(t, s, 112)
	if !slices.Contains(s.Bans, network.TurnRule{From: from, To: left, Classes: network.AllClasses}) {
		t.Error("the left turn through way 111 is not banned")
	}
	if slices.Contains(s.Bans, network.TurnRule{From: from, To: on, Classes: network.AllClasses}) {
		t.Error("straight on is banned")
	}
}

func TestJunctionsThatStayApart(t *testing.T) {
	for name, text := range map[string]string{
		"60 m between them": `
			n 1 0 0
			n 2 60 0
			n 3 -100 0
			n 4 160 0
			n 5 0 100
			n 6 60 100
			w 10 3,1,2,4 highway=secondary
			w 11 1,5 highway=residential oneway=yes
			w 12 6,2 highway=residential oneway=yes`,
		"two one-way streets of a grid": `
			n 1 0 0
			n 2 25 0
			n 3 -100 0
			n 4 160 0
			n 5 0 100
			n 6 25 100
			w 10 3,1,2,4 highway=secondary
			w 11 1,5 highway=residential oneway=yes name=First
			w 12 6,2 highway=residential oneway=yes name=Second`,
		"roundabout": `
			n 1 0 0
			n 2 20 0
			n 3 20 20
			n 4 0 20
			n 5 -100 0
			n 6 100 0
			w 10 1,2,3,4,1 highway=secondary junction=roundabout
			w 11 5,1 highway=secondary
			w 12 2,6 highway=secondary`,
		"a bridge over a road": `
			n 1 0 0
			n 2 3 0
			n 3 -100 0
			n 4 100 0
			n 5 0 -100
			n 6 0 100
			w 10 3,2,4 highway=secondary
			w 11 5,1,6 highway=secondary bridge=yes layer=1`,
	} {
		d := draftAfter(t, sketch(t, germany, text), "junctions")
		for _, j := range d.junctions {
			if len(j.nodes) > 1 {
				t.Errorf("%s: a junction of %d nodes, want 1 each", name, len(j.nodes))
			}
		}
	}
}

func TestJunctionsThatAreFolded(t *testing.T) {
	for name, text := range map[string]string{
		"side streets 6 m apart": `
			n 1 0 0
			n 2 6 0
			n 3 -100 0
			n 4 160 0
			n 5 0 100
			n 6 6 -100
			w 10 3,1,2,4 highway=secondary
			w 11 1,5 highway=residential
			w 12 6,2 highway=residential`,
		"signals on both, 15 m apart": `
			n 1 0 0 highway=traffic_signals
			n 2 15 0 highway=traffic_signals
			n 3 -100 0
			n 4 160 0
			n 5 0 100
			n 6 15 -100
			w 10 3,1,2,4 highway=secondary
			w 11 1,5 highway=residential
			w 12 6,2 highway=residential`,
		"mapped as the inside": `
			n 1 0 0
			n 2 40 0
			n 3 -100 0
			n 4 160 0
			n 5 0 100
			n 6 40 -100
			w 10 3,1 highway=secondary
			w 13 1,2 highway=secondary junction=intersection
			w 14 2,4 highway=secondary
			w 11 1,5 highway=residential
			w 12 6,2 highway=residential`,
		"a painted ring": `
			n 1 0 0
			n 2 5 0
			n 5 -100 0
			n 6 100 0
			n 7 2 2
			n 8 2 -2
			w 10 1,8,2,7,1 highway=residential junction=roundabout
			w 11 5,1 highway=residential
			w 12 2,6 highway=residential`,
		"a traffic island": `
			n 1 0 0
			n 2 10 0
			n 3 -100 0
			n 4 160 0
			n 5 5 18
			n 6 5 100
			w 10 3,1,2,4 highway=secondary
			w 11 5,1 highway=residential name=Mouth oneway=yes
			w 12 2,5 highway=residential name=Mouth oneway=yes
			w 13 5,6 highway=residential name=Mouth`,
	} {
		d := draftAfter(t, sketch(t, germany, text), "junctions")
		most := 0
		for _, j := range d.junctions {
			most = max(most, len(j.nodes))
		}
		want := 2
		if name == "a traffic island" {
			want = 3
		}
		if most != want {
			t.Errorf("%s: the largest junction has %d nodes, want %d", name, most, want)
		}
	}
}

// TestRoundaboutArmsAreOneJunctionEach has a ring of 30 m radius with two arms that divide round splitter islands.
func TestRoundaboutArmsAreOneJunctionEach(t *testing.T) {
	d, s := specOf(t, sketch(t, germany, `
		n 1 -30 6
		n 2 -30 -6
		n 3 0 -30
		n 4 30 -6
		n 5 30 6
		n 6 0 30
		n 7 -43 0
		n 8 -200 0
		n 9 50 0
		n 10 200 0
		w 10 1,2,3,4,5,6,1 highway=secondary junction=roundabout
		w 11 1,7 highway=secondary name=West oneway=yes
		w 12 7,2 highway=secondary name=West oneway=yes
		w 13 7,8 highway=secondary name=West
		w 14 4,9 highway=secondary name=East oneway=yes
		w 15 9,5 highway=secondary name=East oneway=yes
		w 16 9,10 highway=secondary name=East`))
	_, west := junctionOf(t, s, 1)
	if !slices.Equal(west.OSMNodes, []int64{1, 2, 7}) || west.Control != network.Roundabout {
		t.Errorf("west: nodes %v, %v, want 1 2 7, roundabout", west.OSMNodes, west.Control)
	}
	_, east := junctionOf(t, s, 4)
	if !slices.Equal(east.OSMNodes, []int64{4, 5}) {
		t.Errorf("east: nodes %v, want 4 5: the fork is too far off", east.OSMNodes)
	}
	ring := 0
	for i := range s.Edges {
		if s.Edges[i].Roundabout {
			ring++
		}
	}
	if ring != 2 {
		t.Errorf("%d edges on the ring, want 2", ring)
	}
	if d.report.DroppedTotal["way"] != 0 {
		t.Errorf("%d ways dropped, want none", d.report.DroppedTotal["way"])
	}
}

// crossroads has a crossing at node 1 with arms of 200 m; nodes 6 to 9 lie 20 m before it on each.
const crossroads = `
	n 1 0 0 %
	n 2 -200 0
	n 3 200 0
	n 4 0 -200
	n 5 0 200
	n 6 -20 0 %
	n 7 20 0 %
	n 8 0 -20
	n 9 0 20
	w 10 2,6,1,7,3 highway=secondary
	w 11 4,8,1,9,5 highway=residential
	`

func TestSignals(t *testing.T) {
	for _, c := range []struct {
		name       string
		on, w, e   string // tags of node 1, of node 6 (west) and 7 (east)
		signalised bool
		stop       float64 // m, on the approach from the west
		foot       int     // crossings with signals, on edges
	}{
		{"on the junction", "highway=traffic_signals", "", "", true, 0, 0},
		{"upstream, direction named", "", "highway=traffic_signals traffic_signals:direction=forward", "", true, 20, 0},
		{"upstream, without direction", "", "highway=traffic_signals", "", true, 20, 0},
		{"for those who drive away", "", "highway=traffic_signals traffic_signals:direction=backward", "", false, 0, 1},
		{"on both approaches", "", "highway=traffic_signals", "highway=traffic_signals", true, 20, 0},
		{"pedestrians only", "", "highway=crossing crossing=traffic_signals", "", false, 0, 2},
		{"a crossing with signals on one arm", "", "highway=traffic_signals crossing=traffic_signals", "", false, 0, 2},
		{
			"crossings with signals on two arms", "", "highway=traffic_signals crossing=traffic_signals",
			"highway=traffic_signals crossing=traffic_signals", true, 20, 0,
		},
	} {
		text := replace(replace(replace(crossroads, c.on), c.w), c.e)
		d, s := specOf(t, sketch(t, germany, text))
		_, j := junctionOf(t, s, 1)
		if got := j.Control == network.Signalised; got != c.signalised || got != (j.Controller >= 0) {
			t.Errorf("%s: control %v, controller %d, want signalised %v", c.name, j.Control, j.Controller, c.signalised)
			continue
		}
		if got := footSignals(s); got != c.foot || d.report.DroppedTotal["signal"] != 0 {
			t.Errorf("%s: %d crossings with signals, %d dropped, want %d and none", c.name, got, d.report.DroppedTotal["signal"], c.foot)
		}
		for _, e := range s.Edges {
			fromWest := e.OSMWay == 10 && e.Shape[0].X < -100
			if fromWest && (e.StopOffset < c.stop-0.5 || e.StopOffset > c.stop+0.5) {
				t.Errorf("%s: stop line %.1f m before the junction, want %.0f", c.name, e.StopOffset, c.stop)
			}
			if !fromWest && c.e == "" && e.StopOffset != 0 {
				t.Errorf("%s: way %d has a stop line %.1f m before its end, want none", c.name, e.OSMWay, e.StopOffset)
			}
		}
	}
}

// footSignals counts the crossings with signals for people on foot, on edges.
func footSignals(s network.Spec) (count int) {
	for _, c := range s.Crossings {
		if c.Kind == network.FootSignals {
			count++
		}
	}
	return count
}

func TestSignalBeyondReachIsForPeopleOnFoot(t *testing.T) {
	text := strings.Replace(replace(crossroads, ""), "n 6 -20 0 %", "n 6 -90 0 highway=traffic_signals", 1)
	_, s := specOf(t, sketch(t, germany, replace(text, "")))
	if _, j := junctionOf(t, s, 1); j.Controller >= 0 || footSignals(s) != 2 {
		t.Errorf("controller %d, %d crossings with signals, want none and one in each direction", j.Controller, footSignals(s))
	}
}

func TestJunctionsWithoutSignalsBetweenShareAController(t *testing.T) {
	const text = `
		n 1 0 0
		n 2 45 0
		n 3 -100 0
		n 4 160 0
		n 5 0 100
		n 6 45 -100
		n 7 -15 0 highway=traffic_signals
		n 8 60 0 highway=traffic_signals
		n 9 0 15 highway=traffic_signals
		n 10 45 -15 highway=traffic_signals
		n 11 22 0 %
		w 10 3,7,1,11,2,8,4 highway=secondary
		w 11 1,9,5 highway=residential
		w 12 6,10,2 highway=residential`
	for between, want := range map[string]int{"": 1, "highway=traffic_signals traffic_signals:direction=both": 2} {
		x := sketch(t, germany, replace(text, between))
		_, s := specOf(t, x)
		controllers := map[int32]bool{}
		for _, j := range s.Junctions {
			if j.Controller >= 0 {
				controllers[j.Controller] = true
			}
		}
		if len(controllers) != want {
			t.Errorf("%q between them: %d controllers, want %d", between, len(controllers), want)
		}
	}
}

func TestSigns(t *testing.T) {
	south := func(s network.Spec) (e network.EdgeSpec) {
		for _, e := range s.Edges {
			if e.OSMWay == 11 && e.Shape[0].Y < -100 {
				return e
			}
		}
		t.Fatal("no approach from the south")
		return e
	}
	for _, c := range []struct {
		junction, south string
		sign            network.Control
		control         network.JunctionKind
	}{
		{"", "", network.Free, network.Plain},
		{"", "highway=stop direction=forward", network.Stop, network.Plain},
		{"", "highway=give_way", network.Yield, network.Plain},
		{"", "highway=stop direction=backward", network.Free, network.Plain},
		{"", "highway=stop stop=all", network.Stop, network.AllWayStop},
		{"highway=stop stop=all", "", network.Free, network.AllWayStop},
		{"highway=stop", "", network.Stop, network.Plain},
		{"highway=mini_roundabout", "", network.Free, network.Roundabout},
	} {
		text := replace(replace(replace(crossroads, c.junction), ""), "")
		text = strings.Replace(text, "n 8 0 -20", "n 8 0 -20 "+c.south, 1)
		_, s := specOf(t, sketch(t, germany, text))
		_, j := junctionOf(t, s, 1)
		if e := south(s); e.Sign != c.sign || j.Control != c.control {
			t.Errorf("%q %q: sign %v, control %v, want %v, %v", c.junction, c.south, e.Sign, j.Control, c.sign, c.control)
		}
	}
}

func TestRestrictions(t *testing.T) {
	const tee = `
		n 1 0 0
		n 2 -200 0
		n 3 200 0
		n 4 0 -200
		w 10 2,1 highway=secondary
		w 11 1,3 highway=secondary
		w 12 4,1 highway=residential
		`
	hgv := network.Lorries
	for _, c := range []struct {
		relation string
		bans     []network.ClassSet // from 12 to 10
		other    []network.ClassSet // from 12 to 11
		noUTurn  bool
		dropped  int
	}{
		{"restriction=no_left_turn from=w12 via=n1 to=w10", []network.ClassSet{network.AllClasses}, nil, false, 0},
		{"restriction=only_left_turn from=w12 via=n1 to=w10", nil, []network.ClassSet{network.AllClasses}, false, 0},
		{"restriction=no_left_turn except=bus from=w12 via=n1 to=w10", []network.ClassSet{network.AllClasses &^ network.SetOf(network.Bus)}, nil, false, 0},
		{"restriction:hgv=no_left_turn from=w12 via=n1 to=w10", []network.ClassSet{hgv}, nil, false, 0},
		{"restriction=no_u_turn from=w12 via=n1 to=w12", nil, nil, true, 0},
		{"restriction:conditional=no_left_turn@(Mo-Fr) from=w12 via=n1 to=w10", nil, nil, false, 0},
		{"restriction:conditional=no_left_turn@(weight>3.5) from=w12 via=n1 to=w10", []network.ClassSet{hgv | network.SetOf(network.Bus)}, nil, false, 0},
		{"restriction:conditional=no_left_turn@snow from=w12 via=n1 to=w10", nil, nil, false, 1},
		{"restriction=no_left_turn from=w12 via=n99 to=w10", nil, nil, false, 1},
		{"restriction=no_left_turn from=w12 via=n1 to=w99", nil, nil, false, 1},
		{"restriction=no_left_turn from=w12 via=w11 to=w10", nil, nil, false, 1},
		{"restriction=no_left_turn from=w12 via=n1", nil, nil, false, 1},
		{"restriction=maybe from=w12 via=n1 to=w10", nil, nil, false, 1},
		{"restriction=no_left_turn except=motor_vehicle from=w12 via=n1 to=w10", nil, nil, false, 1},
	} {
		d, s := specOf(t, sketch(t, germany, tee+"r 1 type=restriction "+c.relation))
		from, edge := edgeOf(t, s, 12)
		to, _ := edgeOf(t, s, -10)
		rules := func(list []network.TurnRule) (classes []network.ClassSet) {
			for _, r := range list {
				if r.From == from && r.To == to {
					classes = append(classes, r.Classes)
				}
			}
			return classes
		}
		if got := rules(s.Bans); !slices.Equal(got, c.bans) {
			t.Errorf("%s: bans %v, want %v", c.relation, got, c.bans)
		}
		to, _ = edgeOf(t, s, 11)
		if got := rules(s.Bans); !slices.Equal(got, c.other) {
			t.Errorf("%s: bans of the other exit %v, want %v", c.relation, got, c.other)
		}
		if edge.NoUTurn != c.noUTurn {
			t.Errorf("%s: no U-turn %v, want %v", c.relation, edge.NoUTurn, c.noUTurn)
		}
		if got := d.report.DroppedTotal["restriction"]; got != c.dropped || d.report.Restrictions != 1-c.dropped {
			t.Errorf("%s: %d dropped, %d in force, want %d dropped", c.relation, got, d.report.Restrictions, c.dropped)
		}
	}
}

func TestCarriagewaysThatPartDoNotLeadBack(t *testing.T) {
	_, s := specOf(t, sketch(t, germany, `
		n 1 0 0
		n 2 -200 0
		n 3 200 12
		n 4 200 -12
		w 10 2,1 highway=primary name=A
		w 11 3,1 highway=primary name=A oneway=yes
		w 12 1,4 highway=primary name=A oneway=yes`))
	from, _ := edgeOf(t, s, 11)
	to, _ := edgeOf(t, s, 12)
	if !slices.Contains(s.Bans, network.TurnRule{From: from, To: to, Classes: network.AllClasses}) {
		t.Error("one may turn from one carriageway back into the other where they part")
	}
}
