package optimise

import (
	"fmt"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/signals"
)

// Space is all timings that a search may try: those of some controllers, the others keep their plans.
type Space struct {
	net     *network.Network
	plans   []signals.Plan // the present ones of the controllers that are searched, in the order of Timing.Junctions
	order   []int          // of the plans, along the line that the controllers lie on at best
	options CycleRange
}

// CycleRange bounds the cycles of a search, s.
type CycleRange struct{ Shortest, Longest float64 }

// DefaultCycles are the cycles that are tried if nothing else is said: the usual range for coordinated signals (Signal
// Timing Manual, 2nd ed., 6.4; RiLSA has 30 to 120 s).
var DefaultCycles = CycleRange{Shortest: 40, Longest: 130}

// NewSpace returns the timings of the controllers of plans, whose present plans they are. Controllers with fewer than two
// stages have nothing to time and are left out; none that is left is an error.
func NewSpace(net *network.Network, plans []signals.Plan, cycles CycleRange) (*Space, error) {
	if !(cycles.Shortest >= 10 && cycles.Shortest <= cycles.Longest && cycles.Longest <= 600) {
		return nil, fmt.Errorf("cycles from %g to %g s, want 10 to 600, the shorter first", cycles.Shortest, cycles.Longest)
	}
	s := &Space{net: net, options: cycles}
	for i := range plans {
		if len(plans[i].Stages) > 1 {
			s.plans = append(s.plans, plans[i])
		}
	}
	if len(s.plans) == 0 {
		return nil, fmt.Errorf("none of the %d signal controllers chosen has two stages between which time could be shared", len(plans))
	}
	s.order = alongAxis(net, s.plans)
	return s, nil
}

// alongAxis returns the numbers of plans by where their controllers lie along the direction in which they lie farthest
// apart.
func alongAxis(net *network.Network, plans []signals.Plan) []int {
	at := make([]network.Point, len(plans))
	var mean network.Point
	for i := range plans {
		at[i] = place(net, plans[i].Controller)
		mean.X += at[i].X / float64(len(plans))
		mean.Y += at[i].Y / float64(len(plans))
	}
	var xx, xy, yy float64
	for _, p := range at {
		dx, dy := p.X-mean.X, p.Y-mean.Y
		xx, xy, yy = xx+dx*dx, xy+dx*dy, yy+dy*dy
	}
	angle := math.Atan2(2*xy, xx-yy) / 2 // of the principal axis
	x, y := math.Cos(angle), math.Sin(angle)
	order := make([]int, len(plans))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		da, db := at[a].X*x+at[a].Y*y, at[b].X*x+at[b].Y*y
		switch {
		case da < db:
			return -1
		case da > db:
			return 1
		}
		return 0
	})
	return order
}

// place returns where a controller is, m: the mean of its junctions.
func place(net *network.Network, c network.ControllerID) (p network.Point) {
	junctions := net.Controllers[c].Junctions
	for _, j := range junctions {
		p.X += net.Junctions[j].Position.X / float64(len(junctions))
		p.Y += net.Junctions[j].Position.Y / float64(len(junctions))
	}
	return p
}

// Controllers returns the controllers that are searched, in the order of Timing.Junctions.
func (s *Space) Controllers() []network.ControllerID {
	ids := make([]network.ControllerID, len(s.plans))
	for i := range s.plans {
		ids[i] = s.plans[i].Controller
	}
	return ids
}

// sequenced returns the present plan of junction i with the stages in the order of j.
func (s *Space) sequenced(i int, j *Junction) (signals.Plan, error) {
	return signals.Reorder(s.net, &s.plans[i], j.Order)
}

// fixed returns what of a cycle of plan cannot be shared out: intergreens, and minimum greens by stage, s.
func fixed(plan *signals.Plan) (lost float64, least []float64) {
	for k := range plan.Stages {
		lost += plan.Stages[k].Intergreen
		least = append(least, signals.MinimumGreen(plan, k))
	}
	return lost, least
}

// shortest returns the least cycle of junction i in s, in whole seconds.
func (s *Space) shortest(i int, j *Junction) float64 {
	plan, err := s.sequenced(i, j)
	if err != nil {
		plan = s.plans[i]
	}
	lost, least := fixed(&plan)
	return math.Ceil(lost + total(least) - 1e-6)
}

// mend brings t into the space: cycles within the range and long enough for the minimum greens of all.
func (s *Space) mend(t *Timing) {
	t.Cycle = min(max(t.Cycle, s.options.Shortest), s.options.Longest)
	for i := range t.Junctions {
		j := &t.Junctions[i]
		least := s.shortest(i, j)
		if j.Repeats == 0 {
			j.Own = max(min(max(j.Own, s.options.Shortest), s.options.Longest), least)
			continue
		}
		j.Own = 0
		if j.Repeats > 1 && t.Cycle < float64(j.Repeats)*least {
			j.Repeats = 1
		}
		t.Cycle = max(t.Cycle, least)
	}
	t.tidy()
}

