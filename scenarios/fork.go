package scenarios

import (
	"fmt"

	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
)

// Fork returns another world in the state of snapshot, which must come from this run's world: with the same streets, drivers and
// weather, and signals of their own. plans takes the place of the run's signal plans; nil leaves them. Who asks closes it.
func (r *Run) Fork(snapshot *traffic.Snapshot, plans []signals.Plan) (*traffic.World, error) {
	cfg := r.cfg
	if plans == nil {
		plans = r.plans
	}
	var err error
	if cfg.Signals, err = signals.New(r.city.Net, plans); err != nil {
		return nil, fmt.Errorf("fork: %w", err)
	}
	if cfg.Weather, err = r.scenario.skies(r.city.Net); err != nil {
		return nil, fmt.Errorf("fork: %w", err)
	}
	cfg.Workers = 1
	w, err := traffic.New(cfg)
	if err != nil {
		return nil, fmt.Errorf("fork: %w", err)
	}
	if err := w.Restore(snapshot); err != nil {
		w.Close()
		return nil, fmt.Errorf("fork: %w", err)
	}
	return w, nil
}
