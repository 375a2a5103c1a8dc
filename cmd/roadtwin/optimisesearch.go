package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"roadtwin/scenarios"
	"roadtwin/scenarios/optimise"
	"roadtwin/signals"
)

// signalsSearch is a search that is under way.
type signalsSearch struct {
	verb     *optimiseSignalsVerb
	console  *console
	city     *scenarios.City
	scenario *scenarios.Scenario
	options  scenarios.Options
	settings optimise.Settings
	kept     *optimise.Kept // nil without a results file
	begun    time.Time

	bar     *progress
	last    optimise.Progress
	written string // origin and value of the plans in the output file
	failed  error  // of writing them
	search  *optimise.Search
}

// verdictShare is the part of the budget that the search leaves to the verdict at most.
const verdictShare = 0.4

// run warms up, searches, judges and prints.
func (j *signalsSearch) run(ctx context.Context) error {
	j.bar = newProgress(j.console.err, "warming up")
	j.bar.at(0, fmt.Sprintf("%d signal controllers", len(j.settings.Controllers)))
	j.settings.Progress = j.tell
	var err error
	warming := time.Now()
	if j.search, err = optimise.New(ctx, j.city, j.scenario, j.options, j.settings); err != nil {
		j.bar.end()
		if errors.Is(err, scenarios.ErrInvalid) {
			err = mistake(err)
		}
		return err
	}
	defer j.search.Close()
	starts, err := optimise.Starts(j.search)
	if err != nil {
		j.bar.end()
		return err
	}
	searching, cancel := ctx, context.CancelFunc(func() {})
	if j.verb.Trials == 0 {
		searching, cancel = context.WithDeadline(ctx, j.begun.Add(j.verb.Budget-j.verdictTime(time.Since(warming), len(starts)+len(j.verb.Beside)+1)))
	}
	defer cancel()
	j.bar.what = "searching"
	err = j.search.Run(searching, starts)
	complete := err == nil
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		err = nil // it ends early, with what it has
	}
	if err != nil {
		j.bar.end()
		return err
	}
	rows, err := j.judge(ctx, starts)
	j.bar.end()
	if err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return errors.Join(j.failed, j.print(rows, complete))
}

// verdictTime returns how long the verdict is going to take, reckoned from what it took to warm up.
func (j *signalsSearch) verdictTime(warming time.Duration, controls int) time.Duration {
	seeds := len(j.settings.Seeds)
	if seeds == 0 {
		seeds = 8
	}
	begin, end := j.scenario.Period.Begin, j.scenario.Period.End
	whole := float64(end-begin) / math.Max(60, j.settings.Clock.Warmup)
	step := optimise.TrialStep / math.Max(0.05, j.scenario.Step)
	one := warming.Seconds() / float64(seeds) * whole * step
	need := 1.2 * one * float64(j.verb.Verdict*controls)
	return time.Duration(math.Min(need, verdictShare*j.verb.Budget.Seconds()) * float64(time.Second))
}

// tell shows how far the search is, and writes the best plans as soon as there are any better.
func (j *signalsSearch) tell(p optimise.Progress) {
	j.last = p
	share := time.Since(j.begun).Seconds() / j.verb.Budget.Seconds()
	if n := j.verb.Trials; n > 0 {
		share = float64(p.Trials+p.Recalls) / float64(n)
	}
	gain := ""
	if p.Start > 0 {
		gain = fmt.Sprintf(" (%+.1f %%)", 100*(p.Best/p.Start-1))
	}
	j.bar.at(share, fmt.Sprintf("best %.2f %s%s, %s trials, %s", p.Best, j.settings.Objective.Unit(), gain, grouped(p.Trials+p.Recalls), p.Step))
	if now := fmt.Sprint(p.Origin, p.Best); j.verb.Output != "" && now != j.written {
		j.written = now
		if plans, _, _, ok := j.search.Best(); ok {
			j.failed = writePlans(j.verb.Output, j.city.Net, plans)
		}
	}
}

