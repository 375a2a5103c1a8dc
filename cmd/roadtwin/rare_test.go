package main

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// TestRareFindsKeepsAndLists makes a small search from the command line, and asks for what it found.
func TestRareFindsKeepsAndLists(t *testing.T) {
	db := filepath.Join(t.TempDir(), "rare.db")
	call := func(want int, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := execute(context.Background(), append([]string{"rare"}, args...), &out, &errs); code != want {
			t.Fatalf("rare %s: code %d, want %d: %s", strings.Join(args, " "), code, want, errs.String())
		}
		return out.String() + errs.String()
	}
	search := []string{"search", "sample:bend", "--criterion", "left_road", "--dt", "0.4", "--pilot", "100", "--round", "60", "--rounds", "1", "--db", db, "--json"}
	var first, again struct {
		Events int     `json:"events"`
		Rate   float64 `json:"per_hour"`
		Upper  float64 `json:"upper_per_hour"`
	}
	for _, to := range []any{&first, &again} {
		if err := json.Unmarshal([]byte(call(0, search...)), to); err != nil {
			t.Fatal(err)
		}
	}
	if first.Events == 0 || !(first.Rate > 0 && first.Upper > first.Rate) || first != again {
		t.Errorf("%+v, and asked again %+v: want some events, and the same from the file", first, again)
	}
	if list := call(0, "list", db); !strings.Contains(list, "Control Loss Without Prior Vehicle Action") || !strings.Contains(list, "published: 8.9 %") {
		t.Errorf("list:\n%s\nwant the type and its published share", list)
	}
	if scenes := call(0, "scenes", db, "--type", "3", "--typical", "3"); strings.Count(scenes, "typical of") == 0 {
		t.Errorf("scenes:\n%s", scenes)
	}
	call(0, "scenes", db, "--different", "3", "--json")
	call(0, "show", db, "1")
	for _, args := range [][]string{
		{"show", db, "9999"},
		{"scenes", db, "--type", "38"},
		{"list", filepath.Join(t.TempDir(), "none")},
		{"search", "sample:moon"},
		{"search", "sample:bend", "--criterion", "boom"},
		{"search", "sample:bend", "--sky", "1:fog@3"},
		{"search", "sample:bend", "--sky", "0.5:dry@3"},
		{"search", "city.osm", "--near", "7"},
	} {
		call(exitMistake, args...)
	}
}
