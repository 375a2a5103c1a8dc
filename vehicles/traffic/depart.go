package traffic

import (
	"cmp"
	"math/bits"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/driver"
)

// departures are the vehicles that wait outside for room, a queue for each edge, first come first in.
type departures struct {
	next        int              // order[:next] have been released
	order       []VehicleID      // all trips by departure
	first, last []int32          // by edge: its queue's ends as vehicle ids, -1 if empty
	behind      []int32          // by vehicle: who waits behind it
	busy        []network.EdgeID // edges with a queue
	waiting     int
}

func newDepartures(edges int) departures {
	d := departures{first: make([]int32, edges), last: make([]int32, edges)}
	for e := range d.first {
		d.first[e] = -1
	}
	return d
}

// enter takes in trips that were added, the first of which is vehicle first.
func (d *departures) enter(trips []Trip, first VehicleID) {
	n := len(d.order)
	for i := range trips {
		d.order = append(d.order, first+VehicleID(i))
	}
	slices.SortStableFunc(d.order[n:], func(a, b VehicleID) int {
		return cmp.Compare(trips[a-first].Depart, trips[b-first].Depart)
	})
}

func (d *departures) push(id VehicleID, e network.EdgeID) {
	for len(d.behind) <= int(id) {
		d.behind = append(d.behind, -1)
	}
	d.behind[id] = -1
	d.waiting++
	if d.first[e] < 0 {
		d.first[e] = int32(id)
		d.busy = append(d.busy, e)
	} else {
		d.behind[d.last[e]] = int32(id)
	}
	d.last[e] = int32(id)
}

// pop takes the vehicle that waits behind before, or the first if that is -1, out of the queue of e.
func (d *departures) pop(e network.EdgeID, before int32) {
	d.waiting--
	if before < 0 {
		d.first[e] = d.behind[d.first[e]]
		return
	}
	id := d.behind[before]
	d.behind[before] = d.behind[id]
	if d.last[e] == id {
		d.last[e] = before
	}
}

// depart is phase 3: who waits enters where there is safe room. Edges do not influence one another here, so their order does not
// matter.
func (w *World) depart() {
	w.release()
	kept := w.queues.busy[:0]
	for _, e := range w.queues.busy {
		w.letOnto(e)
		if w.queues.first[e] >= 0 {
			kept = append(kept, e)
		}
	}
	w.queues.busy = kept
}

// letOnto lets those in who have waited longest for edge e, one on each of its lanes: who waits for room on one lane does not keep
// those behind from another. Were there one queue for all lanes, the driver who wants the longest gap would be a bottleneck at the
// edge of the map, where the world outside has none. Who pulls out from the kerb comes alone.
func (w *World) letOnto(e network.EdgeID) {
	var claimed uint16
	before, id := int32(-1), w.queues.first[e]
	for tries := w.lanesOf(e); id >= 0 && tries > 0; tries-- {
		flows := w.trips[id].FromPos < 0
		if !flows && before >= 0 {
			return
		}
		next := w.queues.behind[id]
		lane, entered := w.insert(VehicleID(id), claimed)
		if entered {
			w.queues.pop(e, before)
		} else {
			before = id
		}
		if !flows {
			return
		}
		if lane >= 0 {
			claimed |= 1 << w.layout.places[lane].index
		}
		id = next
	}
}

