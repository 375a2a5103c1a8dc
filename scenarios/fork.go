package scenarios

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
)

// Fork returns another world in the state of snapshot, which must come from this run's world: with the same streets, drivers and
// weather, and signals of their own. plans are signal plans to which the controllers go over from then on, as they do when somebody
// changes a plan: at the end of a cycle, by way of an intergreen; nil leaves them. Who asks closes it.
func (r *Run) Fork(snapshot *traffic.Snapshot, plans []signals.Plan) (*traffic.World, error) {
	w, cfg, err := r.fork(snapshot, r.plans)
	if err != nil {
		return nil, err
	}
	for i := range plans {
		if slices.ContainsFunc(r.plans, func(p signals.Plan) bool { return reflect.DeepEqual(p, plans[i]) }) {
			continue
		}
		if err := cfg.Signals.SetPlan(plans[i]); err != nil {
			w.Close()
			return nil, fmt.Errorf("fork: %w", err)
		}
	}
	return w, nil
}

// fork returns a world as Fork does, and what it was made with: signals and weather of its own among it.
func (r *Run) fork(snapshot *traffic.Snapshot, plans []signals.Plan) (w *traffic.World, cfg traffic.Config, err error) {
	cfg = r.cfg
	if cfg.Signals, err = signals.New(r.city.Net, plans, r.controls...); err != nil {
		return nil, cfg, fmt.Errorf("fork: %w", err)
	}
	if cfg.Weather, err = r.scenario.skies(r.city.Net); err != nil {
		return nil, cfg, fmt.Errorf("fork: %w", err)
	}
	cfg.Workers = 1
	if w, err = traffic.New(cfg); err != nil {
		return nil, cfg, fmt.Errorf("fork: %w", err)
	}
	if err := w.Restore(snapshot); err != nil {
		w.Close()
		return nil, cfg, fmt.Errorf("fork: %w", err)
	}
	return w, cfg, nil
}

// Checkpoint is the state of a run at a moment. Any number of runs can go on from it, at the same time too.
type Checkpoint struct {
	run      *Run
	at       float64 // s after midnight
	world    *traffic.Snapshot
	meter    *meter
	agenda   []appointment
	commands []CommandRecord
}

// Checkpoint returns the state of the run now. The run may go on, but must not be closed before those that Resume it
// have begun.
func (r *Run) Checkpoint() *Checkpoint {
	return &Checkpoint{r, r.world.Time(), r.world.Snapshot(), r.meter.clone(), slices.Clone(r.agenda), slices.Clone(r.commands)}
}

// Resume returns a run that goes on from c with the same seed, events and weather, on one goroutine and without
// observers. From now on the controllers of plans run these in place of theirs, as if somebody had put them in by hand:
// each changes over safely, at the end of its cycle. Who asks closes it.
func (c *Checkpoint) Resume(plans []signals.Plan) (*Run, error) {
	r := *c.run
	r.meter, r.agenda, r.commands = c.meter.clone(), slices.Clone(c.agenda), slices.Clone(c.commands)
	r.asked, r.observers = nil, nil
	r.plans = replaced(slices.Clone(r.plans), plans)
	r.clock = startWatch(time.Now(), CPUTime)
	var err error
	if r.world, r.cfg, err = c.run.fork(c.world, c.run.plans); err != nil {
		return nil, err
	}
	r.weather = r.cfg.Weather
	for i := range plans {
		if err := r.cfg.Signals.SetPlan(plans[i]); err != nil {
			r.world.Close()
			return nil, fmt.Errorf("resume: %w", err)
		}
	}
	return &r, nil
}

// Restore sets r back to c, which comes from r itself or from a run of the same city, scenario and seed: with no new world to be made it is
// quicker than Resume. On an error r is as it was.
func (r *Run) Restore(c *Checkpoint) error {
	if c.run.city != r.city || c.run.seed != r.seed || c.run.scenario.Name != r.scenario.Name || len(c.run.plans) != len(r.plans) {
		return fmt.Errorf("restore: a checkpoint of %q with seed %d, want of %q with seed %d", c.run.scenario.Name, c.run.seed, r.scenario.Name, r.seed)
	}
	if err := r.world.Restore(c.world); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	r.meter, r.agenda, r.commands = c.meter.clone(), slices.Clone(c.agenda), slices.Clone(c.commands)
	return nil
}

// Time returns the moment of the checkpoint, s after midnight.
func (c *Checkpoint) Time() float64 { return c.at }

// Size returns about how many bytes the checkpoint takes: a kilobyte a trip, measured on the demo.
func (c *Checkpoint) Size() int { return 1000 * len(c.meter.trips) }

// Rewind takes the run back to c, a checkpoint of its own, from where it goes on as it did before until a time, s after midnight: what
// clients asked for until then they ask for again, at the same steps, and what they asked for later is forgotten. A run that
// somebody watches cannot go back: what a Recorder has written cannot be unwritten. On an error the run is as it was.
func (r *Run) Rewind(c *Checkpoint, to float64) error {
	if len(r.observers) > 0 {
		return errors.New("the run is being recorded, so it cannot go back")
	}
	var again []CommandRecord
	for _, done := range r.commands[len(c.commands):] {
		if done.By != byScenario {
			again = append(again, done)
		}
	}
	again = append(again, r.asked...)
	if err := r.Restore(c); err != nil {
		return err
	}
	r.asked = slices.DeleteFunc(again, func(a CommandRecord) bool { return a.since() > to-r.scenario.Step/2 })
	return nil
}
