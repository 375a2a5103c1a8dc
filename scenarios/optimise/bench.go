package optimise

import (
	"context"
	"fmt"
	"sync"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/signals"
)

// Clock says what of a run is looked at, s.
type Clock struct {
	Warmup  float64 // from the beginning of the scenario, with the present plans: where trials begin
	Settle  float64 // from there, in which a trial's plans take over and nothing is measured
	Horizon float64 // from there, measured
}

// end returns the time in s after midnight at which a trial of s ends.
func (c Clock) end(s *scenarios.Scenario) float64 {
	return float64(s.Period.Begin) + c.Warmup + c.Settle + c.Horizon
}

// bench makes trials: runs with other plans that go on from states that are warm, one for each seed.
type bench struct {
	city    *scenarios.City
	queues  []network.ControllerID // whose queues are measured
	clock   Clock
	seeds   []uint64
	warm    []*scenarios.Checkpoint // by seed
	runs    []*scenarios.Run        // they are of, to be closed
	carried [][]int64               // by seed and connector: vehicles in the last two thirds of the warm-up
	workers int
	memory  Memory
	trials  int // runs made, those remembered not counted
	recalls int // values remembered
}

// Memory keeps what trials measured. Its methods are called by one goroutine at a time.
type Memory interface {
	// Recall returns what a trial of a candidate with a seed came to, if it is known; whole is for whole runs.
	Recall(candidate string, seed uint64, whole bool) (Measures, bool)
	// Keep keeps it. origin says how the search came by the candidate.
	Keep(candidate, origin string, timing *Timing, seed uint64, whole bool, m Measures) error
}

// forgetful is the Memory of who wants none: it is kept while the program runs.
type forgetful map[trialKey]Measures

type trialKey struct {
	candidate string
	seed      uint64
	whole     bool
}

func (f forgetful) Recall(candidate string, seed uint64, whole bool) (Measures, bool) {
	m, ok := f[trialKey{candidate, seed, whole}]
	return m, ok
}

func (f forgetful) Keep(candidate, _ string, _ *Timing, seed uint64, whole bool, m Measures) error {
	f[trialKey{candidate, seed, whole}] = m
	return nil
}

// each does n pieces of work on the workers of b, and returns the first error; ctx ends it early with that of ctx.
func (b *bench) each(ctx context.Context, n int, work func(i int) error) error {
	errs := make([]error, n)
	next := make(chan int)
	var group sync.WaitGroup
	for range min(b.workers, n) {
		group.Go(func() {
			for i := range next {
				errs[i] = work(i)
			}
		})
	}
	for i := range n {
		select {
		case next <- i:
		case <-ctx.Done():
			errs[i] = ctx.Err()
		}
	}
	close(next)
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// warmUp drives the scenario with its present plans up to where trials begin, once for each seed.
func (b *bench) warmUp(ctx context.Context, s *scenarios.Scenario, o scenarios.Options) error {
	b.warm, b.runs = make([]*scenarios.Checkpoint, len(b.seeds)), make([]*scenarios.Run, len(b.seeds))
	b.carried = make([][]int64, len(b.seeds))
	return b.each(ctx, len(b.seeds), func(i int) error {
		own := o
		own.Seed, own.Workers = b.seeds[i], 1
		r, err := scenarios.NewRun(b.city, s, own)
		if err != nil {
			return err
		}
		b.runs[i] = r
		if err := drive(ctx, r, r.Begin()+b.clock.Warmup/3); err != nil {
			return err
		}
		b.carried[i] = make([]int64, len(b.city.Net.Connectors))
		count(r, b.carried[i], -1)
		if err := drive(ctx, r, r.Begin()+b.clock.Warmup); err != nil {
			return err
		}
		count(r, b.carried[i], 1)
		b.warm[i] = r.Checkpoint()
		return nil
	})
}

// count adds to carried the vehicles that each connector has carried so far, times sign.
func count(r *scenarios.Run, carried []int64, sign int64) {
	counts := r.World().Counts()
	for c := range carried {
		carried[c] += sign * counts[r.Net().ConnectorTrack(network.ConnectorID(c))].Entered
	}
}

// close ends what warmUp has begun.
func (b *bench) close() {
	for _, r := range b.runs {
		if r != nil {
			r.Close()
		}
	}
}

// drive steps r until a time, s after midnight, or until ctx is done.
func drive(ctx context.Context, r *scenarios.Run, until float64) error {
	for n := 0; r.Time() < until-r.Scenario().Step/2; n++ {
		if n%64 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r.Step()
	}
	return nil
}

// try makes one trial.
func (b *bench) try(ctx context.Context, seed int, plans []signals.Plan) (Measures, error) {
	r, err := b.warm[seed].Resume(plans)
	if err != nil {
		return Measures{}, err
	}
	defer r.Close()
	begin := r.Time() + b.clock.Settle
	if err := drive(ctx, r, begin); err != nil {
		return Measures{}, err
	}
	g := newGauge(r, b.queues)
	r.Watch(g)
	if err := drive(ctx, r, begin+b.clock.Horizon); err != nil {
		return Measures{}, err
	}
	return g.read(), nil
}

// candidate is a timing that is tried.
type candidate struct {
	timing Timing
	origin string // how the search came by it
	plans  []signals.Plan
	key    string
	values []float64  // of the objective, by seed, as far as tried
	got    []Measures // by seed
}

// measure has candidates tried with the seeds from each one's next up to n seeds. Those known already are not run again.
func (b *bench) measure(ctx context.Context, candidates []*candidate, n int, objective Objective) error {
	type job struct {
		c    *candidate
		seed int
		m    Measures
		done bool
	}
	var jobs []job
	for _, c := range candidates {
		for seed := len(c.values); seed < n; seed++ {
			m, known := b.memory.Recall(c.key, b.seeds[seed], false)
			jobs = append(jobs, job{c, seed, m, known})
			if known {
				b.recalls++
			}
		}
	}
	open := make([]*job, 0, len(jobs))
	for i := range jobs {
		if !jobs[i].done {
			open = append(open, &jobs[i])
		}
	}
	failed := b.each(ctx, len(open), func(i int) (err error) {
		open[i].m, err = b.try(ctx, open[i].seed, open[i].c.plans)
		open[i].done = err == nil
		return err
	})
	for _, j := range open {
		if !j.done {
			continue
		}
		b.trials++
		if err := b.memory.Keep(j.c.key, j.c.origin, &j.c.timing, b.seeds[j.seed], false, j.m); err != nil {
			return fmt.Errorf("keeping a trial: %w", err)
		}
	}
	if failed != nil {
		return failed
	}
	for i := range jobs { // in the order of the seeds
		j := &jobs[i]
		j.c.got = append(j.c.got, j.m)
		j.c.values = append(j.c.values, objective.Of(&j.m))
	}
	return nil
}
