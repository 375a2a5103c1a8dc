package osmimport

import (
	"slices"
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

// leaves are the values of access keys. What is not among them is reported, and taken for allowed.
var leaves = map[string]leave{
	"yes": allowed, "permissive": allowed, "designated": allowed, "official": allowed, "public": allowed, "unknown": allowed,
	"discouraged": allowed, "variable": allowed, "toll": allowed, "hov": allowed, "motorcar": allowed, "motor_vehicle": allowed,
	"vehicle": allowed, "unsuitable": allowed, "tolls": allowed,
	"private": visitors, "destination": visitors, "customers": visitors, "customer": visitors, "delivery": visitors,
	"deliveries": visitors, "permit": visitors, "permits": visitors, "residents": visitors, "resident": visitors,
	"employees": visitors, "staff": visitors, "residential": visitors, "limited": visitors, "restricted": visitors,
	"service": visitors, "driveway": visitors, "guests": visitors, "visitors": visitors, "members": visitors,
	"no": forbidden, "agricultural": forbidden, "forestry": forbidden, "emergency": forbidden, "military": forbidden,
	"use_sidepath": forbidden, "foot": forbidden, "bicycle": forbidden, "none": forbidden, "taxi": forbidden,
	"agricultural_forestry": forbidden, "forest": forbidden, "disused": forbidden, "disabled": forbidden,
	"pedestrian": forbidden, "horse": forbidden,
}

// leaveOf returns what a value of an access key means to a class. Of several ("agricultural;destination") the most
// generous counts.
func leaveOf(value string, class network.VehicleClass) leave {
	l, _ := readLeave(value, class)
	return l
}

// readLeave is leaveOf that tells values which are not known.
func readLeave(value string, class network.VehicleClass) (l leave, known bool) {
	l = forbidden
	for part := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ';' || r == ',' }) {
		part = strings.ToLower(strings.TrimSpace(part))
		if users, ok := conditionClasses[part]; ok && part != "motor_vehicle" && part != "vehicle" && part != "motorcar" {
			known = true
			if users.Has(class) {
				l = allowed
			}
			continue
		}
		if one, ok := leaves[part]; ok {
			known = true
			l = min(l, one)
		}
	}
	if !known {
		return allowed, false
	}
	return l, true
}

// closure is when some classes may not drive in one direction of a street; nil for always.
type closure struct {
	classes network.ClassSet
	when    network.Schedule
}

// admission is who may drive in one direction of a way, or past a barrier.
type admission struct {
	permitted network.ClassSet // at some time of the week
	visitors  network.ClassSet // of them, those who need business there
	closures  []closure        // of permitted, at certain times
	notes     []string         // what was not understood
}

// level is what one key says: a value, and others under conditions.
type level struct {
	base    string
	clauses []clause
}

// admit reads access and limits of weight and size in one direction (suffix ":forward", ":backward" or ""). byDefault
// tells what holds where no tag does.
func admit(tags extract.Tags, suffix string, byDefault func(network.VehicleClass) leave) (a admission) {
	for class := range network.NumVehicleClasses {
		levels, notes := levelsOf(tags, suffix, class)
		if class == network.Car {
			a.notes = append(a.notes, notes...)
		}
		l, closed := weigh(levels, class, byDefault(class))
		if l == forbidden {
			continue
		}
		a.permitted |= 1 << class
		if l == visitors {
			a.visitors |= 1 << class
		}
		if len(closed) > 0 {
			a.close(class, closed)
		}
	}
	out, unlessVisiting, strange := tooLarge(tags, suffix)
	for _, tag := range strange {
		a.notes = append(a.notes, tag+" is not a limit")
	}
	a.permitted &^= out
	a.visitors = (a.visitors | unlessVisiting) & a.permitted
	a.closures = slices.DeleteFunc(a.closures, func(c closure) bool { return c.classes&a.permitted == 0 })
	return a
}

