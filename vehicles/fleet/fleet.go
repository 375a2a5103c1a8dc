package fleet

import (
	"fmt"

	"roadtwin/network"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/dynamics"
)

// Shares are the states of the vehicles of one class. The zero value is a class without faults.
type Shares struct {
	// Tread is the depth of the tyres' grooves, m, at evenly spaced shares of the vehicles from those with the least on: two
	// numbers for depths spread evenly between them, three for the least, the median and the most, one for all; nil for what
	// the class has. In between it is linear.
	Tread []float64
	// Winter is the share that has winter tyres, NoABS the share whose anti-lock system is off, or that have none.
	Winter, NoABS float64
	// Lost is the share of which one brake circuit has failed.
	Lost float64
	// TrailersUnbraked is the share of semitrailers whose brakes do not work.
	TrailersUnbraked float64
	// Faded is the share whose brakes have lost some of their force, between Fade[0] and Fade[1] of it (0 to 1), before the
	// first time they are used.
	Faded float64
	Fade  [2]float64
}

// Fleet is the state of the vehicles of every class. The zero value is a fleet without faults.
type Fleet [network.NumVehicleClasses]Shares

// DefaultFade is what faded brakes have lost where nothing else is said: up to the 40 % that UN R13's type I test of repeated braking
// admits.
var DefaultFade = [2]float64{0.1, 0.4}

// MostTread is the deepest tread that a Shares may have, m.
const MostTread = 0.03

// Check returns an error that names what makes no sense.
func (f *Fleet) Check() error {
	for class := range f {
		if err := f[class].check(); err != nil {
			return fmt.Errorf("%v: %w", network.VehicleClass(class), err)
		}
	}
	return nil
}

func (s *Shares) check() error {
	for i, depth := range s.Tread {
		switch {
		case !(depth > 0 && depth <= MostTread):
			return fmt.Errorf("tread of %g m, want more than 0 and at most %g", depth, MostTread)
		case i > 0 && depth < s.Tread[i-1]:
			return fmt.Errorf("tread of %g m after %g m, want the least first", depth, s.Tread[i-1])
		}
	}
	for _, share := range [...]float64{s.Winter, s.NoABS, s.Lost, s.TrailersUnbraked, s.Faded} {
		if !(share >= 0 && share <= 1) {
			return fmt.Errorf("a share of %g, want 0 to 1", share)
		}
	}
	if !(s.Fade[0] >= 0 && s.Fade[0] <= s.Fade[1] && s.Fade[1] <= 1) {
		return fmt.Errorf("fade of %g to %g, want 0 to 1, the least first", s.Fade[0], s.Fade[1])
	}
	return nil
}

// IsFit reports whether all vehicles of the fleet are as their classes.
func (f *Fleet) IsFit() bool {
	for class := range f {
		s := &f[class]
		if s.Tread != nil || s.Winter > 0 || s.NoABS > 0 || s.Lost > 0 || s.TrailersUnbraked > 0 || s.Faded > 0 {
			return false
		}
	}
	return true
}

// What the numbers drawn for a vehicle decide. Never renumber one.
const (
	drawTread = iota
	drawWinter
	drawABS
	drawLost
	drawCircuit
	drawTrailer
	drawFaded
	drawFade
)

// Draw returns the technical state of a vehicle, as Fitness.Rounded has it. key is that of draw.TechnicalState.
func (f *Fleet) Draw(key draw.Key, id uint64, class network.VehicleClass) dynamics.Fitness {
	s := &f[class]
	var d dynamics.Fitness
	if s.Tread != nil {
		d.Tread = s.treadAt(key.Float64(id, drawTread))
	}
	d.Winter = key.Float64(id, drawWinter) < s.Winter
	d.NoABS = key.Float64(id, drawABS) < s.NoABS
	if key.Float64(id, drawLost) < s.Lost {
		d.Lost = circuitOf(class, key.Float64(id, drawCircuit))
	}
	d.TrailerUnbraked = class == network.ArticulatedLorry && key.Float64(id, drawTrailer) < s.TrailersUnbraked
	if key.Float64(id, drawFaded) < s.Faded {
		d.Fade = s.Fade[0] + float64(key.Float64(id, drawFade)*(s.Fade[1]-s.Fade[0]))
	}
	return d.Rounded()
}

// treadAt returns the depth of tread, m, below which a share u of the vehicles is.
func (s *Shares) treadAt(u float64) float64 {
	last := len(s.Tread) - 1
	if last == 0 {
		return s.Tread[0]
	}
	at := u * float64(last)
	i := min(int(at), last-1)
	return s.Tread[i] + float64((at-float64(i))*(s.Tread[i+1]-s.Tread[i]))
}

// circuitOf returns which circuit of a class has failed, by a number from 0 to 1: cars have theirs split diagonally, which keeps
// half of the front brakes whichever fails; all others by the axle (an assumption for vans).
func circuitOf(class network.VehicleClass, u float64) dynamics.Circuit {
	switch {
	case class == network.Car:
		return dynamics.DiagonalCircuit
	case u < 0.5:
		return dynamics.FrontCircuit
	}
	return dynamics.RearCircuit
}
