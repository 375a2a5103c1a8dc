package traffic

import (
	"math"

	"roadtwin/network"
	"roadtwin/vehicles/driver"
)

const (
	judgeEvery   = 0.6  // s between two looks at the neighbouring lanes
	coolDown     = 4.0  // s after a change before another is wished for
	lostAfter    = 8.0  // s standing at the end of a lane that leads elsewhere before a driver goes another way
	urgentWithin = 60.0 // m before the end of the lane at which the others are asked to let one in
	hardBraking  = 4.5  // m/s², asked of others by a driver who must change now
)

// changeLanes is phase 8. An edge is one worker's alone, so each change is made at once, lane by lane from the kerb and
// most downstream first.
func (w *World) changeLanes(wk *worker) {
	wk.lost, wk.changed = wk.lost[:0], wk.changed[:0]
	for s := range wk.awake {
		p := &w.layout.places[s]
		if !p.isLane || w.tracks[s].n == 0 {
			continue
		}
		w.findLost(wk, s, p)
		if w.cfg.Net.Edges[p.edge].NumLanes > 1 {
			w.changeFrom(wk, s, p)
		}
	}
}

// findLost notes the driver at the end of lane s who has waited long enough for a gap into the lane of its route.
func (w *World) findLost(wk *worker, s slot, p *place) {
	v := &w.tracks[s].vehicles()[0]
	if v.next == nowhere && !w.justChanged(v) && uint64(v.wait) >= w.stepsIn(lostAfter) && v.flags&isCrashed == 0 && p.outN > 0 {
		wk.lost = append(wk.lost, v.id)
	}
}

// justChanged reports whether v has changed lanes in this step already: whether its new lane is yet to be looked at must
// not matter.
func (w *World) justChanged(v *vehicle) bool { return v.cool == w.coolSteps() }

func (w *World) coolSteps() uint8 { return uint8(min(w.stepsIn(coolDown), math.MaxUint8)) }

func (w *World) changeFrom(wk *worker, s slot, p *place) {
	period := w.stepsIn(judgeEvery)
	t := &w.tracks[s]
	for i := 0; i < int(t.n); i++ {
		v := &t.vehicles()[i]
		must := v.good != 0 && v.good&(1<<p.index) == 0
		if !must && (v.cool > 0 || (w.steps+uint64(v.id))%period != 0) {
			continue
		}
		if v.flags&isCrashed != 0 || v.rear() < 0 || v.grant != 0 || w.justChanged(v) {
			continue
		}
		side := w.wishedSide(v, s, p, i, must)
		if side != 0 && mayCross(v, p, side) && w.change(wk, s, i, side, must) {
			i--
		}
	}
}

// wishedSide returns +1 for the lane towards the offside, -1 for the one towards the kerb, 0 to stay.
func (w *World) wishedSide(v *vehicle, s slot, p *place, i int, must bool) int {
	if must {
		return nearestGood(v.good, p.index)
	}
	lead := w.ahead(s, i, v.s)
	if v.v > 0.9*float64(v.wish) || lead.Gap > 4*v.v+15 {
		return 0
	}
	best, side := driver.ChangeGain, 0
	for _, k := range [2]int{1, -1} {
		lane := int(p.index) + k
		if lane < 0 || lane >= w.lanesOf(p.edge) || v.good&(1<<lane) == 0 || !mayCross(v, p, k) {
			continue
		}
		if gain := w.gain(v, s, p, slot(k), lead); gain > best {
			best, side = gain, k
		}
	}
	return side
}

// mayCross reports whether a driver on a lane at place p crosses the line to one side: not if it is solid, unless he is
// near the end of a lane that does not lead where he must go. He would stand there and block it otherwise; drivers
// rather cross.
func mayCross(v *vehicle, p *place, side int) bool {
	solid := network.NoChangeOffside
	if side < 0 {
		solid = network.NoChangeKerbside
	}
	return p.change&solid == 0 || v.next == nowhere && p.length-v.s < urgentWithin
}

