package osmimport

import (
	"regexp"
	"strconv"
	"strings"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// body is what signs ask of a vehicle: the largest mass it may have, for limits are written for that, and its size.
type body struct {
	mass, axle            float64 // t: permitted mass, and that on the heaviest axle
	axles                 float64
	height, width, length float64 // m
}

// bodies are typical vehicles of the classes. Sizes are those of package vehicles; permitted masses and axle loads of buses
// and lorries, and the height of an articulated lorry, are the largest of Council Directive 96/53/EC, Annex I (two-axle motor
// vehicle 18 t, articulated vehicle with five axles 40 t, driving axle 11.5 t, height 4.00 m), vans the limit of UNECE
// category N1; cars and motorcycles are plausible values.
var bodies = [network.NumVehicleClasses]body{
	network.Car:              {2.0, 1.1, 2, 1.5, 1.8, 4.6},
	network.Van:              {3.5, 2.1, 2, 2.5, 2.05, 6.0},
	network.Bus:              {18, 11.5, 2, 3.08, 2.55, 11.95},
	network.RigidLorry:       {18, 11.5, 2, 3.8, 2.55, 9.5},
	network.ArticulatedLorry: {40, 11.5, 5, 4.0, 2.55, 16.5},
	network.Motorcycle:       {0.45, 0.3, 2, 1.4, 0.9, 2.2},
}

// measures are the names by which tags and conditions speak of bodies.
var measures = map[string]func(*body) float64{
	"weight": massOf, "weightrating": massOf, "gcweight": massOf, "gcweightrating": massOf, "grossweight": massOf,
	"maxweight": massOf, "maxweightrating": massOf, "maxgcweight": massOf, "maxgcweightrating": massOf,
	"axleload": axleOf, "maxaxleload": axleOf,
	"axles": func(b *body) float64 { return b.axles }, "maxaxles": func(b *body) float64 { return b.axles },
	"height": heightOf, "maxheight": heightOf, "width": widthAcross, "maxwidth": widthAcross,
	"length": lengthAlong, "maxlength": lengthAlong,
}

func massOf(b *body) float64      { return b.mass }
func axleOf(b *body) float64      { return b.axle }
func heightOf(b *body) float64    { return b.height }
func widthAcross(b *body) float64 { return b.width }
func lengthAlong(b *body) float64 { return b.length }

// classesWith returns the classes whose typical vehicle fulfils a comparison such as weight>3.5; ok is false if it speaks
// of something else than bodies, or in no known unit.
func classesWith(name, operator, value string) (classes network.ClassSet, ok bool) {
	measure, known := measures[name]
	limit, readable := parseQuantity(value)
	if !known || !readable {
		return 0, false
	}
	for class := range network.NumVehicleClasses {
		x := measure(&bodies[class])
		var holds bool
		switch operator {
		case ">":
			holds = x > limit
		case ">=":
			holds = x >= limit
		case "<":
			holds = x < limit
		case "<=":
			holds = x <= limit
		default:
			holds = x == limit
		}
		if holds {
			classes |= 1 << class
		}
	}
	return classes, true
}

// quantityUnits are the units of lengths in m, and of masses in t ("tons" are the short tons of American signs).
var quantityUnits = map[string]float64{
	"": 1, "m": 1, "metres": 1, "meters": 1, "cm": 0.01, "ft": 0.3048, "feet": 0.3048, "'": 0.3048, "in": 0.0254,
	"\"": 0.0254, "t": 1, "tonnes": 1, "tonne": 1, "mt": 1, "kg": 0.001, "lb": 0.00045359237, "lbs": 0.00045359237,
	"st": 0.90718474, "ton": 0.90718474, "tons": 0.90718474, "cwt": 0.05080234544,
}

var quantityPart = regexp.MustCompile(`^\s*([0-9]+(?:[.,][0-9]+)?)\s*(''|'|"|[a-z]*)`)

// parseQuantity reads a length in m or a mass in t: "3.5", "3,5 t", "7500 kg", "18 tons", "14'9\"", "13 ft 6 in".
func parseQuantity(value string) (x float64, ok bool) {
	rest := strings.TrimSpace(strings.ToLower(value))
	for rest != "" {
		m := quantityPart.FindStringSubmatch(rest)
		if m == nil {
			return 0, false
		}
		number, err := strconv.ParseFloat(strings.Replace(m[1], ",", ".", 1), 64)
		unit, known := quantityUnits[strings.Replace(m[2], "''", "\"", 1)]
		if err != nil || !known {
			return 0, false
		}
		x += number * unit
		rest = strings.TrimSpace(rest[len(m[0]):])
	}
	return x, x > 0 && x < 1e6
}

// noLimit are the values that say there is no limit, or none that is known.
var noLimit = map[string]bool{
	"none": true, "no": true, "default": true, "below_default": true, "no_indications": true, "no_sign": true,
	"unsigned": true, "unlimited": true, "unknown": true, "yes": true, "implicit": true, "legal": true, "physical": true,
}

// limitKeys are the keys of limits that close a way to classes.
var limitKeys = []string{
	"maxweight", "maxweightrating", "maxgcweight", "maxgcweightrating", "maxaxleload", "maxheight", "maxheight:physical",
	"maxwidth", "maxwidth:physical", "maxlength",
}

// mentions reports whether any key begins with that one.
func mentions(tags extract.Tags, key string) bool {
	for i := range tags {
		if strings.HasPrefix(tags[i].Key, key) {
			return true
		}
	}
	return false
}

// tooLarge returns the classes that a limit on the way or barrier with these tags keeps out in one direction (suffix
// ":forward", ":backward" or ""), those of them that may enter to deliver, and the limits that cannot be read.
func tooLarge(tags extract.Tags, suffix string) (out, unlessVisiting network.ClassSet, strange []string) {
	for _, key := range limitKeys {
		// Hardly any way has one: a state's ways are asked for 400,000 keys here otherwise.
		if !mentions(tags, key) {
			continue
		}
		measure := measures[strings.TrimSuffix(key, ":physical")]
		for class := range network.NumVehicleClasses {
			value, at := limitFor(tags, key, suffix, class)
			if value == "" || noLimit[value] {
				continue
			}
			limit, ok := parseQuantity(value)
			if !ok {
				if class == 0 {
					strange = append(strange, at+"="+value)
				}
				continue
			}
			if measure(&bodies[class]) <= limit {
				continue
			}
			if excepted(tags, key, class) {
				unlessVisiting |= 1 << class
			} else {
				out |= 1 << class
			}
		}
	}
	return out, unlessVisiting &^ out, strange
}

// limitFor returns the limit of key for a class: that for the class ("maxweightrating:hgv") before the general one, and
// that for the direction before that for both.
func limitFor(tags extract.Tags, key, suffix string, class network.VehicleClass) (value, at string) {
	for _, users := range accessKeys[class] {
		if value = tags.Find(key + ":" + users); value != "" {
			return value, key + ":" + users
		}
	}
	if suffix != "" {
		if value = tags.Find(key + suffix); value != "" {
			return value, key + suffix
		}
	}
	return tags.Find(key), key
}

// excepted reports whether a conditional limit lifts the limit of key for a class that has business there.
func excepted(tags extract.Tags, key string, class network.VehicleClass) bool {
	value := tags.Find(key + ":conditional")
	if value == "" {
		return false
	}
	clauses, _ := parseConditional(value)
	for _, c := range clauses {
		if c.visitor && c.classes.Has(class) && noLimit[c.value] {
			return true
		}
	}
	return false
}
