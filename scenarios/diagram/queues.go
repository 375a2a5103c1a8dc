package diagram

import (
	"context"
	"fmt"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
)

// Queues is what happens before a stop line, second by second and cycle by cycle. A cycle begins at the start of red.
type Queues struct {
	Title, About string
	Begin, End   float64   // s after midnight
	Time         []float64 // s after midnight, of the samples
	Queue        []int32   // vehicles from the stop line to the last that stands, in the longest lane
	Occupied     []bool    // whether anybody is on the detectors of the lanes, by sample
	Shown        []Interval
	Cycles       []Cycle
}

// Cycle is what came of one cycle.
type Cycle struct {
	From, To  float64 // s after midnight: from the start of red to that of the next
	Longest   int32   // vehicles: the back of the queue at its farthest
	Left      int32   // vehicles that still stood at the end of green
	Red       float64 // s that were not green
	GreenUsed float64 // share of the green in which the detectors were occupied
	Occupancy float64 // share of the cycle in which they were
}

// The stop-line detector: from so far before the stop line up to it, m (Signal Timing Manual, 2nd ed., 5.6: 40 ft).
const detector = 12.0

const standing = 5 / 3.6 // m/s, below which a vehicle is in a queue

// RecordQueues drives r, which must not be past from yet, and returns what happens on an edge that leads to signals.
func RecordQueues(ctx context.Context, r *scenarios.Run, approach network.EdgeID, from, to float64) (*Queues, error) {
	net := r.Net()
	c := net.Junctions[net.Edges[approach].To].Controller
	if c == network.None {
		return nil, fmt.Errorf("edge %d does not lead to signals", approach)
	}
	if !(from >= r.Time()-1e-6 && from < to && to <= r.End()+1e-6) {
		return nil, fmt.Errorf("%s to %s, want a time within %s to %s", clock(from, true), clock(to, true), clock(r.Time(), true), clock(r.End(), true))
	}
	if err := drive(ctx, r, from); err != nil {
		return nil, err
	}
	q := &queueRecorder{edge: approach, next: r.Time()}
	q.lamp.groups = straightest(net, c, approach)
	r.Watch(q)
	if err := drive(ctx, r, to); err != nil {
		return nil, err
	}
	d := &Queues{Title: net.Edges[approach].Name + ", " + heading(net, approach) + ", before " + crossName(net, c, net.Edges[approach].Name), Begin: from, End: r.Time()}
	d.Time, d.Queue, d.Occupied, d.Shown = q.time, q.queue, q.occupied, q.lamp.shown
	d.Cycles = d.cycles()
	return d, nil
}

// straightest returns the groups of an approach that go straight on, or all if none does.
func straightest(net *network.Network, c network.ControllerID, approach network.EdgeID) (groups []network.SignalGroupID) {
	var all []network.SignalGroupID
	for _, g := range net.Controllers[c].Groups {
		group := &net.SignalGroups[g]
		if group.Approach != approach {
			continue
		}
		all = append(all, g)
		if slices.ContainsFunc(group.Connectors, func(k network.ConnectorID) bool { return net.Connectors[k].Turn == network.Through }) {
			groups = append(groups, g)
		}
	}
	if len(groups) == 0 {
		return all
	}
	return groups
}

// queueRecorder observes an approach.
type queueRecorder struct {
	edge     network.EdgeID
	lamp     lamp
	time     []float64
	queue    []int32
	occupied []bool
	buffer   []traffic.VehicleState
	next     float64
}

// Observe samples once a second.
func (q *queueRecorder) Observe(r *scenarios.Run) {
	q.lamp.note(r.Aspects(), r.Time())
	if r.Time() < q.next-1e-6 {
		return
	}
	q.next++
	net := r.Net()
	longest, occupied := int32(0), false
	q.buffer = r.World().AppendVehicles(q.buffer[:0])
	track, place := network.TrackID(-1), int32(0)
	for i := range q.buffer {
		v := &q.buffer[i]
		lane, ok := net.LaneOf(v.Track)
		if !ok || net.Lanes[lane].Edge != q.edge {
			continue
		}
		if v.Track != track {
			track, place = v.Track, 0
		}
		place++ // most downstream first
		if v.V < standing {
			longest = max(longest, place)
		}
		if v.S > net.Lanes[lane].Length-detector {
			occupied = true
		}
	}
	q.time, q.queue, q.occupied = append(q.time, r.Time()), append(q.queue, longest), append(q.occupied, occupied)
}

// cycles returns the whole cycles that were seen.
func (d *Queues) cycles() (list []Cycle) {
	var reds []float64 // at which green, with its amber, had ended
	for i := 1; i < len(d.Shown); i++ {
		if d.Shown[i].Aspect == signals.Red && d.Shown[i-1].Aspect != signals.Red {
			reds = append(reds, d.Shown[i].From)
		}
	}
	for i := 1; i < len(reds); i++ {
		list = append(list, d.cycle(reds[i-1], reds[i]))
	}
	return list
}

func (d *Queues) cycle(from, to float64) Cycle {
	c := Cycle{From: from, To: to}
	green, used, occupied, samples := 0.0, 0.0, 0.0, 0.0
	for i, t := range d.Time {
		if t < from || t >= to {
			continue
		}
		samples++
		c.Longest = max(c.Longest, d.Queue[i])
		c.Left = d.Queue[i]
		isGreen := slices.ContainsFunc(d.Shown, func(v Interval) bool { return v.Aspect == signals.Green && v.From <= t && t < v.To })
		if isGreen {
			green++
		}
		if d.Occupied[i] {
			occupied++
			if isGreen {
				used++
			}
		}
	}
	c.Red = samples - green
	c.GreenUsed, c.Occupancy = used/math.Max(1, green), occupied/math.Max(1, samples)
	return c
}

