package traffic

import (
	"fmt"
	"math"

	"roadtwin/network"
	"roadtwin/signals"
	"roadtwin/vehicles/tyre"
)

// Describe says where a vehicle is and what it does, for failing tests.
func (w *World) Describe(id VehicleID) string {
	if int(id) >= len(w.journeys) || w.journeys[id].state != driving {
		return fmt.Sprintf("vehicle %d: not on the road", id)
	}
	v, s := w.find(id)
	if v == nil {
		return fmt.Sprintf("vehicle %d: not on the road", id)
	}
	p := &w.layout.places[s]
	what := "connector"
	if p.isLane {
		what = "lane"
	}
	text := fmt.Sprintf("vehicle %d (%s, %.1f m) on %s slot %d (edge %d, %.1f m) s=%.2f rear=%.2f v=%.2f a=%.2f limit=%s grant=%d hold=%.1f next=%d wait=%d flags=%b from=%d",
		id, classOf(v), v.length, what, s, p.edge, p.length, v.s, v.rear(), v.v, v.a, v.limit, v.grant, v.hold, v.next, w.waited(v), v.flags, w.journeys[id].from)
	c := s
	if p.isLane {
		c = v.next
	}
	if c >= 0 {
		q := &w.layout.places[c]
		text += fmt.Sprintf("\n  connector %d: %d -> %d, %.1f m, group %d, loaded %b mask %b", c, q.from, q.to, q.length, q.group, w.gates[q.junction].loaded, q.clashMask)
		for _, k := range w.layout.clashesOf(q) {
			text += fmt.Sprintf("\n    clash with %d kind %d %.1f-%.1f / %.1f-%.1f yields %v first come %v", k.with, k.kind, k.start, k.end, k.withStart, k.withEnd, k.yields, k.firstCome)
		}
	}
	return text
}

// ForbidStorage lets nobody wait inside of junctions from now on, to measure what it is worth.
func (w *World) ForbidStorage() {
	for i := range w.layout.places {
		w.layout.places[i].holdN = 0
	}
}

// Held returns the vehicles that wait inside of junctions, or are on their way to a place there: their fronts are inside.
func (w *World) Held() (ids []VehicleID) {
	for s := range w.tracks {
		for _, v := range w.tracks[s].vehicles() {
			if !w.layout.places[s].isLane && v.hold > 0 {
				ids = append(ids, v.id)
			}
		}
	}
	return ids
}

// Roll puts a vehicle so many metres before the end of its lane, rolling at v m/s.
func (w *World) Roll(id VehicleID, before, v float64) {
	o, s := w.find(id)
	o.s, o.v, o.a, o.due = w.layout.places[s].length-before, v, 0, 0
	w.tracks[s].stir()
}

// SkipNothing makes every driver decide at every action point from now on, those included who stand and would decide the same.
func (w *World) SkipNothing() { w.tireless = true }

// Calm counts the vehicles that nobody looks at, since they stand and are held.
func (w *World) Calm() (n int) {
	for s := range w.tracks {
		n += int(w.tracks[s].calmEnd - w.tracks[s].calm)
	}
	return n
}

// UseAllWorkers shares every step among all workers from now on, however few vehicles there are.
func (w *World) UseAllWorkers() { w.few = 0 }

// UnseenRears returns the vehicles whose front is behind a junction and whose rear is still on a connector of it that the junction
// takes for empty, but where there is a crash.
func (w *World) UnseenRears() (ids []VehicleID) {
	for g := range w.layout.crossings {
		x := &w.layout.crossings[g]
		loaded, _ := w.loadedConnectors(w.workers[w.owner(x.lanes)], x)
		for c := x.connectors; c < x.end; c++ {
			p := &w.layout.places[c]
			vs := w.tracks[p.to].vehicles()
			if len(vs) > 0 && vs[len(vs)-1].flags&isCrashed != 0 {
				continue // who slides in beside it in a crash is seen in its place
			}
			for _, v := range vs {
				if v.flags&isCrashed == 0 && v.rear() < 0 && w.journeys[v.id].from == c && loaded&(1<<p.bit) == 0 {
					ids = append(ids, v.id)
				}
			}
		}
	}
	return ids
}

// Clashes reports whether the ways of two vehicles through a junction meet: the ways they are on, or that begin at their lines.
func (w *World) Clashes(a, b VehicleID) bool {
	way := func(id VehicleID) *place {
		v, s := w.find(id)
		if w.layout.places[s].isLane {
			s = v.next
		}
		return &w.layout.places[s]
	}
	p, q := way(a), way(b)
	return p.junction == q.junction && p.clashMask&(1<<q.bit) != 0
}

// Faint makes the driver of a vehicle that stands not go on, whatever there is to see.
func (w *World) Faint(id VehicleID) {
	v, _ := w.find(id)
	v.wish, v.pedal = 0, 0
}

// Aspect returns what a signal group shows.
func (w *World) Aspect(g network.SignalGroupID) signals.Aspect { return w.cfg.Signals.Aspects()[g] }

// Lay lays something on a track, as the weather does.
func (w *World) Lay(t network.TrackID, c tyre.Condition) { w.setCondition(w.layout.slots[t], c) }

// Forget makes every junction that rests forget for what connectors it has let somebody in, and Forgotten counts those that have not looked
// again since.
func (w *World) Forget() {
	for g := range w.gates {
		w.gates[g].loaded = math.MaxUint64
	}
}

// Forgotten counts the junctions that have not looked since Forget.
func (w *World) Forgotten() (n int) {
	for g := range w.gates {
		if w.gates[g].loaded == math.MaxUint64 {
			n++
		}
	}
	return n
}

// Overlap is two vehicles of which one is inside the other by so many metres.
type Overlap struct {
	A, B  VehicleID
	Depth float64
}

// OverlapsInLine returns the vehicles that are deeper than so many metres inside one that is ahead on the same way.
func (w *World) OverlapsInLine(depth float64) (all []Overlap) {
	for i := range w.tracks {
		vs := w.tracks[i].vehicles()
		for k := range vs {
			o := &vs[k]
			if k+1 < len(vs) {
				all = w.addOverlap(all, &vs[k+1], slot(i), o, slot(i), depth)
				continue
			}
			for n, from := range w.wayOf(o, slot(i)) { // it is the last there
				if n > 0 && from >= 0 && len(w.tracks[from].vs) > 0 {
					all = w.addOverlap(all, &w.tracks[from].vs[0], from, o, slot(i), depth)
				}
			}
		}
	}
	return all
}

func (w *World) addOverlap(all []Overlap, v *vehicle, vs slot, o *vehicle, os slot, depth float64) []Overlap {
	at, ok := w.rearBefore(v, vs, o, os)
	if !ok || v.s-at <= depth || vs == os && v.rear() < 0 && w.journeys[v.id].from != w.journeys[o.id].from {
		return all // the last: it is not in line yet
	}
	return append(all, Overlap{v.id, o.id, v.s - at})
}
