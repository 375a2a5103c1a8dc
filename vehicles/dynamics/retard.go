package dynamics

import "roadtwin/vehicles"

// What slows a vehicle without its brakes on a descent, W/kg. Heavy vehicles: an endurance brake that holds 30 km/h on 7 %, as UN R13's
// type IIA test asks of coaches and of lorries with dangerous goods (that all have one is an assumption). Light ones: an engine
// in gear takes a tenth of what it gives at full throttle (an assumption).
const (
	enduranceSpeed, enduranceGrade = 30 / 3.6, 0.07
	engineDrag                     = 0.1
)

// Braked returns how hard the brakes of class c have worked, m/s² on average and at least 0, in dt seconds in which it has gone from
// speed before to after (m/s) on a gradient (rise over run, positive uphill): what air, rolling and the engine have not taken of the
// energy that it has lost.
func Braked(c *vehicles.Class, dt, before, after, gradient float64) float64 {
	mean := 0.5 * (before + after)
	if mean <= 0 {
		return 0
	}
	lost := (before-after)/dt - float64(gravity*gradient) // m/s², of height as well
	free := drag(c, mean) + float64(c.Rolling*gravity)
	return max(0, lost-free-retarding(c)/max(mean, enduranceSpeed))
}

// retarding returns what engine and endurance brake of class c take, W/kg.
func retarding(c *vehicles.Class) float64 {
	if c.Mass >= heavyMass {
		return gravity * enduranceGrade * enduranceSpeed
	}
	return engineDrag * c.Power / c.Mass
}
