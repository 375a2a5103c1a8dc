package timing

import (
	"errors"
	"fmt"
	"math"
)

// ErrOversaturated is returned where the flows are more than any cycle can serve.
var ErrOversaturated = errors.New("flow ratios add up to 1 or more: no cycle serves them")

// StageDemand is what a stage has to serve.
type StageDemand struct {
	FlowRatio float64 // flow over saturation flow of its critical lane group, >= 0
	Lost      float64 // s a cycle: start-up lost time and what of the intergreen is not used
	MinGreen  float64 // s of effective green at least
}

// CycleBounds are the cycles that one would set.
type CycleBounds struct {
	Min, Max float64 // s; 0 for none
	Multiple float64 // s; the cycle is rounded up to a multiple of it, 0 for none
}

// OptimumCycle returns Webster's cycle in s with the least delay, C = (1.5L + 5)/(1 - Y), for a lost time of l s a cycle
// and flow ratios that add up to y (F. V. Webster: Traffic signal settings, Road Research Technical Paper 39, 1958,
// eq. 8). It is ErrOversaturated for y >= 1.
func OptimumCycle(l, y float64) (float64, error) {
	if !(l >= 0 && y >= 0) || math.IsInf(l, 0) {
		return 0, fmt.Errorf("lost time %v s, flow ratio %v: want both >= 0", l, y)
	}
	if y >= 1 {
		return 0, ErrOversaturated
	}
	return (1.5*l + 5) / (1 - y), nil
}

// CycleForSaturation returns the cycle in s at which the critical degree of saturation is x: C = L x/(x - Y) (HCM eq.
// 31-68). With x = 1 it is the shortest cycle that serves the flows at all.
func CycleForSaturation(l, y, x float64) (float64, error) {
	if x <= y {
		return 0, fmt.Errorf("degree of saturation %v with flow ratios of %v: %w", x, y, ErrOversaturated)
	}
	return l * x / (x - y), nil
}

// CriticalSaturation returns the degree of saturation of the critical lane groups together, X_c = Y C/(C - L) (HCM eq.
// 19-30); it is infinite for a cycle without green.
func CriticalSaturation(cycle, l, y float64) float64 {
	if cycle <= l {
		return math.Inf(1)
	}
	return y * cycle / (cycle - l)
}

// Webster returns the cycle and the effective greens in s for the stages of a junction: Webster's optimum cycle within the
// bounds, longer where minimum greens take it, and greens in proportion to flow ratios. Flows beyond capacity get the
// longest cycle that the bounds allow (120 s without one), shared in the same way; over tells so.
func Webster(stages []StageDemand, b CycleBounds) (cycle float64, greens []float64, over bool, err error) {
	if len(stages) == 0 {
		return 0, nil, false, errors.New("no stages")
	}
	lost, y, least := 0.0, 0.0, 0.0
	for i, s := range stages {
		if !(s.FlowRatio >= 0 && s.Lost >= 0 && s.MinGreen >= 0) {
			return 0, nil, false, fmt.Errorf("stage %d: flow ratio %v, lost time %v s, minimum green %v s: want all >= 0",
				i+1, s.FlowRatio, s.Lost, s.MinGreen)
		}
		lost, y, least = lost+s.Lost, y+s.FlowRatio, least+s.MinGreen
	}
	const longest = 120 // s, where nobody says
	cycle, err = OptimumCycle(lost, y)
	if over = errors.Is(err, ErrOversaturated); over {
		cycle = longest
		if b.Max > 0 {
			cycle = b.Max
		}
	} else if err != nil {
		return 0, nil, false, err
	}
	if b.Max > 0 {
		cycle = min(cycle, b.Max)
	}
	cycle = max(cycle, b.Min, lost+least)
	if b.Multiple > 0 {
		cycle = math.Ceil(cycle/b.Multiple-1e-9) * b.Multiple
	}
	greens, err = Splits(cycle, stages)
	return cycle, greens, over, err
}

// Splits shares the effective green of a cycle, C - L, among stages in proportion to their flow ratios, which gives all
// of them the same degree of saturation (Webster 1958, eq. 10); none gets less than its minimum. Stages without flow get
// their minimum. It is an error if the minimums do not fit.
func Splits(cycle float64, stages []StageDemand) ([]float64, error) {
	green, least := cycle, 0.0
	for _, s := range stages {
		green -= s.Lost
		least += s.MinGreen
	}
	if green < least-1e-9 {
		return nil, fmt.Errorf("a cycle of %.1f s leaves %.1f s of green, and minimum greens take %.1f", cycle, green, least)
	}
	out := make([]float64, len(stages))
	fixed := make([]bool, len(stages))
	for {
		left, y := green, 0.0
		for i, s := range stages {
			if fixed[i] {
				left -= s.MinGreen
			} else {
				y += s.FlowRatio
			}
		}
		again := false
		for i, s := range stages {
			switch {
			case fixed[i]:
			case y > 0 && left*s.FlowRatio/y >= s.MinGreen:
				out[i] = left * s.FlowRatio / y
			default:
				out[i], fixed[i], again = s.MinGreen, true, true
			}
		}
		if !again {
			break
		}
	}
	giveRest(out, stages, green)
	return out, nil
}

// giveRest shares among all stages what is left of the green because those with flow have their minimums: none, or all of it if
// no stage has flow.
func giveRest(out []float64, stages []StageDemand, green float64) {
	sum := 0.0
	for _, g := range out {
		sum += g
	}
	rest := green - sum
	if rest <= 1e-9 {
		return
	}
	y := 0.0
	for _, s := range stages {
		y += s.FlowRatio
	}
	for i := range out {
		if y > 0 {
			out[i] += rest * stages[i].FlowRatio / y
		} else {
			out[i] += rest / float64(len(out))
		}
	}
}

// WebsterDelay returns the mean delay in s of random arrivals at a fixed-time signal: cycle and effective green in s, flow
// and saturation flow in veh/h (Webster 1958, eq. 1, with the correction term fitted to simulations). It grows without
// bound towards saturation and is infinite beyond.
func WebsterDelay(cycle, green, flow, saturation float64) float64 {
	lambda := green / cycle
	x := flow / (saturation * lambda)
	if x >= 1 {
		return math.Inf(1)
	}
	if flow <= 0 {
		return cycle * (1 - lambda) * (1 - lambda) / 2
	}
	q := flow / 3600
	uniform := cycle * (1 - lambda) * (1 - lambda) / (2 * (1 - lambda*x))
	random := x * x / (2 * q * (1 - x))
	return uniform + random - 0.65*math.Cbrt(cycle/(q*q))*math.Pow(x, 2+5*lambda)
}
