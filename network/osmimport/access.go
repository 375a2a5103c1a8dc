package osmimport

import (
	"strings"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// accessKeys are the keys that rule over a class, the most specific first (OpenStreetMap wiki, "Key:access": land
// transport hierarchy).
var accessKeys = [network.NumVehicleClasses][]string{
	network.Car:              {"motorcar", "motor_vehicle", "vehicle", "access"},
	network.Van:              {"goods", "motorcar", "motor_vehicle", "vehicle", "access"},
	network.Bus:              {"bus", "psv", "motor_vehicle", "vehicle", "access"},
	network.RigidLorry:       {"hgv", "motor_vehicle", "vehicle", "access"},
	network.ArticulatedLorry: {"hgv_articulated", "hgv", "motor_vehicle", "vehicle", "access"},
	network.Motorcycle:       {"motorcycle", "motor_vehicle", "vehicle", "access"},
}

// leave is what an access tag allows.
type leave uint8

const (
	allowed leave = iota
	visitors
	forbidden
)

// leaveOf returns what a value of an access key means to a class.
func leaveOf(value string, class network.VehicleClass) leave {
	first, _, _ := strings.Cut(value, ";")
	switch strings.TrimSpace(first) {
	case "no", "agricultural", "forestry", "emergency", "military", "use_sidepath", "foot", "bicycle", "none":
		return forbidden
	case "bus", "psv":
		if class != network.Bus {
			return forbidden
		}
	case "private", "destination", "customers", "customer", "delivery", "permit", "residents", "employees", "staff",
		"residential", "limited":
		return visitors
	}
	return allowed
}

// accessOf returns who may drive in one direction of a way (suffix ":forward" or ":backward"), and whether only those
// who have business there may.
func accessOf(tags extract.Tags, suffix string) (permitted network.ClassSet, accessOnly bool) {
	busway := tags.Find("highway") == "busway"
	everybody := true
	for class := range network.NumVehicleClasses {
		value := ""
		for _, key := range accessKeys[class] {
			if value = tags.Find(key + suffix); value != "" {
				break
			}
			if value = tags.Find(key); value != "" {
				break
			}
		}
		if busway && value == "" && class != network.Bus {
			continue
		}
		switch leaveOf(value, class) {
		case allowed:
			permitted |= 1 << class
		case visitors:
			permitted |= 1 << class
			if class == network.Car || !permitted.Has(network.Car) {
				everybody = false
			}
		}
	}
	switch tags.Find("service") {
	case "parking_aisle", "driveway", "alley", "drive-through", "drive_through":
		everybody = everybody && tags.Find("highway") != "service"
	case "emergency_access":
		return 0, false
	}
	return permitted, !everybody
}

// openDirections returns which directions of a way are open at all. reversible is set for roads whose direction
// changes with the time of day: they are taken as open along the way.
func openDirections(tags extract.Tags, class network.RoadClass) (along, against, reversible bool) {
	switch tags.Find("oneway") {
	case "yes", "true", "1":
		return true, false, false
	case "-1", "reverse":
		return false, true, false
	case "no", "false", "0", "alternating":
		return true, true, false
	case "reversible":
		return true, false, true
	}
	if isRing(tags) || class == network.Motorway {
		return true, false, false
	}
	return true, true, false
}

// contraflowBus reports whether buses may drive against a one-way street.
func contraflowBus(tags extract.Tags) bool {
	for _, key := range []string{"oneway:bus", "oneway:psv"} {
		if tags.Find(key) == "no" {
			return true
		}
	}
	for _, key := range []string{"busway", "busway:left", "busway:right"} {
		if tags.Find(key) == "opposite_lane" {
			return true
		}
	}
	return false
}

// blockingBarriers are the values of barrier that stop motor vehicles unless tags say otherwise.
var blockingBarriers = map[string]bool{
	"bollard": true, "block": true, "jersey_barrier": true, "chain": true, "log": true, "debris": true,
	"cycle_barrier": true, "motorcycle_barrier": true, "kissing_gate": true, "stile": true, "turnstile": true,
	"full-height_turnstile": true, "bus_trap": true, "sump_buster": true, "planter": true, "wall": true, "fence": true,
	"hedge": true, "ditch": true, "guard_rail": true, "bar": true,
}

// blocks reports whether a node of a road stops motor vehicles.
func blocks(tags extract.Tags) bool {
	barrier := tags.Find("barrier")
	if barrier == "" {
		return false
	}
	for _, key := range accessKeys[network.Car] {
		if value := tags.Find(key); value != "" {
			return leaveOf(value, network.Car) == forbidden
		}
	}
	return blockingBarriers[barrier]
}
