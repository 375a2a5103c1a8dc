package cityflow

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
)

// crossing is a roadnet of one crossing with roads of 300 m, as CityFlow's generator writes it: from the west, south, east and
// north, two lanes each; the inner turns left, the outer goes straight on and right.
func crossing(phases string) string {
	at := [4][2]float64{{-300, 0}, {0, -300}, {300, 0}, {0, 300}}
	var inter, roads, links []string
	for i, p := range at {
		inter = append(inter, fmt.Sprintf(`{"id":"end_%d","point":{"x":%g,"y":%g},"width":0,"roads":[],"roadLinks":[],"virtual":true}`, i, p[0], p[1]))
		lanes := `[{"width":3,"maxSpeed":11.111},{"width":4,"maxSpeed":16.67}]`
		ends := [2]string{fmt.Sprintf(`{"x":%g,"y":%g}`, p[0], p[1]), `{"x":0,"y":0}`}
		roads = append(roads,
			fmt.Sprintf(`{"id":"in_%d","points":[%s,%s],"lanes":%s,"startIntersection":"end_%d","endIntersection":"middle"}`, i, ends[0], ends[1], lanes, i),
			fmt.Sprintf(`{"id":"out_%d","points":[%s,%s],"lanes":%s,"startIntersection":"middle","endIntersection":"end_%d"}`, i, ends[1], ends[0], lanes, i))
		for _, l := range []struct {
			kind string
			to   int
			pair string
		}{
			{"go_straight", (i + 2) % 4, `{"startLaneIndex":1,"endLaneIndex":1,"points":[]}`},
			{"turn_left", (i + 3) % 4, `{"startLaneIndex":0,"endLaneIndex":0,"points":[]}`},
			{"turn_right", (i + 1) % 4, `{"startLaneIndex":1,"endLaneIndex":1}`},
		} {
			links = append(links, fmt.Sprintf(`{"type":%q,"startRoad":"in_%d","endRoad":"out_%d","laneLinks":[%s]}`, l.kind, i, l.to, l.pair))
		}
	}
	inter = append(inter, fmt.Sprintf(`{"id":"middle","point":{"x":0,"y":0},"width":14,"roads":[],"roadLinks":[%s],"trafficLight":{"lightphases":[%s]},"virtual":false}`,
		strings.Join(links, ","), phases))
	return fmt.Sprintf(`{"intersections":[%s],`+"\n"+`"roads":[%s]}`, strings.Join(inter, ","), strings.Join(roads, ",\n"))
}

// twoPhases let the west-east road go, then the other; right turns always.
const twoPhases = `{"time":30,"availableRoadLinks":[0,1,2,5,6,7,8,11]},{"time":25.5,"availableRoadLinks":[3,4,5,2,9,10,11,8]}`

func read(t testing.TB, text string) (*network.Network, *Report) {
	t.Helper()
	net, report, err := Read(strings.NewReader(text), "sketch")
	if err != nil {
		t.Fatal(err)
	}
	if err := net.Validate(); err != nil {
		t.Fatal(err)
	}
	return net, report
}

func edgeOf(t testing.TB, net *network.Network, ref string) network.EdgeID {
	t.Helper()
	e := slices.IndexFunc(net.Edges, func(e network.Edge) bool { return e.Ref == ref })
	if e < 0 {
		t.Fatalf("no edge %s", ref)
	}
	return network.EdgeID(e)
}

