package validation

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"roadtwin/scenarios/report"
)

// Kind says what agreement with a case means.
type Kind string

// The kinds.
const (
	Exact       Kind = "exact"       // a formula: deviations are errors of the program
	Calibration Kind = "calibration" // parameters may be chosen for it
	Emergent    Kind = "emergent"    // must come out by itself
	Bound       Kind = "bound"       // must lie on one side
	Check       Kind = "check"       // another model of the same thing, or a secondary source
)

// Verdict is what became of a case.
type Verdict string

// The verdicts.
const (
	Pass    Verdict = "pass"
	Fail    Verdict = "fail"
	NotYet  Verdict = "not yet" // the program lacks what would be measured
	NoData  Verdict = "no data" // the published table is not beside the repository
	Aborted Verdict = "aborted" // an error, or an interruption
)

// Number is a number that may be missing or without bound; JSON has null for it then.
type Number float64

// MarshalJSON writes null for what is not finite.
func (n Number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(n)) || math.IsInf(float64(n), 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// Measure is one number of a case.
type Measure struct {
	What string `json:"what"`
	Unit string `json:"unit,omitempty"`
	Want Number `json:"expected"` // null if there is only a range
	Low  Number `json:"low"`      // of what is accepted; null without bound
	High Number `json:"high"`
	Got  Number `json:"got"`
	CI   Number `json:"ci95,omitempty"` // half width of the 95 % confidence interval of Got over seeds; 0 without chance
	OK   bool   `json:"ok"`
	// Extra is told beside the case and does not count for its verdict.
	Extra bool `json:"extra,omitempty"`
}

// Result is what a case came to.
type Result struct {
	ID        string        `json:"id"`
	Area      string        `json:"area"`
	What      string        `json:"what"`
	Expected  string        `json:"expected"`
	Tolerance string        `json:"tolerance"`
	Kind      Kind          `json:"kind"`
	Source    string        `json:"source"`
	How       string        `json:"how"`
	Note      string        `json:"note,omitempty"` // what a reader must know of the number, or why it is off
	Verdict   Verdict       `json:"verdict"`
	Problem   string        `json:"problem,omitempty"` // of NotYet, NoData and Aborted
	Measures  []Measure     `json:"measures"`
	Figures   []report.Plot `json:"-"`
	Seconds   float64       `json:"wall_s"`
}

// near adds a measure that is accepted within tolerance of want.
func (r *Result) near(what, unit string, want, tolerance, got float64) *Measure {
	return r.within(what, unit, want, want-tolerance, want+tolerance, got)
}

// within adds a measure that is accepted from low to high; want may be NaN.
func (r *Result) within(what, unit string, want, low, high, got float64) *Measure {
	r.Measures = append(r.Measures, Measure{
		What: what, Unit: unit, Want: Number(want), Low: Number(low), High: Number(high), Got: Number(got),
		OK: got >= low && got <= high,
	})
	return &r.Measures[len(r.Measures)-1]
}

// tell adds a number that nothing is demanded of.
func (r *Result) tell(what, unit string, got float64) *Measure {
	m := r.within(what, unit, math.NaN(), math.Inf(-1), math.Inf(1), got)
	m.Extra, m.OK = true, true
	return m
}

// ci notes the confidence interval of a measure.
func (m *Measure) ci(half float64) *Measure { m.CI = Number(half); return m }

// Case is one comparison with the world.
type Case struct {
	ID, Area, What      string
	Expected, Tolerance string
	Kind                Kind
	Source              string // of what is expected
	How                 string // it is measured
	Note                string
	// Disagrees says why the program and the source are known not to agree; "" where they do.
	Disagrees string
	Slow      bool // takes more than some seconds of one processor
	measure   func(l *lab, r *Result) error
}

// Run measures the case on all processors.
func (c *Case) Run(ctx context.Context) Result { return c.run(newLab(ctx, 0)) }

func (c *Case) run(l *lab) Result {
	r := Result{
		ID: c.ID, Area: c.Area, What: c.What, Expected: c.Expected, Tolerance: c.Tolerance, Kind: c.Kind, Source: c.Source,
		How: c.How, Note: c.Note, Measures: []Measure{},
	}
	if c.Disagrees != "" {
		r.Note = join(r.Note, c.Disagrees)
	}
	begun := time.Now()
	err := c.measure(l, &r)
	r.Seconds = time.Since(begun).Seconds()
	r.judge(err)
	return r
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}

// judge sets the verdict: a case passes if all its measures do.
func (r *Result) judge(err error) {
	if err != nil {
		r.Verdict, r.Problem = verdictOf(err), err.Error()
		return
	}
	r.Verdict = Pass
	counted := 0
	for i := range r.Measures {
		if m := &r.Measures[i]; !m.Extra {
			counted++
			if !m.OK {
				r.Verdict = Fail
			}
		}
	}
	if counted == 0 {
		r.Verdict, r.Problem = Aborted, "nothing was measured"
	}
}

// String tells the measure in a line.
func (m *Measure) String() string {
	text := fmt.Sprintf("%-58s %10.4g", m.What, float64(m.Got))
	if m.CI != 0 {
		text += fmt.Sprintf(" ± %.2g", float64(m.CI))
	}
	text += " " + m.Unit
	if m.Extra {
		return text
	}
	text += "   want " + m.Accepted()
	if !m.OK {
		text += "   FAILS"
	}
	return text
}

// Accepted tells what the measure may be.
func (m *Measure) Accepted() string {
	low, high := float64(m.Low), float64(m.High)
	switch {
	case math.IsInf(low, -1) && math.IsInf(high, 1):
		return "anything"
	case math.IsInf(low, -1):
		return fmt.Sprintf("at most %.5g", high)
	case math.IsInf(high, 1):
		return fmt.Sprintf("at least %.5g", low)
	case !math.IsNaN(float64(m.Want)):
		return fmt.Sprintf("%.5g (%.5g to %.5g)", float64(m.Want), low, high)
	}
	return fmt.Sprintf("%.5g to %.5g", low, high)
}
