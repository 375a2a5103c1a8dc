package osmimport

import (
	"strconv"
	"strings"

	"roadtwin/network"
)

const (
	kmh  = 1 / 3.6
	mph  = 0.44704
	knot = 1852.0 / 3600
)

// speedTag is what the map says of a speed limit: a limit, a legal zone, or nothing.
type speedTag struct {
	limit float64 // m/s, 0 if none is given
	zone  string  // "urban", "rural", "motorway", ... if the limit is that of a zone
}

func (t speedTag) known() bool { return t.limit > 0 || t.zone != "" }

// walkingSpeed is the limit of maxspeed=walk (German "Schrittgeschwindigkeit": courts hold 4 to 7 km/h and accept 10).
const walkingSpeed = 7 * kmh

// unlimitedSpeed stands for maxspeed=none: what is recommended where nothing is forbidden (130 km/h, German
// Autobahn-Richtgeschwindigkeits-Verordnung § 1).
const unlimitedSpeed = 130 * kmh

// parseSpeed reads a value of maxspeed: "50", "30 mph", "5 knots", "none", "walk", "signals", "DE:urban",
// "DE:zone:30", and lists such as "50;40", of which the least counts. ok is false if it says nothing of use;
// strange is set if it cannot even be read.
func parseSpeed(value string) (t speedTag, ok, strange bool) {
	for part := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ';' || r == '|' }) {
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

// parseOneSpeed reads a single value in lower case; known is false if it makes no sense.
func parseOneSpeed(v string) (t speedTag, known bool) {
	switch v {
	case "signals", "variable", "sign", "implicit", "default", "national", "no", "unknown":
		return t, true // a limit exists, and the map does not say which
	case "none":
		return speedTag{limit: unlimitedSpeed}, true
	case "walk":
		return speedTag{limit: walkingSpeed}, true
	}
	if _, zone, ok := strings.Cut(v, ":"); ok {
		return parseZone(zone)
	}
	number := strings.TrimRight(v, " abcdefghijklmnopqrstuvwxyz/")
	unit, ok := speedUnits[strings.TrimSpace(v[len(number):])]
	x, err := strconv.ParseFloat(strings.Replace(number, ",", ".", 1), 64)
	if err != nil || !ok || !(x > 0) || x*unit > 250*kmh {
		return t, false
	}
	return speedTag{limit: max(x*unit, 5*kmh)}, true
}

var speedUnits = map[string]float64{
	"": kmh, "km/h": kmh, "kmh": kmh, "kph": kmh, "kmph": kmh, "mph": mph, "knots": knot, "knot": knot, "kt": knot,
}

// parseZone reads what follows the country in "DE:urban", "DE:zone:30", "DE:zone30", "GB:nsl_single".
func parseZone(zone string) (t speedTag, known bool) {
	if number, ok := strings.CutPrefix(strings.Replace(zone, ":", "", 1), "zone"); ok {
		x, err := strconv.ParseFloat(number, 64)
		if err != nil || x < 5 || x > 130 {
			return t, false
		}
		return speedTag{limit: x * kmh}, true
	}
	switch zone {
	case "urban", "rural", "motorway", "trunk", "living_street", "nsl_single", "nsl_dual", "nsl_restricted":
		return speedTag{zone: zone}, true
	case "bicycle_road":
		return speedTag{limit: 30 * kmh}, true
	}
	if x, err := strconv.ParseFloat(zone, 64); err == nil && x >= 5 && x <= 130 {
		return speedTag{limit: x * kmh}, true
	}
	return t, false
}

// readSpeed reads the limits of both directions of a road.
func (d *draft) readSpeed(r *road) {
	tags := r.way.Tags
	keys := [2][]string{
		{"maxspeed:forward", "maxspeed", "maxspeed:type", "source:maxspeed", "zone:maxspeed", "zone:traffic"},
		{"maxspeed:backward", "maxspeed", "maxspeed:type", "source:maxspeed", "zone:maxspeed", "zone:traffic"},
	}
	for dir := range keys {
		for k, key := range keys[dir] {
			value := tags.Find(key)
			if value == "" || k >= 2 && !strings.Contains(value, ":") {
				continue // "sign", "markings": where it was seen, not what
			}
			t, ok, strange := parseSpeed(value)
			if strange && k < 2 && dir == 0 {
				d.report.drop("maxspeed", r.way.ID, key+"="+value+" is no speed")
			}
			if ok {
				r.look.dirs[dir].speed = t
				break
			}
		}
	}
}

// limitSpeeds sets the limit of every lane: what the map says, or the default for its class, country and surroundings.
func (d *draft) limitSpeeds() error {
	for i := range d.streets {
		s := &d.streets[i]
		for dir := range s.dirs {
			way := &s.dirs[dir]
			if !way.open() {
				continue
			}
			limit, source := way.speed.limit, network.Tagged
			if limit == 0 {
				limit, source = d.defaultLimit(s, way.speed.zone, dir), network.Defaulted
				if way.speed.zone != "" {
					source = network.Derived
				} else {
					d.report.guess("speed_limit")
				}
			}
			for l := range way.lanes {
				way.lanes[l].SpeedLimit, way.lanes[l].Source.SpeedLimit = limit, source
			}
		}
	}
	return nil
}

// defaultLimit returns the limit in m/s where none is signed. What the law leaves open by class (links, service roads,
// arterials of American cities) is a guess of this program: see countryRules.
func (d *draft) defaultLimit(s *street, zone string, dir int) float64 {
	r := d.rules
	switch zone {
	case "urban", "nsl_restricted":
		return r.urban
	case "rural", "nsl_single":
		return r.rural
	case "motorway":
		return r.motorway
	case "trunk", "nsl_dual":
		return r.divided
	case "living_street":
		return r.livingStreet
	}
	urban := d.cells.builtUp(d, s)
	_, oneway := s.oneway()
	divided := oneway && !s.link
	switch {
	case s.roundabout:
		return min(r.urban, 50*kmh)
	case s.class == network.LivingStreet:
		return r.livingStreet
	case s.class == network.Service:
		return r.service
	case s.class == network.Motorway && s.link:
		return min(r.motorway, r.ramp)
	case s.class == network.Motorway:
		return r.motorway
	case s.class == network.Trunk && !s.link && divided && !urban:
		return r.divided
	case urban:
		return r.urban + r.arterial[s.class]
	case s.class == network.Residential:
		return min(r.rural, r.urban)
	case s.class == network.Unclassified:
		return min(r.rural, r.minor)
	case s.link:
		return min(r.rural, r.ramp)
	case divided && len(s.dirs[dir].lanes) > 1:
		return r.divided
	}
	return r.rural
}
