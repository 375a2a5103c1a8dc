package traffic

import (
	"cmp"
	"math"
	"slices"

	"roadtwin/network"
)

// contact is two vehicles that touch.
type contact struct {
	striking, struck VehicleID
	inLine           bool // one behind the other; else their ways cross
}

// touchesInside notes who on connector s touches whom on those that it crosses or merges with.
func (w *World) touchesInside(wk *worker, s slot, p *place) {
	end := w.layout.crossings[p.junction].end
	if wk.awakeFrom(s+1, end) == end {
		return // nobody there
	}
	clashes := w.layout.clashesOf(p)
	for i := range clashes {
		if k := &clashes[i]; k.with > s && k.kind != network.Diverging && len(w.tracks[k.with].vs) > 0 {
			w.touchesAt(wk, s, k)
		}
	}
}

func (w *World) touchesAt(wk *worker, s slot, k *clash) {
	vs, os := w.tracks[s].vehicles(), w.tracks[k.with].vehicles()
	for i := range vs {
		v := &vs[i]
		if v.s <= k.start || v.rear() >= k.end {
			continue
		}
		for m := range os {
			o := &os[m]
			if o.s <= k.withStart || o.rear() >= k.withEnd {
				continue
			}
			if w.bodiesTouch(v, s, o, k.with) {
				a, b := v, o // the faster strikes
				if o.v > v.v || o.v == v.v && o.id < v.id {
					a, b = o, v
				}
				wk.contacts = append(wk.contacts, contact{striking: a.id, struck: b.id})
			}
		}
	}
}

// bodiesTouch reports whether the rectangles of two vehicles overlap, by the separating-axis test.
func (w *World) bodiesTouch(v *vehicle, s slot, o *vehicle, t slot) bool {
	a, b := w.body(v, s), w.body(o, t)
	return !separated(&a, &b) && !separated(&b, &a)
}

// body is a rectangle: middle, unit vector along it, half length and half width in metres.
type body struct {
	x, y, ux, uy, halfLength, halfWidth float64
}

// body returns the rectangle of v: along the chord from its rear bumper to its front.
func (w *World) body(v *vehicle, s slot) body {
	front := w.cfg.Net.PoseAt(w.layout.places[s].track, v.s, float64(v.lateral))
	rearTrack, rearAt := s, v.rear()
	if from := w.journeys[v.id].from; rearAt < 0 && from >= 0 {
		rearTrack, rearAt = from, math.Max(0, w.layout.places[from].length+rearAt)
	}
	rear := w.cfg.Net.PoseAt(w.layout.places[rearTrack].track, math.Max(0, rearAt), float64(v.lateral))
	dx, dy := front.X-rear.X, front.Y-rear.Y
	chord := math.Sqrt(float64(dx*dx) + float64(dy*dy))
	if chord < 0.1 {
		dx, dy, chord = 1, 0, 1
	}
	c := &w.classes[v.class]
	half := float64(v.length) / 2
	dx, dy = dx/chord, dy/chord
	return body{front.X - float64(dx*half), front.Y - float64(dy*half), dx, dy, half, c.Width / 2}
}

// separated reports whether an axis of a separates it from b.
func separated(a, b *body) bool {
	dx, dy := b.x-a.x, b.y-a.y
	dot := math.Abs(float64(a.ux*b.ux) + float64(a.uy*b.uy))
	cross := math.Abs(float64(a.ux*b.uy) - float64(a.uy*b.ux))
	along := math.Abs(float64(dx*a.ux) + float64(dy*a.uy))
	across := math.Abs(float64(dy*a.ux) - float64(dx*a.uy))
	return along > a.halfLength+float64(b.halfLength*dot)+float64(b.halfWidth*cross) ||
		across > a.halfWidth+float64(b.halfLength*cross)+float64(b.halfWidth*dot)
}

// crash resolves the contacts of the step: the two exchange momentum, stay together, slide and stop, and block the road
// until they are cleared.
func (w *World) crash() {
	w.contacts = w.contacts[:0]
	for _, wk := range w.workers {
		w.contacts = append(w.contacts, wk.contacts...)
	}
	if len(w.contacts) == 0 {
		return
	}
	slices.SortFunc(w.contacts, func(a, b contact) int {
		return cmp.Or(cmp.Compare(a.striking, b.striking), cmp.Compare(a.struck, b.struck))
	})
	for _, c := range w.contacts {
		w.collide(c)
	}
	for range w.contacts { // who is put back may run into the next one behind
		if !w.partAll() {
			break
		}
	}
	for _, c := range w.contacts {
		w.checkParted(c)
	}
	w.recast()
}

