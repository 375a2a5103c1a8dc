package osmimport

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
)

// invariant is something that holds after every pass from one on.
type invariant struct {
	name  string
	since string // the pass that makes it true
	check func(d *draft) error
}

// invariants are checked after each pass by every test that imports.
var invariants = []invariant{
	{"points are finite and lie where their coordinates say", "select", finitePoints},
	{"roads have nodes that exist", "select", roadsHaveNodes},
	{"roads and streets lead somewhere, by lanes that make sense", "describe", directionsHaveLanes},
	{"streets have a length, a way, and what stands on them", "split", streetsAreWhole},
	{"lanes have limits", "speeds", lanesHaveLimits},
	{"arms and streets agree", "split", armsAgree},
	{"junctions and nodes agree", "junctions", junctionsAgree},
	{"streets lead from one junction to another", "loops", streetsJoinJunctions},
	{"controllers stand where signals are", "signals", controllersAgree},
	{"what stops traffic stands on open directions", "signs", stopsAreOnOpenDirections},
	{"edges and streets agree", "edges", edgesAgree},
	{"rules name edges that meet", "turns", rulesMeet},
	{"shapes are whole millimetres and lead from junction to junction", "shapes", shapesAreDrawn},
}

// checker returns a function that checks after every pass that the draft is whole.
func checker(t testing.TB) func(pass string, d *draft) {
	return func(pass string, d *draft) {
		t.Helper()
		for _, v := range invariants {
			if !reached(v.since, pass) {
				continue
			}
			if err := v.check(d); err != nil {
				t.Fatalf("after %s: %s: %v", pass, v.name, err)
			}
		}
	}
}

// reached reports whether the pass called name is the one called since or a later one.
func reached(since, name string) bool {
	index := func(name string) int { return slices.IndexFunc(passes, func(p pass) bool { return p.name == name }) }
	return index(name) >= index(since)
}

