package tyre

import "math"

// MagicFormula is friction against slip as H. B. Pacejka writes it (Tyre and vehicle dynamics, 2012, ch. 4):
//
//	mu(s) = D · sin(C · atan(B·s - E·(B·s - atan(B·s))))
//
// It knows neither speed nor water. The traffic drives on Curve; this is the second opinion beside it, and what snow's shape
// is taken from.
type MagicFormula struct{ B, C, D, E float64 }

// The typical sets of MathWorks' Simscape Driveline for a car tyre.
var (
	MagicDry  = MagicFormula{B: 10, C: 1.9, D: 1, E: 0.97}
	MagicWet  = MagicFormula{B: 12, C: 2.3, D: 0.82, E: 1}
	MagicSnow = MagicFormula{B: 5, C: 2, D: 0.3, E: 1}
	MagicIce  = MagicFormula{B: 4, C: 2, D: 0.1, E: 1}
)

// Mu returns the friction at slip (0 to 1).
func (m MagicFormula) Mu(slip float64) float64 {
	x := m.B * slip
	return m.D * math.Sin(m.C*math.Atan(x-m.E*(x-math.Atan(x))))
}

// Peak returns the highest friction between slip 0 and 1 and where it is reached.
func (m MagicFormula) Peak() (slip, mu float64) {
	// The sine is at its highest where its argument is a right angle; the argument grows with slip.
	lo, hi := 0.0, 1.0
	for range 52 {
		slip = (lo + hi) / 2
		x := m.B * slip
		if m.C*math.Atan(x-m.E*(x-math.Atan(x))) < math.Pi/2 {
			lo = slip
		} else {
			hi = slip
		}
	}
	return slip, m.Mu(slip)
}

// Locked returns the friction of a locked wheel.
func (m MagicFormula) Locked() float64 { return m.Mu(1) }
