package osmimport

import (
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/route"
)

// A block of streets: 13 and 15 come from the south to 11, which 10 and 12 continue; 14 and 16 go north from there to 20,
// and 21 closes the block in the east.
const block = `
	n 1 -400 0
	n 2 -100 0
	n 3 100 0
	n 4 400 0
	n 5 -100 -300
	n 6 100 -300
	n 7 100 300
	n 8 -100 300
	w 10 1,2 highway=tertiary name=S10
	w 11 2,3 highway=tertiary name=S11
	w 12 3,4 highway=tertiary name=S12
	w 13 5,2 highway=tertiary name=S13
	w 14 3,7 highway=tertiary name=S14
	w 15 6,3 highway=tertiary name=S15
	w 16 2,8 highway=tertiary name=S16
	w 20 8,7 highway=tertiary name=S20
	w 21 4,7 highway=tertiary name=S21
	`

const (
	tuesday  = 24 * 3600.0
	saturday = 5 * tuesday
	eight    = 8 * 3600.0
)

// drive returns the ways of the quickest route between two ways, one driven against its direction being negative; nil if
// there is none.
func drive(t *testing.T, n *network.Network, class network.VehicleClass, depart float64, from, to int64) (ways []int64) {
	t.Helper()
	edge := func(way int64, last bool) network.EdgeID {
		found := network.EdgeID(network.None)
		for e := range n.Edges {
			if n.Edges[e].OSMWay == way && (found == network.None || last) {
				found = network.EdgeID(e)
			}
		}
		if found == network.None {
			t.Fatalf("way %d has no edge", way)
		}
		return found
	}
	q := route.Query{From: edge(from, false), To: edge(to, true), Class: class, Depart: depart}
	path, _, ok := route.New(n).NewSearcher().Path(nil, q)
	if !ok {
		return nil
	}
	for _, e := range path {
		if way := n.Edges[e].OSMWay; len(ways) == 0 || ways[len(ways)-1] != way {
			ways = append(ways, way)
		}
	}
	return ways
}

func imported(t *testing.T, text string) (*network.Network, *Report) {
	t.Helper()
	n, r, err := Import(sketch(t, germany, text), Options{afterPass: checker(t)})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Validate(); err != nil {
		t.Fatal(err)
	}
	return n, r
}

