package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"roadtwin/vehicles/traffic"
)

// TestExtracts imports the collection of real extracts beside the repository and runs a quarter of an hour of default
// demand on each: nothing may overlap, jump, vanish or brake harder than tyres allow. With ROADTWIN_EXTRACTS=all (make
// extracts) it takes all of tiny, small and medium, else three of the tiny ones.
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
	lines.row("extract", "import", "lane-km", "junctions", "signals", "departed", "arrived", "on road", "waiting", "no route",
		"crashes", "stuck", "× real time", "audit")
	for _, pattern := range patterns {
		files, err := filepath.Glob(filepath.Join(collection, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no extract %s (%v)", pattern, err)
		}
		for _, file := range files {
			t.Run(filepath.Base(file), func(t *testing.T) { lines.row(quarterHour(t, file)...) })
		}
	}
	if err := lines.w.Flush(); err != nil {
		t.Fatal(err)
	}
	t.Logf("15 minutes of default demand on each:\n%s", table.String())
}

// quarterHour imports and runs one extract through the command line and returns its row of the table.
func quarterHour(t *testing.T, file string) []string {
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
	r := decode[ran](t, out).Runs[0]
	if r.Audit != (traffic.Audit{}) {
		t.Errorf("audit: %+v, want all 0", r.Audit)
	}
	if r.Departed != r.Arrived+r.OnRoad+r.Cleared {
		t.Errorf("%d departed, but %d arrived, %d are on the road and %d were cleared", r.Departed, r.Arrived, r.OnRoad, r.Cleared)
	}
	return []string{
		filepath.Base(file), fmt.Sprintf("%.2f s", report.CPUSeconds), fmt.Sprintf("%.1f", report.LaneKm),
		grouped(report.Junctions), grouped(report.Controllers), grouped(r.Departed), grouped(r.Arrived), grouped(r.OnRoad),
		grouped(r.Waiting), grouped(r.NoRoute), grouped(r.Crashes), grouped(r.Stuck), fmt.Sprintf("%.0f", r.RealTime),
		auditText(r.Audit),
	}
}
