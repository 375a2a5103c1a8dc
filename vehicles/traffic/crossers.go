package traffic

import (
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/driver"
)

// crossers is the state of all that crosses the roads.
type crossers struct {
	bars       []barView // by index in layout.bars
	feet       []foot    // by index in layout.ways
	rails      []rail    // by index in layout.rails
	busyWays   []int32   // ways where somebody is, ascending
	nextPerson float64   // s after midnight at which somebody comes anywhere
	walks      Walks
}

// prepareCrossings lays the crossings into the layout, and begins with nobody at any of them.
func (w *World) prepareCrossings() {
	l, c := w.layout, &w.cfg.Crossings
	l.ways, l.rails = newWalkways(l, c), newRailways(l, c)
	for i := range l.rails {
		for k := range l.rails[i].places {
			l.rails[i].places[k].line = int32(i)
		}
	}
	l.addBars(l.ways, l.rails)
	x := &w.crossers
	x.bars, x.feet, x.rails = make([]barView, len(l.bars)), make([]foot, len(l.ways)), make([]rail, len(l.rails))
	for i := range x.feet {
		x.feet[i].since, x.feet[i].redSince = math.Inf(-1), math.Inf(1)
		x.feet[i].next = w.nextArrival(i, w.cfg.Start)
	}
	for i := range x.rails {
		x.rails[i].next = w.firstTrain(&l.rails[i])
	}
}

func (c *crossers) clone() crossers {
	d := crossers{
		bars: slices.Clone(c.bars), feet: slices.Clone(c.feet), rails: slices.Clone(c.rails),
		busyWays: slices.Clone(c.busyWays), nextPerson: c.nextPerson, walks: c.walks,
	}
	for i := range d.feet {
		d.feet[i].people = slices.Clone(d.feet[i].people)
	}
	return d
}

// fits reports whether c is of a world with the same crossings as d.
func (c *crossers) fits(d *crossers) bool {
	return len(c.bars) == len(d.bars) && len(c.feet) == len(d.feet) && len(c.rails) == len(d.rails)
}

// mindBarsAhead lets the driver of vs[i] mind the crossings on its own lane.
func (w *World) mindBarsAhead(vs []vehicle, i int, p *driver.Params, s slot, place *place, free float64, d *wish) {
	v := &vs[i]
	if v.s >= w.layout.bars[place.barEnd()-1].mid {
		return
	}
	w.mindBars(v, p, place, v.s, w.shadowAhead(s, v, w.ahead(s, i, v.s)), free, d)
}

// Person is what an observer sees of somebody at a crossing.
type Person struct {
	ID      uint64
	At      network.Point // m
	Heading float64       // rad counter-clockwise from east, of the way over the road
	V       float64       // m/s
	Cyclist bool
}

// AppendPeople appends everybody on foot or on a cycle at a crossing, on the road or waiting beside it, to dst.
func (w *World) AppendPeople(dst []Person) []Person {
	for _, i := range w.crossers.busyWays {
		way, f := &w.layout.ways[i], &w.crossers.feet[i]
		from, to := w.endsOf(way)
		length := from.Dist(to)
		if length == 0 {
			continue
		}
		dx, dy := (to.X-from.X)/length, (to.Y-from.Y)/length
		for k := range f.people {
			p := &f.people[k]
			share := p.y / way.length * length
			one := Person{ID: way.key ^ p.number<<40, Cyclist: p.cyclist, Heading: math.Atan2(dy, dx)}
			if !p.forth {
				one.Heading = math.Atan2(-dy, -dx)
			}
			if p.walking {
				one.V = p.speed
			}
			one.At = network.Point{X: from.X + dx*share - dy*p.along, Y: from.Y + dy*share + dx*p.along}
			dst = append(dst, one)
		}
	}
	return dst
}

// endsOf returns the points at the two kerbs of a way.
func (w *World) endsOf(way *walkway) (from, to network.Point) {
	first, last := &way.strips[0], &way.strips[len(way.strips)-1]
	from = w.pointOfStrip(first, true)
	to = w.pointOfStrip(last, w.layout.places[last.place.lane].edge != w.layout.places[first.place.lane].edge)
	return from, to
}

// pointOfStrip returns the point of a strip's lane at its kerb side, or at its offside.
func (w *World) pointOfStrip(t *strip, kerb bool) network.Point {
	p := &w.layout.places[t.place.lane]
	d := (t.far - t.near) / 2
	if kerb == (w.cfg.Net.DrivingSide == network.RightHand) {
		d = -d // to the right
	}
	at := w.cfg.Net.PoseAt(p.track, min(t.place.mid, p.length), d)
	if beyond := t.place.mid - p.length; beyond > 0 {
		at.X += beyond * math.Cos(at.Heading) //nolint:forbidigo // for the picture only
		at.Y += beyond * math.Sin(at.Heading) //nolint:forbidigo // for the picture only
	}
	return at.Point
}

// LevelCrossing is what an observer sees of a crossing of trains or trams.
type LevelCrossing struct {
	At     network.Point // m, of one of its lanes
	Closed bool
	Train  bool // it passes now
}

// AppendLevelCrossings appends the crossings of trains and trams to dst, in an order that stays the same.
func (w *World) AppendLevelCrossings(dst []LevelCrossing) []LevelCrossing {
	for i := range w.layout.rails {
		b, r := &w.layout.rails[i].places[0], &w.crossers.rails[i]
		at := w.layout.pointOn(w.layout.places[b.lane].edge, b.mid)
		dst = append(dst, LevelCrossing{At: at, Closed: r.phase != railOpen, Train: r.phase == railPassing})
	}
	return dst
}
