package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
)

// TestCountsBecomeTripsAndTripsCounts counts in a short run of the sample town, makes trips of the counts, and runs these.
func TestCountsBecomeTripsAndTripsCounts(t *testing.T) {
	dir := t.TempDir()
	town, counts, trips := sampleTown(t, dir), filepath.Join(dir, "counts.csv"), filepath.Join(dir, "trips.csv")
	period := []string{"--begin", "07:00", "--end", "07:20", "--dt", "0.5", "--threads", "1"}
	code, out, errs := command(t.Context(), append([]string{
		"demand", "counts", town, "-o", counts, "--stations", "12", "--at-least", "20", "--interval", "600", "--hold-back", "0.25", "--demand", "1.5",
	}, period...)...)
	if code != 0 || !strings.Contains(out, "counts") {
		t.Fatalf("demand counts: %d, %s%s", code, out, errs)
	}
	code, out, errs = command(t.Context(), append([]string{"demand", "from-counts", town, counts, "-o", trips, "--runs", "1"}, period...)...)
	if code != 0 || !strings.Contains(out, "fitted, in the traffic of run 1") || !strings.Contains(out, "held back") {
		t.Fatalf("demand from-counts: %d, %s%s", code, out, errs)
	}
	if text, err := os.ReadFile(trips); err != nil || strings.Count(string(text), "\n") < 50 {
		t.Errorf("%v: the list has %d lines, want trips", err, strings.Count(string(text), "\n"))
	}
	db := filepath.Join(dir, "r.db")
	if code, out, errs = command(t.Context(), append([]string{"run", town, "--trips", trips, "--db", db}, period...)...); code != 0 {
		t.Fatalf("run of the trips: %d, %s%s", code, out, errs)
	}
	if code, out, errs = command(t.Context(), "jams", db); code != 0 || !strings.Contains(out, "bottlenecks in 1 runs") {
		t.Errorf("jams: %d, %s%s", code, out, errs)
	}
	if code, _, errs = command(t.Context(), "jams", db, "--along", "No Such Street", "-o", filepath.Join(dir, "a.svg")); code != exitMistake || !strings.Contains(errs, "No Such Street") {
		t.Errorf("jams along nothing: %d, %s", code, errs)
	}
	if code, _, errs = command(t.Context(), "demand", "from-counts", town, trips, "-o", trips); code != exitMistake || !strings.Contains(errs, "trips.csv: line 1") {
		t.Errorf("trips for counts: %d, %s", code, errs)
	}
}

func TestDemandTellsWhoTravels(t *testing.T) {
	dir := t.TempDir()
	code, out, errs := command(t.Context(), "demand", "show", sampleTown(t, dir), "--begin", "07:00", "--end", "07:10")
	if code != 0 || !strings.Contains(out, "residents with") || !strings.Contains(out, "through  ") {
		t.Errorf("%d, %s%s", code, out, errs)
	}
}

// sampleTown writes the sample town as a network and returns its path.
func sampleTown(t *testing.T, dir string) string {
	t.Helper()
	net, err := network.Build(sample.Town(network.RightHand))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "town.rtn")
	if err := net.WriteFile(path); err != nil {
		t.Fatal(err)
	}
	return path
}
