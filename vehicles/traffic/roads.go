package traffic

import (
	"roadtwin/network"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/tyre"
)

// What lies on the roads is known lane by lane (place.condition): physics goes by that, and drivers by what they believe (belief.go).

// setCondition changes what lies on track s, and lets those who stand there decide anew.
func (w *World) setCondition(s slot, c tyre.Condition) {
	p := &w.layout.places[s]
	if p.condition == c {
		return
	}
	p.condition, p.looks = c, driver.BeliefIn(driver.Looks(p.surface, c))
	if c != tyre.Dry {
		w.beWary()
	}
	w.rethinkSpeedsOn(s)
}

// setConditions changes what lies on all roads but those in tunnels, which stay dry.
func (w *World) setConditions(c tyre.Condition) {
	w.condition = c
	for s := range w.layout.places {
		if p := &w.layout.places[s]; !p.sheltered {
			w.setCondition(slot(s), c)
		}
	}
}

// restoreConditions lays on the roads what lay there, by slot.
func (w *World) restoreConditions(lies []tyre.Condition) {
	for s := range w.layout.places {
		p := &w.layout.places[s]
		p.condition, p.looks = lies[s], driver.BeliefIn(driver.Looks(p.surface, lies[s]))
	}
}

// ConditionOn returns what lies on a track.
func (w *World) ConditionOn(t network.TrackID) tyre.Condition {
	return w.layout.places[w.layout.slots[t]].condition
}

// surface gives the places of a layout their look on a dry day.
func (l *layout) surface() {
	for s := range l.places {
		p := &l.places[s]
		p.looks = driver.BeliefIn(driver.Looks(p.surface, p.condition))
	}
}

// rethinkSpeeds sets everybody's wished speed anew, and lets those who stand decide anew.
func (w *World) rethinkSpeeds() {
	for s := range w.tracks {
		w.rethinkSpeedsOn(slot(s))
	}
}

// rethinkSpeedsOn does so for those on track s.
func (w *World) rethinkSpeedsOn(s slot) {
	t := &w.tracks[s]
	vs := t.vehicles()
	for i := range vs {
		v := &vs[i]
		v.wish = float32(w.wish(v, &w.layout.places[s]))
		if v.v == 0 {
			t.rouse(i)
		}
	}
}

// Condition returns what lies on all roads by command; where there is weather, it is known by the track (ConditionOn).
func (w *World) Condition() tyre.Condition { return w.condition }
