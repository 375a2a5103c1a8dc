package cityflow

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"roadtwin/network/bounded"
)

// What a file may hold at most: some ten times the largest that is published (Manhattan, 2,510 intersections).
const (
	maxBytes         = 256 << 20
	maxElement       = 8 << 20 // bytes of an intersection or a road
	maxIntersections = 100_000
	maxRoads         = 400_000
	maxPoints        = 10_000 // of a road
	maxLanes         = 32     // of a road
	maxRoadLinks     = 500    // of an intersection
	maxLaneLinks     = 2_000  // of an intersection
	maxPhases        = 1_000  // of an intersection
	maxID            = 1_000  // bytes
)

// roadnet is the file. Pointers are fields that must be there.
type roadnet struct {
	Intersections []intersection `json:"intersections"`
	Roads         []road         `json:"roads"`
}

type intersection struct {
	ID           string       `json:"id"`
	Point        *point       `json:"point"`
	Width        float64      `json:"width"` // m from its point to the stop lines
	RoadLinks    []roadLink   `json:"roadLinks"`
	TrafficLight trafficLight `json:"trafficLight"`
	Virtual      bool         `json:"virtual"`
}

type point struct {
	X *float64 `json:"x"`
	Y *float64 `json:"y"`
}

type road struct {
	ID                string  `json:"id"`
	Points            []point `json:"points"`
	Lanes             []lane  `json:"lanes"` // from the inside to the kerb
	StartIntersection string  `json:"startIntersection"`
	EndIntersection   string  `json:"endIntersection"`
}

type lane struct {
	Width    float64 `json:"width"`    // m
	MaxSpeed float64 `json:"maxSpeed"` // m/s
}

type roadLink struct {
	Type      string     `json:"type"`
	StartRoad string     `json:"startRoad"`
	EndRoad   string     `json:"endRoad"`
	LaneLinks []laneLink `json:"laneLinks"`
}

type laneLink struct {
	StartLaneIndex *int `json:"startLaneIndex"`
	EndLaneIndex   *int `json:"endLaneIndex"`
}

type trafficLight struct {
	LightPhases []lightPhase `json:"lightphases"`
}

type lightPhase struct {
	Time               float64 `json:"time"` // s
	AvailableRoadLinks []int32 `json:"availableRoadLinks"`
}

// decode reads the file, an intersection or a road at a time.
func decode(r io.Reader) (*roadnet, error) {
	plain, err := bounded.Unpack(r)
	if err != nil {
		return nil, err
	}
	if head, _ := plain.Peek(3); string(head) == "\xef\xbb\xbf" { // the mark of UTF-8 that some editors write
		_, _ = plain.Discard(len(head)) // has been peeked
	}
	lines := &lineCounter{r: io.LimitReader(plain, maxBytes+1)}
	in := bounded.NewReader(lines, maxElement)
	d := json.NewDecoder(in)
	var n roadnet
	if err = n.decode(d, in); err != nil {
		err = lines.explain(d, err)
	}
	switch {
	case lines.n > maxBytes:
		return nil, fmt.Errorf("larger than %d MiB", maxBytes>>20)
	case err != nil:
		return nil, err
	case len(n.Intersections) == 0 || len(n.Roads) == 0:
		return nil, fmt.Errorf("%d intersections and %d roads, want a CityFlow roadnet with some of each", len(n.Intersections), len(n.Roads))
	}
	return &n, nil
}

func (n *roadnet) decode(d *json.Decoder, in *bounded.Reader) error {
	if err := delimiter(d, '{'); err != nil {
		return err
	}
	for d.More() {
		in.Next()
		key, err := d.Token()
		if err != nil {
			return err
		}
		switch key {
		case "intersections":
			err = elements(d, in, &n.Intersections, maxIntersections, "intersection", (*intersection).check)
		case "roads":
			err = elements(d, in, &n.Roads, maxRoads, "road", (*road).check)
		default:
			var other json.RawMessage
			err = d.Decode(&other)
		}
		if err != nil {
			return err
		}
	}
	in.Next()
	if err := delimiter(d, '}'); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one JSON value")
	}
	return nil
}