// insert puts a vehicle on the road at the beginning of its trip if there is room, on a lane that others have not claimed. It
// returns the lane that it wants, or nowhere, and reports whether it is in.
func (w *World) insert(id VehicleID, claimed uint16) (lane slot, entered bool) {
	v := w.newVehicle(id)
	if w.kindOf(id) != nil {
		v.flags |= isOdd
	}
	trip, j := &w.trips[id], &w.journeys[id]
	j.at = 0
	lane, ok := w.entryLane(&v, trip, claimed)
	if !ok {
		return nowhere, false
	}
	w.plan(&v, lane)
	place := &w.layout.places[lane]
	if trip.FromPos < 0 {
		w.comeBy(&v, place)
	}
	v.wish = float32(w.wish(&v, place))
	if trip.FromPos >= 0 {
		v.s = max(float64(v.length)+kerbRoom, min(startOn(trip, place), place.length-kerbRoom))
		w.keepOffCrossings(&v, place)
	} else {
		v.s = min(float64(v.length), 0.9*place.length)
	}
	if !w.fits(&v, lane, trip.FromPos < 0) {
		return lane, false
	}
	v.due = uint8(w.drawKey(id) % uint64(w.paces[v.class][v.driver].every))
	w.seekStop(&v, place)
	j.track, j.entered, j.state = lane, w.Time(), driving
	j.free = -v.s / float64(v.wish)
	j.distance = -v.s
	wk := w.workers[w.owner(lane)]
	w.tracks[lane].insert(&v, &wk.buffers)
	wk.wake(lane)
	j.since = w.Time() - v.s/place.limit
	w.enlist(id)
	w.readSigns(wk, id)
	w.counts[lane].Entered++
	w.stats.Departed++
	w.events = append(w.events, Event{Kind: Departed, Vehicle: id, Time: w.Time(), Track: place.track, S: v.s, Waited: w.Time() - trip.Depart})
	return lane, true
}

func (w *World) newVehicle(id VehicleID) vehicle {
	t := &w.trips[id]
	return vehicle{
		id: id, class: uint8(t.Class), length: float32(w.lengthOf(t)), next: nowhere, stood: uint16(w.steps),
		driver: w.pickDriver(id, t),
	}
}

// pickDriver returns who drives a vehicle.
func (w *World) pickDriver(id VehicleID, t *Trip) uint16 {
	if t.Driver != 0 {
		return t.Driver - 1
	}
	return w.drivers.Pick(w.cfg.Seed, w.drawKey(id), t.Style)
}

// startOn returns where on lane place a trip begins that begins at the kerb there, m: as near as it can to where it was to, if that
// was on an edge before.
func startOn(t *Trip, place *place) float64 {
	if place.edge != t.From {
		return 0
	}
	return t.FromPos
}

// kerbRoom is the road in metres that one who pulls out has at least before and behind the vehicle on its lane.
const kerbRoom = 0.5

// fromWhereItFits returns the route of a vehicle from the first edge on at whose kerb it can stand: who is longer than the
// lane (between two arms of a roundabout, say) would stand in the junctions at its ends. It is empty if there is none.
func (w *World) fromWhereItFits(id VehicleID, route []network.EdgeID) []network.EdgeID {
	t := &w.trips[id]
	if t.FromPos < 0 {
		return route
	}
	need := w.lengthOf(t) + 2*kerbRoom
	for len(route) > 0 && w.layout.places[w.kerbside(route[0], t.Class)].length < need {
		route = route[1:]
	}
	return route
}

// keepOffCrossings moves v, which is to pull out where it is, off the crossings of its lane: nobody parks there. If the lane
// leaves no room beyond, it stays before one.
func (w *World) keepOffCrossings(v *vehicle, place *place) {
	for i := place.bar; i < place.barEnd(); i++ {
		b := &w.layout.bars[i]
		if v.s <= b.at || v.rear() >= b.end {
			continue
		}
		if beyond := b.end + float64(v.length) + kerbRoom; beyond <= place.length-kerbRoom {
			v.s = beyond
		} else if b.at >= float64(v.length)+kerbRoom {
			v.s = b.at
		}
	}
}

// kerbside returns the lane of edge e from whose kerb a vehicle of the class pulls out.
func (w *World) kerbside(e network.EdgeID, class network.VehicleClass) slot {
	return w.layout.firstLane[e] + slot(bits.TrailingZeros16(w.kerbLane(e, class)))
}

