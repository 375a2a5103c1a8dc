package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"time"

	"roadtwin/vehicles/traffic"
)

// totals is what is added up over the minutes that are measured.
type totals struct {
	updates, metres      float64
	cpu, wall            float64 // s
	allocs               float64
	minutes, stepsPerMin int
}

// measure steps a world that starts from the given state for whole simulated minutes, until they have taken at least
// o.Measure seconds of processor time.
func (c *city) measure(ctx context.Context, row *Row, start *traffic.Snapshot, o Options) error {
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
	sum := totals{stepsPerMin: c.stepsPerMinute()}
	for warm := false; sum.cpu < o.Measure; {
		if err := c.replace(world, target); err != nil { // not part of a step
			return err
		}
		if err := sum.minute(ctx, world); err != nil {
			return err
		}
		if !warm { // the buffers of a world that has just been restored grow to what they need: that is not part of a step either
			warm, sum = true, totals{stepsPerMin: sum.stepsPerMin}
		}
	}
	if sum.updates == 0 {
		return errors.New("nothing moves")
	}
	sum.write(row)
	if o.Phases {
		if err := c.replace(world, target); err != nil {
			return err
		}
		if row.Phases, err = measurePhases(ctx, world, sum.stepsPerMin); err != nil {
			return err
		}
	}
	if a := world.Audit(); a != (traffic.Audit{}) {
		return fmt.Errorf("the audit found what must not happen: %+v", a)
	}
	return nil
}

// minute makes the steps of a minute.
func (t *totals) minute(ctx context.Context, world *traffic.World) error {
	var before, after runtime.MemStats
	stats, driven := world.Stats(), metres(world)
	runtime.ReadMemStats(&before)
	wall, used := time.Now(), cpuSeconds()
	for range t.stepsPerMin {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		world.Step()
	}
	t.cpu += cpuSeconds() - used
	t.wall += time.Since(wall).Seconds()
	runtime.ReadMemStats(&after)
	t.allocs += float64(after.Mallocs - before.Mallocs)
	t.updates += float64(world.Stats().Updates - stats.Updates)
	t.metres += metres(world) - driven
	t.minutes++
	return nil
}

func (t *totals) write(row *Row) {
	row.Steps = t.minutes * t.stepsPerMin
	steps := float64(row.Steps)
	row.Vehicles = int(math.Round(t.updates / steps))
	row.UpdatesPerCPUSecond = t.updates / t.cpu
	row.UpdatesPerSecond = t.updates / t.wall
	row.RealTime = steps * row.StepTime / t.wall
	row.AllocsPerStep = t.allocs / steps
	row.MeanSpeed = t.metres / (t.updates * row.StepTime)
}

// measurePhases makes the steps of a minute and returns what processor time each phase of them took.
func measurePhases(ctx context.Context, world *traffic.World, steps int) ([]Phase, error) {
	var phases []Phase
	next, last := 0, 0.0
	after := func(name string) {
		now := cpuSeconds()
		if next == len(phases) {
			phases = append(phases, Phase{Name: name})
		}
		phases[next].Nanos += (now - last) * 1e9
		next++
		last = now
	}
	before := world.Stats().Updates
	for range steps {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		next, last = 0, cpuSeconds()
		world.StepMeasured(after)
	}
	updates := world.Stats().Updates - before
	total := 0.0
	for i := range phases {
		total += phases[i].Nanos
	}
	for i := range phases {
		phases[i].Share = phases[i].Nanos / total
		phases[i].Nanos /= float64(updates)
	}
	return phases, nil
}

// metres returns the distance that all vehicles have driven, m.
func metres(w *traffic.World) (sum float64) {
	for _, c := range w.Counts() {
		sum += c.VehicleMetres
	}
	return sum
}
