package elevation

import "math"

// Profile is the roads as a graph of points, some tens of metres apart, whose heights are to be found.
//
// What a height model says is not the height of the road. SRTM's error is some 6 to 9 m in nine of ten places and
// changes within hundreds of metres (E. Rodríguez, C. S. Morris, J. E. Belz: A global assessment of the SRTM
// performance, Photogrammetric Engineering & Remote Sensing 72, 2006), it sees roofs and trees, and it knows neither
// bridges nor tunnels. So heights are smoothed along the roads, and the decks of bridges and tunnels take theirs from
// the ground at their ends.
type Profile struct {
	Raw   []float64 // m, what the tiles say; NaN where they say nothing
	Deck  []bool    // on a bridge or in a tunnel: Raw does not count
	Links []Link
	Bends []Bend
}

// Link is a piece of road between two points.
type Link struct {
	A, B   int32
	Length float64 // m, > 0
}

// Bend is three points in a row on one road, or straight through a junction: there the gradient changes gently.
type Bend struct {
	A, B, C int32
	AB, BC  float64 // m, > 0
}

// Cutoff is the wave length in metres of which smoothing leaves half the height: 3 m of white noise every 30 m become
// some 0.7 % of gradient.
const Cutoff = 500.0

// Smooth returns the height of every point in m; NaN where nothing is known of any point that a road leads to.
//
// The ground's heights h minimise ∫(h-z)² ds + (Cutoff/2π)⁴ ∫(d²h/ds²)² ds along the roads, z being what the tiles say: the
// Whittaker-Henderson smoother of second order (E. T. Whittaker: On a new method of graduation, 1923; P. H. C. Eilers:
// A perfect smoother, Analytical Chemistry 75, 2003), on the graph of all roads at once, so that roads agree at their
// junctions. It leaves a plane slope as it is. Points without z go along. Decks then are level, or straight
// between their ends: the heights that minimise the squared gradients between the points of the ground.
func (p *Profile) Smooth() []float64 {
	h := append([]float64(nil), p.Raw...)
	free := make([]bool, len(h))
	for i := range h {
		free[i] = math.IsNaN(h[i]) && !p.Deck[i]
		if p.Deck[i] {
			h[i] = math.NaN()
		}
	}
	p.spread(h, free, farthestFill)
	p.smoothGround(h)
	p.spread(h, p.Deck, len(h))
	return h
}

// farthestFill is how many points into a hole of the height model heights are carried from its rim: some 2 km.
const farthestFill = 70

// smoothGround replaces the heights h of the ground, where they are known.
func (p *Profile) smoothGround(h []float64) {
	const stiffness = (Cutoff / (2 * math.Pi)) * (Cutoff / (2 * math.Pi)) * (Cutoff / (2 * math.Pi)) * (Cutoff / (2 * math.Pi))
	s := newSystem(len(h))
	for i := range h {
		s.fixed[i] = math.IsNaN(h[i]) || p.Deck[i]
	}
	for _, l := range p.Links {
		for _, i := range [2]int32{l.A, l.B} {
			if !s.fixed[i] && !math.IsNaN(p.Raw[i]) {
				s.data[i] += l.Length / 2
			}
		}
	}
	for _, b := range p.Bends {
		if s.fixed[b.A] || s.fixed[b.B] || s.fixed[b.C] {
			continue
		}
		// The change of gradient, as coefficients of the three heights.
		s.terms = append(s.terms, term{
			at: [3]int32{b.A, b.B, b.C}, c: [3]float64{1 / b.AB, -1/b.AB - 1/b.BC, 1 / b.BC},
			weight: stiffness * 2 / (b.AB + b.BC),
		})
	}
	s.solve(h)
}

// spread sets the heights of free points so that the squared gradients of the links between them and to known points
// are least: straight lines between what is known. Points that are more than hops links from any that is known stay NaN.
func (p *Profile) spread(h []float64, free []bool, hops int) {
	s := newSystem(len(h))
	for i := range h {
		s.fixed[i] = !free[i]
	}
	for _, l := range p.Links {
		if !free[l.A] && math.IsNaN(h[l.A]) || !free[l.B] && math.IsNaN(h[l.B]) || !free[l.A] && !free[l.B] {
			continue
		}
		s.terms = append(s.terms, term{at: [3]int32{l.A, l.B, l.A}, c: [3]float64{1, -1, 0}, weight: 1 / l.Length})
	}
	s.reach(h, hops)
	s.solve(h)
}

