package timing

import (
	"fmt"
	"math"
	"slices"
)

// Green is a time in which a street has green at a signal, within its cycle: from Begin s after the offset of the signal, for
// Length s. It may reach over the end of the cycle.
type Green struct{ Begin, Length float64 }

// Pattern is an order of phases at a signal, by what it gives the street.
type Pattern struct{ Out, In Green }

// Street is signals of one cycle in a row. Out is from the first to the last, In the way back.
type Street struct {
	Cycle    float64     // s
	Patterns [][]Pattern // of each signal those there is a choice of, at least one
	OutTimes []float64   // s from each signal to the next
	InTimes  []float64   // s to each signal from the next
}

// Bands are the widest bands along a street: who drives at the speed of progression in one meets green everywhere.
type Bands struct {
	Out, In  float64   // widths, s; 0 if there is none
	Offsets  []float64 // s, of each signal; 0 for the first, all within the cycle
	Patterns []int     // chosen for each signal
	// OutBegin and InBegin are when the bands begin at the first and at the last signal, s.
	OutBegin, InBegin float64
}

// Efficiency returns the share of the cycle that the bands take, of both directions together.
func (b *Bands) Efficiency(cycle float64) float64 { return (b.Out + b.In) / (2 * cycle) }

// Attainability returns how much of the narrowest greens the bands take, of both directions together.
func (b *Bands) Attainability(s *Street) float64 {
	out, in := math.Inf(1), math.Inf(1)
	for i, p := range b.Patterns {
		out, in = min(out, s.Patterns[i][p].Out.Length), min(in, s.Patterns[i][p].In.Length)
	}
	return (b.Out + b.In) / (out + in)
}

func (s *Street) check() error {
	n := len(s.Patterns)
	if n < 2 || len(s.OutTimes) != n-1 || len(s.InTimes) != n-1 {
		return fmt.Errorf("%d signals with %d and %d travel times, want at least 2, and one time less each way", n, len(s.OutTimes), len(s.InTimes))
	}
	if !(s.Cycle > 0) {
		return fmt.Errorf("cycle %v s, want > 0", s.Cycle)
	}
	for i, choice := range s.Patterns {
		if len(choice) == 0 {
			return fmt.Errorf("signal %d has no pattern", i)
		}
		for _, p := range choice {
			for _, g := range [...]Green{p.Out, p.In} {
				if !(g.Length > 0 && g.Length <= s.Cycle+1e-9) || math.IsNaN(g.Begin) || math.IsInf(g.Begin, 0) {
					return fmt.Errorf("signal %d: green of %v s from %v, want above 0 and at most the cycle of %v s", i, g.Length, g.Begin, s.Cycle)
				}
			}
		}
	}
	return nil
}

// streetGreens is what a pattern of a signal gives, in the time of someone who drives along: begins and lengths of the greens.
type streetGreens struct{ out, in Green }

// Widest returns the offsets and patterns at which the width of the band out plus weight times that of the band in is
// greatest; of equals, those of which the narrower band is widest. It solves the problem of MAXBAND with fixed cycle and speeds (J. D. C.
// Little, M. D. Kelson, N. H. Gartner: MAXBAND, a program for setting signals on arteries and triangular networks,
// Transportation Research Record 795, 1981) exactly, without integer programming: seen from the moving bands, an offset
// moves the greens of both directions alike, so that a signal lets both bands through if the phase between them, the same
// for all signals, suits it. For a given phase each signal either limits the one band or the other; the best phase is one
// at which a limit begins or ends.
func (s *Street) Widest(weight float64) (Bands, error) {
	if err := s.check(); err != nil {
		return Bands{}, err
	}
	if !(weight >= 0) || math.IsInf(weight, 0) {
		return Bands{}, fmt.Errorf("weight %v, want >= 0", weight)
	}
	signals := s.moving()
	best, bestValue, bestPhase := Bands{Out: -1}, math.Inf(-1), 0.0
	for _, phase := range s.phases(signals) {
		for _, out := range s.widths(signals, phase) {
			in := s.inWidth(signals, phase, out)
			if in < 0 {
				continue
			}
			value := out + weight*in
			better := value > bestValue+1e-9 || value > bestValue-1e-9 && min(out, in) > min(best.Out, best.In)+1e-9
			if better {
				best.Out, best.In, bestValue, bestPhase = out, in, value, phase
			}
		}
	}
	for _, one := range [...]Bands{s.oneWay(signals, true), s.oneWay(signals, false)} {
		if one.Out+weight*one.In > bestValue+1e-9 {
			return one, nil
		}
	}
	s.place(&best, signals, bestPhase)
	return best, nil
}

// oneWay returns the widest band of one direction: the other, for which nothing is demanded, may have none at all.
func (s *Street) oneWay(signals [][]streetGreens, out bool) Bands {
	width := math.Inf(1)
	var b Bands
	for _, choice := range signals {
		at, widest := 0, Green{}
		for k := range choice {
			g := choice[k].in
			if out {
				g = choice[k].out
			}
			if g.Length > widest.Length {
				at, widest = k, g
			}
		}
		width = min(width, widest.Length)
		b.Patterns = append(b.Patterns, at)
		b.Offsets = append(b.Offsets, -widest.Begin-widest.Length/2) // the middles of the greens meet
	}
	begin := -width / 2
	first := b.Offsets[0]
	for i := range b.Offsets {
		b.Offsets[i] = wrap(b.Offsets[i]-first, s.Cycle)
	}
	if out {
		b.Out, b.OutBegin = width, wrap(begin-first, s.Cycle)
	} else {
		b.In, b.InBegin = width, wrap(begin-first, s.Cycle)
	}
	return b
}

