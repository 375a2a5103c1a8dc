package signals

import (
	"fmt"
	"math"

	"roadtwin/network"
)

// ControlOptions say how DefaultControl equips a controller. The zero value means the defaults.
type ControlOptions struct {
	// SetBack is how long before the stop line vehicles pass the Advance detector at the speed limit, s; 0 means 3. It is also
	// the extension: who passes gets to the line.
	SetBack float64
	// Range is how far Area detectors reach from the junction, m; 0 means 200.
	Range float64
	// Stretch is the maximum green of an actuated stage or phase in greens of the plan; 0 means 1.5 (Signal Timing Manual,
	// 2nd ed., 5.1: 1.25 to 1.5; recalled).
	Stretch float64
	// Interval is that of MaxPressure, s.
	Interval float64
	// NoWalks leaves out the signals for people on foot: they walk while the traffic of the arm has red.
	NoWalks bool
}

const (
	defaultSetBack = 3.0
	defaultRange   = 200.0
	defaultStretch = 1.5
	loopLength     = 2.0 // m, Advance and Count
	presenceLength = 6.0 // m, StopLine: 20 ft (FHWA: Traffic Detector Handbook, 3rd ed.; recalled)
	lineGap        = 0.5 // m from the end of a detector to the stop line
)

func (o *ControlOptions) complete() {
	for _, x := range []struct {
		value *float64
		usual float64
	}{{&o.SetBack, defaultSetBack}, {&o.Range, defaultRange}, {&o.Stretch, defaultStretch}, {&o.Interval, defaultInterval}} {
		if *x.value == 0 {
			*x.value = x.usual
		}
	}
}

// DefaultControl makes control of a kind from a plan of the same controller and the geometry: stages and bounds of greens from
// the plan, times of the groups from it, detectors where they usually are, push buttons on the arms that people cross. It
// returns an error if the plan is not fit for net.
func DefaultControl(net *network.Network, plan *Plan, kind Kind, options ControlOptions) (Control, error) {
	options.complete()
	e := equipper{ch: newChecker(net), net: net, plan: plan, options: options}
	if err := e.ch.check(plan); err != nil {
		return Control{}, err
	}
	e.control = Control{Controller: plan.Controller, Kind: kind}
	if kind != FixedTime && kind != SwitchedOff && kind != SwitchedToFlash {
		e.control.Timings = append([]GroupTiming(nil), plan.Groups...)
	}
	switch kind {
	case FixedTime:
		e.control.Fixed = &Schedule{Plans: []Plan{plan.clone()}}
	case StageActuated:
		e.actuate()
	case RingBarrier:
		e.ring()
	case PressureBased:
		e.addAreas(options.Range, "")
		e.control.MaxPressure = &MaxPressure{Stages: e.stages(), Interval: options.Interval}
	case SelfOrganised:
		e.addAreas(options.Range, "")
		e.addAreas(defaultNear, " near")
		e.control.SOTL = &SOTL{Stages: e.stages()}
	}
	if err := e.ch.checkControl(&e.control); err != nil {
		return Control{}, err
	}
	return e.control, nil
}

// equipper makes one control.
type equipper struct {
	ch      *checker
	net     *network.Network
	plan    *Plan
	options ControlOptions
	control Control
}

// stages returns those of the plan, with the walks that are possible beside them.
func (e *equipper) stages() []StageSet {
	var sets []StageSet
	for i := range e.plan.Stages {
		sets = append(sets, StageSet{Groups: e.plan.Stages[i].Groups})
	}
	for _, w := range e.walks() {
		number, used := len(e.control.Walks), false
		e.control.Walks = append(e.control.Walks, w)
		for i := range sets {
			if e.ch.checkTogether(&e.control, sets[i].Groups, []int{number}) == nil {
				sets[i].Walks = append(sets[i].Walks, number)
				used = true
			}
		}
		if !used {
			e.control.Walks = e.control.Walks[:number]
			continue
		}
		e.addButton(number)
	}
	return sets
}

func (e *equipper) addButton(walk int) {
	e.control.Detectors = append(e.control.Detectors, Detector{
		Name: "button " + e.control.Walks[walk].Name, Kind: PushButton, Walk: walk,
	})
}

const (
	usualWalk   = 7.0  // s, MUTCD 11th ed., 4I.06
	designSpeed = 1.07 // m/s, ibid.: 3.5 ft/s
	leastArm    = 12.0 // m: shorter edges are the inside of a junction
)

