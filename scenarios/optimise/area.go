package optimise

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"roadtwin/network"
)

// Area is a part of a map.
type Area struct {
	// Corners of a polygon, longitude and latitude in degrees; nil for everywhere.
	Corners [][2]float64
	// Streets, if there are any, are the names of streets: controllers at one of them.
	Streets []string
	// Names, if there are any, are controllers: the name of one, or of the junction, or the number of an OSM node of it.
	Names []string
}

// ParseArea reads the corners of an area: "west,south,east,north", or "lon,lat lon,lat lon,lat …", all in degrees, or the
// path of a GeoJSON file with a Polygon, which may be in a Feature or a FeatureCollection.
func ParseArea(text string) (corners [][2]float64, err error) {
	if data, err := os.ReadFile(text); err == nil {
		return parsePolygon(data)
	}
	fields := strings.Fields(text)
	if len(fields) == 1 {
		box, err := degrees(fields[0], 4)
		if err != nil {
			return nil, fmt.Errorf("area %q, want west,south,east,north, or three or more corners lon,lat, or a GeoJSON file: %w", text, err)
		}
		w, s, e, n := box[0], box[1], box[2], box[3]
		if w >= e || s >= n {
			return nil, fmt.Errorf("area %q: want west,south,east,north with west < east and south < north", text)
		}
		return [][2]float64{{w, s}, {e, s}, {e, n}, {w, n}}, nil
	}
	if len(fields) < 3 {
		return nil, fmt.Errorf("area %q: want west,south,east,north, or three or more corners lon,lat", text)
	}
	for _, f := range fields {
		at, err := degrees(f, 2)
		if err != nil {
			return nil, fmt.Errorf("area: corner %q: %w", f, err)
		}
		corners = append(corners, [2]float64{at[0], at[1]})
	}
	return corners, nil
}

// degrees reads n numbers, separated by commas.
func degrees(text string, n int) ([]float64, error) {
	parts := strings.Split(text, ",")
	if len(parts) != n {
		return nil, fmt.Errorf("%d numbers, want %d", len(parts), n)
	}
	values := make([]float64, n)
	for i, part := range parts {
		v, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || !(v >= -180 && v <= 180) {
			return nil, fmt.Errorf("%q is no number of degrees", part)
		}
		values[i] = v
	}
	return values, nil
}

// geoJSON is what of a GeoJSON file leads to a polygon.
type geoJSON struct {
	Type        string          `json:"type"`
	Features    []geoJSON       `json:"features"`
	Geometry    *geoJSON        `json:"geometry"`
	Coordinates [][][]float64   `json:"-"`
	Raw         json.RawMessage `json:"coordinates"`
}

// parsePolygon returns the outer ring of the first polygon of a GeoJSON file.
func parsePolygon(data []byte) ([][2]float64, error) {
	var g geoJSON
	if err := json.Unmarshal(data, &g); err != nil {
		return nil, fmt.Errorf("area: not GeoJSON: %w", err)
	}
	if len(g.Features) > 0 {
		g = g.Features[0]
	}
	if g.Geometry != nil {
		g = *g.Geometry
	}
	if g.Type != "Polygon" {
		return nil, fmt.Errorf("area: GeoJSON with a %q, want a Polygon", g.Type)
	}
	if err := json.Unmarshal(g.Raw, &g.Coordinates); err != nil || len(g.Coordinates) == 0 || len(g.Coordinates[0]) < 4 {
		return nil, fmt.Errorf("area: the GeoJSON polygon has no ring of at least four positions")
	}
	var corners [][2]float64
	for _, at := range g.Coordinates[0] {
		if len(at) < 2 {
			return nil, fmt.Errorf("area: a position of the GeoJSON polygon has %d numbers, want 2", len(at))
		}
		corners = append(corners, [2]float64{at[0], at[1]})
	}
	return corners, nil
}

// Choose returns the controllers of net in the area, ascending. None is an error that says what there is.
func (a *Area) Choose(net *network.Network) ([]network.ControllerID, error) {
	var chosen []network.ControllerID
	named := make([]bool, len(a.Names))
	for c := range net.Controllers {
		id := network.ControllerID(c)
		if len(net.Controllers[c].Groups) == 0 {
			continue
		}
		p := place(net, id)
		lon, lat := net.Projection.ToLonLat(p)
		if a.Corners != nil && !inside(a.Corners, lon, lat) || len(a.Streets) > 0 && !onStreet(net, id, a.Streets) {
			continue
		}
		k := slices.IndexFunc(a.Names, func(name string) bool { return isCalled(net, id, name) })
		if len(a.Names) > 0 && k < 0 {
			continue
		}
		if k >= 0 {
			named[k] = true
		}
		chosen = append(chosen, id)
	}
	if k := slices.Index(named, false); k >= 0 {
		return nil, fmt.Errorf("no signal controller of the area is called %q, nor has it an OSM node of that number; there are %s", a.Names[k], some(net))
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("no signal controllers there; the map has %d: %s", len(net.Controllers), some(net))
	}
	return chosen, nil
}

// inside tells whether a point is within a polygon, by the number of its sides to the east.
func inside(corners [][2]float64, x, y float64) bool {
	in := false
	for i, a := range corners {
		b := corners[(i+1)%len(corners)]
		if (a[1] > y) != (b[1] > y) && x < a[0]+(y-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
			in = !in
		}
	}
	return in
}

// onStreet tells whether one of some streets leads to the signals of c.
func onStreet(net *network.Network, c network.ControllerID, streets []string) bool {
	return slices.ContainsFunc(approaches(net, c), func(e network.EdgeID) bool {
		return slices.ContainsFunc(streets, func(s string) bool { return strings.EqualFold(net.Edges[e].Name, s) })
	})
}

// isCalled tells whether c, or a junction of it, has that name or OSM node.
func isCalled(net *network.Network, c network.ControllerID, name string) bool {
	controller := &net.Controllers[c]
	if strings.EqualFold(controller.Name, name) {
		return true
	}
	if node, err := strconv.ParseInt(name, 10, 64); err == nil && slices.Contains(controller.OSMNodes, node) {
		return true
	}
	return slices.ContainsFunc(controller.Junctions, func(j network.JunctionID) bool { return strings.EqualFold(net.Junctions[j].Name, name) })
}

// some names the first controllers of a map.
func some(net *network.Network) string {
	const most = 6
	var names []string
	for c := range net.Controllers {
		if len(names) == most {
			return strings.Join(names, ", ") + ", …"
		}
		name := net.Controllers[c].Name
		if name == "" {
			name = fmt.Sprintf("controller %d", c)
		}
		names = append(names, strconv.Quote(name))
	}
	return strings.Join(names, ", ")
}
