package signals

import (
	"fmt"
	"slices"

	"roadtwin/network"
)

// Reorder returns plan with its stages in another order: order[k] is the number of the stage that comes k-th. Greens go
// with their stages; intergreens become the shortest that the changes which come about need. A plan whose changes are
// given step by step keeps its order, since these lead from one stage to the one that was next: any other is an error, as
// is an order that is not of all the stages.
func Reorder(net *network.Network, plan *Plan, order []int) (Plan, error) {
	n := len(plan.Stages)
	seen := make([]bool, n)
	for _, k := range order {
		if len(order) != n || k < 0 || k >= n || seen[k] {
			return Plan{}, fmt.Errorf("order %v, want each of %d stages once", order, n)
		}
		seen[k] = true
	}
	p := plan.clone()
	if n == 0 || inRotation(order) {
		for k, from := range order {
			p.Stages[k] = plan.clone().Stages[from]
		}
		return p, nil
	}
	if plan.stepped() {
		return Plan{}, fmt.Errorf("order %v: the changes of this plan are given step by step, from each stage to the next", order)
	}
	for k, from := range order {
		p.Stages[k].Groups, p.Stages[k].Green = slices.Clone(plan.Stages[from].Groups), plan.Stages[from].Green
	}
	redAmber := rulesOf(net.Country).redAmber
	for k := range p.Stages {
		stage, next := &p.Stages[k], &p.Stages[(k+1)%n]
		stage.Intergreen = requiredIntergreen(&p, stage, next)
		if starts(stage, next) {
			stage.Intergreen = max(stage.Intergreen, redAmber)
		}
	}
	return p, nil
}

// inRotation tells whether each stage is followed by the one that followed it before.
func inRotation(order []int) bool {
	for k := range order {
		if order[(k+1)%len(order)] != (order[k]+1)%len(order) {
			return false
		}
	}
	return true
}

// MinimumGreen returns the least green in s that a stage of plan may have: the longest minimum green of the groups that
// are green in it. A plan whose changes are given step by step may have groups that are green beyond one stage, whose
// minimum need not be met by this stage alone; for its stages it is the least that any green may be, and Check says
// whether the whole plan will do.
func MinimumGreen(plan *Plan, stage int) float64 {
	if plan.stepped() {
		return steppedBounds.minGreen
	}
	return float64(stageMinimum(plan, stage)) / 10
}

// Stepped tells whether a change of plan is given step by step, as in the programs that networks come with.
func Stepped(plan *Plan) bool { return plan.stepped() }
