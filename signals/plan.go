package signals

import (
	"fmt"

	"roadtwin/network"
)

// Plan is a fixed-time plan of one controller. Times are seconds; the cycle is the sum over its stages of green and
// the intergreen that follows.
type Plan struct {
	Controller network.ControllerID
	Offset     float64 // the first stage starts at plan clock = Offset (mod Cycle)
	Stages     []Stage
	Groups     []GroupTiming // one for each of the controller's groups, in its order
}

// Stage is a set of groups that are green together.
type Stage struct {
	Groups []network.SignalGroupID // ascending
	Green  float64                 // s that all of them show green, >= the longest of their minimum greens
	// Intergreen is the time from the end of this green to the start of the next stage's, >= amber plus all-red of
	// every group that ends. Groups that are also in the next stage stay green.
	Intergreen float64
	// Change says step by step what is shown during Intergreen, whose length is the sum of the steps; nil leaves it to
	// the times of the groups. The programs that come with a network have ambers, and greens that begin and end within
	// others', of their own.
	Change []Step
}

// Step is a part of a change in which nothing changes.
type Step struct {
	Duration float64  // s
	Aspects  []Aspect // of the controller's groups, in its order
}

// GroupTiming is what is fixed for a group whatever the plan.
type GroupTiming struct {
	Group    network.SignalGroupID
	MinGreen float64
	Amber    float64 // ITE: t + v/(2a+2Gg)
	AllRed   float64 // ITE: (w+L)/v
}

// Cycle returns the time in seconds in which the plan repeats.
func (p *Plan) Cycle() float64 {
	sum := 0.0
	for i := range p.Stages {
		sum += p.Stages[i].Green + p.Stages[i].Intergreen
	}
	return sum
}

// Retimed returns the plan with another offset and other greens, s: nil leaves them as they are. The greens are one for each stage.
func (p *Plan) Retimed(offset *float64, greens []float64) (Plan, error) {
	next := p.clone()
	if offset != nil {
		next.Offset = *offset
	}
	if greens == nil {
		return next, nil
	}
	if len(greens) != len(next.Stages) {
		return Plan{}, fmt.Errorf("%d greens, want %d: one for each stage", len(greens), len(next.Stages))
	}
	for i, green := range greens {
		next.Stages[i].Green = green
	}
	return next, nil
}

// clone returns a copy that shares nothing with p.
func (p *Plan) clone() Plan {
	c := *p
	c.Groups = append([]GroupTiming(nil), p.Groups...)
	c.Stages = append([]Stage(nil), p.Stages...)
	for i := range c.Stages {
		c.Stages[i].Groups = append([]network.SignalGroupID(nil), c.Stages[i].Groups...)
		c.Stages[i].Change = append([]Step(nil), c.Stages[i].Change...)
		for k := range c.Stages[i].Change {
			c.Stages[i].Change[k].Aspects = append([]Aspect(nil), c.Stages[i].Change[k].Aspects...)
		}
	}
	return c
}

// stepped tells whether a change of the plan is given step by step.
func (p *Plan) stepped() bool {
	for i := range p.Stages {
		if p.Stages[i].Change != nil {
			return true
		}
	}
	return false
}

// has tells whether the stage holds group g.
func (s *Stage) has(g network.SignalGroupID) bool {
	for _, x := range s.Groups {
		if x == g {
			return true
		}
	}
	return false
}
