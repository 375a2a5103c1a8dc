package traffic

import (
	"math"

	"roadtwin/network"
	"roadtwin/vehicles/draw"
)

// person is somebody on foot, or on a cycle, at a crossing.
type person struct {
	number  uint64  // counts those of the crossing
	y       float64 // m from the first kerb of the crossing
	along   float64 // m off its middle
	speed   float64 // m/s
	waited  float64 // s at kerbs and on islands; negative while still on the way to the kerb
	forth   bool    // away from the first kerb
	cyclist bool
	walking bool
	stage   int // which it crosses, or waits before
}

// foot is the state of a walkway.
type foot struct {
	next     float64 // s after midnight at which somebody may come
	number   uint64  // of those who may have come
	people   []person
	phase    footPhase // of signals for people on foot
	since    float64   // s after midnight at which the phase began
	redSince float64   // of an arm: when its traffic got red; +Inf while it has not
	lastRed  float64   // s that its last red took
}

// footPhase is what signals for people on foot show.
type footPhase uint8

const (
	trafficGreen footPhase = iota
	trafficAmber           // and all-red
	walk                   // people may start
	walkClear              // those on the road finish
	numFootPhases
)

// How people walk.
const (
	walkingMean   = 1.34 // m/s; Weidmann: Transporttechnik der Fussgänger (1993): 1.34 ± 0.26. Its 15 % quantile is
	walkingSD     = 0.26 // MUTCD's design speed of 3.5 ft/s (11th ed., 4I.06)
	designSpeed   = 1.07 // m/s, that one
	slowestWalk   = 0.7
	fastestWalk   = 2.1
	cyclingMean   = 4.5  // m/s; AASHTO Guide for the Development of Bicycle Facilities (2012), 4.12.5: 14.7 ft/s at crossings
	cyclingSD     = 0.8  // m/s [assumed]
	startUp       = 3.0  // s, start-up and end clearance in the critical headway of people: HCM 7th ed., eq. 20-81 (recalled)
	leastStartUp  = 1.0  // s, what is left of it when patience is at its end [assumed]
	patienceEnds  = 60.0 // s of waiting until then; HCM exhibit 20-3 calls 45 s "high likelihood of risk taking"
	goesElsewhere = 300.0
	elbowRoom     = 0.4 // m from the middle of somebody to what they need clear beside them
	inSight       = 2.0 // s before people are at the kerb drivers see that they come [assumed]
	arrivalsEvery = 1.0 // s between two looks at who comes: less than they are in sight before they matter
	startReach    = 4.0 // s of red during which people start whether or not it is known to be long enough
)

// bodyLength keeps people from stepping behind a rear bumper, m.
const bodyLength = 0.5

// Walks says how many people there are.
type Walks struct {
	Came    int     // to a crossing since the start
	Crossed int     // and reached the other side
	Left    int     // and went elsewhere, having waited in vain
	Hit     int     // by a vehicle
	Waiting int     // at kerbs and on islands
	Walking int     // on the road
	Delay   float64 // s that those who crossed waited, in all
	Trains  int     // trains and trams that passed
	// OnTracks are vehicles found on the tracks when a train came; it waited for them.
	OnTracks int
	BusStops int // stops made by buses that have arrived
}

// Walks returns what happened at crossings and bus stops.
func (w *World) Walks() Walks {
	sum := w.crossers.walks
	for _, i := range w.crossers.busyWays {
		for k := range w.crossers.feet[i].people {
			if w.crossers.feet[i].people[k].walking {
				sum.Walking++
			} else {
				sum.Waiting++
			}
		}
	}
	return sum
}

// rateAt returns the people an hour that come to a way at time t, and the most at any time.
func (w *World) rateAt(way *walkway, t float64) (rate, most float64) {
	mean := way.daily / 24 * w.cfg.Crossings.People
	p := w.cfg.Crossings.Profile
	if p == nil {
		return mean, mean
	}
	peak := 0.0
	for _, x := range p {
		peak = max(peak, x)
	}
	return mean * p[int(math.Mod(t, 86400)/3600)%24], mean * peak
}

// nextArrival draws when the next may come to the i-th way: a Poisson stream at the highest rate of the day, thinned to
// that of the hour when they come (Lewis, Shedler 1979).
func (w *World) nextArrival(i int, after float64) float64 {
	way, f := &w.layout.ways[i], &w.crossers.feet[i]
	_, most := w.rateAt(way, after)
	if most == 0 {
		return math.Inf(1)
	}
	f.number++
	return after + float64(3600/most*draw.Exponential(w.cfg.Seed, draw.PersonArrival, way.key, f.number))
}

