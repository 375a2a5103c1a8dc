package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestSUMOAgreesOnJinan runs the first 25 minutes of a published case here and, exported, in SUMO: the same streets, signal
// programs, departures and routes, two sets of drivers. Over the hour the means were 403 s here and 398 s in SUMO 1.15.
func TestSUMOAgreesOnJinan(t *testing.T) {
	if testing.Short() {
		t.Skip("half a minute of SUMO")
	}
	sumo, err := exec.LookPath("sumo")
	if err != nil {
		t.Skip("there is no sumo")
	}
	folder, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", "benchmarks", "jinan_3x4", "3_4"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("%s is not there", folder)
	}
	scenario := write(t, "jinan.yaml", fmt.Sprintf("map: %q\nperiod: {begin: '00:00', end: '00:25'}\ndemand: {trips: %q}\n",
		filepath.Join(folder, "roadnet_3_4.json"), filepath.Join(folder, "anon_3_4_jinan_real_2000.json")))
	net, routes, infos := filepath.Join(t.TempDir(), "j.net.xml"), filepath.Join(t.TempDir(), "j.rou.xml"), filepath.Join(t.TempDir(), "infos.xml")
	var out, errOut bytes.Buffer
	if code := execute(t.Context(), []string{"export", scenario, "--format", "sumo", "-o", net, "--routes", routes}, &out, &errOut); code != 0 {
		t.Fatalf("export: exit code %d\n%s", code, errOut.String())
	}
	said, err := exec.CommandContext(t.Context(), sumo, "-n", net, "-r", routes, "-b", "0", "-e", "1500", "--xml-validation", "never",
		"--xml-validation.net", "never", "--no-step-log", "--tripinfo-output", infos).CombinedOutput()
	if err != nil || bytes.Contains(said, []byte("Error")) {
		t.Fatalf("sumo: %v\n%s", err, said)
	}
	out.Reset()
	if code := execute(t.Context(), []string{"run", scenario, "--json"}, &out, &errOut); code != 0 {
		t.Fatalf("run: exit code %d\n%s", code, errOut.String())
	}
	var here ran
	if err := json.Unmarshal(out.Bytes(), &here); err != nil {
		t.Fatal(err)
	}
	n, there := meanDuration(t, infos)
	r := &here.Runs[0]
	t.Logf("%d arrived after %.1f s in the mean; in SUMO %d after %.1f s", r.Arrived, r.MeanTravelTime, n, there)
	if r.MeanTravelTime < 0.92*there || r.MeanTravelTime > 1.08*there {
		t.Errorf("mean travel time %.1f s, want within 8 %% of SUMO's %.1f s", r.MeanTravelTime, there)
	}
	if r.Arrived < n*92/100 || r.Arrived > n*108/100 {
		t.Errorf("%d arrived, want within 8 %% of SUMO's %d", r.Arrived, n)
	}
}

// meanDuration returns how many vehicles arrived by SUMO's tripinfo, and the mean of their travel times, s.
func meanDuration(t *testing.T, path string) (n int, mean float64) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var infos struct {
		Trips []struct {
			Duration float64 `xml:"duration,attr"`
		} `xml:"tripinfo"`
	}
	if err := xml.Unmarshal(data, &infos); err != nil {
		t.Fatal(err)
	}
	for _, trip := range infos.Trips {
		mean += trip.Duration / float64(len(infos.Trips))
	}
	return len(infos.Trips), mean
}
