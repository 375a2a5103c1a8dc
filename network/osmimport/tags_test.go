package osmimport

import (
	"math"
	"strings"
	"testing"

	"roadtwin/network"
)

func TestParseSpeed(t *testing.T) {
	for _, c := range []struct {
		value string
		limit float64 // m/s
		zone  string
		ok    bool
	}{
		{"50", 50 / 3.6, "", true},
		{"50 km/h", 50 / 3.6, "", true},
		{"30 mph", 13.4112, "", true},
		{"25mph", 11.176, "", true},
		{"5 knots", 5 * 1852.0 / 3600, "", true},
		{"none", 130 / 3.6, "", true},
		{"walk", 7 / 3.6, "", true},
		{"signals", 0, "", false},
		{"variable", 0, "", false},
		{"DE:urban", 0, "urban", true},
		{"de:rural", 0, "rural", true},
		{"DE:zone:30", 30 / 3.6, "", true},
		{"DE:zone30", 30 / 3.6, "", true},
		{"AT:bicycle_road", 30 / 3.6, "", true},
		{"GB:nsl_dual", 0, "nsl_dual", true},
		{"50;40", 40 / 3.6, "", true},
		{"none;80", 80 / 3.6, "", true},
		{"80|100", 80 / 3.6, "", true},
		{"RU:urban", 0, "urban", true},
		{"fast", 0, "", false},
		{"", 0, "", false},
		{"-20", 0, "", false},
		{"NaN", 0, "", false},
		{"1e9", 0, "", false},
		{"2", 5 / 3.6, "", true},
		{"50.5", 50.5 / 3.6, "", true},
		{"FR:50", 50 / 3.6, "", true},
	} {
		got, ok, _ := parseSpeed(c.value)
		if ok != c.ok || math.Abs(got.limit-c.limit) > 1e-9 || got.zone != c.zone {
			t.Errorf("parseSpeed(%q) = %.3f m/s %q %v, want %.3f %q %v", c.value, got.limit, got.zone, ok, c.limit, c.zone, c.ok)
		}
	}
}

func TestDefaultSpeedsByCountryAndSurroundings(t *testing.T) {
	for _, c := range []struct {
		place [2]float64
		tags  string
		want  float64 // m/s
	}{
		{germany, "highway=primary", 100 * kmh},
		{germany, "highway=motorway", 130 * kmh},
		{germany, "highway=living_street", 7 * kmh},
		{germany, "highway=primary source:maxspeed=DE:urban", 50 * kmh},
		{germany, "highway=service", 20 * kmh},
		{germany, "highway=residential maxspeed=signals", 50 * kmh},
		{germany, "highway=motorway_link", 80 * kmh},
		{germany, "highway=primary maxspeed=70 maxspeed:type=DE:rural", 70 * kmh},
		{england, "highway=primary", 60 * mph},
		{england, "highway=primary maxspeed:type=GB:nsl_dual", 70 * mph},
		{kansas, "highway=residential", 30 * mph},
		{kansas, "highway=secondary", 55 * mph},
		{kansas, "highway=motorway", 75 * mph},
	} {
		d := draftAfter(t, sketch(t, c.place, "n 1 0 0\nn 2 900 0\nw 10 1,2 "+c.tags), "speeds")
		if got := d.streets[0].dirs[0].lanes[0].SpeedLimit; math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s at %v: %.1f km/h, want %.1f", c.tags, c.place, got/kmh, c.want/kmh)
		}
	}
}

func TestTownsAreBuiltUp(t *testing.T) {
	var text strings.Builder
	text.WriteString("n 1 0 0\nn 2 600 0\nw 10 1,2 highway=primary\nn 3 0 5000\nn 4 600 5000\nw 11 3,4 highway=primary\n")
	for i := range 6 { // seven parallel streets of 600 m
		id := string(rune('0' + i))
		y := string(rune('1'+i)) + "0"
		text.WriteString("n 2" + id + " 0 " + y + "\nn 3" + id + " 600 " + y + "\nw 4" + id + " 2" + id + ",3" + id + " highway=residential\n")
	}
	x := sketch(t, germany, text.String())
	slicesSortNodes(x.Nodes)
	d := draftAfter(t, x, "speeds")
	for i := range d.streets {
		s := &d.streets[i]
		want := 50 * kmh
		if s.way.ID == 11 {
			want = 100 * kmh
		}
		if got := s.dirs[0].lanes[0].SpeedLimit; math.Abs(got-want) > 1e-9 {
			t.Errorf("way %d: %.0f km/h, want %.0f", s.way.ID, got/kmh, want/kmh)
		}
	}
}

