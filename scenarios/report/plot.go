package report

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// Plot is a diagram in the plane. The zero value with marks in it is drawn with axes that fit them.
type Plot struct {
	Title string
	X, Y  Axis
	Wide  bool // over the whole width of the page
	Marks []Mark
}

// Axis is one of the two axes.
type Axis struct {
	Label    string   // with its unit
	Min, Max float64  // equal: fitted to the marks
	Names    []string // in place of numbers, at 0, 1, 2, ...
	Clock    bool     // of X: the numbers are hours after midnight, and written as times of day
}

// Mark is something drawn into a plot.
type Mark struct {
	Kind   MarkKind
	Name   string // in the legend; "" for none
	Series int    // colour: 0 is for what is expected, from 1 on for what was found
	X, Y   []float64
	Low    []float64 // of a Band and of a Points' whiskers, with High
	High   []float64
	// Paths are those of Tracks: each a polyline of X, Y and a value, which gives the colour between Least and Most.
	Paths       []Path
	Least, Most float64
	Unit        string // of the value
}

// Path is one polyline of Tracks. A NaN in Y breaks it.
type Path struct{ X, Y, Value []float64 }

// MarkKind is how a mark is drawn.
type MarkKind uint8

// The kinds.
const (
	Line   MarkKind = iota // through X, Y
	Dashed                 // as Line
	Points                 // at X, Y, with whiskers from Low to High if given
	Band                   // between Low and High over X
	Bars                   // at X from 0 to Y
	Tracks                 // Paths, coloured by value
)

// The size of a plot in CSS pixels.
const (
	plotWidth, wideWidth = 520.0, 1060.0
	plotHeight           = 320.0
	marginLeft           = 64.0
	marginRight          = 16.0
	marginTop            = 34.0
	marginBottom         = 48.0
	legendLine           = 17.0
)

// frame maps the data to the page.
type frame struct {
	x0, y0, w, h           float64
	xMin, xMax, yMin, yMax float64
}

func (f *frame) x(v float64) float64 { return f.x0 + (v-f.xMin)/(f.xMax-f.xMin)*f.w }
func (f *frame) y(v float64) float64 { return f.y0 + f.h - (v-f.yMin)/(f.yMax-f.yMin)*f.h }

