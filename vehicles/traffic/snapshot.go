package traffic

import (
	"errors"
	"fmt"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/tyre"
	"roadtwin/vehicles/weather"
)

// Snapshot is a complete copy of a World's state, detached from it. It does not know of workers: any number of them can
// go on from it. Trips added before it was taken are part of it.
type Snapshot struct {
	steps     uint64
	condition tyre.Condition
	vehicles  []vehicle        // track by track
	loads     []int32          // vehicles by slot
	awake     []slot           // see World.appendAwake
	limits    []float64        // by slot
	lies      []tyre.Condition // by slot
	wary      bool
	senses    []sense
	vigils    []vigil
	odds      []odd
	branches  []branch
	tilt      tilt
	reds      []redPassed
	skids     []skid
	states    states
	hots      []hot
	ends      []ends
	counts    []LaneCount
	gates     []gate
	trips     []Trip
	told      digest
	journeys  []journey // routes are never written to once set, so they are shared
	released  int
	limited   bool
	queues    departures
	times     travelTimes
	closed    []bool
	works     []network.LaneID
	lookout   lookout
	wrecks    []wreck
	strands   []strand
	queue     []Command
	stats     Stats
	audit     Audit
	shown     []uint64 // watch.shown
	dark      []uint64 // watch.dark
	puzzling  []puzzle // watch.puzzling
	crossers  crossers
	signals   []byte
	sensed    []VehicleID // World.sensed
	weather   *weather.Snapshot
	measures  measures
}

// Snapshot returns a copy of the state, the signals' included.
func (w *World) Snapshot() *Snapshot {
	s := &Snapshot{
		steps: w.steps, condition: w.condition, loads: make([]int32, len(w.tracks)), limits: make([]float64, len(w.tracks)),
		lies: make([]tyre.Condition, len(w.tracks)), wary: w.wary, senses: slices.Clone(w.senses), vigils: slices.Clone(w.vigils), odds: slices.Clone(w.odds), branches: slices.Clone(w.branches), tilt: w.tilt.clone(), skids: slices.Clone(w.skids), states: w.states.clone(), hots: slices.Clone(w.hots), reds: slices.Clone(w.reds),
		ends: slices.Clone(w.ends), gates: slices.Clone(w.gates), strands: slices.Clone(w.strands),
		trips: slices.Clone(w.trips), told: w.told, journeys: slices.Clone(w.journeys), released: w.released,
		limited: w.limited, lookout: w.lookout.clone(),
		queues: w.queues.clone(), times: w.times.clone(), closed: slices.Clone(w.closed), works: slices.Clone(w.works), wrecks: slices.Clone(w.wrecks),
		queue: slices.Clone(w.queue), crossers: w.crossers.clone(), stats: w.stats, audit: w.audit, shown: slices.Clone(w.watch.shown), dark: slices.Clone(w.watch.dark), puzzling: slices.Clone(w.watch.puzzling), signals: w.cfg.Signals.AppendState(nil), sensed: slices.Clone(w.sensed),
	}
	s.awake = w.appendAwake(nil)
	s.measures = w.measures.clone()
	if w.cfg.Weather != nil {
		s.weather = w.cfg.Weather.Snapshot()
	}
	s.vehicles, s.counts = make([]vehicle, 0, w.stats.OnRoad), make([]LaneCount, len(w.tracks))
	for i := range w.tracks {
		s.loads[i], s.counts[i] = int32(len(w.tracks[i].vs)), w.count(slot(i))
		s.limits[i], s.lies[i] = w.layout.places[i].limit, w.layout.places[i].condition
		s.vehicles = append(s.vehicles, w.tracks[i].vehicles()...)
	}
	return s
}