// walks returns the signals for people on foot of the arms that they may be expected to cross.
func (e *equipper) walks() []Walk {
	if e.options.NoWalks || e.net.Controllers[e.plan.Controller].Program != nil {
		return nil
	}
	var walks []Walk
	for _, j := range e.net.Controllers[e.plan.Controller].Junctions {
		for _, in := range e.net.Junctions[j].In {
			if w, ok := e.walkAcross(j, in); ok {
				walks = append(walks, w)
			}
		}
	}
	return walks
}

func (e *equipper) walkAcross(j network.JunctionID, in network.EdgeID) (Walk, bool) {
	edge := &e.net.Edges[in]
	if edge.Road <= network.Trunk || edge.Road == network.Service || edge.Tunnel || edge.Length < leastArm ||
		e.net.Junctions[edge.From].Controller == e.net.Junctions[j].Controller {
		return Walk{}, false
	}
	width := 0.0
	for _, arm := range []network.EdgeID{in, edge.Opposite} {
		if arm == network.None {
			continue
		}
		for _, lane := range e.net.EdgeLanes(arm) {
			width += lane.Width
		}
	}
	name := edge.Name
	if name == "" {
		name = edge.Road.String()
	}
	return Walk{
		Name: fmt.Sprintf("across %s (edge %d)", name, in), Edge: in, Walk: usualWalk, Clearance: math.Max(4, math.Ceil(width/designSpeed)),
	}, true
}

func (e *equipper) actuate() {
	sets := e.stages()
	e.addLoops()
	a := &Actuated{}
	for i, set := range sets {
		green := e.plan.Stages[i].Green
		least := seconds(leastGreen(e.plan, i))
		a.Stages = append(a.Stages, ActuatedStage{
			Groups: set.Groups, Walks: set.Walks, Min: least, Max: math.Max(least, math.Ceil(green*e.options.Stretch)),
			Extension: e.options.SetBack,
		})
	}
	e.control.Actuated = a
}

// approachLanes returns the lanes of the controller's approaches, with the groups that their traffic waits for.
func (e *equipper) approachLanes() (lanes []network.LaneID, groups [][]network.SignalGroupID) {
	at := map[network.LaneID]int{}
	for _, g := range e.net.Controllers[e.plan.Controller].Groups {
		for _, c := range e.net.SignalGroups[g].Connectors {
			lane := e.net.Connectors[c].From
			i, ok := at[lane]
			if !ok {
				i = len(lanes)
				at[lane] = i
				lanes, groups = append(lanes, lane), append(groups, nil)
			}
			if n := len(groups[i]); n == 0 || groups[i][n-1] != g {
				groups[i] = append(groups[i], g)
			}
		}
	}
	return lanes, groups
}

// addLoops lays a StopLine and an Advance detector into every lane.
func (e *equipper) addLoops() {
	lanes, groups := e.approachLanes()
	for i, lane := range lanes {
		l := &e.net.Lanes[lane]
		end := math.Max(l.Length-lineGap, l.Length/2)
		e.control.Detectors = append(e.control.Detectors, Detector{
			Name: fmt.Sprintf("lane %d stop line", lane), Kind: StopLine, Lane: lane, From: math.Max(0, end-presenceLength), To: end,
			Groups: groups[i],
		})
		if from := l.Length - e.options.SetBack*l.SpeedLimit; from > 0 && from+loopLength < end-presenceLength {
			e.control.Detectors = append(e.control.Detectors, Detector{
				Name: fmt.Sprintf("lane %d advance", lane), Kind: Advance, Lane: lane, From: from, To: from + loopLength,
				Groups: groups[i], Lock: true,
			})
		}
	}
}

// addAreas lays Area detectors of that length into every lane before the stop line, and, for those of the full range, into
// the lanes behind the junction.
func (e *equipper) addAreas(reach float64, suffix string) {
	lanes, groups := e.approachLanes()
	for i, lane := range lanes {
		length := e.net.Lanes[lane].Length
		e.control.Detectors = append(e.control.Detectors, Detector{
			Name: fmt.Sprintf("lane %d%s", lane, suffix), Kind: Area, Lane: lane, From: math.Max(0, length-reach), To: length, Groups: groups[i],
		})
	}
	if suffix != "" {
		return
	}
	seen := map[network.LaneID]bool{}
	for _, g := range e.net.Controllers[e.plan.Controller].Groups {
		for _, c := range e.net.SignalGroups[g].Connectors {
			lane := e.net.Connectors[c].To
			if seen[lane] {
				continue
			}
			seen[lane] = true
			e.control.Detectors = append(e.control.Detectors, Detector{
				Name: fmt.Sprintf("lane %d behind", lane), Kind: Area, Lane: lane, To: math.Min(reach, e.net.Lanes[lane].Length),
			})
		}
	}
}
