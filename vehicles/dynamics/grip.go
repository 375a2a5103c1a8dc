package dynamics

import (
	"roadtwin/network"
	"roadtwin/vehicles"
	"roadtwin/vehicles/tyre"
)

// Grip is what the tyres of a class hold on one surface in one condition, at any slip: what limit handling reads. The
// values at whole metres a second are rounded, so that every CPU has the same.
type Grip struct {
	curve tyre.Curve
	abs   bool
	loose bool // a locked wheel brakes best
	// at[i] holds at i m/s.
	at [SpeedBins + 1]hold
}

// hold is friction at one speed.
type hold struct {
	peak   float32 // the highest there is
	slip   float32 // where it is reached
	wanted float32 // what ABS holds on average; without it, the peak
}

// NewGrip returns what the tyres of class c hold.
func NewGrip(c *vehicles.Class, surface network.Surface, condition tyre.Condition) Grip {
	return newGrip(c, surface, condition, peaks{})
}

func newGrip(c *vehicles.Class, surface network.Surface, condition tyre.Condition, known peaks) Grip {
	g := Grip{curve: c.Tyre.On(surface, condition), abs: c.ABS, loose: ploughs(surface, condition)}
	tops := known.of(g.curve)
	for i := range g.at {
		p := &tops[i]
		g.at[i] = hold{round(p.mu), round(p.slip), round(grip(c, g.curve, p.mu, g.loose, float64(i)).rolling)}
	}
	return g
}

// limits returns peak friction, the slip of the peak and what ABS holds at speed v (m/s).
func (g *Grip) limits(v float64) (peak, slip, wanted float64) {
	if v > SpeedBins {
		v = SpeedBins
	}
	i := min(int(v), SpeedBins-1)
	a, b, f := &g.at[i], &g.at[i+1], v-float64(i)
	between := func(a, b float32) float64 { return float64(a) + float64(f*(float64(b)-float64(a))) }
	return between(a.peak, b.peak), between(a.slip, b.slip), between(a.wanted, b.wanted)
}

// mu returns the friction at slip (0 to 1) and speed v (m/s): tyre.Curve.Mu in arithmetic that is the same everywhere.
func (g *Grip) mu(slip, v float64) float64 {
	c := &g.curve
	static := float64(c.C1*(1-decay(float64(c.C2*slip)))) - float64(c.C3*slip)
	share := 1 / (1 + float64(c.Film*float64(v*v)))
	if c.Aquaplaning > 0 {
		r := v / c.Aquaplaning
		share = min(share, max(0, 1-float64(float64(r*r)*c.Standing)))
	}
	return c.Grip * static * decay(float64(c.C4*float64(slip*v))) * share
}

// decay returns e^-x for x >= 0 from sums and products alone: e^-(x/256) by its series, squared eight times. Up to x = 2,
// where it matters, it is right to 1e-11.
func decay(x float64) float64 {
	if x > 40 {
		return 0
	}
	y := x * (1.0 / 256)
	e := 1 - float64(y*(1-float64(y*(1.0/2)*(1-float64(y*(1.0/3)*(1-float64(y*(1.0/4)*(1-float64(y*(1.0/5))))))))))
	for range 8 {
		e *= e
	}
	return e
}