// Plans returns the plans of t.
func (s *Space) Plans(t *Timing) ([]signals.Plan, error) {
	if len(t.Junctions) != len(s.plans) {
		return nil, fmt.Errorf("timings of %d controllers, want %d", len(t.Junctions), len(s.plans))
	}
	plans := make([]signals.Plan, len(s.plans))
	for i := range plans {
		var err error
		if plans[i], err = s.plan(i, t); err != nil {
			return nil, err
		}
	}
	return plans, nil
}

// plan returns the plan of junction i, in tenths of a second.
func (s *Space) plan(i int, t *Timing) (signals.Plan, error) {
	j := &t.Junctions[i]
	plan, err := s.sequenced(i, j)
	if err != nil {
		return plan, err
	}
	cycle := cycleOf(t, j)
	lost, least := fixed(&plan)
	spare := cycle - lost - total(least)
	longest, left := 0, cycle-lost
	for k := range plan.Stages {
		green := least[k] + max(0, spare)*j.Shares[j.Order[k]]
		plan.Stages[k].Green = max(math.Ceil(least[k]*10-1e-6), math.Round(green*10)) / 10
		left -= plan.Stages[k].Green
		if plan.Stages[k].Green > plan.Stages[longest].Green {
			longest = k
		}
	}
	// What rounding leaves goes where it matters least.
	plan.Stages[longest].Green = math.Round((plan.Stages[longest].Green+left)*1000) / 1000
	plan.Offset = math.Round(j.Offset*plan.Cycle()*10) / 10
	return plan, signals.Check(s.net, &plan)
}

// cycleOf returns the cycle of a junction of t, s.
func cycleOf(t *Timing, j *Junction) float64 {
	if j.Repeats == 0 {
		return j.Own
	}
	return t.Cycle / float64(j.Repeats)
}

// Timing returns the timing that comes nearest to plans: the same if they have the stages of the present ones in any
// order. It is an error if they have others, or if a controller of the space has none.
func (s *Space) Timing(plans []signals.Plan) (Timing, error) {
	t := Timing{Cycle: s.commonCycle(plans)}
	for i := range s.plans {
		k := slices.IndexFunc(plans, func(p signals.Plan) bool { return p.Controller == s.plans[i].Controller })
		if k < 0 {
			return t, fmt.Errorf("no plan for controller %d", s.plans[i].Controller)
		}
		j, err := s.junction(i, &plans[k], t.Cycle)
		if err != nil {
			return t, err
		}
		t.Junctions = append(t.Junctions, j)
	}
	s.mend(&t)
	return t, nil
}

// commonCycle returns the cycle in whole seconds that most of the controllers of the space have in plans, of equally many
// the longest.
func (s *Space) commonCycle(plans []signals.Plan) float64 {
	count := map[float64]int{}
	best := 0.0
	for i := range plans {
		if slices.ContainsFunc(s.plans, func(p signals.Plan) bool { return p.Controller == plans[i].Controller }) {
			count[math.Round(plans[i].Cycle())]++
		}
	}
	for cycle, n := range count {
		if n > count[best] || n == count[best] && cycle > best {
			best = cycle
		}
	}
	if best < s.options.Shortest && 2*best <= s.options.Longest { // most run twice in it
		best *= 2
	}
	return best
}

// junction returns the part of junction i in a timing of that common cycle.
func (s *Space) junction(i int, plan *signals.Plan, common float64) (Junction, error) {
	present := &s.plans[i]
	if len(plan.Stages) != len(present.Stages) {
		return Junction{}, fmt.Errorf("controller %d: %d stages, want %d as now", plan.Controller, len(plan.Stages), len(present.Stages))
	}
	j := Junction{Repeats: 1, Shares: make([]float64, len(plan.Stages))}
	cycle := plan.Cycle()
	begin, offset := 0.0, 0.0
	_, least := fixed(plan)
	for k := range plan.Stages {
		from := slices.IndexFunc(present.Stages, func(p signals.Stage) bool { return slices.Equal(p.Groups, plan.Stages[k].Groups) })
		if from < 0 || slices.Contains(j.Order, from) {
			return Junction{}, fmt.Errorf("controller %d: stage %d is none of the present stages", plan.Controller, k+1)
		}
		if from == 0 {
			offset = plan.Offset + begin
		}
		j.Order = append(j.Order, from)
		j.Shares[from] = max(0.001, plan.Stages[k].Green-least[k])
		begin += plan.Stages[k].Green + plan.Stages[k].Intergreen
	}
	first := slices.Index(j.Order, 0)
	j.Order = append(j.Order[first:len(j.Order):len(j.Order)], j.Order[:first]...)
	j.Offset = wrap(offset / cycle)
	switch {
	case math.Abs(cycle-common) < 0.6:
	case math.Abs(2*cycle-common) < 0.6:
		j.Repeats = 2
	default:
		j.Repeats, j.Own = 0, cycle
	}
	return j, nil
}

func total(values []float64) (sum float64) {
	for _, v := range values {
		sum += v
	}
	return sum
}
