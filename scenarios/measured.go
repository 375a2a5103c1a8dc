package scenarios

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"roadtwin/network"
	"roadtwin/scenarios/jams"
	"roadtwin/scenarios/results"
)

// Area is a part of the map that is measured on its own: the edges whose middle is in it.
type Area struct {
	Box     []float64   `yaml:"box,omitempty,flow"`     // west, south, east, north in degrees
	Polygon [][]float64 `yaml:"polygon,omitempty,flow"` // longitude and latitude of its corners
}

// Corridor is a way through the map that is measured on its own, in its order: either by its ways or by the name of a street.
type Corridor struct {
	Ways   []int64 `yaml:"ways,omitempty,flow"` // OSM ids, negative where driven against the way's direction
	Street string  `yaml:"street,omitempty"`    // the longest way along it
	// Heading has the way along Street lead towards it: northbound, eastbound, southbound or westbound; "" for any.
	Heading string `yaml:"heading,omitempty"`
}

// edges returns those of the corridor in the order in which one drives them; wrong is what cannot be found, "" if all is.
func (c *Corridor) edges(net *network.Network) (edges []network.EdgeID, wrong string) {
	if c.Street != "" {
		if edges = streetEdges(net, c.Street, c.Heading); len(edges) == 0 {
			return nil, strings.TrimSpace(fmt.Sprintf("no street of the map is called %q %s", c.Street, c.Heading))
		}
		return edges, ""
	}
	for _, way := range c.Ways {
		part := wayEdges(net, way)
		if len(part) == 0 {
			return nil, fmt.Sprintf("no road of the map was made of OSM way %d in this direction", way)
		}
		edges = append(edges, part...)
	}
	return edges, ""
}

// headings are the compass directions of Corridor.Heading, east and north.
var headings = map[string]network.Point{"northbound": {Y: 1}, "eastbound": {X: 1}, "southbound": {Y: -1}, "westbound": {X: -1}}

// streetEdges returns the longest way over edges of that name that follow one another and lead that way, nil if there is none.
func streetEdges(net *network.Network, name, heading string) []network.EdgeID {
	rows := make([]results.Edge, len(net.Edges))
	for i := range rows {
		e := &net.Edges[i]
		rows[i] = results.Edge{Edge: i, Name: e.Name, Length: e.Length, From: int(e.From), To: int(e.To)}
	}
	towards, given := headings[heading]
	found := jams.Along(rows, name, func(way []int) bool {
		from, to := net.Junctions[net.Edges[way[0]].From].Position, net.Junctions[net.Edges[way[len(way)-1]].To].Position
		ahead := (to.X-from.X)*towards.X + (to.Y-from.Y)*towards.Y
		return !given || ahead > math.Hypot(to.X-from.X, to.Y-from.Y)/2 // within 60° of it
	})
	edges := make([]network.EdgeID, len(found))
	for i, e := range found {
		edges[i] = network.EdgeID(e)
	}
	return edges
}

// checkMeasured complains of what a schema cannot say of areas and corridors.
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
	for _, name := range slices.Sorted(maps.Keys(s.Measure.Corridors)) {
		switch c, field := s.Measure.Corridors[name], "measure.corridors."+name; {
		case (len(c.Ways) == 0) == (c.Street == ""):
			complain(field, "want either ways or street")
		case c.Heading != "" && c.Street == "":
			complain(field+".heading", "has no meaning with ways, which have a direction")
		}
	}
}

// checkPlaces returns an *Invalid for a corridor that is not on the map.
func (s *Scenario) checkPlaces(net *network.Network) error {
	for _, name := range slices.Sorted(maps.Keys(s.Measure.Corridors)) {
		corridor := s.Measure.Corridors[name]
		if _, wrong := corridor.edges(net); wrong != "" {
			return s.invalid("measure.corridors."+name, "%s", wrong)
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
		corridor := s.Measure.Corridors[name]
		edges, _ := corridor.edges(net) // has been checked
		for seq, e := range edges {
			rows = append(rows, results.PlaceEdge{Place: name, Kind: "corridor", Seq: seq, Edge: int(e)})
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
