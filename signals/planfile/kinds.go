package planfile

import (
	"math"

	"roadtwin/signals"
)

// ownFields are the fields that only some kinds of control have.
var ownFields = []struct {
	field string
	kinds []signals.Kind
}{
	{"plans", []signals.Kind{signals.FixedTime}},
	{"stages", []signals.Kind{signals.StageActuated, signals.PressureBased, signals.SelfOrganised}},
	{"phases", []signals.Kind{signals.RingBarrier}},
	{"barriers", []signals.Kind{signals.RingBarrier}},
	{"overlaps", []signals.Kind{signals.RingBarrier}},
	{"patterns", []signals.Kind{signals.RingBarrier}},
	{"simultaneous", []signals.Kind{signals.RingBarrier}},
	{"days", []signals.Kind{signals.FixedTime, signals.RingBarrier}},
	{"transition", []signals.Kind{signals.FixedTime, signals.RingBarrier}},
	{"interval", []signals.Kind{signals.PressureBased}},
	{"standing", []signals.Kind{signals.PressureBased}},
	{"normalised", []signals.Kind{signals.PressureBased}},
	{"longest_wait", []signals.Kind{signals.PressureBased, signals.SelfOrganised}},
	{"threshold", []signals.Kind{signals.SelfOrganised}},
	{"platoon", []signals.Kind{signals.SelfOrganised}},
	{"near", []signals.Kind{signals.SelfOrganised}},
}

// refuseForeign complains of fields that a kind of control has no use for, and of those that it cannot do without.
func (r *reader) refuseForeign(kind signals.Kind) {
	for _, own := range ownFields {
		has := r.at.Has(r.in("%s", own.field))
		belongs := false
		for _, k := range own.kinds {
			belongs = belongs || k == kind
		}
		if has && !belongs {
			r.complain(r.in("%s", own.field), "has no meaning for %s control", kind)
		}
	}
	need := map[signals.Kind]string{
		signals.FixedTime: "plans", signals.StageActuated: "stages", signals.RingBarrier: "phases", signals.PressureBased: "stages",
		signals.SelfOrganised: "stages",
	}[kind]
	if need != "" && !r.at.Has(r.in("%s", need)) {
		r.complain(r.field, "%s is missing, which %s control is made of", need, kind)
	}
}

func (r *reader) schedule(c *signals.Control) *signals.Schedule {
	var s signals.Schedule
	var names []string
	for i := range r.from.Plans {
		s.Plans = append(s.Plans, r.plan(i, c))
		names = append(names, r.from.Plans[i].Name)
	}
	s.Days = r.days(names, false)
	s.Transition = r.transition()
	return &s
}

func (r *reader) plan(i int, c *signals.Control) signals.Plan {
	from := &r.from.Plans[i]
	p := signals.Plan{Controller: c.Controller, Offset: from.Offset, Groups: c.Timings}
	for k := range from.Stages {
		x := &from.Stages[k]
		p.Stages = append(p.Stages, signals.Stage{Groups: r.groups(x.Green, r.in("plans[%d].stages[%d].green", i, k)), Green: x.Seconds})
	}
	for k := range from.Stages {
		x, s := &from.Stages[k], &p.Stages[k]
		total := 0.0
		for n := range x.Change {
			s.Change = append(s.Change, r.step(&x.Change[n], r.in("plans[%d].stages[%d].change[%d]", i, k, n)))
			total += x.Change[n].Seconds
		}
		switch {
		case x.Intergreen != nil:
			s.Intergreen = *x.Intergreen
		case len(x.Change) > 0:
			s.Intergreen = math.Round(total*1000) / 1000
		default:
			s.Intergreen = signals.LeastIntergreen(r.net, &p, k)
		}
	}
	return p
}

func (r *reader) step(from *step, field string) signals.Step {
	s := signals.Step{Duration: from.Seconds, Aspects: make([]signals.Aspect, len(r.words.groups))}
	for i := range s.Aspects {
		s.Aspects[i] = signals.Red
	}
	for _, list := range []struct {
		name   string
		groups []string
		aspect signals.Aspect
	}{{"green", from.Green, signals.Green}, {"amber", from.Amber, signals.Amber}, {"red_amber", from.RedAmber, signals.RedAmber}} {
		for _, g := range r.groups(list.groups, field+"."+list.name) {
			for i, own := range r.words.groups {
				if own == g {
					if s.Aspects[i] != signals.Red {
						r.complain(field+"."+list.name, "%q is in two lists", r.words.labels[i])
					}
					s.Aspects[i] = list.aspect
				}
			}
		}
	}
	return s
}

// days returns the day plans, whose entries name one of names, or "free" where that may be.
func (r *reader) days(names []string, free bool) []signals.DayPlan {
	var out []signals.DayPlan
	for i := range r.from.Days {
		x := &r.from.Days[i]
		var d signals.DayPlan
		var err error
		if d.Days, err = parseDays(x.Days); err != nil {
			r.complain(r.in("days[%d].days", i), "%v", err)
		}
		for k, e := range x.From {
			at, err := parseClock(e.At)
			if err != nil {
				r.complain(r.in("days[%d].from[%d].at", i, k), "%v", err)
			}
			d.Entries = append(d.Entries, signals.Entry{At: at, Plan: r.planNumber(e.Plan, names, free, r.in("days[%d].from[%d].plan", i, k))})
		}
		out = append(out, d)
	}
	return out
}

