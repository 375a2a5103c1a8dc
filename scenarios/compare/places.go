package compare

import (
	"context"
	"fmt"
	"math"

	"roadtwin/scenarios/results"
)

// Level is what traffic is added up over.
type Level string

// The levels.
const (
	Whole    Level = "whole"  // all of the map
	ByEdge   Level = "edge"   // one direction of a road between two junctions
	ByStreet Level = "street" // edges of the same name
	ByClass  Level = "class"  // roads of the same class
	ByPlace  Level = "place"  // the areas and corridors that the scenario measures
)

// ParseLevel returns the level of that name.
func ParseLevel(name string) (Level, error) {
	switch l := Level(name); l {
	case Whole, ByEdge, ByStreet, ByClass, ByPlace:
		return l, nil
	}
	return "", fmt.Errorf("unknown level %q, want whole, edge, street, class or place", name)
}

// Cell is a place in a time.
type Cell struct {
	Place string  // key of an edge, name of a street, class, area or corridor; "" for the whole
	Begin float64 // s after midnight; 0 if times are not told apart
}

// Sums is the traffic of a cell.
type Sums struct {
	Hours                        float64 // of the time
	Metres                       float64 // length of the place: all of its edges, those without traffic included
	LaneMetres                   float64 // the same lane by lane
	Seconds, Driven, FreeSeconds float64 // vehicle seconds, vehicle metres, and what these take at the speed limits
	Standing                     float64 // vehicle seconds below 5 km/h
	Queue, QueueMax              float64 // mean over time, and the longest of one edge
	PathSeconds, PathMetres      float64 // what driving the edges with traffic one after the other takes, and their length
	CO2, Fuel, NOx, PM, Energy   float64 // g and kWh
	Conflicts, Crashes           float64
	Passed, ControlDelay         float64 // vehicles that passed the junctions at the ends of its edges, and what that cost all of them, s
}

// PlaceMeasure is something that is measured of places.
type PlaceMeasure struct {
	Name, Unit, Text string
	Better           int // see scenarios.RunMeasure
	Of               func(*Sums) float64
}

// PlaceMeasures are all there are. A measure that has no value, as the speed where nobody drove, is NaN.
var PlaceMeasures = []PlaceMeasure{
	{"delay_h", "h", "vehicle hours lost against the speed limits", -1, func(s *Sums) float64 { return math.Max(0, s.Seconds-s.FreeSeconds) / 3600 }},
	{"delay_s_per_km", "s/km", "time lost in driving a kilometre", -1, func(s *Sums) float64 { return div(math.Max(0, s.Seconds-s.FreeSeconds), s.Driven/1000) }},
	{"travel_time_s", "s", "time to drive a corridor or an edge from end to end; the sum of the means on its edges, scaled up for those without traffic", -1, func(s *Sums) float64 { return div(s.PathSeconds*s.Metres, s.PathMetres) }},
	{"speed_kmh", "km/h", "space mean speed", +1, func(s *Sums) float64 { return 3.6 * div(s.Driven, s.Seconds) }},
	{"flow_vph", "veh/h", "vehicle kilometres over kilometres and hours", 0, func(s *Sums) float64 { return div(s.Driven, s.Metres*s.Hours) }},
	{"density_vpkm", "veh/km", "vehicles a kilometre of lane", -1, func(s *Sums) float64 { return div(s.Seconds/3600, s.LaneMetres/1000*s.Hours) }},
	{"standing_h", "h", "vehicle hours below 5 km/h", -1, func(s *Sums) float64 { return s.Standing / 3600 }},
	{"queue_mean", "veh", "standing vehicles at the stop lines, mean over time, all edges of the place", -1, func(s *Sums) float64 { return s.Queue }},
	{"queue_max", "veh", "longest queue on one edge, all lanes", -1, func(s *Sums) float64 { return s.QueueMax }},
	{"control_delay_s", "s", "control delay of a vehicle at the junctions at the ends of the edges", -1, func(s *Sums) float64 { return div(s.ControlDelay, s.Passed) }},
	{"vehicle_km", "km", "kilometres driven", 0, func(s *Sums) float64 { return s.Driven / 1000 }},
	{"vehicle_h", "h", "vehicle hours", -1, func(s *Sums) float64 { return s.Seconds / 3600 }},
	{"co2_kg", "kg", "carbon dioxide", -1, func(s *Sums) float64 { return s.CO2 / 1000 }},
	{"fuel_kg", "kg", "fuel burnt", -1, func(s *Sums) float64 { return s.Fuel / 1000 }},
	{"nox_g", "g", "nitrogen oxides", -1, func(s *Sums) float64 { return s.NOx }},
	{"pm_g", "g", "particles", -1, func(s *Sums) float64 { return s.PM }},
	{"electricity_kwh", "kWh", "from batteries", -1, func(s *Sums) float64 { return s.Energy }},
	{"conflicts", "", "near misses on edges (and, of the whole, in junctions)", -1, func(s *Sums) float64 { return s.Conflicts }},
	{"crashes", "", "crashes on edges (and, of the whole, in junctions)", -1, func(s *Sums) float64 { return s.Crashes }},
}

func div(a, b float64) float64 {
	if b == 0 {
		return math.NaN()
	}
	return a / b
}

// Reader adds up the traffic of runs on one map.
type Reader struct {
	db     *results.DB
	level  Level
	times  bool // tell the intervals apart
	places map[int][]string
	edges  map[int]results.Edge
	size   map[string]Sums // Metres and LaneMetres
	Label  map[string]string
}

