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
// does not keep up is given up on (about 1 GB). A gathering writer holds up to mostGathered rows (some 70 MB) before it waits for the
// file to be free.
const (
	batchRows    = 1000
	maxPending   = 5_000_000
	mostGathered = 500_000
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
	Variant    string // of the scenario; "" is "base"
	InputsHash string // of the files that Text names beside the map; "" for none
	Routing    string // how ways came about: "" drivers choose, "equilibrium", "given"
}

// Key tells runs apart whose results are the same to the bit if it is equal.
type Key struct {
	Hash, Variant                string
	Seed                         uint64
	Version                      string
	MapHash, InputsHash, Routing string
}

// Key returns what tells the run apart.
func (i *RunInfo) Key() Key {
	return Key{i.Hash, i.variant(), i.Seed, i.Version, i.MapHash, i.InputsHash, i.Routing}
}

func (i *RunInfo) variant() string {
	if i.Variant == "" {
		return "base"
	}
	return i.Variant
}

// ErrHave is returned by Finish of a gathering writer for a run that is in the file already, complete.
var ErrHave = errors.New("the run is in the file already")

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
//
// One that gathers (DB.Gather) keeps its rows in memory and writes them when the run is finished, in one short transaction, so that
// several runs can be under way at a time. One with more rows than fit takes the file for itself and goes on as the others do
// (DB.Begin); those that need the file as well wait.
type Writer struct {
	db     *DB
	info   RunInfo
	gather bool // holds no transaction yet
	run    int64
	tx     *sql.Tx

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
	if !db.writing.TryLock() {
		return nil, fmt.Errorf("results %s: another run is being written", db.path)
	}
	w := newWriter(db, info)
	if err := w.open(); err != nil {
		return nil, err
	}
	go w.drain()
	return w, nil
}

// Gather starts a run whose rows are written when it is finished; any number may be under way at a time.
func (db *DB) Gather(info RunInfo) (*Writer, error) {
	if db.write == nil {
		return nil, fmt.Errorf("results %s: open for reading only", db.path)
	}
	w := newWriter(db, info)
	w.gather = true
	return w, nil
}

func newWriter(db *DB, info RunInfo) *Writer {
	w := &Writer{db: db, info: info, done: make(chan struct{}), statements: map[string]*sql.Stmt{}}
	w.wake = sync.NewCond(&w.mu)
	return w
}

// open begins the transaction of the run; the file must be this writer's. If it fails, it no longer is.
func (w *Writer) open() error {
	tx, err := w.db.write.BeginTx(context.Background(), nil)
	if err != nil {
		w.db.writing.Unlock()
		return explain(w.db.path, err)
	}
	info := &w.info
	res, err := tx.Exec(`INSERT INTO runs (scenario, scenario_text, scenario_hash, seed, version, map, map_hash,
		begin_s, end_s, step_s, base, started_at, variant, inputs_hash, routing) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		info.Scenario, info.Text, info.Hash, int64(info.Seed), info.Version, info.Map, info.MapHash,
		info.Begin, info.End, info.StepTime, info.Base, info.Started.UTC().Format(time.RFC3339), info.variant(), info.InputsHash,
		info.Routing)
	if err == nil {
		w.run, err = res.LastInsertId()
	}
	if err != nil {
		tx.Rollback()
		w.db.writing.Unlock()
		return explain(w.db.path, err)
	}
	w.tx = tx
	return nil
}

// Run returns the id that the run will have; 0 while it is not known, as that of a run whose rows are gathered.
func (w *Writer) Run() int64 { return w.run }

// Add appends rows. It takes memory, never the disk's time, unless more are gathered than fit; what fails is told by Err and Finish.
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
	if w.gather && len(w.pending) >= mostGathered {
		w.takeFile()
		return
	}
	if len(w.pending) >= batchRows {
		w.wake.Signal()
	}
}

// takeFile waits for the file and begins to write what was gathered; w.mu is held.
func (w *Writer) takeFile() {
	w.gather = false
	w.db.writing.Lock()
	if err := w.openPatiently(); err != nil {
		w.err, w.pending, w.gather = err, nil, true
		return
	}
	go w.drain()
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
	if w.gather {
		return w.finishGathered(o)
	}
	err := w.stop()
	if err == nil {
		err = w.mark(o)
	}
	if err == nil {
		err = w.tx.Commit()
	} else {
		w.tx.Rollback()
	}
	w.db.writing.Unlock()
	if err != nil {
		return explain(w.db.path, err)
	}
	return nil
}

// mark writes how the run ended.
func (w *Writer) mark(o Outcome) error {
	_, err := w.tx.Exec(`UPDATE runs SET ended_at = ?, finished = ?, state_hash = ?, summary = ? WHERE id = ?`,
		o.Ended.UTC().Format(time.RFC3339), o.Complete, o.StateHash, string(o.Summary), w.run)
	return err
}

// Abandon ends the run and keeps nothing of it.
func (w *Writer) Abandon() error {
	if w.gather {
		w.pending = nil
		return nil
	}
	_ = w.stop() // what could not be written is not kept either
	err := w.tx.Rollback()
	w.db.writing.Unlock()
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
