package validation

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"roadtwin/network"
	"roadtwin/network/route"
	"roadtwin/signals"
	"roadtwin/vehicles"
	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/traffic"
)

// lab is where cases are measured: it hands out processors, and worlds to observe.
type lab struct {
	ctx   context.Context
	step  float64       // s, of every world; 0: each has the engine's
	seats chan struct{} // one for each processor
}

func newLab(ctx context.Context, step float64) *lab {
	return &lab{ctx: ctx, step: step, seats: make(chan struct{}, runtime.GOMAXPROCS(0))}
}

// each runs n experiments, as many at a time as there are processors, and returns the errors.
func (l *lab) each(n int, experiment func(i int) error) error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			l.seats <- struct{}{}
			defer func() { <-l.seats }()
			if errs[i] = l.ctx.Err(); errs[i] == nil {
				errs[i] = experiment(i)
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// Run measures cases with a step time in s (0: the engine's), several at a time, and returns the results in their order. done, if
// not nil, is told of each as it ends, one at a time.
func Run(ctx context.Context, cases []Case, step float64, done func(Result)) []Result {
	l := newLab(ctx, step)
	results := make([]Result, len(cases))
	var wg sync.WaitGroup
	var telling sync.Mutex
	for i := range cases {
		wg.Go(func() {
			results[i] = cases[i].run(l)
			if done != nil {
				telling.Lock()
				defer telling.Unlock()
				done(results[i])
			}
		})
	}
	wg.Wait()
	return results
}

var (
	errNotYet = errors.New("not in the program yet")
	errNoData = errors.New("the published table is not beside the repository")
)

func verdictOf(err error) Verdict {
	switch {
	case errors.Is(err, errNotYet):
		return NotYet
	case errors.Is(err, errNoData):
		return NoData
	}
	return Aborted
}

// envelopes are solved once for all worlds.
var envelopes = sync.OnceValue(func() *dynamics.Tables { return dynamics.NewTables(vehicles.Classes()) })

// observed is a world with what one needs to observe it.
type observed struct {
	*traffic.World
	net *network.Network
	lab *lab
}

// setup is what an experiment sets about a world besides its roads.
type setup struct {
	seed   uint64
	change func(*traffic.Config)
	plans  func(*network.Network) []signals.Plan // nil: the default plans
}

// world returns an empty world on the roads of spec. Close it.
func (l *lab) world(spec *network.Spec, s setup) (*observed, error) {
	net, err := network.Build(spec)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", spec.Name, err)
	}
	plans := s.plans
	if plans == nil {
		plans = func(net *network.Network) []signals.Plan { p, _ := signals.DefaultPlans(net); return p }
	}
	system, err := signals.New(net, plans(net))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", spec.Name, err)
	}
	cfg := traffic.Config{
		Net: net, Signals: system, Router: route.New(net), Envelopes: envelopes(), Seed: s.seed, Workers: 1, StepTime: l.step,
	}
	if s.change != nil {
		s.change(&cfg)
	}
	w, err := traffic.New(cfg)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", spec.Name, err)
	}
	return &observed{World: w, net: net, lab: l}, nil
}

// until steps the world to time t (s), calling watch, if not nil, after each step. It ends with an error if something
// happened that must not, or when the lab closes.
func (o *observed) until(t float64, watch func()) error {
	for o.Time() < t-1e-9 {
		if err := o.lab.ctx.Err(); err != nil {
			return err
		}
		o.Step()
		if watch != nil {
			watch()
		}
	}
	if a := o.Audit(); a != (traffic.Audit{}) {
		return fmt.Errorf("at %.1f s the audit found what must not happen: %+v", o.Time(), a)
	}
	if n := o.Stats().Crashes; n > 0 {
		return fmt.Errorf("%d crashes by %.1f s in ordinary driving", n, o.Time())
	}
	return nil
}
