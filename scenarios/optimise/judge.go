package optimise

import (
	"context"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/signals"
)

// Control is a way to run the signals of an area that is judged beside others.
type Control struct {
	Name  string
	Plans []signals.Plan // that take the place of the scenario's; nil for these
	// Controls take the place of how the controllers decide; nil for that of the plans.
	Controls []signals.Control
	// Scenario is run in place of that of the others, if set: for controllers that are no fixed plans.
	Scenario *scenarios.Scenario
	Key      string // under which runs are remembered; equal keys have equal runs. "" for the plans'
}

// Judge compares controls by whole runs of a scenario.
type Judge struct {
	City        *scenarios.City
	Scenario    *scenarios.Scenario
	Options     scenarios.Options
	Controllers []network.ControllerID // whose queues are measured
	Objective   Objective
	Workers     int
	Memory      Memory
}

// FreshSeeds returns n seeds that are none of used: for a verdict on what a search with used has found.
func FreshSeeds(n int, used []uint64) (fresh []uint64) {
	highest := uint64(0)
	for _, seed := range used {
		highest = max(highest, seed)
	}
	for len(fresh) < n {
		highest++
		fresh = append(fresh, highest)
	}
	return fresh
}

// Row is what a control came to.
type Row struct {
	Name  string `json:"name"`
	Delay Mean   `json:"delay_s"`  // a trip
	Stops Mean   `json:"stops"`    // a trip
	Queue Mean   `json:"queue"`    // mean queue on an approach, vehicles
	Long  Mean   `json:"queue_95"` // 95th percentile of the longest lane's queue, mean over approaches, vehicles
	// Against is what the last control of the table gains on this one, in the objective: its value less this one's.
	Against Mean       `json:"last_against_this"`
	Runs    []Measures `json:"runs"` // by seed
}

// Mean is a mean over seeds with its 95 % confidence interval by Student's t.
type Mean struct {
	Value float64    `json:"mean"`
	CI    [2]float64 `json:"ci95"`
	N     int        `json:"n"`
}

// meanOf returns the mean of values.
func meanOf(values []float64) Mean {
	n := float64(len(values))
	m := Mean{Value: total(values) / n, N: len(values)}
	squares := 0.0
	for _, v := range values {
		squares += (v - m.Value) * (v - m.Value)
	}
	half := math.Inf(1)
	if len(values) > 1 {
		t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 1}.Quantile(0.975)
		half = t * math.Sqrt(squares/(n-1)/n)
	}
	m.CI = [2]float64{m.Value - half, m.Value + half}
	return m
}

// Shown tells whether the interval leaves out 0: whether a difference can be shown.
func (m Mean) Shown() bool { return m.CI[0] > 0 || m.CI[1] < 0 }

// Table runs every control with every seed, and compares the last with all others, seed by seed. When ctx is done it
// returns the rows over the seeds with which all controls were run, with the error of ctx; none if these are fewer than two.
func (j *Judge) Table(ctx context.Context, controls []Control, seeds []uint64, progress func(done, of int)) ([]Row, error) {
	b := &bench{city: j.City, workers: max(1, j.Workers), memory: j.Memory}
	if b.memory == nil {
		b.memory = forgetful{}
	}
	runs := make([][]Measures, len(controls))
	var failed error
	for done := 0; done < len(seeds) && failed == nil; {
		block := seeds[done:min(len(seeds), done+max(1, b.workers))]
		var made [][]Measures
		if made, failed = j.block(ctx, b, controls, block); failed != nil {
			break
		}
		for c := range controls {
			runs[c] = append(runs[c], made[c]...)
		}
		done += len(block)
		if progress != nil {
			progress(done, len(seeds))
		}
	}
	if failed != nil && !errors.Is(failed, ctx.Err()) || len(runs) == 0 || len(runs[0]) < 2 {
		return nil, failed
	}
	return j.rows(controls, runs), failed
}

// block runs every control with each of some seeds.
func (j *Judge) block(ctx context.Context, b *bench, controls []Control, seeds []uint64) ([][]Measures, error) {
	made, have := make([][]Measures, len(controls)), make([][]bool, len(controls))
	for c := range controls {
		made[c], have[c] = make([]Measures, len(seeds)), make([]bool, len(seeds))
		for i, seed := range seeds {
			made[c][i], have[c][i] = b.memory.Recall(controls[c].Key, seed, true)
		}
	}
	err := b.each(ctx, len(controls)*len(seeds), func(k int) (err error) {
		c, i := k/len(seeds), k%len(seeds)
		if !have[c][i] {
			made[c][i], err = j.whole(ctx, &controls[c], seeds[i])
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for c := range controls {
		for i, seed := range seeds {
			if have[c][i] {
				continue
			}
			if err := b.memory.Keep(controls[c].Key, controls[c].Name, nil, seed, true, made[c][i]); err != nil {
				return nil, fmt.Errorf("keeping a run: %w", err)
			}
		}
	}
	return made, nil
}

// whole makes a run of the whole scenario.
func (j *Judge) whole(ctx context.Context, c *Control, seed uint64) (Measures, error) {
	o := j.Options
	o.Seed, o.Workers = seed, 1
	o.Plans, o.Controls = c.Plans, c.Controls
	s := j.Scenario
	if c.Scenario != nil {
		s = c.Scenario
	}
	r, err := scenarios.NewRun(j.City, s, o)
	if err != nil {
		return Measures{}, fmt.Errorf("%s: %w", c.Name, err)
	}
	defer r.Close()
	g := newGauge(r, j.Controllers)
	r.Watch(g)
	if err := drive(ctx, r, r.End()); err != nil {
		return Measures{}, err
	}
	return g.read(), nil
}

// rows adds up what runs, by control and seed, came to.
func (j *Judge) rows(controls []Control, runs [][]Measures) []Row {
	rows := make([]Row, len(controls))
	last := runs[len(runs)-1]
	for c := range rows {
		of := func(measure func(i int) float64) Mean {
			values := make([]float64, len(runs[c]))
			for i := range values {
				values[i] = measure(i)
			}
			return meanOf(values)
		}
		m := runs[c]
		rows[c] = Row{
			Name: controls[c].Name, Runs: m,
			Delay:   of(func(i int) float64 { return m[i].Delay }),
			Stops:   of(func(i int) float64 { return m[i].Stops }),
			Queue:   of(func(i int) float64 { return m[i].Queue }),
			Long:    of(func(i int) float64 { return m[i].Long }),
			Against: of(func(i int) float64 { return j.Objective.Of(&last[i]) - j.Objective.Of(&m[i]) }),
		}
	}
	return rows
}

// Deciding returns controllers that decide by themselves as a control.
func Deciding(name string, controls []signals.Control) Control {
	return Control{Name: name, Controls: controls, Key: hashOf(controls)}
}

// Fixed returns fixed plans as a control.
func Fixed(name string, plans []signals.Plan) Control {
	return Control{Name: name, Plans: plans, Key: hashOf(plans)}
}
