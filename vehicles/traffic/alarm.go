package traffic

// A crash is seen from afar: hazard lights, a triangle, people on the road, and then those who stand behind it. Where the roads are
// slippery, or may be, it says more than that: whoever comes up to it takes the road for what has made others crash.

// alarmSight is how far before a crash one knows of it, in metres along the road. The triangle stands 100 m before it where
// people drive at 80 km/h (Germany's StVO, paragraph 15; recalled), and is seen from some 50 m and more.
const alarmSight = 150.0

// alarms says from where on crashes are seen. It follows from where the wrecks are, and costs nothing as long as there are none.
type alarms struct {
	upTo  []float32 // by slot, m: a crash is seen by those who are not as far; 0 where none is
	left  []float32 // by slot, m: of sight before its start, where the tracks before see the crash; below 0 it is seen from there on
	slots []slot    // those with an alarm
	queue []slot    // those whose sight reaches farther than was known
}

// alarmed reports whether v's driver, on p, sees a crash ahead.
func (w *World) alarmed(v *vehicle, p *place) bool {
	if len(w.alarms.slots) == 0 {
		return false
	}
	s := w.layout.slots[p.track]
	return v.s < float64(w.alarms.upTo[s]) && v.s > -float64(w.alarms.left[s])
}

// alarm works out from where the crashes are seen, if drivers mind what the road looks like.
func (w *World) alarm() {
	a := &w.alarms
	for _, s := range a.slots {
		a.upTo[s], a.left[s] = 0, 0
	}
	a.slots = a.slots[:0]
	if !w.wary || len(w.wrecks) == 0 {
		return
	}
	if a.upTo == nil {
		a.upTo, a.left = make([]float32, len(w.tracks)), make([]float32, len(w.tracks))
	}
	for _, k := range w.wrecks {
		v, s := w.find(k.id)
		if v == nil {
			continue
		}
		p := &w.layout.places[s]
		first, n := s, slot(1)
		if p.isLane { // it is seen from all lanes
			first, n = s-slot(p.index), slot(p.lanes)
		}
		for i := range n {
			w.raiseAlarm(first+i, float32(v.s), alarmSight-float32(v.s))
		}
	}
	w.alarmBehind()
}

// raiseAlarm notes that a crash is seen on track s up to metre upTo, and for left metres before its start (below 0: from there on).
func (w *World) raiseAlarm(s slot, upTo, left float32) {
	a := &w.alarms
	if upTo <= 0 {
		upTo = least
	}
	first := a.upTo[s] == 0
	if first {
		a.slots = append(a.slots, s)
	}
	a.upTo[s] = max(a.upTo[s], upTo)
	if first || left > a.left[s] {
		a.left[s] = left
		if left > 0 {
			a.queue = append(a.queue, s)
		}
	}
}

// least is what stands for no part of a track at all, m.
const least = 1e-3

// alarmBehind goes on to the tracks that lead to those of the queue. The farthest sight counts, whatever the order.
func (w *World) alarmBehind() {
	a := &w.alarms
	for len(a.queue) > 0 {
		s := a.queue[len(a.queue)-1]
		a.queue = a.queue[:len(a.queue)-1]
		if p := &w.layout.places[s]; !p.isLane {
			w.alarmWhole(p.from, a.left[s])
			continue
		}
		for _, c := range w.layout.into[s] {
			w.alarmWhole(c, a.left[s])
		}
	}
}

// alarmWhole notes that a crash beyond the end of track s is seen from left metres before it.
func (w *World) alarmWhole(s slot, left float32) {
	length := float32(w.layout.places[s].length)
	w.raiseAlarm(s, length+1, left-length)
}