// reach gives free points the height of a known point at most hops links away, as a first guess; what no known point
// reaches stays NaN and becomes fixed.
func (s *system) reach(h []float64, hops int) {
	neighbours := make(map[int32][]int32)
	for _, t := range s.terms {
		neighbours[t.at[0]] = append(neighbours[t.at[0]], t.at[1])
		neighbours[t.at[1]] = append(neighbours[t.at[1]], t.at[0])
	}
	var rim []int32
	for i := range h {
		if s.fixed[i] && !math.IsNaN(h[i]) && neighbours[int32(i)] != nil {
			rim = append(rim, int32(i))
		}
	}
	for ; hops > 0 && len(rim) > 0; hops-- {
		var next []int32
		for _, i := range rim {
			for _, k := range neighbours[i] {
				if math.IsNaN(h[k]) {
					h[k] = h[i]
					next = append(next, k)
				}
			}
		}
		rim = next
	}
	kept := s.terms[:0]
	for _, t := range s.terms {
		if !math.IsNaN(h[t.at[0]]) && !math.IsNaN(h[t.at[1]]) {
			kept = append(kept, t)
		}
	}
	s.terms = kept
	for i := range h {
		s.fixed[i] = s.fixed[i] || math.IsNaN(h[i])
	}
}

// system is a sum of squares in the heights that are not fixed: Σ data (h - z)², z the height before, and Σ weight (c·h)².
type system struct {
	fixed []bool
	data  []float64
	terms []term
}

type term struct {
	at     [3]int32
	c      [3]float64
	weight float64
}

func newSystem(n int) *system { return &system{fixed: make([]bool, n), data: make([]float64, n)} }

// apply sets out to the gradient of half the sum of the terms, and of the data if withData is set, in direction h.
func (s *system) apply(out, h []float64, withData bool) {
	for i := range out {
		out[i] = 0
		if withData && !s.fixed[i] {
			out[i] = s.data[i] * h[i]
		}
	}
	for i := range s.terms {
		t := &s.terms[i]
		d := t.weight * (t.c[0]*h[t.at[0]] + t.c[1]*h[t.at[1]] + t.c[2]*h[t.at[2]])
		for k, at := range t.at {
			if !s.fixed[at] {
				out[at] += t.c[k] * d
			}
		}
	}
}

// solve moves h to the least sum, from where it is, by conjugate gradients (M. R. Hestenes and E. Stiefel, 1952) with
// the diagonal as preconditioner, until nothing moves by more than a millimetre or so.
func (s *system) solve(h []float64) {
	const (
		most      = 1000
		tolerance = 1e-3 // m, root mean square of the preconditioned residual
	)
	n := len(h)
	diagonal := append([]float64(nil), s.data...)
	for i := range s.terms {
		t := &s.terms[i]
		for k, at := range t.at {
			diagonal[at] += t.weight * t.c[k] * t.c[k]
		}
	}
	residual, direction, image := make([]float64, n), make([]float64, n), make([]float64, n)
	known := append([]float64(nil), h...)
	for i := range known {
		if math.IsNaN(known[i]) {
			known[i] = 0 // no term speaks of it
		}
	}
	s.apply(residual, known, false) // at h == z, the data pull nowhere
	unknowns := 0
	var rho float64
	precondition := func(i int) float64 { return residual[i] / diagonal[i] }
	for i := range residual {
		residual[i] = -residual[i]
		if s.fixed[i] || diagonal[i] == 0 {
			residual[i], diagonal[i] = 0, 1
			continue
		}
		unknowns++
		direction[i] = precondition(i)
		rho += residual[i] * direction[i]
	}
	for range most {
		s.apply(image, direction, true)
		var energy float64
		for i := range image {
			energy += direction[i] * image[i]
		}
		if !(energy > 0) {
			return
		}
		step, next, moved := rho/energy, 0.0, 0.0
		for i := range direction {
			if s.fixed[i] {
				continue
			}
			h[i] += step * direction[i]
			residual[i] -= step * image[i]
			z := precondition(i)
			next += residual[i] * z
			moved += z * z
		}
		if moved <= tolerance*tolerance*float64(unknowns) {
			return
		}
		for i := range direction {
			direction[i] = precondition(i) + next/rho*direction[i]
		}
		rho = next
	}
}
