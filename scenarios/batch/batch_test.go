package batch

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios"
	"roadtwin/scenarios/results"
	"roadtwin/vehicles/draw"
)

// victim is the environment variable that makes the test binary run a study until it is killed.
const victim = "ROADTWIN_TEST_STUDY"

func TestMain(m *testing.M) {
	if path := os.Getenv(victim); path != "" {
		studyUntilKilled(path)
	}
	os.Exit(m.Run())
}

const townText = `
map: town
period: {begin: "07:00", end: "07:02"}
demand: {factor: 0.3}
measure: {interval: 60}
variants:
  busier: {demand: {factor: 0.4}}
  wet: {weather: [{at: "06:00", condition: wet}]}
`

// townStudy is three variants of two minutes in the sample town.
func townStudy(db *results.DB, jobs int) (*Study, error) {
	s, err := scenarios.Parse([]byte(townText), "town.yaml")
	if err != nil {
		return nil, err
	}
	net, err := network.Build(sample.Town(network.RightHand))
	if err != nil {
		return nil, err
	}
	city, err := scenarios.CityOf(net)
	if err != nil {
		return nil, err
	}
	variants, err := s.Pick([]string{"all"})
	if err != nil {
		return nil, err
	}
	cities := &Cities{}
	cities.Put(s, city)
	return &Study{
		Variants: variants, Cities: cities, Options: scenarios.Options{Workers: 1}, DB: db, Version: "test", Jobs: jobs,
	}, nil
}

var townSeeds = []uint64{3, 1, 7, 4}