// close adds a closure for one class, together with others at the same times.
func (a *admission) close(class network.VehicleClass, when network.Schedule) {
	for i := range a.closures {
		if slices.Equal(a.closures[i].when, when) {
			a.closures[i].classes |= 1 << class
			return
		}
	}
	a.closures = append(a.closures, closure{1 << class, when})
}

// levelsOf returns what the keys that rule over a class say, the most specific first, up to one that always decides.
func levelsOf(tags extract.Tags, suffix string, class network.VehicleClass) (levels []level, notes []string) {
	for _, key := range accessKeys[class] {
		if !mentions(tags, key) {
			continue
		}
		var l level
		for _, k := range directed(key, suffix) {
			if l.base == "" {
				l.base = tags.Find(k)
			}
			if value := tags.Find(k + ":conditional"); value != "" && l.clauses == nil {
				var strange []string
				l.clauses, strange = parseConditional(value)
				for _, s := range strange {
					notes = append(notes, k+":conditional: "+s)
				}
			}
		}
		if l.base != "" {
			if _, known := readLeave(l.base, class); !known {
				notes = append(notes, key+"="+l.base+" is not known: taken for yes")
			}
		}
		if l.base != "" || len(l.clauses) > 0 {
			levels = append(levels, l)
		}
		if l.base != "" {
			break
		}
	}
	return levels, notes
}

// directed returns the keys that speak of one direction, and of both.
func directed(key, suffix string) []string {
	if suffix == "" {
		return []string{key}
	}
	return []string{key + suffix, key}
}

// weigh returns what levels leave a class at some time of the week, and when it may not drive all the same; nil for never.
func weigh(levels []level, class network.VehicleClass, byDefault leave) (best leave, closed network.Schedule) {
	edges := []int{0}
	for _, l := range levels {
		for _, c := range l.clauses {
			for _, span := range c.when {
				edges = append(edges, int(span.From), int(span.To))
			}
		}
	}
	slices.Sort(edges)
	edges = append(slices.Compact(edges), weekMinutes)
	best = forbidden
	for k := 1; k < len(edges); k++ {
		if edges[k] == edges[k-1] {
			continue
		}
		l := leaveAt(levels, class, edges[k-1], byDefault)
		best = min(best, l)
		if l == forbidden {
			closed = append(closed, network.Span{From: uint16(edges[k-1]), To: uint16(edges[k])})
		}
	}
	return best, closed.Normalised()
}

// leaveAt returns what levels leave a class at a minute of the week.
func leaveAt(levels []level, class network.VehicleClass, minute int, byDefault leave) leave {
	for _, l := range levels {
		for _, c := range slices.Backward(l.clauses) {
			if !c.classes.Has(class) || c.when != nil && !c.when.Active(float64(minute)*60) {
				continue
			}
			found := leaveOf(c.value, class)
			if c.visitor {
				if found == forbidden {
					continue // "no @ destination" makes no sense
				}
				found = visitors
			}
			return found
		}
		if l.base != "" {
			return leaveOf(l.base, class)
		}
	}
	return byDefault
}

// admitRoad returns who may drive in one direction of a way.
func admitRoad(tags extract.Tags, suffix string) admission {
	busway := tags.Find("highway") == "busway" || tags.Find("highway") == "service" && tags.Find("service") == "bus"
	if tags.Find("service") == "emergency_access" {
		return admission{}
	}
	a := admit(tags, suffix, func(class network.VehicleClass) leave {
		if busway && class != network.Bus {
			return forbidden
		}
		return allowed
	})
	if forAccess(tags) {
		a.visitors = a.permitted
	}
	return a
}

// forAccess reports whether a way is a service road that leads to places only and that nobody drives through: the aisles of
// car parks, driveways, drive-throughs and alleys. Aisles stay in the network, since trips to car parks end there.
func forAccess(tags extract.Tags) bool {
	if tags.Find("highway") != "service" {
		return false
	}
	for part := range strings.SplitSeq(tags.Find("service"), ";") {
		switch strings.ReplaceAll(strings.ToLower(strings.TrimSpace(part)), "-", "_") {
		case "parking_aisle", "driveway", "alley", "drive_through", "parking", "drive_thru", "aisle", "slipway", "fire_lane":
			return true
		}
	}
	return false
}

