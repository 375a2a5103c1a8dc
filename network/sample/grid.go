package sample

import (
	"fmt"

	"roadtwin/network"
)

// GridSpec describes a grid of streets. Zero values mean the defaults.
type GridSpec struct {
	Columns, Rows int     // crossings in each direction; 3
	Spacing       float64 // m between crossings, and from the outer ones to the rim; 150
	Lanes         int     // in each direction; 2
	SpeedLimit    float64 // m/s; 50 km/h
	Signals       bool    // at every crossing; otherwise they are equal roads
	DrivingSide   network.DrivingSide
}

// Grid returns a grid of two-way streets whose outer ends are boundary junctions. Crossing (c, r) is junction
// r*Columns+c; columns run north, rows east.
func Grid(g GridSpec) *network.Spec {
	g.defaults()
	p := newPen(fmt.Sprintf("grid %d x %d", g.Columns, g.Rows), g.DrivingSide)
	for r := range g.Rows {
		for c := range g.Columns {
			p.junction(float64(c)*g.Spacing, float64(r)*g.Spacing, network.Plain)
		}
	}
	if g.Signals {
		for j := range p.spec.Junctions {
			p.spec.Junctions[j].Control = network.Signalised
			p.spec.Junctions[j].Controller = int32(j)
		}
	}
	for r := range g.Rows {
		y := float64(r) * g.Spacing
		ids := []int32{p.boundary(-g.Spacing, y)}
		for c := range g.Columns {
			ids = append(ids, int32(r*g.Columns+c))
		}
		ids = append(ids, p.boundary(float64(g.Columns)*g.Spacing, y))
		g.street(p, fmt.Sprintf("Row %d", r+1), ids)
	}
	for c := range g.Columns {
		x := float64(c) * g.Spacing
		ids := []int32{p.boundary(x, -g.Spacing)}
		for r := range g.Rows {
			ids = append(ids, int32(r*g.Columns+c))
		}
		ids = append(ids, p.boundary(x, float64(g.Rows)*g.Spacing))
		g.street(p, fmt.Sprintf("Column %d", c+1), ids)
	}
	return p.spec
}

func (g *GridSpec) defaults() {
	if g.Columns < 1 {
		g.Columns = 3
	}
	if g.Rows < 1 {
		g.Rows = 3
	}
	if g.Spacing <= 0 {
		g.Spacing = 150
	}
	if g.Lanes < 1 {
		g.Lanes = 2
	}
	if g.SpeedLimit <= 0 {
		g.SpeedLimit = cityLimit
	}
}

// street draws two-way roads from each junction to the next.
func (g *GridSpec) street(p pen, name string, ids []int32) {
	for i := 1; i < len(ids); i++ {
		p.twoWay(ids[i-1], ids[i], road{
			name: name, lanes: g.Lanes, limit: g.SpeedLimit, class: network.Tertiary,
		})
	}
}
