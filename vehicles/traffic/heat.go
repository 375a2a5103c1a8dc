package traffic

import (
	"cmp"
	"slices"

	"roadtwin/vehicles/dynamics"
)

// Brakes get hot by use, and fade. Those of nearly all vehicles never do: what is followed is who drives on a steep descent or brakes
// hard from speed, and as long as its brakes are warm. They are looked at every heatEvery, by what they have lost in speed and
// height since.

const (
	heatEvery   = 1.0  // s
	steep       = 0.03 // from which downhill gradient on a vehicle is followed
	hardStop    = 3.0  // m/s², and from which
	hardSpeed   = 15.0 // m/s: brakes then heat by 15 K and more at a time
	warm        = 20.0 // K above the air, below which brakes are as good as cold
	leastFading = 0.1  // share of the force: one step of dynamics.Fitness.Rounded
)

// hot is a vehicle whose brakes are followed.
type hot struct {
	id   VehicleID
	heat dynamics.Heat
	v    float64          // m/s, at the last look
	base dynamics.Fitness // its technical state with cold brakes
	fade float64          // as it is set, by the heat alone
}

// heatBrakes is the phase that follows hot brakes.
func (w *World) heatBrakes() {
	for _, wk := range w.workers {
		for _, id := range wk.stopping {
			w.watchBrakes(id)
		}
		wk.stopping = wk.stopping[:0]
	}
	if w.steps%w.stepsIn(heatEvery) != 0 {
		return
	}
	for _, s := range w.layout.descents {
		for i := range w.tracks[s].vs {
			if v := &w.tracks[s].vs[i]; v.v > standingSpeed {
				w.watchBrakes(v.id)
			}
		}
	}
	w.hots = slices.DeleteFunc(w.hots, func(h hot) bool { return w.journeys[h.id].state != driving })
	dt := float64(w.stepsIn(heatEvery)) * w.cfg.StepTime
	for i := range w.hots {
		w.heat(&w.hots[i], dt)
	}
	w.hots = slices.DeleteFunc(w.hots, func(h hot) bool { return h.heat.Rise < warm && h.fade == 0 && h.idle(w) })
}

// idle reports whether there is no point in following h any more: it is not on a descent.
func (h *hot) idle(w *World) bool {
	_, s := w.find(h.id)
	return s < 0 || w.layout.places[s].gradient > -steep
}

// watchBrakes follows the brakes of a vehicle from now on.
func (w *World) watchBrakes(id VehicleID) {
	v, s := w.find(id)
	i, there := slices.BinarySearchFunc(w.hots, id, func(h hot, id VehicleID) int { return cmp.Compare(h.id, id) })
	if there || v == nil || s < 0 {
		return
	}
	w.hots = slices.Insert(w.hots, i, hot{id: id, v: v.v, base: w.FitnessOf(id)})
}

// heat follows the brakes of h for dt seconds, and has them fade.
func (w *World) heat(h *hot, dt float64) {
	v, s := w.find(h.id)
	if v == nil {
		return
	}
	class := &w.classes[v.class]
	brake := dynamics.Braked(class, dt, h.v, v.v, w.layout.places[s].gradient)
	if v.flags&isCrashed != 0 || w.skid(v.id) != nil {
		brake = 0 // the tyres slide, or the bodywork
	}
	h.heat.Step(class, dt, 0.5*(h.v+v.v), brake)
	h.v = v.v
	if fade := (dynamics.Fitness{Fade: h.heat.Fade()}).Rounded().Fade; fade != h.fade {
		w.fadeBrakes(h, v, s, fade)
	}
}

// fadeBrakes takes a share of the force of v's brakes.
func (w *World) fadeBrakes(h *hot, v *vehicle, s slot, fade float64) {
	if h.fade < leastFading && fade >= leastFading {
		w.stats.Faded++
		w.events = append(w.events, Event{Kind: BrakesFaded, Vehicle: h.id, Other: NoVehicle, Time: w.Time(), Track: w.layout.places[s].track, S: v.s})
	}
	h.fade = fade
	w.setState(h.id, h.faded())
	w.markOdd(v)
	w.tracks[s].stir()
}

// faded returns the technical state of h with what heat has taken.
func (h *hot) faded() dynamics.Fitness {
	f := h.base
	f.Fade = 1 - float64((1-f.Fade)*(1-h.fade))
	return f
}

// hotOf returns the hot brakes of a vehicle, nil if they are as good as cold.
func (w *World) hotOf(id VehicleID) *hot {
	i, there := slices.BinarySearchFunc(w.hots, id, func(h hot, id VehicleID) int { return cmp.Compare(h.id, id) })
	if !there {
		return nil
	}
	return &w.hots[i]
}

// brakeHeat returns how much hotter than the air the brakes of a vehicle are, K.
func (w *World) brakeHeat(id VehicleID) float64 {
	if h := w.hotOf(id); h != nil {
		return h.heat.Rise
	}
	return 0
}

// coolBrakes makes the brakes of v cold.
func (w *World) coolBrakes(v *vehicle) {
	if h := w.hotOf(v.id); h != nil {
		w.setState(v.id, h.base)
		h.heat, h.fade = dynamics.Heat{}, 0
		w.markOdd(v)
	}
}

// measureDescents lists the tracks on which brakes get hot. Their order does not matter.
func (l *layout) measureDescents() {
	for s := range l.places {
		if l.places[s].gradient <= -steep {
			l.descents = append(l.descents, slot(s))
		}
	}
}

func (h *digest) addHot(x *hot) {
	h.add(uint64(x.id))
	h.addFloat(x.heat.Rise)
	h.addFloat(x.v)
	h.addFloat(x.fade)
	h.addFitness(&x.base)
}
