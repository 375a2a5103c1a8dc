package main

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"roadtwin/scenarios"
	"roadtwin/scenarios/results"
	"roadtwin/vehicles/weather"
)

// command runs the program and returns its exit code and what it printed.
func command(ctx context.Context, args ...string) (code int, out, errOut string) {
	var o, e bytes.Buffer
	code = execute(ctx, args, &o, &e)
	return code, o.String(), e.String()
}

// village writes a map of four by four crossings, two of them with signals, and returns its path.
func village(t *testing.T) string {
	t.Helper()
	const side, spacing = 4, 0.0015 // degrees, some 130 to 170 m
	var b strings.Builder
	b.WriteString("<?xml version='1.0' encoding='UTF-8'?>\n<osm version='0.6'>\n")
	id := func(x, y int) int { return 1 + y*side + x }
	for y := range side {
		for x := range side {
			tag := ""
			if y == 1 && (x == 1 || x == 2) {
				tag = "<tag k='highway' v='traffic_signals'/>"
			}
			fmt.Fprintf(&b, "<node id='%d' lat='%.6f' lon='%.6f'>%s</node>\n", id(x, y), 39.75+float64(y)*spacing, -75.55+float64(x)*spacing, tag)
		}
	}
	for i := range side {
		var row, column strings.Builder
		for k := range side {
			fmt.Fprintf(&row, "<nd ref='%d'/>", id(k, i))
			fmt.Fprintf(&column, "<nd ref='%d'/>", id(i, k))
		}
		fmt.Fprintf(&b, "<way id='%d'>%s<tag k='highway' v='secondary'/><tag k='name' v='Row %d'/></way>\n", 100+i, row.String(), i)
		fmt.Fprintf(&b, "<way id='%d'>%s<tag k='highway' v='residential'/><tag k='name' v='Column %d'/></way>\n", 200+i, column.String(), i)
	}
	b.WriteString("</osm>\n")
	return write(t, "village.osm", b.String())
}

// write writes a file into a folder of the test and returns its path.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestHelpShowsAnExample(t *testing.T) {
	for _, verb := range []string{"import", "run", "serve", "bench", "jams"} {
		code, out, _ := command(t.Context(), verb, "--help")
		if code != 0 || !strings.Contains(out, "Example:") || !strings.Contains(out, "roadtwin "+verb+" ") {
			t.Errorf("%s --help: exit code %d, %q", verb, code, out)
		}
	}
	code, out, _ := command(t.Context(), "--help")
	if code != 0 || !strings.Contains(out, "serve") {
		t.Errorf("--help: exit code %d, %q", code, out)
	}
	if code, out, _ := command(t.Context(), "--version"); code != 0 || strings.TrimSpace(out) == "" {
		t.Errorf("--version: exit code %d, %q", code, out)
	}
}

func TestMistakesExitWith2AndOneLine(t *testing.T) {
	good := village(t)
	busy, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	html := write(t, "page.osm", "<!DOCTYPE html><html><body>404</body></html>")
	typo := write(t, "typo.yaml", "map: "+good+"\nperiode: {begin: \"07:00\", end: \"08:00\"}\n")
	flat := write(t, "flat.yaml", "map: "+good+"\nelevation: /nowhere/at/all\n")
	for _, tc := range []struct {
		name string
		args []string
		want string // part of the message
	}{
		{"no verb", nil, "expected one of"},
		{"unknown verb", []string{"fly"}, "fly"},
		{"unknown flag", []string{"run", good, "--fast"}, "--fast"},
		{"missing scenario", []string{"run", "nowhere.yaml"}, "nowhere.yaml"},
		{"missing map", []string{"run", "nowhere.osm.pbf"}, "nowhere.osm.pbf"},
		{"missing map to import", []string{"import", "nowhere.osm.pbf"}, "nowhere.osm.pbf"},
		{"a page in place of a map", []string{"import", html}, "page.osm"},
		{"a misspelt field", []string{"run", typo}, "typo.yaml:2: periode"},
		{"a bad box", []string{"import", good, "--bbox", "-75,39,-76,40"}, "west"},
		{"a box elsewhere", []string{"import", good, "--bbox", "10,50,11,51"}, "nothing within"},
		{"a bad time", []string{"run", good, "--begin", "7am"}, "--begin"},
		{"a period that ends before it begins", []string{"run", good, "--begin", "10:00", "--end", "09:00"}, "end after the beginning"},
		{"a bad step", []string{"run", good, "--dt", "2"}, "0.05 to 0.5"},
		{"a bad step of validate", []string{"validate", "--dt", "0.6"}, "0.05 to 0.5"},
		{"a negative number of threads", []string{"run", good, "--threads=-1"}, "--threads"},
		{"a seed twice", []string{"run", good, "--seeds", "1,2,1"}, "seed 1"},
		{"results in no folder", []string{"run", good, "--db", "/nowhere/at/all.db"}, "/nowhere/at/all.db"},
		{"results over another file", []string{"run", good, "--db", html}, "page.osm"},
		{"heights from no folder", []string{"import", good, "--elevation", "/nowhere/at/all"}, "/nowhere/at/all"},
		{"heights from a folder without tiles", []string{"import", good, "--elevation", t.TempDir()}, "N39W076.hgt"},
		{"a scenario without its heights", []string{"run", flat}, "elevation"},
		{"a network to no folder", []string{"import", good, "-o", "/nowhere/at/all.rtn"}, "/nowhere/at/all.rtn"},
		{"a busy port", []string{"serve", good, "--addr", busy.Addr().String()}, "in use"},
		{"an address that is none", []string{"serve", good, "--addr", "localhost"}, "host:port"},
		{"a bad size", []string{"bench", "--vehicles", "5"}, "5 vehicles"},
		{"a profile nowhere", []string{"bench", "--profile", filepath.Join(t.TempDir(), "none", "cpu.prof")}, "profile: open"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			code, _, errOut := command(t.Context(), tc.args...)
			lines := strings.Split(strings.TrimSpace(errOut), "\n")
			message := lines[len(lines)-1]
			if code != exitMistake || !strings.HasPrefix(message, "roadtwin: ") || !strings.Contains(message, tc.want) {
				t.Errorf("%v: exit code %d, message %q; want %d and %q in it", tc.args, code, message, exitMistake, tc.want)
			}
			if n := strings.Count(errOut, "roadtwin: "); n != 1 {
				t.Errorf("%v: %d messages in %q, want 1", tc.args, n, errOut)
			}
		})
	}
}

