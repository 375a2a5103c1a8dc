package study

import (
	"cmp"
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

// segment is the length in m from which the speed on an edge tells a level of service: what a car takes to get to the speed of a town.
const segment = 150.0

// serviceOf returns the level of service of an edge, 0 for A to 5 for F, as the view edge_measures has it but for capacities: by control
// delay where signals or signs stop vehicles, else by speed; -1 if it has none.
func (p *page) serviceOf(g *compare.Group, e results.Edge) int {
	delay := p.cells[g].Mean(&controlDelay, compare.Cell{Place: e.Key})
	switch {
	case e.Control == "signal" || e.Control == "yield" || e.Control == "stop":
		if math.IsNaN(delay) {
			return -1
		}
		return strings.Index(letters, los(e.Control, delay))
	case e.Length < segment:
		return -1
	}
	if ratio := p.ratioOf(g, e); !math.IsNaN(ratio) {
		return level(ratio)
	}
	return -1
}

var controlDelay = compare.PlaceMeasure{Name: "control_delay_s", Of: func(s *compare.Sums) float64 { return s.ControlDelay / s.Passed }}

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
		svg := c.svg("level of service, "+g.Variant, classes, func(e results.Edge) string { return classes[max(p.serviceOf(g, e), 0)] }, p.edges)
		p.print(`<figure>%s<figcaption>%s: level of service %s</figcaption></figure>`, svg, text(g.Variant), legend(classes, []string{"A, or no traffic", "B", "C", "D", "E", "F"}))
	}
	draw(p.Base)
	for _, g := range p.Variants {
		p.differences(c, g)
	}
	p.print(`</div><p class="soft">Levels of service at signals, yield and stop signs by control delay (HCM 7th ed., exhibits 19-8 and 20-2), elsewhere by speed over the speed limit
		(HCM 6th ed., exhibit 18-1) on edges of %.0f m and more. Whether an edge differs was looked at where %g h a run and more are lost.</p>`, segment, leastLost)
}

// differences draws where more or less time is lost with a variant.
func (p *page) differences(c *chart, g *compare.Group) {
	of, shown := map[string]string{}, 0
	for i := range p.places {
		r := &p.places[i]
		switch {
		case r.With != g.Variant || r.Verdict == compare.Equal && math.Abs(r.Difference) < leastLost:
			continue
		case r.Verdict == compare.Equal && r.Difference > 0:
			of[r.Place] = "more"
			continue
		case r.Verdict == compare.Equal:
			of[r.Place] = "less"
			continue
		case r.Difference > 0:
			of[r.Place] = "worse"
		default:
			of[r.Place] = "better"
		}
		shown++
	}
	kinds := []string{"none", "more", "less", "worse", "better"}
	svg := c.svg("differences, "+g.Variant, kinds, func(e results.Edge) string { return cmp.Or(of[e.Key], "none") }, p.edges)
	p.print(`<figure>%s<figcaption>%s against %s: time lost on each edge; %d of %d edges differ (Benjamini-Hochberg) %s</figcaption></figure>`, svg, text(g.Variant), text(p.Base.Variant),
		shown, p.comparedEdges(g), legend(kinds[1:], []string{"more, not shown", "less, not shown", "more time lost", "less time lost"}))
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
