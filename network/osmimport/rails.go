package osmimport

import (
	"cmp"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// track is a set of kinds of railway.
type track uint8

const (
	railway   track = 1 << iota // trains have the right of way: rail, narrow gauge, preserved lines
	lightRail                   // as a railway between junctions, as a tram at their signals
	tram
	disusedRail
	alongRoad // it runs along the road there, in the carriageway
)

var trackKinds = map[string]track{
	"rail": railway, "narrow_gauge": railway, "preserved": railway, "subway": railway, "miniature": railway,
	"monorail": 0, "funicular": railway, "light_rail": lightRail, "tram": tram,
	"disused": disusedRail, "abandoned": disusedRail, "razed": disusedRail, "dismantled": disusedRail,
}

const (
	oneCorridor = 30.0 // m; tracks that cross a street closer than this are one crossing
	tramMouth   = 25.0 // m; a tramway that crosses closer than this to a junction with signals runs by them
)

// placeRails puts a crossing on an edge for each railway corridor that crosses it. Trams and light rail that cross within
// a junction with signals, or in its mouth, run by those.
func (d *draft) placeRails() {
	r := railPlacer{draft: d, streetsOf: map[nodeRef][]int32{}, byEdge: map[int32][]network.CrossingSpec{}}
	r.find()
	r.findStreets()
	for _, c := range r.crossings {
		r.place(c)
	}
	edges := make([]int32, 0, len(r.byEdge))
	for e := range r.byEdge {
		edges = append(edges, e)
	}
	slices.Sort(edges)
	for _, e := range edges {
		d.spec.Crossings = append(d.spec.Crossings, oneACorridor(r.byEdge[e])...)
	}
}

type railPlacer struct {
	*draft
	crossings []railCrossing
	streetsOf map[nodeRef][]int32 // of the nodes of crossings, ascending
	byEdge    map[int32][]network.CrossingSpec
}

type railCrossing struct {
	at   nodeRef
	kind network.CrossingKind
	// light says that it gives way to the signals of a junction: no train crosses there, as far as the map tells.
	light bool
}

// find finds the nodes of roads where tracks cross.
func (r *railPlacer) find() {
	tracks := r.tracksAt()
	for n := range r.nodes {
		node := &r.nodes[n]
		value := ""
		if len(node.tags) > 0 {
			value = node.tags.Find("railway")
		}
		t, crossed := tracks[node.osm]
		if c, ok := crossingOf(value, t, isSet(node.tags.Find("crossing:barrier"))); ok {
			c.at = nodeRef(n)
			r.crossings = append(r.crossings, c)
		} else if crossed && t == disusedRail {
			r.tell(Node, node.osm, "a railway crosses on which no trains run")
		}
	}
}

// findStreets finds the streets that lead over the crossings.
func (r *railPlacer) findStreets() {
	if len(r.crossings) == 0 {
		return
	}
	crossed := make([]bool, len(r.nodes))
	for _, c := range r.crossings {
		crossed[c.at] = true
	}
	for i := range r.streets {
		for _, n := range r.streets[i].nodes {
			if crossed[n] && !slices.Contains(r.streetsOf[n], int32(i)) {
				r.streetsOf[n] = append(r.streetsOf[n], int32(i))
			}
		}
	}
}

// crossingOf returns what crosses at a node with that value of railway and those tracks; ok is false if nothing does.
func crossingOf(value string, t track, barrier bool) (c railCrossing, ok bool) {
	tagged := value == "level_crossing" || value == "tram_crossing" || value == "tram_level_crossing"
	running := t & (railway | lightRail | tram)
	switch {
	case !tagged && (running == 0 || t&alongRoad != 0), t != 0 && running == 0:
		return c, false
	case running == tram, running == 0 && value != "level_crossing":
		c.kind = network.TramCrossing
	default:
		c.kind = network.LevelCrossing
	}
	c.light = running&railway == 0 && !barrier
	return c, true
}

// tracksAt returns the railways that pass the nodes of roads, by OSM node. A track of which two nodes in a row are those
// of a road runs along it.
func (d *draft) tracksAt() map[int64]track {
	at := map[int64]track{}
	var ways []*extract.Way
	for i := range d.x.Ways {
		w := &d.x.Ways[i]
		kind, ok := trackKinds[w.Tags.Find("railway")]
		if !ok || isSet(w.Tags.Find("tunnel")) {
			continue
		}
		if _, road := motorHighways[w.Tags.Find("highway")]; road {
			kind |= alongRoad
		}
		ways = append(ways, w)
		for _, n := range w.Nodes {
			at[n] |= kind
		}
	}
	if len(at) == 0 {
		return at
	}
	paired := d.roadPairs(at)
	for _, w := range ways {
		for k := 1; k < len(w.Nodes); k++ {
			if paired[[2]int64{w.Nodes[k-1], w.Nodes[k]}] {
				at[w.Nodes[k-1]] |= alongRoad
				at[w.Nodes[k]] |= alongRoad
			}
		}
	}
	return at
}

// roadPairs returns the pairs of nodes, both of them among those given, that follow each other on a road.
func (d *draft) roadPairs(among map[int64]track) map[[2]int64]bool {
	pairs := map[[2]int64]bool{}
	for i := range d.streets {
		before := int64(0)
		for _, n := range d.streets[i].nodes {
			id := d.nodes[n].osm
			if _, ok := among[id]; !ok {
				id = 0
			}
			if before != 0 && id != 0 {
				pairs[[2]int64{before, id}], pairs[[2]int64{id, before}] = true, true
			}
			before = id
		}
	}
	return pairs
}

// place puts a crossing on the edges over which its tracks lead. Where they lead through a junction, traffic waits at
// the ends of the streets that lead over them.
func (r *railPlacer) place(c railCrossing) {
	osm := r.nodes[c.at].osm
	for _, street := range r.streetsOf[c.at] {
		if c.light && (r.controlled(r.streets[street].first()) && r.streets[street].inside || r.inSignalMouth(c.at, street, tramMouth)) {
			r.tell(Node, osm, "tracks that cross at a junction with signals, by which the trains run")
			r.report.guess("rails_at_signals")
			return
		}
	}
	for _, street := range r.streetsOf[c.at] {
		for dir := range r.streets[street].dirs {
			if r.streets[street].inside {
				r.before(c, driven{street, dir})
			} else if at, ok := r.placeOf(c.at, driven{street, dir}); ok {
				r.add(c, at)
			}
		}
	}
}

// before puts a crossing on a street within a junction at the ends of those that lead into it nearly straight on.
func (r *railPlacer) before(c railCrossing, inner driven) {
	const straight = math.Pi / 4
	s := &r.streets[inner.street]
	from := arm{inner.street, uint8(inner.dir)}
	n := s.end(from.end)
	for _, a := range r.arms[n] {
		o := &r.streets[a.street]
		if o.inside || math.Pi-angleBetween(r.bearing(a), r.bearing(from)) > straight {
			continue
		}
		if at, ok := r.placeOf(n, driven{a.street, a.towards()}); ok {
			r.add(c, at)
		}
	}
}

func (r *railPlacer) add(c railCrossing, at place) {
	r.byEdge[at.edge] = append(r.byEdge[at.edge], network.CrossingSpec{
		Kind: c.kind, Edge: at.edge, Position: at.position, OSMNode: r.nodes[c.at].osm,
	})
	r.tell(Node, r.nodes[c.at].osm, "a crossing (%v) %.0f m along the edge of way %d", c.kind, at.position, r.spec.Edges[at.edge].OSMWay)
}

// oneACorridor makes one crossing of those that follow each other within 30 m, in their middle: the tracks of one line.
func oneACorridor(list []network.CrossingSpec) []network.CrossingSpec {
	slices.SortStableFunc(list, func(p, q network.CrossingSpec) int {
		return cmp.Or(cmp.Compare(p.Position, q.Position), cmp.Compare(p.OSMNode, q.OSMNode))
	})
	var out []network.CrossingSpec
	for i := 0; i < len(list); {
		k, one := i+1, list[i]
		for k < len(list) && list[k].Position-list[k-1].Position <= oneCorridor {
			one.Kind = min(one.Kind, list[k].Kind)
			k++
		}
		one.Position = millimetre((list[i].Position + list[k-1].Position) / 2)
		out = append(out, one)
		i = k
	}
	return out
}
