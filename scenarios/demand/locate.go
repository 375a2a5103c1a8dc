package demand

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"roadtwin/network"
)

// Locator finds the edges that files name.
type Locator struct {
	places *Places
	ways   map[int64][]network.EdgeID // made when first asked for
}

// NewLocator returns a Locator.
func (p *Places) NewLocator() *Locator { return &Locator{places: p} }

// Edge returns the edge that text names: way/ID is the longest edge that was made of an OSM way, driven against its direction if
// negative; "way/ID LON LAT" that of them which is nearest to a place; edge/NUMBER one of this network.
func (l *Locator) Edge(text string) (network.EdgeID, error) {
	if number, ok := strings.CutPrefix(text, "edge/"); ok {
		return l.edge(number)
	}
	id, ok := strings.CutPrefix(text, "way/")
	fields := strings.Fields(id)
	if !ok || len(fields) != 1 && len(fields) != 3 {
		return 0, fmt.Errorf("%q: want way/ID, way/ID LON LAT or edge/NUMBER", text)
	}
	way, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q: want way/ and a number", text)
	}
	if len(fields) == 1 {
		return l.longestOf(way)
	}
	lon, errLon := strconv.ParseFloat(fields[1], 64)
	lat, errLat := strconv.ParseFloat(fields[2], 64)
	if errLon != nil || errLat != nil || !(math.Abs(lon) <= 180 && math.Abs(lat) <= 90) {
		return 0, fmt.Errorf("%q: want longitude and latitude in degrees after the way", text)
	}
	edges := l.edgesOf(way)
	if len(edges) == 0 {
		return 0, noSuchWay(way)
	}
	at, best, least := l.places.net.Projection.ToLocal(lon, lat), edges[0], math.Inf(1)
	for _, e := range edges {
		shape := l.places.net.EdgeLanes(e)[0].Shape
		for i := 1; i < len(shape); i++ {
			if _, d := (segment{e, 0, shape[i-1], shape[i]}).project(at); d < least {
				best, least = e, d
			}
		}
	}
	return best, nil
}

func noSuchWay(way int64) error {
	return fmt.Errorf("no road of the map was made of OSM way %d in that direction", way)
}

// edgesOf returns the edges of an OSM way.
func (l *Locator) edgesOf(way int64) []network.EdgeID {
	if l.ways == nil {
		l.ways = map[int64][]network.EdgeID{}
		for e := range l.places.net.Edges {
			id := l.places.net.Edges[e].OSMWay
			l.ways[id] = append(l.ways[id], network.EdgeID(e))
		}
	}
	return l.ways[way]
}

// longestOf returns the longest edge of an OSM way; of equals the first.
func (l *Locator) longestOf(way int64) (network.EdgeID, error) {
	edges := l.edgesOf(way)
	if len(edges) == 0 {
		return 0, noSuchWay(way)
	}
	best := edges[0]
	for _, e := range edges {
		if l.places.net.Edges[e].Length > l.places.net.Edges[best].Length {
			best = e
		}
	}
	return best, nil
}
