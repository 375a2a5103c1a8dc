package optimise

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/signals"
)

// Settings say what a search makes small and how it goes about it. The zero value of each field but Controllers is the
// default.
type Settings struct {
	Controllers []network.ControllerID // whose timings are searched
	Objective   Objective              // TotalDelay if zero
	Cycles      CycleRange             // DefaultCycles if zero
	Seeds       []uint64               // that every candidate is tried with; 1 to 8 if nil
	Clock       Clock                  // DefaultClock if zero
	Step        float64                // step time of trials, s; 0 means TrialStep, or the scenario's if that is longer
	Trials      int                    // most trials, those remembered included; 0 for no bound
	Workers     int                    // runs at the same time; 0 means one a processor. The result does not depend on it
	Memory      Memory                 // nil forgets
	Progress    func(Progress)         // told after every step of the search; may be nil
}

// TrialStep is the step time of trials, s. Behaviour is in seconds whatever the step, and trials are there to be compared
// with one another; runs for a verdict have the step of the scenario.
const TrialStep = 0.5

// DefaultClock returns what of a scenario is looked at if nothing else is said: a quarter of an hour to fill the streets,
// five minutes in which the plans of a trial take over, and a quarter of an hour that is measured; in proportion less in a
// shorter scenario.
func DefaultClock(s *scenarios.Scenario) Clock {
	c := Clock{Warmup: 900, Settle: 300, Horizon: 900}
	if have := float64(s.Period.End - s.Period.Begin); have < 2100 {
		scale := have / 2100
		c.Warmup, c.Settle, c.Horizon = 900*scale, 300*scale, 900*scale
	}
	return c
}

// Start is plans from which a search begins.
type Start struct {
	Name  string
	Plans []signals.Plan // of the controllers of the settings; others are left alone
}

// Progress tells how far a search is.
type Progress struct {
	Step    string  // what is being tried
	Origin  string  // how the search came by the best so far
	Best    float64 // value of the objective of the best so far
	Start   float64 // that of the best start
	Trials  int     // runs made
	Recalls int     // trials remembered from before
	Round   int
}

// Search searches.
type Search struct {
	space    *Space
	bench    *bench
	settings Settings
	best     *candidate
	begun    float64 // value of the best start
	round    int
	known    map[string]*candidate
}

// New warms up the runs of a search in city. It takes one goroutine for each of the settings' workers, for the time of the
// call only. What does not fit together is an error; ctx ends it with its error.
func New(ctx context.Context, city *scenarios.City, s *scenarios.Scenario, o scenarios.Options, set Settings) (*Search, error) {
	probe, err := scenarios.NewRun(city, s, o)
	if err != nil {
		return nil, err
	}
	present := ofControllers(probe.Plans(), set.Controllers)
	s = probe.Scenario() // with the options in it
	probe.Close()
	if set.Objective == (Objective{}) {
		set.Objective = TotalDelay
	}
	if set.Cycles == (CycleRange{}) {
		set.Cycles = DefaultCycles
	}
	if set.Clock == (Clock{}) {
		set.Clock = DefaultClock(s)
	}
	if set.Seeds == nil {
		set.Seeds = []uint64{1, 2, 3, 4, 5, 6, 7, 8}
	}
	if set.Workers == 0 {
		set.Workers = runtime.GOMAXPROCS(0)
	}
	if set.Memory == nil {
		set.Memory = forgetful{}
	}
	if err := set.check(s); err != nil {
		return nil, err
	}
	space, err := NewSpace(city.Net, present, set.Cycles)
	if err != nil {
		return nil, err
	}
	b := &bench{city: city, queues: space.Controllers(), clock: set.Clock, seeds: set.Seeds, workers: set.Workers, memory: set.Memory}
	o.Demand, o.Begin, o.End = 0, nil, nil // they are in s
	o.StepTime = cmp.Or(set.Step, max(TrialStep, s.Step))
	if err := b.warmUp(ctx, s, o); err != nil {
		b.close()
		return nil, err
	}
	return &Search{space: space, bench: b, settings: set, known: map[string]*candidate{}}, nil
}

