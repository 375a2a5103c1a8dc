package main

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"roadtwin/vehicles/draw"
)

// TestAStudySurvivesKills runs the peak of central Wilmington with many seeds, kills the program at random moments and has the same command go
// on, then runs it undisturbed: both have the same rows, none lost and none twice. `make study-kill` sets
//
//	ROADTWIN_KILL           the program
//	ROADTWIN_KILL_RUNS      how many runs (200)
//	ROADTWIN_KILL_TIMES     how often it is killed (10)
//	ROADTWIN_KILL_BESIDE    how many of the runs are made undisturbed to compare with (all)
//	ROADTWIN_KILL_PERIOD    HH:MM-HH:MM (07:00-08:00)
//	ROADTWIN_KILL_SCENARIO  another scenario than the demo's
func TestAStudySurvivesKills(t *testing.T) {
	program := os.Getenv("ROADTWIN_KILL")
	if program == "" {
		t.Skip("takes an hour: make study-kill")
	}
	runs, times := killSetting(t, "ROADTWIN_KILL_RUNS", 200), killSetting(t, "ROADTWIN_KILL_TIMES", 10)
	s := killStudy{program: program, scenario: "../../scenarios/demo/wilmington.yaml", begin: "07:00", end: "08:00"}
	if given := os.Getenv("ROADTWIN_KILL_SCENARIO"); given != "" {
		s.scenario = given
	}
	if period := os.Getenv("ROADTWIN_KILL_PERIOD"); period != "" {
		var ok bool
		if s.begin, s.end, ok = strings.Cut(period, "-"); !ok {
			t.Fatalf("period %q, want HH:MM-HH:MM", period)
		}
	}
	killed, beside := filepath.Join(t.TempDir(), "killed.db"), filepath.Join(t.TempDir(), "beside.db")
	begun := time.Now()
	var moments []int // runs that are finished when the kill comes
	for i := range times {
		moments = append(moments, draw.IntN(runs, 1, draw.Test, uint64(i), 0))
	}
	slices.Sort(moments)
	for i, after := range moments {
		s.runAndKill(t, killed, runs, after, time.Duration(draw.IntN(5000, 1, draw.Test, uint64(i), 1))*time.Millisecond)
	}
	s.finish(t, killed, runs)
	wall := time.Since(begun)
	tablesHave(t, killed, runs)
	t.Logf("%d runs with %d kills: %v of wall time, %v of processor time, at most %d MB of memory; %d MB of results",
		runs, times, wall.Round(time.Second), s.cpu.Round(time.Second), s.memory>>10, fileSize(t, killed)>>20)

	n := min(runs, killSetting(t, "ROADTWIN_KILL_BESIDE", runs))
	s.cpu, begun = 0, time.Now()
	s.finish(t, beside, n)
	t.Logf("%d runs undisturbed: %v of wall time, %v of processor time", n, time.Since(begun).Round(time.Second), s.cpu.Round(time.Second))
	got, want := tableHashes(t, killed, n), tableHashes(t, beside, n)
	for table, hash := range want {
		if got[table] != hash {
			t.Errorf("table %s of the first %d seeds is another after the kills", table, n)
		}
	}
	t.Logf("compared: the rows of %d tables", len(want))
}

func killSetting(t *testing.T, name string, usual int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s=%q, want a number from 1", name, text)
	}
	return n
}

// killStudy is the command that is killed, and what it has used.
type killStudy struct {
	program, scenario, begin, end string
	cpu                           time.Duration
	memory                        int64 // KB
}

func (s *killStudy) command(db string, runs int) *exec.Cmd {
	cmd := exec.Command(s.program, "run", s.scenario, "--begin", s.begin, "--end", s.end, "--seeds", fmt.Sprintf("1-%d", runs), "--jobs", "2", "--db", db)
	cmd.Stderr = os.Stderr
	return cmd
}

// runAndKill starts the study and kills it a while after so many runs are in the results.
func (s *killStudy) runAndKill(t *testing.T, db string, runs, after int, later time.Duration) {
	t.Helper()
	cmd := s.command(db, runs)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for finishedRuns(db) < after {
		select {
		case err := <-ended:
			s.note(cmd)
			t.Logf("the study ended before it was killed: %v", err)
			return
		case <-time.After(200 * time.Millisecond):
		}
	}
	time.Sleep(later)
	if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Logf("kill: %v", err)
	}
	<-ended
	s.note(cmd)
	t.Logf("killed with %d runs in the results", finishedRuns(db))
}

