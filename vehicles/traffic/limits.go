package traffic

import "roadtwin/network"

// setLimit sets the speed limit of an edge, m/s, and with it that of the ways through the junctions at its ends: the lower of
// what holds before and behind, as network.Build has it.
func (l *layout) setLimit(e network.EdgeID, limit float64) {
	first := l.firstLane[e]
	for i := range l.net.Edges[e].NumLanes {
		s := first + slot(i)
		p := &l.places[s]
		p.limit = limit
		l.sharpen(p)
		p.smooth()
		for c := p.out; c < p.outEnd(); c++ {
			l.places[c].limit = min(limit, l.places[l.places[c].to].limit)
		}
		for _, c := range l.into[s] {
			l.places[c].limit = min(l.places[l.places[c].from].limit, limit)
		}
	}
	l.minds(l.places[first].junction)
	for i := range l.net.Edges[e].NumLanes {
		for _, c := range l.into[first+slot(i)] {
			l.minds(l.places[c].junction)
		}
	}
}

// minds works out what drivers expect at the g-th junction by the limits there: how fast others come, and whether they can go
// on as they come.
func (l *layout) minds(g int32) {
	x := &l.crossings[g]
	for s := x.connectors; s < x.end; s++ {
		clashes := l.clashesOf(&l.places[s])
		for i := range clashes {
			l.setPace(&clashes[i], l.connectorOf(s))
		}
	}
	for s := x.lanes; s < x.connectors; s++ {
		l.places[s].leadsOn = l.goesOn(s)
	}
}

// restoreLimits sets the limits by slot, m/s.
func (l *layout) restoreLimits(limits []float64) {
	for g := range l.crossings {
		x := &l.crossings[g]
		changed := false
		for s := x.lanes; s < x.end; s++ {
			changed = changed || l.places[s].limit != limits[s]
			l.places[s].limit = limits[s]
			l.sharpen(&l.places[s])
			l.places[s].smooth()
		}
		if changed {
			l.minds(int32(g))
		}
	}
}
