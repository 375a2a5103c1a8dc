package signals

import (
	"fmt"
	"math"
)

// checkSteps checks the form of a change that is given step by step, and marks the groups that are green in it.
func (ch *checker) checkSteps(plan *Plan, stage *Stage, shown []bool) error {
	sum := 0.0
	for k := range stage.Change {
		step := &stage.Change[k]
		if !(step.Duration >= 1e-3 && step.Duration <= longestGreen) {
			return fmt.Errorf("step %d of the change lasts %v s, want a millisecond or more", k+1, step.Duration)
		}
		if len(step.Aspects) != len(plan.Groups) {
			return fmt.Errorf("step %d of the change has aspects for %d groups, want %d", k+1, len(step.Aspects), len(plan.Groups))
		}
		for i, a := range step.Aspects {
			switch a {
			case Red, RedAmber, Amber:
			case Green:
				shown[i] = true
			default:
				return fmt.Errorf("step %d of the change: %s shows %d, want red, red_amber, green or amber", k+1, ch.groupName(plan.Groups[i].Group), a)
			}
		}
		sum += step.Duration
	}
	if math.Abs(sum-stage.Intergreen) > slack*float64(1+len(stage.Change)) {
		return fmt.Errorf("intergreen %v s, the steps of the change last %v", stage.Intergreen, sum)
	}
	return nil
}

// checkShown runs two cycles of a plan past a conflict monitor, and checks that every green is as long as its group's
// minimum.
func (ch *checker) checkShown(plan *Plan) error {
	run := compile(plan, ch.law.redAmber)
	m := newMonitor(ch.clearances(&Control{Controller: plan.Controller}, plan.Groups))
	began := make([]int64, len(plan.Groups)) // ms at which the present green began; before the first change unknown
	for i := range began {
		began[i] = longAgo
	}
	for cycle := range int64(2) {
		for k := range run.intervals {
			now := cycle*run.length + run.intervals[k].at
			want := run.intervals[k].aspects
			for i, a := range want {
				switch {
				case a == Green && m.shown[i] != Green && (cycle > 0 || k > 0):
					began[i] = now
				case a != Green && m.shown[i] == Green && began[i] != longAgo &&
					float64(now-began[i])/1000 < plan.Groups[i].MinGreen-slack:
					return fmt.Errorf("%s is green for %.1f s, its minimum is %v", ch.groupName(plan.Groups[i].Group),
						float64(now-began[i])/1000, plan.Groups[i].MinGreen)
				}
			}
			if cycle == 0 && k == 0 {
				m.begin(now, want)
			} else {
				m.pass(now, want)
			}
			if m.tripped {
				return fmt.Errorf("%.1f s after its first green %w", float64(run.intervals[k].at)/1000, ch.reason(plan, &m, now, want))
			}
		}
	}
	return nil
}

// reason says why a monitor has tripped.
func (ch *checker) reason(plan *Plan, m *monitor, now int64, want []Aspect) error {
	name := func(i int) string { return ch.groupName(plan.Groups[i].Group) }
	for a := range want {
		if m.cutShort(now, a, want[a]) {
			return fmt.Errorf("%s leaves its green without an amber of %v s", name(a), plan.Groups[a].Amber)
		}
	}
	for a := range want {
		for b := range want {
			if want[a] != Green || !m.conflicting(a, b) {
				continue
			}
			if want[b] == Green || want[b] == Amber {
				return fmt.Errorf("%s and %s conflict and are not red", name(a), name(b))
			}
			if need := m.between(b, a); m.shown[a] != Green && now-m.greenEnd[b] < need-rounding {
				return fmt.Errorf("%s begins %.1f s after %s, which needs %.1f s to clear", name(a),
					float64(now-m.greenEnd[b])/1000, name(b), float64(need)/1000)
			}
		}
	}
	return fmt.Errorf("the conflict monitor trips")
}
