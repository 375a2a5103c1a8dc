package traffic

import (
	"cmp"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/driver"
)

const (
	stopRoom    = 60.0 // m beyond a stop for each lane that the bus must change afterwards
	stopPassed  = 8.0  // m before a stop at which a bus in another lane gives it up
	stopReached = 2.0  // m within which it opens its doors
	stopQueue   = 6.0  // m behind another bus within which it does so, too [assumed]
	dwellSpread = 0.6  // coefficient of variation of dwell times: TCRP Report 165, chapter 6 (recalled, not seen)
)

// bus is the class as vehicle.class has it.
const bus = uint8(network.Bus)

// stopsOf returns the first and the number of the bus stops on edge e.
func (l *layout) stopsOf(e network.EdgeID) (first, n int) {
	byEdge := func(s network.BusStop, e network.EdgeID) int { return cmp.Compare(s.Edge, e) }
	first, _ = slices.BinarySearchFunc(l.net.BusStops, e, byEdge)
	for first+n < len(l.net.BusStops) && l.net.BusStops[first+n].Edge == e {
		n++
	}
	return first, n
}

// seekStop lets a bus that has come onto a lane, or has left a stop, make for the next stop on its edge that it can serve:
// not one that it could not stop at any more, nor one that leaves it no room to get over to where its route goes on.
func (w *World) seekStop(v *vehicle, p *place) {
	v.flags &^= servesStop
	if w.cfg.Crossings.BusDwell == 0 || v.class != bus || !p.isLane {
		return
	}
	j := &w.journeys[v.id]
	first, n := w.layout.stopsOf(p.edge)
	for i := first; i < first+n; i++ {
		at := w.stopAt(i, p)
		switch {
		case int32(i) < j.busStop, driver.StoppingDistance(v.v, holdBraking)+1 > at-v.s:
			continue
		case v.flags&endsHere != 0 && at > j.stop-1:
			return
		}
		kerb := w.kerbLane(p.edge, network.Bus)
		if v.good&kerb == 0 && p.length-at < stopRoom*float64(lanesApart(v.good, kerb)) {
			continue
		}
		j.busStop, j.leaves = int32(i), 0
		v.flags |= servesStop
		w.keepToStop(v, p)
		return
	}
}

// keepToStop makes the kerb lane the only good one for a bus that makes for a stop.
func (w *World) keepToStop(v *vehicle, p *place) {
	if v.flags&servesStop != 0 {
		v.good = w.kerbLane(p.edge, network.Bus)
	}
}

// lanesApart returns the least number of lanes between one of a and one of b.
func lanesApart(a, b uint16) int {
	for d := range maxLanes {
		if a<<d&b != 0 || a>>d&b != 0 {
			return d
		}
	}
	return maxLanes
}

// stopAt returns where on lane p the i-th bus stop has the front of a bus stand: not where it would stand on tracks, but beyond
// them, or before them if there is no room.
func (w *World) stopAt(i int, p *place) float64 {
	last := p.length - lineMargin
	at := min(w.cfg.Net.BusStops[i].Position, last)
	for k := p.bar; k < p.barEnd(); k++ {
		b := &w.layout.bars[k]
		if beyond := b.end + w.classes[bus].Length + standingGap; b.kind >= network.LevelCrossing && at > b.at && at < beyond {
			if at = beyond; at > last {
				at = min(b.at, last)
			}
		}
	}
	return at
}

// mindBusStop lets a bus stop at the stop it makes for, wait for its passengers, and go on.
func (w *World) mindBusStop(v *vehicle, p *driver.Params, s slot, place *place, free float64, d *wish) {
	j := &w.journeys[v.id]
	distance := w.stopAt(int(j.busStop), place) - v.s
	atKerb := w.kerbLane(place.edge, network.Bus)&(1<<place.index) != 0
	switch {
	case j.leaves == 0 && (distance < -stopReached || !atKerb && distance < stopPassed):
		w.leaveStop(v, s, place) // it has missed it
		return
	case j.leaves == 0 && v.v < halting && atKerb && (distance < stopReached || w.standsBehindBus(v, s, distance)):
		j.leaves = float32(w.Time() - w.cfg.Start + w.dwell(v.id, int(j.busStop)))
	case j.leaves > 0 && w.Time()-w.cfg.Start >= float64(j.leaves):
		j.served++
		w.leaveStop(v, s, place)
		return
	}
	switch {
	case j.leaves > 0:
		d.cap(p.StopAt(v.v, 0, free), LimitBusStop)
	case atKerb:
		d.cap(p.StopAt(v.v, max(distance, 0), free), LimitBusStop)
	}
}

// standsBehindBus reports whether v, a bus, stands on lane s right behind one that stands at the stop, which is distance metres
// ahead of v: there is room for two at a stop, and the second opens its doors where it is.
func (w *World) standsBehindBus(v *vehicle, s slot, distance float64) bool {
	at := w.insertionPoint(s, v.s)
	if at == 0 || distance > w.classes[bus].Length+stopQueue {
		return false
	}
	o := &w.tracks[s].vehicles()[at-1]
	return o.class == bus && o.flags&servesStop != 0 && o.v < halting && w.journeys[o.id].leaves > 0 && o.rear()-v.s < stopQueue
}

// leaveStop lets v go on, to the next stop of its edge or where its route goes.
func (w *World) leaveStop(v *vehicle, s slot, place *place) {
	w.journeys[v.id].busStop++
	v.flags &^= servesStop
	w.plan(v, s)
	w.seekStop(v, place)
}

// dwell returns how long a bus stands at a stop, s: lognormal, the same for the same bus and stop.
func (w *World) dwell(id VehicleID, stop int) float64 {
	b := &w.cfg.Net.BusStops[stop]
	key := keyOf(b.OSMNode, w.layout.pointOn(b.Edge, b.Position), 0)
	variance := math.Log(1 + dwellSpread*dwellSpread)                                                                  //nolint:forbidigo // rounded below
	factor := math.Exp(math.Sqrt(variance)*draw.Normal(w.cfg.Seed, draw.BusDwell, w.drawKey(id), key>>1) - variance/2) //nolint:forbidigo // rounded
	return math.Round(w.cfg.Crossings.BusDwell*factor*1e3) / 1e3
}
