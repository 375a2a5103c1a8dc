// Package emission tells what vehicles burn and emit as they drive: fuel, carbon dioxide, nitrogen oxides and particles after the
// polynomials in speed and acceleration that SUMO fitted to the Handbook Emission Factors for Road Transport 3.1, and what electric
// ones draw from their battery and put back into it.
//
// The polynomials know no gradient, no cold start, no load and no wear of tyres and brakes. They are averages over the vehicles of a
// class in 2010 to 2020; a fleet's total is what they are for.
package emission
