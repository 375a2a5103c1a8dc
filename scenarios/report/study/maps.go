package study

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"roadtwin/scenarios/compare"
	"roadtwin/scenarios/results"
)

// chart is a map in the making: edges drawn class by class.
type chart struct {
	west, north, scale, squeeze float64 // degrees, pixels a degree of latitude, cosine of the latitude
	width, height               float64
	lines                       map[string][][2]float64 // by key of the edge
}

// newChart fits the edges to a picture of width pixels.
func newChart(edges []results.Edge, width float64) *chart {
	c := &chart{width: width, lines: map[string][][2]float64{}}
	west, east, south, north := 180.0, -180.0, 90.0, -90.0
	for _, e := range edges {
		var line [][2]float64
		if json.Unmarshal([]byte(e.Geometry), &line) != nil || len(line) < 2 {
			continue
		}
		c.lines[e.Key] = line
		for _, at := range line {
			west, east = math.Min(west, at[0]), math.Max(east, at[0])
			south, north = math.Min(south, at[1]), math.Max(north, at[1])
		}
	}
	if len(c.lines) == 0 {
		return nil
	}
	const margin = 6
	c.squeeze = math.Cos((south + north) / 2 * math.Pi / 180)
	c.scale = (width - 2*margin) / math.Max((east-west)*c.squeeze, 1e-9)
	if tall := (north - south) * c.scale; tall > 1.2*width {
		c.scale *= 1.2 * width / tall
	}
	c.west, c.north = west-margin/(c.scale*c.squeeze), north+margin/c.scale
	c.height = (c.north-south)*c.scale + margin
	return c
}

// path appends the line of an edge.
func (c *chart) path(b *strings.Builder, key string) {
	pen := byte('M')
	for _, at := range c.lines[key] {
		fmt.Fprintf(b, "%c%.1f %.1f", pen, (at[0]-c.west)*c.squeeze*c.scale, (c.north-at[1])*c.scale)
		pen = 'L'
	}
}

// svg draws edges by class, those of the last class on top.
func (c *chart) svg(label string, classes []string, of func(results.Edge) string, edges []results.Edge) string {
	by := map[string]*strings.Builder{}
	for _, class := range classes {
		by[class] = &strings.Builder{}
	}
	for _, e := range edges {
		if b := by[of(e)]; b != nil {
			c.path(b, e.Key)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="map" viewBox="0 0 %.0f %.0f" role="img" aria-label="%s">`, c.width, c.height, text(label))
	for _, class := range classes {
		fmt.Fprintf(&b, `<path class="%s" d="%s"/>`, class, by[class])
	}
	b.WriteString(`</svg>`)
	return b.String()
}

// service are the classes of speed against free flow of HCM 6th ed., exhibit 18-1, from A to F.
var service = []float64{0.80, 0.67, 0.50, 0.40, 0.30}

// level returns the level of service of a speed over free-flow speed: 0 for A to 5 for F.
func level(ratio float64) int {
	for i, limit := range service {
		if ratio > limit {
			return i
		}
	}
	return len(service)
}

// ratioOf returns the mean speed on an edge over its speed limit, NaN if nobody drove there.
func (p *page) ratioOf(g *compare.Group, e results.Edge) float64 {
	m := speedRatio
	return p.cells[g].Mean(&m, compare.Cell{Place: e.Key})
}

var speedRatio = compare.PlaceMeasure{Name: "speed_ratio", Of: func(s *compare.Sums) float64 { return s.FreeSeconds / s.Seconds }}

// maps draws the level of service of each variant, and where variants differ.
func (p *page) maps() {
	c := newChart(p.edges, 520)
	if c == nil {
		return
	}
	p.print(`<h2>Where</h2><div class="figures">`)
	classes := []string{"o0", "o1", "o2", "o3", "o4", "o5"}
	draw := func(g *compare.Group) {
		svg := c.svg("level of service, "+g.Variant, classes, func(e results.Edge) string {
			if r := p.ratioOf(g, e); !math.IsNaN(r) {
				return classes[level(r)]
			}
			return "o0"
		}, p.edges)
		p.print(`<figure>%s<figcaption>%s: mean speed over the speed limit, level of service %s</figcaption></figure>`, svg, text(g.Variant), legend(classes, []string{"A > 80 %", "B > 67 %", "C > 50 %", "D > 40 %", "E > 30 %", "F"}))
	}
	draw(p.Base)
	for _, g := range p.Variants {
		of := map[string]string{}
		for i := range p.places {
			if r := &p.places[i]; r.With == g.Variant && r.Verdict != compare.Equal {
				of[r.Place] = "worse"
				if r.Difference < 0 {
					of[r.Place] = "better"
				}
			}
		}
		kinds := []string{"none", "worse", "better"}
		svg := c.svg("differences, "+g.Variant, kinds, func(e results.Edge) string {
			if kind, ok := of[e.Key]; ok {
				return kind
			}
			return "none"
		}, p.edges)
		p.print(`<figure>%s<figcaption>%s against %s: time lost on each edge; %d of %d edges differ (Benjamini-Hochberg) %s</figcaption></figure>`, svg, text(g.Variant),
			text(p.Base.Variant), len(of), p.comparedEdges(g), legend(kinds, []string{"no difference can be shown", "more time lost", "less time lost"}))
	}
	p.print(`</div><p class="soft">Levels of service by HCM 6th ed., exhibit 18-1 (urban street segments); free flow is the speed limit.</p>`)
}

func (p *page) comparedEdges(g *compare.Group) (n int) {
	for i := range p.places {
		if p.places[i].With == g.Variant {
			n++
		}
	}
	return n
}

// legend draws samples of the lines of a map.
func legend(classes, texts []string) string {
	var b strings.Builder
	for i, class := range classes {
		fmt.Fprintf(&b, ` <svg class="map" style="display:inline;width:26px;height:8px;border:0" viewBox="0 0 26 8"><path class="%s" d="M1 4H25"/></svg> %s`, class, text(texts[i]))
	}
	return b.String()
}
