package optimise

import "math"

// The scales of the unknowns: what a step of one standard deviation is at the start of a search.
const (
	cycleScale  = 6.0  // s
	offsetScale = 0.06 // of a cycle
	shareScale  = 0.35 // of the logarithm of a share
)

// vector returns t as a point: the common cycle, and for each junction its offset and the logarithms of the shares of all
// its stages but the first against that of the first. Order and repeats are not in it.
func vector(t *Timing) (x []float64) {
	x = append(x, t.Cycle/cycleScale)
	for i := range t.Junctions {
		j := &t.Junctions[i]
		if j.Repeats == 0 {
			x = append(x, j.Own/cycleScale)
		}
		x = append(x, j.Offset/offsetScale)
		for _, share := range j.Shares[1:] {
			x = append(x, math.Log((share+0.005)/(j.Shares[0]+0.005))/shareScale)
		}
	}
	return x
}

// at returns the timing at point x, with the order and repeats of t. Offsets go round: any number is one.
func at(t *Timing, x []float64) Timing {
	next := t.clone()
	take := func() float64 {
		v := x[0]
		x = x[1:]
		return v
	}
	next.Cycle = take() * cycleScale
	for i := range next.Junctions {
		j := &next.Junctions[i]
		if j.Repeats == 0 {
			j.Own = take() * cycleScale
		}
		j.Offset = wrap(take() * offsetScale)
		j.Shares[0] = 1
		sum := 1.0
		for k := 1; k < len(j.Shares); k++ {
			j.Shares[k] = math.Exp(math.Max(-7, math.Min(7, take()*shareScale)))
			sum += j.Shares[k]
		}
		for k := range j.Shares {
			j.Shares[k] /= sum
		}
	}
	return next
}
