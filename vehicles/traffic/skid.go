package traffic

import (
	"cmp"
	"math"
	"slices"
	"sync/atomic"

	"roadtwin/network"
	"roadtwin/vehicles"
	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/tyre"
)

// Who drives into a bend, of a lane or through a junction, faster than its tyres hold does not go round it. From then on the vehicle is a dynamics.Slide, whose steps
// are a millisecond long, until it is back within its envelope or stands: it slides straight on, off its lane, spins or folds up.
// Only those cost anything: a list of them.

// skid is a vehicle that slides.
type skid struct {
	id    VehicleID
	slide dynamics.Slide
	from  float64 // m beside its line at which it began
	left  bool    // it has left its lane, or spun, folded up or rolled over
	over  bool    // the slide has ended in this step
}

// leastSkid is the speed in m/s below which a vehicle that turns too tightly for its tyres is still steered: it runs wide by
// centimetres.
const leastSkid = 3.0

// asksTooMuch reports whether v, in the curve of p, is faster than its tyres hold on average there: its sharpest piece is short.
func (w *World) asksTooMuch(v *vehicle, p *place) bool {
	bend := math.Abs(w.layout.bendAt(p, v.s))
	if bend == 0 || v.v <= leastSkid {
		return false
	}
	e := w.envelope(v, p)
	return float64(v.v*v.v)*bend > e.LateralAt(v.v)
}

// beginSkids makes slides of those who asked too much in this step, and ends those that are over.
func (w *World) beginSkids() {
	started := false
	for _, wk := range w.workers {
		for _, id := range wk.skidding {
			if v, s := w.find(id); v != nil && w.skid(id) == nil && v.flags&isCrashed == 0 && w.asksTooMuch(v, &w.layout.places[s]) {
				v.flags |= isOdd
				w.tracks[s].stir()
				w.skids = append(w.skids, skid{
					id: id, from: float64(v.lateral), slide: dynamics.NewSlide(w.bodyOf(v), v.v, w.layout.bendAt(&w.layout.places[s], v.s), float64(v.a)),
				})
				w.slideAside(id, s)
				started = true
			}
		}
		wk.skidding = wk.skidding[:0]
	}
	if started {
		slices.SortFunc(w.skids, func(a, b skid) int { return cmp.Compare(a.id, b.id) })
	}
	w.endSkids()
}

// slideAside has the place of a vehicle beside its line minded.
func (w *World) slideAside(id VehicleID, s slot) {
	if wk := w.workers[w.owner(s)]; !slices.Contains(wk.sideways, id) {
		wk.sideways = append(wk.sideways, id)
	}
}

// endSkids takes those off the list who have got over it, or stand, or are gone, and tells who has left the road.
func (w *World) endSkids() {
	kept := w.skids[:0]
	for i := range w.skids {
		k := w.skids[i]
		v, s := w.find(k.id)
		if v == nil || w.journeys[k.id].state != driving {
			continue
		}
		if !k.left && w.isOff(&k, v, s) {
			k.left = true
			w.leaveRoad(&k, v, s)
		}
		if !k.over && v.flags&isCrashed == 0 || !k.over && k.left && v.v > 0 {
			kept = append(kept, k)
			continue
		}
		if w.odd(k.id) == nil && w.kindOf(k.id) == nil {
			v.flags &^= isOdd
		}
		v.due = 0
		w.tracks[s].stir()
	}
	w.skids = kept
	w.odds = slices.DeleteFunc(w.odds, func(o odd) bool { return w.journeys[o.id].state == finished })
}

// isOff reports whether v, on s, has come off its lane altogether, to where there is no other of its edge, or does not point along
// it any more.
func (w *World) isOff(k *skid, v *vehicle, s slot) bool {
	if k.slide.Incidents&(dynamics.Spun|dynamics.JackKnifed|dynamics.RolledOver) != 0 {
		return true
	}
	beyond := 0.0 // m of lanes of its edge on that side
	if p := &w.layout.places[s]; p.isLane {
		side := w.sideOf(v.lateral > 0)
		for i := int(p.index) + side; i >= 0 && i < int(p.lanes); i += side {
			beyond += w.laneWidth(s + slot(i-int(p.index)))
		}
	}
	return math.Abs(float64(v.lateral)) > beyond+0.5*(w.laneWidth(s)+w.classes[v.class].Width)
}

// leaveRoad makes a wreck of v, which has come off its lane.
func (w *World) leaveRoad(k *skid, v *vehicle, s slot) {
	cause := w.causeOf(v, s)
	w.wreck(v)
	w.stats.LeftRoad++
	at, on := w.wayBack(v, s, v.s)
	w.events = append(w.events, Event{
		Kind: LeftRoad, Vehicle: k.id, Other: NoVehicle, Time: w.Time(), Track: w.layout.places[at].track, S: on, ClosingSpeed: v.v, Incidents: k.slide.Incidents,
		Striking: cause,
	})
}

// stopSlide ends the slide of a vehicle that has been struck: what it does from then on the impact says.
func (w *World) stopSlide(id VehicleID) {
	if k := w.skid(id); k != nil {
		k.over = true
	}
}

// skid returns the slide of a vehicle, nil if it does not slide.
func (w *World) skid(id VehicleID) *skid {
	i, end := 0, len(w.skids) // by hand: only the ids may be read while others slide
	for i < end {
		if middle := (i + end) / 2; w.skids[middle].id < id {
			i = middle + 1
		} else {
			end = middle
		}
	}
	if i == len(w.skids) || w.skids[i].id != id {
		return nil
	}
	return &w.skids[i]
}

