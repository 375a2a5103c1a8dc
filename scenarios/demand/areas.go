package demand

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// use is what a building, a piece of land or a point on the map is used for.
type use uint8

const (
	unknownUse use = iota
	noUse          // nobody lives or works there: garages, ruins, fields
	housing
	office
	retail
	industrial
	civic // schools, hospitals, churches, hotels, authorities
)

// area is a closed outline on the map.
type area struct {
	outline   []network.Point // first == last
	size      float64         // m²
	at        network.Point   // centroid
	use       use
	building  bool
	levels    float64
	residents float64
	jobs      float64
}

// point is a place to work that is mapped as a point, or as an outline that is not a building.
type point struct {
	at   network.Point
	jobs float64
}

// survey is what of an extract matters to demand.
type survey struct {
	buildings, land []area
	points          []point
}

// readAreas takes buildings, land use and places to work out of an extract, in an order that depends on where they are
// only.
func readAreas(x *extract.Extract, net *network.Network) *survey {
	s := new(survey)
	if x == nil {
		return s
	}
	r := areaReader{x: x, net: net}
	for i := range x.Ways {
		if w := &x.Ways[i]; matters(w.Tags) {
			s.add(r.outline(w.Nodes), w.Tags)
		}
	}
	for i := range x.Relations {
		rel := &x.Relations[i]
		if rel.Tags.Find("type") == "multipolygon" && matters(rel.Tags) {
			for _, ring := range r.outerRings(rel) {
				s.add(r.outline(ring), rel.Tags)
			}
		}
	}
	for i := range x.Nodes {
		n := &x.Nodes[i]
		if jobs := pointJobs(n.Tags); jobs > 0 {
			s.points = append(s.points, point{net.Projection.ToLocal(n.Lon, n.Lat), jobs})
		}
	}
	byPlace := func(a, b area) int { return cmp.Or(comparePoints(a.at, b.at), cmp.Compare(a.size, b.size)) }
	slices.SortStableFunc(s.buildings, byPlace)
	slices.SortStableFunc(s.land, byPlace)
	slices.SortStableFunc(s.points, func(a, b point) int {
		return cmp.Or(comparePoints(a.at, b.at), cmp.Compare(a.jobs, b.jobs))
	})
	return s
}

func matters(tags extract.Tags) bool {
	return tags.Find("building") != "" || landUse(tags) != unknownUse || pointJobs(tags) > 0
}

func (s *survey) add(outline []network.Point, tags extract.Tags) {
	if len(outline) < 4 {
		return
	}
	size, at := centroid(outline)
	if size < 4 { // m²: a mast or an error
		return
	}
	a := area{outline: outline, size: size, at: at}
	switch b := tags.Find("building"); {
	case b != "" && b != "no":
		a.building, a.use = true, buildingUse(b, tags)
		a.levels = levels(a.use, tags)
		s.buildings = append(s.buildings, a)
	case landUse(tags) != unknownUse:
		a.use = landUse(tags)
		s.land = append(s.land, a)
	}
	if a.building {
		return
	}
	if jobs := pointJobs(tags); jobs > 0 {
		s.points = append(s.points, point{at, jobs})
	}
}

// areaReader makes outlines of ways.
type areaReader struct {
	x   *extract.Extract
	net *network.Network
}

// outline returns the positions of a closed way, nil if it is not closed or nodes are missing.
func (r areaReader) outline(nodes []int64) []network.Point {
	if len(nodes) < 4 || nodes[0] != nodes[len(nodes)-1] {
		return nil
	}
	points := make([]network.Point, len(nodes))
	for i, id := range nodes {
		n, ok := slices.BinarySearchFunc(r.x.Nodes, id, func(n extract.Node, id int64) int { return cmp.Compare(n.ID, id) })
		if !ok {
			return nil
		}
		points[i] = r.net.Projection.ToLocal(r.x.Nodes[n].Lon, r.x.Nodes[n].Lat)
	}
	return points
}

// outerRings joins the outer ways of a multipolygon at their ends and returns the rings that close.
func (r areaReader) outerRings(rel *extract.Relation) (rings [][]int64) {
	var open [][]int64
	for _, m := range rel.Members {
		if m.Type != extract.WayMember || m.Role == "inner" {
			continue
		}
		i, ok := slices.BinarySearchFunc(r.x.Ways, m.Ref, func(w extract.Way, id int64) int { return cmp.Compare(w.ID, id) })
		if !ok || len(r.x.Ways[i].Nodes) < 2 {
			continue
		}
		open = append(open, slices.Clone(r.x.Ways[i].Nodes))
	}
	for len(open) > 0 {
		ring := open[0]
		open = open[1:]
		for ring[0] != ring[len(ring)-1] {
			next := slices.IndexFunc(open, func(w []int64) bool {
				return w[0] == ring[len(ring)-1] || w[len(w)-1] == ring[len(ring)-1]
			})
			if next < 0 {
				break
			}
			if open[next][0] != ring[len(ring)-1] {
				slices.Reverse(open[next])
			}
			ring = append(ring, open[next][1:]...)
			open = slices.Delete(open, next, next+1)
		}
		if ring[0] == ring[len(ring)-1] {
			rings = append(rings, ring)
		}
	}
	return rings
}

