package diagram

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"roadtwin/network"
)

// sketch is the plan of what a controller controls: its lanes near the junctions, and the ways through them.
type sketch struct {
	net        *network.Network
	lanes      []network.LaneID
	groups     []network.SignalGroupID
	centre     network.Point
	reach      float64 // m from the centre to the edge of the picture
	controller network.ControllerID
}

// around is how much of the lanes is drawn beyond the junctions, m.
const around = 32.0

func newSketch(net *network.Network, c network.ControllerID) *sketch {
	s := &sketch{net: net, controller: c, groups: net.Controllers[c].Groups}
	low := network.Point{X: math.Inf(1), Y: math.Inf(1)}
	high := network.Point{X: math.Inf(-1), Y: math.Inf(-1)}
	for _, j := range net.Controllers[c].Junctions {
		at := &net.Junctions[j]
		for _, e := range slices.Concat(at.In, at.Out) {
			for k := range net.Edges[e].NumLanes {
				s.lanes = append(s.lanes, net.Edges[e].FirstLane+network.LaneID(k))
			}
		}
		for k := at.FirstConnector; k < at.FirstConnector+network.ConnectorID(at.NumConnectors); k++ {
			for _, p := range net.Connectors[k].Shape {
				low.X, low.Y = math.Min(low.X, p.X), math.Min(low.Y, p.Y)
				high.X, high.Y = math.Max(high.X, p.X), math.Max(high.Y, p.Y)
			}
		}
	}
	s.centre = network.Point{X: (low.X + high.X) / 2, Y: (low.Y + high.Y) / 2}
	s.reach = math.Max(high.X-low.X, high.Y-low.Y)/2 + around
	return s
}

// draw draws the junctions into a square, with arrows where some groups let traffic go: dashed where it gives way to others
// that are green as well.
func (s *sketch) draw(c *canvas, x, y, side float64, green []network.SignalGroupID) {
	scale := side / 2 / s.reach
	to := func(p network.Point) (float64, float64) {
		return x + side/2 + (p.X-s.centre.X)*scale, y + side/2 - (p.Y-s.centre.Y)*scale
	}
	path := func(points []network.Point) string {
		var d strings.Builder
		for i, p := range points {
			px, py := to(p)
			fmt.Fprintf(&d, "%s%.1f %.1f", pen(i), px, py)
		}
		return d.String()
	}
	for _, l := range s.lanes {
		lane := &s.net.Lanes[l]
		fmt.Fprintf(c, `<path d="%s" stroke="%s" stroke-width="%.1f" fill="none"/>`, path(lane.Shape), paleRoad, math.Max(2, lane.Width*scale))
	}
	for _, j := range s.net.Controllers[s.controller].Junctions {
		at := &s.net.Junctions[j]
		for k := at.FirstConnector; k < at.FirstConnector+network.ConnectorID(at.NumConnectors); k++ {
			fmt.Fprintf(c, `<path d="%s" stroke="%s" stroke-width="%.1f" fill="none"/>`, path(s.net.Connectors[k].Shape), paleRoad, math.Max(2, 3*scale))
		}
	}
	for _, g := range s.groups {
		for _, k := range s.net.SignalGroups[g].Connectors {
			con := &s.net.Connectors[k]
			if slices.Contains(green, g) {
				continue
			}
			lane := &s.net.Lanes[con.From]
			ax, ay := to(lane.Shape[len(lane.Shape)-1])
			bx, by := to(lane.Shape[len(lane.Shape)-2])
			d := math.Max(1e-6, math.Hypot(bx-ax, by-ay))
			nx, ny := -(by-ay)/d*lane.Width*scale/2, (bx-ax)/d*lane.Width*scale/2
			c.line(ax-nx, ay-ny, ax+nx, ay+ny, redColour, 2.4, "")
		}
	}
	for _, g := range green {
		for _, k := range s.net.SignalGroups[g].Connectors {
			con := &s.net.Connectors[k]
			shape := slices.Concat(tail(s.net.Lanes[con.From].Shape, 9), con.Shape, head(s.net.Lanes[con.To].Shape, 7))
			dash := ""
			if s.givesWay(k, green) {
				dash = "4 3"
			}
			fmt.Fprintf(c, `<path d="%s" stroke="%s" stroke-width="2" fill="none" stroke-linejoin="round" marker-end="url(#tip)"%s/>`, path(shape), greenFill, dashed(dash))
		}
	}
}

// givesWay tells whether traffic of connector k has to let others go that are green at the same time.
func (s *sketch) givesWay(k network.ConnectorID, green []network.SignalGroupID) bool {
	for _, conflict := range s.net.ConflictsOf(k) {
		if conflict.Kind == network.Diverging || !conflict.Yields {
			continue
		}
		for _, g := range green {
			if slices.Contains(s.net.SignalGroups[g].Connectors, conflict.With) {
				return true
			}
		}
	}
	return false
}

// head returns the first metres of a line.
func head(shape []network.Point, metres float64) (part []network.Point) {
	for i, p := range shape {
		if i > 0 {
			d := math.Hypot(p.X-shape[i-1].X, p.Y-shape[i-1].Y)
			if d >= metres {
				f := metres / d
				return append(part, network.Point{X: shape[i-1].X + f*(p.X-shape[i-1].X), Y: shape[i-1].Y + f*(p.Y-shape[i-1].Y)})
			}
			metres -= d
		}
		part = append(part, p)
	}
	return part
}

// tail returns the last metres of a line.
func tail(shape []network.Point, metres float64) []network.Point {
	back := slices.Clone(shape)
	slices.Reverse(back)
	back = head(back, metres)
	slices.Reverse(back)
	return back
}