// letPeopleCome puts those at the kerbs whose time has come.
func (w *World) letPeopleCome() {
	now := w.Time()
	if now < w.crossers.nextPerson {
		return
	}
	w.crossers.nextPerson = math.Inf(1)
	for i := range w.crossers.feet {
		f := &w.crossers.feet[i]
		for f.next <= now {
			w.come(i, f.next)
			f.next = w.nextArrival(i, f.next)
		}
		w.crossers.nextPerson = min(w.crossers.nextPerson, f.next)
	}
	w.crossers.nextPerson = max(w.crossers.nextPerson, now+arrivalsEvery)
}

// come puts somebody at a kerb, if the hour has as many.
func (w *World) come(i int, at float64) {
	way, f := &w.layout.ways[i], &w.crossers.feet[i]
	rate, most := w.rateAt(way, at)
	number := func(what uint64) float64 {
		return draw.Float64(w.cfg.Seed, draw.Person, way.key, f.number*8+what)
	}
	if number(0)*most >= rate {
		return
	}
	p := person{number: f.number, forth: number(1) < 0.5, cyclist: number(2) < w.cfg.Crossings.Cyclists}
	p.waited = min(0, w.Time()-at-inSight)
	p.along = (number(3) - 0.5) * (walkDepth - 1)
	z := draw.Normal(w.cfg.Seed, draw.Person, way.key, f.number*4+2)
	p.speed = max(slowestWalk, min(fastestWalk, walkingMean+float64(walkingSD*z)))
	if p.cyclist {
		p.speed = max(2, cyclingMean+float64(cyclingSD*max(-2, min(2, z))))
	}
	if !p.forth {
		p.stage, p.y = len(way.stages)-1, way.length
	}
	if len(f.people) == 0 && f.phase == trafficGreen {
		w.crossers.busyWays = insertSorted(w.crossers.busyWays, int32(i))
	}
	f.people = append(f.people, p)
	w.crossers.walks.Came++
}

// insertSorted puts x into an ascending list, unless it is there.
func insertSorted(list []int32, x int32) []int32 {
	i := len(list)
	for i > 0 && list[i-1] >= x {
		i--
	}
	if i < len(list) && list[i] == x {
		return list
	}
	list = append(list, 0)
	copy(list[i+1:], list[i:])
	list[i] = x
	return list
}

// advanceWalkways moves the people of all crossings where somebody is, and says what their bars show.
func (w *World) advanceWalkways() {
	kept := w.crossers.busyWays[:0]
	for _, i := range w.crossers.busyWays {
		way, f := &w.layout.ways[i], &w.crossers.feet[i]
		if way.kind == network.FootSignals && !way.arm {
			w.advanceFootSignal(way, f)
		}
		w.noteHits(way, f)
		w.walkOn(way, f)
		w.stepOut(way, f)
		if len(f.people) > 0 || f.phase != trafficGreen {
			kept = append(kept, i)
		}
		w.showWay(way, f)
	}
	w.crossers.busyWays = kept
}

// walkOn moves those on the road, and takes away who has reached the other side.
func (w *World) walkOn(way *walkway, f *foot) {
	kept := f.people[:0]
	for k := range f.people {
		p := &f.people[k]
		if !p.walking || w.stride(way, p) {
			kept = append(kept, *p)
			continue
		}
		w.crossers.walks.Crossed++
		w.crossers.walks.Delay += p.waited
	}
	f.people = kept
}

// stride moves p on by one step, up to the kerb or island at the end of its stage, and reports whether it is there still.
func (w *World) stride(way *walkway, p *person) bool {
	s := &way.stages[p.stage]
	step := float64(p.speed * w.cfg.StepTime)
	if !p.forth {
		step = -step
	}
	if !w.footing(way, s, p, p.y+step) {
		p.waited += w.cfg.StepTime
		return true
	}
	p.y += step
	switch {
	case p.forth && p.y < s.to, !p.forth && p.y > s.from:
		return true
	case p.forth:
		p.stage++
	default:
		p.stage--
	}
	if p.stage < 0 || p.stage == len(way.stages) {
		return false
	}
	p.walking, p.y = false, way.stages[p.stage].start(p)
	return true
}

