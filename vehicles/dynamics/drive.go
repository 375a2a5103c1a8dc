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
// axle to the rear: z = mu (share ± z h/L), solved for z, and no more than lifts the front wheels.
func traction(c *vehicles.Class, mu float64) float64 {
	lever := c.CGHeight / c.Wheelbase
	switch c.Driven {
	case vehicles.FrontDriven:
		return gravity * mu * c.DrivenShare / (1 + mu*lever)
	case vehicles.RearDriven:
		lift := c.FrontShare / lever
		if mu*lever >= 1 {
			return gravity * lift
		}
		return gravity * min(mu*c.DrivenShare/(1-mu*lever), lift)
	}
	return gravity * mu * c.DrivenShare
}

// drag returns the deceleration in m/s² by the air at speed v (m/s).
func drag(c *vehicles.Class, v float64) float64 {
	return airDensity / 2 * c.DragArea * v * v / c.Mass
}
