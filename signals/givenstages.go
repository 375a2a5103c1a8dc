package signals

import (
	"errors"
	"math"
	"slices"

	"roadtwin/network"
)

// piece is a part of the cycle of a given program in which nothing changes.
type piece struct {
	from, to int64 // ms
	aspects  []Aspect
	stage    bool // it is the green of a stage; else a part of the change to the next
}

// plan makes stages of the phases: a phase is a stage unless it only leads from one to another. The green of a stage is
// what is left of the phase once everything that changes at its beginning has changed.
func (g *given) plan() (Plan, error) {
	pieces := g.pieces()
	first := slices.IndexFunc(pieces, func(p piece) bool { return p.stage })
	if first < 0 {
		return Plan{}, errors.New("no phase in which greens are steady")
	}
	plan := Plan{
		Controller: g.id, Groups: g.timings,
		Offset: math.Mod(g.program.Offset, seconds(g.cycle())) + seconds(pieces[first].from),
	}
	for k := range pieces {
		p := &pieces[(first+k)%len(pieces)]
		length := seconds(p.to - p.from)
		if p.stage {
			stage := Stage{Green: length}
			for i, a := range p.aspects {
				if a == Green {
					stage.Groups = append(stage.Groups, g.groups[i])
				}
			}
			slices.Sort(stage.Groups)
			plan.Stages = append(plan.Stages, stage)
			continue
		}
		last := &plan.Stages[len(plan.Stages)-1]
		last.Change = append(last.Change, Step{Duration: length, Aspects: p.aspects})
	}
	for i := range plan.Stages {
		var sum int64
		for _, step := range plan.Stages[i].Change {
			sum += milliseconds(step.Duration)
		}
		plan.Stages[i].Intergreen = seconds(sum)
	}
	return plan, nil
}

// pieces cuts the cycle where anything changes.
func (g *given) pieces() []piece {
	cuts := slices.Clone(g.starts[:len(g.starts)-1])
	for i := range g.groups {
		for _, run := range g.greens[i] {
			cuts = append(cuts, run.begins%g.cycle())
			if run.added {
				cuts = append(cuts, (run.to+run.amber)%g.cycle())
			}
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	pieces := make([]piece, len(cuts))
	for k, at := range cuts {
		end := g.cycle()
		if k+1 < len(cuts) {
			end = cuts[k+1]
		}
		p := piece{from: at, to: end, aspects: make([]Aspect, len(g.groups))}
		for i := range g.groups {
			p.aspects[i] = g.aspect(i, at)
		}
		phase := g.phaseAt(at)
		p.stage = end == g.starts[phase+1] && !g.passing(phase) && p.steady()
		pieces[k] = p
	}
	return pieces
}

// steady tells whether the groups show red and green only, and somebody green.
func (p *piece) steady() bool {
	greens := false
	for _, a := range p.aspects {
		if a != Red && a != Green {
			return false
		}
		greens = greens || a == Green
	}
	return greens
}

// passing tells whether a phase only leads from one to another: who is green in it is green before and after it.
func (g *given) passing(phase int) bool {
	phases := len(g.program.Durations)
	if phases < 3 {
		return false
	}
	before, after := (phase+phases-1)%phases, (phase+1)%phases
	same := true
	for i := range g.groups {
		now, was, will := g.light(i, phase).IsGreen(), g.light(i, before).IsGreen(), g.light(i, after).IsGreen()
		if now && !(was && will) {
			return false
		}
		same = same && now == was
	}
	return !same // a phase that goes on as the one before is no change
}

// giveWay makes the groups permissive that conflict by the shape of the junction but that the program of the controller
// shows green together, one of them as who gives way.
func (r *relations) giveWay(net *network.Network, c network.ControllerID) {
	program, groups := net.Controllers[c].Program, net.Controllers[c].Groups
	if program == nil {
		return
	}
	for a, g := range groups {
		for b, h := range groups {
			if r.between(a, b) == conflicting && allowed(&net.SignalGroups[g], &net.SignalGroups[h], len(program.Durations)) {
				r.of[a*r.n+b] = permissive
			}
		}
	}
}

// allowed tells whether two groups are green together in some phase, and in each such phase one of them gives way.
func allowed(g, h *network.SignalGroup, phases int) bool {
	if len(g.Lights) != phases || len(h.Lights) != phases {
		return false
	}
	together := false
	for p := range phases {
		if !g.Lights[p].IsGreen() || !h.Lights[p].IsGreen() {
			continue
		}
		if g.Lights[p] == network.LightGreen && h.Lights[p] == network.LightGreen {
			return false
		}
		together = true
	}
	return together
}
