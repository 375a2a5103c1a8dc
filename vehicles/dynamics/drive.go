package dynamics

import "roadtwin/vehicles"

// fullThrottle returns the acceleration in m/s² of class c at speed v (m/s) on a level road where its driven tyres hold
// friction mu: the least of what the tyres hold, the start allows and the power gives, less drag and rolling
// resistance. It is negative where the resistance is stronger, and at most 0 from the top speed on.
func fullThrottle(c *vehicles.Class, mu, v float64) float64 {
	pull := min(traction(c, mu), c.DriveMax)
	if v > 0 {
		pull = min(pull, c.Power*c.DriveEfficiency/(c.Mass*v))
	}
	a := pull - drag(c, v) - c.Rolling*gravity
	if v >= c.TopSpeed {
		return min(a, 0)
	}
	return a
}

// traction returns the acceleration in m/s² that the driven tyres hold. A start moves z h/L of the weight from the front
// axle to the rear: z = mu (share ± z h/L), where of the load counts what the tyres make of it, solved for z, and no more
// than lifts the front wheels.
func traction(c *vehicles.Class, mu float64) float64 {
	lever := c.CGHeight / c.Wheelbase
	most := 2.0
	switch c.Driven {
	case vehicles.FrontDriven:
		lever = -lever
	case vehicles.RearDriven:
		most = c.FrontShare / lever
	default:
		lever = 0
	}
	lo, hi := 0.0, most
	for range 52 {
		z := (lo + hi) / 2
		if load := max(0, c.DrivenShare+float64(z*lever)); mu*c.Tyre.Carried(load, c.DrivenShare) > z {
			lo = z
		} else {
			hi = z
		}
	}
	return (lo + hi) / 2 * gravity
}

// drag returns the deceleration in m/s² by the air at speed v (m/s).
func drag(c *vehicles.Class, v float64) float64 {
	return airDensity / 2 * c.DragArea * v * v / c.Mass
}
