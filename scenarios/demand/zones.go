package demand

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"roadtwin/network"
	"roadtwin/network/bounded"
)

// Zones are areas of the map with names, such as those of a city's transport model. They are immutable.
type Zones struct {
	zones []Zone
	index map[string]int
}

// Zone is one area: polygons, each an outline with holes.
type Zone struct {
	ID string
	// External zones stand for the world around the map: their trips pass the gates within them, however many people live there.
	External bool
	polygons [][][]network.Point // closed rings, the first of each polygon its outline
	bounds   network.Bounds
}

// Bounds of a file of zones: bytes, zones, and points of all zones together.
const (
	maxZonesFile   = 256 << 20
	maxGivenZones  = 100_000
	maxZonesPoints = 20_000_000
)

// ReadZonesFile reads zones from a file, plain or compressed by gzip; see ReadZones.
func ReadZonesFile(path string, net *network.Network) (*Zones, error) {
	return bounded.ReadFile(path, func(in io.Reader) (*Zones, error) { return ReadZones(in, net) })
}

// ReadZones reads a GeoJSON FeatureCollection (RFC 7946) of Polygons and MultiPolygons, each with a property id, a text or a
// number, and, for the world around the map, a property external: true.
func ReadZones(in io.Reader, net *network.Network) (*Zones, error) {
	data, err := io.ReadAll(io.LimitReader(in, maxZonesFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxZonesFile {
		return nil, fmt.Errorf("larger than %d MiB", maxZonesFile>>20)
	}
	var file struct {
		Type     string `json:"type"`
		Features []struct {
			ID         json.RawMessage `json:"id"`
			Properties struct {
				ID       json.RawMessage `json:"id"`
				External bool            `json:"external"`
			} `json:"properties"`
			Geometry struct {
				Type        string          `json:"type"`
				Coordinates json.RawMessage `json:"coordinates"`
			} `json:"geometry"`
		} `json:"features"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, jsonError(err, data)
	}
	if file.Type != "FeatureCollection" {
		return nil, fmt.Errorf("type: got %q, want a GeoJSON \"FeatureCollection\"", file.Type)
	}
	if n := len(file.Features); n == 0 || n > maxGivenZones {
		return nil, fmt.Errorf("features: %d, want 1 to %d", n, maxGivenZones)
	}
	z := &Zones{index: map[string]int{}}
	points := 0
	for i, f := range file.Features {
		text := f.Properties.ID
		if len(text) == 0 {
			text = f.ID
		}
		id, err := zoneID(text)
		if err != nil {
			return nil, fmt.Errorf("features[%d].properties.id: %w", i, err)
		}
		if first, double := z.index[id]; double {
			return nil, fmt.Errorf("features[%d].properties.id: zone %q is already features[%d]", i, id, first)
		}
		zone := Zone{ID: id, External: f.Properties.External, bounds: network.EmptyBounds()}
		if err := zone.draw(f.Geometry.Type, f.Geometry.Coordinates, net, &points); err != nil {
			return nil, fmt.Errorf("features[%d] (zone %s): geometry: %w", i, id, err)
		}
		z.index[id] = len(z.zones)
		z.zones = append(z.zones, zone)
	}
	return z, nil
}

// jsonError says in which line of data a mistake is.
func jsonError(err error, data []byte) error {
	offset := int64(-1)
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset = kind.Offset
		err = fmt.Errorf("%s: got a %s, want another kind of value", kind.Field, kind.Value)
	}
	if offset < 0 {
		return err
	}
	line := 1
	for _, c := range data[:min(int(offset), len(data))] {
		if c == '\n' {
			line++
		}
	}
	return fmt.Errorf("line %d: %w", line, err)
}

func zoneID(text json.RawMessage) (string, error) {
	var name string
	if json.Unmarshal(text, &name) == nil && name != "" {
		return name, nil
	}
	var number json.Number
	if json.Unmarshal(text, &number) == nil {
		if whole, err := number.Int64(); err == nil {
			return strconv.FormatInt(whole, 10), nil
		}
	}
	return "", errors.New("missing, want a text or a whole number")
}

// draw sets the polygons of a zone.
func (z *Zone) draw(kind string, text json.RawMessage, net *network.Network, points *int) error {
	var all [][][][]float64
	switch kind {
	case "Polygon":
		all = make([][][][]float64, 1)
		if err := json.Unmarshal(text, &all[0]); err != nil {
			return errors.New("coordinates are not those of a Polygon")
		}
	case "MultiPolygon":
		if err := json.Unmarshal(text, &all); err != nil {
			return errors.New("coordinates are not those of a MultiPolygon")
		}
	default:
		return fmt.Errorf("type %q, want Polygon or MultiPolygon", kind)
	}
	for _, polygon := range all {
		var rings [][]network.Point
		for _, ring := range polygon {
			if *points += len(ring); *points > maxZonesPoints {
				return fmt.Errorf("more than %d points in all zones", maxZonesPoints)
			}
			line, err := z.ring(ring, net)
			if err != nil {
				return err
			}
			rings = append(rings, line)
		}
		if len(rings) > 0 {
			z.polygons = append(z.polygons, rings)
		}
	}
	if len(z.polygons) == 0 {
		return errors.New("no ring")
	}
	return nil
}

func (z *Zone) ring(ring [][]float64, net *network.Network) ([]network.Point, error) {
	if len(ring) < 4 {
		return nil, fmt.Errorf("a ring of %d points, want at least 4, the last equal to the first", len(ring))
	}
	line := make([]network.Point, 0, len(ring)+1)
	for _, at := range ring {
		if len(at) < 2 || !(math.Abs(at[0]) <= 180 && math.Abs(at[1]) <= 90) {
			return nil, fmt.Errorf("%v, want longitude and latitude in degrees", at)
		}
		p := net.Projection.ToLocal(at[0], at[1])
		line, z.bounds = append(line, p), z.bounds.Extend(p)
	}
	if line[0] != line[len(line)-1] {
		line = append(line, line[0])
	}
	return line, nil
}

// Len returns the number of zones.
func (z *Zones) Len() int { return len(z.zones) }

// Zone returns zone i.
func (z *Zones) Zone(i int) *Zone { return &z.zones[i] }

// Find returns the zone called id.
func (z *Zones) Find(id string) (i int, ok bool) {
	i, ok = z.index[id]
	return i, ok
}

// Contains reports whether p is in the zone.
func (z *Zone) Contains(p network.Point) bool {
	if b := z.bounds; p.X < b.MinX || p.X > b.MaxX || p.Y < b.MinY || p.Y > b.MaxY {
		return false
	}
	for _, polygon := range z.polygons {
		inside := contains(polygon[0], p)
		for _, hole := range polygon[1:] {
			inside = inside && !contains(hole, p)
		}
		if inside {
			return true
		}
	}
	return false
}

// Attraction is by what a trip's end within a zone is drawn.
type Attraction uint8

// The attractions.
const (
	ByAll   Attraction = iota // residents and jobs
	ByHomes                   // residents
	ByJobs                    // jobs: where people work, shop and learn
)

// ParseAttraction returns the attraction called name: all, homes or jobs.
func ParseAttraction(name string) (Attraction, error) {
	switch name {
	case "all":
		return ByAll, nil
	case "homes":
		return ByHomes, nil
	case "jobs":
		return ByJobs, nil
	}
	return 0, fmt.Errorf("%q, want homes, jobs or all", name)
}

// Ends returns by what the ends of trips with a purpose are drawn: those of home to work, school, shops and leisure from homes to
// jobs, those of business and freight from jobs to jobs.
func (p Purpose) Ends() (from, to Attraction) {
	switch p {
	case Commute, School, Shopping, Leisure:
		return ByHomes, ByJobs
	case Business, Freight:
		return ByJobs, ByJobs
	}
	return ByAll, ByAll
}

// ends are where trips of one zone may begin or end, with cumulative weights.
type ends struct {
	spots []spot // begin < 0 for a gate
	by    [3][]float64
}

// endsOf finds where trips of each zone begin (departing) or end: at the homes and jobs within it; where there are none, along
// its streets by their length; and in an external zone at the gates within it by their traffic.
func (p *Places) endsOf(z *Zones, departing bool) []ends {
	all := make([]ends, z.Len())
	gates := p.exits
	if departing {
		gates = p.entries
	}
	pieces := p.pieces()
	for i := range z.zones {
		zone, e := &z.zones[i], &all[i]
		if !zone.External {
			for _, s := range pieces {
				if zone.Contains(s.at) {
					e.spots = append(e.spots, s)
				}
			}
			if len(e.spots) == 0 {
				e.spots = p.streetsIn(zone)
			}
		}
		if zone.External || len(e.spots) == 0 {
			for _, g := range gates {
				if zone.Contains(g.at) {
					e.spots = append(e.spots, spot{edge: g.edge, begin: -1, end: -1, at: g.at, homes: g.daily, jobs: g.daily})
				}
			}
		}
		e.weigh()
	}
	return all
}

func (e *ends) weigh() {
	for _, s := range e.spots {
		e.by[ByAll] = append(e.by[ByAll], s.homes+s.jobs)
		e.by[ByHomes] = append(e.by[ByHomes], s.homes)
		e.by[ByJobs] = append(e.by[ByJobs], s.jobs)
	}
	for i := range e.by {
		cumulate(e.by[i])
	}
	for i := range e.by {
		if total(e.by[i]) == 0 { // nobody lives, or works, there
			e.by[i] = e.by[ByAll]
		}
	}
}

// pieceLength is how long a piece of kerb is at most that is within a zone or is not, m.
const pieceLength = 20.0

// pieces are the places of the map, the long ones in pieces.
func (p *Places) pieces() (pieces []spot) {
	for i := range p.spots {
		pieces = p.appendPieces(pieces, &p.spots[i])
	}
	return pieces
}

func (p *Places) appendPieces(pieces []spot, s *spot) []spot {
	n := int(math.Ceil((s.end - s.begin) / pieceLength))
	if n <= 1 {
		return append(pieces, *s)
	}
	step := (s.end - s.begin) / float64(n)
	for k := range n {
		begin := s.begin + float64(k)*step
		pieces = append(pieces, spot{
			edge: s.edge, begin: begin, end: begin + step, at: p.pointAt(s.edge, begin+step/2), homes: s.homes / float64(n), jobs: s.jobs / float64(n),
		})
	}
	return pieces
}

// streetsIn are the streets in a zone where one may stop, as places of equal weight a metre.
func (p *Places) streetsIn(zone *Zone) (spots []spot) {
	var pieces []spot
	for e := range p.net.Edges {
		id := network.EdgeID(e)
		if !p.canStop(id) {
			continue
		}
		l := p.net.Edges[e].Length
		pieces = p.appendPieces(pieces[:0], &spot{edge: id, begin: endMargin, end: l - endMargin, at: p.middle(id), homes: l, jobs: l})
		for _, s := range pieces {
			if zone.Contains(s.at) {
				spots = append(spots, s)
			}
		}
	}
	return spots
}

// end draws where a trip begins or ends: choice and along are uniform in [0, 1).
func (e *ends) end(by Attraction, choice, along float64) (end tripEnd, ok bool) {
	row := e.by[by]
	if total(row) == 0 {
		return end, false
	}
	s := &e.spots[pick(row, choice*total(row))]
	if s.begin < 0 {
		return tripEnd{s.edge, -1}, true
	}
	return tripEnd{s.edge, math.Round((s.begin+along*(s.end-s.begin))*1000) / 1000}, true
}
