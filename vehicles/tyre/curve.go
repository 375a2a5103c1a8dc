package tyre

import "math"

// Curve is friction against slip and speed:
//
//	mu(s, v) = Grip · [C1·(1 - e^(-C2·s)) - C3·s] · e^(-C4·s·v) · contact(v)
//
// M. Burckhardt, Fahrwerktechnik: Radschlupf-Regelsysteme, Vogel 1993. Grip scales it for tyres and roads that he did
// not measure; contact is the share of the tyre's contact that water leaves on the road (water.go). Curves are values
// computed with exp: they may differ in the last bit between CPUs, so what the step reads is rounded first.
type Curve struct {
	C1, C2, C3  float64 // without dimension
	C4          float64 // s/m
	Grip        float64 // factor, 1 for Burckhardt's car tyre
	Film        float64 // s²/m²: a film of water leaves 1/(1 + Film·v²) of the contact; 0 on dry ground
	Aquaplaning float64 // m/s at which the tyre floats; 0 where water does not stand
	Standing    float64 // share of Horne's wedge that water of this depth makes, 0 to 1
}

// Mu returns the friction at slip (0..1) and vehicle speed v (m/s, >= 0).
func (c Curve) Mu(slip, v float64) float64 {
	static := c.C1*(1-math.Exp(-c.C2*slip)) - c.C3*slip
	return c.Grip * static * math.Exp(-c.C4*slip*v) * c.contact(v)
}

// Peak returns the highest friction at speed v (m/s) and the slip at which it is reached; slip is 1 on surfaces where
// a locked wheel grips best.
func (c Curve) Peak(v float64) (slip, mu float64) {
	lo, hi := 0.0, 1.0
	if c.slope(1, v) >= 0 {
		return 1, c.Mu(1, v)
	}
	for range 52 { // halves the interval to the last bit
		mid := (lo + hi) / 2
		if c.slope(mid, v) > 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	slip = (lo + hi) / 2
	return slip, c.Mu(slip, v)
}

// Locked returns the friction of a locked wheel at speed v (m/s).
func (c Curve) Locked(v float64) float64 { return c.Mu(1, v) }

// slope has the sign of the derivative of Mu with respect to slip. It changes sign once, from + to -.
func (c Curve) slope(slip, v float64) float64 {
	decay := math.Exp(-c.C2 * slip)
	static := c.C1*(1-decay) - c.C3*slip
	return c.C1*c.C2*decay - c.C3 - c.C4*v*static
}