// NewReader returns a reader for runs with the map, the areas and the corridors of run.
func NewReader(ctx context.Context, db *results.DB, run results.Run, level Level, times bool) (*Reader, error) {
	r := &Reader{
		db: db, level: level, times: times, places: map[int][]string{}, edges: map[int]results.Edge{}, size: map[string]Sums{}, Label: map[string]string{},
	}
	edges, err := db.Edges(ctx, run.ID)
	if err != nil {
		return nil, err
	}
	if level == ByPlace {
		rows, err := db.PlaceEdges(ctx, run.ID)
		if err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			return nil, fmt.Errorf("the scenario measures no areas and corridors; it names them under measure")
		}
		for _, row := range rows {
			r.places[row.Edge] = append(r.places[row.Edge], row.Place)
			r.Label[row.Place] = row.Kind
		}
	}
	for _, e := range edges {
		r.edges[e.Edge] = e
		for _, place := range r.placesOf(e) {
			s := r.size[place]
			s.Metres += e.Length
			s.LaneMetres += e.Length * float64(e.Lanes)
			r.size[place] = s
		}
	}
	return r, nil
}

// placesOf returns the places that an edge belongs to.
func (r *Reader) placesOf(e results.Edge) []string {
	switch r.level {
	case ByEdge:
		key := e.Key
		if key == "" {
			key = fmt.Sprint(e.Edge)
		}
		r.Label[key] = e.Name
		return []string{key}
	case ByStreet:
		if e.Name == "" {
			return nil
		}
		return []string{e.Name}
	case ByClass:
		return []string{e.Road}
	case ByPlace:
		return r.places[e.Edge]
	}
	return []string{""}
}

// Size returns the length of the edges of a place, m, and of their lanes.
func (r *Reader) Size(place string) (metres, laneMetres float64) {
	s := r.size[place]
	return s.Metres, s.LaneMetres
}

// Read returns the traffic of a run by place and time; cells without traffic are absent.
func (r *Reader) Read(ctx context.Context, run results.Run) (map[Cell]*Sums, error) {
	cells := map[Cell]*Sums{}
	begin := "0"
	if r.times {
		begin = "begin_s"
	}
	err := r.db.Query(ctx, func(scan func(...any) error) error {
		var edge int
		var at, until, seconds, metres, standing, queue, queueMax, co2, fuel, nox, pm, energy, passed, delay float64
		if err := scan(&edge, &at, &until, &seconds, &metres, &standing, &queue, &queueMax, &co2, &fuel, &nox, &pm, &energy, &passed, &delay); err != nil {
			return err
		}
		e := r.edges[edge]
		hours := (until - at) / 3600
		if !r.times {
			hours, queue = (run.End-run.Begin)/3600, queue/(run.End-run.Begin)
		} else {
			queue /= until - at
		}
		for _, place := range r.placesOf(e) {
			s := r.cell(cells, Cell{place, at}, hours)
			s.Seconds += seconds
			s.Driven += metres
			s.FreeSeconds += math.Min(metres/e.SpeedLimit, seconds)
			s.Standing += standing
			s.Queue += queue
			s.QueueMax = math.Max(s.QueueMax, queueMax)
			if metres > 0 {
				s.PathSeconds += e.Length * seconds / metres
				s.PathMetres += e.Length
			}
			s.CO2, s.Fuel, s.NOx, s.PM, s.Energy = s.CO2+co2, s.Fuel+fuel, s.NOx+nox, s.PM+pm, s.Energy+energy
			s.Passed, s.ControlDelay = s.Passed+passed, s.ControlDelay+delay
		}
		return nil
	}, `SELECT edge, `+begin+`, max(end_s), sum(vehicle_seconds), sum(vehicle_metres), sum(standing_secs), sum(queue_mean * (end_s - begin_s)),
		max(queue_max), ifnull(sum(co2), 0), ifnull(sum(fuel), 0), ifnull(sum(nox), 0), ifnull(sum(pm), 0), ifnull(sum(electricity), 0),
		ifnull(sum(passed), 0), ifnull(sum(control_delay), 0)
		FROM edge_intervals WHERE run = ? GROUP BY 1, 2`, run.ID)
	if err != nil {
		return nil, err
	}
	for _, table := range []string{"conflicts", "crashes"} {
		if err := r.count(ctx, run, table, cells); err != nil {
			return nil, err
		}
	}
	return cells, nil
}

// cell returns the sums of a cell, new if there are none.
func (r *Reader) cell(cells map[Cell]*Sums, c Cell, hours float64) *Sums {
	s := cells[c]
	if s == nil {
		size := r.size[c.Place]
		s = &Sums{Hours: hours, Metres: size.Metres, LaneMetres: size.LaneMetres}
		cells[c] = s
	}
	return s
}

// count adds the conflicts or crashes of a run to the cells that have traffic.
func (r *Reader) count(ctx context.Context, run results.Run, table string, cells map[Cell]*Sums) error {
	intervals := map[float64]bool{}
	for c := range cells {
		intervals[c.Begin] = true
	}
	return r.db.Query(ctx, func(scan func(...any) error) error {
		edge, at := -1, 0.0
		if err := scan(&edge, &at); err != nil {
			return err
		}
		begin := 0.0
		if r.times {
			begin = math.Inf(-1)
			for b := range intervals {
				if b <= at {
					begin = math.Max(begin, b)
				}
			}
		}
		places := []string{""}
		if r.level != Whole {
			e, ok := r.edges[edge]
			if !ok {
				return nil // in a junction
			}
			places = r.placesOf(e)
		}
		for _, place := range places {
			if s := cells[Cell{place, begin}]; s != nil && table == "conflicts" {
				s.Conflicts++
			} else if s != nil {
				s.Crashes++
			}
		}
		return nil
	}, `SELECT ifnull(edge, -1), time_s FROM `+table+` WHERE run = ?`, run.ID)
}
