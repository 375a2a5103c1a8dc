package traffic

import (
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/dynamics"
)

// states are the technical states of the vehicles: as their classes, but for those that a fleet or a command says. A world in which
// all are as their classes has nothing in it.
type states struct {
	of    []uint16 // by vehicle: 1 + index in kinds; 0 for one as its class
	kinds []kind
}

// kind is what vehicles of one class in one state have in common.
type kind struct {
	class   network.VehicleClass
	fitness dynamics.Fitness // rounded
	can     *dynamics.Vehicle
}

func (s *states) clone() states { return states{slices.Clone(s.of), slices.Clone(s.kinds)} }

// kindOf returns the kind of a vehicle, nil if it is as its class.
func (w *World) kindOf(id VehicleID) *kind {
	if int(id) >= len(w.states.of) || w.states.of[id] == 0 {
		return nil
	}
	return &w.states.kinds[w.states.of[id]-1]
}

// fitted returns what v can do where that is not what its class can, else nil.
func (w *World) fitted(v *vehicle) *dynamics.Vehicle {
	if v.flags&isOdd == 0 {
		return nil
	}
	if k := w.kindOf(v.id); k != nil {
		return k.can
	}
	return nil
}

// FitnessOf returns the technical state of a vehicle, to tenths of fade and whole millimetres of tread.
func (w *World) FitnessOf(id VehicleID) dynamics.Fitness {
	if k := w.kindOf(id); k != nil {
		return k.fitness
	}
	return dynamics.Fitness{}
}

// drawStates gives the vehicles from first on the states that the fleet has for them.
func (w *World) drawStates(first int) {
	if w.cfg.Fleet == nil || w.cfg.Fleet.IsFit() {
		return
	}
	for id := first; id < len(w.trips); id++ {
		w.setState(VehicleID(id), w.cfg.Fleet.Draw(w.wear, w.drawKey(VehicleID(id)), w.trips[id].Class))
	}
}

// setState notes the technical state of a vehicle.
func (w *World) setState(id VehicleID, f dynamics.Fitness) {
	f = f.Rounded()
	s := &w.states
	if f == (dynamics.Fitness{}) {
		if int(id) < len(s.of) {
			s.of[id] = 0
		}
		return
	}
	if len(s.of) < len(w.trips) {
		s.of = append(s.of, make([]uint16, len(w.trips)-len(s.of))...)
	}
	class := w.trips[id].Class
	i := slices.IndexFunc(s.kinds, func(k kind) bool { return k.class == class && k.fitness == f })
	if i < 0 {
		i = len(s.kinds)
		s.kinds = append(s.kinds, kind{class, f, w.cfg.Catalogue.Vehicle(class, f)})
	}
	s.of[id] = uint16(i + 1)
}

// makeUnfit gives a vehicle a technical state: at once if it is on the road, else as it enters.
func (w *World) makeUnfit(id VehicleID, f dynamics.Fitness) {
	if w.journeys[id].state == finished {
		return
	}
	if h := w.hotOf(id); h != nil {
		h.base = f.Rounded()
		f = h.faded()
	}
	w.setState(id, f)
	if v, s := w.find(id); w.journeys[id].state == driving && v != nil {
		w.markOdd(v)
		w.tracks[s].stir()
	}
}

// markOdd sets or clears the flag of v that says that something about it is odd.
func (w *World) markOdd(v *vehicle) {
	v.flags &^= isOdd
	if w.kindOf(v.id) != nil || w.odd(v.id) != nil || w.skid(v.id) != nil {
		v.flags |= isOdd
	}
}

// hash mixes in the states of those vehicles that have one of their own, by what they are.
func (s *states) hash(h *digest) {
	for id, k := range s.of {
		if k > 0 {
			h.add(uint64(id))
			h.addFitness(&s.kinds[k-1].fitness)
		}
	}
}
