package cityflow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// What a file may hold at most: some ten times the largest that is published (Manhattan, 2,510 intersections).
const (
	maxBytes         = 256 << 20
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
	AvailableRoadLinks []int   `json:"availableRoadLinks"`
}

// decode reads the file.
func decode(r io.Reader) (*roadnet, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > maxBytes:
		return nil, fmt.Errorf("larger than %d MiB", maxBytes>>20)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) // the mark of UTF-8 that some editors write
	var n roadnet
	if err := json.Unmarshal(data, &n); err != nil {
		return nil, jsonError(data, err)
	}
	switch {
	case len(n.Intersections) == 0 || len(n.Roads) == 0:
		return nil, fmt.Errorf("%d intersections and %d roads, want a CityFlow roadnet with some of each", len(n.Intersections), len(n.Roads))
	case len(n.Intersections) > maxIntersections:
		return nil, fmt.Errorf("%d intersections, want at most %d", len(n.Intersections), maxIntersections)
	case len(n.Roads) > maxRoads:
		return nil, fmt.Errorf("%d roads, want at most %d", len(n.Roads), maxRoads)
	}
	return &n, nil
}

// jsonError says in which line err is, and of which field.
func jsonError(data []byte, err error) error {
	line := func(offset int64) int {
		return 1 + bytes.Count(data[:min(max(offset, 0), int64(len(data)))], []byte("\n"))
	}
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("line %d: not JSON: %w", line(syntax.Offset), err)
	case errors.As(err, &kind):
		return fmt.Errorf("line %d: %s: a JSON %s, want %s", line(kind.Offset), kind.Field, kind.Value, kind.Type)
	}
	return err
}