func TestLanesAreTurnedRound(t *testing.T) {
	net, report := read(t, crossing(twoPhases))
	if report.Signalised != 1 || report.Virtual != 4 || report.LaneLinks != 12 || len(report.Notes) != 0 {
		t.Errorf("report %+v, want one crossing with signals, 4 ends, 12 lane links and no notes", report)
	}
	in := net.EdgeLanes(edgeOf(t, net, "in_0")) // from the west, driven to the east: its kerb is in the south
	for i, want := range []struct {
		width, limit, y float64
		turns           network.TurnSet
	}{
		{4, 16.67, -5, 1<<network.Through | 1<<network.Right},
		{3, 11.111, -1.5, 1 << network.Left},
	} {
		l := in[i]
		if l.Width != want.width || l.SpeedLimit != want.limit || l.Turns != want.turns || l.Shape[0].Y != want.y {
			t.Errorf("lane %d from the kerb: width %g m, limit %g m/s, turns %v, at y %g m; want %+v", i, l.Width, l.SpeedLimit, l.Turns, l.Shape[0].Y, want)
		}
		if end := l.Shape[len(l.Shape)-1]; end.X != -14 || l.Shape[0].X != -300 || l.Length != 286 {
			t.Errorf("lane %d leads from %v to %v, %g m; want the stop line 14 m before the middle", i, l.Shape[0], end, l.Length)
		}
	}
	if o := net.Edges[edgeOf(t, net, "in_0")].Opposite; o != edgeOf(t, net, "out_0") {
		t.Errorf("the other direction of in_0 is edge %d, want out_0", o)
	}
	if n := len(net.Connectors); n != 12 {
		t.Errorf("%d connectors, want the 12 of the file", n)
	}
	for i := range net.Junctions {
		if end := strings.HasPrefix(net.Junctions[i].Name, "end"); net.Junctions[i].Boundary != end {
			t.Errorf("junction %s: boundary %v", net.Junctions[i].Name, net.Junctions[i].Boundary)
		}
	}
}

func TestStraightOnGoesBeforeLeftBeforeRight(t *testing.T) {
	net, _ := read(t, crossing(""))
	if len(net.Controllers) != 0 {
		t.Errorf("%d controllers without phases, want none", len(net.Controllers))
	}
	order := map[network.Turn]int{network.Right: 1, network.Left: 2, network.Through: 3}
	met := 0
	for _, k := range net.Conflicts {
		p, q := &net.Connectors[k.Of], &net.Connectors[k.With]
		if k.Kind == network.Diverging || net.Lanes[p.From].Edge == net.Lanes[q.From].Edge {
			continue
		}
		met++
		if a, b := order[p.Turn], order[q.Turn]; a != b && k.Yields != (a < b) {
			t.Errorf("%v meets %v: yields %v, want %v", p.Turn, q.Turn, k.Yields, a < b)
		} else if a == b && a < 3 && !k.Yields {
			t.Errorf("%v meets %v and does not yield, want the first to go", p.Turn, q.Turn)
		}
	}
	if met == 0 {
		t.Error("no paths meet: nothing was tested")
	}
}

func TestPhasesBecomeTheProgram(t *testing.T) {
	net, _ := read(t, crossing(twoPhases+`,{"time":0,"availableRoadLinks":[]}`))
	c := &net.Controllers[0]
	if c.Program == nil || !slices.Equal(c.Program.Durations, []float64{30, 25.5}) || len(c.Groups) != 12 {
		t.Fatalf("program %+v of %d groups, want two phases of 12 groups", c.Program, len(c.Groups))
	}
	want := map[string][]network.Light{
		"in_0 straight": {network.LightGreen, network.LightRed},
		"in_1 left":     {network.LightRed, network.LightGreen},
		"in_2 right":    {network.LightYield, network.LightYield},
	}
	for _, g := range c.Groups {
		group := &net.SignalGroups[g]
		if lights, ok := want[group.Name]; ok && !slices.Equal(lights, group.Lights) {
			t.Errorf("%s shows %v, want %v", group.Name, group.Lights, lights)
		}
		delete(want, group.Name)
	}
	if len(want) > 0 {
		t.Errorf("no groups for %v", want)
	}
}