// readAccess returns who may drive along a road and against it, of the directions that are open, and notes when it is closed.
func (d *draft) readAccess(r *road, open [2]bool, reversible bool) (who [2]network.ClassSet) {
	tags := r.way.Tags
	byTime, closed, notes, ok := directionsByTime(tags, r.class)
	switch {
	case ok:
		open = byTime
		d.report.guess("direction_by_time")
	case reversible:
		// Nobody can tell when it runs which way: it stays as it was drawn, all week.
		d.report.guess("reversible")
		d.tell(Way, r.way.ID, "reversible, without the times: open along the way")
	case tags.Find("oneway") == "alternating":
		d.report.guess("alternating") // one at a time: taken for a lane each way
	}
	for dir, suffix := range directionSuffixes {
		if !open[dir] {
			continue
		}
		a := admitRoad(tags, suffix)
		way := &r.look.dirs[dir]
		who[dir], way.accessOnly, way.closures = a.permitted, a.accessOnly(), a.closures
		if len(closed[dir]) > 0 && a.permitted != 0 {
			way.closures = append(way.closures, closure{a.permitted, closed[dir]})
		}
		notes = append(notes, a.notes...)
		if a.permitted != network.AllClasses {
			d.tell(Way, r.way.ID, "%s: open to %v", suffix[1:], a.permitted)
		}
	}
	for i, note := range notes {
		if !slices.Contains(notes[:i], note) {
			d.report.drop("access_value", r.way.ID, note)
		}
	}
	return who
}

// accessOnly reports whether only those who have business there may drive: cars, or everybody where there are none.
func (a *admission) accessOnly() bool {
	if a.permitted.Has(network.Car) {
		return a.visitors.Has(network.Car)
	}
	return a.permitted != 0 && a.permitted&^a.visitors == 0
}

// openDirections returns which directions of a way are open at all. reversible is set for roads whose direction
// changes with the time of day: they are taken as open along the way unless oneway:conditional tells when.
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

// directionsByTime returns which directions of a way are open at some time, and when each of them is closed nevertheless,
// as oneway:conditional tells; ok is false without it, or if it holds always.
func directionsByTime(tags extract.Tags, class network.RoadClass) (open [2]bool, closed [2]network.Schedule, notes []string, ok bool) {
	value := tags.Find("oneway:conditional")
	if value == "" {
		return open, closed, nil, false
	}
	clauses, notes := parseConditional(value)
	along, against, reversible := openDirections(tags, class)
	base := [2]bool{along && !reversible, against && !reversible}
	edges := []int{0}
	for _, c := range clauses {
		for _, span := range c.when {
			edges = append(edges, int(span.From), int(span.To))
			ok = true
		}
	}
	slices.Sort(edges)
	edges = append(slices.Compact(edges), weekMinutes)
	for k := 1; k < len(edges); k++ {
		if edges[k] == edges[k-1] {
			continue
		}
		at := base
		for _, c := range slices.Backward(clauses) {
			if c.when == nil || c.when.Active(float64(edges[k-1])*60) {
				switch c.value {
				case "yes", "1", "true":
					at = [2]bool{true, false}
				case "-1", "reverse":
					at = [2]bool{false, true}
				case "no", "0", "false":
					at = [2]bool{true, true}
				}
				break
			}
		}
		for dir := range at {
			if at[dir] {
				open[dir] = true
			} else {
				closed[dir] = append(closed[dir], network.Span{From: uint16(edges[k-1]), To: uint16(edges[k])})
			}
		}
	}
	for dir := range closed {
		closed[dir] = closed[dir].Normalised()
	}
	return open, closed, notes, ok
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
