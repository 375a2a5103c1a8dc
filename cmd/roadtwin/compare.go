package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"roadtwin/scenarios"
	"roadtwin/scenarios/compare"
	"roadtwin/scenarios/results"
)

// compareVerb is "roadtwin compare".
type compareVerb struct {
	Results string `arg:"" help:"The results (--db) of runs."`

	Base     string   `default:"base" placeholder:"NAME" help:"The variant to compare with."`
	With     []string `placeholder:"NAMES" help:"The variants to compare; default: all others."`
	Measure  []string `placeholder:"NAMES" help:"The measures to compare; default: the usual ones. They are listed below."`
	By       string   `default:"whole" enum:"whole,edge,street,class,place" help:"What to add up over: whole, edge, street, class (of road), or place (the areas and corridors of the scenario)."`
	Times    bool     `help:"Tell the intervals of time apart."`
	Correct  string   `placeholder:"HOW" help:"Adjust p values for their number: holm (default for whole), bh (Benjamini-Hochberg; default for places and times) or none."`
	Interact []string `name:"interaction" placeholder:"A,B,BOTH" help:"Whether variants A and B together do more or less than the sum of what each does: BOTH is the variant with both. Default: those that the file builds on two others (from: [A, B])."`
	Scenario string   `placeholder:"NAME" help:"The scenario, where the file has several; default: that of the newest run."`
	Top      int      `default:"20" placeholder:"N" help:"Show at most so many places of each measure; --json has all."`
	JSON     bool     `name:"json" help:"Print the comparisons as JSON."`
}

// Help is shown by "roadtwin compare --help".
func (compareVerb) Help() string {
	var b strings.Builder
	b.WriteString(`Example:

  roadtwin compare results.db --base base --with retimed,both
  roadtwin compare results.db --with retimed --measure delay_h,queue_mean --by street
  roadtwin compare results.db --interaction retimed,staggered,both

Runs are paired by seed. An interval that contains 0 after p values were adjusted for the number of comparisons is told as "no
difference can be shown", which is not the same as that there is none.

Measures of whole runs:

`)
	for _, m := range scenarios.RunMeasures() {
		fmt.Fprintf(&b, "  %-22s %s\n", m.Name, withUnit(m.Text, m.Unit))
	}
	b.WriteString("\nMeasures of places and times (--by other than whole, --times):\n\n")
	for _, m := range compare.PlaceMeasures {
		fmt.Fprintf(&b, "  %-22s %s\n", m.Name, withUnit(m.Text, m.Unit))
	}
	return b.String()
}

func withUnit(text, unit string) string {
	if unit == "" {
		return text
	}
	return text + ", " + unit
}

// compared is what "roadtwin compare --json" prints.
type compared struct {
	Scenario   string        `json:"scenario"`
	Base       string        `json:"base"`
	Level      string        `json:"level"`
	Confidence float64       `json:"confidence"`
	Correction string        `json:"correction"`
	Compared   int           `json:"comparisons"` // the p values were adjusted for
	Measures   []compare.Row `json:"measures"`
	Interact   []compare.Row `json:"interaction,omitempty"` // base: the sum of the single effects; variant: the joint one
	Notes      []string      `json:"notes"`
}

// Run compares variants.
func (v *compareVerb) Run(ctx context.Context, c *console) error {
	db, err := results.Open(v.Results)
	if err != nil {
		return mistake(err)
	}
	defer db.Close()
	groups, err := compare.Groups(ctx, db)
	if err != nil {
		return err
	}
	groups, notes := compare.Newest(groups, v.Scenario)
	q, err := v.query(groups)
	if err != nil {
		return mistake(err)
	}
	answer := compared{
		Scenario: q.Base.Scenario, Base: q.Base.Variant, Level: v.By, Confidence: 0.95, Correction: string(q.Correct),
		Notes: append(notes, v.doubts(&q)...), Measures: []compare.Row{},
	}
	if len(q.With) > 0 {
		if answer.Measures, err = compare.Compare(ctx, db, q); err != nil {
			return mistake(err)
		}
	}
	answer.Compared = len(answer.Measures)
	designs, err := v.designs(groups, &q)
	if err != nil {
		return mistake(err)
	}
	for _, d := range designs {
		rows, err := v.interaction(d, &q)
		if err != nil {
			return mistake(err)
		}
		answer.Interact = append(answer.Interact, rows...)
	}
	if v.JSON {
		return writeJSON(c.out, answer)
	}
	return v.write(c.out, &answer, q.Correct)
}

