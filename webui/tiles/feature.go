package tiles

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"roadtwin/webui/stream"
)

// layer is a layer of the tiles, in the order in which they are drawn.
type layer uint8

const (
	landuse layer = iota
	water
	waterway
	buildings
	roads
	edges
	junctions
	lanes
	markings
	places
	numLayers
)

var layerNames = [numLayers]string{
	"landuse", "water", "waterway", "buildings", "roads", "edges", "junctions", "lanes", "markings", "places",
}

// Layers returns the names of all layers.
func Layers() []string { return layerNames[:] }

// feature is one thing on the map. Coordinates of its geometry are on the web-mercator world, 0..1 (stream.Mercator).
type feature struct {
	layer    layer
	minZoom  uint8
	order    int32  // within the layer, from below to above
	id       uint64 // if hasID
	hasID    bool
	box      box
	geometry orb.Geometry // Point, LineString, MultiLineString, or Polygon with its outer ring first
	props    geojson.Properties
}

func newFeature(l layer, minZoom uint8, g orb.Geometry, props geojson.Properties) feature {
	return feature{layer: l, minZoom: minZoom, box: boxOf(g), geometry: g, props: props}
}

func (f feature) withID(id int) feature {
	f.id, f.hasID = uint64(id), true
	return f
}

func (f feature) above(order int) feature {
	f.order = int32(order)
	return f
}

// box is a rectangle on the web-mercator world.
type box struct{ minX, minY, maxX, maxY float64 }

func (b box) meets(c box) bool {
	return b.minX <= c.maxX && c.minX <= b.maxX && b.minY <= c.maxY && c.minY <= b.maxY
}

func (b box) within(c box) bool {
	return b.minX >= c.minX && b.maxX <= c.maxX && b.minY >= c.minY && b.maxY <= c.maxY
}

func (b box) join(c box) box {
	return box{math.Min(b.minX, c.minX), math.Min(b.minY, c.minY), math.Max(b.maxX, c.maxX), math.Max(b.maxY, c.maxY)}
}

func boxOf(g orb.Geometry) box {
	b := g.Bound()
	return box{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
}

// world projects a longitude and latitude in degrees.
func world(lon, lat float64) orb.Point {
	w := stream.ToMercator(lon, lat)
	return orb.Point{w.X, w.Y}
}
