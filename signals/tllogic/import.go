package tllogic

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"

	"roadtwin/network"
	"roadtwin/network/sumonet"
	"roadtwin/signals"
)

// Options say what is imported.
type Options struct {
	// Own is how many of the programs are the network's own: the first. Signals that have one of these only, a static one, are left out:
	// they run it without any import.
	Own int
}

// Taken are signals with a control.
type Taken struct {
	Signals    string               `json:"signals"`
	Controller network.ControllerID `json:"controller"`
	Kind       string               `json:"kind"`
	Programs   []string             `json:"programs"` // that run
}

// Left are signals without one.
type Left struct {
	Signals string `json:"signals"`
	Why     string `json:"why"`
}

// Report tells what became of programs.
type Report struct {
	Taken []Taken  `json:"taken"`
	Left  []Left   `json:"left"`
	Notes []string `json:"notes"` // what is otherwise than in SUMO
}

func (r *Report) note(format string, args ...any) {
	const most = 1000
	if text := fmt.Sprintf(format, args...); len(r.Notes) < most && !slices.Contains(r.Notes, text) {
		r.Notes = append(r.Notes, text)
	}
}

// Import returns controls of the signals that files have programs for. Of several programs of the same signals the last runs, as in
// SUMO, or those that a WAUT names at its times. Every control has passed signals.CheckControl.
func Import(net *network.Network, links *sumonet.Links, s *sumonet.Signals, o Options) ([]signals.Control, *Report) {
	in := importer{net: net, links: links, all: s, report: &Report{Taken: []Taken{}, Left: []Left{}, Notes: []string{}}}
	byID := map[string][]*sumonet.Logic{}
	var order []string
	plain := map[string]bool{}
	for i := range s.Logics {
		l := &s.Logics[i]
		if byID[l.Signals] == nil {
			order = append(order, l.Signals)
			plain[l.Signals] = i < o.Own && l.Kind == "static"
		} else {
			plain[l.Signals] = false
		}
		byID[l.Signals] = append(byID[l.Signals], l)
	}
	var controls []signals.Control
	for _, id := range order {
		if plain[id] {
			continue
		}
		if c, taken, err := in.signals(id, byID[id]); err != nil {
			in.report.Left = append(in.report.Left, Left{id, err.Error()})
		} else {
			controls, in.report.Taken = append(controls, c), append(in.report.Taken, taken)
		}
	}
	return in.fit(controls), in.report
}

// fit leaves out controls that would not be safe.
func (in *importer) fit(controls []signals.Control) (out []signals.Control) {
	taken := in.report.Taken
	in.report.Taken = []Taken{}
	for i, err := range signals.CheckControls(in.net, controls) {
		if err != nil {
			in.report.Left = append(in.report.Left, Left{taken[i].Signals, err.Error()})
			continue
		}
		out, in.report.Taken = append(out, controls[i]), append(in.report.Taken, taken[i])
	}
	return out
}

// importer makes controls.
type importer struct {
	net    *network.Network
	links  *sumonet.Links
	all    *sumonet.Signals
	report *Report
}

// signals returns the control of some signals that have these programs.
func (in *importer) signals(id string, logics []*sumonet.Logic) (signals.Control, Taken, error) {
	at, ok := in.links.Signals[id]
	if !ok {
		return signals.Control{}, Taken{}, errors.New("no signals of that id in the network")
	}
	run, days := in.schedule(id, logics)
	taken := Taken{Signals: id, Controller: at.Controller}
	for _, l := range run {
		taken.Programs = append(taken.Programs, l.ID)
		if l.Rules > 0 || slices.ContainsFunc(l.Phases, func(p sumonet.LogicPhase) bool { return p.Targets }) {
			in.report.note("signals %s, program %s: its own switching rules (condition, earlyTarget, ...) are passed over", id, l.ID)
		}
	}
	p := programmer{importer: in, id: id, controller: at.Controller}
	control, err := p.control(run, days)
	taken.Kind = control.Kind.String()
	return control, taken, err
}

