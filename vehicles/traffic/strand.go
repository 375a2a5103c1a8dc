package traffic

import (
	"cmp"
	"slices"
)

// A lorry that stops on a wet slope may not get away again: its driven wheels spin, or its engine is too weak. It tries on, since the
// road may dry, be gritted or thaw; who has stood there in vain for as long as wrecks lie on the road is towed off (Config.RecoverAfter),
// which is told and counted.

// strand is a vehicle that cannot pull away.
type strand struct {
	id      VehicleID
	recover float64 // s after midnight at which somebody comes to tow it off
}

// cannotPullAway reports whether v stands on s where neither its tyres nor its engine take it on: on a road like that, on that slope.
func (w *World) cannotPullAway(v *vehicle, s slot) bool {
	if v.v >= creeping || v.flags&isCrashed != 0 {
		return false
	}
	_, drive := w.bounds(v, &w.layout.places[s])
	return drive <= 0
}

// noteStrands notes who cannot pull away, of those who have stood for long, and since when.
func (w *World) noteStrands() {
	w.strands = slices.DeleteFunc(w.strands, func(k strand) bool {
		v, s := w.find(k.id)
		return w.journeys[k.id].state != driving || v == nil || !w.cannotPullAway(v, s)
	})
	for i := range w.watch.standers {
		st := &w.watch.standers[i]
		if !st.spins {
			continue
		}
		at, there := slices.BinarySearchFunc(w.strands, st.id, func(k strand, id VehicleID) int { return cmp.Compare(k.id, id) })
		if !there {
			v, _ := w.find(st.id)
			w.strands = slices.Insert(w.strands, at, strand{st.id, w.Time() - w.standing(v) + w.cfg.RecoverAfter})
		}
	}
}

// recoverStranded tows off those whose time has come.
func (w *World) recoverStranded() {
	for _, k := range w.strands {
		if k.recover <= w.Time() {
			w.takeOff(k.id, Recovered)
			w.stats.Recovered++
		}
	}
	towed := len(w.strands)
	w.strands = slices.DeleteFunc(w.strands, func(k strand) bool { return w.journeys[k.id].state != driving })
	if len(w.strands) < towed {
		w.recast()
	}
}
