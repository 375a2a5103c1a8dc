package compare

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Goal is how sure a measure is to be.
type Goal struct {
	Measure string
	Share   float64 // half the width of the 95 % interval over the mean
}

// ParseGoal reads "mean_delay_s:5%", also written "mean_delay_s:0.05".
func ParseGoal(text string) (Goal, error) {
	name, share, found := strings.Cut(text, ":")
	number, percent := strings.CutSuffix(strings.TrimSpace(share), "%")
	x, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if percent {
		x /= 100
	}
	if !found || name == "" || err != nil || !(x > 0 && x < 1) {
		return Goal{}, fmt.Errorf("%q, want a measure and how near it is to be known, as mean_delay_s:5%%", text)
	}
	return Goal{name, x}, nil
}

// Needed returns how many runs it takes until half the width of the 95 % interval of a mean is no more than allowed, from the standard
// deviation sd of n runs: N = (t s / E)², with Student's t for n - 1 degrees of freedom (Federal Highway Administration, Traffic Analysis
// Toolbox Volume III, appendix B, where CI = 2 t s / √N, FHWA-HRT-04-040, 2004). The answer is at least 2.
func Needed(sd float64, n int, allowed float64) int {
	if n < 2 || sd == 0 {
		return 2
	}
	const most = 1e6
	return int(math.Max(2, math.Min(most, math.Ceil(square(quantile(n-1)*sd/allowed)))))
}

// Reached tells how many runs a goal takes, as far as one can tell from those there are; done says that they are enough. samples are the
// values of the measure by variant, the base first, each by seed: the means of all of them and of their differences from the base must
// be known that well, a difference against the mean of the base.
func (g Goal) Reached(samples [][]float64) (needed int, done bool) {
	needed, done = 2, true
	look := func(x []float64, scale float64) {
		m, ci := MeanInterval(x)
		allowed := g.Share * math.Abs(scale)
		if ci[1]-m <= allowed {
			needed = max(needed, min(len(x), Needed(spread(x), len(x), allowed)))
			return
		}
		needed, done = max(needed, len(x)+1, Needed(spread(x), len(x), allowed)), false
	}
	base := samples[0]
	if len(base) == 0 {
		return needed, false
	}
	for i, x := range samples {
		look(x, mean(x))
		if i > 0 {
			d := make([]float64, min(len(x), len(base)))
			for k := range d {
				d[k] = x[k] - base[k]
			}
			look(d, mean(base))
		}
	}
	return needed, done
}
