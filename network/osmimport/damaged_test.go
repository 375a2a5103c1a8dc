package osmimport

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// TestDamagedMapsDoNotTakeForever imports small maps whose cost would grow with a power of their size, or faster: hundreds of
// streets at one node, all crossings within a few metres, and a restriction through ways that could be put in any order.
// Without the bounds that it checks they take hours: it fails by go test's own limit then.
func TestDamagedMapsDoNotTakeForever(t *testing.T) {
	for _, c := range []struct {
		name, text string
		drop       string // kind of what is left out and told
	}{
		{"star", star(400, "highway=residential"), "way"},
		{"clump", clump(60, 5, "highway=residential"), ""},
		{"restriction through many ways", parallels(18), "restriction"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, report, err := Import(sketch(t, germany, c.text), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := n.Validate(); err != nil {
				t.Error(err)
			}
			if c.drop != "" && report.DroppedTotal[c.drop] == 0 {
				t.Errorf("no %s is reported as dropped: %v", c.drop, report.DroppedTotal)
			}
			for j := range n.Junctions {
				if in := len(n.Junctions[j].In); in > mostArms {
					t.Errorf("junction %d has %d approaches, want at most %d", j, in, mostArms)
				}
			}
		})
	}
}

// star sketches streets that all begin at one node.
func star(streets int, tags string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "n 1 0 0\n")
	for i := range streets {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(streets))
		fmt.Fprintf(&b, "n %d %.3f %.3f\nw %d 1,%d %s\n", 2+i, 150*cos, 150*sin, 101+i, 2+i, tags)
	}
	return b.String()
}

// clump sketches streets between points a few metres apart: each point leads to two others.
func clump(points int, spacing float64, tags string) string {
	var b strings.Builder
	for i := range points {
		fmt.Fprintf(&b, "n %d %.1f %.1f\n", 1+i, spacing*float64(i%8), spacing*float64(i/8))
		if i > 1 {
			fmt.Fprintf(&b, "w %d %d,%d,%d %s\n", 1000+i, (i+1)/2, 1+i, i/3+1, tags)
		}
	}
	return b.String()
}

// parallels sketches ways between the same two points, and a restriction through all of them to a street elsewhere.
func parallels(ways int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "n 1 0 0\nn 2 100 0\nn 3 -100 0\nn 4 500 0\nn 5 500 100\nw 11 3,1 highway=residential\nw 12 4,5 highway=residential\n")
	members := ""
	for i := range ways {
		fmt.Fprintf(&b, "w %d 1,2 highway=residential\n", 100+i)
		members += fmt.Sprintf(" via=w%d", 100+i)
	}
	return b.String() + "r 1 type=restriction restriction=no_left_turn from=w11 to=w12" + members + "\n"
}

// TestMapAcrossThe180thMeridian imports a street on Taveuni, Fiji, which that meridian crosses.
func TestMapAcrossThe180thMeridian(t *testing.T) {
	x := sketch(t, [2]float64{180, -16.8}, "n 1 -300 0\nn 2 0 10\nn 3 400 0\nw 11 1,2 highway=tertiary\nw 12 2,3 highway=residential\n")
	for i := range x.Nodes {
		x.Nodes[i].Lon = math.Remainder(x.Nodes[i].Lon, 360)
	}
	if x.Nodes[0].Lon < 179 || x.Nodes[2].Lon > -179 {
		t.Fatalf("the street does not cross the meridian: %v", x.Nodes)
	}
	n, _, err := Import(x, Options{afterPass: checker(t)})
	if err != nil {
		t.Fatal(err)
	}
	if width := n.Bounds.MaxX - n.Bounds.MinX; width < 650 || width > 750 {
		t.Errorf("%.0f m from west to east, want 700", width)
	}
	if n.Country != "FJ" {
		t.Errorf("country %q, want FJ", n.Country)
	}
}
