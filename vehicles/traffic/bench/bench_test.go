package bench_test

import (
	"context"
	"errors"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic/bench"
)

func TestSmallGridIsMeasured(t *testing.T) {
	rows, err := bench.Run(t.Context(), bench.Options{Vehicles: []int{300}, Threads: []int{1, 2}, Measure: 0.05, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[0].Threads != 1 || rows[1].Threads != 2 {
		t.Fatalf("rows %+v, want one for 1 thread and one for 2", rows)
	}
	for _, r := range rows {
		// A fast machine measures more minutes than a slow one, and so few vehicles come and go a lot within each.
		if r.Case != "grid-300" || r.Vehicles < 225 || r.Vehicles > 375 {
			t.Errorf("%s, %d threads: %d vehicles, want 300 ± 25 %%", r.Case, r.Threads, r.Vehicles)
		}
		if r.AllocsPerStep > 1 { // the runtime itself allocates now and then
			t.Errorf("%s, %d threads: %.2f allocations a step, want 0", r.Case, r.Threads, r.AllocsPerStep)
		}
		if r.MeanSpeed < 2 || r.UpdatesPerCPUSecond <= 0 || r.BytesPerVehicle <= 0 || r.BytesPerLaneKm <= 0 || r.LaneKm <= 0 {
			t.Errorf("implausible row %+v", r)
		}
	}
}

// TestEveryNetworkIsMeasured measures each of the generated networks, and one that is given, by phase.
func TestEveryNetworkIsMeasured(t *testing.T) {
	net, err := network.Build(sample.Town(network.LeftHand))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []bench.Options{{Network: bench.Grid}, {Network: bench.Ring}, {Network: bench.Town}, {Network: "given", Net: net}, {Weather: bench.Blizzard}} {
		want := 100
		if o.Network == bench.Grid || o.Network == "" {
			want = 300 // the grid of 100 is a knot of four crossings
		}
		o.Vehicles, o.Threads, o.Measure, o.Rounds, o.Phases, o.Seed = []int{want}, []int{1}, 0.01, 2, true, 1
		rows, err := bench.Run(t.Context(), o)
		if err != nil {
			t.Errorf("%s: %v", o.Network, err)
			continue
		}
		r := rows[0]
		if r.Vehicles < want*7/10 || r.Vehicles > want*13/10 || r.MeanSpeed < 1 || r.Density <= 0 {
			t.Errorf("%+v, want some %d vehicles that drive", r, want)
		}
		if r.Spread < 0 || r.Spread >= 1 {
			t.Errorf("%s: spread %g, want a share", o.Network, r.Spread)
		}
		shares := 0.0
		for _, p := range r.Phases {
			shares += p.Share
		}
		if len(r.Phases) < 8 || shares < 0.999 || shares > 1.001 {
			t.Errorf("%s: %d phases that make up %.3f of a step, want all of it", o.Network, len(r.Phases), shares)
		}
		t.Logf("%s: %d vehicles at %.1f km/h, %.1f a lane-km", o.Network, r.Vehicles, 3.6*r.MeanSpeed, r.Density)
	}
}

// TestWanderersGoOnAndOn checks that ways are as long as asked, joined, and straight on most often.
func TestWanderersGoOnAndOn(t *testing.T) {
	net, err := network.Build(sample.Grid(sample.GridSpec{Columns: 6, Rows: 6, Signals: true}))
	if err != nil {
		t.Fatal(err)
	}
	turns := map[[2]network.EdgeID]network.Turn{}
	for _, m := range net.Movements {
		turns[[2]network.EdgeID{m.From, m.To}] = m.Turn
	}
	var counts [8]int
	for _, trip := range bench.Wander(net, bench.WanderSpec{Vehicles: 500, Metres: 1500, Depart: 100, Span: 50, Seed: 1}) {
		metres := 0.0
		for i, e := range trip.Route {
			metres += net.Edges[e].Length
			if i == 0 {
				continue
			}
			turn, ok := turns[[2]network.EdgeID{trip.Route[i-1], e}]
			if !ok {
				t.Fatalf("no movement from edge %d to edge %d", trip.Route[i-1], e)
			}
			counts[turn]++
		}
		if metres < 1500 {
			t.Errorf("a way of %.0f m, want 1500 m", metres)
		}
		if trip.Depart < 100 || trip.Depart > 150 {
			t.Errorf("departs at %g s, want 100 to 150", trip.Depart)
		}
	}
	total := 0
	for _, n := range counts {
		total += n
	}
	if share := float64(counts[network.Through]) / float64(total); share < 0.4 || share > 0.7 || counts[network.UTurn] > 0 {
		t.Errorf("%.2f straight on, %d turned round, want some half and none", share, counts[network.UTurn])
	}
}

func TestInterruptionEndsIt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := bench.Run(ctx, bench.Options{Vehicles: []int{300}, Threads: []int{1}}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}

func TestNonsenseIsRefused(t *testing.T) {
	good := bench.Options{Vehicles: []int{300}, Threads: []int{1}}
	if err := good.Check(); err != nil {
		t.Errorf("good options: %v", err)
	}
	for name, spoil := range map[string]func(*bench.Options){
		"no vehicles":       func(o *bench.Options) { o.Vehicles = nil },
		"too few vehicles":  func(o *bench.Options) { o.Vehicles = []int{300, 5} },
		"negative threads":  func(o *bench.Options) { o.Threads = []int{-1} },
		"step time of 1 s":  func(o *bench.Options) { o.StepTime = 1 },
		"negative duration": func(o *bench.Options) { o.Measure = -1 },
		"negative rounds":   func(o *bench.Options) { o.Rounds = -1 },
		"a solid jam":       func(o *bench.Options) { o.Density = 150 },
		"unknown weather":   func(o *bench.Options) { o.Weather = "frogs" },
		"unknown network":   func(o *bench.Options) { o.Network = "star" },
	} {
		o := good
		spoil(&o)
		if o.Check() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
