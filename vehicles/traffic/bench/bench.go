// Package bench measures how fast the engine is and how much memory it takes, on networks full of traffic with everything
// on that a run has on: generated grids of signalised streets, a motorway ring of three lanes, a small town, or any network.
package bench

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"syscall"
	"time"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// What can be measured.
const (
	minVehicles = 100
	maxVehicles = 2_000_000
	maxThreads  = 256
	maxRounds   = 100
)

// The networks that are generated.
const (
	Grid = "grid" // a square of streets with signals at every crossing, two lanes a direction
	Ring = "ring" // a motorway of three lanes in one direction without end or ramps
	Town = "town" // the sample town, which is small: a few hundred vehicles
)

// The weathers.
const (
	Dry      = "dry"
	Blizzard = "blizzard" // 5 cm of snow an hour at -6 °C in a gale, which has been going on for an hour
)

// Options say what to measure.
type Options struct {
	Network  string                       // Grid, Ring or Town; or the name of Net. "" means Grid
	Net      *network.Network             // in place of a generated one
	Vehicles []int                        // sizes of the cases, vehicles on the road
	Density  float64                      // vehicles a lane-km of Grid and Ring, which are made as large as that; 0 means 15
	Threads  []int                        // each size is measured with each number of workers
	StepTime float64                      // s; 0 means the engine's own
	Measure  float64                      // CPU seconds to measure each row for at least, in each round; 0 means 5
	Rounds   int                          // how often each row is measured, in turns with those of other numbers of threads; 0 means 1
	Weather  string                       // Dry or Blizzard; "" means Dry
	Phases   bool                         // also tell where the time goes
	Seed     uint64                       // of trips and drivers
	Progress func(what string, s float64) // if not nil, is told what goes on and how far it is, 0 to 1
}

// Row is one line of the result.
type Row struct {
	Case     string  `json:"case"` // "grid-2000"
	Threads  int     `json:"threads"`
	StepTime float64 `json:"dt_s"`
	Vehicles int     `json:"vehicles"` // on the road, mean over the measured steps
	// UpdatesPerCPUSecond counts vehicle updates a second of processor time, all threads' and the system's included: of the
	// best round. Spread is how much lower that of the worst round is, as a share of it.
	UpdatesPerCPUSecond float64 `json:"updates_per_cpu_s"`
	Spread              float64 `json:"spread"`
	UpdatesPerSecond    float64 `json:"updates_per_s"` // by the clock on the wall
	RealTime            float64 `json:"times_real_time"`
	AllocsPerStep       float64 `json:"allocs_per_step"`
	// BytesPerVehicle is what the heap grows by from an empty world to the full one, trips and routes included;
	// BytesPerLaneKm what network, signals, router and empty world take.
	BytesPerVehicle float64 `json:"bytes_per_vehicle"`
	BytesPerLaneKm  float64 `json:"bytes_per_lane_km"`
	LaneKm          float64 `json:"lane_km"`
	Density         float64 `json:"vehicles_per_lane_km"`
	Steps           int     `json:"steps"`      // measured, in a round
	MeanSpeed       float64 `json:"mean_speed"` // m/s, over what is measured
	Phases          []Phase `json:"phases,omitempty"`
}

// Phase is one of the things that a step does.
type Phase struct {
	Name  string  `json:"name"`
	Share float64 `json:"share"`         // of the time of a step
	Nanos float64 `json:"ns_per_update"` // of processor time, per vehicle on the road
}

// withDefaults returns o with the defaults in place of zeros.
func (o Options) withDefaults() Options {
	if o.Network == "" {
		o.Network = Grid
	}
	if o.Weather == "" {
		o.Weather = Dry
	}
	if o.Density == 0 {
		o.Density = density
	}
	if o.StepTime == 0 {
		o.StepTime = traffic.DefaultStepTime
	}
	if o.Measure == 0 {
		o.Measure = 5
	}
	if o.Rounds == 0 {
		o.Rounds = 1
	}
	return o
}

// Check returns what makes no sense in o.
func (o Options) Check() error {
	o = o.withDefaults()
	if o.Net == nil && !slices.Contains([]string{Grid, Ring, Town}, o.Network) {
		return fmt.Errorf("network %q, want %s, %s or %s", o.Network, Grid, Ring, Town)
	}
	if o.Weather != Dry && o.Weather != Blizzard {
		return fmt.Errorf("weather %q, want %s or %s", o.Weather, Dry, Blizzard)
	}
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
	if !(o.Density >= 1 && o.Density <= 100) {
		return fmt.Errorf("%g vehicles a lane-km, want 1 to 100", o.Density)
	}
	if !(o.StepTime >= 0.05 && o.StepTime <= 0.5) { // also for NaN
		return fmt.Errorf("step time %g s, want 0.05 to 0.5", o.StepTime)
	}
	if !(o.Measure > 0 && o.Measure <= 3600) {
		return fmt.Errorf("%g s of processor time, want above 0 and at most 3600", o.Measure)
	}
	if o.Rounds < 1 || o.Rounds > maxRounds {
		return fmt.Errorf("%d rounds, want 1 to %d", o.Rounds, maxRounds)
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
			return rows, fmt.Errorf("%s-%d: %w", o.Network, vehicles, err)
		}
	}
	return rows, nil
}

// runCase fills one network and measures it with every number of threads, each from the same state and all in turns.
func runCase(ctx context.Context, o Options, vehicles int) ([]Row, error) {
	name := fmt.Sprintf("%s-%d", o.Network, vehicles)
	if o.Weather != Dry {
		name += "-" + o.Weather
	}
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

	rows := make([]Row, len(o.Threads))
	for round := range o.Rounds {
		for i, threads := range o.Threads {
			tell(fmt.Sprintf("measuring with %d threads", threads), float64(round+1)/float64(o.Rounds))
			row := Row{
				Case: name, Threads: threads, StepTime: o.StepTime, LaneKm: c.laneKm,
				BytesPerLaneKm: (empty - base) / c.laneKm,
			}
			if err := c.measure(ctx, &row, start, o); err != nil {
				return measured(rows), err
			}
			row.BytesPerVehicle = (full - empty) / float64(row.Vehicles)
			row.Density = float64(row.Vehicles) / c.laneKm
			rows[i].better(row)
		}
	}
	return rows, nil
}

// measured returns the rows that have been measured.
func measured(rows []Row) []Row {
	return slices.DeleteFunc(rows, func(r Row) bool { return r.Case == "" })
}

// better makes r the better of itself and another round of the same.
func (r *Row) better(other Row) {
	if r.Case == "" {
		*r = other
		return
	}
	high, low := *r, other
	if other.UpdatesPerCPUSecond > r.UpdatesPerCPUSecond {
		high, low = other, *r
	}
	worst := min((1-r.Spread)*r.UpdatesPerCPUSecond, low.UpdatesPerCPUSecond)
	high.Spread = 1 - worst/high.UpdatesPerCPUSecond
	high.UpdatesPerSecond = max(high.UpdatesPerSecond, low.UpdatesPerSecond)
	high.RealTime = max(high.RealTime, low.RealTime)
	*r = high
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
