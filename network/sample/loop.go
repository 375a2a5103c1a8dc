package sample

import (
	"fmt"
	"math"

	"roadtwin/network"
)

// LoopSpec describes a closed one-way road. Zero values mean the defaults.
type LoopSpec struct {
	Length     float64 // m along the middle of its lanes; 1000. At least 36 for each section, and straight at its joints from 50
	Lanes      int     // 1
	Sections   int     // edges, 2 or 4; 2
	SpeedLimit float64 // m/s; 50 km/h
}

// Loop returns a closed one-way road, counter-clockwise, whose edges 0, 1, 2, ... follow one another. It is a polygon with
// rounded corners: the edges meet in the middle of its straight sides, so that no connector is curved, and drivers have
// no reason to slow down anywhere.
func Loop(l LoopSpec) *network.Spec {
	l.defaults()
	p := newPen(fmt.Sprintf("loop of %g m", l.Length), network.RightHand)
	const points = 24 // of each corner
	n := float64(l.Sections)
	side := math.Min(30, 0.4*l.Length/n)
	corner := 2 * math.Pi / n
	// The polygon of points is as long as asked, not its arcs.
	radius := (l.Length/n - side) / (points * 2 * math.Sin(corner/points/2))
	at, heading := network.Point{}, 0.0
	move := func(distance float64) network.Point {
		at = network.Point{X: at.X + distance*math.Cos(heading), Y: at.Y + distance*math.Sin(heading)}
		return at
	}
	r := road{name: "Loop", lanes: l.Lanes, limit: l.SpeedLimit, class: network.Primary}
	vias := make([][]network.Point, l.Sections)
	for i := range l.Sections {
		p.junction(at.X, at.Y, network.Plain)
		vias[i] = append(vias[i], move(side/2))
		heading += corner / points / 2
		for range points {
			vias[i] = append(vias[i], move(radius*2*math.Sin(corner/points/2)))
			heading += corner / points
		}
		heading -= corner / points / 2
		move(side / 2)
	}
	for i := range l.Sections {
		r.via = vias[i]
		p.oneWay(int32(i), int32((i+1)%l.Sections), r)
	}
	return p.spec
}

func (l *LoopSpec) defaults() {
	if l.Length <= 0 {
		l.Length = 1000
	}
	if l.Lanes < 1 {
		l.Lanes = 1
	}
	if l.Sections != 4 { // sides along the axes: no rounding of coordinates bends a connector
		l.Sections = 2
	}
	if l.SpeedLimit <= 0 {
		l.SpeedLimit = cityLimit
	}
	l.Length = math.Max(l.Length, 36*float64(l.Sections))
}