// lengthOf returns the length in metres of the vehicle that makes a trip.
func (w *World) lengthOf(t *Trip) float64 {
	if t.Length > 0 {
		return t.Length
	}
	return w.classes[t.Class].Length
}

// entryLane returns the lane on which v enters: the one at the kerb if it pulls out there, else the one with the most
// room among those from where its route goes on and that others have not claimed.
func (w *World) entryLane(v *vehicle, trip *Trip, claimed uint16) (slot, bool) {
	edge := w.journeys[v.id].route[0]
	first := w.layout.firstLane[edge]
	if trip.FromPos >= 0 {
		return w.kerbside(edge, trip.Class), true
	}
	w.plan(v, first)
	best, lane := -1.0, first
	for i := range w.lanesOf(edge) {
		s := first + slot(i)
		p := &w.layout.places[s]
		if v.good&(1<<i) == 0 && (p.merge == network.NoMerge || p.length < endingRoom) || !p.permitted.Has(trip.Class) || claimed&(1<<i) != 0 {
			continue
		}
		if room := min(w.entryRoom(s), 1e6); room > best {
			best, lane = room, s
		}
	}
	return lane, best >= 0
}

// endingRoom is the length in metres from which a lane that ends is used to come onto the map: beyond its edge there are
// vehicles on all lanes.
const endingRoom = 400.0

// entryRoom returns the free road in metres at the start of lane s; negative if somebody stands in the entry.
func (w *World) entryRoom(s slot) float64 {
	vs := w.tracks[s].vehicles()
	if len(vs) == 0 {
		return w.layout.places[s].length
	}
	return vs[len(vs)-1].rear()
}

// fits reports whether v can be on lane s where it is without endangering anybody, and sets its speed: in the flow of
// traffic, or standing if it pulls out from the kerb.
func (w *World) fits(v *vehicle, s slot, flowing bool) bool {
	d := w.driver(v, w.believedAt(v, &w.layout.places[s]))
	at := w.insertionPoint(s, v.s)
	lead := w.ahead(s, at, v.s)
	follower, fp := w.behind(s, at, v)
	w.shadowGaps(s, v, w.layout.places[s].looks, &lead, &follower, &fp)
	if lead.Gap < d.MinGap {
		return false
	}
	if flowing && !w.entrySpeed(v, s, at, lead, d) || w.crossedAhead(v, &w.layout.places[s]) {
		return false
	}
	return fp == nil || follower.Gap >= fp.MinGap && fp.Follow(follower.Speed, v.v, follower.Gap, 0) >= -fp.Brake
}

// entrySpeed sets the speed at which v enters in the flow of traffic: the wished one, or that of the leader if it is slower and
// near, or less where a curve, a red light, a sign or people ahead ask for it. It reports whether v can enter now: not before it
// would follow at about the gap that it keeps. To enter earlier and slower would be a bottleneck at the edge of the map, where
// the world outside has none.
func (w *World) entrySpeed(v *vehicle, s slot, at int, lead driver.Neighbour, d *driver.Params) bool {
	place := &w.layout.places[s]
	top := float64(v.wish)
	if d.Follow(top, lead.Speed, lead.Gap, d.Free(top, top)) < -entryBraking {
		top = min(top, lead.Speed)
		if lead.Gap < d.MinGap+float64(entryShare*d.TimeGap*top) {
			return false
		}
	}
	for quarter := 4; quarter > 0; quarter-- {
		v.v = top * float64(quarter) / 4
		free := d.Free(v.v, float64(v.wish))
		want := wish{accel: free}
		w.mindLane(v, d, s, place, at == 0, free, &want)
		w.mindBars(v, d, place, v.s, lead, free, &want)
		if want.accel >= -d.Brake && !w.crossedAhead(v, place) {
			return true
		}
	}
	v.v = 0
	return true
}

const (
	entryBraking = 0.5 // m/s²: who would have to brake harder than that at the wished speed enters at the leader's
	entryShare   = 0.9 // of the time gap, with which one enters behind a leader
)
