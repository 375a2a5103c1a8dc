package traffic

import (
	"encoding/json"
	"math"

	"roadtwin/network"
	"roadtwin/signals"
	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/weather"
)

// Hash returns a hash of the complete state: equal for equal histories, whatever the number of workers. Whatever decides the
// future of anything is in it, though it may show only later, so that two runs differ from the step, and the phase of it, on
// in which they part. Between two phases of a step it leaves out who is on the way from one track to the next.
func (w *World) Hash() uint64 {
	h := digest(w.steps)
	h.add(uint64(w.condition))
	w.hashTracks(&h)
	w.hashJunctions(&h)
	w.hashStreets(&h)
	w.hashWaiting(&h)
	w.hashLookout(&h)
	w.hashStats(&h)
	w.crossers.hash(&h)
	w.hashSensing(&h)
	return uint64(h)
}

// digest is a running hash: multiply and rotate (as in wyhash and FxHash), each word mixed before the next.
type digest uint64

func (h *digest) add(x uint64) {
	v := (uint64(*h) ^ x) * 0x9e3779b97f4a7c15
	*h = digest(v ^ v>>29)
}

func (h *digest) addFloat(x float64) { h.add(math.Float64bits(x)) }

func (h *digest) addBool(x bool) {
	if x {
		h.add(1)
	} else {
		h.add(0)
	}
}

// hashTracks mixes in who is where, in the network's order, what other tracks see of it, and what was counted.
func (w *World) hashTracks(h *digest) {
	for id, s := range w.layout.slots {
		t := &w.tracks[s]
		vs := t.vehicles()
		c := &w.counts[s]
		h.add(uint64(id)<<32 | uint64(len(vs)))
		h.addFloat(w.layout.places[s].limit)
		h.add(uint64(w.layout.places[s].condition))
		h.add(uint64(c.Entered)<<32 | uint64(c.Left))
		h.addFloat(t.seconds)
		h.addFloat(t.metres)
		h.addFloat(t.standing)
		h.addTail(&w.ends[s].tail)
		h.addHead(&w.ends[s].head)
		for i := range vs {
			h.addVehicle(&vs[i])
			h.addJourney(&w.journeys[vs[i].id])
		}
	}
}

func (h *digest) addTail(t *tail) {
	h.addFloat(t.s)
	h.addFloat(t.v)
	h.add(uint64(math.Float32bits(t.length))<<32 | uint64(math.Float32bits(t.a)))
	h.add(uint64(t.id)<<32 | uint64(uint32(t.from)))
	h.add(uint64(t.cool)<<24 | uint64(t.driver)<<8 | uint64(t.class))
	h.addBool(t.slips)
}

func (h *digest) addHead(t *head) {
	h.addFloat(t.s)
	h.addFloat(t.v)
	h.add(uint64(uint32(t.next))<<32 | uint64(t.driver)<<8 | uint64(t.class))
}

func (h *digest) addVehicle(v *vehicle) {
	h.add(uint64(v.id)<<32 | uint64(uint32(v.next)))
	h.addFloat(v.s)
	h.addFloat(v.v)
	h.add(uint64(math.Float32bits(v.a))<<32 | uint64(math.Float32bits(v.lateral)))
	h.add(uint64(math.Float32bits(v.wish))<<32 | uint64(math.Float32bits(v.length)))
	h.add(uint64(math.Float32bits(v.pedal))<<32 | uint64(v.grant))
	h.add(uint64(math.Float32bits(v.hold))<<32 | uint64(v.good)<<16 | uint64(v.driver))
	h.add(uint64(v.stood)<<16 | uint64(v.flags))
	h.add(uint64(v.due)<<24 | uint64(v.cool)<<16 | uint64(v.class)<<8 | uint64(v.limit))
}

func (h *digest) addFitness(f *dynamics.Fitness) {
	h.addFloat(f.Tread)
	h.addFloat(f.Fade)
	h.add(uint64(f.Lost))
	h.addBool(f.NoABS)
	h.addBool(f.TrailerUnbraked)
	if f.Winter {
		h.addBool(true)
	}
}

func (h *digest) addSkid(k *skid) {
	h.add(uint64(k.id))
	h.addFloat(k.from)
	h.addBool(k.left)
	h.addBool(k.over)
	h.addSlide(&k.slide)
}

func (h *digest) addSlide(s *dynamics.Slide) {
	for _, x := range [...]float64{
		s.Along, s.Offset, s.Facing, s.Across, s.Forward, s.Sideways, s.Yaw, s.Straight, s.Fold, s.TrailerYaw,
		s.Wheels[0], s.Wheels[1], s.Wheels[2], s.Brake, s.Lag, s.Steer, s.Slip[0], s.Slip[1], s.Slip[2],
		s.Shift, s.Cycle, s.Tip, s.TipRate, s.Calm,
	} {
		h.addFloat(x)
	}
	h.add(uint64(s.Incidents))
}