// check returns what is wrong with complete settings.
func (set *Settings) check(s *scenarios.Scenario) error {
	c := set.Clock
	switch {
	case len(set.Seeds) < 2:
		return fmt.Errorf("%d seeds, want 2 or more: one run does not tell chance from merit", len(set.Seeds))
	case !(c.Warmup >= 0 && c.Settle >= 0 && c.Horizon >= 60):
		return fmt.Errorf("warm-up %g s, settling %g s, horizon %g s, want 0 or more, and a horizon of at least a minute", c.Warmup, c.Settle, c.Horizon)
	case c.end(s) > float64(s.Period.End)+1e-6:
		return fmt.Errorf("warm-up, settling and horizon end at %v, the scenario at %v", scenarios.Clock(int(c.end(s))), s.Period.End)
	}
	return nil
}

// ofControllers returns the plans of some controllers, in their order.
func ofControllers(plans []signals.Plan, controllers []network.ControllerID) (list []signals.Plan) {
	for _, c := range controllers {
		for i := range plans {
			if plans[i].Controller == c {
				list = append(list, plans[i])
			}
		}
	}
	return list
}

// Close ends the runs that New has warmed up.
func (s *Search) Close() { s.bench.close() }

// Present returns the plans that the controllers of the search have now.
func (s *Search) Present() []signals.Plan { return s.space.plans }

// Seeds returns the seeds that candidates are tried with.
func (s *Search) Seeds() []uint64 { return s.bench.seeds }

// Best returns the plans of the best timing found so far, its value, and how the search came by it; ok is false before
// any was tried.
func (s *Search) Best() (plans []signals.Plan, value float64, origin string, ok bool) {
	if s.best == nil {
		return nil, 0, "", false
	}
	return s.best.plans, s.best.mean(), s.best.origin, true
}

// mean returns the mean value over the seeds tried.
func (c *candidate) mean() float64 { return total(c.values) / float64(len(c.values)) }

// errEnough ends a search that has made as many trials as it may.
var errEnough = errors.New("as many trials as allowed")

// measure has candidates tried up to n seeds, as long as trials are left.
func (s *Search) measure(ctx context.Context, candidates []*candidate, n int) error {
	if most := s.settings.Trials; most > 0 && s.bench.trials+s.bench.recalls >= most {
		return errEnough
	}
	return s.bench.measure(ctx, candidates, n, s.settings.Objective)
}

