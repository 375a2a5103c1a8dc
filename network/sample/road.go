package sample

import (
	"fmt"
	"math"

	"roadtwin/network"
)

// Ring returns a closed one-way loop of the given length (m, at least 20) and number of lanes, in two halves.
func Ring(length float64, lanes int) *network.Spec {
	p := newPen(fmt.Sprintf("ring of %g m", length), network.RightHand)
	length = max(length, 20)
	const points = 60 // of each half
	// The polygon of points is as long as asked, not its circle.
	radius := length / (4 * (points + 1) * math.Sin(math.Pi/(2*(points+1))))
	east, west := p.junction(radius, 0, network.Plain), p.junction(-radius, 0, network.Plain)
	r := road{name: "Ring", lanes: max(lanes, 1), class: network.Primary}
	r.via = arc(network.Point{}, radius, 0, math.Pi, points)
	p.oneWay(east, west, r)
	r.via = arc(network.Point{}, radius, math.Pi, 2*math.Pi, points)
	p.oneWay(west, east, r)
	return p.spec
}

// CorridorSpec describes a straight road. Zero values mean the defaults.
type CorridorSpec struct {
	Length     float64 // m of each section; 500
	Sections   int     // edges in a row; 1
	Lanes      int     // in each direction; 1
	SpeedLimit float64 // m/s; 50 km/h
	OneWay     bool
	// LanesOf are the lanes of each section, in place of Lanes, for lanes that are added and dropped.
	LanesOf     []int
	DrivingSide network.DrivingSide
}

// Corridor returns a straight road east from a boundary to a boundary. The edges eastward are 0, 1, 2, ... on a one-way
// road, 0, 2, 4, ... otherwise with their opposites between.
func Corridor(c CorridorSpec) *network.Spec {
	if c.Length <= 0 {
		c.Length = 500
	}
	if c.Sections < 1 {
		c.Sections = max(1, len(c.LanesOf))
	}
	p := newPen(fmt.Sprintf("corridor of %d x %g m", c.Sections, c.Length), c.DrivingSide)
	from := p.boundary(0, 0)
	for i := range c.Sections {
		x := float64(i+1) * c.Length
		var to int32
		if i == c.Sections-1 {
			to = p.boundary(x, 0)
		} else {
			to = p.junction(x, 0, network.Plain)
		}
		r := road{name: "Corridor", lanes: max(c.Lanes, 1), limit: c.SpeedLimit, class: network.Secondary}
		if i < len(c.LanesOf) {
			r.lanes = c.LanesOf[i]
		}
		if c.OneWay {
			p.oneWay(from, to, r)
		} else {
			p.twoWay(from, to, r)
		}
		from = to
	}
	return p.spec
}

// Ramps returns a one-way motorway of the given lanes, eastward from boundary to boundary, that an exit ramp leaves and
// an entry ramp joins 400 m farther on. Edges: 0 to 2 the motorway, 3 the exit, 4 the entry.
func Ramps(lanes int, side network.DrivingSide) *network.Spec {
	const (
		limit = 110 / 3.6
		ramp  = 60 / 3.6
	)
	p := newPen(fmt.Sprintf("motorway of %d lanes with ramps", lanes), side)
	kerb := -1.0 // y of the kerb side
	if side == network.LeftHand {
		kerb = 1
	}
	a, off, on, b := p.boundary(-500, 0), p.junction(0, 0, network.Plain), p.junction(400, 0, network.Plain), p.boundary(900, 0)
	main := road{name: "Motorway", lanes: max(lanes, 1), limit: limit, class: network.Motorway}
	p.oneWay(a, off, main)
	p.oneWay(off, on, main)
	p.oneWay(on, b, main)
	exit := road{name: "Exit", lanes: 1, limit: ramp, class: network.Motorway, link: true}
	exit.via = []network.Point{{X: 60, Y: kerb * 7}, {X: 120, Y: kerb * 22}}
	p.oneWay(off, p.boundary(180, kerb*60), exit)
	entry := road{name: "Entry", lanes: 1, limit: ramp, class: network.Motorway, link: true}
	entry.via = []network.Point{{X: 280, Y: kerb * 22}, {X: 340, Y: kerb * 7}}
	p.oneWay(p.boundary(220, kerb*60), on, entry)
	return p.spec
}
