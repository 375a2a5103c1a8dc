package optimise

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"roadtwin/network"
	"roadtwin/signals"
	"roadtwin/signals/arterial"
	"roadtwin/signals/retime"
)

// BesideNames are the controls that Beside makes.
func BesideNames() []string { return []string{"actuated", "coordinated", "max_pressure", "sotl"} }

// Beside returns a way to control the signals of a search that decides by what detectors tell, to be judged beside fixed
// plans: "actuated" is free of coordination; "coordinated" is actuated with the common cycle and the offsets of the green
// wave; "max_pressure" and "sotl" are self-organised. Stages are those of the present plans; detectors and parameters are
// the usual ones (signals.DefaultControl).
func Beside(s *Search, name string) (Control, error) {
	var controls []signals.Control
	var err error
	switch name {
	case "actuated":
		controls, err = s.space.deciding(s.space.plans, signals.RingBarrier)
	case "coordinated":
		controls, err = s.coordinated()
	case "max_pressure":
		controls, err = s.space.deciding(s.space.plans, signals.PressureBased)
	case "sotl":
		controls, err = s.space.deciding(s.space.plans, signals.SelfOrganised)
	default:
		err = fmt.Errorf("unknown control %q, want %s", name, strings.Join(BesideNames(), ", "))
	}
	if err != nil {
		return Control{}, err
	}
	return Deciding(strings.ReplaceAll(name, "_", " "), controls), nil
}

// deciding returns controllers of a kind with the stages of plans.
func (s *Space) deciding(plans []signals.Plan, kind signals.Kind) (controls []signals.Control, err error) {
	for i := range plans {
		c, err := signals.DefaultControl(s.net, &plans[i], kind, signals.ControlOptions{})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name(i), err)
		}
		controls = append(controls, c)
	}
	return controls, nil
}

// coordinated returns actuated controllers in the common cycle of Webster's plans: splits by the flows that were counted,
// and the coordinated phases, those of the main street, beginning when they do in the green wave. Controllers off that
// street are free.
func (s *Search) coordinated() ([]signals.Control, error) {
	flows := s.bench.flows()
	_, common, err := s.space.webster(flows)
	if err != nil {
		return nil, err
	}
	wave := s.space.greenWave(common, flows, false)
	if wave == nil {
		return nil, fmt.Errorf("no street with signals in a row to coordinate, or no band along it")
	}
	street, err := arterial.Find(s.space.net, s.space.Controllers(), "")
	if err != nil {
		return nil, err
	}
	controls, err := s.space.deciding(wave, signals.RingBarrier)
	if err != nil {
		return nil, err
	}
	for i := range controls {
		groups := groupsAlong(street, controls[i].Controller)
		if len(groups) == 0 {
			continue
		}
		green := retime.Green(s.space.net, &wave[i], groups)
		begin := wrap((wave[i].Offset+green.Begin)/wave[i].Cycle()) * wave[i].Cycle()
		pattern := patternOf(s.space.net, controls[i].NEMA, groups, flows, wave[i].Cycle(), begin)
		free := controls[i]
		nema := *controls[i].NEMA
		nema.Patterns = []signals.Pattern{pattern}
		controls[i].NEMA = &nema
		if signals.CheckControl(s.space.net, &controls[i]) != nil {
			controls[i] = free // minimum greens do not fit into the cycle
		}
	}
	return controls, nil
}

// groupsAlong returns the groups of a controller that let traffic go on along a street, of the way out first.
func groupsAlong(street *arterial.Arterial, c network.ControllerID) (groups []network.SignalGroupID) {
	for _, w := range []*arterial.Way{&street.Out, &street.In} {
		for _, l := range w.Lines {
			if l.Controller == c {
				groups = append(groups, l.Groups...)
			}
		}
	}
	return groups
}

