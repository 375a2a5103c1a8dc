package sample

import (
	"fmt"
	"math"

	"roadtwin/network"
)

// CrossSpec describes one isolated junction. Zero values mean the defaults.
type CrossSpec struct {
	Arms        int     // 3 make a T; 4
	Lanes       int     // in each direction; 1
	ArmLength   float64 // m; 200
	SpeedLimit  float64 // m/s; 50 km/h
	DrivingSide network.DrivingSide
	// Control: with PriorityRoad the first arm and the one opposite are the main road and the others have Sign; with
	// Roundabout the arms meet on a ring of one or two lanes; Plain is taken as PrioritySide.
	Control network.JunctionKind
	Sign    network.Control // of the side roads under PriorityRoad; Yield
	// Arrows are the turns of each lane from the kerb on all arms; nil for none.
	Arrows []network.TurnSet
}

// Cross returns one junction, number 0, whose arms end at boundaries. Arm i leads away at i/Arms of a full turn from
// east, counter-clockwise (the arms of a T: east, north, west); its edges are 2i outward and 2i+1 inward. The ring of a
// roundabout has the edges after those, and junction 0 is where arm 0 meets it.
func Cross(c CrossSpec) *network.Spec {
	c.defaults()
	p := newPen(fmt.Sprintf("cross of %d arms, %v", c.Arms, c.Control), c.DrivingSide)
	angles := make([]float64, c.Arms)
	for i := range angles {
		angles[i] = 2 * math.Pi * float64(i) / float64(max(c.Arms, 4))
	}
	if c.Control == network.Roundabout {
		c.roundabout(p, angles)
		return p.spec
	}
	centre := p.junction(0, 0, c.Control)
	for i, a := range angles {
		c.arm(p, i, centre, a)
	}
	if c.Control == network.Signalised {
		p.signals(centre)
	}
	return p.spec
}

func (c *CrossSpec) defaults() {
	if c.Arms < 3 {
		c.Arms = 4
	}
	if c.Lanes < 1 {
		c.Lanes = 1
	}
	if c.ArmLength <= 0 {
		c.ArmLength = 200
	}
	if c.SpeedLimit <= 0 {
		c.SpeedLimit = cityLimit
	}
	if c.Sign == network.Free {
		c.Sign = network.Yield
	}
}

// arm draws arm i from junction j outward at the given angle.
func (c *CrossSpec) arm(p pen, i int, j int32, angle float64) {
	at := p.spec.Junctions[j].Position
	rim := p.boundary(round(at.X+c.ArmLength*math.Cos(angle)), round(at.Y+c.ArmLength*math.Sin(angle)))
	r := road{
		name: fmt.Sprintf("Arm %d", i), lanes: c.Lanes, limit: c.SpeedLimit, class: network.Tertiary, arrows: c.Arrows,
	}
	_, in := p.twoWay(j, rim, r)
	main := i == 0 || 2*i == max(c.Arms, 4)
	if c.Control == network.PriorityRoad && !main {
		p.spec.Edges[in].Sign = c.Sign
		p.spec.Edges[in].Rank--
	}
}

// round returns x on the grid of millimetres: sin π is not quite 0.
func round(x float64) float64 { return math.Round(x*1000) / 1000 }

func (c *CrossSpec) roundabout(p pen, angles []float64) {
	lanes := min(c.Lanes, 2)
	radius := max(12, 5*float64(c.Arms)) * float64(1+lanes) / 2 // m
	ring := newPen("", c.DrivingSide)
	ids := ring.roundabout(network.Point{}, radius, angles, lanes)
	p.spec.Junctions = append(p.spec.Junctions, ring.spec.Junctions...)
	for i, a := range angles {
		c.arm(p, i, ids[i], a)
	}
	p.spec.Edges = append(p.spec.Edges, ring.spec.Edges...)
}
