package compare

import (
	"cmp"
	"fmt"
	"slices"
)

// Correction is how p values are adjusted for the number of comparisons.
type Correction string

// The corrections.
const (
	Holm              Correction = "holm" // keeps the probability of any false finding below 5 %
	BenjaminiHochberg Correction = "bh"   // keeps the expected share of false findings among all below 5 %
	Uncorrected       Correction = "none"
)

// ParseCorrection returns the correction of that name.
func ParseCorrection(name string) (Correction, error) {
	switch c := Correction(name); c {
	case Holm, BenjaminiHochberg, Uncorrected:
		return c, nil
	}
	return "", fmt.Errorf("unknown correction %q, want holm, bh or none", name)
}

// String says for people what was done.
func (c Correction) String() string {
	switch c {
	case Holm:
		return "Holm: at most 5 % probability that any of the findings is false"
	case BenjaminiHochberg:
		return "Benjamini-Hochberg: at most 5 % of the findings are expected to be false"
	}
	return "none: 5 % of the comparisons find a difference by chance alone"
}

// Adjust returns the p values adjusted for their number, in the order given; compare them with 0.05.
//
// Holm (Scandinavian Journal of Statistics 6, 1979, 65-70): of m sorted p values the i-th, from 0, times m - i, not below those before.
// Benjamini and Hochberg (J. R. Statist. Soc. B 57, 1995, 289-300): times m / (i + 1), not above those behind.
func (c Correction) Adjust(p []float64) []float64 {
	m := len(p)
	order := make([]int, m)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	adjusted := slices.Clone(p)
	switch c {
	case Holm:
		before := 0.0
		for i, at := range order {
			before = min(1, max(before, p[at]*float64(m-i)))
			adjusted[at] = before
		}
	case BenjaminiHochberg:
		behind := 1.0
		for i := m - 1; i >= 0; i-- {
			behind = min(behind, p[order[i]]*float64(m)/float64(i+1))
			adjusted[order[i]] = behind
		}
	}
	return adjusted
}