// elements appends those of an array, each of which check lets pass.
func elements[T any](d *json.Decoder, in *bounded.Reader, to *[]T, most int, what string, check func(*T) (id string, err error)) error {
	if err := delimiter(d, '['); err != nil {
		return err
	}
	for in.Next(); d.More(); in.Next() {
		if len(*to) == most {
			return fmt.Errorf("more than %d %ss", most, what)
		}
		var e T
		if err := d.Decode(&e); err != nil {
			return fmt.Errorf("%s %d: %w", what, len(*to), err)
		}
		if id, err := check(&e); err != nil {
			return fmt.Errorf("%s %d (%s): %w", what, len(*to), id, err)
		}
		*to = append(*to, e)
	}
	return delimiter(d, ']')
}

// delimiter reads one.
func delimiter(d *json.Decoder, want json.Delim) error {
	got, err := d.Token()
	if err == nil && got != want {
		return fmt.Errorf("%v, want %v", got, want)
	}
	return err
}

// check bounds what an intersection holds.
func (x *intersection) check() (id string, err error) {
	laneLinks, phases := 0, x.TrafficLight.LightPhases
	for i := range x.RoadLinks {
		laneLinks += len(x.RoadLinks[i].LaneLinks)
	}
	switch {
	case len(x.RoadLinks) > maxRoadLinks:
		return x.ID, fmt.Errorf("%d roadLinks, want at most %d", len(x.RoadLinks), maxRoadLinks)
	case laneLinks > maxLaneLinks:
		return x.ID, fmt.Errorf("%d laneLinks, want at most %d", laneLinks, maxLaneLinks)
	case len(phases) > maxPhases:
		return x.ID, fmt.Errorf("%d lightphases, want at most %d", len(phases), maxPhases)
	}
	for i := range phases {
		if n := len(phases[i].AvailableRoadLinks); n > maxRoadLinks {
			return x.ID, fmt.Errorf("lightphase %d: %d availableRoadLinks, want at most %d", i, n, maxRoadLinks)
		}
	}
	return x.ID, nil
}

// check bounds what a road holds.
func (r *road) check() (id string, err error) {
	switch {
	case len(r.Points) < 2 || len(r.Points) > maxPoints:
		return r.ID, fmt.Errorf("%d points, want 2 to %d", len(r.Points), maxPoints)
	case len(r.Lanes) < 1 || len(r.Lanes) > maxLanes:
		return r.ID, fmt.Errorf("%d lanes, want 1 to %d", len(r.Lanes), maxLanes)
	}
	return r.ID, nil
}

// lineCounter knows where the lines of what was read begin.
type lineCounter struct {
	r      io.Reader
	n      int64   // bytes
	breaks []int64 // offsets of line breaks, the last keptBreaks of them
	lost   int     // breaks before those
}

// keptBreaks is enough for the lines of what a decoder may have read ahead, and bounds what is kept.
const keptBreaks = 1 << 20

func (l *lineCounter) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for i, c := range p[:n] {
		if c == '\n' {
			l.breaks = append(l.breaks, l.n+int64(i))
		}
	}
	if extra := len(l.breaks) - keptBreaks; extra > keptBreaks {
		l.breaks = append(l.breaks[:0], l.breaks[extra:]...)
		l.lost += extra
	}
	l.n += int64(n)
	return n, err
}

// explain says in which line err is, and of which field.
func (l *lineCounter) explain(d *json.Decoder, err error) error {
	at := d.InputOffset()
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	isSyntax := errors.As(err, &syntax)
	if isSyntax {
		at = max(at, syntax.Offset)
	}
	before, _ := slices.BinarySearch(l.breaks, at)
	line := 1 + l.lost + before
	switch {
	case isSyntax:
		return fmt.Errorf("line %d: not JSON: %w", line, err)
	case errors.As(err, &kind):
		return fmt.Errorf("line %d: %s: a JSON %s, want %s", line, kind.Field, kind.Value, kind.Type)
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("line %d: not JSON: the file ends early", line)
	}
	return fmt.Errorf("line %d: %w", line, err)
}
