// Package dynamics turns a vehicle class and a road into what the vehicle can do there: the strongest braking, pulling
// and cornering at each speed. It is solved once, for every class on every surface in every condition, into the envelope
// tables that the traffic step reads.
//
// A vehicle is a rigid body on two axles. Braking and pulling shift load between them, so how much grip an axle has
// depends on the acceleration, which depends on the grip: brakes.go and drive.go solve for it.
//
// Whoever asks for more than an envelope gives can be followed in sub-steps of a millisecond: Slide is the body in the plane, with
// turning wheels, ABS or locking, slip angles, a semitrailer, and what becomes of it. In a steady state it agrees with the
// envelopes. Fitness makes a class unfit (worn tyres, no ABS, a circuit lost, brakes faded by Heat), and a Catalogue keeps the
// tables of such vehicles.
//
// Left out: wheels of one side against the other (split friction, load transfer across in a bend other than tipping), stability
// programs that brake single wheels, the suspension, tyre relaxation, and the drag of deep water and snow.
package dynamics

// gravity is standard gravity, m/s².
const gravity = 9.80665

// airDensity is that of the standard atmosphere at 15 °C, kg/m³.
const airDensity = 1.225
