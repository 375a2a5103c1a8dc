package demand

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"roadtwin/network"
	"roadtwin/network/bounded"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/traffic"
)

// maxLine bounds a line of a list of trips, bytes.
const maxLine = 64 << 10

// listReach is how far from a street a place in a list of trips may be, m.
const listReach = 500.0

// ReadFile reads a list of trips in whichever of its formats the file is, plain or compressed by gzip: CSV (see Read),
// CityFlow's flow.json (see ReadFlow) or SUMO's .rou.xml (see ReadRoutes), of which it may also be a list separated by
// commas, or a .sumocfg that names them.
func ReadFile(path string, p *Places, factor float64, seed uint64, begin, end float64) (*Demand, error) {
	if files, err := routeFiles(path); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	} else if len(files) > 0 {
		d, err := readRouteFiles(files, p, factor, seed, begin, end)
		if err == nil {
			d.source = path
		}
		return d, err
	}
	f, err := os.Open(path)
	if err != nil {
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	defer f.Close()
	d, err := readAny(f, p, factor, seed, begin, end)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	d.source = path
	return d, nil
}

// readAny tells the format from how the list begins.
func readAny(in io.Reader, p *Places, factor float64, seed uint64, begin, end float64) (*Demand, error) {
	r, err := bounded.Unpack(in)
	if err != nil {
		return nil, err
	}
	head, err := r.Peek(512)
	if err != nil && len(head) == 0 && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if mark := []byte("\xef\xbb\xbf"); bytes.HasPrefix(head, mark) {
		head = head[len(mark):]
		_, _ = r.Discard(len(mark)) // has been peeked
	}
	switch trimmed := bytes.TrimLeft(head, " \t\r\n"); {
	case bytes.HasPrefix(trimmed, []byte("[")):
		return ReadFlow(r, p, factor, seed, begin, end)
	case bytes.HasPrefix(trimmed, []byte("<")):
		return ReadRoutes([]Routes{{In: r}}, p, factor, seed, begin, end)
	}
	return Read(r, p, factor, seed, begin, end)
}

