package report

import (
	"encoding/xml"
	"math"
	"strings"
	"testing"
)

func everyKind() Plot {
	x, y := []float64{0, 1, 2}, []float64{1, math.NaN(), 3}
	return Plot{
		Title: "a < b", X: Axis{Label: "x (m)"}, Y: Axis{Label: "y"},
		Marks: []Mark{
			{Kind: Line, Name: "line", X: x, Y: y},
			{Kind: Dashed, Series: 1, X: x, Y: y},
			{Kind: Points, Name: "points & whiskers", X: x, Y: y, Low: []float64{0, 0, 2}, High: []float64{2, 2, 4}},
			{Kind: Band, Name: "band", X: x, Low: []float64{0, 0, 0}, High: []float64{5, 5, 5}},
			{Kind: Bars, Name: "bars", X: x, Y: []float64{1, 2, 3}},
			{Kind: Tracks, Name: "speed", Paths: []Path{{X: x, Y: y, Value: x}}, Least: 0, Most: 2, Unit: "m/s"},
		},
	}
}

func TestPlotsAreWellFormed(t *testing.T) {
	p := everyKind()
	svg := string(p.AppendSVG(nil))
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := d.Token(); err != nil {
			if err.Error() != "EOF" {
				t.Errorf("not well formed: %v\n%s", err, svg)
			}
			break
		}
	}
	if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Errorf("not a number in %s", svg)
	}
}

func TestEmptyPlotsAreDrawn(t *testing.T) {
	if svg := string((&Plot{Title: "nothing"}).AppendSVG(nil)); strings.Contains(svg, "NaN") || !strings.Contains(svg, "nothing") {
		t.Error(svg)
	}
}

func TestTicksAreRoundAndInside(t *testing.T) {
	for _, c := range []struct{ lo, hi float64 }{{0, 1}, {-3, 7}, {0, 2600}, {0.001, 0.0042}, {99.5, 100.5}} {
		at, _ := ticks(c.lo, c.hi, 5)
		if len(at) < 3 || len(at) > 11 {
			t.Errorf("%v: %d ticks", c, len(at))
		}
		for _, v := range at {
			if v < c.lo-1e-9 || v > c.hi+1e-9 {
				t.Errorf("%v: tick at %g", c, v)
			}
		}
	}
}

func TestNumbersAreWrittenForReaders(t *testing.T) {
	for v, want := range map[float64]string{-5: "\u22125", 12500: "12\u2009500", 2400: "2400", 0: "0"} {
		if got := number(v, 0); got != want {
			t.Errorf("%g is written %q, want %q", v, got, want)
		}
	}
}

func TestPicturesAreWellFormed(t *testing.T) {
	p := everyKind()
	svg := string(AppendPicture(nil, &p))
	if !strings.HasPrefix(svg, `<svg xmlns="http://www.w3.org/2000/svg"`) || !strings.Contains(svg, "--s1:") {
		t.Errorf("begins with %.120s", svg)
	}
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := d.Token(); err != nil {
			if err.Error() != "EOF" {
				t.Errorf("not well formed: %v", err)
			}
			break
		}
	}
}
