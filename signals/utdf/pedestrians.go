package utdf

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"roadtwin/network"
	"roadtwin/signals"
)

const (
	leastWalk     = 4.0 // s, of signals.Walk
	pedestrian    = 2   // recall of a phase: of people on foot
	leastFlashing = 1.0 // s
)

// walks gives a control the signals for people on foot of its phases: those with Walk and DontWalk (flashing). The file does not say
// which arms people cross with a phase: it is those along which its traffic goes through, each beside the phase to whose kerb it is nearer.
func (m *matcher) walks(id int, c *signals.Control, report *Report) {
	records := m.file.Phases[id]
	var times []signals.Walk // by phase; Walk 0 for none
	some := false
	for i := range c.NEMA.Phases {
		column := "d" + strconv.Itoa(c.NEMA.Phases[i].Number)
		w := signals.Walk{Walk: number(records, "walk", column, 0), Clearance: number(records, "dontwalk", column, 0)}
		if w.Walk > 0 && w.Walk < leastWalk {
			report.note("junction %d: walk of %g s in phase %d is raised to %g s", id, w.Walk, c.NEMA.Phases[i].Number, leastWalk)
			w.Walk = leastWalk
		}
		if w.Walk > 0 {
			w.Clearance = math.Max(leastFlashing, w.Clearance)
			some = true
		}
		w.Recall = number(records, "recall", column, 0) == pedestrian
		times = append(times, w)
	}
	if !some {
		return
	}
	placed := make([]bool, len(times))
	for _, e := range m.arms(c.Controller) {
		if i := m.phaseBeside(c, times, e); i >= 0 {
			m.addWalk(c, i, times[i], e)
			placed[i] = true
		}
	}
	for i := range times {
		if times[i].Walk > 0 && !placed[i] {
			report.note("junction %d: no arm that people can cross in phase %d; its walk is left out", id, c.NEMA.Phases[i].Number)
		}
	}
}

// arms returns the approaches of a controller from outside, ascending.
func (m *matcher) arms(c network.ControllerID) (out []network.EdgeID) {
	for _, j := range m.net.Controllers[c].Junctions {
		for _, e := range m.net.Junctions[j].In {
			if m.net.Junctions[m.net.Edges[e].From].Controller != c {
				out = append(out, e)
			}
		}
	}
	slices.Sort(out)
	return out
}

// phaseBeside returns the phase with a walk in which people cross an arm: of those that let them the one whose kerb is nearest; -1 if
// there is none.
func (m *matcher) phaseBeside(c *signals.Control, times []signals.Walk, arm network.EdgeID) int {
	kerb := -math.Pi / 2 // where the kerb is from who comes
	if m.net.DrivingSide == network.LeftHand {
		kerb = -kerb
	}
	best, nearest := -1, math.Inf(1)
	for i := range times {
		if times[i].Walk == 0 || !m.fits(c, i, times[i], arm) {
			continue
		}
		off := math.Pi
		for _, g := range c.NEMA.Phases[i].Groups {
			approach := m.net.SignalGroups[g].Approach
			// The arm lies against the direction in which its traffic comes.
			off = math.Min(off, math.Abs(math.Remainder(heading(m.net, approach)+kerb-(heading(m.net, arm)+math.Pi), 2*math.Pi)))
		}
		if off < nearest-1e-9 {
			best, nearest = i, off
		}
	}
	return best
}

// with returns a copy of a control with one walk more, beside phase i.
func with(c *signals.Control, i int, w signals.Walk, arm network.EdgeID) signals.Control {
	out := *c
	nema := *c.NEMA
	out.NEMA = &nema
	nema.Phases = slices.Clone(nema.Phases)
	w.Edge = arm
	out.Walks = append(slices.Clone(c.Walks), w)
	nema.Phases[i].Walks = append(slices.Clone(nema.Phases[i].Walks), len(c.Walks))
	return out
}

func (m *matcher) fits(c *signals.Control, i int, w signals.Walk, arm network.EdgeID) bool {
	trial := with(c, i, w, arm)
	trial.Detectors = nil
	return signals.CheckControl(m.net, &trial) == nil
}

// addWalk adds a walk over an arm, with its push button.
func (m *matcher) addWalk(c *signals.Control, i int, w signals.Walk, arm network.EdgeID) {
	name := m.net.Edges[arm].Name
	if name == "" {
		name = m.net.Edges[arm].Road.String()
	}
	w.Name = fmt.Sprintf("across %s (edge %d)", name, arm)
	*c = with(c, i, w, arm)
	c.Detectors = append(c.Detectors, signals.Detector{Name: "button " + w.Name, Kind: signals.PushButton, Walk: len(c.Walks) - 1})
}

// walkOf returns the times of the people on foot of a phase of a control, as the file has them: the longest of its walks. alike is false
// if they differ.
func walkOf(c *signals.Control, p *signals.Phase) (w signals.Walk, alike bool) {
	alike = true
	for k, n := range p.Walks {
		x := &c.Walks[n]
		alike = alike && (k == 0 || x.Walk == w.Walk && x.Clearance == w.Clearance && x.Recall == w.Recall)
		w.Walk, w.Clearance, w.Recall = math.Max(w.Walk, x.Walk), math.Max(w.Clearance, x.Clearance), w.Recall || x.Recall
	}
	return w, alike
}
