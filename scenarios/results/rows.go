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
}

// TripState is how far a trip has come.
type TripState string

// The states of a trip at the end of its run.
const (
	TripArrived TripState = "arrived"
	TripOnRoad  TripState = "on_road"
	TripWaiting TripState = "waiting" // its time has come, but there is no safe room to enter the road
	TripNoRoute TripState = "no_route"
	TripCleared TripState = "cleared" // taken off the road after a crash
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
	Burnt            Burnt // on the road
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

func (Edge) insert() string {
	return `INSERT INTO edges (run, edge, osm_way, name, road, length, lanes) VALUES (?, ?, ?, ?, ?, ?, ?)`
}

func (r Edge) append(dst []any) []any {
	return append(dst, r.Edge, r.OSMWay, r.Name, r.Road, r.Length, r.Lanes)
}

func (Trip) insert() string {
	return `INSERT INTO trips (run, trip, class, from_edge, to_edge, depart_s, entered_s, arrived_s, travel_time,
		free_time, waited, distance, stops, state, ` + burntColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
}

func (r Trip) append(dst []any) []any {
	return r.Burnt.append(append(dst, r.Trip, r.Class, r.FromEdge, r.ToEdge, r.Depart, known(r.Entered), known(r.Arrived),
		known(r.TravelTime), known(r.FreeTime), known(r.Waited), known(r.Distance), natural(r.Stops), string(r.State)))
}

func (Route) insert() string { return `INSERT INTO routes (run, trip, edges) VALUES (?, ?, ?)` }

func (r Route) append(dst []any) []any {
	text, err := json.Marshal(r.Edges)
	if err != nil {
		panic("a list of numbers always is JSON: " + err.Error())
	}
	return append(dst, r.Trip, string(text))
}

func (EdgeInterval) insert() string {
	return `INSERT INTO edge_intervals (run, begin_s, end_s, edge, entered, exited, vehicle_seconds, vehicle_metres,
		standing_secs, queue_mean, queue_max, ` + burntColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
}

func (r EdgeInterval) append(dst []any) []any {
	return r.Burnt.append(append(dst, r.Begin, r.End, r.Edge, r.Entered, r.Left, r.VehicleSeconds, r.VehicleMetres, r.StandingSecs,
		r.QueueMean, r.QueueMax))
}

func (MovementInterval) insert() string {
	return `INSERT INTO movement_intervals (run, begin_s, end_s, movement, from_edge, to_edge, turn, entered, exited,
		vehicle_seconds, standing_secs) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
}

func (r MovementInterval) append(dst []any) []any {
	return append(dst, r.Begin, r.End, r.Movement, r.FromEdge, r.ToEdge, r.Turn, r.Entered, r.Left, r.VehicleSeconds,
		r.StandingSecs)
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
	var condition any
	if r.Condition != "" {
		condition = r.Condition
	}
	return append(dst, r.Seq, int64(r.Step), r.Time, r.By, r.Kind, natural(r.Edge), condition, known(r.Value), r.Command)
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
