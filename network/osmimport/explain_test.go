package osmimport

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// explained imports a sketch and returns what was told of one element, as "pass: text" lines.
func explained(t *testing.T, text, element string) []string {
	t.Helper()
	e, err := ParseElement(element)
	if err != nil {
		t.Fatal(err)
	}
	_, r, err := Import(sketch(t, germany, text), Options{Explain: []Element{e}})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, x := range r.Explained {
		if x.Element != e {
			t.Errorf("asked about %v, told of %v", e, x.Element)
		}
		lines = append(lines, x.Pass+": "+x.Text)
	}
	return lines
}

func TestWaysAreExplained(t *testing.T) {
	const town = `
		n 1 0 0 highway=traffic_signals
		n 2 -200 0
		n 3 200 0
		n 4 0 200
		n 5 0 -200
		n 6 400 0
		w 10 2,1,3 highway=secondary lanes=4 maxspeed=50 name=Main
		w 11 3,6 highway=secondary lanes=4 maxspeed=50 name=Main
		w 12 4,1 highway=residential name=Side
		w 13 2,4 highway=footway
		w 14 4,5 highway=residential access=no
		w 15 1,5 highway=residential name=Side
		r 20 type=restriction restriction=no_left_turn from=w10 via=n1 to=w12
		r 21 type=restriction restriction=no_left_turn from=w10 via=n4 to=w12
		`
	for element, want := range map[string][]string{ // in this order, each within one line
		"way/10": {
			"select: road node/2 to node/3: secondary", `describe: road node/2 to node/3: name "Main"; forward 2 lanes (derived)`,
			"split: street node/2 to node/1", "speeds: ", "limit 50 km/h (tagged)", "join: street node/1 to node/6: was node/1 to node/3",
			"signals: ", "a signal", "build: node/2 to node/1, forward: edge", "signal, group",
		},
		"way/11":      {"join: street node/1 to node/6: was node/3 to node/6", "described by way/10"},
		"way/13":      {"build: no pass uses it", "highway=footway"},
		"way/14":      {"describe: dropped (access): closed to motor vehicles"},
		"node/1":      {"select: point: lies on way/10, way/12, way/15", "carries a signal", "right of way: signalised (was: plain)", "build: junction", "controller 0"},
		"relation/20": {"turns: in force: no_left_turn"},
		"relation/21": {"turns: dropped (restriction)"},
	} {
		got := explained(t, town, element)
		all, at := strings.Join(got, "\n"), 0
		for _, part := range want {
			k := strings.Index(all[at:], part)
			if k < 0 {
				t.Errorf("%s: %q is not told, or not in its order, in\n%s", element, part, all)
				break
			}
			at += k
		}
	}
}

func TestExplanationsFollowThePasses(t *testing.T) {
	var order []string
	for _, p := range passes {
		order = append(order, p.name)
	}
	order = append(order, buildPass)
	x := sketch(t, germany, quad)
	var all []Element
	for i := range x.Ways {
		all = append(all, Element{Way, x.Ways[i].ID})
	}
	for i := range x.Nodes {
		all = append(all, Element{Node, x.Nodes[i].ID})
	}
	_, r, err := Import(x, Options{Explain: all})
	if err != nil {
		t.Fatal(err)
	}
	last := 0
	seen := map[Element]bool{}
	for i, e := range r.Explained {
		at := slices.Index(order, e.Pass)
		if at < last {
			t.Fatalf("explanation %d is of pass %q, after one of %q", i, e.Pass, order[last])
		}
		last = at
		seen[e.Element] = true
		if strings.Contains(e.Text, "\n") || e.Text == "" || strings.Contains(e.Text, "%!") {
			t.Errorf("%v: %q, want a line", e.Element, e.Text)
		}
	}
	for _, e := range all {
		if !seen[e] {
			t.Errorf("nothing is told of %v", e)
		}
	}
	var text strings.Builder
	if err := r.WriteExplained(&text); err != nil || !strings.Contains(text.String(), "way/105  https://www.openstreetmap.org/way/105\n  select ") {
		t.Errorf("error %v, text\n%s", err, text.String())
	}
}

// TestExplainingChangesNothing compares networks byte by byte.
func TestExplainingChangesNothing(t *testing.T) {
	x := sketch(t, germany, quad)
	plain, r, err := Import(x, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Explained) != 0 {
		t.Errorf("%d explanations that nobody asked for", len(r.Explained))
	}
	asked, _, err := Import(x, Options{Explain: []Element{{Way, 105}, {Node, 1}}})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(encode(t, plain), encode(t, asked)) {
		t.Error("the network differs")
	}
}

func TestElementsThatAreNotThere(t *testing.T) {
	x := sketch(t, germany, quad)
	for _, e := range []Element{{Way, 1}, {Node, 101}, {Relation, 1}} {
		if _, _, err := Import(x, Options{Explain: []Element{e}}); !errors.Is(err, ErrNotInExtract) || !strings.Contains(err.Error(), e.String()) {
			t.Errorf("%v: error %v, want %v", e, err, ErrNotInExtract)
		}
	}
	for _, text := range []string{"", "way", "way/", "way/x", "area/1", "123", "way/1/2"} {
		if e, err := ParseElement(text); err == nil {
			t.Errorf("%q is read as %v, want an error", text, e)
		}
	}
}

func TestUnconnectedPiecesAreMeasured(t *testing.T) {
	n, r, err := Import(sketch(t, germany, `
		n 1 0 0
		n 2 500 0
		n 3 1000 0
		n 4 500 500
		n 5 0 900
		n 6 300 900
		w 10 1,2,3 highway=secondary
		w 11 2,4 highway=residential
		w 12 5,6 highway=residential`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Unconnected) != 1 {
		t.Fatalf("%d pieces, want 1: way 12", len(r.Unconnected))
	}
	p := r.Unconnected[0]
	if !slices.Equal(p.Ways, []int64{12}) || p.Edges != 2 || p.Metres < 595 || p.Metres > 605 {
		t.Errorf("piece %+v, want way 12, 2 edges of 300 m", p)
	}
	if at := n.Projection.ToLocal(p.Lon, p.Lat); at.Y-n.Projection.ToLocal(10, 51).Y < 800 {
		t.Errorf("piece at %v, want some 900 m north", at)
	}
}
