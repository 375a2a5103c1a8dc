package traffic

import (
	"fmt"
	"math"
	"slices"

	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/driver"
)

// branch is from which step on what chance brings is drawn anew.
type branch struct {
	from uint64 // the first step of it
	seed uint64
}

// Branch gives the world another future from now on: whatever chance brings from the next step on is drawn with number as well:
// lapses, errors of perception, dawdling, and whether a driver runs red at the end of an edge that he has yet to come onto. Who
// somebody is has been drawn, and stays. Forks of one snapshot that branch with different numbers go on independently of one
// another, each as likely as the world itself would: errors of perception go over from one to the next, so that the next one, which has
// begun to show, stays as well. It is for forks: it is not a command, and no record has it.
func (w *World) Branch(number uint64) {
	from := w.steps + 1
	if w.steps == 0 {
		from = 0
	}
	b := branch{from, draw.Uint64(w.cfg.Seed, draw.Branch, number, w.steps)}
	if n := len(w.branches); n > 0 && w.branches[n-1].from == from {
		w.branches[n-1] = b
	} else {
		w.branches = append(w.branches, b)
	}
	w.keyBranch()
}

// keyBranch has what is drawn in each step go by the last branch.
func (w *World) keyBranch() {
	w.distraction = draw.NewKey(w.seedAt(math.MaxUint64), draw.Distraction)
}

// seedAt returns the seed of what is drawn in a step.
func (w *World) seedAt(step uint64) uint64 {
	seed := w.cfg.Seed
	for i := range w.branches {
		if w.branches[i].from <= step {
			seed = w.branches[i].seed
		}
	}
	return seed
}

// attentionIn returns the draw of a window of attention: that of the branch in which it first showed, as what comes after the window
// before. phase is that of the vehicle, in windows.
func (w *World) attentionIn(key, window uint64, phase float64) uint64 {
	if len(w.branches) == 0 {
		return w.attention.Uint64(key, window)
	}
	step := (float64(window) - 1 - phase) * driver.ErrorTime / w.cfg.StepTime
	return draw.Uint64(w.seedAt(uint64(max(0, step))), draw.Attention, key, window)
}

// enteredStep returns the step in which a vehicle came onto its edge.
func (w *World) enteredStep(id VehicleID) uint64 {
	return uint64(max(0, (w.journeys[id].since-w.cfg.Start)/w.cfg.StepTime))
}

// tilt is how much more often drivers look away than they do, for importance sampling.
type tilt struct {
	factor float64 // 0: nobody asks
	chosen VehicleID
	by     []Lapses // by vehicle
}

// Lapses is what TiltLapses tells of one vehicle.
type Lapses struct {
	// Ratio is how much more likely its lapses, and their absence, would be if it were the one chosen than they are as the world is:
	// for each vehicle, whether it was chosen or not.
	Ratio float64
	// Expected is how many there would be in the mean as the world is, at the looks that there were; Had is how many there were.
	Expected float64
	Had      int
}

// mostLapses is the highest probability of a lapse at a look that a tilt leads to.
const mostLapses = 0.5

// TiltLapses has the driver of a vehicle look away factor times as often, while it follows another one, from now on. With factor 1 or
// NoVehicle nobody does, but LapsesOf tells. It is for forks, as Branch is.
func (w *World) TiltLapses(chosen VehicleID, factor float64) error {
	if !(factor >= 1 && factor <= 1e6) {
		return fmt.Errorf("lapses %g times as often, want 1 to 1e6", factor)
	}
	w.tilt.factor, w.tilt.chosen = factor, chosen
	for len(w.tilt.by) < len(w.trips) {
		w.tilt.by = append(w.tilt.by, Lapses{Ratio: 1})
	}
	return nil
}

// LapsesOf returns what is known of the lapses of a vehicle since TiltLapses.
func (w *World) LapsesOf(id VehicleID) Lapses {
	if int(id) >= len(w.tilt.by) {
		return Lapses{Ratio: 1}
	}
	return w.tilt.by[id]
}

// lapses reports whether v's driver, who looks away with probability p at a look, does so now; u is uniform from 0 to 1.
func (w *World) lapses(v *vehicle, p, u float64) bool {
	if w.tilt.factor == 0 || v.limit != LimitLeader || p <= 0 || int(v.id) >= len(w.tilt.by) {
		return u < p
	}
	q := max(p, min(mostLapses, p*w.tilt.factor))
	here, l := p, &w.tilt.by[v.id]
	if w.tilt.chosen == v.id {
		here = q
	}
	l.Expected += p
	if u < here {
		l.Had++
		l.Ratio *= q / p
		return true
	}
	l.Ratio *= (1 - q) / (1 - p)
	return false
}

func (t *tilt) clone() tilt { return tilt{t.factor, t.chosen, slices.Clone(t.by)} }
