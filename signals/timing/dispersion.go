package timing

import "math"

// Dispersion is how a platoon spreads on its way from one signal to the next, in steps of Step seconds: of those that passed the
// first stop line in a step, a share Smoothing arrives Delay steps later, and of what is left the same share in each
// further step (D. I. Robertson: TRANSYT, a traffic network study tool, RRL Report LR 253, 1969).
type Dispersion struct {
	Smoothing float64 // F, above 0 to 1
	Delay     float64 // t', steps; >= 0
	Step      float64 // s
}

// Robertson returns the dispersion of TRANSYT over a link with a mean travel time of t s: F = 1/(1 + alpha beta t), t' =
// beta t, with t in steps. The usual values are 0.35 and 0.8 (recalled from the report).
func Robertson(t, alpha, beta, step float64) Dispersion {
	steps := beta * t / step
	return Dispersion{Smoothing: 1 / (1 + alpha*steps), Delay: steps, Step: step}
}

// HCMDispersion returns the dispersion of the HCM over a segment with a running time of t s: F = 1/(1 + 0.138 t/d +
// 0.315/d), t' = t/d - 1/F + 1.25, with steps of d s (HCM ch. 30, eqs. 30-6 and 30-7).
func HCMDispersion(t, step float64) Dispersion {
	f := 1 / (1 + 0.138*t/step + 0.315/step)
	return Dispersion{Smoothing: f, Delay: max(0, t/step-1/f+1.25), Step: step}
}

// Apply returns the flows that arrive, of flows that leave: a profile of one cycle, step by step, that repeats for ever. dst
// may be nil and must not be departures. Vehicles are neither lost nor made: both have the same sum. A delay of part of a
// step is shared between two.
func (d Dispersion) Apply(dst, departures []float64) []float64 {
	n := len(departures)
	dst = append(dst[:0], departures...)
	if n == 0 {
		return dst
	}
	// The filter's state after infinitely many cycles: that after one from nothing, times the sum of what each leaves for the next.
	f, rest := d.Smoothing, 1-d.Smoothing
	q := 0.0
	for _, v := range departures {
		q = f*v + rest*q
	}
	q /= 1 - math.Pow(rest, float64(n))
	whole := math.Floor(d.Delay)
	part := d.Delay - whole
	shift := int(math.Mod(whole, float64(n)))
	clear(dst)
	for i, v := range departures {
		q = f*v + rest*q
		at := (i + shift) % n
		dst[at] += (1 - part) * q
		dst[(at+1)%n] += part * q
	}
	return dst
}
