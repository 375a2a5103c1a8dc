package validation

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// meanCI returns the mean of independent values and the half width of its 95 % confidence interval by Student's t; 0 for
// fewer than two values. NaNs are left out.
func meanCI(values []float64) (mean, half float64) {
	var kept []float64
	for _, x := range values {
		if !math.IsNaN(x) {
			kept = append(kept, x)
		}
	}
	if len(kept) == 0 {
		return math.NaN(), 0
	}
	if len(kept) == 1 {
		return kept[0], 0
	}
	mean, sd := stat.MeanStdDev(kept, nil)
	n := float64(len(kept))
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 1}.Quantile(0.975)
	return mean, t * sd / math.Sqrt(n)
}

// slope returns the slope of the least squares line through points, and the share of the variance that it explains.
func slope(x, y []float64) (b, r2 float64) {
	if len(x) < 2 {
		return math.NaN(), 0
	}
	a, b := stat.LinearRegression(x, y, nil, false)
	return b, stat.RSquared(x, y, nil, a, b)
}
