package signals

import (
	"fmt"
	"slices"

	"roadtwin/network"
)

// givenPlan makes a plan of the program that controller c came with, so that it runs as it was published: phases,
// durations to the millisecond, ambers and all-reds as the program has them.
//
// Where the program lets a green end without an amber, the group's own is shown from the end of its green. Where a green
// begins before a conflicting one that ended has been cleared, it begins later, and no other time changes: amber and
// all-red are those of the group, unless the program leaves at least the amber of its own. The note, which is empty if the
// program runs unchanged, says how often.
//
// A program that shows conflicting greens, or a green too short for such a delay, is an error that names the phase, counted
// from 0 as in the file, and the groups.
func givenPlan(net *network.Network, c network.ControllerID, rel relations, law rules) (Plan, string, error) {
	g := given{net: net, id: c, program: net.Controllers[c].Program, groups: net.Controllers[c].Groups, relations: rel}
	for _, group := range g.groups {
		g.timings = append(g.timings, timingOf(net, group, law))
	}
	if err := g.lay(); err != nil {
		return Plan{}, "", err
	}
	if err := g.refuseConflicts(); err != nil {
		return Plan{}, "", err
	}
	if err := g.findGreens(); err != nil {
		return Plan{}, "", err
	}
	g.findAmbers()
	if err := g.clear(); err != nil {
		return Plan{}, "", err
	}
	g.time()
	plan, err := g.plan()
	return plan, g.note(), err
}

// given is a program on its way to a plan. All times are ms since the start of its first phase; a green that runs over
// the end of the cycle ends beyond it.
type given struct {
	net       *network.Network
	id        network.ControllerID
	program   *network.Program
	groups    []network.SignalGroupID
	relations relations
	timings   []GroupTiming
	starts    []int64 // of the phases, and the end of the last
	greens    [][]green
	delayed   int   // greens that begin later than in the program
	longest   int64 // ms, the longest such delay
	ambers    int   // greens that end without an amber in the program
}

// green is a time in which a group is green without a break.
type green struct {
	from, to int64 // as in the program
	begins   int64 // >= from, after what it had to wait for
	amber    int64 // that follows
	added    bool  // the amber is not of the program
}

func (g *given) cycle() int64 { return g.starts[len(g.starts)-1] }

// light returns what the group in slot i shows in a phase.
func (g *given) light(i, phase int) network.Light {
	return g.net.SignalGroups[g.groups[i]].Lights[phase]
}

func (g *given) name(i int) string {
	return fmt.Sprintf("group %d (%s)", g.groups[i], g.net.SignalGroups[g.groups[i]].Name)
}

// lay finds when the phases begin, and refuses what a plan cannot show.
func (g *given) lay() error {
	g.starts = []int64{0}
	for p, d := range g.program.Durations {
		ms := milliseconds(d)
		if ms < 1 {
			return fmt.Errorf("phase %d lasts %g s, want a millisecond or more", p, d)
		}
		g.starts = append(g.starts, g.cycle()+ms)
	}
	for i := range g.groups {
		if n := len(g.net.SignalGroups[g.groups[i]].Lights); n != len(g.program.Durations) {
			return fmt.Errorf("%s has lights for %d phases, want %d", g.name(i), n, len(g.program.Durations))
		}
		for p := range g.program.Durations {
			if l := g.light(i, p); l == network.LightOff || l == network.LightFlashing {
				return fmt.Errorf("%s is off or flashes in phase %d", g.name(i), p)
			}
		}
	}
	return nil
}

func (g *given) refuseConflicts() error {
	for p := range g.program.Durations {
		for a := range g.groups {
			for b := range a {
				if g.light(a, p).IsGreen() && g.light(b, p).IsGreen() && g.relations.between(a, b) == conflicting {
					return fmt.Errorf("phase %d shows %s and %s green together, and their paths cross", p, g.name(b), g.name(a))
				}
			}
		}
	}
	return nil
}

func (g *given) findGreens() error {
	phases := len(g.program.Durations)
	g.greens = make([][]green, len(g.groups))
	for i := range g.groups {
		for p := range phases {
			if !g.light(i, p).IsGreen() || g.light(i, (p+phases-1)%phases).IsGreen() {
				continue
			}
			run := green{from: g.starts[p], begins: g.starts[p], to: g.starts[p]}
			for k := p; g.light(i, k%phases).IsGreen(); k++ {
				run.to += g.starts[k%phases+1] - g.starts[k%phases]
			}
			g.greens[i] = append(g.greens[i], run)
		}
		if len(g.greens[i]) == 0 && !g.light(i, 0).IsGreen() {
			return fmt.Errorf("%s is green in no phase", g.name(i))
		}
	}
	return nil
}

