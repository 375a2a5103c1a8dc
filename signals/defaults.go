package signals

import (
	"fmt"
	"math"
	"slices"

	"roadtwin/network"
)

// The cycle of a default plan, s: whole tens between shortCycle and longCycle, more only where the minimum greens take it.
const (
	shortCycle = 50.0
	longCycle  = 120.0
	// fullest is the sum of the stages' flow ratios beyond which Webster's formula is not followed: it grows without
	// bound towards 1.
	fullest = 0.85
)

// DefaultPlans makes a fixed-time plan for every controller of net that has signal groups. A controller with a program of
// its own (network.Controller.Program) runs that. For the others it is made from the geometry: stages of groups that do
// not meet, green by the rank and lanes of the roads, the cycle by Webster's formula, amber and all-red by the ITE's, and an
// offset of 0. The notes say, one line each, what a planner should look at.
func DefaultPlans(net *network.Network) (plans []Plan, notes []string) {
	slot := slots(net)
	law := rulesOf(net.Country)
	for i := range net.Controllers {
		c := network.ControllerID(i)
		if len(net.Controllers[c].Groups) == 0 {
			notes = append(notes, fmt.Sprintf("%s has no signal groups and stays dark", describe(net, c)))
			continue
		}
		rel := relate(net, c, slot)
		if net.Controllers[c].Program != nil {
			plan, note, err := givenPlan(net, c, rel, law)
			if err == nil {
				err = Check(net, &plan)
			}
			switch {
			case err != nil:
				notes = append(notes, fmt.Sprintf("%s gets a plan of ours: its program cannot run: %v", describe(net, c), err))
			case note != "":
				notes = append(notes, fmt.Sprintf("%s runs its own program: %s", describe(net, c), note))
			}
			if err == nil {
				plans = append(plans, plan)
				continue
			}
		}
		plan := defaultPlan(net, c, rel, law)
		switch n := len(plan.Stages); {
		case n == 1:
			notes = append(notes, fmt.Sprintf("%s has nothing to keep apart and stays green", describe(net, c)))
		case plan.Cycle() > longCycle+0.05:
			notes = append(notes, fmt.Sprintf("%s needs %d stages and a cycle of %.0f s", describe(net, c), n, plan.Cycle()))
		}
		plans = append(plans, plan)
	}
	return plans, notes
}

func describe(net *network.Network, c network.ControllerID) string {
	if name := net.Controllers[c].Name; name != "" {
		return fmt.Sprintf("controller %d (%s)", c, name)
	}
	return fmt.Sprintf("controller %d", c)
}

func defaultPlan(net *network.Network, c network.ControllerID, rel relations, law rules) Plan {
	plan := Plan{Controller: c}
	for _, g := range net.Controllers[c].Groups {
		plan.Groups = append(plan.Groups, timingOf(net, g, law))
	}
	stager, sets := findStages(net, c, rel)
	for _, set := range sets {
		var stage Stage
		for _, b := range set.members {
			for _, i := range stager.bundles[b].slots {
				stage.Groups = append(stage.Groups, net.Controllers[c].Groups[i])
			}
		}
		slices.Sort(stage.Groups)
		plan.Stages = append(plan.Stages, stage)
	}
	for i := range plan.Stages {
		next := &plan.Stages[(i+1)%len(plan.Stages)]
		plan.Stages[i].Intergreen = requiredIntergreen(&plan, &plan.Stages[i], next)
		if starts(&plan.Stages[i], next) {
			plan.Stages[i].Intergreen = max(plan.Stages[i].Intergreen, law.redAmber)
		}
	}
	split(&plan, sets)
	return plan
}

// requiredIntergreen returns the amber and all-red in s that the change from one stage to another needs, 0 if no group
// ends. Timings are those of plan.
func requiredIntergreen(plan *Plan, from, to *Stage) float64 {
	need := 0.0
	for _, t := range plan.Groups {
		if from.has(t.Group) && !to.has(t.Group) {
			need = max(need, t.Amber+t.AllRed)
		}
	}
	return tenths(need)
}

// starts tells whether a group of to is not in from.
func starts(from, to *Stage) bool {
	return slices.ContainsFunc(to.Groups, func(g network.SignalGroupID) bool { return !from.has(g) })
}

// split sets the greens. The cycle is Webster's, C = (1.5L + 5)/(1 - Y) with L the intergreens and Y the sum of the
// stages' flow ratios (F. V. Webster: Traffic signal settings, Road Research Technical Paper 39, 1958), in tens of
// seconds; each stage gets its minimum green, and what is left is shared so that greens are as flow ratios. It works in
// tenths of a second, so that the cycle comes out exactly.
func split(plan *Plan, sets []stageSet) {
	lost, flow := 0.0, 0.0
	least := make([]int, len(sets)) // tenths of a second
	needed := 0
	for i := range sets {
		lost += plan.Stages[i].Intergreen
		flow += sets[i].flow
		least[i] = stageMinimum(plan, i)
		needed += least[i]
	}
	cycle := math.Ceil((1.5*lost+5)/(1-min(flow, fullest))/10) * 10
	cycle = min(max(cycle, shortCycle), longCycle)
	left := int(math.Round((cycle - lost) * 10))
	left = max(left, needed)
	greens := share(left, least, sets)
	for i, g := range greens {
		plan.Stages[i].Green = float64(g) / 10
	}
}

// stageMinimum returns the longest minimum green of the stage's groups in tenths of a second.
func stageMinimum(plan *Plan, stage int) int {
	least := 0.0
	for _, t := range plan.Groups {
		if plan.Stages[stage].has(t.Group) {
			least = max(least, t.MinGreen)
		}
	}
	return int(math.Ceil(least*10 - 1e-6))
}

// share divides total so that every stage has at least its least, and the others are as their flows.
func share(total int, least []int, sets []stageSet) []int {
	greens := slices.Clone(least)
	fixed := make([]bool, len(sets))
	for {
		left, flow := total, 0.0
		for i := range sets {
			if fixed[i] {
				left -= least[i]
			} else {
				flow += sets[i].flow
			}
		}
		again := false
		for i := range sets {
			if !fixed[i] {
				greens[i] = int(float64(left) * sets[i].flow / flow)
				if greens[i] < least[i] {
					greens[i], fixed[i], again = least[i], true, true
				}
			}
		}
		if !again {
			break
		}
	}
	// What rounding down has left goes to the first stage, the busiest road's.
	for _, g := range greens {
		total -= g
	}
	greens[0] += total
	return greens
}
