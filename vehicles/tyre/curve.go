package tyre

import "math"

// Curve is friction against slip and speed:
//
//	mu(s, v) = Grip · [C1·(1 - e^(-C2·s)) - C3·s] · e^(-C4·s·v) · contact(v)
//
// M. Burckhardt, Fahrwerktechnik: Radschlupf-Regelsysteme, Vogel 1993. Grip scales it for tyres and roads that he did
// not measure; contact is the share of the tyre's load that water does not carry (see Aquaplaning). Curves are values
// computed with exp: they may differ in the last bit between CPUs, so what the step reads is rounded first.
type Curve struct {
	C1, C2, C3  float64 // without dimension
	C4          float64 // s/m
	Grip        float64 // factor, 1 for Burckhardt's car tyre
	Aquaplaning float64 // m/s at which the tyre floats; 0 where water does not stand
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

// contact returns the share of the load that rests on the road. The lift of the water wedge grows with the square of
// the speed and carries everything at the aquaplaning speed (W. B. Horne, R. C. Dreher: Phenomena of pneumatic tire
// hydroplaning, NASA TN D-2056, 1963).
func (c Curve) contact(v float64) float64 {
	if c.Aquaplaning == 0 {
		return 1
	}
	r := v / c.Aquaplaning
	return max(0, 1-r*r)
}

// AquaplaningSpeed returns the speed in m/s at which a rolling tyre of the given pressure (Pa) floats on standing
// water deeper than its tread: 10.35·sqrt(pressure in psi) mph, Horne's law in the units of American road engineers.
func AquaplaningSpeed(pressure float64) float64 {
	const (
		psi = 6894.757 // Pa
		mph = 0.44704  // m/s
	)
	return 10.35 * mph * math.Sqrt(pressure/psi)
}
