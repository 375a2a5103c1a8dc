package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios/rare"
)

// foundEpisodes returns a file with two episodes on a straight road: one car comes up behind another.
func foundEpisodes(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "found.db")
	store, err := rare.OpenStore(t.Context(), path, true)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	net, err := network.Build(sample.Corridor(sample.CorridorSpec{}))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := net.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	kept, err := store.Begin(t.Context(), rare.Kept{Key: "k", Name: "corridor", Method: rare.Plain, Criterion: "crash", Begun: "2026-01-01T00:00:00Z", State: json.RawMessage(`{}`)}, b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	var found []*rare.Episode
	for n := range 2 {
		e := &rare.Episode{
			Scene: "corridor", Case: uint64(n), Begin: 25200, Step: 0.1, Samples: 20, Weight: float64(1 + n),
			Event: rare.Event{Kind: rare.Crash, Time: 25201, Striking: 1, Struck: 2, Track: 0, S: 50, Position: net.PoseAt(0, 50, 0).Point, Place: "Corridor"},
			Lanes: []rare.LaneRoad{{Track: 0, Surface: "asphalt", Friction: []rare.Friction{{To: 500, Condition: "wet", Mu: 0.8}}}},
			Vehicles: []rare.Vehicle{
				{ID: 1, Class: "car", Length: 4.6, Width: 1.8, Height: 1.5, Role: rare.Striker}, {ID: 2, Class: "bus", Length: 12, Width: 2.5, Height: 3, Role: rare.Other},
			},
			Weather: rare.Weather{Condition: "wet", Surface: "asphalt", Rain: 3, Visibility: 2000},
		}
		for k := range 20 {
			for i := range e.Vehicles {
				s := float64(40+40*i) + float64(15-10*i)*0.1*float64(k)
				p := net.PoseAt(0, s, 0)
				e.Vehicles[i].Path = append(e.Vehicles[i].Path, rare.State{X: p.X, Y: p.Y, Heading: p.Heading, V: float64(15 - 10*i), S: s})
			}
		}
		found = append(found, e)
	}
	if err := store.Round(t.Context(), kept.ID, 0, json.RawMessage(`{}`), rare.Estimate{}, found, 1); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEpisodesAreExportedInEveryFormat(t *testing.T) {
	source := foundEpisodes(t)
	for format, want := range map[string][]string{
		"openscenario": {".xodr", ".xosc", "-logical.xosc", "-values.xosc"}, "commonroad": {".xml"}, "fcd": {".fcd.xml"}, "ssm": {".ssm.xml"}, "png": {".png"}, "gif": {".gif"},
	} {
		dir := filepath.Join(t.TempDir(), "scenes")
		code, out, errOut := command(t.Context(), "export", source, "--format", format, "-o", dir, "--most", "1", "--json")
		if code != 0 {
			t.Errorf("%s: exit code %d, %s", format, code, errOut)
			continue
		}
		done := decode[exportedEpisodes](t, out)
		if done.Episodes != 1 || len(done.Files) != len(want) {
			t.Errorf("%s: %+v", format, done)
		}
		for i, suffix := range want {
			if done.Files[i] != "episode-2"+suffix { // of the two the one with the greater weight
				t.Errorf("%s: file %s, want episode-2%s", format, done.Files[i], suffix)
			}
			if info, err := os.Stat(filepath.Join(dir, done.Files[i])); err != nil || info.Size() < 100 {
				t.Errorf("%s: %v", format, err)
			}
		}
	}
	table := filepath.Join(t.TempDir(), "all.parquet")
	if code, _, errOut := command(t.Context(), "export", source, "--format", "parquet", "-o", table); code != 0 {
		t.Errorf("parquet: exit code %d, %s", code, errOut)
	}
	if data, err := os.ReadFile(table); err != nil || !bytes.HasPrefix(data, []byte("PAR1")) {
		t.Errorf("no table: %v", err)
	}
}

func TestMistakesWithEpisodesAreTold(t *testing.T) {
	source, dir := foundEpisodes(t), t.TempDir()
	for _, c := range []struct{ args, want string }{
		{source + " --format sumo", "rare episodes"},
		{source + " --format fcd --episode 99", "episode 99"},
		{source + " --format parquet --table trips", "--table"},
		{village(t) + " --format openscenario", "not a file of rare episodes"},
		{village(t) + " --format geojson --most 3", "not a file of rare episodes"},
	} {
		code, _, errOut := command(t.Context(), append([]string{"export", "-o", filepath.Join(dir, "x")}, strings.Fields(c.args)...)...)
		if code != exitMistake || !strings.Contains(errOut, c.want) {
			t.Errorf("%s: exit code %d, %s; want %d and %q", c.args, code, errOut, exitMistake, c.want)
		}
	}
}