// Restore sets the state to s, which must come from a world with an equal Config (Workers may differ). On error the
// world is as it was. The snapshot can be restored again, to any number of worlds.
func (w *World) Restore(s *Snapshot) error {
	if len(s.loads) != len(w.tracks) || len(s.closed) != len(w.closed) || len(s.gates) != len(w.gates) || !s.crossers.fits(&w.crossers) {
		return fmt.Errorf("snapshot of a network with %d tracks, want %d", len(s.loads), len(w.tracks))
	}
	if (w.cfg.Weather == nil) != (s.weather == nil) {
		return errors.New("snapshot: one of the two worlds has weather, the other has none")
	}
	if err := w.cfg.Signals.RestoreState(s.signals); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	if w.cfg.Weather != nil && s.weather != nil {
		if err := w.cfg.Weather.Restore(s.weather); err != nil {
			return err
		}
	}
	w.layout.restoreLimits(s.limits)
	w.restoreWorks(s.works)
	rest := s.vehicles
	for i := range w.tracks {
		w.tracks[i].fill(rest[:s.loads[i]], &w.workers[0].buffers)
		w.setCount(slot(i), &s.counts[i])
		rest = rest[s.loads[i]:]
		w.workers[w.owner(slot(i))].mark(slot(i))
	}
	w.setAwake(s.awake)
	w.restoreConditions(s.lies)
	w.wary, w.senses, w.odds, w.reds, w.skids, w.states, w.hots = s.wary, slices.Clone(s.senses), slices.Clone(s.odds), slices.Clone(s.reds), slices.Clone(s.skids), s.states.clone(), slices.Clone(s.hots)
	w.vigils = slices.Clone(s.vigils)
	w.branches, w.tilt = slices.Clone(s.branches), s.tilt.clone()
	w.keyBranch()
	w.steps, w.condition, w.released, w.limited = s.steps, s.condition, s.released, s.limited
	w.ends = slices.Clone(s.ends)
	w.gates = slices.Clone(s.gates)
	w.trips, w.told, w.journeys = slices.Clone(s.trips), s.told, slices.Clone(s.journeys)
	w.keys = nil
	w.keepKeys(0)
	w.queues, w.times, w.closed = s.queues.clone(), s.times.clone(), slices.Clone(s.closed)
	w.wrecks, w.strands, w.queue = slices.Clone(s.wrecks), slices.Clone(s.strands), slices.Clone(s.queue)
	w.crossers = s.crossers.clone()
	w.restoreSensing(s.sensed)
	w.stats, w.audit = s.stats, s.audit
	copy(w.watch.shown, s.shown)
	copy(w.watch.dark, s.dark)
	w.watch.puzzling = append(w.watch.puzzling[:0], s.puzzling...)
	w.restoreLookout(&s.lookout)
	w.events, w.applied = w.events[:0], w.applied[:0]
	w.measures = s.measures.clone()
	w.findSideways()
	w.alarm()
	w.setAwake(s.awake)
	return nil
}

// setCount is the reverse of count.
func (w *World) setCount(s slot, c *LaneCount) {
	t := &w.tracks[s]
	t.seconds, t.metres, t.standing = c.VehicleSeconds, c.VehicleMetres, c.StandingSecs
	w.counts[s] = passed{c.Entered, c.Left}
}

// fill makes vs the vehicles of t.
func (t *track) fill(vs []vehicle, a *arena) {
	t.stir()
	if cap(t.vs) < len(vs) {
		a.give(t.vs[:cap(t.vs)])
		t.vs = a.take(len(vs))
	}
	t.vs = t.vs[:len(vs)]
	copy(t.vs, vs)
	t.hangs = len(vs) > 0 && vs[len(vs)-1].rear() < 0
}

func (d *departures) clone() departures {
	return departures{
		order: slices.Clone(d.order), next: d.next, first: slices.Clone(d.first), last: slices.Clone(d.last), behind: slices.Clone(d.behind),
		busy: slices.Clone[[]network.EdgeID](d.busy), waiting: d.waiting,
	}
}

func (t *travelTimes) clone() travelTimes {
	return travelTimes{now: slices.Clone(t.now), seconds: slices.Clone(t.seconds), metres: slices.Clone(t.metres)}
}