// findAmbers finds the ambers after the greens: those of the program, or else the group's own, as far as it is not green
// again before.
func (g *given) findAmbers() {
	phases := len(g.program.Durations)
	for i := range g.groups {
		for k := range g.greens[i] {
			run := &g.greens[i][k]
			for p := g.phaseAt(run.to); g.light(i, p) == network.LightAmber; p = (p + 1) % phases {
				run.amber += g.starts[p+1] - g.starts[p]
			}
			if run.amber == 0 {
				next := &g.greens[i][(k+1)%len(g.greens[i])]
				run.amber = min(milliseconds(g.timings[i].Amber), g.after(run.to, next.from))
				run.added = true
				g.ambers++
			}
		}
	}
}

// phaseAt returns the phase in which a time lies.
func (g *given) phaseAt(at int64) int {
	p, found := slices.BinarySearch(g.starts, at%g.cycle())
	if !found {
		p--
	}
	return p
}

// after returns how long it is from one time of the cycle to the next time that it is another.
func (g *given) after(from, to int64) int64 { return modulo(to-from, g.cycle()) }

// clear lets greens begin later where those before have not been cleared.
func (g *given) clear() error {
	for a := range g.groups {
		for k := range g.greens[a] {
			for b := range g.groups {
				if g.relations.between(a, b) != conflicting || len(g.greens[b]) == 0 {
					continue
				}
				if err := g.clearFor(a, &g.greens[a][k], b); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// clearFor lets the next green of group b begin when that of group a has been cleared.
func (g *given) clearFor(a int, ended *green, b int) error {
	next := g.next(b, ended.to)
	gap, need := g.after(ended.to, next.from), ended.amber
	if ended.added && gap < milliseconds(g.timings[a].Amber) {
		need = milliseconds(g.timings[a].Amber) + milliseconds(g.timings[a].AllRed)
	}
	if gap >= need {
		return nil
	}
	const least = 1000 // ms of green that must be left
	if begins := next.from + need - gap; begins > next.begins {
		next.begins = begins
	}
	if next.to-next.begins < least {
		return fmt.Errorf("phase %d gives %s %.1f s of green, of which the clearance of %s needs %.1f",
			g.phaseAt(next.from), g.name(b), seconds(next.to-next.from), g.name(a), seconds(need-gap))
	}
	return nil
}

func seconds(ms int64) float64 { return float64(ms) / 1000 }

// next returns the green of group b that is the first to begin at a time or after it.
func (g *given) next(b int, at int64) *green {
	best := &g.greens[b][0]
	for k := range g.greens[b] {
		if run := &g.greens[b][k]; g.after(at, run.from) < g.after(at, best.from) {
			best = run
		}
	}
	return best
}

// time sets what the groups need from what they have in the program, so that the conflict monitor holds the plan to it.
func (g *given) time() {
	for a := range g.groups {
		t := &g.timings[a]
		for k := range g.greens[a] {
			run := &g.greens[a][k]
			if k == 0 {
				t.Amber = seconds(run.amber)
			}
			t.Amber = min(t.Amber, seconds(run.amber))
			t.MinGreen = min(t.MinGreen, seconds(run.to-run.begins))
			if run.begins > run.from {
				g.delayed++
				g.longest = max(g.longest, run.begins-run.from)
			}
		}
		own, first := t.AllRed, true
		for k := range g.greens[a] {
			for b := range g.groups {
				if g.relations.between(a, b) != conflicting || len(g.greens[b]) == 0 {
					continue
				}
				run := &g.greens[a][k]
				next := g.next(b, run.to)
				gap := seconds(g.after(run.to, next.from)+next.begins-next.from) - t.Amber
				if first || gap < t.AllRed {
					t.AllRed, first = gap, false
				}
			}
		}
		t.AllRed = min(t.AllRed, own)
	}
}

// aspect returns what the group in slot i shows at a time.
func (g *given) aspect(i int, at int64) Aspect {
	phase := g.phaseAt(at)
	for _, run := range g.greens[i] {
		since := g.after(run.from, at)
		switch {
		case since < run.begins-run.from:
			return Red
		case since < run.to-run.from:
			return Green
		case run.added && since < run.to-run.from+run.amber:
			return Amber
		}
	}
	switch g.light(i, phase) {
	case network.LightAmber:
		return Amber
	case network.LightRedAmber:
		return RedAmber
	case network.LightRed:
		return Red
	}
	return Green // always
}

// note says what is not as in the program.
func (g *given) note() string {
	var text string
	if g.ambers > 0 {
		text = fmt.Sprintf("%d greens end without an amber, which is added", g.ambers)
	}
	if g.delayed > 0 {
		if text != "" {
			text += "; "
		}
		text += fmt.Sprintf("%d begin up to %.1f s later, until what went before has cleared the junction", g.delayed, seconds(g.longest))
	}
	return text
}
