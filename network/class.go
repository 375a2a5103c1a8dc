package network

import "strings"

// VehicleClass is a kind of vehicle as far as the road cares: who may use which lane.
// Masses, engines and brakes of the classes are in package vehicles.
type VehicleClass uint8

// The vehicle classes.
const (
	Car VehicleClass = iota
	Van
	Bus
	RigidLorry
	ArticulatedLorry
	Motorcycle
	NumVehicleClasses
)

var classNames = [NumVehicleClasses]string{"car", "van", "bus", "rigid_lorry", "articulated_lorry", "motorcycle"}

// String returns the name used in scenario files, results and messages, such as "rigid_lorry".
func (c VehicleClass) String() string {
	if c < NumVehicleClasses {
		return classNames[c]
	}
	return "unknown"
}

// ParseVehicleClass returns the class of that name; ok is false if there is none.
func ParseVehicleClass(name string) (class VehicleClass, ok bool) {
	for i, n := range classNames {
		if n == name {
			return VehicleClass(i), true
		}
	}
	return 0, false
}

// ClassSet is a set of vehicle classes, one bit each.
type ClassSet uint16

// AllClasses contains every class.
const AllClasses ClassSet = 1<<NumVehicleClasses - 1

// Lorries are the classes that hgv tags speak of.
const Lorries = ClassSet(1<<RigidLorry | 1<<ArticulatedLorry)

// SetOf returns the set of the given classes.
func SetOf(classes ...VehicleClass) ClassSet {
	var s ClassSet
	for _, c := range classes {
		s |= 1 << c
	}
	return s
}

// Has reports whether c is in the set.
func (s ClassSet) Has(c VehicleClass) bool { return s&(1<<c) != 0 }

// String lists the classes, "car van" for instance.
func (s ClassSet) String() string {
	var names []string
	for c := range NumVehicleClasses {
		if s.Has(c) {
			names = append(names, c.String())
		}
	}
	return strings.Join(names, " ")
}
