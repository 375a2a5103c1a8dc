package traffic

import (
	"roadtwin/network"
	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/tyre"
)

// Cause is what is known of one of the two vehicles of a crash at the moment of it.
type Cause struct {
	Speed   float64 // m/s, before the impact
	Pedal   float64 // m/s², what its driver asked for
	Braking float64 // m/s², positive: what became of it
	// Grip is what the tyres have there, Believed what its driver takes that for, both in comparison with dry asphalt.
	Grip, Believed float64
	Condition      tyre.Condition // of the road where it is
	Surface        network.Surface
	Reaction       float64 // s from a look to the foot
	// Lapse is for how long, in s, its driver would still have looked away; 0 if he did not.
	Lapse float64
	// Reacting: its driver has decided, but the foot has not moved yet.
	Reacting bool
	// RanRed is how many seconds ago it passed a stop line at red; negative if it has not, within redMemory.
	RanRed float64
	Limit  Limit // what it minded
	// Crashed: it was in a crash already, and slid.
	Crashed bool
	// Fitness is its technical state, with what heat has taken of its brakes, which are BrakeHeat hotter than the air, K.
	Fitness   dynamics.Fitness
	BrakeHeat float64
}

// redMemory is for how long it is known who has passed a line at red, s.
const redMemory = 20.0

// redPassed is a stop line passed at red.
type redPassed struct {
	id VehicleID
	at float64 // s after midnight
}

// rememberRed notes who has passed a line at red.
func (w *World) rememberRed(id VehicleID) {
	kept := w.reds[:0]
	for _, r := range w.reds {
		if r.at > w.Time()-redMemory {
			kept = append(kept, r)
		}
	}
	w.reds = append(kept, redPassed{id, w.Time()})
}

// ranRed returns how many seconds ago a vehicle passed a line at red; -1 if it has not of late.
func (w *World) ranRed(id VehicleID) float64 {
	ago := -1.0
	for _, r := range w.reds {
		if since := w.Time() - r.at; r.id == id && since <= redMemory {
			ago = since
		}
	}
	return ago
}

// causeOf returns what is known of v, on s.
func (w *World) causeOf(v *vehicle, s slot) Cause {
	p, pace := &w.layout.places[s], w.paceOf(v)
	c := Cause{
		Speed: v.v, Pedal: float64(v.pedal), Braking: max(0, -float64(v.a)), Condition: w.conditionUnder(p, v.s), Surface: p.surface,
		Grip: w.gripOn(p, v), Believed: w.believedAt(v, p).Grip(), Reaction: float64(float64(pace.reaction) * w.cfg.StepTime),
		Reacting: v.flags&isReacting != 0, RanRed: w.ranRed(v.id), Limit: v.limit, Crashed: v.flags&isCrashed != 0, Fitness: w.FitnessOf(v.id), BrakeHeat: w.brakeHeat(v.id),
	}
	if v.flags&isReacting == 0 && v.due != atOnce && v.due > pace.every {
		c.Lapse = float64(float64(v.due) * w.cfg.StepTime)
	}
	return c
}
