package scenarios

import (
	"fmt"
	"maps"
	"slices"

	"roadtwin/network"
	"roadtwin/scenarios/results"
)

// Area is a part of the map that is measured on its own: the edges whose middle is in it.
type Area struct {
	Box     []float64   `yaml:"box,omitempty,flow"`     // west, south, east, north in degrees
	Polygon [][]float64 `yaml:"polygon,omitempty,flow"` // longitude and latitude of its corners
}

// Corridor is a way through the map that is measured on its own, in its order.
type Corridor struct {
	Ways []int64 `yaml:"ways,flow"` // OSM ids, negative where driven against the way's direction
}

// checkMeasured complains of what a schema cannot say of areas.
func (s *Scenario) checkMeasured(complain func(field, format string, args ...any)) {
	for _, name := range slices.Sorted(maps.Keys(s.Measure.Areas)) {
		a, field := s.Measure.Areas[name], "measure.areas."+name
		switch {
		case (len(a.Box) == 0) == (len(a.Polygon) == 0):
			complain(field, "want either box or polygon")
		case len(a.Box) == 4 && (a.Box[0] >= a.Box[2] || a.Box[1] >= a.Box[3]):
			complain(field+".box", "want [west, south, east, north] with west < east and south < north")
		}
		if _, both := s.Measure.Corridors[name]; both {
			complain("measure.corridors."+name, "an area has the same name")
		}
	}
}

// checkPlaces returns an *Invalid for a corridor that is not on the map.
func (s *Scenario) checkPlaces(net *network.Network) error {
	for _, name := range slices.Sorted(maps.Keys(s.Measure.Corridors)) {
		for i, way := range s.Measure.Corridors[name].Ways {
			if len(wayEdges(net, way)) == 0 {
				return s.invalid(fmt.Sprintf("measure.corridors.%s.ways[%d]", name, i), "no road of the map was made of OSM way %d in this direction", way)
			}
		}
	}
	return nil
}

// placeEdges returns the edges of the areas and corridors of s.
func (s *Scenario) placeEdges(net *network.Network) (rows []results.PlaceEdge) {
	for _, name := range slices.Sorted(maps.Keys(s.Measure.Areas)) {
		area := s.Measure.Areas[name]
		for e := range net.Edges {
			if area.has(net, network.EdgeID(e)) {
				rows = append(rows, results.PlaceEdge{Place: name, Kind: "area", Seq: e, Edge: e})
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Measure.Corridors)) {
		seq := 0
		for _, way := range s.Measure.Corridors[name].Ways {
			for _, e := range wayEdges(net, way) {
				rows = append(rows, results.PlaceEdge{Place: name, Kind: "corridor", Seq: seq, Edge: int(e)})
				seq++
			}
		}
	}
	return rows
}

// has reports whether the middle of an edge is in the area.
func (a *Area) has(net *network.Network, e network.EdgeID) bool {
	shape := net.EdgeLanes(e)[0].Shape
	p, q := shape[(len(shape)-1)/2], shape[len(shape)/2]
	lon, lat := net.Projection.ToLonLat(network.Point{X: (p.X + q.X) / 2, Y: (p.Y + q.Y) / 2})
	if b := a.Box; len(b) == 4 {
		return lon >= b[0] && lat >= b[1] && lon <= b[2] && lat <= b[3]
	}
	inside := false
	for i, corner := range a.Polygon { // a ray to the east crosses the border an odd number of times
		before := a.Polygon[(i+len(a.Polygon)-1)%len(a.Polygon)]
		if (corner[1] > lat) != (before[1] > lat) && lon < (before[0]-corner[0])*(lat-corner[1])/(before[1]-corner[1])+corner[0] {
			inside = !inside
		}
	}
	return inside
}

// wayEdges returns the edges that were made of a way, driven along it or, if way is negative, against it, in the order in which one
// drives them.
func wayEdges(net *network.Network, way int64) (edges []network.EdgeID) {
	from := map[network.JunctionID]network.EdgeID{}
	ends := map[network.JunctionID]bool{}
	var all []network.EdgeID
	for e := range net.Edges {
		if net.Edges[e].OSMWay == way {
			all = append(all, network.EdgeID(e))
			from[net.Edges[e].From], ends[net.Edges[e].To] = network.EdgeID(e), true
		}
	}
	used := map[network.EdgeID]bool{}
	follow := func(e network.EdgeID) {
		for ok := true; ok && !used[e]; e, ok = from[net.Edges[e].To] {
			used[e] = true
			edges = append(edges, e)
		}
	}
	for _, e := range all {
		if !ends[net.Edges[e].From] {
			follow(e)
		}
	}
	for _, e := range all { // a ring, or what two edges lead to
		follow(e)
	}
	return edges
}
