package dynamics

import "roadtwin/vehicles"

// Heat is the state of a vehicle's brakes: how much hotter than the air they are. The zero value is cold.
//
// All brakes are one mass that takes up what braking takes from the vehicle and gives it to the air, faster the faster it
// drives: the model of the Grade Severity Rating System (T. T. Myers, I. L. Ashkenas, W. A. Johnson, FHWA-RD-79-116, 1980; W. A. Johnson,
// R. J. DiMarco, R. W. Allen, FHWA-RD-81-185, 1982). Its cooling rate for the drums of a laden five-axle combination, 1.23/h and 0.0256/h
// for each mph, is recalled; that such lorries had no retarders, and fade is what makes them run away, is as J. Transp. Eng. 115, 351 (1989)
// has it.
type Heat struct {
	Rise float64 // K above the air
}

// What the brakes of a kilogram of vehicle take up for each kelvin, J. Lorries: the System's 0.39 MJ/K for 36 t. Discs of light
// vehicles: 26 kg of iron under a compact car (an assumption).
const (
	heavyHeat, lightHeat = 10.8, 7.7
	heavyMass            = 3500.0 // kg, from which on a class is heavy
	// Cooling rates at rest and for each m/s, 1/s. Open discs cool four times as fast as drums (an assumption).
	coolingRest, coolingSpeed = 1.23 / 3600, 0.0256 / 0.44704 / 3600
	discCooling               = 4
)

// Step warms and cools the brakes of class c for dt seconds, during which it drives at v (m/s) and its brakes (not the engine, not
// the air) slow it by brake (m/s², >= 0).
func (h *Heat) Step(c *vehicles.Class, dt, v, brake float64) {
	capacity, cooling := heavyHeat, coolingRest+float64(coolingSpeed*v)
	if c.Mass < heavyMass {
		capacity, cooling = lightHeat, cooling*discCooling
	}
	h.Rise += float64(brake*v) / capacity * dt
	h.Rise /= 1 + float64(cooling*dt)
}

const (
	fadeFrom = 230.0 // K of rise: linings of 250 °C
	fadeTo   = 480.0
	fadeMost = 0.5
)

// Fade returns the share of the brake force that heat has taken: nothing up to some 250 °C, half from 500 °C on, linear
// between (an assumption, after the range of lining data in R. Limpert, Brake design and safety, SAE; UN R13's type I test admits the loss
// of 40 % after repeated braking). For Fitness.Fade.
func (h Heat) Fade() float64 {
	return min(fadeMost, max(0, fadeMost*(h.Rise-fadeFrom)/(fadeTo-fadeFrom)))
}
