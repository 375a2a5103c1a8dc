package results

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
)

// applicationID marks our files in SQLite's header ("Rtw1"), so that a foreign database is never touched.
const applicationID = 0x52747731

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrations returns the scripts that lead from an empty file to the present schema, in order; a file at user_version
// v has the first v of them. A published script is never changed.
func migrations() ([]string, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql") // sorted by name
	if err != nil {
		return nil, err
	}
	scripts := make([]string, len(names))
	for i, name := range names {
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		scripts[i] = string(text)
	}
	return scripts, nil
}

// migrate brings the file to the newest schema, each script in a transaction of its own. It always writes, so that a
// file that cannot be written is found out now and not after the run.
func migrate(ctx context.Context, db *sql.DB, scripts []string) error {
	version, err := schemaVersion(ctx, db, len(scripts))
	if err != nil {
		return err
	}
	for ; version < len(scripts); version++ {
		if err := apply(ctx, db, scripts[version], version+1); err != nil {
			return fmt.Errorf("migrating to schema %d: %w", version+1, err)
		}
	}
	return apply(ctx, db, "", version)
}

// apply runs one script and marks the file with the version it leads to.
func apply(ctx context.Context, db *sql.DB, script string, version int) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // has no effect after Commit
	if _, err := tx.ExecContext(ctx, script); err != nil {
		return err
	}
	// Pragmas take no parameters.
	marks := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, version)
	if _, err := tx.ExecContext(ctx, marks); err != nil {
		return err
	}
	return tx.Commit()
}

// schemaVersion returns the user_version of a file of ours, 0 for an empty one; it refuses foreign files and those of
// a newer schema than the newest known.
func schemaVersion(ctx context.Context, db *sql.DB, newest int) (int, error) {
	var id, version, objects int
	err := db.QueryRowContext(ctx, `SELECT (SELECT application_id FROM pragma_application_id),
		(SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_master)`).Scan(&id, &version, &objects)
	if err != nil {
		return 0, err
	}
	if id != applicationID && (objects > 0 || id != 0 || version != 0) {
		return 0, errForeign
	}
	if version > newest {
		return 0, fmt.Errorf("has schema %d, written by a newer Roadtwin; this one knows up to %d", version, newest)
	}
	return version, nil
}
