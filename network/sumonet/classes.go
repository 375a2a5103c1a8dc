package sumonet

import (
	"strings"

	"roadtwin/network"
)

// vClasses are SUMO's vehicle classes that stand for ours in permissions: who opens or closes a lane for which of ours.
// The others (taxi, emergency, bicycle, rail, ...) say nothing about ours.
var vClasses = [network.NumVehicleClasses][]string{
	network.Car:              {"passenger", "private"},
	network.Van:              {"delivery"},
	network.Bus:              {"bus", "coach"},
	network.RigidLorry:       {"truck"},
	network.ArticulatedLorry: {"trailer"},
	network.Motorcycle:       {"motorcycle"},
}

// VClass returns the vehicle class of SUMO that a class is written as.
func VClass(c network.VehicleClass) string { return vClasses[c][0] }

// permitted returns the classes that the attributes allow and disallow of a lane or a connection let in.
func permitted(allow, disallow string) network.ClassSet {
	if allow != "" && allow != "all" {
		return named(allow)
	}
	if disallow == "all" {
		return 0
	}
	return network.AllClasses &^ shut(disallow)
}

// named returns the classes of which a list names one.
func named(list string) network.ClassSet {
	var set network.ClassSet
	for _, word := range strings.Fields(list) {
		for c, names := range vClasses {
			for _, n := range names {
				if n == word {
					set |= 1 << c
				}
			}
		}
	}
	return set
}

// shut returns the classes that a list names by the first of their names.
func shut(list string) network.ClassSet {
	var set network.ClassSet
	for _, word := range strings.Fields(list) {
		for c, names := range vClasses {
			if names[0] == word {
				set |= 1 << c
			}
		}
	}
	return set
}

// alwaysAllowed are classes of SUMO that have no class here and may drive wherever anybody may.
var alwaysAllowed = []string{"emergency", "authority", "army", "vip"}

// allowList returns the value of the attribute allow for a set of classes.
func allowList(set network.ClassSet) string {
	names := append([]string(nil), alwaysAllowed...)
	for c := range network.NumVehicleClasses {
		if set.Has(c) {
			names = append(names, vClasses[c]...)
		}
	}
	if set.Has(network.Car) {
		names = append(names, "hov", "taxi", "evehicle")
	}
	return strings.Join(names, " ")
}
