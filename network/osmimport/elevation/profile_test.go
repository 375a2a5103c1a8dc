package elevation

import (
	"math"
	"math/rand/v2"
	"testing"
)

// straightRoad is a road of n points every 30 m with the heights z.
func straightRoad(n int, z func(i int) float64) *Profile {
	p := &Profile{Raw: make([]float64, n), Deck: make([]bool, n)}
	for i := range n {
		p.Raw[i] = z(i)
		if i > 0 {
			p.Links = append(p.Links, Link{int32(i - 1), int32(i), 30})
		}
		if i > 1 {
			p.Bends = append(p.Bends, Bend{int32(i - 2), int32(i - 1), int32(i), 30, 30})
		}
	}
	return p
}

func TestSlopeStaysAsItIs(t *testing.T) {
	p := straightRoad(100, func(i int) float64 { return 200 + 3*float64(i) })
	for i, h := range p.Smooth() {
		if math.Abs(h-p.Raw[i]) > 0.01 {
			t.Fatalf("point %d: %.3f m, want %.3f: a slope of 10 %% is smooth already", i, h, p.Raw[i])
		}
	}
}

// Noise of 4 m makes 13 % of gradient from point to point before, and hills of 2 km stay.
func TestNoiseMakesNoWalls(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	hill := func(i int) float64 { return 300 + 20*math.Sin(2*math.Pi*float64(i)*30/2000) }
	p := straightRoad(1000, func(i int) float64 { return hill(i) + random.NormFloat64()*4 })
	h := p.Smooth()
	var gradient, off float64
	for i := 1; i < len(h); i++ {
		g := (h[i]-h[i-1])/30 - (hill(i)-hill(i-1))/30
		gradient += g * g
		off += (h[i] - hill(i)) * (h[i] - hill(i))
	}
	gradient, off = math.Sqrt(gradient/float64(len(h))), math.Sqrt(off/float64(len(h)))
	if gradient > 0.015 || off > 2 {
		t.Errorf("root mean square error %.2f %% of gradient, %.2f m, want at most 1.5 and 2 (seed 1, 2)", 100*gradient, off)
	}
	t.Logf("error %.2f %% of gradient, %.2f m", 100*gradient, off)
}

// A wave of the cutoff's length keeps half its height; one five times as long nearly all.
func TestCutoff(t *testing.T) {
	for _, c := range []struct{ wave, want, tol float64 }{{Cutoff, 0.5, 0.03}, {5 * Cutoff, 1, 0.01}, {Cutoff / 4, 0, 0.02}} {
		p := straightRoad(2000, func(i int) float64 { return 10 * math.Sin(2*math.Pi*float64(i)*30/c.wave) })
		h, most := p.Smooth(), 0.0
		for i := 500; i < 1500; i++ {
			most = max(most, math.Abs(h[i]))
		}
		if got := most / 10; math.Abs(got-c.want) > c.tol {
			t.Errorf("wave of %.0f m keeps %.3f of its height, want %.2f ± %.2f", c.wave, got, c.want, c.tol)
		}
	}
}

func TestDeckIsStraightBetweenItsEnds(t *testing.T) {
	p := straightRoad(100, func(i int) float64 {
		if i > 40 && i < 60 {
			return -50 // the valley below the bridge
		}
		return 100
	})
	for i := 41; i < 60; i++ {
		p.Deck[i] = true
	}
	for i, h := range p.Smooth() {
		if math.Abs(h-100) > 0.05 {
			t.Errorf("point %d: %.2f m, want 100", i, h)
		}
	}
}

func TestHolesAreFilledAsFarAsIsKnown(t *testing.T) {
	p := straightRoad(400, func(i int) float64 {
		if i > 20 && i < 60 || i > 120 {
			return math.NaN()
		}
		return float64(i)
	})
	h := p.Smooth()
	for i := range 121 {
		if math.Abs(h[i]-float64(i)) > 1 {
			t.Errorf("point %d: %.2f m, want %d", i, h[i], i)
		}
	}
	if math.IsNaN(h[150]) || !math.IsNaN(h[399]) {
		t.Errorf("900 m into the unknown %.1f m, 8 km %.1f m, want a height and NaN", h[150], h[399])
	}
}

func TestNothingKnown(t *testing.T) {
	p := straightRoad(10, func(int) float64 { return math.NaN() })
	p.Deck[4] = true
	for i, h := range p.Smooth() {
		if !math.IsNaN(h) {
			t.Errorf("point %d: %.1f m, want NaN", i, h)
		}
	}
}
