package sumonet

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"roadtwin/network"
	"roadtwin/network/sumonet/sumoxml"
)

// location says where on the globe the coordinates of a file are.
type location struct {
	offset     network.Point // netOffset, m: added to projected coordinates
	bounds     network.Bounds
	geographic network.Bounds // origBoundary: degrees if it was projected
	projection string         // projParameter
}

func parseLocation(e *sumoxml.Element) (location, error) {
	l := location{projection: e.Text("projParameter")}
	values, err := numbers(e, "netOffset", 2)
	if err != nil {
		return l, err
	}
	l.offset = network.Point{X: values[0], Y: values[1]}
	for _, b := range []struct {
		name string
		to   *network.Bounds
	}{{"convBoundary", &l.bounds}, {"origBoundary", &l.geographic}} {
		if values, err = numbers(e, b.name, 4); err != nil {
			return l, err
		}
		*b.to = network.Bounds{MinX: values[0], MinY: values[1], MaxX: values[2], MaxY: values[3]}
	}
	return l, nil
}

// numbers returns count numbers separated by commas, zeros if the attribute is not there.
func numbers(e *sumoxml.Element, name string, count int) ([]float64, error) {
	out := make([]float64, count)
	if !e.Has(name) {
		return out, nil
	}
	parts := strings.Split(e.Text(name), ",")
	if len(parts) < count {
		return nil, e.Errorf("%s=%q, want %d numbers", name, e.Text(name), count)
	}
	for i := range out {
		v, err := strconv.ParseFloat(strings.TrimSpace(parts[i]), 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, e.Errorf("%s=%q, want %d numbers", name, e.Text(name), count)
		}
		out[i] = v
	}
	return out, nil
}

// frame turns the coordinates of a file into those of a network.
type frame struct {
	projection network.Projection
	shift      network.Point // m, added to the coordinates of the file
	// grid is the projection of the file if points must go through longitude and latitude: the file's metres are then not
	// those of the ground (UTM's are up to 0.04 % short), nor its north that of the network.
	grid  *grid
	about string // for the report
}

// grid is a transverse Mercator projection with a scale and a false origin.
type grid struct {
	network.Projection
	scale float64
	false network.Point // m
}

func (f *frame) point(p network.Point) network.Point {
	p.X += f.shift.X
	p.Y += f.shift.Y
	if f.grid == nil {
		return p
	}
	lon, lat := f.grid.ToLonLat(network.Point{
		X: (p.X - f.grid.false.X) / f.grid.scale, Y: (p.Y - f.grid.false.Y) / f.grid.scale,
	})
	return f.projection.ToLocal(lon, lat)
}

// nearOrigin is how far from the origin of its own transverse Mercator projection, m, a network may be for that
// projection to become the network's.
const nearOrigin = 100e3

// frameFor finds the frame of a location. What cannot be projected keeps its metres.
func (l *location) frameFor() frame {
	centre := l.bounds.Centre()
	projected := network.Point{X: centre.X - l.offset.X, Y: centre.Y - l.offset.Y}
	if g, ok := parseGrid(l.projection); ok {
		off := network.Point{X: projected.X - g.false.X, Y: projected.Y - g.false.Y}
		if g.scale == 1 && math.Hypot(off.X, off.Y) < nearOrigin {
			return frame{
				projection: g.Projection,
				shift:      network.Point{X: -l.offset.X - g.false.X, Y: -l.offset.Y - g.false.Y},
				about:      "as in the file (transverse Mercator)",
			}
		}
		lon, lat := g.ToLonLat(network.Point{X: off.X / g.scale, Y: off.Y / g.scale})
		if math.Abs(lat) < 85 {
			return frame{
				projection: network.Projection{Lon0: rounded(lon), Lat0: rounded(lat)}, grid: &g,
				shift: network.Point{X: -l.offset.X, Y: -l.offset.Y},
				about: fmt.Sprintf("through longitude and latitude, from %s", l.projection),
			}
		}
	}
	f := frame{shift: network.Point{X: -centre.X, Y: -centre.Y}}
	b := l.geographic
	geographic := l.projection != "" && l.projection != "!" && b.MinX < b.MaxX && b.MinY < b.MaxY &&
		b.MinX >= -180 && b.MaxX <= 180 && b.MinY >= -85 && b.MaxY <= 85
	if geographic {
		c := b.Centre()
		f.projection = network.Projection{Lon0: rounded(c.X), Lat0: rounded(c.Y)}
		f.about = fmt.Sprintf("metres as in the file, around the middle of origBoundary: the projection %q is not supported", l.projection)
		return f
	}
	f.about = "metres as in the file; it does not say where on the globe it is, so longitude and latitude are those of 0, 0"
	return f
}

func rounded(degrees float64) float64 { return math.Round(degrees*1e7) / 1e7 }

// parseGrid reads the parameters of a PROJ string if it is a transverse Mercator projection in metres: utm or tmerc, on
// WGS 84 or an ellipsoid that is alike.
func parseGrid(text string) (grid, bool) {
	p := map[string]string{}
	for _, word := range strings.Fields(text) {
		key, value, _ := strings.Cut(strings.TrimPrefix(word, "+"), "=")
		p[key] = value
	}
	number := func(key string, otherwise float64) (float64, bool) {
		if p[key] == "" {
			return otherwise, true
		}
		v, err := strconv.ParseFloat(p[key], 64)
		return v, err == nil && !math.IsNaN(v) && math.Abs(v) < 1e9
	}
	if _, shifted := p["towgs84"]; shifted || !oneOf(p["ellps"], "", "WGS84", "GRS80") || !oneOf(p["units"], "", "m") {
		return grid{}, false
	}
	switch p["proj"] {
	case "utm":
		zone, ok := number("zone", 0)
		if !ok || zone < 1 || zone > 60 {
			return grid{}, false
		}
		g := grid{Projection: network.Projection{Lon0: 6*zone - 183}, scale: 0.9996, false: network.Point{X: 500000}}
		if _, south := p["south"]; south {
			g.false.Y = 1e7
		}
		return g, true
	case "tmerc":
		if p["k"] == "" {
			p["k"] = p["k_0"]
		}
		g := grid{}
		for _, v := range []struct {
			key       string
			otherwise float64
			to        *float64
		}{
			{"lon_0", 0, &g.Lon0}, {"lat_0", 0, &g.Lat0}, {"x_0", 0, &g.false.X}, {"y_0", 0, &g.false.Y}, {"k", 1, &g.scale},
		} {
			var ok bool
			if *v.to, ok = number(v.key, v.otherwise); !ok {
				return grid{}, false
			}
		}
		return g, g.scale > 0.5 && g.scale < 2 && math.Abs(g.Lat0) <= 85 && math.Abs(g.Lon0) <= 180
	}
	return grid{}, false
}

func oneOf(s string, options ...string) bool {
	for _, o := range options {
		if s == o {
			return true
		}
	}
	return false
}