// query returns what is to be compared.
func (v *compareVerb) query(groups []*compare.Group) (q compare.Query, err error) {
	q = compare.Query{Level: compare.Level(v.By), Times: v.Times, Measures: v.Measure}
	usual := compare.Holm
	if v.By != "whole" || v.Times {
		usual = compare.BenjaminiHochberg
	}
	if q.Correct, err = compare.ParseCorrection(cmp.Or(v.Correct, string(usual))); err != nil {
		return q, err
	}
	if v.Top < 1 {
		return q, fmt.Errorf("--top %d, want 1 or more", v.Top)
	}
	if q.Base, err = compare.Named(groups, v.Base); err != nil {
		return q, fmt.Errorf("--base: %w", err)
	}
	for _, name := range v.With {
		g, err := compare.Named(groups, name)
		if err != nil {
			return q, fmt.Errorf("--with: %w", err)
		}
		if g == q.Base {
			return q, fmt.Errorf("--with: %s is the base", name)
		}
		q.With = append(q.With, g)
	}
	if len(v.With) == 0 {
		q.With = slices.DeleteFunc(slices.Clone(groups), func(g *compare.Group) bool { return g == q.Base })
	}
	if len(q.With) == 0 {
		return q, errors.New("there is one variant only, and nothing to compare it with; run others: roadtwin run SCENARIO --variants all --db FILE")
	}
	return q, nil
}

// doubts returns what a reader should know of the runs that are compared.
func (v *compareVerb) doubts(q *compare.Query) (notes []string) {
	for _, g := range q.With {
		if g.Version != q.Base.Version {
			notes = append(notes, fmt.Sprintf("%s was run by version %s, %s by %s: the difference may be that of the programs", g.Variant, g.Version, q.Base.Variant, q.Base.Version))
		}
		if n := len(g.Runs); n != len(q.Base.Runs) {
			notes = append(notes, fmt.Sprintf("%s has %d seeds, %s has %d; those that both have are compared", g.Variant, n, q.Base.Variant, len(q.Base.Runs)))
		}
	}
	return notes
}

// designs returns the 2x2 designs whose interactions are told: the one asked for, else those of the file among what is compared.
func (v *compareVerb) designs(groups []*compare.Group, q *compare.Query) ([][]*compare.Group, error) {
	if len(v.Interact) == 0 {
		if v.By != "whole" || v.Times {
			return nil, nil
		}
		return compare.Designs(q.Base, q.With), nil
	}
	if len(v.Interact) != 3 {
		return nil, fmt.Errorf("--interaction names %d variants, want three: A,B,BOTH", len(v.Interact))
	}
	design := []*compare.Group{q.Base}
	for _, name := range v.Interact {
		g, err := compare.Named(groups, name)
		if err != nil {
			return nil, fmt.Errorf("--interaction: %w", err)
		}
		design = append(design, g)
	}
	return [][]*compare.Group{design}, nil
}

// interaction returns what two variants do together beyond the sum of what each does.
func (v *compareVerb) interaction(design []*compare.Group, q *compare.Query) ([]compare.Row, error) {
	measures := v.Measure
	if v.By != "whole" || v.Times || len(measures) == 0 {
		measures = compare.Interacting
	}
	return compare.Interactions(measures, design, q.Correct)
}

// write prints the comparisons for people.
func (v *compareVerb) write(w io.Writer, a *compared, how compare.Correction) error {
	fmt.Fprintf(w, "\n%s: against %s, paired by seed, 95 %% intervals; %d comparisons, correction %v\n", a.Scenario, a.Base, a.Compared, how)
	for _, note := range a.Notes {
		fmt.Fprintf(w, "note: %s\n", note)
	}
	if v.By == "whole" && !v.Times {
		fmt.Fprintln(w)
		if err := writeRows(w, a.Measures, false); err != nil {
			return err
		}
	} else if err := v.writePlaces(w, a.Measures); err != nil {
		return err
	}
	if len(a.Interact) == 0 {
		return nil
	}
	fmt.Fprint(w, "\ntwo variants together against the sum of what each does alone; base is that sum, variant the joint effect\n\n")
	return writeRows(w, a.Interact, false)
}

