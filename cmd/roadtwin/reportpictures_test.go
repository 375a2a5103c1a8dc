package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReportsHaveThePicturesThatAreAskedFor of every variant: the street, and how junctions are timed and queue.
func TestReportsHaveThePicturesThatAreAskedFor(t *testing.T) {
	source := village(t)
	file := write(t, "study.yaml", `name: village
map: `+source+`
period: {begin: "07:00", end: "07:12"}
seeds: [1]
variants:
  rings: {signals: {control: nema}}
`)
	dir := t.TempDir()
	db, page := filepath.Join(dir, "r.db"), filepath.Join(dir, "r.html")
	if code, _, errOut := command(t.Context(), "run", file, "--variants", "all", "--db", db); code != 0 {
		t.Fatalf("run: exit code %d, %s", code, errOut)
	}
	code, _, errOut := command(t.Context(), "report", db, "--street", "main", "--junctions", "Row 1 / Column 1", "--at", "07:05", "--for", "3m", "-o", page)
	if code != 0 {
		t.Fatalf("report: exit code %d, %s", code, errOut)
	}
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(data), "data:image/svg+xml"); n != 2*3 {
		t.Errorf("%d pictures, want three for each of two variants", n)
	}
	for _, args := range [][]string{
		{"report", db, "--street", "No Such Street", "-o", page},
		{"report", db, "--junctions", "nowhere", "-o", page},
		{"report", db, "--street", "main", "--at", "09:00", "-o", page},
	} {
		if code, _, errOut := command(t.Context(), args...); code != exitMistake {
			t.Errorf("%v: exit code %d (%s), want %d", args[2:], code, errOut, exitMistake)
		}
	}
}
