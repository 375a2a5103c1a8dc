package osmimport

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestReportCountsWhatWasGuessedAndDropped(t *testing.T) {
	x := sketch(t, germany, `
		n 1 0 0
		n 2 300 0
		n 3 300 300
		w 10 1,2 highway=secodnary
		w 11 2,3 highway=residential maxspeed=slow surface=lava
		w 12 1,3 highway=residential access=no
		w 13 1,3 highway=xyzzy`)
	_, r, err := Import(x, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[string]int{"highway": 1, "speed_limit": 4, "lanes": 4, "surface": 4, "width": 4, "country": 1} {
		if r.Guessed[kind] != want {
			t.Errorf("guessed %s: %d, want %d", kind, r.Guessed[kind], want)
		}
	}
	for kind, want := range map[string]int{"maxspeed": 1, "surface": 1, "access": 1, "highway": 1} {
		if r.DroppedTotal[kind] != want {
			t.Errorf("dropped %s: %d, want %d", kind, r.DroppedTotal[kind], want)
		}
	}
	var text strings.Builder
	if err := r.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"sketch: DE, driving on the right", "secodnary", "access 12: closed to motor vehicles"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the text lacks %q:\n%s", want, text.String())
		}
	}
}

func TestReportAsJSON(t *testing.T) {
	x := sketch(t, england, "n 1 0 0\nn 2 300 0\nw 10 1,2 highway=residential")
	_, r, err := Import(x, Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{
		"junctions", "controllers", "edges", "lanes", "connectors", "lane_km", "driving_side", "largest_component",
		"short_edges", "dropped", "guessed", "warnings",
	} {
		if got[key] == nil {
			t.Errorf("%s is missing in %s", key, b)
		}
	}
	if got["driving_side"] != "left" || got["edges"] != 2.0 || got["junctions"] != 2.0 {
		t.Errorf("got %s, want 2 edges between 2 junctions, driving on the left", b)
	}
}

func TestReportKeepsToItsBounds(t *testing.T) {
	r := newReport()
	for i := range 5 * maxSamples {
		r.drop("way", int64(i), "too many")
		r.warn("warning %d", i)
	}
	if len(r.Dropped) != maxSamples || len(r.Warnings) != maxSamples || r.DroppedTotal["way"] != 5*maxSamples {
		t.Errorf("%d drops and %d warnings listed, %d counted; want %d, %d, %d", len(r.Dropped), len(r.Warnings),
			r.DroppedTotal["way"], maxSamples, maxSamples, 5*maxSamples)
	}
}