// moving returns the greens of all patterns as seen by who drives along from time 0.
func (s *Street) moving() [][]streetGreens {
	n := len(s.Patterns)
	all := make([][]streetGreens, n)
	out, in := 0.0, 0.0
	for _, t := range s.InTimes {
		in += t
	}
	for i, choice := range s.Patterns {
		for _, p := range choice {
			g := streetGreens{p.Out, p.In}
			g.out.Begin -= out
			g.in.Begin -= in
			all[i] = append(all[i], g)
		}
		if i < n-1 {
			out += s.OutTimes[i]
			in -= s.InTimes[i]
		}
	}
	return all
}

// lag returns how long after the last moment at which an offset serves the out band it still serves the in band, in a cycle, if
// both had no width.
func (s *Street) lag(g *streetGreens, phase float64) float64 {
	return wrap(phase-g.in.Begin+g.out.Begin, s.Cycle)
}

// phases returns the phases of which one is best.
func (s *Street) phases(signals [][]streetGreens) []float64 {
	var outs, ins []float64
	for _, choice := range signals {
		for i := range choice {
			outs, ins = append(outs, choice[i].out.Length), append(ins, choice[i].in.Length)
		}
	}
	outs, ins = append(distinct(outs), 0), append(distinct(ins), 0)
	var all []float64
	for _, choice := range signals {
		for i := range choice {
			g := &choice[i]
			zero := g.in.Begin - g.out.Begin // phase at which lag is 0
			all = append(all, wrap(zero, s.Cycle))
			for _, length := range ins {
				all = append(all, wrap(zero+g.in.Length-length, s.Cycle))
			}
			for _, length := range outs {
				all = append(all, wrap(zero-g.out.Length+length, s.Cycle))
			}
		}
	}
	return distinct(all)
}

// widths returns the widths of the out band of which one is best at a phase.
func (s *Street) widths(signals [][]streetGreens, phase float64) []float64 {
	most := math.Inf(1)
	for _, choice := range signals {
		widest := 0.0
		for i := range choice {
			widest = max(widest, choice[i].out.Length)
		}
		most = min(most, widest)
	}
	all := []float64{0, most}
	for _, choice := range signals {
		for i := range choice {
			g := &choice[i]
			for _, w := range [...]float64{g.out.Length, g.out.Length - s.Cycle + s.lag(g, phase)} {
				if w > 0 && w < most {
					all = append(all, w)
				}
			}
		}
	}
	return distinct(all)
}

// inWidth returns the widest in band beside an out band at a phase; negative if a signal lets not even that through.
func (s *Street) inWidth(signals [][]streetGreens, phase, out float64) float64 {
	width := math.Inf(1)
	for _, choice := range signals {
		widest := -1.0
		for i := range choice {
			widest = max(widest, s.allowed(&choice[i], phase, out))
		}
		width = min(width, widest)
	}
	return width
}

// allowed returns the widest in band that a pattern lets through beside an out band; negative for none.
func (s *Street) allowed(g *streetGreens, phase, out float64) float64 {
	const slack = 1e-9
	if out > g.out.Length+slack {
		return -1
	}
	lag := s.lag(g, phase)
	if s.Cycle-lag <= g.out.Length-out+slack || lag <= slack {
		return g.in.Length
	}
	return g.in.Length - lag
}

// place finds patterns and offsets for the bands: each signal in the middle of what it may have.
func (s *Street) place(b *Bands, signals [][]streetGreens, phase float64) {
	const slack = 1e-9
	for _, choice := range signals {
		at := 0
		for k := range choice {
			if s.allowed(&choice[k], phase, b.Out) >= b.In-slack {
				at = k
				break
			}
		}
		g := &choice[at]
		// Offsets from -out.Begin-outSlack to -out.Begin serve the out band, those from lag-inSlack to lag after -out.Begin the in band.
		outSlack, inSlack, lag := g.out.Length-b.Out, g.in.Length-b.In, s.lag(g, phase)
		if s.Cycle-lag <= outSlack+slack {
			lag -= s.Cycle
		}
		low, high := max(-outSlack, lag-inSlack), min(0, lag)
		b.Patterns = append(b.Patterns, at)
		b.Offsets = append(b.Offsets, (low+high)/2-g.out.Begin)
	}
	first := b.Offsets[0]
	for i := range b.Offsets {
		b.Offsets[i] = wrap(b.Offsets[i]-first, s.Cycle)
	}
	b.OutBegin, b.InBegin = wrap(-first, s.Cycle), wrap(phase-first, s.Cycle)
}

// wrap returns x in [0, cycle); what is a rounding error below the cycle is 0.
func wrap(x, cycle float64) float64 {
	x -= math.Floor(x/cycle) * cycle
	if x >= cycle-1e-9 {
		return 0
	}
	return x
}

// distinct returns values sorted, without those that are equal but for rounding.
func distinct(values []float64) []float64 {
	slices.Sort(values)
	return slices.CompactFunc(values, func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })
}
