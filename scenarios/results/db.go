package results

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"github.com/mattn/go-sqlite3"
)

// errForeign is returned for a file that is not ours.
var errForeign = errors.New("is not a Roadtwin results file; it was left untouched")

// errBusy is returned while another program has the file.
var errBusy = errors.New("another program is writing a run to it; wait or give another --db")

// DB is a results file.
type DB struct {
	path    string
	write   *sql.DB // one connection; nil if open for reading only
	read    *sql.DB
	writing sync.Mutex // held by the Writer that has a transaction
}

// Create opens the results file at path for writing and reading, and makes it if there is none. It writes to it at
// once: a folder that cannot be written, a full disk, a newer or a foreign file are found before any run.
func Create(path string) (*DB, error) {
	scripts, err := migrations()
	if err != nil {
		return nil, err
	}
	return createWith(path, scripts)
}

func createWith(path string, scripts []string) (*DB, error) {
	if err := checkWritable(path); err != nil {
		return nil, explain(path, err)
	}
	db, err := openReaders(path)
	if err != nil {
		return nil, err
	}
	// Asked by a connection that cannot write: opening one that can changes the header of a foreign file.
	if _, err := schemaVersion(context.Background(), db.read, len(scripts)); err != nil {
		db.Close()
		return nil, explain(path, err)
	}
	write, err := sql.Open("sqlite3", dsn(path, "rwc"))
	if err != nil {
		db.Close()
		return nil, explain(path, err)
	}
	write.SetMaxOpenConns(1)
	db.write = write
	if err := migrate(context.Background(), write, scripts); err != nil {
		db.Close()
		return nil, explain(path, err)
	}
	return db, nil
}

// Open opens an existing results file for reading. An older schema is brought up to date first.
func Open(path string) (*DB, error) {
	if err := checkHeader(path, false); err != nil {
		return nil, explain(path, err)
	}
	db, err := openReaders(path)
	if err != nil {
		return nil, err
	}
	scripts, err := migrations()
	if err != nil {
		db.Close()
		return nil, err
	}
	version, err := schemaVersion(context.Background(), db.read, len(scripts))
	if err != nil {
		db.Close()
		return nil, explain(path, err)
	}
	if version == len(scripts) {
		return db, nil
	}
	db.Close()
	return Create(path)
}

func openReaders(path string) (*DB, error) {
	read, err := sql.Open("sqlite3", dsn(path, "ro"))
	if err != nil {
		return nil, explain(path, err)
	}
	read.SetMaxOpenConns(4)
	return &DB{path: path, read: read}, nil
}

// Path returns where the file is.
func (db *DB) Path() string { return db.path }

// Close closes the file. Writers must have finished.
func (db *DB) Close() error {
	err := db.read.Close()
	if db.write != nil {
		err = errors.Join(db.write.Close(), err)
	}
	return err
}

// dsn returns the connection string for a path, whatever characters it has. Writers take the lock at BEGIN, commits
// reach the disk, and a lock held by another program is waited for.
func dsn(path, mode string) string {
	q := url.Values{"mode": {mode}, "_busy_timeout": {"5000"}, "_foreign_keys": {"on"}}
	if mode != "ro" {
		q.Set("_journal_mode", "WAL")
		q.Set("_synchronous", "FULL")
		q.Set("_txlock", "immediate")
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// checkWritable asks the operating system, whose answers are clearer than SQLite's.
func checkWritable(path string) error {
	if err := checkHeader(path, true); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	// WAL needs to make files beside it.
	probe, err := os.CreateTemp(filepath.Dir(path), ".roadtwin-*")
	if err != nil {
		return err
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// checkHeader refuses what is not an SQLite file, before SQLite opens it. An absent or empty one is fine if absentOK.
func checkHeader(path string, absentOK bool) error {
	const magic = "SQLite format 3\x00"
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) && absentOK {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.IsDir() {
		return errors.New("is a folder, want a file")
	}
	if info.Size() == 0 && absentOK {
		return nil
	}
	head := make([]byte, len(magic))
	if n, _ := f.Read(head); n < len(magic) || string(head) != magic {
		return errForeign
	}
	return nil
}

// explain turns the errors a user meets into one line that helps.
func explain(path string, err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return fmt.Errorf("results %s: %w", path, p.Err)
	}
	var s sqlite3.Error
	if errors.As(err, &s) {
		switch s.Code {
		case sqlite3.ErrBusy, sqlite3.ErrLocked:
			return fmt.Errorf("results %s: %w", path, errBusy)
		case sqlite3.ErrFull:
			return fmt.Errorf("results %s: the disk is full", path)
		case sqlite3.ErrReadonly, sqlite3.ErrPerm, sqlite3.ErrCantOpen:
			return fmt.Errorf("results %s: cannot be written (%w)", path, err)
		case sqlite3.ErrNotADB:
			return fmt.Errorf("results %s: %w", path, errForeign)
		}
	}
	return fmt.Errorf("results %s: %w", path, err)
}
