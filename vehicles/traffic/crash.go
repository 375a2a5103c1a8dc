package traffic

import (
	"cmp"
	"math"
	"slices"
)

// contact is two vehicles that touch.
type contact struct {
	striking, struck VehicleID
	inLine           bool    // one right behind the other on the same way; else side by side, or where ways meet
	drove, other     float64 // m in this step, of the two: no farther are they put back to part them, if they are not in line
}

// how returns 1 if the two are in line, else 0.
func (c *contact) how() int {
	if c.inLine {
		return 1
	}
	return 0
}

// crash resolves the contacts of the step. Those who touch exchange momentum, slide and stop, and block the road until they are
// cleared. Bodies are solid: who is inside another by the end of the step is put back to where it touches, and then strikes who is
// behind it in turn, until nobody is inside anybody.
func (w *World) crash() {
	w.contacts = w.contacts[:0]
	for _, wk := range w.workers {
		w.contacts = append(w.contacts, wk.contacts...)
	}
	if len(w.contacts) == 0 {
		return
	}
	for done := 0; done < len(w.contacts) && len(w.contacts) < mostContacts; {
		round := w.contacts[done:]
		slices.SortFunc(round, func(a, b contact) int {
			return cmp.Or(cmp.Compare(a.striking, b.striking), cmp.Compare(a.struck, b.struck), b.how()-a.how())
		})
		round = slices.CompactFunc(round, func(a, b contact) bool { return a.striking == b.striking && a.struck == b.struck })
		w.contacts = w.contacts[:done+len(round)]
		done += len(round)
		for i := range round {
			w.collide(&round[i])
		}
	}
	w.settle()
	for _, c := range w.contacts {
		w.checkParted(c)
	}
	w.publishContacts()
}

// mostContacts bounds the contacts of a step, of which a pile-up has some per vehicle.
const mostContacts = 1 << 12

// publishContacts makes known where those are who have touched.
func (w *World) publishContacts() {
	for _, c := range w.contacts {
		for _, id := range [...]VehicleID{c.striking, c.struck} {
			if v, s := w.find(id); v != nil {
				w.publishTrack(w.workers[w.owner(s)], s)
				w.tracks[s].hangs = w.ends[s].tail.rear() < 0
				w.tracks[s].stir()
			}
		}
	}
	for _, c := range w.contacts {
		for _, id := range [...]VehicleID{c.striking, c.struck} {
			if _, s := w.find(id); s >= 0 && w.tracks[s].hangs {
				w.hangFrom(s)
			}
		}
	}
	w.recast()
	for _, wk := range w.workers {
		for i := range wk.shadows {
			w.shadeTail(wk.shadows[i].lane)
		}
	}
}

// checkParted counts two vehicles that are still in the same place; of those whose ways are different only if they go on getting
// deeper: bodies are straight, and where ways are bent they may have been in one another before either was in the other's way.
func (w *World) checkParted(c contact) {
	v, vs := w.find(c.striking)
	o, os := w.find(c.struck)
	if v == nil || o == nil {
		return
	}
	deep := 0.0
	if at, ok := w.rearBefore(v, vs, o, os); c.inLine && ok {
		deep = v.s - at
	} else if !c.inLine {
		deep = w.deepens(v, vs, o, os)
	}
	if deep > mostOverlap {
		w.audit.Overlaps++
	}
}

// mostOverlap is how deep, in metres, vehicles in a crash may be in one another: less than they crush.
const mostOverlap = 0.3

// settle makes those stop getting deeper whose ways are different, where one that has been struck by several was made to by the last
// of them.
func (w *World) settle() {
	for range mostSettling {
		settled := true
		for i := range w.contacts {
			c := &w.contacts[i]
			if c.inLine {
				continue
			}
			v, vs := w.find(c.striking)
			o, os := w.find(c.struck)
			if v != nil && o != nil && w.deepens(v, vs, o, os) > 0 {
				settled = false
				w.exchangeMomentum(c, v, vs, o, os)
			}
		}
		if settled {
			return
		}
	}
}

// mostSettling is how often settle goes through the contacts at the most: a pile of that many side by side.
const mostSettling = 16

// deepens returns how deep in metres two are in one another whose ways are different, and who go on getting deeper; else 0.
func (w *World) deepens(v *vehicle, vs slot, o *vehicle, os slot) float64 {
	a, b := w.body(v, vs), w.body(o, os)
	depth, nx, ny := a.depth(&b)
	approach := float64(v.v*(float64(a.ux*nx)+float64(a.uy*ny))) - float64(o.v*(float64(b.ux*nx)+float64(b.uy*ny)))
	if depth <= 0 || approach <= slow {
		return 0
	}
	return depth
}

// slow is the speed in m/s below which nobody gets deeper into another.
const slow = 0.05

