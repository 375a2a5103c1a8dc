package scenarios

import "roadtwin/signals"

// MovementDelay is what those who have made a movement have lost at its junction since the run began.
type MovementDelay struct {
	Vehicles int
	Delay    float64 // s of control delay, of all together
}

// AppendDelays appends the MovementDelay of each movement to dst, by MovementID.
func (r *Run) AppendDelays(dst []MovementDelay) []MovementDelay {
	for _, sum := range r.meter.movements.whole {
		dst = append(dst, MovementDelay{sum.vehicles, sum.delay})
	}
	return dst
}

// Signals returns the controllers as they run; read only.
func (r *Run) Signals() *signals.System { return r.cfg.Signals }
