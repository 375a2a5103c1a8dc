package osmimport

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"roadtwin/network"
)

// ringOf draws a roundabout of that radius (m) with as many arms, 12 points in all, counter-clockwise or clockwise.
func ringOf(radius float64, arms int, clockwise bool, tags string) string {
	var b strings.Builder
	const points = 12
	refs := ""
	for i := range points {
		a := 2 * math.Pi * float64(i) / points
		if clockwise {
			a = -a
		}
		fmt.Fprintf(&b, "n %d %.3f %.3f\n", i+1, radius*math.Cos(a), radius*math.Sin(a))
		refs += fmt.Sprintf("%d,", i+1)
	}
	fmt.Fprintf(&b, "w 10 %s1 highway=secondary junction=roundabout %s\n", refs, tags)
	for k := range arms {
		i := k * points / arms
		a := 2 * math.Pi * float64(i) / points
		if clockwise {
			a = -a
		}
		fmt.Fprintf(&b, "n %d %.3f %.3f\n", 100+k, 200*math.Cos(a), 200*math.Sin(a))
		fmt.Fprintf(&b, "w %d %d,%d highway=secondary\n", 20+k, 100+k, i+1)
	}
	return b.String()
}

func TestTheRingGoesFirst(t *testing.T) {
	for _, place := range [][2]float64{germany, england} {
		for _, radius := range []float64{3, 5, 8, 14, 30} {
			n, _, err := Import(sketch(t, place, ringOf(radius, 4, place == england, "")), Options{})
			if err != nil {
				t.Fatal(err)
			}
			entries, ring := 0, 0
			for i := range n.Edges {
				if n.Edges[i].Length < 5 {
					t.Errorf("radius %g m: edge %d is %.2f m long, want 5 or more", radius, i, n.Edges[i].Length)
				}
				if n.Edges[i].Roundabout {
					ring++
				}
			}
			for i := range n.Connectors {
				c := &n.Connectors[i]
				from := &n.Edges[n.Lanes[c.From].Edge]
				for _, k := range n.ConflictsOf(network.ConnectorID(i)) {
					with := &n.Edges[n.Lanes[n.Connectors[k.With].From].Edge]
					if k.Kind == network.Diverging || with.Roundabout == from.Roundabout {
						continue
					}
					entries++
					if k.Yields == from.Roundabout {
						t.Errorf("radius %g m: a conflict of the ring with an entry yields on the wrong side", radius)
					}
				}
				if n.Junctions[c.Junction].Kind == network.Plain && c.Control != network.Free {
					t.Errorf("radius %g m: control %v where nothing meets", radius, c.Control)
				}
			}
			if radius >= 8 && (entries == 0 || ring < 2) {
				t.Errorf("radius %g m: %d edges on the ring, %d conflicts with entries, want some", radius, ring, entries)
			}
			if radius < 4 && ring != 0 {
				t.Errorf("radius %g m: %d edges on the ring, want a mini-roundabout", radius, ring)
			}
		}
	}
}

// TestMiniRoundabouts: who comes from the offside goes first, and who turns across the oncoming traffic before it.
func TestMiniRoundabouts(t *testing.T) {
	text := replace(replace(replace(crossroads, "highway=mini_roundabout"), ""), "")
	for _, place := range [][2]float64{germany, england} {
		n, _, err := Import(sketch(t, place, text), Options{})
		if err != nil {
			t.Fatal(err)
		}
		bearing := func(c *network.Connector) float64 { // of the arm that it comes from
			shape := n.Lanes[c.From].Shape
			return math.Atan2(shape[0].Y-shape[len(shape)-1].Y, shape[0].X-shape[len(shape)-1].X)
		}
		checked := 0
		for i := range n.Connectors {
			c := &n.Connectors[i]
			for _, k := range n.ConflictsOf(network.ConnectorID(i)) {
				// Where the other arm lies, seen from the own: 90° counter-clockwise of it is on one's right.
				angle := math.Remainder(bearing(&n.Connectors[k.With])-bearing(c), 2*math.Pi)
				if k.Kind == network.Diverging || math.Abs(math.Abs(angle)-math.Pi/2) > 0.3 {
					continue
				}
				checked++
				fromOffside := angle < 0
				if n.DrivingSide == network.LeftHand {
					fromOffside = !fromOffside
				}
				if k.Yields != fromOffside {
					t.Errorf("driving on the %s: yields %v to one from the offside: %v", n.DrivingSide, k.Yields, fromOffside)
				}
			}
			if c.Control == network.Free && c.Turn != network.UTurn {
				t.Errorf("driving on the %s: connector %d is free, want everybody to yield", n.DrivingSide, i)
			}
		}
		if checked == 0 {
			t.Errorf("driving on the %s: no conflicts", n.DrivingSide)
		}
	}
}

// TestRingsDrawnTheWrongWayRound are turned round if no tag says how they are driven.
func TestRingsDrawnTheWrongWayRound(t *testing.T) {
	for _, c := range []struct {
		clockwise, reversed bool
		tags                string
		warnings            int
	}{{false, false, "", 0}, {true, true, "", 1}, {true, false, "oneway=yes", 1}, {true, true, "oneway=-1", 0}} {
		d := draftAfter(t, sketch(t, germany, ringOf(20, 3, c.clockwise, c.tags)), "split")
		for i := range d.streets {
			s := &d.streets[i]
			if s.roundabout && s.dirs[1].open() != c.reversed {
				t.Errorf("clockwise %v %q: driven against its nodes %v, want %v", c.clockwise, c.tags, s.dirs[1].open(), c.reversed)
			}
		}
		if d.report.WarningTotal != c.warnings {
			t.Errorf("clockwise %v %q: warnings %v, want %d", c.clockwise, c.tags, d.report.Warnings, c.warnings)
		}
	}
}
