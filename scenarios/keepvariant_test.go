package scenarios

import (
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
)

const townText = `
map: town
period: {begin: "07:00", end: "07:10"}
step: 0.2
demand: {factor: 0.5}
weather:
  - {at: "07:05", condition: wet}
events:
  - {at: "07:03", way: 5, speed_limit_kmh: 30, until: "07:06"}
`

// TestALiveRunIsKeptAsAVariant: the variant that says what was asked for in a live run is the same run.
func TestALiveRunIsKeptAsAVariant(t *testing.T) {
	city := townCity(t)
	city.Net.Edges[7].OSMWay = 7 // a way of two roads in one direction
	city.Net.Edges[6].OSMWay = 7
	base, err := Parse([]byte(townText), "town.yaml")
	if err != nil {
		t.Fatal(err)
	}
	live := newRun(t, city, base, Options{Seed: 3, Workers: 1})
	begin := live.Begin()
	plan, ok := live.Signals().Plan(0)
	if !ok {
		t.Fatal("controller 0 has no plan")
	}
	greens := []float64{}
	for i := range plan.Stages {
		greens = append(greens, plan.Stages[i].Green+3)
	}
	retimed, err := plan.Retimed(nil, greens)
	if err != nil {
		t.Fatal(err)
	}
	wide := -1
	for l := range city.Net.Lanes {
		if live.World().CanCloseLane(city.Net.Edges[city.Net.Lanes[l].Edge].FirstLane) == nil {
			wide = int(city.Net.Edges[city.Net.Lanes[l].Edge].FirstLane)
			break
		}
	}
	for _, do := range []struct {
		after float64
		c     traffic.Command
	}{
		{60, traffic.Command{Kind: traffic.CloseEdge, Edge: 7}},
		{90, traffic.Command{Kind: traffic.ChangeSignals, Signal: &signals.Command{Kind: signals.ChangePlan, Controller: 0, Plan: &retimed}}},
		{120, traffic.Command{Kind: traffic.SetSpeedLimit, Edge: 9, Limit: 20 / 3.6}},
		{150, traffic.Command{Kind: traffic.CloseLane, Lane: network.LaneID(max(wide, 0))}},
		{200, traffic.Command{Kind: traffic.OpenEdge, Edge: 7}},
		{240, traffic.Command{Kind: traffic.SetCondition, Condition: tyre.Ice}},
	} {
		if do.c.Kind == traffic.CloseLane && wide < 0 {
			continue
		}
		stepTo(live, begin+do.after)
		if err := live.Queue(do.c, "page"); err != nil {
			t.Fatalf("%+v: %v", do.c, err)
		}
	}
	finish(live)
	text := live.Variant("kept")
	if strings.Contains(text, "left out") {
		t.Errorf("something is left out:\n%s", text)
	}
	s, err := Parse([]byte(townText+text), "town.yaml")
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	variants, err := s.Pick([]string{"kept"})
	if err != nil {
		t.Fatal(err)
	}
	again := newRun(t, city, variants[0], Options{Seed: 3, Workers: 1})
	finish(again)
	if a, b := live.World().Hash(), again.World().Hash(); a != b {
		t.Errorf("the variant gives %016x, want %016x of the live run\n%s", b, a, text)
	}
	if a, b := len(live.Commands()), len(again.Commands()); a != b {
		t.Errorf("the variant gives %d commands, want %d\n%s", b, a, text)
	}
}

func TestWhatAScenarioHasNoWordsForIsLeftOutAloud(t *testing.T) {
	city := townCity(t)
	city.Net.Edges[3].OSMWay = 0
	r := newRun(t, city, townScenario(t), Options{Workers: 1})
	for _, c := range []traffic.Command{{Kind: traffic.CloseEdge, Edge: 3}, {Kind: traffic.OpenEdge, Edge: 5}} {
		if err := r.Queue(c, "page"); err != nil {
			t.Fatal(err)
		}
	}
	if text := r.Variant("x"); strings.Count(text, "# left out: 07:00 ") != 2 {
		t.Errorf("want both left out:\n%s", text)
	}
}
