package osmimport

import (
	"slices"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// openBarriers are the values of barrier that let motor vehicles pass unless tags say otherwise; all others stop them (as
// OSRM's car profile has it, which lists the same but for gates that swing and farm gates).
var openBarriers = map[string]bool{
	"": true, "no": true, "gate": true, "lift_gate": true, "swing_gate": true, "hampshire_gate": true, "sliding_gate": true,
	"toll_booth": true, "border_control": true, "entrance": true, "cattle_grid": true, "kerb": true, "sally_port": true,
	"arch": true, "height_restrictor": true, "checkpoint": true, "coupure": true, "spikes": true,
}

// busBarriers have a pit or a block between the tracks of a bus.
var busBarriers = map[string]bool{"bus_trap": true, "sump_buster": true}

// carParkHeight is the height in m of a height_restrictor without maxheight: that of the bars before car parks.
const carParkHeight = 2.1

// barrierOf returns whom a node of a road stops, and when. visitors is set if it lets cars pass that have business there.
func barrierOf(tags extract.Tags) (stops []closure, visitors bool) {
	kind := tags.Find("barrier")
	if kind == "" {
		return nil, false
	}
	a := admit(tags, "", func(class network.VehicleClass) leave {
		switch {
		case busBarriers[kind]:
			if class == network.Bus {
				return allowed
			}
			return forbidden
		case !openBarriers[kind], tags.Find("locked") == "yes":
			return forbidden
		case kind == "height_restrictor" && tags.Find("maxheight") == "" && bodies[class].height > carParkHeight:
			return forbidden
		}
		return allowed
	})
	if closed := network.AllClasses &^ a.permitted; closed != 0 {
		stops = append(stops, closure{closed, nil})
	}
	return append(stops, a.closures...), a.visitors.Has(network.Car)
}

// stopsAll reports whether nobody passes at any time.
func stopsAll(stops []closure) bool {
	return len(stops) > 0 && stops[0].classes == network.AllClasses && stops[0].when == nil
}

// barrier is a node that stops some on the roads through it.
type barrier struct {
	stops []closure
	// rank is that of the least of the roads that meet there: a gate at the mouth of a driveway, mapped on the node where it
	// leaves the street, does not close the street.
	rank network.RoadClass
}

// findBarriers reads the barriers on roads. Service roads with a gate for visitors are for visitors; such a gate on another
// road is taken for open, since streets behind it are often not mapped as private.
func (d *draft) findBarriers() {
	d.barriers = map[nodeRef]barrier{}
	for i := range d.roads {
		r := &d.roads[i]
		for _, n := range r.nodes {
			if d.nodes[n].tags.Find("barrier") == "" {
				continue
			}
			stops, forVisitors := barrierOf(d.nodes[n].tags)
			if len(stops) > 0 {
				d.barriers[n] = barrier{stops, max(d.barriers[n].rank, r.class)}
			}
			switch {
			case !forVisitors:
			case r.class == network.Service:
				r.look.dirs[0].accessOnly, r.look.dirs[1].accessOnly = true, true
			default:
				d.report.guess("private_gate_open")
				d.tell(Node, d.nodes[n].osm, "a gate for visitors on a %v: taken for open", r.class)
			}
		}
	}
}

// barrierOn returns what a node on a road stops there.
func (d *draft) barrierOn(r *road, n nodeRef) []closure {
	if b, ok := d.barriers[n]; ok && b.rank == r.class {
		return b.stops
	}
	return nil
}

// readBarriers forbids the barriers that let some pass to the others.
func (r *restricter) readBarriers() {
	for n := range r.arms {
		b, ok := r.barriers[nodeRef(n)]
		if !ok || len(r.arms[n]) < 2 {
			continue
		}
		for _, stop := range b.stops {
			for _, u := range r.arms[n] {
				for _, v := range r.arms[n] {
					from, to := driven{u.street, u.towards()}, driven{v.street, v.away()}
					s, t := &r.streets[u.street], &r.streets[v.street]
					if u.street != v.street && (s.class == b.rank || t.class == b.rank) &&
						s.dirs[from.dir].open() && t.dirs[to.dir].open() && !stopsAll(b.stops) {
						r.take(chain{[]driven{from, to}, stop.classes, stop.when})
					}
				}
			}
			r.tell(Node, r.nodes[n].osm, "stops %v, %v", stop.classes, stop.when)
		}
		r.report.rule("barriers")
	}
}

// closeAtTimes bans the edges that are closed to some at certain times.
func (d *draft) closeAtTimes() {
	for i := range d.streets {
		s := &d.streets[i]
		for dir, e := range d.edges[i] {
			way := &s.dirs[dir]
			for _, c := range way.closures {
				classes := c.classes & way.permitted()
				switch {
				case classes == 0:
				case e < 0:
					d.report.drop("closure", s.way.ID, "closed at times within a junction: "+c.when.String())
				default:
					d.report.rule("closed_at_times")
					d.tell(Way, s.way.ID, "closed to %v: %v", classes, c.when)
					d.spec.PathBans = append(d.spec.PathBans, network.BanSpec{Edges: []int32{e}, Classes: classes, When: c.when})
				}
			}
		}
	}
}

// sameClosures reports whether two streets are closed to the same classes at the same times.
func sameClosures(a, b []closure) bool {
	return slices.EqualFunc(a, b, func(p, q closure) bool { return p.classes == q.classes && slices.Equal(p.when, q.when) })
}
