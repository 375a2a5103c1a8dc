package results

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"
)

// Run is a run that was kept.
type Run struct {
	ID int64
	RunInfo
	Ended     time.Time
	Complete  bool // it reached its end
	StateHash string
	Summary   json.RawMessage
}

// ErrNoRun is returned for a run that is not in the file.
var ErrNoRun = errors.New("no such run")

const runColumns = `SELECT id, scenario, scenario_text, scenario_hash, seed, version, map, map_hash, begin_s, end_s,
	step_s, base, started_at, ended_at, finished, state_hash, summary, variant, inputs_hash, routing FROM runs`

// Runs returns all runs, the oldest first.
func (db *DB) Runs(ctx context.Context) ([]Run, error) {
	return query(ctx, db, scanRun, runColumns+` ORDER BY id`)
}

// Run returns one run, or ErrNoRun.
func (db *DB) Run(ctx context.Context, id int64) (Run, error) {
	runs, err := query(ctx, db, scanRun, runColumns+` WHERE id = ?`, id)
	if err == nil && len(runs) == 0 {
		err = fmt.Errorf("results %s: run %d: %w", db.path, id, ErrNoRun)
	}
	if err != nil {
		return Run{}, err
	}
	return runs[0], nil
}

// Edges returns the streets of a run, by edge.
func (db *DB) Edges(ctx context.Context, run int64) ([]Edge, error) {
	return query(ctx, db, func(rows *sql.Rows) (r Edge, err error) {
		from, to, control := sql.NullInt64{}, sql.NullInt64{}, sql.NullString{}
		err = rows.Scan(&r.Edge, &r.OSMWay, &r.Name, &r.Road, &r.Length, &r.Lanes, &r.Key, orNaN{&r.SpeedLimit}, &from, &to, &control, &r.Geometry)
		r.From, r.To, r.Control = orMinusOne(from), orMinusOne(to), control.String
		return r, err
	}, `SELECT edge, osm_way, name, road, length, lanes, key, speed_limit, from_junction, to_junction, control, geometry
		FROM map_edges WHERE map_hash = (SELECT map_hash FROM runs WHERE id = ?) ORDER BY edge`, run)
}

// Junctions returns the junctions of the map of a run, by junction; none of a run of an earlier version of the program.
func (db *DB) Junctions(ctx context.Context, run int64) ([]Junction, error) {
	return query(ctx, db, func(rows *sql.Rows) (r Junction, err error) {
		return r, rows.Scan(&r.Junction, &r.Name, &r.Kind, &r.Lon, &r.Lat)
	}, `SELECT junction, name, kind, lon, lat FROM map_junctions
		WHERE map_hash = (SELECT map_hash FROM runs WHERE id = ?) ORDER BY junction`, run)
}

// Capacities returns what the edges of a run can discharge, by edge; edges that yield or stop have none.
func (db *DB) Capacities(ctx context.Context, run int64) ([]Capacity, error) {
	return query(ctx, db, func(rows *sql.Rows) (r Capacity, err error) {
		return r, rows.Scan(&r.Edge, &r.Capacity)
	}, `SELECT edge, capacity FROM edge_capacities WHERE run = ? ORDER BY edge`, run)
}

// PlaceEdges returns the areas and corridors of a run, by name and place in them.
func (db *DB) PlaceEdges(ctx context.Context, run int64) ([]PlaceEdge, error) {
	return query(ctx, db, func(rows *sql.Rows) (r PlaceEdge, err error) {
		return r, rows.Scan(&r.Place, &r.Kind, &r.Seq, &r.Edge)
	}, `SELECT place, kind, seq, edge FROM place_edges WHERE run = ? ORDER BY place, seq`, run)
}

