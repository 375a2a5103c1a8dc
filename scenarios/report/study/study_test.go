package study

import (
	"encoding/xml"
	"errors"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios"
	"roadtwin/scenarios/batch"
	"roadtwin/scenarios/compare"
	"roadtwin/scenarios/results"
)

const townText = `
name: A <town> & its roads
map: town
period: {begin: "07:00", end: "07:04"}
demand: {factor: 0.5}
measure: {interval: 60, corridors: {Main: {ways: [1, 2]}}}
variants:
  busier: {about: half as much again, demand: {factor: 0.75}}
  late: {departures: [{share: 0.9, at_most: 2, spread: {}}]}
  both: {from: [busier, late]}
`

// townStudy runs the base and two variants in the sample town.
func townStudy(t *testing.T) Study {
	t.Helper()
	net, err := network.Build(sample.Town(network.RightHand))
	if err != nil {
		t.Fatal(err)
	}
	for e := range net.Edges {
		net.Edges[e].OSMWay = int64(e + 1)
	}
	city, err := scenarios.CityOf(net)
	if err != nil {
		t.Fatal(err)
	}
	s, err := scenarios.Parse([]byte(townText), "town.yaml")
	if err != nil {
		t.Fatal(err)
	}
	variants, err := s.Pick([]string{"all"})
	if err != nil {
		t.Fatal(err)
	}
	db, err := results.Create(filepath.Join(t.TempDir(), "results.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	cities := &batch.Cities{}
	cities.Put(s, city)
	b := batch.Study{Variants: variants, Cities: cities, Options: scenarios.Options{Workers: 1}, DB: db, Version: "v1", Jobs: 2}
	if _, err := b.Run(t.Context(), []uint64{1, 2, 3}); err != nil {
		t.Fatal(err)
	}
	all, err := compare.Groups(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	groups, notes := compare.Newest(all, "")
	base, err := compare.Named(groups, scenarios.Base) // two runs at a time may end in any order
	if err != nil {
		t.Fatal(err)
	}
	others := slices.DeleteFunc(groups, func(g *compare.Group) bool { return g == base })
	return Study{DB: db, Base: base, Variants: others, Notes: notes, Version: "v1"}
}

func TestAReportHasAllItsPartsAndNeedsNothingElse(t *testing.T) {
	s := townStudy(t)
	page, err := Append(t.Context(), nil, s)
	if err != nil {
		t.Fatal(err)
	}
	html := string(page)
	for _, part := range []string{
		"A &lt;town&gt; &amp; its roads", "What was found", "Measures", "Where", "When", "Along the corridors", "Who", "Before and after", "How sure", "What it rests on",
		"half as much again", "level of service", "residents", "Departures: ", "v1", "can be shown", "Busier and late together", "beyond the sum",
	} {
		if !strings.Contains(html, part) {
			t.Errorf("no %q in the page", part)
		}
	}
	if bad := regexp.MustCompile(`NaN|[+-]Inf|%!|<nil>`).FindString(html); bad != "" {
		t.Errorf("%q in the page", bad)
	}
	if from := regexp.MustCompile(`(src|href)=|url\((?:[^#]|$)|@import`).FindString(html); from != "" {
		t.Errorf("%q: the page loads something", from)
	}
	if strings.Contains(html, "<town>") {
		t.Error("a name is not escaped")
	}
	again, err := Append(t.Context(), nil, s)
	if err != nil || string(again) != html {
		t.Errorf("written again the page is another (%v)", err)
	}
	checkNesting(t, html)
}

// checkNesting reads the body as XML: tags are closed where they were opened.
func checkNesting(t *testing.T, html string) {
	t.Helper()
	from, to := strings.Index(html, "<main>"), strings.Index(html, "</main>")
	if from < 0 || to < 0 {
		t.Fatal("no main element")
	}
	body := strings.ReplaceAll(html[from:to]+"</main>", "<br>", "<br/>")
	d := xml.NewDecoder(strings.NewReader(body))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%v near %q", err, body[max(0, int(d.InputOffset())-200):min(len(body), int(d.InputOffset())+20)])
		}
	}
}

func TestAReportOfTheBaseAlone(t *testing.T) {
	s := townStudy(t)
	s.Variants = nil
	page, err := Append(t.Context(), nil, s)
	if err != nil || !strings.Contains(string(page), "Edges on which most time is lost") || !strings.Contains(string(page), "Movements with most control delay") {
		t.Errorf("a page of %d bytes, %v", len(page), err)
	}
	checkNesting(t, string(page))
}

func TestLevelOfServiceByExhibit18(t *testing.T) {
	for ratio, want := range map[float64]string{0.9: "A", 0.80: "B", 0.68: "B", 0.67: "C", 0.5: "D", 0.4: "E", 0.31: "E", 0.3: "F", 0: "F"} {
		if got := letter(level(ratio)); got != want {
			t.Errorf("at %g of free flow: %s, want %s", ratio, got, want)
		}
	}
	if letter(-1) != "–" {
		t.Error("where nobody drove there is no level of service")
	}
}

func TestNumbersHaveThreeDigits(t *testing.T) {
	for x, want := range map[float64]string{12345.6: "12\u2009346", 123.4: "123", 12.34: "12.3", 1.234: "1.23", -0.1234: "\u22120.123", 0: "0"} {
		if got := number(x, x); got != want {
			t.Errorf("number(%g) = %q, want %q", x, got, want)
		}
	}
}

func TestADifferenceIsAsExactAsItsInterval(t *testing.T) {
	for _, c := range []struct {
		x, half float64
		want    string
	}{{-9.904, 0.917, "\u22129.90 \u00b1 0.92"}, {-0.333, 70.9, "0 \u00b1 71"}, {12345.6, 1234, "+12\u2009346 \u00b1 1\u2009234"}, {0.0123, 0.0045, "+0.0123 \u00b1 0.0045"}} {
		ci := [2]float64{c.x - c.half, c.x + c.half}
		if got := signed(c.x, exactness(ci, c.x)) + pm(ci); got != c.want {
			t.Errorf("%g ± %g is written %q, want %q", c.x, c.half, got, c.want)
		}
	}
}
