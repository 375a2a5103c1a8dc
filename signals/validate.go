package signals

import (
	"fmt"
	"math"

	"roadtwin/network"
)

// What a plan may hold at most; beyond, it is a mistake of units.
const (
	longestGreen  = 3600.0 // s
	longestAllRed = 60.0   // s
	shortestGreen = 3.0    // s; no driver expects less
	slack         = 5e-4   // s; half of the millisecond in which plans are run
)

// timingBounds are what the times of groups must lie within, s.
type timingBounds struct{ minGreen, amberMin, amberMax float64 }

// steppedBounds are those of plans whose changes are given step by step: their ambers are not ours to judge.
var steppedBounds = timingBounds{minGreen: 1, amberMin: 1, amberMax: 20}

// checker validates plans against what the street must never see.
type checker struct {
	net       *network.Network
	law       rules
	slot      []int32
	relations []relations // by controller
}

func newChecker(net *network.Network) *checker {
	ch := &checker{net: net, law: rulesOf(net.Country), slot: slots(net), relations: make([]relations, len(net.Controllers))}
	for c := range net.Controllers {
		ch.relations[c] = relate(net, network.ControllerID(c), ch.slot)
	}
	return ch
}

// Check returns an error that names controller, stage and groups if plan does not fit net or could show conflicting
// greens, or greens, ambers or intergreens that are too short.
func Check(net *network.Network, plan *Plan) error { return newChecker(net).check(plan) }

func (ch *checker) check(plan *Plan) error {
	c := plan.Controller
	if c < 0 || int(c) >= len(ch.net.Controllers) {
		return fmt.Errorf("plan for controller %d: there are %d controllers", c, len(ch.net.Controllers))
	}
	fail := func(err error) error { return fmt.Errorf("plan for %s: %w", describe(ch.net, c), err) }
	if err := ch.checkTimings(c, plan.Groups, plan.stepped()); err != nil {
		return fail(err)
	}
	if len(plan.Stages) == 0 {
		return fail(fmt.Errorf("no stages"))
	}
	if math.IsNaN(plan.Offset) || math.Abs(plan.Offset) > 86400 {
		return fail(fmt.Errorf("offset %v s, want within a day", plan.Offset))
	}
	shown := make([]bool, len(plan.Groups))
	for i := range plan.Stages {
		if err := ch.checkStage(plan, i, shown); err != nil {
			return fail(fmt.Errorf("stage %d: %w", i+1, err))
		}
	}
	if plan.stepped() {
		if err := ch.checkShown(plan); err != nil {
			return fail(err)
		}
	}
	for i := range shown {
		if !shown[i] {
			return fail(fmt.Errorf("%s is green in no stage", ch.groupName(plan.Groups[i].Group)))
		}
	}
	return nil
}

// checkTimings checks the times of the groups of controller c; given says that they are those of a program that came with the
// network.
func (ch *checker) checkTimings(c network.ControllerID, timings []GroupTiming, given bool) error {
	groups := ch.net.Controllers[c].Groups
	if len(timings) != len(groups) {
		return fmt.Errorf("times for %d groups, want %d", len(timings), len(groups))
	}
	bounds := timingBounds{shortestGreen, ch.law.amberMin, ch.law.amberMax}
	if given {
		bounds = steppedBounds
	}
	for i, t := range timings {
		switch {
		case t.Group != groups[i]:
			return fmt.Errorf("times of group %d at place %d, want %s", t.Group, i, ch.groupName(groups[i]))
		case !(t.MinGreen >= bounds.minGreen-slack && t.MinGreen <= longestGreen):
			return fmt.Errorf("%s: minimum green %v s, want at least %v", ch.groupName(t.Group), t.MinGreen, bounds.minGreen)
		case !(t.Amber >= bounds.amberMin-slack && t.Amber <= bounds.amberMax+slack):
			return fmt.Errorf("%s: amber %v s, want %v to %v", ch.groupName(t.Group), t.Amber, bounds.amberMin, bounds.amberMax)
		case !(t.AllRed >= 0 && t.AllRed <= longestAllRed):
			return fmt.Errorf("%s: all-red %v s, want 0 to %v", ch.groupName(t.Group), t.AllRed, longestAllRed)
		}
	}
	return nil
}

// checkStage checks stage i and the change to the next, and marks its groups in shown.
func (ch *checker) checkStage(plan *Plan, i int, shown []bool) error {
	stage := &plan.Stages[i]
	c := plan.Controller
	if !(stage.Green > 0 && stage.Green <= longestGreen && stage.Intergreen >= 0 && stage.Intergreen <= longestAllRed+ch.law.amberMax) {
		return fmt.Errorf("green %v s, intergreen %v s", stage.Green, stage.Intergreen)
	}
	for a, g := range stage.Groups {
		if g < 0 || int(g) >= len(ch.net.SignalGroups) || ch.net.SignalGroups[g].Controller != c {
			return fmt.Errorf("group %d is not of this controller", g)
		}
		if a > 0 && stage.Groups[a-1] >= g {
			return fmt.Errorf("groups are not in ascending order")
		}
		shown[ch.slot[g]] = true
		if least := plan.Groups[ch.slot[g]].MinGreen; stage.Green < least-slack && !plan.stepped() {
			return fmt.Errorf("green %v s, minimum of %s is %v", stage.Green, ch.groupName(g), least)
		}
		for _, h := range stage.Groups[:a] {
			if ch.relations[c].between(int(ch.slot[g]), int(ch.slot[h])) == conflicting {
				return fmt.Errorf("%s and %s conflict and are green together", ch.groupName(h), ch.groupName(g))
			}
		}
	}
	if stage.Change != nil {
		return ch.checkSteps(plan, stage, shown)
	}
	next := &plan.Stages[(i+1)%len(plan.Stages)]
	for _, g := range stage.Groups {
		t := &plan.Groups[ch.slot[g]]
		if !next.has(g) && stage.Intergreen < t.Amber+t.AllRed-slack {
			return fmt.Errorf("intergreen %v s, %s needs %.1f (amber and all-red)", stage.Intergreen, ch.groupName(g), t.Amber+t.AllRed)
		}
	}
	return nil
}

func (ch *checker) groupName(g network.SignalGroupID) string {
	return fmt.Sprintf("group %d (%s)", g, ch.net.SignalGroups[g].Name)
}
