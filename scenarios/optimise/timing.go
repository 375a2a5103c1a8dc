package optimise

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"slices"
)

// Timing is a candidate: the timings of all controllers of an area. It is in shares and not in seconds, so that every
// value makes a plan that keeps minimum greens and intergreens, whatever the others are.
type Timing struct {
	Cycle     float64    `json:"cycle_s"` // common to all that do not have their own, whole seconds
	Junctions []Junction `json:"junctions"`
}

// Junction is the part of one controller.
type Junction struct {
	// Repeats is how often the controller runs its plan in a common cycle, 1 or 2; 0 gives it a cycle of its own.
	Repeats int `json:"repeats"`
	// Own is that cycle, s; 0 without one.
	Own float64 `json:"own_s,omitempty"`
	// Offset is where the first stage of the plan begins, as a share of the controller's cycle, from 0 to less than 1.
	Offset float64 `json:"offset"`
	// Order is the sequence of the stages, numbered as in the present plan; the first is always 0.
	Order []int `json:"order"`
	// Shares divide what is left of the cycle after intergreens and minimum greens among the stages, numbered as in the
	// present plan; they add up to 1.
	Shares []float64 `json:"shares"`
}

// clone returns a copy that shares nothing with t.
func (t *Timing) clone() Timing {
	c := *t
	c.Junctions = slices.Clone(t.Junctions)
	for i := range c.Junctions {
		c.Junctions[i].Order = slices.Clone(t.Junctions[i].Order)
		c.Junctions[i].Shares = slices.Clone(t.Junctions[i].Shares)
	}
	return c
}

// key identifies t among the candidates of a search: equal timings have equal keys.
func (t *Timing) key() string { return hashOf(t) }

// tidy brings t to the values that the plans of a controller can have, so that candidates that come to the same plans
// are the same: shares in thousandths, offsets in ten-thousandths of a cycle, cycles in seconds.
func (t *Timing) tidy() {
	t.Cycle = math.Round(t.Cycle)
	for i := range t.Junctions {
		j := &t.Junctions[i]
		j.Own = math.Round(j.Own)
		j.Offset = wrap(math.Round(j.Offset*1e4) / 1e4)
		sum := 0.0
		for _, s := range j.Shares {
			sum += s
		}
		for k := range j.Shares {
			j.Shares[k] = math.Round(1000*j.Shares[k]/sum) / 1000
		}
	}
}

// wrap returns x modulo 1, from 0 to less than 1.
func wrap(x float64) float64 {
	x -= math.Floor(x)
	if x >= 1 {
		return 0
	}
	return x
}

// hashOf identifies anything by what it says.
func hashOf(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic("what is not JSON: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}