// finish runs the study to its end.
func (s *killStudy) finish(t *testing.T, db string, runs int) {
	t.Helper()
	cmd := s.command(db, runs)
	if err := cmd.Run(); err != nil {
		t.Fatalf("the study ends with %v", err)
	}
	s.note(cmd)
}

func (s *killStudy) note(cmd *exec.Cmd) {
	s.cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.memory = max(s.memory, usage.Maxrss)
	}
}

// finishedRuns returns how many runs are in a results file, 0 while there is none.
func finishedRuns(path string) (n int) {
	if _, err := os.Stat(path); err != nil {
		return 0
	}
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		return 0
	}
	defer db.Close()
	if db.QueryRow(`SELECT count(*) FROM runs WHERE finished`).Scan(&n) != nil {
		return 0 // is being made
	}
	return n
}

// tablesHave fails unless the file is sound and has each run once and whole.
func tablesHave(t *testing.T, path string, runs int) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for query, want := range map[string]string{
		`PRAGMA quick_check`: "ok",
		`SELECT count(*) || ' ' || count(DISTINCT seed) || ' ' || sum(finished) FROM runs`:                                     fmt.Sprintf("%d %d %d", runs, runs, runs),
		`SELECT count(*) FROM runs r WHERE (SELECT count(*) FROM trips t WHERE t.run = r.id) <> r.summary ->> 'trips'`:         "0",
		`SELECT count(*) FROM (SELECT run, trip FROM trips GROUP BY run, trip HAVING count(*) > 1)`:                            "0",
		`SELECT count(*) FROM (SELECT run, edge, begin_s FROM edge_intervals GROUP BY run, edge, begin_s HAVING count(*) > 1)`: "0",
		`SELECT count(*) FROM trips WHERE run NOT IN (SELECT id FROM runs)`:                                                    "0",
		`SELECT count(*) FROM edge_intervals WHERE run NOT IN (SELECT id FROM runs)`:                                           "0",
	} {
		var got string
		if err := db.QueryRow(query).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", query, got, err, want)
		}
	}
}

// tableHashes returns a hash of the rows of each table with a run, of the seeds 1 to n, with the seed in place of the run's number.
func tableHashes(t *testing.T, path string, n int) map[string]string {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	columns := tableColumns(t, db)
	hashes := map[string]string{}
	for table, names := range columns {
		list := strings.Join(names, `, `)
		query := fmt.Sprintf(`SELECT r.seed, %s FROM %s JOIN runs r ON r.id = %s.run WHERE r.seed <= ? ORDER BY r.seed, %s`, qualified(table, names), table, table, qualified(table, names))
		if table == "runs" {
			query = fmt.Sprintf(`SELECT seed, %s FROM runs WHERE seed <= ? ORDER BY seed`, list)
		}
		hashes[table] = hashOf(t, db, query, n)
	}
	return hashes
}

// tableColumns returns the columns to compare of each table with a run, by table: not the numbers of runs and rows, nor times on the clock.
func tableColumns(t *testing.T, db *sql.DB) map[string][]string {
	t.Helper()
	columns := map[string][]string{"runs": {"scenario_hash", "seed", "variant", "map_hash", "inputs_hash", "state_hash", "finished", "json_extract(summary, '$.measures')"}}
	rows, err := db.Query(`SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) k WHERE k.name = 'run') ORDER BY m.name, c.cid`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			t.Fatal(err)
		}
		if column != "run" && column != "id" {
			columns[table] = append(columns[table], column)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return columns
}

// qualified returns columns as of a table.
func qualified(table string, columns []string) string {
	all := make([]string, len(columns))
	for i, c := range columns {
		all[i] = table + "." + c
	}
	return strings.Join(all, ", ")
}

func hashOf(t *testing.T, db *sql.DB, query string, n int) string {
	t.Helper()
	rows, err := db.Query(query, n)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	sum, row, into := sha256.New(), make([]any, len(names)), make([]any, len(names))
	for i := range row {
		into[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(sum, row...)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func fileSize(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