// SVG returns the picture: the queue over time above, and below it, cycle by cycle, the longest queue and what was left of
// it, and how much of green and cycle the detectors were occupied.
func (d *Queues) SVG() []byte {
	const top, first, gap, second, bottom = 84.0, 230.0, 74.0, 200.0, 66.0
	c := begin(top+first+gap+second+bottom, d.Title, d.About)
	x := axis{d.Begin, d.End, 70, width - 60}
	most := 4.0
	for _, q := range d.Queue {
		most = math.Max(most, float64(q)*1.08)
	}
	y := axis{0, most, top + first, top}
	d.grid(c, x, y, "vehicles in the longest lane")
	xs, ys := make([]float64, 0, 2*len(d.Time)), make([]float64, 0, 2*len(d.Time))
	for i, t := range d.Time {
		if i > 0 {
			xs, ys = append(xs, x.of(t)), append(ys, ys[len(ys)-1])
		}
		xs, ys = append(xs, x.of(t)), append(ys, y.of(float64(d.Queue[i])))
	}
	c.curve(xs, ys, outColour, 1.3, "")
	fmt.Fprintf(c, `<clipPath id="strip"><rect x="%.1f" y="%.1f" width="%.1f" height="24"/></clipPath><g clip-path="url(#strip)">`, x.at, y.at, x.end-x.at)
	bars(c, x, y.at+9, 7, d.Shown)
	c.WriteString("</g>")
	c.label(x.at-6, y.at+17, "end", soft, smallText, "signal")
	for _, t := range x.ticks(10, 10, 30, 60, 120, 300, 600, 1800, 3600) {
		c.label(x.of(t), y.at+32, x.anchor(x.of(t)), ink, smallText, clock(t, d.End-d.Begin < 600))
	}
	c.label(x.at, top-6, "start", soft, smallText, "Back of the queue: vehicles from the stop line to the last that stands, longest lane")

	base := axis{0, most, top + first + gap + second, top + first + gap}
	share := axis{0, 1, base.at, base.end}
	d.grid(c, x, base, "vehicles")
	for i := range d.Cycles {
		k := &d.Cycles[i]
		left, w := x.of(k.From)+1.5, x.of(k.To)-x.of(k.From)-3
		c.box(left, base.of(float64(k.Longest)), w, base.at-base.of(float64(k.Longest)), "#c9ddec", outColour, 0.8)
		if k.Left > 0 {
			c.box(left, base.of(float64(k.Left)), w, base.at-base.of(float64(k.Left)), "url(#h-in)", inColour, 0.9)
		}
	}
	var mid, used, occupied []float64
	for i := range d.Cycles {
		k := &d.Cycles[i]
		mid = append(mid, x.of((k.From+k.To)/2))
		used, occupied = append(used, share.of(k.GreenUsed)), append(occupied, share.of(k.Occupancy))
	}
	c.curve(mid, used, lineColour, 1.6, "")
	c.curve(mid, occupied, ink, 1.2, "4 3")
	for i := range mid {
		fmt.Fprintf(c, `<circle cx="%.1f" cy="%.1f" r="2.6" fill="%s"/>`, mid[i], used[i], lineColour)
	}
	for _, v := range []float64{0, 0.25, 0.5, 0.75, 1} {
		c.label(x.end+8, share.of(v)+4, "start", lineColour, smallText, fmt.Sprintf("%.0f %%", 100*v))
	}
	c.label(x.at, base.end-6, "start", soft, smallText, fmt.Sprintf("Cycle by cycle (from red to red), detectors of %.0f m before the stop line", detector))
	d.legend(c, base.at+34)
	return c.end()
}

func (d *Queues) grid(c *canvas, x, y axis, label string) {
	for _, v := range y.ticks(5, 1, 2, 5, 10, 20, 50, 100, 200) {
		c.line(x.at, y.of(v), x.end, y.of(v), rule, 0.8, "")
		c.label(x.at-6, y.of(v)+4, "end", ink, smallText, fmt.Sprintf("%.0f", v))
	}
	fmt.Fprintf(c, `<text transform="translate(24 %.1f) rotate(-90)" text-anchor="middle" font-size="%g" fill="%s">%s</text>`, (y.at+y.end)/2, smallText, soft, label)
	c.box(x.at, y.end, x.end-x.at, y.at-y.end, "none", soft, 0.8)
}

func (d *Queues) legend(c *canvas, y float64) {
	at := 70.0
	for _, e := range []struct {
		text string
		draw func()
	}{
		{"longest queue of the cycle", func() { c.box(at, y-10, 20, 12, "#c9ddec", outColour, 0.8) }},
		{"left at the end of green", func() { c.box(at, y-10, 20, 12, "url(#h-in)", inColour, 0.9) }},
		{"green that was used", func() { c.line(at, y-4, at+20, y-4, lineColour, 1.6, "") }},
		{"occupancy of the cycle", func() { c.line(at, y-4, at+20, y-4, ink, 1.2, "4 3") }},
	} {
		e.draw()
		c.label(at+27, y, "start", ink, smallText, e.text)
		at += 27 + 0.53*smallText*float64(len(e.text)) + 24
	}
}
