package optimise

import (
	"math"
	"slices"
)

// shifts are the changes of offsets and greens that are tried, s, from far to near: the far ones first, then again and
// again the near ones, as TRANSYT does (D. I. Robertson: TRANSYT, RRL Report LR 253, 1969).
var shifts = [][]float64{{7, 15, 26}, {3, 8, 18}, {1.5, 4, 10}}

// reach returns the shifts of a round.
func reach(round int) []float64 { return shifts[min(round, len(shifts)-1)] }

// cycles returns timings with other cycles: with the offsets at the same share of the cycle, as suits progression at the
// speed that goes with it, and at the same seconds.
func (s *Space) cycles(t *Timing, lengths []float64) (list []Timing) {
	for _, c := range lengths {
		share := t.clone()
		share.Cycle = c
		seconds := share.clone()
		for i := range seconds.Junctions {
			if j := &seconds.Junctions[i]; j.Repeats > 0 {
				j.Offset = wrap(j.Offset * t.Cycle / c)
			}
		}
		list = append(list, share, seconds)
	}
	return list
}

// offsets returns timings with the offset of junction i moved: alone, and with those of all that lie beyond it along the
// line, whose progression among themselves stays as it is.
func (s *Space) offsets(t *Timing, i int, by []float64) (list []Timing) {
	at := slices.Index(s.order, i)
	for _, d := range by {
		for _, shift := range []float64{-d, d} {
			alone := t.clone()
			move(&alone, i, shift)
			list = append(list, alone)
			if at == 0 || at == len(s.order)-1 {
				continue
			}
			beyond := t.clone()
			for _, k := range s.order[at:] {
				move(&beyond, k, shift)
			}
			list = append(list, beyond)
		}
	}
	return list
}

// move shifts the offset of a junction by some seconds.
func move(t *Timing, i int, by float64) {
	j := &t.Junctions[i]
	j.Offset = wrap(j.Offset + by/cycleOf(t, j))
}

// splits returns timings in which a stage of junction i gives some seconds to another, once with its first stage where it
// was, and once with what follows the change where it was.
func (s *Space) splits(t *Timing, i int, by []float64) (list []Timing) {
	j := &t.Junctions[i]
	plan, err := s.sequenced(i, j)
	if err != nil {
		return nil
	}
	lost, least := fixed(&plan)
	spare := cycleOf(t, j) - lost - total(least)
	if spare <= 0 {
		return nil
	}
	for from := range j.Shares {
		for to := range j.Shares {
			for _, d := range by[:2] {
				share := math.Min(d/spare, j.Shares[from])
				if from == to || share <= 0.002 {
					continue
				}
				next := t.clone()
				next.Junctions[i].Shares[from] -= share
				next.Junctions[i].Shares[to] += share
				list = append(list, next)
				later := next.clone()
				move(&later, i, -share*spare)
				list = append(list, later)
			}
		}
	}
	return list
}

// mostOrders bounds the orders of stages that are tried at a time.
const mostOrders = 12

// orders returns timings with the stages of junction i in other orders: each once with the first stage where it was, and
// once with each of the longest two greens where it was.
func (s *Space) orders(t *Timing, i int) (list []Timing) {
	j := &t.Junctions[i]
	n := len(j.Order)
	if n < 3 {
		return nil // it is the same in any order
	}
	for _, order := range sequences(n) {
		if slices.Equal(order, j.Order) || len(list) > 2*mostOrders {
			continue
		}
		next := t.clone()
		next.Junctions[i].Order = order
		if _, err := s.plan(i, &next); err != nil {
			continue
		}
		list = append(list, next)
		if moved, ok := s.held(t, &next, i); ok {
			list = append(list, moved)
		}
	}
	return list
}

// held returns next with the offset of junction i such that its longest green begins when it does in t.
func (s *Space) held(t, next *Timing, i int) (Timing, bool) {
	before, err := s.plan(i, t)
	if err != nil {
		return Timing{}, false
	}
	after, err := s.plan(i, next)
	if err != nil {
		return Timing{}, false
	}
	longest, was, begin := 0.0, 0.0, 0.0
	stage := -1
	for k := range before.Stages {
		if before.Stages[k].Green > longest {
			longest, was, stage = before.Stages[k].Green, begin, t.Junctions[i].Order[k]
		}
		begin += before.Stages[k].Green + before.Stages[k].Intergreen
	}
	begin = 0
	for k := range after.Stages {
		if next.Junctions[i].Order[k] == stage && math.Abs(begin-was) > 0.05 {
			held := next.clone()
			move(&held, i, was-begin)
			return held, true
		}
		begin += after.Stages[k].Green + after.Stages[k].Intergreen
	}
	return Timing{}, false
}

// sequences returns the orders of n stages that begin with 0: all of them up to four stages, beyond that the exchanges of
// two neighbours of the present numbering.
func sequences(n int) (list [][]int) {
	first := make([]int, n)
	for k := range first {
		first[k] = k
	}
	if n > 4 {
		list = append(list, first)
		for k := 1; k+1 < n; k++ {
			next := slices.Clone(first)
			next[k], next[k+1] = next[k+1], next[k]
			list = append(list, next)
		}
		return list
	}
	var extend func(order []int)
	extend = func(order []int) {
		if len(order) == n {
			list = append(list, slices.Clone(order))
			return
		}
		for k := range n {
			if !slices.Contains(order, k) {
				extend(append(order, k))
			}
		}
	}
	extend([]int{0})
	return list
}

// repeats returns timings in which junction i runs its plan once or twice in a common cycle, whichever it does not.
func (s *Space) repeats(t *Timing, i int) (list []Timing) {
	for _, n := range []int{1, 2} {
		next := t.clone()
		j := &next.Junctions[i]
		if j.Repeats == n || t.Cycle < float64(n)*s.shortest(i, j) || t.Cycle/float64(n) < 0.6*s.options.Shortest {
			continue
		}
		begin := j.Offset * cycleOf(t, j)
		j.Repeats, j.Own = n, 0
		j.Offset = wrap(begin / cycleOf(&next, j))
		list = append(list, next)
	}
	return list
}
