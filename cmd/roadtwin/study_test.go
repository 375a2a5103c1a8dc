package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestFromAMapToAReport walks the planner's way by the command line: a new scenario, its variants, what they change, the report, the tables.
func TestFromAMapToAReport(t *testing.T) {
	dir := t.TempDir()
	town, scenario, db, page := village(t), filepath.Join(dir, "town.yaml"), filepath.Join(dir, "r.db"), filepath.Join(dir, "report.html")
	must := func(args ...string) string {
		t.Helper()
		code, out, errs := command(t.Context(), args...)
		if code != 0 {
			t.Fatalf("%v: exit code %d, %s%s", args, code, out, errs)
		}
		return out
	}
	must("scenario", "new", town, "-o", scenario)
	if code, _, errs := command(t.Context(), "scenario", "new", town, "-o", scenario); code != exitMistake || !strings.Contains(errs, "town.yaml") {
		t.Errorf("a scenario over another: %d, %s", code, errs)
	}
	study := []string{"run", scenario, "--variants", "all", "--seeds", "1-3", "--begin", "07:00", "--end", "07:06", "--demand", "2", "--jobs", "2", "--db", db}
	first := must(study...)
	if !strings.Contains(first, "busier") || !strings.Contains(first, "means over seeds") {
		t.Errorf("a study prints %s", first)
	}
	if again := must(study...); again != first {
		t.Errorf("the same command again prints %s\nbefore %s", again, first)
	}
	checkCompare(t, must, db)
	checkReport(t, must, db, page)
	checkExport(t, must, db, dir)
}

// checkCompare compares the variants of the study.
func checkCompare(t *testing.T, must func(...string) string, db string) {
	t.Helper()
	if out := must("compare", db); !strings.Contains(out, "paired by seed, 95 % intervals") || !strings.Contains(out, "two variants together") {
		t.Errorf("compare prints %s", out)
	}
	var got struct {
		Base     string           `json:"base"`
		Measures []map[string]any `json:"measures"`
		Interact []map[string]any `json:"interaction"`
	}
	if err := json.Unmarshal([]byte(must("compare", db, "--with", "busier", "--measure", "vehicle_km", "--json")), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Measures) != 1 || got.Base != "base" || got.Measures[0]["pairs"] != 3.0 || got.Measures[0]["difference"].(float64) <= 0 {
		t.Errorf("compare --json: %+v, want one measure of three pairs, more with more demand", got)
	}
	places := must("compare", db, "--with", "busier", "--by", "street", "--measure", "vehicle_km,control_delay_s")
	if !strings.Contains(places, "vehicle_km, busier") || !strings.Contains(places, "control_delay_s, busier") {
		t.Errorf("compare --by street prints %s", places)
	}
	for _, bad := range [][]string{{"--with", "bussier"}, {"--measure", "happiness"}, {"--interaction", "busier,wet"}, {"--base", "nobody"}, {"--with", "base"}, {"--top", "0"}} {
		if code, _, errs := command(t.Context(), append([]string{"compare", db}, bad...)...); code != exitMistake || strings.Count(errs, "\n") > 1 {
			t.Errorf("compare %v: exit code %d, %q; want %d and one line", bad, code, errs, exitMistake)
		}
	}
}

// checkReport writes the page of the study.
func checkReport(t *testing.T, must func(...string) string, db, page string) {
	t.Helper()
	if out := must("report", db, "-o", page); !strings.Contains(out, "runs of") {
		t.Errorf("report prints %s", out)
	}
	html, err := os.ReadFile(page)
	if err != nil || !strings.Contains(string(html), "What was found") || !strings.Contains(string(html), "together") {
		t.Errorf("a page of %d bytes, %v", len(html), err)
	}
	var told reported
	if err := json.Unmarshal([]byte(must("report", db, "-o", page, "--with", "busier", "--json")), &told); err != nil {
		t.Fatal(err)
	}
	if told.Runs != 6 || told.Base != "base" || !slices.Equal(told.Variants, []string{"busier"}) || told.Bytes == 0 {
		t.Errorf("report --json: %+v, want six runs of base and busier", told)
	}
	for _, bad := range [][]string{{db, "--with", "nobody"}, {page}, {"nowhere.db"}, {db, "-o", "/nowhere/at/all.html"}} {
		if code, _, errs := command(t.Context(), append([]string{"report"}, bad...)...); code == 0 || strings.Count(errs, "roadtwin: ") != 1 {
			t.Errorf("report %v: exit code %d, %q", bad, code, errs)
		}
	}
}

// checkExport writes the tables of the study.
func checkExport(t *testing.T, must func(...string) string, db, dir string) {
	t.Helper()
	for format, begins := range map[string]string{"csv": "run,", "parquet": "PAR1"} {
		file := filepath.Join(dir, "trips."+format)
		must("export", db, "--table", "trip_measures", "--format", format, "-o", file)
		data, err := os.ReadFile(file)
		if err != nil || !strings.HasPrefix(string(data), begins) {
			t.Errorf("%s: %d bytes, %v; want them to begin with %q", format, len(data), err, begins)
		}
		if format != "csv" {
			continue
		}
		rows, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
		if err != nil || len(rows) < 20 || !slices.Contains(rows[0], "purpose") || !slices.Contains(rows[0], "number") {
			t.Errorf("%d rows, %v, want trips with purpose and number", len(rows), err)
		}
	}
	file := filepath.Join(dir, "edges.geojson")
	must("export", db, "--format", "geojson", "-o", file)
	var features struct {
		Features []struct {
			Properties map[string]any `json:"properties"`
		} `json:"features"`
	}
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, &features)
	}
	if err != nil || len(features.Features) < 20 {
		t.Errorf("%d features, %v, want the streets of the town", len(features.Features), err)
	}
}
