package main

import (
	"path/filepath"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
)

// busyGrid returns the file of a network with so many ways that its first run is no equilibrium.
func busyGrid(t *testing.T) string {
	t.Helper()
	net, err := network.Build(sample.Grid(sample.GridSpec{Columns: 4, Rows: 4, Lanes: 1, Signals: true}))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "grid.rtn")
	if err := net.WriteFile(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEquilibriumIsKeptAndDrivenAgain(t *testing.T) {
	source, db := busyGrid(t), filepath.Join(t.TempDir(), "settled.db")
	period := []string{source, "--begin", "07:00", "--end", "07:15", "--demand", "3", "--seeds", "1,2", "--json"}
	code, out, errOut := command(t.Context(), append([]string{"run", "--equilibrium", "--iterations", "3", "--gap", "0", "--db", db}, period...)...)
	if code != 0 || strings.Count(errOut, "relative gap") < 2 {
		t.Fatalf("exit code %d, %s", code, errOut)
	}
	settled := decode[ran](t, out).Runs
	kept := runsIn(t, db)
	if len(settled) != 2 || len(kept) != 2 {
		t.Fatalf("%d runs printed and %d kept, want the last of each seed", len(settled), len(kept))
	}
	for i, run := range settled {
		e := run.Equilibrium
		if e == nil || len(e.Iterations) == 0 || len(e.Iterations) > 3 || e.Converged != (e.Iterations[len(e.Iterations)-1].RelativeGap <= 0) {
			t.Errorf("seed %d: %+v, want up to 3 iterations", run.Seed, e)
		}
		if kept[i].StateHash != run.StateHash || !strings.Contains(string(kept[i].Summary), "relative_gap") {
			t.Errorf("seed %d: kept %s with %s, want %s", run.Seed, kept[i].StateHash, kept[i].Summary, run.StateHash)
		}
	}
	code, out, errOut = command(t.Context(), append([]string{"run", "--routes", db}, period...)...)
	if code != 0 {
		t.Fatalf("exit code %d, %s", code, errOut)
	}
	for i, run := range decode[ran](t, out).Runs {
		if run.StateHash != settled[i].StateHash {
			t.Errorf("seed %d: state hash %s with the routes of the equilibrium, want its own, %s", run.Seed, run.StateHash, settled[i].StateHash)
		}
	}
	// Routes of another seed, and of another demand.
	for _, other := range [][]string{{"--seeds", "7", "--demand", "3"}, {"--seeds", "1", "--demand", "0.4"}} {
		code, _, errOut = command(t.Context(), append([]string{"run", source, "--routes", db, "--begin", "07:00", "--end", "07:15"}, other...)...)
		if code != exitMistake || !strings.Contains(errOut, "routes") {
			t.Errorf("%v: exit code %d, %q; want %d and what is wrong with the routes", other, code, errOut, exitMistake)
		}
	}
}

func TestAnInterruptedEquilibriumKeepsItsLastRun(t *testing.T) {
	source, db := busyGrid(t), filepath.Join(t.TempDir(), "settled.db")
	ctx := &countdown{t.Context(), 6000} // a run is 4,500 steps
	code, out, errOut := command(ctx, "run", source, "--begin", "07:00", "--end", "07:15", "--equilibrium", "--gap", "0", "--db", db, "--json")
	if code != exitInterrupted || !strings.Contains(errOut, "interrupted; this is run 1") {
		t.Errorf("exit code %d, %q; want %d and which run it is", code, errOut, exitInterrupted)
	}
	runs, kept := decode[ran](t, out).Runs, runsIn(t, db)
	if len(runs) != 1 || len(kept) != 1 || !kept[0].Complete || kept[0].StateHash != runs[0].StateHash || len(runs[0].Equilibrium.Iterations) != 1 {
		t.Errorf("%+v printed, %+v kept; want the one run that was finished", runs, kept)
	}
}

func TestEquilibriumFlagsAreChecked(t *testing.T) {
	for _, args := range [][]string{{"--iterations", "0"}, {"--gap", "-0.1"}, {"--routes", "no.db"}} {
		code, _, errOut := command(t.Context(), append([]string{"run", village(t), "--equilibrium"}, args...)...)
		if code != exitMistake {
			t.Errorf("%v: exit code %d, %q; want %d", args, code, errOut, exitMistake)
		}
	}
	for _, args := range [][]string{{"--iterations", "20"}, {"--gap", "0.01"}} {
		code, _, errOut := command(t.Context(), append([]string{"run", village(t)}, args...)...)
		if code != exitMistake || !strings.Contains(errOut, args[0]+" goes with --equilibrium only") {
			t.Errorf("%v without --equilibrium: exit code %d, %q; want %d and what is missing", args, code, errOut, exitMistake)
		}
	}
}
