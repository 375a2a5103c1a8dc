// Package bench measures how fast the engine is and how much memory it takes: generated grids of signalised streets,
// filled with circulating traffic of all classes, with everything on that a run has on.
package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"syscall"
	"time"

	"roadtwin/vehicles/traffic"
)

// What can be measured.
const (
	minVehicles = 100
	maxVehicles = 2_000_000
	maxThreads  = 256
)

// Options say what to measure.
type Options struct {
	Vehicles []int                        // sizes of the cases, vehicles on the road
	Threads  []int                        // each size is measured with each number of workers
	StepTime float64                      // s; 0 means the engine's own
	Measure  float64                      // CPU seconds to measure each row for at least; 0 means 5
	Seed     uint64                       // of trips and drivers
	Progress func(what string, s float64) // if not nil, is told what goes on and how far it is, 0 to 1
}

// Row is one line of the result.
type Row struct {
	Case     string  `json:"case"` // "grid-2000"
	Threads  int     `json:"threads"`
	StepTime float64 `json:"dt_s"`
	Vehicles int     `json:"vehicles"` // on the road, mean over the measured steps
	// UpdatesPerCPUSecond counts vehicle updates a second of processor time, all threads' and the system's included.
	UpdatesPerCPUSecond float64 `json:"updates_per_cpu_s"`
	UpdatesPerSecond    float64 `json:"updates_per_s"` // by the clock on the wall
	RealTime            float64 `json:"times_real_time"`
	AllocsPerStep       float64 `json:"allocs_per_step"`
	// BytesPerVehicle is what the heap grows by from an empty world to the full one, trips and routes included;
	// BytesPerLaneKm what network, signals, router and empty world take.
	BytesPerVehicle float64 `json:"bytes_per_vehicle"`
	BytesPerLaneKm  float64 `json:"bytes_per_lane_km"`
	LaneKm          float64 `json:"lane_km"`
	Steps           int     `json:"steps"`      // measured
	MeanSpeed       float64 `json:"mean_speed"` // m/s, at the end
}

// withDefaults returns o with the defaults in place of zeros.
func (o Options) withDefaults() Options {
	if o.StepTime == 0 {
		o.StepTime = traffic.DefaultStepTime
	}
	if o.Measure == 0 {
		o.Measure = 5
	}
	return o
}

// Check returns what makes no sense in o.
func (o Options) Check() error {
	o = o.withDefaults()
	if len(o.Vehicles) == 0 || len(o.Threads) == 0 {
		return errors.New("nothing to measure: want at least one number of vehicles and of threads")
	}
	for _, n := range o.Vehicles {
		if n < minVehicles || n > maxVehicles {
			return fmt.Errorf("%d vehicles, want %d to %d", n, minVehicles, maxVehicles)
		}
	}
	for _, n := range o.Threads {
		if n < 1 || n > maxThreads {
			return fmt.Errorf("%d threads, want 1 to %d", n, maxThreads)
		}
	}
	if !(o.StepTime >= 0.05 && o.StepTime <= 0.5) { // also for NaN
		return fmt.Errorf("step time %g s, want 0.05 to 0.5", o.StepTime)
	}
	if !(o.Measure > 0 && o.Measure <= 3600) {
		return fmt.Errorf("%g s of processor time, want above 0 and at most 3600", o.Measure)
	}
	return nil
}

// Run measures every case and returns what it has when ctx ends, with ctx's error.
func Run(ctx context.Context, o Options) ([]Row, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	var rows []Row
	for _, vehicles := range o.Vehicles {
		done, err := runCase(ctx, o, vehicles)
		rows = append(rows, done...)
		if err != nil {
			return rows, fmt.Errorf("grid-%d: %w", vehicles, err)
		}
	}
	return rows, nil
}

// runCase fills one grid and measures it with every number of threads, each from the same state.
func runCase(ctx context.Context, o Options, vehicles int) ([]Row, error) {
	name := fmt.Sprintf("grid-%d", vehicles)
	tell := func(what string, share float64) {
		if o.Progress != nil {
			o.Progress(name+": "+what, share)
		}
	}
	base := heapInUse()
	c, err := newCity(vehicles, o)
	if err != nil {
		return nil, err
	}
	world, err := c.world(o.Threads[0])
	if err != nil {
		return nil, err
	}
	empty := heapInUse()
	if err := c.fill(ctx, world, vehicles, func(share float64) { tell("filling", share) }); err != nil {
		world.Close()
		return nil, err
	}
	full := heapInUse()
	start := world.Snapshot()
	world.Close()

	var rows []Row
	for _, threads := range o.Threads {
		tell(fmt.Sprintf("measuring with %d threads", threads), 1)
		row := Row{
			Case: name, Threads: threads, StepTime: o.StepTime, LaneKm: c.laneKm,
			BytesPerLaneKm: (empty - base) / c.laneKm,
		}
		if err := c.measure(ctx, &row, start, o.Measure); err != nil {
			return rows, err
		}
		row.BytesPerVehicle = (full - empty) / float64(row.Vehicles)
		rows = append(rows, row)
	}
	return rows, nil
}

// measure steps a world that starts from the given state for whole simulated minutes, until they have taken at least cpu
// seconds of processor time.
func (c *city) measure(ctx context.Context, row *Row, start *traffic.Snapshot, cpu float64) error {
	world, err := c.world(row.Threads)
	if err != nil {
		return err
	}
	defer world.Close()
	if err := world.Restore(start); err != nil {
		return err
	}
	c.rng, c.arrived = rand.New(rand.NewPCG(c.seed, 2)), world.Stats().Arrived // the same trips in every row
	target := world.Stats().OnRoad
	var updates, spent, elapsed, allocs float64
	for spent < cpu {
		if err := c.replace(world, target); err != nil { // not part of a step
			return err
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		stats, wall, used := world.Stats(), time.Now(), cpuSeconds()
		for range c.stepsPerMinute() {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			world.Step()
		}
		spent += cpuSeconds() - used
		elapsed += time.Since(wall).Seconds()
		runtime.ReadMemStats(&after)
		allocs += float64(after.Mallocs - before.Mallocs)
		updates += float64(world.Stats().Updates - stats.Updates)
		row.Steps += c.stepsPerMinute()
	}
	if updates == 0 {
		return errors.New("nothing moves")
	}
	row.Vehicles = int(math.Round(updates / float64(row.Steps)))
	row.UpdatesPerCPUSecond = updates / spent
	row.UpdatesPerSecond = updates / elapsed
	row.RealTime = float64(row.Steps) * row.StepTime / elapsed
	row.AllocsPerStep = allocs / float64(row.Steps)
	row.MeanSpeed = world.Stats().MeanSpeed
	if a := world.Audit(); a != (traffic.Audit{}) {
		return fmt.Errorf("the audit found what must not happen: %+v", a)
	}
	return nil
}

// cpuSeconds returns the processor time that the program has used.
func cpuSeconds() float64 {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano()).Seconds()
}

// heapInUse returns the bytes of live objects.
func heapInUse() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}
