package sample

import (
	"fmt"
	"math"

	"roadtwin/network"
)

// BendSpec describes a road with one bend. Zero values mean the defaults.
type BendSpec struct {
	Straight    float64 // m before the bend, and behind it; 200
	Radius      float64 // m, of the axis; 60
	Degrees     float64 // by which it turns to the left, 1 to 170; 90
	SpeedLimit  float64 // m/s; 50 km/h
	DrivingSide network.DrivingSide
}

// Bend returns a road of one lane in each direction that comes from the west, bends to the left, and goes on: edge 0 towards the bend and through it, 1 back.
func Bend(b BendSpec) *network.Spec {
	for _, f := range []struct {
		value    *float64
		standard float64
	}{{&b.Straight, 200}, {&b.Radius, 60}, {&b.Degrees, 90}} {
		if *f.value <= 0 {
			*f.value = f.standard
		}
	}
	angle := min(b.Degrees, 170) * math.Pi / 180
	p := newPen(fmt.Sprintf("bend of %g m", b.Radius), b.DrivingSide)
	centre := network.Point{X: b.Straight, Y: b.Radius}
	points := max(int(b.Radius*angle/3), 4)
	r := road{name: "Bend", lanes: 1, limit: b.SpeedLimit, class: network.Secondary}
	r.via = append([]network.Point{{X: b.Straight}}, arc(centre, b.Radius, -math.Pi/2, angle-math.Pi/2, points)...)
	out := network.Point{X: centre.X + b.Radius*math.Sin(angle), Y: centre.Y - b.Radius*math.Cos(angle)}
	r.via = append(r.via, out)
	from := p.boundary(0, 0)
	to := p.boundary(out.X+b.Straight*math.Cos(angle), out.Y+b.Straight*math.Sin(angle))
	p.twoWay(from, to, r)
	return p.spec
}
