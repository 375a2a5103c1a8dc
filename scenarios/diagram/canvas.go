package diagram

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// Sizes in CSS pixels, 96 to the inch: at the usual 180 mm of a page's width a picture of 1,000 is printed at two thirds,
// text of 13 as 6.5 pt, the finest lines as 0.15 mm.
const (
	width      = 1000.0
	textSize   = 13.0
	smallText  = 11.5
	titleSize  = 17.0
	fontFamily = `"Helvetica Neue",Arial,"Liberation Sans","DejaVu Sans",sans-serif`
)

// The colours (Okabe and Ito 2008), darkened where they carry thin lines.
const (
	ink        = "#1a1a1a"
	soft       = "#5c6168"
	rule       = "#d5d8dc"
	outColour  = "#0060a0" // blue
	inColour   = "#c04e00" // vermilion
	redColour  = "#b0122b"
	ambColour  = "#e69f00"
	greenFill  = "#007a53"
	paleGreen  = "#e3f1ea"
	paleRoad   = "#e9ebee"
	barColour  = "#56a0d3"
	lineColour = "#7a3d86"
)

// canvas is an SVG picture that is being drawn.
type canvas struct {
	strings.Builder
	height float64
}

// begin opens a picture of some height with a title and, below it, what it is about.
func begin(height float64, title, about string) *canvas {
	c := &canvas{height: height}
	fmt.Fprintf(c, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %.0f" width="%g" height="%.0f" role="img" aria-label="%s" font-family='%s' font-size="%g" fill="%s">`,
		width, height, width, height, html.EscapeString(title), fontFamily, textSize, ink)
	c.WriteString("\n<defs>" +
		// Hatchings, so that fills are told apart without colour.
		hatch("amber", ambColour, 45, 4, 2) + hatch("out", outColour, 45, 8, 1.1) + hatch("in", inColour, -45, 8, 1.1) +
		`<marker id="tip" viewBox="0 0 10 10" refX="8.5" refY="5" markerWidth="4.2" markerHeight="4.2" orient="auto-start-reverse"><path d="M0 0.6L10 5L0 9.4L2.6 5Z" fill="context-stroke"/></marker>` +
		"</defs>\n")
	fmt.Fprintf(c, `<rect width="%g" height="%.0f" fill="#fff"/>`, width, height)
	fmt.Fprintf(c, `<text x="20" y="29" font-size="%g" font-weight="600">%s</text>`, titleSize, html.EscapeString(title))
	if about != "" {
		fmt.Fprintf(c, `<text x="20" y="49" font-size="%g" fill="%s">%s</text>`, textSize, soft, html.EscapeString(about))
	}
	return c
}

func hatch(id, colour string, angle, distance, stroke float64) string {
	return fmt.Sprintf(`<pattern id="h-%s" width="%g" height="%g" patternUnits="userSpaceOnUse" patternTransform="rotate(%g)"><rect width="%g" height="%g" fill="%s" fill-opacity=".14"/><path d="M0 0V%g" stroke="%s" stroke-width="%g" stroke-opacity=".6"/></pattern>`,
		id, distance, distance, angle, distance, distance, colour, distance, colour, stroke*2)
}

// end closes the picture and returns it.
func (c *canvas) end() []byte { return append([]byte(c.String()), "\n</svg>\n"...) }

// label writes text at a place; anchor is start, middle or end.
func (c *canvas) label(x, y float64, anchor, colour string, size float64, text string) {
	fmt.Fprintf(c, `<text x="%.1f" y="%.1f" text-anchor="%s" font-size="%g" fill="%s">%s</text>`, x, y, anchor, size, colour, html.EscapeString(text))
}

// line draws a straight line.
func (c *canvas) line(x1, y1, x2, y2 float64, colour string, stroke float64, dash string) {
	fmt.Fprintf(c, `<path d="M%.1f %.1fL%.1f %.1f" stroke="%s" stroke-width="%g" fill="none"%s/>`, x1, y1, x2, y2, colour, stroke, dashed(dash))
}

// box draws a rectangle.
func (c *canvas) box(x, y, w, h float64, fill, stroke string, line float64) {
	fmt.Fprintf(c, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s" stroke="%s" stroke-width="%g"/>`, x, y, math.Max(0, w), h, fill, stroke, line)
}

// curve draws a polyline of points; a NaN breaks it.
func (c *canvas) curve(x, y []float64, colour string, stroke float64, dash string) {
	pen, last := "M", [2]float64{}
	var d strings.Builder
	for i := range x {
		if math.IsNaN(y[i]) {
			pen = "M"
			continue
		}
		if pen == "L" && math.Abs(x[i]-last[0]) < 0.05 && math.Abs(y[i]-last[1]) < 0.05 {
			continue
		}
		fmt.Fprintf(&d, "%s%.1f %.1f", pen, x[i], y[i])
		pen, last = "L", [2]float64{x[i], y[i]}
	}
	if d.Len() > 0 {
		fmt.Fprintf(c, `<path d="%s" stroke="%s" stroke-width="%g" stroke-linejoin="round" fill="none"%s/>`, d.String(), colour, stroke, dashed(dash))
	}
}

func dashed(dash string) string {
	if dash == "" {
		return ""
	}
	return ` stroke-dasharray="` + dash + `"`
}

// axis maps values to the page.
type axis struct{ from, to, at, end float64 }

func (a axis) of(v float64) float64 { return a.at + (v-a.from)/(a.to-a.from)*(a.end-a.at) }

// ticks returns round values within an axis, about n of them.
func (a axis) ticks(n int, steps ...float64) (values []float64) {
	raw := (a.to - a.from) / float64(n)
	step := steps[len(steps)-1]
	for _, s := range steps {
		if s >= raw {
			step = s
			break
		}
	}
	for k := math.Ceil(a.from/step - 1e-9); k*step <= a.to+1e-9*step; k++ {
		values = append(values, k*step+0) // not -0
	}
	return values
}

// anchor returns how a label at x is to be anchored so that it stays within the axis.
func (a axis) anchor(x float64) string {
	if x > a.end-30 {
		return "end"
	}
	return "middle"
}

// clock writes seconds after midnight as 07:31, or 07:31:20 where seconds matter.
func clock(t float64, seconds bool) string {
	s := int(math.Round(t))
	if seconds {
		return fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%02d:%02d", s/3600, s/60%60)
}

// shorten cuts a text that would be wider than some pixels.
func shorten(text string, pixels, size float64) string {
	most := max(4, int(pixels/(0.53*size)))
	r := []rune(text)
	if len(r) <= most {
		return text
	}
	return strings.TrimRight(string(r[:most-1]), " /,") + "…"
}
