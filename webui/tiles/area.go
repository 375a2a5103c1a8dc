package tiles

import (
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"roadtwin/network/osmimport/extract"
)

// area is how a closed way or a multipolygon is shown.
type area struct {
	layer   layer
	minZoom uint8
	order   int
	props   geojson.Properties
}

func (a area) feature(p orb.Polygon) feature {
	return newFeature(a.layer, a.minZoom, p, a.props).above(a.order)
}

// groundClass is how a kind of ground is shown: those with a higher order lie on top, as a park in a residential area.
type groundClass struct {
	class   string
	minZoom uint8
	order   int
}

var (
	green       = groundClass{"green", 10, 4}
	wood        = groundClass{"wood", 10, 5}
	residential = groundClass{"residential", 11, 0}
	industrial  = groundClass{"industrial", 11, 1}
	commercial  = groundClass{"commercial", 11, 2}
	institution = groundClass{"institution", 11, 3}
	parking     = groundClass{"parking", 15, 6}
)

// grounds are the kinds of ground by key and value of their tag.
var grounds = map[extract.Tag]groundClass{
	{Key: "landuse", Value: "residential"}: residential,
	{Key: "landuse", Value: "industrial"}:  industrial, {Key: "landuse", Value: "railway"}: industrial,
	{Key: "landuse", Value: "quarry"}: industrial, {Key: "landuse", Value: "port"}: industrial,
	{Key: "landuse", Value: "commercial"}: commercial, {Key: "landuse", Value: "retail"}: commercial,
	{Key: "landuse", Value: "education"}: institution, {Key: "landuse", Value: "institutional"}: institution,
	{Key: "landuse", Value: "religious"}: institution, {Key: "amenity", Value: "school"}: institution,
	{Key: "amenity", Value: "university"}: institution, {Key: "amenity", Value: "college"}: institution,
	{Key: "amenity", Value: "hospital"}: institution, {Key: "amenity", Value: "kindergarten"}: institution,
	{Key: "landuse", Value: "forest"}: wood, {Key: "natural", Value: "wood"}: wood,
	{Key: "landuse", Value: "grass"}: green, {Key: "landuse", Value: "meadow"}: green,
	{Key: "landuse", Value: "recreation_ground"}: green, {Key: "landuse", Value: "village_green"}: green,
	{Key: "landuse", Value: "cemetery"}: green, {Key: "landuse", Value: "allotments"}: green,
	{Key: "landuse", Value: "orchard"}: green, {Key: "landuse", Value: "vineyard"}: green,
	{Key: "landuse", Value: "flowerbed"}: green, {Key: "landuse", Value: "greenfield"}: green,
	{Key: "leisure", Value: "park"}: green, {Key: "leisure", Value: "garden"}: green,
	{Key: "leisure", Value: "pitch"}: green, {Key: "leisure", Value: "golf_course"}: green,
	{Key: "leisure", Value: "playground"}: green, {Key: "leisure", Value: "dog_park"}: green,
	{Key: "natural", Value: "grassland"}: green, {Key: "natural", Value: "scrub"}: green,
	{Key: "natural", Value: "heath"}: green, {Key: "natural", Value: "wetland"}: green,
	{Key: "amenity", Value: "grave_yard"}: green, {Key: "amenity", Value: "parking"}: parking,
}

// areaOf returns how an area with these tags is shown; ok is false if it is not.
func areaOf(tags extract.Tags) (a area, ok bool) {
	if v := tags.Find("building"); v != "" && v != "no" && tags.Find("location") != "underground" {
		return buildingOf(tags, v), true
	}
	if isWater(tags) {
		return area{water, 10, 0, geojson.Properties{"class": "water"}}, true
	}
	for _, tag := range tags {
		if g, ok := grounds[tag]; ok && tags.Find("parking") != "underground" && tags.Find("parking") != "multi-storey" {
			return area{landuse, g.minZoom, g.order, geojson.Properties{"class": g.class}}, true
		}
	}
	return area{}, false
}

func isWater(tags extract.Tags) bool {
	if tags.Find("natural") == "water" {
		return true
	}
	switch tags.Find("waterway") {
	case "riverbank", "dock":
		return true
	}
	switch tags.Find("landuse") {
	case "reservoir", "basin":
		return true
	}
	return false
}

const (
	// levelHeight is the height of a storey in m where only their number is known, as
	// https://wiki.openstreetmap.org/wiki/Simple_3D_Buildings has it.
	levelHeight = 3
	// maxHeight bounds the heights that are believed, m: the highest building is 828 m.
	maxHeight = 900
)

// usualHeights are assumed for buildings of which no height is known, m; others have defaultHeight.
var usualHeights = map[string]float64{
	"house": 7, "detached": 7, "semidetached_house": 7, "terrace": 8, "residential": 9, "apartments": 12,
	"garage": 3, "garages": 3, "shed": 3, "hut": 3, "carport": 3, "roof": 4, "static_caravan": 3, "bungalow": 5,
	"industrial": 9, "warehouse": 9, "office": 15, "commercial": 9, "retail": 6, "hotel": 18, "hospital": 15,
	"church": 14, "cathedral": 25,
}

const defaultHeight = 7

func buildingOf(tags extract.Tags, kind string) area {
	height, ok := metres(tags.Find("height"))
	if !ok {
		if levels, known := leadingNumber(tags.Find("building:levels")); known && levels > 0 {
			height, ok = levels*levelHeight, true
		}
	}
	if !ok {
		if height = usualHeights[kind]; height == 0 {
			height = defaultHeight
		}
	}
	base, ok := metres(tags.Find("min_height"))
	if !ok {
		levels, _ := leadingNumber(tags.Find("building:min_level"))
		base = levels * levelHeight
	}
	height = math.Min(math.Max(height, 1), maxHeight)
	base = math.Min(math.Max(base, 0), height)
	return area{buildings, 13, 0, geojson.Properties{
		"height": math.Round(height*10) / 10, "min_height": math.Round(base*10) / 10,
	}}
}

// metres reads a length as OSM writes it: "12", "12.5 m", "40 ft", 40', 12'6".
func metres(text string) (m float64, ok bool) {
	const foot, inch = 0.3048, 0.0254
	value, ok := leadingNumber(text)
	if !ok {
		return 0, false
	}
	unit := strings.TrimLeft(text, "0123456789.+- ")
	switch {
	case strings.HasPrefix(unit, "'"):
		inches, _ := leadingNumber(unit[1:])
		return value*foot + inches*inch, true
	case strings.HasPrefix(unit, "f"):
		return value * foot, true
	case unit == "" || strings.HasPrefix(unit, "m"):
		return value, true
	}
	return 0, false
}

// leadingNumber returns the number that text begins with.
func leadingNumber(text string) (x float64, ok bool) {
	text = strings.TrimSpace(text)
	end := strings.IndexFunc(text, func(r rune) bool { return (r < '0' || r > '9') && r != '.' && r != '-' && r != '+' })
	if end < 0 {
		end = len(text)
	}
	x, err := strconv.ParseFloat(text[:end], 64)
	return x, err == nil && !math.IsInf(x, 0)
}
