package traffic

import "roadtwin/network"

// part puts those apart who have touched: v, which has struck o, goes back to where it touches it. Who is behind v is struck in turn.
func (w *World) part(c *contact, v *vehicle, vs slot, o *vehicle, os slot) {
	if !c.inLine {
		w.partAcross(c, v, vs, o, os)
		return
	}
	if at, ok := w.rearBefore(v, vs, o, os); ok && v.s > at {
		w.putBack(v, vs, v.s-at)
	}
}

// partAcross puts v back that has run into o from another way; or o, if it is o that has to go; or both, if neither alone is enough.
func (w *World) partAcross(c *contact, v *vehicle, vs slot, o *vehicle, os slot) {
	back, apart := w.untilApart(v, vs, c.drove, o, os)
	if !apart {
		if other, apart := w.untilApart(o, os, c.other, v, vs); apart {
			w.putBack(o, os, other)
			return
		}
	}
	w.putBack(v, vs, back)
	if !apart {
		back, _ = w.untilApart(o, os, c.other, v, vs)
		w.putBack(o, os, back)
	}
}

// untilApart returns by how many metres v has to go back to touch o no more, to the millimetre, and whether that is enough: no
// farther than it has come in this step.
func (w *World) untilApart(v *vehicle, vs slot, far float64, o *vehicle, os slot) (metres float64, apart bool) {
	b, probe := w.body(o, os), *v
	touches := func(back float64) bool {
		probe.s = v.s - back
		a := w.body(&probe, vs)
		return !separated(&a, &b) && !separated(&b, &a)
	}
	near := 0.0
	if !touches(near) {
		return 0, true
	}
	if far <= touching || touches(far) {
		return far, false
	}
	for far-near > touching {
		if middle := 0.5 * (near + far); touches(middle) {
			near = middle
		} else {
			far = middle
		}
	}
	return far, true
}

// lately returns the metres that v may have driven in this step, at the most.
func (w *World) lately(v *vehicle) float64 {
	before := max(v.v, v.v-float64(float64(v.a)*w.cfg.StepTime))
	return float64(before * w.cfg.StepTime)
}

// putBack moves v, on s, back by so many metres, if need be to before the start of its track: its front is at a negative
// metre then. Those are noted who are struck by that.
func (w *World) putBack(v *vehicle, s slot, metres float64) {
	v.s -= metres
	if metres <= touching {
		return
	}
	vs := w.tracks[s].vehicles()
	for i := range vs[:len(vs)-1] {
		if vs[i].id == v.id {
			w.strikesBehind(v, s, &vs[i+1], s)
		}
	}
	for i, on := range w.wayOf(v, s) {
		if on < 0 {
			break
		}
		p := &w.layout.places[on]
		if vs := w.tracks[on].vehicles(); i > 0 && len(vs) > 0 {
			w.strikesBehind(v, s, &vs[0], on)
		}
		if p.isLane {
			continue
		}
		clashes := w.layout.clashesOf(p)
		for n := range clashes { // who came from the same lane and goes elsewhere
			if k := &clashes[n]; k.kind == network.Diverging {
				vs := w.tracks[k.with].vehicles()
				for m := range vs {
					if at, ok := w.rearBefore(&vs[m], k.with, v, s); ok && vs[m].s < at+float64(v.length) {
						w.strikesBehind(v, s, &vs[m], k.with)
					}
				}
			}
		}
	}
}

// strikesBehind notes whether v, put back, has struck o behind it.
func (w *World) strikesBehind(v *vehicle, s slot, o *vehicle, os slot) {
	if at, ok := w.rearBefore(o, os, v, s); ok && o.s > at+touching {
		w.contacts = append(w.contacts, contact{striking: o.id, struck: v.id, inLine: true})
	}
}

// rearBefore returns where the rear bumper of o, on track os, is on the track vs of v behind it, m along it: negative if it has not
// come onto that yet. It is false unless o has come by there, and v comes to where the rear is by the same way: else they are not in
// line. Two connectors from the same lane count from the same start.
func (w *World) rearBefore(v *vehicle, vs slot, o *vehicle, os slot) (float64, bool) {
	mine, others := w.wayOf(v, vs), w.wayOf(o, os)
	at := o.rear()
	for i, s := range others {
		if s < 0 {
			break
		}
		p := &w.layout.places[s]
		if i > 0 {
			at += p.length
		}
		if s != vs && !w.goTogether(v.s, vs, at, s) {
			continue
		}
		rest := at
		for k := 1; rest < 0 && i+k < len(others); k++ {
			if others[i+k] < 0 || mine[k] != others[i+k] {
				return 0, false
			}
			rest += w.layout.places[mine[k]].length
		}
		return at, true
	}
	return 0, false
}

// goTogether reports whether connectors s and t come from one lane and have not parted yet, neither where x is metres along s nor
// where y is along t.
func (w *World) goTogether(x float64, s slot, y float64, t slot) bool {
	p := &w.layout.places[s]
	if p.isLane || w.layout.places[t].isLane || w.layout.places[t].from != p.from {
		return false
	}
	clashes := w.layout.clashesOf(p)
	for i := range clashes {
		if k := &clashes[i]; k.with == t && k.kind == network.Diverging {
			return x < k.end && y < k.withEnd
		}
	}
	return false
}

// wayOf returns the track on which v is and the two before it.
func (w *World) wayOf(v *vehicle, s slot) [3]slot {
	j := &w.journeys[v.id]
	return [3]slot{s, j.from, j.fromBefore}
}
