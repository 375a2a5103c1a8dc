package sumonet_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/osmimport"
	"roadtwin/network/osmimport/extract"
	"roadtwin/network/sample"
	"roadtwin/network/sumonet"
)

// shared returns the path of something in ../shared beside the repository, or skips the test.
func shared(t testing.TB, parts ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{"..", "..", "..", "shared"}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not there", path)
	}
	return path
}

func build(t testing.TB, s *network.Spec) *network.Network {
	t.Helper()
	n, err := network.Build(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func importExtract(t testing.TB, parts ...string) *network.Network {
	t.Helper()
	x, err := extract.Open(t.Context(), shared(t, append([]string{"osm"}, parts...)...), extract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	n, _, err := osmimport.Import(x, osmimport.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// allGreenInTurn returns a program for each controller in which one group after the other is green, then amber, then red.
func allGreenInTurn(n *network.Network) []sumonet.Program {
	var programs []sumonet.Program
	for c := range n.Controllers {
		p := sumonet.Program{Controller: network.ControllerID(c), Offset: 3}
		for g := range n.Controllers[c].Groups {
			for _, l := range []network.Light{network.LightGreen, network.LightAmber} {
				ph := sumonet.Phase{Duration: 4.5, Lights: slices.Repeat([]network.Light{network.LightRed}, len(n.Controllers[c].Groups))}
				ph.Lights[g] = l
				p.Phases = append(p.Phases, ph)
			}
		}
		programs = append(programs, p)
	}
	return programs
}

func write(t testing.TB, n *network.Network) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := sumonet.Write(&b, n, allGreenInTurn(n)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(t testing.TB, data []byte) (*network.Network, *sumonet.Report) {
	t.Helper()
	n, report, err := sumonet.Read(bytes.NewReader(data), "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Validate(); err != nil {
		t.Fatalf("what was read is not valid: %v", err)
	}
	return n, report
}

// topology describes what a round trip must keep: edges with their lanes, lane pairs, who gives way, signal groups.
func topology(n *network.Network) []string {
	names := sumonet.EdgeNames(n)
	var out []string
	lane := func(l network.LaneID) string { return fmt.Sprintf("%s_%d", names[n.Lanes[l].Edge], n.Lanes[l].Index) }
	for e := range n.Edges {
		edge := &n.Edges[e]
		out = append(out, fmt.Sprintf("edge %s %v ring %v name %q boundary %v %v", names[e], edge.Road, edge.Roundabout, edge.Name,
			n.Junctions[edge.From].Boundary, n.Junctions[edge.To].Boundary))
		for k, l := range n.EdgeLanes(network.EdgeID(e)) {
			out = append(out, fmt.Sprintf("lane %s_%d %.2f m/s %.2f m wide for %v", names[e], k, l.SpeedLimit, l.Width, l.Permitted))
		}
	}
	for i := range n.Connectors {
		c := &n.Connectors[i]
		id := lane(c.From) + " -> " + lane(c.To)
		out = append(out, fmt.Sprintf("connector %s for %v, at signals %v, controlled by them %v", id, c.Permitted,
			n.Junctions[c.Junction].Kind == network.Signalised, c.Control == network.Signal))
		for _, k := range n.ConflictsOf(network.ConnectorID(i)) {
			if !k.Yields {
				other := &n.Connectors[k.With]
				out = append(out, fmt.Sprintf("%s before %s -> %s", id, lane(other.From), lane(other.To)))
			}
		}
	}
	for i := range n.SignalGroups {
		var members []string
		for _, c := range n.SignalGroups[i].Connectors {
			members = append(members, lane(n.Connectors[c].From)+" -> "+lane(n.Connectors[c].To))
		}
		slices.Sort(members)
		out = append(out, fmt.Sprintf("group of %v", members))
	}
	slices.Sort(out)
	return out
}

// before returns the lines of a topology that tell who goes before whom.
func before(lines []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(s string) bool { return !strings.Contains(s, " before ") })
}

func notBefore(lines []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(s string) bool { return strings.Contains(s, " before ") })
}

// checkRoundTrip writes n, reads it, and compares.
func checkRoundTrip(t *testing.T, n *network.Network) {
	t.Helper()
	data := write(t, n)
	again, _ := read(t, data)
	want, got := notBefore(topology(n)), notBefore(topology(again))
	for i := range max(len(want), len(got)) {
		if i >= len(want) || i >= len(got) || want[i] != got[i] {
			t.Fatalf("line %d of %d and %d\n got %q\nwant %q", i, len(got), len(want), got[min(i, len(got)-1)], want[min(i, len(want)-1)])
		}
	}
	// Who went first does so still; of two that gave way to each other one may go first now.
	kept := before(topology(again))
	for _, line := range before(topology(n)) {
		if _, ok := slices.BinarySearch(kept, line); !ok {
			t.Errorf("lost: %s", line)
		}
	}
	checkPlaces(t, n, again)
	if !bytes.Equal(write(t, n), data) {
		t.Error("written twice, two different files")
	}
}

// checkPlaces compares where lanes are, in metres and on the globe.
func checkPlaces(t *testing.T, n, again *network.Network) {
	t.Helper()
	byName := map[string]network.EdgeID{}
	for e, name := range sumonet.EdgeNames(again) {
		byName[name] = network.EdgeID(e)
	}
	for e, name := range sumonet.EdgeNames(n) {
		o := &again.Edges[byName[name]]
		for k, l := range n.EdgeLanes(network.EdgeID(e)) {
			m := &again.Lanes[int(o.FirstLane)+k]
			p, q := l.Shape[0], m.Shape[0]
			if d := p.Dist(q); d > 0.002 {
				t.Fatalf("edge %s, lane %d begins %.3f m from where it did", name, k, d)
			}
			if math.Abs(l.Length-m.Length) > 1+0.02*l.Length {
				t.Errorf("edge %s, lane %d is %.2f m long, want %.2f", name, k, m.Length, l.Length)
			}
			lon, lat := n.Projection.ToLonLat(p)
			lon2, lat2 := again.Projection.ToLonLat(q)
			if math.Abs(lon-lon2) > 1e-7 || math.Abs(lat-lat2) > 1e-7 {
				t.Fatalf("edge %s begins at %.7f %.7f, want %.7f %.7f", name, lon2, lat2, lon, lat)
			}
		}
	}
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	for name, spec := range map[string]*network.Spec{
		"town on the right": sample.Town(network.RightHand), "town on the left": sample.Town(network.LeftHand),
		"grid":  sample.Grid(sample.GridSpec{Signals: true}),
		"ramps": sample.Ramps(3, network.RightHand), "ring": sample.Ring(400, 2),
	} {
		t.Run(name, func(t *testing.T) { checkRoundTrip(t, build(t, spec)) })
	}
}

func TestExtractsAreReadBack(t *testing.T) {
	for _, file := range []string{
		"siegessaeule_de.osm.pbf", "quad_intersection_us.osm", "usvi_lht.osm.pbf", "stretched_signals_lht.osm",
		"bus_lanes_median_us.osm", "roundabout_us.osm", "exit_ramp_us.osm", "dual_carriageway_us.osm",
	} {
		t.Run(file, func(t *testing.T) { checkRoundTrip(t, importExtract(t, "tiny", file)) })
	}
}

// TestGreensGiveWay looks at what is written: of two paths that meet and are green together, one gives way.
func TestGreensGiveWay(t *testing.T) {
	n := build(t, sample.Town(network.RightHand))
	var programs []sumonet.Program
	for c := range n.Controllers {
		all := slices.Repeat([]network.Light{network.LightGreen}, len(n.Controllers[c].Groups))
		programs = append(programs, sumonet.Program{Controller: network.ControllerID(c), Phases: []sumonet.Phase{{Duration: 10, Lights: all}}})
	}
	if len(programs) == 0 {
		t.Fatal("the town has no signals")
	}
	var b bytes.Buffer
	if err := sumonet.Write(&b, n, programs); err != nil {
		t.Fatal(err)
	}
	states := regexp.MustCompile(`<phase duration="10" state="([Gg]+)"/>`).FindAllStringSubmatch(b.String(), -1)
	if len(states) != len(programs) {
		t.Fatalf("%d phases of greens, want %d", len(states), len(programs))
	}
	for i, s := range states {
		links := 0
		for _, g := range n.Controllers[i].Groups {
			links += len(n.SignalGroups[g].Connectors)
		}
		if len(s[1]) != links || !strings.Contains(s[1], "g") || !strings.Contains(s[1], "G") {
			t.Errorf("controller %d: state %s, want %d links, some that give way (g) and some that do not (G)", i, s[1], links)
		}
	}
}

func TestProgramsMustFit(t *testing.T) {
	n := build(t, sample.Town(network.RightHand))
	good := allGreenInTurn(n)
	short := slices.Clone(good)
	short[0].Phases = []sumonet.Phase{{Duration: 3, Lights: make([]network.Light, 1)}}
	never := slices.Clone(good)
	never[0].Phases = []sumonet.Phase{{Duration: 0, Lights: make([]network.Light, len(n.Controllers[0].Groups))}}
	unknown := append(slices.Clone(good), sumonet.Program{Controller: 99})
	for name, programs := range map[string][]sumonet.Program{"lights": short, "duration": never, "controller": unknown} {
		if err := sumonet.Write(&bytes.Buffer{}, n, programs); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestEdgeNamesAreUnique(t *testing.T) {
	n := build(t, sample.Town(network.RightHand))
	for e := range n.Edges {
		n.Edges[e].OSMWay = int64(e % 3) // 0: no way
		n.Edges[e].Ref = ""
	}
	n.Edges[4].Ref, n.Edges[5].Ref, n.Edges[6].Ref = "1", "Ä&", "e0"
	names := sumonet.EdgeNames(n)
	sorted := slices.Clone(names)
	slices.Sort(sorted)
	if len(slices.Compact(sorted)) != len(names) {
		t.Errorf("names %v, want each once", names)
	}
	if names[4] != "1" || names[6] != "e0" || names[1] == "1" || strings.ContainsAny(names[5], "Ä&") {
		t.Errorf("names %v, want the source's where SUMO takes them", names[:7])
	}
}

// TestCologne reads a network as it was published (RESCO's cologne1).
func TestCologne(t *testing.T) {
	file, err := os.ReadFile(shared(t, "benchmarks", "cologne1", "cologne1.net.xml"))
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(file); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	n, report := read(t, packed.Bytes())
	if len(n.Edges) != 10 || len(n.Lanes) != 19 || len(n.Connectors) != 25 || len(n.Controllers) != 1 || len(n.SignalGroups) != 8 {
		t.Errorf("%d edges, %d lanes, %d connectors, %d controllers, %d groups, want 10, 19, 25, 1, 8",
			len(n.Edges), len(n.Lanes), len(n.Connectors), len(n.Controllers), len(n.SignalGroups))
	}
	p := n.Controllers[0].Program
	if want := []float64{29, 5, 6, 5, 29, 5, 6, 5}; p == nil || !slices.Equal(p.Durations, want) {
		t.Fatalf("program %+v, want phases of %v s", p, want)
	}
	if !strings.Contains(report.Coordinates, "utm") || report.Skipped["edge of function internal"] != 28 {
		t.Errorf("report %+v, want coordinates from utm and 28 edges within junctions skipped", report)
	}
	// Debian's netconvert 1.15 --proj.plain-geo puts its node 360018 there.
	lon, lat := n.Projection.ToLonLat(n.Junctions[0].Position)
	if math.Abs(lon-6.925810) > 1e-6 || math.Abs(lat-50.931759) > 1e-6 {
		t.Errorf("first junction at %.6f %.6f, want 6.925810 50.931759", lon, lat)
	}
	// Link 13, the left turn from the west, gives way to what comes from the east straight on (links 1 and 2).
	left := connector(t, n, "28198821#3", 1, "32038051#0", 1)
	ahead := connector(t, n, "-32038056#3", 1, "-28198821#4", 1)
	if !yields(n, left, ahead) || yields(n, ahead, left) {
		t.Errorf("left turn yields %v, straight on yields %v, want true, false", yields(n, left, ahead), yields(n, ahead, left))
	}
}

// connector returns the one between two lanes.
func connector(t *testing.T, n *network.Network, from string, fromLane int32, to string, toLane int32) network.ConnectorID {
	t.Helper()
	for i := range n.Connectors {
		f, o := &n.Lanes[n.Connectors[i].From], &n.Lanes[n.Connectors[i].To]
		if n.Edges[f.Edge].Ref == from && f.Index == fromLane && n.Edges[o.Edge].Ref == to && o.Index == toLane {
			return network.ConnectorID(i)
		}
	}
	t.Fatalf("no connector from lane %d of %s to lane %d of %s", fromLane, from, toLane, to)
	return 0
}

// yields tells whether connector p gives way to q.
func yields(n *network.Network, p, q network.ConnectorID) bool {
	all := n.ConflictsOf(p)
	i, ok := slices.BinarySearchFunc(all, q, func(c network.Conflict, q network.ConnectorID) int { return cmp.Compare(c.With, q) })
	return ok && all[i].Yields
}

// TestLanesThatEndMergeLikeAZipper looks at what is written where three lanes become two.
func TestLanesThatEndMergeLikeAZipper(t *testing.T) {
	n := build(t, sample.Corridor(sample.CorridorSpec{LanesOf: []int{3, 2}, OneWay: true}))
	data := string(write(t, n))
	if got := strings.Count(data, `state="Z"`); got != 2 {
		t.Errorf("%d connections merge like a zipper, want the two into one lane:\n%s", got, data)
	}
	checkRoundTrip(t, n)
}
