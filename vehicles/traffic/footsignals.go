package traffic

import (
	"math"

	"roadtwin/network"
	"roadtwin/signals"
)

// Times of signals for people on foot away from junctions, s.
const (
	leastTrafficGreen = 20.0 // between two calls [assumed: Puffin crossings have 6 to 20, MUTCD 4I leaves it open]
	walkTime          = 7.0  // MUTCD 11th ed., 4I.06: at least 7 s
)

// advanceFootSignal runs the signal of a crossing away from junctions: called by a button, it stops the traffic, lets
// people start, and waits until who started last has walked over at the design speed.
func (w *World) advanceFootSignal(way *walkway, f *foot) {
	elapsed := w.Time() - f.since
	switch f.phase {
	case trafficGreen:
		if elapsed < leastTrafficGreen || !anyWaits(f.people) {
			return
		}
	case trafficAmber:
		if elapsed < way.amber {
			return
		}
	case walk:
		if elapsed < walkTime {
			return
		}
	case walkClear:
		if elapsed < way.longestStage()/designSpeed {
			return
		}
	}
	f.phase = (f.phase + 1) % numFootPhases
	f.since = w.Time()
}

func anyWaits(people []person) bool {
	for i := range people {
		if !people[i].walking {
			return true
		}
	}
	return false
}

// longestStage returns the length in metres of the longest piece without an island.
func (way *walkway) longestStage() (longest float64) {
	for _, s := range way.stages {
		longest = max(longest, s.to-s.from)
	}
	return longest
}

// signalShows returns what the signal of a crossing away from junctions shows the traffic.
func (w *World) signalShows(way *walkway, f *foot) barState {
	switch {
	case way.arm || way.kind != network.FootSignals || f.phase == trafficGreen:
		return barOpen
	case f.phase == trafficAmber && w.Time()-f.since < way.amber-allRed:
		return barAmber
	}
	return barRed
}

// trackArms notes when the traffic of the arms of signalised junctions gets red, and how long that was.
func (w *World) trackArms() {
	if !w.cfg.Signals.Changed() && w.steps > 1 {
		return
	}
	aspects, now := w.cfg.Signals.Aspects(), w.Time()
	for i := range w.layout.ways {
		way := &w.layout.ways[i]
		if !way.arm {
			continue
		}
		red := true
		for _, g := range way.red {
			red = red && aspects[g] == signals.Red
		}
		f := &w.crossers.feet[i]
		if was := !math.IsInf(f.redSince, 1); red && !was {
			f.redSince = now
		} else if !red && was {
			f.lastRed, f.redSince = now-f.redSince, math.Inf(1)
		}
	}
}
