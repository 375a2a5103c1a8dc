package utdf

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"roadtwin/network"
	"roadtwin/signals"
)

// timings turns controls into phases of the file.
func (x *exporter) timings() {
	x.timed = map[network.ControllerID]timed{}
	for id := range x.net.Controllers {
		c := x.controls[network.ControllerID(id)]
		switch {
		case c == nil:
		case c.Kind == signals.FixedTime:
			t, ok := stagesAsPhases(&c.Fixed.Plans[0])
			if !ok {
				x.notes = append(x.notes, fmt.Sprintf("junction %d: its plan has changes step by step, or more than eight stages; its timings are left out", id+1))
				continue
			}
			if len(c.Fixed.Plans) > 1 {
				x.notes = append(x.notes, fmt.Sprintf("junction %d: the first of %d plans is written", id+1, len(c.Fixed.Plans)))
			}
			x.timed[network.ControllerID(id)] = t
		case c.Kind == signals.RingBarrier:
			t := ringsAsPhases(c.NEMA)
			for i := range t.phases {
				var alike bool
				if t.phases[i].walk, alike = walkOf(c, &t.phases[i].Phase); !alike {
					x.notes = append(x.notes, fmt.Sprintf("junction %d: the walks of phase %d have different times; the longest are written", id+1, t.phases[i].Number))
				}
			}
			x.timed[network.ControllerID(id)] = t
		default:
			x.notes = append(x.notes, fmt.Sprintf("junction %d: %s control has no timings in UTDF; they are left out", id+1, c.Kind))
		}
	}
}

// stagesAsPhases returns the stages of a plan as phases of one ring.
func stagesAsPhases(p *signals.Plan) (timed, bool) {
	t := timed{cycle: p.Cycle(), offset: wrapped(p.Offset, p.Cycle()), reference: 1, refTo: 3}
	if len(p.Stages) > 8 {
		return t, false
	}
	for i := range p.Stages {
		s := &p.Stages[i]
		if s.Change != nil {
			return t, false
		}
		next := &p.Stages[(i+1)%len(p.Stages)]
		amber, least := 0.0, 3.0
		for _, g := range p.Groups {
			if !slices.Contains(s.Groups, g.Group) {
				continue
			}
			least = math.Max(least, g.MinGreen)
			if !slices.Contains(next.Groups, g.Group) {
				amber = math.Max(amber, g.Amber)
			}
		}
		amber = math.Min(amber, s.Intergreen)
		q := ringPhase{barrier: 1, ring: 1, place: i + 1, split: s.Green + s.Intergreen}
		q.Number, q.Groups, q.MinGreen, q.MaxGreen = i+1, s.Groups, math.Min(least, s.Green), s.Green
		q.Yellow, q.RedClear, q.Recall = amber, s.Intergreen-amber, signals.MaxRecall
		t.phases = append(t.phases, q)
	}
	return t, true
}

// ringsAsPhases returns phases with their places in rings and barriers; of patterns of coordination the first.
func ringsAsPhases(n *signals.NEMA) timed {
	t := timed{kind: 1, refTo: 1}
	for i := range n.Phases {
		p := ringPhase{Phase: n.Phases[i], split: n.Phases[i].MaxGreen + n.Phases[i].Yellow + n.Phases[i].RedClear}
		for b := range n.Barriers {
			for r, ring := range n.Barriers[b].Rings {
				if at := slices.Index(ring, p.Number); at >= 0 {
					p.barrier, p.ring, p.place = b+1, r+1, at+1
				}
			}
		}
		t.phases = append(t.phases, p)
	}
	if len(n.Patterns) == 0 {
		return t
	}
	pattern := &n.Patterns[0]
	t.kind, t.cycle, t.offset = 3, pattern.Cycle, wrapped(pattern.Offset, pattern.Cycle)
	for i := range t.phases {
		t.phases[i].split = pattern.Splits[i]
		t.phases[i].MaxGreen = pattern.Splits[i] - t.phases[i].Yellow - t.phases[i].RedClear
	}
	for _, c := range pattern.Coordinated[:min(2, len(pattern.Coordinated))] {
		t.reference = 100*t.reference + c
	}
	if pattern.Reference == signals.GreenReference {
		t.refTo = 3
	}
	return t
}

