package dynamics

import (
	"sync"

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
func NewVehicle(c *vehicles.Class) *Vehicle { return newVehicle(c, peaks{}) }

func newVehicle(c *vehicles.Class, known peaks) *Vehicle {
	v := &Vehicle{Class: *c, Body: NewBody(c)}
	for surface := range v.Envelopes {
		for condition := range v.Envelopes[surface] {
			s, cond := network.Surface(surface), tyre.Condition(condition)
			v.Envelopes[surface][condition] = newEnvelope(c, s, cond, known)
			v.Grips[surface][condition] = newGrip(c, s, cond, known)
		}
	}
	return v
}

// Catalogue makes vehicles when they are first asked for and keeps them: a city has few kinds of faults. A vehicle takes
// some 10 ms and 170 kB, so ask outside of the step. It may be shared.
type Catalogue struct {
	classes [network.NumVehicleClasses]vehicles.Class
	mu      sync.Mutex
	made    map[order]*Vehicle
	known   peaks
}

type order struct {
	class   network.VehicleClass
	fitness Fitness
}

// NewCatalogue returns a catalogue of classes.
func NewCatalogue(classes [network.NumVehicleClasses]vehicles.Class) *Catalogue {
	return &Catalogue{classes: classes, made: make(map[order]*Vehicle), known: peaks{}}
}

// Vehicle returns class in a technical state, as Fitness.Rounded has it.
func (c *Catalogue) Vehicle(class network.VehicleClass, f Fitness) *Vehicle {
	o := order{class, f.Rounded()}
	c.mu.Lock()
	defer c.mu.Unlock()
	if v := c.made[o]; v != nil {
		return v
	}
	fit := o.fitness.Of(c.classes[class])
	v := newVehicle(&fit, c.known)
	c.made[o] = v
	return v
}
