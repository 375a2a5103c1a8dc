package dynamics

import (
	"roadtwin/network"
	"roadtwin/vehicles/tyre"
)

// SpeedBins is the number of 1 m/s steps of an envelope; faster vehicles use the last entry.
const SpeedBins = 80

// Limits is what a vehicle can do at one speed on a level, straight road.
type Limits struct {
	Brake float32 // m/s², positive: the strongest deceleration the tyres and brakes give
	Drive float32 // m/s², the strongest acceleration that engine and tyres give; drag is paid already
}

// Envelope is what one class can do on one surface in one condition, by speed: At[i] holds at i m/s.
type Envelope struct {
	At [SpeedBins + 1]Limits
	// Lateral is the strongest lateral acceleration, m/s², at urban speed (10 m/s): tyre grip, or roll-over if that is less.
	Lateral float32
}

// Tables holds the envelopes of all classes on all surfaces in all conditions.
type Tables struct {
	Envelopes [network.NumVehicleClasses][network.NumSurfaces][tyre.NumConditions]Envelope
}
