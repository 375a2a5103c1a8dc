package results

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Optimisation says what a search for signal timings is.
type Optimisation struct {
	Key        string // of all that its trials depend on: equal keys have equal trials
	Scenario   string // its name
	Text, Hash string // of the scenario
	MapHash    string
	Version    string // of the program
	Settings   json.RawMessage
	Started    time.Time
}

// OptimisationTrial is what a run of a search measured.
type OptimisationTrial struct {
	Candidate string // hash of its timings
	Seed      uint64
	Whole     bool   // a whole run for the verdict
	Origin    string // how the search came by the candidate
	Timing    json.RawMessage
	Measures  json.RawMessage
}

// BeginOptimisation returns the number of the search with the key of o, and the trials that it made before; it is put into
// the file if it is not there yet.
func (db *DB) BeginOptimisation(ctx context.Context, o Optimisation) (id int64, made []OptimisationTrial, err error) {
	if db.write == nil {
		return 0, nil, fmt.Errorf("results %s: open for reading only", db.path)
	}
	_, err = db.write.ExecContext(ctx, `INSERT INTO optimisations (key, scenario, scenario_text, scenario_hash, map_hash, version, settings, started_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`,
		o.Key, o.Scenario, o.Text, o.Hash, o.MapHash, o.Version, string(o.Settings), o.Started.UTC().Format(time.RFC3339Nano))
	if err == nil {
		err = db.write.QueryRowContext(ctx, `SELECT id FROM optimisations WHERE key = ?`, o.Key).Scan(&id)
	}
	if err != nil {
		return 0, nil, explain(db.path, err)
	}
	made, err = db.OptimisationTrials(ctx, id)
	return id, made, err
}

// OptimisationTrials returns the trials of a search.
func (db *DB) OptimisationTrials(ctx context.Context, id int64) ([]OptimisationTrial, error) {
	return query(ctx, db, func(rows *sql.Rows) (t OptimisationTrial, err error) {
		var seed int64
		var timing, measures string
		err = rows.Scan(&t.Candidate, &seed, &t.Whole, &t.Origin, &timing, &measures)
		t.Seed, t.Timing, t.Measures = uint64(seed), json.RawMessage(timing), json.RawMessage(measures)
		return t, err
	}, `SELECT candidate, seed, whole, origin, timing, measures FROM optimisation_trials WHERE optimisation = ?
		ORDER BY whole, candidate, seed`, id)
}

// KeepTrials adds trials to a search, all of them or none. One that is there already stays as it is.
func (db *DB) KeepTrials(ctx context.Context, id int64, trials []OptimisationTrial) error {
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return explain(db.path, err)
	}
	defer tx.Rollback() // has no effect after Commit
	for i := range trials {
		t := &trials[i]
		_, err := tx.ExecContext(ctx, `INSERT INTO optimisation_trials (optimisation, candidate, seed, whole, origin, timing, measures)
			VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			id, t.Candidate, int64(t.Seed), t.Whole, t.Origin, string(t.Timing), string(t.Measures))
		if err != nil {
			return explain(db.path, err)
		}
	}
	if err := tx.Commit(); err != nil {
		return explain(db.path, err)
	}
	return nil
}

// KeepOutcome writes what a search has found so far, as JSON, in place of what it had found before.
func (db *DB) KeepOutcome(ctx context.Context, id int64, outcome json.RawMessage) error {
	if _, err := db.write.ExecContext(ctx, `UPDATE optimisations SET outcome = ? WHERE id = ?`, string(outcome), id); err != nil {
		return explain(db.path, err)
	}
	return nil
}

// OptimisationOutcome returns what a search has found so far, as JSON.
func (db *DB) OptimisationOutcome(ctx context.Context, id int64) (json.RawMessage, error) {
	var text string
	err := db.read.QueryRowContext(ctx, `SELECT outcome FROM optimisations WHERE id = ?`, id).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("results %s: no optimisation %d", db.path, id)
	}
	if err != nil {
		return nil, explain(db.path, err)
	}
	return json.RawMessage(text), nil
}
