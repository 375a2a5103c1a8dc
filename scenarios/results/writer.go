package results

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"
)

// batchRows is how many rows wait in memory before the writing goroutine is woken; maxPending is when a disk that
// does not keep up is given up on (about 1 GB).
const (
	batchRows  = 1000
	maxPending = 5_000_000
)

// RunInfo says what a run is, before it begins.
type RunInfo struct {
	Scenario   string // its name
	Text, Hash string // of the scenario as it is run
	Seed       uint64
	Version    string // of the program
	Map        string
	MapHash    string
	Begin, End float64 // s after midnight
	StepTime   float64 // s
	Base       string  // folder that relative paths in Text are relative to
	Started    time.Time
}

// Outcome says how a run ended.
type Outcome struct {
	Ended     time.Time
	Complete  bool // it reached its end
	StateHash string
	Summary   []byte // JSON
}

// Remove takes a finished run out of the file, with all that belongs to it. No run may be under way.
func (db *DB) Remove(run int64) error {
	if db.write == nil {
		return fmt.Errorf("results %s: open for reading only", db.path)
	}
	if _, err := db.write.Exec(`DELETE FROM runs WHERE id = ?`, run); err != nil {
		return explain(db.path, err)
	}
	return nil
}

// Writer writes one run. Add may be called from one goroutine at a time.
type Writer struct {
	db  *DB
	run int64
	tx  *sql.Tx

	mu      sync.Mutex
	pending []Row
	err     error // the first failure; rows are dropped from then on
	closing bool
	wake    *sync.Cond
	done    chan struct{} // closed when the goroutine has written everything

	statements map[string]*sql.Stmt // of the goroutine
	args       []any
}

// Begin starts a run. Only one can be written at a time.
func (db *DB) Begin(info RunInfo) (*Writer, error) {
	if db.write == nil {
		return nil, fmt.Errorf("results %s: open for reading only", db.path)
	}
	if !db.writing.CompareAndSwap(false, true) {
		return nil, fmt.Errorf("results %s: another run is being written", db.path)
	}
	tx, err := db.write.BeginTx(context.Background(), nil)
	if err != nil {
		db.writing.Store(false)
		return nil, explain(db.path, err)
	}
	res, err := tx.Exec(`INSERT INTO runs (scenario, scenario_text, scenario_hash, seed, version, map, map_hash,
		begin_s, end_s, step_s, base, started_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		info.Scenario, info.Text, info.Hash, int64(info.Seed), info.Version, info.Map, info.MapHash,
		info.Begin, info.End, info.StepTime, info.Base, info.Started.UTC().Format(time.RFC3339))
	var run int64
	if err == nil {
		run, err = res.LastInsertId()
	}
	if err != nil {
		tx.Rollback()
		db.writing.Store(false)
		return nil, explain(db.path, err)
	}
	w := &Writer{db: db, run: run, tx: tx, done: make(chan struct{}), statements: map[string]*sql.Stmt{}}
	w.wake = sync.NewCond(&w.mu)
	go w.drain()
	return w, nil
}

// Run returns the id that the run will have.
func (w *Writer) Run() int64 { return w.run }

// Add appends rows. It takes memory, never the disk's time; what fails is told by Err and Finish.
func (w *Writer) Add(rows ...Row) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil || w.closing {
		return
	}
	if len(w.pending)+len(rows) > maxPending {
		w.err = errors.New("the disk does not keep up with the run")
		w.pending = nil
		return
	}
	w.pending = append(w.pending, rows...)
	if len(w.pending) >= batchRows {
		w.wake.Signal()
	}
}

// Err returns the first failure to write, nil if there was none so far. The run may go on without its results.
func (w *Writer) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		return nil
	}
	return explain(w.db.path, w.err)
}

// Finish writes what is left and makes the run visible, or returns why it cannot; then nothing of it is kept.
func (w *Writer) Finish(o Outcome) error {
	err := w.stop()
	if err == nil {
		_, err = w.tx.Exec(`UPDATE runs SET ended_at = ?, finished = ?, state_hash = ?, summary = ? WHERE id = ?`,
			o.Ended.UTC().Format(time.RFC3339), o.Complete, o.StateHash, string(o.Summary), w.run)
	}
	if err == nil {
		err = w.tx.Commit()
	} else {
		w.tx.Rollback()
	}
	w.db.writing.Store(false)
	if err != nil {
		return explain(w.db.path, err)
	}
	return nil
}

// Abandon ends the run and keeps nothing of it.
func (w *Writer) Abandon() error {
	_ = w.stop() // what could not be written is not kept either
	err := w.tx.Rollback()
	w.db.writing.Store(false)
	return err
}

// stop waits until the goroutine has written everything.
func (w *Writer) stop() error {
	w.mu.Lock()
	w.closing = true
	w.wake.Signal()
	w.mu.Unlock()
	<-w.done
	return w.err
}

// drain is the writing goroutine: it takes all that is pending and writes it, until the writer closes.
func (w *Writer) drain() {
	defer close(w.done)
	var batch []Row
	for {
		w.mu.Lock()
		for len(w.pending) < batchRows && !w.closing {
			w.wake.Wait()
		}
		batch, w.pending = w.pending, batch[:0]
		last := w.closing
		w.mu.Unlock()
		if err := w.insert(batch); err != nil {
			w.mu.Lock()
			w.err, w.pending = err, nil
			w.mu.Unlock()
			return
		}
		clear(batch) // let go of what the rows hold
		if last {
			return
		}
	}
}

// insert writes rows, in their order, with one prepared statement a table.
func (w *Writer) insert(rows []Row) error {
	for _, row := range rows {
		text := row.insert()
		stmt := w.statements[text]
		if stmt == nil {
			var err error
			if stmt, err = w.tx.Prepare(text); err != nil {
				return err
			}
			w.statements[text] = stmt // closed with the transaction
		}
		w.args = row.append(append(w.args[:0], w.run))
		if _, err := stmt.Exec(w.args...); err != nil {
			return err
		}
	}
	return nil
}