// lanesOf describes the lanes of both directions from the kerb: "car|bus / car", "through+right|left".
func lanesOf(t *testing.T, place [2]float64, tags string) (along, against []network.LaneSpec, d *draft) {
	t.Helper()
	d = draftAfter(t, sketch(t, place, "n 1 0 0\nn 2 900 0\nw 10 1,2 "+tags), "split")
	s := &d.streets[0]
	return s.dirs[0].lanes, s.dirs[1].lanes, d
}

func TestLaneCounts(t *testing.T) {
	for _, c := range []struct {
		place          [2]float64
		tags           string
		along, against int
	}{
		{germany, "highway=residential", 1, 1},
		{germany, "highway=motorway", 2, 0},
		{germany, "highway=motorway_link", 1, 0},
		{germany, "highway=motorway oneway=no", 2, 2},
		{germany, "highway=secondary lanes=4", 2, 2},
		{germany, "highway=secondary lanes=3", 2, 1},
		{kansas, "highway=secondary lanes=3", 1, 1},
		{kansas, "highway=secondary lanes=5", 2, 2},
		{germany, "highway=secondary lanes=1", 1, 1},
		{germany, "highway=secondary lanes=3 lanes:backward=2", 1, 2},
		{germany, "highway=secondary lanes:forward=2 lanes:backward=1", 2, 1},
		{germany, "highway=secondary lanes=3 lanes:both_ways=1", 1, 1},
		{germany, "highway=secondary lanes=3 turn:lanes:backward=left|through", 1, 2},
		{germany, "highway=secondary oneway=yes lanes=2", 2, 0},
		{germany, "highway=secondary oneway=-1 lanes=2", 0, 2},
		{germany, "highway=secondary oneway=reversible lanes=2", 2, 0},
		{germany, "highway=secondary oneway=yes lanes=3 lanes:backward=1", 2, 0},
		{germany, "highway=secondary junction=roundabout", 1, 0},
		{germany, "highway=secondary oneway=yes turn:lanes=left|through|right", 3, 0},
		{germany, "highway=secondary oneway=yes lanes=2 turn:lanes=left|through|right", 3, 0},
		{germany, "highway=secondary oneway=yes lanes=3 turn:lanes=left|right", 3, 0},
		{germany, "highway=secondary oneway=yes lanes=2 vehicle:lanes=yes|yes|no bicycle:lanes=no|no|designated", 2, 0},
		{germany, "highway=secondary oneway=yes lanes=2 oneway:bus=no", 2, 1},
		{germany, "highway=secondary lanes=1;2 oneway=yes", 1, 0},
		{germany, "highway=secondary lanes=many oneway=yes", 1, 0},
		{germany, "highway=secondary lanes=500 oneway=yes", maxLanes, 0},
		{kansas, "highway=primary", 2, 2},
	} {
		along, against, _ := lanesOf(t, c.place, c.tags)
		if len(along) != c.along || len(against) != c.against {
			t.Errorf("%s: %d and %d lanes, want %d and %d", c.tags, len(along), len(against), c.along, c.against)
		}
	}
}

func TestArrowsAreReadFromTheKerb(t *testing.T) {
	const left, through, right = network.TurnSet(1 << network.Left), network.TurnSet(1 << network.Through), network.TurnSet(1 << network.Right)
	for _, c := range []struct {
		place [2]float64
		tags  string
		want  []network.TurnSet // from the kerb
	}{
		{germany, "oneway=yes turn:lanes=left|through|through;right", []network.TurnSet{through | right, through, left}},
		{england, "oneway=yes turn:lanes=left|through|through;right", []network.TurnSet{left, through, through | right}},
		{germany, "oneway=yes turn:lanes=left||", []network.TurnSet{through | right, through, left}},
		{germany, "oneway=yes turn:lanes=none|none|right", []network.TurnSet{right, through, through | left}},
		{germany, "oneway=yes turn:lanes=none|merge_to_left", []network.TurnSet{0, 0}},
		{germany, "oneway=yes lanes=3 turn:lanes=left|right", []network.TurnSet{right, through, left}},
		{germany, "lanes=3 turn:lanes:forward=left|through", []network.TurnSet{through, left}},
	} {
		along, _, _ := lanesOf(t, c.place, "highway=secondary "+c.tags)
		if len(along) != len(c.want) {
			t.Errorf("%s: %d lanes, want %d", c.tags, len(along), len(c.want))
			continue
		}
		for i := range along {
			if along[i].Turns != c.want[i] {
				t.Errorf("%s: lane %d has turns %b, want %b", c.tags, i, along[i].Turns, c.want[i])
			}
		}
	}
}