// TestPassesAreDocumented: the package comment lists the passes in their order, each with files that exist.
func TestPassesAreDocumented(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for line := range strings.Lines(string(text)) {
		name, files, ok := strings.Cut(strings.TrimPrefix(line, "//\t"), "  ")
		if !ok || !strings.HasPrefix(line, "//\t") {
			continue
		}
		if name != "" {
			listed = append(listed, name)
		}
		for word := range strings.FieldsFuncSeq(files, func(r rune) bool { return strings.ContainsRune(" ,;\n", r) }) {
			if _, err := os.Stat(word); strings.HasSuffix(word, ".go") && err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if !slices.EqualFunc(listed, passes, func(name string, p pass) bool { return name == p.name }) {
		t.Errorf("doc.go lists the passes %q", listed)
	}
}

func finitePoints(d *draft) error {
	for n := range d.nodes {
		p := &d.nodes[n]
		for _, x := range []float64{p.lon, p.lat, p.pos.X, p.pos.Y} {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return fmt.Errorf("node %d (OSM %d) at %v %v, %v", n, p.osm, p.lon, p.lat, p.pos)
			}
		}
		// Later passes may move where a street begins.
		if d.proj != (network.Projection{}) && d.streets == nil {
			if at := d.proj.ToLocal(p.lon, p.lat); at.Dist(p.pos) > 1 {
				return fmt.Errorf("node %d (OSM %d) at %v, its coordinates say %v", n, p.osm, p.pos, at)
			}
		}
	}
	return nil
}

func roadsHaveNodes(d *draft) error {
	for i := range d.roads {
		r := &d.roads[i]
		if len(r.nodes) < 2 || r.way == nil || r.class >= network.NumRoadClasses {
			return fmt.Errorf("road %d has %d nodes, class %d", i, len(r.nodes), r.class)
		}
		for _, n := range r.nodes {
			if n < 0 || int(n) >= len(d.nodes) {
				return fmt.Errorf("road %d (way %d) has node %d of %d", i, r.way.ID, n, len(d.nodes))
			}
		}
	}
	return nil
}

func directionsHaveLanes(d *draft) error {
	for i := range d.roads {
		if err := checkLook(&d.roads[i].look); err != nil {
			return fmt.Errorf("road %d (way %d): %w", i, d.roads[i].way.ID, err)
		}
	}
	for i := range d.streets {
		if s := &d.streets[i]; !s.gone {
			if err := checkLook(&s.look); err != nil {
				return fmt.Errorf("street %d (way %d): %w", i, s.way.ID, err)
			}
		}
	}
	return nil
}

func checkLook(l *look) error {
	if !l.dirs[0].open() && !l.dirs[1].open() {
		return fmt.Errorf("closed in both directions")
	}
	if !(l.median >= 0 && l.median < 100) || !(math.Abs(l.gradient) <= maxGradient) {
		return fmt.Errorf("median %g m, gradient %g", l.median, l.gradient)
	}
	for dir := range l.dirs {
		// Ramps may add a lane or two to what the map has.
		if n := len(l.dirs[dir].lanes); n > maxLanes+2 {
			return fmt.Errorf("direction %d has %d lanes, want at most %d", dir, n, maxLanes+2)
		}
		for k, lane := range l.dirs[dir].lanes {
			if lane.Permitted == 0 || lane.Permitted&^network.AllClasses != 0 || lane.Surface >= network.NumSurfaces {
				return fmt.Errorf("direction %d lane %d: %+v", dir, k, lane)
			}
		}
	}
	return nil
}

func streetsAreWhole(d *draft) error {
	for i := range d.streets {
		s := &d.streets[i]
		if s.gone {
			continue
		}
		if len(s.nodes) < 2 || s.way == nil {
			return fmt.Errorf("street %d has %d nodes", i, len(s.nodes))
		}
		if l := d.length(s.nodes); !(l > 0) {
			return fmt.Errorf("street %d (way %d) is %g m long", i, s.way.ID, l)
		}
		for _, f := range s.features {
			if !slices.Contains(s.nodes, f.at) || f.dirs > 3 {
				return fmt.Errorf("street %d (way %d) has a feature of node %d, for directions %b", i, s.way.ID, f.at, f.dirs)
			}
		}
	}
	return nil
}

func lanesHaveLimits(d *draft) error {
	for i := range d.streets {
		s := &d.streets[i]
		for dir := range s.dirs {
			for k, lane := range s.dirs[dir].lanes {
				if !s.gone && !(lane.SpeedLimit >= 1 && lane.SpeedLimit < 70 && lane.Width > 1.5 && lane.Width < 10) {
					return fmt.Errorf("street %d (way %d) direction %d lane %d: limit %g m/s, width %g m", i, s.way.ID, dir, k, lane.SpeedLimit, lane.Width)
				}
			}
		}
	}
	return nil
}

func armsAgree(d *draft) error {
	want := 0
	for i := range d.streets {
		s := &d.streets[i]
		if s.gone {
			continue
		}
		want += 2
		for end := range uint8(2) {
			if !slices.Contains(d.arms[s.end(end)], arm{int32(i), end}) {
				return fmt.Errorf("street %d (way %d) is not an arm of its node %d", i, s.way.ID, s.end(end))
			}
		}
	}
	got := 0
	for n := range d.arms {
		for _, a := range d.arms[n] {
			if s := &d.streets[a.street]; s.gone || s.end(a.end) != nodeRef(n) {
				return fmt.Errorf("node %d has an arm of street %d, which does not end there", n, a.street)
			}
			got++
		}
	}
	if got != want {
		return fmt.Errorf("%d arms, want %d", got, want)
	}
	return nil
}

func junctionsAgree(d *draft) error {
	for j := range d.junctions {
		jn := &d.junctions[j]
		if len(jn.nodes) == 0 || !slices.IsSorted(jn.nodes) {
			return fmt.Errorf("junction %d has nodes %v", j, jn.nodes)
		}
		for _, n := range jn.nodes {
			if d.junction[n] != int32(j) {
				return fmt.Errorf("junction %d has node %d, which is in junction %d", j, n, d.junction[n])
			}
		}
		if math.IsNaN(jn.position.X + jn.position.Y) {
			return fmt.Errorf("junction %d lies at %v", j, jn.position)
		}
	}
	for n, j := range d.junction {
		if j >= int32(len(d.junctions)) || j >= 0 && !slices.Contains(d.junctions[j].nodes, nodeRef(n)) {
			return fmt.Errorf("node %d is in junction %d, which lacks it", n, j)
		}
		if j < 0 && len(d.arms[n]) > 0 {
			return fmt.Errorf("streets end at node %d, which has no junction", n)
		}
	}
	for i := range d.streets {
		if s := &d.streets[i]; !s.gone && s.inside && d.junction[s.first()] != d.junction[s.last()] {
			return fmt.Errorf("street %d (way %d) is inside of junctions %d and %d", i, s.way.ID, d.junction[s.first()], d.junction[s.last()])
		}
	}
	return nil
}

func streetsJoinJunctions(d *draft) error {
	for i := range d.streets {
		s := &d.streets[i]
		if !s.gone && !s.inside && d.junction[s.first()] == d.junction[s.last()] {
			return fmt.Errorf("street %d (way %d) begins and ends at junction %d", i, s.way.ID, d.junction[s.first()])
		}
	}
	return nil
}

func controllersAgree(d *draft) error {
	for j := range d.junctions {
		jn := &d.junctions[j]
		if (jn.controller != network.None) != (jn.control == network.Signalised) {
			return fmt.Errorf("junction %d is %v with controller %d", j, jn.control, jn.controller)
		}
		if jn.control == network.Signalised && len(jn.signals) == 0 {
			return fmt.Errorf("junction %d has a controller and no signals", j)
		}
	}
	return nil
}

func stopsAreOnOpenDirections(d *draft) error {
	for i := range d.streets {
		s := &d.streets[i]
		for dir := range s.dirs {
			way := &s.dirs[dir]
			if s.gone || way.stopOffset == 0 && way.sign == network.Free {
				continue
			}
			if !(way.stopOffset >= 0 && way.stopOffset <= d.length(s.nodes)) {
				return fmt.Errorf("street %d (way %d): a stop line %g m before the end of %g m", i, s.way.ID, way.stopOffset, d.length(s.nodes))
			}
			if way.stopOffset > 0 && !way.open() {
				return fmt.Errorf("street %d (way %d) direction %d is closed and has a stop line", i, s.way.ID, dir)
			}
			if way.sign == network.Signal {
				return fmt.Errorf("street %d (way %d) direction %d has a signal for a sign", i, s.way.ID, dir)
			}
		}
	}
	return nil
}

func edgesAgree(d *draft) error {
	if len(d.edges) != len(d.streets) || len(d.spec.Junctions) != len(d.junctions) {
		return fmt.Errorf("%d streets have edges of %d, %d junctions of %d", len(d.edges), len(d.streets), len(d.spec.Junctions), len(d.junctions))
	}
	seen := make([]bool, len(d.spec.Edges))
	for i := range d.streets {
		s := &d.streets[i]
		for dir, e := range d.edges[i] {
			if (e >= 0) != (s.dirs[dir].open() && !s.inside) {
				return fmt.Errorf("street %d (way %d) direction %d: edge %d, open %v, inside %v", i, s.way.ID, dir, e, s.dirs[dir].open(), s.inside)
			}
			if e < 0 {
				continue
			}
			edge := &d.spec.Edges[e]
			from, to := d.junction[s.first()], d.junction[s.last()]
			if dir == 1 {
				from, to = to, from
			}
			if seen[e] || edge.From != from || edge.To != to || len(edge.Lanes) != len(s.dirs[dir].lanes) || edge.OSMWay == 0 {
				return fmt.Errorf("edge %d of street %d (way %d): from %d to %d with %d lanes of way %d", e, i, s.way.ID, edge.From, edge.To, len(edge.Lanes), edge.OSMWay)
			}
			seen[e] = true
			if o := edge.Opposite; o != network.None && (d.spec.Edges[o].Opposite != e || d.spec.Edges[o].From != edge.To) {
				return fmt.Errorf("edge %d is not the opposite of its opposite %d", e, o)
			}
		}
	}
	if k := slices.Index(seen, false); k >= 0 {
		return fmt.Errorf("edge %d has no street", k)
	}
	return nil
}

func rulesMeet(d *draft) error {
	edges := d.spec.Edges
	for _, rules := range [][]network.TurnRule{d.spec.Bans, d.spec.Onlys} {
		for _, r := range rules {
			if edges[r.From].To != edges[r.To].From || r.Classes == 0 {
				return fmt.Errorf("rule %+v: edge %d ends at %d, edge %d begins at %d", r, r.From, edges[r.From].To, r.To, edges[r.To].From)
			}
		}
	}
	for _, b := range d.spec.PathBans {
		for k := 1; k < len(b.Edges); k++ {
			if edges[b.Edges[k-1]].To != edges[b.Edges[k]].From {
				return fmt.Errorf("path ban %v: edge %d does not lead to edge %d", b.Edges, b.Edges[k-1], b.Edges[k])
			}
		}
	}
	return nil
}

func shapesAreDrawn(d *draft) error {
	for i := range d.spec.Edges {
		e := &d.spec.Edges[i]
		if len(e.Shape) < 2 || !(lineLength(e.Shape) > 0) {
			return fmt.Errorf("edge %d (way %d) has %d points over %g m", i, e.OSMWay, len(e.Shape), lineLength(e.Shape))
		}
		for _, p := range e.Shape {
			if math.Abs(math.Round(p.X*1000)-p.X*1000) > 1e-6 || math.Abs(math.Round(p.Y*1000)-p.Y*1000) > 1e-6 {
				return fmt.Errorf("edge %d has a point at %v, want whole millimetres", i, p)
			}
		}
		if e.StopOffset > 0 && e.StopOffset >= lineLength(e.Shape) {
			return fmt.Errorf("edge %d (way %d): a stop line %.1f m before the end of %.1f m", i, e.OSMWay, e.StopOffset, lineLength(e.Shape))
		}
	}
	for k, c := range d.spec.Crossings { // measured along the mapped line, which a bend makes longer than the lanes
		if c.Edge < 0 || int(c.Edge) >= len(d.spec.Edges) || !(c.Position >= 0 && c.Position <= 1.05*lineLength(d.spec.Edges[c.Edge].Shape)+5) {
			return fmt.Errorf("crossing %d lies at %g m of edge %d", k, c.Position, c.Edge)
		}
	}
	return nil
}

// TestInvariantsFindFaults breaks a draft in many ways: each must be found, or the invariants are worth nothing.
func TestInvariantsFindFaults(t *testing.T) {
	faults := map[string]func(d *draft){
		"points are finite and lie where their coordinates say":      func(d *draft) { d.nodes[0].pos.X = math.NaN() },
		"roads and streets lead somewhere, by lanes that make sense": func(d *draft) { d.streets[0].dirs = [2]direction{} },
		"streets have a length, a way, and what stands on them":      func(d *draft) { d.streets[0].features = []feature{{at: -1}} },
		"lanes have limits":                                               func(d *draft) { d.streets[0].dirs[0].lanes[0].SpeedLimit = math.NaN() },
		"arms and streets agree":                                          func(d *draft) { d.arms[d.streets[0].first()] = nil },
		"junctions and nodes agree":                                       func(d *draft) { d.junction[d.streets[0].first()] = 0; d.junctions[0].nodes = nil },
		"streets lead from one junction to another":                       func(d *draft) { d.streets[0].nodes[0] = d.streets[0].last() },
		"controllers stand where signals are":                             func(d *draft) { d.junctions[0].controller = 7 },
		"what stops traffic stands on open directions":                    func(d *draft) { d.streets[0].dirs[0].stopOffset = 1e6 },
		"edges and streets agree":                                         func(d *draft) { d.spec.Edges[0].Lanes = nil },
		"rules name edges that meet":                                      func(d *draft) { d.spec.Bans = []network.TurnRule{{From: 0, To: 0, Classes: 1}} },
		"shapes are whole millimetres and lead from junction to junction": func(d *draft) { d.spec.Edges[0].Shape[0].X += 0.0005 },
	}
	for _, v := range invariants {
		d := draftAfter(t, sketch(t, germany, quad), passes[len(passes)-1].name)
		if err := v.check(d); err != nil {
			t.Errorf("%s: %v in a draft that is whole", v.name, err)
		}
		breakIt, ok := faults[v.name]
		if !ok {
			continue // roads are gone at the end
		}
		breakIt(d)
		if err := v.check(d); err == nil {
			t.Errorf("%s: a draft that is broken passes", v.name)
		}
	}
}
