package osmimport

import (
	"fmt"
	"strings"
	"testing"

	"roadtwin/network"
)

// In the US Virgin Islands one drives on the left, whatever tags say of the USA.
func TestTerritoriesStayThemselves(t *testing.T) {
	for _, c := range []struct {
		place   [2]float64
		tag     string
		country string
		side    network.DrivingSide
	}{
		{[2]float64{-64.88, 17.71}, "US:urban", "VI", network.LeftHand},
		{[2]float64{-66.1, 18.45}, "US:urban", "PR", network.RightHand},
		{[2]float64{-2.1, 49.18}, "GB:nsl_single", "JE", network.LeftHand},
		{[2]float64{-5.35, 36.14}, "UK:nsl_single", "GI", network.RightHand},
		{[2]float64{114.17, 22.3}, "CN:urban", "HK", network.LeftHand},
		{[2]float64{-1.5, 52.5}, "UK:nsl_single", "GB", network.LeftHand},
		{[2]float64{10, 51}, "DE:urban", "DE", network.RightHand},
	} {
		var text strings.Builder
		for i := range 5 {
			fmt.Fprintf(&text, "n %d %d 0\nn %d %d 300\nw %d %d,%d highway=residential maxspeed:type=%s\n", 2*i+1, 100*i, 2*i+2, 100*i, 10+i, 2*i+1, 2*i+2, c.tag)
		}
		d := draftAfter(t, sketch(t, c.place, text.String()), "place")
		if d.country != c.country || d.side != c.side {
			t.Errorf("%v, %s: driving on the %s in %q, want the %s in %q", c.place, c.tag, d.side, d.country, c.side, c.country)
		}
	}
}

// dualCarriageways draws n roads of two carriageways, 15 m apart; the eastbound one lies north if northern.
func dualCarriageways(n int, northern bool) string {
	var b strings.Builder
	for i := range n {
		y, other := 500*i, 500*i-15
		if !northern {
			other = 500*i + 15
		}
		fmt.Fprintf(&b, "n %d 0 %d\nn %d 900 %d\nn %d 0 %d\nn %d 900 %d\n", 4*i+1, y, 4*i+2, y, 4*i+3, other, 4*i+4, other)
		fmt.Fprintf(&b, "w %d %d,%d highway=trunk oneway=yes ref=A%d\n", 1000+2*i, 4*i+1, 4*i+2, i)
		fmt.Fprintf(&b, "w %d %d,%d highway=trunk oneway=-1 ref=A%d\n", 1001+2*i, 4*i+3, 4*i+4, i)
	}
	return b.String()
}

func TestCarriagewaysShowTheDrivingSide(t *testing.T) {
	for _, c := range []struct {
		what     string
		place    [2]float64
		text     string
		side     network.DrivingSide
		warnings int
	}{
		{"Germany as it is", germany, dualCarriageways(15, false), network.RightHand, 0},
		{"England as it is", england, dualCarriageways(15, true), network.LeftHand, 0},
		{"Germany in a mirror", germany, dualCarriageways(15, true), network.LeftHand, 1},
		{"England in a mirror", england, dualCarriageways(15, false), network.RightHand, 1},
		{"too few to be sure", germany, dualCarriageways(6, true), network.RightHand, 1},
		{"one odd road", germany, dualCarriageways(1, true), network.RightHand, 0},
	} {
		d := draftAfter(t, sketch(t, c.place, c.text), "place")
		if d.side != c.side || d.report.WarningTotal != c.warnings {
			t.Errorf("%s: driving on the %s with warnings %q, want the %s and %d", c.what, d.side, d.report.Warnings, c.side, c.warnings)
		}
	}
}

func TestMiniRoundaboutsShowTheDrivingSide(t *testing.T) {
	text := "n 1 0 0\nn 2 100 0 highway=mini_roundabout direction=clockwise\nn 3 200 0 highway=mini_roundabout direction=clockwise\n" +
		"n 4 300 0 highway=mini_roundabout direction=clockwise\nn 5 400 0\nw 10 1,2,3,4,5 highway=residential"
	if d := draftAfter(t, sketch(t, germany, text), "place"); d.side != network.LeftHand {
		t.Errorf("driving on the %s, want the left: three mini roundabouts are driven clockwise", d.side)
	}
}

func TestMapAcrossABorderIsReported(t *testing.T) {
	// Aachen and Vaals, in equal parts.
	x := sketch(t, [2]float64{6.02, 50.775}, "n 1 5000 0\nn 2 5200 0\nn 3 -12000 3000\nn 4 -12100 3000\n"+
		"w 10 1,2 highway=residential\nw 11 3,4 highway=residential")
	d := draftAfter(t, x, "place")
	if d.report.WarningTotal != 1 || !strings.Contains(d.report.Warnings[0], "border") {
		t.Errorf("country %q, warnings %q, want one of a border", d.country, d.report.Warnings)
	}
}

// No country's geometry speaks against the table on any real map.
func TestRealMapsShowTheirDrivingSide(t *testing.T) {
	for _, c := range extracts {
		if c.large || testing.Short() {
			continue
		}
		d := draftAfter(t, openExtract(t, c.file, nil), "place")
		e := d.gatherSideEvidence()
		t.Logf("%s: %s, evidence %+v", c.file, d.country, e)
		if d.side != c.side || d.country != c.country || e.pairs[1-c.side] > max(3, e.pairs[c.side]/5) {
			t.Errorf("%s: driving on the %s in %q, evidence %+v", c.file, d.side, d.country, e)
		}
	}
}
