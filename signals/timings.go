package signals

import (
	"fmt"
	"slices"

	"roadtwin/network"
)

// Timings returns the minimum greens, ambers and all-reds that the groups of controller c get from the geometry and the law of the
// country, in the controller's order.
func Timings(net *network.Network, c network.ControllerID) []GroupTiming {
	law := rulesOf(net.Country)
	timings := make([]GroupTiming, 0, len(net.Controllers[c].Groups))
	for _, g := range net.Controllers[c].Groups {
		timings = append(timings, timingOf(net, g, law))
	}
	return timings
}

// LeastIntergreen returns the time in s that must pass between the green of stage i of a plan and that of the next: amber and
// all-red of the groups that end, and red and amber where the country has it.
func LeastIntergreen(net *network.Network, plan *Plan, i int) float64 {
	from, to := &plan.Stages[i], &plan.Stages[(i+1)%len(plan.Stages)]
	need := requiredIntergreen(plan, from, to)
	if starts(from, to) {
		need = max(need, rulesOf(net.Country).redAmber)
	}
	return need
}

// Conflicting tells for each pair of the groups of controller c, numbered in its order, whether they may never be green together.
func Conflicting(net *network.Network, c network.ControllerID) [][]bool {
	rel := relate(net, c, slots(net))
	out := make([][]bool, rel.n)
	for a := range out {
		out[a] = make([]bool, rel.n)
		for b := range out[a] {
			out[a][b] = rel.between(a, b) == conflicting
		}
	}
	return out
}

// CheckControls returns what CheckControl says of each control; nil where one is fit.
func CheckControls(net *network.Network, controls []Control) []error {
	ch := newChecker(net)
	errs := make([]error, len(controls))
	for i := range controls {
		errs[i] = ch.checkControl(&controls[i])
	}
	return errs
}

// PlanOfProgram returns the plan that shows a program of phases: durations in s, and the light of each of the controller's groups, in
// its order, in each phase. Ambers that are missing are added, and greens begin later where what went before has not been cleared; the
// note says how often.
func PlanOfProgram(net *network.Network, c network.ControllerID, offset float64, durations []float64, lights [][]network.Light) (Plan, string, error) {
	groups := net.Controllers[c].Groups
	if len(lights) != len(groups) {
		return Plan{}, "", fmt.Errorf("lights of %d groups, want %d", len(lights), len(groups))
	}
	with := *net
	with.Controllers, with.SignalGroups = slices.Clone(net.Controllers), slices.Clone(net.SignalGroups)
	with.Controllers[c].Program = &network.Program{Offset: offset, Durations: durations}
	for i, g := range groups {
		with.SignalGroups[g].Lights = lights[i]
	}
	plan, note, err := givenPlan(&with, c, relate(net, c, slots(net)), rulesOf(net.Country))
	if err == nil {
		err = Check(net, &plan)
	}
	return plan, note, err
}