// checkParted counts two vehicles one behind the other that are still in the same place.
func (w *World) checkParted(c contact) {
	v, vs := w.find(c.striking)
	o, os := w.find(c.struck)
	if !c.inLine || v == nil || o == nil {
		return
	}
	at := o.rear()
	if vs != os {
		at += w.layout.places[vs].length
	}
	if v.s-at > mostOverlap {
		w.audit.Overlaps++
	}
}

// mostOverlap is how deep, in metres, vehicles in a crash may be in one another: less than they crush.
const mostOverlap = 0.3

func (w *World) collide(c contact) {
	v, vs := w.find(c.striking)
	o, os := w.find(c.struck)
	if v == nil || o == nil {
		return
	}
	w.tracks[vs].stir()
	w.tracks[os].stir()
	if c.inLine {
		w.partInLine(v, vs, o, os)
	}
	if v.flags&o.flags&isCrashed != 0 && v.v < 0.1 && o.v < 0.1 {
		return
	}
	before := v.v
	closing := w.exchangeMomentum(v, vs, o, os)
	known := v.flags&o.flags&isCrashed != 0
	w.wreck(v)
	w.wreck(o)
	if known {
		return
	}
	w.stats.Crashes++
	w.events = append(w.events, Event{
		Kind: CrashedInto, Vehicle: v.id, Other: o.id, Time: w.Time(), Track: w.layout.places[vs].track, S: v.s,
		ClosingSpeed: closing, DeltaV: math.Abs(before - v.v),
	})
}

// partAll parts all that have struck the one ahead, and reports whether anybody has been moved.
func (w *World) partAll() (moved bool) {
	for _, c := range w.contacts {
		v, vs := w.find(c.striking)
		o, os := w.find(c.struck)
		if c.inLine && v != nil && o != nil && w.partInLine(v, vs, o, os) {
			moved = true
		}
	}
	return moved
}

// partInLine puts the striking vehicle back to where it touches the other, and reports whether that moved it.
func (w *World) partInLine(v *vehicle, vs slot, o *vehicle, os slot) (moved bool) {
	at := o.rear()
	if vs != os {
		at += w.layout.places[vs].length
	}
	before := v.s
	v.s = math.Max(0, math.Min(v.s, at))
	return v.s != before
}

// exchangeMomentum gives both vehicles the common velocity of a plastic impact, each along its own way, and returns the
// closing speed in m/s.
func (w *World) exchangeMomentum(v *vehicle, vs slot, o *vehicle, os slot) float64 {
	a, b := w.body(v, vs), w.body(o, os)
	mv, mo := w.classes[v.class].Mass, w.classes[o.class].Mass
	ax, ay := float64(v.v*a.ux), float64(v.v*a.uy)
	bx, by := float64(o.v*b.ux), float64(o.v*b.uy)
	closing := math.Sqrt(float64((ax-bx)*(ax-bx)) + float64((ay-by)*(ay-by)))
	cx, cy := (float64(mv*ax)+float64(mo*bx))/(mv+mo), (float64(mv*ay)+float64(mo*by))/(mv+mo)
	// Vehicles whose ways cross lock into one another: what is left of the speed is what both ways have in common.
	common := math.Max(0, float64(a.ux*b.ux)+float64(a.uy*b.uy))
	v.stood, o.stood = uint16(w.steps)-w.waited(v), uint16(w.steps)-w.waited(o)
	v.v = math.Max(0, float64(cx*a.ux)+float64(cy*a.uy)) * common
	o.v = math.Max(0, float64(cx*b.ux)+float64(cy*b.uy)) * common
	return closing
}

func (w *World) wreck(v *vehicle) {
	if v.flags&isCrashed == 0 {
		v.flags |= isCrashed
		w.wrecks = append(w.wrecks, wreck{v.id, w.Time() + w.cfg.ClearAfter})
	}
}

// clearWrecks takes the vehicles off the road whose time has come.
func (w *World) clearWrecks() {
	kept := w.wrecks[:0]
	for _, k := range w.wrecks {
		switch {
		case w.journeys[k.id].state != driving: // slid off the map
		case k.clear > w.Time():
			kept = append(kept, k)
		default:
			w.clearWreck(k.id)
		}
	}
	cleared := len(kept) < len(w.wrecks)
	w.wrecks = kept
	if cleared {
		w.recast()
	}
}

func (w *World) clearWreck(id VehicleID) {
	v, s := w.find(id)
	at := v.s
	vs := w.tracks[s].vehicles()
	for i := range vs {
		if vs[i].id == id {
			w.tracks[s].remove(i)
			break
		}
	}
	w.journeys[id].state, w.journeys[id].track = finished, nowhere
	w.counts[s].Left++
	w.stats.Cleared++
	w.stats.OnRoad--
	w.events = append(w.events, Event{Kind: Cleared, Vehicle: id, Time: w.Time(), Track: w.layout.places[s].track, S: at})
}
