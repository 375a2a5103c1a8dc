package retime

import (
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/signals"
	"roadtwin/signals/timing"
)

func grid(t *testing.T) (*network.Network, []signals.Plan, Flows) {
	t.Helper()
	net, err := network.Build(sample.Grid(sample.GridSpec{Columns: 4, Rows: 2, Signals: true}))
	if err != nil {
		t.Fatal(err)
	}
	plans, _ := signals.DefaultPlans(net)
	flows := make([]float64, len(net.Movements))
	for i := range net.Movements {
		flows[i] = 60
		if net.Movements[i].Turn == network.Through {
			flows[i] = 350
		}
	}
	return net, plans, Spread(net, flows)
}

func TestWebsterGivesPlansThatRun(t *testing.T) {
	net, plans, flows := grid(t)
	for _, common := range []bool{false, true} {
		after, _, err := Webster(net, plans, flows, Options{Cycles: timing.CycleBounds{Min: 40, Max: 120, Multiple: 5}, Common: common})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := signals.New(net, after); err != nil {
			t.Fatal(err)
		}
		for i := range after {
			if c := after[i].Cycle(); c < 39.9 || math.Abs(math.Remainder(c, 5)) > 0.06 || common && math.Abs(c-after[0].Cycle()) > 0.01 {
				t.Errorf("cycle %v s", c)
			}
		}
	}
}

func TestGreenWaveAlongAStreet(t *testing.T) {
	net, plans, flows := grid(t)
	after, _, err := Webster(net, plans, flows, Options{Cycles: timing.CycleBounds{Min: 60, Max: 60, Multiple: 5}, Common: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, least := range []bool{false, true} {
		wave, w, err := GreenWave(net, after, "", flows, 1, least)
		if err != nil {
			t.Skipf("no street in the sample grid: %v", err)
		}
		if len(w.Signals) < 2 || len(w.Offsets) != len(w.Signals) || w.BandOut+w.BandIn <= 0 {
			t.Errorf("%+v", w)
		}
		if w.After > w.Before+0.01 && least {
			t.Errorf("delay %.2f before, %.2f after", w.Before, w.After)
		}
		if _, err := signals.New(net, wave); err != nil {
			t.Error(err)
		}
	}
	if _, _, err := GreenWave(net, after, "No Such Street", flows, 1, false); err == nil {
		t.Error("a street that is not there gives a wave")
	}
}

// TestDriversSpreadOverTheirLanes: every movement keeps its flow, and no driver could find a lane that leads where he wants with less in it.
func TestDriversSpreadOverTheirLanes(t *testing.T) {
	net, err := network.Build(sample.Grid(sample.GridSpec{Columns: 3, Rows: 3, Lanes: 3, Signals: true}))
	if err != nil {
		t.Fatal(err)
	}
	movements := make([]float64, len(net.Movements))
	for i := range movements {
		movements[i] = float64(40 + 97*i%700)
	}
	flows := Spread(net, movements)
	sums, load := make([]float64, len(movements)), make([]float64, len(net.Lanes))
	for c := range flows {
		sums[net.Connectors[c].Movement] += flows[c]
		load[net.Connectors[c].From] += flows[c]
	}
	for i := range sums {
		if math.Abs(sums[i]-movements[i]) > 1e-6 {
			t.Errorf("movement %d carries %g veh/h, want %g", i, sums[i], movements[i])
		}
	}
	for c := range flows {
		for d := range flows {
			a, b := &net.Connectors[c], &net.Connectors[d]
			if a.Movement == b.Movement && flows[c] > 1 && load[a.From] > load[b.From]+1 {
				t.Errorf("lane %d has %.0f veh/h, of which %.0f could be on lane %d with %.0f", a.From, load[a.From], flows[c], b.From, load[b.From])
			}
		}
	}
}
