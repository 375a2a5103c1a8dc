package compare

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// level is the confidence of all intervals.
const level = 0.95

// Effect is the difference between the means of two samples, how sure it is, and whether it is one.
type Effect struct {
	Base       float64    // mean
	Variant    float64    // mean
	Difference float64    // Variant - Base
	CI95       [2]float64 // of Difference
	Pairs      int
	SD         float64 // of the differences of the pairs
	P          float64 // of a difference at least as great by chance alone, two-sided
	// Independent is the half width that the interval had with as many runs whose seeds have nothing in common, by the variances of the
	// two samples: what common random numbers are worth.
	Independent float64
}

// Half returns half the width of the interval.
func (e *Effect) Half() float64 { return (e.CI95[1] - e.CI95[0]) / 2 }

// Paired returns the mean of variant[i] - base[i], by Student's t over the pairs. Fewer than two pairs have no interval: it is
// unbounded, with P = 1. If all pairs differ by the same, it is a point, and P is 0 unless that is 0.
func Paired(base, variant []float64) Effect {
	n := min(len(base), len(variant))
	d := make([]float64, n)
	for i := range d {
		d[i] = variant[i] - base[i]
	}
	e := Effect{Base: mean(base[:n]), Variant: mean(variant[:n]), Difference: mean(d), Pairs: n}
	e.SD, e.Independent = spread(d), math.Inf(1)
	e.CI95, e.P = studentInterval(e.Difference, e.SD, n)
	if n >= 2 {
		variance := square(spread(base[:n])) + square(spread(variant[:n]))
		e.Independent = quantile(2*n-2) * math.Sqrt(variance/float64(n))
	}
	return e
}

// Interaction returns by how much two measures together do more than the sum of what each does alone: (both - base) - (a - base) -
// (b - base), paired by seed: the interaction of a 2x2 design. Base of the answer is the sum of the single effects, Variant the joint one.
func Interaction(base, a, b, both []float64) Effect {
	n := min(len(base), len(a), len(b), len(both))
	sum, joint := make([]float64, n), make([]float64, n)
	for i := range n {
		sum[i] = (a[i] - base[i]) + (b[i] - base[i])
		joint[i] = both[i] - base[i]
	}
	return Paired(sum, joint)
}

// studentInterval returns the interval of a mean, and the p value of its being 0.
func studentInterval(mean, sd float64, n int) (ci [2]float64, p float64) {
	if n < 2 {
		return [2]float64{math.Inf(-1), math.Inf(1)}, 1
	}
	if sd <= 1e-12*math.Abs(mean) { // equal but for rounding
		p = 0
		if mean == 0 {
			p = 1
		}
		return [2]float64{mean, mean}, p
	}
	se := sd / math.Sqrt(float64(n))
	half := quantile(n-1) * se
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(n - 1)}
	return [2]float64{mean - half, mean + half}, 2 * t.Survival(math.Abs(mean)/se)
}

// quantile returns Student's t for two-sided level with nu degrees of freedom.
func quantile(nu int) float64 {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(nu)}.Quantile((1 + level) / 2)
}

// MeanInterval returns the mean of a sample and its interval.
func MeanInterval(x []float64) (m float64, ci [2]float64) {
	m = mean(x)
	ci, _ = studentInterval(m, spread(x), len(x))
	return m, ci
}

func mean(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	return stat.Mean(x, nil)
}

// spread returns the standard deviation, 0 of fewer than two.
func spread(x []float64) float64 {
	if len(x) < 2 {
		return 0
	}
	return stat.StdDev(x, nil)
}

func square(x float64) float64 { return x * x }
