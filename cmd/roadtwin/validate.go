package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"roadtwin/scenarios/validation"
)

// validateVerb is "roadtwin validate".
type validateVerb struct {
	Output string   `short:"o" placeholder:"FILE" help:"Write the page of all cases here (HTML)."`
	Only   []string `placeholder:"ID,..." help:"Measure only these cases, C4,S1 for instance."`
	DT     float64  `name:"dt" placeholder:"SECONDS" help:"Step time, 0.05 to 0.5 s, to see what depends on it (default: 0.2)."`
	JSON   bool     `name:"json" help:"Print the results as JSON."`
}

// Help is shown by "roadtwin validate --help".
func (validateVerb) Help() string {
	return `Measures the program against published facts, and tells for each what was expected, by whom, and what it got.
Traffic is measured through the engine with the one default set of drivers. Exit code 1 if a case fails.

Example:

  roadtwin validate -o validation.html
  roadtwin validate --only C4,S1 --json
  roadtwin validate --dt 0.1`
}

// validated is what "roadtwin validate --json" prints.
type validated struct {
	Passed int                 `json:"passed"`
	Failed int                 `json:"failed"`
	Others int                 `json:"others"` // not yet in the program, without data, or aborted
	WallS  float64             `json:"wall_s"`
	Cases  []validation.Result `json:"cases"`
}

// Run measures and prints what it has, also when it is interrupted.
func (v *validateVerb) Run(ctx context.Context, c *console) error {
	if v.DT != 0 && !(v.DT >= 0.05 && v.DT <= 0.5) {
		return mistake(fmt.Errorf("--dt: %g s; want 0.05 to 0.5", v.DT))
	}
	cases, err := v.cases()
	if err != nil {
		return mistake(err)
	}
	begun := time.Now()
	bar := newProgress(c.err, "validating")
	done := 0
	results := validation.Run(ctx, cases, v.DT, func(r validation.Result) {
		done++
		bar.tell(fmt.Sprintf("%-4s %-7s %5.1f s  %s", r.ID, r.Verdict, r.Seconds, r.What))
		bar.at(float64(done)/float64(len(cases)), "")
	})
	bar.end()
	sum := validated{Cases: results, WallS: time.Since(begun).Seconds()}
	for i := range results {
		switch results[i].Verdict {
		case validation.Pass:
			sum.Passed++
		case validation.Fail:
			sum.Failed++
		default:
			sum.Others++
		}
	}
	return errors.Join(ctx.Err(), v.write(c, &sum), verdict(&sum))
}

// cases returns what is to be measured.
func (v *validateVerb) cases() ([]validation.Case, error) {
	all := validation.Cases()
	if len(v.Only) == 0 {
		return all, nil
	}
	var ids []string
	for i := range all {
		ids = append(ids, all[i].ID)
	}
	var chosen []validation.Case
	for _, id := range v.Only {
		i := slices.IndexFunc(ids, func(have string) bool { return strings.EqualFold(have, id) })
		if i < 0 {
			return nil, fmt.Errorf("no case %s; there are %s", id, strings.Join(ids, ", "))
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

func (v *validateVerb) write(c *console, sum *validated) error {
	if v.Output != "" {
		page := validation.AppendPage(nil, sum.Cases, version(), time.Now())
		if err := os.WriteFile(v.Output, page, 0o644); err != nil { //nolint:gosec // a page is for everybody to read
			return err
		}
	}
	if v.JSON {
		return writeJSON(c.out, sum)
	}
	for i := range sum.Cases {
		r := &sum.Cases[i]
		fmt.Fprintf(c.out, "\n%s  %s: %s (%s, %s)\n", r.ID, r.Verdict, r.What, r.Kind, r.Source)
		if r.Problem != "" {
			fmt.Fprintf(c.out, "    %s\n", r.Problem)
		}
		for k := range r.Measures {
			fmt.Fprintf(c.out, "    %s\n", r.Measures[k].String())
		}
	}
	fmt.Fprintf(c.out, "\n%d of %d cases pass, %d fail, %d could not be judged; %.0f s\n", sum.Passed, len(sum.Cases), sum.Failed, sum.Others, sum.WallS)
	if v.Output != "" {
		fmt.Fprintf(c.out, "page: %s\n", v.Output)
	}
	return nil
}

// verdict is an error if a case fails or could not be measured for an error.
func verdict(sum *validated) error {
	var bad []string
	for i := range sum.Cases {
		if v := sum.Cases[i].Verdict; v == validation.Fail || v == validation.Aborted {
			bad = append(bad, sum.Cases[i].ID)
		}
	}
	if len(bad) == 0 {
		return nil
	}
	return fmt.Errorf("cases that fail: %s", strings.Join(bad, ", "))
}