// studyUntilKilled says on standard output how far it is, line by line, and waits for an answer to each.
func studyUntilKilled(path string) {
	db, err := results.Create(path)
	if err == nil {
		var s *Study
		if s, err = townStudy(db, 2); err == nil {
			in := bufio.NewReader(os.Stdin)
			s.Told = func(Progress) {
				fmt.Println("on")
				_, _ = in.ReadString('\n') // the killer decides how far it comes
			}
			_, err = s.Run(context.Background(), townSeeds)
		}
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	if err := db.Close(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(0)
}

// runToKill starts the study on path and kills it after some words of it; it reports whether it came to its end before.
func runToKill(t *testing.T, path string, words int) (ended bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victim+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for n := 0; lines.Scan(); n++ {
		if lines.Text() != "on" {
			t.Fatalf("the study failed: %s", lines.Text())
		}
		fmt.Fprintln(in)
		if n == words {
			if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
		}
	}
	return cmd.Wait() == nil
}

func TestKilledAtAnyMomentAndResumedItIsTheSameTable(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a dozen processes")
	}
	path := filepath.Join(t.TempDir(), "killed.db")
	kills, ended := 0, false
	for try := uint64(0); !ended && try < 40; try++ {
		if ended = runToKill(t, path, draw.IntN(14, 1, draw.Test, try, 0)); !ended {
			kills++
		}
	}
	if !ended || kills < 5 {
		t.Fatalf("%d kills, ended %t; want 5 kills or more, then the end", kills, ended)
	}
	db, err := results.Create(filepath.Join(t.TempDir(), "whole.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s, err := townStudy(db, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Run(t.Context(), townSeeds); err != nil {
		t.Fatal(err)
	}
	killed, err := results.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer killed.Close()
	got, want := contents(t, killed), contents(t, db)
	if len(want) != len(townSeeds)*3 {
		t.Fatalf("%d runs undisturbed, want %d", len(want), len(townSeeds)*3)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("after %d kills there are runs of %v\nwant %v, and the same rows", kills, names(got), names(want))
	}
}

func names(m map[string]string) (list []string) {
	for name := range m {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// contents returns all rows of each run as text, by variant and seed.
func contents(t *testing.T, db *results.DB) map[string]string {
	t.Helper()
	ctx := t.Context()
	runs, err := db.Runs(ctx)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, r := range runs {
		trips, err1 := db.Trips(ctx, r.ID)
		edges, err2 := db.EdgeIntervals(ctx, r.ID)
		moves, err3 := db.MovementIntervals(ctx, r.ID)
		capacities, err4 := db.Capacities(ctx, r.ID)
		streets, err5 := db.Edges(ctx, r.ID)
		if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
			t.Fatal(err)
		}
		key := fmt.Sprintf("%s, seed %d", r.Variant, r.Seed)
		if _, double := all[key]; double {
			t.Errorf("%s is there twice", key)
		}
		all[key] = fmt.Sprint(r.Hash, r.StateHash, r.Complete, trips, edges, moves, capacities, streets)
	}
	return all
}

func TestAStudyMakesEachRunOnce(t *testing.T) {
	db, err := results.Create(filepath.Join(t.TempDir(), "results.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s, err := townStudy(db, 3)
	if err != nil {
		t.Fatal(err)
	}
	var last Progress
	s.Told = func(p Progress) { last = p }
	first, err := s.Run(t.Context(), townSeeds[:2])
	if err != nil || len(first) != 6 || last != (Progress{Made: 6, Total: 6, Share: 1}) {
		t.Fatalf("%d summaries, %v, %+v", len(first), err, last)
	}
	var order []string
	for _, sum := range first {
		order = append(order, sum.Variant+" "+strconv.FormatUint(sum.Seed, 10))
	}
	if want := "base 3,busier 3,wet 3,base 1,busier 1,wet 1"; strings.Join(order, ",") != want {
		t.Errorf("summaries of %v, want %s", order, want)
	}
	again, err := s.Run(t.Context(), townSeeds[:3])
	if err != nil || len(again) != 9 || last != (Progress{Made: 3, Had: 6, Total: 9, Share: 1}) {
		t.Fatalf("with a third seed: %d summaries, %v, %+v; want 3 made and 6 had", len(again), err, last)
	}
	for i := range first {
		if again[i].StateHash != first[i].StateHash || !reflect.DeepEqual(again[i].Measures, first[i].Measures) {
			t.Errorf("run %d read from the results is another than the one that was made", i)
		}
	}
	s.Version = "another"
	if _, err := s.Run(t.Context(), townSeeds[:1]); err != nil || last.Made != 3 {
		t.Errorf("another version of the program: %+v, %v, want 3 runs made", last, err)
	}
}

func TestAnInterruptedStudyKeepsWholeRunsOnly(t *testing.T) {
	db, err := results.Create(filepath.Join(t.TempDir(), "results.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s, err := townStudy(db, 2)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s.Told = func(p Progress) {
		if p.Made == 2 {
			cancel()
		}
	}
	made, err := s.Run(ctx, townSeeds)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("Run = %v, want it canceled", err)
	}
	runs, err := db.Runs(t.Context())
	if err != nil || len(runs) != len(made) || len(runs) < 2 || len(runs) > 4 {
		t.Errorf("%d runs kept, %d told, %v; want the same, 2 to 4", len(runs), len(made), err)
	}
	for _, r := range runs {
		if !r.Complete {
			t.Errorf("run %d is not complete", r.ID)
		}
	}
}

func TestEnoughEndsAStudy(t *testing.T) {
	s, err := townStudy(nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	s.Enough = func() bool { n++; return n > 4 }
	made, err := s.Run(t.Context(), townSeeds)
	if err != nil || len(made) != 4 {
		t.Errorf("%d runs, %v, want the 4 that were begun before", len(made), err)
	}
}

func TestNextSeeds(t *testing.T) {
	if got, want := NextSeeds([]uint64{2, 9}, 5), []uint64{2, 9, 1, 3, 4}; !slices.Equal(got, want) {
		t.Errorf("NextSeeds = %v, want %v", got, want)
	}
	if got := NextSeeds([]uint64{2, 9}, 1); !slices.Equal(got, []uint64{2}) {
		t.Errorf("NextSeeds of fewer = %v, want [2]", got)
	}
}
