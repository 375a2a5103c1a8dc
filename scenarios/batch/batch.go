package batch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"roadtwin/scenarios"
	"roadtwin/scenarios/results"
)

// Study is runs to make of one scenario.
type Study struct {
	Variants []*scenarios.Scenario // see scenarios.Scenario.Pick
	Cities   *Cities
	Options  scenarios.Options // of every run; Seed has no meaning
	DB       *results.DB       // where they are kept; nil for nowhere
	Version  string            // of the program
	Jobs     int               // runs at a time; 0 is one
	Again    bool              // make those, too, that are in DB already
	Enough   func() bool       // begin no more runs once it is true; nil is never
	Told     func(Progress)    // is told how far the work is, from one goroutine at a time; may be nil
}

// Progress is how far a study is.
type Progress struct {
	Made, Had, Total int     // runs made, found in the results, and asked for
	Share            float64 // of the work that was to be done, 0 to 1; runs under way count by their simulated time
}

// task is one run.
type task struct {
	city     *scenarios.City
	scenario *scenarios.Scenario
	slot     int // in the answer
}

// Run makes the runs of all variants with all seeds, and returns what they came to by seed and, for each, by variant; also those that were in
// the results. If ctx ends before, it returns those there are, whole ones only, and an error that is context.Canceled; when a run fails, that error,
// and the run is among those returned if only its results could not be kept.
func (s *Study) Run(ctx context.Context, seeds []uint64) ([]scenarios.Summary, error) {
	slots := make([]*scenarios.Summary, len(seeds)*len(s.Variants))
	tasks, err := s.tasks(ctx, seeds, slots)
	if err != nil {
		return nil, err
	}
	b := &bureau{study: s, tasks: tasks, slots: slots, told: Progress{Had: len(slots) - len(tasks), Total: len(slots)}}
	b.under = make([]float64, len(tasks))
	err = b.work(ctx)
	var made []scenarios.Summary
	for _, slot := range slots {
		if slot != nil {
			made = append(made, *slot)
		}
	}
	return made, err
}

// tasks returns the runs that are to be made, and puts those that are in the results into slots.
func (s *Study) tasks(ctx context.Context, seeds []uint64, slots []*scenarios.Summary) ([]task, error) {
	have := map[results.Key]results.Run{}
	if s.DB != nil && !s.Again {
		var err error
		if have, err = s.DB.Have(ctx); err != nil {
			return nil, err
		}
	}
	var tasks []task
	for i, seed := range seeds {
		for k, v := range s.Variants {
			city, err := s.Cities.Of(ctx, v)
			if err != nil {
				return nil, err
			}
			t := task{city, v.WithSeed(seed), i*len(s.Variants) + k}
			key, err := scenarios.Identity(city, t.scenario, s.options(), s.Version)
			if err != nil {
				return nil, err
			}
			if run, ok := have[key]; ok {
				if slots[t.slot], err = summaryOf(run); err == nil {
					continue
				}
			}
			tasks = append(tasks, t)
		}
	}
	return tasks, nil
}

// summaryOf reads what a run in the results came to.
func summaryOf(run results.Run) (*scenarios.Summary, error) {
	var s scenarios.Summary
	if err := json.Unmarshal(run.Summary, &s); err != nil {
		return nil, fmt.Errorf("summary of run %d: %w", run.ID, err)
	}
	s.Notes = nil // as of one that is made
	return &s, nil
}

func (s *Study) options() scenarios.Options {
	o := s.Options
	o.Seed = 0 // scenarios have one seed each
	o.OwnThread = o.Workers == 1
	return o
}

// bureau has the work of one call of Run.
type bureau struct {
	study *Study
	tasks []task
	slots []*scenarios.Summary

	mu    sync.Mutex
	next  int
	err   error     // the first failure
	under []float64 // by task: the share of it that is done
	told  Progress
}

// work has the workers make all tasks.
func (b *bureau) work(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	b.tell(-1, 0)
	var wg sync.WaitGroup
	for range min(max(b.study.Jobs, 1), len(b.tasks)) {
		wg.Go(func() {
			// The processor time of a run is that of its thread.
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			for i := b.take(); i >= 0 && ctx.Err() == nil; i = b.take() {
				if err := b.make(ctx, i); err != nil {
					b.fail(err)
					stop()
				}
			}
		})
	}
	wg.Wait()
	if b.err == nil {
		return ctx.Err()
	}
	return b.err
}

