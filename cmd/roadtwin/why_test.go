package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios/why"
)

// icyRun makes a run in which the roads of a town turn to ice under the traffic, and returns its results and its crashes.
func icyRun(t *testing.T, flags ...string) (db string, crashes []listed) {
	t.Helper()
	dir := t.TempDir()
	net, err := network.Build(sample.Town(network.RightHand))
	if err != nil {
		t.Fatal(err)
	}
	if err := net.WriteFile(filepath.Join(dir, "town.rtn")); err != nil {
		t.Fatal(err)
	}
	scenario := filepath.Join(dir, "ice.yaml")
	text := "name: ice\nmap: town.rtn\nperiod: {begin: \"07:00\", end: \"07:20\"}\nseeds: [1]\ndemand: {trips_per_day: 20000}\n" +
		"weather:\n  - {at: \"07:10\", condition: wet_ice}\n"
	if err := os.WriteFile(scenario, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	db = filepath.Join(dir, "results.db")
	if code, _, errOut := command(t.Context(), append([]string{"run", scenario, "--db", db}, flags...)...); code != 0 {
		t.Fatal(errOut)
	}
	code, out, errOut := command(t.Context(), "why", db, "--json")
	if code != 0 {
		t.Fatal(errOut)
	}
	var list struct {
		Crashes []listed `json:"crashes"`
	}
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		t.Fatal(err)
	}
	if len(list.Crashes) < 3 {
		t.Fatalf("%d crashes on sudden ice: that is no test", len(list.Crashes))
	}
	return db, list.Crashes
}

// TestWhyFindsWhatWouldHavePreventedACrash explains the first crashes after roads have turned to ice: each happens again to the bit,
// a dry road prevents most of them, and without the vehicle that was struck none of them can happen.
func TestWhyFindsWhatWouldHavePreventedACrash(t *testing.T) {
	db, crashes := icyRun(t)
	dry := 0
	for _, k := range crashes[:3] {
		page := filepath.Join(t.TempDir(), "why.html")
		code, out, errOut := command(t.Context(), "why", db, "--crash", fmt.Sprint(k.Crash), "--json", "--page", page)
		if code != 0 {
			t.Fatalf("crash %d: %s", k.Crash, errOut)
		}
		var a why.Answer
		if err := json.Unmarshal([]byte(out), &a); err != nil {
			t.Fatal(err)
		}
		if a.Time != k.Time || a.ClosingSpeed != k.ClosingSpeed || a.DeltaV != k.DeltaV {
			t.Errorf("crash %d: at %v, %v and %v m/s when made again; was at %v, %v and %v", k.Crash, a.Time, a.ClosingSpeed, a.DeltaV, k.Time, k.ClosingSpeed, k.DeltaV)
		}
		found := map[string]why.Factor{}
		for _, f := range a.Factors {
			found[f.Name] = f
			if len(f.Path) != len(a.AsItWas) || f.Path[0] != a.AsItWas[0] && f.Name != "slower" && f.Name != "struck_slower" && !strings.HasPrefix(f.Name, "without") {
				t.Errorf("crash %d: %s does not begin as it was", k.Crash, f.Name)
			}
		}
		if found["dry_road"].Prevented {
			dry++
		}
		for _, name := range []string{"without_struck", "without_striking"} {
			if f, ok := found[name]; ok != (k.Struck >= 0) || ok && !f.Prevented {
				t.Errorf("crash %d: %s: %+v", k.Crash, name, f)
			}
		}
		if text, err := os.ReadFile(page); err != nil || !strings.Contains(string(text), "<svg") {
			t.Errorf("page: %v", err)
		}
	}
	if dry < 2 {
		t.Errorf("a dry road prevents %d of the first 3 crashes on ice, want 2 at least", dry)
	}
}

func TestWhyNamesWhatIsWrong(t *testing.T) {
	db, _ := icyRun(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"why", filepath.Join(t.TempDir(), "none.db")}, "no such file"},
		{[]string{"why", db, "--crash", "999999"}, "no crash 999999"},
		{[]string{"why", db, "--crash", "1", "--before", "0"}, "--before 0"},
		{[]string{"why", db, "--crash", "1", "--all"}, "--all goes without --crash"},
		{[]string{"why", db, "--jobs", "2"}, "go with --all only"},
	} {
		code, _, errOut := command(t.Context(), c.args...)
		if code != exitMistake || !strings.Contains(errOut, c.want) {
			t.Errorf("%v: code %d, %q; want %d and %q", c.args, code, errOut, exitMistake, c.want)
		}
	}
}

