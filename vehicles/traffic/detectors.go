package traffic

import (
	"math"

	"roadtwin/network"
	"roadtwin/signals"
)

// sensing is how the engine reads the detectors of the signals. It is empty where there are none.
type sensing struct {
	version uint64 // signals.System.DetectorsVersion of spots
	spots   []spot // by detector
}

// spot is where a detector is.
type spot struct {
	kind     signals.DetectorKind
	classes  network.ClassSet
	lane     slot    // of vehicles
	from, to float64 // m
	way      int32   // of people: index in layout.ways; -1 where nobody crosses
}

// standingBelow is the speed in m/s below which a vehicle stands for a detector: 5 km/h.
const standingBelow = 5 / 3.6

// senseTraffic tells the signals what their detectors sense: who is on them now, or was in the step that led here, and whose front
// bumper came past their start in it. It goes through the vehicles of a lane in their order, as they were at the end of the
// last step.
func (w *World) senseTraffic() {
	sys := w.cfg.Signals
	if sys.DetectorsVersion() != w.sensing.version {
		w.layDetectors()
	}
	for i := range w.sensing.spots {
		at := &w.sensing.spots[i]
		switch at.kind {
		case signals.PushButton:
			sys.Report(i, signals.Reading{Occupied: at.way >= 0 && anyAtKerb(w.crossers.feet[at.way].people)})
		case signals.Area:
			sys.Report(i, w.readArea(at))
		default:
			sys.Report(i, w.readLoop(at, &w.sensed[i]))
		}
	}
}

// anyAtKerb tells whether somebody waits: one still on the way to the kerb has not pushed the button yet.
func anyAtKerb(people []person) bool {
	for i := range people {
		if !people[i].walking && people[i].waited >= 0 {
			return true
		}
	}
	return false
}

func (w *World) readArea(at *spot) (r signals.Reading) {
	vs := w.tracks[at.lane].vehicles()
	for i := range vs {
		v := &vs[i]
		if v.s < at.from {
			break
		}
		if v.s > at.to || !at.classes.Has(network.VehicleClass(v.class)) {
			continue
		}
		r.Vehicles++
		if v.v < standingBelow {
			r.Standing++
		}
	}
	if p := &w.layout.places[at.lane]; at.to >= p.length-bumper {
		for c := p.out; c < p.outEnd(); c++ { // who waits with the bumper over the line is seen as well
			if t := &w.ends[c].tail; t.rear() < 0 && t.from == at.lane && t.s < bumper && t.v < crawl && at.classes.Has(network.VehicleClass(t.class)) {
				r.Vehicles++
				r.Standing++
			}
		}
	}
	r.Occupied = r.Vehicles > 0
	return r
}

func (w *World) readLoop(at *spot, last *VehicleID) (r signals.Reading) {
	vs := w.tracks[at.lane].vehicles()
	dt := w.cfg.StepTime
	newest := -1
	for i := range vs {
		v := &vs[i]
		if v.s < at.from {
			break
		}
		if !at.classes.Has(network.VehicleClass(v.class)) {
			continue
		}
		newest = i
		if v.rear()-float64(v.v*dt) <= at.to {
			r.Occupied = true
		}
	}
	if newest >= 0 && vs[newest].id != *last {
		v := &vs[newest]
		driven := (v.v + math.Max(0, float64(-v.a)*dt)) * dt
		if v.s-at.from <= driven+0.01 { // came along the lane, and not from the one beside it further on
			r.Passed = 1
		}
		*last = v.id
	}
	r.Occupied = r.Occupied || w.hangsOver(at)
	return r
}

// hangsOver tells whether a vehicle whose front is on a connector is still over a detector before the stop line.
func (w *World) hangsOver(at *spot) bool {
	p := &w.layout.places[at.lane]
	for c := p.out; c < p.outEnd(); c++ {
		t := &w.ends[c].tail
		if rear := t.rear(); rear < 0 && t.from == at.lane && at.classes.Has(network.VehicleClass(t.class)) &&
			p.length+rear-float64(t.v*w.cfg.StepTime) <= at.to {
			return true
		}
	}
	return false
}

// layDetectors finds the places of the detectors, and the crossings that signals for people on foot are for.
func (w *World) layDetectors() {
	sys := w.cfg.Signals
	w.sensing.version = sys.DetectorsVersion()
	w.layWalks(sys.Walks())
	detectors := sys.Detectors()
	w.sensing.spots, w.sensed = make([]spot, len(detectors)), make([]VehicleID, len(detectors))
	for i := range detectors {
		d := &detectors[i]
		at := spot{kind: d.Kind, classes: d.Classes, from: d.From, to: d.To, way: -1}
		if at.classes == 0 {
			at.classes = network.AllClasses
		}
		if d.Kind == signals.PushButton {
			for k := range w.layout.ways {
				if w.layout.ways[k].signal == int32(d.Walk)+1 {
					at.way = int32(k)
				}
			}
		} else {
			at.lane = w.layout.slots[d.Lane.Track()]
		}
		w.sensing.spots[i], w.sensed[i] = at, NoVehicle
	}
}

// layWalks tells the arms of junctions which signals people have there.
func (w *World) layWalks(walks []signals.Walk) {
	for k := range w.layout.ways {
		way := &w.layout.ways[k]
		way.signal = 0
		if !way.arm {
			continue
		}
		in, out := network.EdgeID(network.None), network.EdgeID(network.None)
		for i := range way.strips {
			if e := w.layout.places[way.strips[i].place.lane].edge; way.strips[i].incoming {
				in = e
			} else {
				out = e
			}
		}
		for i := range walks {
			if e := walks[i].Edge; e == in || in == network.None && e == out {
				way.signal = int32(i) + 1
			}
		}
	}
}

// signalOfArm says whether people may start on the arm of a signalised junction, where that does not depend on how long its
// traffic has red: their own signal shows walk, or the signals are off, and they look for a gap. known is false where it does.
func (w *World) signalOfArm(way *walkway) (may, known bool) {
	sys := w.cfg.Signals
	if way.signal > 0 {
		if a := sys.WalkAspect(int(way.signal) - 1); a != signals.Off {
			return a == signals.Green, true
		}
	}
	for _, g := range way.red {
		if a := sys.Aspects()[g]; a != signals.Off && a != signals.FlashingAmber {
			return false, false
		}
	}
	return true, true
}

// restoreSensing goes on with the detectors of the signals that have been restored.
func (w *World) restoreSensing(last []VehicleID) {
	w.layDetectors()
	if len(last) == len(w.sensed) { // else no step has been made yet with these
		copy(w.sensed, last)
	}
}

// hashSensing mixes in who came past the detectors last.
func (w *World) hashSensing(h *digest) {
	for _, id := range w.sensed {
		h.add(uint64(id))
	}
}
