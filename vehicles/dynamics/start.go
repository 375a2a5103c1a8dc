package dynamics

// SteepestStart returns the steepest gradient (rise over run) on which the vehicle pulls away: 0 if it cannot even on the
// level. What limits it is the grip of the driven wheels, or engine and clutch.
func (e *Envelope) SteepestStart() float64 { return e.SteepestHeld(0) }

// SteepestHeld returns the steepest gradient on which the vehicle can keep v (m/s).
func (e *Envelope) SteepestHeld(v float64) float64 {
	_, drive := e.Limits(v)
	return max(0, drive) / gravity
}

// CanStart reports whether a standing vehicle pulls away on a gradient (positive uphill), with at least 0.05 m/s² to spare: less is
// not noticed from behind the wheel.
func (e *Envelope) CanStart(gradient float64) bool {
	_, drive := WithGradient(0, float64(e.At[0].Drive), gradient)
	return drive >= 0.05
}

// CanHold reports whether a standing vehicle stays where it is on a gradient with its brakes on.
func (e *Envelope) CanHold(gradient float64) bool {
	if gradient < 0 {
		gradient = -gradient
	}
	return float64(e.At[0].Brake) > gravity*gradient
}
