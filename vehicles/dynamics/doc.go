// Package dynamics turns a vehicle class and a road into what the vehicle can do there: the strongest braking, pulling
// and cornering at each speed. It is solved once, for every class on every surface in every condition, into the envelope
// tables that the traffic step reads.
//
// A vehicle is a rigid body on two axles. Braking and pulling shift load between them, so how much grip an axle has
// depends on the acceleration, which depends on the grip: brakes.go and drive.go solve for it.
package dynamics

// gravity is standard gravity, m/s².
const gravity = 9.80665

// airDensity is that of the standard atmosphere at 15 °C, kg/m³.
const airDensity = 1.225
