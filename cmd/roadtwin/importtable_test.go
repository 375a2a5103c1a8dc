package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/scenarios"
)

// TestImportTable imports every extract of the collection beside the repository, each in a process of its own, and prints
// what came of it; what must hold of each network is checked too. With ROADTWIN_TABLE (make import-table) it takes all, else
// some of the tiny ones.
func TestImportTable(t *testing.T) {
	collection := filepath.Join("..", "..", "..", "shared", "osm")
	if _, err := os.Stat(collection); err != nil {
		t.Skip("the collection of extracts, ../shared/osm, is not here")
	}
	binary := filepath.Join(t.TempDir(), "roadtwin")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	var files []string
	patterns := []string{"tiny/r*.osm*", "tiny/s*.osm*"}
	if os.Getenv("ROADTWIN_TABLE") != "" {
		patterns = []string{"tiny/*.osm*", "small/*.osm*", "medium/*.osm*", "large/*.osm*"}
	}
	for _, pattern := range patterns {
		found, err := filepath.Glob(filepath.Join(collection, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	var text strings.Builder
	lines := newTable(&text)
	lines.row("extract", "junctions", "signals", "edges", "lanes", "connectors", "on the map", "car", "bus", "lorry", "< 5 m", "ends", "dead",
		"limit t/d/-", "lanes t/d/-", "surface t/d/-", "CPU s", "MB", "reload CPU s")
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { lines.row(importCells(t, binary, file)...) })
	}
	if err := lines.w.Flush(); err != nil {
		t.Fatal(err)
	}
	t.Logf("shares of lane length; t/d/- is tagged/derived/default in %%:\n%s", text.String())
}

// importCells imports one extract and returns its row.
func importCells(t *testing.T, binary, file string) []string {
	t.Helper()
	rtn := filepath.Join(t.TempDir(), "x.rtn")
	out, err := exec.Command(binary, "import", file, "-o", rtn, "--json").Output()
	if err != nil {
		t.Fatalf("roadtwin import %s: %v", file, err)
	}
	var r imported
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatal(err)
	}
	begun := scenarios.CPUTime()
	again, err := network.ReadFile(rtn)
	if err != nil {
		t.Fatal(err)
	}
	reload := scenarios.CPUTime() - begun
	switch {
	case r.ShortEdges > 0:
		t.Errorf("%d edges shorter than 5 m, want 0", r.ShortEdges)
	case r.LargestComponent["car"] < 0.99:
		t.Errorf("%.3f of the lanes in the largest part, want at least 0.99", r.LargestComponent["car"])
	case len(again.Edges) != r.Edges || len(again.Connectors) != r.Connectors:
		t.Errorf("reloaded: %d edges and %d connectors, want %d and %d", len(again.Edges), len(again.Connectors), r.Edges, r.Connectors)
	}
	cells := []string{filepath.Base(file)}
	for _, n := range []int{r.Junctions, r.Controllers, r.Edges, r.Lanes, r.Connectors} {
		cells = append(cells, grouped(n))
	}
	for _, share := range []float64{
		r.Connected, r.LargestComponent["car"], r.LargestComponent["bus"], r.LargestComponent["articulated_lorry"],
	} {
		cells = append(cells, fmt.Sprintf("%.2f %%", 100*share))
	}
	for _, n := range []int{r.ShortEdges, r.EndLanes, r.DeadLanes} {
		cells = append(cells, grouped(n))
	}
	for _, value := range []string{"speed_limit", "lanes", "surface"} {
		s := r.Sources[value]
		cells = append(cells, fmt.Sprintf("%.0f/%.0f/%.0f", 100*s.Tagged, 100*s.Derived, 100*s.Defaulted))
	}
	return append(cells, fmt.Sprintf("%.2f", r.CPUSeconds), fmt.Sprintf("%.0f", r.MaxRSS), fmt.Sprintf("%.2f", reload))
}
