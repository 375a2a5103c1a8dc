package diagram

import (
	"fmt"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/signals"
)

// Rings is the ring-barrier diagram of a controller: rings above one another, the phases in them as wide as their splits,
// barriers that all rings cross together.
type Rings struct {
	Title, About string
	Net          *network.Network
	NEMA         *signals.NEMA
	Pattern      int // of NEMA.Patterns, that the splits are of; -1 for maximum greens of a free controller
}

// RingsOf returns the diagram of a controller in one of its patterns, counted from 0; -1 when it is free.
func RingsOf(net *network.Network, c network.ControllerID, nema *signals.NEMA, pattern int) (*Rings, error) {
	d := &Rings{Title: nameOf(net, c), Net: net, NEMA: nema, Pattern: pattern}
	if pattern >= len(nema.Patterns) {
		return nil, fmt.Errorf("pattern %d of %s, which has %d", pattern+1, d.Title, len(nema.Patterns))
	}
	d.About = "free: phases as wide as their maximum greens with clearance"
	if pattern >= 0 {
		p := &nema.Patterns[pattern]
		d.About = fmt.Sprintf("%s: cycle %.4g s, offset %.4g s to the %s of the coordinated phases", p.Name, p.Cycle, p.Offset, map[signals.Reference]string{
			signals.YieldReference: "end", signals.GreenReference: "beginning",
		}[p.Reference])
		if p.Name == "" {
			d.About = d.About[2:]
		}
	}
	return d, nil
}

// split returns the time of a phase, s, and whether it is coordinated.
func (d *Rings) split(number int) (seconds float64, coordinated bool) {
	at := slices.IndexFunc(d.NEMA.Phases, func(p signals.Phase) bool { return p.Number == number })
	if at < 0 {
		return 0, false
	}
	if d.Pattern < 0 {
		p := &d.NEMA.Phases[at]
		return p.MaxGreen + p.Yellow + p.RedClear, false
	}
	p := &d.NEMA.Patterns[d.Pattern]
	return p.Splits[at], slices.Contains(p.Coordinated, number)
}

// SVG returns the picture.
func (d *Rings) SVG() []byte {
	const top, ringHeight = 78.0, 118.0
	rings := 0
	var spans []float64 // of the barriers, s
	for _, b := range d.NEMA.Barriers {
		rings = max(rings, len(b.Rings))
		longest := 0.0
		for _, ring := range b.Rings {
			sum := 0.0
			for _, n := range ring {
				s, _ := d.split(n)
				sum += s
			}
			longest = math.Max(longest, sum)
		}
		spans = append(spans, longest)
	}
	cycle := 0.0
	for _, s := range spans {
		cycle += s
	}
	c := begin(top+float64(rings)*ringHeight+84, d.Title, d.About)
	x := axis{0, cycle, 78, width - 24}
	for r := range rings {
		c.label(20, top+ringHeight*(float64(r)+0.5)+5, "start", ink, textSize, fmt.Sprintf("Ring %d", r+1))
	}
	at := 0.0
	for k, b := range d.NEMA.Barriers {
		for r, ring := range b.Rings {
			d.ring(c, axis{0, cycle, x.at, x.end}, at, spans[k], top+float64(r)*ringHeight, ringHeight, ring)
		}
		at += spans[k]
	}
	bottom := top + float64(rings)*ringHeight
	at = 0
	for k := 0; k <= len(spans); k++ {
		for _, off := range []float64{-2.2, 2.2} {
			c.line(x.of(at)+off, top-12, x.of(at)+off, bottom+8, ink, 1.8, "")
		}
		c.label(x.of(at), bottom+26, "middle", ink, smallText, fmt.Sprintf("%.4g s", at))
		if k < len(spans) {
			at += spans[k]
		}
	}
	legend := "Double lines: barriers. "
	if d.Pattern >= 0 {
		legend += "Shaded: coordinated phases. "
	}
	c.label(x.at, bottom+52, "start", soft, smallText, legend+"Hatched: yellow and red clearance. Arrows as driven on the map, north up; dashed where they give way.")
	return c.end()
}

// ring draws the phases of a ring between two barriers.
func (d *Rings) ring(c *canvas, x axis, from, span, y, height float64, phases []int) {
	for i, n := range phases {
		s, coordinated := d.split(n)
		if i == len(phases)-1 {
			s = math.Max(s, span) // to the barrier
		}
		span -= s
		left, right := x.of(from), x.of(from+s)
		fill := "#fff"
		if coordinated {
			fill = "#dfe8f1"
		}
		c.box(left, y, right-left, height, fill, ink, 1)
		at := slices.IndexFunc(d.NEMA.Phases, func(p signals.Phase) bool { return p.Number == n })
		if at < 0 {
			continue
		}
		p := &d.NEMA.Phases[at]
		clear := x.of(from+p.Yellow+p.RedClear) - x.of(from)
		c.box(right-clear, y+height-9, clear, 9, "url(#h-amber)", ink, 0.7)
		c.label(left+9, y+22, "start", ink, 16, fmt.Sprintf("Ø%d", n))
		c.label(left+9, y+40, "start", ink, smallText, fmt.Sprintf("%.4g s", s))
		c.label(left+9, y+height-14, "start", soft, smallText, shorten(fmt.Sprintf("min %.4g, max %.4g", p.MinGreen, p.MaxGreen), right-left-14, smallText))
		side := math.Min(height-24, right-left-70)
		if len(p.Groups) > 0 && side > 34 {
			controller := d.Net.SignalGroups[p.Groups[0]].Controller
			newSketch(d.Net, controller).arrows(c, right-side-8, y+5, side, p.Groups)
		}
		from += s
	}
}

// arrows draws only where some groups let traffic go.
func (s *sketch) arrows(c *canvas, x, y, side float64, green []network.SignalGroupID) {
	bare := *s
	bare.groups = nil
	id := fmt.Sprintf("a%.0f-%.0f", x, y)
	fmt.Fprintf(c, `<clipPath id="%s"><rect x="%.1f" y="%.1f" width="%.1f" height="%.1f"/></clipPath><g clip-path="url(#%s)">`, id, x, y, side, side, id)
	bare.draw(c, x, y, side, green)
	c.WriteString("</g>")
}
