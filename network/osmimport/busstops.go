package osmimport

import (
	"cmp"
	"slices"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

const (
	stopReach    = 20.0 // m from the kerb to a bus stop beside the road
	sameStop     = 50.0 // m; a stop, its platform and its pole are not farther apart
	longPlatform = 40.0 // m from the middle of a platform to its front, at most
)

// stopKind tells what the map has of a bus stop, the most useful first.
type stopKind uint8

const (
	pole         stopKind = iota // highway=bus_stop beside the road: where the front of the bus stands
	stopPosition                 // on the road
	platform                     // where people wait
)

// mappedStop is an element of the map that is (a part of) a bus stop.
type mappedStop struct {
	kind  stopKind
	id    int64
	way   bool
	name  string
	area  int64 // the stop_area relation that it is in, 0 if none
	shape []network.Point
}

// calledStop is a stop on an edge.
type calledStop struct {
	*mappedStop
	at place
	// unsure says that the map does not tell on which side of a two-way street it is.
	unsure bool
}

// placeBusStops puts the bus stops on the edges: those beside the road on the nearest street whose kerb is on their
// side, those on the road on the direction that the map names. What the map has of one stop becomes one.
func (d *draft) placeBusStops() error {
	stops := d.mappedStops()
	if len(stops) == 0 {
		return nil
	}
	called := d.callAtKerb(stops)
	called = append(called, d.callOnRoad(stops)...)
	for _, c := range d.distinctStops(called) {
		spec := network.BusStopSpec{Edge: c.at.edge, Position: c.at.position, Name: c.name}
		if !c.way {
			spec.OSMNode = c.id
		}
		d.spec.BusStops = append(d.spec.BusStops, spec)
		d.tell(c.element(), c.id, "a bus stop %.0f m along the edge of way %d", c.at.position, d.spec.Edges[c.at.edge].OSMWay)
	}
	slices.SortStableFunc(d.spec.BusStops, func(p, q network.BusStopSpec) int {
		return cmp.Or(cmp.Compare(p.Edge, q.Edge), cmp.Compare(p.Position, q.Position), cmp.Compare(p.OSMNode, q.OSMNode))
	})
	return nil
}

func (m *mappedStop) element() ElementKind {
	if m.way {
		return Way
	}
	return Node
}

// mappedStops returns all that the map has of bus stops: nodes, then ways, by id.
func (d *draft) mappedStops() []mappedStop {
	areas := d.stopAreas()
	var stops []mappedStop
	for i := range d.x.Nodes {
		n := &d.x.Nodes[i]
		if kind, ok := stopOf(n.Tags); ok {
			stops = append(stops, mappedStop{
				kind: kind, id: n.ID, name: stopName(n.Tags), area: areas[extract.Member{Type: extract.NodeMember, Ref: n.ID}],
				shape: []network.Point{d.proj.ToLocal(n.Lon, n.Lat)},
			})
		}
	}
	find := selector{draft: d}
	for i := range d.x.Ways {
		w := &d.x.Ways[i]
		if kind, ok := stopOf(w.Tags); !ok || kind != platform {
			continue
		}
		m := mappedStop{
			kind: platform, id: w.ID, way: true, name: stopName(w.Tags),
			area: areas[extract.Member{Type: extract.WayMember, Ref: w.ID}],
		}
		for _, id := range w.Nodes {
			if at := find.find(id); at >= 0 {
				m.shape = append(m.shape, d.proj.ToLocal(d.x.Nodes[at].Lon, d.x.Nodes[at].Lat))
			}
		}
		if len(m.shape) > 0 {
			stops = append(stops, m)
		}
	}
	return stops
}

// stopAreas returns the stop_area relation of each member, by type and id.
func (d *draft) stopAreas() map[extract.Member]int64 {
	areas := map[extract.Member]int64{}
	for i := range d.x.Relations {
		if r := &d.x.Relations[i]; r.Tags.Find("public_transport") == "stop_area" {
			for _, m := range r.Members {
				areas[extract.Member{Type: m.Type, Ref: m.Ref}] = r.ID
			}
		}
	}
	return areas
}

// otherTransport are the keys that say of a platform or stop whom it serves, buses apart.
var otherTransport = []string{"tram", "train", "subway", "light_rail", "monorail", "ferry", "aerialway", "funicular", "railway"}

// stopOf returns what an element with these tags is of a bus stop (OpenStreetMap wiki, "Public transport").
func stopOf(tags extract.Tags) (kind stopKind, ok bool) {
	if len(tags) == 0 {
		return 0, false
	}
	highway, transport := tags.Find("highway"), tags.Find("public_transport")
	if highway != "bus_stop" && highway != "platform" && transport != "platform" && transport != "stop_position" {
		return 0, false
	}
	bus := highway == "bus_stop"
	for _, key := range []string{"bus", "trolleybus", "coach", "share_taxi"} {
		bus = bus || tags.Find(key) == "yes"
	}
	for _, key := range otherTransport {
		if !bus && isSet(tags.Find(key)) {
			return 0, false
		}
	}
	switch {
	case transport == "stop_position":
		return stopPosition, bus
	case highway == "bus_stop":
		return pole, true
	}
	return platform, true
}

func stopName(tags extract.Tags) string {
	if name := tags.Find("name"); name != "" {
		return name
	}
	return tags.Find("ref_name")
}

// callOnRoad puts the stops that are nodes of roads on the open directions of their streets, those that the map names.
func (d *draft) callOnRoad(stops []mappedStop) []calledStop {
	byID := map[int64]*mappedStop{}
	for i := range stops {
		if !stops[i].way {
			byID[stops[i].id] = &stops[i]
		}
	}
	var called []calledStop
	for _, n := range d.featureNodes(busStopFeature) {
		stop, ok := byID[d.nodes[n].osm]
		if !ok {
			continue
		}
		var here []calledStop
		sides := 0
		for _, a := range d.directionsOf(n, busStopFeature) {
			if at, ok := d.placeOf(n, a.driven); ok && d.busesRun(at.edge) {
				here = append(here, calledStop{stop, at, !a.named})
				sides++
			}
		}
		for i := range here {
			here[i].unsure = here[i].unsure && sides > 1
		}
		called = append(called, here...)
	}
	return called
}

func (d *draft) busesRun(e int32) bool {
	var who network.ClassSet
	for i := range d.spec.Edges[e].Lanes {
		who |= d.spec.Edges[e].Lanes[i].Permitted
	}
	return who.Has(network.Bus)
}

// distinctStops makes one stop of what the map has of it: pole, stop position and platform of one name or stop area, or
// without a name, on the same edge or on edges that follow each other. A stop position on a two-way street that does not
// say for which direction it is counts only where neither pole nor platform tell.
func (d *draft) distinctStops(called []calledStop) []calledStop {
	slices.SortStableFunc(called, func(p, q calledStop) int {
		return cmp.Or(cmp.Compare(p.kind, q.kind), cmp.Compare(p.id, q.id), cmp.Compare(p.at.edge, q.at.edge))
	})
	var kept []calledStop
	byCell := map[cell][]int{} // of kept
	for i := range called {
		c := &called[i]
		p := c.shape[0]
		double := false
		cellsAround(p, sameStop, func(at cell) {
			for _, k := range byCell[at] {
				double = double || d.sameStop(&kept[k], c)
			}
		})
		if double {
			d.tell(c.element(), c.id, "a part of a bus stop that another element stands for")
			continue
		}
		byCell[cellOf(p)] = append(byCell[cellOf(p)], len(kept))
		kept = append(kept, *c)
	}
	return kept
}

// sameStop reports whether p and q are parts of one stop.
func (d *draft) sameStop(p, q *calledStop) bool {
	if p.shape[0].Dist(q.shape[0]) > sameStop {
		return false
	}
	related := p.name == q.name || p.name == "" || q.name == "" || p.area != 0 && p.area == q.area
	if !related || p.mappedStop == q.mappedStop {
		return false
	}
	if q.unsure && p.kind != stopPosition {
		return true
	}
	e, f := &d.spec.Edges[p.at.edge], &d.spec.Edges[q.at.edge]
	switch {
	case p.at.edge == q.at.edge:
		return true
	case p.kind == q.kind || e.Opposite == q.at.edge:
		return false
	}
	return e.To == f.From || f.To == e.From
}
