package traffic

import (
	"math"

	"roadtwin/network"
)

// drive is phases 4 and 5, perceive and decide: drivers whose action point it is (vehicle.due) look and set the pedal. Each reads
// the state at the start of the step and writes only itself. Move does the rest, and says on which tracks somebody is next
// (track.looks).
func (w *World) drive(wk *worker) {
	wk.tally = tally{}
	wk.callRoll(wk.live)
	for k, s := range wk.roll {
		w.fetch(wk, k)
		if w.tracks[s].looks {
			w.driveTrack(wk, s)
		}
	}
}

// stretch is a track on which drivers decide.
type stretch struct {
	slot  slot
	track *track
	vs    []vehicle // of track
	place *place
}

func (w *World) driveTrack(wk *worker, s slot) {
	t := &w.tracks[s]
	t.looks = false
	place := &w.layout.places[s]
	x := stretch{s, t, t.vs, place}
	if len(x.vs) > 0 {
		if v := &x.vs[0]; v.due > 0 && !v.footMoves() && w.nearsNext(v, place) {
			v.due = atOnce
		}
	}
	for i := 0; i < len(x.vs); i++ {
		if i == int(t.calm) && t.calm < t.calmEnd {
			i = int(t.calmEnd) - 1
			continue
		}
		if due := x.vs[i].due; due == 0 || due == atOnce {
			w.act(wk, &x, i)
		}
	}
}

// atOnce is the value of vehicle.due of one who decides in the next drive because of what cannot wait.
const atOnce = math.MaxUint8

// footMoves reports whether v's driver, who has decided, moves the foot in this step.
func (v *vehicle) footMoves() bool { return v.due == 1 && v.flags&isReacting != 0 }

// calmDown notes that v, the i-th vehicle of t, stands and is held.
func (w *World) calmDown(t *track, v *vehicle, i int) {
	switch {
	case i >= math.MaxUint16:
		return
	case t.calm == t.calmEnd:
		t.calm = uint16(i)
	case int(t.calmEnd) != i:
		return // only one run of them is noted
	}
	t.calmEnd = uint16(i + 1)
	if i == 0 {
		t.red = network.None
		if v.limit == LimitSignal {
			t.red = w.layout.places[v.next].group
		}
	}
}

// act is an action point of the i-th vehicle of x.
func (w *World) act(wk *worker, x *stretch, i int) {
	v, place := &x.vs[i], x.place
	if o := w.controlled(v); o != nil {
		w.obey(wk, x, i, o)
		return
	}
	var lead *vehicle
	if i > 0 {
		lead = &x.vs[i-1]
	}
	if w.wary && v.v > 0 {
		w.feel(v, place, lead)
	}
	p := w.driver(v, w.believedAt(v, place))
	d := w.decide(x, i, p)
	if d.accel < -hardStop && v.v > hardSpeed {
		wk.stopping = append(wk.stopping, v.id)
	}
	if !w.measures.off {
		w.noteCritical(wk, v, lead, x.slot, d.accel)
	}
	if o := w.oddly(v); o != nil && o.brakes {
		d.cap(-mostBraking, LimitTyres)
	}
	w.setPedal(v, lead, p, place, &d)
	v.flags &^= waitsAtLine | standsBehind
	if d.stays {
		v.flags |= standsBehind
	}
	aside := place.isLane && w.looksAside(x.vs, i, place)
	if aside {
		wk.lookers = append(wk.lookers, looker{x.slot, int32(i), v.id})
	}
	if v.v == 0 && v.flags&isReacting == 0 {
		switch {
		case lead != nil && lead.v > 0:
			v.due = 0 // again in the next step: where the one ahead comes to stand is not known yet
		case !aside && place.length-v.s <= horizon(0) && v.flags&needsGrant != 0 && v.grant == 0 && d.limit.isLine() && place.barN == 0:
			v.flags |= waitsAtLine
		}
	}
}

// isLine reports whether l is a reason to stop at the line.
func (l Limit) isLine() bool { return l == LimitSignal || l == LimitYield || l == LimitExit }

// isHeld reports whether v, which stands behind one who stands, or is the first on its track, has decided to stand, and
// would again. Behind a vehicle that stands: Follow says the same of the same gap at the same speeds, whatever else might
// hold it back as well. At a stop line: as long as nobody lets it in, it stops there. Whoever changes any of this sets
// v.due to 0 and stirs the track (track.rouse).
func (v *vehicle) isHeld(first bool) bool {
	if v.pedal > 0 || v.flags&(letsInKerbside|letsInOffside|servesStop) != 0 {
		return false
	}
	if first {
		return v.flags&waitsAtLine != 0 && v.grant == 0
	}
	return v.flags&standsBehind != 0
}

// What cannot wait for the next action point.
const (
	urgentTime    = 2.0 // s until one would be where the rear of the vehicle ahead is now, at the present closing speed
	urgentGap     = 2.0 // m to the vehicle ahead, on top of that
	urgentBraking = 3.0 // m/s²: nobody misses brake lights that come on like this
)

// Whoever else changes what a driver must know at once sets its due to 0: a grant given or taken back, a new track or lane,
// somebody who changes lanes in front of it.

// nearsNext reports whether v, the first of its track, comes close to the last vehicle of the next.
func (w *World) nearsNext(v *vehicle, place *place) bool {
	distance := place.length - v.s
	if v.next < 0 || distance > nearby(v.v) {
		return false
	}
	t := &w.ends[v.next].tail
	return comesClose(v, t.v, distance+t.rear())
}

// nearby is the distance in metres from the end of the track within which the last vehicle on the next may be close.
func nearby(v float64) float64 { return urgentGap + urgentTime*v + longest }

// comesClose reports whether a vehicle ahead that drives at lead (m/s) comes so close to v that its driver decides now.
func comesClose(v *vehicle, lead, gap float64) bool {
	closing := v.v - lead
	return closing > 0 && gap < urgentGap+urgentTime*closing
}
