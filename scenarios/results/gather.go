package results

import (
	"context"
	"database/sql"
	"errors"
)

// patience is how often a writer that has a whole run asks for a file that another program writes to; each time it waits five
// seconds (dsn). A run may have cost minutes and is not thrown away for a lock.
const patience = 60

// openPatiently is open for a writer that must not give up soon.
func (w *Writer) openPatiently() (err error) {
	for range patience {
		if err = w.open(); !errors.Is(err, errBusy) {
			return err
		}
		w.db.writing.Lock() // open has let go of it
	}
	w.db.writing.Unlock()
	return err
}

// finishGathered writes a whole run.
func (w *Writer) finishGathered(o Outcome) error {
	if w.err != nil {
		return explain(w.db.path, w.err)
	}
	w.db.writing.Lock()
	if err := w.openPatiently(); err != nil {
		return err
	}
	defer w.db.writing.Unlock()
	err := w.alreadyThere()
	if err == nil {
		err = w.insert(w.pending)
	}
	w.pending = nil
	if err == nil {
		err = w.mark(o)
	}
	if err == nil {
		err = w.tx.Commit()
	}
	if err != nil {
		w.tx.Rollback()
		if errors.Is(err, ErrHave) {
			return err
		}
		return explain(w.db.path, err)
	}
	return nil
}

// alreadyThere returns ErrHave if a complete run with the same key is in the file: another program may have made it meanwhile.
func (w *Writer) alreadyThere() error {
	k := w.info.Key()
	var id int64
	err := w.tx.QueryRow(`SELECT id FROM runs WHERE scenario_hash = ? AND variant = ? AND seed = ? AND version = ? AND map_hash = ?
		AND inputs_hash = ? AND routing = ? AND finished = 1 AND id <> ?`,
		k.Hash, k.Variant, int64(k.Seed), k.Version, k.MapHash, k.InputsHash, k.Routing, w.run).Scan(&id)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	}
	return ErrHave
}

// Have returns the complete runs in the file, by what tells them apart; of equal ones the newest.
func (db *DB) Have(ctx context.Context) (map[Key]Run, error) {
	runs, err := query(ctx, db, scanRun, runColumns+` WHERE finished = 1 ORDER BY id`)
	if err != nil {
		return nil, err
	}
	have := make(map[Key]Run, len(runs))
	for _, r := range runs {
		have[r.Key()] = r
	}
	return have, nil
}
