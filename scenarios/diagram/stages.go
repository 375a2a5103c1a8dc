package diagram

import (
	"fmt"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/signals"
)

// Stages is the stage diagram of a plan, and below it its signal timing diagram: what each group shows over the cycle.
type Stages struct {
	Title, About string
	Net          *network.Network
	Plan         *signals.Plan
}

// StagesOf returns the diagram of a plan.
func StagesOf(net *network.Network, plan *signals.Plan) *Stages {
	return &Stages{
		Title: nameOf(net, plan.Controller), Net: net, Plan: plan,
		About: fmt.Sprintf("%d stages, cycle %.4g s, offset %.4g s", len(plan.Stages), plan.Cycle(), plan.Offset),
	}
}

// SVG returns the picture.
func (d *Stages) SVG() []byte {
	const top, perRow, gap, rowHeight = 66.0, 4, 14.0, 19.0
	n := len(d.Plan.Stages)
	columns := min(max(n, 2), perRow)
	rows := (n + columns - 1) / columns
	side := math.Min(262, (width-40-gap*float64(columns-1))/float64(columns))
	panel := side + 46
	table := top + float64(rows)*panel + 28
	c := begin(table+rowHeight*float64(len(d.Plan.Groups))+62, d.Title, d.About)
	sketch := newSketch(d.Net, d.Plan.Controller)
	for k := range d.Plan.Stages {
		x, y := 20+float64(k%columns)*(side+gap), top+float64(k/columns)*panel
		s := &d.Plan.Stages[k]
		c.box(x, y, side, side, "#fff", soft, 0.8)
		fmt.Fprintf(c, `<clipPath id="p%d"><rect x="%.1f" y="%.1f" width="%.1f" height="%.1f"/></clipPath><g clip-path="url(#p%d)">`, k, x, y, side, side, k)
		sketch.draw(c, x, y, side, s.Groups)
		c.WriteString("</g>")
		c.box(x, y, 26, 24, ink, "none", 0)
		c.label(x+13, y+17, "middle", "#fff", 14, fmt.Sprint(k+1))
		c.label(x, y+side+17, "start", ink, textSize, fmt.Sprintf("green %.4g s, then %.4g s", s.Green, s.Intergreen))
	}
	d.timing(c, table, rowHeight)
	return c.end()
}

// timing draws the signal timing diagram.
func (d *Stages) timing(c *canvas, top, rowHeight float64) {
	names := 20 + 300.0
	cycle := d.Plan.Cycle()
	x := axis{0, cycle, names, width - 24}
	rows := float64(len(d.Plan.Groups))
	for _, t := range x.ticks(12, 1, 2, 5, 10, 20, 30, 60) {
		c.line(x.of(t), top, x.of(t), top+rows*rowHeight, rule, 0.8, "")
		c.label(x.of(t), top+rows*rowHeight+16, "middle", ink, smallText, fmt.Sprintf("%.0f", t))
	}
	c.label(x.end, top+rows*rowHeight+32, "end", soft, smallText, "s in the cycle")
	begin := 0.0
	for k := range d.Plan.Stages {
		c.line(x.of(begin), top-6, x.of(begin), top+rows*rowHeight, ink, 0.8, "2 3")
		c.label(x.of(begin)+3, top-4, "start", ink, smallText, fmt.Sprintf("stage %d", k+1))
		begin += d.Plan.Stages[k].Green + d.Plan.Stages[k].Intergreen
	}
	for i, g := range d.Plan.Groups {
		y := top + rowHeight*float64(i)
		c.line(20, y+rowHeight, x.end, y+rowHeight, rule, 0.8, "")
		name := d.Net.SignalGroups[g.Group].Name
		if name == "" {
			name = fmt.Sprintf("group %d", g.Group)
		}
		c.label(names-10, y+rowHeight-5, "end", ink, smallText, shorten(name, names-36, smallText))
		for _, v := range shownBy(d.Plan, g.Group) {
			d.bar(c, x, y, rowHeight, v)
		}
	}
	c.box(x.at, top, x.end-x.at, rows*rowHeight, "none", ink, 1)
	at := 20.0
	y := top + rows*rowHeight + 44
	for _, e := range []struct {
		text   string
		aspect signals.Aspect
	}{{"green", signals.Green}, {"amber", signals.Amber}, {"red", signals.Red}} {
		d.bar(c, axis{0, 1, at, at + 24}, y-14, rowHeight, Interval{0, 1, e.aspect})
		c.label(at+31, y, "start", ink, smallText, e.text)
		at += 90
	}
}

// bar draws what a group shows: green as a tall bar, amber hatched, red as a line.
func (d *Stages) bar(c *canvas, x axis, y, rowHeight float64, v Interval) {
	from, to := x.of(v.From), x.of(v.To)
	switch v.Aspect {
	case signals.Green:
		c.box(from, y+3, to-from, rowHeight-6, greenFill, "none", 0)
	case signals.Amber, signals.RedAmber:
		c.box(from, y+3, to-from, rowHeight-6, "url(#h-amber)", ambColour, 0.6)
	case signals.Red:
		c.line(from, y+rowHeight/2, to, y+rowHeight/2, redColour, 2, "")
	}
}

// shownBy returns what a group shows over a cycle of plan.
func shownBy(plan *signals.Plan, g network.SignalGroupID) (shown []Interval) {
	at := slices.IndexFunc(plan.Groups, func(t signals.GroupTiming) bool { return t.Group == g })
	add := func(from, to float64, a signals.Aspect) {
		if to <= from {
			return
		}
		if n := len(shown); n > 0 && shown[n-1].Aspect == a {
			shown[n-1].To = to
			return
		}
		shown = append(shown, Interval{from, to, a})
	}
	now := 0.0
	for k := range plan.Stages {
		s, next := &plan.Stages[k], &plan.Stages[(k+1)%len(plan.Stages)]
		lit, stays := slices.Contains(s.Groups, g), slices.Contains(next.Groups, g)
		aspect := signals.Red
		if lit {
			aspect = signals.Green
		}
		add(now, now+s.Green, aspect)
		now += s.Green
		switch {
		case s.Change != nil:
			from := now
			for i := range s.Change {
				add(from, from+s.Change[i].Duration, s.Change[i].Aspects[at])
				from += s.Change[i].Duration
			}
		case lit && stays:
			add(now, now+s.Intergreen, signals.Green)
		case lit:
			amber := math.Min(plan.Groups[at].Amber, s.Intergreen)
			add(now, now+amber, signals.Amber)
			add(now+amber, now+s.Intergreen, signals.Red)
		default:
			add(now, now+s.Intergreen, signals.Red)
		}
		now += s.Intergreen
	}
	return shown
}
