package optimise

import (
	"fmt"
	"slices"

	"roadtwin/signals"
	"roadtwin/signals/retime"
	"roadtwin/signals/timing"
)

// Starts returns the plans that a search begins with, and that its result is judged beside: the present ones; Webster's
// cycles and splits for the flows that were counted while warming up; and these in a common cycle with the offsets of the
// widest bands along the street with most of the signals, and with those of the least delay on it by cyclic flow profiles.
func Starts(s *Search) ([]Start, error) {
	starts := []Start{{Name: "present", Plans: s.Present()}}
	f := s.bench.flows()
	alone, common, err := s.space.webster(f)
	if err != nil {
		return nil, fmt.Errorf("plans by Webster: %w", err)
	}
	starts = append(starts, Start{Name: "Webster", Plans: alone})
	waves := 0
	for _, w := range []struct {
		name  string
		delay bool
	}{{"Webster + green wave", false}, {"Webster + least delay", true}} {
		if wave := s.space.greenWave(common, f, w.delay); wave != nil {
			starts = append(starts, Start{Name: w.name, Plans: wave})
			waves++
		}
	}
	if waves == 0 && len(common) > 1 {
		starts = append(starts, Start{Name: "Webster, common cycle", Plans: common})
	}
	return starts, nil
}

// flows returns the vehicles an hour that each connector has carried while warming up, without the first third, in which
// the streets fill: means over the seeds.
func (b *bench) flows() retime.Flows {
	flows := make(retime.Flows, len(b.city.Net.Connectors))
	for i := range b.runs {
		for c := range flows {
			flows[c] += float64(b.carried[i][c]) / float64(len(b.runs)) / (b.clock.Warmup * 2 / 3) * 3600
		}
	}
	return flows
}

// webster returns the present stages with Webster's cycles and splits, and offsets of 0: each controller by itself, and all in
// the longest of their cycles.
func (s *Space) webster(flows retime.Flows) (alone, common []signals.Plan, err error) {
	plans := slices.Clone(s.plans)
	for i := range plans {
		plans[i].Offset = 0
	}
	o := retime.Options{Cycles: timing.CycleBounds{Min: s.options.Shortest, Max: s.options.Longest, Multiple: 5}}
	if alone, _, err = retime.Webster(s.net, plans, flows, o); err != nil {
		return nil, nil, err
	}
	o.Common = true
	common, _, err = retime.Webster(s.net, plans, flows, o)
	return alone, common, err
}

// greenWave returns plans of a common cycle with other offsets along the main street: of the widest bands, or of the least delay. It
// is nil if there is no such street, or no band.
func (s *Space) greenWave(plans []signals.Plan, flows retime.Flows, delay bool) []signals.Plan {
	wave, street, err := retime.GreenWave(s.net, plans, "", flows, 1, delay)
	if err != nil || !delay && street.BandOut+street.BandIn <= 0 {
		return nil
	}
	return wave
}
