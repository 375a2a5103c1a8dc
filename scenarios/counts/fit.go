package counts

import "math"

// noise is the variance of a count over its mean, over the weight of the entropy against it: a count of 100 is matched within a few vehicles,
// and not at the price of trips that nobody would have thought of [assumed].
const noise = 0.1

// A fit ends when no multiplier of a count has changed by more than settled in a sweep over all counts, or after mostSweeps.
const (
	mostSweeps = 200
	settled    = 1e-4
)

// fit finds the weights of the candidates by ascent in the dual, one count after the other: the weight of a candidate is its prior
// times exp of the sum of the multipliers of its counts, and the multiplier y of a count is where what the candidates make of
// it is count − noise·max(count, 1)·y. Each step is a Newton iteration, safe because that function of y is falling and convex down.
func fit(all []Count, cands []candidate) (sweeps int) {
	byCount := make([][]int32, len(all))
	for i := range cands {
		for _, s := range cands[i].sites {
			byCount[s] = append(byCount[s], int32(i))
		}
	}
	y := make([]float64, len(all))
	for sweeps < mostSweeps {
		sweeps++
		moved := 0.0
		for i := range all {
			if all[i].Held || len(byCount[i]) == 0 {
				continue
			}
			sum := 0.0
			for _, k := range byCount[i] {
				sum += cands[k].weight
			}
			step := multiplier(sum, all[i].Vehicles, y[i])
			if step == 0 {
				continue
			}
			y[i] += step
			moved = math.Max(moved, math.Abs(step))
			factor := math.Exp(step)
			for _, k := range byCount[i] {
				cands[k].weight *= factor
			}
		}
		if moved < settled {
			break
		}
	}
	return sweeps
}

// multiplier returns by how much a multiplier y must change for a count whose candidates add up to sum: the root d of
// sum·exp(d) = count − noise·max(count, 1)·(y+d).
func multiplier(sum, count, y float64) float64 {
	variance := noise * math.Max(count, 1)
	d := 0.0
	for range 30 {
		e := sum * math.Exp(d)
		residual := count - variance*(y+d) - e
		step := residual / (e + variance)
		d += math.Max(-2, math.Min(2, step))
		if math.Abs(step) < 1e-9 {
			break
		}
	}
	return d
}

// level multiplies all weights so that the fitted counts have as many vehicles in all as the candidates make of them.
func level(all []Count, cands []candidate) float64 {
	counted, modelled := 0.0, 0.0
	for i := range all {
		if !all[i].Held {
			counted += all[i].Vehicles
		}
	}
	for i := range cands {
		for _, s := range cands[i].sites {
			if !all[s].Held {
				modelled += cands[i].weight
			}
		}
	}
	if counted == 0 || modelled == 0 {
		return 1
	}
	factor := counted / modelled
	for i := range cands {
		cands[i].weight *= factor
		cands[i].prior *= factor
	}
	return factor
}
