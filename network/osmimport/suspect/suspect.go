// Package suspect lists places at which an imported map is likely wrong, or was likely understood wrongly: what a
// traffic engineer looks at before trusting the network. Each has a link to OpenStreetMap, where the map can be mended,
// and one to its spot on the program's own map.
package suspect

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"

	"roadtwin/network"
	"roadtwin/network/osmimport"
	"roadtwin/network/osmimport/extract"
)

// Place is a suspicious place.
type Place struct {
	Kind string `json:"kind"`
	// Score orders places by what they do to traffic: how much of it there is (by the class of the road, 0.3 to 8) times
	// how much it suffers there if the map is wrong (1 to 10). Both are judgements of this program.
	Score float64 `json:"score"`
	What  string  `json:"what"`
	Why   string  `json:"why"` // that it is suspicious
	OSM   string  `json:"osm"` // link to the element, "" without one
	Lon   float64 `json:"lon"` // degrees
	Lat   float64 `json:"lat"`
	Map   string  `json:"map"` // link to the place on the live map, where it is served at the usual address
}

// Find returns the suspicious places of net, which x was imported as with report r; the worst first.
func Find(net *network.Network, x *extract.Extract, r *osmimport.Report) []Place {
	f := finder{net: net, x: x, report: r, incoming: make(map[int64]network.RoadClass)}
	f.collectRoads()
	f.lanes()
	f.junctions()
	f.deadEnds()
	f.tags()
	f.geometry()
	f.pairs()
	f.restrictions()
	f.drops()
	slices.SortStableFunc(f.places, func(a, b Place) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.OSM, b.OSM),
			cmp.Compare(a.Lon, b.Lon), cmp.Compare(a.Lat, b.Lat), cmp.Compare(a.What, b.What))
	})
	return slices.Compact(f.places)
}

// finder collects places.
type finder struct {
	net      *network.Network
	x        *extract.Extract
	report   *osmimport.Report
	roads    []road
	incoming map[int64]network.RoadClass // by node: the best class of road through it
	uses     map[int64]int               // by node: how many road ends meet there; a road through it counts twice
	places   []Place
}

// road is a way for motor traffic, with the positions of those of its nodes that are there.
type road struct {
	*extract.Way
	class  network.RoadClass
	points []network.Point
	ids    []int64
}

// traffic is the weight of a class of road: about its usual share of the traffic, service roads at the bottom.
var traffic = [network.NumRoadClasses]float64{8, 6, 5, 4, 3, 1.5, 1, 0.5, 0.3}

// place is a place in the making.
type place struct {
	kind      string
	severity  float64 // 1 to 10
	class     network.RoadClass
	element   osmimport.Element // zero for none
	lon, lat  float64
	what, why string
}

func (f *finder) add(p place) {
	class := min(p.class, network.NumRoadClasses-1)
	out := Place{
		Kind: p.kind, Score: float64(int(p.severity*traffic[class]*10+0.5)) / 10, What: p.what, Why: p.why,
		Lon: p.lon, Lat: p.lat, Map: fmt.Sprintf("http://localhost:8080/#at=18/%.6f/%.6f", p.lat, p.lon),
	}
	if p.element.ID > 0 {
		out.OSM = fmt.Sprintf("https://www.openstreetmap.org/%v", p.element)
	}
	f.places = append(f.places, out)
}

// at sets the position of a place in the network's metres.
func (f *finder) at(p place, at network.Point) {
	p.lon, p.lat = f.net.Projection.ToLonLat(at)
	f.add(p)
}

// onEdge adds a place at a point of an edge.
func (f *finder) onEdge(kind string, severity float64, e network.EdgeID, at network.Point, what, why string) {
	edge := &f.net.Edges[e]
	f.at(place{
		kind: kind, severity: severity, class: edge.Road, what: what, why: why,
		element: osmimport.Element{Kind: osmimport.Way, ID: max(edge.OSMWay, -edge.OSMWay)},
	}, at)
}

// nameOf returns how an edge is called in texts.
func (f *finder) nameOf(e network.EdgeID) string {
	edge := &f.net.Edges[e]
	if edge.Name != "" {
		return edge.Name
	}
	return "a " + edge.Road.String() + " road without a name"
}

// collectRoads finds the ways of the extract that are roads for motor traffic.
func (f *finder) collectRoads() {
	f.uses = make(map[int64]int)
	for i := range f.x.Ways {
		w := &f.x.Ways[i]
		class, ok := osmimport.RoadClassOf(w.Tags)
		if !ok {
			continue
		}
		r := road{Way: w, class: class}
		for k, id := range w.Nodes {
			n, ok := f.x.Node(id)
			if !ok {
				continue
			}
			r.points = append(r.points, f.net.Projection.ToLocal(n.Lon, n.Lat))
			r.ids = append(r.ids, id)
			f.uses[id]++
			if k > 0 && k < len(w.Nodes)-1 {
				f.uses[id]++
			}
			if best, known := f.incoming[id]; !known || class < best {
				f.incoming[id] = class
			}
		}
		if len(r.points) >= 2 {
			f.roads = append(f.roads, r)
		}
	}
}

func (r *road) name() string {
	if name := r.Tags.Find("name"); name != "" {
		return name
	}
	if ref := r.Tags.Find("ref"); ref != "" {
		return ref
	}
	return "a " + r.class.String() + " road without a name"
}

func (r *road) element() osmimport.Element {
	return osmimport.Element{Kind: osmimport.Way, ID: r.ID}
}

// middle returns the node in the middle of the way.
func (r *road) middle() network.Point { return r.points[len(r.points)/2] }

// WriteText writes places for people; total is how many there are beside those.
func WriteText(w io.Writer, places []Place, total int) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%d suspicious places", total)
	if len(places) < total {
		fmt.Fprintf(b, ", the worst %d:", len(places))
	}
	fmt.Fprintln(b)
	for i := range places {
		p := &places[i]
		fmt.Fprintf(b, "%6.1f  %s: %s\n        %s\n        %.6f, %.6f  %s\n", p.Score, p.Kind, p.What, p.Why, p.Lat, p.Lon, p.Map)
		if p.OSM != "" {
			fmt.Fprintf(b, "        %s\n", p.OSM)
		}
	}
	return b.Flush()
}