// start returns where p stands before it crosses s.
func (s *stage) start(p *person) float64 {
	if p.forth {
		return s.from
	}
	return s.to
}

// footing reports whether p can come to metre y: not where it would walk into, or right in front of, a vehicle.
func (w *World) footing(way *walkway, s *stage, p *person, y float64) bool {
	for k := s.first; k < s.end; k++ {
		t := &way.strips[k]
		enters := p.forth && p.y+elbowRoom < t.near && y+elbowRoom >= t.near || !p.forth && p.y-elbowRoom > t.far && y-elbowRoom <= t.far
		if enters && w.runsThrough(way, t, (t.far-t.near+2*elbowRoom)/p.speed) {
			return false
		}
	}
	return true
}

// stepOut lets those start who may, and may now.
func (w *World) stepOut(way *walkway, f *foot) {
	kept := f.people[:0]
	for k := range f.people {
		p := &f.people[k]
		if !p.walking {
			if p.waited < -1e-9 {
				p.waited += w.cfg.StepTime // on the way to the kerb, in sight of drivers
			} else if w.setsOut(way, f, p) {
				p.walking = true
				if w.hasJustCome(p) {
					p.waited = 0 // came within the step
				}
			} else if p.waited += w.cfg.StepTime; p.waited > goesElsewhere && p.y == way.outset(p) {
				w.crossers.walks.Left++
				continue
			}
		}
		kept = append(kept, *p)
	}
	f.people = kept
}

// outset returns the kerb that p comes from.
func (way *walkway) outset(p *person) float64 {
	if p.forth {
		return 0
	}
	return way.length
}

// setsOut reports whether p starts to cross its stage now.
func (w *World) setsOut(way *walkway, f *foot, p *person) bool {
	if !w.signalWalks(way, f, p) {
		return false
	}
	s := &way.stages[p.stage]
	tense := max(leastStartUp, startUp-(startUp-leastStartUp)*p.waited/patienceEnds)
	if p.cyclist {
		tense = leastStartUp // rides up, and does not stop if the way is clear
	}
	if w.hasJustCome(p) {
		tense -= min(p.waited, tense-leastStartUp) // makes ready since then
	}
	for k := s.first; k < s.end; k++ {
		t := &way.strips[k]
		across := t.far - p.y
		if !p.forth {
			across = p.y - t.near
		}
		c := caution{way: way, strip: t, need: across/p.speed + tense, ready: tense - leastStartUp}
		if !w.laneLets(&c) {
			return false
		}
	}
	return true
}

// hasJustCome reports whether p, who waits, looks for the first time.
func (w *World) hasJustCome(p *person) bool { return p.waited < w.cfg.StepTime }

// signalWalks reports whether the signals let p start. On the arm of a junction where they have none of their own, people know
// how long its traffic has red: as long as the last time.
func (w *World) signalWalks(way *walkway, f *foot, p *person) bool {
	if way.arm {
		if may, known := w.signalOfArm(way); known {
			return may
		}
		if math.IsInf(f.redSince, 1) {
			return false
		}
		s := &way.stages[p.stage]
		red := w.Time() - f.redSince
		return red < startReach || f.lastRed-red > (s.to-s.from)/p.speed
	}
	return way.kind != network.FootSignals || f.phase == walk
}

// showWay says what the bars of a way show, and how long people keep its lanes.
func (w *World) showWay(way *walkway, f *foot) {
	signal := w.signalShows(way, f)
	for k := range way.stages {
		s := &way.stages[k]
		for i := s.first; i < s.end; i++ {
			t := &way.strips[i]
			state, until := signal, 0.0
			for n := range f.people {
				if p := &f.people[n]; p.stage == k {
					shows, keeps := w.personShows(way, f, p, t)
					state, until = max(state, shows), max(until, keeps)
				}
			}
			w.show(t.bar, state, until)
		}
	}
}

// personShows returns what a bar shows because of p, who is in its stage, and for how many seconds p will be on its lane or
// on the way to it.
func (w *World) personShows(way *walkway, f *foot, p *person, t *strip) (barState, float64) {
	if !p.walking {
		if way.kind == network.Zebra || way.arm && !t.incoming && w.signalWalks(way, f, p) {
			return barClaimed, 0
		}
		return barOpen, 0
	}
	rest := t.far + elbowRoom - p.y
	if !p.forth {
		rest = p.y - (t.near - elbowRoom)
	}
	if rest <= 0 {
		return barOpen, 0
	}
	return barWalked, rest / p.speed
}