// fields are what --json promises to print at least.
var fields = map[string][]string{
	"import": {
		"junctions", "controllers", "edges", "lanes", "connectors", "lane_km", "driving_side", "largest_component",
		"short_edges", "dropped", "guessed", "warnings", "cpu_s", "max_rss_mb",
	},
	"run": {
		"scenario", "seed", "state_hash", "departed", "arrived", "on_road", "waiting", "crashes", "mean_travel_time_s",
		"mean_delay_s", "audit", "stuck", "stuck_most", "stuck_list", "vehicle_updates", "cpu_s", "wall_s", "max_rss_mb",
	},
	"bench": {"case", "threads", "dt_s", "vehicles", "updates_per_cpu_s", "allocs_per_step", "bytes_per_vehicle"},
}

// wantFields checks that object has the fields of verb.
func wantFields(t *testing.T, verb string, object map[string]any) {
	t.Helper()
	for _, field := range fields[verb] {
		if _, ok := object[field]; !ok {
			t.Errorf("%s --json: no field %q in %v", verb, field, object)
		}
	}
}

func decode[T any](t *testing.T, text string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	return v
}

func TestImportedNetworkRunsLikeItsMap(t *testing.T) {
	source := village(t)
	rtn := filepath.Join(t.TempDir(), "village.rtn")
	code, out, errOut := command(t.Context(), "import", source, "-o", rtn, "--json")
	if code != 0 {
		t.Fatalf("import: exit code %d, %s", code, errOut)
	}
	report := decode[map[string]any](t, out)
	wantFields(t, "import", report)
	if report["controllers"] != 2.0 || report["driving_side"] != "right" {
		t.Errorf("report %v; want 2 controllers, driving on the right", report)
	}
	// Only streets are in a network, so the demand is another; but it drives.
	code, out, errOut = command(t.Context(), "run", rtn, "--begin", "07:00", "--end", "07:05", "--json")
	if code != 0 {
		t.Fatalf("run: exit code %d, %s", code, errOut)
	}
	runs := decode[ran](t, out).Runs
	if len(runs) != 1 || runs[0].Departed == 0 {
		t.Errorf("runs of the network: %+v, want one with departures", runs)
	}
}

func TestRunKeepsResults(t *testing.T) {
	source := village(t)
	db := filepath.Join(t.TempDir(), "results.db")
	args := []string{"run", source, "--begin", "07:00", "--end", "07:10", "--demand", "2", "--seeds", "1,2", "--db", db, "--json"}
	code, out, errOut := command(t.Context(), args...)
	if code != 0 {
		t.Fatalf("exit code %d, %s", code, errOut)
	}
	printed := decode[struct{ Runs []map[string]any }](t, out)
	if len(printed.Runs) != 2 {
		t.Fatalf("%d runs, want 2: %s", len(printed.Runs), out)
	}
	for _, run := range printed.Runs {
		wantFields(t, "run", run)
	}
	kept := runsIn(t, db)
	if len(kept) != 2 {
		t.Fatalf("%d runs in the results, want 2", len(kept))
	}
	// They are made side by side, and which is kept first is chance; what is printed goes by seed.
	slices.SortFunc(kept, func(a, b results.Run) int { return cmp.Compare(a.Seed, b.Seed) })
	for i, run := range kept {
		if !run.Complete || run.StateHash != printed.Runs[i]["state_hash"] {
			t.Errorf("run %d: complete %v, state hash %s; want true, %v", i, run.Complete, run.StateHash, printed.Runs[i]["state_hash"])
		}
	}
	code, table, errOut := command(t.Context(), "run", source, "--begin", "07:00", "--end", "07:10", "--demand", "2", "--threads", "3")
	if code != 0 {
		t.Fatalf("exit code %d, %s", code, errOut)
	}
	for _, want := range []string{"travel time", "delay", "crashes", "audit", "clean", kept[0].StateHash} {
		if !strings.Contains(table, want) {
			t.Errorf("no %q in the table:\n%s", want, table)
		}
	}
}

