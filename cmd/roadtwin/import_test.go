package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"roadtwin/network/osmimport"
	"roadtwin/network/osmimport/suspect"
)

func TestImportExplains(t *testing.T) {
	town := village(t)
	code, out, errOut := command(t.Context(), "import", town, "--explain", "way/101", "--explain", "node/6,node/7")
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, errOut)
	}
	for _, want := range []string{
		"way/101  https://www.openstreetmap.org/way/101\n", "node/6  https://", "node/7  https://", "\n  select ", "\n  build ", "Row 1",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	code, out, _ = command(t.Context(), "import", town, "--explain", "way/101", "--json")
	var report struct {
		Explained []osmimport.Explanation `json:"explained"`
		Edges     int                     `json:"edges"`
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v in %s", code, err, out)
	}
	if len(report.Explained) < 3 || report.Explained[0].Pass != "select" || report.Edges == 0 {
		t.Errorf("explained %+v, want the select pass first, and the report", report.Explained)
	}
}

func TestImportChecks(t *testing.T) {
	town := village(t)
	data, err := os.ReadFile(town)
	if err != nil {
		t.Fatal(err)
	}
	// A piece of road apart from all others, and a restriction whose members are not there.
	apart := strings.Replace(string(data), "</osm>", "<node id='901' lat='39.76' lon='-75.56'/><node id='902' lat='39.76' lon='-75.561'/>"+
		"<way id='900'><nd ref='901'/><nd ref='902'/><tag k='highway' v='residential'/><tag k='name' v='Apart'/></way>"+
		"<relation id='77'><member type='way' ref='101' role='from'/><member type='node' ref='1' role='via'/><member type='way' ref='555' role='to'/>"+
		"<tag k='restriction' v='no_left_turn'/><tag k='type' v='restriction'/></relation></osm>", 1)
	// Nodes, ways and relations may come in any order.
	town = write(t, "apart.osm", apart)
	code, out, errOut := command(t.Context(), "import", town, "--check", "--limit", "1", "--json")
	var got struct {
		Suspects []suspect.Place `json:"suspects"`
		Total    int             `json:"suspect_total"`
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v: %s", code, err, errOut)
	}
	if len(got.Suspects) != 1 || got.Total < 2 || got.Suspects[0].Kind != "dropped_restriction" {
		t.Errorf("%d of %d places, the first %+v, want 1, the restriction", len(got.Suspects), got.Total, got.Suspects)
	}
	code, out, _ = command(t.Context(), "import", town, "--check")
	if code != 0 || !strings.Contains(out, "unconnected") || !strings.Contains(out, "http://localhost:8080/#at=18/39.76") {
		t.Errorf("exit code %d, want a list with way 900 in it:\n%s", code, out)
	}
}

func TestOverlayIsAppliedEverywhere(t *testing.T) {
	town := village(t)
	fixes := write(t, "fixes.yaml", "ways:\n  101: {lanes: 6, speed_limit: 30 km/h}\n  4711: {lanes: 2}\n")
	code, out, errOut := command(t.Context(), "import", town, "--overlay", fixes, "--json")
	var report struct {
		Overlay  map[string]int `json:"overlay"`
		Warnings []string       `json:"warnings"`
		Lanes    int            `json:"lanes"`
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v: %s", code, err, errOut)
	}
	if report.Overlay["way"] != 1 || report.Overlay["way_value"] != 2 || !strings.Contains(strings.Join(report.Warnings, "\n"), "fixes.yaml:3: ways: way 4711") {
		t.Errorf("overlay %v, warnings %q, want one way with two values and a warning about way 4711", report.Overlay, report.Warnings)
	}
	var plain struct{ Lanes int }
	_, out, _ = command(t.Context(), "import", town, "--json")
	if err := json.Unmarshal([]byte(out), &plain); err != nil || report.Lanes <= plain.Lanes {
		t.Errorf("%d lanes with the overlay, %d without (%v), want more", report.Lanes, plain.Lanes, err)
	}
	hash := func(args ...string) string {
		code, out, errOut := command(t.Context(), append([]string{"run", "--json", "--begin", "07:00", "--end", "07:05"}, args...)...)
		var r struct {
			Runs []struct {
				Hash string `json:"state_hash"`
			} `json:"runs"`
		}
		if err := json.Unmarshal([]byte(out), &r); err != nil || code != 0 || len(r.Runs) != 1 {
			t.Fatalf("%v: exit code %d, %v: %s", args, code, err, errOut)
		}
		return r.Runs[0].Hash
	}
	scenario := filepath.Join(filepath.Dir(fixes), "mended.yaml")
	if err := os.WriteFile(scenario, []byte("map: "+town+"\noverlay: fixes.yaml\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	byFlag, byFile := hash(town, "--overlay", fixes), hash(scenario)
	if byFlag != byFile || byFlag == hash(town) {
		t.Errorf("state %s by flag, %s by scenario, want them equal and other than without", byFlag, byFile)
	}
}

// TestImportEndsWhenInterrupted interrupts an import after it has been asked a few times: in a pass, nothing is written.
func TestImportEndsWhenInterrupted(t *testing.T) {
	town, out := village(t), filepath.Join(t.TempDir(), "town.rtn")
	for left := range 400 {
		code, _, errOut := command(&countdown{Context: t.Context(), left: left}, "import", town, "-o", out)
		_, err := os.Stat(out)
		switch {
		case code == 0 && left > 10 && err == nil:
			return
		case code != exitInterrupted || err == nil:
			t.Fatalf("interrupted when asked for the %d. time: exit code %d (%s), file: %v; want %d and none", left+1, code, errOut, err, exitInterrupted)
		}
	}
	t.Error("never done")
}

func TestMistakesOfImport(t *testing.T) {
	town := village(t)
	typo := write(t, "typo.yaml", "ways:\n  101:\n    lnaes: 3\n")
	other := write(t, "other.yaml", "nodes:\n  4711: {control: signals}\n")
	scenario := write(t, "mended.yaml", "map: "+town+"\noverlay: "+typo+"\n")
	nowhere := write(t, "nowhere.yaml", "map: "+town+"\noverlay: gone.yaml\n")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"import", town, "--explain", "way/4711"}, "way/4711: not in the extract"},
		{[]string{"import", town, "--explain", "street/1"}, "want way/123, node/123 or relation/123"},
		{[]string{"import", town, "--check", "--limit=-1"}, "--limit -1"},
		{[]string{"import", town, "--overlay", "gone.yaml"}, "gone.yaml"},
		{[]string{"import", town, "--overlay", typo}, "typo.yaml:3: ways.101.lnaes: unknown field; did you mean lanes?"},
		{[]string{"import", town, "--overlay", other}, "other.yaml:2: nodes: node 4711 is not in"},
		{[]string{"run", town, "--overlay", typo}, "typo.yaml:3: ways.101.lnaes"},
		{[]string{"run", scenario}, "typo.yaml:3: ways.101.lnaes"},
		{[]string{"run", nowhere}, "nowhere.yaml:2: overlay: "},
	} {
		code, _, errOut := command(t.Context(), c.args...)
		if code != exitMistake || !strings.Contains(errOut, c.want) {
			t.Errorf("%v: exit code %d, %q, want %d with %q", c.args[1:], code, errOut, exitMistake, c.want)
		}
	}
}
