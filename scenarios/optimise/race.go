package optimise

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// surely is how many standard errors below the incumbent's the mean of a challenger must be for it to take its place: of
// those that are no better, one in five gets so far by chance in a search on 8 seeds. What is gained by chance costs
// little, since the verdict is on other seeds; what is missed is lost.
const surely = 0.9

// difference returns the mean of a's values minus b's over the seeds that both were tried with, and its standard error
// (0 for fewer than two seeds).
func difference(a, b *candidate) (mean, stdErr float64) {
	n := min(len(a.values), len(b.values))
	for i := range n {
		mean += (a.values[i] - b.values[i]) / float64(n)
	}
	if n < 2 {
		return mean, 0
	}
	for i := range n {
		d := a.values[i] - b.values[i] - mean
		stdErr += d * d
	}
	return mean, math.Sqrt(stdErr / float64(n-1) / float64(n))
}

// race tries challengers with ever more seeds. Those that lose against the incumbent, which has been tried with all, are
// given up, and so is the worse half; the last becomes the best of the search if it is better than the incumbent.
func (s *Search) race(ctx context.Context, incumbent *candidate, challengers []*candidate) error {
	all := len(s.bench.seeds)
	for n := 1; len(challengers) > 0; n = min(2*n, all) {
		if err := s.measure(ctx, challengers, n); err != nil {
			return err
		}
		challengers = slices.DeleteFunc(challengers, func(c *candidate) bool {
			mean, _ := difference(c, incumbent)
			return mean >= 0
		})
		slices.SortStableFunc(challengers, func(a, b *candidate) int { return cmp.Compare(total(a.values), total(b.values)) })
		if n == all {
			break
		}
		challengers = challengers[:min(len(challengers), max(1, (len(challengers)+1)/2))]
	}
	for _, c := range challengers {
		if mean, stdErr := difference(c, incumbent); mean < -surely*stdErr {
			s.best = c
			return nil
		}
	}
	return nil
}