// countdown is a context that is cancelled after it has been asked so many times.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestInterruptedRunIsKept(t *testing.T) {
	source := village(t)
	db := filepath.Join(t.TempDir(), "results.db")
	ctx := &countdown{t.Context(), 2000}
	code, out, errOut := command(ctx, "run", source, "--begin", "07:00", "--end", "09:00", "--db", db, "--json")
	if code != exitInterrupted || !strings.Contains(errOut, "interrupted at 07:0") {
		t.Errorf("exit code %d, %q; want %d and when it was interrupted", code, errOut, exitInterrupted)
	}
	runs := decode[ran](t, out).Runs
	if len(runs) != 1 || runs[0].Complete || runs[0].Simulated <= 0 {
		t.Fatalf("runs %+v, want one that is not complete", runs)
	}
	if kept := runsIn(t, db); len(kept) != 1 || kept[0].Complete || kept[0].StateHash != runs[0].StateHash {
		t.Errorf("results %+v, want the run that was interrupted", kept)
	}
}

// A trigger stands for the disk that fills up: it fails the writer after the first thousand rows, which intervals of a
// second make in some minutes of the two hours.
func TestRunThatCannotBeKeptGoesToItsEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.db")
	db, err := results.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	raw, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = raw.Exec(`CREATE TRIGGER full BEFORE INSERT ON edge_intervals BEGIN SELECT RAISE(ABORT, 'no room is left'); END`)
	raw.Close()
	if err != nil {
		t.Fatal(err)
	}
	scenario := write(t, "often.yaml", "map: "+village(t)+"\nperiod: {begin: \"07:00\", end: \"09:00\"}\nmeasure: {interval: 1}\n")

	code, out, errOut := command(t.Context(), "run", scenario, "--demand", "2", "--seeds", "1,2", "--jobs", "1", "--db", path, "--json")
	if code != exitFailure {
		t.Errorf("exit code %d, %q; want %d", code, errOut, exitFailure)
	}
	lines := strings.Split(strings.TrimSpace(errOut), "\n")
	for _, want := range []string{"roadtwin: ", "seed 1", path, "no room is left"} {
		if last := lines[len(lines)-1]; !strings.Contains(last, want) {
			t.Errorf("no %q in the last line %q", want, last)
		}
	}
	if runs := decode[ran](t, out).Runs; len(runs) != 1 || !runs[0].Complete || runs[0].Arrived == 0 {
		t.Errorf("runs %+v, want one that is complete", runs)
	}
	if kept := runsIn(t, path); len(kept) != 0 {
		t.Errorf("%d runs in the results, want none", len(kept))
	}

	code, out, errOut = command(t.Context(), "run", scenario, "--demand", "2", "--db", path)
	if !strings.Contains(errOut, "the run goes on") {
		t.Errorf("%q, want that the run goes on", errOut)
	}
	if code != exitFailure || !strings.Contains(out, "state hash") || strings.Contains(out, "results: ") {
		t.Errorf("exit code %d, table %q; want %d and a table that names no results", code, out, exitFailure)
	}
}

func TestBenchPrintsRows(t *testing.T) {
	code, out, errOut := command(t.Context(), "bench", "--vehicles", "300", "--threads", "1", "--seconds", "0.05", "--json")
	if code != 0 {
		t.Fatalf("exit code %d, %s", code, errOut)
	}
	rows := decode[struct{ Rows []map[string]any }](t, out).Rows
	if len(rows) != 1 {
		t.Fatalf("rows %v, want 1", rows)
	}
	wantFields(t, "bench", rows[0])
}

func TestDemoScenariosAreValid(t *testing.T) {
	for _, name := range []string{"wilmington.yaml", "winter.yaml"} {
		s, err := scenarios.Load(filepath.Join("..", "..", "scenarios", "demo", name))
		if err != nil {
			t.Fatal(err)
		}
		if s.Period.Begin != 7*3600 || s.Period.End != 9*3600 {
			t.Errorf("%s: period %v to %v, want the morning peak, 07:00 to 09:00", name, s.Period.Begin, s.Period.End)
		}
	}
	f, err := os.Open(filepath.Join("..", "..", "scenarios", "demo", "winter.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := weather.ReadCSV(f); err != nil {
		t.Error(err)
	}
}

// runsIn returns the runs that a results file holds.
func runsIn(t *testing.T, path string) []results.Run {
	t.Helper()
	db, err := results.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	runs, err := db.Runs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return runs
}
