package dynamics

import (
	"roadtwin/network"
	"roadtwin/vehicles"
	"roadtwin/vehicles/tyre"
)

// Vehicle is everything that physics needs of a class in one technical state.
type Vehicle struct {
	Class     vehicles.Class
	Body      *Body
	Envelopes [network.NumSurfaces][tyre.NumConditions]Envelope
	Grips     [network.NumSurfaces][tyre.NumConditions]Grip
}

// NewVehicle solves the tables of class c.
func NewVehicle(c *vehicles.Class) *Vehicle {
	v := &Vehicle{Class: *c, Body: NewBody(c)}
	for surface := range v.Envelopes {
		for condition := range v.Envelopes[surface] {
			s, cond := network.Surface(surface), tyre.Condition(condition)
			v.Envelopes[surface][condition] = NewEnvelope(c, s, cond)
			v.Grips[surface][condition] = NewGrip(c, s, cond)
		}
	}
	return v
}

// Catalogue makes vehicles when they are first asked for and keeps them: a city has few kinds of faults. A vehicle takes
// some 20 ms and 170 kB, so ask outside of the step. It is not safe for concurrent use; the vehicles are.
type Catalogue struct {
	classes [network.NumVehicleClasses]vehicles.Class
	made    map[order]*Vehicle
}

type order struct {
	class   network.VehicleClass
	fitness Fitness
}

// NewCatalogue returns a catalogue of classes.
func NewCatalogue(classes [network.NumVehicleClasses]vehicles.Class) *Catalogue {
	return &Catalogue{classes, make(map[order]*Vehicle)}
}

// Vehicle returns class in a technical state. Fade is rounded to tenths, tread to whole millimetres, so that few kinds arise.
func (c *Catalogue) Vehicle(class network.VehicleClass, f Fitness) *Vehicle {
	f.Fade = float64(int(f.Fade*10+0.5)) / 10
	if f.Tread > 0 {
		f.Tread = max(1, float64(int(f.Tread*1000+0.5))) / 1000
	}
	o := order{class, f}
	if v := c.made[o]; v != nil {
		return v
	}
	fit := f.Of(c.classes[class])
	v := NewVehicle(&fit)
	c.made[o] = v
	return v
}
