package demand

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/route"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
)

// corridor returns the places of a one-way road of four sections, named a to d.
func corridor(t testing.TB) *Places {
	t.Helper()
	spec := sample.Corridor(sample.CorridorSpec{Sections: 4, Length: 300, OneWay: true})
	for e := range spec.Edges {
		spec.Edges[e].Ref = string(rune('a' + e))
	}
	net, err := network.Build(spec)
	if err != nil {
		t.Fatal(err)
	}
	return Survey(net, nil, route.New(net))
}

func readRoutes(t testing.TB, text string, factor, begin, end float64) *Demand {
	t.Helper()
	d, err := ReadRoutes([]Routes{{In: strings.NewReader(text)}}, corridor(t), factor, 1, begin, end)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestRoutesAreRead(t *testing.T) {
	d := readRoutes(t, `<routes>
 <vType id="pkw" vClass="passenger" maxSpeed="20"/>
 <vType id="lkw" vClass="truck"/> <vType id="art" guiShape="truck/semitrailer"/> <vType id="rad" vClass="bicycle"/>
 <route id="all" edges="a b c d"/>
 <trip id="later" type="lkw" depart="00:02:05" from="a" to="d"/>
 <vehicle id="fixed" type="pkw" depart="10.5" route="all" departPos="50" arrivalPos="-20"/>
 <vehicle id="own" type="art" depart="11" ><route edges="b c"/></vehicle>
 <trip id="over" depart="12" from="a" to="d" via="b c"/>
 <trip id="cycle" type="rad" depart="13" from="a" to="d"/>
 <trip id="district" depart="14" fromTaz="1" toTaz="2"/>
 <vehicle id="when" depart="triggered" route="all"/>
 <person id="p" depart="15"><walk from="a" to="b"/></person>
 <trip id="late" depart="7200" from="a" to="d"/>
</routes>`, 1, 0, 3600)
	if len(d.Trips) != 4 {
		t.Fatalf("%d trips, want 4: %+v", len(d.Trips), d.Trips)
	}
	fixed, own, over, later := d.Trips[0], d.Trips[1], d.Trips[2], d.Trips[3]
	if fixed.Depart != 10.5 || fixed.TopSpeed != 20 || fixed.FromPos != 50 || fixed.Class != network.Car ||
		!slices.Equal(fixed.Route, []network.EdgeID{0, 1, 2, 3}) {
		t.Errorf("fixed: %+v, want a car of at most 20 m/s at 10.5 s from 50 m on over all", fixed)
	}
	if length := corridor(t).net.Edges[3].Length; math.Abs(fixed.ToPos-(length-20)) > 0.001 {
		t.Errorf("fixed ends at %.1f m, want 20 m before the end of %.1f", fixed.ToPos, length)
	}
	if own.Class != network.ArticulatedLorry || own.From != 1 || own.To != 2 || own.FromPos != traffic.AtBoundary || own.ToPos < 0 {
		t.Errorf("own: %+v, want an articulated lorry from the start of b that turns off before the end of c", own)
	}
	if !slices.Equal(over.Route, []network.EdgeID{0, 1, 2, 3}) {
		t.Errorf("over b and c: route %v", over.Route)
	}
	if later.Depart != 125 || later.Class != network.RigidLorry || later.Route != nil || later.ToPos != traffic.AtBoundary {
		t.Errorf("later: %+v, want a rigid lorry at 125 s that finds its way to the end of the map", later)
	}
	var text bytes.Buffer
	if err := d.Describe(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1 of class bicycle", "1 without edges", "1 that depart when", "1 person elements"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the description lacks %q:\n%s", want, text.String())
		}
	}
}

