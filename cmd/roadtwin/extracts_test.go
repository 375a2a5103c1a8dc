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

// TestExtracts imports the collection of real extracts beside the repository and runs default demand on each, on dry
// roads: nobody may overlap, jump, vanish, brake harder than tyres allow, crash or be stuck. With ROADTWIN_EXTRACTS=all
// (make extracts) it takes all of tiny, small and medium for half an hour with two seeds, else three of the tiny ones for
// a quarter of an hour with one.
func TestExtracts(t *testing.T) {
	collection := filepath.Join("..", "..", "..", "shared", "osm")
	if _, err := os.Stat(collection); err != nil {
		t.Skip("the collection of extracts, ../shared/osm, is not here")
	}
	patterns := []string{"tiny/roundabout_us.osm", "tiny/siegessaeule_de.osm.pbf", "tiny/stretched_signals_lht.osm"}
	end, seeds := "07:45", "1"
	if os.Getenv("ROADTWIN_EXTRACTS") == "all" {
		patterns = []string{"tiny/*.osm*", "small/*.osm*", "medium/*.osm*"}
		end, seeds = "08:00", "1,2"
	}
	var table strings.Builder
	lines := newTable(&table)
	lines.row("extract", "seed", "junctions", "signals", "edges", "lanes", "import", "trips", "departed", "arrived", "on road", "waiting",
		"no route", "rerouted", "crashes", "stuck", "overlaps", "jumps", "v < 0", "tyres", "lost", "CPU", "× real time")
	for _, pattern := range patterns {
		files, err := filepath.Glob(filepath.Join(collection, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no extract %s (%v)", pattern, err)
		}
		for _, file := range files {
			t.Run(filepath.Base(file), func(t *testing.T) {
				report, runs := runExtract(t, file, end, seeds)
				for i := range runs {
					checkTraffic(t, &runs[i])
					lines.row(extractCells(filepath.Base(file), &report, &runs[i])...)
				}
			})
		}
	}
	if err := lines.w.Flush(); err != nil {
		t.Fatal(err)
	}
	t.Logf("default demand from 07:30 to %s on each:\n%s", end, table.String())
}

// runExtract imports one extract and runs it from 07:30 with each of the seeds, through the command line.
func runExtract(t *testing.T, file, end, seeds string) (imported, []scenarios.Summary) {
	t.Helper()
	code, out, errOut := command(t.Context(), "import", file, "--json")
	if code != 0 {
		t.Fatalf("import: exit code %d, %s", code, errOut)
	}
	report := decode[imported](t, out)
	code, out, errOut = command(t.Context(), "run", file, "--begin", "07:30", "--end", end, "--seeds", seeds, "--json")
	if code != 0 {
		t.Fatalf("run: exit code %d, %s", code, errOut)
	}
	return report, decode[ran](t, out).Runs
}

// checkTraffic fails the test if a run broke a law of the traffic.
func checkTraffic(t *testing.T, r *scenarios.Summary) {
	t.Helper()
	if r.Audit != (traffic.Audit{}) {
		t.Errorf("seed %d: audit: %+v, want all 0", r.Seed, r.Audit)
	}
	if r.Departed != r.Arrived+r.OnRoad+r.Cleared {
		t.Errorf("seed %d: %d departed, but %d arrived, %d are on the road and %d were cleared", r.Seed, r.Departed, r.Arrived, r.OnRoad, r.Cleared)
	}
	if r.Released != r.Departed+r.Waiting+r.NoRoute {
		t.Errorf("seed %d: %d trips released, but %d departed, %d wait and %d have no route", r.Seed, r.Released, r.Departed, r.Waiting, r.NoRoute)
	}
	if r.Crashes != 0 {
		t.Errorf("seed %d: %d crashes on dry roads, want 0", r.Seed, r.Crashes)
	}
	if r.Stuck != 0 {
		t.Errorf("seed %d: %d vehicles stuck at the end, want 0", r.Seed, r.Stuck)
	}
}

// extractCells is a row of the table.
func extractCells(name string, report *imported, r *scenarios.Summary) []string {
	counts := []int{
		r.Trips, r.Departed, r.Arrived, r.OnRoad, r.Waiting, r.NoRoute, r.Rerouted, r.Crashes, r.Stuck,
		r.Audit.Overlaps, r.Audit.Jumps, r.Audit.NegativeSpeeds, r.Audit.BeyondTyres, r.Audit.Lost,
	}
	cells := []string{
		name, fmt.Sprint(r.Seed), grouped(report.Junctions), grouped(report.Controllers), grouped(report.Edges), grouped(report.Lanes),
		fmt.Sprintf("%.2f s", report.CPUSeconds),
	}
	for _, n := range counts {
		cells = append(cells, grouped(n))
	}
	return append(cells, fmt.Sprintf("%.2f s", r.CPU), fmt.Sprintf("%.0f", r.RealTime))
}
