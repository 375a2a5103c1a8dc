package dynamics

import (
	"roadtwin/network"
	"roadtwin/vehicles"
	"roadtwin/vehicles/tyre"
)

// gravelABS is the friction that ABS gets on loose ground, relative to a locked wheel: it keeps the wheel from ploughing,
// and stops become 27.2 % longer (NHTSA test-track study of light vehicle ABS).
const gravelABS = 1 / 1.272

// axleGrip is what one axle can get out of the road: used friction below the limit of slip, and friction past it.
type axleGrip struct{ rolling, sliding float64 }

// ploughs reports whether a locked wheel digs in: on loose ground that no snow or ice covers.
func ploughs(surface network.Surface, condition tyre.Condition) bool {
	return surface.Loose() && !condition.Frozen()
}

// grip returns what the wheels of class c can brake with on curve, loose ground or not, at speed v (m/s), where its highest
// friction is peak. With ABS it makes no difference whether the brakes could do more; without it the wheel locks.
func grip(c *vehicles.Class, curve tyre.Curve, peak float64, loose bool, v float64) axleGrip {
	locked := curve.Locked(v)
	switch {
	case !c.ABS:
		return axleGrip{rolling: peak, sliding: locked}
	case loose:
		return axleGrip{rolling: locked * gravelABS, sliding: locked * gravelABS}
	}
	return axleGrip{rolling: peak * c.ABSEfficiency, sliding: peak * c.ABSEfficiency}
}

// fullBraking returns the deceleration in m/s² of class c at full pedal on a level road with grip g, without drag.
//
// Its axles carry (front share ± z h/L) of the weight, z = deceleration/g, h the height of the centre of gravity, L the
// wheelbase; each gives the force its brake can, or that its tyres hold if that is less. z is where the forces it causes
// equal the forces that cause it.
func fullBraking(c *vehicles.Class, g axleGrip) float64 {
	front, rear := c.BrakeBalance*c.BrakeMax/gravity, (1-c.BrakeBalance)*c.BrakeMax/gravity
	lo, hi := 0.0, 2.0 // of gravity
	for range 52 {
		z := (lo + hi) / 2
		shift := z * c.CGHeight / c.Wheelbase
		if shift > 1-c.FrontShare { // the rear wheel lifts, and the rider lets go
			hi = z
			continue
		}
		force := axleForce(front, c.Tyre.Carried(c.FrontShare+shift, c.FrontShare), g) +
			axleForce(rear, c.Tyre.Carried(1-c.FrontShare-shift, 1-c.FrontShare), g)
		if force > z {
			lo = z
		} else {
			hi = z
		}
	}
	return (lo + hi) / 2 * gravity
}

// axleForce returns the brake force of an axle that carries load, as far as it counts, and whose brake gives brake, all relative to the
// vehicle's weight.
func axleForce(brake, load float64, g axleGrip) float64 {
	if brake <= g.rolling*load {
		return brake
	}
	return g.sliding * load
}