func TestBadFilesAreRefused(t *testing.T) {
	good := crossing(twoPhases)
	for name, c := range map[string]struct{ old, new, want string }{
		"not JSON":            {`"roads":[{"id":"in_0"`, `"roads":[{"id":"in_0",,`, "line 2: not JSON"},
		"another kind":        {`"width":14`, `"width":"wide"`, "width: a JSON string, want float64"},
		"no roads":            {`"roads":[{`, `"streets":[{`, "5 intersections and 0 roads"},
		"twice":               {`"id":"in_1"`, `"id":"in_0"`, "road 2: id in_0, which number 0 has as well"},
		"no id":               {`"id":"end_3"`, `"id":""`, "intersection 3: id of 0 bytes"},
		"no such end":         {`"endIntersection":"end_2"`, `"endIntersection":"x"`, `road 5 (out_2): endIntersection "x"`},
		"one point":           {`[{"x":-300,"y":0},{"x":0,"y":0}]`, `[{"x":-300,"y":0}]`, "road 0 (in_0): 1 points"},
		"no y":                {`"point":{"x":0,"y":0}`, `"point":{"x":0}`, "intersection 4 (middle): no point"},
		"beyond the Earth":    {`"point":{"x":0,"y":0}`, `"point":{"x":1e300,"y":0}`, "intersection 4 (middle): point 1e+300"},
		"no lanes":            {`"lanes":[{"width":3,"maxSpeed":11.111},{"width":4,"maxSpeed":16.67}],"startIntersection":"end_1"`, `"lanes":[],"startIntersection":"end_1"`, "road 2 (in_1): 0 lanes"},
		"too wide":            {`{"width":3,`, `{"width":31,`, "lane 0: width 31 m"},
		"standing":            {`"maxSpeed":16.67`, `"maxSpeed":0`, "lane 1: width 4 m and maxSpeed 0 m/s"},
		"no such turn":        {`"turn_left"`, `"left"`, `intersection 4 (middle): roadLink 1: type "left"`},
		"a road from nowhere": {`"startRoad":"in_2"`, `"startRoad":"out_2"`, `roadLink 6: startRoad "out_2"`},
		"no such lane":        {`"startLaneIndex":1`, `"startLaneIndex":2`, "laneLink 0: lane 2 to lane 1, want 0 to 1"},
		"no lane":             {`"endLaneIndex":1`, `"endLane":1`, "lane 1 to lane (none)"},
		"no such link":        {`"availableRoadLinks":[0,`, `"availableRoadLinks":[12,`, "lightphase 0: roadLink 12, want 0 to 11"},
		"time runs back":      {`"time":30`, `"time":-1`, "lightphase 0: time -1 s"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(good, c.old, c.new, 1)
			if text == good {
				t.Fatalf("%s is not in the file", c.old)
			}
			_, _, err := Read(strings.NewReader(text), "sketch")
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

// TestBombsAreRefused reads elements that hold far more than any street does, each of which would take hundreds of MB.
func TestBombsAreRefused(t *testing.T) {
	many := func(n int) string { return strings.Repeat("{},", n) + "{}" }
	for name, c := range map[string]struct{ text, want string }{
		"an element without an end": {`{"roads":[{"id":"r","points":[` + many(3<<20), "an element of more than 8388608 bytes"},
		"a name without an end":     {`{"` + strings.Repeat("x", 9<<20), "an element of more than 8388608 bytes"},
		"roadLinks":                 {`{"intersections":[{"id":"a","roadLinks":[` + many(10_000) + "]}]}", "line 1: intersection 0 (a): 10001 roadLinks"},
		"laneLinks":                 {`{"intersections":[{"id":"a","roadLinks":[{"laneLinks":[` + many(10_000) + "]}]}]}", "10001 laneLinks"},
		"lightphases":               {`{"intersections":[{"id":"a","trafficLight":{"lightphases":[` + many(10_000) + "]}}]}", "10001 lightphases"},
		"links of a phase": {
			`{"intersections":[{"id":"a","trafficLight":{"lightphases":[{"availableRoadLinks":[` + strings.Repeat("0,", 9_999) + "0]}]}}]}",
			"lightphase 0: 10000 availableRoadLinks",
		},
		"lanes":         {`{"roads":[{"id":"r","points":[{},{}],"lanes":[` + many(10_000) + "]}]}", "road 0 (r): 10001 lanes"},
		"intersections": {"{\"intersections\":[" + many(maxIntersections) + "]}", "more than 100000 intersections"},
		"depth":         {`{"intersections":` + strings.Repeat("[", 1<<20), "line 1"},
		"nothing else":  {"\n\n[]", "line 3: [, want {"},
		"cut short":     {"{\n\"roads\":[", "line 2: not JSON: the file ends early"},
		"two values":    {"{} {}", "more than one JSON value"},
	} {
		_, _, err := Read(strings.NewReader(c.text), "bomb")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}

func TestStopLinesAreFoundWhereTheFileHasNone(t *testing.T) {
	net, report := read(t, strings.Replace(crossing(twoPhases), `"width":14`, `"width":0`, 1))
	if len(report.Notes) != 8 {
		t.Errorf("%d notes, want one for each of 8 roads: %q", len(report.Notes), report.Notes)
	}
	for _, l := range net.EdgeLanes(edgeOf(t, net, "in_0")) {
		if end := l.Shape[len(l.Shape)-1]; end.X > -7 {
			t.Errorf("a stop line at %v, want it clear of the crossing road, 7 m to either side", end)
		}
	}
}

func TestFarFilesAreMoved(t *testing.T) {
	text := crossing(twoPhases)
	for _, x := range []string{"-300", "300", "0"} {
		text = strings.ReplaceAll(text, `"x":`+x+`,`, `"X":`+x+`,`)
	}
	text = strings.NewReplacer(`"X":-300,`, `"x":449700,`, `"X":300,`, `"x":450300,`, `"X":0,`, `"x":450000,`).Replace(text)
	net, report := read(t, text)
	if len(report.Notes) != 1 || !strings.Contains(report.Notes[0], "moved by -450000 m east") {
		t.Errorf("notes %q, want one of the move", report.Notes)
	}
	if b := net.Bounds; b.MinX != -300 || b.MaxX != 300 {
		t.Errorf("from %g to %g m east, want 300 to either side", b.MinX, b.MaxX)
	}
}

// shared returns the path of a file beside the repository, or skips the test where it is absent.
func shared(t testing.TB, parts ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(append([]string{dir, "..", "shared"}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not there", path)
	}
	return path
}

func TestJinanIsRead(t *testing.T) {
	f, err := os.Open(shared(t, "benchmarks", "jinan_3x4", "3_4", "roadnet_3_4.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	net, report, err := Read(f, "jinan")
	if err != nil {
		t.Fatal(err)
	}
	if err := net.Validate(); err != nil {
		t.Error(err)
	}
	if len(net.Edges) != 62 || len(net.Lanes) != 186 || len(net.Connectors) != 432 || len(net.Controllers) != 12 || len(report.Notes) != 0 {
		t.Errorf("%d edges, %d lanes, %d connectors, %d controllers, notes %q; want 62, 186, 432, 12 and none",
			len(net.Edges), len(net.Lanes), len(net.Connectors), len(net.Controllers), report.Notes)
	}
	for i := range net.Lanes {
		edge := &net.Edges[net.Lanes[i].Edge]
		if net.Lanes[i].NumOut == 0 && !net.Junctions[edge.To].Boundary {
			t.Errorf("lane %d of %s leads nowhere", net.Lanes[i].Index, edge.Ref)
		}
	}
	var first, second bytes.Buffer
	if _, err := net.WriteTo(&first); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Seek(0, 0); err != nil {
		t.Fatal(err)
	}
	again, _, err := Read(f, "jinan")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.WriteTo(&second); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("read twice, the network differs")
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(crossing(twoPhases)))
	f.Add([]byte(crossing("")))
	f.Add([]byte(strings.ReplaceAll(crossing(twoPhases), `"width":14`, `"width":299`)))
	f.Add([]byte(`{"intersections":[{"id":"a","point":{"x":0,"y":0},"virtual":true}],"roads":[{"id":"r","points":[{"x":0,"y":0},{"x":0,"y":0}],"lanes":[{"width":1,"maxSpeed":1}],"startIntersection":"a","endIntersection":"a"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		net, _, err := Read(bytes.NewReader(data), "fuzz")
		if err != nil {
			return
		}
		if err := net.Validate(); err != nil {
			t.Errorf("%s\nis read, but not valid: %v", data, err)
		}
	})
}
