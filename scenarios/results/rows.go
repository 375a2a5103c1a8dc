package results

import (
	"encoding/json"
	"math"
)

// Row is a row of one of the tables of a run.
type Row interface {
	// insert returns the statement that writes the row; it takes the run's id as its first argument.
	insert() string
	// append appends the other arguments.
	append(dst []any) []any
}

// Edge tells which street an edge id of the other tables is.
type Edge struct {
	Edge   int
	OSMWay int64 // negative: driven against the way's direction
	Name   string
	Road   string
	Length float64 // m
	Lanes  int

	Key        string  // names the edge on other versions of the map, too; "" in runs of earlier versions of the program
	SpeedLimit float64 // m/s, the mean of its lanes; NaN if not known, and so are the following
	From, To   int     // junctions; -1
	Control    string  // at its end: "free", "yield", "stop" or "signal"; ""
	Geometry   string  // JSON array of [longitude, latitude] along its middle; "[]"
}

// Junction tells which junction a junction id of the other tables is.
type Junction struct {
	Junction int
	Name     string // the streets that meet; may be ""
	Kind     string // as network.JunctionKind
	Lon, Lat float64
}

// Capacity is what an edge can discharge in a run.
type Capacity struct {
	Edge     int
	Capacity float64 // veh/h
}

// PlaceEdge is an edge of an area or a corridor that a scenario measures.
type PlaceEdge struct {
	Place string // its name
	Kind  string // "area" or "corridor"
	Seq   int    // along a corridor, from 0; unique in an area
	Edge  int
}

// TripState is how far a trip has come.
type TripState string

// The states of a trip at the end of its run.
const (
	TripArrived TripState = "arrived"
	TripOnRoad  TripState = "on_road"
	TripWaiting TripState = "waiting" // its time has come, but there is no safe room to enter the road
	TripNoRoute TripState = "no_route"
	TripCleared TripState = "cleared" // taken off the road: after a crash, or since it could not pull away
)

// Trip is a journey. What is not known, as the arrival of a vehicle still on the road, is NaN, or -1 for Stops.
type Trip struct {
	Trip             int64
	Class            string
	FromEdge, ToEdge int
	Depart           float64 // s after midnight, wished
	Entered, Arrived float64 // s after midnight
	TravelTime       float64 // s on the road
	FreeTime         float64 // s the same way takes alone and at green
	Waited           float64 // s from Depart to Entered
	Distance         float64 // m
	Stops            int
	State            TripState
	Burnt            Burnt   // on the road
	Purpose          string  // "" if not known
	Shift            float64 // s by which a policy has it depart later than it would
	Number           uint64  // of the trip in its demand: the same whoever else travels; 0 in runs of earlier versions
}

// Route is the way of a trip.
type Route struct {
	Trip  int64
	Edges []int // the first and the last included
}

// EdgeInterval is the traffic of an edge during a time.
type EdgeInterval struct {
	Begin, End     float64 // s after midnight
	Edge           int
	Entered, Left  int64   // vehicles
	VehicleSeconds float64 // s
	VehicleMetres  float64 // m
	StandingSecs   float64 // vehicle seconds below 5 km/h
	QueueMean      float64 // standing vehicles at the stop line, all lanes
	QueueMax       int
	Burnt          Burnt
	QueueP95       float64 // 95th percentile of the sampled queue; NaN if not known
	Passed         int64   // those who came onto the edge behind the junction at its end
	ControlDelay   float64 // s, of these together, as that of a movement; NaN in runs of earlier versions
}

// MovementInterval is the traffic of a movement, inside of the junction, during a time.
type MovementInterval struct {
	Begin, End       float64 // s after midnight
	Movement         int
	FromEdge, ToEdge int
	Turn             string
	Entered, Left    int64
	VehicleSeconds   float64
	StandingSecs     float64
	// Passed are those who came onto the edge behind the junction. ControlDelay (s) and Stops are theirs together: on the approach and in
	// the junction, and what they lost behind it to get to speed.
	Passed       int64
	ControlDelay float64
	Stops        int64
	QueueMean    float64 // standing vehicles on the longest of its lanes; NaN where not known
	QueuePeaks   []int32 // the longest queue there of each signal cycle, of each minute without signals
}

