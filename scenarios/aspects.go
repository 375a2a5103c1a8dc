package scenarios

import "roadtwin/signals"

// Aspects returns what each signal group shows, indexed by SignalGroupID; read only, valid until the next step.
func (r *Run) Aspects() []signals.Aspect { return r.world.Aspects() }
