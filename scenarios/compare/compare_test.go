package compare

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"roadtwin/vehicles/draw"
)

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s = %.6g, want %.6g ± %g", what, got, want, within)
	}
}

// Student's sleep data (Biometrika 6, 1908, 1-25): ten patients, two drugs. The paired t test is in every text book: t = 4.0621 with 9
// degrees of freedom, p = 0.002833, mean difference 1.58, interval 0.7001 to 2.4599.
func TestPairedIsStudentsTest(t *testing.T) {
	first := []float64{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0}
	second := []float64{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4}
	e := Paired(first, second)
	near(t, "difference", e.Difference, 1.58, 1e-9)
	near(t, "lower end", e.CI95[0], 0.7001142, 1e-6)
	near(t, "upper end", e.CI95[1], 2.4598858, 1e-6)
	near(t, "p", e.P, 0.00283289, 1e-7)
	near(t, "mean of the base", e.Base, 0.75, 1e-9)
	near(t, "mean of the variant", e.Variant, 2.33, 1e-9)
	if e.Pairs != 10 {
		t.Errorf("%d pairs, want 10", e.Pairs)
	}
	// Two independent samples with these variances: standard error 0.84909, 18 degrees of freedom, t 2.10092.
	near(t, "half width of independent samples", e.Independent, 2.10092*0.84909, 1e-4)
}

func TestTooFewPairsSayNothing(t *testing.T) {
	for _, n := range []int{0, 1} {
		e := Paired(make([]float64, n), []float64{5}[:n])
		if !math.IsInf(e.CI95[1], 1) || e.P != 1 {
			t.Errorf("%d pairs: %+v, want no interval and p 1", n, e)
		}
	}
	if e := Paired([]float64{1, 2, 3}, []float64{1, 2, 3}); e.P != 1 || e.CI95 != [2]float64{} {
		t.Errorf("equal samples: %+v, want p 1", e)
	}
	if e := Paired([]float64{1, 2, 3}, []float64{2, 3, 4}); e.P != 0 || e.CI95 != [2]float64{1, 1} {
		t.Errorf("samples that differ by 1: %+v, want p 0", e)
	}
}

func TestInteractionIsWhatTheTwoDoBeyondTheirSum(t *testing.T) {
	base, a, b := []float64{100, 110, 90}, []float64{90, 99, 82}, []float64{95, 104, 86}
	both := []float64{86, 94.5, 78.5}
	e := Interaction(base, a, b, both)
	near(t, "sum of the effects", e.Base, (-15-17-12)/3.0, 1e-9)
	near(t, "joint effect", e.Variant, (-14-15.5-11.5)/3.0, 1e-9)
	near(t, "interaction", e.Difference, 1, 1e-9)
}

// The five p values of Holm's own procedure worked by hand: 0.01, 0.02, 0.03, 0.04, 0.05.
func TestAdjust(t *testing.T) {
	p := []float64{0.04, 0.01, 0.05, 0.02, 0.03}
	for c, want := range map[Correction][]float64{
		Holm:              {0.09, 0.05, 0.09, 0.08, 0.09},
		BenjaminiHochberg: {0.05, 0.05, 0.05, 0.05, 0.05},
		Uncorrected:       p,
	} {
		got := c.Adjust(p)
		for i := range want {
			near(t, string(c), got[i], want[i], 1e-12)
		}
	}
	// The example of Benjamini and Hochberg 1995: 15 p values of which their procedure finds 4 at 5 %, and Holm's 3.
	p = []float64{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1}
	for c, want := range map[Correction]int{BenjaminiHochberg: 4, Holm: 3, Uncorrected: 9} {
		found := 0
		for _, x := range c.Adjust(p) {
			if x < 0.05 {
				found++
			}
		}
		if found != want {
			t.Errorf("%s finds %d, want %d", string(c), found, want)
		}
	}
	if got := Holm.Adjust(nil); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

// normals returns n normal numbers with mean and standard deviation.
func normals(key uint64, n int, mean, sd float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = mean + sd*draw.Normal(7, draw.Test, key, uint64(i))
	}
	return x
}