// TestWhyFromASnapshotSaysTheSame explains crashes from the snapshots of a run, and from its start: to the bit the same answer. A snapshot that is
// not of that run is refused with what differs, and one of another program is passed over.
func TestWhyFromASnapshotSaysTheSame(t *testing.T) {
	db, crashes := icyRun(t, "--snapshots", "2m")
	for _, k := range []listed{crashes[0], crashes[len(crashes)-1]} {
		ask := []string{"why", db, "--crash", fmt.Sprint(k.Crash), "--json"}
		code, quick, errOut := command(t.Context(), ask...)
		if code != 0 {
			t.Fatal(errOut)
		}
		code, whole, errOut := command(t.Context(), append(ask, "--from-start")...)
		if code != 0 {
			t.Fatal(errOut)
		}
		if quick != whole {
			t.Errorf("crash %d: from a snapshot\n%.400s\nfrom the start\n%.400s", k.Crash, quick, whole)
		}
	}
	change := func(statement string) (code int, out, errOut string) {
		file, err := sql.Open("sqlite3", db)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.Exec(statement); err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
		return command(t.Context(), "why", db, "--crash", fmt.Sprint(crashes[0].Crash))
	}
	counts := "json_extract(parts, '$[5].part')"
	if code, _, errOut := change(`UPDATE snapshots SET parts = json_set(parts, '$[5].hash', 'x') WHERE ` + counts + ` = 'counts'`); code != 2 || !strings.Contains(errOut, "other: counts") {
		t.Errorf("a state that is another: code %d, %s", code, errOut)
	}
	if code, _, errOut := change(`UPDATE snapshots SET data = substr(data, 1, 1000)`); code != 2 || !strings.Contains(errOut, "snapshot of 07:") {
		t.Errorf("a snapshot that is cut off: code %d, %s", code, errOut)
	}
	if code, _, errOut := change(`UPDATE snapshots SET format = 'x'`); code != 0 || !strings.Contains(errOut, "from its start") {
		t.Errorf("snapshots of another program: code %d, %s", code, errOut)
	}
}

// TestWhyAsksOfEveryCrash asks of all crashes of a run: a line for each, and a table whose numbers are those of the answers.
func TestWhyAsksOfEveryCrash(t *testing.T) {
	db, crashes := icyRun(t)
	code, out, errOut := command(t.Context(), "why", db, "--all", "--json", "--jobs", "2", "--before", "10")
	if code != 0 {
		t.Fatal(errOut)
	}
	var got struct {
		Crashes []asked `json:"crashes"`
		Sum     why.Sum `json:"sum"`
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Crashes) != len(crashes) || got.Sum.Crashes != len(crashes) || got.Sum.NotThere != 0 {
		t.Fatalf("%d answers, %+v; want %d", len(got.Crashes), got.Sum, len(crashes))
	}
	prevented := map[string]int{}
	for i, x := range got.Crashes {
		if x.Crash != crashes[i].Crash || x.Why == nil || x.Why.Time != crashes[i].Time || x.Why.AsItWas != nil {
			t.Errorf("crash %d: %+v, want that of %+v without trajectories", x.Crash, x, crashes[i])
			continue
		}
		for _, f := range x.Why.Factors {
			if f.Prevented {
				prevented[f.Name]++
			}
		}
	}
	for _, f := range got.Sum.Factors {
		if f.Prevented != prevented[f.Name] || f.Alone > f.Prevented || f.Prevented > f.Asked {
			t.Errorf("%+v, want %d prevented", f, prevented[f.Name])
		}
	}
	var text strings.Builder
	if err := writeAsked(&text, got.Crashes, &got.Sum); err != nil || strings.Count(text.String(), "\ncrash ") != len(crashes)-1 || !strings.Contains(text.String(), "dry and clean") {
		t.Errorf("%v: %s", err, &text)
	}
}