// candidates makes what can be tried of timings: those that make plans that the controllers may run, each once.
func (s *Search) candidates(origin string, timings []Timing) (list []*candidate) {
	for i := range timings {
		t := &timings[i]
		s.space.mend(t)
		key := t.key()
		c := s.known[key]
		if c == nil {
			plans, err := s.space.Plans(t)
			if err != nil {
				continue // the check of plans is the judge of what may be shown
			}
			c = &candidate{timing: *t, origin: origin, plans: plans, key: key}
			s.known[key] = c
		}
		if c != s.best && !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	return list
}

// tell tells how far the search is.
func (s *Search) tell(step string) {
	if s.settings.Progress == nil {
		return
	}
	p := Progress{Step: step, Start: s.begun, Trials: s.bench.trials, Recalls: s.bench.recalls, Round: s.round}
	if s.best != nil {
		p.Best, p.Origin = s.best.mean(), s.best.origin
	}
	s.settings.Progress(p)
}

// Run searches from starts, the present plans among them or not, until nothing is found any more that is better, or until
// ctx is done, whose error it then returns, or as many trials were made as allowed. Whatever it returns, Best is the best.
func (s *Search) Run(ctx context.Context, starts []Start) error {
	err := s.begin(ctx, starts)
	for idle := 0; err == nil && idle < 2; s.round++ {
		before := s.best
		if err = s.descend(ctx); err == nil {
			err = s.evolve(ctx)
		}
		if idle++; s.best != before {
			idle = 0
		}
	}
	s.tell("done")
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// begin tries the starts and, from the best of them, cycles over the whole range.
func (s *Search) begin(ctx context.Context, starts []Start) error {
	for _, start := range starts {
		t, err := s.space.Timing(start.Plans)
		if err != nil {
			return fmt.Errorf("start %q: %w", start.Name, err)
		}
		for _, c := range s.candidates(start.Name, []Timing{t}) {
			if err := s.measure(ctx, []*candidate{c}, len(s.bench.seeds)); err != nil {
				return err
			}
			if s.best == nil || c.mean() < s.best.mean() {
				s.best = c
			}
			s.begun = s.best.mean()
			s.tell(start.Name)
		}
	}
	if s.best == nil {
		return errors.New("no plans to start from")
	}
	from := []Timing{s.best.timing, joined(&s.best.timing)}
	var lengths []float64
	for c := s.space.options.Shortest; c <= s.space.options.Longest; c += 10 {
		lengths = append(lengths, c)
	}
	for i := range from {
		if err := s.attempt(ctx, fmt.Sprintf("cycles from %g to %g s", s.space.options.Shortest, s.space.options.Longest), "cycle", append(s.space.cycles(&from[i], lengths), from[i])); err != nil {
			return err
		}
	}
	return nil
}

// joined returns t with all junctions in the common cycle.
func joined(t *Timing) Timing {
	c := t.clone()
	for i := range c.Junctions {
		if c.Junctions[i].Repeats == 0 {
			c.Junctions[i].Repeats = 1
		}
	}
	return c
}

// attempt races timings against the best.
func (s *Search) attempt(ctx context.Context, step, origin string, timings []Timing) error {
	challengers := s.candidates(origin, timings)
	if len(challengers) == 0 {
		return nil
	}
	err := s.race(ctx, s.best, challengers)
	s.tell(step)
	return err
}

// descend changes one thing after the other as long as that helps.
func (s *Search) descend(ctx context.Context) error {
	for pass := s.round; ; pass++ {
		before := s.best
		by := reach(pass)
		for _, i := range s.space.order {
			for _, move := range [...]struct {
				name string
				list func() []Timing
			}{
				{"offset", func() []Timing { return s.space.offsets(&s.best.timing, i, by) }},
				{"split", func() []Timing { return s.space.splits(&s.best.timing, i, by) }},
				{"stage order", func() []Timing { return s.space.orders(&s.best.timing, i) }},
				{"cycles of a junction", func() []Timing { return s.space.repeats(&s.best.timing, i) }},
			} {
				name := s.space.name(i)
				if err := s.attempt(ctx, move.name+", "+name, move.name, move.list()); err != nil {
					return err
				}
			}
		}
		c := s.best.timing.Cycle
		if err := s.attempt(ctx, "cycle", "cycle", s.space.cycles(&s.best.timing, []float64{c - 10, c - 5, c - 2, c + 2, c + 5, c + 10})); err != nil {
			return err
		}
		if pass >= len(shifts)-1 && s.best == before {
			return nil
		}
	}
}

// name returns what people call junction i.
func (s *Space) name(i int) string {
	if name := s.net.Controllers[s.plans[i].Controller].Name; name != "" {
		return name
	}
	return fmt.Sprintf("controller %d", s.plans[i].Controller)
}

// fewSeeds is how many seeds a generation of CMA-ES is ranked by: its ranks may err, its winners are raced with all.
const fewSeeds = 3

// idleGenerations is after how many generations without a better timing CMA-ES ends.
const idleGenerations = 10

// evolve changes everything at the same time, by CMA-ES around the best.
func (s *Search) evolve(ctx context.Context) error {
	from := s.best
	n := min(fewSeeds, len(s.bench.seeds))
	es := newCMAES(vector(&from.timing), 0.5, uint64(s.round)+1)
	for idle := 0; idle < idleGenerations && es.sigma > 0.02; idle++ {
		points := es.ask()
		values := make([]float64, len(points))
		var tried []*candidate
		of := make([]*candidate, len(points))
		for k, x := range points {
			t := at(&from.timing, x)
			s.space.mend(&t)
			if same := s.known[t.key()]; same != nil {
				of[k] = same
			} else if made := s.candidates("CMA-ES", []Timing{t}); len(made) == 1 {
				of[k] = made[0]
			}
			if of[k] != nil && !slices.Contains(tried, of[k]) {
				tried = append(tried, of[k])
			}
		}
		if err := s.measure(ctx, tried, n); err != nil {
			return err
		}
		for k := range points {
			values[k] = math.Inf(1)
			if of[k] != nil {
				values[k] = total(of[k].values[:n])
			}
		}
		es.tell(points, values)
		before := s.best
		middle := s.candidates("CMA-ES", []Timing{at(&from.timing, es.mean)})
		if len(tried) == 0 {
			continue
		}
		best := slices.MinFunc(tried, func(a, b *candidate) int {
			if total(a.values[:n]) < total(b.values[:n]) {
				return -1
			}
			return 1
		})
		if err := s.race(ctx, s.best, append(middle, best)); err != nil {
			return err
		}
		if s.best != before {
			idle = -1
		}
		s.tell(fmt.Sprintf("all together, generation %d", es.generation))
	}
	return nil
}