// judge runs the starts and the best timing with fresh seeds.
func (j *signalsSearch) judge(ctx context.Context, starts []optimise.Start) ([]optimise.Row, error) {
	plans, _, _, ok := j.search.Best()
	if !ok || j.verb.Verdict < 2 || ctx.Err() != nil {
		return nil, ctx.Err()
	}
	judge := optimise.Judge{
		City: j.city, Scenario: j.scenario, Options: j.options, Controllers: j.settings.Controllers,
		Objective: j.settings.Objective, Workers: j.settings.Workers,
	}
	if j.kept != nil {
		judge.Memory = j.kept
	}
	var controls []optimise.Control
	for _, s := range starts {
		controls = append(controls, optimise.Fixed(s.Name, s.Plans))
	}
	for _, name := range j.verb.Beside {
		control, err := optimise.Beside(j.search, name)
		if err != nil {
			return nil, mistake(err)
		}
		controls = append(controls, control)
	}
	controls = append(controls, optimise.Fixed("optimised", plans))
	j.bar.what = "verdict"
	if j.verb.Trials == 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, j.begun.Add(j.verb.Budget+time.Minute))
		defer cancel()
	}
	seeds := optimise.FreshSeeds(j.verb.Verdict, j.search.Seeds())
	return judge.Table(ctx, controls, seeds, func(done, of int) {
		j.bar.at(float64(done)/float64(of), fmt.Sprintf("%d of %d seeds", done, of))
	})
}

// print prints what was found.
func (j *signalsSearch) print(rows []optimise.Row, complete bool) error {
	plans, best, origin, ok := j.search.Best()
	if !ok {
		return interrupted("ended before anything was tried")
	}
	out := optimised{
		Objective: j.settings.Objective.String(), Trials: j.last.Trials, Recalled: j.last.Recalls, Origin: origin,
		Start: j.last.Start, Best: best, Complete: complete, Verdict: rows, Plans: planList(j.city.Net, plans),
		Wall: time.Since(j.begun).Seconds(), CPU: scenarios.CPUTime(),
	}
	for i := range plans {
		out.Controllers = append(out.Controllers, j.city.Net.Controllers[plans[i].Controller].Name)
	}
	if j.kept != nil {
		if err := j.kept.Outcome(out); err != nil {
			return err
		}
	}
	if j.verb.JSON {
		return writeJSON(j.console.out, out)
	}
	w := j.console.out
	fmt.Fprintf(w, "\n%s: %d signal controllers, %s trials, %s (%s of processor time); objective %s, from %.2f to %.2f %s in the trials (%s)\n\n", j.scenario.Name,
		len(plans), grouped(j.last.Trials+j.last.Recalls), duration(out.Wall), duration(out.CPU), out.Objective, out.Start, best, j.settings.Objective.Unit(), origin)
	if err := j.writeTimings(plans); err != nil {
		return err
	}
	if err := writeVerdict(w, rows, j.settings.Objective); err != nil {
		return err
	}
	if j.verb.Output != "" {
		fmt.Fprintf(w, "plans: %s\n", j.verb.Output)
	}
	return nil
}

// writeTimings writes cycles, offsets and greens before and after.
func (j *signalsSearch) writeTimings(plans []signals.Plan) error {
	t := newTable(j.console.out)
	t.row("cycle s", "offset s", "greens s", "before: cycle", "offset", "greens", "")
	for i, before := range j.search.Present() {
		fmt.Fprintf(t.w, "%.0f\t%.1f\t%s\t%.0f\t%.1f\t%s\t  %s\n", plans[i].Cycle(), plans[i].Offset, greens(&plans[i]), before.Cycle(),
			before.Offset, greens(&before), j.city.Net.Controllers[before.Controller].Name)
	}
	return t.w.Flush()
}

// greens lists the greens of a plan: those of stages in another order than before in that order.
func greens(p *signals.Plan) (text string) {
	for k := range p.Stages {
		if k > 0 {
			text += "+"
		}
		text += fmt.Sprintf("%.0f", p.Stages[k].Green)
	}
	return text
}