// nearestGood returns the direction of the nearest lane in the set good; ties go to the kerb.
func nearestGood(good uint16, index uint8) int {
	for d := 1; d < maxLanes; d++ {
		if int(index)-d >= 0 && good&(1<<(int(index)-d)) != 0 {
			return -1
		}
		if int(index)+d < maxLanes && good&(1<<(int(index)+d)) != 0 {
			return 1
		}
	}
	return 0
}

// gain returns MOBIL's incentive in m/s²: the own gain less courtesy times the new follower's loss.
func (w *World) gain(v *vehicle, s slot, p *place, side slot, lead driver.Neighbour) float64 {
	other := s + side
	if !w.layout.places[other].permitted.Has(classOf(v)) {
		return math.Inf(-1)
	}
	d := w.driver(v, w.conditionAt(p))
	at := w.insertionPoint(other, v.s)
	newLead := w.ahead(other, at, v.s)
	free := d.Free(v.v, float64(v.wish))
	gain := d.Follow(v.v, newLead.Speed, newLead.Gap, free) - d.Follow(v.v, lead.Speed, lead.Gap, free)
	f, fp := w.behind(other, at, v)
	if fp == nil {
		return gain
	}
	fFree := fp.Free(f.Speed, math.Max(f.Speed, float64(v.wish)))
	fLead := driver.Neighbour{Gap: f.Gap + float64(v.length) + newLead.Gap, Speed: newLead.Speed}
	loss := fp.Follow(f.Speed, fLead.Speed, fLead.Gap, fFree) - fp.Follow(f.Speed, v.v, f.Gap, fFree)
	return gain - d.Courtesy*math.Max(0, loss)
}

func classOf(v *vehicle) network.VehicleClass { return network.VehicleClass(v.class) }

// ahead returns what a driver at position x of lane s, with index i there, has ahead: on the lane, or nearest of all that
// are on the ways it leads to, one lane further.
func (w *World) ahead(s slot, i int, x float64) driver.Neighbour {
	if i > 0 {
		o := &w.tracks[s].vehicles()[i-1]
		return driver.Neighbour{Gap: o.rear() - x, Speed: o.v}
	}
	lead := driver.Neighbour{Gap: math.Inf(1)}
	p := &w.layout.places[s]
	for c := p.out; c < p.out+p.outN; c++ {
		distance, t := p.length-x, &w.tails[c]
		rear := t.rear()
		if math.IsInf(t.s, 1) { // nobody on the connector: the lane behind it
			exit := &w.layout.places[c]
			distance += exit.length
			t = &w.tails[exit.to]
			rear = w.rearSeenFrom(c, t)
		}
		if distance+rear < lead.Gap {
			lead = driver.Neighbour{Gap: distance + rear, Speed: t.v}
		}
	}
	return lead
}