// writePlaces prints those places of each measure and variant that differ most.
func (v *compareVerb) writePlaces(w io.Writer, rows []compare.Row) error {
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].Name == rows[0].Name && rows[n].With == rows[0].With {
			n++
		}
		part, name, with := slices.Clone(rows[:n]), rows[0].Name, rows[0].With
		rows = rows[n:]
		all := len(part)
		part = slices.DeleteFunc(part, func(r compare.Row) bool { return r.Verdict == compare.Equal })
		slices.SortStableFunc(part, func(a, b compare.Row) int { return cmp.Compare(math.Abs(b.Difference), math.Abs(a.Difference)) })
		fmt.Fprintf(w, "\n%s, %s: %s\n", name, with, placesHead(all, len(part), min(v.Top, len(part))))
		if len(part) == 0 {
			continue
		}
		if err := writeRows(w, part[:min(v.Top, len(part))], true); err != nil {
			return err
		}
	}
	return nil
}

// writeRows prints comparisons as a table.
func writeRows(w io.Writer, rows []compare.Row, places bool) error {
	t := newTable(w)
	heads := []string{"measure", "with", "base", "variant", "difference", "95 % interval", "%", "pairs", "p adjusted"}
	if places {
		heads = append(heads, "time")
	}
	fmt.Fprintf(t.w, "%s\t\n", strings.Join(append(heads, "  "), "\t"))
	for i := range rows {
		r := &rows[i]
		digits := digitsOf(r)
		number := func(x float64) string { return fmt.Sprintf("%.*f", digits, x) }
		share := "-"
		if r.Base != 0 {
			share = fmt.Sprintf("%+.1f", 100*r.Difference/math.Abs(r.Base))
		}
		interval := "unknown"
		if !math.IsInf(r.CI95[0], 0) {
			interval = fmt.Sprintf("%+.*f to %+.*f", digits, r.CI95[0], digits, r.CI95[1])
		}
		cells := []string{r.Name, r.With, number(r.Base), number(r.Variant), fmt.Sprintf("%+.*f", digits, r.Difference), interval, share, fmt.Sprint(r.Pairs), pText(r.PAdjusted)}
		tail := verdictText(r)
		if places {
			cells = append(cells, timeOf(r))
			tail += "  " + placeText(r)
		}
		fmt.Fprintf(t.w, "%s\t  %s\n", strings.Join(cells, "\t"), tail)
	}
	return t.w.Flush()
}

// placesHead says how many places differ.
func placesHead(all, differ, shown int) string {
	switch {
	case differ == 0:
		return fmt.Sprintf("of %s places and times none can be shown to differ", grouped(all))
	case shown < differ:
		return fmt.Sprintf("of %s places and times %s differ; the %d that differ most:", grouped(all), grouped(differ), shown)
	}
	return fmt.Sprintf("of %s places and times %s differ:", grouped(all), grouped(differ))
}

func timeOf(r *compare.Row) string {
	if r.Begin == 0 {
		return ""
	}
	return scenarios.Clock(int(r.Begin)).String()
}

func placeText(r *compare.Row) string {
	switch {
	case r.Place == "":
		return ""
	case r.Label == "":
		return r.Place
	}
	return fmt.Sprintf("%s (%s)", r.Label, r.Place)
}

// digitsOf returns how many digits behind the point show a difference to three digits or so.
func digitsOf(r *compare.Row) int {
	size := math.Max(math.Abs(r.Difference), 0.01*math.Max(math.Abs(r.Base), math.Abs(r.Variant)))
	if !(size > 0) {
		return 0
	}
	return min(max(0, 2-int(math.Floor(math.Log10(size)))), 4)
}

func pText(p float64) string {
	if p < 0.001 {
		return "< 0.001"
	}
	return fmt.Sprintf("%.3f", p)
}

// verdictText says what a comparison comes to.
func verdictText(r *compare.Row) string {
	good := ""
	switch {
	case r.Verdict == compare.Equal:
		return string(r.Verdict)
	case r.Better != 0 && (r.Difference > 0) == (r.Better > 0):
		good = ", better"
	case r.Better != 0:
		good = ", worse"
	}
	return string(r.Verdict) + good
}