// Trips returns the trips of a run, by trip.
func (db *DB) Trips(ctx context.Context, run int64) ([]Trip, error) {
	return query(ctx, db, func(rows *sql.Rows) (r Trip, err error) {
		var stops, number sql.NullInt64
		var purpose sql.NullString
		err = rows.Scan(append(append([]any{
			&r.Trip, &r.Class, &r.FromEdge, &r.ToEdge, &r.Depart,
			orNaN{&r.Entered},
			orNaN{&r.Arrived},
			orNaN{&r.TravelTime},
			orNaN{&r.FreeTime},
			orNaN{&r.Waited},
			orNaN{&r.Distance},
			&stops, &r.State,
		}, r.Burnt.scan()...), &purpose, orNaN{&r.Shift}, &number)...)
		r.Stops, r.Purpose, r.Number = orMinusOne(stops), purpose.String, uint64(number.Int64)
		return r, err
	}, `SELECT trip, class, from_edge, to_edge, depart_s, entered_s, arrived_s, travel_time, free_time, waited, distance,
		stops, state, `+burntColumns+`, purpose, shift_s, number FROM trips WHERE run = ? ORDER BY trip`, run)
}

// Routes returns the ways of the trips of a run that kept them, by trip.
func (db *DB) Routes(ctx context.Context, run int64) ([]Route, error) {
	return query(ctx, db, func(rows *sql.Rows) (r Route, err error) {
		var edges []byte
		if err = rows.Scan(&r.Trip, &edges); err == nil {
			err = json.Unmarshal(edges, &r.Edges)
		}
		return r, err
	}, `SELECT trip, edges FROM routes WHERE run = ? ORDER BY trip`, run)
}

// EdgeIntervals returns the traffic of a run's edges, by time and edge. Edges without traffic in an interval are absent.
func (db *DB) EdgeIntervals(ctx context.Context, run int64) ([]EdgeInterval, error) {
	return query(ctx, db, func(rows *sql.Rows) (r EdgeInterval, err error) {
		var passed sql.NullInt64
		err = rows.Scan(append([]any{
			&r.Begin, &r.End, &r.Edge, &r.Entered, &r.Left, &r.VehicleSeconds, &r.VehicleMetres, &r.StandingSecs, &r.QueueMean, &r.QueueMax,
		}, append(r.Burnt.scan(), orNaN{&r.QueueP95}, &passed, orNaN{&r.ControlDelay})...)...)
		r.Passed = passed.Int64
		return r, err
	}, `SELECT begin_s, end_s, edge, entered, exited, vehicle_seconds, vehicle_metres, standing_secs, queue_mean, queue_max,
		`+burntColumns+`, queue_p95, passed, control_delay FROM edge_intervals WHERE run = ? ORDER BY begin_s, edge`, run)
}

// MovementIntervals returns the traffic of a run's movements, by time and movement; those without any are absent.
func (db *DB) MovementIntervals(ctx context.Context, run int64) ([]MovementInterval, error) {
	return query(ctx, db, func(rows *sql.Rows) (r MovementInterval, err error) {
		var passed, stops sql.NullInt64
		var peaks []byte
		err = rows.Scan(&r.Begin, &r.End, &r.Movement, &r.FromEdge, &r.ToEdge, &r.Turn, &r.Entered, &r.Left,
			&r.VehicleSeconds, &r.StandingSecs, &passed, orNaN{&r.ControlDelay}, &stops, orNaN{&r.QueueMean}, &peaks)
		r.Passed, r.Stops = passed.Int64, stops.Int64
		if err == nil && len(peaks) > 0 {
			err = json.Unmarshal(peaks, &r.QueuePeaks)
		}
		return r, err
	}, `SELECT begin_s, end_s, movement, from_edge, to_edge, turn, entered, exited, vehicle_seconds, standing_secs, passed, control_delay,
		stops, queue_mean, queue_peaks FROM movement_intervals WHERE run = ? ORDER BY begin_s, movement`, run)
}

