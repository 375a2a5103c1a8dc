package dynamics

import (
	"sync"
	"sync/atomic"

	"roadtwin/network"
	"roadtwin/vehicles"
	"roadtwin/vehicles/tyre"
)

// Vehicle is everything that physics needs of a class in one technical state. What it has of a surface in a condition is solved when it
// is first asked for, in some 0.1 ms, and never changes.
type Vehicle struct {
	Class vehicles.Class
	Body  *Body

	envelopes [network.NumSurfaces][tyre.NumConditions]atomic.Pointer[Envelope]
	grips     [network.NumSurfaces][tyre.NumConditions]atomic.Pointer[Grip]
	solving   *sync.Mutex // also of known
	known     peaks
}

// NewVehicle returns class c.
func NewVehicle(c *vehicles.Class) *Vehicle { return newVehicle(c, new(sync.Mutex), peaks{}) }

func newVehicle(c *vehicles.Class, solving *sync.Mutex, known peaks) *Vehicle {
	return &Vehicle{Class: *c, Body: NewBody(c), solving: solving, known: known}
}

// Envelope returns what v can do on a surface in a condition; read only. It may be called from several goroutines.
func (v *Vehicle) Envelope(s network.Surface, c tyre.Condition) *Envelope {
	return solved(v, &v.envelopes[s][c], func() Envelope { return newEnvelope(&v.Class, s, c, v.known) })
}

// Grip returns what the tyres of v hold on a surface in a condition; read only. It may be called from several goroutines.
func (v *Vehicle) Grip(s network.Surface, c tyre.Condition) *Grip {
	return solved(v, &v.grips[s][c], func() Grip { return newGrip(&v.Class, s, c, v.known) })
}

// solved returns what is at a place of v, which it solves if it is the first to ask. Whoever does comes to the same.
func solved[T any](v *Vehicle, at *atomic.Pointer[T], solve func() T) *T {
	if x := at.Load(); x != nil {
		return x
	}
	v.solving.Lock()
	defer v.solving.Unlock()
	if x := at.Load(); x != nil {
		return x
	}
	x := solve()
	at.Store(&x)
	return &x
}

// Catalogue makes vehicles when they are first asked for and keeps them: a city has few kinds of faults. It may be shared.
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
	v := newVehicle(&fit, &c.mu, c.known)
	c.made[o] = v
	return v
}
