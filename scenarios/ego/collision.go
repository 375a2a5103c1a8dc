package ego

import (
	"math"

	"roadtwin/vehicles/traffic"
)

// Collision is what the ego ran into, or was run into by.
type Collision struct {
	Kind         CollisionKind
	Striking     bool              // the ego ran into the other
	Other        traffic.VehicleID // NoVehicle if there is none
	ClosingSpeed float64           // m/s
	DeltaV       float64           // m/s, of the striking vehicle
}

// CollisionKind tells how two bodies met.
type CollisionKind uint8

// The kinds, by the angle between the two directions of travel.
const (
	NoCollision CollisionKind = iota
	RearEnd                   // less than 30 degrees, one behind the other
	SideSwipe                 // less than 30 degrees, side by side
	Crossing                  // 30 to 150 degrees
	HeadOn                    // more
	NumCollisionKinds
)

var collisionNames = [NumCollisionKinds]string{"none", "rear_end", "side_swipe", "crossing", "head_on"}

// String returns the name used in messages.
func (k CollisionKind) String() string {
	if k < NumCollisionKinds {
		return collisionNames[k]
	}
	return "unknown"
}

// collided notes the first collision of the ego.
func (w *World) collided(e *traffic.Event, striking bool) {
	c := &w.state.collision
	if c.Kind != NoCollision {
		return
	}
	other := e.Other
	if !striking {
		other = e.Vehicle
	}
	*c = Collision{Kind: w.kindOf(other), Striking: striking, Other: other, ClosingSpeed: e.ClosingSpeed, DeltaV: e.DeltaV}
}

// kindOf tells how the ego and another meet, from how they stand now. Who is gone already was ahead.
func (w *World) kindOf(other traffic.VehicleID) CollisionKind {
	a, okA := w.run.World().Vehicle(w.state.ego)
	b, okB := w.run.World().Vehicle(other)
	if !okA || !okB {
		return RearEnd
	}
	net := w.run.Net()
	p, q := net.PoseAt(a.Track, a.S, a.Lateral), net.PoseAt(b.Track, b.S, b.Lateral)
	turn := math.Abs(math.Remainder(p.Heading-q.Heading, 2*math.Pi))
	const degrees = math.Pi / 180
	switch {
	case turn > 150*degrees:
		return HeadOn
	case turn > 30*degrees:
		return Crossing
	}
	dx, dy := q.X-p.X, q.Y-p.Y
	aside := math.Abs(dy*math.Cos(p.Heading) - dx*math.Sin(p.Heading))
	along := math.Abs(dx*math.Cos(p.Heading) + dy*math.Sin(p.Heading))
	if apart := (classOf[a.Class].Width + classOf[b.Class].Width) / 2; aside > 0.5*apart && along < max(a.Length, b.Length) {
		return SideSwipe
	}
	return RearEnd
}
