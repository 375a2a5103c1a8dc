package osmimport

import (
	"slices"
	"strings"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// busCount is the number of bus lanes of a direction that are only counted, not listed: lanes:bus, lanes:psv, busway.
type busCount struct{ kerb, offside int }

func (c busCount) total() int { return c.kerb + c.offside }

// countBusLanes counts the bus lanes of a direction that keys other than lists tell of. The keys lanes:bus and lanes:psv
// without a direction speak of one-way roads only.
func (l *laneReader) countBusLanes(dir int) busCount {
	var c busCount
	for _, key := range []string{"lanes:bus", "lanes:psv"} {
		if n, ok := laneCount(l.tags, key+directionSuffixes[dir]); ok {
			c.kerb = max(c.kerb, n)
		} else if n, ok := laneCount(l.tags, key); ok && l.oneway && dir == l.main {
			c.kerb = max(c.kerb, n)
		}
	}
	// busway:right and busway:left are sides of the way, not of the driver.
	sides := [2]string{"busway:right", "busway:left"}
	if l.side == network.LeftHand {
		sides[0], sides[1] = sides[1], sides[0]
	}
	kerb, offside := sides[dir], sides[1-dir]
	if l.oneway && dir != l.main {
		for _, key := range []string{"busway", "busway:both", kerb} {
			if l.tags.Find(key) == "opposite_lane" {
				c.kerb = max(c.kerb, 1)
			}
		}
		return c
	}
	for _, key := range []string{"busway", "busway:both", kerb} {
		if l.tags.Find(key) == "lane" {
			c.kerb = max(c.kerb, 1)
		}
	}
	if l.oneway && l.tags.Find(offside) == "lane" {
		c.offside = 1
	}
	return c
}

// contraflowLane reports whether tags tell of a bus lane against a one-way road, by lane counts or lists; suffix is that of
// the direction against its traffic.
func contraflowLane(tags extract.Tags, suffix string) bool {
	for _, key := range []string{"lanes:bus", "lanes:psv"} {
		if n, ok := laneCount(tags, key+suffix); ok && n > 0 {
			return true
		}
	}
	for _, key := range []string{"bus:lanes", "psv:lanes"} {
		if value := tags.Find(key + suffix); strings.Contains(value, "designated") || strings.Contains(value, "yes") {
			return true
		}
	}
	return false
}

// permission is a list that says who may use which lane.
type permission struct {
	key    string // without ":lanes"
	values []string
}

// permissionLists returns the lists that say who may use which lane of a direction.
func (l *laneReader) permissionLists(dir int) []permission {
	if len(l.lists) == 0 {
		return nil
	}
	var found []permission
	take := func(key string) {
		if values := l.wholeList(key+":lanes", dir); values != nil &&
			!slices.ContainsFunc(found, func(p permission) bool { return p.key == key }) {
			found = append(found, permission{key, values})
		}
	}
	for _, keys := range accessKeys {
		for _, key := range keys {
			take(key)
		}
	}
	for _, key := range []string{"bicycle", "cycleway", "emergency"} {
		take(key)
	}
	return found
}

// permit returns the columns that the lists speak of with who may use them: for each class the most specific of its keys
// that says anything counts. A lane that is designated for buses or bicycles is theirs alone, unless another list
// speaks of the others.
func (l *laneReader) permit(dir int, lists []permission) []column {
	size := 0
	for _, p := range lists {
		size = max(size, len(p.values))
	}
	size = min(size, maxLanes)
	byKey := map[string][]string{}
	for _, p := range lists {
		if len(p.values) <= size {
			byKey[p.key] = p.values
		}
	}
	columns := l.general(dir, size)
	for i := range columns {
		at := func(key string) string {
			if values := byKey[key]; i < len(values) {
				return values[i]
			}
			return ""
		}
		columns[i].permit(at, l.who[dir])
	}
	return columns
}

// permit decides who of classes may use a lane, given the value of each key there.
func (c *column) permit(at func(key string) string, classes network.ClassSet) {
	bus := network.SetOf(network.Bus)
	cycles := at("bicycle") == "designated" || at("cycleway") == "lane" || at("cycleway") == "track" ||
		at("emergency") == "designated"
	buses := at("bus") == "designated" || at("psv") == "designated"
	for class := range network.NumVehicleClasses {
		value := ""
		for _, key := range accessKeys[class] {
			if value = at(key); value != "" && value != "none" {
				break
			}
			value = ""
		}
		one := network.SetOf(class)
		switch {
		case value != "":
			c.stated = network.Tagged
			if leaveOf(value, class) == forbidden {
				c.permitted &^= one
			} else if one == bus && classes&bus == 0 {
				c.permitted |= one // a bus lane on a road that is closed to buses otherwise
			}
		case cycles || buses:
			c.permitted &^= one
			c.stated = network.Tagged
		}
	}
}

// reserve returns the columns of a direction without lists of who may use them, with the bus lanes that are only counted
// at their edge of the road. It may take cycle lanes out of the arrows.
func (l *laneReader) reserve(dir, n int, source network.Provenance, arrows []string) ([]column, []string) {
	bus := l.busCounts[dir]
	size := n
	switch {
	case bus.total() == 0:
		if source == network.Defaulted && len(arrows) > 0 {
			size = len(arrows) // a list is better than a guess
		}
	case source == network.Defaulted:
		size = max(n+bus.total(), len(arrows))
	case n <= bus.total():
		size = n + bus.total() // they are not counted
	}
	if l.oneway && dir != l.main && !l.who[dir].Has(network.Car) {
		size, bus = max(n, bus.total()), busCount{} // all are bus lanes
	}
	columns := l.general(dir, min(max(size, 1), maxLanes))
	for i := range columns {
		if (i < bus.kerb || i >= len(columns)-bus.offside) && bus.total() < len(columns) {
			columns[i].permitted, columns[i].stated = network.SetOf(network.Bus), network.Derived
		}
	}
	return columns, l.withoutCycleLane(dir, len(columns), arrows)
}

// withoutCycleLane leaves a cycle lane at the kerb out of the arrows, where it makes them too many.
func (l *laneReader) withoutCycleLane(dir, n int, arrows []string) []string {
	if len(arrows) != n+1 || arrows[0] != "none" && arrows[0] != "" {
		return arrows
	}
	side := [2]string{"cycleway:right", "cycleway:left"}[dir]
	if l.side == network.LeftHand {
		side = [2]string{"cycleway:left", "cycleway:right"}[dir]
	}
	for _, key := range []string{"cycleway", "cycleway:both", side} {
		if l.tags.Find(key) == "lane" {
			return arrows[1:]
		}
	}
	return arrows
}
