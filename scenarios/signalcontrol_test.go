package scenarios

import (
	"fmt"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/signals"
)

// signalTown returns the sample town, and the name by which a scenario finds its first controller.
func signalTown(t *testing.T) *City {
	t.Helper()
	net, err := network.Build(sample.Town(network.RightHand))
	if err != nil {
		t.Fatal(err)
	}
	for i := range net.Controllers {
		net.Controllers[i].Name = fmt.Sprintf("crossing %d", i+1)
	}
	city, err := CityOf(net)
	if err != nil {
		t.Fatal(err)
	}
	return city
}

func signalScenario(t *testing.T, text string) *Scenario {
	t.Helper()
	s, err := Parse([]byte("map: town.rtn\nperiod: {begin: \"07:00\", end: \"07:10\"}\ndemand: {trips_per_day: 20000}\n"+text), "test.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestScenarioAsksForEveryKindOfControl(t *testing.T) {
	city := signalTown(t)
	for _, kind := range signals.KindNames() {
		s := signalScenario(t, "signals: {control: "+kind+", bus_priority: {extend: 10, early: 15, recovery: 60}, preemption: {least: 5, most: 30}}\n")
		r, err := NewRun(city, s, Options{Seed: 1, Workers: 1})
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		for range 3000 { // ten minutes
			r.Step()
		}
		stats, audit := r.World().Stats(), r.World().Audit()
		t.Logf("%-12s arrived %d, on the road %d, detectors %d", kind, stats.Arrived, stats.OnRoad, len(r.cfg.Signals.Detectors()))
		if stats.Arrived == 0 || audit.RedUnchosen > 0 || stats.Crashes > 0 || r.cfg.Signals.Faults() > 0 {
			t.Errorf("%s: %d arrived, %d crashes, %d passed red unchosen, %d monitors tripped", kind, stats.Arrived, stats.Crashes, audit.RedUnchosen, r.cfg.Signals.Faults())
		}
		r.Close()
	}
}

// A run whose signals are edited, fail and are preempted is the same when it is made again.
func TestSignalEventsAreRepeatable(t *testing.T) {
	city := signalTown(t)
	group := city.Net.SignalGroups[city.Net.Controllers[0].Groups[0]].Name
	text := fmt.Sprintf(`signals:
  control: actuated
  preemption: {least: 5, most: 40}
  junctions: [{name: crossing 1, control: nema, cycle: 90, preemption: {least: 5, most: 40}}]
  events:
    - {at: "07:01", until: "07:04", name: crossing 1, fault: chatter}
    - {at: "07:02", until: "07:03", name: crossing 1, preempt: %q}
    - {at: "07:05", until: "07:08", name: crossing 1, control: max_pressure}
`, group)
	hash := func(workers int) (uint64, int) {
		r, err := NewRun(city, signalScenario(t, text), Options{Seed: 1, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		for !r.Done() {
			r.Step()
		}
		if r.cfg.Signals.Faults() > 0 {
			t.Errorf("%d monitors tripped", r.cfg.Signals.Faults())
		}
		return r.World().Hash(), len(r.Commands())
	}
	one, commands := hash(1)
	if two, _ := hash(3); one != two {
		t.Errorf("hash %x with one worker, %x with three", one, two)
	}
	if commands != 6 {
		t.Errorf("%d commands, want 6", commands)
	}
}

func TestSignalMistakesAreNamed(t *testing.T) {
	city := signalTown(t)
	for text, want := range map[string]string{
		"signals: {junctions: [{name: nowhere, control: off}]}":                                                              `no signal controller of the map is called "nowhere"`,
		`signals: {events: [{at: "07:01", name: crossing 1, fault: stuck_on}]}`:                                              "no detector",
		`signals: {control: actuated, events: [{at: "07:01", name: crossing 1, preempt: Elm}]}`:                              "no preemption",
		`signals: {control: nema, cycle: 20}`:                                                                                "minimum greens",
		`signals: {control: actuated, events: [{at: "07:01", name: crossing 1, fault: stuck_on, detector: "lane 9999 in"}]}`: "no detector",
	} {
		_, err := NewRun(city, signalScenario(t, text+"\n"), Options{Seed: 1, Workers: 1})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", text, err, want)
		}
	}
}