func TestWhoMayUseWhichLane(t *testing.T) {
	bus := network.SetOf(network.Bus)
	noLorries := network.AllClasses &^ network.Lorries
	for _, c := range []struct {
		tags string
		want []network.ClassSet // from the kerb, right-hand traffic
	}{
		{"lanes=2 oneway=yes bus:lanes=|designated", []network.ClassSet{bus, network.AllClasses}},
		{"lanes=2 oneway=yes psv:lanes=yes|designated vehicle:lanes=yes|no", []network.ClassSet{bus, network.AllClasses}},
		{"lanes=2 oneway=yes lanes:psv=1", []network.ClassSet{bus, network.AllClasses}},
		{"lanes=2 oneway=yes busway=lane", []network.ClassSet{bus, network.AllClasses}},
		{"lanes=4 lanes:bus:forward=1", []network.ClassSet{bus, network.AllClasses}},
		{"lanes=2 oneway=yes hgv:lanes=no|yes", []network.ClassSet{network.AllClasses, noLorries}},
		{"oneway=yes hgv=no", []network.ClassSet{noLorries}},
		{"oneway=yes access=no bus=yes", []network.ClassSet{bus}},
		{"oneway=yes motor_vehicle=psv", []network.ClassSet{bus}},
		{"oneway=yes motorcar=no", []network.ClassSet{network.AllClasses &^ network.SetOf(network.Car, network.Van)}},
		{"oneway=yes vehicle=no motor_vehicle=yes", []network.ClassSet{network.AllClasses}},
	} {
		along, _, _ := lanesOf(t, germany, "highway=secondary "+c.tags)
		if len(along) != len(c.want) {
			t.Errorf("%s: %d lanes, want %d", c.tags, len(along), len(c.want))
			continue
		}
		for i := range along {
			if along[i].Permitted != c.want[i] {
				t.Errorf("%s: lane %d for %v, want %v", c.tags, i, along[i].Permitted, c.want[i])
			}
		}
	}
}

func TestAccessOnly(t *testing.T) {
	for tags, want := range map[string]bool{
		"highway=residential":                                       false,
		"highway=residential access=private":                        true,
		"highway=residential motor_vehicle=destination":             true,
		"highway=residential access=private motor_vehicle=yes":      false,
		"highway=residential hgv=destination":                       false,
		"highway=service":                                           false,
		"highway=service service=parking_aisle":                     true,
		"highway=service service=driveway":                          true,
		"highway=service access=customers":                          true,
		"highway=residential access=permissive":                     false,
		"highway=residential motor_vehicle:forward=private access=": true,
	} {
		d := draftAfter(t, sketch(t, germany, "n 1 0 0\nn 2 900 0\nw 10 1,2 "+tags), "split")
		if got := d.streets[0].dirs[0].accessOnly; got != want {
			t.Errorf("%s: access only %v, want %v", tags, got, want)
		}
	}
}

func TestSurfaceWidthAndGradient(t *testing.T) {
	along, against, d := lanesOf(t, germany, "highway=secondary lanes=2 surface=Sett width=5.6 incline=-4.5%")
	if along[0].Surface != network.Cobblestone || along[0].Source.Surface != network.Tagged {
		t.Errorf("surface %v (%v), want cobblestone, tagged", along[0].Surface, along[0].Source.Surface)
	}
	if along[0].Width != 2.8 || against[0].Width != 2.8 {
		t.Errorf("widths %g and %g m, want 2.8", along[0].Width, against[0].Width)
	}
	if got := d.streets[0].gradient; got != -0.045 {
		t.Errorf("gradient %g, want -0.045", got)
	}
	along, _, _ = lanesOf(t, germany, "highway=secondary surface=asphalt;cobblestone width=18ft incline=up")
	if along[0].Surface != network.Cobblestone || math.Abs(along[0].Width-2.74) > 1e-9 {
		t.Errorf("%v, %g m, want cobblestone, 2.74 m", along[0].Surface, along[0].Width)
	}
	along, _, d = lanesOf(t, germany, "highway=residential surface=lava width=90 incline=80%")
	if along[0].Surface != network.Asphalt || along[0].Width != europeanLanes[network.Residential] || d.streets[0].gradient != maxGradient {
		t.Errorf("%v, %g m, %g, want the defaults and the steepest", along[0].Surface, along[0].Width, d.streets[0].gradient)
	}
}