// Of comparisons of equals 5 % find a difference, and the interval covers 0 in 95 %: within the 0.1 % and 99.9 % quantiles of a binomial.
func TestFalseFindingsAreAsManyAsSaid(t *testing.T) {
	const trials = 4000
	found, any := 0, map[Correction]int{}
	for k := range uint64(trials) {
		e := Paired(normals(2*k, 8, 100, 10), normals(2*k+1, 8, 100, 10))
		if e.P < 0.05 {
			found++
		}
		if covers := e.CI95[0] <= 0 && e.CI95[1] >= 0; covers != (e.P >= 0.05) {
			t.Fatalf("interval %v with p = %g", e.CI95, e.P)
		}
	}
	// Families of ten comparisons of equals.
	for k := range uint64(trials / 10) {
		var p []float64
		for i := range uint64(10) {
			p = append(p, Paired(normals(1e6+2*(10*k+i), 8, 0, 1), normals(1e6+2*(10*k+i)+1, 8, 0, 1)).P)
		}
		for _, c := range []Correction{Holm, BenjaminiHochberg} {
			if slices.Min(c.Adjust(p)) < 0.05 {
				any[c]++
			}
		}
	}
	bounds := func(n int) (lo, hi float64) {
		b := distuv.Normal{Mu: 0.05 * float64(n), Sigma: math.Sqrt(0.05 * 0.95 * float64(n))}
		return b.Quantile(0.001), b.Quantile(0.999)
	}
	if lo, hi := bounds(trials); float64(found) < lo || float64(found) > hi {
		t.Errorf("%d of %d comparisons of equals find a difference, want %.0f to %.0f", found, trials, lo, hi)
	}
	for c, n := range any {
		if lo, hi := bounds(trials / 10); float64(n) < lo || float64(n) > hi {
			t.Errorf("%s: %d of %d families of equals have a finding, want %.0f to %.0f", string(c), n, trials/10, lo, hi)
		}
	}
}

// FHWA's formula worked by hand: s = 12 of 10 runs, E = 6: (2.262157 * 12 / 6)² = 20.47, so 21 runs.
func TestNeededIsFHWAsFormula(t *testing.T) {
	if got := Needed(12, 10, 6); got != 21 {
		t.Errorf("Needed = %d, want 21", got)
	}
	if got := Needed(0, 10, 6); got != 2 {
		t.Errorf("without any spread: %d, want 2", got)
	}
}

func TestAGoalIsReachedWhenMeansAndDifferencesAreKnown(t *testing.T) {
	goal, err := ParseGoal("mean_delay_s:5%")
	if err != nil || goal != (Goal{"mean_delay_s", 0.05}) {
		t.Fatalf("ParseGoal = %+v, %v", goal, err)
	}
	for _, bad := range []string{"mean_delay_s", "mean_delay_s:", ":5%", "a:0%", "a:x", "a:100%"} {
		if _, err := ParseGoal(bad); err == nil {
			t.Errorf("ParseGoal(%q) has no error", bad)
		}
	}
	base, other := normals(1, 60, 100, 10), normals(2, 60, 100, 10)
	shifted := make([]float64, len(base))
	for i := range base {
		shifted[i] = base[i] - 20
	}
	if needed, done := goal.Reached([][]float64{base[:6]}); done || needed <= 6 {
		t.Errorf("6 runs: needed %d, done %t; want more", needed, done)
	}
	if needed, done := goal.Reached([][]float64{base, shifted}); !done || needed > 60 {
		t.Errorf("60 pairs with one difference: needed %d, done %t; want done", needed, done)
	}
	// The interval of the difference of independent samples is √2 times as wide.
	if _, done := goal.Reached([][]float64{base[:24], other[:24]}); done {
		t.Error("24 pairs that have nothing in common are taken for enough")
	}
}