func TestFlows(t *testing.T) {
	for _, c := range []struct {
		name, flow     string
		begin, end     float64
		least, most    int
		first, between float64 // s; between < 0 for not even
		factor         float64
	}{
		{"number", `begin="100" end="200" number="10"`, 0, 3600, 10, 10, 100, 10, 1},
		{"per hour", `begin="0" end="3600" vehsPerHour="120"`, 0, 3600, 120, 120, 0, 30, 1},
		{"period", `begin="0" period="7.5" number="4"`, 0, 3600, 4, 4, 0, 7.5, 1},
		{"cut", `begin="0" end="100000" period="10"`, 1800, 3600, 180, 180, 1800, 10, 1},
		{"probability", `begin="0" end="3600" probability="0.1"`, 0, 3600, 300, 420, -1, -1, 1},
		{"exponential", `begin="0" end="3600" period="exp(0.1)"`, 0, 3600, 300, 420, -1, -1, 1},
		{"none", `begin="0" end="3600" vehsPerHour="0"`, 0, 3600, 0, 0, -1, -1, 1},
		{"half", `begin="0" end="3600" period="5"`, 0, 3600, 300, 420, -1, -1, 0.5},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := `<routes><flow id="f" from="a" to="d" ` + c.flow + `/></routes>`
			d := readRoutes(t, text, c.factor, c.begin, c.end)
			if n := len(d.Trips); n < c.least || n > c.most {
				t.Fatalf("%d vehicles, want %d to %d", n, c.least, c.most)
			}
			for i, trip := range d.Trips {
				if c.between > 0 && math.Abs(trip.Depart-(c.first+float64(i)*c.between)) > 0.002 {
					t.Fatalf("vehicle %d departs at %.3f s, want %.3f", i, trip.Depart, c.first+float64(i)*c.between)
				}
				if i > 0 && trip.Depart < d.Trips[i-1].Depart {
					t.Fatalf("vehicle %d departs before the one before it", i)
				}
			}
			if again := readRoutes(t, text, c.factor, c.begin, c.end); len(again.Trips) != len(d.Trips) {
				t.Errorf("read again, %d vehicles, want %d", len(again.Trips), len(d.Trips))
			}
		})
	}
}

func TestDistributionsAreDrawnByWeight(t *testing.T) {
	d := readRoutes(t, `<routes>
 <vTypeDistribution id="mix"><vType id="x" vClass="passenger" probability="0.75"/><vType id="y" vClass="bus" probability="0.25"/></vTypeDistribution>
 <routeDistribution id="ways"><route edges="a b" probability="1"/><route edges="a b c" probability="3"/></routeDistribution>
 <flow id="f" type="mix" begin="0" end="3600" period="2" route="ways"/>
</routes>`, 1, 0, 3600)
	buses, long := 0, 0
	for _, trip := range d.Trips {
		if trip.Class == network.Bus {
			buses++
		}
		if len(trip.Route) == 3 {
			long++
		}
	}
	if len(d.Trips) != 1800 || buses < 380 || buses > 520 || long < 1270 || long > 1430 {
		t.Errorf("%d vehicles, %d buses, %d on the longer way, want 1800, about 450 and about 1350", len(d.Trips), buses, long)
	}
}

func TestMistakesInRoutesNameTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"<net/>":        "want the element routes",
		"<routes><trip": "unexpected EOF",
		"<routes>\n<trip id='t' depart='1' from='a' to='x'/></routes>":                               `line 2: trip t: to: no edge "x"`,
		"<routes>\n\n<trip id='t' depart='soon' from='a' to='b'/></routes>":                          `line 3: trip t: depart="soon"`,
		"<routes><trip id='t' from='a' to='b'/></routes>":                                            "no depart",
		"<routes><vehicle id='v' depart='1' route='r'/></routes>":                                    `no route "r" before it`,
		"<routes><vehicle id='v' depart='1' type='q'><route edges='a'/></vehicle></routes>":          `no vType "q"`,
		"<routes><vehicle id='v' depart='1'><route edges='a c'/></vehicle></routes>":                 `nothing leads a car from edge "a" to edge "c"`,
		"<routes><vehicle id='v' depart='1'><route edges=''/></vehicle></routes>":                    "no edges",
		"<routes><flow id='f' from='a' to='d' begin='0' end='10' period='0'/></routes>":              "want period",
		"<routes><flow id='f' from='a' to='d' begin='0' end='10' period='exp(x)'/></routes>":         "want exp(",
		"<routes><flow id='f' from='a' to='d' begin='0' end='1e9' number='many'/></routes>":          `number="many"`,
		"<routes><vTypeDistribution id='e'/></routes>":                                               "no vTypes in it",
		"<routes><vTypeDistribution id='e' vTypes='DEFAULT_VEHTYPE' probabilities='lots'/></routes>": `probability "lots"`,
		"<routes><trip id='t' depart='1' departPos='there' from='a' to='b'/></routes>":               `departPos="there"`,
		"<routes><vehicle id='v' depart='1' route='DEFAULT'><param key='a' value='b'/></routes>":     "element <vehicle> closed by </routes>",
		"<routes><routeDistribution id='r'><route refId='none'/></routeDistribution></routes>":       `no route "none"`,
	} {
		_, err := ReadRoutes([]Routes{{Name: "x.rou.xml", In: strings.NewReader(text)}}, corridor(t), 1, 1, 0, 3600)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "x.rou.xml: ") {
			t.Errorf("%s\n got %v\nwant an error of x.rou.xml with %q", text, err, want)
		}
	}
}