// slideOn moves v, which slides, on for one step.
func (w *World) slideOn(wk *worker, v *vehicle, r *ride, k *skid) {
	if o := w.controlled(v); o != nil && o.control.Mode == ByPedals && v.flags&isCrashed == 0 {
		w.steerOn(wk, v, r, k, &o.control)
		return
	}
	accel := min(0, max(float64(v.pedal), -mostBraking)) // who slides takes the foot off
	if v.flags&isCrashed != 0 {
		accel = -mostBraking
	}
	road := w.roadUnder(v, r.place)
	w.slideBy(wk, v, r, k, dynamics.Controls{Accel: accel, Curvature: k.slide.Follow(&road)})
	v.limit = LimitTyres
}

// roadUnder returns the road that v slides on, on p.
func (w *World) roadUnder(v *vehicle, p *place) dynamics.Road {
	return dynamics.Road{Grip: w.gripUnder(v, p), Curvature: w.layout.bendAt(p, v.s), Gradient: p.gradient}
}

// slideBy moves the body of v on for one step of r, in which it is driven by c.
func (w *World) slideBy(wk *worker, v *vehicle, r *ride, k *skid, c dynamics.Controls) {
	before, along := v.v, k.slide.Along
	road := w.roadUnder(v, r.place)
	out := k.slide.Step(w.bodyOf(v), r.dt, c, &road)
	k.over = out != dynamics.Sliding
	ds := max(0, k.slide.Along-along)
	v.s += ds
	v.v = max(0, k.slide.AlongSpeed())
	if out == dynamics.Stopped {
		v.v = 0
	}
	v.a = float32((v.v - before) / r.dt)
	v.lateral = float32(k.from + k.slide.Offset)
	r.metres += ds
	if v.v < standingSpeed {
		r.standing++
		w.halt(wk, v, before)
	}
	if v.cool > 0 {
		v.cool--
	}
}

// bodies are those of the classes, and grips what their tyres hold, made when they are first asked for: they never change.
var (
	bodies = func() (b [network.NumVehicleClasses]*dynamics.Body) {
		classes := vehicles.Classes()
		for i := range classes {
			b[i] = dynamics.NewBody(&classes[i])
		}
		return b
	}()
	grips [network.NumVehicleClasses][network.NumSurfaces][tyre.NumConditions]atomic.Pointer[dynamics.Grip]
)

// bodyOf returns the body of v.
func (w *World) bodyOf(v *vehicle) *dynamics.Body {
	if can := w.fitted(v); can != nil {
		return can.Body
	}
	return bodies[v.class]
}

// gripUnder returns what the tyres of v hold where it is, on p.
func (w *World) gripUnder(v *vehicle, p *place) *dynamics.Grip {
	condition := w.conditionUnder(p, v.s)
	if can := w.fitted(v); can != nil {
		return can.Grip(p.surface, condition)
	}
	return gripOf(v.class, p.surface, condition)
}

// gripOf returns what the tyres of a class hold on a surface in a condition.
func gripOf(class uint8, surface network.Surface, c tyre.Condition) *dynamics.Grip {
	at := &grips[class][surface][c]
	if g := at.Load(); g != nil {
		return g
	}
	classes := vehicles.Classes()
	g := dynamics.NewGrip(&classes[class], surface, c)
	at.Store(&g)
	return &g
}

// touchesSliding notes who touches those that have slid off their line: anybody in the same junction, on the lanes that lead to it or
// away from it, or on the other side of the road.
func (w *World) touchesSliding() {
	for i := range w.skids {
		k := &w.skids[i]
		v, s := w.find(k.id)
		if v == nil || math.Abs(float64(v.lateral)) < aside {
			continue
		}
		x := &w.layout.crossings[w.layout.places[s].junction]
		for t := x.lanes; t < x.end; t++ {
			w.touchesOn(v, s, t)
			if p := &w.layout.places[t]; !p.isLane {
				w.touchesOn(v, s, p.to)
			}
		}
		if p := &w.layout.places[s]; p.isLane {
			w.touchesOpposite(v, s, p.edge)
		}
	}
}

// aside is how far in metres off its line a vehicle is in the way of those beside it.
const aside = 0.5

// touchesOpposite notes whom v, on s, touches on the other side of the road of edge e.
func (w *World) touchesOpposite(v *vehicle, s slot, e network.EdgeID) {
	o := w.cfg.Net.Edges[e].Opposite
	if o < 0 {
		return
	}
	first := w.layout.firstLane[o]
	for i := range slot(w.cfg.Net.Edges[o].NumLanes) {
		w.touchesOn(v, s, first+i)
	}
}

// touchesOn notes whom of those on track t v, on s, touches.
func (w *World) touchesOn(v *vehicle, s, t slot) {
	vs := w.tracks[t].vehicles()
	if t == s || len(vs) == 0 {
		return
	}
	a := w.body(v, s)
	for i := range vs {
		o := &vs[i]
		if o.id == v.id {
			continue
		}
		b := w.body(o, t)
		if reach := a.halfLength + b.halfLength + 2; math.Abs(a.x-b.x) > reach || math.Abs(a.y-b.y) > reach {
			continue
		}
		if !separated(&a, &b) && !separated(&b, &a) {
			w.noteAcross(w.workers[0], v, o)
		}
	}
}
