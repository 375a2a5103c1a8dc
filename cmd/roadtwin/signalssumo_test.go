package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"roadtwin/signals/tllogic"
)

// TestSignalsGoToSUMOAndBack: what is exported is imported, and runs as it did.
func TestSignalsGoToSUMOAndBack(t *testing.T) {
	source, dir := village(t), t.TempDir()
	programs, plans := filepath.Join(dir, "a.add.xml"), filepath.Join(dir, "plans.yaml")
	code, _, errOut := command(t.Context(), "signals", "export", source, "--format", "sumo", "-o", programs)
	if code != 0 {
		t.Fatalf("export: exit code %d, %s", code, errOut)
	}
	code, out, errOut := command(t.Context(), "signals", "import", source, "--sumo", programs, "-o", plans, "--json")
	if code != 0 {
		t.Fatalf("import: exit code %d, %s", code, errOut)
	}
	if r := decode[tllogic.Report](t, out); len(r.Taken) != 2 || len(r.Left) != 0 {
		t.Errorf("%+v, want both signals taken", r)
	}
	hash := map[string]string{}
	for name, args := range map[string][]string{"own": nil, "back": {"--plans", plans}, "file": {"--plans", programs}} {
		code, out, errOut := command(t.Context(), append([]string{"run", source, "--begin", "07:00", "--end", "07:10", "--demand", "20", "--json"}, args...)...)
		if code != 0 {
			t.Fatalf("run %v: exit code %d, %s", args, code, errOut)
		}
		if s := decode[ran](t, out).Runs[0]; s.Departed == 0 {
			t.Errorf("%s: nobody departed", name)
		} else {
			hash[name] = s.StateHash
		}
	}
	if hash["back"] != hash["file"] {
		t.Errorf("the plan file runs as %s, the file of SUMO that it was made of as %s", hash["back"], hash["file"])
	}
	for _, args := range [][]string{
		{"signals", "import", source, "-o", plans},
		{"signals", "import", source, "--sumo", programs, "--utdf", programs, "-o", plans},
		{"signals", "import", source, "--sumo", programs, "--fixed", "-o", plans},
		{"signals", "import", source, "--sumo", filepath.Join(dir, "none.add.xml"), "-o", plans},
	} {
		if code, _, errOut := command(t.Context(), args...); code != exitMistake {
			t.Errorf("%v: exit code %d (%s), want %d", args[3:], code, errOut, exitMistake)
		}
	}
}

// TestConfigurationsBringTheirSignals: the additional files of a .sumocfg say how signals run, those of the network included.
func TestConfigurationsBringTheirSignals(t *testing.T) {
	source, dir := village(t), t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	if code, _, errOut := command(t.Context(), "export", source, "--format", "sumo", "-o", in("a.net.xml"), "--routes", in("a.rou.xml"), "--demand", "20"); code != 0 {
		t.Fatalf("export: exit code %d, %s", code, errOut)
	}
	if code, _, errOut := command(t.Context(), "signals", "export", in("a.net.xml"), "--format", "sumo", "-o", in("a.add.xml")); code != 0 {
		t.Fatalf("signals export: exit code %d, %s", code, errOut)
	}
	data, err := os.ReadFile(in("a.add.xml"))
	if err != nil {
		t.Fatal(err)
	}
	dark := strings.ReplaceAll(string(data), `programID="plan1"`, `programID="off"`)
	cfg := `<configuration><input><net-file value="a.net.xml"/><route-files value="a.rou.xml"/><additional-files value="a.add.xml"/></input>
		<time><begin value="25200"/><end value="25800"/></time></configuration>`
	hash := map[string]string{}
	for name, text := range map[string]string{"plans": string(data), "dark": dark, "none": "<additional/>"} {
		for file, text := range map[string]string{"a.add.xml": text, "a.sumocfg": cfg} {
			if err := os.WriteFile(in(file), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		code, out, errOut := command(t.Context(), "run", in("a.sumocfg"), "--json")
		if code != 0 {
			t.Fatalf("%s: exit code %d, %s", name, code, errOut)
		}
		hash[name] = decode[ran](t, out).Runs[0].StateHash
	}
	if hash["plans"] != hash["none"] || hash["dark"] == hash["none"] {
		t.Errorf("state hashes %v: want that of the network's own plans written again like that without, and another with the signals off", hash)
	}
}
