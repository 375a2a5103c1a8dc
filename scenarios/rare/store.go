package rare

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"

	_ "github.com/mattn/go-sqlite3" // the driver
)

// applicationID marks a file of episodes in SQLite's header ("Rtr1").
const applicationID = 0x52747231

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Store is a file of searches and what they found. It may be used from several goroutines.
type Store struct {
	path string
	db   *sql.DB
}

// ErrNone is returned for what a store does not have.
var ErrNone = errors.New("not in the file")

// OpenStore opens the file at path, and makes it if there is none and make is set. A file that is not one of episodes is an error, and
// is left untouched.
func OpenStore(ctx context.Context, path string, make bool) (*Store, error) {
	if err := checkFile(ctx, path, make); err != nil {
		return nil, fmt.Errorf("episodes %s: %w", path, err)
	}
	q := url.Values{"_busy_timeout": {"5000"}, "_foreign_keys": {"on"}, "_journal_mode": {"WAL"}, "_synchronous": {"FULL"}, "_txlock": {"immediate"}}
	db, err := sql.Open("sqlite3", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		return nil, fmt.Errorf("episodes %s: %w", path, err)
	}
	db.SetMaxOpenConns(4)
	s := &Store{path, db}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("episodes %s: %w", path, err), db.Close())
	}
	return s, nil
}

// Close closes the file.
func (s *Store) Close() error { return s.db.Close() }

var errForeign = errors.New("is not a file of rare episodes (roadtwin rare search --db); it was left untouched")

// checkFile refuses what is not a file of episodes, by a connection that cannot write: one that can changes the header.
func checkFile(ctx context.Context, path string, absentOK bool) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && absentOK:
		return nil
	case err != nil:
		return err
	case info.Size() == 0 && absentOK:
		return nil
	}
	db, err := sql.Open("sqlite3", "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode=ro&_busy_timeout=5000")
	if err != nil {
		return err
	}
	defer db.Close()
	var id int
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil || id != applicationID {
		return errors.Join(errForeign, err)
	}
	return nil
}

// migrate brings the file to the newest schema.
func (s *Store) migrate(ctx context.Context) error {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql") // sorted
	if err != nil {
		return err
	}
	var version int
	if err := s.db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version > len(names) {
		return fmt.Errorf("has schema %d, written by a newer Roadtwin; this one knows up to %d", version, len(names))
	}
	for ; version < len(names); version++ {
		text, err := migrationFiles.ReadFile(names[version])
		if err != nil {
			return err
		}
		if err := s.within(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, fmt.Sprintf("%s; PRAGMA application_id = %d; PRAGMA user_version = %d", text, applicationID, version+1))
			return err
		}); err != nil {
			return fmt.Errorf("migrating to schema %d: %w", version+1, err)
		}
	}
	return nil
}

// within does work in a transaction.
func (s *Store) within(ctx context.Context, work func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := work(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// Kept is a search in a store.
type Kept struct {
	ID        int64
	Key       string // the same for searches that are the same
	Name      string
	Method    Method
	Criterion string
	Begun     string          // UTC, RFC 3339
	State     json.RawMessage // what its next round needs
	Estimate  Estimate        // what is known so far
}

// Method is how a search goes about it.
type Method string

// The methods.
const (
	Plain      Method = "plain"
	Importance Method = "importance"
	Splitting  Method = "splitting"
)

// Begin returns the search with the key of k; if the store has none it adds k, on the network that is net (as in a .rtn file).
func (s *Store) Begin(ctx context.Context, k Kept, net []byte) (Kept, error) {
	sum := sha256.Sum256(net)
	hash := hex.EncodeToString(sum[:])
	estimate, err := json.Marshal(k.Estimate)
	if err != nil {
		return k, err
	}
	err = s.within(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO networks (hash, data) VALUES (?, ?) ON CONFLICT DO NOTHING`, hash, net); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO searches (key, name, method, criterion, network, begun, state, estimate)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, k.Key, k.Name, string(k.Method), k.Criterion, hash, k.Begun, []byte(k.State), string(estimate))
		return err
	})
	if err != nil {
		return k, fmt.Errorf("episodes %s: %w", s.path, err)
	}
	found, err := s.searches(ctx, "WHERE key = ?", k.Key)
	if err != nil {
		return k, err
	}
	return found[0], nil
}

// Searches returns all searches, the first begun first.
func (s *Store) Searches(ctx context.Context) ([]Kept, error) { return s.searches(ctx, "ORDER BY id") }

func (s *Store) searches(ctx context.Context, which string, args ...any) (all []Kept, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT id, key, name, method, criterion, begun, state, estimate FROM searches "+which, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var k Kept
		var state, estimate []byte
		if err := rows.Scan(&k.ID, &k.Key, &k.Name, &k.Method, &k.Criterion, &k.Begun, &state, &estimate); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(estimate, &k.Estimate); err != nil {
			return nil, fmt.Errorf("episodes %s: estimate of search %d: %w", s.path, k.ID, err)
		}
		k.State = state
		all = append(all, k)
	}
	return all, rows.Err()
}

// Round keeps a round of a search: its state and estimate after it, and what it found, in one transaction. The weights of
// episodes are by hour of all that was simulated: rescale multiplies those of earlier rounds.
func (s *Store) Round(ctx context.Context, search int64, round int, state json.RawMessage, e Estimate, found []*Episode, rescale float64) error {
	estimate, err := json.Marshal(e)
	if err != nil {
		return err
	}
	err = s.within(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE searches SET state = ?, estimate = ? WHERE id = ?`, []byte(state), string(estimate), search); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE episodes SET weight_per_h = weight_per_h * ? WHERE search = ?`, rescale, search); err != nil {
			return err
		}
		for _, e := range found {
			if err := insertEpisode(ctx, tx, search, round, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("episodes %s: %w", s.path, err)
	}
	return nil
}

// NetworkBytes returns the network of a search, as in a .rtn file (network.Read reads it).
func (s *Store) NetworkBytes(ctx context.Context, search int64) (data []byte, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT data FROM networks JOIN searches ON network = hash WHERE id = ?`, search).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("episodes %s: search %d: %w", s.path, search, ErrNone)
	}
	return data, err
}
