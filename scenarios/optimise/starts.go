package optimise

import (
	"fmt"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/signals"
	"roadtwin/signals/arterial"
	"roadtwin/signals/timing"
)

// saturation is the flow that a lane discharges at, veh/h: HCM's base of 1,900 with its adjustments for an urban street
// (HCM 7th ed., 19-8), and for one that only turns across (f_LT = 1/1.05).
const (
	saturation     = 1800.0
	saturationTurn = saturation / 1.05
)

// Starts returns the plans that a search begins with, and that its result is judged beside: the present ones; Webster's
// cycles and splits for the flows that were counted while warming up; and these in a common cycle with the offsets of the
// widest bands along the street with most of the signals.
func Starts(s *Search) ([]Start, error) {
	starts := []Start{{Name: "present", Plans: s.Present()}}
	f := s.bench.flows()
	alone, common, err := s.space.webster(f)
	if err != nil {
		return nil, fmt.Errorf("plans by Webster: %w", err)
	}
	starts = append(starts, Start{Name: "Webster", Plans: alone})
	if wave := s.space.greenWave(common); wave != nil {
		starts = append(starts, Start{Name: "Webster + green wave", Plans: wave})
	} else if len(common) > 1 {
		starts = append(starts, Start{Name: "Webster, common cycle", Plans: common})
	}
	return starts, nil
}

// flows returns the vehicles an hour that each connector has carried while warming up, without the first third, in which
// the streets fill: means over the seeds.
func (b *bench) flows() []float64 {
	flows := make([]float64, len(b.city.Net.Connectors))
	for i := range b.runs {
		for c := range flows {
			flows[c] += float64(b.carried[i][c]) / float64(len(b.runs)) / (b.clock.Warmup * 2 / 3) * 3600
		}
	}
	return flows
}

// demand returns what the stages of a plan have to serve.
func demandOf(net *network.Network, plan *signals.Plan, flows []float64) (stages []timing.StageDemand) {
	served := map[network.SignalGroupID]int{} // stages
	for k := range plan.Stages {
		for _, g := range plan.Stages[k].Groups {
			served[g]++
		}
	}
	for k := range plan.Stages {
		stage := &plan.Stages[k]
		lanes := map[network.LaneID]float64{} // flow ratio; the greatest counts, so that no order matters
		for _, g := range stage.Groups {
			for _, c := range net.SignalGroups[g].Connectors {
				full := saturation
				if t := net.Connectors[c].Turn; t == network.Left || t == network.Right || t == network.SharpLeft || t == network.SharpRight {
					full = saturationTurn
				}
				lanes[net.Connectors[c].From] += flows[c] / full / float64(served[g])
			}
		}
		ratio := 0.0
		for _, y := range lanes {
			ratio = math.Max(ratio, y)
		}
		stages = append(stages, timing.StageDemand{FlowRatio: math.Max(ratio, 0.01), Lost: stage.Intergreen, MinGreen: signals.MinimumGreen(plan, k)})
	}
	return stages
}

// webster returns the present stages with Webster's cycles and splits: each controller by itself, and all in the longest
// of their cycles. Effective greens are as long as those shown: start-up lost time and use of amber make up for each
// other (HCM 7th ed., 19-7: both 2 s).
func (s *Space) webster(flows []float64) (alone, common []signals.Plan, err error) {
	longest := 0.0
	demands := make([][]timing.StageDemand, len(s.plans))
	for i := range s.plans {
		demands[i] = demandOf(s.net, &s.plans[i], flows)
		cycle, greens, _, err := timing.Webster(demands[i], timing.CycleBounds{Min: s.options.Shortest, Max: s.options.Longest, Multiple: 5})
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", s.name(i), err)
		}
		longest = math.Max(longest, cycle)
		plan, err := s.timed(i, greens)
		if err != nil {
			return nil, nil, err
		}
		alone = append(alone, plan)
	}
	for i := range s.plans {
		greens, err := timing.Splits(longest, demands[i])
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", s.name(i), err)
		}
		plan, err := s.timed(i, greens)
		if err != nil {
			return nil, nil, err
		}
		common = append(common, plan)
	}
	return alone, common, nil
}

// timed returns the present plan of junction i with other greens, in tenths of a second, and an offset of 0.
func (s *Space) timed(i int, greens []float64) (signals.Plan, error) {
	plan := s.plans[i]
	plan.Offset = 0
	plan.Stages = slices.Clone(plan.Stages)
	for k := range greens {
		least := math.Ceil(signals.MinimumGreen(&plan, k)*10-1e-6) / 10
		plan.Stages[k].Green = math.Max(least, math.Round(greens[k]*10)/10)
	}
	return plan, signals.Check(s.net, &plan)
}

// greenWave returns plans of a common cycle with the offsets of the widest bands along the main street; nil if there is
// none, or no band.
func (s *Space) greenWave(plans []signals.Plan) []signals.Plan {
	a, err := arterial.Find(s.net, s.Controllers(), "")
	if err != nil {
		return nil
	}
	cycle := 0.0
	for i := range plans {
		cycle = math.Max(cycle, plans[i].Cycle())
	}
	street := timing.Street{Cycle: cycle}
	for k, line := range a.Out.Lines {
		p := s.numberOf(line.Controller)
		var pattern timing.Pattern
		pattern.Out = greenOf(&plans[p], line.Groups)
		back := slices.IndexFunc(a.In.Lines, func(l arterial.Line) bool { return l.Controller == line.Controller })
		pattern.In = timing.Green{Length: cycle} // no signal for the way back
		if back >= 0 {
			pattern.In = greenOf(&plans[p], a.In.Lines[back].Groups)
		}
		street.Patterns = append(street.Patterns, []timing.Pattern{pattern})
		if k > 0 {
			out := a.Out.Time(s.net, k-1, k)
			street.OutTimes = append(street.OutTimes, out)
			street.InTimes = append(street.InTimes, out)
		}
	}
	bands, err := street.Widest(1)
	if err != nil || bands.Out+bands.In <= 0 {
		return nil
	}
	wave := slices.Clone(plans)
	for k, line := range a.Out.Lines {
		p := s.numberOf(line.Controller)
		wave[p].Offset = math.Round(wrap(bands.Offsets[k]/cycle)*cycle*10) / 10
	}
	return wave
}

// numberOf returns the number of the junction that controller c is.
func (s *Space) numberOf(c network.ControllerID) int {
	return slices.IndexFunc(s.plans, func(p signals.Plan) bool { return p.Controller == c })
}

// greenOf returns when the first of some groups is green in a plan: the longest of its greens.
func greenOf(plan *signals.Plan, groups []network.SignalGroupID) (best timing.Green) {
	n := len(plan.Stages)
	begin := make([]float64, n)
	for k := 1; k < n; k++ {
		begin[k] = begin[k-1] + plan.Stages[k-1].Green + plan.Stages[k-1].Intergreen
	}
	lit := func(k int) bool { return len(groups) > 0 && slices.Contains(plan.Stages[k%n].Groups, groups[0]) }
	for k := range n {
		if !lit(k) || lit(k+n-1) && !allLit(n, lit) {
			continue
		}
		g := timing.Green{Begin: begin[k]}
		for m := k; m < k+n && lit(m); m++ {
			g.Length += plan.Stages[m%n].Green
			if lit(m + 1) {
				g.Length += plan.Stages[m%n].Intergreen
			}
		}
		if g.Length > best.Length {
			best = g
		}
	}
	return best
}

func allLit(n int, lit func(k int) bool) bool {
	for k := range n {
		if !lit(k) {
			return false
		}
	}
	return true
}
