// Package retime makes better fixed-time plans from counts: Webster's cycle and splits for the stages that there are, and offsets along a
// street, for the widest bands or the least delay.
package retime

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/signals"
	"roadtwin/signals/arterial"
	"roadtwin/signals/timing"
)

// Options bound what is made.
type Options struct {
	Cycles     timing.CycleBounds
	Common     bool    // one cycle for all: the longest that any needs
	Saturation float64 // veh/h and lane; 0: 1800
}

const defaultSaturation = 1800.0 // veh/h and lane: HCM's 1,900 with a share of heavy vehicles and turns

// Flows are the vehicles an hour that each connector carries, by ConnectorID.
type Flows []float64

// Spread returns the flows of connectors where those of movements are known (veh/h, by MovementID): drivers choose among the lanes that
// lead where they want so that these are as evenly loaded as they can be.
func Spread(net *network.Network, movements []float64) Flows {
	const passes = 20 // each evens out one movement after the other; what is left is far below what is counted
	flows := make(Flows, len(net.Connectors))
	load := make([]float64, len(net.Lanes))
	byMovement := make([][]network.ConnectorID, len(net.Movements))
	for c := range net.Connectors {
		m := net.Connectors[c].Movement
		byMovement[m] = append(byMovement[m], network.ConnectorID(c))
	}
	for range passes {
		for m, connectors := range byMovement {
			for _, c := range connectors {
				load[net.Connectors[c].From] -= flows[c]
				flows[c] = 0
			}
			slices.SortStableFunc(connectors, func(a, b network.ConnectorID) int {
				return cmp.Compare(load[net.Connectors[a].From], load[net.Connectors[b].From])
			})
			fill(net, flows, load, connectors, movements[m])
		}
	}
	return flows
}

// fill shares a flow among connectors, whose lanes are sorted by their loads, as water fills vessels.
func fill(net *network.Network, flows Flows, load []float64, connectors []network.ConnectorID, flow float64) {
	level, below := 0.0, 0.0
	n := 0
	for n < len(connectors) {
		below += load[net.Connectors[connectors[n]].From]
		n++
		level = (flow + below) / float64(n)
		if n == len(connectors) || level <= load[net.Connectors[connectors[n]].From] {
			break
		}
	}
	for _, c := range connectors[:n] {
		lane := net.Connectors[c].From
		flows[c] = max(0, level-load[lane])
		load[lane] += flows[c]
	}
}

// Webster returns plans with Webster's cycles and splits for flows, and notes on what was beyond capacity. Stages, intergreens and offsets stay as they are. Effective greens are taken to be as long as those shown: start-up
// lost time and the use of amber make up for each other (HCM eq. 19-1: both 2 s).
func Webster(net *network.Network, plans []signals.Plan, flows Flows, o Options) ([]signals.Plan, []string, error) {
	if o.Saturation == 0 {
		o.Saturation = defaultSaturation
	}
	demands := make([][]timing.StageDemand, len(plans))
	var notes []string
	longest := 0.0
	for i := range plans {
		demands[i] = demand(net, &plans[i], flows, o.Saturation)
		cycle, _, over, err := timing.Webster(demands[i], o.Cycles)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", net.Controllers[plans[i].Controller].Name, err)
		}
		if over {
			notes = append(notes, fmt.Sprintf("controller %d (%s): beyond capacity with any cycle", plans[i].Controller, net.Controllers[plans[i].Controller].Name))
		}
		longest = max(longest, cycle)
	}
	out := make([]signals.Plan, len(plans))
	for i := range plans {
		cycle := longest
		if !o.Common {
			var err error
			if cycle, _, _, err = timing.Webster(demands[i], o.Cycles); err != nil {
				return nil, nil, err
			}
		}
		greens, err := timing.Splits(cycle, demands[i])
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", net.Controllers[plans[i].Controller].Name, err)
		}
		out[i] = withGreens(plans[i], greens, cycle)
		if err := signals.Check(net, &out[i]); err != nil {
			return nil, nil, err
		}
	}
	return out, notes, nil
}

// withGreens returns a plan with other greens, in tenths of a second, so that its cycle comes out.
func withGreens(plan signals.Plan, greens []float64, cycle float64) signals.Plan {
	plan.Stages = slices.Clone(plan.Stages)
	longest := 0
	for k, g := range greens {
		plan.Stages[k].Green = math.Max(math.Floor(g*10+0.5)/10, math.Ceil(signals.MinimumGreen(&plan, k)*10-1e-6)/10)
		if g > greens[longest] {
			longest = k
		}
	}
	rest := math.Round((cycle-plan.Cycle())*10) / 10
	if plan.Stages[longest].Green+rest >= signals.MinimumGreen(&plan, longest) {
		plan.Stages[longest].Green = math.Round((plan.Stages[longest].Green+rest)*10) / 10
	}
	return plan
}