func (r *reader) planNumber(name string, names []string, free bool, field string) int {
	found := -2
	for i, n := range names {
		if n == name {
			if found >= 0 {
				r.complain(field, "two are called %q", name)
			}
			found = i
		}
	}
	switch {
	case found >= 0:
		return found
	case free && name == "free":
		return signals.Free
	}
	r.complain(field, "none is called %q; there are %s", name, quoted(names))
	return 0
}

func (r *reader) transition() signals.Transition {
	var t signals.Transition
	if x := r.from.Transition; x != nil {
		if err := t.Method.UnmarshalText([]byte(x.Method)); err != nil {
			r.complain(r.in("transition.method"), "%v", err)
		}
		t.Share = x.Share
	}
	return t
}

func (r *reader) recall(text, field string) signals.Recall {
	var recall signals.Recall
	if text != "" {
		if err := recall.UnmarshalText([]byte(text)); err != nil {
			r.complain(field, "%v", err)
		}
	}
	return recall
}

func (x *reduction) gap() *signals.GapReduction {
	if x == nil {
		return nil
	}
	return &signals.GapReduction{Before: x.Before, Over: x.Over, Least: x.Least}
}

func (r *reader) actuatedStages() []signals.ActuatedStage {
	var out []signals.ActuatedStage
	for i := range r.from.Stages {
		x, in := &r.from.Stages[i], r.in("stages[%d]", i)
		out = append(out, signals.ActuatedStage{
			Groups: r.groups(x.Green, in+".green"), Walks: r.walks(x.Walks, in+".walks"), Min: x.Min, Max: x.Max, Extension: x.Extension,
			Recall: r.recall(x.Recall, in+".recall"), Reduction: x.Reduction.gap(),
		})
	}
	return out
}

func (r *reader) stageSets() []signals.StageSet {
	var out []signals.StageSet
	for i := range r.from.Stages {
		x, in := &r.from.Stages[i], r.in("stages[%d]", i)
		out = append(out, signals.StageSet{Groups: r.groups(x.Green, in+".green"), Walks: r.walks(x.Walks, in+".walks")})
		for field, given := range map[string]bool{ // each has its own line: no order needed
			"min": x.Min != 0, "max": x.Max != 0, "extension": x.Extension != 0, "recall": x.Recall != "", "reduction": x.Reduction != nil,
		} {
			if given {
				r.complain(in+"."+field, "has no meaning for %s control", r.from.Control)
			}
		}
	}
	return out
}

func (r *reader) nema() *signals.NEMA {
	n := signals.NEMA{Simultaneous: r.from.Simultaneous}
	for i := range r.from.Phases {
		x, in := &r.from.Phases[i], r.in("phases[%d]", i)
		n.Phases = append(n.Phases, signals.Phase{
			Number: x.Phase, Groups: r.groups(x.Green, in+".green"), Walks: r.walks(x.Walks, in+".walks"), MinGreen: x.MinGreen,
			MaxGreen: x.MaxGreen, Passage: x.Passage, Yellow: x.Yellow, RedClear: x.RedClear, Recall: r.recall(x.Recall, in+".recall"),
			DualEntry: x.DualEntry, Reduction: x.Reduction.gap(),
		})
	}
	for _, b := range r.from.Barriers {
		n.Barriers = append(n.Barriers, signals.Barrier{Rings: b})
	}
	for i := range r.from.Overlaps {
		x := &r.from.Overlaps[i]
		n.Overlaps = append(n.Overlaps, signals.Overlap{
			Name: x.Name, Parents: x.Parents, Groups: r.groups(x.Green, r.in("overlaps[%d].green", i)),
		})
	}
	var names []string
	for i := range r.from.Patterns {
		n.Patterns = append(n.Patterns, r.pattern(i, n.Phases))
		names = append(names, r.from.Patterns[i].Name)
	}
	n.Days = r.days(names, true)
	n.Transition = r.transition()
	return &n
}

func (r *reader) pattern(i int, phases []signals.Phase) signals.Pattern {
	x, in := &r.from.Patterns[i], r.in("patterns[%d]", i)
	p := signals.Pattern{Name: x.Name, Cycle: x.Cycle, Offset: x.Offset, Coordinated: x.Coordinated, Permissive: x.Permissive}
	if x.Reference != "" {
		if err := p.Reference.UnmarshalText([]byte(x.Reference)); err != nil {
			r.complain(in+".reference", "%v", err)
		}
	}
	if x.ForceOff != "" {
		if err := p.ForceOff.UnmarshalText([]byte(x.ForceOff)); err != nil {
			r.complain(in+".force_off", "%v", err)
		}
	}
	known := 0
	for k := range phases {
		split, ok := x.Splits[phases[k].Number]
		if !ok {
			r.complain(in+".splits", "phase %d is missing", phases[k].Number)
		} else {
			known++
		}
		p.Splits = append(p.Splits, split)
	}
	if known < len(x.Splits) {
		r.complain(in+".splits", "%d splits for %d phases", len(x.Splits), len(phases))
	}
	return p
}
