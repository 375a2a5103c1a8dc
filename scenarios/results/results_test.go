package results

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

var info = RunInfo{
	Scenario: "base", Text: "map: a.osm\n", Hash: "abc", Seed: math.MaxUint64 - 1, Version: "v0", Map: "a.osm", MapHash: "def",
	Begin: 25200, End: 32400, StepTime: 0.1, Started: time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC), Variant: "wet", InputsHash: "ghi",
}

var outcome = Outcome{Ended: info.Started.Add(time.Minute), Complete: true, StateHash: "0123", Summary: []byte(`{"arrived":1}`)}

func create(t *testing.T) *DB {
	t.Helper()
	db, err := Create(filepath.Join(t.TempDir(), "results #1?.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func begin(t *testing.T, db *DB) *Writer {
	t.Helper()
	w, err := db.Begin(info)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	db := create(t)
	w := begin(t, db)
	nan := math.NaN()
	edge := Edge{7, -42, "Market Street", "primary", 120.5, 2, "-42", 13.9, 1, 2, "signal", "[[1,2],[3,4]]"}
	arrived := Trip{3, "car", 7, 8, 25200.5, 25201, 25300, 99, 60, 0.5, 900, 2, TripArrived, Burnt{190, 60, 0.3, 0.01, 0}, "commute", -90.5, 1<<63 + 5}
	waiting := Trip{4, "van", 7, 8, 25210, nan, nan, nan, nan, nan, nan, -1, TripWaiting, Unmeasured(), "", nan, 0}
	interval := EdgeInterval{25200, 25500, 7, 10, 9, 300, 2000, 50, 1.5, 4, Burnt{1900, 600, 3, 0.1, 0.2}, 3, 8, 212.5}
	movement := MovementInterval{25200, 25500, 5, 7, 8, "left", 3, 3, 12, 1, 3, 41.5, 2, 0.75, []int32{2, 0, 3}}
	stage := SignalStage{1, "Market Street / 4th Street", 0, `["north"]`, 30, 5, 60, 35.0 / 60, 10}
	crash := Crash{
		ID: 1, Time: 25300, Trip: 3, Other: 4, Edge: -1, Junction: "Market Street / 4th Street", Position: 5, Lon: -75.5, Lat: 39.7,
		ClosingSpeed: 8, DeltaV: 4, Striking: []byte(`{"speed":9}`), Struck: []byte("{}"),
	}
	command := Command{0, 100, 25210, "scenario", "condition", -1, "wet", nan, `{"Kind":0}`}
	limit := Command{1, 200, 25220, "scenario", "speed_limit", 7, "", 8.5, ""}
	conflict := Conflict{
		Time: 25301, Begin: 25300, End: 25302, Trip: 3, Other: 4, Kind: "crossing", Edge: -1, Junction: "Market Street / 4th Street",
		Position: 4, Lon: -75.5, Lat: 39.7, TTC: nan, MTTC: nan, PET: 0.8, DRAC: nan, DeltaV: 4, OtherDelta: 5, Speed: 8, OtherSpeed: 9,
	}
	w.Add(edge, arrived, waiting, interval, movement, stage, crash, conflict, command, limit)
	if err := w.Finish(outcome); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	run, err := db.Run(ctx, w.Run())
	if err != nil {
		t.Fatal(err)
	}
	want := Run{w.Run(), info, outcome.Ended, true, "0123", []byte(`{"arrived":1}`)}
	if !reflect.DeepEqual(run, want) {
		t.Errorf("run = %+v, want %+v", run, want)
	}
	check(t, "edges", []Edge{edge})(db.Edges(ctx, run.ID))
	check(t, "trips", []Trip{arrived, waiting})(db.Trips(ctx, run.ID))
	check(t, "edge intervals", []EdgeInterval{interval})(db.EdgeIntervals(ctx, run.ID))
	check(t, "movement intervals", []MovementInterval{movement})(db.MovementIntervals(ctx, run.ID))
	check(t, "stages", []SignalStage{stage})(db.SignalStages(ctx, run.ID))
	check(t, "crashes", []Crash{crash})(db.Crashes(ctx, run.ID))
	check(t, "conflicts", []Conflict{conflict})(db.Conflicts(ctx, run.ID))
	check(t, "commands", []Command{command, limit})(db.Commands(ctx, run.ID))
	if _, err := db.Run(ctx, 99); !errors.Is(err, ErrNoRun) {
		t.Errorf("run 99: %v, want ErrNoRun", err)
	}
}

// check compares rows by their text, in which NaN equals NaN.
func check[T any](t *testing.T, what string, want []T) func([]T, error) {
	t.Helper()
	return func(got []T, err error) {
		t.Helper()
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s = %v, %v, want %v", what, got, err, want)
		}
	}
}

func TestRoutesAreKeptAndGoWithTheirRun(t *testing.T) {
	db := create(t)
	ctx := t.Context()
	routes := []Route{{0, []int{3, 1, 4}}, {7, []int{5}}}
	var runs []int64
	for range 2 {
		w := begin(t, db)
		w.Add(routes[0], routes[1])
		if err := w.Finish(outcome); err != nil {
			t.Fatal(err)
		}
		runs = append(runs, w.Run())
	}
	if err := db.Remove(runs[0]); err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]Route{nil, routes} {
		if got, err := db.Routes(ctx, runs[i]); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("routes of run %d: %v, %v; want %v", runs[i], got, err, want)
		}
	}
	if left, err := db.Runs(ctx); err != nil || len(left) != 1 || left[0].ID != runs[1] {
		t.Errorf("%d runs left, %v; want the second", len(left), err)
	}
}