// TestRestrictionsAreDriven checks by routes what restrictions forbid and what they leave.
func TestRestrictionsAreDriven(t *testing.T) {
	direct := []int64{13, 11, 14}
	round := []int64{13, 16, 20, -21, -12, 14}
	south := []int64{13, 11, -15}
	for _, c := range []struct {
		name      string
		relations string
		class     network.VehicleClass
		depart    float64
		from, to  int64
		want      []int64
	}{
		{"none", "", network.Car, 0, 13, 14, direct},
		{"via a way", "r 1 type=restriction restriction=no_left_turn from=w13 via=w11 to=w14", network.Car, 0, 13, 14, round},
		{"via a way, another exit", "r 1 type=restriction restriction=no_left_turn from=w13 via=w11 to=w14", network.Car, 0, 13, -15, south},
		{"via a way, another entrance", "r 1 type=restriction restriction=no_left_turn from=w13 via=w11 to=w14", network.Car, 0, 10, 14, []int64{10, 11, 14}},
		{"via a way, excepted", "r 1 type=restriction restriction=no_left_turn except=psv;bicycle from=w13 via=w11 to=w14", network.Bus, 0, 13, 14, direct},
		{"via a way, for lorries", "r 1 type=restriction restriction:hgv=no_left_turn from=w13 via=w11 to=w14", network.Car, 0, 13, 14, direct},
		{"via a way, for this lorry", "r 1 type=restriction restriction:hgv=no_left_turn from=w13 via=w11 to=w14", network.RigidLorry, 0, 13, 14, round},
		{"two via ways, out of order", "r 1 type=restriction restriction=no_straight_on from=w10 via=w12 via=w11 to=w21", network.Car, 0, 10, 21, []int64{10, 16, 20, -14, 12, 21}},
		{"mandatory via a way", "r 1 type=restriction restriction=only_right_turn from=w13 via=w11 to=w15", network.Car, 0, 13, -15, south},
		{"mandatory via a way, leaving at its end", "r 1 type=restriction restriction=only_right_turn from=w13 via=w11 to=w15", network.Car, 0, 13, 14, nil},
		{"mandatory via a way, leaving before it", "r 1 type=restriction restriction=only_right_turn from=w13 via=w11 to=w15", network.Car, 0, 13, 16, nil},
		{"no entry from two streets", "r 1 type=restriction restriction=no_entry from=w13 from=w10 via=n2 to=w11", network.Car, 0, 13, 14, round},
		{"no exit to two streets", "r 1 type=restriction restriction=no_exit from=w13 via=n2 to=w11 to=w10", network.Car, 0, 13, 14, round},
		{"at the time", "r 1 type=restriction restriction:conditional=no_right_turn@(Mo-Fr,07:00-09:00;Sa,10:00-12:00) from=w13 via=n2 to=w11", network.Car, tuesday + eight, 13, 14, round},
		{"at another time", "r 1 type=restriction restriction:conditional=no_right_turn@(Mo-Fr,07:00-09:00;Sa,10:00-12:00) from=w13 via=n2 to=w11", network.Car, saturday + eight, 13, 14, direct},
		{"lifted at the time", "r 1 type=restriction restriction=no_right_turn restriction:conditional=none@(Sa-Su) from=w13 via=n2 to=w11", network.Car, saturday + eight, 13, 14, direct},
		{"not lifted at another time", "r 1 type=restriction restriction=no_right_turn restriction:conditional=none@(Sa-Su) from=w13 via=n2 to=w11", network.Car, tuesday + eight, 13, 14, round},
		{"old tags", "r 1 type=restriction restriction=no_right_turn day_on=Monday day_off=Friday hour_on=07:00 hour_off=09:00 from=w13 via=n2 to=w11", network.Car, tuesday + eight, 13, 14, round},
		{"old tags at another time", "r 1 type=restriction restriction=no_right_turn day_on=Monday day_off=Friday hour_on=07:00 hour_off=09:00 from=w13 via=n2 to=w11", network.Car, saturday + eight, 13, 14, direct},
		{"heavy only", "r 1 type=restriction restriction:conditional=no_right_turn@(weight>12) from=w13 via=n2 to=w11", network.RigidLorry, 0, 13, 14, round},
		{"via a way at the time", "r 1 type=restriction restriction:conditional=no_left_turn@(Tu) from=w13 via=w11 to=w14", network.Car, tuesday, 13, 14, round},
		{"via a way at another time", "r 1 type=restriction restriction:conditional=no_left_turn@(Tu) from=w13 via=w11 to=w14", network.Car, saturday, 13, 14, direct},
	} {
		n, r := imported(t, block+c.relations)
		if c.relations != "" && (r.Restrictions != 1 || r.DroppedTotal["restriction"] != 0 || r.DroppedTotal["condition"] != 0) {
			t.Errorf("%s: %d in force, dropped %v, want it in force", c.name, r.Restrictions, r.Dropped)
		}
		if got := drive(t, n, c.class, c.depart, c.from, c.to); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v to %d drives %v, want %v", c.name, c.from, c.to, got, c.want)
		}
	}
}

func TestOnlyUTurnMakesOne(t *testing.T) {
	n, _ := imported(t, block+"r 1 type=restriction restriction=only_u_turn from=w13 via=n2 to=w13")
	if got, want := drive(t, n, network.Car, 0, 13, -13), []int64{13, -13}; !slices.Equal(got, want) {
		t.Errorf("drives %v, want %v", got, want)
	}
	if got := drive(t, n, network.Car, 0, 13, 11); got != nil {
		t.Errorf("drives on: %v", got)
	}
}

