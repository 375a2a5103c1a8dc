package scenarios

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios/results"
	"roadtwin/signals"
	"roadtwin/signals/planfile"
	"roadtwin/signals/timing"
)

// planned returns a scenario of the sample town in a folder with a plan file that change has changed.
func planned(t *testing.T, city *City, change func(text string) string) *Scenario {
	t.Helper()
	var controls []signals.Control
	for i := range city.Plans {
		p := &city.Plans[i]
		controls = append(controls, signals.Control{Controller: p.Controller, Timings: p.Groups, Fixed: &signals.Schedule{Plans: city.Plans[i : i+1]}})
	}
	var b bytes.Buffer
	if err := planfile.Write(&b, city.Net, controls); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "plans.yaml"), []byte(change(b.String())), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Parse([]byte("map: town.rtn\nperiod: {begin: \"07:00\", end: \"07:10\"}\nsignals: {file: plans.yaml}\n"), filepath.Join(dir, "s.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func sampleCity(t *testing.T) *City {
	t.Helper()
	net, err := network.Build(sample.Town(network.RightHand))
	if err != nil {
		t.Fatal(err)
	}
	city, err := CityOf(net)
	if err != nil {
		t.Fatal(err)
	}
	return city
}

func TestPlanFileRetimesTheSignals(t *testing.T) {
	city := sampleCity(t)
	same := planned(t, city, func(text string) string { return text })
	r, err := NewRun(city, same, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for i, p := range r.Plans() {
		if p.Cycle() != city.Plans[i].Cycle() {
			t.Errorf("controller %d: cycle %v s, want %v", p.Controller, p.Cycle(), city.Plans[i].Cycle())
		}
	}
	later := planned(t, city, func(text string) string { return strings.Replace(text, "offset: 0", "offset: 17.5", 1) })
	r2, err := NewRun(city, later, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r2.Close()
	if got := r2.Plans()[0].Offset; got != 17.5 {
		t.Errorf("offset %v s, want that of the file, 17.5", got)
	}
	if a, b := same.inputsHash(), later.inputsHash(); a == "" || a == b {
		t.Errorf("runs by different plan files have the inputs %q and %q", a, b)
	}
}

func TestMistakesInAPlanFileAreThoseOfTheUser(t *testing.T) {
	city := sampleCity(t)
	wrong := planned(t, city, func(text string) string { return strings.Replace(text, "seconds: ", "secnods: ", 1) })
	_, err := NewRun(city, wrong, Options{})
	if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), "plans.yaml:") || !strings.Contains(err.Error(), "seconds is missing") {
		t.Errorf("%v, want a mistake of the user with file, line and field", err)
	}
	wrong.Signals.File = "nowhere.yaml"
	if _, err := NewRun(city, wrong, Options{}); !errors.Is(err, ErrInvalid) {
		t.Errorf("a plan file that is not there: %v, want a mistake of the user", err)
	}
}

// What is measured by movement adds up to what is measured by trip: the delay of those who arrived is nearly all at junctions.
func TestMovementsTellOfControlDelay(t *testing.T) {
	city := sampleCity(t)
	s := ForMap("town")
	s.Period.End = s.Period.Begin + 1800
	db, err := results.Create(filepath.Join(t.TempDir(), "r.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	r, err := NewRun(city, s, Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	rec, err := Record(db, r, "test")
	if err != nil {
		t.Fatal(err)
	}
	for !r.Done() {
		r.Step()
	}
	summary := r.Summary()
	if err := rec.Finish(summary); err != nil {
		t.Fatal(err)
	}
	moves, err := db.MovementIntervals(context.Background(), rec.RunID())
	if err != nil {
		t.Fatal(err)
	}
	var passed, stops int64
	delay, signalised := 0.0, 0
	for _, m := range moves {
		passed, stops, delay = passed+m.Passed, stops+m.Stops, delay+m.ControlDelay
		if city.Net.Junctions[city.Net.Movements[m.Movement].Junction].Controller != network.None && m.Passed > 0 {
			signalised++
			if len(m.QueuePeaks) == 0 || math.IsNaN(m.QueueMean) {
				t.Fatalf("movement %d has no queue: %+v", m.Movement, m)
			}
		}
	}
	if signalised == 0 || passed == 0 {
		t.Fatalf("%d intervals of signalised movements, %d passages", signalised, passed)
	}
	checkLevels(t, city, &summary, moves)
	// Trips end within edges, and those under way are in the one and not in the other.
	all := (summary.MeanDelay - summary.MeanWait) * float64(summary.Arrived)
	if delay < 0.8*all || delay > 1.4*all+float64(passed) {
		t.Errorf("control delay of %d passages is %.0f s, trips were delayed by %.0f s", passed, delay, all)
	}
	if total := summary.MeanStops * float64(summary.Arrived); float64(stops) < 0.8*total || float64(stops) > 1.5*total+20 {
		t.Errorf("%d stops at junctions, trips made %.0f", stops, total)
	}
}

// checkLevels compares the levels of service of a summary with its movement intervals, and reads them back from its text.
func checkLevels(t *testing.T, city *City, summary *Summary, moves []results.MovementInterval) {
	t.Helper()
	vehicles, delay := make([]int64, len(city.Net.Movements)), make([]float64, len(city.Net.Movements))
	for _, m := range moves {
		vehicles[m.Movement] += m.Passed
		delay[m.Movement] += m.ControlDelay
	}
	want := map[string]int{}
	for i := range vehicles {
		if vehicles[i] > 0 && city.Net.Junctions[city.Net.Movements[i].Junction].Controller != network.None {
			want[timing.LevelOfService(delay[i]/float64(vehicles[i]), 0).String()]++
		}
	}
	if !maps.Equal(want, summary.Signals.Movements) {
		t.Errorf("levels of service %v, want %v by the intervals", summary.Signals.Movements, want)
	}
	text, err := json.Marshal(summary)
	if err != nil {
		t.Fatal(err)
	}
	var back Summary
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if len(back.Signals.Worst) == 0 || !reflect.DeepEqual(back.Signals, summary.Signals) {
		t.Errorf("levels of service come back as %+v, want %+v", back.Signals, summary.Signals)
	}
}