// Read reads a list of trips as CSV with the columns depart, from, to and, as far as wanted, class, purpose and route:
//
//	depart,from,to,class,purpose
//	07:31:15,way/39418230,-75.5466 39.7447,van,business
//	07:31:16,way/39418230@gate,edge/17@55.5,,
//
// depart is a time of day or seconds after midnight; from and to are an OSM way, negative if driven against its
// direction, or longitude and latitude, or the number of an edge of this network. After way and edge may stand how many metres
// along it, or gate: from beyond the edge of the map, or to there. route are the numbers of all edges of the way, from the first to
// the last, separated by spaces. Edges have the same numbers as long as the map and the program are the same.
//
// Trips outside of begin to end are left out. Each trip is made factor times, the fraction by a draw keyed by its line.
func Read(in io.Reader, p *Places, factor float64, seed uint64, begin, end float64) (*Demand, error) {
	lines := bounded.NewReader(in, maxLine)
	r := csv.NewReader(lines)
	r.Comment = '#'
	r.TrimLeadingSpace = true
	r.ReuseRecord = true
	l := list{Locator: *p.NewLocator(), reader: r}
	if err := l.header(); err != nil {
		return nil, err
	}
	d := &Demand{params: Params{Factor: factor}, places: p, begin: begin, end: end, source: "a list"}
	var about []About
	for number := uint64(0); ; number++ {
		lines.Next()
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		trip, purpose, err := l.trip(record)
		if err != nil {
			line, _ := r.FieldPos(0)
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		if trip.Depart < begin || trip.Depart >= end {
			continue
		}
		for copied := range copies(factor, seed, number) {
			if len(d.Trips) == maxListed {
				return nil, fmt.Errorf("more than %d trips", maxListed)
			}
			d.Trips = append(d.Trips, trip)
			about = append(about, About{Number: numberOfCopy(number, copied), Purpose: purpose})
			d.counts.classes[trip.Class]++
		}
	}
	d.arrange(about)
	return d, nil
}

// copies returns how often a trip of the list is made. What a smaller factor makes, a greater one makes too.
func copies(factor float64, seed, number uint64) int {
	whole := math.Floor(factor)
	n := int(whole)
	if draw.Float64(seed, draw.TripDeparture, number, 1) < factor-whole {
		n++
	}
	return n
}

// numberOfCopy returns the number of the trip that is made of one of a list for the k-th time, from 0: somebody else's.
func numberOfCopy(number uint64, k int) uint64 { return number ^ uint64(k)*0x9e3779b97f4a7c15 }

// list reads the lines of a list of trips.
type list struct {
	Locator
	reader   *csv.Reader
	depart   int // columns
	from, to int
	class    int // -1 if there is none, as the next two
	purpose  int
	route    int
}

var listColumns = []string{"depart", "from", "to", "class", "purpose", "route"}

func (l *list) header() error {
	names, err := l.reader.Read()
	if errors.Is(err, io.EOF) {
		return errors.New("empty, want a line with the columns depart,from,to,class,purpose,route")
	}
	if err != nil {
		return err
	}
	for _, name := range names {
		if !slices.Contains(listColumns, name) {
			return fmt.Errorf("line 1: unknown column %q, want %s", name, strings.Join(listColumns, ","))
		}
	}
	l.depart, l.from, l.to = slices.Index(names, "depart"), slices.Index(names, "from"), slices.Index(names, "to")
	l.class, l.purpose, l.route = slices.Index(names, "class"), slices.Index(names, "purpose"), slices.Index(names, "route")
	if l.depart < 0 || l.from < 0 || l.to < 0 {
		return errors.New("line 1: the columns depart, from and to are needed")
	}
	return nil
}

func (l *list) trip(record []string) (t traffic.Trip, purpose Purpose, err error) {
	if t.Depart, err = ParseTime(record[l.depart]); err != nil {
		return t, 0, fmt.Errorf("depart: %w", err)
	}
	if t.From, t.FromPos, err = l.place(record[l.from]); err != nil {
		return t, 0, fmt.Errorf("from: %w", err)
	}
	if t.To, t.ToPos, err = l.place(record[l.to]); err != nil {
		return t, 0, fmt.Errorf("to: %w", err)
	}
	if l.class >= 0 && record[l.class] != "" {
		class, ok := network.ParseVehicleClass(record[l.class])
		if !ok {
			return t, 0, fmt.Errorf("class: unknown vehicle class %q", record[l.class])
		}
		t.Class = class
	}
	if l.purpose >= 0 && record[l.purpose] != "" {
		if purpose, err = ParsePurpose(record[l.purpose]); err != nil {
			return t, 0, fmt.Errorf("purpose: %w", err)
		}
	}
	if l.route >= 0 && record[l.route] != "" {
		if err = l.way(&t, record[l.route]); err != nil {
			return t, 0, fmt.Errorf("route: %w", err)
		}
	}
	return t, purpose, nil
}

// way sets the route of a trip.
func (l *list) way(t *traffic.Trip, text string) error {
	for i, number := range strings.Fields(text) {
		e, err := l.edge(number)
		if err != nil {
			return err
		}
		if i > 0 && !leads(l.places.router.Arcs(t.Route[i-1]), e, t.Class) {
			return fmt.Errorf("nothing leads a %v from edge %d to edge %d; is it a route of this network?", t.Class, t.Route[i-1], e)
		}
		t.Route = append(t.Route, e)
	}
	if n := len(t.Route); n > 0 && (t.Route[0] != t.From || t.Route[n-1] != t.To) {
		return fmt.Errorf("leads from edge %d to %d, but the trip from %d to %d", t.Route[0], t.Route[n-1], t.From, t.To)
	}
	return nil
}

func (l *Locator) edge(text string) (network.EdgeID, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n >= len(l.places.net.Edges) {
		return 0, fmt.Errorf("edge %q, want a number from 0 to %d", text, len(l.places.net.Edges)-1)
	}
	return network.EdgeID(n), nil
}

// place returns the edge and the position that text names.
func (l *Locator) place(text string) (network.EdgeID, float64, error) {
	if id, found := strings.CutPrefix(text, "way/"); found {
		id, at, _ := strings.Cut(id, "@")
		way, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return 0, 0, fmt.Errorf("%q: want way/ and a number", text)
		}
		edge, err := l.longestOf(way)
		if err != nil {
			return 0, 0, err
		}
		return l.along(edge, at)
	}
	if number, found := strings.CutPrefix(text, "edge/"); found {
		number, at, _ := strings.Cut(number, "@")
		edge, err := l.edge(number)
		if err != nil {
			return 0, 0, err
		}
		return l.along(edge, at)
	}
	fields := strings.Fields(text)
	if len(fields) != 2 {
		return 0, 0, fmt.Errorf("%q: want way/ID, edge/NUMBER or longitude and latitude", text)
	}
	lon, errLon := strconv.ParseFloat(fields[0], 64)
	lat, errLat := strconv.ParseFloat(fields[1], 64)
	if errLon != nil || errLat != nil || !(math.Abs(lon) <= 180 && math.Abs(lat) <= 90) {
		return 0, 0, fmt.Errorf("%q: want longitude and latitude in degrees", text)
	}
	p := l.places
	edge, at, ok := p.index.nearest(p.net.Projection.ToLocal(lon, lat), listReach)
	if !ok {
		return 0, 0, fmt.Errorf("%q: no street where one may stop within %.0f m", text, listReach)
	}
	return edge, p.clampStart(edge, at), nil
}

// along returns a place on an edge: in the middle, so many metres along it, or beyond its end at the edge of the map ("gate").
func (l *Locator) along(e network.EdgeID, at string) (network.EdgeID, float64, error) {
	length := l.places.net.Edges[e].Length
	switch at {
	case "":
		return e, length / 2, nil
	case "gate":
		return e, traffic.AtBoundary, nil
	}
	pos, err := strconv.ParseFloat(at, 64)
	if err != nil || !(pos >= 0 && pos <= length) {
		return 0, 0, fmt.Errorf("@%s: want metres along it, 0 to %.1f, or gate", at, length)
	}
	return e, pos, nil
}

// ParseTime reads "07:31", "07:31:15" or seconds after midnight.
func ParseTime(text string) (float64, error) {
	parts := strings.Split(text, ":")
	total := 0.0
	for i, part := range parts {
		v, err := strconv.ParseFloat(part, 64)
		if err != nil || !(v >= 0) || i > 0 && v >= 60 || len(parts) > 3 {
			return 0, fmt.Errorf("%q is not a time, want \"07:31:15\" or seconds after midnight", text)
		}
		total = total*60 + v
	}
	if len(parts) == 2 {
		total *= 60
	}
	if total >= 48*3600 {
		return 0, fmt.Errorf("%q is after 48:00", text)
	}
	return total, nil
}