// TestNoUTurnAcrossAMedian: turning back through a gap in the median, from one carriageway over a street into the
// other.
func TestNoUTurnAcrossAMedian(t *testing.T) {
	const road = `
		n 1 -300 0
		n 2 0 0
		n 3 300 0
		n 4 300 20
		n 5 0 20
		n 6 -300 20
		n 7 0 200
		n 8 0 -200
		n 9 -600 10
		n 10 600 10
		w 10 1,2 highway=primary oneway=yes name=A10
		w 11 2,3 highway=primary oneway=yes name=A11
		w 12 4,5 highway=primary oneway=yes name=A12
		w 13 5,6 highway=primary oneway=yes name=A13
		w 14 2,5 highway=residential name=B
		w 15 5,7 highway=residential name=B
		w 16 8,2 highway=residential name=B
		n 11 -310 10
		n 12 310 10
		w 20 9,11 highway=primary name=C
		w 21 11,1 highway=primary name=D oneway=yes
		w 22 6,11 highway=primary name=E oneway=yes
		w 23 3,12 highway=primary name=F oneway=yes
		w 24 12,4 highway=primary name=G oneway=yes
		w 25 12,10 highway=primary name=H
		`
	for _, c := range []struct {
		relation string
		allowed  bool
	}{{"", true}, {"r 1 type=restriction restriction=no_u_turn from=w10 via=w14 to=w13", false}} {
		n, r := imported(t, road+c.relation)
		direct := []int64{10, 14, 13}
		if got := drive(t, n, network.Car, 0, 10, 13); slices.Equal(got, direct) != c.allowed {
			t.Errorf("%q: drives %v; turning back allowed: want %v", c.relation, got, c.allowed)
		}
		if c.relation != "" && r.Restrictions != 1 {
			t.Errorf("%q: %v", c.relation, r.Dropped)
		}
		if got := drive(t, n, network.Car, 0, 10, 15); !slices.Equal(got, []int64{10, 14, 15}) {
			t.Errorf("%q: turning left drives %v", c.relation, got)
		}
	}
}

func TestRestrictionsThatCannotBeTakenSayWhy(t *testing.T) {
	for relation, want := range map[string]string{
		"type=restriction restriction=no_left_turn from=w13 via=w99 to=w14":                      "via way 99 is not in the file",
		"type=restriction restriction=no_left_turn from=w13 via=w11 to=w99":                      "to way 99 is not in the file",
		"type=restriction restriction=no_left_turn from=w13 to=w14":                              "no via",
		"type=restriction restriction=no_left_turn via=n2 to=w14":                                "no from",
		"type=restriction restriction=no_left_turn from=w13 via=n2 to=w30":                       "to way 30 is no road",
		"type=restriction restriction=no_left_turn from=w13 via=n2 to=w31":                       "one-way",
		"type=restriction restriction=no_left_turn from=w13 via=w12 to=w21":                      "do not lead",
		"type=restriction restriction=no_right_turn_on_red from=w13 via=n2 to=w11":               "not known",
		"type=restriction restriction:bicycle=no_left_turn from=w13 via=n2 to=w10":               "no vehicle class",
		"type=restriction restriction:conditional=no_left_turn@(Nov-Mar) from=w13 via=n2 to=w10": "condition is not known",
		"type=restriction from=w13 via=n2 to=w10":                                                "no restriction",
	} {
		_, r := imported(t, block+"n 30 -200 100\nw 30 2,30 highway=footway\nn 31 -200 -100\nw 31 31,2 highway=tertiary oneway=yes\nr 77 "+relation)
		i := slices.IndexFunc(r.Dropped, func(d Drop) bool { return d.Kind == "restriction" && d.OSM == 77 })
		if r.Restrictions != 0 || i < 0 || !strings.Contains(r.Dropped[i].Reason, want) {
			t.Errorf("%s: %v, want a drop that says %q", relation, r.Dropped, want)
		}
	}
}

