package demand

import "slices"

// pick returns the first index whose cumulative weight exceeds x. With x uniform between 0 and the last weight, an index
// is drawn in proportion to its weight, and one without weight never. Some weight must be above x.
func pick(cumulative []float64, x float64) int {
	i, exact := slices.BinarySearch(cumulative, x)
	if exact {
		for i++; i < len(cumulative) && cumulative[i] == x; i++ {
		}
	}
	if i < len(cumulative) {
		return i
	}
	// x has been rounded up to the total: the last with a weight.
	for i = len(cumulative) - 1; i > 0 && cumulative[i] == cumulative[i-1]; i-- {
	}
	return i
}

// cumulate turns weights into cumulative ones, in place.
func cumulate(weights []float64) []float64 {
	total := 0.0
	for i, w := range weights {
		total += w
		weights[i] = total
	}
	return weights
}

// total returns the sum of the weights that were cumulated.
func total(cumulative []float64) float64 {
	if len(cumulative) == 0 {
		return 0
	}
	return cumulative[len(cumulative)-1]
}
