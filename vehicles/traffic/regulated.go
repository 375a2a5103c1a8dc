package traffic

import (
	"math"

	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/driver/r157"
)

// Vehicles that are driven by a model of UN R157 (driver.Regulated) follow, turn and obey signals as those with ACC do, which brakes for a
// leader with driver.ACCBraking at most. What that cannot cope with, and who cuts in, is the model's business: it perceives a danger, waits
// for its reaction, and brakes by its own rule, with what the tyres have. As long as somebody comes in, and the model's reaction to that
// goes on, there is no other reaction to that one than to keep the speed. The models' scenes have nobody who brakes as it comes in: who
// does so hard is minded as a leader at once.
//
// The models were made for single scenes, and say when a danger begins, not when it has passed. Here the careful driver's has passed
// when nothing is left of the closing speed, or the time to collision is above the critical one again and ACC could cope; that
// of the others, who look for danger all the time, when there was none for as long as their reaction takes.

// vigil is what is kept of who drives by such a model, by vehicle; none are if nobody does.
type vigil struct {
	r157.Vigil
	looked  uint32    // the last look at one who changes lanes in front of it
	lateral float32   // m between the sides then
	other   VehicleID // who that was
	settled bool      // and whether it has become the leader, for whom one follows
}

// The least speeds in m/s of the scenes for which the models were made and published, 20 and 10 km/h: who is slower drives as with ACC.
const (
	slowestOwn   = 20 / 3.6
	slowestOther = 10 / 3.6
)

// inLine is what there is, in m, between the sides of two of whom one is behind the other: all of their widths, by a car's.
const inLine = -1.9

// mindByRule is mindLeader for who drives by a model of UN R157.
func (w *World) mindByRule(d *wish, v *vehicle, p *driver.Params, o *seen, free float64) {
	rule, _ := p.Model.Rule()
	g, now := &w.vigils[v.id], uint32(w.steps)
	if v.v == 0 { // nothing to brake; and who stands need not be asked again
		*g = vigil{}
		d.cap(p.FollowRelaxed(0, o.speed, o.gap, free, o.fresh), LimitLeader)
		return
	}
	scene := r157.Scene{V: v.v, A: min(float64(v.a), 0), Other: o.speed, Gap: o.gap, Lateral: inLine, Own: float64(v.length)}
	coming := false
	if o.on != nil {
		scene.Theirs = float64(o.on.length)
		coming = w.comesIn(g, v, o.on, &scene, now)
	}
	if coming {
		d.cap(0, LimitLeader)
		w.mindBeyond(d, v, p, o.on, free)
	} else {
		wanted := p.FollowRelaxed(v.v, o.speed, o.gap, free, o.fresh)
		scene.OtherBrakes = wanted < -driver.ACCBraking && o.speed < v.v
		d.cap(max(wanted, min(free, -driver.ACCBraking)), LimitLeader)
	}
	looks := r157.Looker{Step: w.cfg.StepTime, Reaction: p.Reaction}
	if a := rule.Look(&scene, &g.Vigil, now, looks); g.Since > 0 {
		d.cap(a, LimitLeader)
	}
	if g.Safe || scene.Lateral <= 0 && (g.Since == 0 || g.Acts(now, looks)) {
		g.settled, g.Safe = true, false
	}
	if g.Since > 0 && g.isOver(rule, &scene, now, p.Reaction/w.cfg.StepTime) {
		g.Since = 0
	}
}

// comesIn reports whether o, ahead on the same track, is somebody who comes in from another lane and has not been taken for the leader
// yet; if so it says in scene where o is, and how fast it comes, as one sees it from look to look.
func (w *World) comesIn(g *vigil, v, o *vehicle, scene *r157.Scene, now uint32) bool {
	const changes = movesLeft | movesRight
	if o.flags&changes == 0 || v.flags&changes != 0 || o.a < -hardBraking || v.v < slowestOwn || o.v < slowestOther {
		g.looked = 0
		return false
	}
	apart := math.Abs(float64(o.lateral)-float64(v.lateral)) - 0.5*(w.classes[o.class].Width+w.classes[v.class].Width)
	fresh := g.looked == 0 || g.other != o.id
	if !fresh && now > g.looked {
		scene.LateralSpeed = (float64(g.lateral) - apart) / (float64(now-g.looked) * w.cfg.StepTime)
	}
	g.settled = g.settled && !fresh
	g.looked, g.lateral, g.other = now, float32(apart), o.id
	if g.settled {
		scene.LateralSpeed = 0
		return false
	}
	scene.Lateral = apart
	return true
}

// mindBeyond lowers the wish for the one ahead of o, who comes in between.
func (w *World) mindBeyond(d *wish, v *vehicle, p *driver.Params, o *vehicle, free float64) {
	s := w.journeys[v.id].track
	if lead := w.ahead(s, w.indexOn(s, o.id), v.s); !math.IsInf(lead.Gap, 1) {
		d.cap(max(p.Follow(v.v, lead.Speed, lead.Gap, free), min(free, -driver.ACCBraking)), LimitLeader)
	}
}

// isOver reports whether the danger has passed that was perceived; reaction is in looks.
func (g *vigil) isOver(rule r157.Model, scene *r157.Scene, now uint32, reaction float64) bool {
	if rule != r157.Careful {
		return float64(now-g.Last) > reaction
	}
	closing := scene.V - scene.Other
	return closing <= 0 || scene.Gap > r157.CriticalTTC*closing && !scene.OtherBrakes
}

// keepVigils makes room for those of all trips, if there is anybody who drives by such a model.
func (w *World) keepVigils() {
	if w.drivers.HasRegulated() {
		w.vigils = append(w.vigils, make([]vigil, len(w.trips)-len(w.vigils))...)
	}
}

func (h *digest) addVigil(g *vigil) {
	h.add(uint64(g.Since)<<32 | uint64(g.Last))
	h.add(uint64(g.looked)<<32 | uint64(math.Float32bits(g.lateral)))
	h.add(uint64(g.other))
	h.addBool(g.Safe)
	h.addBool(g.settled)
}
