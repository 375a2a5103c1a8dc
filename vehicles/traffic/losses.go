package traffic

// Losses are what the trips that have not ended have lost so far.
type Losses struct {
	OnRoad  int     // trips under way
	Waiting int     // trips whose time has come and that have not found room to enter
	Delay   float64 // s, of both: the time since they wished to depart less what the way so far takes alone and at green
	Stops   int     // times that those under way came to a stand
}

// Losses adds up what the trips that have not ended have lost so far; Event tells it of those that have. It looks at
// every vehicle: for once in a while, not for every step.
func (w *World) Losses() Losses {
	now := w.Time()
	l := Losses{Waiting: w.stats.Waiting}
	for id := range w.queues.next {
		if w.journeys[id].state == waiting {
			l.Delay += now - w.trips[id].Depart
		}
	}
	for _, s := range w.layout.slots {
		vs := w.tracks[s].vehicles()
		for i := range vs {
			v := &vs[i]
			j := &w.journeys[v.id]
			l.OnRoad++
			l.Stops += int(j.stops)
			l.Delay += now - w.trips[v.id].Depart - j.free - v.s/float64(v.wish)
		}
	}
	return l
}
