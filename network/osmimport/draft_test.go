package osmimport

import (
	"math"
	"slices"
	"testing"
)

// checker returns a function that checks after every pass that the draft is whole.
func checker(t testing.TB) func(pass string, d *draft) {
	return func(pass string, d *draft) {
		t.Helper()
		for i := range d.streets {
			s := &d.streets[i]
			if s.gone {
				continue
			}
			if len(s.nodes) < 2 {
				t.Fatalf("after %s: street %d (way %d) has %d nodes, want >= 2", pass, i, s.way.ID, len(s.nodes))
			}
			if !s.dirs[0].open() && !s.dirs[1].open() {
				t.Fatalf("after %s: street %d (way %d) is closed", pass, i, s.way.ID)
			}
			if l := d.length(s.nodes); !(l > 0) {
				t.Fatalf("after %s: street %d (way %d) is %g m long", pass, i, s.way.ID, l)
			}
			for _, f := range s.features {
				if !slices.Contains(s.nodes, f.at) {
					t.Fatalf("after %s: street %d (way %d) has a signal or sign that lies elsewhere", pass, i, s.way.ID)
				}
			}
			if pass != "join" && pass != "split" && d.junction == nil {
				continue
			}
			for end := range uint8(2) {
				if !slices.Contains(d.arms[s.end(end)], arm{int32(i), end}) {
					t.Fatalf("after %s: street %d (way %d) is not an arm of its node %d", pass, i, s.way.ID, s.end(end))
				}
			}
			if d.junction == nil {
				continue
			}
			for _, n := range []nodeRef{s.first(), s.last()} {
				if j := d.junction[n]; j < 0 || !slices.Contains(d.junctions[j].nodes, n) {
					t.Fatalf("after %s: street %d (way %d) ends at a node without junction", pass, i, s.way.ID)
				}
			}
		}
		for i := range d.spec.Edges {
			for _, p := range d.spec.Edges[i].Shape {
				if math.Abs(math.Round(p.X*1000)-p.X*1000) > 1e-6 || math.Abs(math.Round(p.Y*1000)-p.Y*1000) > 1e-6 {
					t.Fatalf("after %s: edge %d has a point at %v, want whole millimetres", pass, i, p)
				}
			}
		}
	}
}
