package report

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// write draws the mark.
func (m *Mark) write(b *strings.Builder, f *frame) {
	switch m.Kind {
	case Line:
		fmt.Fprintf(b, `<path class="line s%d" d="%s"/>`, m.Series, polyline(f, m.X, m.Y))
	case Dashed:
		fmt.Fprintf(b, `<path class="line dash s%d" d="%s"/>`, m.Series, polyline(f, m.X, m.Y))
	case Band:
		fmt.Fprintf(b, `<path class="band s%d" d="%s"/>`, m.Series, band(f, m.X, m.Low, m.High))
	case Points:
		m.writePoints(b, f)
	case Bars:
		m.writeBars(b, f)
	case Tracks:
		m.writeTracks(b, f)
	}
}

// polyline returns the path through points; a NaN breaks it.
func polyline(f *frame, x, y []float64) string {
	var d strings.Builder
	pen := "M"
	for i := range x {
		if math.IsNaN(y[i]) {
			pen = "M"
			continue
		}
		fmt.Fprintf(&d, "%s%.1f %.1f", pen, f.x(x[i]), f.y(y[i]))
		pen = "L"
	}
	return d.String()
}

func band(f *frame, x, low, high []float64) string {
	var d strings.Builder
	for i := range x {
		pen := "L"
		if i == 0 {
			pen = "M"
		}
		fmt.Fprintf(&d, "%s%.1f %.1f", pen, f.x(x[i]), f.y(high[i]))
	}
	for i := len(x) - 1; i >= 0; i-- {
		fmt.Fprintf(&d, "L%.1f %.1f", f.x(x[i]), f.y(low[i]))
	}
	return d.String() + "Z"
}

func (m *Mark) writePoints(b *strings.Builder, f *frame) {
	fmt.Fprintf(b, `<g class="points s%d">`, m.Series)
	for i := range m.X {
		if math.IsNaN(m.Y[i]) {
			continue
		}
		x := f.x(m.X[i])
		if len(m.Low) > i && len(m.High) > i && m.High[i] > m.Low[i] {
			fmt.Fprintf(b, `<path d="M%.1f %.1fV%.1fM%.1f %.1fh6M%.1f %.1fh6"/>`,
				x, f.y(m.Low[i]), f.y(m.High[i]), x-3, f.y(m.Low[i]), x-3, f.y(m.High[i]))
		}
		fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="%s"/>`, x, f.y(m.Y[i]), radius(len(m.X)))
	}
	b.WriteString(`</g>`)
}

func radius(n int) string {
	if n > 80 {
		return "2"
	}
	return "3.6"
}

func (m *Mark) writeBars(b *strings.Builder, f *frame) {
	half := 0.32 * f.w / math.Max(1, f.xMax-f.xMin)
	fmt.Fprintf(b, `<g class="bars s%d">`, m.Series)
	for i := range m.X {
		top, bottom := f.y(math.Max(0, m.Y[i])), f.y(math.Min(0, m.Y[i]))
		fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, f.x(m.X[i])-half, top, 2*half, bottom-top)
	}
	b.WriteString(`</g>`)
}

// shades is the number of colours of Tracks, from slow to fast.
const shades = 7

// writeTracks draws the paths of each colour as one element.
func (m *Mark) writeTracks(b *strings.Builder, f *frame) {
	var d [shades]strings.Builder
	for _, path := range m.Paths {
		last, drawn := -1, false
		for i := 1; i < len(path.X); i++ {
			if math.IsNaN(path.Y[i]) || math.IsNaN(path.Y[i-1]) {
				drawn = false
				continue
			}
			k := shade((path.Value[i]+path.Value[i-1])/2, m.Least, m.Most)
			if k != last || !drawn {
				fmt.Fprintf(&d[k], "M%.1f %.1f", f.x(path.X[i-1]), f.y(path.Y[i-1]))
			}
			fmt.Fprintf(&d[k], "L%.1f %.1f", f.x(path.X[i]), f.y(path.Y[i]))
			last, drawn = k, true
		}
	}
	for k := range d {
		fmt.Fprintf(b, `<path class="track v%d" d="%s"/>`, k, d[k].String())
	}
}

func shade(v, least, most float64) int {
	return max(0, min(shades-1, int(float64(shades)*(v-least)/(most-least))))
}

// entry is a line of the legend.
type entry struct {
	mark *Mark
	x, y float64
}

// legend lays the names out below the plot.
func (p *Plot) legend(width float64) []entry {
	var entries []entry
	x, y := marginLeft, plotHeight+6
	for i := range p.Marks {
		m := &p.Marks[i]
		if m.Name == "" {
			continue
		}
		w := 46 + 6.8*float64(len([]rune(m.Name)))
		if m.Kind == Tracks {
			w += 110
		}
		if x > marginLeft && x+w > width-marginRight {
			x, y = marginLeft, y+legendLine
		}
		entries = append(entries, entry{m, x, y})
		x += w
	}
	return entries
}

func (p *Plot) legendRows(width float64) int {
	entries := p.legend(width)
	if len(entries) == 0 {
		return 0
	}
	return int((entries[len(entries)-1].y-entries[0].y)/legendLine) + 1
}

func (p *Plot) writeLegend(b *strings.Builder, width float64) {
	b.WriteString(`<g class="legend">`)
	for _, e := range p.legend(width) {
		x, y, m := e.x, e.y, e.mark
		switch m.Kind {
		case Line:
			fmt.Fprintf(b, `<path class="line s%d" d="M%.1f %.1fh22"/>`, m.Series, x, y-4)
		case Dashed:
			fmt.Fprintf(b, `<path class="line dash s%d" d="M%.1f %.1fh22"/>`, m.Series, x, y-4)
		case Band, Bars:
			class := "band"
			if m.Kind == Bars {
				class = "bars"
			}
			fmt.Fprintf(b, `<g class="%s s%d"><rect class="%s s%d" x="%.1f" y="%.1f" width="22" height="10"/></g>`, class, m.Series, class, m.Series, x, y-9)
		case Points:
			fmt.Fprintf(b, `<g class="points s%d"><circle cx="%.1f" cy="%.1f" r="3.6"/></g>`, m.Series, x+11, y-4)
		case Tracks:
			for k := range shades {
				fmt.Fprintf(b, `<path class="track v%d" style="stroke-width:8" d="M%.1f %.1fh10"/>`, k, x+10*float64(k), y-4)
			}
			x += 10*shades - 22
		}
		name := m.Name
		if m.Kind == Tracks {
			name = fmt.Sprintf("%s, %g to %g %s", m.Name, m.Least, m.Most, m.Unit)
		}
		fmt.Fprintf(b, `<text x="%.1f" y="%.1f">%s</text>`, x+28, y, html.EscapeString(name))
	}
	b.WriteString(`</g>`)
}
