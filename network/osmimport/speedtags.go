package osmimport

import (
	"regexp"
	"strconv"
	"strings"
)

const (
	kmh  = 1 / 3.6
	mph  = 0.44704
	knot = 1852.0 / 3600
)

// speedTag is what the map says of a speed limit: a limit, a legal zone, or nothing.
type speedTag struct {
	limit   float64 // m/s, 0 if none is given
	zone    string  // "urban", "rural", "motorway", ... if the limit is that of a zone
	country string  // whose zone it is, as the tag has it
	advice  float64 // m/s: an advisory speed where nothing else is given
}

func (t speedTag) known() bool { return t.limit > 0 || t.zone != "" }

// walkingSpeed is the limit of maxspeed=walk (German "Schrittgeschwindigkeit": courts hold 4 to 7 km/h and accept 10).
const walkingSpeed = 7 * kmh

// unlimitedSpeed stands for maxspeed=none: what is recommended where nothing is forbidden (130 km/h, German
// Autobahn-Richtgeschwindigkeits-Verordnung § 1).
const unlimitedSpeed = 130 * kmh

// parseSpeed reads a value of maxspeed: "50", "30 mph", "5 knots", "none", "walk", "signals", "DE:urban", "DE:zone:30",
// with goodwill "max 50" or "30kmh?", and lists such as "50;40", of which the least counts. ok is false if it says
// nothing of use; strange is set if part of it cannot even be read.
func parseSpeed(value string) (t speedTag, ok, strange bool) {
	for _, part := range splitSpeeds(value) {
		one, known := parseOneSpeed(strings.ToLower(strings.TrimSpace(part)))
		if !known {
			strange = true
			continue
		}
		if one.known() && (!t.known() || one.limit > 0 && (t.limit == 0 || one.limit < t.limit)) {
			t = one
		}
	}
	return t, t.known(), strange
}

// splitSpeeds cuts a list; a comma separates two speeds of two figures and more ("50,40") and is a decimal point else.
func splitSpeeds(value string) []string {
	parts := strings.FieldsFunc(value, func(r rune) bool { return r == ';' || r == '|' })
	if commas := strings.Split(value, ","); len(parts) == 1 && len(commas) > 1 {
		for _, c := range commas {
			if x, err := strconv.Atoi(strings.TrimSpace(c)); err != nil || x < 10 {
				return parts
			}
		}
		return commas
	}
	return parts
}

// speedWords are values that are words.
var speedWords = map[string]speedTag{
	// A limit exists, and the map does not say which.
	"signals": {}, "variable": {}, "sign": {}, "signed": {}, "implicit": {}, "default": {}, "no": {}, "unknown": {},
	"markings": {}, "fixme": {}, "yes": {},
	"none": {limit: unlimitedSpeed}, "unlimited": {limit: unlimitedSpeed},
	"walk": {limit: walkingSpeed}, "walking": {limit: walkingSpeed}, "foot": {limit: walkingSpeed},
	"national": {zone: "nsl"}, "nsl": {zone: "nsl"}, "urban": {zone: "urban"}, "rural": {zone: "rural"},
	"motorway": {zone: "motorway"}, "trunk": {zone: "trunk"}, "living_street": {zone: "living_street"},
	"nsl_single": {zone: "nsl_single"}, "nsl_dual": {zone: "nsl_dual"}, "nsl_restricted": {zone: "nsl_restricted"},
	"expressway": {zone: "trunk"}, "pedestrian_zone": {zone: "living_street"}, "school": {},
	"bicycle_road": {limit: 30 * kmh},
}

var speedUnits = map[string]float64{
	"": kmh, "km/h": kmh, "kmh": kmh, "kph": kmh, "kmph": kmh, "km": kmh, "k": kmh, "kp/h": kmh,
	"mph": mph, "mp/h": mph, "m/h": mph, "mi/h": mph, "knots": knot, "knot": knot, "kt": knot, "kn": knot,
}

// speedNumber is a number with what people write around it.
var speedNumber = regexp.MustCompile(`^(?:max|limit|zone|ca|approx|[~<>=])*[ .:]*(\d+(?:[.,]\d+)?) ?([a-z/]*)[ .?!]*(?:\([^()]*\))?$`)

// countryPrefix is the beginning of "DE:urban", "BE-VLG:urban" and "US:CA:urban".
var countryPrefix = regexp.MustCompile(`^([a-z]{2})(?:-[a-z0-9]{1,3})?:(?:[a-z]{2,3}:)?(.+)$`)

// parseOneSpeed reads a single value in lower case; known is false if it makes no sense.
func parseOneSpeed(v string) (t speedTag, known bool) {
	if t, known = speedWords[v]; known {
		return t, true
	}
	if m := countryPrefix.FindStringSubmatch(v); m != nil {
		t, known = parseZone(m[1], m[2])
		if t.country = strings.ToUpper(m[1]); t.country == "UK" {
			t.country = "GB"
		}
		return t, known
	}
	m := speedNumber.FindStringSubmatch(v)
	if m == nil {
		return t, false
	}
	unit, ok := speedUnits[m[2]]
	x, err := strconv.ParseFloat(strings.Replace(m[1], ",", ".", 1), 64)
	if err != nil || !ok || !(x > 0) || x*unit > 250*kmh {
		return t, false
	}
	return speedTag{limit: max(x*unit, 5*kmh)}, true
}

// parseZone reads what follows the country in "DE:urban", "DE:zone:30", "DE:zone30", "GB:nsl_single", "GB:zone20".
func parseZone(country, zone string) (t speedTag, known bool) {
	unit := kmh
	if country == "gb" || country == "uk" || country == "us" { // numbers are mph there, as on the sign
		unit = mph
	}
	if number, ok := strings.CutSuffix(zone, "mph"); ok {
		zone, unit = strings.TrimSpace(number), mph
	}
	number := strings.TrimPrefix(strings.TrimPrefix(zone, "zone"), ":")
	if x, err := strconv.ParseFloat(number, 64); err == nil {
		if !(x >= 5 && x <= 130) {
			return t, false
		}
		return speedTag{limit: x * unit}, true
	}
	t, known = speedWords[zone]
	return t, known
}