// SignalStage is a stage of a signal plan.
type SignalStage struct {
	Controller int
	Name       string
	Stage      int
	Groups     string // JSON array of the names of the green groups
	Green      float64
	Intergreen float64
	Cycle      float64
	Split      float64 // share of the cycle, intergreen included
	Offset     float64
}

// Crash is a vehicle that ran into another.
type Crash struct {
	ID           int64   // in the file; not written
	Time         float64 // s after midnight
	Trip, Other  int64
	Edge         int    // -1 inside a junction
	Junction     string // "" on an edge
	Position     float64
	Lon, Lat     float64
	ClosingSpeed float64 // m/s
	DeltaV       float64 // m/s
	// Striking and Struck are what is known of the two at that moment, as JSON; nil for nothing.
	Striking, Struck json.RawMessage
}

// Command is a change from outside, as it was applied.
type Command struct {
	Seq       int
	Step      uint64  // at the beginning of this step, counted from 0
	Time      float64 // s after midnight, then
	By        string
	Kind      string
	Edge      int     // -1 if it concerns none
	Condition string  // "" if it sets none
	Value     float64 // NaN if it has none
	Command   string  // all of it, as JSON
}

// An edge is kept once a map; what an earlier version of the program did not know of it is added.
func (Edge) insert() string {
	return `INSERT INTO map_edges (map_hash, edge, osm_way, name, road, length, lanes, key, speed_limit, from_junction, to_junction,
		control, geometry) SELECT map_hash, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM runs WHERE id = ?
		ON CONFLICT DO UPDATE SET key = excluded.key, speed_limit = excluded.speed_limit, from_junction = excluded.from_junction,
		to_junction = excluded.to_junction, control = excluded.control, geometry = excluded.geometry WHERE key = ''`
}

func (r Edge) append(dst []any) []any {
	geometry := r.Geometry
	if geometry == "" {
		geometry = "[]"
	}
	return mapRow(dst, r.Edge, r.OSMWay, r.Name, r.Road, r.Length, r.Lanes, r.Key, known(r.SpeedLimit), natural(r.From), natural(r.To),
		text(r.Control), geometry)
}

// mapRow puts the run's id, the first of dst, behind the arguments.
func mapRow(dst []any, args ...any) []any {
	run := dst[len(dst)-1]
	return append(append(dst[:len(dst)-1], args...), run)
}

func (Junction) insert() string {
	return `INSERT INTO map_junctions (map_hash, junction, name, kind, lon, lat) SELECT map_hash, ?, ?, ?, ?, ? FROM runs WHERE id = ?
		ON CONFLICT DO NOTHING`
}

func (r Junction) append(dst []any) []any {
	return mapRow(dst, r.Junction, r.Name, r.Kind, r.Lon, r.Lat)
}

func (Capacity) insert() string {
	return `INSERT INTO edge_capacities (run, edge, capacity) VALUES (?, ?, ?)`
}

func (r Capacity) append(dst []any) []any { return append(dst, r.Edge, r.Capacity) }

func (PlaceEdge) insert() string {
	return `INSERT INTO place_edges (run, place, kind, seq, edge) VALUES (?, ?, ?, ?, ?)`
}

func (r PlaceEdge) append(dst []any) []any { return append(dst, r.Place, r.Kind, r.Seq, r.Edge) }