func TestAnUnfinishedRunIsNeverSeen(t *testing.T) {
	db := create(t)
	first := begin(t, db)
	if err := first.Finish(outcome); err != nil {
		t.Fatal(err)
	}
	w := begin(t, db)
	for i := range 5 * batchRows {
		w.Add(Trip{Trip: int64(i), State: TripArrived})
	}
	if ids := runIDs(t, db); len(ids) != 1 || ids[0] != first.Run() {
		t.Errorf("runs while one is written = %v, want %v", ids, []int64{first.Run()})
	}
	if _, err := db.Begin(info); err == nil {
		t.Error("two runs are written at once")
	}
	if err := w.Abandon(); err != nil {
		t.Fatal(err)
	}
	if ids := runIDs(t, db); len(ids) != 1 {
		t.Errorf("runs after abandoning one = %v, want one", ids)
	}
	w = begin(t, db)
	for i := range 5 * batchRows {
		w.Add(Trip{Trip: int64(i), State: TripArrived})
	}
	if err := w.Finish(outcome); err != nil {
		t.Fatal(err)
	}
	if trips, err := db.Trips(context.Background(), w.Run()); err != nil || len(trips) != 5*batchRows {
		t.Errorf("%d trips, %v, want %d", len(trips), err, 5*batchRows)
	}
}

func runIDs(t *testing.T, db *DB) (ids []int64) {
	t.Helper()
	runs, err := db.Runs(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range runs {
		ids = append(ids, r.ID)
	}
	return ids
}

func TestAFullDiskIsToldAndTheRestStays(t *testing.T) {
	db := create(t)
	first := begin(t, db)
	if err := first.Finish(outcome); err != nil {
		t.Fatal(err)
	}
	if _, err := db.write.Exec(`PRAGMA max_page_count = 40`); err != nil {
		t.Fatal(err)
	}
	w := begin(t, db)
	for i := range 20 * batchRows {
		w.Add(Trip{Trip: int64(i), Class: "car", State: TripArrived})
	}
	err := w.Finish(outcome)
	if err == nil || !strings.Contains(err.Error(), "the disk is full") || !strings.Contains(err.Error(), db.Path()) {
		t.Errorf("Finish = %v, want that the disk is full, and the path", err)
	}
	if w.Err() == nil {
		t.Error("Err = nil after a failure")
	}
	if ids := runIDs(t, db); len(ids) != 1 || ids[0] != first.Run() {
		t.Errorf("runs = %v, want the finished one", ids)
	}
	if _, err := db.write.Exec(`PRAGMA max_page_count = 100000`); err != nil {
		t.Fatal(err)
	}
	w = begin(t, db)
	if err := w.Finish(outcome); err != nil {
		t.Errorf("a run after there is room again: %v", err)
	}
}

func TestARowThatCannotBeIsAnErrorAndNotAHalfRun(t *testing.T) {
	db := create(t)
	w := begin(t, db)
	w.Add(Trip{Trip: 1, State: TripArrived}, Trip{Trip: 1, State: TripArrived})
	if err := w.Finish(outcome); err == nil {
		t.Error("two trips with the same number were accepted")
	}
	if ids := runIDs(t, db); len(ids) != 0 {
		t.Errorf("runs = %v, want none", ids)
	}
}

func TestForeignFilesAreRefusedAndUntouched(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.txt")
	other := filepath.Join(dir, "other.db")
	newer := filepath.Join(dir, "newer.db")
	if err := os.WriteFile(text, []byte("these are my notes, do not lose them"), 0o600); err != nil {
		t.Fatal(err)
	}
	execute(t, other, `CREATE TABLE runs (a); PRAGMA user_version = 1`)
	execute(t, newer, fmt.Sprintf(`PRAGMA application_id = %d; PRAGMA user_version = 999; CREATE TABLE a (b)`, applicationID))
	for path, want := range map[string]string{text: "not a Roadtwin", other: "not a Roadtwin", newer: "newer", dir: "folder"} {
		before, _ := os.ReadFile(path)
		for name, open := range map[string]func(string) (*DB, error){"Create": Create, "Open": Open} {
			db, err := open(path)
			if err == nil {
				db.Close()
			}
			if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s(%s) = %v, want one line with %q", name, path, err, want)
			}
		}
		if after, _ := os.ReadFile(path); string(after) != string(before) {
			t.Errorf("%s was changed", path)
		}
	}
}