func (w *World) collide(c *contact) {
	v, vs := w.find(c.striking)
	o, os := w.find(c.struck)
	if v == nil || o == nil {
		return
	}
	w.tracks[vs].stir()
	w.tracks[os].stir()
	w.part(c, v, vs, o, os)
	if v.flags&o.flags&isCrashed != 0 && v.v < 0.1 && o.v < 0.1 {
		return
	}
	before := v.v
	striking, struck := w.causeOf(v, vs), w.causeOf(o, os)
	closing := w.exchangeMomentum(c, v, vs, o, os)
	known := v.flags&o.flags&isCrashed != 0
	w.wreck(v)
	w.wreck(o)
	w.startle(v, vs)
	w.startle(o, os)
	w.stopSlide(v.id)
	w.stopSlide(o.id)
	if known {
		return
	}
	w.stats.Crashes++
	at, s := w.wayBack(v, vs, v.s)
	w.events = append(w.events, Event{
		Kind: CrashedInto, Vehicle: v.id, Other: o.id, Time: w.Time(), Track: w.layout.places[at].track, S: s,
		ClosingSpeed: closing, DeltaV: math.Abs(before - v.v), Striking: striking, Struck: struck,
	})
}

// startle has the one who stands behind v, on s, look at once: a crash has made v another speed.
func (w *World) startle(v *vehicle, s slot) {
	t := &w.tracks[s]
	if i := w.indexOn(s, v.id) + 1; i < len(t.vs) && t.vs[i].v == 0 {
		t.rouse(i)
	}
}

// exchangeMomentum gives both vehicles the speeds that a plastic impact leaves them, each along its own way, and returns the closing
// speed in m/s.
func (w *World) exchangeMomentum(c *contact, v *vehicle, vs slot, o *vehicle, os slot) float64 {
	a, b := w.body(v, vs), w.body(o, os)
	mv, mo := w.classes[v.class].Mass, w.classes[o.class].Mass
	ax, ay := float64(v.v*a.ux), float64(v.v*a.uy)
	bx, by := float64(o.v*b.ux), float64(o.v*b.uy)
	closing := math.Sqrt(float64((ax-bx)*(ax-bx)) + float64((ay-by)*(ay-by)))
	v.stood, o.stood = uint16(w.steps)-w.waited(v), uint16(w.steps)-w.waited(o)
	common := max(0, float64(a.ux*b.ux)+float64(a.uy*b.uy))
	if c.inLine {
		cx, cy := (float64(mv*ax)+float64(mo*bx))/(mv+mo), (float64(mv*ay)+float64(mo*by))/(mv+mo)
		v.v = max(0, float64(cx*a.ux)+float64(cy*a.uy)) * common
		o.v = max(0, float64(cx*b.ux)+float64(cy*b.uy)) * common
		return closing
	}
	_, nx, ny := a.depth(&b)
	v.v, o.v = blocked(v.v, o.v, float64(a.ux*nx)+float64(a.uy*ny), float64(b.ux*nx)+float64(b.uy*ny), mv, mo, common)
	return closing
}

// blocked returns the speeds, m/s, that a plastic impact leaves two vehicles of masses mv and mo that keep to their ways: v and o
// before it; toV and toO are the parts of a metre on either's way by which it gets nearer to the other, and farther from it. Along the
// normal of the impact they are as fast as each other afterwards, and nobody reverses: who would have to stands, and so does the
// other if that is in its way. Bodywork locks: of the rest only the share common is left, the cosine between the two ways.
func blocked(v, o, toV, toO, mv, mo, common float64) (afterV, afterO float64) {
	approach := float64(v*toV) - float64(o*toO)
	if approach <= 0 {
		return v, o
	}
	impulse := approach / (float64(toV*toV)/mv + float64(toO*toO)/mo)
	afterV, afterO = v-float64(impulse*toV)/mv, o+float64(impulse*toO)/mo
	if afterV < 0 || afterO < 0 {
		stopsV, stopsO := afterV < 0, afterO < 0
		if stopsV || toV > 0 {
			afterV = 0
		}
		if stopsO || toO < 0 {
			afterO = 0
		}
	}
	return afterV * common, afterO * common
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
			w.takeOff(k.id, Cleared)
			w.stats.Cleared++
		}
	}
	cleared := len(kept) < len(w.wrecks)
	w.wrecks = kept
	if cleared {
		w.recast()
	}
}

// takeOff takes a vehicle off the road, and tells it as an event of that kind.
func (w *World) takeOff(id VehicleID, kind EventKind) {
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
	w.stats.OnRoad--
	w.events = append(w.events, Event{Kind: kind, Vehicle: id, Time: w.Time(), Track: w.layout.places[s].track, S: at})
}
