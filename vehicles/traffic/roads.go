package traffic

import (
	"roadtwin/network"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/tyre"
	"roadtwin/vehicles/weather"
)

// What lies on the roads is known lane by lane (place.condition): physics goes by that, and drivers by what they believe (belief.go).

// setCondition changes what lies on track s, and lets those who stand there decide anew.
func (w *World) setCondition(s slot, c tyre.Condition) {
	p := &w.layout.places[s]
	if p.condition == c {
		return
	}
	p.condition, p.looks = c, w.looksOf(p, c)
	p.smooth()
	if c != tyre.Dry {
		w.beWary()
	}
	w.rethinkSpeedsOn(s)
}

// looksOf returns what p looks like to drivers when c lies on it, with what they suspect in the cold.
func (w *World) looksOf(p *place, c tyre.Condition) driver.Belief {
	return driver.BeliefIn(driver.LooksInCold(p.surface, c, w.cold, w.cfg.Net.Edges[p.edge].Bridge))
}

// feelCold has drivers know how cold it is, from the weather as it is now.
func (w *World) feelCold() {
	cold := driver.ColdAt(w.cfg.Weather.Now().Temperature)
	if cold == w.cold {
		return
	}
	w.cold = cold
	for s := range w.layout.places {
		p := &w.layout.places[s]
		if looks := w.looksOf(p, p.condition); looks != p.looks {
			p.looks = looks
			p.smooth()
			w.rethinkSpeedsOn(slot(s))
		}
	}
}

// advanceWeather is phase 2b: what lies on the roads follows the weather, and what drives on them works on it in its turn.
func (w *World) advanceWeather() {
	if w.cfg.Weather == nil {
		return
	}
	w.cfg.Weather.Step(w.Time(), w.enteredTrack)
	w.feelCold()
	w.followWeather()
}

func (w *World) enteredTrack(t network.TrackID) int64 { return w.counts[w.layout.slots[t]].Entered }

// followWeather lays on the roads what the last step of the weather, or command to it, has changed there.
func (w *World) followWeather() {
	for _, t := range w.cfg.Weather.Changed() {
		w.setPatches(w.layout.slots[t])
		w.setCondition(w.layout.slots[t], w.cfg.Weather.Conditions()[t])
	}
}

// lieDown lays on all roads what the weather has made of them.
func (w *World) lieDown() {
	w.feelCold()
	for t, c := range w.cfg.Weather.Conditions() {
		w.setPatches(w.layout.slots[t])
		w.setCondition(w.layout.slots[t], c)
	}
}

// setPatches notes whether something lies on parts of track s alone.
func (w *World) setPatches(s slot) {
	p := &w.layout.places[s]
	p.patched = w.cfg.Weather != nil && len(w.cfg.Weather.PatchesOn(p.track)) > 0
	p.smooth()
	if p.patched {
		w.beWary()
	}
}

// conditionUnder returns what lies under the wheels at metre at of p.
func (w *World) conditionUnder(p *place, at float64) tyre.Condition {
	if p.patched {
		return w.cfg.Weather.At(p.track, at)
	}
	return p.condition
}

// setConditions changes what lies on all roads but those in tunnels, which stay dry.
func (w *World) setConditions(c tyre.Condition) {
	w.condition = c
	if w.cfg.Weather != nil {
		w.cfg.Weather.Apply(weather.Command{Kind: weather.Fix, Condition: c})
		w.followWeather()
		return
	}
	for s := range w.layout.places {
		if p := &w.layout.places[s]; !p.sheltered {
			w.setCondition(slot(s), c)
		}
	}
}

// restoreConditions lays on the roads what lay there, by slot.
func (w *World) restoreConditions(lies []tyre.Condition) {
	if w.cold = driver.Mild; w.cfg.Weather != nil {
		w.cold = driver.ColdAt(w.cfg.Weather.Now().Temperature)
	}
	for s := range w.layout.places {
		w.setPatches(slot(s))
		p := &w.layout.places[s]
		p.condition, p.looks = lies[s], w.looksOf(p, lies[s])
		p.smooth()
	}
}

// HasWeather reports whether there is weather, which ChangeWeather changes.
func (w *World) HasWeather() bool { return w.cfg.Weather != nil }

// ConditionOn returns what lies on a track.
func (w *World) ConditionOn(t network.TrackID) tyre.Condition {
	return w.layout.places[w.layout.slots[t]].condition
}

// ConditionAt returns what lies on track t at s metres along it, where a part of it may be covered by something.
func (w *World) ConditionAt(t network.TrackID, s float64) tyre.Condition {
	return w.conditionUnder(&w.layout.places[w.layout.slots[t]], s)
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