// demand returns what the stages of a plan have to serve: of each lane the flow ratio, shared among the stages in which its groups are
// green; the busiest lane of a stage decides.
func demand(net *network.Network, plan *signals.Plan, flows Flows, saturation float64) []timing.StageDemand {
	served := map[network.SignalGroupID]int{} // stages
	for k := range plan.Stages {
		for _, g := range plan.Stages[k].Groups {
			served[g]++
		}
	}
	var out []timing.StageDemand
	for k := range plan.Stages {
		s := &plan.Stages[k]
		ratio := max(0.01, flowRatio(net, s.Groups, flows, saturation, func(g network.SignalGroupID) float64 { return 1 / float64(served[g]) }))
		out = append(out, timing.StageDemand{FlowRatio: ratio, Lost: s.Intergreen, MinGreen: signals.MinimumGreen(plan, k)})
	}
	return out
}

// FlowRatio returns the greatest flow over saturation flow (1,800 veh/h) of the lanes of some groups.
func FlowRatio(net *network.Network, groups []network.SignalGroupID, flows Flows) float64 {
	return flowRatio(net, groups, flows, defaultSaturation, func(network.SignalGroupID) float64 { return 1 })
}

// flowRatio is FlowRatio where a share of the flow of each group counts.
func flowRatio(net *network.Network, groups []network.SignalGroupID, flows Flows, saturation float64, share func(network.SignalGroupID) float64) (ratio float64) {
	lanes := map[network.LaneID]float64{} // the greatest counts, so that no order matters
	for _, g := range groups {
		for _, c := range net.SignalGroups[g].Connectors {
			con := &net.Connectors[c]
			lanes[con.From] += equivalent(net, con.Turn) * flows[c] / saturation * share(g)
		}
	}
	for _, y := range lanes {
		ratio = max(ratio, y)
	}
	return ratio
}

// equivalent returns how many vehicles that drive straight on take as long at the stop line as one that turns: 1.05 across the road,
// 1.18 to the kerb (HCM 7th ed., 19-8: E_L and E_R of protected turns).
func equivalent(net *network.Network, turn network.Turn) float64 {
	left, right := 1.05, 1.18
	if net.DrivingSide == network.LeftHand {
		left, right = right, left
	}
	switch turn {
	case network.Left, network.SharpLeft:
		return left
	case network.Right, network.SharpRight:
		return right
	case network.UTurn:
		return 1.05
	}
	return 1
}

// Wave is a street with new offsets.
type Wave struct {
	Street  string                 `json:"street"`
	Cycle   float64                `json:"cycle_s"`
	Signals []network.ControllerID `json:"controllers"`
	Offsets []float64              `json:"offsets_s"`
	BandOut float64                `json:"band_out_s"`
	BandIn  float64                `json:"band_in_s"`
	// Attainability is what share of the narrowest greens the bands take.
	Attainability float64 `json:"attainability"`
	// Before and After are the delay on the street by cyclic flow profiles, vehicles that wait on average; 0 without flows.
	Before float64 `json:"delay_before_veh"`
	After  float64 `json:"delay_after_veh"`
}

// GreenWave returns plans with offsets along a street ("" for that with most signals): for the widest bands, or, with least, from there
// to the least delay by cyclic flow profiles. The plans on the street must have one cycle; speed is the speed of progression over the
// limit, 1 for the limit.
func GreenWave(net *network.Network, plans []signals.Plan, street string, flows Flows, speed float64, least bool) ([]signals.Plan, *Wave, error) {
	var among []network.ControllerID
	byController := map[network.ControllerID]int{}
	for i := range plans {
		among = append(among, plans[i].Controller)
		byController[plans[i].Controller] = i
	}
	a, err := arterial.Find(net, among, street)
	if err != nil {
		return nil, nil, err
	}
	w := wave{net: net, plans: slices.Clone(plans), at: byController, way: a, speed: speed}
	if err := w.lay(); err != nil {
		return nil, nil, err
	}
	bands, err := w.street.Widest(1)
	if err != nil {
		return nil, nil, err
	}
	out := &Wave{
		Street: a.Street, Cycle: w.street.Cycle, BandOut: math.Round(bands.Out*10) / 10, BandIn: math.Round(bands.In*10) / 10,
		Attainability: bands.Attainability(&w.street),
	}
	offsets := bands.Offsets
	if flows != nil {
		profiles := w.profiles(flows)
		before := make([]float64, len(a.Out.Lines))
		for i, line := range a.Out.Lines {
			before[i] = plans[byController[line.Controller]].Offset
		}
		was, err := profiles.Evaluate(before)
		if err != nil {
			return nil, nil, err
		}
		is, err := profiles.Evaluate(offsets)
		if err == nil && least {
			offsets, is, err = profiles.Optimise(offsets)
		}
		if err != nil {
			return nil, nil, err
		}
		out.Before, out.After = was.Delay, is.Delay
	} else if least {
		return nil, nil, fmt.Errorf("offsets of the least delay need flows")
	}
	for i, line := range a.Out.Lines {
		p := &w.plans[byController[line.Controller]]
		p.Offset = math.Round(offsets[i]*10) / 10
		out.Signals, out.Offsets = append(out.Signals, line.Controller), append(out.Offsets, p.Offset)
	}
	return w.plans, out, nil
}

