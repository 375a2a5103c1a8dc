package diagram

import (
	"fmt"
	"math"

	"roadtwin/signals"
)

// TimeSpace is a time-space diagram of a street: time to the right, the way along the street upwards.
type TimeSpace struct {
	Title, About string
	Begin, End   float64 // s after midnight
	Length       float64 // m
	Signals      []Crossing
	Out, In      []Trajectory // upwards and downwards
	Bands        []Band
}

// Crossing is a signal of a street: what it shows to each direction.
type Crossing struct {
	Name    string
	At      float64 // m
	Out, In []Interval
}

// Interval is a time in which a signal shows the same.
type Interval struct {
	From, To float64 // s after midnight
	Aspect   signals.Aspect
}

// Trajectory is the way of a vehicle. A NaN in At breaks it.
type Trajectory struct{ Time, At []float64 } // s after midnight, m

// Band is the times at which one may set off to pass several signals at green at the speed of progression, seen at each
// of them.
type Band struct {
	Out      bool
	At       []float64 // m, of the signals
	From, To []float64 // s after midnight, at each
}

// Width returns the width of the band, s.
func (b *Band) Width() float64 { return b.To[0] - b.From[0] }

// The plot of a time-space diagram.
const (
	nameWidth = 236.0
	tsTop     = 66.0
	tsPlot    = 560.0
	tsBottom  = 74.0
	barHeight = 4.2 // of a red bar of one direction
)

// SVG returns the picture.
func (d *TimeSpace) SVG() []byte {
	c := begin(tsTop+tsPlot+tsBottom, d.Title, d.About)
	x := axis{d.Begin, d.End, 20 + nameWidth, width - 20}
	y := axis{0, d.Length, tsTop + tsPlot, tsTop}
	for _, t := range x.ticks(10, 10, 20, 30, 60, 120, 300, 600, 1800, 3600) {
		c.line(x.of(t), tsTop, x.of(t), tsTop+tsPlot, rule, 0.8, "")
		c.label(x.of(t), tsTop+tsPlot+18, x.anchor(x.of(t)), ink, smallText, clock(t, (d.End-d.Begin) < 900))
	}
	fmt.Fprintf(c, `<clipPath id="plot"><rect x="%.1f" y="%.1f" width="%.1f" height="%.1f"/></clipPath><g clip-path="url(#plot)">`, x.at, y.end, x.end-x.at, y.at-y.end)
	for i := range d.Bands {
		d.Bands[i].draw(c, x, y)
	}
	for _, way := range []struct {
		of     []Trajectory
		colour string
		dash   string
	}{{d.In, inColour, "5 2"}, {d.Out, outColour, ""}} {
		for i := range way.of {
			xs, ys := make([]float64, len(way.of[i].Time)), make([]float64, len(way.of[i].Time))
			for k := range xs {
				xs[k], ys[k] = x.of(way.of[i].Time[k]), y.of(way.of[i].At[k])
			}
			c.curve(xs, ys, way.colour, 0.85, way.dash)
		}
	}
	for i := range d.Signals {
		s := &d.Signals[i]
		at := y.of(s.At)
		bars(c, x, at+0.4, barHeight, s.Out)
		bars(c, x, at-0.4-barHeight, barHeight, s.In)
	}
	c.WriteString("</g>")
	c.box(x.at, y.end, x.end-x.at, y.at-y.end, "none", ink, 1)
	d.names(c, y)
	d.legend(c)
	return c.end()
}

// draw shades the band.
func (b *Band) draw(c *canvas, x, y axis) {
	fill := "url(#h-in)"
	if b.Out {
		fill = "url(#h-out)"
	}
	path := ""
	for i := range b.At {
		path += fmt.Sprintf("%s%.1f %.1f", pen(i), x.of(b.From[i]), y.of(b.At[i]))
	}
	for i := len(b.At) - 1; i >= 0; i-- {
		path += fmt.Sprintf("L%.1f %.1f", x.of(b.To[i]), y.of(b.At[i]))
	}
	fmt.Fprintf(c, `<path d="%sZ" fill="%s"/>`, path, fill)
}

