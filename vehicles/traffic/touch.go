package traffic

import "roadtwin/network"

// Who touches whom. On one track that is found while they move (advance); what is at the end of a track, inside a junction or on two
// lanes is looked at in the phase inspect, with what has been published after the move.

// strikeAhead notes whom the i-th vehicle of track s has run into: the one ahead or, if that is beside it on another way still, those
// before that one.
func (w *World) strikeAhead(wk *worker, vs []vehicle, i int, s slot) {
	v := &vs[i]
	for k := i - 1; k >= 0; k-- {
		if vs[k].rear() < v.s-touching && w.strike(wk, v, &vs[k], s) {
			return
		}
	}
}

// strike notes that v has run into o, ahead on its track s, keeps it behind that, and reports whether they are in line.
func (w *World) strike(wk *worker, v, o *vehicle, s slot) (inLine bool) {
	if inLine = w.noteStrike(wk, v, o, s); inLine {
		v.s, _ = w.rearBefore(v, s, o, s)
	}
	return inLine
}

// noteStrike notes that v has run into o, the one ahead on its track s, and reports whether they are in line. If they have come there
// by different ways and o has not left its own yet, they are side by side still, and touch only if their bodies do.
func (w *World) noteStrike(wk *worker, v, o *vehicle, s slot) (inLine bool) {
	if _, inLine = w.rearBefore(v, s, o, s); inLine {
		wk.contacts = append(wk.contacts, contact{striking: v.id, struck: o.id, inLine: true})
	} else if w.bodiesTouch(v, s, o, s) {
		w.noteAcross(wk, v, o)
	}
	return inLine
}

// stayBehind keeps v, which comes onto track t, whose slot is s, behind the one that has come there before it from the same track:
// within a step it may have run into that one, or beyond it.
func (w *World) stayBehind(wk *worker, v *vehicle, t *track, s slot) {
	if len(t.vs) == 0 {
		return
	}
	o := &t.vs[len(t.vs)-1]
	if v.s > o.rear()+touching && w.journeys[o.id].from == w.journeys[v.id].from {
		w.strike(wk, v, o, s)
	}
}

// noteCrowd notes track t, whose slot is s, if the vehicle that has just come onto it is not clear of the next there. Who comes from
// elsewhere in the same step may come before or after it: they are looked at when all are there (touchesCrowd).
func (w *World) noteCrowd(wk *worker, id VehicleID, t *track, s slot) {
	for i := len(t.vs) - 1; i >= 0; i-- {
		if t.vs[i].id != id {
			continue
		}
		if i > 0 && t.vs[i].s > t.vs[i-1].rear() || i+1 < len(t.vs) && t.vs[i+1].s > t.vs[i].rear() {
			wk.crowded = append(wk.crowded, s)
		}
		return
	}
}

// touchesCrowd notes who touches the one ahead on track s.
func (w *World) touchesCrowd(wk *worker, s slot) {
	vs := w.tracks[s].vehicles()
	for i := 1; i < len(vs); i++ {
		if vs[i].s > vs[i-1].rear()+touching {
			w.noteStrike(wk, &vs[i], &vs[i-1], s)
		}
	}
}

// touchesAhead notes whether v, the first of track s, touches t, the last vehicle of the next, whose rear is behind its front.
func (w *World) touchesAhead(wk *worker, s slot, v *vehicle, t *tail) {
	if t.id == v.id || t.from == shade {
		return // touchesShadows finds those that touch a body
	}
	inLine := t.rear() >= 0 || t.from == s && w.layout.places[s].length+t.rear() >= 0
	if inLine || w.touchesTail(v, s, v.next) {
		wk.contacts = append(wk.contacts, contact{striking: v.id, struck: t.id, inLine: inLine, drove: w.lately(v), other: t.v * w.cfg.StepTime})
	}
}

// touchesBehind notes whether those at the end of track s who reach back beyond its start are touched by who is behind them on their
// own way, whoever else has come to s since, and wherever that one is going.
func (w *World) touchesBehind(wk *worker, s slot) {
	vs := w.tracks[s].vehicles()
	for i := len(vs) - 1; i >= 0 && vs[i].rear() < 0; i-- {
		o := &vs[i]
		for n, on := range w.wayOf(o, s) {
			if n == 0 || on < 0 || len(w.tracks[on].vs) == 0 {
				continue
			}
			v := &w.tracks[on].vs[0]
			if at, ok := w.rearBefore(v, on, o, s); ok && v.s > at+touching {
				wk.contacts = append(wk.contacts, contact{striking: v.id, struck: o.id, inLine: true})
			}
		}
	}
}

