package timing

import (
	"math"
	"math/rand/v2"
	"testing"
)

// randomStreet has n signals with one pattern each, unless more are asked for.
func randomStreet(r *rand.Rand, n, patterns int) Street {
	s := Street{Cycle: 60 + float64(r.IntN(60))}
	for i := range n {
		var choice []Pattern
		for range 1 + r.IntN(patterns) {
			choice = append(choice, Pattern{
				Out: Green{s.Cycle * r.Float64(), s.Cycle * (0.3 + 0.4*r.Float64())},
				In:  Green{s.Cycle * r.Float64(), s.Cycle * (0.3 + 0.4*r.Float64())},
			})
		}
		s.Patterns = append(s.Patterns, choice)
		if i > 0 {
			s.OutTimes = append(s.OutTimes, 10+40*r.Float64())
			s.InTimes = append(s.InTimes, 10+40*r.Float64())
		}
	}
	return s
}

// measured returns the widths of the bands at given offsets, found second by second: a test of what Widest promises that does
// not share its algebra.
func measured(s *Street, offsets []float64, patterns []int) (out, in float64) {
	const step = 0.05
	width := func(open func(t float64) bool) float64 {
		best, run := 0.0, 0.0
		for t := 0.0; t < 2*s.Cycle; t += step {
			if open(t) {
				run += step
				best = max(best, run)
			} else {
				run = 0
			}
		}
		return min(best, s.Cycle)
	}
	green := func(g Green, offset, t float64) bool { return wrap(t-offset-g.Begin, s.Cycle) < g.Length }
	out = width(func(t float64) bool {
		for i := range offsets {
			if !green(s.Patterns[i][patterns[i]].Out, offsets[i], t) {
				return false
			}
			if i < len(s.OutTimes) {
				t += s.OutTimes[i]
			}
		}
		return true
	})
	in = width(func(t float64) bool {
		for i := len(offsets) - 1; i >= 0; i-- {
			if !green(s.Patterns[i][patterns[i]].In, offsets[i], t) {
				return false
			}
			if i > 0 {
				t += s.InTimes[i-1]
			}
		}
		return true
	})
	return out, in
}

func TestBandsAreAsWideAsPromised(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for k := range 60 {
		s := randomStreet(r, 2+r.IntN(8), 3)
		b, err := s.Widest(1)
		if err != nil {
			t.Fatal(err)
		}
		out, in := measured(&s, b.Offsets, b.Patterns)
		if out < b.Out-0.15 || in < b.In-0.15 {
			t.Fatalf("street %d: bands of %.2f and %.2f s promised, %.2f and %.2f measured", k, b.Out, b.In, out, in)
		}
	}
}

func TestNoOffsetsGiveWiderBands(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for k := range 12 {
		s := randomStreet(r, 3, 2)
		weight := []float64{0.5, 1, 2}[k%3]
		b, err := s.Widest(weight)
		if err != nil {
			t.Fatal(err)
		}
		most := b.Out + weight*b.In
		var patterns []int
		for try := range 4000 {
			patterns = patterns[:0]
			offsets := []float64{0, s.Cycle * float64(try%63) / 63, s.Cycle * float64(try/63) / 63}
			for i := range s.Patterns {
				patterns = append(patterns, r.IntN(len(s.Patterns[i])))
			}
			if try%8 != 0 { // most tries are coarse by themselves; an eighth of the grid a street keeps the test short
				continue
			}
			if out, in := measured(&s, offsets, patterns); out+weight*in > most+0.3 {
				t.Fatalf("street %d: %.2f s at offsets %v, Widest found %.2f", k, out+weight*in, offsets, most)
			}
		}
	}
}

// Little, Martin and Morgan's half-integer rule: with equal times both ways that are whole half cycles, all of the narrowest green
// is a band both ways.
func TestHalfCyclesApartAllGreenIsBand(t *testing.T) {
	s := Street{Cycle: 80, OutTimes: []float64{40, 80, 120}, InTimes: []float64{40, 80, 120}}
	for _, g := range []float64{40, 36, 44, 50} {
		s.Patterns = append(s.Patterns, []Pattern{{Out: Green{0, g}, In: Green{0, g}}})
	}
	b, err := s.Widest(1)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "band out, s", b.Out, 36, 1e-6)
	near(t, "band in, s", b.In, 36, 1e-6)
	near(t, "attainability", b.Attainability(&s), 1, 1e-9)
}

// pair is two signals in a row, the first with even arrivals.
func pair(time float64) Profiles {
	return Profiles{
		Cycle: 60, Signals: 2,
		Links: []Link{
			{Signal: 0, Greens: []Green{{0, 30}}, Saturation: 1800, Uniform: 600},
			{Signal: 1, Greens: []Green{{0, 30}}, Saturation: 1800, Feeds: []Feed{{0, 600, time}}},
		},
	}
}

func TestEvenArrivalsHaveTheUniformDelay(t *testing.T) {
	p := pair(20)
	p.Steps = 600
	c, err := p.Evaluate([]float64{0, 0})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "delay, s", c.Links[0], UniformDelay(60, 30, 600.0/900, 1), 0.05)
}

func TestBestOffsetIsAboutTheTravelTime(t *testing.T) {
	for _, time := range []float64{12, 25, 50} {
		p := pair(time)
		offsets, c, err := p.Optimise([]float64{0, 0})
		if err != nil {
			t.Fatal(err)
		}
		// The head of the platoon is there after 0.8 of the mean time (Robertson), its middle after all of it.
		if from := wrap(offsets[1]-0.8*time+2, 60); from > 0.2*time+5 {
			t.Errorf("%v s apart: offset %.1f s, want %.1f to %.1f", time, offsets[1], 0.8*time-2, time+3)
		}
		worst, err := p.Evaluate([]float64{0, wrap(offsets[1]+30, 60)})
		if err != nil {
			t.Fatal(err)
		}
		if c.Links[1] > 0.5*worst.Links[1] {
			t.Errorf("%v s apart: %.1f s at the best offset, %.1f at the worst", time, c.Links[1], worst.Links[1])
		}
	}
}

func TestOptimiseIsNeverWorse(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 5 {
		n := 3 + r.IntN(3)
		p := Profiles{Cycle: 90, Signals: n, StopCost: 10}
		for i := range n {
			g := Green{90 * r.Float64(), 35 + 20*r.Float64()}
			out, in := Link{Signal: i, Greens: []Green{g}, Saturation: 3600}, Link{Signal: i, Greens: []Green{g}, Saturation: 3600}
			if i == 0 {
				out.Uniform = 800
			} else {
				out.Feeds = []Feed{{2 * (i - 1), 700, 15 + 20*r.Float64()}}
			}
			if i == n-1 {
				in.Uniform = 700
			} else {
				in.Feeds = []Feed{{2*(i+1) + 1, 600, 15 + 20*r.Float64()}}
			}
			p.Links = append(p.Links, out, in)
		}
		start := make([]float64, n)
		before, err := p.Evaluate(start)
		if err != nil {
			t.Fatal(err)
		}
		_, after, err := p.Optimise(start)
		if err != nil {
			t.Fatal(err)
		}
		if after.Index > before.Index+1e-9 || math.IsNaN(after.Index) {
			t.Errorf("cost %v after, %v before", after.Index, before.Index)
		}
	}
}
