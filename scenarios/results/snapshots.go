package results

import (
	"context"
	"database/sql"
)

// Snapshot is a state of the engine from which a run goes on.
type Snapshot struct {
	Step   uint64
	Time   float64 // s after midnight
	Parts  string  // JSON: the hash of each part of the state
	Format string  // traffic.StateFormat of the program that wrote it
	Size   int64   // bytes before compression
	Data   []byte  // zstd
}

func (Snapshot) insert() string {
	return `INSERT INTO snapshots (run, step, time_s, parts, format, bytes, data) VALUES (?, ?, ?, ?, ?, ?, ?)`
}

func (r Snapshot) append(dst []any) []any {
	return append(dst, int64(r.Step), r.Time, r.Parts, r.Format, r.Size, r.Data) //nolint:gosec // no run has 2^63 steps
}

// SnapshotBefore returns the last snapshot of a run that was taken at a time (s after midnight) or before it; false if there is none.
func (db *DB) SnapshotBefore(ctx context.Context, run int64, time float64) (s Snapshot, ok bool, err error) {
	found, err := query(ctx, db, func(rows *sql.Rows) (r Snapshot, err error) {
		var step int64
		err = rows.Scan(&step, &r.Time, &r.Parts, &r.Format, &r.Size, &r.Data)
		r.Step = uint64(max(0, step))
		return r, err
	}, `SELECT step, time_s, parts, format, bytes, data FROM snapshots WHERE run = ? AND time_s <= ? ORDER BY time_s DESC LIMIT 1`, run, time)
	if err != nil || len(found) == 0 {
		return s, false, err
	}
	return found[0], true, nil
}