func (h *digest) addOdd(o *odd) {
	h.add(uint64(o.id)<<32 | uint64(o.pace.every)<<16 | uint64(o.pace.reaction)<<8 | uint64(o.pace.start))
	h.addBool(o.knows)
	h.addBool(o.brakes)
	h.addFloat(o.drivers[0].SpeedRatio)
	h.addFloat(o.drivers[0].Lapses)
	h.addFloat(o.drivers[0].Reaction)
	if o.control != (Control{}) {
		h.addControl(&o.control)
	}
}

// addJourney mixes in a journey: of its way also what has been driven, by which drivers know where they have been in vain.
func (h *digest) addJourney(j *journey) {
	h.add(uint64(len(j.route))<<32 | uint64(uint32(j.at)))
	h.addEdges(j.route)
	h.add(uint64(uint32(j.track))<<32 | uint64(uint32(j.from)))
	h.add(uint64(uint32(j.fromBefore))<<32 | uint64(j.stops))
	for _, x := range [...]float64{j.entered, j.since, j.free, j.distance, j.stop} {
		h.addFloat(x)
	}
	h.add(uint64(math.Float32bits(j.leaves))<<32 | uint64(uint32(j.busStop)))
	h.add(uint64(j.served)<<8 | uint64(j.state))
}

func (h *digest) addCommand(c *Command) {
	h.add(uint64(c.Kind)<<40 | uint64(c.Condition)<<32 | uint64(uint32(c.Edge)))
	h.addFloat(c.Limit)
	h.addWeather(&c.Weather)
	h.add(uint64(uint32(c.Lane))<<32 | uint64(c.Vehicle))
	h.addFitness(&c.Fitness)
	h.addSignal(c.Signal)
	if c.Control != (Control{}) {
		h.addControl(&c.Control)
	}
}

// addSignal mixes in a command to the signals, if there is one.
func (h *digest) addSignal(c *signals.Command) {
	if c == nil {
		return
	}
	text, _ := json.Marshal(c) // of one that was checked
	h.add(uint64(len(text)))
	for _, b := range text {
		h.add(uint64(b))
	}
}

func (h *digest) addWeather(c *weather.Command) {
	h.add(uint64(c.Kind)<<40 | uint64(c.Set)<<32 | uint64(uint32(c.Edge)))
	h.add(uint64(c.Condition)<<40 | uint64(c.Spill.Condition)<<32 | uint64(uint32(c.Spill.Track)))
	for _, x := range [...]float64{
		c.Sky.Temperature, c.Sky.Rain, c.Sky.Snow, c.Sky.Humidity, c.Sky.Wind, c.Sky.Radiation,
		c.Spill.From, c.Spill.To, c.Spill.Begin, c.Spill.Until,
	} {
		h.addFloat(x)
	}
}

func (h *digest) addTrip(t *Trip) {
	h.add(uint64(uint32(t.From))<<32 | uint64(uint32(t.To)))
	h.add(uint64(len(t.Route))<<32 | uint64(t.Style)<<8 | uint64(t.Class))
	for _, x := range [...]float64{t.Depart, t.FromPos, t.ToPos, t.TopSpeed, t.Length} {
		h.addFloat(x)
	}
	h.addEdges(t.Route)
	if t.Key != 0 {
		h.add(t.Key)
	}
	if t.Driver != 0 || t.RunsRed != 0 {
		h.add(uint64(t.Driver))
		h.add(t.RunsRed)
	}
}

func (h *digest) addEdges(way []network.EdgeID) {
	for _, e := range way {
		h.add(uint64(e))
	}
}

// hashJunctions mixes in the state of the junctions and of their signals, and since when the watch has seen these red,
// and vehicles stand without a cause.
func (w *World) hashJunctions(h *digest) {
	for i := range w.gates {
		g := &w.gates[i]
		h.add(uint64(g.grants))
		h.addBool(g.rests)
		h.add(g.loaded)
		h.add(g.held)
	}
	for _, b := range w.cfg.Signals.AppendState(nil) {
		h.add(uint64(b))
	}
	for i, a := range w.cfg.Signals.Aspects() {
		h.add(w.watch.shown[i]<<8 | uint64(a))
		h.add(w.watch.dark[i])
	}
	for _, p := range w.watch.puzzling {
		h.add(uint64(p.id))
		h.add(p.since)
	}
}

// hashStreets mixes in which edges are closed, and what travel times people go by.
func (w *World) hashStreets(h *digest) {
	for e := range w.closed {
		h.addBool(w.closed[e])
		h.addFloat(w.times.now[e])
		h.addFloat(w.times.seconds[e])
		h.addFloat(w.times.metres[e])
	}
	for _, lane := range w.works {
		h.add(uint64(lane))
	}
}

