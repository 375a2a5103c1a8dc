package tiles

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"roadtwin/network"
)

// markings draws what is painted on an edge: its sides, the lines between its lanes, stop lines and turn arrows.
func (d *draughtsman) markings(id network.EdgeID) {
	e := &d.net.Edges[id]
	all := d.net.EdgeLanes(id)
	side := d.offside()
	for i := range all {
		l := &all[i]
		toMiddle := d.line(offset(l.Shape, side*l.Width/2))
		switch {
		case i+1 < len(all):
			d.mark("divider", e, toMiddle)
		case e.Opposite == network.None:
			d.mark("kerb", e, toMiddle)
		case id < e.Opposite && e.Road <= network.Tertiary: // once for both directions; smaller streets have no line
			d.mark("centre", e, toMiddle)
		}
		if i == 0 {
			d.mark("kerb", e, d.line(offset(l.Shape, -side*l.Width/2)))
		}
		d.stopLine(e, l)
		d.arrow(e, e.FirstLane+network.LaneID(i))
	}
}

func (d *draughtsman) mark(kind string, e *network.Edge, g orb.Geometry) {
	props := geojson.Properties{"kind": kind}
	setIf(props, "layer", int(e.Layer), e.Layer != 0)
	d.add(newFeature(markings, markingsZoom, g, props).above(int(e.Layer)))
}

// stopLine draws a line across the end of a lane at which one must stop.
func (d *draughtsman) stopLine(e *network.Edge, l *network.Lane) {
	for c := range l.NumOut {
		control := d.net.Connectors[int32(l.FirstOut)+c].Control
		if control == network.Stop || control == network.Signal {
			n := len(l.Shape)
			d.mark("stop", e, d.line(across(l.Shape[n-2], l.Shape[n-1], l.Shape[n-1], l.Width)))
			return
		}
	}
}

const (
	// arrowTip is how far before the stop line an arrow's tip is, and arrowRoom the shortest lane that has one, m.
	arrowTip, arrowRoom = 6.0, 20.0
	// arrowLength and arrowBranch are the lengths of the shaft and of the part that turns off, arrowHead that of the
	// strokes of its head, m.
	arrowLength, arrowBranch, arrowHead = 4.0, 1.0, 0.7
)

// turnAngles are the directions of the arrows, rad, to the left of straight on.
var turnAngles = [network.NumTurns]float64{
	network.Through: 0, network.SlightLeft: 0.6, network.Left: 1.4, network.SharpLeft: 2.2, network.UTurn: math.Pi,
	network.SlightRight: -0.6, network.Right: -1.4, network.SharpRight: -2.2,
}

// arrow draws the turn arrow of a lane where lanes have to be chosen: an edge with several, before a junction.
func (d *draughtsman) arrow(e *network.Edge, id network.LaneID) {
	l := &d.net.Lanes[id]
	if e.NumLanes < 2 || l.Length < arrowRoom || d.net.Junctions[e.To].Kind == network.Plain {
		return
	}
	turns := l.Turns
	for _, c := range d.net.OutConnectors(id) {
		if l.Turns == 0 {
			turns |= 1 << c.Turn
		}
	}
	if turns == 0 {
		return
	}
	pose := d.net.PoseAt(id.Track(), l.Length-arrowTip-arrowLength, 0)
	sin, cos := math.Sincos(pose.Heading)
	place := func(p network.Point) orb.Point { // from ahead (X) and left (Y) of the arrow's foot
		return d.point(network.Point{X: pose.X + p.X*cos - p.Y*sin, Y: pose.Y + p.X*sin + p.Y*cos})
	}
	var strokes orb.MultiLineString
	for turn := range network.NumTurns {
		if turns.Has(turn) {
			for _, stroke := range arrowStrokes(turnAngles[turn]) {
				line := make(orb.LineString, len(stroke))
				for i, p := range stroke {
					line[i] = place(p)
				}
				strokes = append(strokes, line)
			}
		}
	}
	d.mark("arrow", e, strokes)
}

// arrowStrokes returns the lines of an arrow that turns by angle, with X ahead and Y to the left of its foot.
func arrowStrokes(angle float64) [][]network.Point {
	ahead := func(p network.Point, angle, length float64) network.Point {
		sin, cos := math.Sincos(angle)
		return network.Point{X: p.X + cos*length, Y: p.Y + sin*length}
	}
	bend := network.Point{X: arrowLength - arrowBranch}
	if angle == 0 {
		bend = network.Point{X: arrowLength / 2}
	}
	shaft := []network.Point{{}, bend}
	if math.Abs(angle) > math.Pi/2 { // round the bend
		bend = ahead(bend, angle/2, arrowBranch/2)
		shaft = append(shaft, bend)
	}
	length := arrowBranch
	if angle == 0 {
		length = arrowLength / 2
	}
	tip := ahead(bend, angle, length)
	back := math.Pi - 0.5
	return [][]network.Point{
		append(shaft, tip),
		{ahead(tip, angle+back, arrowHead), tip, ahead(tip, angle-back, arrowHead)},
	}
}
