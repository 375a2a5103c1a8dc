package osmimport

import (
	"strings"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// readSpeed reads the limits of both directions of a road, and of its lanes. Limits that hold for some vehicles or at
// some times only, and those that are advice, are counted and set aside; advice counts where nothing else is known.
func (d *draft) readSpeed(r *road) {
	d.countSpecialLimits(r)
	_, oneway := r.look.oneway()
	quiet := false
	for dir := range r.look.dirs {
		if !r.look.dirs[dir].open() {
			continue
		}
		r.look.dirs[dir].speed = d.taggedLimit(r, dir, quiet)
		d.readLaneSpeeds(r, dir, oneway)
		quiet = true
	}
}

// taggedLimit returns what the tags say of the limit of one direction.
func (d *draft) taggedLimit(r *road, dir int, quiet bool) speedTag {
	tags := r.way.Tags
	for _, key := range []string{"maxspeed" + directionSuffixes[dir], "maxspeed"} {
		value := tags.Find(key)
		if value == "" {
			continue
		}
		t, ok, strange := parseSpeed(value)
		if strange && !quiet {
			d.report.drop("maxspeed", r.way.ID, key+"="+value+" is no speed")
		}
		if ok {
			d.tell(Way, r.way.ID, "limit from %s=%s", key, value)
			return t
		}
	}
	for _, key := range []string{"maxspeed:type", "source:maxspeed", "maxspeed:source", "zone:maxspeed", "zone:traffic"} {
		value := tags.Find(key)
		if value == "" || key != "zone:maxspeed" && !strings.ContainsRune(value, ':') {
			continue // "sign", "markings": where it was seen, not what
		}
		if t, ok, _ := parseSpeed(value); ok {
			d.tell(Way, r.way.ID, "limit from %s=%s", key, value)
			return t
		}
	}
	if t, ok, _ := parseSpeed(tags.Find("maxspeed:advisory")); ok && t.limit > 0 {
		return speedTag{advice: t.limit}
	}
	return speedTag{}
}

// readLaneSpeeds sets the limits of the lanes for which maxspeed:lanes has one.
func (d *draft) readLaneSpeeds(r *road, dir int, oneway bool) {
	lanes := r.look.dirs[dir].lanes
	list := d.fromKerb(listFor(r.way.Tags, "maxspeed:lanes", dir, oneway), len(lanes), "maxspeed_lanes_mismatch")
	for i := range list {
		if list[i] == "" {
			continue
		}
		t, ok, strange := parseSpeed(list[i])
		if strange {
			d.report.drop("maxspeed", r.way.ID, "maxspeed:lanes has "+list[i]+", which is no speed")
		}
		if ok && t.limit > 0 {
			lanes[i].SpeedLimit, lanes[i].Source.SpeedLimit = t.limit, network.Tagged
		}
	}
}

// countSpecialLimits counts the roads with limits that the network cannot hold: it has one limit for everybody at all
// times.
func (d *draft) countSpecialLimits(r *road) {
	var conditional, byClass, variable bool
	for _, tag := range r.way.Tags {
		rest, ok := strings.CutPrefix(tag.Key, "maxspeed:")
		if !ok {
			continue
		}
		kind, _, _ := strings.Cut(rest, ":")
		switch {
		case strings.HasSuffix(rest, "conditional"):
			conditional = true
		case kind == "hgv" || kind == "goods" || kind == "bus" || kind == "psv" || kind == "coach" || kind == "trailer" ||
			kind == "motorcar" || kind == "motorcycle":
			byClass = true
		case kind == "variable":
			variable = isSet(tag.Value)
		}
	}
	switch r.way.Tags.Find("maxspeed") {
	case "signals", "variable":
		variable = true
	}
	if conditional {
		d.report.guess("speed_conditional")
	}
	if byClass {
		d.report.guess("speed_by_class")
	}
	if variable {
		d.report.guess("speed_variable")
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
				limit, source = d.defaultLimit(s, way.speed, dir), network.Defaulted
				switch {
				case way.speed.zone != "":
					source = network.Derived
				case way.speed.advice > 0:
					limit, source = min(limit, way.speed.advice), network.Derived
					d.report.guess("speed_advisory")
				default:
					d.report.guess("speed_limit")
				}
			}
			for l := range way.lanes {
				if lane := &way.lanes[l]; lane.SpeedLimit == 0 { // the lane has none of its own
					lane.SpeedLimit, lane.Source.SpeedLimit = limit, source
				}
			}
		}
	}
	return nil
}

// defaultLimit returns the limit in m/s where none is signed. What the law leaves open by class (links, service roads,
// arterials of American cities) is a guess of this program: see countryRules.
func (d *draft) defaultLimit(s *street, tag speedTag, dir int) float64 {
	r := d.rules
	if tag.country != "" && tag.country != d.country {
		r = rulesOf(tag.country)
	}
	_, oneway := s.oneway()
	switch tag.zone {
	case "urban", "nsl_restricted":
		return r.inTown(s, dir)
	case "nsl":
		if oneway && !s.link {
			return r.divided
		}
		return r.rural
	case "rural", "nsl_single":
		return r.rural
	case "motorway":
		return r.motorway
	case "trunk", "nsl_dual":
		return r.divided
	case "living_street":
		return r.livingStreet
	}
	urban := d.cells.builtUp(d, s) || litWithFootway(s.way.Tags)
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
	case s.class == network.Motorway && urban && r.urbanMotorway > 0:
		return r.urbanMotorway
	case s.class == network.Motorway:
		return r.motorway
	case s.class == network.Trunk && !s.link && divided && !urban:
		return r.divided
	case urban:
		return r.inTown(s, dir) + r.arterial[s.class]
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

// inTown returns the limit of a street in a built-up area: in some countries it depends on the number of lanes.
func (r *countryRules) inTown(s *street, dir int) float64 {
	if r.urbanNarrow > 0 && len(s.dirs[dir].lanes) == 1 && s.class > network.Trunk {
		return r.urbanNarrow
	}
	return r.urban
}

// litWithFootway reports whether a road has lamps and a footway: that is a street in a town, even where the map shows no
// houses (in Great Britain the lamps alone make it one: Road Traffic Regulation Act 1984, section 82).
func litWithFootway(tags extract.Tags) bool {
	if lit := tags.Find("lit"); lit != "yes" && lit != "24/7" && lit != "automatic" {
		return false
	}
	for _, key := range []string{"sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right"} {
		switch tags.Find(key) {
		case "yes", "both", "left", "right", "separate":
			return true
		}
	}
	return false
}
