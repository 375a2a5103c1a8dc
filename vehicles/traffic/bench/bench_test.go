package bench_test

import (
	"context"
	"errors"
	"testing"

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
	} {
		o := good
		spoil(&o)
		if o.Check() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