func (x *exporter) writeTimings() {
	x.row("[Timeplans]")
	x.row("Timing Plan Settings")
	x.row("RECORDNAME", "INTID", "DATA")
	for c := range x.net.Controllers {
		t, ok := x.timed[network.ControllerID(c)]
		if !ok {
			continue
		}
		id := strconv.Itoa(c + 1)
		x.row("Control Type", id, decimal(t.kind))
		x.row("Cycle Length", id, decimal(t.cycle))
		x.row("Lock Timings", id, "0")
		x.row("Referenced To", id, strconv.Itoa(t.refTo))
		x.row("Reference Phase", id, strconv.Itoa(t.reference))
		x.row("Offset", id, decimal(t.offset))
		x.row("Node 0", id, id)
	}
	x.row("")
	x.row("[Phases]")
	x.row("Phasing Data")
	x.row("RECORDNAME", "INTID", "D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "D9", "D10", "D11", "D12", "D13", "D14", "D15", "D16")
	for c := range x.net.Controllers {
		if t, ok := x.timed[network.ControllerID(c)]; ok {
			x.phases(strconv.Itoa(c+1), t.phases)
		}
	}
}

func (x *exporter) phases(id string, phases []ringPhase) {
	for _, r := range []struct {
		name  string
		value func(*ringPhase) string
	}{
		{"BRP", func(p *ringPhase) string { return strconv.Itoa(100*p.barrier + 10*p.ring + p.place) }},
		{"MinGreen", func(p *ringPhase) string { return decimal(p.MinGreen) }},
		{"MaxGreen", func(p *ringPhase) string { return decimal(p.MaxGreen) }},
		{"VehExt", func(p *ringPhase) string { return decimal(p.Passage) }},
		{"TimeBeforeReduce", func(p *ringPhase) string {
			return reduced(p, func(r *signals.GapReduction) float64 { return r.Before }, 0)
		}},
		{"TimeToReduce", func(p *ringPhase) string {
			return reduced(p, func(r *signals.GapReduction) float64 { return r.Over }, 0)
		}},
		{"MinGap", func(p *ringPhase) string {
			return reduced(p, func(r *signals.GapReduction) float64 { return r.Least }, p.Passage)
		}},
		{"Yellow", func(p *ringPhase) string { return decimal(p.Yellow) }},
		{"AllRed", func(p *ringPhase) string { return decimal(p.RedClear) }},
		{"Recall", func(p *ringPhase) string {
			if p.walk.Recall && p.Recall != signals.MaxRecall {
				return strconv.Itoa(pedestrian)
			}
			return map[signals.Recall]string{signals.MinRecall: "1", signals.MaxRecall: "3"}[p.Recall]
		}},
		{"Walk", func(p *ringPhase) string { return ifWalked(p, p.walk.Walk) }},
		{"DontWalk", func(p *ringPhase) string { return ifWalked(p, p.walk.Clearance) }},
		{"DualEntry", func(p *ringPhase) string { return strconv.Itoa(boolInt(p.DualEntry)) }},
	} {
		cells := make([]string, 18)
		cells[0], cells[1] = r.name, id
		for i := range phases {
			if n := phases[i].Number; n >= 1 && n <= 16 {
				cells[n+1] = r.value(&phases[i])
			}
		}
		x.row(cells...)
	}
}

// ifWalked returns a time of people on foot; "" where nobody walks.
func ifWalked(p *ringPhase, v float64) string {
	if p.walk.Walk == 0 {
		return ""
	}
	return decimal(v)
}

func reduced(p *ringPhase, of func(*signals.GapReduction) float64, otherwise float64) string {
	if p.Reduction == nil {
		return decimal(otherwise)
	}
	return decimal(of(p.Reduction))
}