// wave is a street with its plans.
type wave struct {
	net    *network.Network
	plans  []signals.Plan
	at     map[network.ControllerID]int
	way    *arterial.Arterial
	speed  float64
	street timing.Street
}

// lay makes the street of the bands.
func (w *wave) lay() error {
	for i, line := range w.way.Out.Lines {
		p := &w.plans[w.at[line.Controller]]
		if i == 0 {
			w.street.Cycle = p.Cycle()
		} else if math.Abs(p.Cycle()-w.street.Cycle) > 0.05 {
			return fmt.Errorf("cycles of %.1f and %.1f s along %s: want one", w.street.Cycle, p.Cycle(), w.way.Street)
		}
		pattern := timing.Pattern{Out: Green(w.net, p, line.Groups), In: timing.Green{Length: w.street.Cycle}}
		if back := w.back(line.Controller); back != nil {
			pattern.In = Green(w.net, p, back.Groups)
		}
		w.street.Patterns = append(w.street.Patterns, []timing.Pattern{pattern})
		if i > 0 {
			out := w.way.Out.Time(w.net, i-1, i) / w.speed
			in := out
			if a, b := w.backIndex(line.Controller), w.backIndex(w.way.Out.Lines[i-1].Controller); a >= 0 && b > a {
				in = w.way.In.Time(w.net, a, b) / w.speed
			}
			w.street.OutTimes, w.street.InTimes = append(w.street.OutTimes, out), append(w.street.InTimes, in)
		}
	}
	return nil
}

func (w *wave) backIndex(c network.ControllerID) int {
	return slices.IndexFunc(w.way.In.Lines, func(l arterial.Line) bool { return l.Controller == c })
}

func (w *wave) back(c network.ControllerID) *arterial.Line {
	if i := w.backIndex(c); i >= 0 {
		return &w.way.In.Lines[i]
	}
	return nil
}

// Green returns the longest green in a plan that some groups have together, from the offset on; the whole cycle where they are always
// green, or never.
func Green(net *network.Network, p *signals.Plan, groups []network.SignalGroupID) (best timing.Green) {
	intervals := signals.Intervals(net, p)
	all := net.Controllers[p.Controller].Groups
	lit := func(i int) bool {
		for _, g := range groups {
			if intervals[i].Aspects[slices.Index(all, g)] != signals.Green {
				return false
			}
		}
		return len(groups) > 0
	}
	at := 0.0
	for i := range intervals {
		if lit(i) && !lit((i+len(intervals)-1)%len(intervals)) {
			g := timing.Green{Begin: at}
			for k := i; lit(k%len(intervals)) && k < i+len(intervals); k++ {
				g.Length += intervals[k%len(intervals)].Duration
			}
			if g.Length > best.Length {
				best = g
			}
		}
		at += intervals[i].Duration
	}
	if best.Length == 0 {
		best.Length = p.Cycle() // always green, or never: it limits nothing
	}
	return best
}

// profiles returns the street as flows that repeat: a link each way at each signal. What does not come from the signal before is even.
func (w *wave) profiles(flows Flows) timing.Profiles {
	p := timing.Profiles{Cycle: w.street.Cycle, Signals: len(w.way.Out.Lines), StopCost: 10}
	signal := map[network.ControllerID]int{}
	for i, line := range w.way.Out.Lines {
		signal[line.Controller] = i
	}
	for d, way := range []*arterial.Way{&w.way.Out, &w.way.In} {
		before := -1
		for i, line := range way.Lines {
			at, ok := signal[line.Controller]
			if !ok {
				continue
			}
			pattern := w.street.Patterns[at][0]
			green := pattern.Out
			if d == 1 {
				green = pattern.In
			}
			flow, lanes := w.load(line, flows)
			link := timing.Link{Signal: at, Greens: []timing.Green{green}, Saturation: defaultSaturation * float64(max(1, lanes)), Uniform: flow}
			if before >= 0 && i > 0 {
				fed := min(flow, p.Links[before].Uniform+fedFlow(&p.Links[before]))
				link.Uniform = flow - fed
				link.Feeds = []timing.Feed{{Link: before, Flow: fed, Time: way.Time(w.net, i-1, i) / w.speed}}
			}
			before = len(p.Links)
			p.Links = append(p.Links, link)
		}
	}
	return p
}

func fedFlow(l *timing.Link) (sum float64) {
	for _, f := range l.Feeds {
		sum += f.Flow
	}
	return sum
}

// load returns the flow that the groups of a stop line let on, veh/h, and the lanes it comes from.
func (w *wave) load(line arterial.Line, flows Flows) (flow float64, lanes int) {
	from := map[network.LaneID]bool{}
	for _, g := range line.Groups {
		for _, c := range w.net.SignalGroups[g].Connectors {
			from[w.net.Connectors[c].From] = true
			flow += flows[c]
		}
	}
	return flow, len(from)
}
