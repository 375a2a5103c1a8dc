package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"roadtwin/scenarios"
	"roadtwin/scenarios/results"
	"roadtwin/scenarios/why"
)

// check returns what is wrong with the flags.
func (v *whyVerb) check() error {
	switch {
	case v.All && v.Crash != 0:
		return errors.New("--all goes without --crash")
	case v.All && v.Page != "":
		return errors.New("--page goes with --crash only")
	case !v.All && (v.OfRun != 0 || v.Jobs != 0):
		return errors.New("--run and --jobs go with --all only")
	case v.Jobs < 0:
		return fmt.Errorf("--jobs %d, want 1 or more", v.Jobs)
	}
	return nil
}

// asked is what "roadtwin why --all --json" tells of one crash: the answer without its trajectories.
type asked struct {
	Crash int64       `json:"crash"`
	Run   int64       `json:"run"`
	Error string      `json:"error,omitempty"`
	Why   *why.Answer `json:"why"`
}

// explainAll asks of all crashes of the results, or of one run of them. When it is interrupted it tells what is known.
func (v *whyVerb) explainAll(ctx context.Context, c *console, db *results.DB, all []keptCrash) error {
	if v.OfRun != 0 {
		all = slices.DeleteFunc(all, func(k keptCrash) bool { return k.run != v.OfRun })
	}
	if len(all) == 0 && !v.JSON {
		_, err := fmt.Fprintf(c.out, "no crash in %s\n", v.DB)
		return err
	}
	told := []asked{}
	var sum why.Sum
	bar := newProgress(c.err, "crashes")
	err := v.askRuns(ctx, c, db, all, bar, func(k keptCrash, a *why.Answer, err error) {
		x := asked{Crash: k.ID, Run: k.run, Why: a}
		switch {
		case err == nil:
			sum.Add(a)
			withoutPaths(a)
		case errors.Is(err, why.ErrNotThere):
			sum.NotThere++
			fallthrough
		default:
			x.Error = err.Error()
		}
		told = append(told, x)
	})
	bar.end()
	slices.SortFunc(told, func(a, b asked) int { return cmp.Compare(a.Crash, b.Crash) })
	if v.JSON {
		return errors.Join(writeJSON(c.out, struct {
			Crashes []asked `json:"crashes"`
			Sum     why.Sum `json:"sum"`
		}{told, sum}), err)
	}
	return errors.Join(writeAsked(c.out, told, &sum), err)
}

// askRuns asks of the crashes run by run, in the order of the runs.
func (v *whyVerb) askRuns(ctx context.Context, c *console, db *results.DB, all []keptCrash, bar *progress,
	told func(keptCrash, *why.Answer, error),
) error {
	done := 0
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].run == all[0].run {
			n++
		}
		part, rest := all[:n], all[n:]
		r, err := scenarios.ReopenAt(ctx, db, part[0].run, v.from(part), v.Threads, c.tell)
		if err != nil {
			return mistakeIfInvalid(err)
		}
		asks := make([]why.Ask, n)
		for i := range part {
			asks[i] = v.ask(&part[i])
		}
		total := float64(done + len(all))
		err = why.ExplainAll(ctx, r, asks, cmp.Or(v.Jobs, runtime.GOMAXPROCS(0)), func(k int, a *why.Answer, err error) { told(part[k], a, err) },
			func(share float64) {
				bar.at((float64(done)+share*float64(n))/total, fmt.Sprintf("run %d", part[0].run))
			})
		r.Close()
		if err != nil {
			return err
		}
		done, all = done+n, rest
	}
	return nil
}

// from returns the time in s after midnight from when on a run is made again for crashes.
func (v *whyVerb) from(crashes []keptCrash) float64 {
	if v.FromStart {
		return 0
	}
	first := crashes[0].Time
	for i := range crashes {
		first = min(first, crashes[i].Time)
	}
	return first - v.Before - 1
}

// withoutPaths takes the trajectories off an answer: for many crashes they are too much.
func withoutPaths(a *why.Answer) {
	a.AsItWas = nil
	for i := range a.Factors {
		a.Factors[i].Path = nil
	}
}

// writeAsked writes a line for each crash, and what they come to.
func writeAsked(w io.Writer, told []asked, sum *why.Sum) error {
	for i := range told {
		if err := writeLine(w, &told[i]); err != nil {
			return err
		}
	}
	if sum.Crashes+sum.NotThere == 0 {
		return nil // interrupted before the first
	}
	fmt.Fprintf(w, "\n%s crashes: %s would have been prevented by one change alone, %s by none of those tried; full braking would have come too late for %s\n",
		grouped(sum.Crashes), grouped(sum.Explained), grouped(sum.Not), grouped(sum.BrakesLate))
	if sum.NotThere > 0 {
		fmt.Fprintf(w, "%s did not happen when the run was made again: the program, the map or a file is another\n", grouped(sum.NotThere))
	}
	t := newTable(w)
	fmt.Fprintln(w)
	t.row("prevents", "of", "alone", "")
	for _, f := range sum.Factors {
		if f.Asked > 0 {
			fmt.Fprintf(t.w, "%d\t%d\t%d\t  if %s\n", f.Prevented, f.Asked, f.Alone, f.Says)
		}
	}
	return t.w.Flush()
}

// writeLine writes what is known of one crash.
func writeLine(w io.Writer, x *asked) error {
	a := x.Why
	if a == nil {
		_, err := fmt.Fprintf(w, "crash %d: %s\n", x.Crash, x.Error)
		return err
	}
	what := "left the road"
	if a.Struck != nil {
		what = fmt.Sprintf("ran into %s %d", strings.ReplaceAll(a.Struck.Class, "_", " "), a.Struck.Trip)
	}
	var prevents []string
	for i := range a.Factors {
		if a.Factors[i].Prevented {
			prevents = append(prevents, a.Factors[i].Name)
		}
	}
	verdict := "nothing tried prevents it"
	if len(prevents) > 0 {
		verdict = "prevented by " + strings.Join(prevents, ", ")
	}
	_, err := fmt.Fprintf(w, "crash %d: %s, %s, %s %d %s at %.0f km/h: %s\n", x.Crash, scenarios.Clock(int(a.Time)), a.Place,
		strings.ReplaceAll(a.Striking.Class, "_", " "), a.Striking.Trip, what, 3.6*a.ClosingSpeed, verdict)
	return err
}