// hashWaiting mixes in those who wait outside, in order, those who have been given a way and will, the trips whose time has
// come, and commands that wait.
func (w *World) hashWaiting(h *digest) {
	q := &w.queues
	h.add(uint64(w.released)<<32 | uint64(q.next))
	h.add(uint64(q.waiting))
	h.add(uint64(len(w.trips)))
	h.add(uint64(w.told))
	for _, e := range q.busy {
		h.add(uint64(e))
		for id := q.first[e]; id >= 0; id = q.behind[id] {
			h.add(uint64(id))
			h.addJourney(&w.journeys[id])
		}
	}
	for i := q.next; i < w.released; i++ {
		h.addJourney(&w.journeys[q.order[i]])
	}
	for i := range w.queue {
		h.addCommand(&w.queue[i])
	}
}

// hashLookout mixes in who is to look for another way, and which wrecks are to be cleared.
func (w *World) hashLookout(h *digest) {
	o := &w.lookout
	h.add(uint64(o.shut))
	h.addBool(o.news)
	for _, id := range o.blocked {
		h.add(uint64(id))
	}
	if w.cfg.Weather != nil {
		for _, b := range w.cfg.Weather.AppendState(nil) {
			h.add(uint64(b))
		}
	}
	h.addBool(w.wary)
	for _, s := range w.senses {
		h.add(uint64(math.Float32bits(s.grip))<<32 | uint64(math.Float32bits(s.felt)))
	}
	for i := range w.vigils {
		h.addVigil(&w.vigils[i])
	}
	for _, r := range w.reds {
		h.add(uint64(r.id))
		h.addFloat(r.at)
	}
	for i := range w.odds {
		h.addOdd(&w.odds[i])
	}
	for _, b := range w.branches {
		h.add(b.from)
		h.add(b.seed)
	}
	if w.tilt.factor != 0 {
		h.addFloat(w.tilt.factor)
		h.add(uint64(w.tilt.chosen))
	}
	w.states.hash(h)
	for i := range w.hots {
		h.addHot(&w.hots[i])
	}
	for i := range w.skids {
		h.addSkid(&w.skids[i])
	}
	for _, k := range w.wrecks {
		h.add(uint64(k.id))
		h.addFloat(k.clear)
	}
	for _, k := range w.strands {
		h.add(uint64(k.id))
		h.addFloat(k.recover)
	}
}

// hashStats mixes in what is counted over all of the network.
func (w *World) hashStats(h *digest) {
	st, a := &w.stats, &w.audit
	for _, n := range [...]int{
		st.Released, st.Departed, st.Arrived, st.OnRoad, st.Waiting, st.NoRoute, st.Crashes, st.Cleared, st.RedRuns, st.Rerouted,
		st.Standing, st.Stuck, st.StuckMost, st.LeftRoad, st.Faded, st.Recovered,
		a.Overlaps, a.Jumps, a.NegativeSpeeds, a.BeyondTyres, a.Lost, a.RedUnchosen,
	} {
		h.add(uint64(n))
	}
	for _, n := range st.ReroutedBy {
		h.add(uint64(n))
	}
	h.add(st.Updates)
	h.addFloat(st.MeanSpeed)
	h.addFloat(st.StuckMostTime)
}

// hash mixes in who is where at the crossings, who comes next, and what bars, signals and barriers show.
func (c *crossers) hash(h *digest) {
	h.addFloat(c.nextPerson)
	for _, b := range c.bars {
		h.add(uint64(math.Float32bits(b.until))<<8 | uint64(b.state))
	}
	for _, i := range c.busyWays {
		h.add(uint64(i))
	}
	for i := range c.feet {
		h.addFoot(&c.feet[i])
	}
	for i := range c.rails {
		h.addRail(&c.rails[i])
	}
	h.addWalks(&c.walks)
}

func (h *digest) addFoot(f *foot) {
	h.add(f.number<<8 | uint64(f.phase))
	for _, x := range [...]float64{f.next, f.since, f.redSince, f.lastRed} {
		h.addFloat(x)
	}
	for k := range f.people {
		h.addPerson(&f.people[k])
	}
}

func (h *digest) addPerson(p *person) {
	h.add(p.number)
	for _, x := range [...]float64{p.y, p.along, p.speed, p.waited} {
		h.addFloat(x)
	}
	h.addBool(p.forth)
	h.addBool(p.cyclist)
	h.addBool(p.walking)
	h.add(uint64(p.stage))
}

func (h *digest) addRail(r *rail) {
	h.add(r.number<<8 | uint64(r.phase))
	h.addFloat(r.next)
	h.addFloat(r.since)
	h.addBool(r.blocked)
}

func (h *digest) addWalks(s *Walks) {
	for _, n := range [...]int{s.Came, s.Crossed, s.Left, s.Hit, s.Waiting, s.Walking, s.Trains, s.OnTracks, s.BusStops} {
		h.add(uint64(n))
	}
	h.addFloat(s.Delay)
}
