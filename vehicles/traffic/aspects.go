package traffic

import "roadtwin/signals"

// Aspects returns what each signal group shows, indexed by SignalGroupID; read only, valid until the next step. It is
// empty in a world without signals.
func (w *World) Aspects() []signals.Aspect {
	if w.cfg.Signals == nil {
		return nil
	}
	return w.cfg.Signals.Aspects()
}