// patternOf returns a plan of coordination for phases in rings: the cycle is shared among the barriers, and among the phases
// of each ring between them, by their flow ratios, above what each needs at least. begin is when the coordinated phases,
// those of groups, turn green, s after the start of the cycle.
func patternOf(net *network.Network, n *signals.NEMA, groups []network.SignalGroupID, flows retime.Flows, cycle, begin float64) signals.Pattern {
	p := signals.Pattern{Name: "green wave", Cycle: cycle, Offset: math.Round(begin*10) / 10, Reference: signals.GreenReference, ForceOff: signals.FloatingForceOff}
	least, ratio := map[int]float64{}, map[int]float64{}
	for i := range n.Phases {
		phase := &n.Phases[i]
		least[phase.Number] = phase.MinGreen + phase.Yellow + phase.RedClear
		ratio[phase.Number] = math.Max(0.01, retime.FlowRatio(net, phase.Groups, flows))
	}
	spans := barrierSpans(n, least, ratio, cycle)
	splits := map[int]float64{}
	for b := range n.Barriers {
		for _, ring := range n.Barriers[b].Rings {
			shareOut(ring, least, ratio, spans[b], splits)
		}
	}
	for i := range n.Phases {
		p.Splits = append(p.Splits, splits[n.Phases[i].Number])
	}
	p.Coordinated = coordinatedPhases(n, groups)
	return p
}

// barrierSpans divides the cycle among the barriers.
func barrierSpans(n *signals.NEMA, least, ratio map[int]float64, cycle float64) []float64 {
	needs, flow := make([]float64, len(n.Barriers)), make([]float64, len(n.Barriers))
	for b := range n.Barriers {
		for _, ring := range n.Barriers[b].Rings {
			l, y := 0.0, 0.0
			for _, number := range ring {
				l, y = l+least[number], y+ratio[number]
			}
			needs[b], flow[b] = math.Max(needs[b], l), math.Max(flow[b], y)
		}
	}
	spans, left := make([]float64, len(needs)), cycle
	for b := range spans {
		spans[b] = math.Round((needs[b]+math.Max(0, cycle-total(needs))*flow[b]/total(flow))*10) / 10
		left -= spans[b]
	}
	spans[0] += left
	return spans
}

// shareOut divides a span among the phases of a ring, in tenths of a second.
func shareOut(ring []int, least, ratio map[int]float64, span float64, splits map[int]float64) {
	if len(ring) == 0 {
		return
	}
	spare, flow, busiest := span, 0.0, ring[0]
	for _, number := range ring {
		spare -= least[number]
		flow += ratio[number]
		if ratio[number] > ratio[busiest] {
			busiest = number
		}
	}
	left := span
	for _, number := range ring {
		splits[number] = math.Round((least[number]+math.Max(0, spare)*ratio[number]/flow)*10) / 10
		left -= splits[number]
	}
	splits[busiest] += left
}

// coordinatedPhases returns the phases of some groups, one in each ring, between the barriers where the first of these
// groups is; where a ring has none of them there, its last phase.
func coordinatedPhases(n *signals.NEMA, groups []network.SignalGroupID) (numbers []int) {
	has := func(number int) bool {
		at := slices.IndexFunc(n.Phases, func(p signals.Phase) bool { return p.Number == number })
		return at >= 0 && slices.ContainsFunc(groups, func(g network.SignalGroupID) bool { return slices.Contains(n.Phases[at].Groups, g) })
	}
	for b := range n.Barriers {
		if !slices.ContainsFunc(n.Barriers[b].Rings, func(ring []int) bool { return slices.ContainsFunc(ring, has) }) {
			continue
		}
		for _, ring := range n.Barriers[b].Rings {
			if len(ring) == 0 {
				continue
			}
			chosen := ring[len(ring)-1]
			if k := slices.IndexFunc(ring, has); k >= 0 {
				chosen = ring[k]
			}
			numbers = append(numbers, chosen)
		}
		return numbers
	}
	return nil
}