// TestFilesTogether reads types from one file and trips from another, by a list and by a configuration.
func TestFilesTogether(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"types.add.xml": `<additional><vType id="b" vClass="bus"/></additional>`,
		"trips.rou.xml": `<routes><trip id="t" type="b" depart="5" from="a" to="d"/></routes>`,
		"run.sumocfg": `<configuration><input><net-file value="n.net.xml"/><route-files value="trips.rou.xml"/>
			<additional-files value="types.add.xml"/></input></configuration>`,
		"bare.sumocfg": `<configuration><input><net-file value="n.net.xml"/></input></configuration>`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	for _, path := range []string{in("types.add.xml") + "," + in("trips.rou.xml"), in("run.sumocfg")} {
		d, err := ReadFile(path, corridor(t), 1, 1, 0, 60)
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Trips) != 1 || d.Trips[0].Class != network.Bus {
			t.Errorf("%s: trips %+v, want one by bus", path, d.Trips)
		}
	}
	for path, want := range map[string]string{
		in("trips.rou.xml"): `no vType "b"`, in("bare.sumocfg"): "names no route-files", in("none.sumocfg"): "no such file",
	} {
		if _, err := ReadFile(path, corridor(t), 1, 1, 0, 60); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v, want one with the path and %q", path, err, want)
		}
	}
}

// TestTripsSurviveSUMO writes trips and reads them.
func TestTripsSurviveSUMO(t *testing.T) {
	p := corridor(t)
	trips := []traffic.Trip{
		{Depart: 1.25, From: 0, To: 3, FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary, Class: network.Van},
		{Depart: 2, From: 0, To: 2, FromPos: 20, ToPos: 30, Class: network.Motorcycle},
		{Depart: 3, From: 1, To: 3, FromPos: traffic.AtBoundary, ToPos: 15, Class: network.Car, Route: []network.EdgeID{1, 2, 3}},
	}
	var text bytes.Buffer
	if err := WriteSUMO(&text, p.net, trips); err != nil {
		t.Fatal(err)
	}
	d, err := ReadRoutes([]Routes{{In: &text}}, p, 1, 1, 0, 60)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Trips) != len(trips) {
		t.Fatalf("%d trips, want %d", len(d.Trips), len(trips))
	}
	for i, got := range d.Trips {
		want := trips[i]
		if !slices.Equal(got.Route, want.Route) {
			t.Errorf("trip %d: route %v, want %v", i, got.Route, want.Route)
		}
		got.Route, want.Route = nil, nil
		if got.Depart != want.Depart || got.From != want.From || got.To != want.To || got.FromPos != want.FromPos ||
			got.ToPos != want.ToPos || got.Class != want.Class {
			t.Errorf("trip %d: %+v, want %+v", i, got, want)
		}
	}
}

func FuzzReadRoutes(f *testing.F) {
	f.Add([]byte(`<routes><vType id="a" vClass="bus"/><route id="r" edges="a b"/><vehicle type="a" depart="1" route="r"/></routes>`))
	f.Add([]byte(`<routes><flow from="a" to="d" via="b" begin="0" end="60" probability="0.5" departPos="random"/></routes>`))
	f.Add([]byte(`<additional><vTypeDistribution id="x" vTypes="DEFAULT_VEHTYPE" probabilities="1"/></additional>`))
	p := corridor(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := ReadRoutes([]Routes{{In: bytes.NewReader(data)}}, p, 1, 1, 0, 60)
		if err != nil {
			return
		}
		for i, trip := range d.Trips {
			if !(trip.Depart >= 0 && trip.Depart < 60) || trip.Class >= network.NumVehicleClasses || trip.TopSpeed < 0 {
				t.Fatalf("trip %d: %+v", i, trip)
			}
		}
	})
}