// SignalStages returns the signal plans of a run, by controller and stage.
func (db *DB) SignalStages(ctx context.Context, run int64) ([]SignalStage, error) {
	return query(ctx, db, func(rows *sql.Rows) (r SignalStage, err error) {
		return r, rows.Scan(&r.Controller, &r.Name, &r.Stage, &r.Groups, &r.Green, &r.Intergreen, &r.Cycle, &r.Split,
			&r.Offset)
	}, `SELECT controller, name, stage, green_groups, green, intergreen, cycle, split, plan_offset
		FROM signal_stages WHERE run = ? ORDER BY controller, stage`, run)
}

// Crashes returns the crashes of a run, in the order in which they happened.
func (db *DB) Crashes(ctx context.Context, run int64) ([]Crash, error) {
	return query(ctx, db, func(rows *sql.Rows) (r Crash, err error) {
		edge := sql.NullInt64{}
		var striking, struck []byte
		err = rows.Scan(&r.ID, &r.Time, &r.Trip, &r.Other, &edge, &r.Junction, &r.Position, &r.Lon, &r.Lat, &r.ClosingSpeed,
			&r.DeltaV, &striking, &struck)
		r.Striking, r.Struck = striking, struck
		r.Edge = orMinusOne(edge)
		return r, err
	}, `SELECT id, time_s, trip, other, edge, junction, position, lon, lat, closing_speed, delta_v, striking, struck
		FROM crashes WHERE run = ? ORDER BY id`, run)
}

// Commands returns what changed the traffic of a run from outside, in the order applied.
func (db *DB) Commands(ctx context.Context, run int64) ([]Command, error) {
	return query(ctx, db, func(rows *sql.Rows) (r Command, err error) {
		var step int64
		edge, condition := sql.NullInt64{}, sql.NullString{}
		err = rows.Scan(&r.Seq, &step, &r.Time, &r.By, &r.Kind, &edge, &condition, orNaN{&r.Value}, &r.Command)
		r.Step, r.Edge, r.Condition = uint64(step), orMinusOne(edge), condition.String
		return r, err
	}, `SELECT seq, step, time_s, asked_by, kind, edge, condition, value, command FROM commands WHERE run = ? ORDER BY seq`, run)
}

func scanRun(rows *sql.Rows) (r Run, err error) {
	var seed int64
	var started, ended, summary string
	err = rows.Scan(&r.ID, &r.Scenario, &r.Text, &r.Hash, &seed, &r.Version, &r.Map, &r.MapHash, &r.Begin, &r.End,
		&r.StepTime, &r.Base, &started, &ended, &r.Complete, &r.StateHash, &summary, &r.Variant, &r.InputsHash, &r.Routing)
	if err != nil {
		return r, err
	}
	r.Seed, r.Summary = uint64(seed), json.RawMessage(summary)
	if r.Started, err = time.Parse(time.RFC3339, started); err != nil {
		return r, err
	}
	r.Ended, err = time.Parse(time.RFC3339, ended)
	return r, err
}

// Query calls each for every row that text selects; scan reads one.
func (db *DB) Query(ctx context.Context, each func(scan func(...any) error) error, text string, args ...any) error {
	_, err := query(ctx, db, func(rows *sql.Rows) (struct{}, error) { return struct{}{}, each(rows.Scan) }, text, args...)
	return err
}

// query returns every row that text selects.
func query[T any](ctx context.Context, db *DB, scan func(*sql.Rows) (T, error), text string, args ...any) ([]T, error) {
	rows, err := db.read.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, explain(db.path, err)
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		row, err := scan(rows)
		if err != nil {
			return nil, explain(db.path, err)
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		return nil, explain(db.path, err)
	}
	return all, nil
}

// orNaN scans a number into x, NaN for NULL.
type orNaN struct{ x *float64 }

// Scan implements sql.Scanner.
func (o orNaN) Scan(value any) error {
	var n sql.NullFloat64
	if err := n.Scan(value); err != nil {
		return err
	}
	if *o.x = math.NaN(); n.Valid {
		*o.x = n.Float64
	}
	return nil
}

func orMinusOne(n sql.NullInt64) int {
	if !n.Valid {
		return -1
	}
	return int(n.Int64)
}