// AppendSVG appends the plot as an SVG element, whose colours are those of Style.
func (p *Plot) AppendSVG(dst []byte) []byte {
	width := plotWidth
	if p.Wide {
		width = wideWidth
	}
	legend := p.legendRows(width)
	height := plotHeight + legendLine*float64(legend)
	f := frame{x0: marginLeft, y0: marginTop, w: width - marginLeft - marginRight, h: plotHeight - marginTop - marginBottom}
	f.xMin, f.xMax = p.X.span(p.Marks, false)
	f.yMin, f.yMax = p.Y.span(p.Marks, true)

	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="plot" viewBox="0 0 %g %g" role="img" aria-label="%s">`, width, height, html.EscapeString(p.Title))
	clip := fmt.Sprintf("c%x", fnv(p.Title+p.X.Label+p.Y.Label+fmt.Sprint(len(p.Marks), f)))
	fmt.Fprintf(&b, `<clipPath id="%s"><rect x="%.1f" y="%.1f" width="%.1f" height="%.1f"/></clipPath>`, clip, f.x0, f.y0, f.w, f.h)
	fmt.Fprintf(&b, `<text class="title" x="%.1f" y="18">%s</text>`, f.x0, html.EscapeString(p.Title))
	p.writeAxes(&b, &f)
	fmt.Fprintf(&b, `<g clip-path="url(#%s)">`, clip)
	for i := range p.Marks {
		p.Marks[i].write(&b, &f)
	}
	b.WriteString(`</g>`)
	p.writeLegend(&b, width)
	b.WriteString(`</svg>`)
	return append(dst, b.String()...)
}

func fnv(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// span returns the ends of an axis.
func (a *Axis) span(marks []Mark, vertical bool) (lo, hi float64) {
	if a.Min != a.Max {
		return a.Min, a.Max
	}
	if len(a.Names) > 0 {
		return -0.5, float64(len(a.Names)) - 0.5
	}
	lo, hi = math.Inf(1), math.Inf(-1)
	grow := func(values []float64) {
		for _, v := range values {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				lo, hi = math.Min(lo, v), math.Max(hi, v)
			}
		}
	}
	for i := range marks {
		m := &marks[i]
		if !vertical {
			grow(m.X)
		} else {
			grow(m.Y)
			grow(m.Low)
			grow(m.High)
			if m.Kind == Bars {
				grow([]float64{0})
			}
		}
		for _, path := range m.Paths {
			if vertical {
				grow(path.Y)
			} else {
				grow(path.X)
			}
		}
	}
	if lo > hi {
		return 0, 1
	}
	if lo > 0 && lo < 0.4*hi {
		lo = 0
	}
	pad := 0.04 * (hi - lo)
	if pad == 0 {
		pad = math.Max(0.5, 0.05*math.Abs(hi))
	}
	if lo != 0 {
		lo -= pad
	}
	return lo, hi + pad
}

// ticks returns round numbers within lo to hi, about n of them, and the digits behind the point to write them with.
func ticks(lo, hi float64, n int) (at []float64, digits int) {
	raw := (hi - lo) / float64(n)
	unit := math.Pow(10, math.Floor(math.Log10(raw)))
	step := unit
	for _, m := range []float64{1, 2, 5, 10} {
		if step = m * unit; step >= raw*0.999 {
			break
		}
	}
	digits = max(0, int(-math.Floor(math.Log10(step)+1e-9)))
	for k := math.Ceil(lo/step - 1e-9); k*step <= hi+1e-9*step; k++ {
		at = append(at, k*step)
	}
	return at, digits
}

// clockTicks returns times of day within lo to hi, in hours, about n of them: full minutes, quarters or hours.
func clockTicks(lo, hi float64, n int) (at []float64) {
	step := 0.0
	for _, minutes := range []float64{1, 2, 5, 10, 15, 30, 60, 120, 180, 360} {
		if step = minutes / 60; (hi-lo)/step <= float64(n) {
			break
		}
	}
	for k := math.Ceil(lo/step - 1e-9); k*step <= hi+1e-9; k++ {
		at = append(at, k*step)
	}
	return at
}

// number writes a tick.
func (a *Axis) number(v float64, digits int) string {
	if !a.Clock {
		return number(v, digits)
	}
	minutes := int(math.Round(60 * v))
	return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60)
}

func (p *Plot) writeAxes(b *strings.Builder, f *frame) {
	xs, xd := ticks(f.xMin, f.xMax, int(f.w/75))
	if p.X.Clock {
		xs = clockTicks(f.xMin, f.xMax, int(f.w/75))
	}
	ys, yd := ticks(f.yMin, f.yMax, 5)
	b.WriteString(`<g class="grid">`)
	for _, y := range ys {
		fmt.Fprintf(b, `<path d="M%.1f %.1fH%.1f"/>`, f.x0, f.y(y), f.x0+f.w)
	}
	if len(p.X.Names) == 0 {
		for _, x := range xs {
			fmt.Fprintf(b, `<path d="M%.1f %.1fV%.1f"/>`, f.x(x), f.y0, f.y0+f.h)
		}
	}
	b.WriteString(`</g><g class="tick">`)
	if len(p.X.Names) == 0 {
		for _, x := range xs {
			fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, f.x(x), f.y0+f.h+16, p.X.number(x, xd))
		}
	}
	for i, name := range p.X.Names {
		fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, f.x(float64(i)), f.y0+f.h+16, html.EscapeString(name))
	}
	for _, y := range ys {
		fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="end">%s</text>`, f.x0-7, f.y(y)+4, number(y, yd))
	}
	b.WriteString(`</g>`)
	fmt.Fprintf(b, `<path class="axis" d="M%.1f %.1fV%.1fH%.1f"/>`, f.x0, f.y0, f.y0+f.h, f.x0+f.w)
	fmt.Fprintf(b, `<text class="label" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, f.x0+f.w/2, f.y0+f.h+36, html.EscapeString(p.X.Label))
	fmt.Fprintf(b, `<text class="label" transform="translate(15 %.1f) rotate(-90)" text-anchor="middle">%s</text>`, f.y0+f.h/2, html.EscapeString(p.Y.Label))
}

// number writes a tick, with a true minus and thin spaces between thousands.
func number(v float64, digits int) string {
	text := fmt.Sprintf("%.*f", digits, math.Abs(v))
	whole, rest, _ := strings.Cut(text, ".")
	if len(whole) > 4 {
		whole = whole[:len(whole)-3] + "\u2009" + whole[len(whole)-3:]
	}
	if rest != "" {
		whole += "." + rest
	}
	if v < -1e-12 {
		return "\u2212" + whole
	}
	return whole
}
