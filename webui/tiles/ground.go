package tiles

import (
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"roadtwin/network/osmimport/extract"
)

// ground appends what an extract shows beside the network: ground, water, houses, all ways, and the names of places.
func ground(x *extract.Extract, features []feature) []feature {
	for i := range x.Nodes {
		if n := &x.Nodes[i]; len(n.Tags) > 0 {
			features = appendPlace(features, n)
		}
	}
	for i := range x.Ways {
		features = appendWay(features, x, &x.Ways[i])
	}
	for i := range x.Relations {
		r := &x.Relations[i]
		if r.Tags.Find("type") != "multipolygon" {
			continue
		}
		a, ok := areaOf(r.Tags)
		if !ok {
			continue
		}
		for _, p := range polygonsOf(x, r) {
			features = append(features, a.feature(p))
		}
	}
	return appendSea(features, x)
}

// appendWay appends what a way shows: a line, an area, or both.
func appendWay(features []feature, x *extract.Extract, w *extract.Way) []feature {
	if len(w.Tags) == 0 {
		return features
	}
	line, isLine := lineOf(w.Tags)
	a, isArea := areaOf(w.Tags)
	if !isLine && !isArea {
		return features
	}
	c := chainOf(x, w.Nodes)
	if isLine && len(c.points) >= 2 {
		features = append(features, line.feature(c.points))
	}
	if isArea && c.closed() && len(c.nodes) == len(w.Nodes) {
		features = append(features, a.feature(orb.Polygon{orb.Ring(c.points)}))
	}
	return features
}

// placeRanks says how important a kind of place is and from which zoom its name is shown.
var placeRanks = map[string]struct {
	rank    int
	minZoom uint8
}{
	"city": {0, 10}, "town": {1, 10}, "village": {2, 11}, "suburb": {3, 12}, "quarter": {4, 13},
	"neighbourhood": {5, 14}, "hamlet": {6, 13}, "locality": {7, 15},
}

func appendPlace(features []feature, n *extract.Node) []feature {
	kind, name := n.Tags.Find("place"), n.Tags.Find("name")
	p, ok := placeRanks[kind]
	if !ok || name == "" {
		return features
	}
	props := geojson.Properties{"class": kind, "name": name, "rank": p.rank}
	return append(features, newFeature(places, p.minZoom, world(n.Lon, n.Lat), props).above(p.rank))
}

// line is how a way is shown as a line.
type line struct {
	layer   layer
	minZoom uint8
	order   int
	props   geojson.Properties
}

func (l line) feature(points []orb.Point) feature {
	return newFeature(l.layer, l.minZoom, orb.LineString(points), l.props).above(l.order)
}

// wayClass is how a value of the highway tag is shown.
type wayClass struct {
	class   string
	minZoom uint8
	rank    int // later are drawn above earlier
}

// wayClasses are the classes of roads by highway value; _link is cut off before.
var wayClasses = map[string]wayClass{
	"motorway": {"motorway", 10, 9}, "trunk": {"trunk", 10, 8}, "primary": {"primary", 10, 7},
	"secondary": {"secondary", 11, 6}, "tertiary": {"tertiary", 12, 5},
	"unclassified": {"unclassified", 13, 4}, "residential": {"residential", 13, 3}, "road": {"unclassified", 13, 4},
	"living_street": {"living_street", 13, 2}, "service": {"service", 13, 1}, "pedestrian": {"pedestrian", 13, 1},
	"track": {"track", 15, 0}, "footway": {"path", 15, 0}, "path": {"path", 15, 0}, "cycleway": {"path", 15, 0},
	"steps": {"path", 15, 0}, "bridleway": {"path", 15, 0},
}

// orderPerLayer separates the layers of OSM (bridges over roads, say): every rank is below it.
const orderPerLayer = 16

// lineOf returns how a way with these tags is shown as a line; ok is false if it is not.
func lineOf(tags extract.Tags) (l line, ok bool) {
	if highway := tags.Find("highway"); highway != "" {
		return roadOf(tags, highway)
	}
	switch tags.Find("railway") {
	case "rail", "light_rail", "tram", "subway", "narrow_gauge":
		return wayLine(tags, wayClass{"rail", 13, 10}), true
	}
	switch kind := tags.Find("waterway"); kind {
	case "river", "canal":
		return waterLine(tags, kind, 10), true
	case "stream", "ditch", "drain":
		return waterLine(tags, "stream", 13), true
	}
	return line{}, false
}

func roadOf(tags extract.Tags, highway string) (line, bool) {
	const suffix = "_link"
	link := false
	if n := len(highway) - len(suffix); n > 0 && highway[n:] == suffix {
		highway, link = highway[:n], true
	}
	class, ok := wayClasses[highway]
	if !ok || tags.Find("area") == "yes" {
		return line{}, false
	}
	if service := tags.Find("service"); service == "parking_aisle" || service == "driveway" {
		class.minZoom = 15
	}
	l := wayLine(tags, class)
	if link {
		l.props["link"] = true
	}
	return l, true
}

func wayLine(tags extract.Tags, class wayClass) line {
	level := levelOf(tags)
	props := geojson.Properties{"class": class.class}
	if level != 0 {
		props["layer"] = level
	}
	for _, key := range [...]string{"name", "ref"} {
		if v := tags.Find(key); v != "" {
			props[key] = v
		}
	}
	for _, key := range [...]string{"bridge", "tunnel"} {
		if v := tags.Find(key); v != "" && v != "no" {
			props[key] = true
		}
	}
	if v := tags.Find("oneway"); v == "yes" || v == "1" || v == "true" || v == "-1" {
		props["oneway"] = true
	}
	return line{roads, class.minZoom, level*orderPerLayer + class.rank, props}
}

func waterLine(tags extract.Tags, class string, minZoom uint8) line {
	props := geojson.Properties{"class": class}
	if name := tags.Find("name"); name != "" {
		props["name"] = name
	}
	if v := tags.Find("tunnel"); v != "" && v != "no" {
		minZoom = 15 // culverts
		props["tunnel"] = true
	}
	return line{waterway, minZoom, 0, props}
}

// levelOf returns the OSM layer: 0 on the ground, above it bridges, below it tunnels. It is kept within -5 and 5.
func levelOf(tags extract.Tags) int {
	if v, ok := leadingNumber(tags.Find("layer")); ok {
		return int(min(max(v, -5), 5))
	}
	if v := tags.Find("bridge"); v != "" && v != "no" {
		return 1
	}
	if v := tags.Find("tunnel"); v != "" && v != "no" {
		return -1
	}
	return 0
}