// TestBarriersStopWhomTheyStop drives along a street with a barrier in its middle, and past a driveway with one at its mouth.
func TestBarriersStopWhomTheyStop(t *testing.T) {
	for _, c := range []struct {
		tags            string
		car, bus, lorry bool
	}{
		{"barrier=bollard", false, false, false},
		{"barrier=bollard access=no bus=yes", false, true, false},
		{"barrier=gate", true, true, true},
		{"barrier=gate locked=yes", false, false, false},
		{"barrier=gate access=no", false, false, false},
		{"barrier=lift_gate motor_vehicle=no psv=yes", false, true, false},
		{"barrier=toll_booth", true, true, true},
		{"barrier=bus_trap", false, true, false},
		{"barrier=sump_buster", false, true, false},
		{"barrier=height_restrictor", true, false, false},
		{"barrier=height_restrictor maxheight=3.5", true, true, false},
		{"barrier=gate maxweight=3.5", true, false, false},
		{"barrier=cattle_grid", true, true, true},
		{"barrier=rock", false, false, false},
		{"barrier=swing_gate access=private", true, true, true},
	} {
		n, _ := imported(t, block+"n 40 0 -300 "+c.tags+"\nw 40 5,40,6 highway=tertiary name=S40\n")
		for class, want := range map[network.VehicleClass]bool{network.Car: c.car, network.Bus: c.bus, network.RigidLorry: c.lorry} {
			got := drive(t, n, class, 0, -13, 15)
			if passes := slices.Equal(got, []int64{-13, 40, 15}); passes != want {
				t.Errorf("%s: %v drives %v; passing the barrier: want %v", c.tags, class, got, want)
			}
		}
	}
}

func TestBarrierAtAMouthLeavesTheStreetOpen(t *testing.T) {
	n, _ := imported(t, strings.Replace(block, "n 2 -100 0", "n 2 -100 0 barrier=bollard", 1)+
		"n 50 -200 100\nw 50 2,50 highway=service\n")
	if got, want := drive(t, n, network.Car, 0, 10, 12), []int64{10, 11, 12}; !slices.Equal(got, want) {
		t.Errorf("past a driveway with a bollard: %v, want %v", got, want)
	}
	for e := range n.Edges {
		if n.Edges[e].OSMWay == 50 || n.Edges[e].OSMWay == -50 {
			t.Errorf("the driveway behind the bollard is connected: edge %d", e)
		}
	}
}

func TestStreetIsClosedAtItsHours(t *testing.T) {
	text := strings.Replace(block, "w 11 2,3 highway=tertiary", "w 11 2,3 highway=tertiary motor_vehicle:conditional=no@(Mo-Fr,07:00-09:00) bus=yes", 1)
	n, r := imported(t, text)
	if r.Rules["closed_at_times"] != 2 {
		t.Errorf("rules %v, want both directions of a street closed at times", r.Rules)
	}
	direct, round := []int64{13, 11, 14}, []int64{13, 16, 20, -21, -12, 14}
	for _, c := range []struct {
		class  network.VehicleClass
		depart float64
		want   []int64
	}{
		{network.Car, tuesday + eight, round},
		{network.Car, tuesday + 2*eight, direct},
		{network.Car, saturday + eight, direct},
		{network.Bus, tuesday + eight, direct},
	} {
		if got := drive(t, n, c.class, c.depart, 13, 14); !slices.Equal(got, c.want) {
			t.Errorf("%v at %.0f s: %v, want %v", c.class, c.depart, got, c.want)
		}
	}
}

