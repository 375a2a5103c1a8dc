package traffic

import (
	"roadtwin/network"
	"roadtwin/vehicles/driver"
)

// wish is what a driver wants, and because of what.
type wish struct {
	accel float64 // m/s²
	limit Limit
	eye   eye // set by the first look at somebody ahead
	looks bool
	stays bool // behind one who stands, and would again
}

// cap lowers the wish to accel, for the reason given; of two that ask for the same the lower one is told, whichever comes first.
func (d *wish) cap(accel float64, limit Limit) {
	if accel < d.accel || accel == d.accel && limit < d.limit {
		d.accel, d.limit = accel, limit
	}
}

const (
	halting    = 0.5 // m/s: slower, and nobody can tell when a vehicle inside a junction will be gone
	zoneMargin = 0.5 // m before the place where two ways meet at which one waits
	noseOver   = 0.8 // m beyond it that one may have rolled and still let another pass
)

// keepClear lowers the wish of a vehicle with its front bumper x metres along connector c (negative before it), let in
// there with the number grant, so that it keeps clear of those whose way meets its own inside the junction and who go
// first.
func (w *World) keepClear(v *vehicle, p *driver.Params, c *place, x float64, grant uint32, free float64, d *wish) {
	gate := &w.gates[c.junction]
	if gate.loaded&c.clashMask == 0 {
		return
	}
	clashes := w.layout.clashesOf(c)
	for i := range clashes {
		k := &clashes[i]
		if !gate.isLoaded(k) {
			continue
		}
		vs := w.tracks[k.with].vehicles()
		for n := range vs {
			o := &vs[n]
			if w.keepClearOf(v, p, c, k, x, grant, free, d, inside{o.s, o.v, float64(o.length), float64(o.hold), o.grant, o.id}) {
				break // and before those who follow it, whatever their numbers
			}
		}
		with := &w.layout.places[k.with]
		if k.kind != network.Diverging {
			w.keepClearOfNext(v, p, c, k, with, x, grant, free, d)
		}
		if o, ok := w.rearOn(k.with, with); ok {
			w.keepClearOf(v, p, c, k, x, grant, free, d, o)
		}
	}
}

// keepClearOfNext minds those on the lane that leads to the other connector who were let in earlier, and are not inside yet. The
// junction may be one ahead whose lanes are another worker's: of those there it reads nothing that they write while they decide,
// the flags among it.
func (w *World) keepClearOfNext(v *vehicle, p *driver.Params, c *place, k *clash, with *place, x float64, grant uint32, free float64, d *wish) {
	length := w.layout.places[with.from].length
	vs := w.tracks[with.from].vehicles()
	for i := range vs {
		o := &vs[i]
		if o.grant == 0 {
			if o.next >= 0 && w.layout.places[o.next].regulated { // needsGrant
				return
			}
			continue
		}
		if o.next == k.with && o.grant < grant && o.id != v.id {
			w.keepClearOf(v, p, c, k, x, grant, free, d, inside{o.s - length, o.v, float64(o.length), float64(o.hold), o.grant, o.id})
		}
	}
}

// inside is a vehicle on another connector of the same junction; one whose front has left already has grant 0, and one
// that is let in to its end hold 0.
type inside struct {
	s, v, length float64
	hold         float64
	grant        uint32
	id           VehicleID
}

// keepClearOf lowers the wish so that v keeps clear of o at clash k, and reports whether it is o who has to.
func (w *World) keepClearOf(v *vehicle, p *driver.Params, c *place, k *clash, x float64, grant uint32, free float64, d *wish, o inside) bool {
	rear := o.s - o.length
	if rear >= k.withEnd || k.kind != network.Diverging && (v.hold > 0 && grant == v.grant && k.start >= float64(v.hold) || o.hold > 0 && o.hold <= k.withStart) {
		return false
	}
	switch k.kind {
	case network.Diverging:
		// Two who came from the same lane: the one ahead is the leader until its rear has swung out of the way.
		if x >= k.end+float64(v.length) || o.s < x || o.s == x && o.id > v.id {
			return false
		}
		d.cap(p.Follow(v.v, o.v, rear-x, free), LimitLeader)
	case network.Merging:
		return w.mergeBehind(v, p, c, k, x, grant, free, d, o)
	case network.Crossing:
		first := o.grant < grant || grant == 0
		there := o.s > k.withStart // in the way, whoever was to go first
		if x > k.start && first && there && x < k.start+noseOver {
			d.cap(p.StopAt(v.v, 0, free), LimitYield) // both have their noses in it: the one let in later stays
			return false
		}
		if x > k.start || !first && !there {
			return x <= k.start
		}
		gone := goneIn(k.withEnd-rear, o.v, o.s, o.hold)
		stands := o.s > 0 && o.v < halting
		if stands || driver.ArrivalTime(k.start-x, v.v, p.Accel, max(v.v, float64(v.wish))) < gone+marginAfter {
			d.cap(p.StopAt(v.v, k.start-x-zoneMargin, free), LimitYield)
		}
	}
	return false
}

// mergeBehind makes v follow o into the lane where both are going, as if o were ahead on v's own way already; or reports that
// v goes first.
func (w *World) mergeBehind(v *vehicle, p *driver.Params, c *place, k *clash, x float64, grant uint32, free float64, d *wish, o inside) bool {
	mine, others := c.length-x, k.withEnd-o.s // m to the common lane
	if !mergesFirst(&o, k, x, grant, mine, others) {
		return true
	}
	gap := mine - others - o.length
	if gap < p.MinGap && x < k.start && !w.goneBefore(v, p, k, x, &o) {
		// Beside each other before the ways meet: let it in first.
		d.cap(p.StopAt(v.v, k.start-x-zoneMargin, free), LimitYield)
	}
	d.cap(p.Follow(v.v, o.v, max(gap, k.start-x), free), LimitYield)
	return false
}

// goneBefore reports whether o will be far enough ahead by the time when v gets where their ways meet.
func (w *World) goneBefore(v *vehicle, p *driver.Params, k *clash, x float64, o *inside) bool {
	gone := goneIn(k.withStart+p.MinGap+o.length-o.s, o.v, o.s, o.hold)
	return driver.ArrivalTime(k.start-x, v.v, p.Accel, max(v.v, float64(v.wish))) > gone
}

// mergesFirst reports whether o goes first where two ways merge: the one whose body is in the other's way already; of two
// who are, the one further on; of two who are not, the one let in first. Seen from o it is the other way round.
func mergesFirst(o *inside, k *clash, x float64, grant uint32, mine, others float64) bool {
	in, otherIn := x > k.start, o.s > k.withStart
	switch {
	case in && otherIn:
		return others < mine || others == mine && o.grant < grant
	case in || otherIn:
		return otherIn
	}
	return o.grant < grant || grant == 0
}
