package counts

import (
	"cmp"
	"math"
	"slices"

	"roadtwin/vehicles/draw"
)

// whole makes numbers of trips of the weights: in the order of the counts that candidates are of, and then of their departure, one is
// made each time the sum of the weights passes a whole number (systematic sampling), so that of all candidates of the same counts
// there are as many as their weights tell but for one. Then single trips are put in or taken out as long as that brings the
// fitted counts nearer.
func whole(all []Count, cands []candidate, seed uint64) []int {
	order := make([]int, len(cands))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := &cands[a], &cands[b]
		return cmp.Or(slices.Compare(x.sites, y.sites), cmp.Compare(x.trip.Depart, y.trip.Depart), cmp.Compare(x.about.Number, y.about.Number))
	})
	n := make([]int, len(cands))
	sum := draw.Float64(seed, draw.Rounding, 0, 0)
	for _, i := range order {
		sum += cands[i].weight
		n[i] = int(math.Floor(sum))
		sum -= float64(n[i])
	}
	polish(all, cands, order, n)
	return n
}

// mostPolish bounds the passes over all candidates.
const mostPolish = 10

// polish improves the sum over the fitted counts of the squared errors, each over its count.
func polish(all []Count, cands []candidate, order []int, n []int) {
	rest := make([]float64, len(all)) // count minus trips
	scale := make([]float64, len(all))
	for i := range all {
		rest[i] = all[i].Vehicles
		if !all[i].Held {
			scale[i] = 1 / math.Max(1, all[i].Vehicles)
		}
	}
	for i := range cands {
		for _, s := range cands[i].sites {
			rest[s] -= float64(n[i])
		}
	}
	for range mostPolish {
		changed := false
		for _, i := range order {
			if len(cands[i].sites) == 0 || cands[i].weight < 0.01 {
				continue
			}
			for _, by := range [2]float64{1, -1} {
				if by < 0 && n[i] == 0 || by > 0 && float64(n[i]) >= cands[i].weight+1 {
					continue
				}
				gain := 0.0
				for _, s := range cands[i].sites {
					gain += scale[s] * (rest[s]*rest[s] - (rest[s]-by)*(rest[s]-by))
				}
				if gain <= 1e-9 {
					continue
				}
				n[i] += int(by)
				changed = true
				for _, s := range cands[i].sites {
					rest[s] -= by
				}
				break
			}
		}
		if !changed {
			return
		}
	}
}