// schedule returns the programs of some signals that run, and when; without days the first of them always.
func (in *importer) schedule(id string, logics []*sumonet.Logic) (run []*sumonet.Logic, days []signals.DayPlan) {
	last := logics[len(logics)-1]
	at := slices.IndexFunc(in.all.WAUTs, func(w sumonet.WAUT) bool { return slices.Contains(w.Signals, id) })
	if at < 0 {
		if len(logics) > 1 {
			in.report.note("signals %s: of %d programs the last runs, %s; no WAUT names the others", id, len(logics), last.ID)
		}
		return []*sumonet.Logic{last}, nil
	}
	w := &in.all.WAUTs[at]
	place := func(program string) int {
		k := slices.IndexFunc(run, func(l *sumonet.Logic) bool { return l.ID == program })
		if k >= 0 {
			return k
		}
		k = slices.IndexFunc(logics, func(l *sumonet.Logic) bool { return l.ID == program })
		if k < 0 {
			in.report.note("signals %s: WAUT %s names program %q, which there is not; the last runs, %s", id, w.ID, program, last.ID)
			return -1
		}
		run = append(run, logics[k])
		return len(run) - 1
	}
	begin := place(w.Start)
	var entries []signals.Entry
	for _, e := range in.times(w) {
		if k := place(e.to); k >= 0 {
			entries = append(entries, signals.Entry{At: e.at, Plan: k})
		}
	}
	if begin >= 0 && (len(entries) == 0 || entries[0].At > 0) {
		entries = append([]signals.Entry{{At: 0, Plan: begin}}, entries...)
	}
	if len(run) == 0 {
		return []*sumonet.Logic{last}, nil
	}
	if len(run) == 1 {
		return run, nil
	}
	in.report.note("WAUT %s: SUMO switches once, here every day; how one program follows another is the controller's own (a transition)", w.ID)
	return run, []signals.DayPlan{{Days: signals.EveryDay, Entries: entries}}
}

// moment is a switch of a WAUT on a day.
type moment struct {
	at float64 // s after midnight
	to string
}

// times returns the switches of a WAUT on its first day, in their order; of two at the same time the later in the file.
func (in *importer) times(w *sumonet.WAUT) (out []moment) {
	const day, mostTurns = 86400.0, 1440
	for _, s := range w.Switches {
		at := w.Reference + s.Time
		if at >= day && w.Period != day || math.IsInf(at, 0) {
			in.report.note("WAUT %s: what it switches after the first day is left out", w.ID)
			continue
		}
		every := w.Period
		if !(every >= day/mostTurns && every <= day) {
			every = 2 * day // never again
		}
		if at < 0 {
			at = math.Mod(at, every) + every // exact, however long ago
		}
		for first := true; first || at < day; first = false {
			out = append(out, moment{math.Floor(math.Mod(at, day)*1000) / 1000, s.To})
			at += every
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].at < out[j].at })
	kept := out[:0]
	for i := range out {
		if i+1 == len(out) || out[i+1].at > out[i].at {
			kept = append(kept, out[i])
		}
	}
	return kept
}

// programmer makes the control of some signals.
type programmer struct {
	*importer
	id         string
	controller network.ControllerID
}

func (p *programmer) note(format string, args ...any) {
	p.report.note("signals %s: %s", p.id, fmt.Sprintf(format, args...))
}

// control returns the control that runs some programs. A controller decides in one way: where static programs and others take turns,
// the first of them tells which, and those that cannot are left out.
func (p *programmer) control(run []*sumonet.Logic, days []signals.DayPlan) (signals.Control, error) {
	first := run[0]
	switch kind := kindOf(first); kind {
	case "off", "flashing":
		if len(run) > 1 {
			p.note("program %s is dark or flashes, and others take turns with it; a controller here is dark until an event ends it", first.ID)
		}
		c := signals.Control{Controller: p.controller, Kind: signals.SwitchedOff}
		if kind == "flashing" {
			c.Kind = signals.SwitchedToFlash
		}
		return c, nil
	case "static":
		return p.fixed(run, days)
	case "NEMA":
		return p.nema(run, days)
	case "actuated", "delay_based":
		if len(run) > 1 {
			p.note("program %s runs always: actuated programs do not take turns here", first.ID)
		}
		return p.actuated(first)
	default:
		return signals.Control{}, fmt.Errorf("program %s is of type %q", first.ID, first.Kind)
	}
}

// kindOf returns the type of a program, or "off" or "flashing" if its lights are never anything else.
func kindOf(l *sumonet.Logic) string {
	if l.ID == "off" {
		return "off"
	}
	dark, flashing := len(l.Phases) > 0, len(l.Phases) > 0
	for i := range l.Phases {
		for _, letter := range l.Phases[i].State {
			dark = dark && (letter == 'O' || letter == 'o')
			flashing = flashing && letter == 'o'
		}
	}
	switch {
	case flashing:
		return "flashing"
	case dark:
		return "off"
	}
	return l.Kind
}