// insertionPoint returns the index that a vehicle at position x would have on lane s.
func (w *World) insertionPoint(s slot, x float64) int {
	vs := w.tracks[s].vehicles()
	lo, hi := 0, len(vs)
	for lo < hi {
		mid := (lo + hi) / 2
		if vs[mid].s > x {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// behind returns the vehicle that would follow v at index at of lane s, and its driver; nil if there is nobody near. It
// may still be in the junction behind the lane, or about to enter it.
func (w *World) behind(s slot, at int, v *vehicle) (driver.Neighbour, *driver.Params) {
	cond := w.conditionAt(&w.layout.places[s])
	vs := w.tracks[s].vehicles()
	if at < len(vs) {
		f := &vs[at]
		return driver.Neighbour{Gap: v.rear() - f.s, Speed: f.v}, w.driver(f, cond)
	}
	best := driver.Neighbour{Gap: math.Inf(1)}
	var params *driver.Params
	for _, c := range w.layout.into[s] {
		p := &w.layout.places[c]
		f, distance := &w.heads[c], p.length
		if f.v < 0 {
			if f = &w.heads[p.from]; f.v < 0 || f.next != c {
				continue
			}
			distance += w.layout.places[p.from].length
		}
		if gap := v.rear() + distance - f.s; gap < best.Gap {
			best, params = driver.Neighbour{Gap: gap, Speed: f.v}, &w.drivers.Drivers[cond][f.class][f.driver]
		}
	}
	return best, params
}

// change moves the i-th vehicle of s one lane to the side if it is safe, and reports whether it did. Who must change and
// cannot asks the one behind in the other lane to make room.
func (w *World) change(wk *worker, s slot, i, side int, must bool) bool {
	v := &w.tracks[s].vehicles()[i]
	other := s + slot(side)
	place, there := &w.layout.places[s], &w.layout.places[other]
	if !there.permitted.Has(classOf(v)) || v.s >= there.length {
		return false
	}
	remaining := place.length - v.s
	if v.flags&endsHere != 0 {
		remaining = w.journeys[v.id].stop - v.s
	}
	if there.outN > 0 && !canStop(v.v, remaining-lineMargin) {
		return false // whatever is at the end of the other lane, it would be met too fast
	}
	limit := driver.SafeBraking
	urgent := must && remaining < urgentWithin+4*v.v
	if urgent {
		limit = hardBraking
	}
	d := w.driver(v, w.conditionAt(place))
	at := w.insertionPoint(other, v.s)
	lead := w.ahead(other, at, v.s)
	if at == 0 && !must && remaining < 20 {
		return false // nobody ahead up to the stop line, and no way to see beyond
	}
	f, fp := w.behind(other, at, v)
	if fp == nil {
		fp = d
	}
	if !d.AcceptsGap(v.v, lead, f, fp, limit) {
		if urgent {
			w.askForRoom(other, at, v)
		}
		return false
	}
	w.switchLane(wk, s, i, side, there)
	return true
}

// askForRoom asks the first vehicle of lane s, from index at on, that is behind v altogether to fall back. Who is beside v
// goes ahead, and nobody stands and waits for long.
func (w *World) askForRoom(s slot, at int, v *vehicle) {
	vs := w.tracks[s].vehicles()
	for at < len(vs) && vs[at].s > v.rear() {
		at++
	}
	if at < len(vs) && vs[at].flags&isCrashed == 0 && uint64(vs[at].wait) < w.stepsIn(lostAfter) {
		vs[at].flags |= isLettingIn
	}
}

// switchLane makes the change. The vehicle belongs to the new lane at once; its body moves over in about three seconds.
func (w *World) switchLane(wk *worker, s slot, i, side int, there *place) {
	v := w.tracks[s].vehicles()[i]
	w.tracks[s].remove(i)
	width := w.cfg.Net.Lanes[w.layout.places[s].track].Width
	offside := float32(width) // towards the driver's left where one drives on the right
	if w.cfg.Net.DrivingSide == network.LeftHand {
		offside = -offside
	}
	v.lateral -= float32(side) * offside
	v.flags &^= movesLeft | movesRight
	if v.lateral < 0 {
		v.flags |= movesLeft
	} else {
		v.flags |= movesRight
	}
	v.cool = w.coolSteps()
	other := s + slot(side)
	w.counts[s].Left++
	w.counts[other].Entered++
	w.journeys[v.id].track = other
	w.plan(&v, other)
	v.wish = float32(w.wish(&v, there))
	v.due = 0
	w.tracks[other].insert(&v, &wk.buffers)
	w.alertBehind(other, &v)
	wk.wake(other)
	wk.changed = append(wk.changed, s, other)
}

// alertBehind makes the driver behind v on lane s, who has somebody else ahead now, decide at once.
func (w *World) alertBehind(s slot, v *vehicle) {
	vs := w.tracks[s].vehicles()
	for i := range vs[:len(vs)-1] {
		if vs[i].id == v.id {
			vs[i+1].due = 0
		}
	}
}