// centroid returns the area in m² and the centre of gravity of an outline (shoelace formula). It is taken relative to
// the first point, for accuracy far from the origin.
func centroid(outline []network.Point) (size float64, at network.Point) {
	o := outline[0]
	var twice, sx, sy float64
	for i := 1; i < len(outline); i++ {
		ax, ay := outline[i-1].X-o.X, outline[i-1].Y-o.Y
		bx, by := outline[i].X-o.X, outline[i].Y-o.Y
		cross := float64(ax*by) - float64(bx*ay)
		twice += cross
		sx += float64((ax + bx) * cross)
		sy += float64((ay + by) * cross)
	}
	if twice == 0 {
		return 0, o
	}
	return math.Abs(twice) / 2, network.Point{X: o.X + sx/(3*twice), Y: o.Y + sy/(3*twice)}
}

// contains reports whether p is inside the outline (even-odd rule).
func contains(outline []network.Point, p network.Point) bool {
	inside := false
	for i := 1; i < len(outline); i++ {
		a, b := outline[i-1], outline[i]
		if (a.Y > p.Y) != (b.Y > p.Y) && p.X < a.X+(p.Y-a.Y)*(b.X-a.X)/(b.Y-a.Y) {
			inside = !inside
		}
	}
	return inside
}

// buildingUse returns what a building is used for. https://wiki.openstreetmap.org/wiki/Key:building
func buildingUse(building string, tags extract.Tags) use {
	switch building {
	case "house", "detached", "semidetached_house", "terrace", "bungalow", "residential", "apartments", "dormitory",
		"farm", "cabin", "static_caravan", "houseboat", "annexe":
		return housing
	case "office":
		return office
	case "commercial":
		return office
	case "retail", "supermarket", "kiosk", "shop":
		return retail
	case "industrial", "warehouse", "factory", "manufacture", "hangar", "works":
		return industrial
	case "school", "university", "college", "kindergarten", "hospital", "civic", "public", "government", "church",
		"cathedral", "chapel", "mosque", "temple", "synagogue", "hotel", "train_station", "fire_station", "museum",
		"stadium", "sports_hall", "theatre":
		return civic
	case "garage", "garages", "shed", "roof", "carport", "hut", "parking", "greenhouse", "ruins", "construction", "barn",
		"stable", "cowshed", "farm_auxiliary", "service", "transformer_tower", "bunker", "silo", "storage_tank", "toilets":
		return noUse
	}
	switch {
	case tags.Find("shop") != "":
		return retail
	case tags.Find("office") != "":
		return office
	case tags.Find("amenity") == "parking":
		return noUse
	case tags.Find("amenity") != "" || tags.Find("tourism") != "":
		return civic
	}
	return unknownUse
}

// landUse returns what a piece of land is used for. https://wiki.openstreetmap.org/wiki/Key:landuse
func landUse(tags extract.Tags) use {
	switch tags.Find("landuse") {
	case "residential":
		return housing
	case "commercial":
		return office
	case "retail":
		return retail
	case "industrial", "port", "depot", "railway":
		return industrial
	case "farmland", "farmyard", "meadow", "grass", "forest", "orchard", "vineyard", "cemetery", "quarry", "landfill",
		"military", "recreation_ground", "reservoir", "basin", "brownfield", "greenfield", "village_green", "allotments":
		return noUse
	}
	switch tags.Find("amenity") {
	case "school", "university", "college", "hospital":
		return civic
	}
	if tags.Find("leisure") == "park" || tags.Find("leisure") == "golf_course" || tags.Find("natural") == "water" ||
		tags.Find("natural") == "wood" {
		return noUse
	}
	return unknownUse
}

// levels returns the number of storeys: as mapped, from the height at 3 m a storey, or what is usual for the use.
func levels(u use, tags extract.Tags) float64 {
	if n, err := strconv.ParseFloat(tags.Find("building:levels"), 64); err == nil && n > 0 && n <= 200 {
		return n
	}
	height := strings.TrimSuffix(strings.TrimSpace(tags.Find("height")), " m")
	if h, err := strconv.ParseFloat(height, 64); err == nil && h > 0 && h <= 1000 {
		return max(1, math.Round(h/3))
	}
	switch {
	case tags.Find("building") == "apartments":
		return 4
	case u == office:
		return 4
	case u == housing || u == civic || u == unknownUse:
		return 2
	}
	return 1
}

// pointJobs returns how many work at a shop, an office or an amenity [assumed: typical establishments].
func pointJobs(tags extract.Tags) float64 {
	switch tags.Find("amenity") {
	case "hospital":
		return 400
	case "university", "college":
		return 200
	case "school":
		return 60
	case "townhall", "courthouse", "police", "post_office":
		return 40
	case "restaurant", "fast_food", "cafe", "bar", "pub", "bank", "clinic", "doctors", "kindergarten", "nursing_home",
		"library", "cinema", "theatre", "fire_station", "pharmacy":
		return 10
	case "fuel", "place_of_worship", "car_wash":
		return 4
	}
	switch shop := tags.Find("shop"); {
	case shop == "supermarket" || shop == "department_store" || shop == "mall":
		return 50
	case shop != "" && shop != "no" && shop != "vacant":
		return 6
	}
	switch {
	case tags.Find("office") != "" && tags.Find("office") != "no":
		return 15
	case tags.Find("tourism") == "hotel":
		return 30
	}
	return 0
}

// fill sets the residents and jobs of a building of known use.
func (a *area) fill() {
	floor := a.size * a.levels
	switch a.use {
	case housing:
		a.residents = floor / floorResident
	case office:
		a.jobs = floor / floorOffice
	case retail:
		a.jobs = floor / floorRetail
	case industrial:
		a.jobs = floor / floorIndustrial
	case civic:
		a.jobs = floor / floorCivic
	}
}