// cycle returns the phases that last, in the order in which they are shown without any choice: each followed by the first of its next.
func cycle(l *sumonet.Logic) []int {
	var order []int
	seen := make([]bool, len(l.Phases))
	for i := 0; i < len(l.Phases) && !seen[i]; {
		seen[i] = true
		if l.Phases[i].Duration > 0 {
			order = append(order, i)
		}
		if next := l.Phases[i].Next; len(next) > 0 {
			i = next[0]
		} else {
			i = (i + 1) % len(l.Phases)
		}
	}
	return order
}

// plan returns the plan that shows the phases of a program for their durations, from an offset on.
func (p *programmer) plan(l *sumonet.Logic, order []int, offset float64) (signals.Plan, error) {
	const longest = 86400.0 // s
	if len(order) == 0 {
		return signals.Plan{}, fmt.Errorf("program %s has no phase that lasts; want one at least", l.ID)
	}
	var durations []float64
	lights := make([][]network.Light, len(p.net.Controllers[p.controller].Groups))
	mixed := 0
	for _, i := range order {
		show, differ, err := p.links.Lights(p.id, l.Phases[i].State)
		if err != nil {
			return signals.Plan{}, fmt.Errorf("program %s, phase %d: %w", l.ID, i, err)
		}
		mixed = max(mixed, differ)
		durations = append(durations, min(l.Phases[i].Duration, longest))
		for g := range lights {
			lights[g] = append(lights[g], show[g])
		}
	}
	if mixed > 0 {
		p.note("program %s: %d groups of the network have links that are green at different times; they are green when all of their links are", l.ID, mixed)
	}
	plan, text, err := signals.PlanOfProgram(p.net, p.controller, offset, durations, lights)
	if err != nil {
		return plan, fmt.Errorf("program %s: %w", l.ID, err)
	}
	if text != "" {
		p.note("program %s: %s", l.ID, text)
	}
	return plan, nil
}

// fixed returns the control that runs static programs by the clock.
func (p *programmer) fixed(run []*sumonet.Logic, days []signals.DayPlan) (signals.Control, error) {
	s := &signals.Schedule{}
	place := make([]int, len(run)) // plan of a program; -1
	for i, l := range run {
		place[i] = -1
		if kind := kindOf(l); kind != "static" {
			p.note("program %s is %s and does not take turns with plans by the clock here; it is left out", l.ID, kind)
			continue
		}
		if l.AtBegin {
			p.note("program %s: its offset is the time at which the simulation begins, read as 0", l.ID)
		}
		plan, err := p.plan(l, cycle(l), l.Offset)
		if err != nil {
			return signals.Control{}, err
		}
		place[i] = len(s.Plans)
		s.Plans = append(s.Plans, plan)
	}
	alike(s.Plans)
	s.Days = renumbered(days, place)
	return signals.Control{Controller: p.controller, Timings: s.Plans[0].Groups, Fixed: s}, nil
}

// alike gives plans the least times of each group that any of them has: a controller has one minimum green, amber and all-red a group.
func alike(plans []signals.Plan) {
	least := slices.Clone(plans[0].Groups)
	for i := range plans[1:] {
		for g := range least {
			t := &plans[1+i].Groups[g]
			least[g].MinGreen, least[g].Amber, least[g].AllRed = min(least[g].MinGreen, t.MinGreen), min(least[g].Amber, t.Amber), min(least[g].AllRed, t.AllRed)
		}
	}
	for i := range plans {
		plans[i].Groups = slices.Clone(least)
	}
}

// renumbered returns days with the numbers of the plans that there are; entries of others are left out.
func renumbered(days []signals.DayPlan, place []int) []signals.DayPlan {
	var out []signals.DayPlan
	for _, d := range days {
		var entries []signals.Entry
		for _, e := range d.Entries {
			if k := place[e.Plan]; k != -1 {
				entries = append(entries, signals.Entry{At: e.At, Plan: k})
			}
		}
		if len(entries) > 0 {
			out = append(out, signals.DayPlan{Days: d.Days, Entries: entries})
		}
	}
	return out
}