func pen(i int) string {
	if i == 0 {
		return "M"
	}
	return "L"
}

// bars draws what a signal shows: red as a full bar, amber hatched, green as a hairline.
func bars(c *canvas, x axis, top, height float64, shown []Interval) {
	for _, v := range shown {
		from, to := x.of(math.Max(v.From, x.from)), x.of(math.Min(v.To, x.to))
		if to <= from {
			continue
		}
		switch v.Aspect {
		case signals.Red:
			c.box(from, top, to-from, height, redColour, "none", 0)
		case signals.Amber, signals.RedAmber:
			c.box(from, top, to-from, height, "#fff", "none", 0)
			c.box(from, top, to-from, height, "url(#h-amber)", "none", 0)
		case signals.Green:
			c.line(from, top+height/2, to, top+height/2, greenFill, 1.3, "")
		}
	}
}

// names writes the names of the signals beside the plot, apart from one another.
func (d *TimeSpace) names(c *canvas, y axis) {
	const apart = 14.0
	last := math.Inf(1)
	for i := range d.Signals { // from the bottom up
		s := &d.Signals[i]
		at := y.of(s.At)
		text := math.Min(at, last-apart)
		last = text
		c.line(20+nameWidth-12, text, 20+nameWidth, at, soft, 0.7, "")
		c.label(20+nameWidth-15, text+4, "end", ink, smallText, shorten(s.Name, nameWidth-62, smallText))
		c.label(20, text+4, "start", soft, smallText, fmt.Sprintf("%.0f m", s.At))
	}
}

func (d *TimeSpace) legend(c *canvas) {
	y := tsTop + tsPlot + 46
	at := 20.0
	entry := func(w float64, text string, draw func(at float64)) {
		draw(at)
		c.label(at+w+7, y+4, "start", ink, smallText, text)
		at += w + 7 + 0.53*smallText*float64(len([]rune(text))) + 22
	}
	entry(26, "up the street", func(at float64) { c.line(at, y, at+26, y, outColour, 1.4, "") })
	if len(d.In) > 0 || d.hasIn() {
		entry(26, "down the street", func(at float64) { c.line(at, y, at+26, y, inColour, 1.4, "5 2") })
	}
	out, in := d.band(true), d.band(false)
	if out > 0 {
		entry(20, fmt.Sprintf("band up, %.0f s", out), func(at float64) { c.box(at, y-6, 20, 12, "url(#h-out)", outColour, 0.6) })
	}
	if in > 0 {
		entry(20, fmt.Sprintf("band down, %.0f s", in), func(at float64) { c.box(at, y-6, 20, 12, "url(#h-in)", inColour, 0.6) })
	}
	entry(20, "red", func(at float64) { c.box(at, y-barHeight/2, 20, barHeight, redColour, "none", 0) })
	entry(20, "amber", func(at float64) { c.box(at, y-barHeight/2, 20, barHeight, "url(#h-amber)", "none", 0) })
	entry(20, "green", func(at float64) { c.line(at, y, at+20, y, greenFill, 1.3, "") })
	about := "Each signal: the lower bar is for traffic up the street, the upper one for traffic down it."
	if out == 0 && in == 0 && len(d.Signals) > 1 {
		about += " There is no band: nobody gets past all of them at green at the speed limit."
	}
	c.label(20, y+22, "start", soft, smallText, about)
}

func (d *TimeSpace) hasIn() bool {
	for i := range d.Signals {
		if len(d.Signals[i].In) > 0 {
			return true
		}
	}
	return false
}

// band returns the width of the widest band of a direction that passes all of its signals, s.
func (d *TimeSpace) band(out bool) (widest float64) {
	for i := range d.Bands {
		if d.Bands[i].Out == out {
			widest = math.Max(widest, d.Bands[i].Width())
		}
	}
	return widest
}