// touchesTail reports whether the body of v, on s, touches that of the last vehicle of track t.
func (w *World) touchesTail(v *vehicle, s, t slot) bool {
	vs := w.tracks[t].vehicles()
	return len(vs) > 0 && w.bodiesTouch(v, s, &vs[len(vs)-1], t)
}

// touchesInside notes who on connector s touches whom on those that it crosses, merges with or parts from.
func (w *World) touchesInside(wk *worker, s slot, p *place) {
	x := &w.layout.crossings[p.junction]
	if wk.inUse(x.connectors, x.end)&p.clashMask == 0 {
		return // nobody there
	}
	clashes := w.layout.clashesOf(p)
	for i := range clashes {
		k := &clashes[i]
		if wk.awakeFrom(k.with, k.with+1) != k.with {
			continue
		}
		switch {
		case k.kind == network.Diverging:
			w.touchesParting(wk, s, k)
		case k.with > s && len(w.tracks[k.with].vs) > 0:
			w.touchesAt(wk, s, k)
		}
		if k.kind == network.Crossing {
			w.touchesRear(wk, s, k)
		}
	}
}

// chord is how far in metres before the place where two ways meet bodies may, which are straight where the ways are bent. Who
// drives keeps out of that place; who slides does not stop before it.
const chord = 2.0

// touchesAt looks at those whose fronts are on connector s and on the other one of clash k.
func (w *World) touchesAt(wk *worker, s slot, k *clash) {
	vs, os := w.tracks[s].vehicles(), w.tracks[k.with].vehicles()
	for i := range vs {
		v := &vs[i]
		if v.s <= k.start-chord || v.rear() >= k.end {
			continue
		}
		for m := range os {
			o := &os[m]
			if o.s <= k.withStart-chord || o.rear() >= k.withEnd || (v.flags|o.flags)&isCrashed == 0 && (v.s <= k.start || o.s <= k.withStart) {
				continue
			}
			if w.bodiesTouch(v, s, o, k.with) {
				w.noteAcross(wk, v, o)
			}
		}
	}
}

// touchesParting looks at those who have come to connector s from the same lane as the last one who goes by the other connector of
// clash k, as long as both are where the two ways have not parted: they are one behind the other.
func (w *World) touchesParting(wk *worker, s slot, k *clash) {
	vs, os := w.tracks[s].vehicles(), w.tracks[k.with].vehicles()
	for i := range vs {
		v := &vs[i]
		if v.s >= k.end {
			continue
		}
		for m := range os {
			o := &os[m]
			if ahead := o.s > v.s || o.s == v.s && o.id < v.id; ahead && o.rear() < k.withEnd && o.rear() < v.s-touching {
				wk.contacts = append(wk.contacts, contact{striking: v.id, struck: o.id, inLine: true})
			}
		}
		if o := &w.ends[w.layout.places[k.with].to].tail; o.from == k.with {
			if rear := w.layout.places[k.with].length + o.rear(); rear < k.withEnd && rear < v.s-touching {
				wk.contacts = append(wk.contacts, contact{striking: v.id, struck: o.id, inLine: true})
			}
		}
	}
}

// touchesRear looks at the one that has left the junction by the other connector of clash k, but for its rear.
func (w *World) touchesRear(wk *worker, s slot, k *clash) {
	with := &w.layout.places[k.with]
	r, ok := w.rearOn(k.with, with)
	if !ok || r.s-r.length >= k.withEnd {
		return
	}
	o, at := w.find(r.id)
	if o == nil {
		return
	}
	vs := w.tracks[s].vehicles()
	for i := range vs {
		if v := &vs[i]; v.s > k.start && v.rear() < k.end && v.id != o.id && w.bodiesTouch(v, s, o, at) {
			w.noteAcross(wk, v, o)
		}
	}
}

// noteAcross notes that two touch whose ways are different: the faster strikes.
func (w *World) noteAcross(wk *worker, v, o *vehicle) {
	if o.v > v.v || o.v == v.v && o.id < v.id {
		v, o = o, v
	}
	wk.contacts = append(wk.contacts, contact{striking: v.id, struck: o.id, drove: w.lately(v), other: w.lately(o)})
}