func (Trip) insert() string {
	return `INSERT INTO trips (run, trip, class, from_edge, to_edge, depart_s, entered_s, arrived_s, travel_time,
		free_time, waited, distance, stops, state, ` + burntColumns + `, purpose, shift_s, number)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
}

func (r Trip) append(dst []any) []any {
	dst = r.Burnt.append(append(dst, r.Trip, r.Class, r.FromEdge, r.ToEdge, r.Depart, known(r.Entered), known(r.Arrived),
		known(r.TravelTime), known(r.FreeTime), known(r.Waited), known(r.Distance), natural(r.Stops), string(r.State)))
	return append(dst, text(r.Purpose), known(r.Shift), int64(r.Number))
}

func (Route) insert() string { return `INSERT INTO routes (run, trip, edges) VALUES (?, ?, ?)` }

func (r Route) append(dst []any) []any {
	edges, err := json.Marshal(r.Edges)
	if err != nil {
		panic("a list of numbers always is JSON: " + err.Error())
	}
	return append(dst, r.Trip, string(edges))
}

func (EdgeInterval) insert() string {
	return `INSERT INTO edge_intervals (run, begin_s, end_s, edge, entered, exited, vehicle_seconds, vehicle_metres,
		standing_secs, queue_mean, queue_max, ` + burntColumns + `, queue_p95, passed, control_delay)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
}

func (r EdgeInterval) append(dst []any) []any {
	return append(r.Burnt.append(append(dst, r.Begin, r.End, r.Edge, r.Entered, r.Left, r.VehicleSeconds, r.VehicleMetres, r.StandingSecs,
		r.QueueMean, r.QueueMax)), known(r.QueueP95), r.Passed, known(r.ControlDelay))
}

func (MovementInterval) insert() string {
	return `INSERT INTO movement_intervals (run, begin_s, end_s, movement, from_edge, to_edge, turn, entered, exited,
		vehicle_seconds, standing_secs, passed, control_delay, stops, queue_mean, queue_peaks) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
}

func (r MovementInterval) append(dst []any) []any {
	peaks, err := json.Marshal(r.QueuePeaks)
	if err != nil {
		panic("a list of numbers always is JSON: " + err.Error())
	}
	return append(dst, r.Begin, r.End, r.Movement, r.FromEdge, r.ToEdge, r.Turn, r.Entered, r.Left, r.VehicleSeconds,
		r.StandingSecs, r.Passed, r.ControlDelay, r.Stops, known(r.QueueMean), string(peaks))
}

func (SignalStage) insert() string {
	return `INSERT INTO signal_stages (run, controller, name, stage, green_groups, green, intergreen, cycle, split,
		plan_offset) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
}

func (r SignalStage) append(dst []any) []any {
	return append(dst, r.Controller, r.Name, r.Stage, r.Groups, r.Green, r.Intergreen, r.Cycle, r.Split, r.Offset)
}

func (Crash) insert() string {
	return `INSERT INTO crashes (run, time_s, trip, other, edge, junction, position, lon, lat, closing_speed, delta_v,
		striking, struck) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
}

func (r Crash) append(dst []any) []any {
	return append(dst, r.Time, r.Trip, r.Other, natural(r.Edge), r.Junction, r.Position, r.Lon, r.Lat, r.ClosingSpeed,
		r.DeltaV, object(r.Striking), object(r.Struck))
}

func (Command) insert() string {
	return `INSERT INTO commands (run, seq, step, time_s, asked_by, kind, edge, condition, value, command)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
}

func (r Command) append(dst []any) []any {
	return append(dst, r.Seq, int64(r.Step), r.Time, r.By, r.Kind, natural(r.Edge), text(r.Condition), known(r.Value), r.Command)
}

// text returns s, or NULL if it is empty.
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// known returns x, or NULL for NaN.
func known(x float64) any {
	if math.IsNaN(x) {
		return nil
	}
	return x
}

// object returns a JSON object, an empty one for nil.
func object(text json.RawMessage) any {
	if text == nil {
		return "{}"
	}
	return string(text)
}

// natural returns n, or NULL if it is negative.
func natural(n int) any {
	if n < 0 {
		return nil
	}
	return n
}