func TestDirectionByTime(t *testing.T) {
	text := strings.Replace(block, "w 11 2,3 highway=tertiary",
		"w 11 2,3 highway=tertiary oneway=reversible oneway:conditional=yes@(Mo-Su,04:00-12:00);-1@(Mo-Su,12:00-20:00)", 1)
	n, r := imported(t, text)
	if r.Guessed["direction_by_time"] != 1 || r.Guessed["reversible"] != 0 {
		t.Errorf("guessed %v", r.Guessed)
	}
	for _, c := range []struct {
		depart   float64
		from, to int64
		want     bool // over way 11
	}{
		{tuesday + eight, 10, 12, true},
		{tuesday + 2*eight, 10, 12, false},
		{tuesday, 10, 12, false},
		{tuesday + eight, -12, -10, false},
		{tuesday + 2*eight, -12, -10, true},
	} {
		got := drive(t, n, network.Car, c.depart, c.from, c.to)
		over := slices.Contains(got, 11) || slices.Contains(got, -11)
		if over != c.want || got == nil {
			t.Errorf("at %.0f s from %d: %v; over the reversible street: want %v", c.depart, c.from, got, c.want)
		}
	}
	_, r = imported(t, strings.Replace(block, "w 11 2,3 highway=tertiary", "w 11 2,3 highway=tertiary oneway=reversible", 1))
	if r.Guessed["reversible"] != 1 {
		t.Errorf("guessed %v, want a reversible street counted", r.Guessed)
	}
}

// TestRestrictionsOfTheCatalogue: what must be in force on real maps, and which relations must be reported as cut off.
func TestRestrictionsOfTheCatalogue(t *testing.T) {
	for _, c := range []struct {
		file    string
		rules   map[string]int // at least
		missing []int64        // relations that lack members
	}{
		{"tiny/quad_intersection_us.osm", map[string]int{"through_streets": 5, "no_u_turn": 5}, []int64{11122765}},
		{"tiny/taipei_parallel_tw.osm", map[string]int{"at_times": 1, "no_left_turn": 6}, []int64{7468624}},
		{"tiny/arizona_highways_us.osm", map[string]int{"only_straight_on": 20, "through_streets": 2}, nil},
		{"tiny/fremantle_placement_lht.osm", map[string]int{"through_streets": 4}, nil},
		{"small/oslo_east_no.osm.pbf", map[string]int{"at_times": 2, "through_streets": 10, "closed_at_times": 10, "barriers": 5}, nil},
		{"medium/portland_us.osm.pbf", map[string]int{"only_straight_on": 180, "only_right_turn": 50}, nil},
	} {
		t.Run(c.file, func(t *testing.T) {
			n, r := importExtract(t, c.file)
			for kind, least := range c.rules {
				if r.Rules[kind] < least {
					t.Errorf("%d of %s in force, want at least %d", r.Rules[kind], kind, least)
				}
			}
			for _, id := range c.missing {
				if !slices.ContainsFunc(r.Dropped, func(d Drop) bool {
					return d.Kind == "restriction" && d.OSM == id && strings.Contains(d.Reason, "is not in the file")
				}) {
					t.Errorf("relation %d, whose members are missing, is not reported", id)
				}
			}
			for _, d := range r.Dropped {
				if d.Kind == "restriction" && d.Reason == "" {
					t.Errorf("relation %d is dropped without a reason", d.OSM)
				}
			}
			checkBansCanBeDriven(t, n)
		})
	}
}

// checkBansCanBeDriven fails for bans of edges between which nothing leads: they forbid nothing.
func checkBansCanBeDriven(t *testing.T, n *network.Network) {
	t.Helper()
	leads := map[[2]network.EdgeID]bool{}
	for i := range n.Movements {
		leads[[2]network.EdgeID{n.Movements[i].From, n.Movements[i].To}] = true
	}
	for i := range n.Bans {
		for k := 1; k < len(n.Bans[i].Edges); k++ {
			if !leads[[2]network.EdgeID(n.Bans[i].Edges[k-1:k+1])] {
				t.Errorf("ban %d of edges %v: nothing leads from the one to the next", i, n.Bans[i].Edges)
			}
		}
	}
}
