package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"roadtwin/scenarios"
	"roadtwin/vehicles/traffic"
)

// TestExtracts imports the collection of real extracts beside the repository and runs a quarter of an hour of default
// demand on each, on dry roads: nobody may overlap, jump, vanish, brake harder than tyres allow, crash or be stuck. With
// ROADTWIN_EXTRACTS=all (make extracts) it takes all of tiny, small and medium, else three of the tiny ones.
func TestExtracts(t *testing.T) {
	collection := filepath.Join("..", "..", "..", "shared", "osm")
	if _, err := os.Stat(collection); err != nil {
		t.Skip("the collection of extracts, ../shared/osm, is not here")
	}
	patterns := []string{"tiny/roundabout_us.osm", "tiny/siegessaeule_de.osm.pbf", "tiny/stretched_signals_lht.osm"}
	if os.Getenv("ROADTWIN_EXTRACTS") == "all" {
		patterns = []string{"tiny/*.osm*", "small/*.osm*", "medium/*.osm*"}
	}
	var table strings.Builder
	lines := newTable(&table)
	lines.row("extract", "junctions", "signals", "edges", "lanes", "import", "trips", "departed", "arrived", "on road", "waiting",
		"no route", "rerouted", "crashes", "stuck", "overlaps", "jumps", "v < 0", "tyres", "lost", "CPU", "× real time")
	for _, pattern := range patterns {
		files, err := filepath.Glob(filepath.Join(collection, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no extract %s (%v)", pattern, err)
		}
		for _, file := range files {
			t.Run(filepath.Base(file), func(t *testing.T) {
				report, run := quarterHour(t, file)
				checkQuarterHour(t, &run)
				lines.row(extractCells(filepath.Base(file), &report, &run)...)
			})
		}
	}
	if err := lines.w.Flush(); err != nil {
		t.Fatal(err)
	}
	t.Logf("15 minutes of default demand on each:\n%s", table.String())
}

// quarterHour imports and runs one extract through the command line.
func quarterHour(t *testing.T, file string) (imported, scenarios.Summary) {
	t.Helper()
	code, out, errOut := command(t.Context(), "import", file, "--json")
	if code != 0 {
		t.Fatalf("import: exit code %d, %s", code, errOut)
	}
	report := decode[imported](t, out)
	code, out, errOut = command(t.Context(), "run", file, "--begin", "07:30", "--end", "07:45", "--json")
	if code != 0 {
		t.Fatalf("run: exit code %d, %s", code, errOut)
	}
	return report, decode[ran](t, out).Runs[0]
}

// checkQuarterHour fails the test if a run broke a law of the traffic.
func checkQuarterHour(t *testing.T, r *scenarios.Summary) {
	t.Helper()
	if r.Audit != (traffic.Audit{}) {
		t.Errorf("audit: %+v, want all 0", r.Audit)
	}
	if r.Departed != r.Arrived+r.OnRoad+r.Cleared {
		t.Errorf("%d departed, but %d arrived, %d are on the road and %d were cleared", r.Departed, r.Arrived, r.OnRoad, r.Cleared)
	}
	if r.Released != r.Departed+r.Waiting+r.NoRoute {
		t.Errorf("%d trips released, but %d departed, %d wait and %d have no route", r.Released, r.Departed, r.Waiting, r.NoRoute)
	}
	if r.Crashes != 0 {
		t.Errorf("%d crashes on dry roads, want 0", r.Crashes)
	}
	if r.Stuck != 0 {
		t.Errorf("%d vehicles stuck at the end, want 0", r.Stuck)
	}
}

// extractCells is a row of the table.
func extractCells(name string, report *imported, r *scenarios.Summary) []string {
	counts := []int{
		r.Trips, r.Departed, r.Arrived, r.OnRoad, r.Waiting, r.NoRoute, r.Rerouted, r.Crashes, r.Stuck,
		r.Audit.Overlaps, r.Audit.Jumps, r.Audit.NegativeSpeeds, r.Audit.BeyondTyres, r.Audit.Lost,
	}
	cells := []string{
		name, grouped(report.Junctions), grouped(report.Controllers), grouped(report.Edges), grouped(report.Lanes),
		fmt.Sprintf("%.2f s", report.CPUSeconds),
	}
	for _, n := range counts {
		cells = append(cells, grouped(n))
	}
	return append(cells, fmt.Sprintf("%.2f s", r.CPU), fmt.Sprintf("%.0f", r.RealTime))
}
