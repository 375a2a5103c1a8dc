package dynamics

import (
	"roadtwin/vehicles"
)

// Body is a vehicle as limit handling needs it: one rigid body on two axles, or a tractor of that kind that pulls a
// semitrailer on one more. All wheels of an axle are one (the single-track model: P. Riekert, T. E. Schunck, Zur
// Fahrmechanik des gummibereiften Kraftfahrzeugs, Ingenieur-Archiv 11, 1940). A Body never changes.
type Body struct {
	class vehicles.Class
	mass  float64 // kg, of everything

	// The body that steers, and the semitrailer, if any.
	units    [2]unit
	trailer  bool
	hitch    [2]float64 // m, place of the fifth wheel ahead of each unit's centre of gravity
	axles    [3]axle
	tip, arm float64 // m, half of the track and the square of the distance of the centre of gravity from the outer wheels, m²
}

// unit is one rigid body.
type unit struct {
	mass, inertia float64 // kg; kg m² about the vertical axis
}

// axle is what limit handling needs to know of one axle.
type axle struct {
	at    float64 // m ahead of its unit's centre of gravity
	share float64 // of the weight of its end of the vehicle: 1, but where two axles share the rear
	wheel float64 // kg, rotating inertia of its wheels over their radius squared
	brake float64 // share of the brake force of its end
	drive float64 // share of the drive force
}

const (
	// yawRadius is the radius of gyration about the vertical axis over the geometric mean of the distances of the
	// axles from the centre of gravity: its square lies between 0.8 and 1.1 for cars (M. Mitschke, H. Wallentowitz, Dynamik
	// der Kraftfahrzeuge, 2004, recalled); 1 is taken for all.
	yawRadius = 1.0
	// wheelShare is the rotating mass of all wheels and what turns with them, over the mass of the vehicle (FASTSim: 4
	// wheels of 0.815 kg m² and 0.336 m on 1553 kg are 0.019; heavier wheels carry heavier loads).
	wheelShare = 0.019
)

// NewBody returns the body of class c.
func NewBody(c *vehicles.Class) *Body {
	b := &Body{class: *c, mass: c.Mass, trailer: c.Articulation.Trailer > 0}
	if b.trailer {
		b.articulate()
	} else {
		front := (1 - c.FrontShare) * c.Wheelbase
		b.units[0] = rigid(c.Mass, front, c.Wheelbase-front)
		b.axles[0] = axle{at: front, share: 1, brake: 1}
		b.axles[1] = axle{at: front - c.Wheelbase, share: 1, brake: 1}
	}
	driven := 1
	if c.Driven == vehicles.FrontDriven {
		driven = 0
	}
	b.axles[driven].drive = 1
	shares := [3]float64{c.FrontShare, 1 - c.FrontShare, 1 - c.FrontShare}
	for i := range b.axles {
		b.axles[i].wheel = c.Mass * wheelShare * shares[i] * b.axles[i].share
	}
	if !c.Leans {
		b.tip = c.Track / 2
		b.arm = b.tip*b.tip + c.CGHeight*c.CGHeight
	}
	return b
}

// articulate places the axles and masses of a tractor and a semitrailer so that the class's loads rest on them.
func (b *Body) articulate() {
	c, a := &b.class, &b.class.Articulation
	rear := c.DrivenShare
	trailer := 1 - c.FrontShare - rear // share of the weight on its axles
	kingpin := (c.FrontShare+rear)*c.Mass - a.TractorMass
	mass := c.Mass - a.TractorMass
	// The centre of gravity of the tractor by itself, behind its front axle.
	own := (rear*c.Mass - kingpin*(a.Tractor-a.Hitch)/a.Tractor) / a.TractorMass * a.Tractor
	b.units[0] = rigid(a.TractorMass, own, a.Tractor-own)
	at := trailer * c.Mass / mass * a.Trailer // of the trailer's, behind the fifth wheel
	b.units[1] = rigid(mass, at, a.Trailer-at)
	b.hitch = [2]float64{own - a.Tractor + a.Hitch, at}
	b.axles[0] = axle{at: own, share: 1, brake: 1}
	b.axles[1] = axle{at: own - a.Tractor, share: rear / (1 - c.FrontShare), brake: rear / (1 - c.FrontShare)}
	b.axles[2] = axle{at: at - a.Trailer, share: trailer / (1 - c.FrontShare), brake: trailer / (1 - c.FrontShare)}
	if a.Unbraked {
		b.axles[1].brake, b.axles[2].brake = 1, 0
	}
}

// rigid returns a body of some mass (kg) whose centre of gravity lies so far from its ends (m).
func rigid(mass, front, rear float64) unit {
	return unit{mass, mass * yawRadius * front * rear}
}

// wheelbase returns the distance in m of the axles that steering turns it about.
func (b *Body) wheelbase() float64 { return b.axles[0].at - b.axles[1].at }
