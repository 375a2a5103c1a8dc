package optimise

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"roadtwin/vehicles/draw"
)

// cmaes is the covariance matrix adaptation evolution strategy, (μ/μ_w, λ), with the default parameters of N. Hansen: The
// CMA evolution strategy: a tutorial, arXiv 1604.00772, table 1. Equation numbers are those of that paper. It is asked
// for points and told how they rank.
type cmaes struct {
	seed       uint64
	generation uint64

	n       int
	lambda  int
	weights []float64 // of the best μ, add up to 1
	mueff   float64
	cc, cs  float64
	c1, cmu float64
	damping float64
	chiN    float64 // expected length of a standard normal vector

	mean   []float64
	sigma  float64
	c      *mat.SymDense // covariance
	pc, ps []float64     // evolution paths
	b      mat.Dense     // eigenvectors of c
	d      []float64     // square roots of its eigenvalues
}

// newCMAES starts at mean with standard deviation sigma in all directions.
func newCMAES(mean []float64, sigma float64, seed uint64) *cmaes {
	n := len(mean)
	fn := float64(n)
	s := &cmaes{
		seed: seed, n: n, lambda: 4 + int(3*math.Log(fn)), mean: slices.Clone(mean), sigma: sigma,
		c: mat.NewSymDense(n, nil), pc: make([]float64, n), ps: make([]float64, n), d: make([]float64, n),
	}
	mu := s.lambda / 2
	sum, squares := 0.0, 0.0
	for i := range mu {
		w := math.Log(float64(s.lambda+1)/2) - math.Log(float64(i+1)) // (49)
		s.weights = append(s.weights, w)
		sum += w
	}
	for i := range s.weights {
		s.weights[i] /= sum
		squares += s.weights[i] * s.weights[i]
	}
	s.mueff = 1 / squares
	s.cs = (s.mueff + 2) / (fn + s.mueff + 5)                                      // (55)
	s.damping = 1 + 2*math.Max(0, math.Sqrt((s.mueff-1)/(fn+1))-1) + s.cs          // (55)
	s.cc = (4 + s.mueff/fn) / (fn + 4 + 2*s.mueff/fn)                              // (56)
	s.c1 = 2 / ((fn+1.3)*(fn+1.3) + s.mueff)                                       // (57)
	s.cmu = math.Min(1-s.c1, 2*(s.mueff-2+1/s.mueff+0.25)/((fn+2)*(fn+2)+s.mueff)) // (58)
	s.chiN = math.Sqrt(fn) * (1 - 1/(4*fn) + 1/(21*fn*fn))
	for i := range n {
		s.c.SetSym(i, i, 1)
	}
	s.decompose()
	return s
}

// decompose finds the axes of the covariance.
func (s *cmaes) decompose() {
	var eigen mat.EigenSym
	if !eigen.Factorize(s.c, true) {
		return // keeps the axes it has
	}
	eigen.VectorsTo(&s.b)
	for i, v := range eigen.Values(nil) {
		s.d[i] = math.Sqrt(math.Max(v, 1e-12))
	}
}

// ask returns the points of the next generation: (38) to (40).
func (s *cmaes) ask() [][]float64 {
	points := make([][]float64, s.lambda)
	for k := range points {
		y := mat.NewVecDense(s.n, nil)
		for i := range s.n {
			z := draw.Normal(s.seed, draw.Network, s.generation*uint64(s.lambda)+uint64(k), uint64(i))
			y.SetVec(i, s.d[i]*z)
		}
		y.MulVec(&s.b, mat.VecDenseCopyOf(y))
		points[k] = make([]float64, s.n)
		for i := range s.n {
			points[k][i] = s.mean[i] + s.sigma*y.AtVec(i)
		}
	}
	s.generation++
	return points
}

// tell moves on to where the best of points are, given what each came to; the lower, the better.
func (s *cmaes) tell(points [][]float64, values []float64) {
	rank := make([]int, len(points))
	for i := range rank {
		rank[i] = i
	}
	slices.SortStableFunc(rank, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	steps := make([]*mat.VecDense, len(s.weights)) // y of the best
	mean := mat.NewVecDense(s.n, nil)
	for i, w := range s.weights {
		steps[i] = mat.NewVecDense(s.n, nil)
		for k := range s.n {
			steps[i].SetVec(k, (points[rank[i]][k]-s.mean[k])/s.sigma)
		}
		mean.AddScaledVec(mean, w, steps[i])
	}
	for k := range s.n {
		s.mean[k] += s.sigma * mean.AtVec(k) // (42)
	}
	s.adapt(steps, mean)
}

// adapt changes step size and covariance, given the steps of the best and their weighted mean.
func (s *cmaes) adapt(steps []*mat.VecDense, mean *mat.VecDense) {
	// C^-1/2 times mean.
	white := mat.NewVecDense(s.n, nil)
	white.MulVec(s.b.T(), mean)
	for i := range s.n {
		white.SetVec(i, white.AtVec(i)/s.d[i])
	}
	white.MulVec(&s.b, mat.VecDenseCopyOf(white))
	length := 0.0
	for i := range s.n {
		s.ps[i] = (1-s.cs)*s.ps[i] + math.Sqrt(s.cs*(2-s.cs)*s.mueff)*white.AtVec(i) // (43)
		length += s.ps[i] * s.ps[i]
	}
	length = math.Sqrt(length)
	stalled := length/math.Sqrt(1-math.Pow(1-s.cs, 2*float64(s.generation))) >= (1.4+2/float64(s.n+1))*s.chiN
	decay := s.c1 * s.cc * (2 - s.cc)
	for i := range s.n {
		s.pc[i] *= 1 - s.cc
		if !stalled {
			decay = 0
			s.pc[i] += math.Sqrt(s.cc*(2-s.cc)*s.mueff) * mean.AtVec(i) // (45)
		}
	}
	keep := 1 - s.c1 - s.cmu + decay
	for i := range s.n {
		for k := range i + 1 {
			v := keep*s.c.At(i, k) + s.c1*s.pc[i]*s.pc[k] // (47)
			for m, w := range s.weights {
				v += s.cmu * w * steps[m].AtVec(i) * steps[m].AtVec(k)
			}
			s.c.SetSym(i, k, v)
		}
	}
	s.sigma *= math.Exp(math.Min(1, s.cs/s.damping*(length/s.chiN-1))) // (44)
	s.decompose()
}
