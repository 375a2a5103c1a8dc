package dynamics

import (
	"fmt"

	"roadtwin/vehicles"
	"roadtwin/vehicles/tyre"
)

// Fitness is the technical state of one vehicle, where it is not that of its class. The zero value is a vehicle as its class,
// without faults. Envelopes, grips and bodies of unfit vehicles are made from the class that Of returns.
type Fitness struct {
	Tread           float64 // m, depth of the tyres' grooves; 0: as the class has it
	Winter          bool    // it has winter tyres
	NoABS           bool    // the anti-lock system is off, or there is none
	Lost            Circuit // brake circuit that has failed
	TrailerUnbraked bool    // the semitrailer's brakes do not work
	Fade            float64 // share of the brake force that heat has taken, 0 to 1: see Brakes.Fade
}

// Circuit is one of the two circuits of the service brake, by the way they are split.
type Circuit uint8

// The circuits.
const (
	NoCircuit       Circuit = iota
	FrontCircuit            // the front axle's
	RearCircuit             // that of all other axles
	DiagonalCircuit         // one front wheel's and the opposite rear wheel's: half of both axles
)

// Of returns class c as a vehicle in this state has it.
func (f Fitness) Of(c vehicles.Class) vehicles.Class {
	if f.Tread > 0 {
		c.Tyre.Tread = f.Tread
	}
	if f.Winter {
		c.Tyre.Winter = true
	}
	if f.NoABS {
		c.ABS = false
	}
	front, rest := c.BrakeBalance*c.BrakeMax, (1-c.BrakeBalance)*c.BrakeMax
	switch f.Lost {
	case FrontCircuit:
		front = 0
	case RearCircuit:
		rest = 0
	case DiagonalCircuit:
		front, rest = front/2, rest/2
	}
	if f.TrailerUnbraked && c.Articulation.Trailer > 0 {
		rest *= c.DrivenShare / (1 - c.FrontShare)
		c.Articulation.Unbraked = true
	}
	front, rest = front*(1-f.Fade), rest*(1-f.Fade)
	c.BrakeMax, c.BrakeBalance = front+rest, 0
	if front > 0 {
		c.BrakeBalance = front / (front + rest)
	}
	return c
}

// Faults says what is wrong, in the words of results: nothing, if there is no fault and the tyres are within the law.
func (f Fitness) Faults() (faults []string) {
	if f.Tread > 0 && f.Tread < tyre.WornTread {
		faults = append(faults, fmt.Sprintf("tread worn to %.0f mm", 1000*f.Tread))
	}
	if f.NoABS {
		faults = append(faults, "no ABS")
	}
	if f.Lost != NoCircuit {
		faults = append(faults, circuitNames[f.Lost]+" brake circuit failed")
	}
	if f.TrailerUnbraked {
		faults = append(faults, "trailer unbraked")
	}
	if f.Fade > 0 {
		faults = append(faults, fmt.Sprintf("brakes faded by %.0f %%", 100*f.Fade))
	}
	return faults
}

var circuitNames = [...]string{"no", "front", "rear", "diagonal"}

// Rounded returns f with fade in tenths and tread in whole millimetres, so that few kinds arise.
func (f Fitness) Rounded() Fitness {
	f.Fade = float64(int(f.Fade*10+0.5)) / 10
	if f.Tread > 0 {
		f.Tread = max(1, float64(int(f.Tread*1000+0.5))) / 1000
	}
	return f
}
