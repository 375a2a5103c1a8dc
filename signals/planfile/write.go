package planfile

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v4"

	"roadtwin/network"
	"roadtwin/signals"
)

// Write writes controls as a plan file, which Parse reads back to the same; comments say what their junctions and stages are.
func Write(w io.Writer, net *network.Network, controls []signals.Control) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Signal plans of %s. Times in seconds; offsets against midnight.\n", net.Name)
	b.WriteString("# Movements may be written in other words, as NBL or \"left from Market Street\", as long as they are clear.\n")
	if len(controls) == 0 {
		b.WriteString("controllers: []\n")
	} else {
		b.WriteString("controllers:\n")
	}
	for i := range controls {
		text, err := yaml.Dump([]controller{written(net, &controls[i])})
		if err != nil {
			return fmt.Errorf("plans of %s: %w", describe(net, controls[i].Controller), err)
		}
		b.Write(text)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// written returns a control as a file has it.
func written(net *network.Network, from *signals.Control) controller {
	x := writer{net: net, words: wordsOf(net, from.Controller), control: from}
	c := &net.Controllers[from.Controller]
	id := int(from.Controller)
	out := controller{Name: c.Name, ID: &id, Control: from.Kind.String()}
	if len(c.OSMNodes) > 0 {
		out.Node, out.ID = c.OSMNodes[0], nil
		for other := range net.Controllers { // the first that has the node is meant
			if slices.Contains(net.Controllers[other].OSMNodes, out.Node) {
				if other != id {
					out.Node, out.ID = 0, &id
				}
				break
			}
		}
	}
	if from.Kind == signals.SwitchedOff || from.Kind == signals.SwitchedToFlash {
		return out
	}
	out.Groups = x.groups()
	for _, i := range from.Intergreens {
		out.Intergreens = append(out.Intergreens, intergreen{x.label(i.From), x.label(i.To), ms(i.Time)})
	}
	for _, w := range from.Walks {
		out.Walks = append(out.Walks, walk{w.Name, int(w.Edge), ms(w.Walk), ms(w.Clearance), w.Recall})
	}
	out.Detectors = x.detectors()
	x.kind(&out)
	for _, p := range from.Priorities {
		out.Priorities = append(out.Priorities, priority{
			Name: p.Name, In: x.sensors(p.In), Out: x.sensors(p.Out), Green: x.labels(p.Groups), Extend: ms(p.Extend), Early: ms(p.Early),
			Recovery: ms(p.Recovery), Timeout: ms(p.Timeout),
		})
	}
	for _, p := range from.Preemptions {
		out.Preemptions = append(out.Preemptions, preemption{
			Name: p.Name, In: x.sensors(p.In), Out: x.sensors(p.Out), Green: x.labels(p.Groups), MinDwell: ms(p.MinDwell),
			MaxDwell: ms(p.MaxDwell), Exit: p.Exit + 1,
		})
	}
	return out
}

// ms returns seconds to the millisecond, in which signals are run.
func ms(s float64) float64 { return math.Round(s*1000) / 1000 }

// writer turns the parts of a control into those of a file.
type writer struct {
	net     *network.Network
	words   *words
	control *signals.Control
}

func (x *writer) label(g network.SignalGroupID) string {
	return x.words.labels[slices.Index(x.words.groups, g)]
}

func (x *writer) labels(groups []network.SignalGroupID) []string {
	out := []string{}
	for _, g := range groups {
		out = append(out, x.label(g))
	}
	return out
}

func (x *writer) walks(numbers []int) []string {
	var out []string
	for _, n := range numbers {
		out = append(out, x.control.Walks[n].Name)
	}
	return out
}

func (x *writer) sensors(numbers []int) []string {
	var out []string
	for _, n := range numbers {
		out = append(out, x.control.Detectors[n].Name)
	}
	return out
}

// groups returns the times of the groups; nil if they are those of the geometry.
func (x *writer) groups() []group {
	timings := x.control.Timings
	if x.control.Fixed != nil && len(x.control.Fixed.Plans) > 0 {
		timings = x.control.Fixed.Plans[0].Groups
	}
	var out []group
	for _, t := range timings {
		least, amber, allRed := ms(t.MinGreen), ms(t.Amber), ms(t.AllRed)
		out = append(out, group{x.label(t.Group), &least, &amber, &allRed})
	}
	return out
}

func (x *writer) detectors() []detector {
	var out []detector
	for i := range x.control.Detectors {
		d := &x.control.Detectors[i]
		y := detector{Name: d.Name, Kind: d.Kind.String(), From: ms(d.From), To: ms(d.To), Lock: d.Lock}
		if d.Kind == signals.PushButton {
			y.Walk = x.control.Walks[d.Walk].Name
		} else {
			y.Edge, y.Lane = int(x.net.Lanes[d.Lane].Edge), int(x.net.Lanes[d.Lane].Index)
		}
		if len(d.Groups) > 0 {
			y.Green = x.labels(d.Groups)
		}
		for class := range network.NumVehicleClasses {
			if d.Classes>>class&1 != 0 {
				y.Classes = append(y.Classes, class.String())
			}
		}
		out = append(out, y)
	}
	return out
}

// kind writes what only this kind of control has.
func (x *writer) kind(out *controller) {
	switch c := x.control; c.Kind {
	case signals.FixedTime:
		x.schedule(out)
	case signals.StageActuated:
		for i := range c.Actuated.Stages {
			s := &c.Actuated.Stages[i]
			out.Stages = append(out.Stages, stage{
				Green: x.labels(s.Groups), Walks: x.walks(s.Walks), Min: ms(s.Min), Max: ms(s.Max), Extension: ms(s.Extension),
				Recall: recallOf(s.Recall), Reduction: reductionOf(s.Reduction),
			})
		}
	case signals.RingBarrier:
		x.nema(out)
	case signals.PressureBased:
		p := c.MaxPressure
		out.Stages = x.sets(p.Stages)
		out.Interval, out.Standing, out.Normalised, out.LongestWait = p.Interval, p.Standing, p.Normalised, p.LongestWait
	case signals.SelfOrganised:
		s := c.SOTL
		out.Stages = x.sets(s.Stages)
		out.Threshold, out.Platoon, out.Near, out.LongestWait = s.Threshold, s.Platoon, s.Near, s.LongestWait
	}
}

func (x *writer) sets(stages []signals.StageSet) []stage {
	var out []stage
	for i := range stages {
		out = append(out, stage{Green: x.labels(stages[i].Groups), Walks: x.walks(stages[i].Walks)})
	}
	return out
}

func recallOf(r signals.Recall) string {
	if r == signals.NoRecall {
		return ""
	}
	return r.String()
}

func reductionOf(r *signals.GapReduction) *reduction {
	if r == nil {
		return nil
	}
	return &reduction{ms(r.Before), ms(r.Over), ms(r.Least)}
}

func (x *writer) schedule(out *controller) {
	var names []string
	for i := range x.control.Fixed.Plans {
		p := x.plan(&x.control.Fixed.Plans[i])
		if len(x.control.Fixed.Plans) > 1 || len(x.control.Fixed.Days) > 0 {
			p.Name = strconv.Itoa(i + 1)
		}
		names = append(names, p.Name)
		out.Plans = append(out.Plans, p)
	}
	out.Days = daysOf(x.control.Fixed.Days, names)
	out.Transition = transitionOf(x.control.Fixed.Transition)
}

func (x *writer) plan(from *signals.Plan) plan {
	p := plan{Offset: ms(from.Offset)}
	for i := range from.Stages {
		s := &from.Stages[i]
		length := ms(s.Intergreen)
		y := planStage{Green: x.labels(s.Groups), Seconds: ms(s.Green), Intergreen: &length}
		for k := range s.Change {
			y.Change = append(y.Change, x.step(&s.Change[k]))
		}
		p.Stages = append(p.Stages, y)
	}
	return p
}

func (x *writer) step(from *signals.Step) step {
	s := step{Seconds: ms(from.Duration)}
	for i, a := range from.Aspects {
		switch a {
		case signals.Green:
			s.Green = append(s.Green, x.words.labels[i])
		case signals.Amber:
			s.Amber = append(s.Amber, x.words.labels[i])
		case signals.RedAmber:
			s.RedAmber = append(s.RedAmber, x.words.labels[i])
		}
	}
	return s
}

func daysOf(days []signals.DayPlan, names []string) []day {
	var out []day
	for i := range days {
		d := day{Days: formatDays(days[i].Days)}
		for _, e := range days[i].Entries {
			name := "free"
			if e.Plan >= 0 {
				name = names[e.Plan]
			}
			d.From = append(d.From, entry{formatClock(e.At), name})
		}
		out = append(out, d)
	}
	return out
}

func transitionOf(t signals.Transition) *transition {
	if t == (signals.Transition{}) {
		return nil
	}
	return &transition{t.Method.String(), t.Share}
}

func (x *writer) nema(out *controller) {
	n := x.control.NEMA
	out.Simultaneous = n.Simultaneous
	for i := range n.Phases {
		p := &n.Phases[i]
		out.Phases = append(out.Phases, phase{
			Phase: p.Number, Green: x.labels(p.Groups), Walks: x.walks(p.Walks), MinGreen: ms(p.MinGreen), MaxGreen: ms(p.MaxGreen),
			Passage: ms(p.Passage), Yellow: ms(p.Yellow), RedClear: ms(p.RedClear), Recall: recallOf(p.Recall), DualEntry: p.DualEntry,
			Reduction: reductionOf(p.Reduction),
		})
	}
	for i := range n.Barriers {
		out.Barriers = append(out.Barriers, n.Barriers[i].Rings)
	}
	for _, o := range n.Overlaps {
		out.Overlaps = append(out.Overlaps, overlap{o.Name, o.Parents, x.labels(o.Groups)})
	}
	var names []string
	for i := range n.Patterns {
		p := &n.Patterns[i]
		name := p.Name
		if name == "" || slices.Contains(names, name) {
			name = strconv.Itoa(i + 1)
		}
		names = append(names, name)
		splits := map[int]float64{}
		for k, s := range p.Splits {
			splits[n.Phases[k].Number] = ms(s)
		}
		out.Patterns = append(out.Patterns, pattern{
			Name: name, Cycle: ms(p.Cycle), Offset: ms(p.Offset), Splits: splits, Coordinated: p.Coordinated, Reference: p.Reference.String(),
			ForceOff: p.ForceOff.String(), Permissive: ms(p.Permissive),
		})
	}
	out.Days = daysOf(n.Days, names)
	out.Transition = transitionOf(n.Transition)
}
