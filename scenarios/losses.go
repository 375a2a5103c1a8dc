package scenarios

// Losses are what all trips of a run whose time has come have lost so far, ended or not. Between two moments of a run they
// only grow by what happens in between, so that differences tell of a time; and who keeps vehicles outside, or on the road
// until the end, gains nothing by it.
type Losses struct {
	Trips int     // whose time has come
	Delay float64 // s: beyond what their ways so far take alone and at green, with the wait before them
	Stops int     // times that somebody came to a stand
}

// Losses returns what has been lost so far. It looks at every vehicle: not for every step.
func (r *Run) Losses() Losses {
	w := r.world.Losses()
	return Losses{
		Trips: r.world.Stats().Released,
		Delay: r.meter.arrived.delay + w.Delay,
		Stops: r.meter.arrived.stops + w.Stops,
	}
}