// take returns the next task, -1 if there is none.
func (b *bureau) take() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next == len(b.tasks) || b.study.Enough != nil && b.study.Enough() {
		return -1
	}
	b.next++
	return b.next - 1
}

func (b *bureau) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err == nil || errors.Is(b.err, context.Canceled) {
		b.err = err
	}
}

// tell takes in that task i is done up to share.
func (b *bureau) tell(i int, share float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i >= 0 {
		if b.under[i] = share; share == 1 {
			b.told.Made++
		}
	}
	total := 0.0
	for _, share := range b.under {
		total += share
	}
	if b.told.Share = 1; len(b.under) > 0 {
		b.told.Share = total / float64(len(b.under))
	}
	if b.study.Told != nil {
		b.study.Told(b.told)
	}
}

// stepsBetweenLooks is how many steps are made before a run looks whether it is to end.
const stepsBetweenLooks = 200

// make makes a run and keeps it.
func (b *bureau) make(ctx context.Context, i int) (err error) {
	t := &b.tasks[i]
	defer func() {
		if err != nil && !errors.Is(err, context.Canceled) {
			err = fmt.Errorf("variant %s, seed %d: %w", t.scenario.VariantName(), t.scenario.Seeds[0], err)
		}
	}()
	r, err := scenarios.NewRun(t.city, t.scenario, b.study.options())
	if err != nil {
		return err
	}
	defer r.Close()
	var recorder *scenarios.Recorder
	if b.study.DB != nil {
		if recorder, err = scenarios.RecordBeside(b.study.DB, r, b.study.Version); err != nil {
			return err
		}
	}
	for n := 1; !r.Done(); n++ {
		r.Step()
		if n%stepsBetweenLooks != 0 {
			continue
		}
		if err := ctx.Err(); err != nil {
			return errors.Join(err, abandon(recorder))
		}
		b.tell(i, 0.999*(r.Time()-r.Begin())/(r.End()-r.Begin()))
	}
	summary := r.Summary()
	b.slots[t.slot] = &summary // even if it cannot be kept
	if recorder != nil {
		if err := recorder.Finish(summary); err != nil && !errors.Is(err, results.ErrHave) {
			return err
		}
	}
	b.tell(i, 1)
	return nil
}

func abandon(recorder *scenarios.Recorder) error {
	if recorder == nil {
		return nil
	}
	return recorder.Abandon()
}

// Cities opens the map of each scenario once.
type Cities struct {
	Log scenarios.Progress

	mu     sync.Mutex
	opened map[string]*scenarios.City
}

// Put tells that city is the map of s.
func (c *Cities) Put(s *scenarios.Scenario, city *scenarios.City) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.opened == nil {
		c.opened = map[string]*scenarios.City{}
	}
	c.opened[mapOf(s)] = city
}

// Of returns the map of s made ready.
func (c *Cities) Of(ctx context.Context, s *scenarios.Scenario) (*scenarios.City, error) {
	c.mu.Lock()
	city := c.opened[mapOf(s)]
	c.mu.Unlock()
	if city != nil {
		return city, nil
	}
	city, err := scenarios.Open(ctx, s, c.Log)
	if err == nil {
		c.Put(s, city)
	}
	return city, err
}

// mapOf returns what two scenarios of the same file with the same map have in common.
func mapOf(s *scenarios.Scenario) string {
	return strings.Join([]string{s.Map, s.Overlay, s.Elevation, fmt.Sprint(s.BBox)}, "\x00")
}

// NextSeeds returns n seeds: the given ones, then the smallest whole numbers from 1 that are not among them.
func NextSeeds(given []uint64, n int) []uint64 {
	seeds := slices.Clone(given[:min(n, len(given))])
	for next := uint64(1); len(seeds) < n; next++ {
		if !slices.Contains(given, next) {
			seeds = append(seeds, next)
		}
	}
	return seeds
}