func TestWhatCannotBeWrittenIsToldBeforeTheRun(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	paths := []string{filepath.Join(dir, "none", "a.db"), filepath.Join(file, "a.db")}
	if os.Getuid() != 0 { // root may write everywhere
		locked := filepath.Join(dir, "locked")
		if err := os.Mkdir(locked, 0o500); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, filepath.Join(locked, "a.db"))
	}
	for _, path := range paths {
		if _, err := Create(path); err == nil || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "\n") {
			t.Errorf("Create(%s) = %v, want one line that names it", path, err)
		}
	}
	if _, err := Open(filepath.Join(dir, "none.db")); !strings.Contains(fmt.Sprint(err), "no such file") {
		t.Errorf("Open of nothing = %v", err)
	}
	reader, err := Open(create(t).Path())
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if _, err := reader.Begin(info); err == nil {
		t.Error("a run was begun in a file open for reading")
	}
}

func TestEachOlderSchemaIsBroughtUpToDate(t *testing.T) {
	scripts, err := migrations()
	if err != nil {
		t.Fatal(err)
	}
	future := append(scripts[:len(scripts):len(scripts)], `ALTER TABLE trips ADD COLUMN colour TEXT NOT NULL DEFAULT ''`,
		`CREATE TABLE later (run INTEGER REFERENCES runs (id)) STRICT`)
	for version := 1; version < len(future); version++ {
		path := filepath.Join(t.TempDir(), "old.db")
		old, err := createWith(path, future[:version])
		if err != nil {
			t.Fatal(err)
		}
		if err := old.Close(); err != nil {
			t.Fatal(err)
		}
		execute(t, path, firstRows)
		db, err := createWith(path, future)
		if err != nil {
			t.Fatalf("from schema %d: %v", version, err)
		}
		if got, err := schemaVersion(context.Background(), db.read, len(future)); got != len(future) || err != nil {
			t.Errorf("from schema %d: now %d, %v, want %d", version, got, err, len(future))
		}
		if trips, err := db.Trips(context.Background(), 1); len(trips) != 1 || err != nil {
			t.Errorf("from schema %d: trips = %v, %v, want the one that was there", version, trips, err)
		}
		db.Close()
	}
}

// firstRows are a run and a trip as the first schema had them.
const firstRows = `
INSERT INTO runs (scenario, scenario_text, scenario_hash, seed, version, map, map_hash, begin_s, end_s, step_s, started_at, ended_at)
	VALUES ('old', 'map: a', '00', 1, 'v0', 'a', '11', 0, 60, 0.2, '2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z');
INSERT INTO trips (run, trip, class, from_edge, to_edge, depart_s, state) VALUES (1, 1, 'car', 0, 1, 5, 'arrived');`

func TestAFailedMigrationChangesNothing(t *testing.T) {
	scripts, err := migrations()
	if err != nil {
		t.Fatal(err)
	}
	path := create(t).Path()
	bad := append(scripts[:len(scripts):len(scripts)], `CREATE TABLE half (a INTEGER) STRICT; CREATE TABLE half (a INTEGER) STRICT`)
	if _, err := createWith(path, bad); err == nil {
		t.Fatal("a broken script was accepted")
	}
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var n int
	if err := db.read.QueryRow(`SELECT count(*) FROM sqlite_master WHERE name = 'half'`).Scan(&n); err != nil || n != 0 {
		t.Errorf("%d half made tables are left (%v)", n, err)
	}
}

func execute(t *testing.T, path, script string) {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(script); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkAddAndFinish(b *testing.B) {
	b.ReportAllocs()
	const rows = 200_000
	for b.Loop() {
		db, err := Create(filepath.Join(b.TempDir(), "bench.db"))
		if err != nil {
			b.Fatal(err)
		}
		w, err := db.Begin(info)
		if err != nil {
			b.Fatal(err)
		}
		for i := range rows {
			w.Add(EdgeInterval{Begin: float64(i / 5000), Edge: i % 5000, Entered: 10, VehicleSeconds: 100})
		}
		if err := errors.Join(w.Finish(outcome), db.Close()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
