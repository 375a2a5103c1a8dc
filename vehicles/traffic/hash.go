package traffic

import "math"

// Hash returns a hash of the complete state: equal for equal histories, whatever the number of workers. It goes through
// the tracks in the network's order, and mixes in whatever decides the future of each vehicle.
func (w *World) Hash() uint64 {
	h := digest(w.steps)
	h.add(uint64(w.condition))
	for t, s := range w.layout.slots {
		vs := w.tracks[s].vehicles()
		if len(vs) == 0 {
			continue
		}
		h.add(uint64(t))
		for i := range vs {
			h.addVehicle(&vs[i])
			h.add(uint64(len(w.journeys[vs[i].id].route)))
		}
	}
	for _, a := range w.cfg.Signals.Aspects() {
		h.add(uint64(a))
	}
	for _, e := range [...]int{w.stats.Departed, w.stats.Arrived, w.stats.Crashes, w.stats.Cleared, w.stats.Rerouted, w.queues.waiting} {
		h.add(uint64(e))
	}
	for _, t := range w.times.now {
		h.add(math.Float64bits(t))
	}
	w.crossers.hash(&h)
	return uint64(h)
}

// digest is a running hash: multiply and rotate (as in wyhash and FxHash), each word mixed before the next.
type digest uint64

func (h *digest) add(x uint64) {
	v := (uint64(*h) ^ x) * 0x9e3779b97f4a7c15
	*h = digest(v ^ v>>29)
}

func (h *digest) addVehicle(v *vehicle) {
	h.add(uint64(v.id))
	h.add(math.Float64bits(v.s))
	h.add(math.Float64bits(v.v))
	h.add(uint64(math.Float32bits(v.a))<<32 | uint64(math.Float32bits(v.lateral)))
	h.add(uint64(v.grant)<<32 | uint64(math.Float32bits(v.hold)))
	h.add(uint64(v.wait)<<40 | uint64(v.due)<<32 | uint64(v.cool)<<24 | uint64(v.flags)<<8 | uint64(v.limit))
	h.add(uint64(math.Float32bits(v.pedal)))
}
